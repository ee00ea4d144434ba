//! From a Ruby return value or `emit` call to tuples in the outbox.
//!
//! Runs inside protected handler loops, where an exception jumps over these frames: nothing here owns memory while Ruby is
//! called, and refusals are plain [`Refusal`] values that become exceptions outside.

use magnus::{Error, Ruby};
use rb_sys::{VALUE, rb_ary_new_from_values};

use crate::errors::Class;
use crate::executor::OutStream;
use crate::meta::StreamMeta;
use crate::roots::Values;
use crate::value::{NIL, elements, freeze, is_array, is_falsy, string_bytes};

/// Why an emit was refused. Copy, so that a jump over it leaks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Number of values differs from the number of fields: (stream position, got).
    Arity(usize, usize),
    /// The first element of a returned Array is an Array, another (at this position) is not.
    Mixed(usize),
    /// A tuple of a direct stream without `to:`.
    NoTask(usize),
    /// `to:` on a stream that is not direct.
    NotDirect(usize),
    /// No consumer of the stream has this task: (stream position, task id).
    UnknownTask(usize, i64),
    /// `on_send(reliable: true)` returned an empty Array: there is no id.
    NoId,
    /// A value could not leave the process: (stream position, the value, already worded elsewhere).
    Unsupported(usize),
    /// A custom grouping forked, and this is the child.
    Forked,
    /// A custom grouping returned something else than an Array of task ids of its consumer.
    BadChoice(usize, VALUE),
}

/// How a returned value was read; for the words of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As one tuple.
    One,
    /// As an Array of tuples.
    Several,
    /// As an id and one tuple.
    WithId,
    /// Given to `emit`.
    ByHand,
}

impl Refusal {
    /// The exception for it.
    pub fn error(self, ruby: &Ruby, reading: Reading, streams: &[OutStream], metas: &[&StreamMeta]) -> Error {
        let reading = match reading {
            Reading::One => " (the returned value was read as one tuple; return an Array of Arrays for several)",
            Reading::Several => {
                " (the returned value was read as several tuples, because its first element is an Array; use emit for a \
                 tuple that starts with an Array)"
            }
            Reading::WithId => " (the returned value was read as [id, *values])",
            Reading::ByHand => "",
        };
        let name = |position: usize| {
            let meta = metas[position];
            format!("stream `{}` of `{}`", meta.stream, meta.component)
        };
        let message = match self {
            Refusal::Arity(stream, got) => {
                let fields = &metas[stream].fields;
                let list = fields
                    .iter()
                    .map(|field| format!(":{field}"))
                    .collect::<Vec<_>>()
                    .join(", ");
                format!(
                    "{} has {} ({}), but the tuple has {}{reading}",
                    name(stream),
                    count(fields.len(), "field"),
                    if list.is_empty() { "no output_fields" } else { &list },
                    count(got, "value")
                )
            }
            Refusal::Mixed(position) => {
                format!("element {position} of the returned Array is not an Array, as its first element is{reading}")
            }
            Refusal::NoTask(stream) => format!("{} is direct: emit needs `to:`, the id of the task", name(stream)),
            Refusal::NotDirect(stream) => {
                format!(
                    "{} is not direct: `to:` is only for streams declared `direct: true`",
                    name(stream)
                )
            }
            Refusal::UnknownTask(stream, task) => {
                format!("task {task} does not read {} with grouping :direct", name(stream))
            }
            Refusal::NoId => {
                "on_send(reliable: true) must return [id, *values], but returned an empty Array".to_owned()
            }
            Refusal::Unsupported(stream) => {
                let strictness = streams.get(stream).map(|stream| stream.strictness.message());
                let message = strictness.unwrap_or_default();
                return Class::UnsupportedValue.error(ruby, format!("{}: {message}", name(stream)));
            }
            Refusal::Forked => {
                let message = "cannot emit in a forked child: the topology runs in the parent process";
                return Class::Fork.error(ruby, message.to_owned());
            }
            Refusal::BadChoice(stream, _) => format!(
                "a custom grouping of {} must return an Array of ids of the tasks that `prepare` gave it",
                name(stream)
            ),
        };
        Class::Emit.error(ruby, message)
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The tuples in a returned value, by the one return rule of the DSL.
#[derive(Clone, Copy, Debug)]
pub enum Returned {
    /// nil, false, `[]`.
    Nothing,
    /// This Array is one tuple.
    One(VALUE),
    /// Every element of this Array is one (all are Arrays).
    Several(VALUE),
}

/// Reads a returned value. May allocate (a one-element Array for a bare value).
#[inline]
pub unsafe fn read(result: VALUE) -> Result<Returned, Refusal> {
    unsafe {
        if is_falsy(result) {
            return Ok(Returned::Nothing);
        }
        if !is_array(result) {
            return Ok(Returned::One(rb_ary_new_from_values(1, &result)));
        }
        let list = elements(result);
        match list.first() {
            None => Ok(Returned::Nothing),
            Some(first) if is_array(*first) => match list.iter().position(|element| !is_array(*element)) {
                None => Ok(Returned::Several(result)),
                Some(position) => Err(Refusal::Mixed(position)),
            },
            Some(_) => Ok(Returned::One(result)),
        }
    }
}

/// A tuple's values, ready to be emitted: from here on no Ruby code runs until the tuple is in the outbox.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Array of the values, frozen.
    pub values: VALUE,
    /// Their known bytes.
    pub bytes: usize,
    /// Codec bytes (Strings) of the fields that groupings hash, by field, where writing them may call Ruby; else nil.
    pub keys: VALUE,
    /// Codec bytes (a String) of the row if a native executor may get it; else nil.
    pub encoded: VALUE,
}

impl Row {
    /// The row of frozen values that were prepared before. May call Ruby; refuses what cannot go to a native executor.
    #[inline(always)]
    pub unsafe fn of(stream: &mut OutStream, position: usize, values: VALUE) -> Result<Row, Refusal> {
        unsafe {
            Ok(Row {
                values,
                bytes: string_bytes(values),
                keys: crate::keys::bytes_of(&stream.hashed, values),
                encoded: if stream.native {
                    stream.strictness.encode(position, values)?
                } else {
                    NIL
                },
            })
        }
    }

    /// The values as the lanes take them.
    #[inline(always)]
    pub fn lanes(&self) -> Values {
        Values {
            row: self.values,
            encoded: self.encoded,
        }
    }
}

/// Checks and freezes the values of one tuple; gives the row to emit (of other values under `--strict`). May call Ruby.
#[inline(always)] // a Row that is moved through memory in halves stalls the next read of it (3 % of a word count)
pub unsafe fn prepare(stream: &mut OutStream, position: usize, row: VALUE) -> Result<Row, Refusal> {
    unsafe {
        let width = rb_sys::RARRAY_LEN(row) as usize;
        if width != stream.arity {
            return Err(Refusal::Arity(position, width));
        }
        let row = if stream.strictness.is_done() {
            row
        } else {
            stream.strictness.check(position, row)?
        };
        freeze(row);
        Row::of(stream, position, row)
    }
}
