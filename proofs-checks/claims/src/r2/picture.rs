//! Steps to the frontier of a snowflake.

use lip1_datasets::worlds::Polygon;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Picture};
use nalgebra::DVector;
use rand::RngExt;

use crate::picture::Drawn;

/// Points from which a step is drawn.
const POINTS: usize = 60;

/// Random points and the segments along which the gradient leads to the frontier.
pub(super) fn steps(ctx: &Context) -> Result<Picture, CheckError> {
    let snowflake = Polygon::von_koch(3, 3.0)?;
    let mut random = ctx.generator("picture");
    let mut frontier: Vec<(f64, f64)> = snowflake.ends().map(|(from, _)| (from[0], from[1])).collect();
    frontier.extend(frontier.first().copied());
    let (mut dots, mut segments) = (Vec::new(), Vec::new());
    for _ in 0..POINTS {
        let x = [random.random_range(-2.4..2.4), random.random_range(-1.9..1.9)];
        let foot = DVector::from_column_slice(&snowflake.foot(x));
        dots.push((x[0], x[1]));
        segments.extend([(x[0], x[1]), (foot[0], foot[1])]);
    }
    Chart {
        title: "Steps of length |f| down the gradient of a signed distance".to_owned(),
        alternative: "Sixty points inside and outside a snowflake of three iterations, each joined to the closest point of the \
                      frontier, where its step lands."
            .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            Series { name: "f = 0".to_owned(), mark: Mark::Line, points: frontier },
            Series { name: "step -f grad f".to_owned(), mark: Mark::Segments, points: segments },
            Series { name: "start".to_owned(), mark: Mark::Dots, points: dots },
        ],
    }
    .drawn_to_scale()
}
