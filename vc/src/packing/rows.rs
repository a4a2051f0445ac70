//! Staggered rows in a square: the hexagonal packing, its stretched and squeezed relatives, and the grid's rival.

use dashu_int::UBig;
use lip1_kernel::construction::Block;

use crate::ratio::Ratio;

/// How far from the hexagonal number of rows the best number is looked for.
const ROWS_EACH_WAY: u128 = 32;

/// The fullest staggered rows of the square: of `up + 1` rows with points `2S/across` apart, every second shifted by half of it.
///
/// Hexagonal rows are √3 m apart, but for a given square fewer or more rows than that often hold more points.
pub(crate) fn staggered_rows(ratio: Ratio) -> Option<Block> {
    let (size, margin) = (ratio.num(), ratio.den());
    let hexagonal = (size * size / (3 * margin * margin)).isqrt();
    let first = hexagonal.saturating_sub(ROWS_EACH_WAY).max(1);
    let last = (hexagonal + ROWS_EACH_WAY).min(size / margin);
    (first..=last)
        .filter_map(|up| Some((up, most_across(up, size, margin)?)))
        .max_by_key(|(up, across)| (((across + 1) * (up + 1)).div_ceil(2), std::cmp::Reverse(*up)))
        .and_then(|(up, across)| {
            Some(Block::Rows { across: across.try_into().ok()?, up: up.try_into().ok()? })
        })
}

/// The largest number of half steps along a row: `across m <= S` and `S² (across² + up²) >= (2 m up across)²`.
fn most_across(up: u128, size: u128, margin: u128) -> Option<u128> {
    let fits = |across: u128| {
        let square = |x: u128| UBig::from(x) * UBig::from(x);
        square(size) * (square(across) + square(up)) >= square(2 * margin) * square(up) * square(across)
    };
    let (mut fitting, mut beyond) = (1, size / margin + 1);
    if !fits(1) {
        return None;
    }
    while beyond - fitting > 1 {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) { fitting = middle } else { beyond = middle }
    }
    Some(fitting)
}
