//! G4: without a constraint a network can fit any sample and err everywhere else.

use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, forward};
use lip1_ot::{Measure, Problem, Settings, certify, solve};

use crate::worlds::uniform;
use crate::{About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G4",
    section: Section::Generalisation,
    title: "Unconstrained networks can overfit without limit",
    statement: "For any sample of a law without atoms there are networks with a train loss as small as one likes and a test error as near to 1. \
                Under the Lipschitz constraint a train loss eps forces a test error of at most (eps + tau sum_c pi_c W1_c)/ln 2.",
    formula: r"\forall \varepsilon > 0 \;\exists f : \; \mathbb{E}_n \ell_\tau(f, y) < \varepsilon, \; \mathrm{err}(f) > 1 - \varepsilon; \qquad \mathrm{Lip}(f) \le 1 \Rightarrow \mathrm{err}(f) \le \frac{\mathbb{E}_n \ell_\tau + \tau \sum_c \pi_c W_1(P_n^c, P^c)}{\ln 2}",
    corrected: None,
    hypotheses: &["the network is unconstrained", "f is 1-Lipschitz"],
    source: "Minus the right answer everywhere, plus a bump of twice its height and the right sign about every sample, of radius r: wrong outside \
             of balls that hold at most N 2 r^2 of the area. Under the constraint each class's test loss exceeds its train loss by at most tau W1_c \
             (G1), and an error costs ln 2 at least.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_network_of_bumps_fits_the_sample_and_errs_elsewhere",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for count in [ctx.count(5, 10, 20), ctx.count(25, 50, 100)] {
                    let world = World::draw(ctx, count)?;
                    finding.merge(overfits(&world, &world.bumps()?)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "with_the_constraint_a_small_train_loss_bounds_the_test_error",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let world = World::draw(ctx, ctx.count(60, 120, 300))?;
                let mut finding = Finding::new(UNIT);
                for slope in [1.0, 0.5, -1.0] {
                    finding.merge(generalises(&world, &linear(slope)?)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "divided_by_its_constant_the_network_of_bumps_does_not_fit",
            breaks: "the network is unconstrained",
            run: |ctx| {
                let world = World::draw(ctx, 25)?;
                let net = world.bumps()?;
                let constant = lip1_core::certify(&net).map_err(CheckError::during("constant"))?.l2();
                let layers = net.layers().iter().cloned().chain([Layer::Scale(1.0 / constant)]).collect();
                Ok(Rejection::of(&overfits(&world, &Net::new(2, layers)?)?))
            },
        },
        Control {
            name: "the_network_of_bumps_exceeds_the_bound_of_the_constraint",
            breaks: "f is 1-Lipschitz",
            run: |ctx| {
                let world = World::draw(ctx, 60)?;
                Ok(Rejection::of(&generalises(&world, &world.bumps()?)?))
            },
        },
    ],
};

const UNIT: &str = "loss or share of errors";

/// Temperature of the log loss.
const TAU: f64 = 4.0;

/// Height of the network's values.
const HEIGHT: f64 = 8.0;

/// Train loss, and share of correct test points, that count as none: `softplus(-4 x 8)` is 1.3e-14.
const SMALL: f64 = 1e-12;
const RARE: f64 = 1e-2;

/// Largest radius of a bump: 200 of them hold `200 x 2 r^2 < 0.01` of the area 2.
const RADIUS: f64 = 1.0 / 256.0;

/// Uniform laws on two unit squares about (2, 0) and (-2, 0): a sample and fresh points of either.
struct World {
    positive: (Points, Points),
    negative: (Points, Points),
}

impl World {
    fn draw(ctx: &Context, count: usize) -> Result<Self, CheckError> {
        let square = |name: &str, centre: f64| -> Result<Points, CheckError> {
            let cloud = uniform(ctx.seed(&format!("{name} {count}")), count, 2, 0.5)?;
            let moved = cloud.rows().flat_map(|x| [x[0] + centre, x[1]]);
            Ok(Points::new(2, moved.collect())?)
        };
        Ok(Self {
            positive: (square("seen +", 2.0)?, square("fresh +", 2.0)?),
            negative: (square("seen -", -2.0)?, square("fresh -", -2.0)?),
        })
    }

    /// `h (sum_i 2 y_i (1 - |x - x_i|_1/r)_+ - (|x + 1| - |x - 1|)/2)`, the first coordinate in the last term.
    fn bumps(&self) -> Result<Net, CheckError> {
        let labelled: Vec<(&[f64], f64)> = self
            .positive
            .0
            .rows()
            .map(|x| (x, 1.0))
            .chain(self.negative.0.rows().map(|x| (x, -1.0)))
            .collect();
        let count = labelled.len();
        let nearest = labelled.iter().enumerate().flat_map(|(i, (x, _))| {
            labelled.iter().skip(i + 1).map(move |(z, _)| (x[0] - z[0]).abs() + (x[1] - z[1]).abs())
        });
        let radius = nearest.fold(RADIUS, f64::min);
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
        let heights = labelled.iter().map(|(_, y)| 2.0 * HEIGHT * y).chain([-HEIGHT, HEIGHT]);
        let third = Dense { outputs: 1, inputs: count + 2, weight: heights.collect(), bias: Vec::new() };
        let layers =
            vec![Layer::Dense(first), Layer::Abs, Layer::Dense(second), Layer::Relu, Layer::Dense(third)];
        Ok(Net::new(2, layers)?)
    }
}

/// `slope` times the first coordinate.
fn linear(slope: f64) -> Result<Net, CheckError> {
    let dense = Dense { outputs: 1, inputs: 2, weight: vec![slope, 0.0], bias: Vec::new() };
    Ok(Net::new(2, vec![Layer::Dense(dense)])?)
}

/// `y f` at some points.
fn margins(net: &Net, points: &Points, sign: f64) -> Result<Vec<Interval>, CheckError> {
    let value = |x: &[f64]| -> Result<Interval, CheckError> {
        Ok(Interval::point(sign)
            * forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
    };
    points.rows().map(value).collect()
}

/// Mean log loss on the sample, and the numbers of fresh points that are certainly wrong and certainly right.
fn outcome(world: &World, net: &Net) -> Result<(Interval, usize, usize), CheckError> {
    let sides = |pick: fn(&(Points, Points)) -> &Points| -> Result<Vec<Interval>, CheckError> {
        let positive = margins(net, pick(&world.positive), 1.0)?;
        Ok([positive, margins(net, pick(&world.negative), -1.0)?].concat())
    };
    let (seen, fresh) = (sides(|side| &side.0)?, sides(|side| &side.1)?);
    let losses = seen.iter().map(|margin| (-(Interval::point(TAU) * *margin)).softplus());
    let loss = losses.fold(Interval::ZERO, |sum, loss| sum + loss) / Interval::integer(seen.len() as u128);
    let wrong = fresh.iter().filter(|margin| margin.upper() <= 0.0).count();
    let right = fresh.iter().filter(|margin| margin.lower() > 0.0).count();
    Ok((loss, wrong, right))
}

/// That the train loss is nearly 0 and the test error nearly 1.
fn overfits(world: &World, net: &Net) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (loss, wrong, _) = outcome(world, net)?;
    let fresh = world.positive.1.len() + world.negative.1.len();
    let error = Interval::ratio(wrong as u128, fresh as u128);
    finding
        .case((Interval::point(SMALL) - loss).lower(), || format!("train loss {loss}, test error {error}"));
    finding.case((error - Interval::point(1.0 - RARE)).lower(), || {
        format!("train loss {loss}, test error {error}")
    });
    Ok(finding)
}

/// That the error on the fresh points is at most `(eps + tau sum_c W1_c/2)/ln 2`, they being the population.
fn generalises(world: &World, net: &Net) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (loss, _, right) = outcome(world, net)?;
    let fresh = world.positive.1.len() + world.negative.1.len();
    // A point that is not certainly right counts as wrong.
    let error = Interval::ratio((fresh - right) as u128, fresh as u128);
    let distance = |side: &(Points, Points)| -> Result<Interval, CheckError> {
        let problem =
            Problem::new(&Measure::uniform(side.0.clone())?, &Measure::uniform(side.1.clone())?, Cost::L2)?;
        Ok(certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure())
    };
    let apart = (distance(&world.positive)? + distance(&world.negative)?) / Interval::integer(2);
    let bound = (loss + Interval::point(TAU) * apart) / Interval::integer(2).ln();
    finding.at_most("error <= (eps + tau W1)/ln 2", error, bound, || {
        format!("train loss {loss}, distance {apart}: error {error}, bound {bound}")
    });
    Ok(finding)
}
