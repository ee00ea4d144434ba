//! How long to leave a busy program alone before what it wrote is read.
//!
//! Libraries write each emit and each ack by itself. Were each read at once, the program would pay for a wake-up with every
//! message, and so would the executor (measured with pystorm: 67 % of the speed of a program that writes to /dev/null, beside
//! 90 % with naps). So while a program has work left, the executor sleeps a little; how long is found by trial: longer while
//! the program still has at least as many tuples as it dealt with meanwhile, shorter when it ran dry. At low load a program
//! always runs dry, and there are no naps.

use std::time::Duration;

/// Where it begins.
const SHORTEST: Duration = Duration::from_micros(50);
/// What a batch may be held back for.
const LONGEST: Duration = Duration::from_millis(1);

/// Of one program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nap {
    length: Duration,
    /// It waits for task ids now and then: what it wrote is read at once.
    forbidden: bool,
}

impl Nap {
    /// How long.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Takes note of a read: `done` tuples were acked or failed by it, `left` are still with the program.
    pub fn adapt(&mut self, done: usize, left: usize) {
        if self.forbidden {
            return;
        }
        if left > 1 && left >= done {
            self.length = (self.length * 2).clamp(SHORTEST, LONGEST);
        } else if left <= done / 4 {
            self.length /= 2;
            if self.length < SHORTEST {
                self.length = Duration::ZERO;
            }
        }
    }

    /// No naps from now on.
    pub fn forbid(&mut self) {
        *self = Nap {
            length: Duration::ZERO,
            forbidden: true,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_while_there_is_work_and_ends_when_there_is_none() {
        let mut nap = Nap::default();
        nap.adapt(1, 0);
        assert_eq!(nap.length(), Duration::ZERO);
        nap.adapt(1, 10);
        assert_eq!(nap.length(), SHORTEST);
        (0..10).for_each(|_| nap.adapt(100, 200));
        assert_eq!(nap.length(), LONGEST);
        nap.adapt(100, 50);
        assert_eq!(nap.length(), LONGEST, "neither short nor plenty");
        (0..10).for_each(|_| nap.adapt(100, 10));
        assert_eq!(nap.length(), Duration::ZERO);
        nap.adapt(1, 10);
        nap.forbid();
        nap.adapt(1, 10);
        assert_eq!(nap.length(), Duration::ZERO);
    }
}
