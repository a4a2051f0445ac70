//! Saved certificates: a text format, version 1.
//!
//! A line is one record: a key, then its values, all separated by blanks, in the order below. Numbers are decimal; points are given by
//! all their coordinates, one point after the other. A sample is `total each` or `together`, then points and weights.
//!
//! ```text
//! lip1-certificate 1 transport     1 hinge-kr           1 log-loss           1 packing
//! cost l2                          cost l2              cost l2              domain box
//! dim 2                            dim 2                dim 2                dim 2
//! p 0.0 0.0                        p 0.0 0.0            p 0.0 0.0            size 10
//! q 3.0 4.0 0.0 1.0                q 3.0 4.0            q 3.0 4.0            separation 10
//! p_mass 2                         p_weight 1.0         p_weight 1.0         points 0 0 10 0
//! q_mass 1 1                       q_weight 1.0         q_weight 1.0         count 2
//! p_weight                         total each           total together       end
//! q_weight                         margin 1.0           temperature 1.0
//! flows 0 0 1 0 1 1                lambda 2.0           constant 1.0
//! u 1.0                            unit 1               unit 4
//! v -4.0 0.0                       flows 0 0 1          flows 0 0 1
//! bracket 2.9 3.1                  u 5.0                u 2.5
//! end                              v 0.0                v -2.5
//!                                  bracket 4.9 5.1      bracket 0.0 0.1
//!                                  end                  end
//! ```
//!
//! `flows` are triples `i j mass`. Empty weights of a transport problem mean that the masses are meant exactly.

use std::str::FromStr;

use crate::distance::Cost;
use crate::packing::{self, Domain, IntegerPoints};
use crate::regularised::{self, Sample, Total};
use crate::transport::{self, Bracket, Plan, Potentials, Problem, Weights};
use crate::{Points, Refusal, Theorem};

/// A problem, a certificate for it and what they are claimed to prove.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// The problem, and its certificate.
    pub proof: Proof,
    /// Claimed `(lower, upper)`; the upper end of a packing is infinite.
    pub bracket: (f64, f64),
}

/// The kinds of saved certificates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Proof {
    /// [`transport::check`].
    Transport(Problem, Plan, Potentials),
    /// [`regularised::hinge_kr`], with margin, lambda and unit of mass.
    HingeKr(Sample, [f64; 2], u64, Plan, Potentials),
    /// [`regularised::log_loss`], with temperature, Lipschitz constant and unit of mass.
    LogLoss(Sample, [f64; 2], u64, Plan, Potentials),
    /// [`packing::inside`], with size and separation.
    Packing(IntegerPoints, Domain, [i64; 2]),
}

/// What the kernel proved from a saved certificate: a number lies between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// `transport`, `hinge-kr`, `log-loss` or `packing`.
    pub kind: &'static str,
    /// At most the number.
    pub lower: f64,
    /// At least the number; infinite where the certificate says nothing.
    pub upper: f64,
}

impl Proof {
    /// The name in files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Transport(..) => "transport",
            Self::HingeKr(..) => "hinge-kr",
            Self::LogLoss(..) => "log-loss",
            Self::Packing(..) => "packing",
        }
    }
}

impl Certificate {
    /// Checks the certificate, and that it proves what it claims.
    ///
    /// # Errors
    /// What the rule refuses, or [`Refusal::Claim`] when the claimed numbers are better than the proved ones.
    pub fn check(&self) -> Result<Theorem<Claim>, Refusal> {
        let ends = |bracket: Theorem<Bracket>| (bracket.lower, bracket.upper);
        let proved = match &self.proof {
            Proof::Transport(problem, plan, potentials) => ends(transport::check(problem, plan, potentials)?),
            Proof::HingeKr(sample, [margin, lambda], unit, plan, potentials) => {
                ends(regularised::hinge_kr(sample, *margin, *lambda, *unit, plan, potentials)?)
            }
            Proof::LogLoss(sample, [temperature, constant], unit, plan, potentials) => {
                ends(regularised::log_loss(sample, *temperature, *constant, *unit, plan, potentials)?)
            }
            Proof::Packing(points, domain, [size, separation]) => {
                (packing::inside(points, *domain, *size, *separation)?.count as f64, f64::INFINITY)
            }
        };
        let (lower, upper) = self.bracket;
        let implied = |what, claimed, proved, holds| {
            if holds { Ok(()) } else { Err(Refusal::Claim { what, claimed, proved }) }
        };
        implied("lower", lower, proved.0, lower <= proved.0)?;
        implied("upper", upper, proved.1, upper >= proved.1)?;
        Ok(Theorem::new(Claim { kind: self.proof.kind(), lower, upper }))
    }

    /// Reads the text format.
    ///
    /// # Errors
    /// [`Refusal::Format`] with the line, or what a constructor refuses. Memory is proportional to the text.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut reader = Reader { lines: text.lines(), number: 0 };
        let header: Vec<String> = reader.list("lip1-certificate")?;
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let certificate = match header[..] {
            ["1", "transport"] => reader.transport()?,
            ["1", "hinge-kr"] => reader.regularised(["margin", "lambda"], Proof::HingeKr)?,
            ["1", "log-loss"] => reader.regularised(["temperature", "constant"], Proof::LogLoss)?,
            ["1", "packing"] => reader.packing()?,
            _ => return Err(reader.expected("a known version and kind of certificate")),
        };
        if !reader.list::<f64>("end")?.is_empty() || reader.lines.any(|line| !line.trim().is_empty()) {
            return Err(reader.expected("nothing after the end"));
        }
        Ok(certificate)
    }
}

/// The lines that are left, and the number of the last one read.
struct Reader<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl Reader<'_> {
    fn expected(&self, why: &'static str) -> Refusal {
        Refusal::Format { line: self.number, why }
    }

    /// The values of the next line, which starts with `key`.
    fn list<T: FromStr>(&mut self, key: &'static str) -> Result<Vec<T>, Refusal> {
        self.number += 1;
        let mut fields = self.lines.next().unwrap_or("").split_ascii_whitespace();
        if fields.next() != Some(key) {
            return Err(self.expected(key));
        }
        let number = |field: &str| field.parse().map_err(|_| self.expected("values of the right kind"));
        fields.map(number).collect()
    }

    /// A line with `N` values.
    fn some<T: FromStr, const N: usize>(&mut self, key: &'static str) -> Result<[T; N], Refusal> {
        self.list(key)?.try_into().map_err(|_| self.expected("another number of values"))
    }

    fn one<T: FromStr>(&mut self, key: &'static str) -> Result<T, Refusal> {
        self.some(key).map(|[value]| value)
    }

    /// A line with one of a few names.
    fn named<T>(&mut self, key: &'static str, value: fn(&str) -> Option<T>) -> Result<T, Refusal> {
        value(&self.one::<String>(key)?).ok_or(self.expected("a known name"))
    }

    fn measures(&mut self) -> Result<(Cost, Points, Points), Refusal> {
        let (cost, dim) = (self.named("cost", Cost::named)?, self.one("dim")?);
        Ok((cost, Points::new(dim, self.list("p")?)?, Points::new(dim, self.list("q")?)?))
    }

    fn solution(&mut self) -> Result<(Plan, Potentials, (f64, f64)), Refusal> {
        let numbers: Vec<u64> = self.list("flows")?;
        let triples = numbers.chunks(3).map(|flow| match *flow {
            [i, j, mass] => Some((u32::try_from(i).ok()?, u32::try_from(j).ok()?, mass)),
            _ => None,
        });
        let flows =
            triples.collect::<Option<_>>().ok_or(self.expected("triples of point, point and mass"))?;
        let potentials = Potentials { u: self.list("u")?, v: self.list("v")? };
        let [lower, upper] = self.some("bracket")?;
        Ok((Plan { flows }, potentials, (lower, upper)))
    }

    fn transport(&mut self) -> Result<Certificate, Refusal> {
        let (cost, p, q) = self.measures()?;
        let (p_mass, q_mass) = (self.list("p_mass")?, self.list("q_mass")?);
        let weights = Weights { p: self.list("p_weight")?, q: self.list("q_weight")? };
        let weights = if weights.p.is_empty() && weights.q.is_empty() { None } else { Some(weights) };
        let (plan, potentials, bracket) = self.solution()?;
        let problem = Problem { p, q, p_mass, q_mass, cost, weights };
        Ok(Certificate { proof: Proof::Transport(problem, plan, potentials), bracket })
    }

    fn regularised(
        &mut self,
        parameters: [&'static str; 2],
        proof: fn(Sample, [f64; 2], u64, Plan, Potentials) -> Proof,
    ) -> Result<Certificate, Refusal> {
        let (cost, p, q) = self.measures()?;
        let (p_weight, q_weight) = (self.list("p_weight")?, self.list("q_weight")?);
        let total = self.named("total", Total::named)?;
        let parameters = [self.one(parameters[0])?, self.one(parameters[1])?];
        let unit = self.one("unit")?;
        let (plan, potentials, bracket) = self.solution()?;
        let sample = Sample { p, q, p_weight, q_weight, cost, total };
        Ok(Certificate { proof: proof(sample, parameters, unit, plan, potentials), bracket })
    }

    fn packing(&mut self) -> Result<Certificate, Refusal> {
        let (domain, dim) = (self.named("domain", Domain::named)?, self.one("dim")?);
        let sizes = [self.one("size")?, self.one("separation")?];
        let points = IntegerPoints { dim, coords: self.list("points")? };
        let count = self.one::<u32>("count")?;
        Ok(Certificate {
            proof: Proof::Packing(points, domain, sizes),
            bracket: (count.into(), f64::INFINITY),
        })
    }
}
