//! T9: what the entropy costs.

use std::collections::BTreeMap;

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{self, Plan, Potentials, Problem};
use lip1_kernel::{Interval, Points};
use lip1_ot::testing::integer_pairs;
use lip1_ot::{Entropic, Measure, Settings, solve};
use proptest::prelude::{Just, Strategy, prop_oneof};

use crate::drawn::sizes;
use crate::rounding;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T9",
    section: Section::Transport,
    title: "The price of entropic regularisation",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "For probability vectors p, q and the minimiser pi_eps of <pi, C> + eps KL(pi | p x q) over their couplings, \
         0 <= <pi_eps, C> - W1 <= eps min(H(p), H(q)), in nats.",
    )],
    formula: r"0 \le \langle \pi_\varepsilon, C \rangle - W_1(p, q) \le \varepsilon \min\bigl(H(p), H(q)\bigr)",
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
            about: "a",
            run: |_| {
                let mut finding = Finding::new("distance");
                for eps in [4.0, 1.0, 0.5, 0.25, 0.125] {
                    finding.merge(examine(&two_atoms(eps)?)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_corners_of_a_cube_pay_more_than_half_of_the_bound",
            essential: true,
            about: "a",
            run: |_| examine(&corners()?),
        },
        Check {
            name: "the_bound_holds_on_real_data",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for instance in real(ctx)? {
                    finding.merge(examine(&instance)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_bound_holds_on_random_and_degenerate_instances",
            essential: true,
            about: "a",
            run: random,
        },
    ],
    controls: &[
        Control {
            name: "with_minus_eps_the_plan_pays_more",
            breaks: "eps > 0: the plan is drawn towards p x q, not away from it",
            run: |_| {
                let (p, q) = comb()?;
                examine(&solved("minus eps", &p, &q, Cost::L2, -0.5)?)
            },
        },
        Control {
            name: "counts_have_no_entropy",
            breaks: "p and q are probability vectors",
            run: |_| {
                let mut instance = two_atoms(0.5)?;
                // Two equal masses, each counted as one.
                instance.unit /= 2;
                examine(&instance)
            },
        },
        Control {
            name: "an_unconverged_plan_has_wrong_marginals",
            breaks: "the plan has the marginals p and q",
            run: |_| examine(&unconverged()?),
        },
        Control {
            name: "the_plan_of_a_larger_eps_costs_more",
            breaks: "pi_eps is the minimiser for this eps",
            run: |_| {
                let mut instance = two_atoms(1.0)?;
                instance.known = two_atoms(0.125)?.known;
                examine(&instance)
            },
        },
    ],
};

/// Has the kernel bracket the distance and check the entropic plan's marginals, encloses the entropic plan's cost, and compares.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { name, problem, optimal: (plan, potentials), eps, unit, .. } = instance;
    let witness = || format!("{name}, eps = {eps}");
    let ruling = transport::check(problem, plan, potentials);
    let Some(bracket) = finding.accepted(ruling, witness) else { return Ok(finding) };
    let coupling = transport::check(problem, &instance.plan, potentials);
    if finding.accepted(coupling, witness).is_none() {
        return Ok(finding);
    }
    let (cost, off) = entropic_cost(problem, &instance.plan, &instance.scaling, *eps);
    let size = rounding::diagonal(&problem.p, &problem.q, problem.cost);
    // What the kernel's potentials earn no coupling costs less than, pi_eps included; here the coupling near it is asked.
    let tolerance = rounding::tolerance(
        rounding::of_transport(problem),
        size,
        "roundings of the potentials, one a point",
    );
    finding.at_most_within("W1 <= <pi, C>", bracket.enclosure(), cost, tolerance, witness);
    let paid = (cost - off).hull(cost + off);
    let price = paid - bracket.enclosure();
    let least = entropy(&problem.p_mass, *unit).min(entropy(&problem.q_mass, *unit));
    let bound = Interval::data(eps.abs()) * least;
    let told = || format!("{}: {price} paid, at most {bound}", witness());
    finding.at_most("<pi_eps, C> - W1 <= eps min(H(p), H(q))", price, bound, told);
    if let Some(share) = instance.share {
        finding.at_most("a share of the bound <= <pi_eps, C> - W1", share * bound, price, told);
    }
    if let Some(known) = instance.known {
        let width = Interval::integer(2) * off;
        let tolerance =
            rounding::tolerance(width, size, "width of the enclosure of the entropic plan's cost");
        finding.equal_within("<pi_eps, C> as known", paid, known, tolerance, || {
            format!("{}: {known} expected, {paid} found", witness())
        });
    }
    Ok(finding)
}

fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let cases = ctx.cases(150, 2_000, 50_000);
    ctx.sampled("entropic", "distance", &drawn(), cases, |(p, q, cost, eps)| {
        examine(&solved(&sizes(p, q), p, q, *cost, *eps)?)
    })
}

/// `<pi, d>` of a plan with exact marginals.
fn cost(problem: &Problem, plan: &Plan) -> Interval {
    let total = Interval::integer(total(&problem.p_mass));
    let flow = |&(i, j, mass): &(u32, u32, u64)| {
        Interval::integer(mass.into()) * apart(problem, i as usize, j as usize)
    };
    sum(&plan.flows.iter().map(flow).collect::<Vec<_>>()) / total
}

/// The entropic plan's cost, from a coupling that is near it: that of the coupling, and how far they are apart at most.
///
/// For any `u`, `v`, with `g_ij = p_i q_j exp((u_i - v_j - d_ij) / eps)`, the couplings' `KL(. | g)` differ from `KL(. | p x q) + <., d> / eps`
/// by a constant: the entropic plan `pi_eps` minimises both, and `KL(pi | pi_eps) <= KL(pi | g)` for every coupling `pi` (Csiszár 1975).
/// This holds whatever the scaling is, so it enters as it was declared. By Pinsker's inequality the two differ by a mass of at most `sqrt(KL / 2)`, which travels no farther than the diameter.
fn entropic_cost(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> (Interval, Interval) {
    let half = divergence(problem, plan, scaling, eps).max(Interval::ZERO) / Interval::integer(2);
    let off = half.sqrt() * diameter(problem);
    (cost(problem, plan), Interval::data(off.upper()))
}

/// `KL(pi | g) = sum pi ln(pi / g) - 1 + sum g`.
fn divergence(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> Interval {
    let (p, q) = (shares(&problem.p_mass), shares(&problem.q_mass));
    let eps = Interval::data(eps);
    let exponent = |i: usize, j: usize| {
        (Interval::data(scaling.u[i]) - Interval::data(scaling.v[j]) - apart(problem, i, j)) / eps
    };
    let mut terms = vec![-Interval::ONE];
    for (i, p) in p.iter().enumerate() {
        terms.extend(q.iter().enumerate().map(|(j, q)| *p * *q * exponent(i, j).exp()));
    }
    let mut moved: BTreeMap<(u32, u32), u128> = BTreeMap::new();
    plan.flows.iter().for_each(|&(i, j, mass)| *moved.entry((i, j)).or_default() += u128::from(mass));
    let total = total(&problem.p_mass);
    terms.extend(moved.into_iter().filter(|(_, mass)| *mass > 0).map(|((i, j), mass)| {
        let (i, j) = (i as usize, j as usize);
        let share = Interval::ratio(mass, total);
        share * ((share / (p[i] * q[j])).ln() - exponent(i, j))
    }));
    sum(&terms)
}

/// A sum by halves, which widens by a rounding for each of them and not for each term.
fn sum(terms: &[Interval]) -> Interval {
    match terms {
        [] => Interval::ZERO,
        [term] => *term,
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            sum(left) + sum(right)
        }
    }
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
    /// A share of the bound that is paid at least, where one is known.
    share: Option<Interval>,
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
    let problem = lip1_ot::Problem::new(p, q, cost)?;
    let entropic = entropic(problem)?;
    let solution = entropic.solve()?;
    // In the finer units of the entropic plan.
    let exact = solve(&solution.problem, &Settings::default())?;
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
        share: None,
    })
}

/// Aspirates and digits, a few of each class, at several values of `eps`.
fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let count = ctx.count(16, 60, 120);
    let some = |points: &Points| -> Result<Measure, CheckError> {
        let coords = points.rows().take(count).flatten().copied().collect();
        Ok(Measure::uniform(Points::new(points.dim(), coords)?)?)
    };
    let (aspirates, digits) = (breast_cancer()?, digits()?);
    let mut instances = Vec::new();
    for (name, p, q, eps) in [
        ("malignant against benign aspirates", &aspirates.malignant, &aspirates.benign, [400.0, 100.0]),
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
    let law = Measure::uniform(Points::new(1, vec![0.0, 1.0])?)?;
    let one = Interval::ONE;
    let known = one / (one + (one / Interval::data(eps)).exp());
    Ok(Instance { known: Some(known), ..solved("two atoms", &law, &law, Cost::L2, eps)? })
}

/// The corners of a cube in six dimensions, all at distance 1 in the maximum norm, against themselves: 63 of `63 + e^(1/eps)` go elsewhere.
/// With so many ways to go each is nearly as likely as to stay, and the entropy is nearly paid in full.
fn corners() -> Result<Instance, CheckError> {
    let (dim, eps) = (6, 0.3);
    let bits = (0..1_u32 << dim).flat_map(|corner| (0..dim).map(move |k| f64::from(corner >> k & 1)));
    let law = Measure::uniform(Points::new(dim as usize, bits.collect())?)?;
    let others = Interval::integer((1 << dim) - 1);
    let known = others / (others + (Interval::ONE / Interval::data(eps)).exp());
    let share = Some(Interval::ratio(1, 2));
    Ok(Instance { known: Some(known), share, ..solved("corners of a cube", &law, &law, Cost::Linf, eps)? })
}

/// A law on a few integers against itself moved by 1/2.
fn comb() -> Result<(Measure, Measure), CheckError> {
    let law = |by: f64| {
        let points = Points::new(1, (0..5).map(|k| f64::from(3 * k) + by).collect())?;
        Ok::<_, CheckError>(Measure::uniform(points)?)
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
