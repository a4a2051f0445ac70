//! `lip1 vc network`: affine pieces of a model, and bounds on the capacity of its architecture.

use std::time::Instant;

use lip1_vc::{NetworkCapacity, network_capacity};
use serde::Serialize;
use serde_json::Value;

use crate::commands::{Answer, Failure, model};

/// Count the affine pieces of a network and bound the VC dimension of its architecture.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The model, a safetensors file
    model: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The VC dimensions are those of all networks of the same architecture with one output and free weights.
#[derive(Serialize)]
struct Report {
    inputs: usize,
    /// Hidden neurons in all.
    neurons: usize,
    /// Sets on which every group keeps its order; null for more than two inputs.
    cells: Option<usize>,
    /// Affine pieces on a line, different affine maps in a plane; null for more than two inputs.
    pieces: Option<usize>,
    /// The most cells that the architecture allows; null beyond 128 bits.
    pieces_bound: Option<Value>,
    /// Null where it is not known.
    vc_exact: Option<u64>,
    vc_upper: u64,
    /// The closed form of Bartlett et al. (2019), Theorem 7, rounded up.
    bartlett: f64,
    /// `(n + 1) 2^W`; null beyond 128 bits.
    paper: Option<Value>,
    seconds: f64,
    /// Nothing here has a certificate for the kernel: counts are exact in integers, bounds enclosed.
    check_seconds: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let model = model::read(&self.model)?;
        let began = Instant::now();
        let net = model.net();
        let found =
            network_capacity(net).map_err(|error| Failure::new(format!("{}: {error}", self.model)))?;
        let report = report(net.inputs(), &found, began.elapsed().as_secs_f64());
        let text = if self.json { Answer::json(&report)? } else { in_words(&report) };
        Ok(Answer::passed(text))
    }
}

fn report(inputs: usize, found: &NetworkCapacity, seconds: f64) -> Report {
    Report {
        inputs,
        neurons: found.neurons,
        cells: found.pieces.map(|pieces| pieces.cells),
        pieces: found.pieces.map(|pieces| pieces.maps),
        pieces_bound: found.pieces_bound.map(whole),
        vc_exact: found.vc_exact,
        vc_upper: found.vc_upper,
        bartlett: found.bartlett.upper(),
        paper: found.paper.map(whole),
        seconds,
        check_seconds: 0.0,
    }
}

/// Integers up to here are numbers in JSON, larger ones strings.
const EXACT_IN_F64: u128 = 1 << 53;

fn whole(number: u128) -> Value {
    match u64::try_from(number) {
        Ok(small) if number <= EXACT_IN_F64 => small.into(),
        _ => number.to_string().into(),
    }
}

fn in_words(report: &Report) -> String {
    let shown =
        |value: Option<&dyn ToString>| value.map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let pieces = match (report.pieces, report.cells) {
        (Some(pieces), Some(cells)) => format!("{pieces} affine pieces in {cells} cells"),
        _ => "affine pieces are enumerated for one or two inputs".to_owned(),
    };
    let exact = report.vc_exact.map(|exact| format!(", exactly {exact}")).unwrap_or_default();
    let large = |value: &Option<Value>| match value {
        Some(Value::String(text)) => text.clone(),
        other => shown(other.as_ref().map(|value| value as &dyn ToString)),
    };
    format!(
        "{} inputs, {} hidden neurons: {pieces}, of at most {}\nVC dimension of the architecture at most {}{exact}\n\
         Bartlett et al. (2019), Theorem 7: {}\n(n+1) 2^W: {}\n",
        report.inputs,
        report.neurons,
        large(&report.pieces_bound),
        report.vc_upper,
        report.bartlett,
        large(&report.paper),
    )
}
