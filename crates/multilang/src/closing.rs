//! The end of a run: programs are asked to end, then told, then made to.

use std::time::{Duration, Instant};

use crate::child::Child;
use crate::journal::{Journal, Origin};
use crate::protocol::Level;
use crate::sys;

/// From the end of its stdin to TERM.
const ASKED: Duration = Duration::from_millis(800);
/// From TERM to KILL.
const TOLD: Duration = Duration::from_millis(500);
/// Longest time between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// Ends programs, each told with where it runs; within 1.3 s.
pub fn close(mut programs: Vec<(Origin<'_>, Child)>, journal: &dyn Journal) {
    programs.iter_mut().for_each(|(_, child)| child.close_stdin());
    let started = Instant::now();
    let (mut told, mut interests) = (false, Vec::new());
    while !programs.is_empty() && started.elapsed() < ASKED + TOLD {
        if !told && started.elapsed() >= ASKED {
            programs.iter().for_each(|(_, child)| child.terminate());
            told = true;
        }
        interests.clear();
        programs
            .iter_mut()
            .for_each(|(_, child)| child.interests(child.is_talking(), &mut interests));
        // an interest in nothing but the end of a process cannot be had: hence the looks
        if sys::poll(&mut interests, Some(LOOK)).is_err() {
            break;
        }
        for index in (0..programs.len()).rev() {
            let (origin, child) = &mut programs[index];
            child.listen(|line| journal.log(*origin, Level::Info, line));
            child.ignore();
            if child.has_ended() {
                let (origin, child) = programs.swap_remove(index);
                child.bury(|line| journal.log(origin, Level::Info, line));
            }
        }
    }
    for (origin, child) in programs {
        journal.log(
            origin,
            Level::Warn,
            "it did not end when its stdin was closed, nor by TERM: it was killed",
        );
        child.bury(|line| journal.log(origin, Level::Info, line));
    }
}
