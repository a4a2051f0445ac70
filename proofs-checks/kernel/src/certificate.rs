//! Saved certificates: a text format, version 1.
//!
//! Numbers are separated by blanks and line ends; a line is one record. `f64` are decimal, in the shortest form that reads
//! back to the same number.
//!
//! ```text
//! lip1-certificate 1 transport          lip1-certificate 1 packing
//! cost l2                               domain box
//! p 1 2          points, dimension      dim 2
//! 3 0.0 0.0      mass, coordinates      size 10
//! q 2 2                                 separation 10
//! 1 3.0 4.0                             points 1
//! 2 0.0 1.0                             0 0
//! weights 0      or 1, then p, q        count 1
//! flows 2                               end
//! 0 0 1          i, j, mass
//! 0 1 2
//! u 5.0          potentials on p
//! v 0.0 4.0      potentials on q
//! bracket 2.333333333333333 2.333333333333334
//! end
//! ```

use std::fmt;
use std::str::{FromStr, SplitAsciiWhitespace};

use crate::distance::Cost;
use crate::packing::{self, Domain, IntegerPoints};
use crate::transport::{self, Plan, Potentials, Problem, Weights};
use crate::{Points, Refusal, Theorem};

/// A problem, a certificate for it and what they are claimed to prove.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Certificate {
    /// A bracket around a Wasserstein distance.
    Transport {
        /// The measures and the cost.
        problem: Problem,
        /// The upper end's certificate.
        plan: Plan,
        /// The lower end's certificate.
        potentials: Potentials,
        /// Claimed `(lower, upper)`.
        bracket: (f64, f64),
    },
    /// A lower end of a packing number.
    Packing {
        /// The points.
        points: IntegerPoints,
        /// Where they lie.
        domain: Domain,
        /// Side or radius.
        size: i64,
        /// Smallest distance.
        separation: i64,
        /// Claimed number of points.
        count: usize,
    },
}

/// What the kernel proved from a saved certificate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// `transport` or `packing`.
    pub kind: &'static str,
    /// At most the quantity.
    pub lower: f64,
    /// At least the quantity; infinite where the certificate says nothing.
    pub upper: f64,
}

impl Certificate {
    /// Checks the certificate, and that it proves what it claims.
    ///
    /// # Errors
    /// What the rule refuses, or [`Refusal::Claim`] when the claimed numbers are better than the proved ones.
    pub fn check(&self) -> Result<Theorem<Claim>, Refusal> {
        match self {
            Self::Transport { problem, plan, potentials, bracket } => {
                let proved = transport::check(problem, plan, potentials)?;
                implied("lower", bracket.0, proved.lower, bracket.0 <= proved.lower)?;
                implied("upper", bracket.1, proved.upper, bracket.1 >= proved.upper)?;
                Ok(Theorem::new(Claim { kind: "transport", lower: bracket.0, upper: bracket.1 }))
            }
            Self::Packing { points, domain, size, separation, count } => {
                let proved = packing::inside(points, *domain, *size, *separation)?.count;
                implied("count", *count as f64, proved as f64, *count <= proved)?;
                Ok(Theorem::new(Claim { kind: "packing", lower: *count as f64, upper: f64::INFINITY }))
            }
        }
    }

    /// Reads the text format.
    ///
    /// # Errors
    /// [`Refusal::Format`] with the line, or what a constructor refuses. Memory is proportional to the text, whatever the
    /// counts in it say.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut reader =
            Reader { lines: text.lines().enumerate(), number: 0, rest: "".split_ascii_whitespace() };
        reader.next_line()?;
        reader.word("lip1-certificate")?;
        reader.word("1")?;
        let certificate = match reader.token()? {
            "transport" => reader.transport()?,
            "packing" => reader.packing()?,
            _ => return Err(reader.expected("a known kind of certificate")),
        };
        reader.header("end")?;
        reader.end_of_line()?;
        while let Some((number, line)) = reader.lines.next() {
            if !line.trim().is_empty() {
                reader.number = number + 1;
                return Err(reader.expected("nothing after the end"));
            }
        }
        Ok(certificate)
    }
}

fn implied(what: &'static str, claimed: f64, proved: f64, holds: bool) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Claim { what, claimed, proved }) }
}

struct Reader<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    number: usize,
    rest: SplitAsciiWhitespace<'a>,
}

impl<'a> Reader<'a> {
    fn expected(&self, why: &'static str) -> Refusal {
        Refusal::Format { line: self.number, why }
    }

    fn next_line(&mut self) -> Result<(), Refusal> {
        self.end_of_line()?;
        let (index, line) =
            self.lines.next().ok_or(Refusal::Format { line: self.number + 1, why: "the text ends early" })?;
        self.number = index + 1;
        self.rest = line.split_ascii_whitespace();
        Ok(())
    }

    fn end_of_line(&mut self) -> Result<(), Refusal> {
        if self.rest.next().is_some() { Err(self.expected("fewer fields")) } else { Ok(()) }
    }

    fn token(&mut self) -> Result<&'a str, Refusal> {
        self.rest.next().ok_or(self.expected("more fields"))
    }

    fn word(&mut self, word: &'static str) -> Result<(), Refusal> {
        if self.token()? == word { Ok(()) } else { Err(self.expected(word)) }
    }

    /// A new line that starts with `word`.
    fn header(&mut self, word: &'static str) -> Result<(), Refusal> {
        self.next_line()?;
        self.word(word)
    }

    /// A new line that starts with `word`, and the value after it.
    fn field<T: FromStr>(&mut self, word: &'static str) -> Result<T, Refusal> {
        self.header(word)?;
        self.value()
    }

    fn value<T: FromStr>(&mut self) -> Result<T, Refusal> {
        self.token()?.parse().map_err(|_| self.expected("a number of the right kind"))
    }

    fn values<T: FromStr>(&mut self, count: usize, into: &mut Vec<T>) -> Result<(), Refusal> {
        for _ in 0..count {
            into.push(self.value()?);
        }
        Ok(())
    }

    fn measure(&mut self, name: &'static str) -> Result<(Vec<u64>, Points), Refusal> {
        self.header(name)?;
        let (count, dim): (usize, usize) = (self.value()?, self.value()?);
        let (mut masses, mut coords) = (Vec::new(), Vec::new());
        for _ in 0..count {
            self.next_line()?;
            masses.push(self.value()?);
            self.values(dim, &mut coords)?;
        }
        Ok((masses, Points::new(dim, coords)?))
    }

    fn list(&mut self, name: &'static str, count: usize) -> Result<Vec<f64>, Refusal> {
        self.header(name)?;
        let mut values = Vec::new();
        self.values(count, &mut values)?;
        Ok(values)
    }

    fn transport(&mut self) -> Result<Certificate, Refusal> {
        self.header("cost")?;
        let cost = Cost::named(self.token()?).ok_or(self.expected("l2, l1 or linf"))?;
        let (p_mass, p) = self.measure("p")?;
        let (q_mass, q) = self.measure("q")?;
        let weights = match self.field::<u8>("weights")? {
            0 => None,
            1 => Some(Weights { p: self.list("p", p.len())?, q: self.list("q", q.len())? }),
            _ => return Err(self.expected("0 or 1")),
        };
        let mut plan = Plan::default();
        for _ in 0..self.field::<usize>("flows")? {
            self.next_line()?;
            plan.flows.push((self.value()?, self.value()?, self.value()?));
        }
        let potentials = Potentials { u: self.list("u", p.len())?, v: self.list("v", q.len())? };
        let bracket = (self.field("bracket")?, self.value()?);
        let problem = Problem { p, q, p_mass, q_mass, cost, weights };
        Ok(Certificate::Transport { problem, plan, potentials, bracket })
    }

    fn packing(&mut self) -> Result<Certificate, Refusal> {
        self.header("domain")?;
        let domain = Domain::named(self.token()?).ok_or(self.expected("box or ball"))?;
        let (dim, size, separation) = (self.field("dim")?, self.field("size")?, self.field("separation")?);
        let mut coords = Vec::new();
        for _ in 0..self.field::<usize>("points")? {
            self.next_line()?;
            self.values(dim, &mut coords)?;
        }
        let count = self.field("count")?;
        Ok(Certificate::Packing { points: IntegerPoints { dim, coords }, domain, size, separation, count })
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport { problem, plan, potentials, bracket } => {
                writeln!(f, "lip1-certificate 1 transport\ncost {}", problem.cost.name())?;
                write_measure(f, "p", &problem.p, &problem.p_mass)?;
                write_measure(f, "q", &problem.q, &problem.q_mass)?;
                writeln!(f, "weights {}", u8::from(problem.weights.is_some()))?;
                if let Some(weights) = &problem.weights {
                    write_row(f, "p", &weights.p)?;
                    write_row(f, "q", &weights.q)?;
                }
                writeln!(f, "flows {}", plan.flows.len())?;
                for (i, j, mass) in &plan.flows {
                    writeln!(f, "{i} {j} {mass}")?;
                }
                write_row(f, "u", &potentials.u)?;
                write_row(f, "v", &potentials.v)?;
                writeln!(f, "bracket {:?} {:?}", bracket.0, bracket.1)?;
            }
            Self::Packing { points, domain, size, separation, count } => {
                writeln!(f, "lip1-certificate 1 packing\ndomain {}\ndim {}", domain.name(), points.dim)?;
                let rows = points.coords.chunks_exact(points.dim.max(1));
                writeln!(f, "size {size}\nseparation {separation}\npoints {}", rows.len())?;
                for row in rows {
                    let row: Vec<String> = row.iter().map(i64::to_string).collect();
                    writeln!(f, "{}", row.join(" "))?;
                }
                writeln!(f, "count {count}")?;
            }
        }
        writeln!(f, "end")
    }
}

fn write_measure(f: &mut fmt::Formatter<'_>, name: &str, points: &Points, masses: &[u64]) -> fmt::Result {
    writeln!(f, "{name} {} {}", points.len(), points.dim())?;
    masses.iter().zip(points.rows()).try_for_each(|(mass, row)| write_row(f, mass, row))
}

fn write_row(f: &mut fmt::Formatter<'_>, name: impl fmt::Display, values: &[f64]) -> fmt::Result {
    write!(f, "{name}")?;
    values.iter().try_for_each(|value| write!(f, " {value:?}"))?;
    writeln!(f)
}
