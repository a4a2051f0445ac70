//! Pooling over disjoint windows.

use nalgebra::DMatrix;

use super::Rule;
use crate::error::Error;
use crate::scalar::Scalar;

/// What becomes of a window `z` of `n` entries; both are 1-Lipschitz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// `sum z / √n`: the average, scaled back to slope 1.
    Average,
    /// The Euclidean norm.
    L2,
}

/// One output a window; windows tile each channel of an image (channels, height, width).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    kind: Pooling,
    features: usize,
    windows: Vec<Vec<usize>>,
}

impl Pool {
    /// Windows of the given height and width.
    ///
    /// # Errors
    /// When a size is 0 or windows do not tile the image.
    pub fn new(kind: Pooling, input: [usize; 3], window: [usize; 2]) -> Result<Self, Error> {
        let [channels, height, width] = input;
        let [rows, columns] = window;
        if [channels, height, width, rows, columns].contains(&0) {
            return Err(Error::Empty { what: "a size of a pooling layer" });
        }
        for (size, side) in [(height, rows), (width, columns)] {
            if size % side != 0 {
                return Err(Error::Shape { what: "side of a pooling window", expected: size, found: side });
            }
        }
        let mut windows = Vec::with_capacity(channels * (height / rows) * (width / columns));
        for channel in 0..channels {
            for y in (0..height).step_by(rows) {
                for x in (0..width).step_by(columns) {
                    let place = |tap| (channel * height + y + tap / columns) * width + x + tap % columns;
                    windows.push((0..rows * columns).map(place).collect());
                }
            }
        }
        Ok(Self { kind, features: channels * height * width, windows })
    }

    /// One window a channel.
    ///
    /// # Errors
    /// When a size is 0.
    pub fn global(kind: Pooling, input: [usize; 3]) -> Result<Self, Error> {
        Self::new(kind, input, [input[1], input[2]])
    }

    /// What becomes of a window.
    pub fn pooling(&self) -> Pooling {
        self.kind
    }

    /// Positions of the entries of each window.
    pub fn windows(&self) -> &[Vec<usize>] {
        &self.windows
    }
}

impl<T: Scalar> Rule<T> for Pool {
    fn kind(&self) -> &'static str {
        match self.kind {
            Pooling::Average => "avgpool",
            Pooling::L2 => "l2pool",
        }
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        (features == self.features).then_some(self.windows.len())
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for (entry, window) in y.iter_mut().zip(&self.windows) {
                *entry = pooled(self.kind, window, |place| x[place]);
            }
        }
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        let Some(slope) = grad_input else { return };
        let columns = input.column_iter().zip(grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(slope.column_iter_mut()) {
            for (window, g) in self.windows.iter().zip(g.iter()) {
                let value = pooled(self.kind, window, |place| x[place]);
                let root = T::nearest(window.len() as f64).sqrt();
                for &place in window {
                    d[place] = match self.kind {
                        Pooling::Average => *g / root,
                        // At 0 every direction is as good; none keeps the gradient finite.
                        Pooling::L2 if value > T::zero() => *g * x[place] / value,
                        Pooling::L2 => T::zero(),
                    };
                }
            }
        }
    }
}

fn pooled<T: Scalar>(kind: Pooling, window: &[usize], at: impl Fn(usize) -> T) -> T {
    match kind {
        Pooling::Average => {
            let sum = window.iter().fold(T::zero(), |sum, &place| sum + at(place));
            sum / T::nearest(window.len() as f64).sqrt()
        }
        Pooling::L2 => window.iter().fold(T::zero(), |sum, &place| sum + at(place) * at(place)).sqrt(),
    }
}
