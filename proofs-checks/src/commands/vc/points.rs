//! `lip1 vc points`: the largest subset of a file's points that margin classifiers shatter.

use std::time::Instant;

use lip1_checks::outputs::File;
use lip1_checks::{certificate, csv};
use lip1_kernel::{Certificate, Judgement, Points, Proof};
use lip1_vc::{FinitePacking, Label, Limits, UpperBy, labelling_margin, packing_number_watched};
use serde::Serialize;

use crate::commands::progress::Progress;
use crate::commands::{Answer, Failure, output};

/// Bracket the largest number of points of a file that are pairwise at distance at least 2M.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Points, one a row; `-` is standard input
    file: String,
    /// Margin, positive
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    margin: f64,
    /// The last column is one of two classes; is this labelling realised with the margin?
    #[arg(long)]
    labels: bool,
    /// Write the certificate, for `lip1 check`; `-` is standard output
    #[arg(long, value_name = "F")]
    certificate: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Bracket {
    lower: usize,
    upper: usize,
    /// `optimal` when the ends meet, else `open`.
    status: &'static str,
    upper_by: String,
    /// Rows, from 0, of a shattered set with `lower` points.
    shattered: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labelling: Option<Labelling>,
    seconds: f64,
    check_seconds: f64,
}

/// What the file's own classes say.
#[derive(Serialize)]
struct Labelling {
    /// Whether a 1-Lipschitz function has the sign of every class with the margin.
    realised: bool,
    /// Half the smallest distance between the classes, enclosed; null when there is one class only.
    margin_lower: Option<f64>,
    margin_upper: Option<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let outputs = output::examine(&[&self.file], &[&self.certificate], self.json)?;
        let (points, labels) = self.read()?;
        let began = Instant::now();
        let shown = Progress::new("points decided", points.len());
        let found = packing_number_watched(&points, self.margin, Limits::default(), &mut |stage| {
            shown.show(stage.decided, stage.doing);
        })
        .map_err(Failure::new)?;
        drop(shown);
        let labelling = labels.map(|labels| self.labelling(&points, &labels)).transpose()?;
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let certificate = proof(points, self.margin, &found)?;
        certificate.check(lip1_kernel::Limits { steps: f64::INFINITY }).map_err(Failure::new)?;
        let bracket = Bracket {
            lower: found.lower(),
            upper: found.upper,
            status: if found.is_exact() { "optimal" } else { "open" },
            upper_by: named(found.upper_by),
            shattered: found.shattered,
            labelling,
            seconds,
            check_seconds: began.elapsed().as_secs_f64(),
        };
        if let Some(name) = self.certificate {
            outputs.write(&[File::new(name, certificate::text(&certificate))]).map_err(Failure::new)?;
        }
        let text = if self.json { Answer::json(&bracket)? } else { in_words(&bracket) };
        Ok(Answer::passed(text).beside(&outputs))
    }

    fn read(&self) -> Result<(Points, Option<Vec<Label>>), Failure> {
        let table = csv::read(&self.file).map_err(Failure::new)?;
        if !self.labels {
            return Ok((table.points().map_err(Failure::new)?, None));
        }
        let (points, classes) = table.split_last("a class").map_err(Failure::new)?;
        let (low, high) =
            classes.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), c| (l.min(*c), h.max(*c)));
        let label = |(row, class): (usize, &f64)| match (*class <= low, *class >= high) {
            (true, _) => Ok(Label::Minus),
            (_, true) => Ok(Label::Plus),
            _ => Err(Failure::new(
                table.row_error(row, format!("{class} is a third class beside {low} and {high}")),
            )),
        };
        let labels = classes.iter().enumerate().map(label).collect::<Result<_, _>>()?;
        Ok((points, Some(labels)))
    }

    fn labelling(&self, points: &Points, labels: &[Label]) -> Result<Labelling, Failure> {
        let judged = lip1_vc::witness(points, labels, self.margin).map_err(Failure::new)?;
        let realised = match judged {
            Judgement::Verified(_) => true,
            Judgement::Refuted(_) => false,
            Judgement::Undecided(refusal) => return Err(Failure::new(refusal)),
        };
        let margin = labelling_margin(points, labels).map_err(Failure::new)?;
        Ok(Labelling {
            realised,
            margin_lower: margin.map(|margin| margin.lower()),
            margin_upper: margin.map(|margin| margin.upper()),
        })
    }
}

/// The name of the upper end, which says so when no certificate proves it.
fn named(by: UpperBy) -> String {
    let unchecked = if by == UpperBy::Exhaustive { ", not checked by the kernel" } else { "" };
    by.name().to_owned() + unchecked
}

/// What the kernel is to accept: the packing, and the proofs of the upper end (of a weaker one when that is exhaustive).
fn proof(points: Points, margin: f64, found: &FinitePacking) -> Result<Certificate, Failure> {
    let rows = found.shattered.iter().map(|row| u32::try_from(*row).map_err(Failure::new));
    let packed = rows.collect::<Result<_, _>>()?;
    let proof = Proof::Points(points, 2.0 * margin, packed, found.cover());
    Ok(Certificate { proof, bracket: (found.lower() as f64, found.certified_upper() as f64) })
}

fn in_words(bracket: &Bracket) -> String {
    let Bracket { lower, upper, status, upper_by, .. } = bracket;
    let rows: Vec<String> = bracket.shattered.iter().map(usize::to_string).collect();
    let mut text = format!(
        "VC dimension between {lower} and {upper} ({upper_by}); {status}\nshattered rows: {}\n",
        rows.join(" ")
    );
    if let Some(labelling) = &bracket.labelling {
        text += if labelling.realised {
            "labels realised with this margin"
        } else {
            "labels not realised with this margin"
        };
        if let (Some(lower), Some(upper)) = (labelling.margin_lower, labelling.margin_upper) {
            text += &format!("; the largest is in [{lower:?}, {upper:?}]");
        }
        text += "\n";
    }
    text
}
