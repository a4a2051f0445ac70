//! L7: which objectives have a maximum.

use lip1_core::MaxMinNetwork;
use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Outcome, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::Net;
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::{Bracket, Potentials};
use lip1_kernel::{Interval, Points, Theorem, forward};
use lip1_ot::regularised::{Dual, Hkr};
use lip1_ot::testing::pairs;
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};
use nalgebra::DMatrix;
use proptest::prelude::{Just, Strategy, prop, prop_oneof};

use crate::optimum::LargestHkr;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L7",
    section: Section::Losses,
    title: "Which objectives have a maximum",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Transcribed,
            "Over 1-Lipschitz functions KR(f) = E_P f - E_Q f always attains its maximum.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Over 1-Lipschitz functions MCR(f) = E[y f] attains its maximum iff the classes have equal masses, and \
             MCR(f) - lambda E(m - y f)_+ iff lambda times the mass of the lighter class is at least the difference of the \
             masses, equality included.",
        ),
        Sentence::new("c", Whose::Transcribed, "Without the constraint each is unbounded on separable data."),
    ],
    formula: r"\sup_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f] - \lambda\,\mathbb{E}(m - y f)_+ < \infty \iff \lambda\, \min(p, q) \ge |p - q|",
    hypotheses: &[
        "each law has mass 1, or the classes have equal masses",
        "lambda reaches the difference of the masses",
        "no point has both labels",
    ],
    source: "A bounded linear program attains its maximum; a coupling of masses within the limits of T4 bounds it. Along constants \
             of the heavier class's sign the objective has slope |p - q| - lambda min(p, q) in the end, a ray if positive. \
             Without the constraint multiples of a function that separates are a ray: E[y t f] = t E[y f].",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_wasserstein_dual_is_always_attained",
            essential: true,
            about: "a",
            run: |ctx| {
                let drawn = pairs(10).prop_map(|(positive, negative)| Classes {
                    name: "drawn".to_owned(),
                    positive,
                    negative,
                });
                ctx.sampled("laws", UNIT, &drawn, ctx.cases(60, 1_000, 50_000), transport)
            },
        },
        Check {
            name: "signed_margins_have_a_maximum_iff_masses_are_equal",
            essential: true,
            about: "b",
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                ctx.sampled("counts", UNIT, &Counts::drawn(6), cases, |counts| {
                    predicted(&Counts { lambda: (0, 1), ..counts.clone() })
                })
            },
        },
        Check {
            name: "the_regularised_objective_has_a_maximum_iff_lambda_is_large_enough",
            essential: true,
            about: "b",
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                let mut finding = ctx.sampled("counts", UNIT, &Counts::drawn(8), cases, predicted)?;
                // Equality, at every small ratio of the classes.
                for light in 1..=4 {
                    for ratio in 1..=4_u32 {
                        finding.merge(predicted(&Counts::threshold(light, ratio))?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "without_the_constraint_multiples_of_a_separating_network_are_a_ray",
            essential: true,
            about: "c",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::breast_cancer(40, 40)?,
                    Classes::breast_cancer(20, 40)?,
                    Classes::digits(3, 8, 30)?,
                ] {
                    finding.merge(runs_away(&separating(&classes)?, &classes)?);
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "signed_margins_of_unequal_classes_run_along_a_ray",
            breaks: "each law has mass 1, or the classes have equal masses",
            run: |_| bounded(&Counts { lambda: (0, 1), ..Counts::threshold(3, 2) }),
        },
        Control {
            name: "one_percent_less_lambda_opens_a_ray",
            breaks: "lambda reaches the difference of the masses",
            run: |_| {
                let threshold = Counts::threshold(3, 2);
                let lambda = (threshold.lambda.0 * 99, threshold.lambda.1 * 100);
                bounded(&Counts { lambda, ..threshold })
            },
        },
        Control {
            name: "at_equality_constants_are_no_ray",
            breaks: "lambda reaches the difference of the masses",
            run: |_| Ok(ray(&Counts::threshold(3, 2))),
        },
        Control {
            name: "a_point_with_both_labels_is_on_no_ray",
            breaks: "no point has both labels",
            run: |_| {
                let few = Classes::breast_cancer(10, 10)?;
                let net = separating(&few)?;
                runs_away(&net, &Classes { negative: few.positive.clone(), ..few })
            },
        },
    ],
};

/// What objectives are measured in.
const UNIT: &str = "value";

/// Margin of the hinge.
const MARGIN: f64 = 1.5;

/// Roundings of a term of an objective, in the solver and in the kernel.
const ROUNDINGS: u32 = 32;

/// Two classes of points of equal weight, `lambda` a fraction of whole numbers.
#[derive(Clone, Debug)]
struct Counts {
    positive: Vec<[i32; 2]>,
    negative: Vec<[i32; 2]>,
    lambda: (u32, u32),
}

impl Counts {
    /// Up to `most` points a class on a grid of the plane; `lambda` with power-of-two denominators, so that `f64` holds it.
    fn drawn(most: usize) -> impl Strategy<Value = Self> {
        let class = move || prop::collection::vec([-9_i32..=9, -9_i32..=9], 1..=most);
        let lambda = (0_u32..=16, prop_oneof![Just(1_u32), Just(4_u32)]);
        (class(), class(), lambda).prop_map(|(positive, negative, lambda)| Self {
            positive,
            negative,
            lambda,
        })
    }

    /// `light` points against `1 + ratio` times as many, and `lambda = ratio`: equality.
    fn threshold(light: u32, ratio: u32) -> Self {
        let row = |count: u32, height: i32| (0..count as i32).map(|k| [k * k, height]).collect();
        Self { positive: row(light * (1 + ratio), 4), negative: row(light, 0), lambda: (ratio, 1) }
    }

    fn name(&self) -> String {
        let (p, q) = (self.positive.len(), self.negative.len());
        format!("{p} against {q} points, lambda = {}/{}", self.lambda.0, self.lambda.1)
    }

    fn classes(&self) -> Result<Classes, CheckError> {
        let points =
            |class: &[[i32; 2]]| Points::new(2, class.iter().flatten().map(|x| f64::from(*x)).collect());
        Ok(Classes::uniform(self.name(), points(&self.positive)?, points(&self.negative)?)?)
    }

    fn lambda(&self) -> f64 {
        f64::from(self.lambda.0) / f64::from(self.lambda.1)
    }

    /// `lambda min(p, q)` and `|p - q|`, in whole numbers.
    fn sides(&self) -> (u64, u64) {
        let (p, q) = (self.positive.len() as u64, self.negative.len() as u64);
        (u64::from(self.lambda.0) * p.min(q), p.abs_diff(q) * u64::from(self.lambda.1))
    }

    /// The objective at the function that is `c` everywhere, times the number of points.
    ///
    /// From the margin on it is affine in `c`. Where `c` and `lambda` have few binary digits nothing is rounded.
    fn at_constant(&self, c: Interval) -> Interval {
        let lambda = Interval::ratio(self.lambda.0.into(), self.lambda.1.into());
        let term = |margin: Interval| margin - lambda * (Interval::data(MARGIN) - margin).max(Interval::ZERO);
        let count = |class: &[[i32; 2]]| Interval::integer(class.len() as u128);
        count(&self.positive) * term(c) + count(&self.negative) * term(-c)
    }
}

/// Constants that are tried, in margins, with either sign; the objective is affine from each on.
const CONSTANTS: [u128; 2] = [1, 1 << 20];

/// The objective at the constants `c`, `2c` and `4c` for every place that is tried.
fn along(counts: &Counts, sign: Interval) -> impl Iterator<Item = [Interval; 3]> {
    let place = move |c: u128| sign * Interval::integer(c) * Interval::data(MARGIN);
    CONSTANTS.into_iter().map(move |c| [c, 2 * c, 4 * c].map(|c| counts.at_constant(place(c))))
}

/// That a certificate says what `lambda min(p, q) >= |p - q|`, in whole numbers, predicts.
fn predicted(counts: &Counts) -> Result<Finding, CheckError> {
    let (penalty, difference) = counts.sides();
    if penalty >= difference { bounded(counts) } else { Ok(ray(counts)) }
}

/// That the objective grows without bound along constants of the heavier class's sign.
fn ray(counts: &Counts) -> Finding {
    let mut finding = Finding::new(UNIT);
    let positive = counts.positive.len() >= counts.negative.len();
    for [once, twice, four_times] in along(counts, if positive { Interval::ONE } else { -Interval::ONE }) {
        let witness = || format!("{}: {once}, {twice}, {four_times} at c, 2c, 4c", counts.name());
        finding.less("objective at c < objective at 2c", once, twice, witness);
        let (first, second) = (twice - once, four_times - twice);
        finding.at_most("twice the growth to 2c <= that from there to 4c", first + first, second, witness);
    }
    finding
}

/// That the objective has a maximum: no ray along constants, and a bracket from the kernel.
fn bounded(counts: &Counts) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    for sign in [Interval::ONE, -Interval::ONE] {
        for [once, twice, _] in along(counts, sign) {
            finding.at_most("objective at 2c <= objective at c", twice, once, || {
                format!("{}: {once} and {twice} at c and 2c", counts.name())
            });
        }
    }
    if finding.outcome() != Outcome::Holds {
        return Ok(finding);
    }
    let classes = counts.classes()?;
    let (penalty, difference) = counts.sides();
    let largest = if penalty == difference {
        at_equality(counts, &classes)?
    } else {
        LargestHkr::solve(&classes, Total::Together, MARGIN, counts.lambda())?
    };
    if let Some(bracket) = finding.accepted(largest.bracket(), || counts.name()) {
        let Potentials { u, v } = &largest.dual.potentials;
        let values = u.iter().chain(v).map(|f| Interval::data(*f).abs());
        let size = Interval::data(MARGIN) + values.fold(Interval::ZERO, Interval::max);
        let factor = Interval::ONE + Interval::data(counts.lambda());
        let terms = Interval::integer((u.len() + v.len()) as u128);
        finding.merge(attained(&counts.name(), &bracket, factor * size * (terms + size)));
    }
    Ok(finding)
}

/// That the function found reaches the upper end, up to roundings of numbers that add up to `size`.
fn attained(name: &str, bracket: &Theorem<Bracket>, size: Interval) -> Finding {
    let mut finding = Finding::new(UNIT);
    let (least, most) = (bracket.lower_bound(), bracket.upper_bound());
    let allowed = Interval::integer(ROUNDINGS.into()) * Interval::constant(f64::EPSILON) * size;
    finding.required("the bracket is as narrow as roundings allow", most - least, allowed, || {
        format!("{name}: found {least}, at most {most}, roundings {allowed}")
    });
    finding
}

/// At equality the masses are forced: those of the heavier class as they are, of the lighter one `1 + lambda` times as much. An optimal
/// plan between the two laws moves them, and its potentials, raised until the heavier class is beyond the margin and the lighter one
/// short of it, are optimal.
fn at_equality(counts: &Counts, classes: &Classes) -> Result<LargestHkr, CheckError> {
    let Classes { positive, negative, .. } = classes;
    let problem = Hkr::new(positive, negative, Cost::L2, Total::Together, MARGIN, counts.lambda())?;
    let transport = Problem::new(positive, negative, Cost::L2)?;
    let Certified { problem: stated, solution, .. } =
        certify(&transport, solve(&transport, &Settings::default())?)?;
    let positive_is_heavy = positive.len() >= negative.len();
    let masses = if positive_is_heavy { &stated.statement().p_mass } else { &stated.statement().q_mass };
    // One point of the heavier class has this mass, of as many as there are points in all.
    let unit = masses.first().copied().unwrap_or(1) * (positive.len() + negative.len()) as u64;
    let Potentials { u, v } = solution.potentials;
    let shift = if positive_is_heavy {
        u.iter().map(|u| MARGIN - u).chain(v.iter().map(|v| -MARGIN - v)).fold(f64::NEG_INFINITY, f64::max)
    } else {
        v.iter().map(|v| -MARGIN - v).chain(u.iter().map(|u| MARGIN - u)).fold(f64::INFINITY, f64::min)
    };
    // The shift is rounded once for each value; a function that is flatter by as much keeps the slopes that the kernel compares, for
    // distinct points of the grid are at least 1 apart.
    let size = u.iter().chain(&v).fold(shift.abs(), |size, f| size.max(f.abs()));
    let flatter = 1.0 - 4.0 * f64::EPSILON * (1.0 + size);
    let moved = |values: Vec<f64>| values.into_iter().map(|f| f * flatter + shift).collect();
    let potentials = Potentials { u: moved(u), v: moved(v) };
    let dual = Dual {
        unit,
        plan: solution.plan,
        potentials,
        status: solution.status,
        iterations: solution.iterations,
    };
    Ok(LargestHkr { problem, dual })
}

/// That the maximum of `E_P f - E_Q f` is enclosed, whatever the masses.
fn transport(classes: &Classes) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let bracket = certify(&problem, solve(&problem, &Settings::default())?)?.bracket;
    finding.theorem(&bracket);
    let (p, q) = (classes.positive.len(), classes.negative.len());
    let name = format!("{p} against {q} points in dimension {}", classes.positive.points().dim());
    let terms = Interval::integer((p + q) as u128);
    finding.merge(attained(&name, &bracket, terms * classes.diameter()));
    Ok(finding)
}

/// The network of X2: `y f > 0` at every sample.
fn separating(classes: &Classes) -> Result<Net, CheckError> {
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let columns = p.coords().iter().chain(q.coords()).copied();
    let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let points = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let failed = || CheckError::during("max-min network");
    MaxMinNetwork::new(&points, &signs).map_err(failed())?.explicit().map_err(failed())
}

/// Multiples of a network at which the objectives are compared with those at twice as much.
const MULTIPLES: [f64; 3] = [1.0, 1e3, 1e6];

/// That `t` times a network has every objective at least `t` times a positive number, from some `t` on, and still growing.
fn runs_away(net: &Net, classes: &Classes) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Classes { name, .. } = classes;
    let side = |measure: &Measure, sign: Interval| -> Result<Vec<Interval>, CheckError> {
        let value = |x: &[f64]| -> Result<Interval, CheckError> {
            Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
        };
        measure.points().rows().map(|x| Ok(sign * value(x)?)).collect()
    };
    let positive = side(&classes.positive, Interval::ONE)?;
    let negative = side(&classes.negative, -Interval::ONE)?;
    let all = [positive.as_slice(), negative.as_slice()].concat();
    let least = all.iter().copied().reduce(Interval::min).unwrap_or(Interval::ENTIRE);
    finding.less("0 < y f", Interval::ZERO, least, || format!("{name}: y f >= {least} only"));
    let mean = |terms: &[Interval]| {
        terms.iter().fold(Interval::ZERO, |sum, term| sum + *term) / Interval::integer(terms.len() as u128)
    };
    let kr = |t: Interval| t * (mean(&positive) + mean(&negative));
    let mcr = |t: Interval| t * mean(&all);
    let missing = |t: Interval| {
        let hinge = |margin: &Interval| (Interval::data(MARGIN) - t * *margin).max(Interval::ZERO);
        mean(&all.iter().map(hinge).collect::<Vec<_>>())
    };
    // With lambda = 1.
    let hkr = |t: Interval| mcr(t) - missing(t);
    for t in MULTIPLES.map(Interval::data) {
        let witness = || format!("{name}: multiples {t} and twice that");
        let (floor, twice) = (t * least, t + t);
        finding.less("KR at t < KR at 2t", kr(t), kr(twice), witness);
        finding.less("MCR at t < MCR at 2t", mcr(t), mcr(twice), witness);
        finding.less("HKR at t < HKR at 2t", hkr(t), hkr(twice), witness);
        finding.at_most("t min y f <= KR", floor, kr(t), witness);
        finding.at_most("t min y f <= MCR", floor, mcr(t), witness);
        // Once t y f >= m everywhere the hinge is 0 and the regularised objective is MCR.
        if floor.lower() >= MARGIN {
            finding.at_most("the hinge is gone", missing(t), Interval::ZERO, witness);
        }
    }
    Ok(finding)
}
