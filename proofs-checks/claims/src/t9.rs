//! T9: what the entropy costs.

use std::collections::BTreeMap;

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{Plan, Potentials, Problem};
use lip1_kernel::{Interval, Points, distance, transport};
use lip1_ot::testing::integer_pairs;
use lip1_ot::{Entropic, Measure, Settings, solve};
use proptest::prelude::{Just, Strategy, prop_oneof};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T9",
    section: Section::Transport,
    title: "The price of entropic regularisation",
    statement: "For probability vectors p, q and the minimiser pi_eps of <pi, C> + eps KL(pi | p x q) over their couplings, \
                0 <= <pi_eps, C> - W1 <= eps min(H(p), H(q)), in nats.",
    formula: r"0 \le \langle \pi_\varepsilon, C \rangle - W_1(p, q) \le \varepsilon \min\bigl(H(p), H(q)\bigr)",
    corrected: None,
    hypotheses: &[
        "eps > 0: the plan is drawn towards p x q, not away from it",
        "p and q are probability vectors",
        "the plan has the marginals p and q",
        "pi_eps is the minimiser for this eps",
    ],
    source: "pi_eps is a coupling, so it costs at least W1. With an optimal pi*, <pi_eps, C> + eps KL(pi_eps) <= W1 + eps KL(pi*), \
             0 <= KL(pi_eps), and KL(pi* | p x q) is a mutual information, at most either entropy (Cover and Thomas, 2.4). \
             Sinkhorn's plan is rounded to exact marginals (Altschuler, Weed and Rigollet 2017) and its distance from pi_eps \
             enclosed: KL(pi | pi_eps) <= KL(pi | g) for the Gibbs kernel g of any scaling (Csiszar 1975), then Pinsker.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "two_atoms_pay_what_the_closed_form_says",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new("distance");
                for eps in [4.0, 1.0, 0.5, 0.25, 0.125] {
                    finding.merge(examine(&two_atoms(eps)?)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_bound_holds_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for instance in real(ctx)? {
                    finding.merge(examine(&instance)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_bound_holds_on_random_and_degenerate_instances",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(random(ctx)?.certified(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "with_minus_eps_the_plan_pays_more",
            breaks: "eps > 0: the plan is drawn towards p x q, not away from it",
            run: |_| {
                let (p, q) = comb()?;
                let cost = lip1_kernel::distance::Cost::L2;
                Ok(Rejection::of(&examine(&solved("minus eps", &p, &q, cost, -0.5)?)?))
            },
        },
        Control {
            name: "counts_have_no_entropy",
            breaks: "p and q are probability vectors",
            run: |_| {
                let mut instance = two_atoms(0.5)?;
                // Two equal masses, each counted as one.
                instance.unit /= 2;
                Ok(Rejection::of(&examine(&instance)?))
            },
        },
        Control {
            name: "an_unconverged_plan_has_wrong_marginals",
            breaks: "the plan has the marginals p and q",
            run: |_| Ok(Rejection::of(&examine(&unconverged()?)?)),
        },
        Control {
            name: "the_plan_of_a_larger_eps_costs_more",
            breaks: "pi_eps is the minimiser for this eps",
            run: |_| {
                let mut instance = two_atoms(1.0)?;
                instance.known = two_atoms(0.125)?.known;
                Ok(Rejection::of(&examine(&instance)?))
            },
        },
    ],
};

/// Has the kernel bracket the distance and check the entropic plan's marginals, encloses the entropic plan's cost, and compares.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { name, problem, optimal: (plan, potentials), eps, unit, .. } = instance;
    let witness = || format!("{name}, eps = {eps:?}");
    let distance = match transport::check(problem, plan, potentials) {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{}, without entropy: {refusal}", witness()));
            return Ok(finding);
        }
    };
    if let Err(refusal) = transport::check(problem, &instance.plan, potentials) {
        finding.refused(format!("{}: {refusal}", witness()));
        return Ok(finding);
    }
    let paid = entropic_cost(problem, &instance.plan, &instance.scaling, *eps);
    // Whatever is enclosed, it is the cost of a coupling.
    finding.exact(paid.upper() >= distance.lower, witness);
    let least = entropy(&problem.p_mass, *unit).min(entropy(&problem.q_mass, *unit));
    let bound = lip1_kernel::Interval::point(eps.abs()) * least;
    finding.at_most("<pi_eps, C> - W1 <= eps min(H(p), H(q))", paid - distance.enclosure(), bound, witness);
    if let Some(known) = instance.known {
        let meet = paid.lower() <= known.upper() && known.lower() <= paid.upper();
        finding.exact(meet, || format!("{}: {known} expected, {paid} found", witness()));
    }
    Ok(finding)
}

fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let cases = ctx.cases(150, 2_000, 50_000);
    ctx.sampled("entropic", "distance", &drawn(), cases, |(p, q, cost, eps)| {
        let finding = examine(&solved("drawn", p, q, *cost, *eps)?)?;
        let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
        Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
    })
}

/// `<pi, d>` of a plan with exact marginals.
fn cost(problem: &Problem, plan: &Plan) -> Interval {
    let total = Interval::integer(total(&problem.p_mass));
    let paid = plan.flows.iter().fold(Interval::ZERO, |sum, &(i, j, mass)| {
        sum + Interval::integer(mass.into()) * apart(problem, i as usize, j as usize)
    });
    paid / total
}

/// The entropic plan's cost, from a coupling that is near it.
///
/// For any `u`, `v`, with `g_ij = p_i q_j exp((u_i - v_j - d_ij) / eps)`, the couplings' `KL(. | g)` differ from `KL(. | p x q) + <., d> / eps`
/// by a constant: the entropic plan `pi_eps` minimises both, and `KL(pi | pi_eps) <= KL(pi | g)` for every coupling `pi` (Csiszár 1975).
/// By Pinsker's inequality the two differ by a mass of at most `sqrt(KL / 2)`, which travels no farther than the diameter.
fn entropic_cost(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> Interval {
    let cost = cost(problem, plan);
    let half = divergence(problem, plan, scaling, eps).max(Interval::ZERO) / Interval::integer(2);
    let off = half.sqrt() * diameter(problem);
    (cost - off).hull(cost + off)
}

/// `KL(pi | g) = sum pi ln(pi / g) - 1 + sum g`.
fn divergence(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> Interval {
    let (p, q) = (shares(&problem.p_mass), shares(&problem.q_mass));
    let eps = Interval::point(eps);
    let exponent = |i: usize, j: usize| {
        (Interval::point(scaling.u[i]) - Interval::point(scaling.v[j]) - apart(problem, i, j)) / eps
    };
    let mut sum = -Interval::ONE;
    for (i, p) in p.iter().enumerate() {
        for (j, q) in q.iter().enumerate() {
            sum = sum + *p * *q * exponent(i, j).exp();
        }
    }
    let mut moved: BTreeMap<(u32, u32), u128> = BTreeMap::new();
    plan.flows.iter().for_each(|&(i, j, mass)| *moved.entry((i, j)).or_default() += u128::from(mass));
    let total = total(&problem.p_mass);
    for ((i, j), mass) in moved.into_iter().filter(|(_, mass)| *mass > 0) {
        let (i, j) = (i as usize, j as usize);
        let share = Interval::ratio(mass, total);
        sum = sum + share * ((share / (p[i] * q[j])).ln() - exponent(i, j));
    }
    sum
}

/// `-sum w ln w` of masses divided by `unit`.
fn entropy(masses: &[u64], unit: u128) -> Interval {
    masses.iter().filter(|mass| **mass > 0).fold(Interval::ZERO, |sum, &mass| {
        let share = Interval::ratio(mass.into(), unit);
        sum - share * share.ln()
    })
}

/// The sum of masses.
fn total(masses: &[u64]) -> u128 {
    masses.iter().map(|&mass| u128::from(mass)).sum()
}

/// The longest distance between the two laws.
fn diameter(problem: &Problem) -> Interval {
    let pairs = (0..problem.p.len()).flat_map(|i| (0..problem.q.len()).map(move |j| (i, j)));
    pairs.map(|(i, j)| apart(problem, i, j)).fold(Interval::ZERO, Interval::max)
}

fn shares(masses: &[u64]) -> Vec<Interval> {
    let total = total(masses);
    masses.iter().map(|&mass| Interval::ratio(mass.into(), total)).collect()
}

fn apart(problem: &Problem, i: usize, j: usize) -> Interval {
    distance::enclose(problem.p.row(i), problem.q.row(j), problem.cost)
}

/// A transport problem with an optimal pair and an entropic plan.
struct Instance {
    name: String,
    problem: Problem,
    /// An optimal plan and potentials without entropy.
    optimal: (Plan, Potentials),
    /// The entropic plan, rounded to exact marginals, and its scaling.
    plan: Plan,
    scaling: Potentials,
    eps: f64,
    /// What masses are divided by where their entropy is taken.
    unit: u128,
    /// The entropic plan's cost, where it is known.
    known: Option<Interval>,
}

/// Solves with and without entropy.
fn solved(name: &str, p: &Measure, q: &Measure, cost: Cost, eps: f64) -> Result<Instance, CheckError> {
    with_entropic(name, p, q, cost, |problem| {
        Entropic::new(problem, eps.abs()).map(|entropic| Entropic { eps, ..entropic })
    })
}

fn with_entropic(
    name: &str,
    p: &Measure,
    q: &Measure,
    cost: Cost,
    entropic: impl Fn(lip1_ot::Problem) -> Result<Entropic, lip1_ot::Error>,
) -> Result<Instance, CheckError> {
    let problem = lip1_ot::Problem::new(p, q, cost).map_err(CheckError::during("problem"))?;
    let entropic = entropic(problem).map_err(CheckError::during("entropic problem"))?;
    let solution = entropic.solve().map_err(CheckError::during("entropic plan"))?;
    // In the finer units of the entropic plan.
    let exact = solve(&solution.problem, &Settings::default()).map_err(CheckError::during("optimal plan"))?;
    let problem = solution.problem.statement().clone();
    Ok(Instance {
        name: name.to_owned(),
        unit: total(&problem.p_mass),
        problem,
        optimal: (exact.plan, exact.potentials),
        plan: solution.plan,
        scaling: solution.scaling,
        eps: entropic.eps,
        known: None,
    })
}

/// Cells and digits, a few of each class, at several values of `eps`.
fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let count = ctx.count(16, 60, 120);
    let some = |points: &Points| -> Result<Measure, CheckError> {
        let coords = points.rows().take(count).flatten().copied().collect();
        Measure::uniform(Points::new(points.dim(), coords)?).map_err(CheckError::during("law"))
    };
    let (cells, digits) = (breast_cancer()?, digits()?);
    let mut instances = Vec::new();
    for (name, p, q, eps) in [
        ("malignant against benign cells", &cells.malignant, &cells.benign, [400.0, 100.0]),
        ("3 against 8", &digits.class(3)?, &digits.class(8)?, [8.0, 2.0]),
    ] {
        for eps in eps {
            instances.push(solved(name, &some(p)?, &some(q)?, Cost::L2, eps)?);
        }
    }
    Ok(instances)
}

/// A law on 0 and 1 against itself: half of `1 / (1 + e^(1/eps))` goes either way.
fn two_atoms(eps: f64) -> Result<Instance, CheckError> {
    let law = coin()?;
    let one = Interval::ONE;
    let known = one / (one + (one / Interval::point(eps)).exp());
    Ok(Instance { known: Some(known), ..solved("two atoms", &law, &law, Cost::L2, eps)? })
}

fn coin() -> Result<Measure, CheckError> {
    Measure::uniform(Points::new(1, vec![0.0, 1.0])?).map_err(CheckError::during("law"))
}

/// A law on a few integers against itself moved by 1/2.
fn comb() -> Result<(Measure, Measure), CheckError> {
    let law = |by: f64| {
        let points = Points::new(1, (0..5).map(|k| f64::from(3 * k) + by).collect())?;
        Measure::uniform(points).map_err(CheckError::during("law"))
    };
    Ok((law(0.0)?, law(0.5)?))
}

/// The comb with the plan of one iteration, not rounded to its marginals.
fn unconverged() -> Result<Instance, CheckError> {
    let (p, q) = comb()?;
    let mut instance = with_entropic("one iteration", &p, &q, Cost::L2, |problem| {
        Entropic::new(problem, 0.2).map(|entropic| Entropic { max_iterations: 1, ..entropic })
    })?;
    let Instance { problem, scaling: Potentials { u, v }, eps, .. } = &instance;
    let share = |mass: u64| mass as f64 / total(&problem.p_mass) as f64;
    let mut flows = Vec::new();
    for (i, x) in problem.p.coords().iter().enumerate() {
        for (j, y) in problem.q.coords().iter().enumerate() {
            let weight = share(problem.q_mass[j]) * ((u[i] - v[j] - (x - y).abs()) / eps).exp();
            flows.push((i as u32, j as u32, (problem.p_mass[i] as f64 * weight) as u64));
        }
    }
    instance.plan = Plan { flows };
    Ok(instance)
}

/// Integer weights on a grid, zeros among them, points repeated and shared; two points with mass on either side at least.
fn drawn() -> impl Strategy<Value = (Measure, Measure, Cost, f64)> {
    let cost = prop_oneof![Just(Cost::L2), Just(Cost::L1), Just(Cost::Linf)];
    let carriers =
        |law: &Measure| law.weights().map_or(law.len(), |w| w.iter().filter(|w| **w > 0.0).count());
    let wide = move |(p, q): &(Measure, Measure)| {
        let (mut first, apart) = (p.points().coords().iter(), q.points().coords().iter());
        carriers(p) > 1
            && carriers(q) > 1
            && first.by_ref().chain(apart).any(|x| (x - p.points().coords()[0]).abs() > 0.0)
    };
    let laws = integer_pairs(7).prop_filter("one point with mass, or all in one place", wide);
    (laws, cost, 0.1..3.0_f64).prop_map(|((p, q), cost, eps)| (p, q, cost, eps))
}
