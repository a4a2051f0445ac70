//! Forward enclosures: where the outputs of a network at a point lie, in real arithmetic.

use crate::Interval;
use crate::float::{TINY, U, add, inflate, mul};
use crate::net::{Dense, Layer, Net};
use crate::points::{finite, length};
use crate::refusal::Refusal;

/// Encloses every output of `net` at `x`, as a function of real numbers with the stored weights.
///
/// Cost: two multiplications and additions a weight.
///
/// # Errors
/// When `x` has another length than the network has inputs, or is not finite.
///
/// ```
/// use lip1_kernel::{forward, net::{Dense, Layer, Net}};
/// let layer = Dense { outputs: 1, inputs: 2, weight: vec![0.5, -2.0], bias: vec![1.0] };
/// let net = Net::new(2, vec![Layer::Dense(layer)])?;
/// let y = forward::enclose(&net, &[4.0, 0.25])?;
/// assert!(y[0].contains(2.5) && y[0].width() < 1e-14);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn enclose(net: &Net, x: &[f64]) -> Result<Vec<Interval>, Refusal> {
    length("input", net.inputs(), x.len())?;
    finite("input", x)?;
    let start = x.iter().map(|&v| Interval::point(v)).collect();
    Ok(net.layers().iter().fold(start, |values, layer| apply(layer, values)))
}

fn apply(layer: &Layer, mut values: Vec<Interval>) -> Vec<Interval> {
    match layer {
        Layer::Dense(dense) => affine(dense, &values),
        Layer::Sort { group } => {
            // The k-th smallest of a run is monotone in every entry: sort the lower and the upper ends apart.
            for run in values.chunks_exact_mut(*group) {
                let mut lower: Vec<f64> = run.iter().map(|v| v.lower()).collect();
                let mut upper: Vec<f64> = run.iter().map(|v| v.upper()).collect();
                lower.sort_by(f64::total_cmp);
                upper.sort_by(f64::total_cmp);
                for (value, (lo, hi)) in run.iter_mut().zip(lower.into_iter().zip(upper)) {
                    *value = Interval::ends(lo, hi);
                }
            }
            values
        }
        Layer::Select { from } => from.iter().map(|&k| values[k]).collect(),
        Layer::Relu => values.into_iter().map(|v| v.max(Interval::ZERO)).collect(),
        Layer::Abs => values.into_iter().map(Interval::abs).collect(),
        Layer::Scale(factor) => values.into_iter().map(|v| v * Interval::point(*factor)).collect(),
    }
}

/// `W x + b` for an interval vector `x`, by midpoint and radius.
///
/// With midpoints `m`, radii `r` and `n` inputs, a dot product computed in any order errs by at most
/// `gamma_n sum |w m|` with `gamma_n = n u / (1 - n u)`; so the exact value lies within `sum |w| q` of the computed
/// one, where `q = gamma_{n+1} |m| + r`. Underflow adds at most `TINY` a product.
fn affine(dense: &Dense, x: &[Interval]) -> Vec<Interval> {
    let n = x.len();
    let gamma = inflate((n as f64 + 2.0) * U, n);
    let middle: Vec<f64> = x.iter().map(|v| 0.5 * v.lower() + 0.5 * v.upper()).collect();
    let spread: Vec<f64> = x
        .iter()
        .zip(&middle)
        .map(|(v, m)| {
            let radius = (Interval::point(*m) - *v).abs().upper();
            add(mul(gamma, m.abs()).1, radius).1
        })
        .collect();
    dense
        .rows()
        .map(|(row, bias)| {
            let (mut dot, mut radius) = ([0.0; LANES], [0.0; LANES]);
            let blocks = row.chunks(LANES).zip(middle.chunks(LANES)).zip(spread.chunks(LANES));
            for ((w, m), q) in blocks {
                for (lane, ((w, m), q)) in w.iter().zip(m).zip(q).enumerate() {
                    dot[lane] += w * m;
                    radius[lane] += w.abs() * q;
                }
            }
            let radius = inflate(radius.iter().sum(), n + LANES) + 8.0 * n as f64 * TINY;
            let radius = Interval::ends(-radius.next_up(), radius.next_up());
            Interval::point(dot.iter().sum()) + radius + Interval::point(bias)
        })
        .collect()
}

/// Partial sums that a dot product keeps, so that it can use vector instructions.
const LANES: usize = 8;
