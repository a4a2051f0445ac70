//! L3: the two ends of the temperature scale.

use crate::{
    About, Check, CheckError, Claim, Context, Control, Evidence, Finding, Rejection, Section, Verdict,
};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L3",
    section: Section::Losses,
    title: "Temperature limits of the log loss",
    statement: "0 <= softplus(-z) - (ln 2 - z/2) <= z^2/8.",
    corrected: None,
    hypotheses: &["the constant 1/8 (the largest second derivative is 1/4)"],
    source: "Loss section; g(0) = g'(0) = 0 and 0 < g'' <= 1/4 for g(z) = softplus(-z) - (ln 2 - z/2).",
    expected: Verdict::Holds,
    checks: &[Check {
        name: "softplus_stays_within_an_eighth_of_z_squared",
        essential: true,
        about: About::Transcribed,
        run: eighth,
    }],
    controls: &[Control { name: "a_sixteenth_is_too_small", breaks: "the constant 1/8", run: sixteenth }],
};

fn examine(ctx: &Context, constant: f64) -> Result<Finding, CheckError> {
    ctx.sampled("z", "nats", &(0.1..3.0_f64), ctx.cases(64, 1_000, 100_000), |z| {
        let remainder = (-z).exp().ln_1p() - (2.0_f64.ln() - z / 2.0);
        Ok((constant * z * z - remainder).min(remainder))
    })
}

fn eighth(ctx: &Context) -> Result<Evidence, CheckError> {
    Ok(examine(ctx, 1.0 / 8.0)?.sampled())
}

fn sixteenth(ctx: &Context) -> Result<Rejection, CheckError> {
    Ok(Rejection::of(&examine(ctx, 1.0 / 16.0)?))
}
