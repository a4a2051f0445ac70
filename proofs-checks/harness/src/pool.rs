//! Long pieces of work on several threads.

use std::panic::resume_unwind;
use std::thread;

use rayon::ThreadPoolBuilder;
use rayon::iter::{ParallelBridge, ParallelIterator};

/// The system gives no threads.
#[derive(Debug, thiserror::Error)]
#[error("no threads to work on: {0}")]
pub struct NoThreads(#[from] rayon::ThreadPoolBuildError);

/// Works on every item, begun in their order and at most `threads` at a time; the results, in the order of the items.
///
/// Each piece of work has a thread of its own, and rayon waits for it. Work that itself shares its steps through rayon
/// would, on a thread of the pool, take up another item while it waits for a step: the one would last as long as both.
///
/// # Errors
/// A failure of one of the items, after which no other is begun; those under way are finished first.
pub fn each<T: Sync, R: Send, E: Send + From<NoThreads>>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let threads = threads.clamp(1, items.len().max(1));
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().map_err(NoThreads)?;
    let placed = |(place, item)| Ok((place, apart(|| work(item))?));
    let mut results: Vec<(usize, R)> =
        pool.install(|| items.iter().enumerate().par_bridge().map(placed).collect::<Result<_, E>>())?;
    results.sort_by_key(|(place, _)| *place);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// On a thread of its own.
fn apart<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::sleep;
    use std::time::Duration;

    use super::{NoThreads, each};

    #[derive(Debug, PartialEq)]
    struct Stop(usize);

    impl From<NoThreads> for Stop {
        fn from(_: NoThreads) -> Self {
            Stop(usize::MAX)
        }
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let items: Vec<usize> = (0..50).collect();
        for threads in [0, 1, 2, 7, 100] {
            let slow_first = |item: &usize| {
                sleep(Duration::from_micros((50 - *item as u64) * 20));
                Ok::<_, Stop>(item * item)
            };
            let squares = each(threads, &items, slow_first).unwrap();
            assert!(squares.iter().zip(&items).all(|(square, item)| *square == item * item), "{threads}");
        }
        assert_eq!(each(2, &[], |_: &usize| Err::<(), _>(Stop(0))), Ok(Vec::new()));
    }

    #[test]
    fn items_are_begun_in_order_and_none_after_a_failure() {
        let begun = Mutex::new(Vec::new());
        let work = |item: &usize| {
            begun.lock().unwrap().push(*item);
            sleep(Duration::from_millis(1));
            if *item == 5 { Err(Stop(5)) } else { Ok(()) }
        };
        assert_eq!(each(1, &(0..20).collect::<Vec<_>>(), work), Err(Stop(5)));
        assert_eq!(*begun.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
        begun.lock().unwrap().clear();
        assert_eq!(each(3, &(0..200).collect::<Vec<_>>(), work), Err(Stop(5)));
        assert!(begun.lock().unwrap().len() < 100, "{:?}", begun.lock().unwrap());
    }

    #[test]
    fn no_more_run_at_a_time_than_threads_and_none_inside_another() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread_local! { static DEPTH: AtomicUsize = const { AtomicUsize::new(0) } }
        let work = |_: &usize| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            assert_eq!(DEPTH.with(|depth| depth.fetch_add(1, Ordering::SeqCst)), 0, "inside another");
            let steps = || sleep(Duration::from_millis(1));
            rayon::join(|| rayon::join(steps, steps), || rayon::join(steps, steps));
            DEPTH.with(|depth| depth.fetch_sub(1, Ordering::SeqCst));
            running.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Stop>(())
        };
        each(3, &(0..60).collect::<Vec<_>>(), work).unwrap();
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[test]
    #[should_panic(expected = "item 3")]
    fn a_panic_reaches_the_caller() {
        let work = |item: &usize| if *item == 3 { panic!("item 3") } else { Ok::<_, Stop>(()) };
        let _ = each(2, &(0..6).collect::<Vec<_>>(), work);
    }
}
