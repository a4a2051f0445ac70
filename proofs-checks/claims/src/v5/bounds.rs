//! Upper bounds on the VC dimension of architectures, against (n + 1) 2^W.

use lip1_harness::{CheckError, Finding};
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

/// Examines, in integers, `VCdim <= (n + 1) 2^W` for one hidden layer, the VC dimension bounded by counting half-spaces.
pub(super) fn half_spaces(cases: &[(u32, usize)]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for &(neurons, inputs) in cases {
        let (counted, claimed) = both(neurons, inputs)?;
        finding.case(claimed as f64 - counted as f64, || shown(neurons, inputs, counted, claimed));
    }
    Ok(finding)
}

/// The cases in which the count is larger than the bound, which decides nothing.
pub(super) fn open() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for (neurons, inputs) in OPEN {
        let (counted, claimed) = both(neurons, inputs)?;
        if counted > claimed {
            finding.undecided(shown(neurons, inputs, counted, claimed));
        } else {
            finding.case((claimed - counted) as f64, || shown(neurons, inputs, counted, claimed));
        }
    }
    Ok(finding)
}

/// The bound by counting half-spaces, and the claimed one.
fn both(neurons: u32, inputs: usize) -> Result<(u128, u128), CheckError> {
    let not_shattered = one_layer_bound(inputs, neurons as usize / 2).ok_or_else(|| missing("a count"))?;
    let claimed = paper_network_bound(inputs, neurons).ok_or_else(|| missing("the bound"))?;
    Ok((u128::from(not_shattered) - 1, claimed))
}

fn shown(neurons: u32, inputs: usize, counted: u128, claimed: u128) -> String {
    format!("W = {neurons}, n = {inputs}: VCdim <= {counted} by counting, {claimed} claimed")
}

/// Examines `VCdim <= constant (n + 1) 2^W` for every way to share up to `most_pairs` pairs among layers, the VC dimension bounded by counting parameters; on the line also `2^(W/2) + 1 <= (n + 1) 2^W` for every architecture.
pub(super) fn parameters(most_pairs: usize, constant: u128) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("ratio");
    for pairs in 1..=most_pairs {
        for layers in architectures(pairs) {
            let pieces = pieces_bound(&layers).ok_or_else(|| missing("a number of pieces"))?;
            finding.exact(pieces == 1 << pairs, || format!("{pieces} pieces for {pairs} pairs: {layers:?}"));
            for inputs in [1, 2, 3, 5, 10, 20] {
                let claimed =
                    paper_network_bound(inputs, 2 * pairs as u32).ok_or_else(|| missing("the bound"))?;
                if inputs == 1 {
                    finding.exact(pieces < claimed, || format!("{pieces} pieces on the line"));
                }
                let counted = growth_bound(inputs, &layers)? - 1;
                let closed = bartlett_bound(inputs, &layers)?;
                let witness =
                    || format!("n = {inputs}, {layers:?}: VCdim <= {counted}, closed form {closed}");
                finding.exact(counted as f64 <= closed.upper(), witness);
                finding.case(1.0 - counted as f64 / (constant * claimed) as f64, witness);
            }
        }
    }
    Ok(finding)
}

/// All sequences of layers of pairs with so many pairs in all.
fn architectures(pairs: usize) -> Vec<Vec<HiddenLayer>> {
    // A bit says whether a layer ends after a pair.
    (0..1_u32 << (pairs - 1))
        .map(|cuts| {
            let mut layers = Vec::new();
            let mut width = 0;
            for pair in 0..pairs {
                width += 2;
                if pair + 1 == pairs || cuts >> pair & 1 == 1 {
                    layers.push(HiddenLayer::sort(width, 2));
                    width = 0;
                }
            }
            layers
        })
        .collect()
}
