//! `lip1 lipschitz`: the Lipschitz constant of a model, bracketed with proof.

use std::time::Instant;

use lip1_checks::certificate;
use lip1_checks::outputs::File;
use lip1_core::{Model, ModelLayer, hints, steepest_pair};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::network::{bracket, lipschitz, quotient};
use lip1_kernel::{Certificate, Proof};
use nalgebra::DMatrix;
use serde::Serialize;

use super::table::aligned;
use super::{Answer, Failure, model, output};

/// Bracket the Lipschitz constant of a model in l2, with that of each layer alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The model, a safetensors file
    model: String,
    /// Write the certificate, for `lip1 check`; `-` is standard output
    #[arg(long, value_name = "F")]
    certificate: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Bracket {
    lower: f64,
    upper: f64,
    layers: Vec<Row>,
    seconds: f64,
    check_seconds: f64,
}

#[derive(Serialize)]
struct Row {
    index: usize,
    kind: &'static str,
    /// The norm that distances of inputs and outputs are measured in.
    norm: &'static str,
    lower: f64,
    upper: f64,
    /// `inputs -> outputs` and the singular values of a dense weight, for readers only.
    #[serde(skip)]
    shown: [String; 2],
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let outputs = output::examine(&[&self.model], &[&self.certificate], self.json)?;
        let model = model::read(&self.model)?;
        let said = |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", self.model));
        let began = Instant::now();
        let net = model.net();
        let all = hints(net.layers());
        let pair = steepest_pair(net).map_err(|error| said(&error))?.points.clone();
        let mut layers = Vec::new();
        for (index, layer) in model.layers().iter().enumerate() {
            layers.push(row(&model, index, layer).map_err(|error| said(&error))?);
        }
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let certified = lipschitz(net, &all).map_err(|error| said(&error))?;
        let steep = quotient(net, &pair[0], &pair[1]).map_err(|error| said(&error))?;
        let proved = bracket(&steep, &certified).map_err(|error| said(&error))?;
        let (lower, upper) = (proved.lower, proved.upper);
        let check_seconds = began.elapsed().as_secs_f64();
        if let Some(name) = &self.certificate {
            let proof = Proof::Lipschitz(net.clone(), all, pair);
            let certificate = Certificate { proof, bracket: (lower, upper) };
            outputs.write(&[File::new(name, certificate::text(&certificate))]).map_err(Failure::new)?;
        }
        let bracket = Bracket { lower, upper, layers, seconds, check_seconds };
        let text = if self.json { Answer::json(&bracket)? } else { in_words(&bracket) };
        Ok(Answer::passed(text).beside(&outputs))
    }
}

fn row(model: &Model, index: usize, layer: &ModelLayer) -> Result<Row, lip1_core::Error> {
    let alone = model.alone(layer)?;
    let proved = bracket(&steepest_pair(&alone)?, &lipschitz(&alone, &hints(alone.layers()))?)?;
    let shown = [format!("{} -> {}", layer.inputs, layer.outputs), singular(&alone)];
    Ok(Row { index, kind: layer.kind, norm: "l2", lower: proved.lower, upper: proved.upper, shown })
}

/// The least and the largest singular value of a single weight, as computed in `f64`.
fn singular(net: &Net) -> String {
    let matrix = match net.layers() {
        [Layer::Dense(dense)] => DMatrix::from_row_slice(dense.outputs, dense.inputs, &dense.weight),
        [Layer::Conv(conv)] => {
            DMatrix::from_row_slice(conv.outputs, conv.weight.len() / conv.outputs.max(1), &conv.weight)
        }
        _ => return String::new(),
    };
    let values = matrix.singular_values();
    format!("[{:.6}, {:.6}]", values.min(), values.max())
}

fn in_words(bracket: &Bracket) -> String {
    let head = ["layer", "kind", "shape", "at least", "at most", "singular values"].map(str::to_owned);
    let rows = bracket.layers.iter().map(|row| {
        let [shape, singular] = row.shown.clone();
        let ends = [row.lower, row.upper].map(|end| format!("{end:.9}"));
        let [lower, upper] = ends;
        [row.index.to_string(), row.kind.to_owned(), shape, lower, upper, singular]
    });
    let table = aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    let Bracket { lower, upper, .. } = bracket;
    format!("{table}\nLipschitz constant (l2) in [{lower:?}, {upper:?}]\n")
}
