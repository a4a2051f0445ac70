//! Numbers and points to ask about: of all sizes, in ties, next to each other, at the ends of the range.

use lip1_kernel::distance::Cost;

use crate::number::Exact;
use crate::random::Stream;

pub(crate) const TINY: f64 = f64::from_bits(1);
const ENDS: [f64; 8] = [
    0.0,
    TINY,
    f64::MIN_POSITIVE,
    f64::MAX,
    0.5 * f64::MAX,
    1e-150,
    1e150,
    f64::MIN_POSITIVE * (1.0 - f64::EPSILON),
];
/// Differences of points with a whole distance, which is the last number.
const TUPLES: [[i64; 4]; 9] = [
    [3, 4, 0, 5],
    [5, 12, 0, 13],
    [1, 2, 2, 3],
    [2, 3, 6, 7],
    [1, 4, 8, 9],
    [2, 6, 9, 11],
    [8, 15, 0, 17],
    [1, 0, 0, 1],
    [6, 6, 7, 11],
];

impl Stream {
    /// Whether something happens that does so once in `n` times.
    pub(crate) fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize].clone()
    }

    /// An exponent of 2: mostly small, sometimes any.
    pub(crate) fn exponent(&mut self) -> i32 {
        let most = self.pick(&[0, 4, 40, 300, 1073]);
        (self.integer(most) as i32).min(1023)
    }

    /// A number of the size `2^exponent`, with few digits or many.
    pub(crate) fn sized(&mut self, exponent: i32) -> f64 {
        let mantissa = if self.once_in(3) { self.integer(9) as f64 } else { 1.0 + 0.5 * self.signed() };
        let signed = if self.once_in(2) { -mantissa } else { mantissa };
        let half = exponent / 2;
        (signed * 2.0_f64.powi(half) * 2.0_f64.powi(exponent - half)).clamp(-f64::MAX, f64::MAX)
    }

    /// A number at an end of the range, of either sign.
    pub(crate) fn end(&mut self) -> f64 {
        let end = self.pick(&ENDS);
        if self.once_in(2) { -end } else { end }
    }

    /// A number of any kind.
    pub(crate) fn any(&mut self) -> f64 {
        if self.once_in(8) {
            return self.end();
        }
        let exponent = self.exponent();
        self.sized(exponent)
    }

    /// The number `k` units in the last place above `x`, `|k| <= 4`; and whether `x` was the nearest of some exact number.
    pub(crate) fn nudged(&mut self, x: f64) -> f64 {
        let steps = self.integer(4);
        (0..steps.abs())
            .fold(x, |x, _| if steps > 0 { x.next_up() } else { x.next_down() })
            .clamp(-f64::MAX, f64::MAX)
    }

    /// A dimension: mostly at most 4, seldom that of a picture.
    pub(crate) fn dimension(&mut self) -> usize {
        let most = if self.once_in(500) {
            784
        } else if self.once_in(20) {
            40
        } else {
            4
        };
        1 + self.below(most) as usize
    }

    /// `n` points of `R^dim`, of one kind together.
    pub(crate) fn points(&mut self, n: usize, dim: usize) -> Vec<Vec<f64>> {
        let exponent = self.exponent();
        match self.below(24) {
            0..=7 => self.whole_points(n, dim, exponent.clamp(-1074, 1000)),
            // Many digits, one size.
            8..=12 => (0..n).map(|_| (0..dim).map(|_| self.sized(exponent)).collect()).collect(),
            // Next to each other.
            13..=17 => {
                let first: Vec<f64> = (0..dim).map(|_| self.sized(exponent)).collect();
                (0..n).map(|_| first.iter().map(|c| self.nudged(*c)).collect()).collect()
            }
            // Differences of which the rounding errors decide, or, in fewer dimensions, near the largest number.
            18..=19 if dim >= 10 => self.almost_whole_points(n, dim),
            18..=19 => (0..n).map(|_| (0..dim).map(|_| self.large()).collect()).collect(),
            // Any sizes, the ends of the range among them.
            _ => (0..n).map(|_| (0..dim).map(|_| self.any()).collect()).collect(),
        }
    }

    fn large(&mut self) -> f64 {
        let exponent = 1023 - self.below(4) as i32;
        if self.once_in(2) { self.pick(&[f64::MAX, -f64::MAX]) } else { self.sized(exponent) }
    }

    /// Whole numbers times a power of two, some of them at whole distances.
    fn whole_points(&mut self, n: usize, dim: usize, unit: i32) -> Vec<Vec<f64>> {
        let mut rows: Vec<Vec<i64>> = Vec::new();
        for k in 0..n {
            let mut row: Vec<i64> = (0..dim).map(|_| self.integer(9)).collect();
            if k > 0 && dim > 2 && self.once_in(2) {
                let (tuple, times) = (self.pick(&TUPLES), self.integer(5));
                row.clone_from(&rows[k - 1]);
                (0..3).for_each(|c| row[c] += times * tuple[c]);
            }
            rows.push(row);
        }
        let (half, rest) = (2.0_f64.powi(unit / 2), 2.0_f64.powi(unit - unit / 2));
        rows.into_iter().map(|row| row.into_iter().map(|c| c as f64 * half * rest).collect()).collect()
    }

    /// The first two points at distance 1, exactly: `(1 - 2^-j)^2` and squares that add up to `2^(j+1) - 1` units of `2^-2j`.
    fn almost_whole_points(&mut self, n: usize, dim: usize) -> Vec<Vec<f64>> {
        let j = 54 + self.below(8) as i32;
        let mut rest = (1_u64 << (j + 1)) - 1;
        let mut rows = vec![vec![0.0; dim]; n];
        for coordinate in &mut rows[0][1..] {
            let root = rest.isqrt();
            rest -= root * root;
            *coordinate = root as f64 * 2.0_f64.powi(-j);
        }
        rows[0][0] = 1.0;
        for row in &mut rows[1..] {
            row[0] = 2.0_f64.powi(-j);
        }
        rows
    }
}

/// The exact distance, squared for `l2`.
pub(crate) fn gauge(x: &[f64], y: &[f64], cost: Cost) -> Exact {
    let differences = x.iter().zip(y).map(|(a, b)| Exact::of(*a) - Exact::of(*b));
    match cost {
        Cost::L2 => differences.map(|d| d.squared()).sum(),
        Cost::L1 => differences.map(Exact::abs).sum(),
        Cost::Linf => differences.fold(Exact::ZERO, |most, d| most.larger(d.abs())),
    }
}

/// A neighbour of a distance in `f64`.
pub(crate) fn rounded(gauge: &Exact, cost: Cost) -> f64 {
    if cost == Cost::L2 { gauge.root() } else { gauge.to_f64() }
}

/// Whether an exact number is at most a distance.
pub(crate) fn at_most_distance(number: &Exact, gauge: &Exact, cost: Cost) -> bool {
    number.sign().is_le() || if cost == Cost::L2 { number.squared() <= *gauge } else { number <= gauge }
}

pub(crate) const COSTS: [Cost; 3] = [Cost::L2, Cost::L1, Cost::Linf];
