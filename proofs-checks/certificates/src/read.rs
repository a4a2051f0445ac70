//! Reads saved certificates.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use lip1_kernel::boxes::{Boxes, Grouping};
use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::cover::{Clique, Cover};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::Hint;
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::regularised::{Sample, Total};
use lip1_kernel::transport::{Plan, Potentials, Problem, Weights};
use lip1_kernel::{Certificate, Points, Proof, Refusal};

/// Why a text is no certificate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ReadError {
    /// A line does not follow the format.
    Format {
        /// Line of the text, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The numbers make no points or no network.
    Refused(Refusal),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { line, expected } => write!(f, "line {line}: expected {expected}"),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Format { .. } => None,
            // Displayed whole, so that the source is what lies beneath it.
            Self::Refused(refusal) => refusal.source(),
        }
    }
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Levels of a tree of cases, as many as the kernel takes: they are read by recursion.
const DEEPEST_TREE: usize = 500;

/// Residuals inside each other.
const DEEPEST_RESIDUAL: usize = 64;

/// Reads a certificate; memory is proportional to the text, whatever sizes it claims.
///
/// # Errors
/// [`ReadError`], with the line where there is one.
pub fn read(text: &str) -> Result<Certificate, ReadError> {
    let mut reader = Reader { lines: text.lines(), number: 0 };
    let header: [String; 2] = reader.some("lip1-certificate")?;
    let certificate = match [&*header[0], &*header[1]] {
        ["1", "transport"] => reader.transport()?,
        ["1", "hinge-kr"] => reader.regularised(["margin", "lambda"], Proof::Hkr)?,
        ["1", "log-loss"] => reader.regularised(["temperature", "constant"], Proof::Bce)?,
        ["1", "packing"] => reader.packing()?,
        ["1", "points"] => reader.points()?,
        ["1", "lipschitz"] => reader.lipschitz()?,
        _ => return Err(reader.expected("a known version and kind of certificate")),
    };
    if !reader.list::<f64>("end")?.is_empty() || reader.lines.any(|line| !line.trim().is_empty()) {
        return Err(reader.expected("nothing after the end"));
    }
    Ok(certificate)
}

/// The lines that are left, and the number of the last one read.
struct Reader<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl<'a> Reader<'a> {
    fn expected(&self, expected: &'static str) -> ReadError {
        ReadError::Format { line: self.number, expected }
    }

    /// The next line: its key and its values.
    fn record(&mut self) -> (&'a str, std::str::SplitAsciiWhitespace<'a>) {
        self.number += 1;
        let mut fields = self.lines.next().unwrap_or("").split_ascii_whitespace();
        (fields.next().unwrap_or(""), fields)
    }

    fn values<T: FromStr>(&self, fields: std::str::SplitAsciiWhitespace<'_>) -> Result<Vec<T>, ReadError> {
        let number = |field: &str| field.parse().map_err(|_| self.expected("values of the right kind"));
        fields.map(number).collect()
    }

    fn exactly<T: FromStr, const N: usize>(
        &self,
        fields: std::str::SplitAsciiWhitespace<'_>,
    ) -> Result<[T; N], ReadError> {
        self.values(fields)?.try_into().map_err(|_| self.expected("another number of values"))
    }

    /// The values of the next line, which starts with `key`.
    fn list<T: FromStr>(&mut self, key: &'static str) -> Result<Vec<T>, ReadError> {
        let (found, fields) = self.record();
        if found == key { self.values(fields) } else { Err(self.expected(key)) }
    }

    /// A line with `N` values.
    fn some<T: FromStr, const N: usize>(&mut self, key: &'static str) -> Result<[T; N], ReadError> {
        self.list(key)?.try_into().map_err(|_| self.expected("another number of values"))
    }

    fn one<T: FromStr>(&mut self, key: &'static str) -> Result<T, ReadError> {
        self.some(key).map(|[value]| value)
    }

    /// A number, then a list: `key number values`.
    fn headed<T: FromStr, U: FromStr>(&mut self, key: &'static str) -> Result<(T, Vec<U>), ReadError> {
        let (found, mut fields) = self.record();
        let head = fields.next().and_then(|head| head.parse().ok()).filter(|_| found == key);
        Ok((head.ok_or(self.expected(key))?, self.values(fields)?))
    }

    /// A line with one of a few names.
    fn named<T>(&mut self, key: &'static str, value: fn(&str) -> Option<T>) -> Result<T, ReadError> {
        value(&self.one::<String>(key)?).ok_or(self.expected("a known name"))
    }

    fn bracket(&mut self) -> Result<(f64, f64), ReadError> {
        self.some("bracket").map(|[lower, upper]| (lower, upper))
    }

    fn measures(&mut self) -> Result<(Cost, Points, Points), ReadError> {
        let (cost, dim) = (self.named("cost", Cost::named)?, self.one("dim")?);
        Ok((cost, Points::new(dim, self.list("p")?)?, Points::new(dim, self.list("q")?)?))
    }

    /// Whether the next line has that key.
    fn continues(&self, key: &str) -> bool {
        self.lines.clone().next().and_then(|line| line.split_ascii_whitespace().next()) == Some(key)
    }

    fn boxes(&mut self) -> Result<Boxes, ReadError> {
        let p = Grouping { order: self.list("p_order")?, slopes: self.list("p_slopes")? };
        let q = Grouping { order: self.list("q_order")?, slopes: self.list("q_slopes")? };
        Ok(Boxes { p, q })
    }

    fn solution(&mut self) -> Result<(Plan, Potentials), ReadError> {
        let numbers: Vec<u64> = self.list("flows")?;
        let triples = numbers.chunks(3).map(|flow| match *flow {
            [i, j, mass] => Some((u32::try_from(i).ok()?, u32::try_from(j).ok()?, mass)),
            _ => None,
        });
        let flows =
            triples.collect::<Option<_>>().ok_or(self.expected("triples of point, point and mass"))?;
        let potentials = Potentials { u: self.list("u")?, v: self.list("v")? };
        Ok((Plan { flows }, potentials))
    }

    fn transport(&mut self) -> Result<Certificate, ReadError> {
        let (cost, p, q) = self.measures()?;
        let (p_mass, q_mass) = (self.list("p_mass")?, self.list("q_mass")?);
        let weights = Weights { p: self.list("p_weight")?, q: self.list("q_weight")? };
        let weights = if weights.p.is_empty() && weights.q.is_empty() { None } else { Some(weights) };
        let (plan, potentials) = self.solution()?;
        let boxes = if self.continues("p_order") { Some(self.boxes()?) } else { None };
        let problem = Problem { p, q, p_mass, q_mass, cost, weights };
        let proof = Proof::Transport(problem, plan, potentials, boxes);
        Ok(Certificate { proof, bracket: self.bracket()? })
    }

    fn regularised(
        &mut self,
        parameters: [&'static str; 2],
        proof: fn(Sample, [f64; 2], u64, Plan, Potentials) -> Proof,
    ) -> Result<Certificate, ReadError> {
        let (cost, p, q) = self.measures()?;
        let (p_weight, q_weight) = (self.list("p_weight")?, self.list("q_weight")?);
        let total = self.named("total", Total::named)?;
        let parameters = [self.one(parameters[0])?, self.one(parameters[1])?];
        let unit = self.one("unit")?;
        let (plan, potentials) = self.solution()?;
        let sample = Sample { p, q, p_weight, q_weight, cost, total };
        let proof = proof(sample, parameters, unit, plan, potentials);
        Ok(Certificate { proof, bracket: self.bracket()? })
    }

    fn packing(&mut self) -> Result<Certificate, ReadError> {
        let (domain, dim) = (self.named("domain", Domain::named)?, self.one("dim")?);
        let sizes = [self.one("size")?, self.one("separation")?];
        let points = IntegerPoints { dim, coords: self.list("points")? };
        let count = self.one::<u32>("count")?;
        let proof = Proof::Packing(points, domain, sizes);
        Ok(Certificate { proof, bracket: (count.into(), f64::INFINITY) })
    }

    fn points(&mut self) -> Result<Certificate, ReadError> {
        let points = Points::new(self.one("dim")?, self.list("points")?)?;
        let (distance, packing) = (self.one("distance")?, self.list("packing")?);
        let cover = self.cover(DEEPEST_TREE)?;
        Ok(Certificate { proof: Proof::Points(points, distance, packing, cover), bracket: self.bracket()? })
    }

    fn cover(&mut self, depth: usize) -> Result<Cover, ReadError> {
        let depth = depth.checked_sub(1).ok_or(self.expected("a shallower tree"))?;
        match self.record() {
            ("cliques", fields) => {
                let [unit, count] = self.exactly::<u64, 2>(fields)?;
                let clique = |_| self.headed("clique").map(|(weight, members)| Clique { members, weight });
                Ok(Cover::Cliques { cliques: (0..count).map(clique).collect::<Result<_, _>>()?, unit })
            }
            ("branch", fields) => {
                let [vertex] = self.exactly(fields)?;
                let (taken, left) = (Box::new(self.cover(depth)?), Box::new(self.cover(depth)?));
                Ok(Cover::Branch { vertex, taken, left })
            }
            ("parts", fields) => {
                let [count] = self.exactly::<u64, 1>(fields)?;
                let part = |_| Ok::<_, ReadError>((self.list("part")?, self.cover(depth)?));
                Ok(Cover::Split { parts: (0..count).map(part).collect::<Result<_, _>>()? })
            }
            _ => Err(self.expected("cliques, branch or parts")),
        }
    }

    fn lipschitz(&mut self) -> Result<Certificate, ReadError> {
        let (inputs, count) = (self.one("inputs")?, self.one("layers")?);
        let mut hints = Vec::new();
        let net = Net::new(inputs, self.layers(count, &mut hints, DEEPEST_RESIDUAL)?)?;
        let pair = [self.list("x")?, self.list("y")?];
        Ok(Certificate { proof: Proof::Lipschitz(net, hints, pair), bracket: self.bracket()? })
    }

    fn layers(
        &mut self,
        count: u64,
        hints: &mut Vec<Option<Hint>>,
        depth: usize,
    ) -> Result<Vec<Layer>, ReadError> {
        (0..count).map(|_| self.layer(hints, depth)).collect()
    }

    fn layer(&mut self, hints: &mut Vec<Option<Hint>>, depth: usize) -> Result<Layer, ReadError> {
        let (key, mut fields) = self.record();
        let none = |reader: &Self, layer| reader.exactly::<f64, 0>(fields.clone()).map(|_| layer);
        match key {
            "dense" => {
                let [outputs, inputs] = self.exactly(fields)?;
                let (weight, bias) = (self.list("weight")?, self.list("bias")?);
                hints.push(self.dense_hint()?);
                Ok(Layer::Dense(Dense { outputs, inputs, weight, bias }))
            }
            "conv" => {
                let [a, b, c, outputs, rows, columns, stride, padding, circular, groups] =
                    self.exactly::<usize, 10>(fields)?;
                if circular > 1 {
                    return Err(self.expected("0 or 1 for circular"));
                }
                let (weight, bias) = (self.list("weight")?, self.list("bias")?);
                hints.push(Some(Hint::Conv(self.conv_hint(groups)?)));
                let (input, kernel, circular) = ([a, b, c], [rows, columns], circular == 1);
                Ok(Layer::Conv(Conv {
                    input,
                    outputs,
                    kernel,
                    stride,
                    padding,
                    circular,
                    groups,
                    weight,
                    bias,
                }))
            }
            "sort" => self.exactly(fields).map(|[group]| Layer::Sort { group }),
            "select" => self.values(fields).map(|from| Layer::Select { from }),
            "relu" => none(self, Layer::Relu),
            "abs" => none(self, Layer::Abs),
            "scale" => self.exactly(fields).map(|[factor]| Layer::Scale(factor)),
            "householder" => self.values(fields).map(|angles| Layer::Householder { angles }),
            "average" | "l2" => {
                let kind = if key == "l2" { Pool::L2 } else { Pool::Average };
                let [count] = self.exactly::<u64, 1>(fields)?;
                let windows = (0..count).map(|_| self.list("window")).collect::<Result<_, _>>()?;
                Ok(Layer::Pool { windows, kind })
            }
            "residual" => {
                let weight = fields.next().and_then(|weight| weight.parse().ok());
                let weight = weight.ok_or(self.expected("a share"))?;
                let [count] = self.exactly(fields)?;
                let depth = depth.checked_sub(1).ok_or(self.expected("fewer residuals in residuals"))?;
                Ok(Layer::Residual { body: self.layers(count, hints, depth)?, weight })
            }
            _ => Err(self.expected("a kind of layer")),
        }
    }

    fn dense_hint(&mut self) -> Result<Option<Hint>, ReadError> {
        match self.record() {
            ("frobenius", fields) => self.exactly::<f64, 0>(fields).map(|_| None),
            ("spectral", fields) => self.spectral(fields).map(|hint| Some(Hint::Spectral(hint))),
            _ => Err(self.expected("spectral or frobenius")),
        }
    }

    fn spectral(
        &self,
        mut fields: std::str::SplitAsciiWhitespace<'_>,
    ) -> Result<SpectralCertificate, ReadError> {
        let mu = fields.next().and_then(|mu| mu.parse().ok()).ok_or(self.expected("mu"))?;
        Ok(SpectralCertificate { mu, factor: self.values(fields)? })
    }

    fn spectral_lines(&mut self, count: usize) -> Result<Vec<SpectralCertificate>, ReadError> {
        let line = |_| self.headed("spectral").map(|(mu, factor)| SpectralCertificate { mu, factor });
        (0..count).map(line).collect()
    }

    fn conv_hint(&mut self, groups: usize) -> Result<ConvCertificate, ReadError> {
        let (key, fields) = self.record();
        self.exactly::<f64, 0>(fields)?;
        match key {
            "multiplicity" => self.spectral_lines(groups).map(ConvCertificate::Multiplicity),
            "gershgorin" => {
                (0..groups).map(|_| self.list("q")).collect::<Result<_, _>>().map(ConvCertificate::Gershgorin)
            }
            "symbol" => {
                let group = |_| {
                    let frequencies = self.one("frequencies")?;
                    self.spectral_lines(frequencies)
                };
                (0..groups).map(group).collect::<Result<_, _>>().map(ConvCertificate::Symbol)
            }
            "explicit" => self.spectral_lines(groups).map(ConvCertificate::Explicit),
            _ => Err(self.expected("multiplicity, gershgorin, symbol or explicit")),
        }
    }
}
