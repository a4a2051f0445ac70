//! Certificates as values: what a file of `--certificate` holds, and what it proves.

use crate::boxes::Boxes;
use crate::cover::{self, Cover};
use crate::net::Net;
use crate::network::{self, Hint};
use crate::packing::{self, Domain, IntegerPoints};
use crate::refusal::in_order;
use crate::regularised::{self, Sample};
use crate::transport::{self, Bracket, Plan, Potentials, Problem};
use crate::{Interval, Judgement, Limits, Points, Refusal, Theorem};

/// A problem, a certificate for it and what they are claimed to prove.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// The problem, and its certificate.
    pub proof: Proof,
    /// Claimed `(lower, upper)`; the upper end of a packing inside a domain is infinite.
    pub bracket: (f64, f64),
}

/// The kinds of saved certificates; whoever writes them must know every one.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// [`transport::check_in_boxes`], or without boxes [`transport::check`].
    Transport(Problem, Plan, Potentials, Option<Boxes>),
    /// [`regularised::hkr`], with margin, lambda and unit of mass.
    Hkr(Sample, [f64; 2], u64, Plan, Potentials),
    /// [`regularised::bce`], with temperature, Lipschitz constant and unit of mass.
    Bce(Sample, [f64; 2], u64, Plan, Potentials),
    /// [`packing::inside`], with size and separation.
    Packing(IntegerPoints, Domain, [i64; 2]),
    /// The packing number of a finite set at a distance: points of a packing ([`packing::separated`]) and a cover
    /// ([`cover::packing_upper`]).
    Points(Points, f64, Vec<u32>, Cover),
    /// The Lipschitz constant of a network in `l2`: hints ([`network::lipschitz`]) and a pair of points ([`network::quotient`]).
    Lipschitz(Net, Vec<Option<Hint>>, [Vec<f64>; 2]),
}

/// What the kernel proved from a saved certificate: a number lies between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// [`Proof::kind`].
    pub kind: &'static str,
    /// At most the number.
    pub lower: f64,
    /// At least the number; infinite where the certificate says nothing.
    pub upper: f64,
}

impl Theorem<Claim> {
    /// Where the number lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower, self.upper)
    }

    /// The lower end, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.lower)
    }

    /// The upper end, exactly; the whole line where the certificate says nothing.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.upper)
    }
}

impl Proof {
    /// The name in files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Transport(..) => "transport",
            Self::Hkr(..) => "hinge-kr",
            Self::Bce(..) => "log-loss",
            Self::Packing(..) => "packing",
            Self::Points(..) => "points",
            Self::Lipschitz(..) => "lipschitz",
        }
    }
}

impl Certificate {
    /// Checks the certificate, and that it proves what it claims; the work is at most [`Certificate::steps`].
    ///
    /// # Errors
    /// What the rule refuses, [`Refusal::Work`] when the check may take more steps than allowed, or [`Refusal::Claim`] when the
    /// claimed numbers are better than the proved ones.
    pub fn check(&self, limits: Limits) -> Result<Theorem<Claim>, Refusal> {
        limits.allow(self)?;
        let ends = |bracket: Theorem<Bracket>| (bracket.lower, bracket.upper);
        let proved = match &self.proof {
            Proof::Transport(problem, plan, potentials, boxes) => {
                ends(transport::check_in_boxes(problem, plan, potentials, boxes.as_ref())?)
            }
            Proof::Hkr(sample, [margin, lambda], unit, plan, potentials) => {
                ends(regularised::hkr(sample, *margin, *lambda, *unit, plan, potentials)?)
            }
            Proof::Bce(sample, [temperature, constant], unit, plan, potentials) => {
                ends(regularised::bce(sample, *temperature, *constant, *unit, plan, potentials)?)
            }
            Proof::Packing(points, domain, [size, separation]) => {
                (packing::inside(points, *domain, *size, *separation)?.count as f64, f64::INFINITY)
            }
            Proof::Points(points, distance, packed, cover) => {
                let upper = cover::packing_upper(points, *distance, cover)?.count as f64;
                (subset(points, *distance, packed)? as f64, upper)
            }
            Proof::Lipschitz(net, hints, [x, y]) => {
                let bounded = network::lipschitz(net, hints)?;
                let bracket = network::bracket(&network::quotient(net, x, y)?, &bounded)?;
                (bracket.lower, bracket.upper)
            }
        };
        in_order(self.proof.kind(), proved.0, proved.1)?;
        let (lower, upper) = self.bracket;
        let implied = |what, claimed, proved, holds| {
            if holds { Ok(()) } else { Err(Refusal::Claim { what, claimed, proved }) }
        };
        implied("lower", lower, proved.0, lower <= proved.0)?;
        implied("upper", upper, proved.1, upper >= proved.1)?;
        Ok(Theorem::new(Claim { kind: self.proof.kind(), lower, upper }))
    }
}

/// The number of points of a packing, given by their positions in a set.
fn subset(points: &Points, distance: f64, packed: &[u32]) -> Result<usize, Refusal> {
    let mut coords = Vec::new();
    for &member in packed {
        coords.extend_from_slice(points.row(cover::index(member, points.len())?));
    }
    match packing::separated(&Points::new(points.dim(), coords)?, distance) {
        Judgement::Verified(_) if distance > 0.0 => Ok(packed.len()),
        Judgement::Undecided(refusal) => Err(refusal),
        _ => Err(Refusal::Hypothesis { why: "a packing keeps its distance, which is positive" }),
    }
}
