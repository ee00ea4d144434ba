//! The loop that calls a bolt's handler, tuple by tuple.

use rb_sys::{VALUE, rb_funcallv};

use super::batch::{collect, emit_collected, run_collected};
use super::{Bolt, Mode, Pause, SAMPLE, Taken};
use crate::emit::{Reading, Refusal, Returned, prepare, read};
use crate::tuple::{Entry, Fresh, Status};
use crate::value::{NIL, elements, is_array, is_falsy};

/// The handler loop. Called under rb_protect with a `*mut Bolt`: an exception of user code jumps out of it, so it and what
/// it inlines own nothing, and every state a jump could leave is one that [`Bolt::abandon`] understands.
pub unsafe fn run_handlers(bolt: *mut Bolt) -> Pause {
    unsafe {
        let beat = (*bolt).run.pulse.beat();
        loop {
            let Some(taken) = (*bolt).taken.front_mut() else {
                return Pause::Empty;
            };
            let taken: *mut Taken = taken;
            let pause = run_batch(bolt, taken, beat);
            if (*taken).next == (*taken).batch.len() {
                let taken = (*bolt).taken.pop_front().expect("it was at the front");
                (*bolt).run.roots.release(taken.token);
                if !matches!((*bolt).handler.mode, Mode::Batch { .. }) {
                    (*bolt).core.handled(taken.batch.len());
                }
            }
            match pause {
                Pause::Empty => {}
                pause => return pause,
            }
        }
    }
}

#[inline]
unsafe fn run_batch(bolt: *mut Bolt, taken: *mut Taken, beat: u32) -> Pause {
    unsafe {
        let len = (*taken).batch.len();
        while (*taken).next < len {
            let index = (*taken).next;
            // before the call: a jump out of it must not run the tuple twice
            (*taken).next = index + 1;
            if let Mode::Batch { max, .. } = (*bolt).handler.mode {
                let position = collect(bolt, taken, index);
                if (*bolt).collected_len(position) >= max {
                    match run_collected(bolt, position) {
                        Pause::Empty => {}
                        pause => return pause,
                    }
                }
            } else if let pause @ (Pause::Refused | Pause::Forked) = handle(bolt, taken, index) {
                return pause;
            }
            if (*bolt).core.outbox.is_full() || (*bolt).run.pulse.beat() != beat {
                return Pause::Breath;
            }
        }
        Pause::Empty
    }
}

/// Calls the handler for one tuple.
#[inline]
unsafe fn handle(bolt: *mut Bolt, taken: *mut Taken, index: usize) -> Pause {
    unsafe {
        (*bolt).note_open();
        let header = (&(*taken).batch.headers)[index];
        let row = elements((*taken).rows)[index];
        let position = header.to;
        let from = (&(*bolt).tasks)[position as usize];
        let instance = elements((*bolt).objects.instances)[position as usize];
        let anchors = (*taken).batch.anchors(index);
        let meta = &raw const (&(*bolt).run.metas)[header.stream as usize];
        let mut entry = Entry::new(row, meta, anchors, header.from, (*bolt).number);
        (*bolt).position = position;
        let handler = &raw const (*bolt).handler;
        entry.fresh = (*handler).fresh_strings;
        let tuple = if (*handler).mode == Mode::Tuple {
            let (tuple, place) = (*bolt).pages.tuple((*bolt).tuple_class, entry);
            (*bolt).current = place;
            (*bolt).current_tuple = tuple;
            tuple
        } else {
            (*bolt).plain = entry;
            (*bolt).current = &raw mut (*bolt).plain;
            NIL
        };
        (*bolt).until_sample -= 1;
        let sampled = (*bolt).until_sample == 0;
        let mut since = 0;
        if sampled {
            (*bolt).until_sample = SAMPLE;
            since = (*bolt).run.shared.clock.now();
            (*bolt).sample((*bolt).current, since);
        }
        (*bolt).core.metrics().executed.add(1);
        let result = match ((*handler).mode, (*handler).arity) {
            (Mode::Tuple, Some(0)) => rb_funcallv(instance, (*handler).method, 0, std::ptr::null()),
            (Mode::Tuple, _) => rb_funcallv(instance, (*handler).method, 1, &tuple),
            (_, arity) => {
                let values = elements(row);
                let count = arity.map_or(values.len(), |arity| arity.min(values.len()));
                rb_funcallv(instance, (*handler).method, count as i32, values.as_ptr())
            }
        };
        let result = match (*handler).odd {
            Some(odd) if is_odd(bolt, result) => rb_funcallv(instance, odd, 2, [tuple, result].as_ptr()),
            _ => result,
        };
        let bolt = &mut *bolt;
        if sampled {
            bolt.core
                .metrics()
                .execute
                .record(bolt.run.shared.clock.now().saturating_sub(since));
        }
        if crate::fork::generation() != bolt.run.generation {
            return Pause::Forked;
        }
        let bolt: *mut Bolt = bolt;
        if let Err(refusal) = emit_returned(bolt, result, from) {
            (*bolt).refusal = Some(refusal);
            return Pause::Refused;
        }
        if (*bolt).handler.ack && (*(*bolt).current).status == Status::Open && !(*(*bolt).current).held {
            (*bolt).ack((*bolt).current);
        }
        (*bolt).end_call();
        // the tuple is reachable from this frame until here
        std::hint::black_box(tuple);
        Pause::Empty
    }
}

/// Whether a result is no tuple by the return rule, or only partly made of tuples, or has not as many values as fields.
unsafe fn is_odd(bolt: *mut Bolt, result: VALUE) -> bool {
    unsafe {
        let arity = (*bolt).returns.map(|stream| (&(*bolt).streams)[stream].arity);
        let fits = |width: usize| arity.is_none_or(|arity| width == arity);
        if !is_array(result) {
            return is_falsy(result) || !fits(1);
        }
        let tuple = |row: &VALUE| is_array(*row) && fits(elements(*row).len());
        match elements(result) {
            [] => true,
            rows @ [first, ..] if is_array(*first) => !rows.iter().all(tuple),
            values => !fits(values.len()),
        }
    }
}

/// Emits what a handler returned, anchored to its input or inputs.
#[inline]
pub(super) unsafe fn emit_returned(bolt: *mut Bolt, result: VALUE, from: u32) -> Result<(), (Refusal, Reading)> {
    unsafe {
        let Some(stream) = (*bolt).returns else { return Ok(()) };
        match read(result).map_err(|refusal| (refusal, Reading::Several))? {
            Returned::Nothing => Ok(()),
            Returned::One(row) => {
                let row = if keeps(bolt, stream) {
                    rb_sys::rb_ary_dup(row)
                } else {
                    row
                };
                emit_row(bolt, stream, from, row).map_err(|refusal| (refusal, Reading::One))
            }
            Returned::Several(rows) => {
                // all or nothing: the arity of each is checked before the first is emitted
                let arity = (&(*bolt).streams)[stream].arity;
                for row in elements(rows) {
                    let width = rb_sys::RARRAY_LEN(*row) as usize;
                    if width != arity {
                        return Err((Refusal::Arity(stream, width), Reading::Several));
                    }
                }
                let mut index = 0;
                // read anew each time: a custom grouping or a conversion may run user code
                while index < rb_sys::RARRAY_LEN(rows) {
                    let row = rb_sys::rb_ary_entry(rows, index);
                    if !is_array(row) {
                        return Err((Refusal::Mixed(index as usize), Reading::Several));
                    }
                    emit_row(bolt, stream, from, row).map_err(|refusal| (refusal, Reading::Several))?;
                    index += 1;
                }
                std::hint::black_box(rows);
                Ok(())
            }
        }
    }
}

/// Whether an Array that was returned is copied: a bolt that may change Strings it reads may go on to change what it returned.
/// Not the Arrays in one, of which hardly any is kept (a copy of each costs 9 % of a word count).
#[inline]
unsafe fn keeps(bolt: *mut Bolt, stream: usize) -> bool {
    unsafe { (*bolt).handler.fresh_strings != Fresh::No && !(*bolt).core.outbox.streams()[stream].routes.is_empty() }
}

#[inline]
unsafe fn emit_row(bolt: *mut Bolt, stream: usize, from: u32, row: VALUE) -> Result<(), Refusal> {
    unsafe {
        let out = &raw mut (&mut (*bolt).streams)[stream];
        if (*out).direct {
            return Err(Refusal::NoTask(stream));
        }
        let row = prepare(&mut *out, stream, row)?;
        if !(*out).customs.is_empty() {
            Bolt::choose(bolt, stream, from, row.values)?;
        }
        if !(*bolt).handler.anchor {
            (*bolt).emit(std::ptr::null_mut(), stream, from, None, &row);
        } else if !(*bolt).current.is_null() {
            (*bolt).emit((*bolt).current, stream, from, None, &row);
        } else {
            emit_collected(bolt, stream, from, &row);
        }
        std::hint::black_box(row);
        Ok(())
    }
}
