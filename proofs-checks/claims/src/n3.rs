//! N3: Björck iteration converges to the polar factor.

use lip1_core::{Parametrisation, Weight, bjorck_step, polar};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Lemma, Picture, Section, Sentence, Tolerance,
    Verdict, Whose,
};
use lip1_kernel::Interval;
use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N3",
    section: Section::Networks,
    title: "Björck iteration",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The iteration W <- W (I + (I - W'W)/2) converges to the polar factor of W when W has full rank and \
         |W|_2 < sqrt 3 (sufficient). Every singular value follows s -> s (3 - s^2)/2; near 1 its error e becomes \
         -(3/2) e^2 - e^3/2.",
    )],
    formula: r"W_{t+1} = W_t \bigl(I + \tfrac12 (I - W_t^{\mathsf T} W_t)\bigr) \longrightarrow U V^{\mathsf T}, \qquad s \mapsto \tfrac12 s (3 - s^2), \qquad e \mapsto -\tfrac32 e^2 - \tfrac12 e^3",
    hypotheses: &[
        "W has full rank",
        "the norm of W is below sqrt 3",
        "the step is W (I + (I - W'W)/2), with one half",
    ],
    source: "Björck and Bowie 1971. W = U S V' gives U S(3 - S^2)/2 V', and the scalar map is decided by three identities. The \
             iteration of lip1-core is compared in floating point, within the rounding of its products: an enclosure of 40 \
             steps would grow by the size of the matrix in each.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_identities_of_the_scalar_map_hold_at_more_points_than_their_degree",
            essential: true,
            about: "a",
            run: |_| Ok(identities(1)),
        },
        Check {
            name: "a_step_on_dyadic_matrices_follows_the_cubic_exactly",
            essential: true,
            about: "a",
            run: exact_steps,
        },
        Check {
            name: "singular_values_follow_the_cubic_at_every_step",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = over(ctx, Spectrum::Sound, steps)?;
                finding.picture(picture()?);
                Ok(finding)
            },
        },
        Check {
            name: "the_iteration_ends_at_the_polar_factor",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, Spectrum::Sound, end),
        },
    ],
    controls: &[
        Control {
            name: "a_singular_value_of_0_stays_0",
            breaks: "W has full rank",
            run: |ctx| over(ctx, Spectrum::With(0.0, 0.0), end),
        },
        Control {
            name: "a_singular_value_from_1_75_to_2_14_ends_at_minus_1",
            breaks: "the norm of W is below sqrt 3",
            run: |ctx| over(ctx, Spectrum::With(1.75, 2.14), end),
        },
        Control {
            name: "a_singular_value_above_the_root_of_5_diverges",
            breaks: "the norm of W is below sqrt 3",
            run: |ctx| over(ctx, Spectrum::With(2.24, 2.5), end),
        },
        Control {
            name: "a_step_without_the_half_has_other_identities",
            breaks: "the step is W (I + (I - W'W)/2), with one half",
            run: |_| Ok(identities(2)),
        },
    ],
};

// The scalar map g(s) = s + (s - s^3)/2 = s (3 - s^2)/2, in integers.

/// From three identities to the convergence of every singular value, and of the matrix.
static CUBIC: Lemma = Lemma {
    name: "cubic",
    statement: "If g(s) = s + (s - s^3)/2 satisfies 1 - g(s) = (1 - s)^2 (2 + s)/2, g(s) - s = s (1 - s)(1 + s)/2 and \
                g(1 + e) - 1 = -3/2 e^2 - e^3/2, then the iteration converges to the polar factor of every W of full rank \
                and norm below sqrt 3, and errors near 1 follow the third identity.",
    proof: "W = U S V' gives W (I + (I - W'W)/2) = U g(S) V', so the frames stay and each singular value follows g. On \
            (0, sqrt 3) g(s) = s (3 - s^2)/2 is positive, and by the first identity at most 1. By the second g(s) > s on \
            (0, 1): from the first step on the values increase, below 1, to a fixed point in (0, 1], of which 1 is the only \
            one. U V' is the polar factor. Both sides of each identity are polynomials of degree at most 3, which are equal if \
            they agree at four points.",
    facts: "three identities at four whole numbers each",
};

/// Both sides of an identity between polynomials, times 2; the first gets `2 g`.
type Identity = (&'static str, fn(&dyn Fn(i64) -> i64, i64) -> i64, fn(i64) -> i64);

/// Degree of the polynomials, and as many points and one more at which they are compared.
const DEGREE: u128 = 3;
const POINTS: std::ops::RangeInclusive<i64> = -1..=2;

const IDENTITIES: [Identity; 3] = [
    ("1 - g(s) = (1 - s)^2 (2 + s)/2", |twice, s| 2 - twice(s), |s| (1 - s).pow(2) * (2 + s)),
    ("g(s) - s = s (1 - s)(1 + s)/2", |twice, s| twice(s) - 2 * s, |s| s * (1 - s) * (1 + s)),
    ("g(1 + e) - 1 = -3/2 e^2 - 1/2 e^3", |twice, e| twice(1 + e) - 2, |e| -3 * e * e - e.pow(3)),
];

/// The identities for `g(s) = s + halves (s - s^3)/2`.
fn identities(halves: i64) -> Finding {
    let size = IDENTITIES.len() as u128 * (DEGREE + 1);
    let mut finding = Finding::reducing("units", &CUBIC, size);
    let twice = |s: i64| 2 * s + halves * (s - s.pow(3));
    for (name, left, right) in IDENTITIES {
        for s in POINTS {
            finding.element((name, s));
            finding.equal(name, &left(&twice, s), &right(s), || format!("at {s}"));
        }
    }
    finding
}

// Matrices on which floating point makes no error.

/// A matrix of integers.
type Whole = DMatrix<i64>;

/// Root of the common length of a frame's rows.
const LENGTH: i64 = 4;

/// Singular values are multiples of one over this.
const PARTS: i64 = 16;

/// A random matrix `F` of integers of that size, a multiple of 4, with `F F' = 16 I`: two Hadamard matrices of size 4 in
/// blocks, between signed permutations.
fn whole_frame(size: usize, random: &mut ChaCha8Rng) -> Whole {
    let hadamard = |i: usize, j: usize| match (i / 4 == j / 4, (i & j & 3).count_ones() % 2) {
        (false, _) => 0,
        (true, 0) => 1,
        (true, _) => -1,
    };
    let blocks = Whole::from_fn(size, size, hadamard);
    let mut shuffled = || {
        let mut places: Vec<usize> = (0..size).collect();
        places.shuffle(random);
        let signs: Vec<i64> = (0..size).map(|_| if random.random() { 1 } else { -1 }).collect();
        Whole::from_fn(size, size, |i, j| if places[i] == j { signs[i] } else { 0 })
    };
    shuffled() * &blocks * shuffled() * &blocks * shuffled()
}

/// One step of lip1-core from `U S V'` to `U g(S) V'`, all entries multiples of `2^-25` and below 2: nothing is rounded.
fn exact_steps(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units");
    let mut random = ctx.generator("whole");
    for trial in 0..ctx.count(100, 1_000, 20_000) {
        let (rows, columns) = ([4, 8][trial % 2], [4, 8][trial / 2 % 2]);
        let count = rows.min(columns);
        let left = whole_frame(rows, &mut random);
        let right = whole_frame(columns, &mut random);
        // Up to 2: the cubic is followed beyond sqrt 3, and at 0, too.
        let values: Vec<i64> = (0..count).map(|_| random.random_range(0..=2 * PARTS)).collect();
        let placed = |values: &[i64]| {
            let middle = Whole::from_fn(rows, columns, |i, j| if i == j { values[i] } else { 0 });
            &left * middle * right.transpose()
        };
        let unit = (LENGTH * LENGTH * PARTS) as f64;
        let after = bjorck_step(&placed(&values).map(|entry| entry as f64 / unit));
        // 2 PARTS^3 g(d / PARTS) = d (3 PARTS^2 - d^2).
        let moved: Vec<i64> = values.iter().map(|d| d * (3 * PARTS * PARTS - d * d)).collect();
        let unit = (2 * LENGTH * LENGTH * PARTS.pow(3)) as f64;
        let expected: Vec<i64> = placed(&moved).iter().copied().collect();
        let after = after.iter().map(|entry| whole(entry * unit)).collect::<Result<Vec<i64>, _>>()?;
        finding.equal("a step gives U g(S) V'", &after, &expected, || {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            format!("{rows} x {columns}, singular values {} over {PARTS}", values.join(", "))
        });
    }
    Ok(finding)
}

/// A floating-point number as the integer that it is.
fn whole(x: f64) -> Result<i64, CheckError> {
    if x.fract().abs() <= 0.0 && x.abs() <= 2.0_f64.powi(53) {
        Ok(x as i64)
    } else {
        Err(CheckError::Instance(format!("{x} is no whole number")))
    }
}

// The iteration in floating point, on matrices of prescribed singular values.

/// Smallest singular value of a sound matrix.
const LEAST: f64 = 0.031_25;

/// Steps after which singular values in [1/32, 1.7] have arrived: each multiplies a small one by nearly 3/2, so 10 lead to 1,
/// and at the top 1.7 falls to 0.09.
const STEPS: usize = 40;

/// Rounding errors of a step or of a decomposition, in units of `n eps`: a few products of matrices.
const ROUNDINGS: f64 = 64.0;

/// Which singular values a matrix gets.
#[derive(Clone, Copy)]
enum Spectrum {
    /// Between 1/32 and 1.7.
    Sound,
    /// The same, with one of them between two numbers.
    With(f64, f64),
}

/// A matrix with what it was made of.
struct Instance {
    matrix: DMatrix<f64>,
    /// The polar factor.
    target: DMatrix<f64>,
    /// Smallest singular value.
    least: f64,
}

/// An orthonormal frame: `rows` by `columns`, `rows >= columns`.
fn frame(rows: usize, columns: usize, seed: u64, stream: u64) -> Result<DMatrix<f64>, CheckError> {
    let weight = Weight::random(rows, columns, Parametrisation::Orthogonal, 1.0, seed, stream);
    Ok(weight.map_err(CheckError::during("frame"))?.matrix().clone())
}

impl Instance {
    fn new(values: &[f64], rows: usize, columns: usize, seed: u64) -> Result<Self, CheckError> {
        let left = frame(rows, values.len(), seed, 0)?;
        let right = frame(columns, values.len(), seed, 1)?;
        let scaled = &left * DMatrix::from_diagonal(&DVector::from_column_slice(values));
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Self { matrix: scaled * right.transpose(), target: left * right.transpose(), least })
    }

    /// `64 n eps`, `n` the longer side.
    fn rounding(&self) -> f64 {
        ROUNDINGS * self.matrix.nrows().max(self.matrix.ncols()) as f64 * f64::EPSILON
    }
}

/// Examines random matrices up to 24 x 24.
fn over(
    ctx: &Context,
    spectrum: Spectrum,
    examine: fn(&mut Finding, &Instance) -> Result<(), CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("spectra");
    for trial in 0..ctx.count(30, 400, 6_000) as u64 {
        let (rows, columns) = (random.random_range(1..=24_usize), random.random_range(1..=24_usize));
        let mut values: Vec<f64> = (0..rows.min(columns)).map(|_| random.random_range(LEAST..1.7)).collect();
        if let (Spectrum::With(low, high), Some(first)) = (spectrum, values.first_mut()) {
            *first = low + (high - low) * random.random_range(0.0..1.0);
        }
        examine(&mut finding, &Instance::new(&values, rows, columns, ctx.seed("frames") ^ trial)?)?;
    }
    Ok(finding)
}

/// The singular values after each step against the cubic of those before.
fn steps(finding: &mut Finding, instance: &Instance) -> Result<(), CheckError> {
    let sorted = |values: DVector<f64>| {
        let mut values: Vec<f64> = values.iter().copied().collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let rounding = instance.rounding();
    let tolerance = Tolerance::new(Interval::data(rounding), Interval::ONE, "rounding of a step: 64 n eps");
    let mut matrix = instance.matrix.clone();
    for step in 0..STEPS / 4 {
        let expected = matrix.singular_values().map(|s| (s * (3.0 - s * s) / 2.0).abs());
        matrix = bjorck_step(&matrix);
        let pairs = sorted(expected).into_iter().zip(sorted(matrix.singular_values()));
        // A NaN stays the largest.
        let error = pairs.map(|(a, b)| (a - b).abs()).max_by(f64::total_cmp).unwrap_or(f64::NAN);
        finding.float_within(rounding - error, tolerance, || {
            format!("{} x {}, step {step}", matrix.nrows(), matrix.ncols())
        });
    }
    Ok(())
}

/// The distance of the last iterate to the polar factor, that of the construction and that of lip1-core; the polar factor itself
/// moves by the rounding of `W` over its smallest singular value.
fn end(finding: &mut Finding, instance: &Instance) -> Result<(), CheckError> {
    let last = (0..STEPS).fold(instance.matrix.clone(), |matrix, _| bjorck_step(&matrix));
    let moved = instance.rounding() / instance.least.clamp(LEAST, 1.0);
    let reason = "rounding of W over its least singular value: 64 n eps / s";
    let tolerance = Tolerance::new(Interval::data(moved), Interval::ONE, reason);
    let shape = || format!("{} x {}, least {}", last.nrows(), last.ncols(), instance.least);
    finding.float_within(moved - (&last - &instance.target).norm(), tolerance, shape);
    match polar(instance.matrix.clone()) {
        Ok(factor) => finding.float_within(moved - (&last - factor).norm(), tolerance, shape),
        Err(reason) => finding.refused(format!("{}: {reason}", shape())),
    }
    Ok(())
}

/// Singular values over the steps, the sign of the direction they belong to included.
fn picture() -> Result<Picture, CheckError> {
    let starts = [0.05, 0.5, 1.7, 2.0, 2.2];
    let instance = Instance::new(&starts, starts.len(), starts.len(), 0)?;
    let (left, right) = (frame(starts.len(), starts.len(), 0, 0)?, frame(starts.len(), starts.len(), 0, 1)?);
    let mut curves = vec![Vec::new(); starts.len()];
    let mut matrix = instance.matrix;
    for step in 0..12 {
        let inner = left.transpose() * &matrix * &right;
        for (k, curve) in curves.iter_mut().enumerate() {
            curve.push((f64::from(step), inner[(k, k)]));
        }
        matrix = bjorck_step(&matrix);
    }
    let series = starts.iter().zip(curves).map(|(start, points)| Series {
        name: format!("from {start}"),
        mark: Mark::Line,
        points,
    });
    Chart {
        title: "Singular values under Björck iteration".to_owned(),
        alternative: "Singular values of a matrix against the step, with the sign of their direction. From 0.05, 0.5 and 1.7 they \
                      tend to 1. From 2.0 the value becomes negative and tends to -1; from 2.2 it becomes negative, is \
                      too large to stay there, and comes back to 1."
            .to_owned(),
        x: "step".to_owned(),
        y: "singular value".to_owned(),
        series: series.collect(),
    }
    .drawn()
}

#[cfg(test)]
mod tests {
    use lip1_harness::{Finding, Outcome};
    use nalgebra::DMatrix;

    use super::{Instance, end};

    #[test]
    fn a_polar_factor_that_cannot_be_had_is_a_violation() {
        let zero = DMatrix::zeros(2, 2);
        let instance = Instance { matrix: zero.clone(), target: zero, least: 1.0 };
        let mut finding = Finding::new("distance");
        end(&mut finding, &instance).unwrap();
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Violated, 2));
    }
}
