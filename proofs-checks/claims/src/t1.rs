//! T1: Kantorovich-Rubinstein duality.
//!
//! A coupling with exact marginals costs at least the distance, a 1-Lipschitz potential earns at most the
//! distance. The kernel checks both; where they meet, the maximum over all 1-Lipschitz functions is enclosed.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use lip1_core::{
    Architecture, Balance, HingeKantorovich, Kantorovich, Loss, Samples, Targets, Training, certify, train,
};
use lip1_datasets::data::{breast_cancer, digits};
use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict,
    Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::transport::{self, Plan, Potentials, Problem};
use lip1_kernel::{Interval, Points, forward};
use lip1_ot::testing::pairs;
use lip1_ot::{Measure, Settings, solve};
use nalgebra::DMatrix;
use rand::RngExt;

use crate::drawn::sizes;
use crate::picture::Drawn;
use crate::rounding;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T1",
    section: Section::Transport,
    title: "Kantorovich-Rubinstein duality",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "The maximum of KR(f) = E_P f - E_Q f over 1-Lipschitz f is the Wasserstein distance W1(P, Q).",
    )],
    formula: r"\max_{\mathrm{Lip}(f) \le 1} \; \mathbb{E}_P f - \mathbb{E}_Q f \;=\; W_1(P, Q)",
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
            about: "a",
            run: |ctx| over(real(ctx)?),
        },
        Check {
            name: "coupling_and_potential_meet_at_known_distances",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = over(structured()?.map(Instance::raised))?;
                finding.picture(picture(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "coupling_and_potential_meet_on_random_and_degenerate_instances",
            essential: true,
            about: "a",
            run: random,
        },
        Check { name: "no_trained_network_exceeds_the_distance", essential: true, about: "a", run: networks },
    ],
    controls: &[
        Control {
            name: "one_slope_of_1_plus_1e_9_is_refused",
            breaks: "f is 1-Lipschitz: u_i - v_j <= |x_i - z_j| for every pair",
            run: |_| examine(&steepened(malignant_against_benign()?, 1.0 + 1e-9)?),
        },
        Control {
            name: "a_marginal_off_by_one_unit_is_refused",
            breaks: "the coupling has the marginals P and Q",
            run: |_| {
                let mut instance = malignant_against_benign()?;
                if let Some((_, _, mass)) = instance.plan.flows.first_mut() {
                    *mass += 1;
                }
                examine(&instance)
            },
        },
        Control {
            name: "a_coupling_in_the_order_of_the_rows_leaves_a_gap",
            breaks: "both are optimal",
            run: |_| {
                let instance = malignant_against_benign()?;
                let plan = in_order(&instance.problem);
                examine(&Instance { plan, ..instance })
            },
        },
        Control {
            name: "one_unit_of_mass_in_2_to_the_61_off_the_pairs_of_slope_1_is_noticed",
            breaks: "both are optimal",
            run: |_| examine(&crossed(unequal_weights()?)?),
        },
        Control {
            name: "a_network_of_slope_4_exceeds_the_distance",
            breaks: "a network's values are divided by its Lipschitz constant",
            run: undivided,
        },
    ],
};

/// Has the kernel bracket the distance, and judges how well the two sides meet.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { name, problem, plan, potentials, .. } = instance;
    let ruling = transport::check(problem, plan, potentials);
    let Some(bracket) = finding.accepted(ruling, || name.clone()) else { return Ok(finding) };
    let (lower, upper) = (bracket.lower_bound(), bracket.upper_bound());
    let rounding = rounding::of_transport(problem);
    // A gap would be the solver's failure, not a counterexample to the claim.
    finding.required("cost of the coupling - KR(f) <= rounding", upper - lower, rounding, || {
        format!("{name}: W1 is in {}", bracket.enclosure())
    });
    if let Some(known) = instance.known {
        let diagonal = rounding::diagonal(&problem.p, &problem.q, problem.cost);
        let tolerance = Tolerance::new(rounding, diagonal, "roundings of the potentials, one a point");
        finding.equal_within("W1 as known", bracket.enclosure(), known, tolerance, || {
            format!("{name}: W1 = {known}, found {}", bracket.enclosure())
        });
    }
    // Complementary slackness: the potential has slope 1 wherever mass moves, however little.
    for &(i, j, mass) in plan.flows.iter().filter(|(_, _, mass)| *mass > 0) {
        let (row, column) = (i as usize, j as usize);
        let distance = distance::enclose(problem.p.row(row), problem.q.row(column), problem.cost);
        let rise = Interval::data(potentials.u[row]) - Interval::data(potentials.v[column]);
        finding.required("|x - z| - (f(x) - f(z)) <= rounding", distance - rise, rounding, || {
            format!("{name}: {mass} units from {i} to {j}, f rises by {rise} over {distance}")
        });
    }
    Ok(finding)
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
        examine(&solved(&sizes(p, q), p, q, None)?.raised())
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

/// The instance with one unit of mass of two flows sent crosswise, so that some of it travels along the pair of least slope.
fn crossed(mut instance: Instance) -> Result<Instance, CheckError> {
    let Instance { problem: Problem { p, q, cost, .. }, plan, potentials, .. } = &mut instance;
    let missing = |i: u32, j: u32| {
        let rise = potentials.u[i as usize] - potentials.v[j as usize];
        distance::enclose(p.row(i as usize), q.row(j as usize), *cost).lower() - rise
    };
    let flows = 0..plan.flows.len();
    let pairs = flows.clone().flat_map(|a| flows.clone().map(move |b| (a, b)));
    let loss = |&(a, b): &(usize, usize)| missing(plan.flows[a].0, plan.flows[b].1);
    let worst = pairs.max_by(|one, two| loss(one).total_cmp(&loss(two)));
    let (a, b) = worst.ok_or_else(|| CheckError::Instance("no mass moves".to_owned()))?;
    let ((i, j, _), (k, l, _)) = (plan.flows[a], plan.flows[b]);
    plan.flows[a].2 -= 1;
    plan.flows[b].2 -= 1;
    plan.flows.extend([(i, l, 1), (k, j, 1)]);
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

/// A transport problem, what a solver makes of it, and the distance where it is known.
struct Instance {
    name: String,
    problem: Problem,
    plan: Plan,
    potentials: Potentials,
    known: Option<Interval>,
}

/// The instance of two measures, solved but not verified.
fn solved(name: &str, p: &Measure, q: &Measure, known: Option<Interval>) -> Result<Instance, CheckError> {
    let problem = lip1_ot::Problem::new(p, q, Cost::L2)?;
    let solution = solve(&problem, &Settings::default())?;
    Ok(Instance {
        name: name.to_owned(),
        problem: problem.statement().clone(),
        plan: solution.plan,
        potentials: solution.potentials,
        known,
    })
}

impl Instance {
    /// Takes the largest values on `p` that those on `q` allow. The solver shortens distances by some roundings more than
    /// it must, which saves the kernel a second look at tight pairs; it shows when a distance is tiny next to the laws' width.
    fn raised(mut self) -> Self {
        let Self { problem: Problem { p, q, cost, .. }, potentials: Potentials { u, v }, .. } = &mut self;
        for (x, u) in p.rows().zip(u) {
            let cones = q.rows().zip(&*v).map(|(z, v)| Interval::data(*v) + distance::enclose(x, z, *cost));
            *u = cones.map(Interval::lower).fold(f64::INFINITY, f64::min);
        }
        self
    }
}

/// Malignant aspirates against benign ones.
fn malignant_against_benign() -> Result<Instance, CheckError> {
    let data = breast_cancer()?;
    uniform("malignant against benign cells", data.malignant.clone(), data.benign.clone(), None)
}

/// A few aspirates with weights that no small integers are in proportion to: a unit is one part in `2^61` of the mass or less, and what it
/// costs to send one astray is within the rounding.
fn unequal_weights() -> Result<Instance, CheckError> {
    let Classes { name, positive, negative } = Classes::breast_cancer(30, 30)?;
    let weighted = |measure: Measure| {
        let weights = (0..measure.len()).map(|k| 1.0 / (k + 1) as f64).collect();
        Measure::weighted(measure.points().clone(), weights)
    };
    solved(&format!("{name}, unequal weights"), &weighted(positive)?, &weighted(negative)?, None)
}

/// The aspirates, and pairs of digits: the two that are most alike first, all 45 with a larger budget.
fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut instances = vec![malignant_against_benign()?];
    let mut pairs = vec![(3, 8), (4, 9), (0, 1)];
    if ctx.count(0, 1, 1) > 0 {
        pairs = (0..10).flat_map(|a| (a + 1..10).map(move |b| (a, b))).collect();
    }
    for (a, b) in pairs {
        let data = digits()?;
        instances.push(uniform(&format!("digit {a} against {b}"), data.class(a)?, data.class(b)?, None)?);
    }
    Ok(instances)
}

/// Families with known distances, degenerate ones among them.
fn structured() -> Result<[Instance; 8], CheckError> {
    let plane = |coords: &[f64]| Points::new(2, coords.to_vec());
    let five = Some(Interval::integer(5));
    let scattered = [0.0, 0.0, 7.0, -3.0, 2.0, 11.0, 7.0, -3.0, -8.0, 1.0, 4.0, 4.0];
    let moved: Vec<f64> = scattered.iter().zip([3.0, 4.0].iter().cycle()).map(|(x, by)| x + by).collect();
    let circle = [3.0, 4.0, -3.0, 4.0, 3.0, -4.0, -3.0, -4.0, 4.0, 3.0, 5.0, 0.0, 0.0, -5.0];
    // Multiples of (1, 2, 2), a vector of length 3.
    let comb = |from: i32| {
        let teeth = (from..from + 20).flat_map(|k| [1.0, 2.0, 2.0].map(|c| c * f64::from(k)));
        Points::new(3, teeth.collect())
    };
    Ok([
        uniform("one point against one", plane(&[0.0, 0.0])?, plane(&[3.0, 4.0])?, five)?,
        uniform("a law against itself", plane(&scattered)?, plane(&scattered)?, Some(Interval::ZERO))?,
        uniform("a law against its translate", plane(&scattered)?, plane(&moved)?, five)?,
        uniform("a circle against its centre", plane(&circle)?, plane(&[0.0, 0.0])?, five)?,
        uniform("a comb moved by 7 teeth", comb(0)?, comb(7)?, Some(Interval::integer(21)))?,
        uniform(
            "five copies of one point",
            plane(&[0.0; 10])?,
            plane(&[3.0, 4.0, 3.0, 4.0, -5.0, 12.0, -5.0, 12.0, -5.0, 12.0])?,
            Some(Interval::ratio(49, 5)),
        )?,
        weighted("unequal masses on two points", &[1.0, 3.0], &[1.0, 1.0], Interval::ratio(5, 2))?,
        weighted("a point without mass", &[0.0, 2.0], &[1.0, 0.0], Interval::integer(10))?,
    ])
}

fn uniform(name: &str, p: Points, q: Points, known: Option<Interval>) -> Result<Instance, CheckError> {
    solved(name, &Measure::uniform(p)?, &Measure::uniform(q)?, known)
}

/// Two laws on the points 0 and 10 of the line.
fn weighted(name: &str, p: &[f64], q: &[f64], known: Interval) -> Result<Instance, CheckError> {
    let measure = |weights: &[f64]| {
        Ok::<_, CheckError>(Measure::weighted(Points::new(1, vec![0.0, 10.0])?, weights.to_vec())?)
    };
    solved(name, &measure(p)?, &measure(q)?, Some(known))
}

/// An optimal plan between a ring and a disc.
fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("ring");
    let mut cloud = |inner: f64, outer: f64| {
        let around = |_| {
            let (radius, angle) = (random.random_range(inner..outer), random.random_range(0.0..TAU));
            [radius * angle.cos(), radius * angle.sin()]
        };
        Points::new(2, (0..60).flat_map(around).collect())
    };
    let instance = uniform("ring", cloud(2.0, 3.0)?, cloud(0.0, 1.5)?, None)?;
    let dots = |points: &Points| points.rows().map(|row| (row[0], row[1])).collect();
    let Problem { p, q, .. } = &instance.problem;
    let ends = |&(i, j, _): &(u32, u32, u64)| [p.row(i as usize), q.row(j as usize)].map(|x| (x[0], x[1]));
    let series = |name: &str, mark, points| Series { name: name.to_owned(), mark, points };
    Chart {
        title: "An optimal plan: mass moves along straight lines that never cross".to_owned(),
        alternative:
            "Sixty points on a ring, sixty in the disc inside it, each joined to one of the other kind; \
                      along every segment the optimal 1-Lipschitz function has slope 1."
                .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            series("where mass moves", Mark::Segments, instance.plan.flows.iter().flat_map(ends).collect()),
            series("P", Mark::Dots, dots(p)),
            series("Q", Mark::Dots, dots(q)),
        ],
    }
    .drawn_to_scale()
}

/// Trains networks on real data and compares their value of KR with the distance.
fn networks(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("share of the distance");
    let hinge = HingeKantorovich { lambda: 10.0, margin: 1.0, balance: Balance::ByClass };
    let losses: [(&str, &dyn Loss<f32>); 2] = [("KR", &Kantorovich), ("HKR", &hinge)];
    for instance in real(ctx)?.iter().take(ctx.count(2, 4, 46)) {
        for (name, loss) in losses {
            let net = trained(ctx, instance, name, loss)?;
            let constant = constant(&net)?;
            finding.merge(compared(&format!("{name} on {}", instance.name), &net, constant, instance)?);
        }
    }
    Ok(finding)
}

/// A trained network multiplied by 4 and not divided again.
fn undivided(ctx: &Context) -> Result<Finding, CheckError> {
    let instance = malignant_against_benign()?;
    let net = trained(ctx, &instance, "KR", &Kantorovich)?;
    let layers = net.layers().iter().cloned().chain([Layer::Scale(4.0)]);
    let steep = Net::new(net.inputs(), layers.collect())?;
    compared("a network of slope 4", &steep, constant(&net)?, &instance)
}

/// Compares `KR(f) / constant` with the upper end of the distance; a network that did not learn would show nothing.
fn compared(name: &str, net: &Net, constant: Interval, instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("share of the distance");
    let Instance { problem, plan, potentials, .. } = instance;
    let upper = transport::check(problem, plan, potentials)?.upper_bound();
    let share = (mean(net, &problem.p)? - mean(net, &problem.q)?) / constant / upper;
    let witness = || format!("{name}: {share} of the distance, L <= {}", constant.upper());
    finding.at_most("KR(f) / L <= W1", share, Interval::ONE, witness);
    finding.required("the network learnt half of the distance", Interval::ratio(1, 2), share, witness);
    Ok(finding)
}

fn mean(net: &Net, points: &Points) -> Result<Interval, CheckError> {
    let mut total = Interval::ZERO;
    for x in points.rows() {
        total = forward::enclose(net, x)?.values.iter().fold(total, |total, value| total + *value);
    }
    Ok(total / Interval::integer(points.len() as u128))
}

/// A certified Lipschitz constant.
fn constant(net: &Net) -> Result<Interval, CheckError> {
    Ok(certify(net)?.linf_upper_bound())
}

fn trained(ctx: &Context, instance: &Instance, name: &str, loss: &dyn Loss<f32>) -> Result<Net, CheckError> {
    let Problem { p, q, .. } = &instance.problem;
    let columns = p.coords().iter().chain(q.coords()).map(|x| *x as f32);
    let inputs = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let signs = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let samples = Samples::new(inputs, Targets::Signs(signs))?;
    let seed = ctx.seed(&format!("{name} on {}", instance.name));
    let network = Architecture::lipnet(p.dim(), &[32, 32], 1).build::<f32>(seed)?;
    let config = Training {
        epochs: ctx.count(60, 200, 500),
        batch: samples.len(),
        learning_rate: 0.02,
        seed,
        ..Training::default()
    };
    let (network, _) = train(network, &samples, loss, &config, &mut |_| ControlFlow::Continue(()))?;
    Ok(network.to_kernel()?)
}
