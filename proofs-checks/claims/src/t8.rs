//! T8: along the pairs of an optimal plan every optimal potential is the same, with slope 1.

mod rays;

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Picture, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::Plan;
use lip1_ot::{Certified, Problem, Settings, certify, solve};

use crate::picture::Drawn;
use rays::{Potential, along};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T8",
    section: Section::Transport,
    title: "Gradients point along transport rays",
    statement: "On the segment from z_j to x_i, a pair that an optimal plan uses, every optimal potential is affine with slope 1 and \
                differentiable inside: its gradient is the unit vector from the negative to the positive point.",
    formula: r"\pi_{ij} > 0 \;\Longrightarrow\; f\bigl((1-t) z_j + t x_i\bigr) = f(z_j) + t\,|x_i - z_j|, \qquad \nabla f = \frac{x_i - z_j}{|x_i - z_j|}",
    corrected: None,
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
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for potential in rational()? {
                    finding.merge(along(&potential, &potential.used.clone())?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_two_extensions_meet_on_rays_of_random_and_real_samples",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                let each = ctx.count(25, 80, 170);
                let samples = [Classes::cells(each, each)?, Classes::digits(3, 8, each)?, clouds(ctx, each)?];
                for classes in samples {
                    let potential = optimal(&classes)?;
                    finding.merge(along(&potential, &potential.used.clone())?);
                }
                finding.picture(picture(ctx)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "the_extensions_of_an_unused_pair_do_not_meet",
            breaks: "the pair is used by an optimal plan",
            run: |_| {
                let potential = optimal(&Classes::cells(20, 20)?)?;
                let unused = potential.slackest();
                Ok(Rejection::of(&along(&potential, &[unused])?))
            },
        },
        Control {
            name: "half_of_an_optimal_potential_is_not_determined",
            breaks: "f is an optimal potential",
            run: |_| {
                let mut potential = optimal(&Classes::cells(20, 20)?)?;
                potential.values.iter_mut().for_each(|value| *value *= 0.5);
                Ok(Rejection::of(&along(&potential, &potential.used.clone())?))
            },
        },
        Control {
            name: "beyond_the_positive_point_the_extensions_part",
            breaks: "the point lies between the two",
            run: |_| {
                let mut potential = optimal(&Classes::cells(1, 1)?)?;
                potential.at = &[1.5];
                Ok(Rejection::of(&along(&potential, &potential.used.clone())?))
            },
        },
    ],
};

/// What gaps are measured in.
const UNIT: &str = "share of the diameter";

/// Places on a segment that are looked at, as shares of the way from the negative to the positive point.
const PLACES: &[f64] = &[0.125, 0.5, 0.75];

/// An optimal potential of a sample, extended to both classes, with the pairs that an optimal plan uses.
fn optimal(classes: &Classes) -> Result<Potential, CheckError> {
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { solution, .. } = certify(&problem, solve(&problem, &Settings::default())?)?;
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let coords = p.coords().iter().chain(q.coords()).copied().collect();
    let Plan { flows } = solution.plan;
    Ok(Potential {
        name: classes.name.clone(),
        points: Points::new(p.dim(), coords)?,
        values: rays::extended(p, q, &solution.potentials.v),
        used: flows.iter().map(|&(i, j, _)| (i as usize, p.len() + j as usize)).collect(),
        constant: rays::ROOM,
        at: PLACES,
    })
}

/// Multiples of (3, 4) and of (-4, 3): every distance along a ray is whole, and the potential is known.
fn rational() -> Result<Vec<Potential>, CheckError> {
    let known = |name: &str,
                 coords: &[f64],
                 values: &[f64],
                 used: &[(usize, usize)]|
     -> Result<Potential, CheckError> {
        Ok(Potential {
            name: name.to_owned(),
            points: Points::new(2, coords.to_vec())?,
            values: values.to_vec(),
            used: used.to_vec(),
            constant: 1.0,
            at: PLACES,
        })
    };
    Ok(vec![
        known("one ray", &[48.0, 64.0, 0.0, 0.0], &[80.0, 0.0], &[(0, 1)])?,
        known(
            "two rays that meet at a right angle",
            &[24.0, 32.0, -32.0, 24.0, 0.0, 0.0],
            &[40.0, 40.0, 0.0],
            &[(0, 2), (1, 2)],
        )?,
        known(
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
    let potential = optimal(&classes)?;
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
