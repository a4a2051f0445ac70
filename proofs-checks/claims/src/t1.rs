//! T1: Kantorovich-Rubinstein duality.
//!
//! A coupling with exact marginals costs at least the distance, a 1-Lipschitz potential earns at most the
//! distance. The kernel checks both; where they meet, the maximum over all 1-Lipschitz functions is enclosed.

mod instances;
mod trained;

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{self, Plan, Problem};
use lip1_ot::testing::pairs;

use instances::Instance;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T1",
    section: Section::Transport,
    title: "Kantorovich-Rubinstein duality",
    statement: "The maximum of KR(f) = E_P f - E_Q f over 1-Lipschitz f is the Wasserstein distance W1(P, Q).",
    formula: r"\max_{\mathrm{Lip}(f) \le 1} \; \mathbb{E}_P f - \mathbb{E}_Q f \;=\; W_1(P, Q)",
    corrected: None,
    hypotheses: &[
        "f is 1-Lipschitz: u_i - v_j <= |x_i - z_j| for every pair",
        "the coupling has the marginals P and Q",
        "both are optimal",
        "a network's values are divided by its Lipschitz constant",
    ],
    source: "Kantorovich and Rubinstein 1958. For a coupling pi and a 1-Lipschitz f, KR(f) is the integral of \
             f(x) - f(z) over pi, hence at most its cost. Values u, v with u_i - v_j <= |x_i - z_j| give the \
             1-Lipschitz f(x) = min_j v_j + |x - z_j|, for which f(x_i) >= u_i and f(z_j) <= v_j.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "coupling_and_potential_meet_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(instances::real(ctx)?)?.certified(Scope::Instances)),
        },
        Check {
            name: "coupling_and_potential_meet_at_known_distances",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = over(instances::structured()?.map(Instance::raised))?;
                finding.picture(instances::picture(ctx)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "coupling_and_potential_meet_on_random_and_degenerate_instances",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(random(ctx)?.certified(Scope::Instances)),
        },
        Check {
            name: "no_trained_network_exceeds_the_distance",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(trained::networks(ctx)?.certified(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "one_slope_of_1_plus_1e_9_is_refused",
            breaks: "f is 1-Lipschitz: u_i - v_j <= |x_i - z_j| for every pair",
            run: |_| Ok(Rejection::of(&examine(&steepened(instances::cells()?, 1.0 + 1e-9)?)?)),
        },
        Control {
            name: "a_marginal_off_by_one_unit_is_refused",
            breaks: "the coupling has the marginals P and Q",
            run: |_| {
                let mut instance = instances::cells()?;
                if let Some((_, _, mass)) = instance.plan.flows.first_mut() {
                    *mass += 1;
                }
                Ok(Rejection::of(&examine(&instance)?))
            },
        },
        Control {
            name: "a_coupling_in_the_order_of_the_rows_leaves_a_gap",
            breaks: "both are optimal",
            run: |_| {
                let cells = instances::cells()?;
                let plan = in_order(&cells.problem);
                Ok(Rejection::of(&examine(&Instance { plan, ..cells })?))
            },
        },
        Control {
            name: "a_network_of_slope_4_exceeds_the_distance",
            breaks: "a network's values are divided by its Lipschitz constant",
            run: |ctx| Ok(Rejection::of(&trained::undivided(ctx)?)),
        },
    ],
};

/// Share of the distance by which its two ends may differ, as the claim has it: `1 / WIDTH`.
const WIDTH: u128 = 1_000_000_000_000;

/// Rounding of coordinate differences: units in the last place of the largest one.
const COORDINATE_ULPS: f64 = 4.0;

/// Where weights had to be rounded to integer masses, each by less than `2^-61` of the total, the kernel charges that
/// mass with the diagonal of the points.
const ROUNDED_MASS: f64 = 1.0 / (1_u64 << 61) as f64;

/// Roundings with such weights: two sums, a quotient and a difference, at both ends, on both sides.
const WEIGHTED_ULPS: f64 = 16.0;

/// Has the kernel bracket the distance, and judges how well the two sides meet.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { problem, plan, potentials, .. } = instance;
    let bracket = match transport::check(problem, plan, potentials) {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{}: {refusal}", instance.name));
            return Ok(finding);
        }
    };
    let (lower, upper) = (Interval::point(bracket.lower), Interval::point(bracket.upper));
    // A gap would be the solver's failure, not a counterexample to the claim.
    finding.case((allowed(instance, upper) - (upper - lower)).lower(), || {
        format!("{}: W1 in [{:?}, {:?}]", instance.name, bracket.lower, bracket.upper)
    });
    if let Some(known) = instance.known {
        let meet = bracket.lower <= known.upper() && known.lower() <= bracket.upper;
        finding.exact(meet, || format!("{}: W1 = {known}, found {:?}", instance.name, *bracket));
    }
    let tight = Interval::point(tightness(instance));
    for &(i, j, mass) in plan.flows.iter().filter(|(_, _, mass)| *mass > 0) {
        let (row, column) = (i as usize, j as usize);
        let distance = distance::enclose(problem.p.row(row), problem.q.row(column), problem.cost);
        let rise = Interval::point(potentials.u[row]) - Interval::point(potentials.v[column]);
        finding.case((tight - (distance - rise)).lower(), || {
            format!("{}: {mass} units from {i} to {j}, f rises by {rise} over {distance}", instance.name)
        });
    }
    Ok(finding)
}

/// `1e-12 upper + 4 2^-52 D`, with the charge for rounded weights where there are any. `D` is the largest coordinate
/// difference between any two points, since the potential is compared with every distance.
fn allowed(instance: &Instance, upper: Interval) -> Interval {
    let Problem { p, q, cost, weights, .. } = &instance.problem;
    let (low, high) = box_around(&instance.problem);
    let widest = distance::enclose(&low, &high, Cost::Linf);
    let allowed = upper / Interval::integer(WIDTH) + Interval::point(COORDINATE_ULPS * f64::EPSILON) * widest;
    if weights.is_none() {
        return allowed;
    }
    let masses = Interval::point((p.len() + q.len()) as f64 * ROUNDED_MASS);
    allowed + (masses + Interval::point(WEIGHTED_ULPS * f64::EPSILON)) * distance::enclose(&low, &high, *cost)
}

/// The least and the largest of each coordinate, over both laws.
fn box_around(Problem { p, q, .. }: &Problem) -> (Vec<f64>, Vec<f64>) {
    let ends = |pick: fn(f64, f64) -> f64, start: f64| -> Vec<f64> {
        let column = |k: usize| p.rows().chain(q.rows()).map(|row| row[k]).fold(start, pick);
        (0..p.dim()).map(column).collect()
    };
    (ends(f64::min, f64::INFINITY), ends(f64::max, f64::NEG_INFINITY))
}

/// Roundings of a distance that are not one a coordinate: its square root, its sum with a potential, their difference.
const DISTANCE_ULPS: usize = 4;

/// How far a pair that carries mass may be from tight: a rounding a step along the tree that the potentials were summed
/// along, and those of one distance, each relative to the largest number involved. Any pair may set a potential, so that
/// is a distance between any two points, or a potential.
fn tightness(Instance { problem, potentials, .. }: &Instance) -> f64 {
    let Problem { p, q, cost, .. } = problem;
    let (low, high) = box_around(problem);
    let values = potentials.u.iter().chain(&potentials.v).map(|value| value.abs());
    let largest = values.fold(distance::enclose(&low, &high, *cost).upper(), f64::max);
    (p.len() + q.len() + p.dim() + DISTANCE_ULPS) as f64 * f64::EPSILON * largest
}

/// Examines instances one after the other.
fn over(instances: impl IntoIterator<Item = Instance>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for instance in instances {
        finding.merge(examine(&instance)?);
    }
    Ok(finding)
}

/// Repeated, shared, collinear and clumped points, weights with zeros, single points.
fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let cases = ctx.cases(200, 3_000, 200_000);
    ctx.sampled("pairs", "distance", &pairs(12), cases, |(p, q)| {
        let finding = examine(&instances::solved("drawn", p, q, None)?.raised())?;
        let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
        Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
    })
}

/// The instance with the value at one end of a used pair raised, so that its slope is `slope`.
fn steepened(mut instance: Instance, slope: f64) -> Result<Instance, CheckError> {
    let Problem { p, q, cost, .. } = &instance.problem;
    let apart = |&(i, j, _): &(u32, u32, u64)| {
        let (i, j) = (i as usize, j as usize);
        let distance = distance::enclose(p.row(i), q.row(j), *cost).upper();
        (distance > 0.0).then_some((i, j, distance))
    };
    let pair = instance.plan.flows.iter().find_map(apart);
    let (i, j, distance) = pair.ok_or_else(|| CheckError::Instance("no mass moves".to_owned()))?;
    instance.potentials.u[i] = instance.potentials.v[j] + slope * distance;
    Ok(instance)
}

/// The coupling that fills the points of `q` in order from those of `p` in order: exact marginals, any cost.
fn in_order(problem: &Problem) -> Plan {
    let mut flows = Vec::new();
    let mut arriving = (0_u32..).zip(problem.q_mass.iter().copied());
    let (mut j, mut wanted) = arriving.next().unwrap_or_default();
    for (i, mass) in (0_u32..).zip(&problem.p_mass) {
        let mut left = *mass;
        while left > 0 {
            if wanted == 0 {
                let Some(next) = arriving.next() else { return Plan { flows } };
                (j, wanted) = next;
                continue;
            }
            let moved = left.min(wanted);
            flows.push((i, j, moved));
            left -= moved;
            wanted -= moved;
        }
    }
    Plan { flows }
}
