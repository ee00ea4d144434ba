//! Messages of Storm's multilang protocol, both ways.

use std::borrow::Cow;

use redgale_codec::Value;

use crate::json_read::{Error, Reader};
use crate::json_write::{self, Unsupported};

/// How severe a line of a program's log is; the numbers of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 0.
    Trace,
    /// 1.
    Debug,
    /// 2, and whatever is no level.
    Info,
    /// 3.
    Warn,
    /// 4.
    Error,
}

/// An id as a program sends it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// It may be one of ours.
    Number(u64),
    /// It cannot be; as JSON text.
    Other(String),
}

/// A tuple of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Emit<'a> {
    /// Its values.
    pub values: Vec<Value>,
    /// Name of the stream.
    pub stream: Cow<'a, str>,
    /// The task that shall get it (direct streams).
    pub task: Option<i64>,
    /// Message id (spouts); None: nobody tracks the tuple.
    pub id: Option<Value>,
    /// Ids of the tuples it comes from (bolts).
    pub anchors: Vec<Id>,
    /// Whether the program waits for the ids of the tasks that get it.
    pub need_task_ids: bool,
}

/// A message of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Message<'a> {
    /// The answer to the handshake.
    Pid(u32),
    /// A tuple.
    Emit(Emit<'a>),
    /// A tuple is done (bolts).
    Ack(Id),
    /// A tuple failed (bolts).
    Fail(Id),
    /// A spout's turn ends; a bolt answers a heartbeat.
    Sync,
    /// A line for the log.
    Log(Level, String),
    /// Something went wrong in the program; nothing fails by it.
    Error(String),
    /// A number for a metric.
    Metric(String, Value),
    /// Not a command of the protocol.
    Unknown(String),
}

/// What a message lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON, or a part is of another type than it must be.
    #[error("it is not a message of the protocol ({0})")]
    Json(#[from] Error),
    /// A part is missing or cannot be what it is.
    #[error("{0}")]
    Part(&'static str),
}

#[derive(Default)]
struct Parts<'a> {
    command: Option<Cow<'a, str>>,
    pid: Option<u32>,
    tuple: Option<Vec<Value>>,
    stream: Option<Cow<'a, str>>,
    task: Option<i64>,
    id: Option<Value>,
    anchors: Vec<Id>,
    no_task_ids: bool,
    msg: String,
    level: Option<i64>,
    name: String,
    params: Option<Value>,
}

impl Message<'_> {
    /// Reads a message.
    ///
    /// # Errors
    /// Text that is none.
    pub fn read(text: &[u8]) -> Result<Message<'_>, Malformed> {
        let mut reader = Reader::new(text);
        let mut parts = Parts::default();
        let mut wrong = None;
        reader.object(|reader, key| {
            if let Err(what) = part(&mut parts, reader, &key)? {
                wrong = Some(what);
            }
            Ok(())
        })?;
        reader.end()?;
        match wrong {
            Some(what) => Err(Malformed::Part(what)),
            None => of(parts),
        }
    }
}

/// Reads one part; the inner error is what it cannot be.
fn part<'a>(parts: &mut Parts<'a>, reader: &mut Reader<'a>, key: &str) -> Result<Result<(), &'static str>, Error> {
    let is_null = reader.peek() == Some(b'n');
    match key {
        "command" => parts.command = Some(reader.string()?),
        "tuple" => {
            let mut values = Vec::new();
            reader.array(|reader| {
                values.push(reader.value()?);
                Ok(())
            })?;
            parts.tuple = Some(values);
        }
        "stream" if !is_null => parts.stream = Some(reader.string()?),
        "anchors" if reader.peek() == Some(b'[') => reader.array(|reader| {
            parts.anchors.push(id(reader)?);
            Ok(())
        })?,
        "anchors" if !is_null => parts.anchors.push(id(reader)?),
        "id" => match reader.value()? {
            Value::Nil => {}
            Value::Array(_) | Value::Map(_) => return Ok(Err("`id` must be a string, a number, true or false")),
            id => parts.id = Some(id),
        },
        "task" => match reader.value()? {
            Value::Int(task) => parts.task = Some(task),
            Value::Nil => {}
            _ => return Ok(Err("`task` must be a whole number")),
        },
        "need_task_ids" => match reader.value()? {
            Value::Bool(need) => parts.no_task_ids = !need,
            Value::Nil => {}
            _ => return Ok(Err("`need_task_ids` must be true or false")),
        },
        "pid" => match reader.value()? {
            Value::Int(pid) if u32::try_from(pid).is_ok() => parts.pid = Some(pid as u32),
            _ => return Ok(Err("`pid` must be a process id")),
        },
        "msg" => parts.msg = words(reader.value()?),
        "name" => parts.name = words(reader.value()?),
        "params" => parts.params = Some(reader.value()?),
        "level" => {
            if let Value::Int(level) = reader.value()? {
                parts.level = Some(level);
            }
        }
        // libraries may send more than the protocol has
        _ => drop(reader.value()?),
    }
    Ok(Ok(()))
}

fn of(parts: Parts<'_>) -> Result<Message<'_>, Malformed> {
    let Some(command) = parts.command else {
        return parts
            .pid
            .map(Message::Pid)
            .ok_or(Malformed::Part("`command` is missing"));
    };
    let number = |id: Option<Value>| match id {
        Some(id) => Ok(id_of(id)),
        None => Err(Malformed::Part("`id` is missing")),
    };
    Ok(match &*command {
        "emit" => Message::Emit(Emit {
            values: parts.tuple.ok_or(Malformed::Part("`tuple` is missing"))?,
            stream: parts.stream.unwrap_or(Cow::Borrowed("default")),
            task: parts.task,
            id: parts.id,
            anchors: parts.anchors,
            need_task_ids: !parts.no_task_ids,
        }),
        "ack" => Message::Ack(number(parts.id)?),
        "fail" => Message::Fail(number(parts.id)?),
        "sync" => Message::Sync,
        "log" => Message::Log(
            match parts.level {
                Some(0) => Level::Trace,
                Some(1) => Level::Debug,
                Some(3) => Level::Warn,
                Some(4) => Level::Error,
                _ => Level::Info,
            },
            parts.msg,
        ),
        "error" => Message::Error(parts.msg),
        "metrics" => Message::Metric(parts.name, parts.params.unwrap_or(Value::Nil)),
        other => Message::Unknown(other.to_owned()),
    })
}

fn id(reader: &mut Reader<'_>) -> Result<Id, Error> {
    if reader.peek() == Some(b'"') {
        let text = reader.string()?;
        return Ok(text
            .parse()
            .map_or_else(|_| id_of(Value::Str(text.into_owned())), Id::Number));
    }
    reader.value().map(id_of)
}

fn id_of(value: Value) -> Id {
    let number = match &value {
        Value::Str(text) => text.parse().ok(),
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    };
    number.map_or_else(|| Id::Other(words(value)), Id::Number)
}

/// A text as it is, anything else as JSON.
fn words(value: Value) -> String {
    if let Value::Str(text) = value {
        return text;
    }
    let mut out = Vec::new();
    // what was read from JSON can be written as JSON
    let _ = json_write::write(&value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Ends a message.
pub const END: &[u8] = b"\nend\n";

/// The part of a tuple's message that does not change with the tuple: who emitted it, and on which stream.
pub fn origin(component: &str, stream: &str) -> Vec<u8> {
    let mut out = b"\",\"comp\":".to_vec();
    json_write::string(component, &mut out);
    out.extend_from_slice(b",\"stream\":");
    json_write::string(stream, &mut out);
    out.extend_from_slice(b",\"task\":");
    out
}

/// Appends the message that brings a tuple; nothing is appended when it cannot be sent.
///
/// # Errors
/// A value without JSON text.
pub fn tuple(id: u64, origin: &[u8], task: u32, values: &[Value], out: &mut Vec<u8>) -> Result<(), Unsupported> {
    let start = out.len();
    out.extend_from_slice(b"{\"id\":\"");
    out.extend_from_slice(id.to_string().as_bytes());
    out.extend_from_slice(origin);
    out.extend_from_slice(task.to_string().as_bytes());
    out.extend_from_slice(b",\"tuple\":[");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if let Err(error) = json_write::write(value, out) {
            out.truncate(start);
            return Err(error);
        }
    }
    out.extend_from_slice(b"]}");
    out.extend_from_slice(END);
    Ok(())
}

/// Appends a heartbeat, which a bolt answers by `sync`.
pub fn heartbeat(id: u64, out: &mut Vec<u8>) {
    let text = format!("{{\"id\":\"{id}\",\"comp\":null,\"stream\":\"__heartbeat\",\"task\":-1,\"tuple\":[]}}");
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(END);
}

/// Appends a tick, which a bolt acks as any tuple; `seconds` between two.
pub fn tick(id: u64, seconds: f64, out: &mut Vec<u8>) {
    let mut text = format!("{{\"id\":\"{id}\",\"comp\":\"__system\",\"stream\":\"__tick\",\"task\":-1,\"tuple\":[");
    text += &if seconds.fract() == 0.0 && seconds < 1e15 {
        format!("{}]}}", seconds as i64)
    } else {
        format!("{seconds:?}]}}")
    };
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(END);
}

/// Appends the ids of the tasks that got a tuple.
pub fn task_ids(tasks: &[u32], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, task) in tasks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(task.to_string().as_bytes());
    }
    out.push(b']');
    out.extend_from_slice(END);
}

/// What a spout is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Emit something, if there is something.
    Next,
    /// The tree of this id is done.
    Ack(Value),
    /// The tree of this id failed.
    Fail(Value),
    /// The topology is active.
    Activate,
    /// It is not.
    Deactivate,
}

/// Appends a command for a spout.
pub fn command(command: &Command, out: &mut Vec<u8>) {
    let (name, id) = match command {
        Command::Next => ("next", None),
        Command::Ack(id) => ("ack", Some(id)),
        Command::Fail(id) => ("fail", Some(id)),
        Command::Activate => ("activate", None),
        Command::Deactivate => ("deactivate", None),
    };
    out.extend_from_slice(format!("{{\"command\":\"{name}\",\"id\":").as_bytes());
    // it came as JSON, so it goes as JSON
    match id {
        Some(id) => drop(json_write::write(id, out)),
        None => out.extend_from_slice(b"\"\""),
    }
    out.push(b'}');
    out.extend_from_slice(END);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Message<'_>, Malformed> {
        Message::read(text.as_bytes())
    }

    fn emit(text: &str) -> Emit<'_> {
        match read(text) {
            Ok(Message::Emit(emit)) => emit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_emit_has_the_defaults_of_the_protocol() {
        let plain = emit(r#"{"command":"emit","tuple":["a",1]}"#);
        assert_eq!(plain.values, [Value::Str("a".into()), Value::Int(1)]);
        assert_eq!(
            (&*plain.stream, plain.task, plain.id, plain.need_task_ids),
            ("default", None, None, true)
        );
    }

    #[test]
    fn every_part_of_an_emit_is_read() {
        let full = emit(
            "{\"anchors\":[\"12\",\"x\",7],\"need_task_ids\":false,\"tuple\":[],\n\"task\":5,\"id\":3.5,\
             \"stream\":\"err\\u006frs\",\"command\":\"emit\",\"more\":{}}",
        );
        assert_eq!(full.anchors, [Id::Number(12), Id::Other("x".into()), Id::Number(7)]);
        assert_eq!(
            (full.task, full.id, full.need_task_ids),
            (Some(5), Some(Value::Float(3.5)), false)
        );
        assert_eq!(full.stream, "errors");
        assert_eq!(
            emit(r#"{"command":"emit","tuple":[],"anchors":"9"}"#).anchors,
            [Id::Number(9)]
        );
        let nulls = emit(r#"{"command":"emit","tuple":[],"anchors":null,"stream":null,"task":null,"id":null}"#);
        assert_eq!(
            (nulls.anchors, &*nulls.stream, nulls.task, nulls.id),
            (vec![], "default", None, None)
        );
    }

    #[test]
    fn every_command_is_read() {
        let cases = [
            (r#"{"pid":42}"#, Message::Pid(42)),
            (r#"{"command":"ack","id":"5"}"#, Message::Ack(Id::Number(5))),
            (r#"{"command":"fail","id":"-5"}"#, Message::Fail(Id::Other("-5".into()))),
            (r#"{"command":"sync"}"#, Message::Sync),
            (r#"{"command":"log","msg":"a"}"#, Message::Log(Level::Info, "a".into())),
            (
                r#"{"command":"log","msg":["a"],"level":4}"#,
                Message::Log(Level::Error, "[\"a\"]".into()),
            ),
            (r#"{"command":"error","msg":"b"}"#, Message::Error("b".into())),
            (
                r#"{"command":"metrics","name":"n","params":3}"#,
                Message::Metric("n".into(), Value::Int(3)),
            ),
            (r#"{"command":"dance"}"#, Message::Unknown("dance".into())),
        ];
        for (text, message) in cases {
            assert_eq!(read(text), Ok(message), "{text}");
        }
    }

    #[test]
    fn what_a_message_lacks_is_named() {
        for (text, what) in [
            (
                "hello",
                "it is not a message of the protocol (byte 0: an object is needed here)",
            ),
            (
                "[1]",
                "it is not a message of the protocol (byte 0: an object is needed here)",
            ),
            ("{}", "`command` is missing"),
            (r#"{"command":"emit"}"#, "`tuple` is missing"),
            (r#"{"command":"ack"}"#, "`id` is missing"),
            (
                r#"{"command":"emit","tuple":[],"task":"x"}"#,
                "`task` must be a whole number",
            ),
            (
                r#"{"command":"emit","tuple":[],"id":[]}"#,
                "`id` must be a string, a number, true or false",
            ),
            (
                r#"{"command":"emit","tuple":1}"#,
                "it is not a message of the protocol (byte 26: an array is needed here)",
            ),
            (r#"{"pid":"x"}"#, "`pid` must be a process id"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), what, "{text}");
        }
    }

    fn sent(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn messages_to_a_program_have_storms_form() {
        let values = [Value::Str("a\n".into()), Value::Int(2)];
        assert_eq!(
            sent(|out| tuple(7, &origin("li\"nes", "default"), 3, &values, out).unwrap()),
            "{\"id\":\"7\",\"comp\":\"li\\\"nes\",\"stream\":\"default\",\"task\":3,\"tuple\":[\"a\\n\",2]}\nend\n"
        );
        assert_eq!(
            sent(|out| heartbeat(8, out)),
            "{\"id\":\"8\",\"comp\":null,\"stream\":\"__heartbeat\",\"task\":-1,\"tuple\":[]}\nend\n"
        );
        assert_eq!(
            sent(|out| tick(9, 5.0, out)),
            "{\"id\":\"9\",\"comp\":\"__system\",\"stream\":\"__tick\",\"task\":-1,\"tuple\":[5]}\nend\n"
        );
        assert!(sent(|out| tick(9, 0.5, out)).contains("\"tuple\":[0.5]"));
        assert_eq!(sent(|out| task_ids(&[3, 4], out)), "[3,4]\nend\n");
        assert_eq!(sent(|out| task_ids(&[], out)), "[]\nend\n");
        assert_eq!(
            sent(|out| command(&Command::Next, out)),
            "{\"command\":\"next\",\"id\":\"\"}\nend\n"
        );
        assert_eq!(
            sent(|out| command(&Command::Fail(Value::Int(4)), out)),
            "{\"command\":\"fail\",\"id\":4}\nend\n"
        );
    }

    #[test]
    fn a_tuple_that_cannot_be_sent_leaves_nothing_behind() {
        let mut out = b"before".to_vec();
        let values = [Value::Int(1), Value::Bin(vec![0xff])];
        assert!(tuple(1, &origin("a", "b"), 1, &values, &mut out).is_err());
        assert_eq!(out, b"before");
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_panic(bytes: Vec<u8>, text in "[{}\":,a-z0-9 \\[\\]\\\\]{0,60}") {
            let _ = Message::read(&bytes);
            let _ = Message::read(text.as_bytes());
        }

        /// What a program sends back unchanged means the same.
        #[test]
        fn values_and_ids_survive_the_way_there_and_back(
            id: u64, text: String, number: i64, float in any::<f64>().prop_filter("finite", |float| float.is_finite()),
        ) {
            let values = [Value::Str(text), Value::Int(number), Value::Float(float), Value::Nil];
            let message = sent(|out| tuple(id, &origin("a", "b"), 1, &values, out).unwrap());
            // the program's parser is an exact one: serde_json's floats are not
            let mut parts = Parts::default();
            let mut reader = Reader::new(message.strip_suffix("\nend\n").unwrap().as_bytes());
            reader.object(|reader, key| part(&mut parts, reader, &key).map(|_| ())).unwrap();
            let mut echo = Vec::new();
            json_write::write(&Value::Array(parts.tuple.unwrap()), &mut echo).unwrap();
            let tuple = String::from_utf8(echo).unwrap();
            let back = format!("{{\"command\":\"emit\",\"tuple\":{tuple},\"anchors\":[\"{id}\"]}}");
            let back = emit(&back);
            prop_assert_eq!(&back.anchors, &[Id::Number(id)]);
            prop_assert_eq!(&back.values[..], &values[..]);
        }
    }
}
