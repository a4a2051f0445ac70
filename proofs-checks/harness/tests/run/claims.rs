//! Claims for these tests: a true one, a false one, one that panics.

use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use rand::RngExt;

/// Squares are not negative: three checks of different kinds.
pub(crate) static SQUARES: Claim = Claim {
    id: "S1",
    checks: &[
        Check { name: "squares_of_samples", essential: true, about: "a", run: samples },
        Check { name: "squares_of_intervals", essential: true, about: "a", run: intervals },
        Check { name: "squares_of_integers", essential: false, about: "a", run: integers },
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
    checks: &[Check { name: "squares_are_negative", essential: true, about: "a", run: negative }],
    controls: &[Control { name: "cubes", breaks: "the exponent is even", run: cubes }],
    ..blank()
};

/// A claim whose control is accepted.
pub(crate) static TOOTHLESS: Claim = Claim {
    id: "S3",
    checks: &[Check { name: "squares_of_samples", essential: true, about: "a", run: samples }],
    controls: &[Control { name: "squares", breaks: "nothing", run: squares_as_a_control }],
    ..blank()
};

/// A check that panics and one that cannot be carried out.
pub(crate) static CRASHING: Claim = Claim {
    id: "S4",
    checks: &[
        Check { name: "panics", essential: true, about: "a", run: |_| panic!("on purpose") },
        Check { name: "fails", essential: false, about: "a", run: fails },
    ],
    controls: &[Control { name: "panics_too", breaks: "nothing", run: |_| panic!("on purpose") }],
    ..blank()
};

/// An author's sentence that is false, with one that holds in its place, beside a transcribed one that holds.
pub(crate) static CORRECTED: Claim = Claim {
    id: "S5",
    sentences: &[
        Sentence::new("a", Whose::Author("Prop 0"), "Squares are <i>negative</i>."),
        Sentence::correction("a'", "a", "Squares are not negative."),
        Sentence::new("b", Whose::Transcribed, "Squares of integers are not negative."),
    ],
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check { name: "integers_do_not_tell", essential: false, about: "a", run: integers },
        Check { name: "squares_are_negative", essential: true, about: "a", run: negative },
        Check { name: "squares_of_intervals", essential: true, about: "a'", run: intervals },
        Check { name: "squares_of_integers", essential: true, about: "b", run: integers },
    ],
    controls: &[Control { name: "cubes", breaks: "the exponent is even", run: cubes }],
    ..blank()
};

/// The same with a control that is accepted.
pub(crate) static CORRECTED_TOOTHLESS: Claim = Claim {
    id: "S6",
    sentences: CORRECTED.sentences,
    expected: Verdict::Inconclusive,
    checks: CORRECTED.checks,
    controls: TOOTHLESS.controls,
    ..blank()
};

const STATEMENT: &[Sentence] = &[Sentence::new("a", Whose::Ours, "A statement.")];

const fn blank() -> Claim {
    Claim {
        id: "",
        section: Section::Losses,
        title: "A <b>title</b>",
        sentences: STATEMENT,
        formula: "0 \\le x^2",
        hypotheses: &["the exponent is even"],
        source: "Nowhere.",
        expected: Verdict::Holds,
        checks: &[],
        controls: &[],
    }
}

fn powers(ctx: &Context, exponent: i32) -> Result<Finding, CheckError> {
    ctx.sampled("x", "units", &(-10.0..10.0_f64), ctx.cases(50, 500, 5_000), |x| {
        let mut finding = Finding::new("units");
        finding.float(x.powi(exponent), || format!("x = {x}"));
        Ok(finding)
    })
}

fn samples(ctx: &Context) -> Result<Finding, CheckError> {
    powers(ctx, 2)
}

fn cubes(ctx: &Context) -> Result<Finding, CheckError> {
    powers(ctx, 3)
}

fn numbers(ctx: &Context) -> Result<Finding, CheckError> {
    powers(ctx, 1)
}

fn squares_as_a_control(ctx: &Context) -> Result<Finding, CheckError> {
    powers(ctx, 2)
}

fn judged(ctx: &Context, flipped: bool) -> Finding {
    let mut random = ctx.generator("x");
    let mut finding = Finding::new("units");
    for _ in 0..20 {
        let x: f64 = random.random_range(1.0..10.0);
        let square = Interval::data(x).sqr();
        let (left, right) = if flipped { (square, Interval::ZERO) } else { (Interval::ZERO, square) };
        finding.at_most("0 and a square", left, right, || format!("x = {x:?}"));
    }
    finding
}

fn intervals(ctx: &Context) -> Result<Finding, CheckError> {
    Ok(judged(ctx, false))
}

fn negative(ctx: &Context) -> Result<Finding, CheckError> {
    Ok(judged(ctx, true))
}

fn integers(_: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::enumerating("units", "integers from -5 to 5", 11);
    for n in -5_i32..=5 {
        finding.element(n);
        finding.not_above("0 <= n^2", &0, &(n * n), || n.to_string());
    }
    Ok(finding)
}

fn fails(_: &Context) -> Result<Finding, CheckError> {
    Err(CheckError::Instance("there is none".to_owned()))
}
