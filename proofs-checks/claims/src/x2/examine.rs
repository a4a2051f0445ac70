//! What a separating function has to pass.

use lip1_core::{MaxMinNetwork, certify};
use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, distance, forward, lipschitz, network as kernel_network};
use nalgebra::DMatrix;

use super::max_min::smallest_distance;

/// Points of two classes.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Points with label +1.
    pub(crate) positive: Points,
    /// Points with label -1.
    pub(crate) negative: Points,
}

/// What a margin may be short of.
pub(crate) const ROUNDING: &str =
    "the rounding of an affine piece, some units in the last place a coordinate";

/// Roundings of an affine piece beside one a coordinate: its length, its bias, its shortening, the kernel's own.
const PIECE_ULPS: usize = 16;

impl Sample {
    /// Malignant against benign.
    pub(super) fn breast_cancer() -> Result<Self, CheckError> {
        let data = breast_cancer()?;
        Ok(Self { positive: data.malignant.clone(), negative: data.benign.clone() })
    }

    /// One digit against another.
    pub(super) fn digits(a: u8, b: u8) -> Result<Self, CheckError> {
        Ok(Self { positive: digits()?.class(a)?, negative: digits()?.class(b)? })
    }

    /// One digit against all others.
    pub(super) fn digit_against_the_rest(digit: u8) -> Result<Self, CheckError> {
        let data = digits()?;
        Self::labelled(&data.points, |row| data.labels.get(row) == Some(&digit))
    }

    /// The points by label.
    pub(crate) fn labelled(points: &Points, positive: impl Fn(usize) -> bool) -> Result<Self, CheckError> {
        let class = |wanted: bool| {
            let rows = points.rows().enumerate().filter(|(row, _)| positive(*row) == wanted);
            Points::new(points.dim(), rows.flat_map(|(_, x)| x).copied().collect())
        };
        Ok(Self { positive: class(true)?, negative: class(false)? })
    }

    /// The first points of each class.
    pub(super) fn first(&self, count: usize) -> Result<Self, CheckError> {
        let part = |points: &Points| {
            Points::new(points.dim(), points.rows().take(count).flatten().copied().collect())
        };
        Ok(Self { positive: part(&self.positive)?, negative: part(&self.negative)? })
    }

    /// The sample with one positive point given the other label too.
    pub(super) fn with_overlap(&self) -> Result<Self, CheckError> {
        let twin = self.positive.rows().take(1).flatten();
        let negative =
            Points::new(self.negative.dim(), self.negative.coords().iter().chain(twin).copied().collect())?;
        Ok(Self { positive: self.positive.clone(), negative })
    }

    /// The sample without the negative points that are positive ones too.
    pub(crate) fn without_overlap(&self) -> Result<Self, CheckError> {
        let alone = |z: &&[f64]| self.positive.rows().all(|x| x != *z);
        let negative = self.negative.rows().filter(alone).flatten().copied().collect();
        Ok(Self { positive: self.positive.clone(), negative: Points::new(self.negative.dim(), negative)? })
    }

    /// `d_opp`, the smallest distance between opposite labels.
    pub(crate) fn distance(&self) -> Interval {
        smallest_distance(&self.positive, &self.negative)
    }

    /// Half of `d_opp`.
    pub(crate) fn half(&self) -> Interval {
        self.distance() / Interval::integer(2)
    }

    /// What rounding may take from a margin in an enclosure of the function, as a share of it.
    pub(crate) fn share(&self) -> Interval {
        self.ulps()
    }

    /// What rounding may take from the value of the explicit network at `x`: its biases are as large as the points.
    pub(super) fn rounding(&self, x: &[f64]) -> Interval {
        self.ulps() * self.reach(x)
    }

    /// The largest length of a point, `x` among them; at least 1.
    pub(super) fn reach(&self, x: &[f64]) -> Interval {
        let origin = vec![0.0; x.len()];
        let rows = self.positive.rows().chain(self.negative.rows()).chain([x]);
        let lengths = rows.map(|x| distance::enclose(x, &origin, distance::Cost::L2));
        lengths.fold(Interval::ONE, Interval::max)
    }

    fn ulps(&self) -> Interval {
        Interval::constant(4.0 * (self.positive.dim() + PIECE_ULPS) as f64 * f64::EPSILON)
    }
}

/// That `y f(x) > 0` and `y f(x) >= half` at every sample, and that the least is not above `half`: that would take a slope
/// above 1 between the closest pair. Both up to the rounding of the enclosures.
pub(crate) fn separates(
    name: &str,
    f: &dyn Fn(&[f64]) -> Result<Interval, CheckError>,
    sample: &Sample,
    half: Interval,
    rounding: Tolerance,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut least: Option<Interval> = None;
    for (points, positive) in [(&sample.positive, true), (&sample.negative, false)] {
        for (row, x) in points.rows().enumerate() {
            let value = f(x)?;
            let margin = if positive { value } else { -value };
            least = Some(least.map_or(margin, |least| least.min(margin)));
            let label = if positive { "+1" } else { "-1" };
            let witness = || format!("{name}: y f in {margin} at point {row} of label {label}");
            finding.less("0 < y f", Interval::ZERO, margin, witness);
            finding.at_most_within("d_opp/2 <= y f", half, margin, rounding, witness);
        }
    }
    if let Some(least) = least {
        finding.at_most_within("the least y f <= d_opp/2", least, half, rounding, || name.to_owned());
    }
    Ok(finding)
}

/// That a network with one output is 1-Lipschitz, by the kernel, and separates.
pub(super) fn network(name: &str, net: &Net, sample: &Sample) -> Result<Finding, CheckError> {
    // Without hints for spectral norms: rows have length 1 at most, which is all that max and min need.
    let dense = net.layers().iter().filter(|layer| matches!(layer, Layer::Dense(_))).count();
    let constant = kernel_network::lipschitz(net, &vec![None; dense])?.linf_upper_bound();
    let half = sample.half();
    let rounding = Tolerance::new(sample.rounding(sample.positive.row(0)), half, ROUNDING);
    let mut finding = separates(name, &|x| value(net, x), sample, half, rounding)?;
    finding.required("Lip(f) is certified to be at most 1", constant, Interval::ONE, || name.to_owned());
    Ok(finding)
}

/// That the network with its first layer divided by its spectral norm, so that every layer's is at most 1, errs nowhere.
pub(super) fn spectral(sample: &Sample) -> Result<Finding, CheckError> {
    let net = explicit(sample)?;
    let norm = certify(&net).map_err(CheckError::during("spectral norm"))?.l2();
    let divided = scaled(&net, (1.0 - SPECTRAL_ROOM) / norm)?;
    let constant = certify(&divided).map_err(CheckError::during("spectral norm"))?.upper_bound();
    let mut finding = Finding::new("distance");
    finding.required(
        "the product of the spectral norms is certified to be at most 1",
        constant,
        Interval::ONE,
        || format!("first layer divided by {norm}"),
    );
    for (points, sign) in [(&sample.positive, 1.0), (&sample.negative, -1.0)] {
        for (row, x) in points.rows().enumerate() {
            let margin = Interval::constant(sign) * value(&divided, x)?;
            finding.less("0 < y f", Interval::ZERO, margin, || {
                format!("point {row} of label {sign}, first layer divided by {norm}")
            });
        }
    }
    Ok(finding)
}

/// Share given away so that the divided layer, certified anew, stays below 1; far above a certificate's accuracy.
const SPECTRAL_ROOM: f64 = 1e-6;

/// That some 1-Lipschitz function has that margin: by M0 it is enough that the values `±margin` respect every distance.
pub(super) fn margin(sample: &Sample, margin: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let coords = sample.positive.coords().iter().chain(sample.negative.coords());
    let points = Points::new(sample.positive.dim(), coords.copied().collect())?;
    let mut values = vec![margin; sample.positive.len()];
    values.resize(points.len(), -margin);
    let judgement = lipschitz::values(&points, &values, 1.0);
    finding.judged("+-m respects every distance", judgement, || format!("margin {margin}"));
    Ok(finding)
}

/// The function as a network.
pub(super) fn explicit(sample: &Sample) -> Result<Net, CheckError> {
    let Sample { positive, negative } = sample;
    let columns = positive.coords().iter().chain(negative.coords()).copied();
    let points = DMatrix::from_iterator(positive.dim(), positive.len() + negative.len(), columns);
    let signs: Vec<i8> = [1].repeat(positive.len()).into_iter().chain([-1].repeat(negative.len())).collect();
    let network = MaxMinNetwork::new(&points, &signs).map_err(CheckError::during("max-min network"))?;
    network.explicit().map_err(CheckError::during("max-min network"))
}

/// The network with its first layer multiplied; the others are homogeneous, so its values are too.
pub(super) fn scaled(net: &Net, factor: f64) -> Result<Net, CheckError> {
    let times = |numbers: &[f64]| numbers.iter().map(|w| w * factor).collect();
    let layer = |layer: &Layer| match layer {
        Layer::Dense(dense) => {
            Layer::Dense(Dense { weight: times(&dense.weight), bias: times(&dense.bias), ..dense.clone() })
        }
        other => other.clone(),
    };
    Ok(Net::new(net.inputs(), net.layers().iter().map(layer).collect())?)
}

/// The only output of a network.
pub(super) fn value(net: &Net, x: &[f64]) -> Result<Interval, CheckError> {
    Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
}
