//! Where the transcribed lower bound exceeds a proved upper bound.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Finding, Lemma, Picture};
use lip1_kernel::Interval;
use lip1_kernel::capacity::{self, Density, Scale};
use lip1_kernel::packing::Domain;
use lip1_vc::{Query, Ratio, Route, Search, refute};

use super::domains::cube;
use super::instance::{UNIT, covers};
use crate::picture::Drawn;

/// Dimension and side/margin, in hundredths, from which on sentence c says that the printed bound is false.
const STATED: [(u32, u128); 4] = [(2, 3472), (3, 1899), (8, 1070), (24, 673)];

/// Ratios are searched in steps of one part of this.
const PER_UNIT: u32 = 100;

/// Dimensions in which Blichfeldt's elementary density bound is the best known to the kernel.
const BLICHFELDT: [u32; 6] = [4, 5, 6, 7, 12, 16];

/// Examines the transcribed lower bound in cubes of 1 and of 35 margins, and where the statement says that it fails.
pub(super) fn transcribed_in_cubes() -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    finding.merge(covers(&cube(2, (35, 1))?, Interval::ONE)?);
    for (dim, hundredths) in STATED {
        finding.merge(covers(&cube(dim, (1, 1))?, Interval::ONE)?);
        finding.merge(covers(&cube(dim, (hundredths, PER_UNIT.into()))?, Interval::ONE)?);
    }
    Ok(finding)
}

static QUOTIENTS: Lemma = Lemma {
    name: "a volume bound that is too large once stays so",
    statement: "If in the cube of side r m the printed lower bound exceeds Oler's bound (n = 2) or the tiling bound of a packing \
                density D at r = r0, it exceeds it at every r >= r0.",
    proof: "The quotients of the upper bound by the printed lower bound are pi (1/(2 sqrt 3) + 1/r + 1/r^2) and D (1 + 2/r)^n. \
            Both decrease with r, so once below 1 they stay below 1. Oler 1961 and the proofs of the densities (Hales 2005; \
            Viazovska 2017; Cohn, Kumar, Miller, Radchenko and Viazovska 2017) are cited.",
    facts: "the ratios stated in dimensions 2, 3, 8 and 24",
};

/// The printed bound must be false at the stated ratio of each dimension, and at no multiple of the step before that.
pub(super) fn from_the_stated_ratios(route: fn(u32) -> Route) -> Result<Finding, CheckError> {
    let mut finding = Finding::reducing("points", &QUOTIENTS, 4);
    for (dim, hundredths) in STATED {
        finding.element(dim);
        let (route, stated) = (route(dim), Ratio::new(hundredths, PER_UNIT.into())?);
        let scale = Query::new(Domain::Box, dim as usize, stated)?.scale()?;
        let told = || format!("dimension {dim}, side/margin {}/{}", stated.num(), stated.den());
        let (above, printed) = (upper(route, scale)?, capacity::paper_lower(scale).enclosure());
        finding.less("upper bound < printed lower bound", above, printed, told);
        let (near, found) = smallest(dim, route)?;
        finding.merge(near);
        let parts = |ratio: Ratio| (ratio.num(), ratio.den());
        finding.equal("smallest ratio found = stated", &found.map(parts), &Some(parts(stated)), told);
    }
    Ok(finding)
}

/// The same with the density bound 1.
pub(super) fn density_one(dim: u32) -> Route {
    Route::Tiling(Density::trivial(dim))
}

/// Elsewhere an elementary density bound refutes as well, at a larger ratio.
pub(super) fn in_other_dimensions() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("ratio");
    for dim in BLICHFELDT {
        finding.merge(smallest(dim, Route::best(dim))?.0);
    }
    Ok(finding)
}

/// The smallest ratio at which the search refutes, and how it compares with the exact root.
fn smallest(dim: u32, route: Route) -> Result<(Finding, Option<Ratio>), CheckError> {
    let mut finding = Finding::new("ratio");
    let Some(found) = refute(dim, route, PER_UNIT)? else {
        finding.refused(format!("nothing is refuted in dimension {dim}"));
        return Ok((finding, None));
    };
    let (ratio, root) = (Interval::ratio(found.ratio.num(), found.ratio.den()), root(dim, route));
    let witness = || format!("dimension {dim}, side/margin {ratio}, root {root}");
    finding.at_most("root <= smallest ratio found", root, ratio, witness);
    let next = root + Interval::ratio(1, PER_UNIT.into());
    finding.at_most("smallest ratio found <= root + step", ratio, next, witness);
    Ok((finding, Some(found.ratio)))
}

fn upper(route: Route, scale: Scale) -> Result<Interval, CheckError> {
    Ok(match route {
        Route::Oler => capacity::oler_upper(scale)?.enclosure(),
        Route::Tiling(density) => capacity::tiling_upper(scale, density)?.enclosure(),
    })
}

/// The ratio at which the transcribed lower bound equals the upper bound; above it the quotient of the two is below 1.
fn root(dim: u32, route: Route) -> Interval {
    let (one, two) = (Interval::ONE, Interval::integer(2));
    match route {
        // r^2/pi = r^2/(2 sqrt 3) + r + 1
        Route::Oler => {
            let a = one / Interval::pi() - one / (two * Interval::integer(3).sqrt());
            (one + (one + Interval::integer(4) * a).sqrt()) / (two * a)
        }
        // r = D^(1/n) (r + 2)
        Route::Tiling(density) => {
            let side = (density.bound.ln() / Interval::integer(dim.into())).exp();
            two * side / (one - side)
        }
    }
}

/// Dimensions of the table.
const TABLE: u32 = 24;

/// From which side/margin on the transcribed lower bound is certified false, in every dimension to 24; nothing on the line.
pub(super) fn by_dimension() -> Result<Picture, CheckError> {
    let mut found = Vec::new();
    for dim in 1..=TABLE {
        let refutation =
            refute(dim, Route::best(dim), PER_UNIT).map_err(CheckError::during("search for a refutation"))?;
        found.push((dim, refutation.map(|refutation| refutation.ratio.approx())));
    }
    let row = |(dim, ratio): &(u32, Option<f64>)| match ratio {
        Some(ratio) => format!("{dim}: {ratio:.2}"),
        None => format!("{dim}: never"),
    };
    let table = found.iter().map(row).collect::<Vec<_>>().join(", ");
    let points = |sharp: bool| {
        let chosen = found.iter().filter(|(dim, _)| [2, 3, 8, 24].contains(dim) == sharp);
        chosen.filter_map(|(dim, ratio)| Some((f64::from(*dim), (*ratio)?))).collect()
    };
    let dots = |name: &str, sharp| Series { name: name.to_owned(), mark: Mark::Dots, points: points(sharp) };
    Chart {
        title: "From which side / margin on the transcribed lower bound is false for a cube".to_owned(),
        alternative: format!(
            "The smallest side / margin, in hundredths, at which the transcribed lower bound for a cube is certified to exceed \
             an upper bound, by dimension: {table}."
        ),
        x: "dimension".to_owned(),
        y: "side / margin".to_owned(),
        series: vec![
            dots("Oler's bound (2) and optimal densities (3, 8, 24)", true),
            dots("Blichfeldt's density bound", false),
        ],
    }
    .drawn()
}

/// The bounds in the plane divided by the transcribed lower bound.
pub(super) fn picture() -> Result<Picture, CheckError> {
    let ratios: Vec<u128> = (4..=100).collect();
    let line =
        |name: &str, bound: &dyn Fn(Scale) -> Result<Interval, CheckError>| -> Result<Series, CheckError> {
            let point = |r: &u128| {
                let scale = Scale::new(Domain::Box, 2, *r, 1)?;
                Ok((*r as f64, (bound(scale)? / capacity::paper_lower(scale).enclosure()).upper()))
            };
            let points = ratios.iter().map(point).collect::<Result<_, CheckError>>()?;
            Ok(Series { name: name.to_owned(), mark: Mark::Line, points })
        };
    let packings = ratios.iter().step_by(4).map(|r| {
        let search = Search { starts: 0, ..Search::default() };
        let found = Ratio::new(*r, 1)
            .and_then(|ratio| Query::new(Domain::Box, 2, ratio))
            .and_then(|query| lip1_vc::capacity(query, search))
            .map_err(CheckError::during("packing"))?;
        let scale = Scale::new(Domain::Box, 2, *r, 1)?;
        Ok((*r as f64, found.lower() / capacity::paper_lower(scale).enclosure().upper()))
    });
    let packings = Series {
        name: "packings found".to_owned(),
        mark: Mark::Dots,
        points: packings.collect::<Result<_, CheckError>>()?,
    };
    Chart {
        title: "The square: bounds on the VC dimension over the transcribed lower bound".to_owned(),
        alternative: "Bounds for a square of side r margins, divided by the transcribed lower bound r^2/pi, for r from 4 \
                      to 100. Oler's upper bound falls from about 1.9 through 1 at r = 34.72, so from there on no set is \
                      as large as the transcribed bound says. The packings found lie below Oler's bound and above the \
                      corrected lower bound, which is a quarter."
            .to_owned(),
        x: "side / margin".to_owned(),
        y: "bound / transcribed lower bound".to_owned(),
        series: vec![
            line("Oler's upper bound", &|scale| Ok(capacity::oler_upper(scale)?.enclosure()))?,
            line("lower bound as transcribed", &|scale| Ok(capacity::paper_lower(scale).enclosure()))?,
            line("corrected lower bound", &|scale| Ok(capacity::covering_lower(scale).enclosure()))?,
            packings,
        ],
    }
    .drawn()
}
