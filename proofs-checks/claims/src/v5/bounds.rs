//! Upper bounds on the VC dimension of architectures, against (n + 1) 2^W.

use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::Interval;
use lip1_vc::{
    HiddenLayer, bartlett_bound, growth_bound, one_layer_bound, paper_network_bound, pieces_bound,
};

/// Hidden neurons and inputs for which counting half-spaces is below the bound with constant 1.
pub(super) const DECIDED: [(u32, usize); 12] =
    [(6, 1), (6, 2), (6, 3), (6, 5), (6, 10), (6, 20), (8, 1), (8, 2), (8, 3), (8, 5), (8, 10), (8, 20)];

/// Where it is not.
const OPEN: [(u32, usize); 6] = [(2, 3), (2, 5), (2, 20), (4, 2), (4, 5), (4, 20)];

/// A constant for all architectures of up to 16 neurons: the largest quotient is 77/8, at W = 2 and n = 1.
pub(super) const CONSTANT: u128 = 10;

fn missing(what: &'static str) -> CheckError {
    CheckError::Instance(format!("{what} leaves the range of 128 bits"))
}

fn log2(x: Interval) -> Interval {
    x.ln() / Interval::integer(2).ln()
}

// One hidden layer, by counting half-spaces.

/// Examines, in integers, `VCdim <= (n + 1) 2^W` for one hidden layer, the VC dimension bounded by counting half-spaces.
pub(super) fn half_spaces(cases: &[(u32, usize)]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("bits");
    for &(neurons, inputs) in cases {
        let Sides { counted, claimed } = both(&mut finding, neurons, inputs)?;
        finding.not_above("points not excluded <= (n + 1) 2^W", &counted, &claimed, || {
            shown(neurons, inputs, counted, claimed)
        });
    }
    Ok(finding)
}

/// The cases in which the count is larger than the bound, which decides nothing.
pub(super) fn open() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("bits");
    for (neurons, inputs) in OPEN {
        let Sides { counted, claimed } = both(&mut finding, neurons, inputs)?;
        let witness = || shown(neurons, inputs, counted, claimed);
        if counted > claimed {
            finding.undecided(witness());
        } else {
            finding.not_above("points not excluded <= (n + 1) 2^W", &counted, &claimed, witness);
        }
    }
    Ok(finding)
}

/// Two bounds on a VC dimension.
struct Sides {
    counted: u128,
    claimed: u128,
}

/// The bound by counting half-spaces, with the cases that it is, and the claimed one.
fn both(finding: &mut Finding, neurons: u32, inputs: usize) -> Result<Sides, CheckError> {
    let pairs = neurons as usize / 2;
    let excluded = u128::from(one_layer_bound(inputs, pairs).ok_or_else(|| missing("a count"))?);
    let claimed = paper_network_bound(inputs, neurons).ok_or_else(|| missing("the bound"))?;
    least(
        finding,
        excluded,
        |points| half_space_patterns(points, inputs, pairs),
        || format!("W = {neurons}, n = {inputs}, N = {excluded}"),
    );
    Ok(Sides { counted: excluded - 1, claimed })
}

/// Examines whether N is the least number of points that have fewer patterns than labellings, in bits.
fn least(
    finding: &mut Finding,
    points: u128,
    patterns: impl Fn(u128) -> Interval,
    witness: impl Fn() -> String,
) {
    finding.less("patterns on N points < 2^N", patterns(points), Interval::integer(points), &witness);
    let fewer = points - 1;
    finding.required("one point fewer is not excluded", Interval::integer(fewer), patterns(fewer), witness);
}

/// The logarithm of `2^K C(N, n + 1)^K C(N, (K + 1)(n + 1))`, which bounds the labellings of N points.
fn half_space_patterns(points: u128, inputs: usize, pairs: usize) -> Interval {
    let (inputs, pairs) = (inputs as u128, pairs as u128);
    let comparisons = Interval::ONE + log2_of_dichotomies(points, inputs + 1);
    Interval::integer(pairs) * comparisons + log2_of_dichotomies(points, (pairs + 1) * (inputs + 1))
}

/// The logarithm of Cover's count `C(N, d) = 2 sum_{k < d} binom(N - 1, k)`.
fn log2_of_dichotomies(points: u128, dim: u128) -> Interval {
    if dim >= points {
        return Interval::integer(points);
    }
    // The sum is its last term times s, s = 1 + k/(N - k) (the same for k - 1).
    let (mut last, mut sum) = (Interval::ZERO, Interval::ONE);
    for k in 1..dim {
        last = last + Interval::ratio(points - k, k).ln();
        sum = Interval::ONE + Interval::ratio(k, points - k) * sum;
    }
    Interval::ONE + (last + sum.ln()) / Interval::integer(2).ln()
}

fn shown(neurons: u32, inputs: usize, counted: u128, claimed: u128) -> String {
    format!("W = {neurons}, n = {inputs}: VCdim <= {counted} by counting, {claimed} claimed")
}

// Any number of hidden layers, by counting parameters.

/// Numbers of inputs.
const INPUTS: [usize; 6] = [1, 2, 3, 5, 10, 20];

/// Examines `VCdim <= constant (n + 1) 2^W` for every way to share up to `most_pairs` pairs among layers, the VC dimension
/// bounded by counting parameters and that by its closed form, of which `times` as much is reported; on the line also
/// `2^(W/2) + 1 <= (n + 1) 2^W` for every architecture.
pub(super) fn parameters(most_pairs: usize, constant: u128, times: u128) -> Result<Finding, CheckError> {
    let size = INPUTS.len() as u128 * ((1 << most_pairs) - 1);
    let formula =
        format!("2^{most_pairs} - 1 ways to share up to {most_pairs} pairs, {} inputs", INPUTS.len());
    let mut finding = Finding::enumerating("points", formula, size);
    for pairs in 1..=most_pairs {
        for widths in architectures(pairs) {
            for inputs in INPUTS {
                finding.element((inputs, &widths));
                finding.merge(architecture(inputs, &widths, constant, times)?);
            }
        }
    }
    Ok(finding)
}

fn architecture(inputs: usize, widths: &[usize], constant: u128, times: u128) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let layers: Vec<HiddenLayer> = widths.iter().map(|width| HiddenLayer::sort(*width, 2)).collect();
    let neurons: usize = widths.iter().sum();
    let claimed = paper_network_bound(inputs, neurons as u32).ok_or_else(|| missing("the bound"))?;
    let pieces = pieces_bound(&layers).ok_or_else(|| missing("a number of pieces"))?;
    let excluded = u128::from(growth_bound(inputs, &layers)?);
    let counted = excluded - 1;
    let count = Parameters::of(inputs, widths);
    let closed = count.closed_form();
    let reported = bartlett_bound(inputs, &layers)? * Interval::integer(times);
    let witness = || {
        let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
        format!("n = {inputs}, layers of {}: VCdim <= {counted}, closed form {closed}", widths.join(", "))
    };
    finding.equal("largest number of pieces = 2^(W/2)", &pieces, &(1 << (neurons / 2)), witness);
    if inputs == 1 {
        finding.below("largest number of pieces < (n + 1) 2^W", &pieces, &claimed, witness);
    }
    finding.not_above(
        "parameters of a layer <= N times its comparisons",
        &count.fewest_points(),
        &excluded,
        witness,
    );
    least(&mut finding, excluded, |points| count.patterns(points), witness);
    finding.at_most("points not excluded <= closed form", Interval::integer(counted), closed, witness);
    let widths = Interval::data(closed.width()) + Interval::data(reported.width());
    let rounding = Tolerance::new(widths, closed, "widths of the two enclosures");
    finding.equal_within("closed form as reported", reported, closed, rounding, witness);
    finding.not_above(
        "points not excluded <= constant (n + 1) 2^W",
        &counted,
        &(constant * claimed),
        witness,
    );
    Ok(finding)
}

/// All sequences of layers with so many pairs in all, as their widths.
fn architectures(pairs: usize) -> Vec<Vec<usize>> {
    // A bit says whether a layer ends after a pair.
    (0..1_u32 << (pairs - 1))
        .map(|cuts| {
            let mut widths = Vec::new();
            let mut width = 0;
            for pair in 0..pairs {
                width += 2;
                if pair + 1 == pairs || cuts >> pair & 1 == 1 {
                    widths.push(width);
                    width = 0;
                }
            }
            widths
        })
        .collect()
}

/// What the count of Bartlett, Harvey, Liaw and Mehrabian needs of a network, the output layer last.
struct Parameters {
    layers: Vec<Counted>,
}

struct Counted {
    depth: u128,
    /// Pairs, or the one sign of the output.
    comparisons: u128,
    /// Weights and biases up to and including the layer.
    parameters: u128,
}

impl Parameters {
    fn of(inputs: usize, widths: &[usize]) -> Self {
        let mut layers = Vec::new();
        let (mut before, mut parameters) = (inputs as u128, 0);
        let hidden = widths.iter().map(|width| (*width as u128, *width as u128 / 2));
        for (depth, (width, comparisons)) in (1..).zip(hidden.chain([(1, 1)])) {
            parameters += width * (before + 1);
            layers.push(Counted { depth, comparisons, parameters });
            before = width;
        }
        Self { layers }
    }

    /// The count holds from so many points on: no layer has more parameters than polynomials.
    fn fewest_points(&self) -> u128 {
        let least = self.layers.iter().map(|layer| layer.parameters.div_ceil(layer.comparisons));
        least.max().unwrap_or(0)
    }

    fn depth(&self) -> Interval {
        Interval::integer(self.layers.len() as u128)
    }

    /// The logarithm of `2^(L+1) prod_i (2 e N k_i i / P_i)^(P_i)`, which bounds the labellings of N points.
    fn patterns(&self, points: u128) -> Interval {
        self.layers.iter().fold(self.depth(), |sum, layer| {
            let quotient = Interval::ratio(2 * points * layer.comparisons * layer.depth, layer.parameters);
            sum + Interval::integer(layer.parameters) * log2(Interval::ONE.exp() * quotient)
        })
    }

    /// `L + S log2(4 e R log2(2 e R))`, L layers, `S = sum_i P_i`, `R = sum_i i k_i`: Theorem 7.
    fn closed_form(&self) -> Interval {
        let sum: u128 = self.layers.iter().map(|layer| layer.parameters).sum();
        let units: u128 = self.layers.iter().map(|layer| layer.depth * layer.comparisons).sum();
        let scaled = Interval::ONE.exp() * Interval::integer(2 * units);
        let logarithm = log2(Interval::integer(2) * scaled * log2(scaled));
        self.depth() + Interval::integer(sum) * logarithm
    }
}
