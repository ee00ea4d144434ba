//! The on_batch form: tuples are collected, and the handler is called with many.

use rb_sys::{VALUE, rb_ary_new, rb_ary_push, rb_funcallv};

use super::run::emit_returned;
use super::{Bolt, Pause, SAMPLE, Taken};
use crate::emit::Row;
use crate::tuple::{Entry, Status};
use crate::value::{elements, is_array};

/// Emits anchored to all tuples of the batch handler's input.
pub(super) unsafe fn emit_collected(bolt: *mut Bolt, stream: usize, from: u32, row: &Row) {
    unsafe {
        // nobody reads it: there is nothing to anchor
        if (*bolt).core.outbox.streams()[stream].routes.is_empty() {
            return (*bolt).emit(std::ptr::null_mut(), stream, from, None, row);
        }
        let tuples = elements((*bolt).current_tuple);
        let entries: Vec<*mut Entry> = tuples.iter().filter_map(|tuple| crate::tuple::entry(*tuple)).collect();
        (*bolt).emit_joint(&entries, stream, from, None, row);
    }
}

pub(super) unsafe fn collect(bolt: *mut Bolt, taken: *mut Taken, index: usize) -> u32 {
    unsafe {
        let header = (&(*taken).batch.headers)[index];
        let row = elements((*taken).rows)[index];
        let meta = &raw const (&(*bolt).run.metas)[header.stream as usize];
        let entry = Entry::new(row, meta, (*taken).batch.anchors(index), header.from, (*bolt).number);
        let (tuple, _) = (*bolt).pages.tuple((*bolt).tuple_class, entry);
        let now = (*bolt).run.shared.clock.now();
        let collected = &mut (&mut (*bolt).collected)[header.to as usize];
        collected.since.get_or_insert(now);
        rb_ary_push((*bolt).run.roots.get(collected.tuples), tuple);
        header.to
    }
}

/// Calls the on_batch handler of a task with what it collected. Under rb_protect, as [`run_handlers`].
pub unsafe fn run_collected(bolt: *mut Bolt, position: u32) -> Pause {
    unsafe {
        (*bolt).note_open();
        let collected = &raw mut (&mut (*bolt).collected)[position as usize];
        if (*bolt).collected_len(position) == 0 {
            (*collected).since = None;
            return Pause::Empty;
        }
        // the handler's own; frozen, because it names what is acked when the handler returns
        let tuples = (*bolt).run.roots.replace((*collected).tuples, rb_ary_new());
        crate::value::freeze(tuples);
        (*collected).since = None;
        let count = rb_sys::RARRAY_LEN(tuples) as usize;
        (*bolt).position = position;
        (*bolt).current_tuple = tuples;
        let position = (*bolt).position as usize;
        let instance = elements((*bolt).objects.instances)[position];
        let from = (&(*bolt).tasks)[position];
        let since = (*bolt).run.shared.clock.now();
        for tuple in elements(tuples) {
            (*bolt).until_sample -= 1;
            if (*bolt).until_sample == 0 {
                (*bolt).until_sample = SAMPLE;
                if let Some(entry) = crate::tuple::entry(*tuple) {
                    (*bolt).sample(entry, since);
                }
            }
        }
        let handler = &raw const (*bolt).handler;
        let argc = if (*handler).arity == Some(0) { 0 } else { 1 };
        (*bolt).core.metrics().executed.add(count as u64);
        let result = rb_funcallv(instance, (*handler).method, argc, &tuples);
        let metrics = (*bolt).core.metrics();
        metrics
            .execute
            .record((*bolt).run.shared.clock.now().saturating_sub(since));
        if crate::fork::generation() != (*bolt).run.generation {
            return Pause::Forked;
        }
        if let Err(refusal) = emit_returned(bolt, result, from) {
            (*bolt).refusal = Some(refusal);
            return Pause::Refused;
        }
        if (*bolt).handler.ack {
            for tuple in elements(tuples) {
                if let Some(entry) = crate::tuple::entry(*tuple)
                    && (*entry).status == Status::Open
                {
                    (*bolt).ack(entry);
                }
            }
        }
        (*bolt).core.handled(count);
        (*bolt).end_call();
        std::hint::black_box(tuples);
        Pause::Empty
    }
}

/// The tuples the running batch handler was called with, or None outside of one.
pub unsafe fn collected_input(bolt: *mut Bolt) -> Option<VALUE> {
    unsafe {
        let tuple = (*bolt).current_tuple;
        ((*bolt).current.is_null() && is_array(tuple)).then_some(tuple)
    }
}
