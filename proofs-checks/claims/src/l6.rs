//! L6: the hinge loss can be brought to zero exactly where the classes are two margins apart.

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Exact, Finding, Section, Sentence, Verdict, Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::Potentials;
use lip1_kernel::{Interval, Points, lipschitz};
use lip1_ot::Measure;
use lip1_ot::regularised::{Hinge, Separation};
use lip1_ot::testing::pairs;
use proptest::prelude::{Just, Strategy, prop_oneof};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L6",
    section: Section::Losses,
    title: "When the hinge loss vanishes",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("after Prop 10"),
            "If the classes are at distance more than eps > 0 from one another, the margin m = eps makes 100 % reachable: some \
             1-Lipschitz f has y f >= m at every sample.",
        ),
        Sentence::correction(
            "a'",
            "a",
            "The minimum of the hinge loss E (m - y f)_+ over 1-Lipschitz f is 0 if and only if the classes are at \
             distance d_opp >= 2m from one another, every sample having positive weight: m = eps/2 is always reachable, and \
             m = eps is not where eps < d_opp < 2 eps.",
        ),
    ],
    formula: r"\min_{\mathrm{Lip}(f) \le 1} \mathbb{E}\,(m - y f)_+ = 0 \;\Longleftrightarrow\; d_{\mathrm{opp}} \ge 2m",
    hypotheses: &[
        "d_opp >= 2m, for a loss of 0",
        "d_opp < 2m, for a positive loss",
        "no point has both labels",
        "y f >= m at every sample",
        "f is 1-Lipschitz",
    ],
    source: "If d_opp >= 2m, the values m on the positive and -m on the negative samples are 1-Lipschitz, and extend (M0). If \
             d_ij < 2m for one pair, (m - f_i)_+ + (m + f_j)_+ >= 2m - (f_i - f_j) >= 2m - d_ij > 0 for every 1-Lipschitz f: \
             Farkas' certificate, with multipliers 1 on the three constraints of the pair, and a positive lower bound on the \
             loss, min(w_i, w_j) (2m - d_ij). On a finite sample the minimum is attained, so 0 is reached or not approached. Of one pair, \
             each class of mass 1, the least loss is (2m - d)_+: half of the distance at either point attains it. The definition of \
             separated classes in the same text asks for 2 eps, with which the sentence is true.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "classes_one_and_a_half_margins_apart_pay_a_half",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("loss");
                for pair in [
                    PAIR,
                    Pair { apart: 2.0_f64.next_down(), ..PAIR },
                    Pair { apart: 1.0_f64.next_up(), ..PAIR },
                ] {
                    finding.merge(pair.reaches(PAIR.margin)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "half_of_the_distance_is_a_margin_that_is_reached",
            essential: true,
            about: "a'",
            run: |_| {
                let mut finding = Finding::new("loss");
                for apart in [PAIR.apart, 2.0, f64::EPSILON] {
                    let pair = Pair { apart, margin: apart / 2.0, slope: 1.0 };
                    finding.merge(pair.reaches(apart.next_down())?);
                    finding.merge(pair.least()?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_least_loss_of_a_pair_is_what_two_margins_exceed_its_distance_by",
            essential: true,
            about: "a'",
            run: |_| {
                let mut finding = Finding::new("loss");
                for margin in [PAIR.margin, PAIR.apart / 2.0, 0.5, 0.75_f64.next_up(), 8.0] {
                    finding.merge(Pair { margin, ..PAIR }.least()?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "equality_is_decided_where_distances_are_rational",
            essential: true,
            about: "a'",
            run: |_| rational(),
        },
        Check {
            name: "half_the_distance_separates_margins_on_real_data",
            essential: true,
            about: "a'",
            run: real,
        },
        Check {
            name: "random_and_degenerate_samples_are_certified_either_way",
            essential: true,
            about: "a'",
            run: random,
        },
    ],
    controls: &[
        Control {
            name: "a_margin_larger_by_1e_9_has_no_function",
            breaks: "d_opp >= 2m, for a loss of 0",
            run: |_| {
                let (p, q, half) = five()?;
                examine(&Instance::claimed_apart("3, 4, 5", &p, &q, half * (1.0 + 1e-9)))
            },
        },
        Control {
            name: "a_pair_at_exactly_two_margins_forbids_nothing",
            breaks: "d_opp < 2m, for a positive loss",
            run: |_| {
                let (p, q, half) = five()?;
                let certificate = Separation::Close { i: 0, j: 0 };
                examine(&Instance { certificate, ..Instance::claimed_apart("3, 4, 5", &p, &q, half) })
            },
        },
        Control {
            name: "a_point_with_both_labels_leaves_no_margin",
            breaks: "no point has both labels",
            run: |_| {
                let p = Points::new(2, vec![0.0, 0.0, 1.0, 1.0])?;
                let q = Points::new(2, vec![9.0, 9.0, 1.0, 1.0])?;
                examine(&Instance::claimed_apart("overlap", &p, &q, f64::MIN_POSITIVE))
            },
        },
        Control {
            name: "the_function_of_half_the_margin_pays",
            breaks: "y f >= m at every sample",
            run: |_| {
                let (p, q, half) = five()?;
                let mut instance = Instance::claimed_apart("3, 4, 5", &p, &q, half / 2.0);
                instance.margin = half;
                examine(&instance)
            },
        },
        Control {
            name: "with_slope_1_percent_above_1_a_pair_pays_less",
            breaks: "f is 1-Lipschitz",
            run: |_| Pair { slope: 1.01, ..PAIR }.least(),
        },
        Control {
            name: "half_of_the_distance_times_1_and_1e_9_is_not_reached",
            breaks: "d_opp >= 2m, for a loss of 0",
            run: |_| Pair { margin: PAIR.apart / 2.0 * (1.0 + 1e-9), ..PAIR }.reaches(PAIR.apart / 2.0),
        },
    ],
};

/// A positive point at 0 and a negative one at `apart`, each class of mass 1.
#[derive(Clone, Copy)]
struct Pair {
    apart: f64,
    margin: f64,
    /// Of the function that pays least, 1 or what a control makes of it.
    slope: f64,
}

/// Farther apart than a margin of 1, and less than twice as far.
const PAIR: Pair = Pair { apart: 1.5, margin: 1.0, slope: 1.0 };

impl Pair {
    fn told(self) -> String {
        let Pair { apart, margin, .. } = self;
        format!("+ at 0, - at {apart:?}, each class of mass 1, m = {margin:?}")
    }

    /// `2m - d`, which every 1-Lipschitz function pays at least: `(m - f(0))_+ + (m + f(d))_+ >= 2m - (f(0) - f(d))`.
    fn certificate(self) -> Interval {
        Interval::integer(2) * Interval::data(self.margin) - Interval::data(self.apart)
    }

    /// That the loss can be 0 although the classes are known to be farther apart than `eps` only.
    fn reaches(self, eps: f64) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("loss");
        finding.required("eps < d_opp", Interval::data(eps.next_up()), Interval::data(self.apart), || {
            self.told()
        });
        let twice = Interval::integer(2) * Interval::data(self.margin);
        finding.at_most("2m <= d_opp, or every f pays", twice, Interval::data(self.apart), || {
            format!("{}: every 1-Lipschitz f pays at least {}", self.told(), self.certificate())
        });
        Ok(finding)
    }

    /// That the least loss is `(2m - d)_+`: a function pays no more, and the pair's certificate says that none pays less.
    fn least(self) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("loss");
        let half = self.slope * self.apart / 2.0;
        let points = Points::new(1, vec![0.0, self.apart])?;
        finding.judged("f is 1-Lipschitz", lipschitz::values(&points, &[half, -half], 1.0), || self.told());
        let missing = (Interval::data(self.margin) - Interval::data(half)).max(Interval::ZERO);
        let (loss, least) = (missing + missing, self.certificate().max(Interval::ZERO));
        finding.at_most("loss of f <= (2m - d)_+", loss, least, || self.told());
        finding.at_most("(2m - d)_+ <= loss of f", least, loss, || self.told());
        Ok(finding)
    }
}

/// What the least hinge loss is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Least {
    Zero,
    Positive,
}

impl Exact for Least {}

/// A sample with a margin and what is said to decide it.
struct Instance {
    name: String,
    positive: Points,
    negative: Points,
    margin: f64,
    certificate: Separation,
    /// What is known beforehand.
    known: Option<Least>,
}

impl Instance {
    /// The instance with the solver's certificate.
    fn solved(name: &str, p: &Points, q: &Points, margin: f64) -> Result<Self, CheckError> {
        let law = |points: &Points| Measure::uniform(points.clone()).map_err(CheckError::during("law"));
        let hinge = Hinge::new(&law(p)?, &law(q)?, Cost::L2, margin).map_err(CheckError::during("hinge"))?;
        Ok(Self { certificate: hinge.solve(), ..Self::claimed_apart(name, p, q, margin) })
    }

    /// The instance with the values of margin `m`, whatever the distance.
    fn claimed_apart(name: &str, p: &Points, q: &Points, margin: f64) -> Self {
        let potentials = Potentials { u: vec![margin; p.len()], v: vec![-margin; q.len()] };
        Self {
            name: name.to_owned(),
            positive: p.clone(),
            negative: q.clone(),
            margin,
            certificate: Separation::Apart(potentials),
            known: None,
        }
    }
}

/// Has the kernel check the certificate: a 1-Lipschitz function without loss, or a pair that forbids one.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { name, positive, negative, margin, certificate, known } = instance;
    let witness = || format!("{name}, m = {margin:e}");
    let margin = Interval::data(*margin);
    if let Some(known) = known {
        let said = match certificate {
            Separation::Apart(_) => Least::Zero,
            Separation::Close { .. } => Least::Positive,
        };
        finding.equal("the least loss is what is known", &said, known, witness);
    }
    match certificate {
        Separation::Apart(Potentials { u, v }) => {
            let coords = positive.coords().iter().chain(negative.coords()).copied().collect();
            let values: Vec<f64> = u.iter().chain(v).copied().collect();
            let all = Points::new(positive.dim(), coords)?;
            let accepted = finding.judged("f is 1-Lipschitz", lipschitz::values(&all, &values, 1.0), witness);
            if accepted.is_some() {
                let margins = u.iter().copied().chain(v.iter().map(|v| -v)).map(Interval::data);
                margins.for_each(|yf| finding.at_most("m <= y f", margin, yf, witness));
            }
        }
        Separation::Close { i, j } => {
            let at = |points: &Points, k: usize| -> Result<Vec<f64>, CheckError> {
                let row = (k < points.len()).then(|| points.row(k).to_vec());
                row.ok_or_else(|| CheckError::Instance(format!("no row {k}")))
            };
            let apart = distance::enclose(&at(positive, *i)?, &at(negative, *j)?, Cost::L2);
            finding.less("d_ij < 2m", apart, Interval::integer(2) * margin, witness);
        }
    }
    Ok(finding)
}

/// Two points at distance 5, and half of it.
fn five() -> Result<(Points, Points, f64), CheckError> {
    Ok((Points::new(2, vec![0.0, 0.0])?, Points::new(2, vec![3.0, 4.0])?, 2.5))
}

/// At `2m = d_opp` the loss reaches 0; one unit in the last place more and it does not.
fn rational() -> Result<Finding, CheckError> {
    use Least::{Positive, Zero};
    let mut finding = Finding::new("distance");
    let (p, q, half) = five()?;
    let line = |offset: i32| Points::new(1, (0..40).map(|k| f64::from(2 * k + offset)).collect());
    let lattice = |from: i32| {
        Points::new(2, (0..12).flat_map(|k| [3.0, 4.0].map(|c| c * f64::from(2 * k + from))).collect())
    };
    let copies = Points::new(3, [1.0, 2.0, 2.0].repeat(5))?;
    let circle = Points::new(2, vec![5.0, 0.0, -5.0, 0.0, 3.0, 4.0, -4.0, -3.0, 0.0, 5.0])?;
    for (name, p, q, half) in [
        ("3, 4, 5", p, q, half),
        ("alternating integers", line(0)?, line(1)?, 0.5),
        ("a lattice of multiples of (3, 4)", lattice(0)?, lattice(1)?, 2.5),
        ("copies of two points", copies, Points::new(3, vec![0.0; 9])?, 1.5),
        ("a point in a circle", Points::new(2, vec![0.0, 0.0])?, circle, 2.5),
        (
            "tiny numbers",
            Points::new(1, vec![0.0])?,
            Points::new(1, vec![f64::MIN_POSITIVE])?,
            f64::MIN_POSITIVE / 2.0,
        ),
    ] {
        for (margin, least) in
            [(half / 2.0, Zero), (half, Zero), (half.next_up(), Positive), (2.0 * half, Positive)]
        {
            let instance = Instance { known: Some(least), ..Instance::solved(name, &p, &q, margin)? };
            finding.merge(examine(&instance)?);
        }
    }
    Ok(finding)
}

/// Shares of `d_opp / 2` taken as margins, and what the least loss is there.
const SHARES: [(f64, Least); 4] =
    [(0.5, Least::Zero), (1.0 - 1e-9, Least::Zero), (1.0 + 1e-9, Least::Positive), (2.0, Least::Positive)];

fn real(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let data = breast_cancer()?;
    let mut samples = vec![("breast cancer".to_owned(), data.malignant.clone(), data.benign.clone())];
    for (a, b) in [(3, 8), (4, 9), (1, 7)].into_iter().take(ctx.count(2, 3, 3)) {
        samples.push((format!("{a} against {b}"), digits()?.class(a)?, digits()?.class(b)?));
    }
    for (name, p, q) in samples {
        finding.merge(around(&name, &p, &q)?);
    }
    Ok(finding)
}

/// Margins on both sides of half the distance, which decides them.
fn around(name: &str, p: &Points, q: &Points) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let apart = p.rows().flat_map(|x| q.rows().map(move |y| distance::enclose(x, y, Cost::L2)));
    let closest = apart.reduce(Interval::min).unwrap_or(Interval::ENTIRE);
    for (share, least) in SHARES {
        let margin = closest.lower() / 2.0 * share;
        if margin > 0.0 {
            let instance = Instance { known: Some(least), ..Instance::solved(name, p, q, margin)? };
            finding.merge(examine(&instance)?);
        }
    }
    if closest.upper() <= 0.0 {
        let instance = Instance { known: Some(Least::Positive), ..Instance::solved(name, p, q, 1.0)? };
        finding.merge(examine(&instance)?);
    }
    Ok(finding)
}

/// Repeated, shared, collinear and clumped points; the distance zero among them.
fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let cases = ctx.cases(300, 5_000, 200_000);
    let scaled = (pairs(12), prop_oneof![Just(1.0), Just(1e-3), Just(1e6)]);
    let drawn = scaled.prop_map(|((p, q), by)| {
        let points = |law: &Measure| {
            let coords = law.points().coords().iter().map(|x| x * by).collect();
            Points::new(law.points().dim(), coords)
        };
        (points(&p), points(&q))
    });
    ctx.sampled("samples", "distance", &drawn, cases, |(p, q)| {
        let (p, q) = (p.clone()?, q.clone()?);
        around(&format!("{} and {} points in dimension {}", p.len(), q.len(), p.dim()), &p, &q)
    })
}
