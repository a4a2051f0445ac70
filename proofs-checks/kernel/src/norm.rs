//! Norms of dense layers, from above and from below.

use crate::float::{TINY, U, add, inflate, largest, mul, power_of_two, sqrt};
use crate::layer::{Conv, Dense};
use crate::points::{finite, length};
use crate::refusal::require;
use crate::sum::Sum;
use crate::{Interval, Refusal, Theorem};

/// A pair of norms, of inputs and of outputs, between which a linear map is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norms {
    /// `l2` to `l2`: the spectral norm.
    L2ToL2,
    /// `l2` to `l-infinity`: the largest Euclidean norm of a row.
    L2ToLinf,
    /// `l-infinity` to `l-infinity`: the largest sum of absolute values of a row.
    LinfToLinf,
}

impl Norms {
    /// The pair in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::L2ToL2 => "l2 to l2",
            Self::L2ToLinf => "l2 to l-infinity",
            Self::LinfToLinf => "l-infinity to l-infinity",
        }
    }
}

/// The linear part of a layer, its bias left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Linear<'a> {
    /// The weight of a dense layer.
    Dense(&'a Dense),
    /// A convolution, as the matrix of the whole layer.
    Conv(&'a Conv),
}

/// An upper bound on the norm of a linear map: `|A x| <= upper |x|` for every `x`, in the norms that it names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormBound<'a> {
    /// The map.
    pub of: Linear<'a>,
    /// The norms of `x` and of `A x`.
    pub norms: Norms,
    /// The bound; finite.
    pub upper: f64,
}

impl<'a> Theorem<NormBound<'a>> {
    pub(crate) fn at_most(of: Linear<'a>, norms: Norms, upper: f64) -> Result<Self, Refusal> {
        if upper.is_finite() {
            Ok(Self::new(NormBound { of, norms, upper }))
        } else {
            Err(Refusal::Overflow { what: "norm" })
        }
    }

    /// Where the norm lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(0.0, self.upper)
    }

    /// The bound, exactly.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.upper)
    }
}

/// By how much a dense layer stretches a vector: `|W x| / |x|` in `l2`, at most its spectral norm.
#[derive(Debug, Clone, PartialEq)]
pub struct NormQuotient<'a> {
    /// The layer.
    pub of: &'a Dense,
    /// The vector, which is not 0.
    pub vector: Vec<f64>,
    /// The quotient, enclosed.
    pub value: Interval,
}

impl Theorem<NormQuotient<'_>> {
    /// The quotient.
    pub fn enclosure(&self) -> Interval {
        self.value
    }

    /// What the spectral norm is at least, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.value.lower())
    }
}

/// A hint that proves `|W|_2^2 <= mu + |E|` for the scaled weight: `mu I - G = R^T R + E`.
///
/// `G` is the Gram matrix of the smaller side of `2^-e W`, with `e` from [`scale_exponent`]: `W W^T` when
/// `outputs < inputs`, else `W^T W`; it has `k = min(outputs, inputs)` rows.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectralCertificate {
    /// Claimed bound on the largest eigenvalue of `G`.
    pub mu: f64,
    /// Upper-triangular `R`, column by column: column `j` is its rows `0..=j`, `k (k + 1) / 2` numbers in all. This is
    /// the lower Cholesky factor of `mu I - G`, row by row. Any numbers are sound; the Cholesky factor makes `E` small.
    pub factor: Vec<f64>,
}

/// The exponent `e` with `max |w| / 2^e` in `[1/2, 1)`, within `-1021..=1024` for finite weights, and 0 when all are 0. One more where
/// the quotient is within `2^-21` of 1: whoever computes the same weights with other roundings then gets the same exponent,
/// also where they are powers of two.
pub fn scale_exponent(weight: &[f64]) -> i32 {
    let largest = largest(weight.iter().map(|w| w.abs()));
    if largest == 0.0 {
        return 0;
    }
    ((((largest.to_bits() + (1 << 32)) >> 52) as i32) - 1022).clamp(-1021, 1024)
}

/// Weights times `2^-e`, exactly but for underflow (at most `TINY` an entry).
fn scaled(weight: &[f64], exponent: i32) -> Vec<f64> {
    // Two factors, since 2^1021 and 2^-1023 are not both at hand as one.
    let half = -exponent / 2;
    let (a, b) = (power_of_two(half), power_of_two(-exponent - half));
    weight.iter().map(|w| w * a * b).collect()
}

/// A bound on the Euclidean norm of what underflow took from a scaled weight, 0 when nothing.
fn underflowed(weight: &[f64], scaled: &[f64]) -> f64 {
    let entries = weight.iter().zip(scaled);
    TINY * entries.filter(|(w, s)| **w != 0.0 && s.abs() < f64::MIN_POSITIVE).count() as f64
}

/// Bounds the spectral norm `|W|_2` of a dense layer.
///
/// From `2^-2e G = mu I - R^T R - E` follows `|2^-e W|^2 <= mu + |E|`; what underflow takes from a scaled weight is at most
/// the least positive number an entry, and added to the root. Time `k^2 max(outputs, inputs) / 2 + k^3 / 6`
/// multiplications, memory `2 outputs inputs + k^2`.
///
/// # Errors
/// When a length does not fit, a number of the hint is not finite, or the bound overflows.
///
/// ```
/// use lip1_kernel::{net::Dense, norm};
/// let layer = Dense { outputs: 1, inputs: 2, weight: vec![3.0, 4.0], bias: vec![] };
/// // max |w| = 4 = 2^3 / 2, so the scaled weight is (3/8, 4/8) and its Gram matrix is 25/64.
/// let hint = norm::SpectralCertificate { mu: 25.0 / 64.0, factor: vec![0.0] };
/// let bound = norm::spectral(&layer, &hint)?;
/// assert!((5.0..5.0 + 1e-13).contains(&bound.upper));
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn spectral<'a>(
    dense: &'a Dense,
    certificate: &SpectralCertificate,
) -> Result<Theorem<NormBound<'a>>, Refusal> {
    let (rows, columns) = (dense.outputs, dense.inputs);
    let k = rows.min(columns);
    dense.check_shape()?;
    length("factor", k * (k + 1) / 2, certificate.factor.len())?;
    finite("weight", &dense.weight)?;
    finite("factor", &certificate.factor)?;
    finite("mu", &[certificate.mu])?;

    let exponent = scale_exponent(&dense.weight);
    let weight = scaled(&dense.weight, exponent);
    let lost = underflowed(&dense.weight, &weight);
    // The k vectors whose dot products are the Gram matrix, each in one piece.
    let vectors: Vec<f64> = if rows < columns { weight } else { transposed(&weight, columns) };
    let long = rows.max(columns);
    let gram = Family { vectors: vectors.chunks_exact(long).collect() };
    let factor = Family { vectors: triangle_rows(&certificate.factor, k) };

    let square = add(certificate.mu, residual(&gram, &factor, certificate.mu)).1;
    let norm = sqrt(largest([square])).1;
    let bound = times_power_of_two(add(norm, lost).1, exponent);
    Theorem::at_most(Linear::Dense(dense), Norms::L2ToL2, bound)
}

/// An upper bound on the norm of `E = mu I - G - R^T R`, where `G` and `R^T R` hold the dot products of two families of `k` vectors: the
/// largest row sum of `|E|`.
///
/// An entry is computed as `t = mu - g` (off the diagonal `-g`), then `e = t - r`, from computed dot products `g` and `r`, of which
/// the errors are at most `gamma` times the dot products of absolute values, and as much as underflow takes. The two
/// subtractions err by `u |t|` and `u |e|`; and `|t| <= (1 + u) |e| + |r|`, so that they add `3 u |e|` at most, for which the
/// inflation of the sum of `|e|` leaves room, and `u |r|`.
fn residual(gram: &Family<'_>, factor: &Family<'_>, mu: f64) -> f64 {
    let (k, long) = (gram.vectors.len(), gram.vectors[0].len());
    // Row sums as computed, half of the symmetric matrix at a time.
    let mut row_sums = vec![0.0; k];
    let mut block = [[0.0; TILE]; TILE];
    let mut minus = [[0.0; TILE]; TILE];
    for i0 in (0..k).step_by(TILE) {
        for j0 in (i0..k).step_by(TILE) {
            gram.tile(i0, j0, &mut block);
            factor.tile(i0, j0, &mut minus);
            for i in i0..(i0 + TILE).min(k) {
                for j in j0.max(i)..(j0 + TILE).min(k) {
                    let diagonal = if i == j { mu } else { 0.0 };
                    let e = ((diagonal - block[i - i0][j - j0]) - minus[i - i0][j - j0]).abs();
                    row_sums[i] += e;
                    if i != j {
                        row_sums[j] += e;
                    }
                }
            }
        }
    }
    let computed = inflate(largest(row_sums), k);
    let of_gram = mul(gamma(long), gram.largest_row_sum(long)).1;
    let of_factor = mul(gamma(k) + 4.0 * U, factor.largest_row_sum(k)).1;
    let underflow = 8.0 * TINY * (k as f64) * (long as f64 + k as f64);
    add(computed, inflate(of_gram + of_factor + underflow, 2)).1
}

/// `x 2^e`, rounded up.
fn times_power_of_two(x: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    mul(mul(x, power_of_two(half)).1, power_of_two(exponent - half)).1
}

/// A relative bound on the error of a dot product of length `n` in [`LANES`] partial sums.
fn gamma(n: usize) -> f64 {
    // A product, its partial sum, the sum of the partial sums and of fewer than LANES + TILE entries left over.
    let roundings = n.div_ceil(LANES) + 2 * LANES + TILE + 2;
    inflate(roundings as f64 * U, roundings)
}

fn transposed(matrix: &[f64], columns: usize) -> Vec<f64> {
    let rows = matrix.len() / columns.max(1);
    let mut out = Vec::with_capacity(matrix.len());
    for j in 0..columns {
        out.extend((0..rows).map(|i| matrix[i * columns + j]));
    }
    out
}

/// The rows of a packed lower triangle: row `j` has `j + 1` entries.
fn triangle_rows(packed: &[f64], k: usize) -> Vec<&[f64]> {
    let mut rest = packed;
    (1..=k)
        .map(|length| {
            let (row, tail) = rest.split_at(length);
            rest = tail;
            row
        })
        .collect()
}

/// Side of the square of dot products that are computed together.
const TILE: usize = 4;
/// Partial sums of a dot product.
const LANES: usize = 4;

/// Vectors whose pairwise dot products are wanted; a shorter one counts as filled up with zeros.
struct Family<'a> {
    vectors: Vec<&'a [f64]>,
}

impl Family<'_> {
    /// `out[a][b] = <v_{i0+a}, v_{j0+b}>` for `i0 <= j0`, as far as there are vectors.
    fn tile(&self, i0: usize, j0: usize, out: &mut [[f64; TILE]; TILE]) {
        // Past the end the last vector stands in; its products are not used.
        let at = |k: usize| self.vectors[k.min(self.vectors.len() - 1)];
        let left: [&[f64]; TILE] = std::array::from_fn(|a| at(i0 + a));
        let right: [&[f64]; TILE] = std::array::from_fn(|b| at(j0 + b));
        let common = left.iter().chain(&right).map(|v| v.len()).min().unwrap_or(0);
        let mut sums = [[[0.0; LANES]; TILE]; TILE];
        let [left_blocks, right_blocks] =
            [left, right].map(|v| v.map(|v| &v.as_chunks::<LANES>().0[..common / LANES]));
        for block in 0..common / LANES {
            let (x, y) = (left_blocks.map(|x| x[block]), right_blocks.map(|y| y[block]));
            for a in 0..TILE {
                for b in 0..TILE {
                    for l in 0..LANES {
                        sums[a][b][l] += x[a][l] * y[b][l];
                    }
                }
            }
        }
        let done = common / LANES * LANES;
        for a in 0..TILE {
            for b in 0..TILE {
                let rest = left[a].iter().zip(right[b]).skip(done);
                out[a][b] = sums[a][b].iter().sum::<f64>() + rest.map(|(x, y)| x * y).sum::<f64>();
            }
        }
    }

    /// The largest row sum of the matrix `<|v_i|, |v_j|>`, from above: `max_i <|v_i|, sum_j |v_j|>`.
    fn largest_row_sum(&self, length: usize) -> f64 {
        let mut total = vec![0.0; length];
        for vector in &self.vectors {
            for (t, v) in total.iter_mut().zip(*vector) {
                *t += v.abs();
            }
        }
        let row = |vector: &&[f64]| vector.iter().zip(&total).map(|(v, t)| v.abs() * t).sum::<f64>();
        inflate(largest(self.vectors.iter().map(row)), self.vectors.len() + length)
            + 4.0 * TINY * length as f64
    }
}

/// Bounds the spectral norm by the square root of the sum of all squared weights, which needs no certificate.
///
/// # Errors
/// When the size does not fit, a weight is not finite, or the bound overflows.
pub fn frobenius(dense: &Dense) -> Result<Theorem<NormBound<'_>>, Refusal> {
    dense.check_shape()?;
    finite("weight", &dense.weight)?;
    Theorem::at_most(Linear::Dense(dense), Norms::L2ToL2, euclidean(&dense.weight))
}

/// Bounds the norm from `l2` to `l-infinity`: the largest Euclidean norm of a row, which is this norm.
///
/// # Errors
/// As [`frobenius`].
pub fn largest_row(dense: &Dense) -> Result<Theorem<NormBound<'_>>, Refusal> {
    rows(dense, Norms::L2ToLinf, euclidean)
}

/// Bounds the norm from `l-infinity` to itself: the largest sum of absolute values of a row, which is this norm.
///
/// # Errors
/// As [`frobenius`].
pub fn largest_row_sum(dense: &Dense) -> Result<Theorem<NormBound<'_>>, Refusal> {
    rows(dense, Norms::LinfToLinf, |row| {
        let mut sum = Sum::default();
        row.iter().for_each(|w| sum.add(w.abs()));
        sum.enclosure().upper()
    })
}

/// The largest of a norm of the rows.
fn rows(dense: &Dense, norms: Norms, norm: fn(&[f64]) -> f64) -> Result<Theorem<NormBound<'_>>, Refusal> {
    dense.check_shape()?;
    finite("weight", &dense.weight)?;
    let largest = largest(dense.rows().map(|(row, _)| norm(row)));
    Theorem::at_most(Linear::Dense(dense), norms, largest)
}

/// The Euclidean norm of a vector, from above.
pub(crate) fn euclidean(v: &[f64]) -> f64 {
    let exponent = scale_exponent(v);
    let small = scaled(v, exponent);
    let mut squares = Sum::default();
    small.iter().for_each(|x| squares.add_product(*x, *x));
    let lost = underflowed(v, &small);
    times_power_of_two(add(squares.enclosure().sqrt().upper(), lost).1, exponent)
}

/// Encloses `|W x| / |x|`: its lower end is a lower bound on the spectral norm.
///
/// # Errors
/// When the lengths do not fit, or `x` is 0 or not finite.
pub fn quotient<'a>(dense: &'a Dense, x: &[f64]) -> Result<Theorem<NormQuotient<'a>>, Refusal> {
    dense.check_shape()?;
    finite("weight", &dense.weight)?;
    length("vector", dense.inputs, x.len())?;
    finite("vector", x)?;
    let mut image = Interval::ZERO;
    for (row, _) in dense.rows() {
        let mut dot = Sum::default();
        row.iter().zip(x).for_each(|(w, x)| dot.add_product(*w, *x));
        image = image + dot.enclosure().sqr();
    }
    let mut square = Sum::default();
    x.iter().for_each(|x| square.add_product(*x, *x));
    let square = square.enclosure();
    require(square.lower() > 0.0, "the vector must not be 0")?;
    Ok(Theorem::new(NormQuotient { of: dense, vector: x.to_vec(), value: (image / square).sqrt() }))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{Family, TINY, U, gamma, inflate, residual, triangle_rows};

    /// A quarter of the length in each lane, rounded up, and 14 for what is added after the lanes.
    #[test]
    fn dot_products_are_charged_for_every_rounding() {
        for (n, roundings) in [(1, 15_u32), (4, 15), (5, 16), (100, 39)] {
            assert_eq!(gamma(n), inflate(f64::from(roundings) * U, roundings as usize));
        }
    }

    /// The residual of one vector of equal entries in the last place of `k` and a factor of equal entries in its last row, both
    /// integers times a power of two.
    fn of_last(k: usize, long: usize, [entry, rest]: [f64; 2], mu: f64) -> f64 {
        let mut vectors = vec![0.0; k * long];
        vectors[(k - 1) * long..].fill(entry);
        let mut packed = vec![0.0; k * (k + 1) / 2];
        let last = packed.len() - k;
        packed[last..].fill(rest);
        let gram = Family { vectors: vectors.chunks_exact(long).collect() };
        residual(&gram, &Family { vectors: triangle_rows(&packed, k) }, mu)
    }

    /// `x 2^100` as an integer.
    fn units(x: f64) -> i128 {
        let rest = x - x.floor();
        ((x.floor() as i128) << 100) + (rest * 2.0_f64.powi(100)) as i128
    }

    /// Squares of odd numbers of 27 bits don't fit a double, nor do their sums; each of the three parts of the residual is
    /// cancelled to nothing by the others as they are computed, and what is left is what they were rounded by.
    #[test]
    fn what_is_rounded_away_is_in_the_residual() {
        let scale = 2.0_f64.powi(-27);
        for m in (0..100).map(|k| 0x0500_0001_i128 + 0x4_8d18 * k) {
            let (entry, square) = (m as f64 * scale, (m * m) << 46);
            for n in [1, 3, 8, 30] {
                // mu against one dot product, of either family, then one against the other without mu.
                let total = n as i128 * square;
                let mu = (total as f64) * 2.0_f64.powi(-100);
                let exact = (units(mu) - total).abs();
                for near in
                    [mu, mu.next_up(), mu.next_down(), mu.next_up().next_up(), mu.next_down().next_down()]
                {
                    let exact = (units(near) - total).abs();
                    assert!(units(of_last(1, n, [entry, 0.0], near)) >= exact);
                    assert!(units(of_last(n, n, [0.0, entry], near)) >= exact);
                }
                // A number so small that mu swallows it, while mu is cancelled.
                let tiny = 2.0_f64.powi(-30);
                assert!(
                    units(of_last(n, n, [tiny, entry], mu))
                        >= (units(mu) - total - units(n as f64 * tiny * tiny)).abs()
                );
                assert!(exact < units(of_last(n, n, [entry, 0.0], mu)) && exact < units(1e-13 * n as f64));
            }
        }
    }

    /// Squares of `2^-538` are a quarter of the smallest number and vanish: 136 of them in the last row.
    #[test]
    fn what_underflows_is_in_the_residual() {
        let small = 2.0_f64.powi(-538);
        let (k, row) = (16, 136.0 / 4.0);
        let (packed, zero) = (vec![small; k * (k + 1) / 2], vec![0.0; k * k]);
        let factor = Family { vectors: triangle_rows(&packed, k) };
        let gram = Family { vectors: zero.chunks_exact(k).collect() };
        assert!(residual(&gram, &factor, 0.0) >= row * TINY);
        let (full, none) = (vec![small; k * k], vec![0.0; k * (k + 1) / 2]);
        let gram = Family { vectors: full.chunks_exact(k).collect() };
        let factor = Family { vectors: triangle_rows(&none, k) };
        assert!(residual(&gram, &factor, 0.0) >= (k * k * k) as f64 / 4.0 * TINY);
    }
}
