//! Every activation pattern of small networks, in integers.

use lip1_faults::{Fault, unless};
use lip1_harness::{Context, Finding};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// What a pair of neighbours may become.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Activation {
    /// Swapped or not.
    MaxMin,
    /// Each entry kept or dropped.
    Relu,
}

impl Activation {
    /// The derivatives of the activation of a pair, as matrices.
    fn patterns(self) -> Vec<[[i128; 2]; 2]> {
        match self {
            Activation::MaxMin => vec![[[1, 0], [0, 1]], [[0, 1], [1, 0]]],
            Activation::Relu => (0..4).map(|bits| [[bits % 2, 0], [0, bits / 2]]).collect(),
        }
    }
}

/// A matrix of integers over the root of `square`.
struct Layer {
    rows: Vec<Vec<i128>>,
    square: i128,
}

impl Layer {
    /// `v M`.
    fn pulled(&self, v: &[i128]) -> Vec<i128> {
        let columns = self.rows.first().map_or(0, Vec::len);
        (0..columns).map(|k| self.rows.iter().zip(v).map(|(row, v)| row[k] * v).sum()).collect()
    }

    /// `M M' = d^2 I`.
    fn is_orthonormal(&self) -> bool {
        let product = |a: &[i128], b: &[i128]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i128>();
        let entry = |i: usize, j: usize| product(&self.rows[i], &self.rows[j]);
        let expected = |i: usize, j: usize| if i == j { self.square } else { 0 };
        (0..self.rows.len()).all(|i| (0..=i).all(|j| entry(i, j) == expected(i, j)))
    }

    /// `height` rows of a random orthogonal matrix of quaternions: pairwise orthogonal, of equal length.
    fn random(height: usize, width: usize, random: &mut ChaCha8Rng) -> Self {
        let mut draw = || i128::from(random.random_range(-4_i8..=4));
        let (a, b, c, d) = (draw(), draw(), draw(), 1 + draw().abs());
        let all = match width {
            4 => vec![
                vec![a, b, c, d],
                vec![-b, a, unless(Fault::QuaternionSign, -d, d), c],
                vec![-c, d, a, -b],
                vec![-d, -c, b, a],
            ],
            _ => vec![vec![a, d], vec![-d, a]],
        };
        let square = if width == 4 { a * a + b * b + c * c + d * d } else { a * a + d * d };
        Self { rows: all.into_iter().take(height).collect(), square }
    }
}

/// All gradients of a network, from its last layer to its first; each must have the length 1.
fn examine(finding: &mut Finding, layers: &[Layer], activation: Activation) {
    let square = layers.iter().map(|layer| layer.square).product::<i128>();
    let mut gradients = vec![vec![1_i128]];
    for (index, layer) in layers.iter().enumerate().rev() {
        gradients = gradients.iter().map(|v| layer.pulled(v)).collect();
        if index > 0 {
            let width = gradients.first().map_or(0, Vec::len);
            for pair in 0..width / 2 {
                let spread = gradients.iter().flat_map(|v| {
                    activation.patterns().into_iter().map(|pattern| {
                        let (mut next, a, b) = (v.clone(), v[2 * pair], v[2 * pair + 1]);
                        next[2 * pair] = pattern[0][0] * a + pattern[1][0] * b;
                        next[2 * pair + 1] = pattern[0][1] * a + pattern[1][1] * b;
                        next
                    })
                });
                gradients = spread.collect();
            }
        }
    }
    for gradient in gradients {
        let length: i128 = gradient.iter().map(|g| g * g).sum();
        finding.exact(length == square, || {
            let shapes: Vec<usize> = layers.iter().map(|layer| layer.rows.len()).collect();
            format!("gradient^2 = {length}/{square}, layers of {shapes:?} rows")
        });
    }
}

/// Networks of widths 4 and 2, with up to three hidden layers, and every one of their patterns.
pub(super) fn over_networks(ctx: &Context, activation: Activation) -> Finding {
    let mut finding = Finding::new("square of the length");
    let mut random = ctx.generator("layers");
    for _ in 0..ctx.count(60, 1_000, 20_000) {
        for widths in [&[4, 1][..], &[4, 4, 1], &[4, 2, 1], &[2, 2, 2, 1], &[4, 4, 4, 1], &[4, 4, 2, 2, 1]] {
            let shapes = widths.windows(2).filter_map(|pair| match pair {
                [width, height] => Some((*height, *width)),
                _ => None,
            });
            let layers: Vec<Layer> =
                shapes.map(|(height, width)| Layer::random(height, width, &mut random)).collect();
            let sound = layers.iter().all(Layer::is_orthonormal);
            finding.exact(sound, || format!("rows are not orthonormal, widths {widths:?}"));
            examine(&mut finding, &layers, activation);
        }
    }
    finding
}

/// `x -> (x, -x)/sqrt 2 -> (max, min) -> max`: orthonormal columns in place of rows.
pub(super) fn widening() -> Finding {
    let mut finding = Finding::new("square of the length");
    let first = Layer { rows: vec![vec![1], vec![-1]], square: 2 };
    let head = Layer { rows: vec![vec![1, 0]], square: 1 };
    examine(&mut finding, &[first, head], Activation::MaxMin);
    finding
}
