//! Messages on their way into a program's stdin. Task ids go before tuples that wait, but never into the midst of one.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Write};

/// Written bytes that are kept before a buffer is moved together.
const SLACK: usize = 64 << 10;

/// Bytes of task ids that may wait: beyond it a program is not read before it reads some.
const MAX_URGENT: usize = 1 << 20;

#[derive(Debug, Default)]
struct Bytes {
    bytes: Vec<u8>,
    written: usize,
}

impl Bytes {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    fn advance(&mut self, count: usize) {
        self.written += count;
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.written = 0;
            // one huge tuple must not keep its memory for ever
            self.bytes.shrink_to(16 * SLACK);
        } else if self.written > SLACK && self.written > self.bytes.len() / 2 {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }
}

/// What waits to be written to one program.
#[derive(Debug, Default)]
pub struct Outgoing {
    urgent: Bytes,
    queue: Bytes,
    /// Lengths of the messages in `queue` that are not written to their end.
    lengths: VecDeque<usize>,
    /// Bytes of the first of them that are written.
    begun: usize,
}

impl Outgoing {
    /// Appends a message to the queue; `write` appends its bytes, or nothing.
    pub fn push<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let before = self.queue.bytes.len();
        let result = write(&mut self.queue.bytes);
        let length = self.queue.bytes.len() - before;
        if length > 0 {
            self.lengths.push_back(length);
        }
        result
    }

    /// Appends a message that goes before the queue.
    pub fn push_urgent(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.urgent.bytes);
    }

    /// Messages of the queue that are not written to their end.
    pub fn waiting(&self) -> usize {
        self.lengths.len()
    }

    /// Bytes that are not written.
    pub fn bytes(&self) -> usize {
        self.urgent.rest().len() + self.queue.rest().len()
    }

    /// Whether so many task ids wait that the program cannot be reading them.
    pub fn is_ignored(&self) -> bool {
        self.urgent.rest().len() > MAX_URGENT
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty() && self.urgent.rest().is_empty()
    }

    /// Writes as much as `pipe` takes, in as few calls as possible; whether everything was written.
    ///
    /// # Errors
    /// What the pipe gives, but for "not now".
    pub fn write_to(&mut self, pipe: &mut impl Write) -> io::Result<bool> {
        while !self.is_empty() {
            // a message that is begun is ended first
            let first = if self.begun > 0 {
                self.lengths[0] - self.begun
            } else {
                0
            };
            let (first, rest) = self.queue.rest().split_at(first);
            let result = if self.urgent.written > 0 {
                pipe.write_vectored(&[IoSlice::new(self.urgent.rest()), IoSlice::new(self.queue.rest())])
            } else {
                pipe.write_vectored(&[
                    IoSlice::new(first),
                    IoSlice::new(self.urgent.rest()),
                    IoSlice::new(rest),
                ])
            };
            let first = first.len();
            match result {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) if self.urgent.written > 0 => {
                    let urgent = count.min(self.urgent.rest().len());
                    self.urgent.advance(urgent);
                    self.advance_queue(count - urgent);
                }
                Ok(count) => {
                    let begun = count.min(first);
                    let urgent = (count - begun).min(self.urgent.rest().len());
                    self.advance_queue(begun);
                    self.urgent.advance(urgent);
                    self.advance_queue(count - begun - urgent);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn advance_queue(&mut self, count: usize) {
        self.begun += count;
        while let Some(&length) = self.lengths.front()
            && length <= self.begun
        {
            self.begun -= length;
            self.lengths.pop_front();
        }
        if count > 0 {
            self.queue.advance(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A pipe that takes so many bytes at a time, then is full.
    struct Narrow<'a> {
        taken: &'a mut Vec<u8>,
        room: usize,
    }

    impl Write for Narrow<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room);
            if count == 0 && !bytes.is_empty() {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.room -= count;
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            let all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
            self.write(&all)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(usize),
        Urgent(usize),
        Write(usize),
    }

    proptest! {
        /// Messages stay whole, each of the two kinds keeps its order, and an urgent one overtakes all but a message that was
        /// begun and urgent ones before it.
        #[test]
        fn urgent_messages_go_between_the_others(steps in prop::collection::vec(prop_oneof![
            (1..20usize).prop_map(Step::Push), (1..20usize).prop_map(Step::Urgent), (0..40usize).prop_map(Step::Write),
        ], 1..80)) {
            let (mut out, mut taken) = (Outgoing::default(), Vec::new());
            let (mut number, mut pushed, mut urgent) = (0u32, Vec::new(), Vec::new());
            for step in steps.into_iter().chain([Step::Write(usize::MAX)]) {
                number += 1;
                match step {
                    Step::Push(length) => {
                        out.push(|bytes| bytes.extend(format!("q{number}{}\n", ".".repeat(length)).bytes()));
                        pushed.push(number);
                    }
                    Step::Urgent(length) => {
                        let before = taken.len();
                        out.push_urgent(|bytes| bytes.extend(format!("u{number}{}\n", ".".repeat(length)).bytes()));
                        urgent.push((number, before));
                    }
                    Step::Write(room) => {
                        let done = out.write_to(&mut Narrow { taken: &mut taken, room }).unwrap();
                        prop_assert_eq!(done, out.is_empty());
                    }
                }
            }
            let text = String::from_utf8(taken).unwrap();
            let of = |kind: char| -> Vec<u32> {
                text.lines().filter(|line| line.starts_with(kind))
                    .map(|line| line[1..].trim_end_matches('.').parse().unwrap()).collect()
            };
            prop_assert_eq!(of('q'), pushed);
            prop_assert_eq!(of('u'), urgent.iter().map(|(number, _)| *number).collect::<Vec<_>>());
            for (number, before) in urgent {
                let at = text.find(&format!("u{number}.")).unwrap();
                let overtaken = text[before.min(at)..at].lines().filter(|line| line.starts_with('q')).count();
                prop_assert!(overtaken <= 1, "{number} waited for {overtaken} messages");
            }
            prop_assert_eq!(out.waiting(), 0);
        }
    }
}
