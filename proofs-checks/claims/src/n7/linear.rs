//! Linear layers as integer matrices over a common divisor whose square is an integer.

use lip1_core::{Pool, Pooling, Rearrange};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::Interval;

/// An integer matrix, divided by the root of `square`.
struct Scaled {
    rows: Vec<Vec<i64>>,
    square: i64,
}

impl Scaled {
    /// One row a window: 1 where an entry lies in it.
    fn of_windows(windows: &[Vec<usize>], inputs: usize, square: usize) -> Self {
        let row = |window: &Vec<usize>| {
            let mut row = vec![0; inputs];
            window.iter().for_each(|index| row[*index] += 1);
            row
        };
        Self { rows: windows.iter().map(row).collect(), square: square as i64 }
    }

    fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// `M v`.
    fn times(&self, v: &[i64]) -> Vec<i64> {
        self.rows.iter().map(|row| dot(row, v)).collect()
    }

    /// `M' u`.
    fn transposed_times(&self, u: &[i64]) -> Vec<i64> {
        (0..self.columns()).map(|k| self.rows.iter().zip(u).map(|(row, u)| row[k] * u).sum()).collect()
    }

    /// Both sides of `(M M')^2 = d^2 M M'`: if they are equal, every singular value of `M` is 0 or `d`.
    fn partial_isometry(&self) -> [Vec<Vec<i64>>; 2] {
        let once = self.rows.iter().map(|row| self.times(row));
        let both = once.map(|column| {
            let twice = self.times(&self.transposed_times(&column));
            (twice, column.iter().map(|entry| self.square * entry).collect())
        });
        let (left, right) = both.unzip();
        [left, right]
    }

    /// Schur's test: an upper bound on the square of the norm of `M`.
    fn schur(&self) -> i64 {
        let largest = |sums: &mut dyn Iterator<Item = i64>| sums.max().unwrap_or(0);
        let rows = largest(&mut self.rows.iter().map(|row| row.iter().map(|x| x.abs()).sum()));
        let column = |k: usize| self.rows.iter().map(|row| row[k].abs()).sum();
        rows * largest(&mut (0..self.columns()).map(column))
    }

    /// An integer vector that `M` stretches a lot: power iteration, each time brought back to small numbers.
    fn stretched(&self) -> Vec<i64> {
        let mut v: Vec<i64> = (0..self.columns() as i64).map(|k| 1 + k % 3).collect();
        for _ in 0..20 {
            let next = self.transposed_times(&self.times(&v));
            let largest = next.iter().map(|x| x.abs()).max().unwrap_or(0).max(1);
            v = next.iter().map(|x| x * 1_000 / largest).collect();
        }
        v
    }
}

fn dot(a: &[i64], b: &[i64]) -> i64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Whether the norm is at most 1: proved by one of the two criteria, or refuted by a vector.
fn at_most_one(finding: &mut Finding, name: &str, matrix: &Scaled) {
    let [left, right] = matrix.partial_isometry();
    if left == right {
        finding.equal("(M M')^2 = d^2 M M'", &left, &right, || name.to_owned());
    } else if matrix.schur() <= matrix.square {
        finding.not_above(
            "largest row sum times largest column sum <= d^2",
            &matrix.schur(),
            &matrix.square,
            || name.to_owned(),
        );
    } else {
        let v = matrix.stretched();
        let image = matrix.times(&v);
        let whole = |x: i64| Interval::integer(u128::from(x.unsigned_abs()));
        let (left, right) = (whole(dot(&image, &image)), whole(matrix.square) * whole(dot(&v, &v)));
        finding.at_most("|M v|^2 <= d^2 |v|^2", left, right, || name.to_owned());
        finding.undecided(format!("{name}: no criterion applies"));
    }
}

/// Averages of lip1-core over windows that tile an image.
pub(super) fn disjoint_averages(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("square of the norm");
    let largest = ctx.count(3, 4, 5);
    for channels in 1..=2 {
        for (down, right) in pairs(largest) {
            for window in [[1, 1], [1, 2], [2, 2], [3, 2]] {
                let input = [channels, down * window[0], right * window[1]];
                let pool =
                    Pool::new(Pooling::Average, input, window).map_err(CheckError::during("pooling"))?;
                let size = window[0] * window[1];
                let matrix = Scaled::of_windows(pool.windows(), input.iter().product(), size);
                at_most_one(
                    &mut finding,
                    &format!("windows of {size} entries, {down} x {right} of them"),
                    &matrix,
                );
            }
        }
    }
    Ok(finding)
}

fn pairs(largest: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=largest).flat_map(move |a| (1..=largest).map(move |b| (a, b)))
}

/// Averages over overlapping windows of a line, divided by the root of the multiplicity or not.
pub(super) fn overlapping_averages(ctx: &Context, divided: bool) -> Finding {
    let mut finding = Finding::new("square of the norm");
    for (size, stride) in pairs(ctx.count(4, 5, 6)).filter(|(size, stride)| stride < size) {
        for count in 2..=ctx.count(4, 8, 12) {
            let inputs = size + stride * (count - 1);
            let windows: Vec<Vec<usize>> =
                (0..count).map(|k| (stride * k..stride * k + size).collect()).collect();
            let taken = |index: &usize| windows.iter().filter(|window| window.contains(index)).count();
            let multiplicity = if divided { (0..inputs).map(|k| taken(&k)).max().unwrap_or(1) } else { 1 };
            let matrix = Scaled::of_windows(&windows, inputs, size * multiplicity);
            at_most_one(&mut finding, &format!("{count} windows of {size}, step {stride}"), &matrix);
        }
    }
    finding
}

/// Invertible down- and up-sampling and shifts of lip1-core.
pub(super) fn rearrangements(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("square of the norm");
    let failed = || CheckError::during("rearrangement");
    for (down, right) in pairs(ctx.count(2, 3, 4)) {
        for factor in 1..=3 {
            let input = [2, down * factor, right * factor];
            let there = Rearrange::pixel_unshuffle(input, factor).map_err(failed())?;
            let output = [2 * factor * factor, down, right];
            let back = Rearrange::pixel_shuffle(output, factor).map_err(failed())?;
            let both: Vec<Option<usize>> =
                there.from().iter().map(|place| back.from().get(*place).copied()).collect();
            let identity: Vec<Option<usize>> = (0..input.iter().product()).map(Some).collect();
            finding.equal("up after down is the identity", &both, &identity, || {
                format!("factor {factor}, {down} x {right} places")
            });
            for layer in [there, back, Rearrange::shift(output).map_err(failed())?] {
                let matrix = selecting(layer.from());
                at_most_one(&mut finding, &format!("factor {factor}, {down} x {right} places"), &matrix);
            }
        }
    }
    Ok(finding)
}

/// Entry `k` of the output is entry `from[k]` of the input.
fn selecting(from: &[usize]) -> Scaled {
    let windows: Vec<Vec<usize>> = from.iter().map(|place| vec![*place]).collect();
    Scaled::of_windows(&windows, from.iter().max().map_or(0, |last| last + 1), 1)
}

/// Down-sampling that takes an entry twice.
pub(super) fn taken_twice() -> Finding {
    let mut finding = Finding::new("square of the norm");
    at_most_one(&mut finding, "entries 0, 2, 2, 3", &selecting(&[0, 2, 2, 3]));
    finding
}

/// `n I - 11'` over n.
pub(super) fn centring(ctx: &Context) -> Finding {
    let mut finding = Finding::new("square of the norm");
    for n in 1..=ctx.count(24, 48, 96) as i64 {
        let row = |i: i64| (0..n).map(|k| if k == i { n - 1 } else { -1 }).collect();
        let matrix = Scaled { rows: (0..n).map(row).collect(), square: n * n };
        at_most_one(&mut finding, &format!("centring of {n} entries"), &matrix);
    }
    finding
}
