//! The order cells of R^n: on each the map must be one permutation, the same on shared walls.

use lip1_harness::{CheckError, Finding};
use nalgebra::DMatrix;

use super::activation::Activation;

/// Widths up to this have all their `n!` cells tried.
pub(super) const WIDEST: usize = 6;

/// Distance of neighbouring entries of a cell's inner point; a step of 1 stays inside.
const GAP: f64 = 4.0;

/// Examines all cells. The Jacobian inside a cell is read off steps of 1, exactly; it must be a permutation, equal to
/// the back-propagated one, and give the values inside and on the rays that span the cell. The rays of a wall belong
/// to the cells on both sides, whose permutations thus agree there.
pub(super) fn permuted(activation: &Activation) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("squared distance");
    let width = activation.width;
    for order in orders(width) {
        let mut inner = vec![0.0; width];
        for (rank, entry) in order.iter().enumerate() {
            inner[*entry] = GAP * (rank as f64 + 1.0);
        }
        let value = activation.value(&inner)?;
        let mut jacobian = DMatrix::zeros(value.len(), width);
        for column in 0..width {
            let mut stepped = inner.clone();
            stepped[column] += 1.0;
            for (row, (after, before)) in activation.value(&stepped)?.iter().zip(&value).enumerate() {
                jacobian[(row, column)] = after - before;
            }
        }
        let witness = |what: &str| format!("{}, order {order:?}: {what}", activation.name);
        finding.exact(is_permutation(&jacobian), || witness("the Jacobian is no permutation"));
        let given = activation.back_propagated(&inner)?;
        finding.exact(given.is_none_or(|given| given == jacobian), || witness("back-propagation differs"));
        finding.exact(image(&jacobian, &inner) == value, || witness("not linear at the inner point"));
        // The cone is spanned by (-1, ..., -1) and by the indicators of its 1, 2, ..., n largest entries.
        for largest in 0..=width {
            let mut ray = vec![if largest == 0 { -1.0 } else { 0.0 }; width];
            order.iter().rev().take(largest).for_each(|entry| ray[*entry] = 1.0);
            let beyond: Vec<f64> = inner.iter().zip(&ray).map(|(x, r)| x + GAP * r).collect();
            for point in [ray, beyond] {
                let linear = image(&jacobian, &point) == activation.value(&point)?;
                finding.exact(linear, || witness("not linear on a ray"));
            }
        }
    }
    Ok(finding)
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

/// Whether every row and every column has a single 1 and otherwise 0.
fn is_permutation(matrix: &DMatrix<f64>) -> bool {
    let one = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.pop() == Some(1.0) && values.iter().all(|v| v.to_bits() == 0)
    };
    matrix.is_square()
        && matrix.row_iter().all(|row| one(row.iter().copied().collect()))
        && matrix.column_iter().all(|column| one(column.iter().copied().collect()))
}

fn image(matrix: &DMatrix<f64>, x: &[f64]) -> Vec<f64> {
    matrix.row_iter().map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}
