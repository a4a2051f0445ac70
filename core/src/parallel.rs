//! Work shared between processors: no number depends on how many there are.
//!
//! What is cut are rows, columns and samples of a result, never a sum, so that one processor finds the same bits.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Multiplications worth handing to another thread that is awake: some microseconds.
const AWAKE: usize = 1 << 18;

/// Multiplications worth waking threads for: some hundred microseconds.
const ASLEEP: usize = 1 << 22;

/// Multiplications in a product that take as long as reading and writing one number elsewhere.
const PASS: usize = 32;

/// Most parts, and most threads kept awake: each part of a product packs a factor again, and each thread spins.
const MAX_THREADS: usize = 4;

/// Rounds without work after which a thread lets others have the processor for a moment.
const PATIENCE: u32 = 64;

thread_local! {
    /// How many pieces of work this thread is in the middle of.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn deeper<R>(run: impl FnOnce() -> R) -> R {
    let _guard = DepthGuard::enter();
    run()
}

/// Counts a piece of work from its making until it goes, after a panic too.
struct DepthGuard;

impl DepthGuard {
    fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for DepthGuard {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// The number of parts, at least 1, into which so many multiplications are worth cutting here.
pub(crate) fn parts(multiplications: usize) -> usize {
    let least = if rayon::current_thread_index().is_some() { AWAKE } else { ASLEEP };
    let parts = multiplications / least;
    if parts < 2 { 1 } else { parts.min(threads()) }
}

/// Threads that share work.
fn threads() -> usize {
    rayon::current_num_threads().min(MAX_THREADS)
}

/// Both, at the same time where so many multiplications are worth it.
pub(crate) fn both<A: Send, B: Send>(
    multiplications: usize,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if parts(multiplications) < 2 { (first(), second()) } else { join(first, second) }
}

/// Both, at the same time where a thread is free.
pub(crate) fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(|| deeper(first), || deeper(second))
}

/// Runs something of so many multiplications among threads that are awake, if it is large, and stay so until it ends.
///
/// Between two products of a step a thread without work would fall asleep, and waking it takes longer than a product.
pub(crate) fn among_threads<R: Send>(multiplications: usize, run: impl FnOnce() -> R + Send) -> R {
    if parts(multiplications) < 2 || rayon::current_thread_index().is_some() {
        return run();
    }
    // The scope brings the work into the pool. It waits for none of the threads that stay awake: one of them may have taken up
    // somebody else's piece, which may take long.
    rayon::scope(|_| {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 1..threads() {
            let over = Arc::clone(&over);
            rayon::spawn(move || stay_awake(&over));
        }
        deeper(|| {
            let _at_the_end = Raise(&over);
            run()
        })
    })
}

/// Raises a flag when it goes, after a panic too: others wait for the flag.
struct Raise<'a>(&'a AtomicBool);

impl Drop for Raise<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Takes pieces of work until `over`.
///
/// Not in the middle of one: something may wait for that piece which has to end before `over`.
fn stay_awake(over: &AtomicBool) {
    let mut idle: u32 = 0;
    while DEPTH.get() == 0 && !over.load(Ordering::Acquire) {
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            idle = 0;
            continue;
        }
        idle = idle.wrapping_add(1);
        if idle.is_multiple_of(PATIENCE) {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}

/// Runs every item, whatever becomes of the others; the first error in their order.
pub(crate) fn each<I: Send, E: Send>(
    multiplications: usize,
    items: Vec<I>,
    run: &(impl Fn(I) -> Result<(), E> + Sync),
) -> Result<(), E> {
    if parts(multiplications) < 2 || items.len() < 2 {
        let ended: Vec<_> = items.into_iter().map(run).collect();
        return ended.into_iter().collect();
    }
    let mut first = items;
    let second = first.split_off(first.len() / 2);
    let (first, second) = join(|| each(multiplications, first, run), || each(multiplications, second, run));
    first.and(second)
}

/// Fills a slice, in pieces whose lengths are multiples of `unit`; `run` gets each with its place.
pub(crate) fn fill<T: Send>(unit: usize, target: &mut [T], run: &(impl Fn(usize, &mut [T]) + Sync)) {
    let parts = parts(target.len().saturating_mul(PASS));
    fill_parts(parts, unit.max(1), 0, target, run);
}

fn fill_parts<T: Send>(
    parts: usize,
    unit: usize,
    place: usize,
    target: &mut [T],
    run: &(impl Fn(usize, &mut [T]) + Sync),
) {
    let half = (target.len() / 2).next_multiple_of(unit);
    if parts < 2 || half >= target.len() {
        return run(place, target);
    }
    let (first, second) = target.split_at_mut(half);
    join(
        || fill_parts(parts.div_ceil(2), unit, place, first, run),
        || fill_parts(parts / 2, unit, place + half, second, run),
    );
}

#[cfg(test)]
mod tests {
    use super::{among_threads, each, fill, join};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Enough for every cut to be made.
    const LARGE: usize = usize::MAX;

    #[test]
    fn every_entry_is_filled_once_in_pieces_of_whole_units() {
        for length in [0, 1, 6, 3 * (1 << 18)] {
            let mut target = vec![0_usize; length];
            among_threads(LARGE, || {
                fill(3, &mut target, &|place, piece| {
                    assert_eq!(place % 3, 0);
                    piece.iter_mut().enumerate().for_each(|(k, entry)| *entry += place + k + 1);
                });
            });
            assert!(target.iter().enumerate().all(|(k, entry)| *entry == k + 1));
        }
    }

    #[test]
    fn all_items_run_and_the_first_error_is_told() {
        let mut items = vec![0; 9];
        let found = among_threads(LARGE, || {
            each(LARGE, items.iter_mut().enumerate().collect(), &|(k, item)| {
                *item += 1;
                if k == 4 || k == 7 { Err(k) } else { Ok(()) }
            })
        });
        assert_eq!(found, Err(4));
        assert_eq!(items, [1; 9]);
    }

    /// Pieces within pieces.
    fn count(depth: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        let (a, b) = join(|| count(depth - 1), || count(depth - 1));
        a + b
    }

    #[test]
    fn many_at_a_time_come_to_an_end() {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(among_threads(LARGE, || count(8)), 256);
                        assert_eq!(count(6), 64);
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_ends_the_waiting_too() {
        let ended = catch_unwind(AssertUnwindSafe(|| among_threads(LARGE, || assert_eq!(count(4), 0))));
        assert!(ended.is_err());
        assert_eq!(among_threads(LARGE, || count(4)), 16);
    }
}
