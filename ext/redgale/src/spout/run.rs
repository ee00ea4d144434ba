//! The loops that ask a spout for tuples and replay those that failed.

use std::sync::atomic::Ordering;

use rb_sys::{VALUE, rb_funcallv};
use redgale_engine::batch::BATCH_TUPLES;
use redgale_engine::pending::Outcome;

use super::{IDLE_FIRST, LOOK_EVERY, SLOW, Spout};
use crate::bolt::Pause;
use crate::emit::{Reading, Refusal, Returned, Row, prepare, read};
use crate::keys::RubyKeys;
use crate::value::{NIL, elements, is_array, is_falsy};

/// How a round of on_send calls ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Every task had nothing: sleep a little.
    Idle,
    /// Every task that is not finished has as many pending tuples as it may: sleep until one is decided.
    Gated,
    /// As [`Pause`].
    Pause(Pause),
}

/// Calls on_send of the tasks in turn. Under rb_protect, as the bolts' loop: owns nothing.
pub unsafe fn run_sends(spout: *mut Spout) -> Round {
    unsafe {
        let beat = (*spout).run.pulse.beat();
        let now = if (*spout).troubled { (*spout).core.refresh() } else { 0 };
        let count = (*spout).tasks.len();
        let (mut silent, mut asked) = (0, false);
        // what nobody reads fills no batch, and the clock of a simulation stands still: there must be another end
        let most = match (*spout).run.trace {
            Some(_) => (*spout).emits.wrapping_add(BATCH_TUPLES as _),
            None => 0,
        };
        while silent < count {
            let position = (*spout).cursor;
            (*spout).cursor = if position + 1 == count { 0 } else { position + 1 };
            let troubled = (*spout).troubled && (&(*spout).troubles)[position].1 > now;
            if troubled || (&(*spout).finished)[position] || (*spout).is_gated(position as u32) {
                silent += 1;
                continue;
            }
            asked = true;
            match ask(spout, position) {
                Ok(true) => silent = 0,
                Ok(false) => silent += 1,
                Err(pause) => return Round::Pause(pause),
            }
            let ample = most != 0 && (*spout).emits >= most;
            if ample || (*spout).core.outbox.is_full() || (*spout).run.pulse.beat() != beat {
                return Round::Pause(Pause::Breath);
            }
        }
        if asked { Round::Idle } else { Round::Gated }
    }
}

/// Calls on_send of one task; whether it emitted anything.
#[inline]
unsafe fn ask(spout: *mut Spout, position: usize) -> Result<bool, Pause> {
    unsafe {
        (*spout).position = position as u32;
        let before = (*spout).emits;
        if (*spout).open_since.load(Ordering::Relaxed) == 0 && !(*spout).core.is_clean() {
            (*spout)
                .open_since
                .store((*spout).run.pulse.beat().max(1), Ordering::Relaxed);
        }
        (*spout).until_look -= 1;
        let look = (*spout).until_look == 0;
        let mut since = 0;
        if look {
            // before the call, which may jump out of here
            (*spout).until_look = LOOK_EVERY;
            since = (*spout).run.shared.clock.now();
        }
        let instance = elements((*spout).objects.instances)[position];
        let result = rb_funcallv(instance, (*spout).handler.method, 0, std::ptr::null());
        if crate::fork::generation() != (*spout).run.generation {
            return Err(Pause::Forked);
        }
        if look || (*spout).run.pulse.beat() != (*spout).fresh_at {
            // the time from which the timeout of the tuple counts: not older than a beat
            (*spout).fresh_at = (*spout).run.pulse.beat();
            (*spout).core.refresh();
        }
        if look {
            let now = (*spout).core.now();
            (*spout).slow = now.saturating_sub(since) >= SLOW;
            if (*spout).slow {
                (*spout).until_look = 1;
            }
        }
        if let Err(refusal) = emit_returned(spout, result, position as u32) {
            (*spout).refusal = Some(refusal);
            return Err(Pause::Refused);
        }
        if (*spout).troubled {
            (*spout).clear_trouble(position);
        }
        let emitted = (*spout).emits != before;
        if emitted {
            (*spout).idle = IDLE_FIRST;
            if (*spout).slow {
                return Err(Pause::Breath);
            }
        }
        Ok(emitted)
    }
}

/// Emits what on_send returned. Kept apart from the bolt's: one function for both, inlined or not, costs 7 % of a word count.
#[inline]
unsafe fn emit_returned(spout: *mut Spout, result: VALUE, position: u32) -> Result<(), (Refusal, Reading)> {
    unsafe {
        let Some(stream) = (*spout).returns else { return Ok(()) };
        if (*spout).handler.id_first {
            return emit_with_id(spout, stream, position, result).map_err(|refusal| (refusal, Reading::WithId));
        }
        match read(result).map_err(|refusal| (refusal, Reading::Several))? {
            Returned::Nothing => Ok(()),
            Returned::One(row) => emit_row(spout, stream, position, None, row).map_err(|r| (r, Reading::One)),
            Returned::Several(rows) => {
                let arity = (&(*spout).streams)[stream].arity;
                for row in elements(rows) {
                    let width = rb_sys::RARRAY_LEN(*row) as usize;
                    if width != arity {
                        return Err((Refusal::Arity(stream, width), Reading::Several));
                    }
                }
                let mut index = 0;
                while index < rb_sys::RARRAY_LEN(rows) {
                    let row = rb_sys::rb_ary_entry(rows, index);
                    if !is_array(row) {
                        return Err((Refusal::Mixed(index as usize), Reading::Several));
                    }
                    emit_row(spout, stream, position, None, row).map_err(|r| (r, Reading::Several))?;
                    index += 1;
                }
                std::hint::black_box(rows);
                Ok(())
            }
        }
    }
}

/// `[id, *values]`.
unsafe fn emit_with_id(spout: *mut Spout, stream: usize, position: u32, result: VALUE) -> Result<(), Refusal> {
    unsafe {
        if is_falsy(result) {
            return Ok(());
        }
        if !is_array(result) {
            return emit_row(spout, stream, position, Some(result), rb_sys::rb_ary_new());
        }
        match elements(result) {
            [] => Err(Refusal::NoId),
            [id, values @ ..] => {
                let id = Some(*id).filter(|id| !(*spout).handler.by_id || *id != NIL);
                let row = rb_sys::rb_ary_new_from_values(values.len() as _, values.as_ptr());
                // the GC knows an Array by its own address, not by that of its elements
                std::hint::black_box(result);
                emit_row(spout, stream, position, id, row)
            }
        }
    }
}

#[inline]
unsafe fn emit_row(
    spout: *mut Spout,
    stream: usize,
    position: u32,
    id: Option<VALUE>,
    row: VALUE,
) -> Result<(), Refusal> {
    unsafe {
        let out = &raw mut (&mut (*spout).streams)[stream];
        if (*out).direct {
            return Err(Refusal::NoTask(stream));
        }
        let row = prepare(&mut *out, stream, row)?;
        if !(*out).customs.is_empty() {
            choose(spout, stream, position, row.values)?;
        }
        (*spout).emit(position, stream, None, id, &row);
        std::hint::black_box((row, id));
        Ok(())
    }
}

/// Asks the custom groupings of a stream. Calls Ruby: may jump; nothing was emitted yet.
pub unsafe fn choose(spout: *mut Spout, stream: usize, position: u32, row: VALUE) -> Result<(), Refusal> {
    unsafe {
        let from = (&(*spout).tasks)[position as usize];
        let customs = (*spout).objects.customs;
        crate::custom::choose(
            &(&(*spout).streams)[stream].customs,
            customs,
            &raw mut (*spout).chosen,
            from,
            row,
        )
        .map_err(|choice| Refusal::BadChoice(stream, choice))?;
        (*spout).run.refuse_child()
    }
}

/// Emits the tuples whose back-off is over. Under rb_protect: custom groupings are Ruby code.
pub unsafe fn run_retries(spout: *mut Spout) -> Result<(), Refusal> {
    unsafe {
        let now = (*spout).core.refresh();
        while let Some(slot) = (*spout).core.pending.due(now) {
            (*spout).retrying = Some(slot);
            let record = *(*spout).core.pending.slot(slot);
            let (_, values) = (*spout).kept.get(slot);
            let stream = record.stream as usize;
            if !(&(*spout).streams)[stream].customs.is_empty() {
                choose(spout, stream, record.task, values)?;
            }
            let row = Row::of(&mut (&mut (*spout).streams)[stream], stream, values)?;
            let this = &mut *spout;
            let from = this.tasks[record.task as usize];
            let to = this.named.get(&slot).copied();
            let mut keys = RubyKeys {
                row: &row,
                scratch: &mut this.scratch,
                chosen: &this.chosen,
            };
            if !this.core.emit_again(slot, from, to, &row.lanes(), row.bytes, &mut keys) {
                // nobody reads it (a custom grouping chose none): done
                this.outcomes.push_back((slot, Outcome::Acked));
            }
            this.retrying = None;
            if this.core.outbox.is_full() {
                break;
            }
        }
        Ok(())
    }
}
