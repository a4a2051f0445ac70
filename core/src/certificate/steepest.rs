//! Pairs of points between which a network is steep: hints for lower bounds on its constant.

use lip1_kernel::Theorem;
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::network::{Quotient, quotient};

use crate::error::Error;
use crate::linear_piece::LinearPiece;
use crate::random::gaussian;

/// Points whose linear pieces are examined, besides the origin; half at unit scale, half far out.
const STARTS: u64 = 8;

/// Steps of the power iteration on each piece.
const STEPS: usize = 60;

/// Distances of the two points, tried in turn: short ones stay within a piece, long ones lose less to rounding.
const DISTANCES: [f64; 4] = [1.0, 1e-2, 1e-4, 1e-6];

/// The largest quotient `|f(x) - f(y)| / |x - y|` found, with its two points, as the kernel encloses it.
///
/// Power iteration on the derivative at several points; [`lip1_kernel::network::quotient`] makes the proof.
/// Cost: a thousand evaluations; sixty for a single linear layer, which has one piece.
///
/// # Errors
/// When the kernel refuses the points.
///
/// # Examples
/// ```
/// use lip1_core::{Architecture, steepest_pair};
/// let net = Architecture::lipnet(4, &[4], 1).build::<f64>(0)?.to_kernel()?;
/// let lower = steepest_pair(&net)?.value.lower();
/// assert!(0.99 < lower && lower < 1.0 + 1e-12);
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn steepest_pair(net: &Net) -> Result<Theorem<Quotient<'_>>, Error> {
    let inputs = net.inputs();
    let linear = matches!(net.layers(), [Layer::Dense(_) | Layer::Conv(_) | Layer::Scale(_)]);
    let starts = if linear { 0 } else { STARTS };
    let mut axis = vec![0.0; inputs];
    if let Some(first) = axis.first_mut() {
        *first = 1.0;
    }
    let mut best = quotient(net, &vec![0.0; inputs], &axis)?;
    for start in 0..=starts {
        let scale = match start {
            0 => 0.0,
            near if near % 2 == 1 => 1.0,
            _ => 10.0,
        };
        let x = gaussian::<f64>(inputs, 1, scale, 0, start).as_slice().to_vec();
        let piece = LinearPiece::at(net, &x)?;
        let mut direction = gaussian::<f64>(inputs, 1, 1.0, 1, start).as_slice().to_vec();
        for _ in 0..STEPS {
            match unit(piece.vjp(&piece.jvp(&direction))) {
                Some(next) => direction = next,
                None => break,
            }
        }
        for distance in DISTANCES {
            let y: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + distance * d).collect();
            if y == x || !y.iter().all(|y| y.is_finite()) {
                continue;
            }
            let found = quotient(net, &x, &y)?;
            if found.value.lower() > best.value.lower() {
                best = found;
            }
        }
    }
    Ok(best)
}

fn unit(mut direction: Vec<f64>) -> Option<Vec<f64>> {
    let largest = direction.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    if largest <= 0.0 || !largest.is_finite() {
        return None;
    }
    direction.iter_mut().for_each(|d| *d /= largest);
    let norm = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
    direction.iter_mut().for_each(|d| *d /= norm);
    Some(direction)
}
