//! Both sides once more, as linear programs for a general solver.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, solvers, variable};
use lip1_harness::CheckError;
use lip1_kernel::regularised::Total;

use super::instances::Drawn;
use super::ray;
use crate::optimum::LargestHkr;

/// Solver: accuracy of a general linear program, as a share of the numbers involved.
const PROGRAM: f64 = 1e-6;

/// How much closer than the programs' accuracy both are to the kernel's bracket.
pub(super) fn slack(drawn: &Drawn) -> Result<f64, CheckError> {
    let Drawn { classes, total, margin, lambda } = drawn;
    if ray(classes, *total, *lambda).upper() >= 0.0 {
        return Ok(PROGRAM);
    }
    let largest = LargestHkr::solve(classes, *total, *margin, *lambda)?;
    let bracket = largest.bracket()?;
    let atoms = Atoms::of(drawn);
    let allowed = PROGRAM * super::scale(&largest).max(1.0);
    let off = |value: f64| (bracket.lower - value).max(value - bracket.upper).max(0.0);
    Ok(allowed - off(atoms.primal()?).max(off(atoms.dual()?)))
}

/// Masses and distances.
struct Atoms {
    p: Vec<f64>,
    q: Vec<f64>,
    distances: Vec<Vec<f64>>,
    margin: f64,
    lambda: f64,
}

impl Atoms {
    fn of(drawn: &Drawn) -> Self {
        let (p, q) = drawn.classes.weights();
        let (p_total, q_total) = (p.iter().sum::<f64>(), q.iter().sum::<f64>());
        let (p_total, q_total) = match drawn.total {
            Total::EachClass => (p_total, q_total),
            Total::Together => (p_total + q_total, p_total + q_total),
        };
        let between =
            |x: &[f64], z: &[f64]| x.iter().zip(z).map(|(x, z)| (x - z).powi(2)).sum::<f64>().sqrt();
        let negative = drawn.classes.negative.points();
        let row = |x: &[f64]| negative.rows().map(|z| between(x, z)).collect();
        Self {
            p: p.iter().map(|w| w / p_total).collect(),
            q: q.iter().map(|w| w / q_total).collect(),
            distances: drawn.classes.positive.points().rows().map(row).collect(),
            margin: drawn.margin,
            lambda: drawn.lambda,
        }
    }

    /// Over values of f and hinges `h >= m - y f`, `h >= 0`.
    fn primal(&self) -> Result<f64, CheckError> {
        let mut variables = ProblemVariables::new();
        let u: Vec<Variable> = variables.add_vector(variable(), self.p.len());
        let v: Vec<Variable> = variables.add_vector(variable(), self.q.len());
        let hinges: Vec<Variable> = variables.add_vector(variable().min(0.0), self.p.len() + self.q.len());
        let mut constraints = Vec::new();
        let mut value = Expression::from(0.0);
        let sides = self
            .p
            .iter()
            .zip(&u)
            .map(|(w, f)| (w, f, 1.0))
            .chain(self.q.iter().zip(&v).map(|(w, f)| (w, f, -1.0)));
        for ((w, f, sign), hinge) in sides.zip(&hinges) {
            value += sign * *w * *f - self.lambda * *w * *hinge;
            constraints.push(constraint!(*hinge + sign * *f >= self.margin));
        }
        for (u, row) in u.iter().zip(&self.distances) {
            constraints.extend(v.iter().zip(row).map(|(v, distance)| constraint!(*u - *v <= *distance)));
        }
        let model = variables.maximise(&value).using(solvers::clarabel::clarabel).with_all(constraints);
        Ok(model.solve().map_err(CheckError::during("primal program"))?.eval(&value))
    }

    /// Over flows, whose sums are the masses.
    fn dual(&self) -> Result<f64, CheckError> {
        let mut variables = ProblemVariables::new();
        let flows: Vec<Vec<Variable>> =
            self.p.iter().map(|_| variables.add_vector(variable().min(0.0), self.q.len())).collect();
        let mut value = Expression::from(0.0);
        let mut rows = vec![Expression::from(0.0); self.p.len()];
        let mut columns = vec![Expression::from(0.0); self.q.len()];
        for ((flows, distances), row) in flows.iter().zip(&self.distances).zip(&mut rows) {
            for ((flow, distance), column) in flows.iter().zip(distances).zip(&mut columns) {
                value += (*distance - 2.0 * self.margin) * *flow;
                *row += *flow;
                *column += *flow;
            }
        }
        value += self.margin * (self.p.iter().sum::<f64>() + self.q.iter().sum::<f64>());
        let sums = rows.into_iter().zip(&self.p).chain(columns.into_iter().zip(&self.q));
        let mut constraints = Vec::new();
        for (sum, weight) in sums {
            constraints.push(constraint!(sum.clone() >= *weight));
            constraints.push(constraint!(sum <= (1.0 + self.lambda) * *weight));
        }
        let model = variables.minimise(&value).using(solvers::clarabel::clarabel).with_all(constraints);
        Ok(model.solve().map_err(CheckError::during("dual program"))?.eval(&value))
    }
}
