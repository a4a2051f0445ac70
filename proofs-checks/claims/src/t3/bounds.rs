//! What the kernel proves of all optimal potentials at once, from certificates that follow the proof.

use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::optimal::{self, Conflict, LeastError, Optimum};
use lip1_kernel::transport::{self, Potentials, Problem};
use lip1_kernel::{Interval, Theorem};

use super::family::{Atom, Family};
use super::optimal_face::solved;

/// A pair of laws with a plan, and a function that is meant to be optimal; the neighbours among its atoms.
struct Instance {
    problem: Problem,
    optimum: Optimum,
    neighbours: Vec<Neighbours>,
}

/// Two neighbouring atoms, by their numbers, and how far apart they are.
struct Neighbours {
    left: usize,
    right: usize,
    distance: i64,
    /// A path from the right one to the left one: on to the end of a flow that passes over both, back with it, and on. A flow there is
    /// between any two if `F_P - F_Q` is positive; where there is none, straight on.
    back: Vec<u32>,
}

impl Instance {
    fn new(family: &Family, f: impl Fn(f64) -> f64) -> Result<Self, CheckError> {
        let solved = solved(family)?;
        let (problem, plan) = (solved.problem.statement().clone(), solved.solution.plan);
        let (p, q) = (family.positive(), family.negative());
        let atoms: Vec<Atom> = p.iter().chain(&q).copied().collect();
        let mut order: Vec<usize> = (0..atoms.len()).collect();
        order.sort_by_key(|&k| atoms[k].place);
        let neighbours = order.windows(2).filter_map(|pair| {
            let &[left, right] = pair else { return None };
            let (from, to) = (atoms[left].place, atoms[right].place);
            let passes = |&&(i, j, mass): &&(u32, u32, u64)| {
                mass > 0 && p[i as usize].place <= from && to <= q[j as usize].place
            };
            let over = plan.flows.iter().find(passes).map(|&(i, j, _)| [p.len() as u32 + j, i]);
            let back = [&[right as u32][..], over.as_ref().map_or(&[], |flow| flow), &[left as u32]].concat();
            Some(Neighbours { left, right, distance: to - from, back })
        });
        let neighbours = neighbours.collect();
        let values = atoms.iter().map(|atom| f(atom.coordinate())).collect();
        Ok(Self { problem, optimum: Optimum { plan, values }, neighbours })
    }

    fn paths(&self) -> Vec<Vec<u32>> {
        self.neighbours.iter().map(|pair| pair.back.clone()).collect()
    }
}

/// That every optimal potential falls with slope 1 between any two neighbours, so that there is one up to a constant; `f` is one.
pub(super) fn unique(family: &Family, f: impl Fn(f64) -> f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let instance = Instance::new(family, f)?;
    let Instance { problem, optimum, neighbours } = &instance;
    let (u, v) = optimum.values.split_at(problem.p.len());
    let potentials = Potentials { u: u.to_vec(), v: v.to_vec() };
    let ruling = transport::check(problem, &optimum.plan, &potentials);
    let Some(bracket) = finding.accepted(ruling, || family.to_string()) else { return Ok(finding) };
    let (numerator, denominator) = family.distance();
    let known = Interval::ratio(numerator.into(), denominator.into());
    // Sums of whole numbers are exact; the quotients by the total are rounded, outward at both ends.
    let rounding = Interval::integer(4) * Interval::constant(f64::EPSILON) * known;
    let rounding = Tolerance::new(rounding, known, "the quotients by the total mass");
    finding.equal_within("W1 = 1 + delta (2k + 1)", bracket.enclosure(), known, rounding, || {
        format!("{family}: W1 is in {}", bracket.enclosure())
    });
    let ruling = optimal::slopes(problem, optimum, &instance.paths());
    let Some(slopes) = finding.accepted(ruling, || family.to_string()) else { return Ok(finding) };
    finding.required("the function is optimal", slopes.excess(), Interval::ZERO, || family.to_string());
    for (index, pair) in neighbours.iter().enumerate() {
        let rise = slopes.enclosure(index).unwrap_or(Interval::ENTIRE);
        let fall = -Interval::constant(pair.distance as f64);
        finding.at_most("f(right) - f(left) <= left - right", rise, fall, || {
            format!("{family}: f rises by {rise} from atom {} to atom {}", pair.left, pair.right)
        });
    }
    Ok(finding)
}

/// That every optimal potential, shifts among them and ties counted as right, errs with probability `1/2 - eps` at least, and the best
/// of them exactly `1/2 - (delta + (1 - delta)/k)/2`; `f` is the best.
///
/// An atom of P to the right of one of Q is in conflict with it: of two neighbours one is wrong.
pub(super) fn least(
    family: &Family,
    f: impl Fn(f64) -> f64,
    (numerator, denominator): (u64, u64),
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let instance = Instance::new(family, f)?;
    let Instance { problem, optimum, neighbours } = &instance;
    let ruling = optimal::slopes(problem, optimum, &instance.paths());
    let Some(slopes) = finding.accepted(ruling, || family.to_string()) else { return Ok(finding) };
    let n = problem.p.len();
    let falls = slopes.slopes.iter().map(|slope| slope.upper < 0.0);
    let pairs =
        neighbours.iter().zip(falls).filter(|(pair, falls)| *falls && pair.right < n && n <= pair.left);
    let conflicts: Vec<Conflict> = pairs
        .map(|(pair, _)| Conflict {
            mass: problem.p_mass[pair.right].min(problem.q_mass[pair.left - n]),
            path: pair.back.clone(),
        })
        .collect();
    let ruling = optimal::least_error(problem, optimum, &conflicts);
    let Some(error) = finding.accepted(ruling, || family.to_string()) else { return Ok(finding) };
    compare(&mut finding, family, &error);
    // 1/2 - eps <= error / of, without fractions.
    let integer = |x: u64| Interval::integer(x.into());
    let of = Interval::integer(error.of);
    let left = of * (integer(denominator) - integer(2 * numerator));
    let right = integer(2 * denominator) * error.enclosure();
    finding.at_most("1/2 - eps <= error", left, right, || {
        format!(
            "{family}, eps = {numerator}/{denominator}: {} units of {} wrong",
            error.enclosure(),
            error.of
        )
    });
    Ok(finding)
}

/// Compares both ends of the least error over all optimal potentials with `1/2 - (delta + (1 - delta)/k)/2`, in whole units of mass.
pub(super) fn compare(finding: &mut Finding, family: &Family, error: &Theorem<LeastError>) {
    // The unit of the problem may be another than the family's: both laws together have 2 b k of those.
    let known = Interval::integer(family.least_errors().into()) * Interval::integer(error.of);
    let found = error.enclosure() * Interval::integer(2 * u128::from(family.total()));
    let witness = || format!("{family}: {} of {} units wrong", error.enclosure(), error.of);
    finding.at_most("1/2 - (delta + (1 - delta)/k)/2 <= error", known, found, witness);
    finding.required("the function is optimal", error.excess(), Interval::ZERO, witness);
    finding.at_most("error <= 1/2 - (delta + (1 - delta)/k)/2", found, known, witness);
}
