//! `lip1 vc box` and `lip1 vc ball`: the capacity of a whole domain.

use std::time::Instant;

use lip1_kernel::capacity::CapacityBound;
use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, Refusal, Theorem, construction};
use lip1_vc::{Capacity, Query, Route, Search, capacity, refute};
use serde::Serialize;

use crate::commands::{Answer, Failure};

/// Size and margin of a box or a ball.
#[derive(Debug, clap::Args)]
pub(crate) struct Shape {
    /// Dimension
    #[arg(long, value_name = "N")]
    dim: usize,
    /// Side of the box, or radius of the ball; a decimal, taken exactly
    #[arg(long, value_name = "S")]
    size: String,
    /// Margin; a decimal, taken exactly
    #[arg(long, value_name = "M")]
    margin: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A bound whose hypothesis fails is null, and `why` names it.
#[derive(Serialize)]
struct Bracket {
    lower: f64,
    /// Null when every bound leaves the range of `f64`.
    upper: Option<f64>,
    /// The construction or the bound, with the theorem of others that it rests on; the kernel decides the rest.
    lower_by: String,
    upper_by: String,
    paper_lower: Option<f64>,
    paper_upper: Option<f64>,
    corrected_lower: Option<f64>,
    corrected_upper: Option<f64>,
    /// From this size / margin on, in hundredths, the transcribed lower bound is certified false in this dimension; null on a line,
    /// where it holds, and for balls, for which no such ratio is known here.
    paper_false_from: Option<f64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
    seconds: f64,
    check_seconds: f64,
}

impl Shape {
    pub(crate) fn run(self, domain: Domain) -> Result<Answer, Failure> {
        let began = Instant::now();
        let query = Query::of_decimals(domain, self.dim, &self.size, &self.margin).map_err(Failure::new)?;
        let found = capacity(query, Search::default()).map_err(Failure::new)?;
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        recheck(query, &found)?;
        let check_seconds = began.elapsed().as_secs_f64();
        let bracket = bracket(found, paper_false_from(query)?, seconds, check_seconds);
        let text = if self.json { Answer::json(&bracket)? } else { in_words(&bracket) };
        Ok(Answer::passed(text))
    }
}

/// The kernel once more on the packing, to say what checking alone costs.
fn recheck(query: Query, found: &Capacity) -> Result<(), Failure> {
    let Some(points) = found.points() else { return Ok(()) };
    let scale = query.scale().map_err(Failure::new)?;
    construction::points(scale, points).map(|_| ()).map_err(Failure::new)
}

fn bracket(found: Capacity, paper_false_from: Option<f64>, seconds: f64, check_seconds: f64) -> Bracket {
    let (lower, upper) = (found.lower(), Some(found.upper()).filter(|upper| upper.is_finite()));
    let (lower_by, upper_by) = (found.lower_by().to_owned(), found.upper_by().to_owned());
    let mut why = Vec::new();
    let mut end = |name: &str, bound: Result<Theorem<CapacityBound>, Refusal>, end: fn(Interval) -> f64| {
        bound
            .map(|bound| end(bound.enclosure()))
            .map_err(|refusal| why.push(format!("{name}: {refusal}")))
            .ok()
    };
    let paper_lower = end("paper_lower", found.paper_lower, Interval::lower);
    let paper_upper = end("paper_upper", found.paper_upper, Interval::upper);
    let corrected_lower = end("corrected_lower", found.corrected_lower, Interval::lower);
    let corrected_upper = end("corrected_upper", found.corrected_upper, Interval::upper);
    Bracket {
        lower,
        upper,
        lower_by,
        upper_by,
        paper_lower,
        paper_upper,
        corrected_lower,
        corrected_upper,
        paper_false_from,
        why: why.join("; "),
        seconds,
        check_seconds,
    }
}

/// Ratios are searched in hundredths.
const PER_UNIT: u32 = 100;

fn paper_false_from(query: Query) -> Result<Option<f64>, Failure> {
    let Ok(dim) = u32::try_from(query.dim()) else { return Ok(None) };
    if query.domain() == Domain::Ball {
        return Ok(None);
    }
    let found = refute(dim, Route::best(dim), PER_UNIT).map_err(Failure::new)?;
    Ok(found.map(|found| found.ratio.approx()))
}

fn in_words(bracket: &Bracket) -> String {
    let shown = |bound: Option<f64>| bound.map_or_else(|| "none".to_owned(), |bound| bound.to_string());
    let mut text = format!(
        "VC dimension at least {} ({})\nVC dimension at most  {} ({})\n\
         bounds as transcribed: {} and {}\nbounds as corrected:   {} and {}\n",
        bracket.lower,
        bracket.lower_by,
        shown(bracket.upper),
        bracket.upper_by,
        shown(bracket.paper_lower),
        shown(bracket.paper_upper),
        shown(bracket.corrected_lower),
        shown(bracket.corrected_upper),
    );
    if let Some(ratio) = bracket.paper_false_from {
        text += &format!("the transcribed lower bound is false from size / margin {ratio} on\n");
    }
    if !bracket.why.is_empty() {
        text += &format!("none where a hypothesis fails: {}\n", bracket.why);
    }
    text
}
