//! Layers that are not linear: pairs of inputs, and certified constants.

use lip1_core::{
    Dense, GroupSort, Layer, Network, Parametrisation, Pool, Pooling, Residual, Weight, certify,
};
use lip1_harness::{CheckError, Context, Finding, Tolerance};
use lip1_kernel::net::{self, Net};
use lip1_kernel::{Interval, forward};
use rand::RngExt;

/// One row's part of what a certified constant may exceed 1 by: the rounding of two orthogonal weights, and what their
/// certificates add.
const ROUNDING: (u128, u128) = (1, 100_000_000_000);

/// Examines `|f(x) - f(y)|^2 <= |x - y|^2`.
fn compare(
    finding: &mut Finding,
    name: &str,
    map: impl Fn(&[f64]) -> Result<Vec<Interval>, CheckError>,
    x: &[f64],
    y: &[f64],
) -> Result<(), CheckError> {
    let square = |a: &[Interval], b: &[Interval]| {
        a.iter().zip(b).fold(Interval::ZERO, |sum, (a, b)| sum + (*a - *b).sqr())
    };
    let left = square(&map(x)?, &map(y)?);
    finding.at_most("|f(x) - f(y)|^2 <= |x - y|^2", left, square(&points(x), &points(y)), || {
        format!("{name}, {} entries", x.len())
    });
    Ok(())
}

fn points(x: &[f64]) -> Vec<Interval> {
    x.iter().copied().map(Interval::data).collect()
}

/// Random pairs, far apart and close together.
fn pairs(ctx: &Context, stream: &str, width: usize) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut random = ctx.generator(stream);
    let draw = |k: usize| {
        let size = 2.0_f64.powi(-((k % 12) as i32));
        let x: Vec<f64> = (0..width).map(|_| random.random_range(-1.0..1.0)).collect();
        let y = x.iter().map(|x| x + size * random.random_range(-1.0..1.0)).collect();
        (x, y)
    };
    (0..ctx.count(200, 4_000, 100_000)).map(draw).collect()
}

/// Euclidean norms over windows, of lip1-core, as the kernel evaluates them.
pub(super) fn norms_of_windows(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("square of the distance");
    for (input, window) in [([1, 2, 2], [1, 2]), ([2, 4, 4], [2, 2]), ([3, 3, 6], [3, 3])] {
        let failed = || CheckError::during("pooling");
        let pool = Pool::new(Pooling::L2, input, window).map_err(failed())?;
        let width = input.iter().product();
        let net = Network::<f64>::new(width, vec![Layer::Pool(pool)]).and_then(|network| network.to_kernel());
        let net = net.map_err(failed())?;
        for (x, y) in pairs(ctx, &format!("{input:?}"), width) {
            let name = format!("norms over windows of {} x {}", window[0], window[1]);
            compare(&mut finding, &name, |x| Ok(forward::enclose(&net, x)?.values.clone()), &x, &y)?;
        }
    }
    Ok(finding)
}

/// Maxima over windows of four entries, at every pair of points of {0, 1, 2}^4: whole numbers, so exact.
pub(super) fn maxima(windows: &[Vec<usize>]) -> Finding {
    let mut finding = Finding::enumerating("square of the distance", "pairs of 3^4 points", 81 * 80 / 2);
    let grid = |k: i64| [k % 3, k / 3 % 3, k / 9 % 3, k / 27];
    let pooled = |x: [i64; 4]| -> Vec<i64> {
        windows.iter().map(|window| window.iter().map(|k| x[*k]).max().unwrap_or(0)).collect()
    };
    let square = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| (a - b).pow(2)).sum::<i64>();
    for (x, y) in (0..81).flat_map(|a| (0..a).map(move |b| (grid(a), grid(b)))) {
        finding.element((x, y));
        let (left, right) = (square(&pooled(x), &pooled(y)), square(&x, &y));
        finding.not_above("|f(x) - f(y)|^2 <= |x - y|^2", &left, &right, || {
            let entries = x.iter().zip(&y).map(|(x, y)| format!("{x} and {y}"));
            entries.collect::<Vec<_>>().join(", ")
        });
    }
    finding
}

/// The constant of `a x + (1 - a) g(x)` for random 1-Lipschitz g, certified by the kernel.
pub(super) fn residuals(ctx: &Context) -> Result<Finding, CheckError> {
    let failed = || CheckError::during("residual");
    let mut finding = Finding::new("constant");
    let mut random = ctx.generator("residuals");
    for trial in 0..ctx.count(40, 400, 4_000) as u64 {
        let (width, share) = (2 * random.random_range(1..=6), random.random_range(0.0..=1.0));
        let dense = |stream| {
            let weight = Weight::random(width, width, Parametrisation::Orthogonal, 1.0, trial, stream);
            weight.map(|weight| Layer::Dense(Dense::without_bias(weight)))
        };
        let (first, last) = (dense(0).map_err(failed())?, dense(1).map_err(failed())?);
        let sort = Layer::GroupSort(GroupSort::new(2).map_err(failed())?);
        let layer = Residual::<f64>::new(width, vec![first, sort, last], share).map_err(failed())?;
        let network = Network::new(width, vec![Layer::Residual(layer)]).map_err(failed())?;
        let net = network.to_kernel().map_err(failed())?;
        let constant = certify(&net).map_err(failed())?.upper_bound();
        let rounding = Interval::ratio(ROUNDING.0 * width as u128, ROUNDING.1);
        let rounding =
            Tolerance::new(rounding, Interval::ONE, "two orthogonal weights are so only up to rounding");
        finding.at_most_within("constant <= 1", constant, Interval::ONE, rounding, || {
            format!("width {width}, share {share}")
        });
        let x: Vec<f64> = (0..width).map(|_| random.random_range(-1.0..1.0)).collect();
        let y: Vec<f64> = (0..width).map(|_| random.random_range(-1.0..1.0)).collect();
        compare(&mut finding, "residual", |x| Ok(forward::enclose(&net, x)?.values.clone()), &x, &y)?;
    }
    Ok(finding)
}

/// `x + g(x)` with g sorting pairs: twice the convex combination of equal shares.
pub(super) fn plain_residual(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("square of the distance");
    let half = net::Layer::Residual { body: vec![net::Layer::Sort { group: 2 }], weight: 0.5 };
    let net = Net::new(4, vec![half, net::Layer::Scale(2.0)])?;
    for (x, y) in pairs(ctx, "plain", 4) {
        compare(&mut finding, "x + g(x)", |x| Ok(forward::enclose(&net, x)?.values.clone()), &x, &y)?;
    }
    Ok(finding)
}

/// `x - mean(x)`, divided by the standard deviation or not.
pub(super) fn centred(ctx: &Context, divided: bool) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("square of the distance");
    let map = |x: &[f64]| {
        let x = points(x);
        let count = Interval::integer(x.len() as u128);
        let mean = x.iter().fold(Interval::ZERO, |sum, x| sum + *x) / count;
        let centred = x.iter().map(|x| *x - mean);
        let variance = centred.clone().fold(Interval::ZERO, |sum, x| sum + x.sqr()) / count;
        let divisor = if divided { variance.sqrt() } else { Interval::ONE };
        Ok(centred.map(|x| x / divisor).collect())
    };
    for (x, y) in pairs(ctx, "centred", 5) {
        compare(&mut finding, "centring", map, &x, &y)?;
    }
    Ok(finding)
}
