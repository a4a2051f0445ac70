//! The arithmetic that a network runs in.

use crate::float::{TINY, U, add, div, larger, mul};
use crate::layer::Layer;

/// Real numbers, or a floating-point format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arithmetic {
    /// The function of real numbers with the stored weights.
    Real,
    /// Every evaluation that the rounding model of [`Format`] allows.
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

/// Two binary floating-point formats, one that numbers are stored in and one that sums run in, with a rounding model.
///
/// **The model.** The layers of a network run one after another, as they are listed.
/// - *Stored* are, each rounded to nearest: the inputs; weights, biases, factors and shares, from the numbers of the model (one that the format
///   holds stays what it is, so that a model of the format's own numbers loses nothing); the outputs of every layer; and every number inside a layer but those of its sums.
/// - *Accumulated* are the sums of products of dense layers and convolutions, and those inside pooling: every product and every addition is
///   rounded to nearest, or both at once (fused). A sum runs in any order, by any tree, a bias in it or added to the stored sum.
/// - *Operations* are [`Format::ROUNDING`]. Ties may go either way. What is wider for a while, or not rounded where it may be, is covered
///   only where it leaves out a rounding.
/// - *Layers*: `W x + b`; a factor times a value; `a x + (1 - a) body(x)`, with `1 - a` rounded too; average pooling as the sum over the root of the
///   count, or as the mean times it; `l2` pooling as the root of the sum of squares, or of their mean, times the (root of the) count. Sorting,
///   selecting, `max(x, 0)` and `|x|` don't round.
///
/// **Not covered:** [`Format::EXCLUDED`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Format {
    name: &'static str,
    pub(crate) storage: Precision,
    pub(crate) accumulate: Precision,
}

/// The numbers of a binary format, with gradual underflow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Precision {
    name: &'static str,
    /// Half the distance from 1 to the next larger number: a bound on the relative error of rounding a number that does not underflow.
    pub(crate) unit: f64,
    /// The smallest positive number, twice a bound on the error of rounding one that does.
    pub(crate) tiny: f64,
    /// The smallest positive number with all its digits.
    pub(crate) normal: f64,
    /// The largest number; what is at most as large does not overflow when it is rounded.
    pub(crate) largest: f64,
}

const HALF: Precision = Precision {
    name: "f16",
    unit: 1.0 / 2048.0,
    tiny: 1.0 / 16_777_216.0,
    normal: 1.0 / 16_384.0,
    largest: 65_504.0,
};
const BRAIN: Precision = Precision {
    name: "bf16",
    unit: 1.0 / 256.0,
    tiny: f32::from_bits(1 << 16) as f64,
    normal: f32::MIN_POSITIVE as f64,
    largest: f32::from_bits(0x7f7f << 16) as f64,
};
const SINGLE: Precision = Precision {
    name: "f32",
    unit: U * 536_870_912.0,
    tiny: f32::from_bits(1) as f64,
    normal: f32::MIN_POSITIVE as f64,
    largest: f32::MAX as f64,
};
const DOUBLE: Precision =
    Precision { name: "f64", unit: U, tiny: TINY, normal: f64::MIN_POSITIVE, largest: f64::MAX };

/// Every format that numbers are stored in.
pub(crate) const STORED: [Precision; 4] = [HALF, BRAIN, SINGLE, DOUBLE];

impl Precision {
    /// How far the nearest number is from `x`, exactly: at most half a step between the format's numbers of that size, which is
    /// `2 unit 2^e` for `2^e <= |x| < 2^(e + 1)`, and that of the smallest normal numbers below them.
    pub(crate) fn lost(self, x: f64) -> f64 {
        if self == DOUBLE {
            return 0.0;
        }
        // The power of two: all bits but the exponent cut off.
        let power = larger(f64::from_bits(x.to_bits() & f64::INFINITY.to_bits()), self.normal);
        let step = 2.0 * self.unit * power;
        // Scaled by a power of two, and less the next integer: multiples of the last bit of `x`, none of which is lost.
        let steps = x / step;
        (steps - steps.round_ties_even()).abs() * step
    }
}

impl Format {
    /// IEEE single precision.
    pub const F32: Self = Self { name: "f32", storage: SINGLE, accumulate: SINGLE };
    /// IEEE double precision.
    pub const F64: Self = Self { name: "f64", storage: DOUBLE, accumulate: DOUBLE };
    /// IEEE half precision: 11 significant bits, up to 65504.
    pub const F16: Self = Self { name: "f16", storage: HALF, accumulate: HALF };
    /// IEEE half precision, with sums in single precision.
    pub const F16_F32: Self = Self { name: "f16:f32", storage: HALF, accumulate: SINGLE };
    /// `bfloat16`: 8 significant bits, the range of single precision.
    pub const BF16: Self = Self { name: "bf16", storage: BRAIN, accumulate: BRAIN };
    /// `bfloat16`, with sums in single precision.
    pub const BF16_F32: Self = Self { name: "bf16:f32", storage: BRAIN, accumulate: SINGLE };
    /// All formats.
    pub const ALL: [Self; 6] = [Self::F32, Self::F64, Self::F16, Self::F16_F32, Self::BF16, Self::BF16_F32];

    /// What every operation does in the rounding model, in words.
    pub const ROUNDING: &'static str =
        "every operation to nearest, with gradual underflow; sums in any order, fused or not";
    /// What the rounding model does not cover, in words.
    pub const EXCLUDED: [&'static str; 5] = [
        "Winograd and FFT convolutions",
        "TF32 and other shorter formats inside a product",
        "flush-to-zero of subnormal numbers",
        "sums that cut digits off, as tensor cores may",
        "layers merged into one another",
    ];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The name of the format that numbers are stored in.
    pub fn storage(self) -> &'static str {
        self.storage.name
    }

    /// The name of the format that sums run in.
    pub fn accumulate(self) -> &'static str {
        self.accumulate.name
    }

    /// Whether storing a sum rounds it once more.
    pub(crate) fn narrows(self) -> bool {
        self.storage != self.accumulate
    }

    /// The relative error of a number after some operations, and roundings to the storage format where that is another: with `nu` the sum of
    /// their units, a product of factors `1 + e`, `|e| <= u`, is within `nu / (1 - nu)` of 1. Infinite when there are too many.
    pub(crate) fn gamma(self, operations: usize, stores: usize) -> f64 {
        let stores = if self.narrows() { stores as f64 } else { 0.0 };
        let nu = add(mul(operations as f64, self.accumulate.unit).1, mul(stores, self.storage.unit).1).1;
        if nu < 0.5 { div(nu, add(1.0, -nu).0).1 } else { f64::INFINITY }
    }

    /// Whether the storage format holds every number of a layer; those of a residual's body belong to the body's layers.
    pub(crate) fn holds(self, layer: &Layer) -> bool {
        let fit = |numbers: &[f64]| numbers.iter().all(|v| v.abs() <= self.storage.largest);
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
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{BRAIN, DOUBLE, Format, HALF, Precision, SINGLE};

    #[test]
    fn gamma_is_nu_over_one_minus_nu_and_infinite_from_a_half_on() {
        assert_eq!(Format::F32.gamma(0, 7), 0.0);
        assert!((1.0 / 3.0..=(1.0_f64 / 3.0).next_up()).contains(&Format::F32.gamma(1 << 22, 0)));
        assert!(Format::F32.gamma((1 << 23) - 1, 1) < 1.0);
        assert!(Format::F32.gamma(1 << 23, 0).is_infinite());
        assert_eq!(Format::BF16.gamma(64, 9), (1.0_f64 / 3.0).next_up());
        let mixed = 1.0 / 256.0 + 3.0 / 16_777_216.0;
        let found = Format::BF16_F32.gamma(3, 1);
        assert!(found >= mixed / (1.0 - mixed) && found <= (mixed / (1.0 - mixed)).next_up().next_up());
        assert!(Format::F16_F32.gamma(0, 1023) < 1.0 && Format::F16_F32.gamma(0, 1024).is_infinite());
    }

    /// From the number of significant bits and the largest exponent, as IEEE 754 has them.
    #[test]
    fn formats_have_the_numbers_of_their_definition() {
        for (precision, bits, exponent) in
            [(HALF, 11, 15), (BRAIN, 8, 127), (SINGLE, 24, 127), (DOUBLE, 53, 1023)]
        {
            let Precision { unit, tiny, normal, largest, name } = precision;
            assert_eq!(unit, 2.0_f64.powi(-bits), "{name}");
            assert_eq!(normal, 2.0_f64.powi(1 - exponent), "{name}");
            assert_eq!(tiny, normal * 2.0 * unit, "{name}");
            assert_eq!(largest, 2.0_f64.powi(exponent) * (2.0 - 2.0 * unit), "{name}");
            assert_eq!(
                [0.0, tiny, -3.0 * tiny, 1.0 - unit, largest].map(|x| precision.lost(x)),
                [0.0; 5],
                "{name}"
            );
        }
        assert_eq!(Format::ALL.map(Format::name), ["f32", "f64", "f16", "f16:f32", "bf16", "bf16:f32"]);
        for format in Format::ALL {
            let parts = format.name().split_once(':').unwrap_or((format.name(), format.name()));
            assert_eq!((format.storage(), format.accumulate()), parts);
        }
    }

    #[test]
    fn what_a_number_loses_is_its_distance_from_the_nearest() {
        for precision in [HALF, BRAIN, SINGLE] {
            let Precision { unit, tiny, normal, .. } = precision;
            let steps = [(0.25, 0.25), (0.5, 0.5), (0.75, 0.25), (1.5, 0.5), (-6.375, 0.375)];
            for (x, lost) in steps {
                assert_eq!(precision.lost(x * tiny), lost * tiny);
                assert_eq!(precision.lost(normal + x * tiny), lost * tiny);
                assert_eq!(precision.lost(2.0 * normal + 2.0 * x.abs() * tiny), lost * 2.0 * tiny);
                assert_eq!(precision.lost(16.0 + 32.0 * x.abs() * unit), lost * 32.0 * unit);
            }
            // Just below a power of two, and far below the smallest number.
            assert_eq!(precision.lost(1.0 - 0.25 * unit), 0.25 * unit);
            assert_eq!(precision.lost(f64::from_bits(1)), f64::from_bits(1));
        }
        assert_eq!(SINGLE.lost(0.1), (f64::from(0.1_f32) - 0.1).abs());
        assert_eq!(DOUBLE.lost(0.1), 0.0);
    }
}
