//! Assignments of least cost, with dual values.

/// A perfect matching of rows to columns and potentials: `row[i] + column[j] <= cost(i, j)` up to rounding, with equality
/// on the matching.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    /// The column of each row.
    pub(crate) column_of: Vec<usize>,
    pub(crate) row: Vec<f64>,
    pub(crate) column: Vec<f64>,
}

/// Shortest augmenting paths (Jonker and Volgenant 1987) on an n x n cost, row-major; O(n³).
pub(crate) fn assign(n: usize, cost: &[f64]) -> Assignment {
    // Position n stands for "no row" and "no column"; a row enters through column n.
    let mut row = vec![0.0; n];
    let mut column = vec![0.0; n + 1];
    let mut row_of: Vec<Option<usize>> = vec![None; n + 1];
    for start in 0..n {
        row_of[n] = Some(start);
        let mut at = n;
        let mut slack = vec![f64::INFINITY; n];
        let mut before = vec![n; n];
        let mut visited = vec![false; n + 1];
        while let Some(i) = row_of[at] {
            visited[at] = true;
            let (mut least, mut next) = (f64::INFINITY, n);
            for j in (0..n).filter(|j| !visited[*j]) {
                let reduced = cost[i * n + j] - row[i] - column[j];
                if reduced < slack[j] {
                    (slack[j], before[j]) = (reduced, at);
                }
                if slack[j] < least {
                    (least, next) = (slack[j], j);
                }
            }
            for j in 0..=n {
                if visited[j] {
                    if let Some(i) = row_of[j] {
                        row[i] += least;
                    }
                    column[j] -= least;
                } else if j < n {
                    slack[j] -= least;
                }
            }
            at = next;
        }
        while at != n {
            let previous = before[at];
            row_of[at] = row_of[previous];
            at = previous;
        }
    }
    let mut column_of = vec![0; n];
    row_of.iter().take(n).enumerate().for_each(|(j, i)| {
        if let Some(i) = i {
            column_of[*i] = j;
        }
    });
    column.truncate(n);
    Assignment { column_of, row, column }
}

#[cfg(test)]
mod tests {
    use super::assign;
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert, proptest};

    const ROUNDING: f64 = 1e-12;

    fn cheapest(n: usize, cost: &[f64], row: usize, used: &mut Vec<usize>) -> f64 {
        if row == n {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for j in 0..n {
            if !used.contains(&j) {
                used.push(j);
                best = best.min(cost[row * n + j] + cheapest(n, cost, row + 1, used));
                used.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn agrees_with_trying_all_permutations(n in 1_usize..=6, all in vec(0.0_f64..1.0, 36)) {
            let cost = &all[..n * n];
            let found = assign(n, cost);
            let total: f64 = found.column_of.iter().enumerate().map(|(i, j)| cost[i * n + j]).sum();
            prop_assert!((total - cheapest(n, cost, 0, &mut Vec::new())).abs() < ROUNDING);
            for i in 0..n {
                for j in 0..n {
                    prop_assert!(found.row[i] + found.column[j] <= cost[i * n + j] + ROUNDING);
                }
            }
            let dual: f64 = found.row.iter().chain(&found.column).sum();
            prop_assert!((total - dual).abs() < ROUNDING);
        }
    }
}
