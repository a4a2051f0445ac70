//! Reed-Muller codes at the vertices of a box, for boxes shorter than the separation.

use lip1_kernel::construction::Block;

use crate::packing::parity::one_point;
use crate::ratio::Ratio;

/// The largest code RM(order, log), its bits repeated as often as fits, whose words are `2m` apart as corners of the box; axes that are
/// left over stay at 0.
///
/// Words of `2^log · repeats` bits at Hamming distance `2^(log - order) · repeats`; vertices of a box of side s that differ in h
/// coordinates are at distance `s√h`. Source: MacWilliams and Sloane, *The Theory of Error-Correcting Codes*, ch. 13.
pub(crate) fn reed_muller(dim: usize, ratio: Ratio) -> Option<Vec<Block>> {
    // The least Hamming distance h, with h r² >= 4; both below 2^122.
    let least = (4 * ratio.den() * ratio.den()).div_ceil(ratio.num() * ratio.num());
    let (log, order) = (0..=dim.checked_ilog2()?)
        .flat_map(|log| (0..=log).map(move |order| (log, order)))
        .filter(|&(log, order)| ((dim >> log) as u128) << (log - order) >= least)
        .max_by_key(|&(log, order)| information(log, order))?;
    let repeats = u32::try_from(dim >> log).ok()?;
    let rest = dim - ((dim >> log) << log);
    Some(vec![Block::ReedMuller { order, log, repeats }, one_point(rest)])
}

/// The logarithm of the number of words: the sum of C(log, i) for `i <= order`.
fn information(log: u32, order: u32) -> u64 {
    let binomials = (0..order).scan(1_u64, |binomial, i| {
        *binomial = *binomial * u64::from(log - i) / (u64::from(i) + 1);
        Some(*binomial)
    });
    1 + binomials.sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::reed_muller;
    use crate::ratio::Ratio;
    use lip1_kernel::capacity::Scale;
    use lip1_kernel::construction::product;
    use lip1_kernel::packing::Domain;

    #[test]
    fn first_order_and_full_codes_come_out() {
        let best = |dim: u32, num, den| {
            let blocks = reed_muller(dim as usize, Ratio::new(num, den).unwrap())?;
            product(Scale::new(Domain::Box, dim, num, den).unwrap(), &blocks).unwrap().least_points()
        };
        assert_eq!(best(8, 1, 1), Some(16.0)); // distance 4: [8,4]
        assert_eq!(best(32, 1, 2), Some(64.0)); // distance 16: RM(1,5)
        assert_eq!(best(16, 2, 1), Some(65_536.0));
        assert_eq!(best(16, 1, 3), None); // distance 36 > 16
        assert_eq!(best(37, 1, 2), Some(64.0)); // five axes left over
    }
}
