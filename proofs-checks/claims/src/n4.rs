//! N4: networks with orthonormal rows and MaxMin preserve the norm of the gradient.

use lip1_core::{Parametrisation, Tape};
use lip1_datasets::data::digits;
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Lemma, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::net::{Dense, Layer as Described, Net};
use lip1_kernel::{Interval, judge};
use nalgebra::DMatrix;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N4",
    section: Section::Networks,
    title: "Gradients of length 1",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "A network with one output, W_k W_k' = I in every layer, the first included (so that widths do not grow), and \
         MaxMin activations has |grad f| = 1 wherever f is differentiable.",
    )],
    formula: r"W_k W_k^{\mathsf T} = I \;\; \forall k \quad \Longrightarrow \quad \|\nabla f(x)\| = \|W_1^{\mathsf T} P_1^{\mathsf T} W_2^{\mathsf T} \cdots P_{K-1}^{\mathsf T} W_K^{\mathsf T}\| = 1",
    hypotheses: &["rows are orthonormal: widths do not grow", "the activation permutes its entries"],
    source: "Anil, Lucas, Grosse 2019. |W'v| = |v| when W W' = I, and a permutation keeps lengths: by induction from the \
             output to the input, whatever the pattern. Patterns are enumerated on integer matrices M with M M' = d^2 I.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "both_orders_of_a_pair_are_permutations",
            essential: true,
            about: "a",
            run: |_| Ok(orders(Activation::MaxMin)),
        },
        Check {
            name: "every_pattern_of_small_networks_has_a_gradient_of_length_1",
            essential: true,
            about: "a",
            run: |ctx| Ok(over_networks(ctx, Activation::MaxMin)),
        },
        Check {
            name: "rows_of_trained_layers_are_orthonormal",
            essential: true,
            about: "a",
            run: |ctx| Ok(orthonormal(&layers(&narrowing(ctx)?))),
        },
        Check {
            name: "gradients_of_a_trained_network_have_length_1_at_every_digit",
            essential: true,
            about: "a",
            run: |ctx| {
                let trained = narrowing(ctx)?;
                let (mut finding, values) = lengths(&trained)?;
                finding.merge(learnt(&values)?);
                Ok(finding)
            },
        },
        Check {
            name: "back_propagation_finds_the_enclosed_gradients",
            essential: false,
            about: "a",
            run: |ctx| back_propagated(&narrowing(ctx)?),
        },
    ],
    controls: &[
        Control {
            name: "widening_to_x_and_minus_x_loses_the_root_of_2",
            breaks: "rows are orthonormal: widths do not grow",
            run: |_| Ok(widening_by_hand()),
        },
        Control {
            name: "relus_do_not_permute_a_pair",
            breaks: "the activation permutes its entries",
            run: |_| Ok(orders(Activation::Relu)),
        },
        Control {
            name: "dead_relus_lose_gradient",
            breaks: "the activation permutes its entries",
            run: |ctx| Ok(over_networks(ctx, Activation::Relu)),
        },
        Control {
            name: "a_trained_network_that_widens_has_shorter_gradients",
            breaks: "rows are orthonormal: widths do not grow",
            run: |ctx| Ok(lengths(&widening(ctx)?)?.0),
        },
        Control {
            name: "rows_trained_without_a_constraint_are_not_orthonormal",
            breaks: "rows are orthonormal: widths do not grow",
            run: |ctx| {
                let free = Trained::on_parity(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                Ok(orthonormal(&layers(&free)))
            },
        },
        Control {
            name: "rows_a_billionth_too_long_are_not_orthonormal",
            breaks: "rows are orthonormal: widths do not grow",
            run: |ctx| {
                let mut layers = layers(&narrowing(ctx)?);
                layers.iter_mut().flat_map(|dense| &mut dense.weight).for_each(|w| *w *= 1.0 + 1e-9);
                Ok(orthonormal(&layers))
            },
        },
    ],
};

// Every pattern of small networks, in integers.

/// From the two orders of a pair to every network and every point.
static ORDERS_OF_A_PAIR: Lemma = Lemma {
    name: "orders of a pair",
    statement: "If the derivative D of (max, min) satisfies D D' = I on both sides of its tie, then |grad f| = 1 wherever f is \
                differentiable, for every network with one output, W_k W_k' = I and MaxMin activations.",
    proof: "Where no pair ties, the derivative of an activation is a block matrix P of such D, so P P' = I, and grad f = \
            W_1' P_1' W_2' ... P_{K-1}' W_K'. |W'v|^2 = v' W W' v = |v|^2 and |P'v|^2 = v' P P' v = |v|^2: by induction from \
            W_K', of length 1, every factor keeps the length. f is linear on each of finitely many polyhedra that cover the \
            space; where f is differentiable, its gradient is that of one of them, whose inner points have no ties but of \
            pairs that agree on all of it, where either order gives the values.",
    facts: "D D' = I on the two sides of the tie of a pair",
};

/// What becomes of a pair of neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Activation {
    /// Swapped or not.
    MaxMin,
    /// Each entry kept or dropped.
    Relu,
}

/// A derivative of a pair, row by row.
type Pattern = [[i128; 2]; 2];

impl Activation {
    fn at(self, [a, b]: [i128; 2]) -> [i128; 2] {
        match self {
            Activation::MaxMin => [a.max(b), a.min(b)],
            Activation::Relu => [a.max(0), b.max(0)],
        }
    }

    /// Regions on which it is linear: the orders of two entries, or the signs of both.
    fn regions(self) -> u128 {
        match self {
            Activation::MaxMin => 2,
            Activation::Relu => 4,
        }
    }

    /// Its derivative in each of them, from a point that is farther than 1 from the others.
    fn patterns(self) -> Vec<Pattern> {
        let points: &[[i128; 2]] = match self {
            Activation::MaxMin => &[[8, 4], [4, 8]],
            Activation::Relu => &[[4, 4], [4, -4], [-4, 4], [-4, -4]],
        };
        let derivative = |[a, b]: &[i128; 2]| {
            let (here, right, up) = (self.at([*a, *b]), self.at([a + 1, *b]), self.at([*a, b + 1]));
            [0, 1].map(|k| [right[k] - here[k], up[k] - here[k]])
        };
        points.iter().map(derivative).collect()
    }
}

/// `P'v` for one pair of `v`.
fn pulled_through(pattern: &Pattern, [a, b]: [i128; 2]) -> [i128; 2] {
    [0, 1].map(|k| pattern[0][k] * a + pattern[1][k] * b)
}

fn orders(activation: Activation) -> Finding {
    let mut finding = Finding::reducing("units", &ORDERS_OF_A_PAIR, activation.regions());
    for pattern in activation.patterns() {
        finding.element(pattern);
        let [a, b] = pattern;
        let product = |x: [i128; 2], y: [i128; 2]| x[0] * y[0] + x[1] * y[1];
        let gram = [[product(a, a), product(a, b)], [product(b, a), product(b, b)]];
        finding.equal("D D' = I", &gram, &[[1, 0], [0, 1]], || {
            format!("D = ({}, {}; {}, {})", a[0], a[1], b[0], b[1])
        });
    }
    finding
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

    /// `M M'`, and what it should be: `d^2 I`.
    fn gram(&self) -> [Vec<Vec<i128>>; 2] {
        let size = self.rows.len();
        let product = |a: &[i128], b: &[i128]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i128>();
        let filled = |entry: &dyn Fn(usize, usize) -> i128| {
            (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
        };
        let given = filled(&|i, j| product(&self.rows[i], &self.rows[j]));
        [given, filled(&|i, j| if i == j { self.square } else { 0 })]
    }

    /// `height` rows of a random orthogonal matrix of quaternions: pairwise orthogonal, of equal length.
    fn random(height: usize, width: usize, random: &mut ChaCha8Rng) -> Self {
        let mut draw = || i128::from(random.random_range(-4_i8..=4));
        let (a, b, c, d) = (draw(), draw(), draw(), 1 + draw().abs());
        let all = match width {
            4 => vec![vec![a, b, c, d], vec![-b, a, -d, c], vec![-c, d, a, -b], vec![-d, -c, b, a]],
            _ => vec![vec![a, d], vec![-d, a]],
        };
        let square = if width == 4 { a * a + b * b + c * c + d * d } else { a * a + d * d };
        Self { rows: all.into_iter().take(height).collect(), square }
    }
}

/// Widths from the input to the output: up to three hidden layers.
const WIDTHS: [&[usize]; 6] =
    [&[4, 1], &[4, 4, 1], &[4, 2, 1], &[2, 2, 2, 1], &[4, 4, 4, 1], &[4, 4, 2, 2, 1]];

/// How many patterns a network has: each pair of each hidden layer lies in one of the regions.
fn patterns(widths: &[usize], activation: Activation) -> u128 {
    let hidden = widths.iter().skip(1).take(widths.len().saturating_sub(2));
    activation.regions().pow(hidden.map(|width| width / 2).sum::<usize>() as u32)
}

/// All gradients of a network, from its last layer to its first; each must have the length 1.
fn examine(finding: &mut Finding, network: usize, layers: &[Layer], activation: Activation) {
    let square = layers.iter().map(|layer| layer.square).product::<i128>();
    let mut gradients = vec![(Vec::new(), vec![1_i128])];
    for (index, layer) in layers.iter().enumerate().rev() {
        gradients.iter_mut().for_each(|(_, v)| *v = layer.pulled(v));
        let width = layer.rows.first().map_or(0, Vec::len);
        for pair in 0..if index > 0 { width / 2 } else { 0 } {
            let spread = gradients.iter().flat_map(|(regions, v)| {
                activation.patterns().into_iter().enumerate().map(move |(region, pattern)| {
                    let (mut regions, mut next) = (regions.clone(), v.clone());
                    regions.push(region);
                    let pulled = pulled_through(&pattern, [v[2 * pair], v[2 * pair + 1]]);
                    next[2 * pair..2 * pair + 2].copy_from_slice(&pulled);
                    (regions, next)
                })
            });
            gradients = spread.collect();
        }
    }
    for (regions, gradient) in gradients {
        finding.element((network, layers.len(), regions));
        let length: i128 = gradient.iter().map(|g| g * g).sum();
        finding.equal("|grad f|^2 = 1, over a common denominator", &length, &square, || {
            let heights: Vec<String> = layers.iter().map(|layer| layer.rows.len().to_string()).collect();
            format!("|grad f|^2 = {length}/{square}, layers of {} rows", heights.join(", "))
        });
    }
}

/// Random networks of widths 4 and 2, and every one of their patterns.
fn over_networks(ctx: &Context, activation: Activation) -> Finding {
    let mut random = ctx.generator("layers");
    let rounds = ctx.count(60, 1_000, 20_000);
    let unit = "square of the length";
    let of_each = WIDTHS.iter().map(|widths| patterns(widths, activation)).sum::<u128>();
    let formula = format!("{}^k patterns of k pairs, in networks of each shape", activation.regions());
    let mut lengths = Finding::enumerating(unit, formula, rounds as u128 * of_each);
    let layers_of_each = WIDTHS.iter().map(|widths| widths.len() as u128 - 1).sum::<u128>();
    let mut rows = Finding::enumerating(unit, "layers of these networks", rounds as u128 * layers_of_each);
    for network in 0..rounds * WIDTHS.len() {
        let widths = WIDTHS[network % WIDTHS.len()];
        let shapes = widths.iter().zip(widths.iter().skip(1));
        let layers: Vec<Layer> =
            shapes.map(|(width, height)| Layer::random(*height, *width, &mut random)).collect();
        for (index, layer) in layers.iter().enumerate() {
            rows.element((network, index));
            let [given, expected] = layer.gram();
            rows.required_equal("M M' = d^2 I", &given, &expected, || format!("layer {index} of {network}"));
        }
        examine(&mut lengths, network, &layers, activation);
    }
    let mut finding = Finding::new(unit);
    finding.merge(rows);
    finding.merge(lengths);
    finding
}

/// `x -> (x, -x)/sqrt 2 -> (max, min) -> max`: orthonormal columns in place of rows.
fn widening_by_hand() -> Finding {
    let first = Layer { rows: vec![vec![1], vec![-1]], square: 2 };
    let head = Layer { rows: vec![vec![1, 0]], square: 1 };
    let size = patterns(&[1, 2, 1], Activation::MaxMin);
    let mut finding = Finding::enumerating("square of the length", "2 patterns of a pair", size);
    examine(&mut finding, 0, &[first, head], Activation::MaxMin);
    finding
}

// Networks trained on real data: their rows, their gradients.

/// Odd or even digits: widths 64, 48, 48, 1.
fn narrowing(ctx: &Context) -> Result<Trained, CheckError> {
    Trained::on_parity(Parametrisation::Orthogonal, ctx.count(1, 10, 60), ctx.run_seed())
}

/// Malignant or benign masses: widths 30, 48, 48, 1.
fn widening(ctx: &Context) -> Result<Trained, CheckError> {
    Trained::on_breast_cancer(Parametrisation::Orthogonal, 1, ctx.run_seed())
}

fn layers(trained: &Trained) -> Vec<Dense> {
    let dense = trained.net.layers().iter().filter_map(|layer| match layer {
        Described::Dense(dense) => Some(dense.clone()),
        _ => None,
    });
    dense.collect()
}

/// How far sums of `|W W' - I|` along a row may go for a matrix of `n` columns and `m` rows in floating point: `n m eps`.
fn rounding(dense: &Dense) -> Interval {
    let products = Interval::integer(dense.inputs as u128) * Interval::integer(dense.outputs as u128);
    products * Interval::constant(f64::EPSILON)
}

/// The same for the length of a gradient: a vector `v` becomes one of length `|v|` times the root of a number that far from 1.
fn rounding_of_all(layers: &[Dense]) -> Interval {
    layers.iter().fold(Interval::ONE, |product, dense| product * (Interval::ONE + rounding(dense)))
        - Interval::ONE
}

/// `<a, b>`.
fn product(a: &[f64], b: &[Interval]) -> Interval {
    a.iter().zip(b).fold(Interval::ZERO, |sum, (a, b)| sum + Interval::data(*a) * *b)
}

fn enclosed(x: &[f64]) -> Vec<Interval> {
    x.iter().map(|x| Interval::data(*x)).collect()
}

/// The largest row sum of `|W W' - I|` of every layer.
fn orthonormal(layers: &[Dense]) -> Finding {
    let mut finding = Finding::new("row sum");
    for dense in layers {
        let rows: Vec<&[f64]> = dense.weight.chunks_exact(dense.inputs).collect();
        let mut largest = Interval::ZERO;
        for (i, a) in rows.iter().enumerate() {
            let a = enclosed(a);
            let off = rows
                .iter()
                .enumerate()
                .map(|(j, b)| (product(b, &a) - if i == j { Interval::ONE } else { Interval::ZERO }).abs());
            largest = largest.max(off.fold(Interval::ZERO, |sum, entry| sum + entry));
        }
        let reason = "a rounding in each product of a row of W W': n m eps";
        let tolerance = Tolerance::new(rounding(dense), Interval::ONE, reason);
        finding.at_most_within("row sum of |W W' - I| = 0", largest, Interval::ZERO, tolerance, || {
            format!("{} x {}", dense.outputs, dense.inputs)
        });
    }
    finding
}

/// The value of a network at a point, and its gradient there.
struct Slope {
    value: Interval,
    gradient: Vec<Interval>,
}

impl Slope {
    /// Both as enclosures; `None` where the order of two entries that a layer compares is not decided.
    ///
    /// # Errors
    /// For a network of other layers than dense ones and sorts of pairs.
    fn at(net: &Net, x: &[f64]) -> Result<Option<Self>, CheckError> {
        let mut values = enclosed(x);
        // The pairs that each sort swapped.
        let mut swaps = Vec::new();
        for layer in net.layers() {
            match layer {
                Described::Dense(dense) => {
                    let bias = dense.bias.iter().copied().chain(std::iter::repeat(0.0));
                    let rows = dense.weight.chunks_exact(dense.inputs).zip(bias);
                    values = rows.map(|(row, bias)| product(row, &values) + Interval::data(bias)).collect();
                }
                Described::Sort { group: 2 } => {
                    let Some(swapped) = ascending(&mut values) else { return Ok(None) };
                    swaps.push(swapped);
                }
                _ => {
                    return Err(CheckError::Instance(
                        "a layer that is neither dense nor a MaxMin".to_owned(),
                    ));
                }
            }
        }
        let mut gradient = vec![Interval::ONE];
        for layer in net.layers().iter().rev() {
            if let Described::Dense(dense) = layer {
                let rows = dense.weight.chunks_exact(dense.inputs).zip(&gradient);
                let mut pulled = vec![Interval::ZERO; dense.inputs];
                for (row, g) in rows {
                    pulled.iter_mut().zip(row).for_each(|(p, w)| *p = *p + Interval::data(*w) * *g);
                }
                gradient = pulled;
            } else if let Some(swapped) = swaps.pop() {
                for pair in swapped {
                    gradient.swap(2 * pair, 2 * pair + 1);
                }
            }
        }
        Ok(values.first().map(|value| Self { value: *value, gradient }))
    }
}

/// Sorts each pair, and says which were swapped; `None` if the kernel does not decide one.
fn ascending(values: &mut [Interval]) -> Option<Vec<usize>> {
    let mut swapped = Vec::new();
    for (pair, entries) in values.chunks_exact_mut(2).enumerate() {
        if judge::less(entries[1], entries[0]).is_verified() {
            entries.swap(0, 1);
            swapped.push(pair);
        } else if !judge::less(entries[0], entries[1]).is_verified() {
            return None;
        }
    }
    Some(swapped)
}

/// The length of the gradient at every point of the data, and the values there.
fn lengths(trained: &Trained) -> Result<(Finding, Vec<Interval>), CheckError> {
    let mut finding = Finding::new("square of the length");
    let mut values = Vec::new();
    let layers = rounding_of_all(&layers(trained));
    for (index, x) in trained.points.rows().enumerate() {
        let Some(slope) = Slope::at(&trained.net, x)? else {
            finding.undecided(format!("sample {index} lies on a kink, or next to one"));
            values.push(Interval::ENTIRE);
            continue;
        };
        let square = slope.gradient.iter().fold(Interval::ZERO, |sum, g| sum + g.sqr());
        let value = layers + Interval::constant(square.width());
        let reason = "rows that are orthonormal up to n m eps, and the width of the enclosure";
        let tolerance = Tolerance::new(value, Interval::ONE, reason);
        finding.equal_within("|grad f|^2 = 1", square, Interval::ONE, tolerance, || {
            format!("sample {index}, |grad f|^2 in {square}")
        });
        values.push(slope.value);
    }
    Ok((finding, values))
}

/// Share of the digits whose parity a trained network must know; without training it knows one in two.
const KNOWN: (u128, u128) = (3, 4);

/// The values must show that training changed the network to the better.
fn learnt(values: &[Interval]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("digits");
    let right = values.iter().zip(&digits()?.labels).filter(|(value, label)| {
        let signed = if *label % 2 == 1 { **value } else { -**value };
        judge::less(Interval::ZERO, signed).is_verified()
    });
    let right = right.count();
    let asked = Interval::ratio(KNOWN.0, KNOWN.1) * Interval::integer(values.len() as u128);
    finding.required("three quarters are right", asked, Interval::integer(right as u128), || {
        format!("{right} of {} digits are right", values.len())
    });
    Ok(finding)
}

/// The gradients of lip1-core's tape against the enclosed ones.
fn back_propagated(trained: &Trained) -> Result<Finding, CheckError> {
    let failed = || CheckError::during("gradient");
    let (network, points) = (&trained.network, &trained.points);
    let batch = DMatrix::from_column_slice(points.dim(), points.len(), points.coords());
    let mut tape = Tape::new(network);
    tape.forward(network, &batch).map_err(failed())?;
    let ones = DMatrix::from_element(1, points.len(), 1.0);
    tape.differentiate(network, &ones).map_err(failed())?;
    let mut finding = Finding::new("entry of a gradient");
    let reason = "n m eps in each product with a layer";
    let tolerance = Tolerance::new(rounding_of_all(&layers(trained)), Interval::ONE, reason);
    for (index, (x, given)) in points.rows().zip(tape.input_gradient().column_iter()).enumerate() {
        let Some(slope) = Slope::at(&trained.net, x)? else {
            finding.undecided(format!("sample {index} lies on a kink, or next to one"));
            continue;
        };
        let apart = slope.gradient.iter().zip(given.iter()).map(|(g, h)| (*g - Interval::observed(*h)).abs());
        let largest = apart.fold(Interval::ZERO, Interval::max);
        finding.at_most_within("tape = enclosure", largest, Interval::ZERO, tolerance, || {
            format!("sample {index}, entries apart by {largest}")
        });
    }
    Ok(finding)
}
