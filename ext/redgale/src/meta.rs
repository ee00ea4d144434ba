//! What all tuples of one stream have in common.

use rb_sys::VALUE;
use redgale_engine::engine::Shared;

/// A stream as its tuples show it.
#[derive(Debug)]
pub struct StreamMeta {
    /// Id of the emitting component.
    pub component: String,
    /// Name of the stream.
    pub stream: String,
    /// Names of the fields.
    pub fields: Vec<String>,
    /// The same as Symbols; interned for ever, so the GC need not see them.
    pub symbols: Vec<VALUE>,
}

/// The metas of all streams of a run, by plan-wide stream number. Needs the VM lock.
pub fn metas(shared: &Shared) -> Vec<StreamMeta> {
    let plan = &shared.plan;
    let meta = |stream: &redgale_topology::plan::PlannedStream| StreamMeta {
        component: plan.components[stream.component].id.clone(),
        stream: stream.name.clone(),
        fields: stream.fields.clone(),
        symbols: stream.fields.iter().map(|field| symbol(field)).collect(),
    };
    plan.streams.iter().map(meta).collect()
}

/// An immortal Symbol.
pub fn symbol(name: &str) -> VALUE {
    // SAFETY: VM lock (see callers); rb_intern3 copies the bytes. Ids made by it are never collected.
    unsafe {
        rb_sys::rb_id2sym(rb_sys::rb_intern3(
            name.as_ptr().cast(),
            name.len() as _,
            rb_sys::rb_utf8_encoding(),
        ))
    }
}

/// A method name.
pub fn id(name: &str) -> rb_sys::ID {
    // SAFETY: as in `symbol`.
    unsafe { rb_sys::rb_intern3(name.as_ptr().cast(), name.len() as _, rb_sys::rb_utf8_encoding()) }
}
