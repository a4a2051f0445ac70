//! Pooling over disjoint windows.

use super::prelude::*;
use super::{AveragePoolSpec, L2PoolSpec};

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
    /// Channels, height and width of the input.
    input: [usize; 3],
    /// Height and width of a window.
    window: [usize; 2],
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
        Ok(Self::dropping_rest(kind, input, window))
    }

    /// Windows of the given height and width, side by side; what is left over at the ends is in none.
    fn dropping_rest(kind: Pooling, input: [usize; 3], window: [usize; 2]) -> Self {
        let ([channels, height, width], [rows, columns]) = (input, window);
        let mut windows = Vec::with_capacity(channels * (height / rows) * (width / columns));
        for channel in 0..channels {
            for y in 0..height / rows {
                for x in 0..width / columns {
                    let place = |tap: usize| {
                        let (row, column) = (y * rows + tap / columns, x * columns + tap % columns);
                        (channel * height + row) * width + column
                    };
                    windows.push((0..rows * columns).map(place).collect());
                }
            }
        }
        Self { kind, input, window, windows }
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

impl Pooling {
    /// The description of a layer over windows of that side, or over each whole channel.
    pub(crate) fn describe(self, size: Option<usize>) -> LayerSpec {
        let global = size.is_none();
        match self {
            Self::Average => AveragePoolSpec { size, global }.into(),
            Self::L2 => L2PoolSpec { size, global }.into(),
        }
    }

    fn build<T: Scalar>(
        self,
        (size, global): (Option<usize>, bool),
        input: Shape,
        builder: &Builder<'_>,
    ) -> Built<T> {
        let image = builder.image(input)?;
        let [channels, height, width] = image;
        let window = match (size, global) {
            (None, true) => [height, width],
            (Some(size), false) if (1..=height.min(width)).contains(&size) => [size, size],
            (Some(size), false) => return builder.refuse(format!("windows of {size} in {height} x {width}")),
            _ => return builder.refuse("either a size or global"),
        };
        let layer = Pool::dropping_rest(self, image, window);
        Ok((Some(layer.into()), Shape::Image([channels, height / window[0], width / window[1]])))
    }
}

/// The image before windows of that side.
fn enlarged(output: Shape, size: Option<usize>) -> Option<Shape> {
    let [channels, height, width] = output.image().ok()?;
    Some(Shape::Image([channels, height.checked_mul(size?)?, width.checked_mul(size?)?]))
}

impl Spec for AveragePoolSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        Pooling::Average.build((self.size, self.global), input, builder)
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        enlarged(output, self.size)
    }
}

impl Spec for L2PoolSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        Pooling::L2.build((self.size, self.global), input, builder)
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        enlarged(output, self.size)
    }
}

impl<T: Scalar> Rule<T> for Pool {
    fn kind(&self) -> Option<&'static str> {
        Some(self.kind.describe(None).kind())
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        (features == self.input.iter().product::<usize>()).then_some(self.windows.len())
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for (entry, window) in y.iter_mut().zip(&self.windows) {
                *entry = pooled(self.kind, window, |place| x[place]);
            }
        }
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        // Entries of no window keep it.
        grad_input.fill(T::zero());
        let columns = at.input.column_iter().zip(at.grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(grad_input.column_iter_mut()) {
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

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        let kind = match self.kind {
            Pooling::Average => net::Pool::Average,
            Pooling::L2 => net::Pool::L2,
        };
        vec![net::Layer::Pool { windows: self.windows.clone(), kind }]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        writer.image(self.input)?;
        let ([channels, height, width], [rows, columns]) = (self.input, self.window);
        let size = if [rows, columns] == [height, width] {
            None
        } else if rows == columns {
            Some(rows)
        } else {
            return Err(Writer::refusal("a pooling layer needs square windows"));
        };
        let output = Shape::Image([channels, height / rows, width / columns]);
        Ok((self.kind.describe(size), output))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        let image = [2, 4, 3];
        let of = |kind, window| (Self::dropping_rest(kind, image, window).into(), Shape::Image(image));
        vec![
            of(Pooling::Average, [2, 2]),
            of(Pooling::Average, [4, 3]),
            of(Pooling::L2, [3, 3]),
            of(Pooling::L2, [4, 3]),
        ]
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
