//! Attacks on a decision: what is tried inside its radius, and how close a changed decision can be found.

use lip1_core::{Network, Tape};
use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::net::Net;
use lip1_kernel::{Interval, forward};
use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::line::first_sign_change;

/// A function that decides by its sign.
pub(super) struct Target<'a> {
    /// The function, as the kernel sees it.
    pub(super) net: &'a Net,
    /// A network with the same gradients up to a positive factor.
    pub(super) network: &'a Network<f64>,
}

/// Share of the radius at which points are tried: the slope times what is missing must exceed the width of enclosures,
/// or the sign at the end of a tight radius stays open.
const INSIDE: f64 = 1.0 - 1e-4;

/// Steps of projected gradient ascent from each direction.
const STEPS: usize = 8;

/// Random directions.
const STARTS: usize = 3;

/// How far a ray is followed, in units of the claimed radius.
const REACH: f64 = 64.0;

/// Rounds in which the closest zero is replaced by the closest zero of the linear piece around it.
const REFINEMENTS: usize = 4;

/// Relative distances beyond a zero at which the sign may have changed for certain.
const BEYOND: [f64; 3] = [1e-12, 1e-9, 1e-6];

/// Attacks the decision at `x` with its claimed radius, in the directions given and in others.
///
/// Inside the radius the kernel must find the sign of `f(x)` wherever it is tried: after a gradient step, after projected
/// gradient ascent from every direction, towards the closest changed decision. Where the kernel finds the other
/// sign, the distance must be at least the radius. Returns the smallest such distance.
pub(super) fn attack(
    finding: &mut Finding,
    target: &Target<'_>,
    x: &[f64],
    radius: f64,
    directions: &[DVector<f64>],
    random: &mut ChaCha8Rng,
) -> Result<Option<f64>, CheckError> {
    let sign = sign(target.net, x)?;
    if sign == 0 || radius <= 0.0 {
        return Ok(None);
    }
    let start = DVector::from_column_slice(x);
    let mut tried = directions.to_vec();
    tried.extend(target.descent(&start, sign)?);
    for _ in 0..STARTS {
        let drawn = DVector::from_fn(x.len(), |_, _| random.random_range(-1.0..1.0));
        tried.extend(drawn.try_normalize(0.0));
    }
    let ascended = tried.iter().map(|direction| target.ascend(&start, sign, radius, direction.clone()));
    let ascended = ascended.collect::<Result<Vec<_>, _>>()?;
    tried.extend(ascended);

    let mut closest = Closest { length: REACH * radius, direction: None };
    tried.iter().for_each(|direction| closest.shorten(target.net, x, direction));
    for _ in 0..REFINEMENTS {
        let Some(direction) = &closest.direction else { break };
        let zero = &start + direction * closest.length;
        let Some(direction) = target.descent(&zero, sign)? else { break };
        closest.shorten(target.net, x, &direction);
        tried.push(direction);
    }

    for direction in &tried {
        let y = along(x, direction, radius * INSIDE);
        let value = value(target.net, &y)?;
        let kept = if sign > 0 { value } else { -value };
        let witness = || format!("{} coordinates, radius {radius}, f(y) in {value}", x.len());
        let away = distance::enclose(x, &y, Cost::L2);
        finding.required("the attack is inside the radius", away, Interval::data(radius), witness);
        finding.less("f keeps its sign inside the radius", Interval::ZERO, kept, witness);
    }
    let Some(direction) = closest.direction else { return Ok(None) };
    for excess in BEYOND {
        let y = along(x, &direction, closest.length * (1.0 + excess));
        if self::sign(target.net, &y)? == -sign {
            let distance = distance::enclose(x, &y, Cost::L2);
            let claimed = Interval::data(radius);
            finding.at_most("radius <= distance of a changed decision", claimed, distance, || {
                format!("{} coordinates, radius {radius}, distance {distance}", x.len())
            });
            return Ok(Some(distance.upper()));
        }
    }
    Ok(None)
}

/// The closest zero found on any ray.
struct Closest {
    length: f64,
    direction: Option<DVector<f64>>,
}

impl Closest {
    fn shorten(&mut self, net: &Net, x: &[f64], direction: &DVector<f64>) {
        if let Some(length) = first_sign_change(net, x, direction.as_slice(), self.length) {
            *self = Self { length, direction: Some(direction.clone()) };
        }
    }
}

impl Target<'_> {
    /// The unit vector in which `sign f` falls fastest, if it has a slope.
    fn descent(&self, x: &DVector<f64>, sign: i8) -> Result<Option<DVector<f64>>, CheckError> {
        let failed = || CheckError::during("gradient");
        let mut tape = Tape::new(self.network);
        let point = DMatrix::from_column_slice(x.len(), 1, x.as_slice());
        tape.forward(self.network, &point).map_err(failed())?;
        let slope = DMatrix::from_element(1, 1, -f64::from(sign));
        tape.differentiate(self.network, &slope).map_err(failed())?;
        Ok(tape.input_gradient().column(0).clone_owned().try_normalize(0.0))
    }

    /// Projected gradient ascent of `-sign f` on the sphere of the radius, as a direction from its centre.
    fn ascend(
        &self,
        centre: &DVector<f64>,
        sign: i8,
        radius: f64,
        mut direction: DVector<f64>,
    ) -> Result<DVector<f64>, CheckError> {
        for _ in 0..STEPS {
            let slope = self.descent(&(centre + &direction * radius), sign)?;
            // A step as long as the radius, then back to the sphere.
            match slope.and_then(|slope| (&direction + slope).try_normalize(0.0)) {
                Some(next) => direction = next,
                None => break,
            }
        }
        Ok(direction)
    }
}

fn along(x: &[f64], direction: &DVector<f64>, length: f64) -> Vec<f64> {
    x.iter().zip(direction.iter()).map(|(x, d)| x + length * d).collect()
}

fn value(net: &Net, x: &[f64]) -> Result<Interval, CheckError> {
    Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
}

/// The sign of the function at a point, certain; 0 when the enclosure contains 0.
fn sign(net: &Net, x: &[f64]) -> Result<i8, CheckError> {
    let value = value(net, x)?;
    Ok(i8::from(value.lower() > 0.0) - i8::from(value.upper() < 0.0))
}
