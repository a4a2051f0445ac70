//! Shattering by linear programs, independent of the distance test.

use good_lp::{ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};
use lip1_kernel::Points;

use crate::error::Error;
use crate::shatter::{Label, labellings};

/// Sets up to this size are tried under all their labellings.
pub(crate) const MOST_POINTS: usize = 14;

/// What the linear programs of all labellings say.
#[derive(Debug, Clone, PartialEq)]
pub struct LpShattering {
    /// The smallest over all labellings of the largest margin: the margin up to which the set is shattered.
    pub margin: f64,
    /// A labelling that attains it.
    pub hardest: Vec<Label>,
    /// Number of labellings solved, `2^k`.
    pub labellings: u64,
}

/// The largest margin at which a 1-Lipschitz function realises one labelling:
///
/// maximise t subject to `y_i f_i >= t` and `f_i - f_j <= |x_i - x_j|`, `t <= cap`.
///
/// Distances and the solver are floating point (solver tolerance about 1e-8): where an ulp matters see
/// [`crate::shattered_by_differences`] and the kernel's distance test. Labels of one class only reach the cap.
///
/// # Errors
/// [`Error::Length`] when there is not one label a point, [`Error::Solver`] when the solver gives up.
pub fn margin_of_labelling(points: &Points, labels: &[Label], cap: f64) -> Result<f64, Error> {
    if labels.len() != points.len() {
        return Err(Error::Length { what: "labels", found: labels.len(), expected: points.len() });
    }
    let mut unknowns = ProblemVariables::new();
    let values: Vec<Variable> = unknowns.add_vector(variable(), points.len());
    let margin = unknowns.add(variable().max(cap));
    let mut model = unknowns.maximise(margin).using(microlp);
    for (value, label) in values.iter().zip(labels) {
        model = model.with(constraint!(label.sign() * *value >= margin));
    }
    for i in 0..points.len() {
        for j in (0..points.len()).filter(|&j| j != i) {
            model = model.with(constraint!(values[i] - values[j] <= gap(points, i, j)));
        }
    }
    let solution = model.solve().map_err(|error| Error::Solver(error.to_string()))?;
    Ok(solution.value(margin))
}

/// Solves [`margin_of_labelling`] for all `2^k` labellings of `k <= 14` points.
///
/// # Errors
/// [`Error::TooLarge`] for more points, [`Error::Solver`] when the solver gives up.
pub fn shattered_by_lp(points: &Points) -> Result<LpShattering, Error> {
    if points.len() > MOST_POINTS {
        return Err(Error::TooLarge { what: "points", found: points.len(), limit: MOST_POINTS });
    }
    let cap = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let cap = cap.map(|(i, j)| gap(points, i, j)).fold(1.0, f64::max);
    let mut worst = LpShattering { margin: f64::INFINITY, hardest: Vec::new(), labellings: 0 };
    for labels in labellings(points.len()) {
        let margin = margin_of_labelling(points, &labels, cap)?;
        worst.labellings += 1;
        if margin < worst.margin {
            (worst.margin, worst.hardest) = (margin, labels);
        }
    }
    Ok(worst)
}

fn gap(points: &Points, i: usize, j: usize) -> f64 {
    points.row(i).iter().zip(points.row(j)).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}
