//! The arithmetic that a network runs in.

use crate::float::{TINY, U, div, mul};
use crate::layer::Layer;

/// Real numbers, or a floating-point format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arithmetic {
    /// The function of real numbers with the stored weights.
    Real,
    /// Every round-to-nearest evaluation in a format, as [`crate::deployed::decide`] says.
    Format(Format),
}

impl Arithmetic {
    /// `real`, or the name of the format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Format(format) => format.name(),
        }
    }
}

/// A binary floating-point format, with gradual underflow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Format {
    name: &'static str,
    /// Half the distance from 1 to the next larger number.
    pub(crate) unit: f64,
    /// At least the smallest positive number.
    pub(crate) tiny: f64,
    /// Computations whose numbers and their squares stay below are far from overflow; no number of a layer may be larger.
    pub(crate) large: f64,
}

impl Format {
    /// IEEE single precision.
    pub const F32: Self = Self { name: "f32", unit: U * 536_870_912.0, tiny: 1.5e-45, large: 1e18 };
    /// IEEE double precision.
    pub const F64: Self = Self { name: "f64", unit: U, tiny: TINY, large: 1e150 };

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// `n u / (1 - n u)`, from above; infinite when there are too many roundings.
    pub(crate) fn gamma(self, roundings: usize) -> f64 {
        let nu = mul(roundings as f64, self.unit).1;
        if nu < 0.5 { div(nu, 1.0 - nu).1.next_up() } else { f64::INFINITY }
    }

    /// Whether every number that a layer stores is far from overflow; those of a residual's body belong to the body's layers.
    pub(crate) fn holds(self, layer: &Layer) -> bool {
        let fit = |numbers: &[f64]| numbers.iter().all(|v| v.abs() <= self.large);
        match layer {
            Layer::Dense(dense) => fit(&dense.weight) && fit(&dense.bias),
            Layer::Conv(conv) => fit(&conv.weight) && fit(&conv.bias),
            Layer::Scale(number) | Layer::Residual { weight: number, .. } => fit(&[*number]),
            Layer::Householder { angles } => fit(angles),
            Layer::Sort { .. } | Layer::Select { .. } | Layer::Relu | Layer::Abs | Layer::Pool { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn gamma_is_n_u_over_one_minus_n_u_and_infinite_from_a_half_on() {
        let quarter = Format::F32.gamma(1 << 22);
        assert!((1.0 / 3.0..1.0 / 3.0 + 2.0 * f64::EPSILON).contains(&quarter));
        assert!(Format::F32.gamma((1 << 23) - 1) < 1.0);
        assert!(Format::F32.gamma(1 << 23).is_infinite());
        assert!(Format::F64.gamma(1) > f64::EPSILON / 2.0 && Format::F64.gamma(1) < f64::EPSILON);
    }
}
