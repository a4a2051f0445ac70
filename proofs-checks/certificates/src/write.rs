//! Writes certificates.

use std::fmt::{Debug, Display};

use lip1_kernel::boxes::Boxes;
use lip1_kernel::conv::ConvCertificate;
use lip1_kernel::cover::Cover;
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Pool};
use lip1_kernel::network::Hint;
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::regularised::Sample;
use lip1_kernel::transport::{Plan, Potentials};
use lip1_kernel::{Certificate, Points, Proof};

/// The text of a certificate.
pub fn text(certificate: &Certificate) -> String {
    let mut text = Text(String::new());
    let bracket = [certificate.bracket.0, certificate.bracket.1];
    text.words("lip1-certificate", [&"1", &certificate.proof.kind()]);
    match &certificate.proof {
        Proof::Transport(problem, plan, potentials, boxes) => {
            text.measures(problem.cost, &problem.p, &problem.q);
            text.numbers("p_mass", &problem.p_mass);
            text.numbers("q_mass", &problem.q_mass);
            let weights = problem.weights.as_ref();
            text.numbers("p_weight", weights.map_or(&[][..], |weights| &weights.p));
            text.numbers("q_weight", weights.map_or(&[][..], |weights| &weights.q));
            text.solution(plan, potentials);
            if let Some(Boxes { p, q }) = boxes {
                text.numbers("p_order", &p.order);
                text.numbers("p_slopes", &p.slopes);
                text.numbers("q_order", &q.order);
                text.numbers("q_slopes", &q.slopes);
            }
            text.numbers("bracket", &bracket);
        }
        Proof::Hkr(sample, parameters, unit, plan, potentials) => {
            text.sample(sample, ["margin", "lambda"], *parameters, *unit);
            text.solution(plan, potentials);
            text.numbers("bracket", &bracket);
        }
        Proof::Bce(sample, parameters, unit, plan, potentials) => {
            text.sample(sample, ["temperature", "constant"], *parameters, *unit);
            text.solution(plan, potentials);
            text.numbers("bracket", &bracket);
        }
        Proof::Packing(points, domain, [size, separation]) => {
            text.words("domain", [&domain.name()]);
            text.numbers("dim", &[points.dim]);
            text.numbers("size", &[size]);
            text.numbers("separation", &[separation]);
            text.numbers("points", &points.coords);
            text.words("count", [&bracket[0]]);
        }
        Proof::Points(points, distance, packing, cover) => {
            text.numbers("dim", &[points.dim()]);
            text.numbers("points", points.coords());
            text.numbers("distance", &[distance]);
            text.numbers("packing", packing);
            text.cover(cover);
            text.numbers("bracket", &bracket);
        }
        Proof::Lipschitz(net, hints, [x, y]) => {
            text.numbers("inputs", &[net.inputs()]);
            text.numbers("layers", &[net.layers().len()]);
            text.layers(net.layers(), &mut hints.iter());
            text.numbers("x", x);
            text.numbers("y", y);
            text.numbers("bracket", &bracket);
        }
    }
    text.0.push_str("end\n");
    text.0
}

/// Lines of a certificate.
struct Text(String);

impl Text {
    fn words<const N: usize>(&mut self, key: &str, values: [&dyn Display; N]) {
        self.line(key, values.iter().map(|value| value.to_string()));
    }

    /// `{:?}` of a float is the shortest decimal that reads back to it.
    fn numbers(&mut self, key: &str, values: &[impl Debug]) {
        self.line(key, values.iter().map(|value| format!("{value:?}")));
    }

    fn line(&mut self, key: &str, values: impl Iterator<Item = String>) {
        self.0.push_str(key);
        for value in values {
            self.0.push(' ');
            self.0.push_str(&value);
        }
        self.0.push('\n');
    }

    fn measures(&mut self, cost: Cost, p: &Points, q: &Points) {
        self.words("cost", [&cost.name()]);
        self.numbers("dim", &[p.dim()]);
        self.numbers("p", p.coords());
        self.numbers("q", q.coords());
    }

    fn sample(&mut self, sample: &Sample, names: [&str; 2], parameters: [f64; 2], unit: u64) {
        self.measures(sample.cost, &sample.p, &sample.q);
        self.numbers("p_weight", &sample.p_weight);
        self.numbers("q_weight", &sample.q_weight);
        self.words("total", [&sample.total.name()]);
        self.numbers(names[0], &[parameters[0]]);
        self.numbers(names[1], &[parameters[1]]);
        self.numbers("unit", &[unit]);
    }

    /// `key number values`.
    fn headed(&mut self, key: &str, head: impl Debug, values: &[impl Debug]) {
        self.line(
            key,
            [format!("{head:?}")].into_iter().chain(values.iter().map(|value| format!("{value:?}"))),
        );
    }

    fn cover(&mut self, cover: &Cover) {
        match cover {
            Cover::Cliques { cliques, unit } => {
                self.words("cliques", [unit, &cliques.len()]);
                cliques.iter().for_each(|clique| self.headed("clique", clique.weight, &clique.members));
            }
            Cover::Branch { vertex, taken, left } => {
                self.words("branch", [vertex]);
                self.cover(taken);
                self.cover(left);
            }
            Cover::Split { parts } => {
                self.words("parts", [&parts.len()]);
                for (members, cover) in parts {
                    self.numbers("part", members);
                    self.cover(cover);
                }
            }
        }
    }

    /// The layers, each linear one with the next hint.
    fn layers(&mut self, layers: &[Layer], hints: &mut std::slice::Iter<'_, Option<Hint>>) {
        for layer in layers {
            match layer {
                Layer::Dense(Dense { outputs, inputs, weight, bias }) => {
                    self.words("dense", [outputs, inputs]);
                    self.numbers("weight", weight);
                    self.numbers("bias", bias);
                    match hints.next() {
                        Some(Some(Hint::Spectral(hint))) => self.spectral(hint),
                        Some(Some(Hint::Conv(_)) | None) | None => self.words("frobenius", []),
                    }
                }
                Layer::Conv(conv) => {
                    let [channels, height, width] = conv.input;
                    let [rows, columns] = conv.kernel;
                    let circular = usize::from(conv.circular);
                    let sizes =
                        [channels, height, width, conv.outputs, rows, columns, conv.stride, conv.padding];
                    self.numbers("conv", &[&sizes[..], &[circular, conv.groups]].concat());
                    self.numbers("weight", &conv.weight);
                    self.numbers("bias", &conv.bias);
                    if let Some(Some(Hint::Conv(hint))) = hints.next() {
                        self.conv_hint(hint);
                    }
                }
                Layer::Sort { group } => self.words("sort", [group]),
                Layer::Select { from } => self.numbers("select", from),
                Layer::Relu => self.words("relu", []),
                Layer::Abs => self.words("abs", []),
                Layer::Scale(factor) => self.numbers("scale", &[factor]),
                Layer::Householder { angles } => self.numbers("householder", angles),
                Layer::Pool { windows, kind } => {
                    self.words(if *kind == Pool::L2 { "l2" } else { "average" }, [&windows.len()]);
                    windows.iter().for_each(|window| self.numbers("window", window));
                }
                Layer::Residual { body, weight } => {
                    self.headed("residual", weight, &[body.len()]);
                    self.layers(body, hints);
                }
            }
        }
    }

    fn spectral(&mut self, hint: &SpectralCertificate) {
        self.headed("spectral", hint.mu, &hint.factor);
    }

    fn conv_hint(&mut self, hint: &ConvCertificate) {
        match hint {
            ConvCertificate::Multiplicity(groups) => {
                self.words("multiplicity", []);
                groups.iter().for_each(|hint| self.spectral(hint));
            }
            ConvCertificate::Gershgorin(groups) => {
                self.words("gershgorin", []);
                groups.iter().for_each(|q| self.numbers("q", q));
            }
            ConvCertificate::Symbol(groups) => {
                self.words("symbol", []);
                for hints in groups {
                    self.words("frequencies", [&hints.len()]);
                    hints.iter().for_each(|hint| self.spectral(hint));
                }
            }
            ConvCertificate::Explicit(groups) => {
                self.words("explicit", []);
                groups.iter().for_each(|hint| self.spectral(hint));
            }
        }
    }

    fn solution(&mut self, plan: &Plan, potentials: &Potentials) {
        let flows: Vec<u64> =
            plan.flows.iter().flat_map(|&(i, j, mass)| [u64::from(i), u64::from(j), mass]).collect();
        self.numbers("flows", &flows);
        self.numbers("u", &potentials.u);
        self.numbers("v", &potentials.v);
    }
}
