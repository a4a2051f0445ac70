//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lip1_checks::run::Progress;

/// Shortest time between two plain lines.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows how far a run is.
pub(super) struct Display {
    bar: Option<ProgressBar>,
    began: Instant,
    last_line: Option<Instant>,
    resumed: usize,
}

impl Display {
    pub(super) fn new(resumed: usize, total: usize) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar.set_position(resumed as u64);
            bar
        });
        Self { bar, began: Instant::now(), last_line: None, resumed }
    }

    pub(super) fn show(&mut self, progress: &Progress<'_>) {
        let Progress { done, total, last } = progress;
        let left = self.left(*done, *total).as_secs_f64().ceil();
        let said = format!("{left:.0} s left, last {} {}", last.claim, last.name);
        match &self.bar {
            Some(bar) => {
                bar.set_position(*done as u64);
                bar.set_message(said);
            }
            None if done == total || self.last_line.is_none_or(|line| line.elapsed() >= PAUSE) => {
                self.last_line = Some(Instant::now());
                eprintln!("lip1: {done}/{total}, {said}");
            }
            None => {}
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// As if what is left took as long a piece as what was done here.
    fn left(&self, done: usize, total: usize) -> Duration {
        let done_here = done.saturating_sub(self.resumed).max(1);
        self.began.elapsed().mul_f64(total.saturating_sub(done) as f64 / done_here as f64)
    }
}
