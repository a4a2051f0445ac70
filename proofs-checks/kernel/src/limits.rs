//! How much work a certificate may ask for.

use crate::conv::ConvCertificate;
use crate::cover::Cover;
use crate::layer::{Conv, Layer};
use crate::network::Hint;
use crate::transport::{Plan, Problem};
use crate::{Certificate, Points, Proof, Refusal};

/// A limit on the work of [`Certificate::check`], in steps, which are counted from the sizes of the certificate before work begins.
///
/// A step is a multiplication and an addition, about a nanosecond. What takes longer counts as more: an operation on intervals and a
/// compensated addition as 64, a coordinate of two points whose distance is compared exactly and a sine or an exponential as 1,024.
/// In the quick pass over pairs of potentials a coordinate is one step; where a pair needs intervals it takes longer than that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Most steps; a NaN allows none.
    pub steps: f64,
}

impl Default for Limits {
    /// `1e11` steps, some minutes.
    fn default() -> Self {
        Self { steps: 1e11 }
    }
}

impl Limits {
    /// What a file of so many bytes may ask for: `1e9 + 10 bytes^2` steps, a second and the square of its size.
    pub fn of_file(bytes: usize) -> Self {
        Self { steps: 1e9 + 10.0 * (bytes as f64).powi(2) }
    }

    pub(crate) fn allow(self, certificate: &Certificate) -> Result<(), Refusal> {
        let steps = certificate.steps();
        if steps <= self.steps { Ok(()) } else { Err(Refusal::Work { steps, limit: self.steps }) }
    }
}

/// Steps of an operation on intervals.
const INTERVAL: f64 = 64.0;
/// Steps of a coordinate of an exact comparison, of a sine and of an exponential.
const EXACT: f64 = 1024.0;

impl Certificate {
    /// The most steps that a check may take, up to terms that the text of the certificate is longer than.
    ///
    /// | proof | steps |
    /// |---|---|
    /// | transport, HKR, BCE | `n m (d + 4)` for `n` and `m` points in `d` dimensions, pairs of boxes included, `64 d` a flow, `4096` a point |
    /// | packing of a domain | `n^2 d` |
    /// | packing of a finite set | `512 d (n^2 + k^2)` for `k` of `n` points; `n` a node of the cover's tree, `s^2` a clique of `s` points |
    /// | Lipschitz constant | [`norm::spectral`](crate::norm::spectral) of each layer, a convolution's [`norm`](crate::conv::norm), and two forward enclosures |
    ///
    /// A dense layer of `k` by `l`, `k <= l`, takes `k^2 l + k^3` steps and `66 k l` for its rows and its enclosures. A convolution takes
    /// in a forward enclosure 2 a weight and 64 an entry of its input at every place of its output; for its norm the dense bounds of what
    /// its hint is about, and besides: one place of the output times one tap (multiplicity), 64 a pair of weights of one output channel
    /// (Gershgorin), 256 a weight and 4096 a tap at each frequency (symbol). Other layers take 64 an entry, 4096 an angle.
    pub fn steps(&self) -> f64 {
        match &self.proof {
            Proof::Transport(Problem { p, q, .. }, plan, ..) => between(p, q, plan),
            Proof::Hkr(sample, _, _, plan, _) | Proof::Bce(sample, _, _, plan, _) => {
                between(&sample.p, &sample.q, plan)
            }
            Proof::Packing(points, ..) => (points.coords.len() as f64).powi(2) / points.dim as f64,
            Proof::Points(points, _, packed, cover) => {
                let pairs = (points.len() as f64).powi(2) + (packed.len() as f64).powi(2);
                0.5 * EXACT * pairs * points.dim() as f64 + tree(cover, points.len() as f64)
            }
            Proof::Lipschitz(net, hints, _) => {
                let mut hints = hints.iter();
                chain(net.layers(), net.inputs(), &mut hints).0
            }
        }
    }
}

fn between(p: &Points, q: &Points, plan: &Plan) -> f64 {
    let (n, m, dim) = (p.len() as f64, q.len() as f64, p.dim() as f64);
    n * m * (dim + 4.0) + INTERVAL * dim * plan.flows.len() as f64 + 4.0 * EXACT * (n + m)
}

fn tree(cover: &Cover, n: f64) -> f64 {
    // Not by recursion: the depth of a tree is checked only where it is walked for its bound.
    let (mut rest, mut steps) = (vec![cover], 0.0);
    while let Some(cover) = rest.pop() {
        steps += n;
        match cover {
            Cover::Cliques { cliques, .. } => {
                steps += cliques.iter().map(|clique| (clique.members.len() as f64).powi(2)).sum::<f64>();
            }
            Cover::Branch { taken, left, .. } => rest.extend([&**taken, &**left]),
            Cover::Split { parts } => {
                steps += n * parts.len() as f64;
                rest.extend(parts.iter().map(|(_, cover)| cover));
            }
        }
    }
    steps
}

type Hints<'a> = std::slice::Iter<'a, Option<Hint>>;

/// Steps of some layers, and the width after them.
fn chain(layers: &[Layer], width: usize, hints: &mut Hints<'_>) -> (f64, usize) {
    layers.iter().fold((0.0, width), |(steps, width), layer| {
        let (more, width) = one(layer, width, hints);
        (steps + more, width)
    })
}

fn one(layer: &Layer, width: usize, hints: &mut Hints<'_>) -> (f64, usize) {
    let entries = INTERVAL * width as f64;
    match layer {
        Layer::Dense(layer) => {
            let (rows, columns) = (layer.outputs as f64, layer.inputs as f64);
            let norm = if let Some(Some(_)) = hints.next() { dense(rows, columns) } else { 0.0 };
            (norm + (INTERVAL + 2.0) * rows * columns, layer.outputs)
        }
        Layer::Conv(conv) => {
            let hint = hints.next().and_then(|hint| hint.as_ref());
            // The shape of a network's layer was checked when the network was made.
            let [outputs, rows, columns] = conv.output().unwrap_or([0; 3]);
            (convolution(conv, hint, (rows * columns) as f64), outputs * rows * columns)
        }
        Layer::Select { from } => (entries, from.len()),
        Layer::Pool { windows, .. } => (entries, windows.len()),
        Layer::Householder { .. } => (4.0 * EXACT * width as f64, width),
        Layer::Residual { body, .. } => (entries + chain(body, width, hints).0, width),
        Layer::Sort { .. } | Layer::Relu | Layer::Abs | Layer::Scale(_) => (entries, width),
    }
}

/// Steps of the spectral bound of a matrix.
fn dense(rows: f64, columns: f64) -> f64 {
    let (short, long) = if rows < columns { (rows, columns) } else { (columns, rows) };
    short * short * long + short * short * short
}

fn convolution(conv: &Conv, hint: Option<&Hint>, places: f64) -> f64 {
    let (groups, weights) = (conv.groups as f64, conv.weight.len() as f64);
    let (outputs, channels) = (conv.outputs as f64 / groups, conv.input[0] as f64 / groups);
    let taps = (conv.kernel[0] * conv.kernel[1]) as f64;
    let forward = places * (2.0 * weights + INTERVAL * groups * channels * taps);
    let Some(Hint::Conv(hint)) = hint else { return forward };
    let norm = match hint {
        ConvCertificate::Multiplicity(_) => places * taps + groups * dense(outputs, channels * taps),
        ConvCertificate::Gershgorin(_) => INTERVAL * weights * channels * taps,
        ConvCertificate::Symbol(hints) => {
            let one = 6.0 * INTERVAL * outputs * channels * taps + 4.0 * EXACT * taps;
            let frequencies = hints.iter().map(|hints| hints.len() as f64 + 1.0).sum::<f64>();
            // The stride deals every channel out to as many as it meets taps.
            let dealt = conv.kernel.map(|taps| taps.min(conv.stride) as f64);
            frequencies * (one + dense(2.0 * outputs, 2.0 * channels * dealt[0] * dealt[1]))
        }
        ConvCertificate::Explicit(_) => {
            let image = (conv.input[1] * conv.input[2]) as f64;
            let entries = places * (weights + groups * outputs * channels * image);
            groups * dense(places * outputs, channels * image) + INTERVAL * entries
        }
    };
    2.0 * forward + norm
}
