//! T5: the log loss over Lipschitz functions is an entropy-regularised partial transport.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Verdict, Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::Plan;
use lip1_kernel::{Interval, Points};
use proptest::prelude::{Strategy, prop};

use crate::drawn::classes;
use crate::optimum::{LeastLoss, Term, entropy, logistic, masses_against_margins};
use crate::picture::Drawn;
use crate::rounding;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T5",
    section: Section::Transport,
    title: "The log loss is an entropy-regularised partial transport",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The least mean log loss E softplus(-tau y f) over L-Lipschitz f is the largest value of sum w_i H(s_i) - \
         tau L W1(w s on the positive points, w s on the negative ones) over s in [0,1]^N that move as much mass \
         from one class as to the other, H the binary entropy in nats. At the optimum s_i = sigma(-tau y_i f(x_i)), \
         the probability that the model gives to the wrong label.",
    )],
    formula: r"\min_{\mathrm{Lip}(f) \le L} \sum_i w_i\, \mathrm{softplus}(-\tau y_i f(x_i)) \;=\; \max_{s \in [0,1]^N,\; |ws|_+ = |ws|_-} \sum_i w_i H(s_i) - \tau L\, W_1(w s|_+, w s|_-)",
    hypotheses: &[
        "f is L-Lipschitz",
        "s is the logistic function of -tau y f",
        "s moves equal masses from one class and to the other",
        "transport costs tau L a unit of length",
    ],
    source: "Fenchel duality: softplus(z) is the largest s z + H(s) over s in [0,1], reached at s = sigma(z). With \
             z = -tau y f the inner minimum over f is -tau L W1 when both classes move the same mass and minus infinity \
             otherwise, since a constant may be added to f. Minimum and maximum change places because the sample values \
             of f range over a polyhedron that contains 0.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "both_problems_meet_on_random_and_degenerate_samples",
            essential: true,
            about: "a",
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                ctx.sampled("samples", "nats", &drawn(10), cases, |(classes, tau, constant)| {
                    examine(&classes.name, &LeastLoss::solve(classes, *tau, *constant)?, None)
                })
            },
        },
        Check {
            name: "both_problems_meet_where_the_minimum_is_known",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("nats");
                for Known { classes, tau, constant, minimum } in known()? {
                    let least = LeastLoss::solve(&classes, tau, constant)?;
                    finding.merge(examine(&classes.name, &least, Some(minimum))?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "both_problems_meet_on_real_data",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("nats");
                for (classes, tau, constant) in real(ctx)? {
                    finding.merge(examine(&classes.name, &LeastLoss::solve(&classes, tau, constant)?, None)?);
                }
                finding.picture(minimisers(ctx)?);
                finding.picture(masses()?);
                Ok(finding)
            },
        },
        Check {
            name: "no_admissible_s_exceeds_any_loss",
            essential: true,
            about: "a",
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                ctx.sampled("weak duality", "nats", &worlds(6), cases, |draw| Ok(weak(&draw.world()?)))
            },
        },
    ],
    controls: &[
        Control {
            name: "s_away_from_the_logistic_function_leaves_a_gap",
            breaks: "s is the logistic function of -tau y f",
            run: |_| {
                let mut least = real_one()?;
                least.dual.plan = thinned(&least.dual.plan);
                examine("nine tenths of every s", &least, None)
            },
        },
        Control {
            name: "unequal_masses_exceed_the_least_loss",
            breaks: "s moves equal masses from one class and to the other",
            run: |_| Ok(weak(&unequal())),
        },
        Control {
            name: "half_of_the_transport_cost_exceeds_the_least_loss",
            breaks: "transport costs tau L a unit of length",
            run: |_| Ok(weak(&cheap())),
        },
        Control {
            name: "one_steeper_pair_is_refused",
            breaks: "f is L-Lipschitz",
            run: |_| {
                let mut least = real_one()?;
                if let Some(value) = least.dual.potentials.u.first_mut() {
                    *value += 1.0;
                }
                examine("one value raised by 1", &least, None)
            },
        },
    ],
};

/// Has the kernel bracket the least loss, and judges how well both problems meet and what the plan moves.
fn examine(name: &str, least: &LeastLoss, known: Option<Interval>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    let witness = || format!("{name}, tau = {}, L = {}", least.problem.temperature, least.problem.constant);
    let Some(bracket) = finding.accepted(least.bracket(), witness) else { return Ok(finding) };
    let (lower, upper) = (bracket.lower_bound(), bracket.upper_bound());
    let rounding = rounding::of_bce(&least.problem);
    // A gap would be the solver's failure, not a counterexample to the claim.
    finding.required("loss of f - value of s <= rounding", upper - lower, rounding, || {
        format!("{}: in {}", witness(), bracket.enclosure())
    });
    let tolerance = rounding::tolerance(rounding, Interval::ONE, "roundings of tau f, one a point");
    if let Some(known) = known {
        finding.equal_within("the least loss as known", bracket.enclosure(), known, tolerance, || {
            format!("{}: {known} expected, found {}", witness(), bracket.enclosure())
        });
    }
    for term in least.terms(&bracket) {
        let wrong = logistic(-(least.temperature() * term.margin));
        finding.equal_within(
            "w s = w sigma(-tau y f)",
            term.mass * term.moved,
            term.mass * wrong,
            tolerance,
            || {
                let Term { row, positive, moved, .. } = term;
                let label = if positive { "+1" } else { "-1" };
                format!("{}: row {row} of label {label}: moved {moved}, logistic {wrong}", witness())
            },
        );
    }
    Ok(finding)
}

fn real_one() -> Result<LeastLoss, CheckError> {
    Ok(LeastLoss::solve(&Classes::breast_cancer(30, 30)?, 1.0, 1.0)?)
}

/// Nine tenths of a plan.
fn thinned(plan: &Plan) -> Plan {
    Plan { flows: plan.flows.iter().map(|&(i, j, mass)| (i, j, mass / 10 * 9)).collect() }
}

/// A sample whose least loss has a closed form.
struct Known {
    classes: Classes,
    tau: f64,
    constant: f64,
    minimum: Interval,
}

/// Repeated, shared, collinear and clumped points, weights with zeros; temperatures and constants over four orders.
fn drawn(most: usize) -> impl Strategy<Value = (Classes, f64, f64)> {
    (classes(most), -6_i32..=6, -2_i32..=2)
        .prop_map(|(classes, tau, constant)| (classes, 2.0_f64.powi(tau), 2.0_f64.powi(constant)))
}

/// Pairs, duplicates and pairs so far apart that they do not feel each other.
fn known() -> Result<Vec<Known>, CheckError> {
    let softplus = |margin: u128, of: u128| (-Interval::ratio(margin, of)).softplus();
    let entropy = |part: u128, of: u128| {
        let s = Interval::ratio(part, of);
        let rest = Interval::ratio(of - part, of);
        -(s * s.ln() + rest * rest.ln())
    };
    let half = |a: Interval, b: Interval| (a + b) / Interval::integer(2);
    Ok(vec![
        Known {
            classes: Classes::in_plane("3, 4, 5", &[3.0, 4.0], &[0.0, 0.0])?,
            tau: 0.5,
            constant: 2.0,
            minimum: softplus(5, 2),
        },
        Known {
            classes: Classes::on_line("one point with both labels", &[(1.0, 1.0)], &[(1.0, 3.0)])?,
            tau: 4.0,
            constant: 1.0,
            minimum: entropy(1, 4),
        },
        Known {
            classes: Classes::on_line(
                "two pairs far apart",
                &[(2.0, 1.0), (999.0, 1.0)],
                &[(0.0, 1.0), (1002.0, 1.0)],
            )?,
            tau: 1.0,
            constant: 1.0,
            minimum: half(softplus(1, 1), softplus(3, 2)),
        },
        Known {
            classes: Classes::on_line(
                "a pair and a double point far apart",
                &[(0.0, 1.0), (500.0, 1.0)],
                &[(4.0, 1.0), (500.0, 1.0)],
            )?,
            tau: 0.25,
            constant: 4.0,
            minimum: half(softplus(2, 1), Interval::integer(2).ln()),
        },
    ])
}

/// Aspirates and digits at several temperatures.
fn real(ctx: &Context) -> Result<Vec<(Classes, f64, f64)>, CheckError> {
    let each = ctx.count(40, 150, 212);
    let mut instances = Vec::new();
    for (tau, constant) in [(0.01, 1.0), (1.0, 1.0), (4.0, 0.5), (64.0, 1.0)] {
        instances.push((Classes::breast_cancer(each, each)?, tau, constant));
    }
    instances.push((Classes::breast_cancer(each / 2, each)?, 1.0, 2.0));
    instances.push((Classes::digits(3, 8, each)?, 0.125, 1.0));
    instances.push((Classes::digits(4, 9, each)?, 1.0, 1.0));
    Ok(instances)
}

/// The share of each sample's mass that is moved, against the margin that the minimiser has there.
fn masses() -> Result<Picture, CheckError> {
    let classes = Classes::breast_cancer(100, 100)?;
    let mut series = Vec::new();
    for tau in [0.25, 1.0, 4.0] {
        let least = LeastLoss::solve(&classes, tau, 1.0)?;
        let points = masses_against_margins(&least.terms(&least.bracket()?));
        series.push(Series { name: format!("tau = {tau}"), mark: Mark::Dots, points });
    }
    Chart {
        title: "Log loss as transport: how much of each sample's mass is moved".to_owned(),
        alternative: "Real cells, each at the margin y f that the exact minimiser of the log loss has there, against the share of \
                      its mass that the optimal plan moves. At each of three temperatures the dots lie on a falling logistic \
                      curve, steeper at higher temperature: the larger the margin, the less is moved, at tau = 4 next to nothing."
            .to_owned(),
        x: "y f (standard deviations)".to_owned(),
        y: "share of the mass that is moved".to_owned(),
        series,
    }
    .drawn()
}

/// The exact minimiser on the paper's mixture, at several temperatures.
fn minimisers(ctx: &Context) -> Result<Picture, CheckError> {
    let classes = Classes::mixture(ctx.seed("picture"), 60)?;
    let grid: Vec<f64> = (-70..=70).map(|k| f64::from(k) / 20.0).collect();
    let mut series = Vec::new();
    for tau in [0.25, 1.0, 4.0, 64.0] {
        let least = LeastLoss::solve(&classes, tau, 1.0)?;
        let values = &least.dual.potentials.v;
        // The largest 1-Lipschitz function with these values on the negative points.
        let places = classes.negative.points().coords();
        let at =
            |x: f64| places.iter().zip(values).map(|(z, v)| v + (x - z).abs()).fold(f64::INFINITY, f64::min);
        let points = grid.iter().map(|x| (*x, at(*x))).collect();
        series.push(Series { name: format!("minimiser at tau = {tau}"), mark: Mark::Line, points });
    }
    let dots = |points: &Points| points.coords().iter().map(|x| (*x, 0.0)).collect();
    for (name, points) in [("label +1", classes.positive.points()), ("label -1", classes.negative.points())] {
        series.push(Series { name: name.to_owned(), mark: Mark::Dots, points: dots(points) });
    }
    Chart {
        title: "The exact minimiser of the log loss on a line, at four temperatures".to_owned(),
        alternative: "Two classes on a line, each with a tenth of its points in a small group on the other's side. At low \
                      temperature the minimiser rises once, from the left group to the right one, and ignores the small \
                      groups; at high temperature it zigzags between slopes 1 and -1 and changes sign at each of them."
            .to_owned(),
        x: "x".to_owned(),
        y: "f(x)".to_owned(),
        series,
    }
    .drawn()
}

/// Points of both classes with whole weights, a plan between them and a function.
#[derive(Clone, Debug)]
struct Draw {
    dim: usize,
    positive: Vec<(Vec<i32>, u64)>,
    negative: Vec<(Vec<i32>, u64)>,
    /// Row, column, and the share of what is left there that moves, in eighths.
    moves: Vec<(usize, usize, u64)>,
    /// Heights of three cones whose minimum is the function.
    cones: Vec<(Vec<i32>, i32)>,
    tau: i32,
}

/// A point with its label, mass, share that moves, and the value of a 1-Lipschitz function.
struct Atom {
    sign: i32,
    mass: Interval,
    moved: Interval,
    value: Interval,
}

/// Both problems at one admissible point each.
struct World {
    atoms: Vec<Atom>,
    /// `W1` of the moved masses, or more.
    cost: Interval,
    tau: Interval,
}

/// Up to `most` points a class on a grid of the line or the plane, so that points repeat and are shared.
fn worlds(most: usize) -> impl Strategy<Value = Draw> {
    (1_usize..=2, -3_i32..=4).prop_flat_map(move |(dim, tau)| {
        let place = move || prop::collection::vec(-6_i32..=6, dim);
        let class = move || prop::collection::vec((place(), 1_u64..=5), 1..=most);
        let moves = prop::collection::vec((0..most, 0..most, 0_u64..=8), 0..2 * most);
        let cones = prop::collection::vec((place(), -4_i32..=4), 3);
        (class(), class(), moves, cones).prop_map(move |(positive, negative, moves, cones)| Draw {
            dim,
            positive,
            negative,
            moves,
            cones,
            tau,
        })
    })
}

/// A unit of weight is this many units of mass, so that eighths of eighths are whole.
const UNIT: u64 = 1 << 20;

impl Draw {
    /// The plan's sums define `s`, so both classes move the same mass.
    fn world(&self) -> Result<World, CheckError> {
        let points = |class: &[(Vec<i32>, u64)]| {
            Points::new(self.dim, class.iter().flat_map(|(place, _)| place).map(|x| f64::from(*x)).collect())
        };
        let (p, q) = (points(&self.positive)?, points(&self.negative)?);
        let left =
            |class: &[(Vec<i32>, u64)]| class.iter().map(|(_, weight)| weight * UNIT).collect::<Vec<_>>();
        let (mut from, mut to) = (left(&self.positive), left(&self.negative));
        let total: u64 = from.iter().chain(&to).sum();
        let mut cost = Interval::ZERO;
        for &(i, j, eighths) in &self.moves {
            let (i, j) = (i % from.len(), j % to.len());
            let mass = from[i].min(to[j]) / 8 * eighths;
            from[i] -= mass;
            to[j] -= mass;
            cost = cost
                + Interval::ratio(mass.into(), total.into())
                    * distance::enclose(p.row(i), q.row(j), Cost::L2);
        }
        let side = |sign: i32, class: &[(Vec<i32>, u64)], points: &Points, left: Vec<u64>| {
            let rows = class.iter().zip(left).zip(points.rows());
            let atoms = rows.map(|(((_, weight), left), x)| Atom {
                sign,
                mass: Interval::ratio((weight * UNIT).into(), total.into()),
                moved: Interval::ratio((weight * UNIT - left).into(), (weight * UNIT).into()),
                value: self.function(x),
            });
            atoms.collect::<Vec<_>>()
        };
        let mut atoms = side(1, &self.positive, &p, from);
        atoms.extend(side(-1, &self.negative, &q, to));
        Ok(World { atoms, cost, tau: Interval::data(2.0_f64.powi(self.tau)) })
    }

    /// A minimum of cones of slope 1.
    fn function(&self, x: &[f64]) -> Interval {
        let cone = |(apex, height): &(Vec<i32>, i32)| {
            let apex: Vec<f64> = apex.iter().map(|c| f64::from(*c)).collect();
            Interval::data(f64::from(*height)) + distance::enclose(x, &apex, Cost::L2)
        };
        self.cones.iter().map(cone).reduce(Interval::min).unwrap_or(Interval::ZERO)
    }
}

/// Compares `sum w H(s) - tau W1` with the mean loss of the function.
fn weak(world: &World) -> Finding {
    let mut finding = Finding::new("nats");
    let add = |total: Interval, next: Interval| total + next;
    let entropies = world.atoms.iter().map(|atom| atom.mass * entropy(atom.moved)).fold(Interval::ZERO, add);
    let loss = |atom: &Atom| {
        let margin = Interval::data(f64::from(atom.sign)) * atom.value;
        atom.mass * (-(world.tau * margin)).softplus()
    };
    let losses = world.atoms.iter().map(loss).fold(Interval::ZERO, add);
    let dual = entropies - world.tau * world.cost;
    finding.at_most("sum w H(s) - tau W1 <= E softplus(-tau y f)", dual, losses, || {
        format!("{} points, tau = {}: {dual} against {losses}", world.atoms.len(), world.tau)
    });
    finding
}

fn atom(sign: i32, mass: (u128, u128), moved: (u128, u128), value: f64) -> Atom {
    let ratio = |(numerator, denominator)| Interval::ratio(numerator, denominator);
    Atom { sign, mass: ratio(mass), moved: ratio(moved), value: Interval::data(value) }
}

/// One point with three quarters of its mass labelled +1, a constant function, and `s = 1/2` for both labels: the excess of the heavier
/// one has nowhere to go.
fn unequal() -> World {
    let atoms = vec![atom(1, (3, 4), (1, 2), 1.0), atom(-1, (1, 4), (1, 2), 1.0)];
    World { atoms, cost: Interval::ZERO, tau: Interval::ONE }
}

/// A pair at distance 2 and temperature 1, the optimal `f = ±1`, and mass that is charged for half of its way.
fn cheap() -> World {
    let atoms = vec![atom(1, (1, 2), (1, 4), 1.0), atom(-1, (1, 2), (1, 4), -1.0)];
    // An eighth moves by 2.
    World { atoms, cost: Interval::ratio(1, 8), tau: Interval::ONE }
}
