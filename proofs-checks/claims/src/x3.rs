//! X3: any Lipschitz classifier, divided by its constant, is a 1-Lipschitz classifier.

use lip1_core::{Architecture, Parametrisation, certify, steepest_pair};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, forward, network};
use rand::RngExt;

use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "X3",
    section: Section::Expressiveness,
    title: "Every Lipschitz classifier is a 1-Lipschitz one",
    sentences: &[Sentence::new(
        "a",
        Whose::Author("Cor 1"),
        "If L > 0 is an upper bound on the Lipschitz constant of g, then f = g/L is 1-Lipschitz and decides as g does \
         everywhere.",
    )],
    formula: r"|g(x) - g(y)| \le L |x - y| \;\Longrightarrow\; f = \frac{g}{L}, \quad |f(x) - f(y)| \le |x - y|, \quad \mathrm{sign}\, f = \mathrm{sign}\, g",
    hypotheses: &["L is at least the Lipschitz constant of g"],
    source: "Division by a positive number. L is certified (N1); f is the network g with a factor at most 1/L behind it, whose own \
             constant the kernel bounds by 1. Pairs of points with a large quotient are sought by power iteration on the \
             derivative and among the data.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "trained_unconstrained_networks_become_1_lipschitz_with_the_same_decisions",
            essential: true,
            about: "a",
            run: |ctx| {
                let epochs = ctx.count(3, 20, 60);
                let free = Parametrisation::Unconstrained;
                let mut finding = Finding::new("ratio");
                for trained in [
                    Trained::on_breast_cancer(free, epochs, ctx.run_seed())?,
                    Trained::on_parity(free, epochs, ctx.run_seed())?,
                ] {
                    let constant = certified_constant(&trained.net)?;
                    let points = ctx.count(60, 400, 1_500);
                    finding.merge(examine(&Divided {
                        net: trained.net,
                        constant,
                        points: some(&trained.points, points)?,
                    })?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "random_unconstrained_networks_become_1_lipschitz_with_the_same_decisions",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut random = ctx.generator("networks");
                let mut finding = Finding::new("ratio");
                for index in 0..ctx.count(6, 40, 400) {
                    let inputs = random.random_range(1..9);
                    let hidden: Vec<usize> =
                        (0..random.random_range(0..3)).map(|_| random.random_range(1..17)).collect();
                    let plan = Architecture::unconstrained(inputs, &hidden, 1)
                        .scale(random.random_range(0.1..100.0));
                    let network = plan.build::<f64>(ctx.seed(&format!("network {index}")));
                    let net = network
                        .and_then(|network| network.to_kernel())
                        .map_err(CheckError::during("network"))?;
                    let coords = (0..20 * inputs).map(|_| random.random_range(-3.0..3.0)).collect();
                    let constant = certified_constant(&net)?;
                    finding.merge(examine(&Divided { net, constant, points: Points::new(inputs, coords)? })?);
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_constant_from_samples_misses_a_steep_place_between_them",
            breaks: "L is at least the Lipschitz constant of g",
            run: |ctx| examine(&ramp(ctx)?),
        },
        Control {
            name: "a_constant_from_pairs_of_digits_is_exceeded",
            breaks: "L is at least the Lipschitz constant of g",
            run: |ctx| {
                let trained = Trained::on_parity(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                let points = some(&trained.points, 40)?;
                let constant = sampled_constant(&trained.net, &points)?;
                examine(&Divided { net: trained.net, constant, points })
            },
        },
    ],
};

/// A function with the constant it is divided by, and points at which the quotient is looked at.
struct Divided {
    net: Net,
    constant: f64,
    points: Points,
}

/// The quotient's own constant and decisions, and its steepness between points found by search, and neighbours in the list.
fn examine(divided: &Divided) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("ratio");
    let Divided { net, constant, points } = divided;
    // The numbers that the network is scaled by are its weights: whatever they are, its constant is proved below.
    let factor = (Interval::ONE / Interval::data(*constant)).lower();
    if !(factor.is_finite() && factor > 0.0) {
        finding.refused(format!("{constant} is no constant to divide by"));
        return Ok(finding);
    }
    let layers = net.layers().iter().cloned().chain([Layer::Scale(factor)]);
    let quotient = Net::new(net.inputs(), layers.collect())?;
    let proved = certify(&quotient).map_err(CheckError::during("certificate"))?.upper_bound();
    // An upper bound above 1 would refute nothing: the constant itself may be smaller.
    let witness = || format!("constant at most {} after division by {constant}", proved.upper());
    if proved.upper() <= 1.0 {
        finding.at_most("Lip(g/L) <= 1", proved, Interval::ONE, witness);
    } else {
        finding.undecided(witness());
    }

    let [x, y] = steepest_pair(&quotient).map_err(CheckError::during("search"))?.points.clone();
    let mut pairs = vec![(x, y)];
    let rows: Vec<&[f64]> = points.rows().collect();
    pairs.extend(
        rows.windows(2).filter(|pair| pair[0] != pair[1]).map(|pair| (pair[0].to_vec(), pair[1].to_vec())),
    );
    for (x, y) in pairs {
        let steepness = network::quotient(&quotient, &x, &y)?.value;
        // A linear network attains its constant: what is proved is that no quotient is above 1 beyond its enclosure.
        let width = Interval::data(steepness.width());
        let width = Tolerance::new(width, Interval::ONE, "the width of the enclosure of a quotient");
        finding.at_most_within("|f(x) - f(y)| / |x - y| <= 1", steepness, Interval::ONE, width, || {
            format!("{} coordinates, quotient {steepness}", x.len())
        });
    }
    for (row, x) in rows.into_iter().enumerate() {
        let (before, after) = (value(net, x)?, value(&quotient, x)?);
        let witness = || format!("point {row}");
        if before.lower() > 0.0 {
            finding.less("0 < f(x) where 0 < g(x)", Interval::ZERO, after, witness);
        } else if before.upper() < 0.0 {
            finding.less("f(x) < 0 where g(x) < 0", after, Interval::ZERO, witness);
        }
    }
    Ok(finding)
}

fn value(net: &Net, x: &[f64]) -> Result<Interval, CheckError> {
    Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
}

fn certified_constant(net: &Net) -> Result<f64, CheckError> {
    let constant = certify(net).map_err(CheckError::during("certificate"))?.l2();
    Ok(constant)
}

fn some(points: &Points, count: usize) -> Result<Points, CheckError> {
    let coords = points.rows().take(count).flatten().copied().collect();
    Ok(Points::new(points.dim(), coords)?)
}

/// The largest quotient between two points of a list, which is what a sample tells.
fn sampled_constant(net: &Net, points: &Points) -> Result<f64, CheckError> {
    let rows: Vec<&[f64]> = points.rows().collect();
    let mut largest = 0.0_f64;
    for (index, x) in rows.iter().enumerate() {
        for y in rows.iter().skip(index + 1).filter(|y| *y != x) {
            largest = largest.max(network::quotient(net, x, y)?.value.upper());
        }
    }
    Ok(largest)
}

/// `8 (x - a)_+ - 8 (x - b)_+` with `a < b` between two neighbouring integers: slope 8 there, 0 elsewhere; its constant taken
/// from integers.
fn ramp(ctx: &Context) -> Result<Divided, CheckError> {
    let mut random = ctx.generator("ramp");
    let start = f64::from(random.random_range(-3..3_i32)) + 0.25;
    let first = Dense { outputs: 2, inputs: 1, weight: vec![1.0, 1.0], bias: vec![-start, -start - 0.5] };
    let last = Dense { outputs: 1, inputs: 2, weight: vec![8.0, -8.0], bias: vec![-1.0] };
    let net = Net::new(1, vec![Layer::Dense(first), Layer::Relu, Layer::Dense(last)])?;
    let constant = sampled_constant(&net, &Points::new(1, (-4..=4).map(f64::from).collect())?)?;
    let points = Points::new(1, (-32..=32).map(|k| f64::from(k) / 8.0).collect())?;
    Ok(Divided { net, constant, points })
}
