//! The order cells of R^n: on each the map must be one permutation, the same on shared walls.

use lip1_harness::{CheckError, Finding, Lemma};

use super::activation::{Activation, Matrix, shown};

/// Widths up to this have all their `n!` cells tried.
pub(super) const WIDEST: usize = 6;

/// Distance of neighbouring entries of a cell's inner point; a step of 1 stays inside.
const GAP: i64 = 4;

/// From the cells of narrow layers to all pairs of points and all widths.
pub(super) static ORDER_CELLS: Lemma = Lemma {
    name: "order cells",
    statement: "If the sorts of up to 6 entries are one permutation on each of the closed cones on which the order of the \
                entries is constant, then GroupSort, FullSort and MaxMin of every width are 1-Lipschitz in every lp norm, and \
                their Jacobian is a permutation almost everywhere.",
    proof: "The n! cones cover R^n and their walls are finitely many hyperplanes, a null set. A permutation of the entries \
            keeps every lp norm; where two cones meet both permutations give the same values, since a cone is spanned by \
            (-1, ..., -1) and the indicators of its 1, 2, ..., n largest entries, on which the map was compared. So the map \
            is continuous; a segment crosses finitely many cones, and its image is a path of the same length. A sort of more \
            than 6 entries is n rounds of sorts of two neighbours (odd-even transposition), the other entries left alone; a \
            sort of groups is a direct sum of sorts. Direct sums and compositions of such maps are such maps: the preimage of \
            a null set under a map that is one permutation on each of finitely many cones is null.",
    facts: "the n! order cells of each GroupSort, FullSort and MaxMin of n = 1 to 6 entries, in both implementations",
};

/// Examines all cells of activations. The Jacobian inside a cell is read off steps of 1, exactly; it must be a permutation,
/// equal to the back-propagated one, and give the values inside and on the rays that span the cell. The rays of a wall belong
/// to the cells on both sides, whose permutations thus agree there.
pub(super) fn permuted(activations: &[Activation], cells: u128) -> Result<Finding, CheckError> {
    let mut finding = Finding::reducing("squared distance", &ORDER_CELLS, cells);
    for activation in activations {
        for order in orders(activation.width) {
            finding.element((&activation.name, &order));
            on_a_cell(&mut finding, activation, &order)?;
        }
    }
    Ok(finding)
}

/// How many cells the activations of width 1 to `widest` have.
pub(super) fn count(widest: usize) -> u128 {
    (1..=widest).map(|width| Activation::count(width) * factorial(width)).sum()
}

/// `n!`.
pub(super) fn factorial(n: usize) -> u128 {
    (1..=n as u128).product()
}

fn on_a_cell(finding: &mut Finding, activation: &Activation, order: &[usize]) -> Result<(), CheckError> {
    let width = activation.width;
    let mut inner = vec![0; width];
    for (rank, entry) in (1..).zip(order) {
        inner[*entry] = GAP * rank;
    }
    let value = activation.value(&inner)?;
    let mut jacobian = vec![vec![0; width]; value.len()];
    for column in 0..width {
        let mut stepped = inner.clone();
        stepped[column] += 1;
        for (row, (after, before)) in activation.value(&stepped)?.iter().zip(&value).enumerate() {
            jacobian[row][column] = after - before;
        }
    }
    let witness = || format!("{} around {}", activation.name, shown(&inner));
    finding.equal(
        "the rows of the Jacobian are the unit vectors",
        &sorted(&jacobian),
        &units(width),
        witness,
    );
    if let Some(given) = activation.back_propagated(&inner)? {
        finding.equal("back-propagation gives the Jacobian", &given, &jacobian, witness);
    }
    finding.equal("linear at the inner point", &image(&jacobian, &inner), &value, witness);
    // The cone is spanned by (-1, ..., -1) and by the indicators of its 1, 2, ..., n largest entries.
    for largest in 0..=width {
        let mut ray = vec![if largest == 0 { -1 } else { 0 }; width];
        order.iter().rev().take(largest).for_each(|entry| ray[*entry] = 1);
        let beyond = inner.iter().zip(&ray).map(|(x, r)| x + GAP * r).collect();
        for point in [ray, beyond] {
            let witness = || format!("{} at {}", activation.name, shown(&point));
            let expected = activation.value(&point)?;
            finding.equal("linear on a ray", &image(&jacobian, &point), &expected, witness);
        }
    }
    Ok(())
}

/// All permutations of `0..width`.
fn orders(width: usize) -> Vec<Vec<usize>> {
    (0..width).fold(vec![Vec::new()], |shorter, entry| {
        let places = shorter.iter().flat_map(|order| (0..=order.len()).map(move |place| (order, place)));
        let longer = |(order, place): (&Vec<usize>, usize)| {
            let mut order = order.clone();
            order.insert(place, entry);
            order
        };
        places.map(longer).collect()
    })
}

/// The rows in ascending order.
fn sorted(matrix: &Matrix) -> Matrix {
    let mut rows = matrix.clone();
    rows.sort_unstable();
    rows
}

/// The unit vectors in ascending order: the last one first.
fn units(width: usize) -> Matrix {
    (0..width).rev().map(|one| (0..width).map(|k| i64::from(k == one)).collect()).collect()
}

fn image(matrix: &Matrix, x: &[i64]) -> Vec<i64> {
    matrix.iter().map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}
