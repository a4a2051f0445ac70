//! One entry for all methods, and the way from an answer to a certificate.

use lip1_kernel::Theorem;
use lip1_kernel::boxes::Boxes;
use lip1_kernel::transport::{self, Bracket, Plan, Potentials};

use crate::cancel::{Cancelled, cancel};
use crate::distance::distance;
use crate::instance::Answer;
use crate::sparse::{self, Limits};
use crate::{Error, LpBackend, Problem, Status, boxes, line, lp, masses, repair, simplex};

/// A way to solve the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Method {
    /// The closed form on the line; the sparse network simplex in up to three dimensions, and where the distances of all
    /// pairs would need more than 1 GiB; else the network simplex.
    #[default]
    Auto,
    /// The network simplex on the full distance matrix; `8 n m` bytes.
    Simplex,
    /// The network simplex on few arcs, with pricing of all pairs; memory linear in the points.
    Sparse,
    /// Both linear programs, given to a general backend.
    Lp(LpBackend),
    /// The closed form; for points on the line only.
    Line,
}

impl Method {
    /// The method's name: `auto`, `simplex`, `sparse`, `lp` or `1d`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Simplex => "simplex",
            Self::Sparse => "sparse",
            Self::Lp(_) => "lp",
            Self::Line => "1d",
        }
    }
}

/// How to solve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The method; [`Method::Auto`] by default.
    pub method: Method,
    /// Most pivots of the network simplex, any number; by default as many as it takes. A thousand for each point, far
    /// more than it takes, is the limit in any case, so that a faulty run ends too.
    pub max_iterations: u64,
    /// Threads for the loops over all pairs, at least 1; 2 by default. The answer does not depend on it.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { method: Method::Auto, max_iterations: u64::MAX, threads: 2 }
    }
}

/// An exact plan and exactly feasible potentials, both optimal up to rounding when `status` says so.
#[derive(Debug, Clone)]
pub struct Solution {
    /// Cost of the plan, in plain floating point.
    pub value: f64,
    /// Integer flows with exact marginals, in units `scale` times smaller than the problem's.
    pub plan: Plan,
    /// `u_i - v_j <= d_ij` for all pairs, by directed rounding.
    pub potentials: Potentials,
    /// Units of the plan for each unit of the problem.
    pub scale: u64,
    /// How the solver ended.
    pub status: Status,
    /// Pivots made.
    pub iterations: u64,
    /// The method that was used, never [`Method::Auto`].
    pub method: Method,
}

/// A solution with the bracket that the kernel confirmed.
#[derive(Debug, Clone)]
pub struct Certified {
    /// `lower <= W(P, Q) <= upper`, true of the real numbers.
    pub bracket: Theorem<Bracket>,
    /// The problem as the certificate states it, in the units of the plan.
    pub problem: Problem,
    /// Plan and potentials.
    pub solution: Solution,
    /// How the points were grouped for the kernel, when there are many in few dimensions.
    pub boxes: Option<Boxes>,
}

/// Largest dimension in which near points alone make good arcs.
const FLAT: usize = 3;

/// Solves the problem; the answer is feasible but not yet verified.
///
/// ```
/// use lip1_ot::{Cost, Measure, Points, Problem, Settings, certify, solve};
///
/// let p = Measure::uniform(Points::new(2, vec![0.0, 0.0, 4.0, 0.0])?)?;
/// let q = Measure::uniform(Points::new(2, vec![4.0, 3.0, 0.0, 0.0])?)?;
/// let problem = Problem::new(&p, &q, Cost::L2)?;
/// let certified = certify(&problem, solve(&problem, &Settings::default())?)?;
/// assert!(certified.bracket.lower <= 1.5 && 1.5 <= certified.bracket.upper);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
///
/// # Errors
/// When the method does not apply or the LP backend fails. A limit reached is a [`Status`], not an error.
pub fn solve(problem: &Problem, settings: &Settings) -> Result<Solution, Error> {
    let dim = problem.statement().p.dim();
    let method = match settings.method {
        Method::Auto if dim == 1 => Method::Line,
        Method::Auto if dim <= FLAT || !problem.fits_in_memory() => Method::Sparse,
        Method::Auto => Method::Simplex,
        Method::Line if dim != 1 => {
            return Err(Error::Method { method: "1d", why: "the points are not on a line" });
        }
        named => named,
    };
    // A general LP leaves shares of no particular unit; finer units let them be rounded without loss.
    let scale = match method {
        Method::Lp(_) => (masses::LARGEST_TOTAL / problem.total()).max(1),
        _ => 1,
    };
    let refined = problem.refined(scale).ok_or(Error::Overflow)?;
    let cancelled = cancel(&refined);
    let answer = match (&cancelled.instance, method) {
        (None, _) => None,
        (Some(instance), Method::Line) => Some(line::solve(instance)),
        (Some(instance), Method::Lp(backend)) => Some(lp::solve(instance, backend)?),
        (Some(instance), Method::Sparse) => {
            let limits = Limits { max_iterations: settings.max_iterations, threads: settings.threads };
            Some(sparse::solve(instance, limits))
        }
        (Some(instance), _) => Some(simplex::solve(instance, settings.max_iterations)),
    };
    Ok(assemble(&refined, cancelled, answer, method, scale))
}

/// Has the kernel verify a solution, and returns what it confirms.
///
/// `O(n m)` time, the kernel computing every distance itself; much less for many points in at most three dimensions, of which it
/// compares whole boxes.
///
/// # Errors
/// When the kernel refuses, which for a solution of [`solve`] to the same problem would be a bug.
pub fn certify(problem: &Problem, solution: Solution) -> Result<Certified, Error> {
    let problem = problem.refined(solution.scale).ok_or(Error::Overflow)?;
    let (statement, Solution { plan, potentials, .. }) = (problem.statement(), &solution);
    let boxes = boxes::pay(statement).then(|| boxes::boxes(statement, potentials));
    let bracket = transport::check_in_boxes(statement, plan, potentials, boxes.as_ref())?;
    Ok(Certified { bracket, problem, solution, boxes })
}

/// Puts the kept mass back and makes the potentials exactly feasible on all points.
fn assemble(
    problem: &Problem,
    cancelled: Cancelled,
    answer: Option<Answer>,
    method: Method,
    scale: u64,
) -> Solution {
    let statement = problem.statement();
    let Cancelled { sources, sinks, kept: mut flows, .. } = cancelled;
    let answer =
        answer.unwrap_or(Answer { flows: Vec::new(), v: Vec::new(), status: Status::Optimal, iterations: 0 });
    flows.extend(answer.flows.iter().map(|&(i, j, mass)| (sources[i as usize], sinks[j as usize], mass)));
    let known: Vec<usize> = sinks.iter().map(|&j| j as usize).collect();
    let v = repair::extend(&statement.q, statement.cost, &known, &answer.v);
    let total = problem.total() as f64;
    let value = flows
        .iter()
        .map(|&(i, j, mass)| {
            let d = distance(statement.cost, statement.p.row(i as usize), statement.q.row(j as usize));
            mass as f64 / total * d
        })
        .sum();
    let flows = repair::merge(flows);
    Solution {
        value,
        potentials: repair::potentials(statement, v, &flows),
        plan: Plan { flows },
        scale,
        status: answer.status,
        iterations: answer.iterations,
        method,
    }
}
