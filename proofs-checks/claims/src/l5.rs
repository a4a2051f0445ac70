//! L5: with the constraint no sample's gradient vanishes.

use lip1_core::{MaxMinNetwork, Parametrisation};
use lip1_datasets::data::breast_cancer;
use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Lemma, Section, Sentence, Verdict, Whose};
use lip1_kernel::net::Net;
use lip1_kernel::{Interval, Points, forward, network};
use nalgebra::DMatrix;

use crate::optimum::LeastLoss;
use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L5",
    section: Section::Losses,
    title: "Gradients of the log loss do not vanish, sample by sample",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 5"),
            "For every sample with both labels there is K > 0 such that every minimiser of the log loss over L-Lipschitz functions \
             has |dl/df| >= K at every sample.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Let the classes have masses p and q and the sample diameter D. Then min f <= ln(p/q)/tau <= max f for every minimiser f, \
             and |dl/df| is at least tau sigma(-ln(p/q) - tau L D) at positive and tau sigma(ln(p/q) - tau L D) at negative \
             samples. Neither constant can be improved.",
        ),
        Sentence::new(
            "c",
            Whose::Ours,
            "If f is 1-Lipschitz with a zero in a set of diameter D that contains the samples, the derivative of each sample's log \
             loss in f has size at least tau sigma(-tau D).",
        ),
    ],
    formula: r"f \in \arg\min_{\mathrm{Lip}(f) \le L} \mathbb{E}\, \ell_\tau(f, y) \;\Longrightarrow\; \left|\frac{\partial \ell_\tau}{\partial f}(x)\right| = \tau\, \sigma(-\tau y f(x)) \ge \tau\, \sigma\Bigl(-y \ln\frac pq - \tau L D\Bigr) > 0",
    hypotheses: &[
        "f is 1-Lipschitz",
        "f has a zero within D of every sample",
        "both classes have mass",
        "the threshold is ln(p/q), with the sign of the class",
        "D is the diameter of the sample",
    ],
    source: "Moving a minimiser by a constant changes nothing at first order: the error masses of the classes, sums of w sigma(-tau y f), \
             are equal (T5). If f were above ln(p/q)/tau everywhere, the one would be below p sigma(-ln(p/q)) = p q and the other above \
             q sigma(ln(p/q)) = p q; so f is at most ln(p/q)/tau + L D, and the same from below. Best possible: opposite points at 0 of \
             masses p - e and q, and a positive one of mass e at distance D. The minimiser has f(D) = f(0) + L D, and equal error masses \
             make u = exp(tau f(0)) a root of q k u^2 + (q - (p - e) k - e) u - p with k = exp(tau L D), which tends to p/q with e. \
             With a zero, |f(x)| = |f(x) - f(x_0)| <= |x - x_0| <= D. Compared are the arguments of sigma, which increases. What a solver \
             found is a function that the kernel brackets by a dual; to speak of every minimiser its distance from them would have to \
             be enclosed, by strong convexity; the lemma and the closed form do without.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "equal_error_masses_keep_every_minimiser_near_the_threshold",
            essential: true,
            about: "a",
            run: |_| Ok(equal_masses(|odds| odds)),
        },
        Check {
            name: "exact_minimisers_leave_a_gradient",
            essential: true,
            about: "b",
            run: |ctx| {
                let each = ctx.count(30, 100, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::breast_cancer(each, each)?,
                    Classes::breast_cancer(each, each / 3)?,
                    Classes::digits(3, 8, each)?,
                    Classes::mixture(ctx.seed("mixture"), each)?,
                    Classes::on_line("integers", &[(0.0, 1.0), (2.0, 1.0)], &[(1.0, 1.0), (5.0, 1.0)])?,
                    Classes::on_line("99 to 1", &[(0.0, 0.99)], &[(0.1, 0.01)])?,
                ] {
                    for (tau, slope) in [(0.125, 1.0), (1.0, 0.5), (1.0, 1.0), (4.0, 1.0)] {
                        finding.merge(minimiser(&classes, tau, slope, Claimed::WithOdds)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "one_far_point_comes_as_near_to_the_bound_as_its_weight_allows",
            essential: true,
            about: "b",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for light in LIGHT {
                    finding.merge(far_point(light)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "in_closed_form_the_bound_is_nearly_reached_for_masses_equal_or_not",
            essential: true,
            about: "b",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for (positive, all) in [(1, 2), (3, 4), (1, 10), (99, 100), (1, 100)] {
                    for reach in [0.25, 2.0, 4.0] {
                        for light in LIGHT {
                            for negative in [false, true] {
                                let family = Family { positive, all, reach, light, negative };
                                finding.merge(family.examine(Interval::ONE, Interval::ONE));
                            }
                        }
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "a_function_of_slope_1_from_its_zero_to_the_far_end_attains_the_bound",
            essential: true,
            about: "c",
            run: |_| Ok(slope_from_zero(1.0)),
        },
        Check {
            name: "functions_of_largest_margin_leave_a_gradient",
            essential: true,
            about: "c",
            run: |_| {
                let mut finding = largest_margin(&Classes::breast_cancer(40, 40)?, 1.0)?;
                finding.merge(largest_margin(&Classes::digits(4, 9, 30)?, 1.0)?);
                Ok(finding)
            },
        },
        Check {
            name: "trained_networks_that_take_both_signs_leave_a_gradient",
            essential: true,
            about: "c",
            run: |ctx| {
                let epochs = ctx.count(3, 20, 60);
                trained(&Trained::on_breast_cancer(Parametrisation::Orthogonal, epochs, ctx.seed("network"))?)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_slope_of_1_and_1e_9_exceeds_the_bound",
            breaks: "f is 1-Lipschitz",
            run: |_| Ok(slope_from_zero(1.0 + 1e-9)),
        },
        Control {
            name: "ten_times_the_function_of_largest_margin_saturates",
            breaks: "f is 1-Lipschitz",
            run: |_| largest_margin(&Classes::breast_cancer(20, 20)?, 10.0),
        },
        Control {
            name: "a_minimiser_without_a_zero_falls_below_the_bound",
            breaks: "f has a zero within D of every sample",
            run: |_| {
                let classes = Classes::on_line("99 to 1", &[(0.0, 0.99)], &[(0.1, 0.01)])?;
                minimiser(&classes, 1.0, 1.0, Claimed::WithoutOdds)
            },
        },
        Control {
            name: "with_one_class_a_constant_is_below_any_bound",
            breaks: "both classes have mass",
            run: |_| {
                let name = "one class, f = 1024".to_owned();
                let values = Values { name, positive: vec![Interval::integer(1024)], negative: Vec::new() };
                // The bound for one part in 2^64 of the other class.
                let odds = Interval::integer(64) * Interval::integer(2).ln();
                Ok(examine(&values, &Bound { log_odds: odds, reach: Interval::ZERO }))
            },
        },
        Control {
            name: "a_threshold_1_percent_short_of_ln_p_q_is_exceeded",
            breaks: "the threshold is ln(p/q), with the sign of the class",
            run: |_| Ok(SHARP.examine(Interval::ratio(99, 100), Interval::ONE)),
        },
        Control {
            name: "the_bound_of_the_other_class_is_exceeded",
            breaks: "the threshold is ln(p/q), with the sign of the class",
            run: |_| {
                let other = Interval::ZERO - Interval::ONE;
                Ok(SHARP.examine(other, Interval::ONE))
            },
        },
        Control {
            name: "without_the_odds_error_masses_at_the_threshold_differ",
            breaks: "the threshold is ln(p/q), with the sign of the class",
            run: |_| Ok(equal_masses(|_| 1)),
        },
        Control {
            name: "with_a_diameter_1_percent_too_small_the_bound_is_exceeded",
            breaks: "D is the diameter of the sample",
            run: |_| Ok(SHARP.examine(Interval::ONE, Interval::ratio(99, 100))),
        },
        Control {
            name: "with_a_diameter_1_percent_too_large_the_bound_is_not_nearly_reached",
            breaks: "D is the diameter of the sample",
            run: |_| Ok(SHARP.examine(Interval::ONE, Interval::ratio(101, 100))),
        },
    ],
};

/// What is compared are arguments of sigma.
const UNIT: &str = "nats";

/// Shares of its class that the far point has in the sharp family.
const LIGHT: [f64; 3] = [1e-2, 1e-4, 1e-6];

/// How near to the bound the far point must come, in multiples of its share: within 1e-6 at the last of them.
const NEAR: u128 = 1;

/// A member of the sharp family with masses 3 to 1.
const SHARP: Family = Family { positive: 3, all: 4, reach: 2.0, light: 1e-6, negative: false };

static EQUAL_ERRORS: Lemma = Lemma {
    name: "equal error masses",
    statement: "If for odds r = 1, 2 and 3 the error masses r/(1 + s) and s/(1 + s) at the threshold s = r are equal, then on every \
                finite sample with class masses p, q > 0 and diameter D every minimiser f of the log loss at temperature tau over \
                L-Lipschitz functions has |dl/df| >= tau sigma(-ln(p/q) - tau L D) at positive and tau sigma(ln(p/q) - tau L D) at \
                negative samples, both positive.",
    proof: "Cross-multiplied the equation is one of polynomials of degree 2 in r = s, which agree everywhere if at three places: \
            p sigma(-t) = q sigma(t) at t = ln(p/q), for r = p/q and s = exp(t). Let f be a minimiser. f + c is L-Lipschitz for every \
            c, and the derivative of its loss in c vanishes at c = 0: the sum over positive samples of w sigma(-tau f) equals the sum \
            over negative ones of w sigma(tau f). If tau f > t at every sample, the first is below p sigma(-t) and the second above \
            q sigma(t), which are equal: a contradiction. So tau f <= t at some sample, and likewise tau f >= t at some. Values at two \
            samples differ by L D at most, so t - tau L D <= tau f <= t + tau L D at each; sigma increases and is positive.",
    facts: "the odds 1, 2 and 3, at each of which the error masses at the threshold are equal",
};

/// The facts of the lemma, at odds whose threshold is `threshold`.
fn equal_masses(threshold: fn(u64) -> u64) -> Finding {
    let mut finding = Finding::reducing("error mass", &EQUAL_ERRORS, 3);
    for odds in 1..=3 {
        finding.element(odds);
        let s = threshold(odds);
        finding.equal("r (1 + s) = s (1 + s)", &(odds * (1 + s)), &(s * (1 + s)), || {
            format!("odds {odds}, threshold ln {s}")
        });
    }
    finding
}

/// Values of `tau f` on a sample, at positive and at negative points.
struct Values {
    name: String,
    positive: Vec<Interval>,
    negative: Vec<Interval>,
}

/// What `tau f` is bounded by: `y tau f <= y log_odds + reach`.
struct Bound {
    /// `ln(p/q)`, or 0 for a function with a zero.
    log_odds: Interval,
    /// `tau L D`.
    reach: Interval,
}

/// Whether the odds of the classes enter the bound.
#[derive(Clone, Copy, PartialEq)]
enum Claimed {
    WithOdds,
    WithoutOdds,
}

/// That `tau f` is at most the threshold somewhere and at least it somewhere, and at no sample farther from it than `reach` on the
/// sample's own side.
fn examine(values: &Values, bound: &Bound) -> Finding {
    let mut finding = Finding::new(UNIT);
    let Values { name, positive, negative } = values;
    let Bound { log_odds, reach } = bound;
    let all = || positive.iter().chain(negative).copied();
    let least = all().reduce(Interval::min).unwrap_or(Interval::ENTIRE);
    let largest = all().reduce(Interval::max).unwrap_or(Interval::ENTIRE);
    finding.at_most("min tau f <= threshold", least, *log_odds, || name.clone());
    finding.at_most("threshold <= max tau f", *log_odds, largest, || name.clone());
    let signed = positive.iter().map(|f| (*f, *log_odds)).chain(negative.iter().map(|f| (-*f, -*log_odds)));
    for (row, (margin, odds)) in signed.enumerate() {
        finding.at_most("y tau f <= y ln(p/q) + tau L D", margin, odds + *reach, || {
            format!("{name}: y tau f = {margin} at sample {row}, y ln(p/q) = {odds}, tau L D = {reach}")
        });
    }
    finding
}

/// `f(x) = slope x` at 0 and 2, both with label +1, at temperature 1.
fn slope_from_zero(slope: f64) -> Finding {
    let (slope, far) = (Interval::constant(slope), Interval::integer(2));
    let values = Values {
        name: format!("x times {slope}"),
        positive: vec![Interval::ZERO, slope * far],
        negative: Vec::new(),
    };
    let mut finding = examine(&values, &Bound { log_odds: Interval::ZERO, reach: far });
    finding.required("the bound is reached", far, slope * far, || values.name.clone());
    finding
}

/// Opposite points at 0 and a light one at distance D, in closed form.
#[derive(Clone, Copy)]
struct Family {
    /// Mass of the far point's class, in parts of `all`.
    positive: u128,
    all: u128,
    /// `tau L D`.
    reach: f64,
    /// The far point's share of its class.
    light: f64,
    /// Whether its label is -1.
    negative: bool,
}

impl Family {
    /// `ln` of the mass of the far point's class over the other.
    fn log_odds(self) -> Interval {
        Interval::ratio(self.positive, self.all - self.positive).ln()
    }

    /// `tau |f(0)|` with the sign of the far point's class: `ln` of the positive root of `q k u^2 + b u - p`.
    fn at_zero(self) -> Interval {
        let p = Interval::ratio(self.positive, self.all);
        let q = Interval::ONE - p;
        let light = Interval::data(self.light) * p;
        let k = Interval::data(self.reach).exp();
        let b = q - (p - light) * k - light;
        let root = (b.sqr() + Interval::integer(4) * q * k * p).sqrt();
        ((root - b) / (Interval::integer(2) * q * k)).ln()
    }

    /// That the minimiser keeps to the bound and nearly reaches it, the threshold being so many times `ln(p/q)` and the diameter so
    /// many times D.
    fn examine(self, odds: Interval, diameter: Interval) -> Finding {
        let (near, reach) = (self.at_zero(), Interval::data(self.reach));
        let far = near + reach;
        let name = format!(
            "a point with {:e} of a class of mass {}/{}, tau L D = {}",
            self.light, self.positive, self.all, self.reach
        );
        let log_odds = odds * self.log_odds();
        let bound = reach * diameter;
        let (positive, negative) = (vec![near, far], vec![near]);
        let (values, log_odds_signed) = if self.negative {
            let turned = |values: Vec<Interval>| values.into_iter().map(|f| -f).collect();
            (Values { name, positive: turned(negative), negative: turned(positive) }, -log_odds)
        } else {
            (Values { name, positive, negative }, log_odds)
        };
        let mut finding = examine(&values, &Bound { log_odds: log_odds_signed, reach: bound });
        let missing = Interval::integer(NEAR) * Interval::data(self.light);
        finding
            .required("the bound is nearly reached", log_odds + bound, far + missing, || values.name.clone());
        finding
    }
}

/// The values of the minimiser; `None` if the kernel refuses it.
fn least_loss(
    finding: &mut Finding,
    classes: &Classes,
    tau: f64,
    slope: f64,
) -> Result<Option<Values>, CheckError> {
    let least = LeastLoss::solve(classes, tau, slope)?;
    let accepted = finding.accepted(least.bracket(), || format!("{}, tau = {tau}", classes.name));
    Ok(accepted.map(|bracket| {
        let (positive, negative): (Vec<_>, Vec<_>) =
            least.terms(&bracket).into_iter().partition(|term| term.positive);
        let temperature = Interval::data(tau);
        Values {
            name: format!("{}, tau = {tau}, L = {slope}", classes.name),
            positive: positive.iter().map(|term| temperature * term.margin).collect(),
            negative: negative.iter().map(|term| -(temperature * term.margin)).collect(),
        }
    }))
}

fn minimiser(classes: &Classes, tau: f64, slope: f64, claimed: Claimed) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    if let Some(values) = least_loss(&mut finding, classes, tau, slope)? {
        let (p, q) = classes.masses();
        let log_odds = if claimed == Claimed::WithOdds { (p / q).ln() } else { Interval::ZERO };
        let reach = Interval::data(tau) * Interval::data(slope) * classes.diameter();
        finding.merge(examine(&values, &Bound { log_odds, reach }));
    }
    Ok(finding)
}

/// A member of the sharp family through the solver: opposite points at 0 and a positive one with a share of `light` of its class at
/// distance 2, at temperature 1.
fn far_point(light: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let far = 2.0;
    let classes = Classes::on_line("one far point", &[(0.0, 1.0 - light), (far, light)], &[(0.0, 1.0)])?;
    if let Some(values) = least_loss(&mut finding, &classes, 1.0, 1.0)? {
        let (log_odds, reach) = (Interval::ZERO, Interval::data(far));
        finding.merge(examine(&values, &Bound { log_odds, reach }));
        let found = values.positive.last().copied().unwrap_or(Interval::ENTIRE);
        let missing = Interval::integer(NEAR) * Interval::data(light);
        finding.required("the bound is nearly reached", reach, found + missing, || {
            format!("{}, of share {light}: f = {found} there", values.name)
        });
    }
    Ok(finding)
}

/// The network of X2, times a factor, at temperature 1.
fn largest_margin(classes: &Classes, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let columns = p.coords().iter().chain(q.coords()).copied();
    let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let points = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let failed = || CheckError::during("max-min network");
    let net = MaxMinNetwork::new(&points, &signs).map_err(failed())?.explicit().map_err(failed())?;
    let times = Interval::data(factor);
    let constant = times * network::lipschitz(&net, &[None])?.linf_upper_bound();
    let mut slope = Finding::new("slope");
    slope.required("Lipschitz constant <= 1", constant, Interval::ONE, || classes.name.clone());
    finding.merge(slope);
    let side = |points: &Points| -> Result<Vec<Interval>, CheckError> {
        points.rows().map(|x| Ok(times * output(&net, x)?)).collect()
    };
    let values = Values { name: classes.name.clone(), positive: side(p)?, negative: side(q)? };
    finding.merge(examine(&values, &with_zero(classes.diameter())));
    Ok(finding)
}

/// Share of its sample that a network must have learnt for its values to mean anything.
const LEARNT: (u128, u128) = (9, 10);

/// A trained network, whose constant is divided out, on the points it was trained on, at temperature 1.
///
/// Every point is taken with the label that makes its derivative smaller.
fn trained(trained: &Trained) -> Result<Finding, CheckError> {
    let certified = lip1_core::certify(&trained.net).map_err(CheckError::during("constant"))?;
    let constant = certified.upper_bound();
    let mut values =
        Values { name: "trained network".to_owned(), positive: Vec::new(), negative: Vec::new() };
    let (malignant, mut right) = (breast_cancer()?.malignant.len(), 0_u128);
    for (row, x) in trained.points.rows().enumerate() {
        let value = output(&trained.net, x)? / constant;
        right += u128::from(if row < malignant { value.lower() > 0.0 } else { value.upper() < 0.0 });
        let side = if value.lower() > 0.0 { &mut values.positive } else { &mut values.negative };
        side.push(value);
    }
    let mut learnt = Finding::new("points");
    let wanted = Interval::ratio(LEARNT.0, LEARNT.1) * Interval::integer(trained.points.len() as u128);
    learnt.required("the network has learnt", wanted, Interval::integer(right), || {
        format!("{right} points are right")
    });
    let mut finding = examine(&values, &with_zero(box_diagonal(&trained.points)));
    finding.merge(learnt);
    Ok(finding)
}

/// The bound for functions with a zero, at temperature 1.
fn with_zero(diameter: Interval) -> Bound {
    Bound { log_odds: Interval::ZERO, reach: diameter }
}

/// The only output of a network.
fn output(net: &Net, x: &[f64]) -> Result<Interval, CheckError> {
    Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
}

/// The diagonal of the box about some points, at least their diameter; the box is convex, so it contains the zero.
fn box_diagonal(points: &Points) -> Interval {
    let side = |column: usize| {
        let entries = || points.rows().filter_map(|row| row.get(column)).copied();
        Interval::data(entries().fold(f64::NEG_INFINITY, f64::max))
            - Interval::data(entries().fold(f64::INFINITY, f64::min))
    };
    (0..points.dim()).map(|column| side(column).sqr()).fold(Interval::ZERO, |sum, square| sum + square).sqrt()
}
