//! The best packing of a box that is known by its description: lattices, staggered rows and products of these.

use lip1_kernel::capacity::Scale;
use lip1_kernel::construction::{Block, product};
use lip1_kernel::packing::Domain;

use crate::packing::parity::{checkerboard, grid, hamming, is_member};
use crate::packing::rows::staggered_rows;
use crate::ratio::Ratio;

/// Factors of a product have at most this dimension (E8 is the last with a description of its own here).
const LARGEST_FACTOR: usize = 8;

/// From this dimension on only the grid is tried: the dual code of a longer Hamming code has too many words.
const LARGEST_DIM: usize = 4096;

/// A packing of the box by blocks; the kernel counts them, and points are written out only on request.
pub(crate) struct BoxPlan {
    steps: Vec<Step>,
}

/// The best packing of the first axes.
struct Step {
    /// What the kernel counts in a block; of a product the product, rounded.
    count: f64,
    way: Way,
}

enum Way {
    Block(&'static str, Block),
    /// A packing of the first axes times a packing of the others.
    Product(usize),
}

impl BoxPlan {
    pub(crate) fn new(dim: usize, ratio: Ratio) -> BoxPlan {
        let mut steps: Vec<Step> = Vec::with_capacity(dim);
        if dim > LARGEST_DIM {
            steps.extend(Step::of("grid", grid(dim, ratio), dim, ratio));
            return BoxPlan { steps };
        }
        for n in 1..=dim {
            let mut found: Vec<Step> = Vec::new();
            found.extend(Step::of("grid", grid(n, ratio), n, ratio));
            if n == 2 {
                let rows = staggered_rows(ratio);
                found.extend(rows.and_then(|rows| Step::of("staggered rows", rows, n, ratio)));
            }
            // Above the largest factor lattices are only tried for the dimension asked: their counts cost n² words.
            if n > 2 && (n <= LARGEST_FACTOR || n == dim) {
                found.extend(Step::of("D_n", checkerboard(n, ratio), n, ratio));
                found.extend(Step::of("extended Hamming", hamming(n, ratio), n, ratio));
            }
            for first in 1..=LARGEST_FACTOR.min(n / 2) {
                let count = steps[first - 1].count * steps[n - first - 1].count;
                found.push(Step { count, way: Way::Product(first) });
            }
            // Of equals the first.
            steps.extend(
                found.into_iter().reduce(|best, next| if next.count > best.count { next } else { best }),
            );
        }
        BoxPlan { steps }
    }

    /// The blocks, in the order of the axes, with their names.
    fn parts(&self) -> Vec<(&'static str, &Block)> {
        let (mut parts, mut open) = (Vec::new(), vec![self.steps.len()]);
        while let Some(dim) = open.pop() {
            match dim.checked_sub(1).and_then(|last| self.steps.get(last)).map(|step| &step.way) {
                Some(Way::Block(name, block)) => parts.push((*name, block)),
                Some(Way::Product(first)) => open.extend([dim - first, *first]),
                None => {}
            }
        }
        parts
    }

    /// The certificate.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        self.parts().into_iter().map(|(_, block)| block.clone()).collect()
    }

    /// The construction; of a product, the factors met, each once.
    pub(crate) fn name(&self) -> String {
        let mut factors: Vec<&'static str> = Vec::new();
        for (name, _) in self.parts() {
            if !factors.contains(&name) {
                factors.push(name);
            }
        }
        factors.join(" x ")
    }
}

impl Step {
    fn of(name: &'static str, block: Block, dim: usize, ratio: Ratio) -> Option<Step> {
        let scale = Scale::new(Domain::Box, dim.try_into().ok()?, ratio.num(), ratio.den()).ok()?;
        let count = product(scale, std::slice::from_ref(&block)).ok()?.least_points()?;
        Some(Step { count, way: Way::Block(name, block) })
    }
}

/// The points of a product of blocks, in units in which they are whole, or nothing when there are more than `limit` or a block is a
/// code.
pub(crate) fn points(blocks: &[Block], limit: usize) -> Option<Vec<i64>> {
    let mut factors = Vec::new();
    for block in blocks {
        let (dim, extent, coords) = block_points(block, limit)?;
        factors.push((dim, extent.max(1), coords));
    }
    let mut side = 1_i64;
    for (_, extent, _) in &factors {
        side = (side / gcd(side, *extent)).checked_mul(*extent)?;
    }
    let mut rows: Vec<Vec<i64>> = vec![Vec::new()];
    for (dim, extent, coords) in factors {
        if rows.len() * coords.len() > limit * dim {
            return None;
        }
        let extended = |row: &Vec<i64>| {
            let row = row.clone();
            coords
                .chunks(dim)
                .map(move |point| {
                    let scaled = point.iter().map(|x| x * (side / extent));
                    row.iter().copied().chain(scaled).collect()
                })
                .collect::<Vec<Vec<i64>>>()
        };
        rows = rows.iter().flat_map(extended).collect();
    }
    Some(rows.concat())
}

/// Number of axes, side and points of a block.
fn block_points(block: &Block, limit: usize) -> Option<(usize, i64, Vec<i64>)> {
    match block {
        Block::Parity { steps, columns } => {
            let steps = i64::try_from(*steps).ok()?;
            let mut coords = Vec::new();
            extend(&mut vec![0; columns.len()], 0, steps, columns, limit, &mut coords).then_some(())?;
            Some((columns.len(), steps, coords))
        }
        Block::Rows { across, up } => {
            let (across, up) = (i64::try_from(*across).ok()?, i64::try_from(*up).ok()?);
            let side = across.checked_mul(up)?;
            if side / 4 > i64::try_from(limit).ok()? {
                return None;
            }
            let row =
                |i: i64| (0..=across).filter(move |j| (i + j) % 2 == 0).map(move |j| [j * up, i * across]);
            Some((2, side, (0..=up).flat_map(row).flatten().collect()))
        }
        Block::ReedMuller { .. } => None,
    }
}

/// Depth-first over the coordinates; false once the limit is passed.
fn extend(
    point: &mut [i64],
    axis: usize,
    steps: i64,
    columns: &[u64],
    limit: usize,
    found: &mut Vec<i64>,
) -> bool {
    if axis == columns.len() {
        if is_member(point.iter().copied(), columns) {
            found.extend_from_slice(point);
        }
        return found.len() <= limit * columns.len();
    }
    (0..=steps).all(|x| {
        point[axis] = x;
        extend(point, axis + 1, steps, columns, limit, found)
    })
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use lip1_kernel::capacity::Scale;
    use lip1_kernel::construction;
    use lip1_kernel::packing::{Domain, IntegerPoints};

    use super::{BoxPlan, points};
    use crate::packing::parity;
    use crate::ratio::Ratio;

    fn count(dim: usize, num: u128, den: u128) -> f64 {
        let plan = BoxPlan::new(dim, Ratio::new(num, den).unwrap());
        let scale = Scale::new(Domain::Box, dim.try_into().unwrap(), num, den).unwrap();
        construction::product(scale, &plan.blocks()).unwrap().least_points().unwrap()
    }

    fn exactly(found: f64, expected: f64) -> bool {
        found.to_bits() == expected.to_bits()
    }

    #[test]
    fn the_line_is_exact_at_ties() {
        assert!(exactly(count(1, 10, 1), 6.0) && exactly(count(1, 99_999, 10_000), 5.0));
    }

    #[test]
    fn five_points_form_a_quincunx() {
        // √2/2 of the side: 10000/√2 = 7071.07.
        assert!(exactly(count(2, 20_000, 7_071), 5.0) && exactly(count(2, 20_000, 7_072), 4.0));
    }

    #[test]
    fn every_listed_plan_is_separated_and_as_long_as_counted() {
        for dim in 1..=8 {
            for num in 1..=16 {
                let plan = BoxPlan::new(dim, Ratio::new(num, 4).unwrap());
                let Some(coords) = points(&plan.blocks(), 600) else { continue };
                let scale = Scale::new(Domain::Box, dim.try_into().unwrap(), num, 4).unwrap();
                let listed = construction::points(scale, &IntegerPoints { dim, coords }).unwrap();
                assert_eq!(listed.least_points(), Some(count(dim, num, 4)), "{} at r = {num}/4", plan.name());
            }
        }
    }

    #[test]
    fn large_dimensions_stay_fast_and_finite() {
        let plan = |dim| BoxPlan::new(dim, Ratio::new(1, 1).unwrap());
        assert_eq!((plan(1).name().as_str(), plan(3).name().as_str()), ("grid", "grid"));
        assert!(count(784, 7, 2) >= 1e100 && count(100_000, 7, 2) > 1e300);
    }

    #[test]
    fn e8_has_240_neighbours_of_the_origin() {
        // {0..4}^8 around its middle point (2,...,2): the points at distance 2 gaps are E8's minimal vectors.
        let lattice = parity::hamming(8, Ratio::new(4, 1).unwrap());
        let coords = points(&[lattice], 100_000).unwrap();
        let near = coords.chunks(8).filter(|p| p.iter().map(|x| (x - 2) * (x - 2)).sum::<i64>() == 4).count();
        assert_eq!(near, 240);
    }
}
