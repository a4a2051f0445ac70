//! `lip1 certify`: the class of each row and a radius within which it cannot change.

use std::time::Instant;

use lip1_checks::csv;
use lip1_core::hints;
use lip1_kernel::Theorem;
use lip1_kernel::decision::Decision;
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::network::{LipschitzNet, lipschitz};
use serde::Serialize;
use serde_json::Value;

use super::labels::{Classes, Labelled};
use super::table::aligned;
use super::{Answer, Failure, model, rows};

/// Certify the decisions of a model: each row's class, and a radius in l2 within which it cannot change.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The model, a safetensors file
    model: String,
    /// Points, one a row; with one column more than inputs, the last is the class; `-` is standard input
    data: String,
    /// Radii at which to report the certified accuracy
    #[arg(long, value_name = "R,...", value_delimiter = ',', allow_negative_numbers = true)]
    radii: Option<Vec<f64>>,
    /// Radii that hold for every evaluation in this format, too: inputs, weights and values between layers are stored in it
    #[arg(long, value_name = "FORMAT", value_enum, long_help = deployed_help())]
    deployed: Option<Deployed>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The formats that a model's numbers are stored in and that its sums run in.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Deployed {
    /// IEEE single precision
    F32,
    /// IEEE double precision
    F64,
    /// IEEE half precision, sums too
    F16,
    /// IEEE half precision, sums in f32
    #[value(name = "f16:f32")]
    F16InF32,
    /// bfloat16, sums too
    Bf16,
    /// bfloat16, sums in f32
    #[value(name = "bf16:f32")]
    Bf16InF32,
}

/// What `--deployed` promises, in the kernel's words.
fn deployed_help() -> String {
    format!(
        "Radii that hold for every evaluation in this format, too, over the whole ball: inputs, weights and values between layers are \
         stored in it, and sums run in it, or in f32 with `:f32`. Allowed: {}. Not covered: {}. A radius ends where a number may \
         overflow; it is 0 where rounding may take the whole margin",
        Format::ROUNDING,
        Format::EXCLUDED.join("; ")
    )
}

/// What an evaluation may do, for which the radii hold.
#[derive(Serialize)]
struct RoundingModel {
    format: &'static str,
    accumulate: &'static str,
    rounding: &'static str,
    excluded: [&'static str; Format::EXCLUDED.len()],
}

impl RoundingModel {
    fn of(format: Format) -> Self {
        let (rounding, excluded) = (Format::ROUNDING, Format::EXCLUDED);
        Self { format: format.storage(), accumulate: format.accumulate(), rounding, excluded }
    }
}

#[derive(Serialize)]
struct Certified {
    rows: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certified: Option<Vec<At>>,
    /// Of `--deployed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<RoundingModel>,
    seconds: f64,
    check_seconds: f64,
}

#[derive(Serialize)]
struct Row {
    prediction: Value,
    /// Null when the decision is the same everywhere.
    radius: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Value>,
}

/// The share of rows that are right and have a larger radius.
#[derive(Debug, Serialize)]
pub(super) struct At {
    pub(super) radius: f64,
    pub(super) accuracy: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        if let Some(radius) = self.radii.iter().flatten().find(|radius| !radius.is_finite() || **radius < 0.0)
        {
            return Err(Failure::new(format!("--radii: {radius} is not a finite number, 0 or more")));
        }
        let format = self.deployed.map(Deployed::format);
        let model = model::read(&self.model)?;
        let table = csv::read(&self.data).map_err(Failure::new)?;
        let net = model.net();
        let data = Labelled::of(&table, net.inputs(), net.outputs())?;
        let began = Instant::now();
        let refused = |error: lip1_kernel::Refusal| Failure::new(format!("{}: {error}", self.model));
        let hints = hints(net.layers());
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let certified = lipschitz(net, &hints).map_err(refused)?;
        let decisions = decide(&certified, &data.points, format)?;
        let check_seconds = began.elapsed().as_secs_f64();
        let answer = Certified {
            accuracy: data.labels.as_ref().map(|labels| accuracy(&decisions, labels)),
            certified: data.labels.as_ref().map(|labels| {
                let radii = self.radii.clone().unwrap_or_else(|| even_radii(&decisions));
                curve(&decisions, labels, &radii)
            }),
            rows: listed(&decisions, data.classes, data.labels.as_deref()),
            model: format.map(RoundingModel::of),
            seconds,
            check_seconds,
        };
        let text = if self.json { Answer::json(&answer)? } else { in_words(&answer, certified.l2()) };
        Ok(Answer::passed(text))
    }
}

impl Deployed {
    fn format(self) -> Format {
        match self {
            Deployed::F32 => Format::F32,
            Deployed::F64 => Format::F64,
            Deployed::F16 => Format::F16,
            Deployed::F16InF32 => Format::F16_F32,
            Deployed::Bf16 => Format::BF16,
            Deployed::Bf16InF32 => Format::BF16_F32,
        }
    }
}

/// The decision of each point, with the radius of the real function or of all evaluations in a format.
pub(super) fn decide<'a>(
    certified: &Theorem<LipschitzNet<'a>>,
    points: &[Vec<f64>],
    format: Option<Format>,
) -> Result<Vec<Theorem<Decision<'a>>>, Failure> {
    rows::each("rows certified", points.len(), |row| {
        let decision = match format {
            None => certified.decide(&points[row]),
            Some(format) => deployed::decide(certified, &points[row], format),
        };
        decision.map_err(|refusal| Failure::new(format!("row {row}: {refusal}")))
    })
}

/// The share of right decisions.
pub(super) fn accuracy(decisions: &[Theorem<Decision<'_>>], labels: &[usize]) -> f64 {
    share(decisions, labels, |_| true)
}

/// The share of decisions that are right with a radius larger than each of those given.
pub(super) fn curve(decisions: &[Theorem<Decision<'_>>], labels: &[usize], radii: &[f64]) -> Vec<At> {
    let at = |radius: f64| At { radius, accuracy: share(decisions, labels, |reach| reach > radius) };
    radii.iter().map(|radius| at(*radius)).collect()
}

fn share(decisions: &[Theorem<Decision<'_>>], labels: &[usize], counts: impl Fn(f64) -> bool) -> f64 {
    let right = decisions.iter().zip(labels).filter(|(d, label)| d.class() == **label && counts(d.radius()));
    right.count() as f64 / decisions.len().max(1) as f64
}

/// From 0 in ten even steps of 1, 2 or 5 times a power of ten to the largest finite radius or beyond.
pub(super) fn even_radii(decisions: &[Theorem<Decision<'_>>]) -> Vec<f64> {
    let finite = decisions.iter().map(|decision| decision.radius()).filter(|radius| radius.is_finite());
    let largest = finite.fold(0.0, f64::max);
    if largest <= 0.0 {
        return vec![0.0];
    }
    let power = (largest / 10.0).log10().floor() as i32;
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| format!("{digit}e{power}").parse().unwrap_or(largest));
    let step: f64 = steps.into_iter().find(|step| 10.0 * step >= largest).unwrap_or(largest);
    (0..=10).map(|k| f64::from(k) * step).collect()
}

fn listed(decisions: &[Theorem<Decision<'_>>], classes: Classes, labels: Option<&[usize]>) -> Vec<Row> {
    let row = |(index, decision): (usize, &Theorem<Decision<'_>>)| Row {
        prediction: classes.name(decision.class()),
        radius: decision.radius(),
        label: labels.and_then(|labels| labels.get(index)).map(|label| classes.name(*label)),
    };
    decisions.iter().enumerate().map(row).collect()
}

/// Rows that are shown to a reader; JSON has them all.
const SHOWN: usize = 20;

fn in_words(answer: &Certified, constant: f64) -> String {
    let head = ["row", "prediction", "radius", "label"].map(str::to_owned);
    let rows = answer.rows.iter().take(SHOWN).enumerate().map(|(index, row)| {
        let label = row.label.as_ref().map(Value::to_string).unwrap_or_default();
        [index.to_string(), row.prediction.to_string(), format!("{:.6}", row.radius), label]
    });
    let mut text = aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    if let Some(more) = answer.rows.len().checked_sub(SHOWN + 1) {
        text += &format!("and {} more (--json lists all)\n", more + 1);
    }
    text += &format!("\n{} rows; Lipschitz constant (l2) at most {constant:?}\n", answer.rows.len());
    if let Some(RoundingModel { format, accumulate, rounding, excluded }) = &answer.model {
        text += &format!(
            "for any evaluation stored in {format} and summed in {accumulate}: {rounding}\nnot for {}\n",
            excluded.join(", ")
        );
    }
    if let (Some(accuracy), Some(curve)) = (answer.accuracy, &answer.certified) {
        text += &format!("accuracy {:.2} %\n\n{}", 100.0 * accuracy, drawn(curve));
    }
    text
}

/// The certified-accuracy curve in letters.
pub(super) fn drawn(curve: &[At]) -> String {
    let head = ["radius", "certified accuracy", ""].map(str::to_owned);
    let rows = curve.iter().map(|at| {
        let bar = "#".repeat((40.0 * at.accuracy).round() as usize);
        [format!("{:.6}", at.radius), format!("{:.2} %", 100.0 * at.accuracy), bar]
    });
    aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}
