//! An attack on certificates that ignore rounding.

use lip1_kernel::forward::enclose;
use nalgebra::DMatrix;

use super::{Adversary, distance};
use crate::error::Error;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::tape::Tape;

/// Lengths tried, as halvings of what is left of the naive radius.
const HALVINGS: i32 = 30;

/// Room left for rounding when two distances are compared, relative.
const ROOM: f64 = 1e-12;

/// A point where the radius taken from the computed output is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundingViolation {
    /// Which of the points attacked, from 0.
    pub index: usize,
    /// The radius that ignores rounding: the computed output over the constant.
    pub naive: f64,
    /// A point closer than that, where the real function has the other sign beyond doubt.
    pub adversary: Adversary,
}

/// Looks for points (features x points) where `|f(x)|/constant`, with `f` of one output as computed in the format of
/// the network, exceeds the distance to a change of decision of the real function.
///
/// Walks down the gradient, a little less far than the naive radius; the kernel's enclosure of the real function must
/// have the other sign there. Points with large coordinates close to the decision boundary are the victims.
///
/// # Errors
/// When the network does not have one output, the points do not fit, or the constant is not positive.
pub fn rounding_attack<T: Scalar>(
    network: &Network<T>,
    points: &DMatrix<T>,
    constant: f64,
) -> Result<Vec<RoundingViolation>, Error> {
    if network.outputs() != 1 {
        return Err(Error::Shape { what: "outputs for two classes", expected: 1, found: network.outputs() });
    }
    if !constant.is_finite() || constant <= 0.0 {
        return Err(Error::Parameter { name: "constant", value: constant, range: "positive and finite" });
    }
    let net = network.to_kernel()?;
    let mut tape = Tape::new(network);
    let outputs = tape.forward(network, points)?.clone();
    let ones = DMatrix::from_element(1, points.ncols(), T::one());
    tape.differentiate(network, &ones)?;
    let mut violations = Vec::new();
    for (index, (point, slope)) in points.column_iter().zip(tape.input_gradient().column_iter()).enumerate() {
        let output = outputs[index].to_f64();
        let naive = output.abs() / constant;
        let slope: Vec<f64> = slope.iter().map(|g| g.to_f64()).collect();
        let steepness = slope.iter().map(|g| g * g).sum::<f64>().sqrt();
        if naive <= 0.0 || steepness <= 0.0 {
            continue;
        }
        let start: Vec<f64> = point.iter().map(|x| x.to_f64()).collect();
        for halving in 0..=HALVINGS {
            let length = -output.signum() * naive * (1.0 - 0.5_f64.powi(halving)) / steepness;
            let place: Vec<f64> = start.iter().zip(&slope).map(|(x, g)| x + length * g).collect();
            let away = distance(&place, &start);
            let Ok(outputs) = enclose(&net, &place) else { continue };
            let other = outputs
                .values
                .first()
                .is_some_and(|value| if output > 0.0 { value.upper() <= 0.0 } else { value.lower() > 0.0 });
            if other && away * (1.0 + ROOM) < naive {
                let adversary = Adversary { point: place, distance: away };
                violations.push(RoundingViolation { index, naive, adversary });
                break;
            }
        }
    }
    Ok(violations)
}
