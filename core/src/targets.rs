//! What the outputs of a network are compared with.

use nalgebra::DMatrix;

use crate::error::Error;

/// One target a sample.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Targets {
    /// Labels of two classes, +1 or -1, for one output.
    Signs(Vec<i8>),
    /// Class numbers from 0, for one output a class.
    Classes(Vec<usize>),
    /// Values to be met (outputs x samples), for regression.
    Values(DMatrix<f64>),
}

impl Targets {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Signs(signs) => signs.len(),
            Self::Classes(classes) => classes.len(),
            Self::Values(values) => values.ncols(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The targets of some samples, in the order asked; numbers out of range are left out.
    pub fn select(&self, samples: &[usize]) -> Self {
        match self {
            Self::Signs(signs) => {
                Self::Signs(samples.iter().filter_map(|&i| signs.get(i).copied()).collect())
            }
            Self::Classes(classes) => {
                Self::Classes(samples.iter().filter_map(|&i| classes.get(i).copied()).collect())
            }
            Self::Values(values) => {
                let kept: Vec<usize> = samples.iter().copied().filter(|&i| i < values.ncols()).collect();
                Self::Values(values.select_columns(&kept))
            }
        }
    }

    /// Checks that each target has a meaning for a network with that many outputs.
    ///
    /// # Errors
    /// When a sign is not ±1, a class has no output, values are not finite or of another width.
    pub fn guard(&self, outputs: usize) -> Result<(), Error> {
        match self {
            Self::Signs(signs) => {
                if outputs != 1 {
                    return Err(Error::Shape {
                        what: "outputs for two classes",
                        expected: 1,
                        found: outputs,
                    });
                }
                match signs.iter().find(|sign| sign.unsigned_abs() != 1) {
                    Some(&sign) => {
                        Err(Error::Parameter { name: "label", value: f64::from(sign), range: "+1 or -1" })
                    }
                    None => Ok(()),
                }
            }
            Self::Classes(classes) => {
                match classes.iter().enumerate().find(|&(_, &class)| class >= outputs) {
                    Some((row, &class)) => Err(Error::Class { row, class, outputs }),
                    None => Ok(()),
                }
            }
            Self::Values(values) => {
                if values.nrows() != outputs {
                    return Err(Error::Shape {
                        what: "rows of target values",
                        expected: outputs,
                        found: values.nrows(),
                    });
                }
                if values.iter().all(|value| value.is_finite()) {
                    Ok(())
                } else {
                    Err(Error::NotFinite { what: "a target value" })
                }
            }
        }
    }

    /// +1 where output `row` is meant to be large for a sample, -1 where small; `None` without classes.
    pub(crate) fn sign(&self, row: usize, sample: usize) -> Option<f64> {
        match self {
            Self::Signs(signs) => signs.get(sample).map(|&sign| f64::from(sign)),
            Self::Classes(classes) => classes.get(sample).map(|&class| if class == row { 1.0 } else { -1.0 }),
            Self::Values(_) => None,
        }
    }
}
