//! From what a program emits to tuples of the engine.

use redgale_codec::Value;
use redgale_engine::batch::{NativeRows, Row};
use redgale_engine::engine::Shared;
use redgale_engine::native::RowKeys;
use redgale_engine::outbox::Outbox;
use redgale_engine::route::Keys;

use crate::protocol::Emit;

/// The streams of a component, as its programs name them.
#[derive(Debug)]
pub struct Streams(Vec<Stream>);

#[derive(Debug)]
struct Stream {
    name: String,
    fields: Vec<String>,
    direct: bool,
    /// Tasks that a direct emit may name.
    tasks: Vec<u32>,
}

impl Streams {
    /// Of the component of `executor`, whose outbox this is.
    pub fn new(shared: &Shared, outbox: &Outbox<NativeRows>) -> Self {
        let stream = |routes: &redgale_engine::route::StreamRoutes| {
            let planned = &shared.plan.streams[routes.stream as usize];
            Stream {
                name: planned.name.clone(),
                fields: planned.fields.clone(),
                direct: planned.direct,
                tasks: routes
                    .routes
                    .iter()
                    .flat_map(redgale_engine::route::Route::tasks)
                    .collect(),
            }
        };
        Streams(outbox.streams().iter().map(stream).collect())
    }

    /// Number of the stream, and the task of a direct one, if the tuple can be emitted.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check(&self, emit: &Emit<'_>) -> Result<(usize, Option<u32>), String> {
        let Some(number) = self.0.iter().position(|stream| stream.name == emit.stream) else {
            let names: Vec<String> = self.0.iter().map(|stream| format!("`{}`", stream.name)).collect();
            return Err(format!(
                "there is no stream `{}`: it declares {}",
                emit.stream,
                names.join(", ")
            ));
        };
        let stream = &self.0[number];
        if emit.values.len() != stream.fields.len() {
            let fields = match &stream.fields[..] {
                [] => "no output_fields".to_owned(),
                fields => fields.join(", "),
            };
            return Err(format!(
                "stream `{}` has {} fields ({fields}), but the tuple has {} values",
                stream.name,
                stream.fields.len(),
                emit.values.len()
            ));
        }
        match emit.task {
            None if stream.direct => Err(format!("stream `{}` is direct: emit needs `task`", stream.name)),
            None => Ok((number, None)),
            Some(_) if !stream.direct => Err(format!(
                "stream `{}` is not direct: `task` is only for streams declared `direct: true`",
                stream.name
            )),
            Some(task) => match stream.tasks.iter().find(|known| i64::from(**known) == task) {
                Some(task) => Ok((number, Some(*task))),
                None => Err(format!(
                    "task {task} does not read stream `{}` with grouping :direct",
                    stream.name
                )),
            },
        }
    }

    /// Name of a stream.
    pub fn name(&self, number: usize) -> &str {
        &self.0[number].name
    }
}

/// Shares the values of a tuple.
pub fn row(values: Vec<Value>) -> Row {
    values.into()
}

/// Keys of a row that also notes which tasks get it, if that is asked for.
pub struct Asked<'a> {
    keys: RowKeys<'a>,
    tasks: Option<&'a mut Vec<u32>>,
}

impl<'a> Asked<'a> {
    /// Of `row`; `tasks`: where to note.
    pub fn new(row: &'a [Value], tasks: Option<&'a mut Vec<u32>>) -> Self {
        Asked {
            keys: RowKeys::new(row),
            tasks,
        }
    }
}

impl Keys for Asked<'_> {
    fn hash(&mut self, fields: &[usize]) -> u64 {
        self.keys.hash(fields)
    }

    fn chosen(&self, number: usize) -> &[u32] {
        self.keys.chosen(number)
    }

    #[inline]
    fn reaches(&mut self, task: u32) {
        if let Some(tasks) = &mut self.tasks {
            tasks.push(task);
        }
    }
}
