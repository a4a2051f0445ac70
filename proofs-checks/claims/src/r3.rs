//! R3: no certificate with the same decisions is larger than that of the signed distance function.

use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points, lipschitz};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R3",
    section: Section::Robustness,
    title: "The signed distance function has the largest certificates",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "If f is 1-Lipschitz and takes the decisions of the signed distance function s on R^n (f > 0 implies s >= 0, f < \
         0 implies s <= 0), then |f(x)| <= |s(x)| everywhere: no radius that f certifies is larger.",
    )],
    formula: r"\mathrm{Lip}(f) \le 1, \; \mathrm{sign} f = \mathrm{sign}\, s \;\Longrightarrow\; |f(x)| \le |s(x)| \quad \text{for every } x \in \mathbb{R}^n",
    hypotheses: &[
        "f is 1-Lipschitz",
        "f takes the same decisions",
        "the foot is a nearest point of the frontier",
    ],
    source: "Let y be a nearest point of the frontier. f is not positive at points of the other decision, of which y is a limit, so \
             f(x) <= f(y) + |x - y| <= |x - y| = |s(x)|; the same for -f.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "no_value_above_the_distance_respects_the_foot_point",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for shape in SHAPES {
                    for query in shape.queries(ctx)? {
                        finding.merge(largest(shape.name(), &query)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "functions_with_the_same_decisions_certify_no_more",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for shape in SHAPES {
                    for rival in RIVALS {
                        finding.merge(compare(ctx, shape, rival)?);
                    }
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "twice_the_signed_distance_is_larger_and_too_steep",
            breaks: "f is 1-Lipschitz",
            run: |ctx| compare(ctx, Shape::Ball, |s| s + s),
        },
        Control {
            name: "a_frontier_moved_by_1_decides_otherwise",
            breaks: "f takes the same decisions",
            run: |ctx| compare(ctx, Shape::HalfSpace, |s| s + Interval::ONE),
        },
        Control {
            name: "the_opposite_point_of_the_sphere_allows_larger_values",
            breaks: "the foot is a nearest point of the frontier",
            run: |_| {
                let far = Query { x: vec![1.5, 2.0], foot: vec![-3.0, -4.0], distance: 2.5 };
                largest("opposite point", &far)
            },
        },
    ],
};

const UNIT: &str = "distance";

/// Shapes whose feet are rational where the queries are.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// `3 x + 4 y > 0`.
    HalfSpace,
    /// The disc of radius 5 about the origin.
    Ball,
    /// The cube `[-1, 1]^3`.
    Cube,
}

const SHAPES: [Shape; 3] = [Shape::HalfSpace, Shape::Ball, Shape::Cube];

/// Functions of the signed distance that keep its sign and have slope at most 1.
const RIVALS: [fn(Interval) -> Interval; 4] = [
    |s| s,
    |s| s / Interval::integer(2),
    |s| s.min(Interval::ONE).max(-Interval::ONE),
    |s| s / (Interval::ONE + s.abs()),
];

/// A point, a nearest point of the frontier, and their distance, which is exact.
struct Query {
    x: Vec<f64>,
    foot: Vec<f64>,
    distance: f64,
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Shape::HalfSpace => "half-plane",
            Shape::Ball => "disc",
            Shape::Cube => "cube",
        }
    }

    /// Positive inside.
    fn signed_distance(self, x: &[f64]) -> Interval {
        match (self, x) {
            (Shape::HalfSpace, [x, y]) => {
                let along =
                    Interval::integer(3) * Interval::data(*x) + Interval::integer(4) * Interval::data(*y);
                along / Interval::integer(5)
            }
            (Shape::Ball, _) => Interval::integer(5) - distance::enclose(x, &vec![0.0; x.len()], Cost::L2),
            (Shape::Cube, _) => {
                let beyond = || x.iter().map(|x| Interval::data(*x).abs() - Interval::ONE);
                let inside = beyond().reduce(Interval::max).unwrap_or(Interval::ENTIRE);
                let squares =
                    beyond().map(|b| b.max(Interval::ZERO).sqr()).fold(Interval::ZERO, |sum, b| sum + b);
                -(squares.sqrt() + inside.min(Interval::ZERO))
            }
            (Shape::HalfSpace, _) => Interval::ENTIRE,
        }
    }

    /// Points at exact distances from their feet, on both sides.
    fn queries(self, ctx: &Context) -> Result<Vec<Query>, CheckError> {
        let fine = ctx.count(8, 32, 128) as i32;
        let steps = || (1 - fine..=3 * fine).filter(move |k| *k != 0).map(move |k| f64::from(k) / 8.0);
        let query = |x: Vec<f64>, foot: Vec<f64>, distance: f64| Query { x, foot, distance };
        Ok(match self {
            Shape::HalfSpace => {
                let along = |t: f64, k: f64| {
                    let foot = vec![4.0 * t, -3.0 * t];
                    query(vec![foot[0] + 3.0 * k, foot[1] + 4.0 * k], foot, 5.0 * k.abs())
                };
                steps().flat_map(|k| [-2.0, 0.0, 7.0].map(|t| along(t, k))).collect()
            }
            Shape::Ball => {
                let feet = [[3.0, 4.0], [-4.0, 3.0], [0.0, -5.0], [5.0, 0.0]];
                let beyond = |k: f64, foot: [f64; 2]| {
                    query(foot.map(|y| y * (1.0 + k)).to_vec(), foot.to_vec(), 5.0 * k.abs())
                };
                // Past the centre the nearest point is another.
                steps().filter(|k| *k > -1.0).flat_map(|k| feet.map(|foot| beyond(k, foot))).collect()
            }
            Shape::Cube => {
                let out = |k: f64, axis: usize| {
                    let mut foot = vec![0.125; 3];
                    foot[axis] = -1.0;
                    let mut x = foot.clone();
                    x[axis] -= k;
                    query(x, foot, k.abs())
                };
                // Nearer to this face than to any other.
                steps().filter(|k| *k >= -0.75).flat_map(|k| [0, 1, 2].map(|axis| out(k, axis))).collect()
            }
        })
    }
}

/// That values of the distance at the query and 0 at its foot respect M0, and those of the next larger number don't.
fn largest(name: &str, query: &Query) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let pair = Points::new(query.x.len(), [query.x.clone(), query.foot.clone()].concat())?;
    let witness = || format!("{name}, at distance {} from the frontier", query.distance);
    let held = lipschitz::values(&pair, &[query.distance, 0.0], 1.0);
    finding.judged("the distance at x and 0 at its foot respect their distance", held, witness);
    let larger = lipschitz::values(&pair, &[query.distance.next_up(), 0.0], 1.0);
    finding.disproved("the next larger number respects it", larger, witness);
    Ok(finding)
}

/// Compares a function of the signed distance with it: decisions, slope to the foot, certificate.
fn compare(ctx: &Context, shape: Shape, rival: fn(Interval) -> Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    for Query { x, foot, distance } in shape.queries(ctx)? {
        let (s, f) = (shape.signed_distance(&x), rival(shape.signed_distance(&x)));
        let at_foot = rival(shape.signed_distance(&foot));
        let witness = || format!("{}: f in {f}, signed distance in {s}", shape.name());
        let distance = Interval::data(distance);
        finding.at_most("f(x) and s(x) decide alike", Interval::ZERO, f * s, witness);
        finding.at_most("f is 0 at the foot", at_foot.abs(), Interval::ZERO, witness);
        finding.at_most(
            "|s(x)| is the distance to the foot",
            (s.abs() - distance).abs(),
            Interval::ZERO,
            witness,
        );
        finding.at_most("|f(x) - f(foot)| <= |x - foot|", (f - at_foot).abs(), distance, witness);
        finding.at_most("|f(x)| <= |s(x)|", f.abs(), s.abs(), witness);
    }
    Ok(finding)
}
