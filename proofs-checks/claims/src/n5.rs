//! N5: ReLU networks of norm 1 cannot express |x| with slope 1; MaxMin can.

mod absolute;

use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Lemma, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward, norm};
use rand::RngExt;

use absolute::Order;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N5",
    section: Section::Networks,
    title: "ReLU cannot express |x|, MaxMin can",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Transcribed,
            "A ReLU network of any depth with all |W_k|_2 <= 1 and slope +1 or -1 almost everywhere is affine, so never |x|.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "With one hidden layer f(1) + f(-1) - 2 f(0) <= sum (v_i)_+ |w_i| <= 1, where |x| has 2.",
        ),
        Sentence::new(
            "c",
            Whose::Transcribed,
            "MaxMin expresses |x|: x -> (x/sqrt 2, -x/sqrt 2) -> (max, min) -> (1/sqrt 2, -1/sqrt 2).",
        ),
    ],
    formula: r"|f'| = 1 \Rightarrow f' = W_K \cdots W_1, \qquad f(1) + f(-1) - 2 f(0) \le \sum_i (v_i)_+ |w_i| \le 1, \qquad \tfrac{1}{\sqrt2} \max\bigl(\tfrac{x}{\sqrt2}, \tfrac{-x}{\sqrt2}\bigr) - \tfrac{1}{\sqrt2} \min\bigl(\tfrac{x}{\sqrt2}, \tfrac{-x}{\sqrt2}\bigr) = |x|",
    hypotheses: &[
        "every norm is at most 1",
        "the units are ReLUs, of slope 0 or 1",
        "the bound 1 on the second difference: one hidden layer",
        "MaxMin gives the maximum first",
    ],
    source: "Anil, Lucas, Grosse 2019. f' = w D_K W_K ... D_1 W_1 with D_k of zeros and ones: |f'| = 1 forces \
             D_k W_k J_{k-1} = W_k J_{k-1} in every layer, so f' = w W_K ... W_1 on every piece with |f'| = 1. One layer: \
             max(w + b, 0) + max(b - w, 0) - 2 max(b, 0) lies in [0, |w|], and Cauchy-Schwarz. Not a gap that lasts: \
             orthogonal networks of width 2 reach 2/sqrt 3 with two hidden layers.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_relu_that_keeps_a_length_keeps_the_vector",
            essential: true,
            about: "a",
            run: |_| Ok(kept_lengths([0, 1])),
        },
        Check {
            name: "no_pattern_of_slope_1_differs_from_the_product_of_the_weights",
            essential: true,
            about: "a",
            run: |ctx| Ok(all_networks(ctx.count(2, 3, 3), &[])),
        },
        Check {
            name: "a_relu_bends_by_at_most_its_weight",
            essential: true,
            about: "b",
            run: |_| Ok(bends_of_a_unit(1)),
        },
        Check {
            name: "one_hidden_layer_keeps_the_second_difference_at_most_1",
            essential: true,
            about: "b",
            run: |ctx| {
                let mut finding = sharp()?;
                finding.merge(random(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "max_min_equals_the_absolute_value_exactly",
            essential: true,
            about: "c",
            run: |_| Ok(absolute::absolute(Order::Descending)),
        },
        Check {
            name: "max_min_equals_the_absolute_value_at_whole_numbers",
            essential: true,
            about: "c",
            run: |_| Ok(absolute::absolute_at_whole_numbers(Order::Descending)),
        },
    ],
    controls: &[
        Control {
            name: "unconstrained_relus_reach_2",
            breaks: "every norm is at most 1",
            run: |_| unconstrained(),
        },
        Control {
            name: "weights_of_norm_root_2_allow_both_slopes",
            breaks: "every norm is at most 1",
            run: |_| Ok(all_networks(1, &[[5, 5], [5, -5]])),
        },
        Control {
            name: "a_unit_of_slope_minus_1_keeps_lengths_of_other_vectors",
            breaks: "the units are ReLUs, of slope 0 or 1",
            run: |_| Ok(kept_lengths([-1, 1])),
        },
        Control {
            name: "a_unit_of_slope_2_bends_by_twice_its_weight",
            breaks: "the units are ReLUs, of slope 0 or 1",
            run: |_| Ok(bends_of_a_unit(2)),
        },
        Control {
            name: "two_hidden_layers_exceed_the_bound_of_one",
            breaks: "the bound 1 on the second difference: one hidden layer",
            run: |_| two_layers(),
        },
        Control {
            name: "in_ascending_order_it_is_minus_the_absolute_value",
            breaks: "MaxMin gives the maximum first",
            run: |_| Ok(absolute::absolute(Order::Ascending)),
        },
        Control {
            name: "in_ascending_order_it_is_not_the_absolute_value_at_whole_numbers",
            breaks: "MaxMin gives the maximum first",
            run: |_| Ok(absolute::absolute_at_whole_numbers(Order::Ascending)),
        },
    ],
};

// Any depth: lengths.

/// From one entry of a vector to networks of any depth.
static KEPT_LENGTHS: Lemma = Lemma {
    name: "kept lengths",
    statement: "If v^2 - (d v)^2 = (v - d v)^2 for d = 0, 1 and every v, then a ReLU network with all norms at most 1 has the \
                slope w W_K ... W_1 on each piece on which its slope is 1 in size; with such a slope almost everywhere it is \
                affine.",
    proof: "On a piece f' = w D_K W_K ... D_1 W_1 with D_k diagonal, of zeros and ones. Let J_0 = 1, u_k = W_k J_{k-1} and \
            J_k = D_k u_k. Since no factor lengthens, 1 = |f'| <= |J_K| <= |u_K| <= |J_{K-1}| <= ... <= 1, so |J_k| = |u_k|. \
            The sum of the identity over the entries is |u_k|^2 - |D_k u_k|^2 = |u_k - D_k u_k|^2, so J_k = u_k in every \
            layer, and f' = w W_K ... W_1. f is continuous and has finitely many pieces; with one slope on all of them it is \
            affine. Both sides of the identity are polynomials of degree 2 in v, which are equal if they agree at three \
            points.",
    facts: "the identity for d = 0 and 1, each at three whole numbers v",
};

/// Points at which polynomials of degree 2 are compared.
const POINTS: std::ops::RangeInclusive<i64> = -1..=1;

fn kept_lengths(slopes: [i64; 2]) -> Finding {
    let mut finding = Finding::reducing("units", &KEPT_LENGTHS, 2 * 3);
    for d in slopes {
        for v in POINTS {
            finding.element((d, v));
            let (lost, moved) = (v * v - (d * v).pow(2), (v - d * v).pow(2));
            finding.equal("v^2 - (d v)^2 = (v - d v)^2", &lost, &moved, || format!("d = {d}, v = {v}"));
        }
    }
    finding
}

// Any depth: all networks of width 2 with weights from a finite set, and all their patterns, in integers over 5.

type Vector = [i64; 2];
type Matrix = [Vector; 2];

/// Common divisor of all weights.
const DIVISOR: i64 = 5;

/// Vectors of length 5 with whole entries, up to the sign.
const UNITS: [Vector; 6] = [[5, 0], [0, 5], [3, 4], [4, 3], [3, -4], [4, -3]];

/// Shorter vectors.
const SHORTER: [Vector; 3] = [[3, 0], [2, -3], [1, 1]];

/// Matrices of norm at most 1 (times 5) that are not orthogonal: projections of rank 1, multiples of orthogonal ones.
const OTHERS: [Matrix; 5] =
    [[[5, 0], [0, 0]], [[0, 5], [0, 0]], [[0, 0], [3, 4]], [[3, 0], [0, -3]], [[2, 2], [-2, 2]]];

/// Vectors of norm at most 1 (times 5): units of both signs and shorter ones.
fn vectors() -> Vec<Vector> {
    UNITS.iter().flat_map(|[a, b]| [[*a, *b], [-a, -b]]).chain(SHORTER).collect()
}

/// Matrices of norm at most 1 (times 5): for each unit a rotation and a reflection, and others.
fn matrices() -> Vec<Matrix> {
    let units = vectors().into_iter().take(2 * UNITS.len());
    units.flat_map(|[a, b]| [[[a, b], [-b, a]], [[a, b], [b, -a]]]).chain(OTHERS).collect()
}

/// How many networks have at most that many hidden layers: `V^2 M^(k-1)` of `k` layers, for `V` vectors and `M` matrices.
fn networks(layers: usize, longer: usize) -> u128 {
    let vectors = (2 * UNITS.len() + SHORTER.len() + longer) as u128;
    let matrices = (4 * UNITS.len() + OTHERS.len()) as u128;
    (0..layers as u32).map(|inner| vectors.pow(2) * matrices.pow(inner)).sum()
}

/// A vector with the units that a pattern keeps.
fn kept(v: Vector, pattern: usize) -> Vector {
    [v[0] * (pattern & 1) as i64, v[1] * (pattern >> 1) as i64]
}

fn times(m: &Matrix, v: Vector) -> Vector {
    [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]
}

/// The layers of a network up to some depth.
struct Body {
    /// Which first vector and matrices.
    choice: Vec<usize>,
    /// The product of the weights.
    plain: Vector,
    /// The same on every pattern: the units of a layer that are on are two bits.
    pieces: Vec<(u32, Vector)>,
}

impl Body {
    fn first(index: usize, start: Vector) -> Self {
        let pieces = (0..4).map(|pattern| (pattern, kept(start, pattern as usize))).collect();
        Self { choice: vec![index], plain: start, pieces }
    }

    fn followed_by(&self, index: usize, matrix: &Matrix) -> Self {
        let pieces = self.pieces.iter().flat_map(|(patterns, v)| {
            let image = times(matrix, *v);
            (0..4).map(move |pattern| (4 * patterns + pattern, kept(image, pattern as usize)))
        });
        let choice = self.choice.iter().copied().chain([index]).collect();
        Self { choice, plain: times(matrix, self.plain), pieces: pieces.collect() }
    }
}

/// Every network with up to `layers` hidden layers: on every pattern, feasible or not, with a slope of 1 in size, the slope
/// must be that of the product of all weights. `longer` vectors are taken, too.
fn all_networks(layers: usize, longer: &[Vector]) -> Finding {
    let size = networks(layers, longer.len());
    let mut finding = Finding::enumerating("slope", "V^2 M^(k-1) networks of k layers", size);
    let vectors: Vec<Vector> = vectors().into_iter().chain(longer.iter().copied()).collect();
    let matrices = matrices();
    let mut bodies: Vec<Body> = vectors.iter().enumerate().map(|(k, start)| Body::first(k, *start)).collect();
    for depth in 1..=layers {
        let one = DIVISOR.pow(depth as u32 + 1);
        for body in &bodies {
            for (index, head) in vectors.iter().enumerate() {
                finding.element((&body.choice, index));
                let slope = |v: &Vector| head[0] * v[0] + head[1] * v[1];
                let of_all = slope(&body.plain);
                let place = || format!("head {index} on vector and matrices {}", numbers(&body.choice));
                // Each pattern is a bit: all 2^(2 depth) of them must be there.
                let met = body.pieces.iter().fold(0_u64, |met, (patterns, _)| met | 1 << patterns);
                let asked = 1 << (2 * depth);
                finding.required_equal("2^(2k) patterns of k layers", &met.count_ones(), &asked, place);
                for slope in body.pieces.iter().map(|(_, v)| slope(v)).filter(|slope| slope.abs() == one) {
                    finding.equal("slope of size 1 = product of the weights", &slope, &of_all, place);
                }
            }
        }
        if depth < layers {
            let next = bodies.iter().flat_map(|body| {
                matrices.iter().enumerate().map(|(index, matrix)| body.followed_by(index, matrix))
            });
            bodies = next.collect();
        }
    }
    finding
}

fn numbers(choice: &[usize]) -> String {
    let numbers: Vec<String> = choice.iter().map(usize::to_string).collect();
    numbers.join(", ")
}

// One hidden layer: the second difference f(1) + f(-1) - 2 f(0).

/// From one unit on eight rays to all networks with one hidden layer.
static BENDS: Lemma = Lemma {
    name: "bends of a unit",
    statement: "If bend(w, b) = max(w + b, 0) + max(b - w, 0) - 2 max(b, 0) satisfies 0 <= bend(w, b) <= |w| on the rays through \
                the whole points of the square of side 2 around 0, then f(1) + f(-1) - 2 f(0) <= sum (v_i)_+ |w_i| <= 1 for \
                every ReLU network with one hidden layer and norms at most 1.",
    proof: "bend and |w| are linear on each of the eight sectors between neighbouring rays, since their kinks lie on \
            w + b = 0, b - w = 0, b = 0 and w = 0: inequalities on the rays hold on the sectors. The second difference of \
            f(x) = sum v_i max(w_i x + b_i, 0) + c is sum v_i bend(w_i, b_i), at most sum (v_i)_+ |w_i|, and at most |v| |w| \
            <= 1 by Cauchy-Schwarz.",
    facts: "0 <= bend <= |w| on eight rays",
};

/// The bend of a unit `slope max(w x + b, 0)`.
fn bends_of_a_unit(slope: i64) -> Finding {
    let mut finding = Finding::reducing("second difference", &BENDS, 3 * 3 - 1);
    for (w, b) in (-1..=1).flat_map(|w| (-1..=1).map(move |b| (w, b))).filter(|ray| *ray != (0, 0)) {
        finding.element((w, b));
        let unit = |x: i64| slope * (w * x + b).max(0);
        let bend = unit(1) + unit(-1) - 2 * unit(0);
        finding.not_above("0 <= bend", &0, &bend, || format!("w = {w}, b = {b}"));
        finding.not_above("bend <= |w|", &bend, &w.abs(), || format!("w = {w}, b = {b}"));
    }
    finding
}

fn second_difference(net: &Net) -> Result<Interval, CheckError> {
    let at = |x: f64| Ok::<_, CheckError>(forward::enclose(net, &[x])?.values[0]);
    Ok(at(1.0)? + at(-1.0)? - Interval::integer(2) * at(0.0)?)
}

/// The claim for one hidden layer, through the middle term where the network has one.
fn examine(finding: &mut Finding, net: &Net, witness: impl Fn() -> String) -> Result<Interval, CheckError> {
    let difference = second_difference(net)?;
    if let [Layer::Dense(first), Layer::Relu, Layer::Dense(last)] = net.layers() {
        let pairs = first.weight.iter().zip(&last.weight);
        let terms = pairs.map(|(w, v)| Interval::data(v.max(0.0)) * Interval::data(w.abs()));
        let middle = terms.fold(Interval::ZERO, |sum, term| sum + term);
        // A unit bends by v (|w| - |b|)_+ between -1 and 1; by exactly 0 where it has its kink elsewhere.
        let units = first.weight.iter().zip(&first.bias).zip(&last.weight);
        let bends = units.fold(Interval::ZERO, |sum, ((w, b), v)| {
            let bend = (Interval::data(w.abs()) - Interval::data(b.abs())).max(Interval::ZERO);
            sum + Interval::data(*v) * bend
        });
        let widths = Interval::integer(2) * Interval::constant(bends.width() + difference.width());
        let tolerance = Tolerance::new(widths, Interval::ONE, "twice the widths of both enclosures");
        finding.equal_within("bends = second difference", bends, difference, tolerance, &witness);
        finding.at_most("second difference <= sum (v)_+ |w|", bends, middle, &witness);
        finding.at_most("sum (v)_+ |w| <= 1", middle, Interval::ONE, &witness);
    }
    finding.at_most("second difference <= 1", difference, Interval::ONE, &witness);
    Ok(difference)
}

fn dense(outputs: usize, inputs: usize, weight: Vec<f64>, bias: Vec<f64>) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight, bias })
}

/// A vector divided by a little more than its length, by the kernel's bound.
fn unit(entries: Vec<f64>) -> Result<Vec<f64>, CheckError> {
    let column = Dense { outputs: entries.len(), inputs: 1, weight: entries, bias: Vec::new() };
    let length = norm::frobenius(&column)?.upper.next_up();
    Ok(column.weight.iter().map(|x| x / length * (1.0 - f64::EPSILON)).collect())
}

/// Units of the networks that are drawn: up to this many.
const WIDEST: usize = 8;

/// How far weights and kinks of every third network lie from equality in both inequalities.
const CLOSE: f64 = 1e-6;

/// Random networks with one hidden layer of norms at most 1; every third has parallel weights and kinks close to 0, where both
/// inequalities are nearly equal.
fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("second difference");
    let mut random = ctx.generator("networks");
    for trial in 0..ctx.count(1_000, 20_000, 500_000) {
        let width = random.random_range(1..=WIDEST);
        let mut draw =
            |size: f64| -> Vec<f64> { (0..width).map(|_| size * random.random_range(-1.0..1.0)).collect() };
        let (close, first) = (trial % 3 == 0, unit(draw(1.0))?);
        let bias = draw(if close { CLOSE } else { 1.0 });
        let last =
            if close { first.iter().map(|w| w.abs() * (1.0 - CLOSE)).collect() } else { unit(draw(1.0))? };
        for (weights, columns) in [(&first, 1), (&last, width)] {
            let weight =
                Dense { outputs: width / columns, inputs: columns, weight: weights.clone(), bias: vec![] };
            let norm = norm::frobenius(&weight)?.upper_bound();
            finding.required("norm <= 1", norm, Interval::ONE, || format!("network {trial}, norm {norm}"));
        }
        let layers = vec![dense(width, 1, first, bias), Layer::Relu, dense(1, width, last, vec![])];
        examine(&mut finding, &Net::new(1, layers)?, || format!("network {trial}, {width} units"))?;
    }
    Ok(finding)
}

/// By how much the weights of one unit fall short of 1: more than the width of an enclosure, and their product is exact.
const SHORT: f64 = 1.0 / 1_048_576.0;

/// `max(x, 0)` but for the rounding of enclosures: at 1 the bound would be attained.
fn sharp() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("second difference");
    let weight = vec![1.0 - SHORT];
    let layers = vec![dense(1, 1, weight.clone(), vec![0.0]), Layer::Relu, dense(1, 1, weight, vec![])];
    let witness = || "one ReLU with its kink at 0".to_owned();
    let difference = examine(&mut finding, &Net::new(1, layers)?, witness)?;
    let nearly = Interval::ONE - Interval::integer(3) * Interval::constant(SHORT);
    finding.required("the bound is nearly attained", nearly, difference, witness);
    Ok(finding)
}

/// `max(x, 0) + max(-x, 0) = |x|`, norms sqrt 2.
fn unconstrained() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("second difference");
    let layers =
        vec![dense(2, 1, vec![1.0, -1.0], vec![0.0, 0.0]), Layer::Relu, dense(1, 2, vec![1.0, 1.0], vec![])];
    examine(&mut finding, &Net::new(1, layers)?, || "|x| by two ReLUs".to_owned())?;
    Ok(finding)
}

/// An orthogonal network of width 2 with two hidden layers that bends by 2/sqrt 3: slopes 1/sqrt 3 in one unit that is always on and
/// sqrt(2/3) in one that is on to one side of 0, in both layers.
fn two_layers() -> Result<Finding, CheckError> {
    // Rounded, and smaller by a part that exceeds the rounding, so that all norms are below 1.
    let shrunk = |x: f64| x * (1.0 - 1e-12);
    let (short, long) = (shrunk((1.0_f64 / 3.0).sqrt()), shrunk((2.0_f64 / 3.0).sqrt()));
    let layers = vec![
        dense(2, 1, vec![-short, -long], vec![2.0, 0.0]),
        Layer::Relu,
        dense(2, 2, vec![-short, long, long, short], vec![4.0, -2.0 * long]),
        Layer::Relu,
        dense(1, 2, vec![short, long], vec![]),
    ];
    let net = Net::new(1, layers)?;
    let mut finding = Finding::new("second difference");
    examine(&mut finding, &net, || "two hidden layers of width 2".to_owned())?;
    Ok(finding)
}

// |x| as a MaxMin network, in Z[sqrt 2].

#[cfg(test)]
mod tests {
    use super::{DIVISOR, matrices, vectors};

    #[test]
    fn all_weights_have_norm_at_most_1() {
        let square = DIVISOR * DIVISOR;
        assert!(vectors().iter().all(|[a, b]| a * a + b * b <= square));
        for [[a, b], [c, d]] in matrices() {
            // The larger eigenvalue of M'M is at most d^2: 2 d^2 - trace >= 0 and (d^2 - p)(d^2 - r) >= q^2.
            let (p, q, r) = (a * a + c * c, a * b + c * d, b * b + d * d);
            assert!(p + r <= 2 * square && (square - p) * (square - r) >= q * q);
        }
    }
}
