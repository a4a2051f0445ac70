//! Lower ends of the capacity of a box or a ball.

use lip1_kernel::capacity::{self, Scale};
use lip1_kernel::construction;
use lip1_kernel::packing::{Domain, IntegerPoints};

use crate::end::End;
use crate::packing::{
    BoxPlan, LISTED, Spread, Units, best_hexagonal, best_lattice_in_ball, cross_polytope, hexagonal_points,
    lexicode, points, reed_muller, simplex,
};
use crate::query::Query;

/// How hard the optimiser looks for packings of few points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Random starts for each number of points; 0 turns the optimiser off.
    pub starts: usize,
    /// Largest number of points it tries.
    pub most_points: usize,
    /// Seed of the starts; the same seed gives the same packing.
    pub seed: u64,
}

impl Default for Search {
    fn default() -> Self {
        Search { starts: 24, most_points: 20, seed: 0 }
    }
}

/// Coordinates (points times dimension) beyond which the optimiser's linear programs take too long.
const MOST_COORDINATES: usize = 60;

/// What is asked, in the terms of the kernel and in units for coordinates.
#[derive(Debug, Clone, Copy)]
struct Task {
    query: Query,
    scale: Scale,
    units: Units,
}

impl Task {
    /// The packing as a lower end, if the kernel accepts it.
    fn listed(self, coords: Vec<i64>, by: &str) -> Option<End> {
        let points = IntegerPoints { dim: self.query.dim(), coords };
        let end = End::of(construction::points(self.scale, &points), by)?;
        Some(End { points: Some(points), ..end })
    }

    /// The construction, and its points if there are few and units can tell them.
    fn described(self, end: Option<End>, points: impl FnOnce() -> Option<Vec<i64>>) -> [Option<End>; 2] {
        let few = end.as_ref().is_some_and(|end| end.least() <= LISTED as f64);
        let by = end.as_ref().map(|end| end.by.clone()).unwrap_or_default();
        let listed = few.then(points).flatten().and_then(|coords| self.listed(coords, &by));
        [end, listed]
    }
}

/// The better of two lower ends; of equals the one of higher rank.
fn better(best: End, next: End) -> End {
    let larger = next.least() > best.least() || next.least() >= best.least() && next.rank() > best.rank();
    if larger { next } else { best }
}

/// The best lower end this crate can construct; `upper` tells when to stop searching.
pub(crate) fn lower(query: Query, scale: Scale, search: Search, upper: f64) -> End {
    let task = Task { query, scale, units: Units::of(query.ratio()) };
    // Balls of radius 2m about a maximal packing cover; a lattice has translates with its mean number of points.
    let covering = capacity::covering_lower(scale);
    let first = End { bound: covering, by: "covering".to_owned(), points: None };
    let mut found = vec![
        task.listed(vec![0; query.dim()], "one point"),
        End::of(Ok(capacity::corrected_lower(scale)), "mean over translates of a lattice"),
    ];
    match query.domain() {
        Domain::Box => found.extend(in_box(task)),
        Domain::Ball => found.extend(in_ball(task)),
    }
    let best = found.into_iter().flatten().filter(|end| end.least().is_finite()).fold(first, better);
    spread(task, search, upper, best)
}

fn in_box(task: Task) -> Vec<Option<End>> {
    let (dim, ratio) = (task.query.dim(), task.query.ratio());
    let plan = BoxPlan::new(dim, ratio);
    let blocks = plan.blocks();
    let planned = End::of(construction::product(task.scale, &blocks), plan.name());
    let mut found = Vec::from(task.described(planned, || points(&blocks, LISTED)));
    found.push(task.listed(lexicode(dim, task.units), "lexicographic code"));
    let code = reed_muller(dim, ratio).map(|blocks| construction::product(task.scale, &blocks));
    found.push(code.and_then(|code| End::of(code, "Reed-Muller code")));
    found
}

fn in_ball(task: Task) -> Vec<Option<End>> {
    let dim = task.query.dim();
    let mut found = vec![
        End::of(capacity::line_exact(task.scale), "line"),
        End::of(construction::simplex(task.scale), "simplex"),
    ];
    if 2 * dim <= LISTED && dim * dim <= LISTED * 64 {
        found.push(task.listed(simplex(dim, task.units), "simplex"));
        found.push(task.listed(cross_polytope(dim, task.units), "cross-polytope"));
    }
    if let Some((centre, bound)) = best_hexagonal(task.scale) {
        let end = End::of(Ok(bound), "hexagonal");
        found.extend(task.described(end, || hexagonal_points(task.scale, centre, LISTED)));
    }
    if let Some((name, coords)) = best_lattice_in_ball(dim, task.query.ratio(), LISTED) {
        found.push(task.listed(coords, name));
    }
    found
}

/// Tries one point more than the best known until the optimiser fails.
fn spread(task: Task, search: Search, upper: f64, best: End) -> End {
    let (query, extent) = (task.query, task.query.ratio().approx());
    let mut best = best;
    let most = search.most_points.min(MOST_COORDINATES / query.dim());
    while best.least() < upper && best.least() < most as f64 {
        let attempt = Spread {
            domain: query.domain(),
            dim: query.dim(),
            points: best.least() as usize + 1,
            extent,
            starts: search.starts,
            seed: search.seed,
        };
        let found = attempt.run().and_then(|coords| {
            let coords = coords.iter().map(|x| task.units.round(*x, extent)).collect();
            task.listed(inward(query.domain(), query.dim(), task.units, coords), "optimiser")
        });
        match found {
            Some(more) => best = better(best, more),
            None => break,
        }
    }
    best
}

/// Moves points that rounding put outside the ball one unit towards its centre, along every axis.
fn inward(domain: Domain, dim: usize, units: Units, mut coords: Vec<i64>) -> Vec<i64> {
    let square = i128::from(units.size).pow(2);
    for point in coords.chunks_mut(dim) {
        match domain {
            Domain::Box => point.iter_mut().for_each(|x| *x = (*x).clamp(0, units.size)),
            Domain::Ball => {
                if point.iter().map(|x| i128::from(*x).pow(2)).sum::<i128>() > square {
                    point.iter_mut().for_each(|x| *x -= x.signum());
                }
            }
        }
    }
    coords
}
