//! The pictures of F8.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Apart, Course, End, Ends, Temperatures, World};

/// Temperatures at the start in all worlds, in order: one look each.
fn starts(results: &Temperatures) -> Vec<f64> {
    let mut all: Vec<f64> = World::ALL.iter().flat_map(|world| results.starts(*world)).collect();
    all.sort_by(f64::total_cmp);
    all.dedup_by(|a, b| super::equal(*a, *b));
    all
}

/// Every run's distance from the minimiser and the bound on it, one panel a world and a final temperature.
pub(super) fn ends(results: &Temperatures) -> Result<Picture, Error> {
    let panel = |(ends, at): (&Ends, &Apart)| {
        let dots = |(look, start): (usize, f64)| {
            let runs = results.runs(ends.world, start, at.tau);
            let places = runs.map(|(_, end): (&Course, &End)| (end.off, end.at_most));
            Curve::new(format!("from tau = {start}"), Mark::Dots, look, places.collect())
        };
        let mut curves: Vec<Curve> = starts(results).into_iter().enumerate().map(dots).collect();
        let places =
            curves.iter().flat_map(|curve| &curve.points).flat_map(|(off, at_most)| [*off, *at_most]);
        let least = places.filter(|place| *place > 0.0).fold(at.minimisers, f64::min);
        let most = at.minimisers.max(at.radius);
        curves.push(Curve::new("bound reached", Mark::Frontier, 0, vec![(least, least), (most, most)]));
        let other = vec![(least, at.minimisers), (most, at.minimisers)];
        curves.push(Curve::new("distance to the minimiser at the other tau", Mark::Line, 4, other));
        Plot {
            heading: format!("{}, to tau = {}", ends.world.name(), at.tau),
            x: Axis::logarithmic("off the minimiser, found"),
            y: Axis::logarithmic("off the minimiser, at most"),
            map: None,
            curves,
        }
    };
    let panels = results.ends.iter().flat_map(|ends| ends.at.iter().map(move |at| (ends, at)));
    let panels: Vec<Plot> = panels.map(panel).collect();
    let alternative = "For every run, how far its probabilities end from those of the minimiser at its final temperature, and the \
        bound on that, logarithmic axes, one panel a data set and a final temperature. All dots lie above the diagonal, where the \
        bound is larger than what is found, and below the level that marks how far the minimiser at the other temperature \
        is, but for 30 features at the low temperature, where only what is found lies below it.";
    draw("F8: where training ends, from any start", alternative, 2, &panels)
}

/// The mean margin over training, one panel a final temperature.
pub(super) fn margins(results: &Temperatures) -> Result<Picture, Error> {
    let curve = |look: usize, start: f64, course: &Course| {
        let points = course.margins.iter().map(|(step, margin)| (*step as f64, *margin));
        Curve::new(format!("from tau = {start}"), Mark::Line, look, points.collect())
    };
    let mut panels = Vec::new();
    for world in results.ends.iter().map(|ends| ends.world) {
        for end in world.ends() {
            let mut curves = Vec::new();
            for (look, start) in starts(results).into_iter().enumerate() {
                // A place in the legend, in the same order in all panels.
                curves.push(Curve::new(format!("from tau = {start}"), Mark::Line, look, Vec::new()));
                curves.extend(results.runs(world, start, end).map(|(run, _)| curve(look, start, run)));
            }
            if let Some(exact) = results.exact(world, end) {
                let last = curves.iter().flat_map(|c| c.points.last()).map(|(x, _)| *x).fold(1.0, f64::max);
                let level = vec![(1.0, exact.margin), (last, exact.margin)];
                curves.push(Curve::new("exact minimiser", Mark::Frontier, 0, level));
            }
            panels.push(Plot {
                heading: format!("{}, to tau = {end}", world.name()),
                x: Axis::linear("step"),
                y: Axis::linear(format!("mean of y f ({})", world.unit())),
                map: None,
                curves,
            });
        }
    }
    let alternative = "Mean margin over training, one curve a seed and a temperature at the start, one panel a final \
        temperature; from top to bottom the mixture on the line, the cells by two features and by all 30. On the line the \
        curves of all starts end on the black line, the exact minimiser's, with two features on or near it; with 30 they stay \
        below it, close to each other at the low temperature and spread out at the high one.";
    draw("F8: the temperature changed during training", alternative, 2, &panels)
}
