//! What a radius promises of the real function and of the program, tried where it is most likely to be broken.

use lip1_core::{LinearPiece, RoundingViolation, certify, decision, rounding_attack};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::network::{Decision, LipschitzNet};
use lip1_kernel::{Interval, forward, judge};
use nalgebra::DMatrix;

use super::victims::Victims;
use crate::{CheckError, Finding};

/// Share of a radius at which the program is run again; what is missing leaves room for rounding the point to f32.
const INSIDE: f64 = 0.999;

/// How a decision and its radius are found.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// The kernel's, with rounding in f32 taken off.
    Deployed,
    /// The kernel's for the real function.
    Real,
    /// From the value that the program computes in f32, as if it were exact.
    Naive,
}

impl Rule {
    fn decide(self, certified: &LipschitzNet<'_>, x: &[f64], computed: f32) -> Result<Decision, CheckError> {
        Ok(match self {
            Self::Deployed => deployed::decide(certified, x, Format::F32)?,
            Self::Real => certified.decide(x)?,
            Self::Naive => {
                let radius = f64::from(computed.abs()) / certified.l2();
                Decision { class: decision(&[computed]), radius }
            }
        })
    }
}

fn attacks(victims: &Victims, constant: f64) -> Result<Vec<RoundingViolation>, CheckError> {
    rounding_attack(&victims.network, &victims.points, constant).map_err(CheckError::during("attack"))
}

/// Counts the naive certificates that the kernel sees broken, each at a point that it proves to be closer than the radius and on the
/// other side; there must be one.
pub(super) fn naive_violations(all: &[Victims]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for victims in all {
        let certified = certify(&victims.net).map_err(CheckError::during("certificate"))?;
        for violation in attacks(victims, certified.l2())? {
            let x: Vec<f64> = victims.points.column(violation.index).iter().map(|x| f64::from(*x)).collect();
            let away = distance::enclose(&x, &violation.adversary.point, Cost::L2);
            let statement = "distance of a changed decision < naive radius";
            finding.judged(judge::less(statement, away, Interval::point(violation.naive)), || {
                format!("x = {x:?}, y = {:?}, naive radius {:?}", violation.adversary.point, violation.naive)
            });
        }
    }
    let found = finding.cases();
    finding.exact(found > 0, || "no naive certificate was broken".to_owned());
    Ok(finding)
}

/// Examines the radii of a rule: no point inside may be decided otherwise, by the real function or by the program.
pub(super) fn examine(all: &[Victims], rule: Rule) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut positive = 0;
    for victims in all {
        let certified = certify(&victims.net).map_err(CheckError::during("certificate"))?;
        let computed = victims.network.evaluate(&victims.points).map_err(CheckError::during("evaluation"))?;
        let mut decisions = Vec::new();
        for (point, value) in victims.points.column_iter().zip(computed.iter()) {
            let x: Vec<f64> = point.iter().map(|x| f64::from(*x)).collect();
            let decided = rule.decide(&certified, &x, *value)?;
            if decided.radius > 0.0 {
                positive += 1;
                program(&mut finding, victims, &x, &decided)?;
            }
            decisions.push((x, decided));
        }
        for violation in attacks(victims, certified.l2())? {
            let Some((x, decided)) = decisions.get(violation.index) else { continue };
            let y = &violation.adversary.point;
            let value = forward::enclose(&victims.net, y)?.first().copied().unwrap_or(Interval::ENTIRE);
            let other = if decided.class == 1 { value.upper() <= 0.0 } else { value.lower() > 0.0 };
            if other {
                let (radius, away) = (Interval::point(decided.radius), distance::enclose(x, y, Cost::L2));
                finding.at_most("radius <= distance of a changed decision", radius, away, || {
                    format!("x = {x:?}, y = {y:?}, f(y) in {value}, radius {:?}", decided.radius)
                });
            }
        }
    }
    finding.exact(positive > 0, || "every radius is 0, which promises nothing".to_owned());
    Ok(finding)
}

/// The program in f32 at the centre of a ball, and at the end of the steepest way down inside it.
fn program(
    finding: &mut Finding,
    victims: &Victims,
    x: &[f64],
    decided: &Decision,
) -> Result<(), CheckError> {
    let piece = LinearPiece::at(&victims.net, x).map_err(CheckError::during("derivative"))?;
    let slope = piece.vjp(&[if decided.class == 1 { -1.0 } else { 1.0 }]);
    let steepness = slope.iter().map(|g| g * g).sum::<f64>().sqrt();
    let step = if steepness > 0.0 { INSIDE * decided.radius / steepness } else { 0.0 };
    let down: Vec<f64> = x.iter().zip(&slope).map(|(x, g)| f64::from((x + step * g) as f32)).collect();
    for y in [x, &down] {
        // Rounding the coordinates of a far point may carry it out of a small ball.
        if distance::enclose(x, y, Cost::L2).upper() >= decided.radius {
            continue;
        }
        let point = DMatrix::from_iterator(y.len(), 1, y.iter().map(|y| *y as f32));
        let output = victims.network.evaluate(&point).map_err(CheckError::during("evaluation"))?;
        finding.exact(decision(output.as_slice()) == decided.class, || {
            format!(
                "x = {x:?}, y = {y:?}, radius {:?}, computed in f32 {:?}",
                decided.radius,
                output.as_slice()
            )
        });
    }
    Ok(())
}
