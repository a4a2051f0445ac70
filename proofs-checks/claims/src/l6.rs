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
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "The minimum of the hinge loss E (m - y f)_+ over 1-Lipschitz f is 0 if and only if the classes are at \
         distance d_opp >= 2m from one another, every sample having positive weight.",
    )],
    formula: r"\min_{\mathrm{Lip}(f) \le 1} \mathbb{E}\,(m - y f)_+ = 0 \;\Longleftrightarrow\; d_{\mathrm{opp}} \ge 2m",
    hypotheses: &[
        "d_opp >= 2m, for a loss of 0",
        "d_opp < 2m, for a positive loss",
        "no point has both labels",
        "y f >= m at every sample",
    ],
    source: "If d_opp >= 2m, the values m on the positive and -m on the negative samples are 1-Lipschitz, and extend (M0). If \
             d_ij < 2m for one pair, (m - f_i)_+ + (m + f_j)_+ >= 2m - (f_i - f_j) >= 2m - d_ij > 0 for every 1-Lipschitz f: \
             Farkas' certificate, with multipliers 1 on the three constraints of the pair, and a positive lower bound on the \
             loss, min(w_i, w_j) (2m - d_ij). On a finite sample the minimum is attained, so 0 is reached or not approached.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "equality_is_decided_where_distances_are_rational",
            essential: true,
            about: "a",
            run: |_| rational(),
        },
        Check {
            name: "half_the_distance_separates_margins_on_real_data",
            essential: true,
            about: "a",
            run: real,
        },
        Check {
            name: "random_and_degenerate_samples_are_certified_either_way",
            essential: true,
            about: "a",
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
    ],
};

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
