//! L1: a log loss that goes to 0 drives the Lipschitz constant to infinity.

use std::ops::ControlFlow;

use lip1_core::{
    Adam, Architecture, BinaryCrossEntropy, Network, Optimiser, Samples, Targets, Training, certify, train,
};
use lip1_datasets::data::breast_cancer;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict,
    Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, forward, regularised};
use lip1_ot::regularised::LogLoss;
use lip1_ot::{Measure, Problem, Settings, solve};
use nalgebra::DMatrix;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L1",
    section: Section::Losses,
    title: "Without the constraint the log loss has no minimiser",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 8"),
            "Log loss of temperature tau over unconstrained networks: if it goes to 0, the Lipschitz constant and the norm of \
             some layer go to infinity and probabilities saturate.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Mean loss eps over N samples, N eps < ln 2: tau y f >= eta = -ln(e^(N eps) - 1) at every sample, \
             Lip(f) >= 2 eta/(tau d_opp), the largest norm of K layers is at least the K-th root of that, \
             sigma(tau y f) >= e^(-N eps). Balanced classes, from the first step: \
             Lip(f) >= (H(s) - eps)/(tau s W1(P,Q)/2) for every s in (0, 1), with equality on one pair.",
        ),
    ],
    formula: r"\mathrm{Lip}(f) \ge \frac{-2 \ln(e^{N \varepsilon} - 1)}{\tau\, d_{\mathrm{opp}}}, \qquad \max_k \|W_k\|_2 \ge \Bigl(\frac{-2 \ln(e^{N \varepsilon} - 1)}{\tau\, d_{\mathrm{opp}}}\Bigr)^{1/K}, \qquad \mathrm{Lip}(f) \ge \frac{H(s) - \varepsilon}{\tfrac12 \tau s\, W_1(P, Q)}",
    hypotheses: &[
        "eps is a mean: the sum of N losses is N eps",
        "both classes are present",
        "activations are 1-Lipschitz",
        "nothing bounds the Lipschitz constant",
    ],
    source: "One loss is at most the sum: ln(1 + e^(-tau y f)) <= N eps. The two closest samples of opposite labels are d_opp \
             apart and their values 2 eta/tau. The last bound is T5's dual at constant s. Constants of networks from above: \
             N1. Trained with Adam on breast cancer data, the same number of either class; every few steps all bounds are \
             compared in enclosures. 1-Lipschitz optimum: T5's certificate.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "few_cells_are_fitted_and_every_bound_holds_on_the_way",
            essential: true,
            about: "a",
            run: |ctx| {
                let run = Run::unconstrained(ctx, 10, ctx.count(160, 800, 4_000))?;
                let mut finding = examine(&run, Formula::Sum)?;
                finding.merge(overfitted(&run)?);
                finding.picture(picture(&run)?);
                Ok(finding)
            },
        },
        Check {
            name: "the_bound_by_transport_holds_from_the_first_step_on_more_cells",
            essential: true,
            about: "b",
            run: |ctx| {
                let each = ctx.count(60, 150, 212);
                examine(&Run::unconstrained(ctx, each, ctx.count(30, 200, 1_000))?, Formula::Sum)
            },
        },
        Check {
            name: "on_one_pair_the_bound_by_transport_is_reached",
            essential: true,
            about: "b",
            run: |_| one_pair(),
        },
        Check {
            name: "unconstrained_training_falls_below_the_optimum_of_slope_1",
            essential: true,
            about: "a",
            run: |ctx| ends_below_the_optimum(&Run::unconstrained(ctx, 10, ctx.count(160, 800, 4_000))?),
        },
    ],
    controls: &[
        Control {
            name: "without_the_factor_n_some_sample_is_below_eta",
            breaks: "eps is a mean: the sum of N losses is N eps",
            run: |ctx| examine(&Run::unconstrained(ctx, 10, 160)?, Formula::Mean),
        },
        Control {
            name: "one_class_is_fitted_by_a_constant",
            breaks: "both classes are present",
            run: |_| examine(&Run::one_class(10)?, Formula::Sum),
        },
        Control {
            name: "steep_activations_do_the_work_of_the_weights",
            breaks: "activations are 1-Lipschitz",
            run: |ctx| examine(&Run::unconstrained(ctx, 10, 160)?.with_steep_activations()?, Formula::Sum),
        },
        Control {
            name: "constrained_training_never_falls_below_the_optimum",
            breaks: "nothing bounds the Lipschitz constant",
            run: |ctx| ends_below_the_optimum(&Run::constrained(ctx, 10, 160)?),
        },
    ],
};

/// What the loss is multiplied by to bound that of one sample.
#[derive(Clone, Copy)]
enum Formula {
    /// The number of samples, as in the claim.
    Sum,
    /// 1.
    Mean,
}

/// Values of s in the bound by transport.
const SHARES: [(u128, u128); 6] = [(1, 100), (1, 20), (1, 10), (1, 5), (3, 10), (2, 5)];

/// What the data alone say: the least distance of the two kinds, and their transport distance.
struct Geometry {
    gap: Interval,
    transport: Interval,
}

impl Geometry {
    fn of(run: &Run) -> Result<Self, CheckError> {
        let pairs = run.first.rows().flat_map(|x| run.second.rows().map(move |y| (x, y)));
        let gap = pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).reduce(Interval::min);
        let (p, q) = (Measure::uniform(run.first.clone())?, Measure::uniform(run.second.clone())?);
        let problem = Problem::new(&p, &q, Cost::L2)?;
        let transport =
            lip1_ot::certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure();
        Ok(Self { gap: gap.unwrap_or(Interval::ENTIRE), transport })
    }
}

/// `tau y f` at every sample.
fn margins(run: &Run, net: &Net) -> Result<Vec<Interval>, CheckError> {
    let margin = |points: &Points, sign: i8| {
        let label = Interval::data(f64::from(sign) * TAU);
        points
            .rows()
            .map(|x| Ok(label * forward::enclose(net, x)?.values[0]))
            .collect::<Result<Vec<_>, CheckError>>()
    };
    Ok([margin(&run.first, run.signs.0)?, margin(&run.second, run.signs.1)?].concat())
}

/// The mean loss.
fn loss(margins: &[Interval]) -> Interval {
    let losses = margins.iter().map(|margin| (-*margin).softplus());
    losses.fold(Interval::ZERO, |sum, loss| sum + loss) / Interval::integer(margins.len() as u128)
}

/// `-ln(e^total - 1)`, when `total` is certain to be below ln 2.
fn eta(total: Interval) -> Option<Interval> {
    let excess = total.exp() - Interval::ONE;
    (excess.lower() > 0.0 && excess.upper() < 1.0).then(|| -excess.ln())
}

/// `(H(s) - eps)/(tau s W1/2)`.
fn by_transport((share, whole): (u128, u128), loss: Interval, transport: Interval) -> Interval {
    let (s, rest) = (Interval::ratio(share, whole), Interval::ratio(whole - share, whole));
    let entropy = -(s * s.ln()) - rest * rest.ln();
    (entropy - loss) / (Interval::data(TAU) * s * transport / Interval::integer(2))
}

/// Every bound of the claim at every network of a run.
fn examine(run: &Run, formula: Formula) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of each bound");
    let geometry = Geometry::of(run)?;
    let tau = Interval::data(TAU);
    for (step, net) in &run.networks {
        let margins = margins(run, net)?;
        let loss = loss(&margins);
        let certified = certify(net).map_err(CheckError::during("certificate"))?;
        let constant = certified.upper_bound();
        let witness = || format!("step {step}, loss in {loss}, constant at most {constant}");
        for (share, whole) in SHARES {
            let bound = by_transport((share, whole), loss, geometry.transport);
            finding.at_most("(H(s) - eps)/(tau s W1/2) <= Lip", bound, constant, witness);
        }
        let total = match formula {
            Formula::Sum => loss * Interval::integer(margins.len() as u128),
            Formula::Mean => loss,
        };
        let Some(eta) = eta(total) else { continue };
        for margin in &margins {
            finding.at_most("eta <= tau y f", eta, *margin, witness);
            let probability = Interval::ONE / (Interval::ONE + (-*margin).exp());
            finding.at_most("e^(-N eps) <= sigma(tau y f)", (-total).exp(), probability, witness);
        }
        let bound = Interval::integer(2) * eta / (tau * geometry.gap);
        finding.at_most("2 eta/(tau d_opp) <= Lip", bound, constant, witness);
        let affine = net.layers().iter().filter(|layer| matches!(layer, Layer::Dense(_))).count();
        let largest = certified.norms().iter().copied().fold(0.0, f64::max);
        let power = Interval::data(largest).powi(affine as u32);
        finding.at_most("2 eta/(tau d_opp) <= (max |W_k|)^K", bound, power, witness);
    }
    Ok(finding)
}

/// The last network of a run must have come to N eps < ln 2: else half of the bounds were not examined.
fn overfitted(run: &Run) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    if let Some((step, net)) = run.networks.last() {
        let margins = margins(run, net)?;
        let total = loss(&margins) * Interval::integer(margins.len() as u128);
        let most = Interval::integer(2).ln();
        finding.required("N eps <= ln 2 at the end", total, most, || format!("step {step}"));
    }
    Ok(finding)
}

/// Distance of the one pair.
const APART: f64 = 4.0;

/// Roundings in the enclosures of an entropy and of a loss, neither above 1 nat.
const ROUNDINGS: f64 = 32.0;

/// Two points and the function of slope `w` that is 0 halfway: the bound is `w` itself at `s = sigma(-tau w d/2)`.
///
/// There its derivative in `s` is 0, so the rounding of `w` changes it in the second order only.
fn one_pair() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("slope");
    for (share, whole) in SHARES {
        let odds = (whole - share) as f64 / share as f64;
        let weight = 2.0 * odds.ln() / (TAU * APART);
        let layer = Dense { outputs: 1, inputs: 1, weight: vec![weight], bias: vec![0.0] };
        let net = Net::new(1, vec![Layer::Dense(layer)])?;
        let pair = Run {
            first: Points::new(1, vec![APART / 2.0])?,
            second: Points::new(1, vec![-APART / 2.0])?,
            signs: (1, -1),
            networks: Vec::new(),
        };
        let transport = Geometry::of(&pair)?.transport;
        let bound = by_transport((share, whole), loss(&margins(&pair, &net)?), transport);
        let slope = Interval::data(weight);
        let per_nat =
            Interval::integer(2) / (Interval::data(TAU) * Interval::ratio(share, whole) * transport);
        let rounding = Interval::constant(ROUNDINGS * f64::EPSILON) * per_nat;
        let tolerance = Tolerance::new(rounding, slope, "roundings of an entropy and a loss");
        finding.equal_within("(H(s) - eps)/(tau s W1/2) = Lip", bound, slope, tolerance, || {
            format!("two points {APART} apart, slope {weight}")
        });
    }
    Ok(finding)
}

/// Whether the last network's loss is below the least loss of 1-Lipschitz functions.
fn ends_below_the_optimum(run: &Run) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    let (p, q) = (Measure::uniform(run.first.clone())?, Measure::uniform(run.second.clone())?);
    let problem = LogLoss::new(&p, &q, Cost::L2, TAU, 1.0)?;
    let dual = problem.solve()?;
    let bracket = regularised::bce(&problem.sample, TAU, 1.0, dual.unit, &dual.plan, &dual.potentials)?;
    let optimum = bracket.enclosure();
    if let Some((step, net)) = run.networks.last() {
        let loss = loss(&margins(run, net)?);
        finding.less("last loss < optimum of slope 1", loss, optimum, || {
            format!("step {step}, loss in {loss}, optimum in {optimum}")
        });
    }
    Ok(finding)
}

/// Bounds and certified constant over the steps.
fn picture(run: &Run) -> Result<Picture, CheckError> {
    let geometry = Geometry::of(run)?;
    let (mut upper, mut pairs, mut transport) = (Vec::new(), Vec::new(), Vec::new());
    for (step, net) in &run.networks {
        let (at, margins) = (*step as f64, margins(run, net)?);
        let loss = loss(&margins);
        let certified = certify(net).map_err(CheckError::during("certificate"))?;
        upper.push((at, certified.l2().log10()));
        if let Some(eta) = eta(loss * Interval::integer(margins.len() as u128)) {
            let bound = Interval::integer(2) * eta / (Interval::data(TAU) * geometry.gap);
            pairs.push((at, bound.lower().log10()));
        }
        let shares = SHARES.map(|(share, whole)| share as f64 / whole as f64);
        let bounds = shares.map(|s| {
            let entropy = -s * s.ln() - (1.0 - s) * (1.0 - s).ln();
            (entropy - loss.upper()) / (0.5 * TAU * s * geometry.transport.upper())
        });
        transport.push((at, bounds.into_iter().fold(0.0, f64::max).log10()));
    }
    let line = |name: &str, points| Series { name: name.to_owned(), mark: Mark::Line, points };
    Chart {
        title: "Fitting a few aspirates: the Lipschitz constant must grow".to_owned(),
        alternative: "Over the steps of an unconstrained run on twenty aspirates: the certified upper end of the network's Lipschitz \
                      constant rises, above two lower bounds computed from the loss alone, one by transport from the first step \
                      on and one by the closest pair once the loss is small."
            .to_owned(),
        x: "step".to_owned(),
        y: "log10 of the constant".to_owned(),
        series: vec![
            line("certified upper end", upper),
            line("lower bound by the closest pair", pairs),
            line("lower bound by transport", transport),
        ],
    }
    .drawn()
}

/// Temperature of the log loss.
const TAU: f64 = 1.0;

/// Networks that are looked at in a run, evenly spread over its steps.
const LOOKS: usize = 20;

/// A run of training.
struct Run {
    /// Aspirates of either kind, the same number of each.
    first: Points,
    second: Points,
    /// The labels of the two kinds.
    signs: (i8, i8),
    /// Networks with the step they were seen after, the first before any step.
    networks: Vec<(usize, Net)>,
}

fn first_aspirates(each: usize) -> Result<(Points, Points), CheckError> {
    let data = breast_cancer()?;
    let take =
        |points: &Points| Points::new(points.dim(), points.rows().take(each).flatten().copied().collect());
    Ok((take(&data.malignant)?, take(&data.benign)?))
}

impl Run {
    /// Two hidden ReLU layers, without a constraint.
    fn unconstrained(ctx: &Context, each: usize, steps: usize) -> Result<Self, CheckError> {
        let dim = breast_cancer()?.malignant.dim();
        Self::trained(&Architecture::unconstrained(dim, &[16, 16], 1), ctx.run_seed(), each, steps)
    }

    /// Two hidden layers of orthogonal weights and GroupSort.
    fn constrained(ctx: &Context, each: usize, steps: usize) -> Result<Self, CheckError> {
        let dim = breast_cancer()?.malignant.dim();
        Self::trained(&Architecture::lipnet(dim, &[16, 16], 1), ctx.run_seed(), each, steps)
    }

    fn trained(plan: &Architecture, seed: u64, each: usize, steps: usize) -> Result<Self, CheckError> {
        let failed = || CheckError::during("training");
        let (first, second) = first_aspirates(each)?;
        let inputs = [first.coords(), second.coords()].concat();
        let inputs = DMatrix::from_vec(first.dim(), first.len() + second.len(), inputs);
        let targets = Targets::Signs([vec![1; first.len()], vec![-1; second.len()]].concat());
        let samples = Samples::new(inputs, targets).map_err(failed())?;
        let network = plan.build::<f64>(seed).map_err(failed())?;
        let optimiser = Optimiser::Adam(Adam::default());
        let config = Training {
            epochs: steps,
            batch: samples.len(),
            learning_rate: 1e-2,
            optimiser,
            seed,
            ..Training::default()
        };
        let mut seen: Vec<(usize, Network<f64>)> = vec![(0, network.clone())];
        let every = steps.div_ceil(LOOKS).max(1);
        train(network, &samples, &BinaryCrossEntropy { tau: TAU }, &config, &mut |progress| {
            if (progress.step + 1).is_multiple_of(every) || progress.step + 1 == steps {
                seen.push((progress.step + 1, progress.network.clone()));
            }
            ControlFlow::Continue(())
        })
        .map_err(failed())?;
        let networks =
            seen.into_iter().map(|(step, network)| Ok((step, network.to_kernel().map_err(failed())?)));
        let networks = networks.collect::<Result<_, CheckError>>()?;
        Ok(Self { first, second, signs: (1, -1), networks })
    }

    /// All aspirates of one class, and the constant 50.
    fn one_class(each: usize) -> Result<Self, CheckError> {
        let (first, second) = first_aspirates(each)?;
        let inputs = first.dim();
        let layer = Dense { outputs: 1, inputs, weight: vec![0.0; inputs], bias: vec![50.0] };
        let net = Net::new(inputs, vec![Layer::Dense(layer)])?;
        Ok(Self { first, second, signs: (1, 1), networks: vec![(0, net)] })
    }

    /// The same functions by weights of a tenth: every activation multiplies by 10 what it gets.
    fn with_steep_activations(mut self) -> Result<Self, CheckError> {
        for (_, net) in &mut self.networks {
            let layers = net.layers().iter().flat_map(|layer| match layer {
                Layer::Dense(dense) => {
                    let tenth = |numbers: &[f64]| numbers.iter().map(|w| w / 10.0).collect();
                    let (weight, bias) = (tenth(&dense.weight), tenth(&dense.bias));
                    vec![Layer::Dense(Dense { weight, bias, ..dense.clone() }), Layer::Scale(10.0)]
                }
                _ => vec![layer.clone()],
            });
            *net = Net::new(net.inputs(), layers.collect())?;
        }
        Ok(self)
    }
}
