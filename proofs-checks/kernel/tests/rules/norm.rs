use lip1_kernel::net::Dense;
use lip1_kernel::norm::{self, Linear, NormBound, Norms, SpectralCertificate};
use lip1_kernel::{Interval, Refusal, Theorem};

use crate::exact::{self, Exact};
use crate::random::Stream;

fn dense(outputs: usize, inputs: usize, weight: Vec<f64>) -> Dense {
    Dense { outputs, inputs, weight, bias: vec![] }
}

/// The bound itself, which is about the spectral norm of the layer.
fn upper(layer: &Dense, bound: Result<Theorem<NormBound<'_>>, Refusal>) -> Result<f64, Refusal> {
    bound.map(|bound| {
        assert_eq!((bound.of, bound.norms), (Linear::Dense(layer), Norms::L2ToL2));
        bound.upper
    })
}

fn spectral(layer: &Dense, hint: &SpectralCertificate) -> Result<f64, Refusal> {
    upper(layer, norm::spectral(layer, hint))
}

fn frobenius(layer: &Dense) -> Result<f64, Refusal> {
    upper(layer, norm::frobenius(layer))
}

fn quotient(layer: &Dense, x: &[f64]) -> Result<Interval, Refusal> {
    norm::quotient(layer, x).map(|found| {
        assert_eq!((found.of, &found.vector[..]), (layer, x));
        found.value
    })
}

fn scaled(weight: &[f64]) -> Vec<f64> {
    let factor = 2.0_f64.powi(-norm::scale_exponent(weight));
    weight.iter().map(|w| w * factor).collect()
}

/// The Gram matrix of the smaller side of the scaled weight, `k x k`.
fn gram(layer: &Dense) -> (usize, Vec<f64>) {
    let w = scaled(&layer.weight);
    let (m, n) = (layer.outputs, layer.inputs);
    let (k, long) = (m.min(n), m.max(n));
    let entry = |i: usize, t: usize| if m < n { w[i * n + t] } else { w[t * n + i] };
    let dot = |i: usize, j: usize| (0..long).map(|t| entry(i, t) * entry(j, t)).sum::<f64>();
    (k, (0..k * k).map(|e| dot(e / k, e % k)).collect())
}

/// A plain Cholesky factor of `mu I - G`, packed; a negative pivot becomes 0.
fn factor(k: usize, gram: &[f64], mu: f64) -> Vec<f64> {
    let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
    let mut l = vec![0.0_f64; k * (k + 1) / 2];
    for i in 0..k {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|t| l[at(i, t)] * l[at(j, t)]).sum();
            let rest = if i == j { mu } else { 0.0 } - gram[i * k + j] - dot;
            l[at(i, j)] = if i == j {
                rest.max(0.0).sqrt()
            } else if l[at(j, j)] > 0.0 {
                rest / l[at(j, j)]
            } else {
                0.0
            };
        }
    }
    l
}

/// A leading eigenvector of a Gram matrix: the longest column of its power `2^40`, by squaring; whatever vector one would start from.
fn leading(k: usize, gram: &[f64]) -> Vec<f64> {
    let mut power = gram.to_vec();
    for _ in 0..40 {
        let trace: f64 = (0..k).map(|i| power[i * k + i]).sum();
        if trace == 0.0 {
            break;
        }
        power.iter_mut().for_each(|entry| *entry /= trace);
        let mut square = vec![0.0; k * k];
        for (row, out) in power.chunks(k).zip(square.chunks_mut(k)) {
            for (factor, other) in row.iter().zip(power.chunks(k)) {
                out.iter_mut().zip(other).for_each(|(sum, entry)| *sum += factor * entry);
            }
        }
        power = square;
    }
    let longest = (0..k).max_by(|i, j| power[i * k + i].total_cmp(&power[j * k + j])).unwrap();
    (0..k).map(|i| power[i * k + longest]).collect()
}

fn largest_eigenvalue(k: usize, gram: &[f64]) -> f64 {
    let x = leading(k, gram);
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let image: Vec<f64> = gram.chunks(k).map(|row| dot(row, &x)).collect();
    let square = dot(&x, &x);
    if square > 0.0 { dot(&x, &image) / square } else { 0.0 }
}

/// Nearly a vector that a layer stretches most.
pub(crate) fn leading_vector(layer: &Dense) -> Vec<f64> {
    let (k, gram) = gram(layer);
    let x = leading(k, &gram);
    if layer.outputs >= layer.inputs {
        return x;
    }
    let weight = scaled(&layer.weight);
    weight.chunks(layer.inputs).zip(&x).fold(vec![0.0; layer.inputs], |sum, (row, x)| {
        sum.iter().zip(row).map(|(sum, w)| sum + w * x).collect()
    })
}

/// A hint within rounding of the norm.
pub(crate) fn certificate(layer: &Dense) -> SpectralCertificate {
    let (k, gram) = gram(layer);
    let mu = largest_eigenvalue(k, &gram) * (1.0 + 1e-13);
    SpectralCertificate { mu, factor: factor(k, &gram, mu) }
}

/// Found by review: products of the factor overflow to `inf - inf`, and `f64::max` passes over the NaN, so that a matrix of norm
/// 1/2 was bounded by 1e-7.
#[test]
fn a_factor_whose_products_overflow_to_nan_hides_nothing() {
    let k = 8;
    let weight = (0..k * k).map(|e| if e / k == e % k && e / k >= 4 { 0.5 } else { 0.0 }).collect();
    let huge = 1.5e308;
    let mut factor = Vec::new();
    for row in 0..k {
        let entries: [f64; 4] = match row {
            4 => [huge, huge, 0.0, 0.0],
            5 => [huge, -huge, 0.0, 0.0],
            6 => [0.0, 0.0, huge, huge],
            7 => [0.0, 0.0, huge, -huge],
            _ => [0.0; 4],
        };
        factor.extend((0..=row).map(|t| entries.get(t).copied().unwrap_or(0.0)));
    }
    let hint = SpectralCertificate { mu: 0.0, factor };
    let bound = spectral(&dense(k, k, weight), &hint);
    assert_eq!(bound, Err(Refusal::Overflow { what: "norm" }));
}

#[test]
fn bounds_hold_and_are_close_whatever_the_shape() {
    let mut stream = Stream::new(61);
    for (outputs, inputs) in [
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 9),
        (9, 1),
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 5),
        (7, 4),
        (4, 7),
        (8, 8),
        (9, 13),
        (13, 9),
        (12, 12),
        (17, 30),
    ] {
        for exponent in [0, 660, -660, -1040] {
            let scale = if exponent < -1000 {
                2.0_f64.powi(-520) * 2.0_f64.powi(exponent + 520)
            } else {
                2.0_f64.powi(exponent)
            };
            let weight = stream.vector(outputs * inputs).iter().map(|w| w * scale).collect();
            let layer = dense(outputs, inputs, weight);
            let bound = spectral(&layer, &certificate(&layer)).unwrap();
            // The quotient at an approximate singular vector is a lower end.
            let (k, gram) = gram(&layer);
            let x = leading_vector(&layer);
            let below = quotient(&layer, &x).unwrap();
            let close = largest_eigenvalue(k, &gram).sqrt() * 2.0_f64.powi(-300);
            assert!(close > 0.0);
            assert!(below.lower() <= bound, "{outputs} x {inputs}: {bound} is below {below}");
            if exponent >= -660 {
                assert!(
                    bound <= below.upper() * (1.0 + 1e-9),
                    "{outputs} x {inputs}: {bound} is far above {below}"
                );
            }
            assert!(bound <= frobenius(&layer).unwrap() * (1.0 + 1e-9));
        }
    }
}

#[test]
fn orthogonal_matrices_have_norm_1_up_to_rounding() {
    // Householder reflections of integer vectors with an exact square sum of a power of two.
    let v = [1.0, 1.0, 1.0, 1.0];
    let weight: Vec<f64> =
        (0..16).map(|e| f64::from(u8::from(e / 4 == e % 4)) - v[e / 4] * v[e % 4] / 2.0).collect();
    let layer = dense(4, 4, weight);
    // max |w| = 1/2: the scaled weight is the same matrix, its Gram matrix the identity.
    let hint = SpectralCertificate { mu: 1.0, factor: vec![0.0; 10] };
    let bound = spectral(&layer, &hint).unwrap();
    assert!((1.0..1.0 + 1e-14).contains(&bound), "{bound:?}");
    // A smaller mu is made good by the residual, and costs nothing here.
    let low = spectral(&layer, &SpectralCertificate { mu: 0.25, factor: vec![0.0; 10] }).unwrap();
    assert!((1.0..1.0 + 1e-14).contains(&low), "{low:?}");
    let high = spectral(&layer, &SpectralCertificate { mu: 4.0, factor: vec![0.0; 10] }).unwrap();
    assert!((7.0_f64.sqrt()..7.0_f64.sqrt() + 1e-14).contains(&high), "{high:?}");
}

/// Any numbers in a hint are sound: the bound never drops below a quotient.
#[test]
fn no_hint_bounds_a_norm_from_below() {
    let mut stream = Stream::new(62);
    for round in 0..400 {
        let (outputs, inputs) = (1 + stream.below(9) as usize, 1 + stream.below(9) as usize);
        let layer = dense(outputs, inputs, stream.vector(outputs * inputs));
        let mut hint = certificate(&layer);
        let k = outputs.min(inputs);
        match round % 4 {
            0 => hint.mu *= 1.0 - 0.5 * stream.below(3) as f64,
            1 => {
                let entry = stream.below(hint.factor.len() as u64) as usize;
                hint.factor[entry] += stream.signed();
            }
            2 => hint.factor = stream.vector(hint.factor.len()),
            _ => hint.factor.iter_mut().for_each(|r| *r *= 1e200),
        }
        let bound = spectral(&layer, &hint);
        for _ in 0..3 {
            let below = quotient(&layer, &stream.vector(inputs)).unwrap().lower();
            assert!(bound.as_ref().map_or(true, |bound| *bound >= below), "{outputs} x {inputs}, k = {k}");
        }
        // Also at each unit vector, which no random one is near.
        for j in 0..inputs {
            let mut unit = vec![0.0; inputs];
            unit[j] = 1.0;
            let below = quotient(&layer, &unit).unwrap().lower();
            assert!(bound.as_ref().map_or(true, |bound| *bound >= below), "column {j}");
        }
    }
}

/// With no factor and `mu = 0` the bound is the root of the largest row sum of `|G|`; one entry at a time, all are seen.
#[test]
fn every_entry_of_the_gram_matrix_counts() {
    for k in [1, 2, 3, 4, 5, 6, 8, 9] {
        for long in [k, k + 1, k + 3, k + 4] {
            for i in 0..k {
                for t in 0..long {
                    let mut weight = vec![0.0; k * long];
                    weight[i * long + t] = 0.75;
                    let hint = SpectralCertificate { mu: 0.0, factor: vec![0.0; k * (k + 1) / 2] };
                    let wide = spectral(&dense(k, long, weight.clone()), &hint).unwrap();
                    assert!((0.75..0.75 + 1e-13).contains(&wide), "{k} x {long}, entry {i}, {t}: {wide}");
                    let tall: Vec<f64> = (0..k * long).map(|e| weight[e % k * long + e / k]).collect();
                    let tall = spectral(&dense(long, k, tall), &hint).unwrap();
                    assert!((0.75..0.75 + 1e-13).contains(&tall), "{long} x {k}, entry {t}, {i}: {tall}");
                }
            }
            // A pair of equal rows: the Gram matrix has an entry off its diagonal.
            for (i, j) in (0..k).flat_map(|i| (0..i).map(move |j| (i, j))) {
                let mut weight = vec![0.0; k * long];
                weight[i * long] = 0.5;
                weight[j * long] = 0.5;
                let hint = SpectralCertificate { mu: 0.0, factor: vec![0.0; k * (k + 1) / 2] };
                let bound = spectral(&dense(k, long, weight), &hint).unwrap();
                let exact = 0.5_f64.sqrt();
                assert!(
                    bound * bound >= 0.5 && bound < exact + 1e-13,
                    "{k} x {long}, rows {i}, {j}: {bound}"
                );
            }
        }
    }
}

/// A zero matrix with `mu = 0`: the bound is the root of the largest row sum of `|R^T R|`.
#[test]
fn every_entry_of_the_factor_counts() {
    for k in [1, 2, 3, 4, 5, 7, 8, 9, 12] {
        let mut entry = 0;
        for j in 0..k {
            for i in 0..=j {
                let mut factor = vec![0.0; k * (k + 1) / 2];
                factor[entry] = 0.5;
                entry += 1;
                // 0.25 at (j, j), and nothing else.
                let hint = SpectralCertificate { mu: 0.0, factor: factor.clone() };
                let bound = spectral(&dense(k, k, vec![0.0; k * k]), &hint).unwrap();
                assert!((0.5..0.5 + 1e-13).contains(&bound), "k = {k}, column {j}, row {i}: {bound}");
                // Two columns with the same row: an entry off the diagonal.
                if i < j && j + 1 < k {
                    factor[(j + 1) * (j + 2) / 2 + i] = 0.5;
                    let hint = SpectralCertificate { mu: 0.0, factor };
                    let bound = spectral(&dense(k, k, vec![0.0; k * k]), &hint).unwrap();
                    assert!(bound * bound >= 0.5 && bound < 0.5_f64.sqrt() + 1e-13, "{bound}");
                }
            }
        }
    }
}

#[test]
fn the_zero_matrix_and_the_smallest_numbers_are_bounded() {
    let zero = SpectralCertificate { mu: 0.0, factor: vec![0.0] };
    let none = spectral(&dense(1, 3, vec![0.0; 3]), &zero).unwrap();
    assert!((0.0..1e-150).contains(&none));
    let tiny = f64::from_bits(3);
    let bound = spectral(&dense(1, 1, vec![tiny]), &zero).unwrap();
    assert!(bound >= tiny && bound <= 2.0 * tiny);
    let most = f64::MAX;
    let half = SpectralCertificate { mu: 1.0, factor: vec![0.0] };
    let quarter = SpectralCertificate { mu: 0.25, factor: vec![0.0] };
    let bound = spectral(&dense(1, 1, vec![0.5 * most]), &quarter).unwrap();
    assert!(bound >= 0.5 * most && bound <= 0.5001 * most);
    assert_eq!(spectral(&dense(1, 2, vec![most, most]), &half), Err(Refusal::Overflow { what: "norm" }));
    // Entries far apart: the small one underflows when scaled, and is charged.
    let mixed = spectral(&dense(1, 2, vec![1e200, 1e-200]), &half).unwrap();
    assert!((1e200..3e200).contains(&mixed));
    assert!(frobenius(&dense(1, 2, vec![1e200, 1e-200])).unwrap() > 1e200);
}

#[test]
fn the_exponent_brings_the_largest_weight_below_1() {
    for (w, expected) in [
        (1.0, 1),
        (0.5, 0),
        (0.75, 0),
        (-4.0, 3),
        (f64::MAX, 1024),
        (4.0 - 2.0_f64.powi(-40), 3),
        (1.0 - 2.0_f64.powi(-21), 1),
        ((1.0 - 2.0_f64.powi(-21)).next_down(), 0),
        (f64::MIN_POSITIVE, -1021),
        (f64::from_bits(1), -1021),
        (0.0, 0),
    ] {
        assert_eq!(norm::scale_exponent(&[0.0, w, 0.25 * w]), expected, "{w}");
    }
    assert_eq!(norm::scale_exponent(&[]), 0);
}

#[test]
fn hints_of_wrong_length_or_not_finite_are_refused() {
    let layer = dense(2, 3, vec![0.5; 6]);
    let ask = |mu: f64, factor: &[f64]| {
        spectral(&layer, &SpectralCertificate { mu, factor: factor.to_vec() }).map(|_| ())
    };
    assert_eq!(ask(1.5, &[0.1; 3]), Ok(()));
    assert_eq!(ask(1.5, &[0.1; 2]), Err(Refusal::Length { what: "factor", expected: 3, found: 2 }));
    assert_eq!(ask(1.5, &[0.1; 4]), Err(Refusal::Length { what: "factor", expected: 3, found: 4 }));
    assert_eq!(ask(f64::NAN, &[0.1; 3]), Err(Refusal::NotFinite { what: "mu", index: 0 }));
    assert_eq!(ask(1.5, &[0.1, f64::NAN, 0.1]), Err(Refusal::NotFinite { what: "factor", index: 1 }));
    assert_eq!(ask(f64::MAX, &[1e200; 3]), Err(Refusal::Overflow { what: "norm" }));
    let nan = dense(1, 1, vec![f64::NAN]);
    let hint = SpectralCertificate { mu: 1.0, factor: vec![0.0] };
    assert_eq!(spectral(&nan, &hint), Err(Refusal::NotFinite { what: "weight", index: 0 }));
    // The same numbers as the other triangle are no hint for this matrix, but a bound all the same.
    let triangle = dense(2, 2, vec![0.5, 0.25, 0.0, 0.5]);
    let mut swapped = certificate(&triangle);
    let straight = spectral(&triangle, &swapped).unwrap();
    swapped.factor.swap(0, 2);
    assert!(spectral(&triangle, &swapped).unwrap() > straight * 1.01);
}

/// Found by review: a `Dense` can be built with any shape, and empty ones panicked.
#[test]
fn shapes_that_do_not_fit_are_refused() {
    let empty = Err(Refusal::Empty { what: "a side of a weight" });
    let hint = SpectralCertificate { mu: 1.0, factor: vec![] };
    for (outputs, inputs) in [(0, 0), (0, 3), (3, 0)] {
        let layer = dense(outputs, inputs, vec![]);
        assert_eq!(spectral(&layer, &hint), empty);
        assert_eq!(quotient(&layer, &vec![1.0; inputs]).map(|_| 0.0), empty);
    }
    let short = dense(2, 2, vec![1.0; 3]);
    let length = Refusal::Length { what: "weight", expected: 4, found: 3 };
    assert_eq!(spectral(&short, &hint), Err(length.clone()));
    assert_eq!(quotient(&short, &[1.0, 0.0]), Err(length));
    let huge = dense(usize::MAX, 2, vec![]);
    assert_eq!(spectral(&huge, &hint), Err(Refusal::Overflow { what: "weight size" }));
}

#[test]
fn frobenius_norms_are_exact_where_the_result_is() {
    assert_eq!(frobenius(&dense(2, 2, vec![1.0, 1.0, -1.0, 1.0])), Ok(2.0));
    assert_eq!(frobenius(&dense(1, 2, vec![3.0, -4.0])), Ok(5.0));
    assert_eq!(frobenius(&dense(1, 2, vec![0.0, -0.0])), Ok(0.0));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = Err(Refusal::NotFinite { what: "weight", index: 1 });
        assert_eq!(frobenius(&dense(2, 1, vec![1.0, bad])), refused);
    }
    let mut stream = Stream::new(63);
    for _ in 0..300 {
        let n = 1 + stream.below(20) as usize;
        let scale = 2.0_f64.powi(stream.integer(900) as i32);
        let row: Vec<f64> = stream.vector(n).iter().map(|w| w * scale).collect();
        let found = frobenius(&dense(1, n, row.clone())).unwrap();
        let exact = exact::dot(&row, &row);
        let square = |x: f64| Exact::of(x) * Exact::of(x);
        assert!(square(found) >= exact && square(found * (1.0 - 4.0 * f64::EPSILON)) <= exact);
    }
}

#[test]
fn rows_bound_the_norms_to_the_largest_entry() {
    let layer = dense(2, 3, vec![2.0, -3.0, 6.0, 4.0, 4.0, -4.0]);
    let (row, sum) = (norm::largest_row(&layer).unwrap(), norm::largest_row_sum(&layer).unwrap());
    assert_eq!((row.norms, row.upper, row.of), (Norms::L2ToLinf, 7.0, Linear::Dense(&layer)));
    assert_eq!((sum.norms, sum.upper, sum.of), (Norms::LinfToLinf, 12.0, Linear::Dense(&layer)));
    assert_eq!((row.enclosure().lower(), row.enclosure().upper()), (0.0, 7.0));
    assert_eq!((row.upper_bound().lower(), row.upper_bound().upper()), (7.0, 7.0));
    assert!(!row.enclosure().is_observed() && !row.upper_bound().is_observed());
    // Rounded up: the terms do not fit 53 bits together.
    let long = dense(1, 2, vec![1.0, f64::EPSILON / 4.0]);
    let rounded = norm::largest_row_sum(&long).unwrap().upper;
    assert!(1.0 < rounded && rounded <= 1.0 + 2.0 * f64::EPSILON, "{rounded}");
    for bad in [f64::NAN, f64::INFINITY] {
        let bad = dense(1, 2, vec![1.0, bad]);
        let refused = Refusal::NotFinite { what: "weight", index: 1 };
        assert_eq!(norm::largest_row(&bad), Err(refused.clone()));
        assert_eq!(norm::largest_row_sum(&bad), Err(refused));
    }
    let most = dense(1, 2, vec![f64::MAX; 2]);
    assert_eq!(norm::largest_row(&most), Err(Refusal::Overflow { what: "norm" }));
    assert_eq!(norm::largest_row_sum(&most), Err(Refusal::Overflow { what: "norm" }));
    let names = [Norms::L2ToL2, Norms::L2ToLinf, Norms::LinfToLinf].map(Norms::name);
    assert_eq!(names, ["l2 to l2", "l2 to l-infinity", "l-infinity to l-infinity"]);
}

#[test]
fn quotients_are_enclosed() {
    let layer = dense(2, 2, vec![3.0, 0.0, 0.0, 1.0]);
    let at = |x: &[f64]| quotient(&layer, x).unwrap();
    assert_eq!((at(&[2.0, 0.0]).lower(), at(&[2.0, 0.0]).upper()), (3.0, 3.0));
    assert_eq!((at(&[0.0, -8.0]).lower(), at(&[0.0, -8.0]).upper()), (1.0, 1.0));
    let root = at(&[1.0, 1.0]);
    assert!(root.contains(5.0_f64.sqrt()) && root.width() <= 2.0 * f64::EPSILON);
    let bound = norm::quotient(&layer, &[1.0, 1.0]).unwrap();
    assert_eq!((bound.enclosure(), bound.lower_bound().upper()), (root, root.lower()));
    let ask = |x: &[f64]| quotient(&layer, x);
    assert_eq!(ask(&[0.0, 0.0]), Err(Refusal::Hypothesis { why: "the vector must not be 0" }));
    assert_eq!(ask(&[1.0]), Err(Refusal::Length { what: "vector", expected: 2, found: 1 }));
    assert_eq!(ask(&[f64::NAN, 1.0]), Err(Refusal::NotFinite { what: "vector", index: 0 }));
    let mut stream = Stream::new(64);
    for _ in 0..200 {
        let (outputs, inputs) = (1 + stream.below(5) as usize, 1 + stream.below(9) as usize);
        let layer = dense(outputs, inputs, stream.vector(outputs * inputs));
        let x = stream.vector(inputs);
        let found = quotient(&layer, &x).unwrap();
        let image = layer.weight.chunks(inputs).fold(Exact::integer(0), |sum, row| {
            let dot = exact::dot(row, &x);
            sum + dot.clone() * dot
        });
        let square = |end: f64| Exact::of(end) * Exact::of(end) * exact::dot(&x, &x);
        assert!(square(found.lower()) <= image && image <= square(found.upper()));
        assert!(found.width() <= 8.0 * f64::EPSILON * found.upper());
    }
}

/// The last row of the residual has entries against every other one; without them its norm would come out as 1.
#[test]
fn row_sums_see_both_sides_of_the_diagonal() {
    let mut weight = vec![0.0; 5 * 6];
    for i in 0..4 {
        weight[i * 6 + i] = 0.5;
        weight[4 * 6 + i] = 0.5;
    }
    let layer = dense(5, 6, weight);
    let bound = spectral(&layer, &SpectralCertificate { mu: 0.0, factor: vec![0.0; 15] }).unwrap();
    // Row sums 1/2 and 2; the true norm is the root of 5/4, at (1, 1, 1, 1, 0, 0).
    assert!(bound >= 2.0_f64.sqrt() && bound < 1.4143, "{bound}");
    assert!(quotient(&layer, &[1.0, 1.0, 1.0, 1.0, 0.0, 0.0]).unwrap().lower() > 1.118);
}

#[test]
fn entries_lost_in_scaling_are_charged() {
    let (large, small) = (2.0_f64.powi(600), 2.0_f64.powi(-600));
    assert_eq!(frobenius(&dense(1, 2, vec![large, 0.0])), Ok(large));
    assert_eq!(frobenius(&dense(1, 2, vec![large, small])), Ok(large.next_up()));
}

/// Plain sums of 40000 equal squares drift by hundreds of roundings; the norm is 200 times the entry.
#[test]
fn long_dot_products_that_drift_are_covered() {
    let n = 40_000;
    for k in 0..12 {
        let side = 0.51 + 0.037 * f64::from(k);
        let exact = Exact::integer(200) * Exact::of(side);
        for layer in [dense(1, n, vec![side; n]), dense(n, 1, vec![side; n])] {
            let bound = spectral(&layer, &SpectralCertificate { mu: 0.0, factor: vec![0.0] }).unwrap();
            assert!(Exact::of(bound) >= exact && bound <= 200.0 * side * (1.0 + n as f64 * f64::EPSILON));
        }
    }
}
