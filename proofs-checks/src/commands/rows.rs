//! The same work for many rows, on all processors, with progress on standard error.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;

/// Time between two lines of progress.
const PAUSE: Duration = Duration::from_secs(1);

/// `work` of `0..count`, in order; the first failure by row wins, whatever the number of threads.
pub(super) fn each<T: Send>(
    name: &str,
    count: usize,
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let next = AtomicUsize::new(0);
    let last_line = Mutex::new(Instant::now());
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    let worker = || {
        let mut done = Vec::new();
        loop {
            let row = next.fetch_add(1, Ordering::Relaxed);
            if row >= count {
                return done;
            }
            done.push((row, work(row)));
            if let Ok(mut line) = last_line.try_lock()
                && line.elapsed() >= PAUSE
            {
                *line = Instant::now();
                eprintln!("lip1: {name} {}/{count}", row + 1);
            }
        }
    };
    let mut results = Vec::with_capacity(count);
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        results.extend(worker());
        for other in others {
            results.extend(other.join().map_err(|_| Failure::new("a thread died"))?);
        }
        Ok::<(), Failure>(())
    })?;
    results.sort_by_key(|(row, _)| *row);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::{Failure, each};

    #[test]
    fn results_come_in_order_and_the_first_failure_wins() {
        let squares = each("rows", 1_000, |row| Ok(row * row)).unwrap();
        assert!(squares.iter().enumerate().all(|(row, square)| row * row == *square));
        let odd = |row: usize| if row % 2 == 1 { Err(Failure::new(row)) } else { Ok(()) };
        assert_eq!(each("rows", 100, odd).unwrap_err().to_string(), "1");
        assert!(each("rows", 0, odd).unwrap().is_empty());
    }
}
