use lip1_kernel::conv::Conv;
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::{Interval, forward, judge};

use crate::case::{Answer, Case, examine};
use crate::convolution::matrix;
use crate::number::Exact;
use crate::random::Stream;

/// A layer of dyadic numbers from a width, sometimes with a body.
fn layer(stream: &mut Stream, width: usize, depth: u32) -> Layer {
    match stream.below(if depth == 0 { 8 } else { 9 }) {
        0 | 1 => {
            let outputs = 1 + stream.below(5) as usize;
            let weight = stream.points(outputs, width).concat();
            let bias = if stream.once_in(2) { stream.points(1, outputs).concat() } else { Vec::new() };
            Layer::Dense(Dense { outputs, inputs: width, weight, bias })
        }
        2 => Layer::Sort { group: if width.is_multiple_of(2) && stream.once_in(2) { 2 } else { width } },
        3 => {
            let first = stream.below(width as u64) as usize;
            Layer::Select { from: (0..1 + width / 2).map(|k| (k + first) % width).collect() }
        }
        4 => stream.pick(&[Layer::Relu, Layer::Abs]),
        5 => Layer::Scale(stream.any()),
        6 if width >= 4 => Layer::Pool { windows: vec![(0..4).collect()], kind: Pool::Average },
        7 => {
            let conv = Conv {
                input: [1, 1, width],
                outputs: 1 + stream.below(2) as usize,
                kernel: [1, 2],
                stride: 1 + stream.below(2) as usize,
                padding: 1,
                circular: false,
                groups: 1,
                weight: Vec::new(),
                bias: Vec::new(),
            };
            let bias = if stream.once_in(2) { stream.points(1, conv.outputs).concat() } else { Vec::new() };
            Layer::Conv(Conv { weight: stream.points(1, 2 * conv.outputs).concat(), bias, ..conv })
        }
        8 => {
            let inner = Layer::Dense(Dense {
                outputs: width,
                inputs: width,
                weight: stream.points(width, width).concat(),
                bias: Vec::new(),
            });
            Layer::Residual { body: vec![inner, Layer::Relu], weight: stream.pick(&[0.5, 0.1, -2.0, 0.0]) }
        }
        _ => Layer::Relu,
    }
}

/// What a layer makes of some numbers, exactly.
fn apply(layer: &Layer, x: &[Exact]) -> Vec<Exact> {
    let dot = |row: &[f64]| row.iter().zip(x).map(|(w, x)| Exact::of(*w) * x.clone()).sum::<Exact>();
    match layer {
        Layer::Dense(Dense { inputs, weight, bias, .. }) => {
            let rows = weight.chunks_exact(*inputs).enumerate();
            rows.map(|(k, row)| dot(row) + Exact::of(bias.get(k).copied().unwrap_or(0.0))).collect()
        }
        Layer::Sort { group } => {
            let mut sorted = x.to_vec();
            sorted.chunks_exact_mut(*group).for_each(|run| run.sort_by(|a, b| a.partial_cmp(b).unwrap()));
            sorted
        }
        Layer::Select { from } => from.iter().map(|k| x[*k].clone()).collect(),
        Layer::Relu => x.iter().map(|x| x.clone().larger(Exact::ZERO)).collect(),
        Layer::Abs => x.iter().map(|x| x.clone().abs()).collect(),
        Layer::Scale(factor) => x.iter().map(|x| x.clone() * Exact::of(*factor)).collect(),
        Layer::Pool { .. } => vec![x[..4].iter().cloned().sum::<Exact>().times_power_of_two(-1)],
        Layer::Conv(conv) => {
            let shape = conv.output().unwrap();
            let rows = matrix(conv, shape);
            let bias = |k: usize| Exact::of(conv.bias.get(k / (shape[1] * shape[2])).copied().unwrap_or(0.0));
            rows.iter().enumerate().map(|(k, row)| dot(row) + bias(k)).collect()
        }
        Layer::Residual { body, weight } => {
            let inner = body.iter().fold(x.to_vec(), |x, layer| apply(layer, &x));
            let (share, rest) = (Exact::of(*weight), Exact::ONE - Exact::of(*weight));
            x.iter().zip(inner).map(|(x, y)| share.clone() * x.clone() + rest.clone() * y).collect()
        }
        Layer::Householder { .. } => unreachable!("not drawn"),
    }
}

/// An output of a network against a number next to it; at the end sometimes a Euclidean norm.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let inputs = 1 + stream.below(5) as usize;
    let mut layers: Vec<Layer> = Vec::new();
    let mut net = Net::new(inputs, Vec::new()).unwrap();
    for _ in 0..1 + stream.below(3) {
        layers.push(layer(stream, net.outputs(), 1));
        net = Net::new(inputs, layers.clone()).unwrap();
    }
    let point = stream.points(1, inputs).concat();
    let exact = layers
        .iter()
        .fold(point.iter().map(|x| Exact::of(*x)).collect(), |x: Vec<_>, layer| apply(layer, &x));
    let pooled = stream.once_in(6);
    if pooled {
        layers.push(Layer::Pool { windows: vec![(0..net.outputs()).collect()], kind: Pool::L2 });
        net = Net::new(inputs, layers).unwrap();
    }
    let k = stream.below(net.outputs() as u64) as usize;
    let square: Exact = exact.iter().map(Exact::squared).sum();
    let near = !stream.once_in(4);
    let close = if pooled { square.root() } else { exact[k].to_f64() };
    let c = if near { stream.nudged(close) } else { stream.any() };
    let found = forward::enclose(&net, &point).unwrap();
    let (number, value) =
        if pooled && c >= 0.0 { (Exact::of(c).squared(), square) } else { (Exact::of(c), exact[k].clone()) };
    let value = if pooled && c < 0.0 { Exact::ZERO } else { value };
    let (truth, judged) = if stream.once_in(2) {
        (value <= number, judge::at_most(found.values[k], Interval::data(c)))
    } else {
        (value >= number, judge::at_most(Interval::data(c), found.values[k]))
    };
    let case = Case { near, truth, answer: Answer::of(&judged) };
    ((net, point, k, c), case)
}

#[test]
fn enclosures() {
    examine("forward", one);
}
