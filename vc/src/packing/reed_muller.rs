//! Reed-Muller codes at the vertices of a box, for boxes shorter than the separation.

use crate::count::Count;
use crate::ratio::Ratio;

/// RM(order, log) repeated: `2^k` words of `2^log · repeats` bits at Hamming distance `2^(log - order) · repeats`.
///
/// Vertices of a box of side s that differ in h coordinates are at distance `s√h`.
/// Source: MacWilliams and Sloane, *The Theory of Error-Correcting Codes*, ch. 13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReedMuller {
    /// k, the logarithm of the number of words.
    information: u32,
}

impl ReedMuller {
    /// The largest code that fits: Hamming distance `h` with `h r² >= 4`.
    pub(crate) fn best(dim: usize, ratio: Ratio) -> Option<ReedMuller> {
        // Both below 2^122; the quotient is the least Hamming distance.
        let least = (4 * ratio.den() * ratio.den()).div_ceil(ratio.num() * ratio.num());
        (0..=dim.checked_ilog2()?)
            .flat_map(|log| (0..=log).map(move |order| (log, order)))
            .filter(|&(log, order)| {
                let repeats = (dim >> log) as u128;
                (repeats << (log - order)) >= least
            })
            .filter_map(|(log, order)| information(log, order))
            .max()
            .map(|information| ReedMuller { information })
    }

    pub(crate) fn count(self) -> Count {
        Count::power(2, usize::try_from(self.information).unwrap_or(0))
    }
}

/// `sum of C(log, i)` for `i <= order`.
fn information(log: u32, order: u32) -> Option<u32> {
    let mut binomial = 1_u32;
    let mut sum = 1_u32;
    for i in 0..order {
        binomial = binomial.checked_mul(log - i)? / (i + 1);
        sum = sum.checked_add(binomial)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::ReedMuller;
    use crate::count::Count;
    use crate::ratio::Ratio;

    #[test]
    fn first_order_and_full_codes_come_out() {
        let best =
            |dim, num, den| ReedMuller::best(dim, Ratio::new(num, den).unwrap()).map(ReedMuller::count);
        assert_eq!(best(8, 1, 1), Some(Count::Exact(16))); // distance 4: [8,4]
        assert_eq!(best(32, 1, 2), Some(Count::Exact(64))); // distance 16: RM(1,5)
        assert_eq!(best(16, 2, 1), Some(Count::Exact(1 << 16)));
        assert_eq!(best(16, 1, 3), None); // distance 36 > 16
    }
}
