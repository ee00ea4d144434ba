//! Everything that is wrong with a model, at once, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::{self, KEYS, RESERVED, Status, Type};
use crate::model::{Component, Grouping, Implementation, Kind, Model, Problem, Source, Stream};
use crate::plan::feedback_edges;

/// Most executors and tasks of a topology: beyond it numbers in headers and threads stop being reasonable.
const MOST_TASKS: u64 = 100_000;

/// Result of [`validate`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The topology cannot run.
    pub problems: Vec<Problem>,
    /// It can, but this is odd.
    pub warnings: Vec<Problem>,
}

impl Report {
    fn problem(&mut self, at: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            at: at.to_owned(),
            message: message.into(),
        });
    }

    fn warning(&mut self, at: &str, message: impl Into<String>) {
        self.warnings.push(Problem {
            at: at.to_owned(),
            message: message.into(),
        });
    }
}

/// Checks a model, its own list of problems included.
pub fn validate(model: &Model) -> Report {
    let mut report = Report {
        problems: model.problems.clone(),
        ..Report::default()
    };
    names(model, &mut report);
    keys(&model.config, &model.config_at, &model.at, &mut report);
    for component in &model.components {
        keys(&component.config, &component.config_at, &component.at, &mut report);
        numbers(component, &mut report);
        streams(component, &mut report);
        shell(component, &mut report);
        sources(model, component, &mut report);
    }
    total(model, &mut report);
    reach(model, &mut report);
    for list in [&mut report.problems, &mut report.warnings] {
        list.sort_by(|a, b| place(&a.at).cmp(&place(&b.at)).then_with(|| a.message.cmp(&b.message)));
        list.dedup();
    }
    report
}

/// File and line, so that line 9 comes before line 10.
fn place(at: &str) -> (&str, u64) {
    at.rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse().ok()?)))
        .unwrap_or((at, 0))
}

fn names(model: &Model, report: &mut Report) {
    if model.name.is_empty() || model.name.contains(['/', '.', ':', '\\']) {
        report.problem(
            &model.at,
            format!(
                "topology name `{}` is empty or has one of the characters / . : \\, which Storm does not allow",
                model.name
            ),
        );
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for component in &model.components {
        if component.id.starts_with("__") {
            report.problem(
                &component.at,
                format!("id `{}` is reserved: ids do not start with __", component.id),
            );
        }
        if component.id.is_empty() {
            report.problem(&component.at, "an id is empty");
        }
        if let Some(first) = seen.insert(&component.id, &component.at) {
            report.problem(
                &component.at,
                format!(
                    "id `{}` is taken by the component at {first}: give one of them an `id:`",
                    component.id
                ),
            );
        }
    }
    if !model.components.iter().any(|component| component.kind == Kind::Spout) {
        report.problem(&model.at, format!("topology `{}` has no spout", model.name));
    }
}

fn keys(config: &Map<String, Value>, places: &BTreeMap<String, String>, at: &str, report: &mut Report) {
    for (key, value) in config {
        let at = places.get(key).map_or(at, String::as_str);
        let Some(row) = config::find(key) else {
            if RESERVED.iter().any(|prefix| key.starts_with(prefix)) {
                report.problem(at, format!("unknown configuration key `{key}`{}", suggested_key(key)));
            }
            continue;
        };
        match row.status {
            Status::NoEffect => {
                report.warning(at, format!("`{key}` has no effect here: {}", row.doc));
                continue;
            }
            Status::OnlyOne(why) if value.as_u64().is_some_and(|number| number > 1) => {
                report.problem(at, format!("`{key}` {value}: {why}; only 1 is possible"));
                continue;
            }
            Status::OnlyOne(_) | Status::Supported => {}
        }
        if let Some(wanted) = wanted(row.value, value) {
            report.problem(at, format!("`{key}` takes {wanted}, not {value}"));
        }
    }
}

/// What a value should have been, if it is wrong. nil means "the default" everywhere.
fn wanted(kind: Type, value: &Value) -> Option<String> {
    if value.is_null() {
        return None;
    }
    match kind {
        Type::Boolean => (!value.is_boolean()).then(|| "true or false".to_owned()),
        Type::Integer { min } => value
            .as_u64()
            .is_none_or(|number| number < min)
            .then(|| format!("a whole number from {min}")),
        Type::Seconds => (!value.as_f64().is_some_and(|secs| secs > 0.0)).then(|| "seconds above 0".to_owned()),
        Type::Fraction => {
            (!value.as_f64().is_some_and(|part| (0.0..=1.0).contains(&part))).then(|| "a number from 0 to 1".to_owned())
        }
        Type::Text => (!value.is_string()).then(|| "a String".to_owned()),
        Type::Any => None,
    }
}

fn numbers(component: &Component, report: &mut Report) {
    let Component {
        id,
        executors,
        tasks,
        at,
        ..
    } = component;
    if *executors == 0 || *tasks == 0 {
        report.problem(
            at,
            format!("`{id}` has {executors} executors and {tasks} tasks: at least one of each is needed"),
        );
    } else if executors > tasks {
        report.problem(
            at,
            format!(
                "`{id}` has {executors} executors (parallelism) for {tasks} tasks: an executor needs at least one task"
            ),
        );
    } else if u64::from(*tasks) > MOST_TASKS {
        report.problem(
            at,
            format!("`{id}` has {tasks} tasks: at most {MOST_TASKS} are possible"),
        );
    }
}

/// Task ids are numbers of the whole topology, so the sum counts too.
fn total(model: &Model, report: &mut Report) {
    let tasks = || model.components.iter().map(|component| u64::from(component.tasks));
    let sum: u64 = tasks().sum();
    if sum > MOST_TASKS && tasks().all(|own| own <= MOST_TASKS) {
        report.problem(
            &model.at,
            format!(
                "topology `{}` has {sum} tasks in all: at most {MOST_TASKS} are possible",
                model.name
            ),
        );
    }
}

fn streams(component: &Component, report: &mut Report) {
    let mut declared: BTreeMap<&str, &str> = BTreeMap::new();
    for stream in &component.streams {
        let name = format!("stream `{}` of `{}`", stream.name, component.id);
        if stream.name.is_empty() {
            report.problem(&stream.at, format!("a stream of `{}` has an empty name", component.id));
        }
        if let Some(first) = declared.insert(&stream.name, &stream.at) {
            report.problem(
                &stream.at,
                format!("{name} is declared twice: the first declaration is at {first}"),
            );
        }
        if stream.name.starts_with("__") {
            report.problem(
                &stream.at,
                format!("{name} is reserved: stream names do not start with __"),
            );
        }
        let mut seen = BTreeSet::new();
        for field in &stream.fields {
            if field.is_empty() {
                report.problem(&stream.at, format!("{name} has a field with an empty name"));
            }
            if field.starts_with("__") {
                report.problem(
                    &stream.at,
                    format!("field `{field}` of {name} is reserved: fields do not start with __"),
                );
            }
            if !seen.insert(field) {
                report.problem(&stream.at, format!("{name} has field `{field}` twice"));
            }
        }
    }
}

/// A program is started with these as C strings.
fn shell(component: &Component, report: &mut Report) {
    let Implementation::Shell(shell) = &component.implementation else {
        return;
    };
    let (id, at) = (&component.id, &component.at);
    if shell.command.is_empty() {
        report.problem(
            at,
            format!("`{id}` has an empty command: shell takes the name of a program"),
        );
    }
    let words = [&shell.command]
        .into_iter()
        .chain(&shell.arguments)
        .chain(&shell.directory);
    let names = shell.environment.keys().chain(shell.environment.values());
    if words.chain(names).any(|word| word.contains('\0')) {
        report.problem(
            at,
            format!("`{id}`: its command, arguments, directory or environment contain a NUL character"),
        );
    }
    for name in shell
        .environment
        .keys()
        .filter(|name| name.is_empty() || name.contains('='))
    {
        report.problem(
            at,
            format!("`{id}`: `{name}` cannot be the name of an environment variable"),
        );
    }
}

fn sources(model: &Model, component: &Component, report: &mut Report) {
    if component.kind == Kind::Bolt && component.sources.is_empty() {
        // a source that Ruby could not read has its own problem
        let known = model.problems.iter().any(|problem| problem.message.contains("source"));
        if !known {
            report.problem(
                &component.at,
                format!("bolt `{}` has no source: its block needs `source ...`", component.id),
            );
        }
    }
    if let (Kind::Spout, Some(source)) = (component.kind, component.sources.first()) {
        report.problem(
            &source.at,
            format!("spout `{}` has a source: only bolts read streams", component.id),
        );
    }
    let mut read = BTreeSet::new();
    for source in &component.sources {
        if !read.insert((&source.component, &source.stream)) {
            report.warning(
                &source.at,
                format!(
                    "`{}` reads stream `{}` of `{}` twice: it gets every tuple once for each source",
                    component.id, source.stream, source.component
                ),
            );
        }
        match model.component(&source.component) {
            None => {
                let ids = || model.components.iter().map(|other| other.id.as_str());
                let list = ids().collect::<Vec<_>>().join(", ");
                report.problem(
                    &source.at,
                    format!(
                        "source of `{}`: no component `{}`{}; there are: {list}",
                        component.id,
                        source.component,
                        suggestion(&source.component, ids())
                    ),
                );
            }
            Some(emitter) => source_stream(component, source, emitter, report),
        }
    }
}

fn source_stream(component: &Component, source: &Source, emitter: &Component, report: &mut Report) {
    let Some(stream) = emitter.stream(&source.stream) else {
        let names = || emitter.streams.iter().map(|stream| stream.name.as_str());
        let list = names().collect::<Vec<_>>().join(", ");
        return report.problem(
            &source.at,
            format!(
                "source of `{}`: `{}` has no stream `{}`{}; it declares: {list}",
                component.id,
                emitter.id,
                source.stream,
                suggestion(&source.stream, names())
            ),
        );
    };
    if stream.fields.is_empty() {
        report.problem(
            &source.at,
            format!(
                "source of `{}`: stream `{}` of `{}` has no fields: it needs output_fields",
                component.id, stream.name, emitter.id
            ),
        );
    }
    grouping(component, source, emitter, stream, report);
}

fn grouping(component: &Component, source: &Source, emitter: &Component, stream: &Stream, report: &mut Report) {
    let name = format!("stream `{}` of `{}`", stream.name, emitter.id);
    match &source.grouping {
        Grouping::Fields { fields } | Grouping::PartialKey { fields } => {
            for field in fields
                .iter()
                .filter(|field| !stream.fields.contains(field) && !stream.fields.is_empty())
            {
                let declared = || stream.fields.iter().map(String::as_str);
                let list = declared().collect::<Vec<_>>().join(", ");
                report.problem(
                    &source.at,
                    format!(
                        "source of `{}`: field `{field}` is not declared by {name}{}; it has: {list}",
                        component.id,
                        suggestion(field, declared())
                    ),
                );
            }
            if fields.is_empty() {
                let grouping = match source.grouping {
                    Grouping::PartialKey { .. } => "partial_key",
                    _ => "fields",
                };
                report.problem(
                    &source.at,
                    format!("source of `{}`: a {grouping} grouping needs a field", component.id),
                );
            }
        }
        Grouping::Custom { .. } if emitter.implementation.is_native() => report.problem(
            &source.at,
            format!(
                "source of `{}`: {name} comes from a program: a custom grouping is a Ruby object, which it cannot ask",
                component.id
            ),
        ),
        Grouping::Direct if !stream.direct => report.problem(
            &source.at,
            format!(
                "source of `{}`: {name} is not direct: declare it with `direct: true`",
                component.id
            ),
        ),
        _ => {}
    }
    if stream.direct && source.grouping != Grouping::Direct {
        report.problem(
            &source.at,
            format!(
                "source of `{}`: {name} is direct: read it with `source ..., :direct`",
                component.id
            ),
        );
    }
}

fn reach(model: &Model, report: &mut Report) {
    let spouts = model
        .components
        .iter()
        .filter(|component| component.kind == Kind::Spout);
    let mut reached: BTreeSet<&str> = spouts.map(|component| component.id.as_str()).collect();
    loop {
        let before = reached.len();
        for component in &model.components {
            if component
                .sources
                .iter()
                .any(|source| reached.contains(source.component.as_str()))
            {
                reached.insert(&component.id);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    for component in model
        .components
        .iter()
        .filter(|component| !reached.contains(component.id.as_str()))
    {
        if !component.sources.is_empty() {
            report.warning(
                &component.at,
                format!("no spout leads to `{}`: it will never get a tuple", component.id),
            );
        }
    }
    for (from, to) in feedback_edges(model) {
        let at = model.component(to).map_or("", |component| component.at.as_str());
        report.warning(
            at,
            format!("`{from}` -> `{to}` closes a cycle: a full queue on it fails the tuple's root instead of waiting"),
        );
    }
}

/// " (did you mean `x`?)" for the nearest word, if one is near.
fn suggestion<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> String {
    nearest(word, words.map(|candidate| (candidate, candidate)))
}

/// The suggestion for a key. Prefixes are left out of the comparison: they alone would make every key look near, and a key
/// under the wrong one would not.
fn suggested_key(key: &str) -> String {
    fn rest(key: &str) -> &str {
        RESERVED
            .iter()
            .find_map(|prefix| key.strip_prefix(prefix))
            .unwrap_or(key)
    }
    nearest(rest(key), KEYS.iter().map(|row| (rest(row.key), row.key)))
}

/// `words`: what to compare, what to show.
fn nearest<'a>(word: &str, words: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let near = words
        .map(|(candidate, shown)| (strsim::jaro_winkler(word, candidate), shown))
        .filter(|(score, _)| *score > 0.8);
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, shown)) => format!(" (did you mean `{shown}`?)"),
        None => String::new(),
    }
}
