//! Lower ends of the capacity of a box or a ball.

use lip1_kernel::capacity::{self, CapacityBound};
use lip1_kernel::packing::{self, Domain, IntegerPoints};
use lip1_kernel::{Interval, Theorem};

use crate::count::Count;
use crate::error::Error;
use crate::origin::{CheckedPacking, Origin, Outside};
use crate::packing::{
    BoxPlan, DiscRows, LISTED, ReedMuller, Scale, Spread, best_lattice_in_ball, centred_hexagonal,
    cross_polytope, lexicode, simplex,
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

/// A lower end with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Lower {
    /// The number of points, exact below 2^53, rounded down above.
    pub value: f64,
    /// The construction.
    pub by: String,
    /// What proves it: points when there are at most 4096, otherwise a formula.
    pub origin: Origin,
}

impl Lower {
    fn formula(count: Count, by: impl Into<String>) -> Lower {
        Lower { value: count.below(), by: by.into(), origin: Origin::Outside(Outside::Construction) }
    }

    /// A closed form of the kernel; a cardinality is at least the lower end of its value, rounded up.
    fn proved(bound: Theorem<CapacityBound>, by: &str) -> Option<Lower> {
        let value = bound.lower_bound().map(Interval::lower)?.ceil();
        let lower = Lower { value, by: by.to_owned(), origin: Origin::Formula(bound) };
        (value.is_finite() && value >= 1.0).then_some(lower)
    }

    /// The better of the two; of equals the one that the kernel proved, from points if possible.
    fn or(self, other: Lower) -> Lower {
        let better =
            other.value > self.value || other.value >= self.value && other.origin.rank() > self.origin.rank();
        if better { other } else { self }
    }

    fn or_maybe(self, other: Option<Lower>) -> Lower {
        match other {
            Some(other) => self.or(other),
            None => self,
        }
    }
}

/// The best lower end this crate can construct; `upper` tells when to stop searching.
pub(crate) fn lower(query: Query, search: Search, upper: f64) -> Result<Lower, Error> {
    let scale = Scale::of(query.ratio());
    let mut best = Lower::formula(Count::ONE, "one point").or_maybe(covering(query)?);
    best = match query.domain() {
        Domain::Box => in_box(query, scale, best),
        Domain::Ball => in_ball(query, scale, best)?,
    };
    Ok(spread(query, scale, search, upper, best))
}

fn in_box(query: Query, scale: Scale, best: Lower) -> Lower {
    let dim = query.dim();
    let plan = BoxPlan::new(dim, scale);
    // A packing short enough to be written out counts only if the kernel accepts it.
    let planned = match plan.points(LISTED) {
        Some(coords) => checked(query, scale, coords, &plan.name()),
        None => Some(Lower::formula(plan.count(), plan.name())),
    };
    best.or_maybe(planned)
        .or_maybe(grid(query))
        .or_maybe(checked(query, scale, lexicode(dim, scale), "lexicographic code"))
        .or_maybe(
            ReedMuller::best(dim, query.ratio()).map(|code| Lower::formula(code.count(), "Reed-Muller code")),
        )
}

/// The grid's closed form, which the kernel checks: `floor(r/2) + 1` points an axis.
fn grid(query: Query) -> Option<Lower> {
    let per_axis = u64::try_from(query.ratio().num() / (2 * query.ratio().den()) + 1).ok()?;
    let bound = capacity::grid_lower(query.scale().ok()?, per_axis).ok()?;
    Lower::proved(bound, "grid")
}

fn in_ball(query: Query, scale: Scale, best: Lower) -> Result<Lower, Error> {
    let dim = query.dim();
    let mut best = best;
    if 2 * dim <= LISTED && dim * dim <= LISTED * 64 {
        best = best.or_maybe(checked(query, scale, simplex(dim, scale), "simplex")).or_maybe(checked(
            query,
            scale,
            cross_polytope(dim, scale),
            "cross-polytope",
        ));
    }
    if dim == 1 {
        let line = capacity::line_exact(query.scale()?)?;
        best = best.or_maybe(Lower::proved(line, "line"));
    }
    if dim == 2
        && let Some(rows) = DiscRows::best(scale)
    {
        let cut = match rows.points(LISTED) {
            Some(coords) => checked(query, scale, coords, "hexagonal"),
            None => Some(Lower::formula(rows.count(), "hexagonal")),
        };
        let centred = centred_hexagonal(query.ratio()).map(|count| Lower::formula(count, "hexagonal"));
        best = best.or_maybe(centred).or_maybe(cut);
    }
    if let Some((name, coords)) = best_lattice_in_ball(dim, query.ratio(), scale, LISTED) {
        best = best
            .or(Lower::formula(Count::Exact((coords.len() / dim) as u128), name))
            .or_maybe(checked(query, scale, coords, name));
    }
    Ok(best.or_maybe(simplex_formula(query)))
}

/// n + 1 points where the simplex just fits: `r² >= 2n/(n+1)`.
fn simplex_formula(query: Query) -> Option<Lower> {
    let n = query.dim() as u128;
    // All below 2^121 times 4097.
    let fits =
        query.ratio().num().pow(2).checked_mul(n + 1)? >= query.ratio().den().pow(2).checked_mul(2 * n)?;
    fits.then(|| Lower::formula(Count::Exact(n + 1), "simplex"))
}

/// `(1/2m)^n vol(X)/vol(B)`: a maximal packing covers, so it has at least as many points.
fn covering(query: Query) -> Result<Option<Lower>, Error> {
    Ok(Lower::proved(capacity::corrected_lower(query.scale()?), "covering"))
}

/// Tries one point more than the best known until the optimiser fails.
fn spread(query: Query, scale: Scale, search: Search, upper: f64, best: Lower) -> Lower {
    let extent = query.ratio().approx();
    let mut best = best;
    let most = search.most_points.min(MOST_COORDINATES / query.dim());
    while best.value < upper && best.value < most as f64 {
        let points = best.value as usize + 1;
        let attempt = Spread {
            domain: query.domain(),
            dim: query.dim(),
            points,
            extent,
            starts: search.starts,
            seed: search.seed,
        };
        let found = attempt.run().and_then(|coords| {
            let coords = coords.iter().map(|x| scale.round(*x, extent)).collect();
            checked(query, scale, inward(query.domain(), query.dim(), scale, coords), "optimiser")
        });
        match found {
            Some(better) => best = best.or(better),
            None => break,
        }
    }
    best
}

/// Moves points that rounding put outside the ball one unit towards its centre, along every axis.
fn inward(domain: Domain, dim: usize, scale: Scale, mut coords: Vec<i64>) -> Vec<i64> {
    let square = i128::from(scale.size).pow(2);
    for point in coords.chunks_mut(dim) {
        match domain {
            Domain::Box => point.iter_mut().for_each(|x| *x = (*x).clamp(0, scale.size)),
            Domain::Ball => {
                if point.iter().map(|x| i128::from(*x).pow(2)).sum::<i128>() > square {
                    point.iter_mut().for_each(|x| *x -= x.signum());
                }
            }
        }
    }
    coords
}

/// The packing as a lower end, if the kernel accepts it.
fn checked(query: Query, scale: Scale, coords: Vec<i64>, by: &str) -> Option<Lower> {
    let points = IntegerPoints { dim: query.dim(), coords };
    let bound = packing::inside(&points, query.domain(), scale.size, scale.separation).ok()?;
    let value = Count::Exact(bound.count as u128).below();
    let origin = Origin::Packing(CheckedPacking { points, bound });
    Some(Lower { value, by: by.to_owned(), origin })
}
