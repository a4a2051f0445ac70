//! `lip1 check`: the kernel alone, on a saved certificate.

use std::fs;
use std::time::Instant;

use lip1_checks::certificate;
use lip1_kernel::{Claim, Limits};
use serde::Serialize;

use super::{Answer, Failure};

/// Check a saved certificate with the kernel alone; exit status 1 if it is refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The certificate, as written by `--certificate`
    certificate: String,
    /// Refuse it if the check may take more steps, about a nanosecond each, than this; by default 1e9 and 10 times the square of its
    /// size in bytes
    #[arg(long, value_name = "N")]
    steps: Option<f64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Checked {
    kind: Option<&'static str>,
    status: &'static str,
    lower: Option<f64>,
    upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    seconds: f64,
    check_seconds: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let began = Instant::now();
        let file = &self.certificate;
        let text = fs::read_to_string(file).map_err(|error| Failure::new(format!("{file}: {error}")))?;
        let certificate =
            certificate::read(&text).map_err(|error| Failure::new(format!("{file}: {error}")))?;
        let limits = self.steps.map_or(Limits::of_file(text.len()), |steps| Limits { steps });
        let began_check = Instant::now();
        let verdict = certificate.check(limits);
        let check_seconds = began_check.elapsed().as_secs_f64();
        let claim: Option<Claim> = verdict.as_ref().ok().map(|claim| **claim);
        let checked = Checked {
            kind: claim.map(|claim| claim.kind),
            status: if claim.is_some() { "accepted" } else { "refused" },
            lower: claim.map(|claim| claim.lower),
            upper: claim.map(|claim| claim.upper).filter(|upper| upper.is_finite()),
            why: verdict.err().map(|refusal| refusal.to_string()),
            seconds: began.elapsed().as_secs_f64(),
            check_seconds,
        };
        let text = if self.json { Answer::json(&checked)? } else { in_words(&checked) };
        Ok(Answer::judged(text, claim.is_some()))
    }
}

fn in_words(checked: &Checked) -> String {
    match (checked.kind, checked.lower, checked.upper, &checked.why) {
        (Some(kind), Some(lower), Some(upper), _) => format!("accepted: {kind} in [{lower:?}, {upper:?}]\n"),
        (Some(kind), Some(lower), None, _) => format!("accepted: {kind} at least {lower:?}\n"),
        (.., why) => format!("refused: {}\n", why.as_deref().unwrap_or_default()),
    }
}
