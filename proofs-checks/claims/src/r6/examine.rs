//! What a radius promises of the real function and of the program, tried where it is most likely to be broken.

use lip1_core::{LinearPiece, RoundingViolation, certify, decision, rounding_attack};
use lip1_harness::{CheckError, Finding};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::network::LipschitzNet;
use lip1_kernel::{Interval, Theorem, forward};
use nalgebra::DMatrix;

use super::victims::Victims;

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

/// A decision with the radius that a rule gives it.
struct Decided {
    class: usize,
    radius: f64,
}

impl Rule {
    fn decide(
        self,
        certified: &Theorem<LipschitzNet<'_>>,
        x: &[f64],
        computed: f32,
    ) -> Result<Decided, CheckError> {
        let kernel = match self {
            Self::Deployed => deployed::decide(certified, x, Format::F32)?,
            Self::Real => certified.decide(x)?,
            Self::Naive => {
                let radius = f64::from(computed.abs()) / certified.l2();
                return Ok(Decided { class: decision(&[computed]), radius });
            }
        };
        Ok(Decided { class: kernel.class(), radius: kernel.radius() })
    }
}

fn attacks(victims: &Victims, constant: f64) -> Result<Vec<RoundingViolation>, CheckError> {
    rounding_attack(&victims.network, &victims.points, constant).map_err(CheckError::during("attack"))
}

/// Counts the naive certificates that are broken, each at a point that the kernel proves to be closer than the radius and on the
/// other side; there must be one.
pub(super) fn naive_violations(all: &[Victims]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut broken = 0_u128;
    for victims in all {
        let certified = certify(&victims.net).map_err(CheckError::during("certificate"))?;
        let computed = victims.network.evaluate(&victims.points).map_err(CheckError::during("evaluation"))?;
        for violation in attacks(victims, certified.l2())? {
            broken += 1;
            let x: Vec<f64> = victims.points.column(violation.index).iter().map(|x| f64::from(*x)).collect();
            let y = &violation.adversary.point;
            let witness = || format!("{} coordinates, naive radius {}", x.len(), violation.naive);
            // The naive radius is what the statement is about: a number as the program computed it.
            let naive = Interval::data(violation.naive);
            finding.less(
                "a changed decision inside the naive radius",
                distance::enclose(&x, y, Cost::L2),
                naive,
                witness,
            );
            let value =
                forward::enclose(&victims.net, y)?.values.first().copied().unwrap_or(Interval::ENTIRE);
            if computed[violation.index] > 0.0 {
                finding.at_most("f(y) <= 0 where f(x) was computed above 0", value, Interval::ZERO, witness);
            } else {
                finding.less("0 < f(y) where f(x) was computed at most 0", Interval::ZERO, value, witness);
            }
        }
    }
    let broken = Interval::integer(broken);
    finding.required("a naive certificate is broken", Interval::ONE, broken, || {
        "no attack succeeded".to_owned()
    });
    Ok(finding)
}

/// Examines the radii of a rule: no point inside may be decided otherwise, by the real function or by the program.
pub(super) fn examine(all: &[Victims], rule: Rule) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut positive = 0_u128;
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
            let value =
                forward::enclose(&victims.net, y)?.values.first().copied().unwrap_or(Interval::ENTIRE);
            let other = if decided.class == 1 { value.upper() <= 0.0 } else { value.lower() > 0.0 };
            if other {
                let (radius, away) = (Interval::data(decided.radius), distance::enclose(x, y, Cost::L2));
                finding.at_most("radius <= distance of a changed decision", radius, away, || {
                    format!("{} coordinates, f(y) in {value}, radius {}", x.len(), decided.radius)
                });
            }
        }
    }
    let positive = Interval::integer(positive);
    finding
        .required("a radius above 0", Interval::ONE, positive, || "every radius promises nothing".to_owned());
    Ok(finding)
}

/// The program in f32 at the centre of a ball, and at the end of the steepest way down inside it.
fn program(finding: &mut Finding, victims: &Victims, x: &[f64], decided: &Decided) -> Result<(), CheckError> {
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
        // What the program decides is what it is seen to decide: nothing is rounded in a comparison of classes.
        let class = decision(output.as_slice());
        finding.equal(
            "the class that the program computes inside the radius",
            &class,
            &decided.class,
            || format!("{} coordinates, radius {}", x.len(), decided.radius),
        );
    }
    Ok(())
}
