//! Claims for these tests: a true one, a false one, one that panics.

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Evidence, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use rand::RngExt;

/// Squares are not negative: three checks of different kinds.
pub(crate) static SQUARES: Claim = Claim {
    id: "S1",
    checks: &[
        Check { name: "squares_of_samples", essential: true, about: About::Transcribed, run: samples },
        Check { name: "squares_of_intervals", essential: true, about: About::Transcribed, run: intervals },
        Check { name: "squares_of_integers", essential: false, about: About::Transcribed, run: integers },
    ],
    controls: &[
        Control { name: "cubes", breaks: "the exponent is even", run: cubes },
        Control { name: "numbers", breaks: "the exponent is even", run: numbers },
    ],
    ..blank()
};

/// The first claim with its inequality flipped.
pub(crate) static FLIPPED: Claim = Claim {
    id: "S2",
    checks: &[Check {
        name: "squares_are_negative",
        essential: true,
        about: About::Transcribed,
        run: negative,
    }],
    controls: &[Control { name: "cubes", breaks: "the exponent is even", run: cubes }],
    ..blank()
};

/// A claim whose control is accepted.
pub(crate) static TOOTHLESS: Claim = Claim {
    id: "S3",
    checks: &[Check { name: "squares_of_samples", essential: true, about: About::Transcribed, run: samples }],
    controls: &[Control { name: "squares", breaks: "nothing", run: squares_as_a_control }],
    ..blank()
};

/// A check that panics and one that cannot be carried out.
pub(crate) static CRASHING: Claim = Claim {
    id: "S4",
    checks: &[
        Check { name: "panics", essential: true, about: About::Transcribed, run: |_| panic!("on purpose") },
        Check { name: "fails", essential: false, about: About::Transcribed, run: fails },
    ],
    controls: &[Control { name: "panics_too", breaks: "nothing", run: |_| panic!("on purpose") }],
    ..blank()
};

const fn blank() -> Claim {
    Claim {
        id: "",
        section: Section::Losses,
        title: "A <b>title</b>",
        statement: "A statement.",
        formula: "0 \\le x^2",
        corrected: None,
        hypotheses: &["the exponent is even"],
        source: "Nowhere.",
        expected: Verdict::Holds,
        checks: &[],
        controls: &[],
    }
}

fn powers(ctx: &Context, exponent: i32) -> Result<Finding, CheckError> {
    ctx.sampled("x", "units", &(-10.0..10.0_f64), ctx.cases(50, 500, 5_000), |x| Ok(x.powi(exponent)))
}

fn samples(ctx: &Context) -> Result<Evidence, CheckError> {
    Ok(powers(ctx, 2)?.sampled())
}

fn cubes(ctx: &Context) -> Result<Rejection, CheckError> {
    Ok(Rejection::of(&powers(ctx, 3)?))
}

fn numbers(ctx: &Context) -> Result<Rejection, CheckError> {
    Ok(Rejection::of(&powers(ctx, 1)?))
}

fn squares_as_a_control(ctx: &Context) -> Result<Rejection, CheckError> {
    Ok(Rejection::of(&powers(ctx, 2)?))
}

fn judged(ctx: &Context, flipped: bool) -> Finding {
    let mut random = ctx.generator("x");
    let mut finding = Finding::new("units");
    for _ in 0..20 {
        let x: f64 = random.random_range(1.0..10.0);
        let square = Interval::point(x).sqr();
        let (left, right) = if flipped { (square, Interval::ZERO) } else { (Interval::ZERO, square) };
        finding.at_most("0 and a square", left, right, || format!("x = {x:?}"));
    }
    finding
}

fn intervals(ctx: &Context) -> Result<Evidence, CheckError> {
    Ok(judged(ctx, false).certified(Scope::Instances))
}

fn negative(ctx: &Context) -> Result<Evidence, CheckError> {
    Ok(judged(ctx, true).certified(Scope::Instances))
}

fn integers(_: &Context) -> Result<Evidence, CheckError> {
    let mut finding = Finding::new("units");
    for n in -5_i32..=5 {
        finding.exact(n * n >= 0, || n.to_string());
    }
    Ok(finding.exhaustive(Scope::Universal))
}

fn fails(_: &Context) -> Result<Evidence, CheckError> {
    Err(CheckError::Instance("there is none".to_owned()))
}
