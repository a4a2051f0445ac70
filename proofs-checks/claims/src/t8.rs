//! T8: along the pairs of an optimal plan every optimal potential is the same, with slope 1.

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict,
    Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{Bracket, Plan};
use lip1_kernel::{Interval, Points, Theorem, lipschitz};
use lip1_ot::{Certified, Problem, Settings, certify, solve};

use crate::picture::Drawn;
use crate::rounding;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T8",
    section: Section::Transport,
    title: "Gradients point along transport rays",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "On the segment from z_j to x_i, a pair that an optimal plan uses, every optimal potential is affine with slope 1 and \
         differentiable inside: its gradient is the unit vector from the negative to the positive point.",
    )],
    formula: r"\pi_{ij} > 0 \;\Longrightarrow\; f\bigl((1-t) z_j + t x_i\bigr) = f(z_j) + t\,|x_i - z_j|, \qquad \nabla f = \frac{x_i - z_j}{|x_i - z_j|}",
    hypotheses: &[
        "the pair is used by an optimal plan",
        "f is an optimal potential",
        "the point lies between the two",
    ],
    source: "Complementary slackness gives f(x_i) - f(z_j) = |x_i - z_j|. f(x) >= f(x_i) - |x - x_i| and f(x) <= f(z_j) + |x - z_j| meet \
             on the segment, for every 1-Lipschitz f with these values (M0); the two cones are smooth there and touch, so f is \
             differentiable with their common gradient.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_two_extensions_meet_exactly_on_rational_rays",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for potential in rational()? {
                    finding.merge(along(&potential, &potential.used)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_two_extensions_meet_on_rays_of_random_and_real_samples",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                let each = ctx.count(25, 80, 170);
                for classes in
                    [Classes::breast_cancer(each, each)?, Classes::digits(3, 8, each)?, clouds(ctx, each)?]
                {
                    let (potential, bracket) = optimal(&classes)?;
                    finding.theorem(&bracket);
                    let width = bracket.upper_bound() - bracket.lower_bound();
                    finding.required(
                        "cost of the plan - KR(f) <= rounding",
                        width,
                        potential.rounding,
                        || format!("{}: W1 is in {}", classes.name, bracket.enclosure()),
                    );
                    finding.merge(along(&potential, &potential.used)?);
                }
                finding.picture(picture(ctx)?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "the_extensions_of_an_unused_pair_do_not_meet",
            breaks: "the pair is used by an optimal plan",
            run: |_| {
                let (potential, _) = optimal(&Classes::breast_cancer(20, 20)?)?;
                along(&potential, &[potential.slackest()])
            },
        },
        Control {
            name: "half_of_an_optimal_potential_is_not_determined",
            breaks: "f is an optimal potential",
            run: |_| {
                let (mut potential, _) = optimal(&Classes::breast_cancer(20, 20)?)?;
                potential.values.iter_mut().for_each(|value| *value *= 0.5);
                along(&potential, &potential.used)
            },
        },
        Control {
            name: "opposite_labels_closer_by_a_few_roundings_leave_a_gap",
            breaks: "f is an optimal potential",
            run: |_| {
                let classes = Classes::breast_cancer(20, 20)?;
                let (mut potential, _) = optimal(&classes)?;
                let lower = 4.0 * potential.allowed().upper();
                potential.values.iter_mut().take(classes.positive.len()).for_each(|value| *value -= lower);
                along(&potential, &potential.used)
            },
        },
        Control {
            name: "one_unit_in_the_last_place_below_slope_1_leaves_a_gap_on_a_rational_ray",
            breaks: "f is an optimal potential",
            run: |_| {
                let mut ray = one_ray()?;
                ray.values.iter_mut().take(1).for_each(|value| *value = value.next_down());
                along(&ray, &ray.used)
            },
        },
        Control {
            name: "beyond_the_positive_point_the_extensions_part",
            breaks: "the point lies between the two",
            run: |_| {
                let (mut potential, _) = optimal(&Classes::breast_cancer(1, 1)?)?;
                potential.at = &[1.5];
                along(&potential, &potential.used)
            },
        },
    ],
};

/// What gaps are measured in.
const UNIT: &str = "distance";

/// Places on a segment that are looked at, as shares of the way from the negative to the positive point.
const PLACES: &[f64] = &[0.125, 0.5, 0.75];

/// Values on points, positive ones first, with pairs (positive, negative) along which they should be determined.
struct Potential {
    name: String,
    points: Points,
    values: Vec<f64>,
    used: Vec<(usize, usize)>,
    /// How far values may be off, 0 where they are exact.
    rounding: Interval,
    /// The Lipschitz constant that they respect in spite of it.
    constant: f64,
    /// The diagonal of the box around all points.
    diagonal: Interval,
    /// Where on the segments to look.
    at: &'static [f64],
}

impl Potential {
    /// How far apart the extensions may be where they should meet: what values that are off do, and a constant that is above 1 over a
    /// segment and a step across it.
    fn allowed(&self) -> Interval {
        let room = Interval::data(self.constant) - Interval::ONE;
        self.rounding + room * Interval::integer(2) * self.diagonal
    }

    /// The pair of opposite points whose rise is furthest below its distance.
    fn slackest(&self) -> (usize, usize) {
        let rows = self.used.iter().map(|(i, _)| *i);
        let columns = || self.used.iter().map(|(_, j)| *j);
        let pairs = rows.flat_map(|i| columns().map(move |j| (i, j)));
        let slack = |&(i, j): &(usize, usize)| {
            distance::below(self.points.row(i), self.points.row(j), Cost::L2)
                - (self.values[i] - self.values[j])
        };
        pairs.max_by(|a, b| slack(a).total_cmp(&slack(b))).unwrap_or_default()
    }
}

/// An optimal potential of a sample, extended to both classes, with the pairs that an optimal plan uses; and what the kernel makes of both.
fn optimal(classes: &Classes) -> Result<(Potential, Theorem<Bracket>), CheckError> {
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { bracket, solution, .. } = certify(&problem, solve(&problem, &Settings::default())?)?;
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let points = Points::new(p.dim(), p.coords().iter().chain(q.coords()).copied().collect())?;
    let rounding = rounding::of_transport(problem.statement());
    let rows = || points.rows().enumerate();
    let pairs =
        rows().flat_map(|(i, x)| rows().skip(i + 1).map(move |(_, y)| distance::enclose(x, y, Cost::L2)));
    let nearest = pairs.filter(|apart| apart.lower() > 0.0).reduce(Interval::min).unwrap_or(Interval::ONE);
    let Plan { flows } = solution.plan;
    let potential = Potential {
        name: classes.name.clone(),
        values: extended(p, q, &solution.potentials.v),
        used: flows.iter().map(|&(i, j, _)| (i as usize, p.len() + j as usize)).collect(),
        // Values off by a rounding are steepest between the two nearest points.
        constant: (Interval::ONE + rounding / nearest).upper(),
        diagonal: rounding::diagonal(p, q, Cost::L2),
        rounding,
        points,
        at: PLACES,
    };
    Ok((potential, bracket))
}

/// `min_j v_j + |x - z_j|` on all points of both classes: 1-Lipschitz up to rounding.
fn extended(p: &Points, q: &Points, v: &[f64]) -> Vec<f64> {
    let value = |x: &[f64]| {
        q.rows().zip(v).map(|(z, v)| v + distance::below(x, z, Cost::L2)).fold(f64::INFINITY, f64::min)
    };
    p.rows().chain(q.rows()).map(value).collect()
}

/// Points and values with which every distance along a ray is whole, and the pairs that are rays.
fn exact(
    name: &str,
    coords: &[f64],
    values: &[f64],
    used: &[(usize, usize)],
) -> Result<Potential, CheckError> {
    let points = Points::new(2, coords.to_vec())?;
    Ok(Potential {
        name: name.to_owned(),
        diagonal: rounding::diagonal(&points, &points, Cost::L2),
        points,
        values: values.to_vec(),
        used: used.to_vec(),
        rounding: Interval::ZERO,
        constant: 1.0,
        at: PLACES,
    })
}

fn one_ray() -> Result<Potential, CheckError> {
    exact("one ray", &[48.0, 64.0, 0.0, 0.0], &[80.0, 0.0], &[(0, 1)])
}

/// Multiples of (3, 4) and of (-4, 3), on which the potential is known.
fn rational() -> Result<Vec<Potential>, CheckError> {
    Ok(vec![
        one_ray()?,
        exact(
            "two rays that meet at a right angle",
            &[24.0, 32.0, -32.0, 24.0, 0.0, 0.0],
            &[40.0, 40.0, 0.0],
            &[(0, 2), (1, 2)],
        )?,
        exact(
            "three points on a ray",
            &[24.0, 32.0, 48.0, 64.0, 0.0, 0.0, -24.0, -32.0],
            &[40.0, 80.0, 0.0, -40.0],
            &[(0, 2), (1, 3), (0, 3)],
        )?,
    ])
}

fn clouds(ctx: &Context, each: usize) -> Result<Classes, CheckError> {
    let cloud = |name: &str, centre: [f64; 2]| gaussian(ctx.seed(name), each, &centre, 1.0);
    Ok(Classes::uniform(
        "two clouds in the plane",
        cloud("positive", [1.5, 0.5])?,
        cloud("negative", [-1.0, 0.0])?,
    )?)
}

fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let classes = clouds(ctx, 30)?;
    let (potential, _) = optimal(&classes)?;
    let dots = |points: &Points| points.rows().map(|x| (x[0], x[1])).collect::<Vec<_>>();
    let place = |row: usize| {
        let x = potential.points.row(row);
        (x[0], x[1])
    };
    let segments: Vec<(f64, f64)> = potential.used.iter().flat_map(|(i, j)| [place(*j), place(*i)]).collect();
    // The last third of each segment, thickened by a second series: where the potential is higher.
    let heads = potential.used.iter().flat_map(|(i, j)| {
        let (to, from) = (place(*i), place(*j));
        [(to.0 + (from.0 - to.0) / 3.0, to.1 + (from.1 - to.1) / 3.0), to]
    });
    let series = |name: &str, mark, points| Series { name: name.to_owned(), mark, points };
    Chart {
        title: "Transport rays: on each segment every optimal potential rises with slope 1".to_owned(),
        alternative: "Two clouds of thirty points in the plane, each positive point joined to the negative one that an optimal plan \
                      sends it to. The segments do not cross; the end at the positive point, where every optimal potential is \
                      higher, has another colour."
            .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            series("ray of the optimal plan", Mark::Segments, segments),
            series("its upper end", Mark::Segments, heads.collect()),
            series("label +1", Mark::Dots, dots(classes.positive.points())),
            series("label -1", Mark::Dots, dots(classes.negative.points())),
        ],
    }
    .drawn_to_scale()
}

/// Length of a step across the segment, as a share of the way to its nearer end.
const ACROSS: f64 = 0.125;

/// That on each segment the largest and the smallest extension meet the line between the two values, and that across it they stay within
/// `h^2/(2 r)` of it, `r` the way to the nearer end: so every potential with these values has the gradient of the line.
fn along(potential: &Potential, pairs: &[(usize, usize)]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Potential { name, points, values, constant, diagonal, at, .. } = potential;
    let judgement = lipschitz::values(points, values, *constant);
    let Some(theorem) = finding.judged("f is 1-Lipschitz", judgement, || name.clone()) else {
        return Ok(finding);
    };
    let reason = "roundings of the potential, one a point, as steep as the two nearest points make them";
    let tolerance = Tolerance::new(potential.allowed(), *diagonal, reason);
    for &(i, j) in pairs {
        let (x, z) = (points.row(i), points.row(j));
        let length = distance::enclose(x, z, Cost::L2);
        if length.upper() <= 0.0 {
            continue;
        }
        for &t in *at {
            let inside: Vec<f64> = x.iter().zip(z).map(|(x, z)| z + t * (x - z)).collect();
            let line = Interval::data(values[j]) + Interval::data(t) * length;
            let ends = [theorem.smallest_at(&inside)?, theorem.largest_at(&inside)?];
            for end in ends {
                finding.equal_within("an extension = f(z) + t |x - z|", end, line, tolerance, || {
                    format!("{name}: rows {i} and {j} at {t}: {end} against {line}")
                });
            }
            let nearer = Interval::data(t.min((1.0 - t).abs())) * length;
            for (aside, step) in aside(x, z, &inside, nearer) {
                let bound = step.sqr() / (Interval::integer(2) * nearer);
                for end in [theorem.smallest_at(&aside)?, theorem.largest_at(&aside)?] {
                    finding.at_most_within(
                        "off the line <= h^2/(2 r)",
                        (end - line).abs(),
                        bound,
                        tolerance,
                        || {
                            format!(
                                "{name}: across rows {i} and {j} at {t}, step {step}: {end} against {line}"
                            )
                        },
                    );
                }
            }
        }
    }
    Ok(finding)
}

/// Two points across the segment: steps at right angles to it, in the plane of its two largest coordinates, with their lengths.
fn aside(x: &[f64], z: &[f64], inside: &[f64], nearer: Interval) -> Vec<(Vec<f64>, Interval)> {
    let direction: Vec<f64> = x.iter().zip(z).map(|(x, z)| x - z).collect();
    let mut order: Vec<usize> = (0..direction.len()).collect();
    order.sort_by(|a, b| direction[*b].abs().total_cmp(&direction[*a].abs()));
    let [a, b, ..] = order[..] else { return Vec::new() };
    let across = direction[a].hypot(direction[b]);
    let size = ACROSS * nearer.lower() / across;
    let step = |sign: f64| {
        let mut moved = inside.to_vec();
        moved[a] += sign * size * direction[b];
        moved[b] -= sign * size * direction[a];
        let length = distance::enclose(&moved, inside, Cost::L2);
        (moved, length)
    };
    vec![step(1.0), step(-1.0)]
}
