//! What a program writes to stderr: cut into lines for the log, so many a second that a flood neither fills the disk nor
//! memory. It is always read: a full pipe would stop the program.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Bytes of a line that are kept.
const LINE: usize = 4 << 10;
/// Lines that may come at once.
const BURST: u32 = 100;
/// After that, one line each.
const PAUSE: Duration = Duration::from_millis(20);
/// Last lines that are told when the program dies.
const LAST: usize = 12;

/// Lines of one program.
#[derive(Debug)]
pub struct Chatter {
    line: Vec<u8>,
    /// Bytes of the line under way that were left out.
    cut: usize,
    last: VecDeque<String>,
    allowed: u32,
    refilled: Instant,
    left_out: u64,
}

impl Chatter {
    /// Nothing was said yet.
    pub fn new(now: Instant) -> Self {
        Chatter {
            line: Vec::new(),
            cut: 0,
            last: VecDeque::new(),
            allowed: BURST,
            refilled: now,
            left_out: 0,
        }
    }

    /// Takes bytes as they come and gives the lines that shall be logged to `log`.
    pub fn take(&mut self, mut bytes: &[u8], now: Instant, mut log: impl FnMut(&str)) {
        self.refill(now);
        while let Some(length) = bytes.iter().position(|byte| *byte == b'\n') {
            self.push(&bytes[..length]);
            self.end(&mut log);
            bytes = &bytes[length + 1..];
        }
        self.push(bytes);
    }

    /// Logs what is left: a line without its end, and how many were left out.
    pub fn close(&mut self, mut log: impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.end(&mut log);
        }
        self.tell_left_out(&mut log);
    }

    /// The last lines, oldest first.
    pub fn last(&self) -> impl Iterator<Item = &str> {
        self.last.iter().map(String::as_str)
    }

    fn push(&mut self, bytes: &[u8]) {
        let room = LINE - self.line.len();
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.cut += bytes.len().saturating_sub(room);
    }

    fn end(&mut self, log: &mut impl FnMut(&str)) {
        let mut line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
        if self.cut > 0 {
            line += &format!("... ({} more bytes)", self.cut);
        }
        self.line.clear();
        self.cut = 0;
        if line.is_empty() {
            return;
        }
        if self.allowed > 0 {
            self.allowed -= 1;
            self.tell_left_out(log);
            log(&line);
        } else {
            self.left_out += 1;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    fn tell_left_out(&mut self, log: &mut impl FnMut(&str)) {
        if self.left_out > 0 {
            log(&format!("{} lines of its stderr were not logged", self.left_out));
            self.left_out = 0;
        }
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.refilled);
        let lines = (passed.as_nanos() / PAUSE.as_nanos()).min(u128::from(BURST)) as u32;
        if lines > 0 {
            self.allowed = (self.allowed + lines).min(BURST);
            self.refilled = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_however_the_pipe_cuts_them() {
        let start = Instant::now();
        let (mut chatter, mut lines) = (Chatter::new(start), Vec::new());
        for bytes in ["a", "b\n\nc", "\r\n", "d"] {
            chatter.take(bytes.as_bytes(), start, |line| lines.push(line.to_owned()));
        }
        chatter.close(|line| lines.push(line.to_owned()));
        assert_eq!(lines, ["ab", "c", "d"]);
        assert_eq!(chatter.last().collect::<Vec<_>>(), ["ab", "c", "d"]);
    }

    #[test]
    fn a_flood_is_counted_and_not_logged() {
        let start = Instant::now();
        let (mut chatter, mut lines) = (Chatter::new(start), Vec::new());
        for _ in 0..1_000 {
            chatter.take(b"flood\n".repeat(100).as_slice(), start, |line| {
                lines.push(line.to_owned())
            });
        }
        assert_eq!(lines.len(), BURST as usize);
        chatter.take(b"later\n", start + PAUSE, |line| lines.push(line.to_owned()));
        assert_eq!(lines[100..], ["99900 lines of its stderr were not logged", "later"]);
        assert_eq!(chatter.last().count(), LAST);
    }

    #[test]
    fn a_long_line_is_cut() {
        let start = Instant::now();
        let (mut chatter, mut lines) = (Chatter::new(start), Vec::new());
        chatter.take(&[b'x'; 10_000_000], start, |_| panic!("no line yet"));
        chatter.take(b"\n", start, |line| lines.push(line.to_owned()));
        assert_eq!(lines[0].len(), LINE + "... (9995904 more bytes)".len());
        assert!(lines[0].ends_with("x... (9995904 more bytes)"));
    }
}
