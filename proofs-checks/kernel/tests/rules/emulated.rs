//! Networks as they run in short formats, digit by digit, with sums in any order.

use lip1_kernel::deployed::Format;
use lip1_kernel::net::{Conv, Layer, Pool};

use crate::random::Stream;

/// A format by the number of its significant bits and its largest exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Digits {
    bits: i32,
    exponent: i32,
}

impl Digits {
    pub(crate) fn named(name: &str) -> Self {
        let (bits, exponent) = match name {
            "f16" => (11, 15),
            "bf16" => (8, 127),
            "f32" => (24, 127),
            _ => (53, 1023),
        };
        Self { bits, exponent }
    }

    /// The number next to `x`, ties to even; infinite where that is beyond the largest.
    pub(crate) fn round(self, x: f64) -> f64 {
        if self.bits == 53 || x == 0.0 || !x.is_finite() {
            return x;
        }
        let exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
        let step = 2.0_f64.powi(exponent.max(1 - self.exponent) - self.bits + 1);
        let near = (x / step).round_ties_even() * step;
        let largest = (2.0 - 2.0_f64.powi(1 - self.bits)) * 2.0_f64.powi(self.exponent);
        if near.abs() > largest { f64::INFINITY.copysign(x) } else { near }
    }

    /// The number next to the exact sum `s + rest` of a rounded sum and its error: the last bit of `s` tells that there is a rest.
    fn round_sum(self, s: f64, rest: f64) -> f64 {
        let even = s.to_bits().is_multiple_of(2);
        let odd = match (rest > 0.0, rest < 0.0) {
            (true, _) if even => s.next_up(),
            (_, true) if even => s.next_down(),
            _ => s,
        };
        self.round(odd)
    }

    pub(crate) fn add(self, a: f64, b: f64) -> f64 {
        self.fused(1.0, a, b)
    }

    /// Products of two of these numbers are exact in `f64`, but for its own.
    pub(crate) fn mul(self, a: f64, b: f64) -> f64 {
        self.round(a * b)
    }

    /// `a b + c`, rounded once.
    pub(crate) fn fused(self, a: f64, b: f64, c: f64) -> f64 {
        if self.bits == 53 {
            return a.mul_add(b, c);
        }
        let p = a * b;
        let s = p + c;
        if !s.is_finite() {
            return s;
        }
        let t = s - p;
        self.round_sum(s, (p - (s - t)) + (c - t))
    }
}

/// What an evaluation is free to choose, it chooses from a stream.
pub(crate) struct Machine<'s> {
    storage: Digits,
    sums: Digits,
    stream: &'s mut Stream,
}

impl<'s> Machine<'s> {
    pub(crate) fn new(format: Format, stream: &'s mut Stream) -> Self {
        let [storage, sums] = [format.storage(), format.accumulate()].map(Digits::named);
        Self { storage, sums, stream }
    }

    fn coin(&mut self) -> bool {
        self.stream.below(2) == 0
    }

    fn store(&self, x: f64) -> f64 {
        self.storage.round(x)
    }

    /// Stored, or kept as it is.
    fn maybe_store(&mut self, x: f64) -> f64 {
        if self.coin() { self.store(x) } else { x }
    }

    /// The outputs at a point, which is rounded first.
    pub(crate) fn run(&mut self, layers: &[Layer], x: &[f64]) -> Vec<f64> {
        let x = x.iter().map(|x| self.store(*x)).collect();
        self.layers(layers, x)
    }

    fn layers(&mut self, layers: &[Layer], x: Vec<f64>) -> Vec<f64> {
        layers.iter().fold(x, |x, layer| self.layer(layer, x))
    }

    fn layer(&mut self, layer: &Layer, mut x: Vec<f64>) -> Vec<f64> {
        match layer {
            Layer::Dense(dense) => (0..dense.outputs)
                .map(|k| {
                    let row = &dense.weight[k * dense.inputs..(k + 1) * dense.inputs];
                    let terms = row.iter().zip(&x).map(|(w, x)| (self.store(*w), *x)).collect();
                    self.sum_products(terms, dense.bias.get(k).copied())
                })
                .collect(),
            Layer::Conv(conv) => self.convolution(conv, &x),
            Layer::Sort { group } => {
                x.chunks_mut(*group).for_each(|run| run.sort_by(f64::total_cmp));
                x
            }
            Layer::Select { from } => from.iter().map(|k| x[*k]).collect(),
            Layer::Relu => x.iter().map(|x| x.max(0.0)).collect(),
            Layer::Abs => x.iter().map(|x| x.abs()).collect(),
            Layer::Scale(factor) => {
                let factor = self.store(*factor);
                x.iter().map(|x| self.store(self.sums.mul(factor, *x))).collect()
            }
            Layer::Pool { windows, kind } => windows
                .iter()
                .map(|window| {
                    let window: Vec<f64> = window.iter().map(|k| x[*k]).collect();
                    self.pool(&window, *kind)
                })
                .collect(),
            Layer::Residual { body, weight } => {
                let inner = self.layers(body, x.clone());
                let share = self.store(*weight);
                let rest = if self.coin() { 1.0 - weight } else { self.sums.add(1.0, -share) };
                let rest = self.store(rest);
                x.iter()
                    .zip(inner)
                    .map(|(x, y)| {
                        let [a, b] = [self.sums.mul(share, *x), self.sums.mul(rest, y)];
                        let [a, b] = if self.coin() { [self.store(a), self.store(b)] } else { [a, b] };
                        self.store(self.sums.add(a, b))
                    })
                    .collect()
            }
            Layer::Householder { .. } => unreachable!("refused"),
        }
    }

    fn convolution(&mut self, conv: &Conv, x: &[f64]) -> Vec<f64> {
        let [_, rows, columns] = conv.output().unwrap();
        let [channels, height, width] = conv.input;
        let (channels, outputs) = (channels / conv.groups, conv.outputs / conv.groups);
        let [taps_y, taps_x] = conv.kernel;
        let mut out = Vec::new();
        for o in 0..conv.outputs {
            for place in 0..rows * columns {
                let mut terms = Vec::new();
                for term in 0..channels * taps_y * taps_x {
                    let (c, ky, kx) = (term / (taps_y * taps_x), term / taps_x % taps_y, term % taps_x);
                    let along = |window: usize, tap: usize, size: usize| {
                        let at = (window * conv.stride + tap) as i64 - conv.padding as i64;
                        let at = if conv.circular { at.rem_euclid(size as i64) } else { at };
                        (0..size as i64).contains(&at).then_some(at as usize)
                    };
                    let place = (along(place / columns, ky, height), along(place % columns, kx, width));
                    if let (Some(y), Some(z)) = place {
                        let weight = conv.weight[o * channels * taps_y * taps_x + term];
                        terms.push((
                            self.store(weight),
                            x[((o / outputs * channels + c) * height + y) * width + z],
                        ));
                    }
                }
                out.push(self.sum_products(terms, conv.bias.get(o).copied()));
            }
        }
        out
    }

    /// A sum of products and a bias, in some order, fused or not, the bias in it or added to what is stored.
    fn sum_products(&mut self, mut terms: Vec<(f64, f64)>, bias: Option<f64>) -> f64 {
        let bias = bias.map(|bias| self.store(bias));
        let apart = bias.is_some() && self.coin();
        if let (Some(bias), false) = (bias, apart) {
            terms.push((1.0, bias));
        }
        self.arrange(&mut terms);
        let sum = if self.stream.below(3) == 0 {
            // Two at a time, any two.
            let mut sums: Vec<f64> = terms.iter().map(|(w, x)| self.sums.mul(*w, *x)).collect();
            self.any_tree(&mut sums)
        } else {
            let fuse = self.stream.below(3);
            terms.iter().fold(0.0, |sum, (w, x)| match fuse {
                0 => self.sums.add(sum, self.sums.mul(*w, *x)),
                1 => self.sums.fused(*w, *x, sum),
                _ if self.coin() => self.sums.fused(*w, *x, sum),
                _ => self.sums.add(sum, self.sums.mul(*w, *x)),
            })
        };
        match bias {
            Some(bias) if apart => self.store(self.sums.add(self.store(sum), bias)),
            _ => self.store(sum),
        }
    }

    /// In an order of its own: as they are, from the back, by size, or any.
    fn arrange(&mut self, terms: &mut [(f64, f64)]) {
        let size = |(w, x): &(f64, f64)| (w * x).abs();
        match self.stream.below(6) {
            0 => {}
            1 => terms.reverse(),
            2 => terms.sort_by(|a, b| size(a).total_cmp(&size(b))),
            3 => terms.sort_by(|a, b| size(b).total_cmp(&size(a))),
            _ => (1..terms.len()).for_each(|k| terms.swap(k, self.stream.below(k as u64 + 1) as usize)),
        }
    }

    fn any_tree(&mut self, sums: &mut Vec<f64>) -> f64 {
        while sums.len() > 1 {
            let mut any = || {
                let k = self.stream.below(sums.len() as u64) as usize;
                sums.swap_remove(k)
            };
            let (a, b) = (any(), any());
            sums.push(self.sums.add(a, b));
        }
        sums.first().copied().unwrap_or(0.0)
    }

    /// By its definition, or with a mean.
    fn pool(&mut self, window: &[f64], kind: Pool) -> f64 {
        let count = window.len() as f64;
        let mut values = window.to_vec();
        if kind == Pool::L2 {
            let apart = self.coin();
            for value in &mut values {
                let square = self.sums.mul(*value, *value);
                *value = if apart { self.store(square) } else { square };
            }
        }
        let sum = self.any_tree(&mut values);
        let sum = self.maybe_store(sum);
        let root = self.store(self.sums.round(count.sqrt()));
        if self.coin() {
            return match kind {
                Pool::L2 => self.store(self.sums.round(sum.sqrt())),
                Pool::Average => self.store(self.sums.round(sum / root)),
            };
        }
        let mean = if self.coin() {
            self.sums.round(sum / count)
        } else {
            let reciprocal = self.store(self.sums.round(1.0 / count));
            self.sums.mul(sum, reciprocal)
        };
        let mean = self.maybe_store(mean);
        let value = match kind {
            Pool::L2 if self.coin() => {
                let sum = self.sums.mul(mean, self.store(count));
                let sum = self.maybe_store(sum);
                self.sums.round(sum.sqrt())
            }
            Pool::L2 => {
                let value = self.sums.round(mean.sqrt());
                let value = self.maybe_store(value);
                self.sums.mul(value, root)
            }
            Pool::Average => self.sums.mul(mean, root),
        };
        self.store(value)
    }
}

/// Every number of the two formats of two bytes, against the crate-independent definition, and sums that lie just beside a tie.
#[test]
fn digits_round_to_the_nearest_number_ties_to_even() {
    let half = Digits::named("f16");
    assert_eq!((half.round(65_519.99), half.round(65_520.0)), (65_504.0, f64::INFINITY));
    let tiny = 2.0_f64.powi(-24);
    assert_eq!(
        (half.round(0.5 * tiny), half.round(1.5 * tiny), half.round(0.51 * tiny)),
        (0.0, 2.0 * tiny, tiny)
    );
    let step = 2.0_f64.powi(-10);
    assert_eq!((half.round(1.0 + 0.5 * step), half.round(1.0 + 1.5 * step)), (1.0, 1.0 + 2.0 * step));
    // A rest far below the last bit of f64 breaks the tie.
    let rest = 2.0_f64.powi(-80);
    assert_eq!(
        (half.fused(1.0, 1.0 + 0.5 * step, rest), half.fused(1.0, 1.0 + 1.5 * step, -rest)),
        (1.0 + step, 1.0 + step)
    );
    let single = Digits::named("f32");
    let mut stream = Stream::new(5);
    for _ in 0..100_000 {
        let [a, b, c] = [(); 3].map(|()| {
            f32::from_bits((stream.bits() as u32 & 0x807f_ffff) | (100 + stream.below(50) as u32) << 23)
        });
        let wide = [a, b, c].map(f64::from);
        assert_eq!(single.add(wide[0], wide[1]), f64::from(a + b));
        assert_eq!(single.mul(wide[0], wide[1]), f64::from(a * b));
        assert_eq!(single.fused(wide[0], wide[1], wide[2]), f64::from(a.mul_add(b, c)));
        let small = f32::from_bits(stream.bits() as u32 & 0x80ff_ffff);
        assert_eq!(single.mul(wide[0], f64::from(small)), f64::from(a * small));
    }
}
