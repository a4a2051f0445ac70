//! The radius per pair of rows of the last layer.

use lip1_core::{Parametrisation, ProjectedGradient, certify, projected_gradient, spectral_certificate};
use lip1_harness::{CheckError, Context, Finding, Tolerance};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward, norm};
use nalgebra::DMatrix;
use rand::RngExt;

use crate::trained::Trained;

/// The length of a vector of enclosed numbers.
fn length(entries: impl Iterator<Item = Interval>) -> Interval {
    entries.fold(Interval::ZERO, |sum, entry| sum + entry.sqr()).sqrt()
}

fn rows(head: &Dense) -> Vec<&[f64]> {
    head.weight.chunks_exact(head.inputs).collect()
}

/// `|w_a - w_b|` of every pair of rows.
fn differences(head: &Dense) -> Vec<Vec<Interval>> {
    let rows = rows(head);
    let difference =
        |a: &[f64], b: &[f64]| length(a.iter().zip(b).map(|(a, b)| Interval::data(*a) - Interval::data(*b)));
    rows.iter().map(|a| rows.iter().map(|b| difference(a, b)).collect()).collect()
}

/// The class with the largest score and, for each class, by how much that exceeds it; `None` where the class is open.
fn leads(scores: &[Interval]) -> Option<(usize, Vec<Interval>)> {
    let order = |a: &usize, b: &usize| scores[*a].lower().total_cmp(&scores[*b].lower());
    let class = (0..scores.len()).max_by(order)?;
    let leads: Vec<Interval> = scores.iter().map(|score| scores[class] - *score).collect();
    let certain = (0..scores.len()).all(|other| other == class || leads[other].lower() > 0.0);
    certain.then_some((class, leads))
}

/// The least `lead / (divisor constant)` over the other classes.
fn least(class: usize, leads: &[Interval], divisors: &[Interval], constant: Interval) -> Interval {
    let others = leads.iter().zip(divisors).enumerate().filter(|(other, _)| *other != class);
    let radii = others.map(|(_, (lead, divisor))| *lead / (*divisor * constant));
    radii.reduce(Interval::min).unwrap_or(Interval::ENTIRE)
}

/// Random linear maps: divisors compared pair by pair, radii compared, and the radius per pair attained on the way to the closest
/// tie.
pub(super) fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("radius");
    let mut random = ctx.generator("heads");
    for trial in 0..ctx.count(120, 2_000, 50_000) {
        let (outputs, inputs) = (random.random_range(2..=8), random.random_range(2..=8));
        let weight: Vec<f64> = (0..outputs * inputs).map(|_| random.random_range(-1.0..1.0)).collect();
        let head = Dense { outputs, inputs, weight, bias: Vec::new() };
        let x: Vec<f64> = (0..inputs).map(|_| random.random_range(-4.0..4.0)).collect();
        let net = Net::new(inputs, vec![Layer::Dense(head.clone())])?;
        let Some((class, leads)) = leads(&forward::enclose(&net, &x)?.values) else { continue };
        let rows = rows(&head);
        let lengths: Vec<Interval> =
            rows.iter().map(|row| length(row.iter().copied().map(Interval::data))).collect();
        let joint =
            Interval::integer(2).sqrt() * norm::spectral(&head, &spectral_certificate(&head))?.upper_bound();
        let differences = differences(&head);
        for (other, difference) in differences[class].iter().enumerate().filter(|(other, _)| *other != class)
        {
            let witness = || format!("trial {trial}, classes {class} and {other}");
            finding.at_most(
                "|w_a - w_b| <= |w_a| + |w_b|",
                *difference,
                lengths[class] + lengths[other],
                witness,
            );
            finding.at_most("|w_a - w_b| <= sqrt 2 |W|", *difference, joint, witness);
        }
        let radius = least(class, &leads, &differences[class], Interval::ONE);
        let margin = leads.iter().enumerate().filter(|(other, _)| *other != class);
        let margin = margin.map(|(_, lead)| *lead).reduce(Interval::min).unwrap_or(Interval::ENTIRE);
        let largest = lengths.iter().copied().reduce(Interval::max).unwrap_or(Interval::ENTIRE);
        let witness = || format!("trial {trial}, radius per pair {radius}");
        let twice = Interval::integer(2) * largest;
        finding.at_most(
            "M/2 of scores of slope at most |w| <= radius per pair",
            margin / twice,
            radius,
            witness,
        );
        finding.at_most("M/sqrt 2 of a map of norm |W| <= radius per pair", margin / joint, radius, witness);
        // The closest tie of a linear map lies in the direction of the difference of two rows.
        let attacker = (0..outputs).filter(|other| *other != class).min_by(|a, b| {
            let radius = |other: usize| (leads[other] / differences[class][other]).lower();
            radius(*a).total_cmp(&radius(*b))
        });
        if let Some(other) = attacker.filter(|_| radius.lower() > ROOM) {
            let scale = radius.upper() * (1.0 + ATTAINED) / differences[class][other].lower();
            let moved = rows[other].iter().zip(rows[class]).map(|(to, from)| (to - from) * scale);
            let y: Vec<f64> = x.iter().zip(moved).map(|(x, d)| x + d).collect();
            let scores = forward::enclose(&net, &y)?;
            let scores = &scores.values;
            finding.at_most("f_a <= f_b beyond the radius per pair", scores[class], scores[other], witness);
            let beyond = radius * Interval::constant(2.0 * ATTAINED);
            let beyond = Tolerance::new(beyond, radius, "the decision changes that far beyond the radius");
            let way = distance::enclose(&x, &y, Cost::L2);
            finding.at_most_within(
                "the way to another class <= radius per pair",
                way,
                radius,
                beyond,
                witness,
            );
        }
    }
    Ok(finding)
}

/// Smaller radii are lost in the rounding of a point.
const ROOM: f64 = 1e-4;

/// How far beyond the radius a changed decision is looked for: far above the rounding of a point.
const ATTAINED: f64 = 1e-9;

/// A network of orthogonal layers on digits, with the radius per pair at digits whose class is certain.
pub(super) struct Digits {
    trained: Trained,
    rows: Vec<usize>,
    radii: Vec<Interval>,
}

impl Digits {
    pub(super) fn of(ctx: &Context) -> Result<Self, CheckError> {
        let failed = || CheckError::during("certificate");
        let trained = Trained::on_digits(Parametrisation::Orthogonal, ctx.count(2, 20, 60), ctx.run_seed())?;
        let Some((Layer::Dense(head), body)) = trained.net.layers().split_last() else {
            return Err(CheckError::Instance("a network without a head".to_owned()));
        };
        let body = Net::new(trained.net.inputs(), body.to_vec())?;
        let constant = certify(&body).map_err(failed())?.upper_bound();
        let differences = differences(head);
        let (mut rows, mut radii) = (Vec::new(), Vec::new());
        for (row, x) in trained.points.rows().enumerate().take(ctx.count(150, 800, 1_797)) {
            let Some((class, leads)) = leads(&forward::enclose(&trained.net, x)?.values) else { continue };
            rows.push(row);
            radii.push(least(class, &leads, &differences[class], constant));
        }
        Ok(Self { trained, rows, radii })
    }

    /// The kernel's radius, by the two other rules, against the radius per pair.
    pub(super) fn compared(&self) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("radius");
        let certified = certify(&self.trained.net).map_err(CheckError::during("certificate"))?;
        for (row, radius) in self.rows.iter().zip(&self.radii) {
            let others = certified.decide(self.trained.points.row(*row))?.lower_bound();
            let added = *radius * Interval::ratio(self.trained.net.inputs() as u128, CERTIFICATE);
            let added =
                Tolerance::new(added, *radius, "the other rules' divisors carry what certificates add");
            finding.at_most_within(
                "the least of the other rules <= radius per pair",
                others,
                *radius,
                added,
                || format!("digit {row}: {others} and {radius}"),
            );
        }
        Ok(finding)
    }

    /// Gradient attacks inside `factor` times the radius per pair.
    pub(super) fn attacked(&self, ctx: &Context, factor: f64) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("radius");
        let places = self.rows.iter().flat_map(|row| self.trained.points.row(*row)).copied().collect();
        let points = DMatrix::from_vec(self.trained.net.inputs(), self.rows.len(), places);
        let radii: Vec<f64> = self.radii.iter().map(|radius| radius.lower() * factor).collect();
        let config = ProjectedGradient { steps: 20, restarts: 1, seed: ctx.seed("attack") };
        let found = projected_gradient(&self.trained.network, &points, &radii, &config)
            .map_err(CheckError::during("attack"))?;
        for ((row, radius), adversary) in self.rows.iter().zip(&radii).zip(found) {
            // A changed decision inside leaves no part of the radius.
            let left = if adversary.is_none() { *radius } else { -*radius };
            finding.float(left, || format!("digit {row}, radius {radius}"));
        }
        Ok(finding)
    }
}

/// What a certificate adds to a norm, relative, is at most the number of inputs over this.
const CERTIFICATE: u128 = 1_000_000_000_000;
