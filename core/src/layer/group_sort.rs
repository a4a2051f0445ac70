//! Sorting activations.

use lip1_faults::{Fault, active, unless};
use nalgebra::DMatrix;

use super::Rule;
use crate::error::Error;
use crate::parallel::fill;
use crate::scalar::Scalar;

/// Sorts contiguous groups of features in ascending order.
///
/// 1-Lipschitz for every lp norm; its Jacobian is a permutation almost everywhere. With groups of two
/// it gives (min, max) of neighbours. Source: Anil, Lucas, Grosse 2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSort {
    group: usize,
}

impl GroupSort {
    /// Groups of `group` features, at least 1; the number of features must be a multiple of it.
    ///
    /// # Errors
    /// When `group` is 0.
    pub fn new(group: usize) -> Result<Self, Error> {
        if group == 0 {
            return Err(Error::Parameter { name: "group", value: 0.0, range: "at least 1" });
        }
        Ok(Self { group })
    }

    /// Features in a group.
    pub fn group(&self) -> usize {
        self.group
    }
}

/// Sorts all features in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullSort;

/// Sorts groups that lie one after the other in memory, as they do when columns are samples.
fn sort_forward<T: Scalar>(group: usize, input: &[T], output: &mut [T]) {
    if group == 2 {
        for (x, y) in input.chunks_exact(2).zip(output.chunks_exact_mut(2)) {
            let (a, b) = (x[0], x[1]);
            let swap = a > b;
            y[0] = if swap {
                unless(Fault::SortRepeatsLarger, b, a)
            } else {
                unless(Fault::SortRepeatsLarger, a, b)
            };
            y[1] = if swap { a } else { b };
        }
        return;
    }
    output.copy_from_slice(input);
    for chunk in output.chunks_exact_mut(group) {
        chunk.sort_unstable_by(Scalar::total_order);
    }
}

/// Sends each gradient back to the entry it came from; equal entries keep their order.
fn sort_backward<T: Scalar>(group: usize, input: &[T], after: &[T], before: &mut [T]) {
    if group == 2 {
        let pairs = input.chunks_exact(2).zip(after.chunks_exact(2));
        for ((x, g), d) in pairs.zip(before.chunks_exact_mut(2)) {
            // By index: a branch on data is mispredicted half of the time.
            let swap = usize::from((x[0] > x[1]) != active(Fault::SortGradientCrossed));
            d[0] = g[swap];
            d[1] = g[1 - swap];
        }
        return;
    }
    let mut order: Vec<usize> = (0..group).collect();
    let groups = input.chunks_exact(group).zip(after.chunks_exact(group));
    for ((x, g), d) in groups.zip(before.chunks_exact_mut(group)) {
        order.sort_unstable_by(|&i, &j| x[i].total_order(&x[j]).then(i.cmp(&j)));
        for (&from, slope) in order.iter().zip(g) {
            d[from] = *slope;
        }
    }
}

impl<T: Scalar> Rule<T> for GroupSort {
    fn kind(&self) -> &'static str {
        "groupsort"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        features.is_multiple_of(self.group).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let input = input.as_slice();
        fill(self.group, output.as_mut_slice(), &|place, piece| {
            sort_forward(self.group, &input[place..place + piece.len()], piece);
        });
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        if let Some(slope) = grad_input {
            let (input, after) = (input.as_slice(), grad_output.as_slice());
            fill(self.group, slope.as_mut_slice(), &|place, piece| {
                let range = place..place + piece.len();
                sort_backward(self.group, &input[range.clone()], &after[range], piece);
            });
        }
    }
}

impl<T: Scalar> Rule<T> for FullSort {
    fn kind(&self) -> &'static str {
        "fullsort"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        Some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        sort_forward(input.nrows().max(1), input.as_slice(), output.as_mut_slice());
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        if let Some(slope) = grad_input {
            sort_backward(
                input.nrows().max(1),
                input.as_slice(),
                grad_output.as_slice(),
                slope.as_mut_slice(),
            );
        }
    }
}
