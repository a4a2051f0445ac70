//! The functions that are attacked, with the radii that they claim.

use lip1_core::{Architecture, Network, Parametrisation, Targets, certify};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::{Interval, Points, forward};
use nalgebra::{DMatrix, DVector};
use rand::RngExt;

use super::attack::{Target, attack};
use crate::picture::Drawn;
use crate::trained::Trained;

/// A function that decides by its sign, and where it is attacked.
pub(super) struct Victim {
    name: &'static str,
    network: Network<f64>,
    net: Net,
    points: Points,
    radius: Radius,
    /// Directions that are searched around every point, beside those of the attacks.
    directions: Vec<DVector<f64>>,
    /// Points that are attacked.
    attacked: usize,
}

/// The radius that is claimed.
enum Radius {
    /// The kernel's, times a factor.
    Certified(f64),
    /// `|f(x)|`, as if the function were 1-Lipschitz.
    Value,
}

impl Victim {
    fn of(ctx: &Context, name: &'static str, trained: Trained) -> Self {
        Self {
            name,
            network: trained.network,
            net: trained.net,
            points: trained.points,
            radius: Radius::Certified(1.0),
            directions: Vec::new(),
            attacked: ctx.count(40, 400, 1_500),
        }
    }

    /// Malignant or benign aspirates.
    pub(super) fn breast_cancer(
        ctx: &Context,
        rule: Parametrisation,
        epochs: usize,
    ) -> Result<Self, CheckError> {
        let constrained = rule != Parametrisation::Unconstrained;
        let name = if constrained { "breast cancer" } else { "breast cancer, unconstrained" };
        Ok(Self::of(ctx, name, Trained::on_breast_cancer(rule, epochs, ctx.run_seed())?))
    }

    /// Odd or even digits.
    pub(super) fn parity(ctx: &Context, epochs: usize) -> Result<Self, CheckError> {
        let trained = Trained::on_parity(Parametrisation::Orthogonal, epochs, ctx.run_seed())?;
        Ok(Self::of(ctx, "digits", trained))
    }

    /// Alternating classes on a line; both directions are searched.
    pub(super) fn line(ctx: &Context) -> Result<Self, CheckError> {
        let mut random = ctx.generator("line");
        let coords: Vec<f64> = (0..200).map(|_| random.random_range(-4.0..4.0)).collect();
        let signs = coords.iter().map(|x| if x.rem_euclid(2.0) < 1.0 { 1 } else { -1 }).collect();
        let both = vec![DVector::from_element(1, 1.0), DVector::from_element(1, -1.0)];
        Self::small(ctx, "line", Points::new(1, coords)?, signs, both)
    }

    /// A disc inside a ring; rays all around are searched.
    pub(super) fn plane(ctx: &Context) -> Result<Self, CheckError> {
        let mut random = ctx.generator("plane");
        let coords: Vec<f64> = (0..1_000).map(|_| random.random_range(-2.0..2.0)).collect();
        let points = Points::new(2, coords)?;
        let inside = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>() < 1.5;
        let signs = points.rows().map(|x| if inside(x) { 1 } else { -1 }).collect();
        let rays = ctx.count(64, 360, 3_600);
        let angle = |k: usize| std::f64::consts::TAU * k as f64 / rays as f64;
        let around = (0..rays).map(|k| DVector::from_vec(vec![angle(k).cos(), angle(k).sin()]));
        Self::small(ctx, "plane", points, signs, around.collect())
    }

    fn small(
        ctx: &Context,
        name: &'static str,
        points: Points,
        signs: Vec<i8>,
        directions: Vec<DVector<f64>>,
    ) -> Result<Self, CheckError> {
        let epochs = ctx.count(40, 200, 400);
        let rule = Parametrisation::Orthogonal;
        let trained = Trained::on(points, Targets::Signs(signs), 1, rule, epochs, ctx.run_seed())?;
        Ok(Self { directions, ..Self::of(ctx, name, trained) })
    }

    /// `x` or `-x` on a line: every radius is attained.
    pub(super) fn reflection(ctx: &Context) -> Result<Self, CheckError> {
        let plan = Architecture::new(1).dense(1, Parametrisation::Orthogonal);
        let network = plan.build::<f64>(ctx.run_seed()).map_err(CheckError::during("reflection"))?;
        let net = network.to_kernel().map_err(CheckError::during("lowering"))?;
        let points = Points::new(1, vec![-2.5, 0.125, 1.0, 3.0])?;
        Ok(Self::of(ctx, "reflection", Trained { network, net, points }))
    }

    /// Twice the function, its radii claimed with the constant 1.
    pub(super) fn doubled(mut self) -> Result<Self, CheckError> {
        let layers = self.net.layers().iter().cloned().chain([Layer::Scale(2.0)]);
        self.net = Net::new(self.net.inputs(), layers.collect())?;
        self.radius = Radius::Value;
        Ok(self)
    }

    /// The same function with other radii.
    pub(super) fn with_radii_times(mut self, factor: f64) -> Self {
        self.radius = Radius::Certified(factor);
        self
    }
}

/// Examines the radii of a victim at points drawn from its data.
pub(super) fn attacked(ctx: &Context, victim: &Victim) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator(victim.name);
    let certified = certify(&victim.net).map_err(CheckError::during("certificate"))?;
    let target = Target { net: &victim.net, network: &victim.network };
    let values = values(victim)?;
    let mut distances = Vec::new();
    for _ in 0..victim.attacked {
        let index = random.random_range(0..victim.points.len());
        let x = victim.points.row(index);
        let radius = match victim.radius {
            Radius::Certified(factor) => factor * certified.decide(x)?.radius(),
            Radius::Value => forward::enclose(&victim.net, x)?.values.iter().map(|v| v.abs().lower()).sum(),
        };
        let mut directions = victim.directions.clone();
        directions.extend(towards_other_class(victim, &values, index));
        let distance = attack(&mut finding, &target, x, radius, &directions, &mut random)?;
        distances.extend(distance.map(|distance| (radius, distance)));
    }
    let found = Interval::integer(distances.len() as u128);
    finding.required("some attack changes a decision", Interval::ONE, found, || victim.name.to_owned());
    if !distances.is_empty() {
        finding.picture(picture(victim.name, distances).drawn()?);
    }
    Ok(finding)
}

/// The function at every point, rounded.
fn values(victim: &Victim) -> Result<Vec<f64>, CheckError> {
    let points = &victim.points;
    let batch = DMatrix::from_column_slice(points.dim(), points.len(), points.coords());
    let outputs = victim.network.evaluate(&batch).map_err(CheckError::during("evaluation"))?;
    Ok(outputs.iter().copied().collect())
}

/// The direction of the closest point that is decided otherwise.
fn towards_other_class(victim: &Victim, values: &[f64], index: usize) -> Option<DVector<f64>> {
    let x = DVector::from_column_slice(victim.points.row(index));
    let sign = values.get(index)?.signum();
    let others = victim.points.rows().zip(values).filter(|(_, value)| value.signum() * sign < 0.0);
    let directions = others.map(|(y, _)| DVector::from_column_slice(y) - &x);
    directions.min_by(|a, b| a.norm().total_cmp(&b.norm()))?.try_normalize(0.0)
}

/// Radii against the distances at which attacks succeed.
fn picture(name: &str, distances: Vec<(f64, f64)>) -> Chart {
    let longest = distances.iter().fold(0.0_f64, |longest, (radius, _)| longest.max(*radius));
    Chart {
        title: format!("Radii and attacks: {name}"),
        alternative: "One dot a point attacked: its certified radius and the distance of the closest changed decision that \
                      was found. No dot lies below the diagonal, on which the two are equal."
            .to_owned(),
        x: "certified radius".to_owned(),
        y: "distance of the attack".to_owned(),
        series: vec![
            Series { name: "points attacked".to_owned(), mark: Mark::Dots, points: distances },
            Series {
                name: "attack at the radius".to_owned(),
                mark: Mark::Line,
                points: vec![(0.0, 0.0), (longest, longest)],
            },
        ],
    }
}
