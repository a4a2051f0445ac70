use lip1_kernel::Refusal;
use lip1_kernel::conv::Conv;
use lip1_kernel::net::{Dense, Layer, Net, Pool};

fn refusal(inputs: usize, layer: Layer) -> Option<Refusal> {
    Net::new(inputs, vec![layer]).err()
}

fn dense(outputs: usize, inputs: usize, weight: usize, bias: usize) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight: vec![0.5; weight], bias: vec![0.5; bias] })
}

#[test]
fn widths_follow_the_layers() {
    let layers = vec![
        dense(4, 3, 12, 4),
        Layer::Sort { group: 2 },
        Layer::Select { from: vec![3, 1] },
        dense(5, 2, 10, 0),
    ];
    let net = Net::new(3, layers.clone()).unwrap();
    assert_eq!((net.inputs(), net.outputs(), net.layers()), (3, 5, &layers[..]));
    let net = Net::new(7, vec![]).unwrap();
    assert_eq!((net.inputs(), net.outputs()), (7, 7));
    let pooled = Layer::Pool { windows: vec![vec![0, 6], vec![2]], kind: Pool::L2 };
    assert_eq!(Net::new(7, vec![pooled]).unwrap().outputs(), 2);
    let kept = [Layer::Relu, Layer::Abs, Layer::Scale(2.0), Layer::Householder { angles: vec![0.0; 2] }];
    assert_eq!(Net::new(4, kept.to_vec()).unwrap().outputs(), 4);
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    let length = |what, expected, found| Some(Refusal::Length { what, expected, found });
    let empty = |what| Some(Refusal::Empty { what });
    assert_eq!(refusal(0, Layer::Abs), empty("inputs"));
    assert_eq!(refusal(3, dense(2, 2, 4, 0)), length("dense inputs", 3, 2));
    assert_eq!(refusal(2, dense(2, 2, 5, 0)), length("weight", 4, 5));
    assert_eq!(refusal(2, dense(2, 2, 4, 1)), length("bias", 2, 1));
    assert_eq!(refusal(2, dense(0, 2, 0, 0)), empty("a side of a weight"));
    assert_eq!(refusal(2, dense(usize::MAX, 2, 0, 0)), Some(Refusal::Overflow { what: "weight size" }));
    assert_eq!(
        refusal(4, Layer::Sort { group: 0 }),
        Some(Refusal::Hypothesis { why: "a sort group must divide the width" })
    );
    assert_eq!(
        refusal(4, Layer::Sort { group: 3 }),
        Some(Refusal::Hypothesis { why: "a sort group must divide the width" })
    );
    assert_eq!(
        refusal(4, Layer::Sort { group: 8 }),
        Some(Refusal::Hypothesis { why: "a sort group must divide the width" })
    );
    assert_eq!(refusal(4, Layer::Select { from: vec![] }), empty("select"));
    let index = |index| Some(Refusal::Index { what: "positions", index, limit: 4 });
    assert_eq!(refusal(4, Layer::Select { from: vec![0, 4] }), index(4));
    let twice = Some(Refusal::Hypothesis { why: "an entry is taken twice" });
    assert_eq!(refusal(4, Layer::Select { from: vec![1, 2, 1] }), twice);
    let pool = |windows: &[&[usize]]| Layer::Pool {
        windows: windows.iter().map(|w| w.to_vec()).collect(),
        kind: Pool::L2,
    };
    assert_eq!(refusal(4, pool(&[&[0, 1], &[1, 2]])), twice);
    assert_eq!(refusal(4, pool(&[&[0, 4]])), index(4));
    assert_eq!(refusal(4, pool(&[])), empty("window"));
    assert_eq!(refusal(4, pool(&[&[0], &[]])), empty("window"));
    assert_eq!(refusal(4, Layer::Householder { angles: vec![0.0; 3] }), length("inputs of pairs", 6, 4));
    let residual = |layer| Layer::Residual { body: vec![layer], weight: 0.5 };
    assert_eq!(
        refusal(4, residual(Layer::Select { from: vec![0] })),
        length("outputs of a residual's body", 4, 1)
    );
    assert_eq!(
        refusal(4, residual(Layer::Select { from: vec![9] })),
        Some(Refusal::Index { what: "positions", index: 9, limit: 4 })
    );
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let infinite = |what, index| Some(Refusal::NotFinite { what, index });
    let bad = f64::NAN;
    let layer = |weight: f64, bias: f64| {
        Layer::Dense(Dense { outputs: 1, inputs: 1, weight: vec![weight], bias: vec![bias] })
    };
    assert_eq!(refusal(1, layer(bad, 0.0)), infinite("weight", 0));
    assert_eq!(refusal(1, layer(0.0, f64::INFINITY)), infinite("bias", 0));
    assert_eq!(refusal(1, Layer::Scale(bad)), infinite("scale", 0));
    assert_eq!(refusal(2, Layer::Householder { angles: vec![bad] }), infinite("angles", 0));
    assert_eq!(
        refusal(2, Layer::Residual { body: vec![], weight: bad }),
        infinite("weight of a residual", 0)
    );
}

/// Found by review: a width that no weight pays for was allocated.
#[test]
fn widths_beyond_memory_are_refused_before_anything_is_allocated() {
    let overflow = Some(Refusal::Overflow { what: "width of a network" });
    assert_eq!(refusal(usize::MAX, Layer::Select { from: vec![0] }), overflow);
    assert_eq!(refusal((1 << 26) + 1, Layer::Abs), overflow);
    assert_eq!(refusal(1 << 26, Layer::Abs), None);
    let wide = Conv { padding: 1 << 20, ..conv() };
    assert_eq!(refusal(12, Layer::Conv(wide)), overflow);
}

fn conv() -> Conv {
    Conv {
        input: [2, 2, 3],
        outputs: 2,
        kernel: [2, 2],
        stride: 1,
        padding: 0,
        circular: false,
        groups: 1,
        weight: vec![0.5; 16],
        bias: vec![0.0; 2],
    }
}

#[test]
fn convolutions_have_the_usual_output_sizes() {
    assert_eq!(conv().output(), Ok([2, 1, 2]));
    assert_eq!(Conv { padding: 1, ..conv() }.output(), Ok([2, 3, 4]));
    assert_eq!(Conv { padding: 1, stride: 2, ..conv() }.output(), Ok([2, 2, 2]));
    assert_eq!(Conv { stride: 3, ..conv() }.output(), Ok([2, 1, 1]));
    assert_eq!(Conv { groups: 2, weight: vec![0.5; 8], ..conv() }.output(), Ok([2, 1, 2]));
    assert_eq!(
        Conv { kernel: [2, 3], weight: vec![0.5; 24], bias: vec![], ..conv() }.output(),
        Ok([2, 1, 1])
    );
    assert_eq!(Net::new(12, vec![Layer::Conv(conv())]).unwrap().outputs(), 4);
    let length = Some(Refusal::Length { what: "inputs of a convolution", expected: 11, found: 12 });
    assert_eq!(refusal(11, Layer::Conv(conv())), length);
}

#[test]
fn convolutions_that_do_not_fit_are_refused() {
    let empty = Err(Refusal::Empty { what: "a size of a convolution" });
    for k in 0..3 {
        let mut input = [2, 2, 3];
        input[k] = 0;
        assert_eq!(Conv { input, ..conv() }.output(), empty);
    }
    assert_eq!(Conv { outputs: 0, ..conv() }.output(), empty);
    assert_eq!(Conv { kernel: [0, 2], ..conv() }.output(), empty);
    assert_eq!(Conv { kernel: [2, 0], ..conv() }.output(), empty);
    assert_eq!(Conv { stride: 0, ..conv() }.output(), empty);
    assert_eq!(Conv { groups: 0, ..conv() }.output(), empty);
    let groups = Err(Refusal::Hypothesis { why: "groups must divide both numbers of channels" });
    assert_eq!(Conv { groups: 3, ..conv() }.output(), groups);
    assert_eq!(Conv { groups: 2, outputs: 3, ..conv() }.output(), groups);
    assert_eq!(Conv { groups: 3, outputs: 3, ..conv() }.output(), groups);
    let fit = Err(Refusal::Hypothesis { why: "the kernel must fit into the padded input" });
    assert_eq!(Conv { kernel: [3, 2], weight: vec![0.5; 24], ..conv() }.output(), fit);
    assert_eq!(Conv { kernel: [2, 4], weight: vec![0.5; 32], ..conv() }.output(), fit);
    assert_eq!(Conv { padding: usize::MAX, ..conv() }.output(), fit);
    assert_eq!(Conv { padding: usize::MAX / 2, ..conv() }.output(), fit);
    let overflow = Err(Refusal::Overflow { what: "size of a convolution" });
    assert_eq!(Conv { padding: usize::MAX / 4, ..conv() }.output(), overflow);
    assert_eq!(Conv { input: [2, usize::MAX, 3], ..conv() }.output(), overflow);
    let length = |what, expected, found| Err(Refusal::Length { what, expected, found });
    assert_eq!(Conv { weight: vec![0.5; 15], ..conv() }.output(), length("weight", 16, 15));
    assert_eq!(Conv { bias: vec![0.0; 3], ..conv() }.output(), length("bias", 2, 3));
    let mut bad = conv();
    bad.weight[3] = f64::INFINITY;
    assert_eq!(bad.output(), Err(Refusal::NotFinite { what: "weight", index: 3 }));
    let mut bad = conv();
    bad.bias[1] = f64::NAN;
    assert_eq!(bad.output(), Err(Refusal::NotFinite { what: "bias", index: 1 }));
}
