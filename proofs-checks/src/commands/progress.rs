//! Progress on standard error: a bar on a terminal that can redraw a line, else lines.

use std::fmt::Display;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shortest time before the first line and between two.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows how much of something countable is done; from any thread.
pub(super) struct Progress {
    /// It also reckons what time is left, where it is not drawn.
    bar: ProgressBar,
    what: String,
    total: usize,
    last_line: Mutex<Instant>,
}

impl Progress {
    /// Counts up to `total`; `what` is counted.
    pub(super) fn new(what: impl Into<String>, total: usize) -> Self {
        Self::after(0, what, total)
    }

    /// Counts on from what was done before, which does not tell how long the rest takes.
    pub(super) fn after(done: usize, what: impl Into<String>, total: usize) -> Self {
        let (what, bar) = (what.into(), ProgressBar::new(total as u64));
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:20} {pos}/{len}, {eta} left{wide_msg}")
        {
            bar.set_style(style);
        }
        bar.set_prefix(what.clone());
        bar.set_position(done as u64);
        bar.reset_eta();
        Self { bar, what, total, last_line: Mutex::new(Instant::now()) }
    }

    /// So many are done; what else there is to say of it.
    pub(super) fn show(&self, done: usize, said: impl Display) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!(", {said}"));
            self.bar.set_position(done as u64);
            return;
        }
        self.bar.set_position(done as u64);
        if done == self.total {
            // The end is told however soon it comes.
            eprintln!("lip1: {} {done}/{}, {said}", self.what, self.total);
        } else if self.is_due() {
            self.line(format_args!(", {said}"));
        }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
        if self.bar.is_hidden() && self.is_due() {
            self.line("");
        }
    }

    fn line(&self, said: impl Display) {
        let (done, left) = (self.bar.position(), self.bar.eta().as_secs());
        eprintln!("lip1: {} {done}/{}, {left} s left{said}", self.what, self.total);
    }

    /// Whether the last line is long ago; then this is the time of the last one.
    fn is_due(&self) -> bool {
        // Who finds it locked comes at the same time as another, whose line it is.
        let Ok(mut last) = self.last_line.try_lock() else { return false };
        let due = last.elapsed() >= PAUSE;
        if due {
            *last = Instant::now();
        }
        due
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
