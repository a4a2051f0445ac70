//! The tensors of a safetensors file, widened exactly.

use std::collections::BTreeMap;

use half::{bf16, f16};
use safetensors::tensor::{Metadata, TensorView};
use safetensors::{Dtype, SafeTensors};

use super::at;
use crate::error::Error;

/// Tensors of a file that no layer has taken yet.
pub(crate) struct Tensors<'a>(BTreeMap<String, TensorView<'a>>);

/// A tensor as numbers.
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

impl<'a> Tensors<'a> {
    /// Reads the header. Lengths, offsets and shapes are compared with the bytes that are there.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<(Self, Metadata), Error> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(at("safetensors header"))?;
        let file = SafeTensors::deserialize(bytes).map_err(at("safetensors header"))?;
        Ok((Self(file.tensors().into_iter().collect()), metadata))
    }

    /// The shape of a tensor, if it is there.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.0.get(name).map(|view| view.shape())
    }

    /// Takes a tensor out, every number as an `f64`.
    pub(crate) fn take(&mut self, name: &str) -> Result<Tensor, Error> {
        let place = || format!("tensor {name:?}");
        self.take_if_there(name)?.ok_or_else(|| at(&place())("not in the file"))
    }

    /// Takes a tensor out if it is there.
    pub(crate) fn take_if_there(&mut self, name: &str) -> Result<Option<Tensor>, Error> {
        let Some(view) = self.0.remove(name) else { return Ok(None) };
        let place = format!("tensor {name:?}");
        let values = widened(&view).map_err(at(&place))?;
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(at(&place)(format!("number {index} is {}", values[index])));
        }
        Ok(Some(Tensor { shape: view.shape().to_vec(), values }))
    }

    /// Refuses tensors that are left.
    pub(crate) fn all_taken(&self) -> Result<(), Error> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(at(&format!("tensor {name:?}"))("no layer uses it")),
        }
    }
}

impl Tensor {
    /// The shape in words, as `2 x 3`.
    pub(crate) fn shape_in_words(&self) -> String {
        in_words(&self.shape)
    }
}

/// A shape in words, as `2 x 3`.
pub(crate) fn in_words(shape: &[usize]) -> String {
    if shape.is_empty() {
        return "a single number".to_owned();
    }
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ")
}

/// Every number of the narrower formats is an `f64`.
fn widened(view: &TensorView<'_>) -> Result<Vec<f64>, String> {
    match view.dtype() {
        Dtype::F64 => Ok(numbers(view.data(), f64::from_le_bytes)),
        Dtype::F32 => Ok(numbers(view.data(), |bytes| f64::from(f32::from_le_bytes(bytes)))),
        Dtype::F16 => Ok(numbers(view.data(), |bytes| f16::from_le_bytes(bytes).to_f64())),
        Dtype::BF16 => Ok(numbers(view.data(), |bytes| bf16::from_le_bytes(bytes).to_f64())),
        other => Err(format!("numbers of type {other}, not F64, F32, F16 or BF16")),
    }
}

fn numbers<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> f64) -> Vec<f64> {
    bytes.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::{TensorView, widened};
    use safetensors::Dtype;

    /// All 65,536 numbers of both formats of two bytes, against their definition.
    #[test]
    fn narrow_formats_widen_exactly() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for (dtype, fraction) in [(Dtype::F16, 10), (Dtype::BF16, 7)] {
            let values = widened(&TensorView::new(dtype, vec![65_536], &bytes).unwrap()).unwrap();
            let bias = (1 << (14 - fraction)) - 1;
            for (bits, value) in (0..=u16::MAX).zip(values) {
                let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
                let exponent = i32::from((bits & 0x7fff) >> fraction);
                let part = f64::from(bits & ((1 << fraction) - 1)) / f64::from(1 << fraction);
                let expected = if exponent == 2 * bias + 1 {
                    if part > 0.0 { f64::NAN } else { sign * f64::INFINITY }
                } else if exponent == 0 {
                    sign * part * 2_f64.powi(1 - bias)
                } else {
                    sign * (1.0 + part) * 2_f64.powi(exponent - bias)
                };
                assert!(value.to_bits() == expected.to_bits() || (value.is_nan() && expected.is_nan()));
            }
        }
    }
}
