//! Writes certificates in the kernel's text format, which [`lip1_kernel::Certificate::parse`] reads.

use std::fmt::{Debug, Display};

use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Sample;
use lip1_kernel::transport::{Plan, Potentials};
use lip1_kernel::{Certificate, Points, Proof};

/// The text of a certificate.
pub fn text(certificate: &Certificate) -> String {
    let mut text = Text(String::new());
    let bracket = [certificate.bracket.0, certificate.bracket.1];
    text.words("lip1-certificate", [&"1", &certificate.proof.kind()]);
    match &certificate.proof {
        Proof::Transport(problem, plan, potentials) => {
            text.measures(problem.cost, &problem.p, &problem.q);
            text.numbers("p_mass", &problem.p_mass);
            text.numbers("q_mass", &problem.q_mass);
            let weights = problem.weights.as_ref();
            text.numbers("p_weight", weights.map_or(&[][..], |weights| &weights.p));
            text.numbers("q_weight", weights.map_or(&[][..], |weights| &weights.q));
            text.solution(plan, potentials, bracket);
        }
        Proof::HingeKr(sample, parameters, unit, plan, potentials) => {
            text.sample(sample, ["margin", "lambda"], *parameters, *unit);
            text.solution(plan, potentials, bracket);
        }
        Proof::LogLoss(sample, parameters, unit, plan, potentials) => {
            text.sample(sample, ["temperature", "constant"], *parameters, *unit);
            text.solution(plan, potentials, bracket);
        }
        Proof::Packing(points, domain, [size, separation]) => {
            text.words("domain", [&domain.name()]);
            text.numbers("dim", &[points.dim]);
            text.numbers("size", &[size]);
            text.numbers("separation", &[separation]);
            text.numbers("points", &points.coords);
            text.words("count", [&bracket[0]]);
        }
        other => text.words("unknown", [&other.kind()]),
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

    fn solution(&mut self, plan: &Plan, potentials: &Potentials, bracket: [f64; 2]) {
        let flows: Vec<u64> =
            plan.flows.iter().flat_map(|&(i, j, mass)| [u64::from(i), u64::from(j), mass]).collect();
        self.numbers("flows", &flows);
        self.numbers("u", &potentials.u);
        self.numbers("v", &potentials.v);
        self.numbers("bracket", &bracket);
    }
}

#[cfg(test)]
mod tests {
    use lip1_kernel::packing::{Domain, IntegerPoints};
    use lip1_kernel::regularised::Total;
    use lip1_kernel::transport::{Problem, Weights};

    use super::*;

    fn solution() -> (Plan, Potentials) {
        (Plan { flows: vec![(0, 0, 1), (0, 1, 2)] }, Potentials { u: vec![0.1 + 0.2], v: vec![-1e-300, 5.0] })
    }

    fn points(coords: &[f64]) -> Points {
        Points::new(2, coords.to_vec()).unwrap()
    }

    #[test]
    fn every_kind_reads_back_to_itself() {
        let (p, q) = (points(&[1.0 / 3.0, -0.0]), points(&[1e200, 2.0, 5e-324, 7.0]));
        let (p_weight, q_weight) = (vec![0.7], vec![0.1, 0.2]);
        let sample = Sample {
            p: p.clone(),
            q: q.clone(),
            p_weight: p_weight.clone(),
            q_weight: q_weight.clone(),
            cost: Cost::L1,
            total: Total::Together,
        };
        let problem = |weights| Problem {
            p: p.clone(),
            q: q.clone(),
            p_mass: vec![3],
            q_mass: vec![1, 2],
            cost: Cost::Linf,
            weights,
        };
        let (plan, potentials) = solution();
        let proofs = [
            Proof::Transport(problem(None), plan.clone(), potentials.clone()),
            Proof::Transport(
                problem(Some(Weights { p: p_weight, q: q_weight })),
                plan.clone(),
                potentials.clone(),
            ),
            Proof::HingeKr(sample.clone(), [0.1, 3.0], 1 << 50, plan.clone(), potentials.clone()),
            Proof::LogLoss(sample, [2.0, 0.5], 7, plan, potentials),
        ];
        for proof in proofs {
            let certificate = Certificate { proof, bracket: (0.1, 1.0 / 3.0) };
            assert_eq!(Certificate::parse(&text(&certificate)), Ok(certificate));
        }
        let corners = IntegerPoints { dim: 2, coords: vec![0, 0, 10, -3] };
        let packing = Certificate {
            proof: Proof::Packing(corners, Domain::Ball, [11, 10]),
            bracket: (2.0, f64::INFINITY),
        };
        assert_eq!(Certificate::parse(&text(&packing)), Ok(packing));
    }
}
