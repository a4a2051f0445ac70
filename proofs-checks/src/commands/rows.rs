//! The same work for many rows, on all processors, with progress on standard error.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Failure;
use super::progress::Progress;

/// `work` of `0..count`, in order; the first failure by row wins, whatever the number of threads.
pub(super) fn each<T: Send>(
    name: &str,
    count: usize,
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let progress = Progress::new(name, count);
    let row = |row| {
        let result = work(row);
        progress.step();
        result
    };
    // Which failure a parallel collection of results ends with is a matter of chance.
    let results: Vec<Result<T, Failure>> = (0..count).into_par_iter().map(row).collect();
    results.into_iter().collect()
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
