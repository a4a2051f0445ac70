//! Both sides once more, as linear programs for a general solver.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, solvers, variable};
use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::Interval;
use lip1_kernel::regularised::Total;

use super::Instance;
use crate::rounding;

/// Compares both optima with the kernel's bracket; such solvers are good to half of the digits, a constraint.
pub(super) fn by_programs(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let largest = instance.solve()?;
    let bracket = largest.bracket()?;
    let atoms = Atoms::of(instance);
    let half_of_the_digits = Interval::constant(f64::EPSILON).sqrt();
    let constraints = Interval::integer((atoms.p.len() + atoms.q.len() + 1) as u128);
    // Never below 1: a solver's accuracy is absolute near 0.
    let size = rounding::size_of_hkr(&largest.problem).max(Interval::ONE);
    let reason = "accuracy of an interior-point method";
    let tolerance = Tolerance::new(half_of_the_digits * constraints * size, size, reason);
    for (program, value) in [("primal", atoms.primal()?), ("dual", atoms.dual()?)] {
        let off = (bracket.lower - value).max(value - bracket.upper).max(0.0);
        finding.float_within(tolerance.value().lower() - off, tolerance, || {
            format!("{}: {program} {value}, in {}", instance.classes.name, bracket.enclosure())
        });
    }
    Ok(finding)
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
    fn of(instance: &Instance) -> Self {
        let (p, q) = instance.classes.weights();
        let (p_total, q_total) = (p.iter().sum::<f64>(), q.iter().sum::<f64>());
        let (p_total, q_total) = match instance.total {
            Total::EachClass => (p_total, q_total),
            Total::Together => (p_total + q_total, p_total + q_total),
        };
        let between =
            |x: &[f64], z: &[f64]| x.iter().zip(z).map(|(x, z)| (x - z).powi(2)).sum::<f64>().sqrt();
        let negative = instance.classes.negative.points();
        let row = |x: &[f64]| negative.rows().map(|z| between(x, z)).collect();
        Self {
            p: p.iter().map(|w| w / p_total).collect(),
            q: q.iter().map(|w| w / q_total).collect(),
            distances: instance.classes.positive.points().rows().map(row).collect(),
            margin: instance.margin,
            lambda: instance.lambda,
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
        Ok(model.solve()?.eval(&value))
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
        Ok(model.solve()?.eval(&value))
    }
}
