//! The log loss under given slope constraints, as a program over exponential cones.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};

use super::active_set::Pair;
use crate::Error;

/// Accuracy asked of the interior-point method; it stops earlier when it makes no progress.
const TOLERANCE: f64 = 1e-12;

/// The values on the negative points that minimise `sum w_k softplus(-slope y_k g_k)` under the constraints of `pairs`, `g = (u, v)`.
///
/// The epigraph `t >= softplus(-z)` is `a + b <= 1` with `exp(-t) <= a` and `exp(-z - t) <= b`: variables `g, t, a` for each
/// point (`b = 1 - a`) and two exponential cones.
pub(super) fn solve(p_mass: &[f64], q_mass: &[f64], pairs: &[Pair], slope: f64) -> Result<Vec<f64>, Error> {
    let (n, points) = (p_mass.len(), p_mass.len() + q_mass.len());
    // In units of the slope, z = y g and the constraints are g_i - g_j <= slope d.
    let (g, t, a) = (0, points, 2 * points);
    let mut entries = Entries::default();
    for (row, pair) in pairs.iter().enumerate() {
        entries.push(row, g + pair.i, 1.0);
        entries.push(row, g + n + pair.j, -1.0);
    }
    let mut bounds: Vec<f64> = pairs.iter().map(|pair| slope * pair.distance).collect();
    // Each cone takes (x, y, z) = bounds - rows with y exp(x / y) <= z, here with y = 1.
    for k in 0..points {
        let y = if k < n { 1.0 } else { -1.0 };
        let row = bounds.len();
        entries.push(row, t + k, 1.0);
        entries.push(row + 2, a + k, -1.0);
        bounds.extend([0.0, 1.0, 0.0]);
        entries.push(row + 3, t + k, 1.0);
        entries.push(row + 3, g + k, y);
        entries.push(row + 5, a + k, 1.0);
        bounds.extend([0.0, 1.0, 1.0]);
    }
    let matrix = entries.matrix(bounds.len(), 3 * points);
    let mut objective = vec![0.0; 3 * points];
    objective[t..a].iter_mut().zip(p_mass.iter().chain(q_mass)).for_each(|(o, w)| *o = *w * points as f64);
    let mut cones = vec![SupportedConeT::NonnegativeConeT(pairs.len())];
    cones.extend(std::iter::repeat_n(SupportedConeT::ExponentialConeT(), 2 * points));
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: TOLERANCE,
        tol_gap_rel: TOLERANCE,
        tol_feas: TOLERANCE,
        ..DefaultSettings::default()
    };
    let quadratic = CscMatrix::zeros((3 * points, 3 * points));
    let failed = |why: String| Error::Backend { backend: "clarabel", why };
    let mut solver = DefaultSolver::new(&quadratic, &objective, &matrix, &bounds, &cones, settings)
        .map_err(|error| failed(error.to_string()))?;
    solver.solve();
    let solution = &solver.solution;
    match solution.status {
        SolverStatus::Solved
        | SolverStatus::AlmostSolved
        | SolverStatus::InsufficientProgress
        | SolverStatus::NumericalError
        | SolverStatus::MaxIterations
            if solution.x.iter().all(|x| x.is_finite()) =>
        {
            Ok(solution.x[n..points].iter().map(|value| value / slope).collect())
        }
        status => Err(failed(format!("it ended with status {status}"))),
    }
}

/// Entries of a sparse matrix in any order.
#[derive(Default)]
struct Entries {
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl Entries {
    fn push(&mut self, row: usize, column: usize, value: f64) {
        self.rows.push(row);
        self.columns.push(column);
        self.values.push(value);
    }

    fn matrix(self, rows: usize, columns: usize) -> CscMatrix<f64> {
        CscMatrix::new_from_triplets(rows, columns, self.rows, self.columns, self.values)
    }
}
