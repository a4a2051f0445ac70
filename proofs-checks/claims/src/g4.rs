//! G4: without a constraint a network can fit any sample and err everywhere else.

use lip1_datasets::worlds::uniform;
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, forward, judge};
use lip1_ot::{Measure, Problem, Settings, certify, solve};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G4",
    section: Section::Generalisation,
    title: "Unconstrained networks can overfit without limit",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 9"),
            "For any sample of a law without atoms, any eps > 0 and any M there is an unconstrained network with a train loss of at \
             most eps and a test loss of at least M.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "If besides the label is a function of the point, there are networks with a train loss as small as one likes and a \
             test error as near to 1. (If both classes have the same law, every classifier errs with probability 1/2.)",
        ),
        Sentence::new(
            "c",
            Whose::Ours,
            "Under the Lipschitz constraint a train loss eps forces a test error of at most (eps + tau sum_c pi_c W1_c)/ln 2.",
        ),
    ],
    formula: r"\forall \varepsilon, M \;\exists f : \; \mathbb{E}_n \ell_\tau(f, y) \le \varepsilon, \; \mathbb{E}\, \ell_\tau(f, y) \ge M; \qquad \mathrm{Lip}(f) \le 1 \Rightarrow \mathrm{err}(f) \le \frac{\mathbb{E}_n \ell_\tau + \tau \sum_c \pi_c W_1(P_n^c, P^c)}{\ln 2}",
    hypotheses: &[
        "the network is unconstrained",
        "the network answers wrongly off its sample",
        "the label is a function of the point",
        "f is 1-Lipschitz",
        "the loss moves by tau a unit of length",
        "the law has no atoms",
        "M is given before the network",
    ],
    source: "Loss: the value -c T everywhere, c a class of positive mass, plus a bump about every sample that brings it to y t there. Balls \
             that hold a share s of the law of class c leave a test loss of pi_c (1 - s) softplus(tau T) at least, so T is chosen for M, \
             then the radius. Error: minus the right answer everywhere, plus a bump of twice its height and the right sign about every sample, of radius r: wrong outside \
             of balls that hold at most N 2 r^2 of the area. Under the constraint each class's test loss exceeds its train loss by at most tau W1_c \
             (G1), and an error costs ln 2 at least. Half of the transport would do, and no less: a point at a small margin pays nearly ln 2 already.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "for_a_given_loss_a_network_of_bumps_fits_the_sample_and_loses_more",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("loss");
                for (count, apart) in
                    [(5, APART), (ctx.count(25, 50, 100), APART), (ctx.count(25, 50, 100), 0.0)]
                {
                    let world = World::draw(ctx, count, apart)?;
                    for (bits, given, class) in
                        [(SMALLEST, 1, 1.0), (40, 1, -1.0), (SMALLEST, 1_000, -1.0), (40, 1_000_000, 1.0)]
                    {
                        let plan = Plan::for_loss(given, bits, class);
                        finding.merge(loses(
                            &world,
                            &plan.net(&world)?,
                            &plan,
                            Interval::integer(given.into()),
                        )?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "a_network_of_bumps_fits_the_sample_and_errs_elsewhere",
            essential: true,
            about: "b",
            run: |ctx| {
                let mut finding = Finding::new("loss");
                for count in [ctx.count(5, 10, 20), ctx.count(25, 50, 100)] {
                    let world = World::draw(ctx, count, APART)?;
                    for bits in BITS {
                        let bumps = world.bumps(bits)?;
                        finding.merge(overfits(&world, &bumps.net, &bumps)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "with_the_constraint_a_small_train_loss_bounds_the_test_error",
            essential: true,
            about: "c",
            run: |ctx| {
                let world = World::draw(ctx, ctx.count(60, 120, 300), APART)?;
                let mut finding = Finding::new(ERRORS);
                for slope in [1.0, 0.5, -1.0] {
                    finding.merge(generalises(&world, &linear(slope)?, Interval::ONE)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "a_sample_next_to_the_frontier_comes_within_a_factor_two_of_the_bound",
            essential: true,
            about: "c",
            run: |_| generalises(&World::next_to_the_frontier()?, &linear(1.0)?, Interval::ONE),
        },
    ],
    controls: &[
        Control {
            name: "a_loss_1_percent_larger_than_was_given_is_not_reached",
            breaks: "M is given before the network",
            run: |ctx| {
                let (world, plan) = (World::draw(ctx, 25, APART)?, Plan::for_loss(1_000, SMALLEST, 1.0));
                loses(&world, &plan.net(&world)?, &plan, Interval::integer(1_010))
            },
        },
        Control {
            name: "where_the_law_is_the_sample_the_test_loss_is_the_train_loss",
            breaks: "the law has no atoms",
            run: |ctx| {
                let mut world = World::draw(ctx, 25, APART)?;
                world.positive.1 = world.positive.0.clone();
                world.negative.1 = world.negative.0.clone();
                let plan = Plan::for_loss(1, SMALLEST, 1.0);
                loses(&world, &plan.net(&world)?, &plan, Interval::ONE)
            },
        },
        Control {
            name: "divided_by_its_constant_the_network_does_not_lose_what_was_given",
            breaks: "the network is unconstrained",
            run: |ctx| {
                let (world, plan) = (World::draw(ctx, 25, APART)?, Plan::for_loss(1, SMALLEST, 1.0));
                let net = plan.net(&world)?;
                let constant = lip1_core::certify(&net)?.l2();
                let layers = net.layers().iter().cloned().chain([Layer::Scale(1.0 / constant)]).collect();
                loses(&world, &Net::new(2, layers)?, &plan, Interval::ONE)
            },
        },
        Control {
            name: "divided_by_its_constant_the_network_of_bumps_does_not_fit",
            breaks: "the network is unconstrained",
            run: |ctx| {
                let world = World::draw(ctx, 25, APART)?;
                let bumps = world.bumps(SMALLEST)?;
                let constant = lip1_core::certify(&bumps.net)?.l2();
                let layers =
                    bumps.net.layers().iter().cloned().chain([Layer::Scale(1.0 / constant)]).collect();
                overfits(&world, &Net::new(2, layers)?, &bumps)
            },
        },
        Control {
            name: "a_network_that_has_learnt_the_rule_does_not_err_elsewhere",
            breaks: "the network answers wrongly off its sample",
            run: |ctx| {
                let world = World::draw(ctx, 25, APART)?;
                let bumps = world.bumps(SMALLEST)?;
                overfits(&world, &linear(bumps.height)?, &bumps)
            },
        },
        Control {
            name: "where_both_classes_have_one_law_half_of_the_answers_are_right",
            breaks: "the label is a function of the point",
            run: |ctx| {
                let world = World::draw(ctx, 25, 0.0)?;
                let bumps = world.bumps(SMALLEST)?;
                overfits(&world, &bumps.net, &bumps)
            },
        },
        Control {
            name: "the_network_of_bumps_exceeds_the_bound_of_the_constraint",
            breaks: "f is 1-Lipschitz",
            run: |ctx| {
                let world = World::draw(ctx, 60, APART)?;
                generalises(&world, &world.bumps(SMALLEST)?.net, Interval::ONE)
            },
        },
        Control {
            name: "less_than_half_of_the_transport_is_too_little",
            breaks: "the loss moves by tau a unit of length",
            run: |_| generalises(&World::next_to_the_frontier()?, &linear(1.0)?, Interval::ratio(49, 100)),
        },
    ],
};

const ERRORS: &str = "share of errors";

/// Temperature of the log loss.
const TAU: f64 = 4.0;

/// How small train loss and share of correct answers are to be: 2 to the power of minus these. So small that not one fresh point
/// of a few hundred is expected in a bump.
const BITS: [u8; 2] = [SMALLEST, 40];
const SMALLEST: u8 = 20;

/// How far the centre of the positive class is from the other's centre and from the origin, where the wrong answer changes.
const APART: f64 = 2.0;

/// Uniform laws on two unit squares: a sample and fresh points of either.
struct World {
    positive: (Points, Points),
    negative: (Points, Points),
}

/// How a network is made that loses at least what was given.
struct Plan {
    /// +1 or -1: the class that loses.
    class: f64,
    /// Minus its answer to that class, off the sample.
    off: f64,
    /// Its answer to every sample, times the label.
    on: f64,
    /// How small the train loss and the share of the law in bumps are to be.
    bits: u8,
}

/// Mass of either class.
const HALF: (u128, u128) = (1, 2);

/// By how much more than the loss that was given a plan aims for, which makes up for the bumps' share of the law.
const ABOVE: f64 = 1.0 / 1024.0;

impl Plan {
    /// `tau T = 2 given (1 + ABOVE)`, as half of the law loses `softplus(tau T) > tau T`.
    fn for_loss(given: u32, bits: u8, class: f64) -> Self {
        let off = 2.0 * f64::from(given) * (1.0 + ABOVE) / TAU;
        Self { class, off, on: f64::from(bits) / TAU, bits }
    }

    /// Of the bumps: the power of two next below the root of `2^-bits / count`.
    fn radius(&self, count: usize) -> f64 {
        let radius = (-f64::from(self.bits)).exp2() / count as f64;
        radius.log2().div_euclid(2.0).exp2()
    }

    /// `sum_i (y_i t + c T) (1 - |x - x_i|_1/r)_+ - c T`.
    fn net(&self, world: &World) -> Result<Net, CheckError> {
        let labelled = world.sample();
        let (count, radius) = (labelled.len(), self.radius(labelled.len()));
        let base = -self.class * self.off;
        let weight = labelled.iter().flat_map(|_| [1.0, 0.0, 0.0, 1.0]).collect();
        let bias = labelled.iter().flat_map(|(x, _)| [-x[0], -x[1]]).collect();
        let first = Dense { outputs: 2 * count, inputs: 2, weight, bias };
        let mut weight = vec![0.0; count * 2 * count];
        for (k, row) in weight.chunks_exact_mut(2 * count).enumerate() {
            row[2 * k] = -1.0 / radius;
            row[2 * k + 1] = -1.0 / radius;
        }
        let second = Dense { outputs: count, inputs: 2 * count, weight, bias: vec![1.0; count] };
        let heights = labelled.iter().map(|(_, y)| self.on * y - base).collect();
        let third = Dense { outputs: 1, inputs: count, weight: heights, bias: vec![base] };
        let layers =
            vec![Layer::Dense(first), Layer::Abs, Layer::Dense(second), Layer::Relu, Layer::Dense(third)];
        Ok(Net::new(2, layers)?)
    }
}

/// A network with a bump at every point of a sample.
struct Bumps {
    net: Net,
    /// Of the values.
    height: f64,
    /// In the norm of sums of absolute values, of the bumps.
    radius: f64,
    /// How small train loss and share of correct answers are to be.
    small: Interval,
}

impl World {
    /// About `(apart, 0)` and `(-apart, 0)`.
    fn draw(ctx: &Context, count: usize, apart: f64) -> Result<Self, CheckError> {
        let square = |name: &str, centre: f64| -> Result<Points, CheckError> {
            let cloud = uniform(ctx.seed(&format!("{name} {count}")), count, 2, 0.5)?;
            let moved = cloud.rows().flat_map(|x| [x[0] + centre, x[1]]);
            Ok(Points::new(2, moved.collect())?)
        };
        Ok(Self {
            positive: (square("seen +", apart)?, square("fresh +", apart)?),
            negative: (square("seen -", -apart)?, square("fresh -", -apart)?),
        })
    }

    /// One point of each class, seen a little on its side of the line `x = 0` and fresh an even smaller way beyond.
    fn next_to_the_frontier() -> Result<Self, CheckError> {
        let point = |x: f64| Points::new(2, vec![x, 0.0]);
        let (seen, beyond) = (1.0 / 64.0, -1.0 / f64::from(1 << 20));
        Ok(Self { positive: (point(seen)?, point(beyond)?), negative: (point(-seen)?, point(-beyond)?) })
    }

    fn sample(&self) -> Vec<(&[f64], f64)> {
        let positive = self.positive.0.rows().map(|x| (x, 1.0));
        positive.chain(self.negative.0.rows().map(|x| (x, -1.0))).collect()
    }

    /// `h (sum_i 2 y_i (1 - |x - x_i|_1/r)_+ - (|x + 1| - |x - 1|)/2)`, the first coordinate in the last term, with h and r for
    /// a train loss and a share of correct answers of at most `2^-bits`.
    fn bumps(&self, bits: u8) -> Result<Bumps, CheckError> {
        let labelled = self.sample();
        let count = labelled.len();
        // softplus(-tau h) < e^(-tau h) = e^-bits.
        let height = f64::from(bits) / TAU;
        // The powers of two next below the root of 2^-bits / count.
        let radius = (-f64::from(bits)).exp2() / count as f64;
        let radius = radius.log2().div_euclid(2.0).exp2();
        // Differences to every sample, and the two kinks of the wrong answer.
        let rows = 2 * count + 2;
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for (x, _) in &labelled {
            weight.extend([1.0, 0.0, 0.0, 1.0]);
            bias.extend([-x[0], -x[1]]);
        }
        weight.extend([1.0, 0.0, 1.0, 0.0]);
        bias.extend([1.0, -1.0]);
        let first = Dense { outputs: rows, inputs: 2, weight, bias };
        // Bumps, and both parts of the wrong answer, which ReLU keeps.
        let mut weight = vec![0.0; (count + 2) * rows];
        for k in 0..count {
            weight[k * rows + 2 * k] = -1.0 / radius;
            weight[k * rows + 2 * k + 1] = -1.0 / radius;
        }
        for (row, sign) in [(count, 0.5), (count + 1, -0.5)] {
            weight[row * rows + 2 * count] = sign;
            weight[row * rows + 2 * count + 1] = -sign;
        }
        let bias = [vec![1.0; count], vec![0.0; 2]].concat();
        let second = Dense { outputs: count + 2, inputs: rows, weight, bias };
        let heights = labelled.iter().map(|(_, y)| 2.0 * height * y).chain([-height, height]);
        let third = Dense { outputs: 1, inputs: count + 2, weight: heights.collect(), bias: Vec::new() };
        let layers =
            vec![Layer::Dense(first), Layer::Abs, Layer::Dense(second), Layer::Relu, Layer::Dense(third)];
        let small = Interval::ratio(1, 1 << bits);
        Ok(Bumps { net: Net::new(2, layers)?, height, radius, small })
    }
}

/// `slope` times the first coordinate.
fn linear(slope: f64) -> Result<Net, CheckError> {
    let dense = Dense { outputs: 1, inputs: 2, weight: vec![slope, 0.0], bias: Vec::new() };
    Ok(Net::new(2, vec![Layer::Dense(dense)])?)
}

/// `y f` at a point.
fn margin(net: &Net, x: &[f64], y: f64) -> Result<Interval, CheckError> {
    let value = forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE);
    Ok(Interval::constant(y) * value)
}

/// `y f` at the points of both classes.
fn margins(net: &Net, positive: &Points, negative: &Points) -> Result<Vec<Interval>, CheckError> {
    let positive = positive.rows().map(|x| margin(net, x, 1.0));
    positive.chain(negative.rows().map(|x| margin(net, x, -1.0))).collect()
}

/// Mean log loss on the sample.
fn train_loss(world: &World, net: &Net) -> Result<Interval, CheckError> {
    let seen = margins(net, &world.positive.0, &world.negative.0)?;
    let losses = seen.iter().map(|yf| (-(Interval::constant(TAU) * *yf)).softplus());
    Ok(losses.fold(Interval::ZERO, |sum, loss| sum + loss) / Interval::integer(seen.len() as u128))
}

/// That the train loss is nearly 0, that the net is wrong at fresh points and where the bumps end, and that these hold nearly
/// nothing of the law.
fn overfits(world: &World, net: &Net, bumps: &Bumps) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("loss");
    let loss = train_loss(world, net)?;
    finding.at_most("train loss <= 2^-k", loss, bumps.small, || format!("train loss {loss}"));
    let mut outside = Finding::new("y f");
    let mut wrong = |x: &[f64], y: f64| -> Result<(), CheckError> {
        let found = margin(net, x, y)?;
        outside.at_most("y f <= 0 off the sample", found, Interval::ZERO, || {
            format!("({}, {}): y f {found}", x[0], x[1])
        });
        Ok(())
    };
    for x in world.positive.1.rows() {
        wrong(x, 1.0)?;
    }
    for x in world.negative.1.rows() {
        wrong(x, -1.0)?;
    }
    let sample = world.sample();
    for (x, y) in &sample {
        for (right, up) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
            wrong(&[x[0] + right * bumps.radius, x[1] + up * bumps.radius], *y)?;
        }
    }
    finding.merge(outside);
    // Each ball holds 2 r^2 of the unit square that one half of the law lies on.
    let inside = Interval::integer(sample.len() as u128) * Interval::data(bumps.radius).sqr();
    let mut share = Finding::new("share of the law");
    share.at_most("share of the law in bumps <= 2^-k", inside, bumps.small, || format!("share {inside}"));
    finding.merge(share);
    Ok(finding)
}

/// That the train loss is nearly 0 and the test loss at least what was given: what the class loses at its fresh points and where the
/// bumps end, it loses on all of its law but the bumps.
fn loses(world: &World, net: &Net, plan: &Plan, given: Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("loss");
    let small = Interval::ratio(1, 1 << plan.bits);
    let loss = train_loss(world, net)?;
    finding.at_most("train loss <= eps", loss, small, || format!("train loss {loss}"));
    let sample = world.sample();
    let radius = plan.radius(sample.len());
    let side = if plan.class > 0.0 { &world.positive.1 } else { &world.negative.1 };
    let ends = sample.iter().flat_map(|(x, _)| {
        [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
            .map(|(right, up)| vec![x[0] + right * radius, x[1] + up * radius])
    });
    // Each ball holds 2 r^2 of the unit square that the class lies on.
    let inside = Interval::integer(2 * sample.len() as u128) * Interval::data(radius).sqr();
    let share = Interval::ratio(HALF.0, HALF.1) * (Interval::ONE - inside);
    for x in side.rows().map(<[f64]>::to_vec).chain(ends) {
        let off = (-(Interval::constant(TAU) * margin(net, &x, plan.class)?)).softplus();
        finding.at_most("M <= pi_c (1 - share in bumps) loss off the sample", given, share * off, || {
            format!("({}, {}): loss {off}, train loss {loss}", x[0], x[1])
        });
    }
    Ok(finding)
}

/// That the error on the fresh points is at most `(eps + share tau sum_c W1_c/2)/ln 2`, they being the population.
fn generalises(world: &World, net: &Net, share: Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(ERRORS);
    let fresh = margins(net, &world.positive.1, &world.negative.1)?;
    let count = |proved: &dyn Fn(&Interval) -> bool| fresh.iter().filter(|yf| proved(yf)).count() as u128;
    let wrong = count(&|yf| judge::at_most(*yf, Interval::ZERO).is_verified());
    let right = count(&|yf| judge::less(Interval::ZERO, *yf).is_verified());
    let total = fresh.len() as u128;
    let error = Interval::ratio(wrong, total).hull(Interval::ratio(total - right, total));
    let distance = |side: &(Points, Points)| -> Result<Interval, CheckError> {
        let problem =
            Problem::new(&Measure::uniform(side.0.clone())?, &Measure::uniform(side.1.clone())?, Cost::L2)?;
        Ok(certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure())
    };
    let apart = (distance(&world.positive)? + distance(&world.negative)?) / Interval::integer(2);
    let loss = train_loss(world, net)?;
    let bound = (loss + share * Interval::constant(TAU) * apart) / Interval::integer(2).ln();
    finding.at_most("error <= (eps + tau W1)/ln 2", error, bound, || {
        format!("train loss {loss}, distance {apart}: error {error}, bound {bound}")
    });
    Ok(finding)
}
