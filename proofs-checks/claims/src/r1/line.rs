//! A network along a ray: piecewise affine, followed from kink to kink.

use lip1_kernel::net::{Layer, Net};

/// The outputs of a layer at the kinks of a ray, affine between.
struct Kinks {
    at: Vec<f64>,
    values: Vec<Vec<f64>>,
}

/// The smallest `t` in `[0, length]` at which the single output of a network changes sign on the ray
/// `x + t direction`; up to rounding. Nothing if it does not, or if the network has other layers than dense ones, sorted
/// pairs and factors.
///
/// Cost: (number of kinks) evaluations.
pub(super) fn first_sign_change(net: &Net, x: &[f64], direction: &[f64], length: f64) -> Option<f64> {
    let end = x.iter().zip(direction).map(|(x, d)| x + length * d).collect();
    let mut kinks = Kinks { at: vec![0.0, length], values: vec![x.to_vec(), end] };
    for layer in net.layers() {
        match layer {
            Layer::Dense(dense) => {
                for values in &mut kinks.values {
                    let bias = dense.bias.iter().copied().chain(std::iter::repeat(0.0));
                    let rows = dense.weight.chunks_exact(dense.inputs).zip(bias);
                    let dot = |row: &[f64]| row.iter().zip(&*values).map(|(w, v)| w * v).sum::<f64>();
                    *values = rows.map(|(row, bias)| dot(row) + bias).collect();
                }
            }
            Layer::Sort { group: 2 } => {
                kinks.split();
                for values in &mut kinks.values {
                    values.chunks_exact_mut(2).for_each(|pair| pair.sort_by(f64::total_cmp));
                }
            }
            Layer::Scale(factor) => kinks.values.iter_mut().flatten().for_each(|v| *v *= factor),
            _ => return None,
        }
    }
    kinks.first_zero()
}

impl Kinks {
    /// Inserts the places at which the two entries of a pair are equal.
    fn split(&mut self) {
        let mut split = Kinks { at: Vec::new(), values: Vec::new() };
        for (ends, values) in self.at.windows(2).zip(self.values.windows(2)) {
            let ([start, end], [first, last]) = (ends, values) else { continue };
            let pairs = first.chunks_exact(2).zip(last.chunks_exact(2));
            let mut shares: Vec<f64> = pairs
                .filter_map(|(a, b)| match (a, b) {
                    ([a0, a1], [b0, b1]) => zero(a1 - a0, b1 - b0),
                    _ => None,
                })
                .collect();
            shares.sort_by(f64::total_cmp);
            for share in std::iter::once(0.0).chain(shares) {
                split.at.push(start + share * (end - start));
                split.values.push(first.iter().zip(last).map(|(a, b)| a + share * (b - a)).collect());
            }
        }
        split.at.extend(self.at.last());
        split.values.extend(self.values.last().cloned());
        *self = split;
    }

    /// Where the first output changes sign.
    fn first_zero(&self) -> Option<f64> {
        self.at.windows(2).zip(self.values.windows(2)).find_map(|(ends, values)| {
            let ([start, end], [first, last]) = (ends, values) else { return None };
            zero(*first.first()?, *last.first()?).map(|share| start + share * (end - start))
        })
    }
}

/// The share of the way from `a` to `b` at which an affine function is 0, if its sign changes.
fn zero(a: f64, b: f64) -> Option<f64> {
    ((a > 0.0) != (b > 0.0)).then(|| a / (a - b))
}

#[cfg(test)]
mod tests {
    use super::first_sign_change;
    use lip1_kernel::net::{Dense, Layer, Net};

    #[test]
    fn the_first_of_several_zeros_is_found() {
        // max(x, 2 - x) - 3 = |x - 1| - 2: zeros at -1 and 3.
        let first = Dense { outputs: 2, inputs: 1, weight: vec![1.0, -1.0], bias: vec![0.0, 2.0] };
        let last = Dense { outputs: 1, inputs: 2, weight: vec![0.0, 1.0], bias: vec![-3.0] };
        let layers = vec![Layer::Dense(first), Layer::Sort { group: 2 }, Layer::Dense(last)];
        let net = Net::new(1, layers).unwrap();
        let change =
            |x: f64, direction: f64, length: f64| first_sign_change(&net, &[x], &[direction], length);
        assert_eq!(change(0.0, 1.0, 4.0), Some(3.0));
        assert_eq!(change(0.0, -1.0, 4.0), Some(1.0));
        assert_eq!(change(-4.0, 1.0, 8.0), Some(3.0));
        assert_eq!(change(0.0, 1.0, 2.5), None);
    }
}
