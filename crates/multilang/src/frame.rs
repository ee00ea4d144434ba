//! Bytes of a pipe to messages: text, `\n`, `end`, `\n`.

/// Most bytes of a message: one that is longer is a fault of its sender, not a reason to run out of memory.
pub const MAX_MESSAGE: usize = 64 << 20;

/// Bytes read at a time: what a pipe holds.
pub const CHUNK: usize = 64 << 10;

/// What is wrong with a sender's framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message is longer than {0} bytes")]
pub struct TooLong(pub usize);

/// What came through a pipe and is not yet dealt with.
#[derive(Debug)]
pub struct Frames {
    buffer: Vec<u8>,
    /// Where the message under way begins.
    start: usize,
    /// Where its line under way begins.
    line: usize,
    /// Bytes looked at.
    seen: usize,
    /// Bytes that came.
    filled: usize,
    limit: usize,
}

impl Frames {
    /// Nothing yet; messages of more than `limit` bytes are refused.
    pub fn new(limit: usize) -> Self {
        Frames {
            buffer: Vec::new(),
            start: 0,
            line: 0,
            seen: 0,
            filled: 0,
            limit,
        }
    }

    /// Gives away everything, so that messages can be read while their owner is changed.
    pub fn lend(&mut self) -> Frames {
        let empty = Frames::new(self.limit);
        std::mem::replace(self, empty)
    }

    /// Room for the next [`CHUNK`] of bytes. Call [`Frames::filled`] with how many came.
    pub fn room(&mut self) -> &mut [u8] {
        if self.start == self.filled {
            (self.start, self.line, self.seen, self.filled) = (0, 0, 0, 0);
            // one huge message must not keep its memory for ever
            if self.buffer.len() > 16 * CHUNK {
                self.buffer = Vec::new();
            }
        } else if self.start > CHUNK {
            // moves less than a chunk for each chunk read, unless a message is long: then nothing is moved until it ends
            self.buffer.copy_within(self.start..self.filled, 0);
            self.line -= self.start;
            self.seen -= self.start;
            self.filled -= self.start;
            self.start = 0;
        }
        let needed = self.filled + CHUNK;
        if self.buffer.len() < needed {
            // doubled: a message of 64 MiB is not moved a thousand times
            self.buffer.resize(needed.max(self.buffer.len() * 2), 0);
        }
        &mut self.buffer[self.filled..]
    }

    /// Notes that `count` bytes were put at the start of [`Frames::room`].
    pub fn filled(&mut self, count: usize) {
        self.filled += count;
    }

    /// The next complete message, without its `end`. A message may have several lines.
    ///
    /// # Errors
    /// A message above the limit.
    pub fn next_message(&mut self) -> Result<Option<&[u8]>, TooLong> {
        while let Some(length) = self.buffer[self.seen..self.filled]
            .iter()
            .position(|byte| *byte == b'\n')
        {
            let end = self.seen + length;
            let line = std::mem::replace(&mut self.line, end + 1);
            self.seen = end + 1;
            // programs made for Windows end their lines by \r\n
            if matches!(&self.buffer[line..end], b"end" | b"end\r") {
                let start = std::mem::replace(&mut self.start, end + 1);
                if line - start > self.limit {
                    return Err(TooLong(self.limit));
                }
                return Ok(Some(&self.buffer[start..line]));
            }
        }
        self.seen = self.filled;
        if self.filled - self.start > self.limit {
            return Err(TooLong(self.limit));
        }
        Ok(None)
    }

    /// What came after the last complete message.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.filled]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn feed(frames: &mut Frames, bytes: &[u8]) {
        for chunk in bytes.chunks(CHUNK) {
            frames.room()[..chunk.len()].copy_from_slice(chunk);
            frames.filled(chunk.len());
        }
    }

    fn next(frames: &mut Frames) -> Option<Vec<u8>> {
        frames.next_message().unwrap().map(<[u8]>::to_vec)
    }

    proptest! {
        /// However the bytes are cut, the same messages come out.
        #[test]
        fn the_cuts_of_a_pipe_do_not_matter(
            messages in prop::collection::vec("[a-z\"\n]{0,20}", 0..20),
            cuts in prop::collection::vec(1..30usize, 1..20),
        ) {
            let expected: Vec<String> = messages.iter().filter(|text| !text.lines().any(|line| line == "end")).cloned()
                .collect();
            let bytes: String = expected.iter().map(|text| format!("{text}\nend\n")).collect();
            let (mut frames, mut got, mut rest) = (Frames::new(1_000), Vec::new(), bytes.as_bytes());
            let mut cuts = cuts.iter().cycle();
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
                feed(&mut frames, now);
                rest = later;
                while let Some(message) = next(&mut frames) {
                    got.push(String::from_utf8(message).unwrap());
                }
            }
            let expected: Vec<String> = expected.iter().map(|text| format!("{text}\n")).collect();
            prop_assert_eq!(got, expected);
            prop_assert_eq!(frames.rest(), b"");
        }
    }

    #[test]
    fn a_message_of_ten_megabytes_comes_whole_and_leaves_no_memory_behind() {
        let mut frames = Frames::new(MAX_MESSAGE);
        let long = "x".repeat(10_000_000);
        feed(&mut frames, format!("{long}\nend\nshort\nend\nhal").as_bytes());
        assert_eq!(next(&mut frames).unwrap().len(), 10_000_001);
        assert_eq!(next(&mut frames).unwrap(), b"short\n");
        assert_eq!(next(&mut frames), None);
        assert_eq!(frames.rest(), b"hal");
        feed(&mut frames, b"f\nend\n");
        assert_eq!(next(&mut frames).unwrap(), b"half\n");
        frames.room();
        assert!(frames.buffer.len() <= 16 * CHUNK);
    }

    #[test]
    fn a_message_without_end_is_refused() {
        let mut frames = Frames::new(100_000);
        feed(&mut frames, &[b'x'; 100_000]);
        assert_eq!(frames.next_message(), Ok(None));
        feed(&mut frames, b"x");
        assert_eq!(frames.next_message(), Err(TooLong(100_000)));
        let mut whole = Frames::new(10);
        feed(&mut whole, b"01234567890\nend\n");
        assert_eq!(whole.next_message(), Err(TooLong(10)));
    }
}
