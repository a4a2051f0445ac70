use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::decision::Arithmetic;
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::{self, Hint};
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::{Interval, Refusal, forward};

use crate::random::Stream;

fn dense(outputs: usize, inputs: usize, weight: &[f64]) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight: weight.to_vec(), bias: vec![] })
}

fn net(inputs: usize, layers: &[Layer]) -> Net {
    Net::new(inputs, layers.to_vec()).unwrap()
}

/// Constants without hints: to `l2`, to `l-infinity`, and of each output.
fn constants(inputs: usize, layers: &[Layer]) -> (f64, f64, Vec<f64>) {
    let net = net(inputs, layers);
    let hints = vec![None; layers.iter().filter(|layer| matches!(layer, Layer::Dense(_))).count()];
    let bounded = network::lipschitz(&net, &hints).unwrap();
    (bounded.l2(), bounded.linf(), bounded.outputs().to_vec())
}

const DIAGONAL: [f64; 4] = [3.0, 0.0, 0.0, 4.0];

#[test]
fn constants_follow_the_layers_exactly_where_norms_are_exact() {
    assert_eq!(constants(3, &[]), (1.0, 1.0, vec![1.0; 3]));
    let first = dense(2, 2, &DIAGONAL);
    assert_eq!(constants(2, std::slice::from_ref(&first)), (5.0, 4.0, vec![3.0, 4.0]));
    let scaled = [first.clone(), Layer::Scale(-2.0)];
    assert_eq!(constants(2, &scaled), (10.0, 8.0, vec![6.0, 8.0]));
    let sorted = [first.clone(), Layer::Sort { group: 2 }];
    assert_eq!(constants(2, &sorted), (5.0, 4.0, vec![4.0, 4.0]));
    let selected = [first.clone(), Layer::Select { from: vec![0] }];
    assert_eq!(constants(2, &selected), (3.0, 3.0, vec![3.0]));
    for kept in [Layer::Relu, Layer::Abs, Layer::Sort { group: 1 }, Layer::Select { from: vec![0, 1] }] {
        assert_eq!(constants(2, &[first.clone(), kept]), (5.0, 4.0, vec![3.0, 4.0]));
    }
    let pooled = Layer::Pool { windows: vec![vec![0], vec![1]], kind: Pool::L2 };
    assert_eq!(constants(2, &[first.clone(), pooled]), (5.0, 5.0, vec![5.0, 5.0]));
    let turned = Layer::Householder { angles: vec![0.5] };
    assert_eq!(constants(2, &[first.clone(), turned]), (5.0, 5.0, vec![5.0, 5.0]));
    // Two linear layers: rows through l2 cost 5 times their norm, else the constants 3 and 4 times their entries.
    let rows = dense(2, 2, &[1.0, 0.0, 3.0, -4.0]);
    let (l2, linf, outputs) = constants(2, &[first.clone(), rows]);
    assert_eq!((linf, outputs), (25.0, vec![3.0, 25.0]));
    assert!((5.0 * 26.0_f64.sqrt()..25.5).contains(&l2) || l2 >= 25.0);
    // A mean of x and of three times it: 1/4 + 3/4 * 5 and so on.
    let residual = Layer::Residual { body: vec![first], weight: 0.25 };
    let net = net(2, &[residual]);
    let bounded = network::lipschitz(&net, &[None]).unwrap();
    assert_eq!((bounded.l2(), bounded.outputs()), (4.0, &[2.5, 3.25][..]));
    assert_eq!(bounded.norms(), [5.0]);
    let outside = Layer::Residual { body: vec![], weight: -2.0 };
    assert_eq!(constants(1, &[outside]), (5.0, 5.0, vec![5.0]));
    assert_eq!((bounded.net().inputs(), bounded.net().outputs()), (2, 2));
}

#[test]
fn certified_norms_are_used_where_they_are_smaller() {
    let identity = net(2, &[dense(2, 2, &[0.5, 0.0, 0.0, 0.5])]);
    let hint = |mu: f64| Some(Hint::Spectral(SpectralCertificate { mu, factor: vec![0.0; 3] }));
    let bounded = network::lipschitz(&identity, &[hint(0.25)]).unwrap();
    assert!((0.5..0.5 + 1e3 * f64::EPSILON).contains(&bounded.l2()));
    assert_eq!(bounded.norms(), [bounded.l2()]);
    // A bad hint costs nothing: the Frobenius norm stands in.
    let loose = network::lipschitz(&identity, &[hint(9.0)]).unwrap();
    let frobenius = network::lipschitz(&identity, &[None]).unwrap();
    assert_eq!(loose.l2(), frobenius.l2());
    assert!(loose.l2() > 0.7 && loose.l2() < 0.7072);
}

#[test]
fn hints_must_be_one_a_linear_layer_and_of_its_kind() {
    let two = net(2, &[dense(2, 2, &DIAGONAL), Layer::Abs, dense(1, 2, &[1.0, 1.0])]);
    let ask = |hints: &[Option<Hint>]| network::lipschitz(&two, hints).map(|bounded| bounded.norms().len());
    assert_eq!(ask(&[None, None]), Ok(2));
    let dense_hint = Err(Refusal::Hypothesis { why: "a dense layer takes a spectral hint or none" });
    assert_eq!(ask(&[None]), dense_hint);
    assert_eq!(ask(&[]), dense_hint);
    let many = Err(Refusal::Length { what: "hints of linear layers", expected: 2, found: 3 });
    assert_eq!(ask(&[None, None, None]), many);
    let of_conv = Some(Hint::Conv(ConvCertificate::Gershgorin(vec![vec![1.0]])));
    assert_eq!(ask(&[None, of_conv.clone()]), dense_hint);
    let short = Some(Hint::Spectral(SpectralCertificate { mu: 1.0, factor: vec![] }));
    assert_eq!(ask(&[short.clone(), None]), Err(Refusal::Length { what: "factor", expected: 3, found: 0 }));
    let conv = Conv {
        input: [1, 1, 4],
        outputs: 1,
        kernel: [1, 2],
        stride: 1,
        padding: 0,
        circular: false,
        groups: 1,
        weight: vec![1.0, -1.0],
        bias: vec![],
    };
    let convolved = net(4, &[Layer::Scale(0.5), Layer::Conv(conv)]);
    let bounded = network::lipschitz(&convolved, &[of_conv]).unwrap();
    assert!((1.0..1.0 + 1e3 * f64::EPSILON).contains(&bounded.l2()));
    assert_eq!((bounded.outputs(), bounded.norms()), (&[bounded.l2(); 3][..], &[2.0 * bounded.l2()][..]));
    let kind = Err(Refusal::Hypothesis { why: "a convolution takes a hint of its own" });
    for hints in [vec![None], vec![], vec![short]] {
        assert_eq!(network::lipschitz(&convolved, &hints).map(|_| ()), kind);
    }
}

#[test]
fn constants_that_overflow_are_infinite_and_decide_nothing() {
    let huge = dense(1, 1, &[1e200]);
    let net = net(1, &[huge.clone(), huge.clone(), Layer::Scale(1.0)]);
    let bounded = network::lipschitz(&net, &[None, None]).unwrap();
    assert_eq!((bounded.l2(), bounded.linf()), (f64::INFINITY, f64::INFINITY));
    let decision = bounded.decide(&[1e-300]).unwrap();
    assert_eq!((decision.class(), decision.radius()), (1, 0.0));
}

#[test]
fn one_output_is_decided_by_its_sign() {
    let net = net(2, &[dense(1, 2, &[3.0, 4.0])]);
    let bounded = network::lipschitz(&net, &[None]).unwrap();
    let at = |x: [f64; 2]| bounded.decide(&x).map(|d| (d.class(), d.radius())).unwrap();
    let (class, radius) = at([3.0, 4.0]);
    assert!(class == 1 && radius <= 5.0 && radius > 5.0 - 1e3 * f64::EPSILON);
    let (class, radius) = at([-3.0, -4.0]);
    assert!(class == 0 && radius <= 5.0 && radius > 5.0 - 1e3 * f64::EPSILON);
    assert_eq!(at([4.0, -3.0]), (0, 0.0));
    assert_eq!(at([0.0, 0.0]), (0, 0.0));
    // Exactly 0 is not positive.
    let identity = Net::new(1, vec![]).unwrap();
    let zero = network::lipschitz(&identity, &[]).unwrap().decide(&[0.0]).unwrap();
    assert_eq!((zero.class(), zero.radius()), (0, 0.0));
    let length = Refusal::Length { what: "input", expected: 2, found: 1 };
    assert_eq!(bounded.decide(&[1.0]).map(|_| ()), Err(length));
}

#[test]
fn several_outputs_are_decided_by_the_largest_margin_over_its_constant() {
    let class = |inputs: usize, layers: &[Layer], x: &[f64]| {
        let net = net(inputs, layers);
        let hints = vec![None; layers.iter().filter(|layer| matches!(layer, Layer::Dense(_))).count()];
        let decision = network::lipschitz(&net, &hints).unwrap().decide(x).unwrap();
        (decision.class(), decision.radius())
    };
    // The map is 1-Lipschitz: margin over the root of 2, rounded down.
    let (a, radius) = class(3, &[], &[1.0, 5.0, 2.0]);
    let exact = 3.0 / 2.0_f64.sqrt();
    assert!(a == 1 && radius <= exact && radius > exact - 4.0 * f64::EPSILON * exact);
    // Ties, and the first of them.
    assert_eq!(class(3, &[], &[5.0, 1.0, 5.0]), (0, 0.0));
    assert_eq!(class(3, &[], &[1.0, 5.0, 5.0]), (1, 0.0));
    // Outputs with constants 3 and 4 apart: 7 is below 5 times the root of 2.
    let apart = |layers: &[Layer], exact: f64| {
        let (a, radius) = class(2, layers, &[1.0, 0.0]);
        assert!(a == 0 && radius <= exact && radius > exact * (1.0 - 1e2 * f64::EPSILON), "{radius}");
    };
    let head = dense(2, 2, &DIAGONAL);
    apart(&[head.clone(), Layer::Scale(1.0)], 3.0 / 7.0);
    // Their difference, as a form of what enters the last layer, has norm 5; after diag(3, 4) it costs 9 + 16 through the outputs
    // and 5 times 5 through l2.
    apart(std::slice::from_ref(&head), 3.0 / 5.0);
    apart(&[head.clone(), head.clone()], 9.0 / 25.0);
    apart(&[dense(2, 2, &[2.0, 1.0, 1.0, -1.0])], 1.0 / 5.0_f64.sqrt());
    apart(&[dense(2, 2, &[4.0, 0.0, 0.0, 4.0]), head], 12.0 / (32.0_f64.sqrt() * 5.0).min(28.0));
    // Constants 0: nothing moves.
    let still = Layer::Dense(Dense { outputs: 2, inputs: 1, weight: vec![0.0, 0.0], bias: vec![1.0, 2.0] });
    let (a, radius) = class(1, &[still], &[7.0]);
    assert!(a == 1 && radius == f64::INFINITY);
    let tied = Layer::Dense(Dense { outputs: 2, inputs: 1, weight: vec![0.0, 0.0], bias: vec![2.0, 2.0] });
    assert_eq!(class(1, &[tied], &[7.0]), (0, 0.0));
}

/// Attacks within the radius, on the class of a random network with every kind of layer.
#[test]
fn no_sample_within_the_radius_changes_its_class() {
    let mut stream = Stream::new(91);
    let mut attacked = 0;
    for _ in 0..60 {
        let n = 4;
        let layers = [
            dense(n, n, &stream.vector(n * n)),
            Layer::Sort { group: 2 },
            Layer::Residual {
                body: vec![dense(n, n, &stream.vector(n * n)), Layer::Relu],
                weight: 0.5 * stream.signed(),
            },
            Layer::Householder { angles: stream.vector(2) },
            Layer::Select { from: vec![3, 1, 0] },
            dense(3, 3, &stream.vector(9)),
        ];
        let net = net(n, &layers);
        let bounded = network::lipschitz(&net, &[None, None, None]).unwrap();
        let x = stream.vector(n);
        let decision = bounded.decide(&x).unwrap();
        // Every output respects its constant, and all the map's.
        let base = forward::enclose(&net, &x).unwrap();
        for _ in 0..20 {
            let step = stream.vector(n);
            let size = step.iter().map(|s| s * s).sum::<f64>().sqrt();
            let length = if decision.radius() > 0.0 { decision.radius().min(10.0) * 0.999 } else { 1.0 };
            let y: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x + s / size * length).collect();
            let moved = forward::enclose(&net, &y).unwrap();
            let rise = |k: usize| (moved.values[k] - base.values[k]).abs().lower();
            let slack = 1.0 + 1e3 * f64::EPSILON;
            assert!((0..3).all(|k| rise(k) <= bounded.outputs()[k] * length * slack));
            assert!((0..3).map(|k| rise(k) * rise(k)).sum::<f64>().sqrt() <= bounded.l2() * length * slack);
            if decision.radius() > 0.0 {
                attacked += 1;
                let best = (0..3).all(|k| moved.values[k].lower() <= moved.values[decision.class()].upper());
                assert!(best, "{y:?} leaves class {}", decision.class());
            }
        }
    }
    assert!(attacked > 500);
}

#[test]
fn quotients_are_enclosed() {
    let net = net(2, &[dense(2, 2, &DIAGONAL), Layer::Abs]);
    let quotient = |x: [f64; 2], y: [f64; 2]| network::quotient(&net, &x, &y).map(|found| found.value);
    let along = quotient([0.0, 1.0], [0.0, 3.0]).unwrap();
    assert!(along.contains(4.0) && along.width() < 100.0 * f64::EPSILON);
    assert!(quotient([0.0, 1.0], [0.0, -1.0]).unwrap().contains(0.0));
    assert_eq!(
        quotient([1.0, 1.0], [1.0, 1.0]),
        Err(Refusal::Hypothesis { why: "the two points must differ" })
    );
    assert!(network::quotient(&net, &[0.0], &[1.0]).is_err());
}

#[test]
fn decisions_and_quotients_say_what_they_are_about() {
    let net = net(2, &[dense(1, 2, &[3.0, 4.0])]);
    let bounded = network::lipschitz(&net, &[None]).unwrap();
    let (real, single) =
        (bounded.decide(&[2.0, 1.0]).unwrap(), deployed::decide(&bounded, &[2.0, 1.0], Format::F32).unwrap());
    assert_eq!((real.net(), real.point(), real.class()), (&net, &[2.0, 1.0][..], 1));
    assert_eq!((single.net(), single.point(), single.class()), (&net, &[2.0, 1.0][..], 1));
    assert_eq!((real.arithmetic(), single.arithmetic()), (Arithmetic::Real, Arithmetic::Format(Format::F32)));
    let names =
        [real.arithmetic(), single.arithmetic(), Arithmetic::Format(Format::F64)].map(Arithmetic::name);
    assert_eq!(names, ["real", "f32", "f64"]);
    let radius = real.radius();
    assert!(single.radius() < radius && radius <= 2.0 && radius > 2.0 - 1e3 * f64::EPSILON);
    assert_eq!((real.lower_bound(), real.enclosure().lower()), (Interval::data(radius), radius));
    assert_eq!(real.enclosure().upper(), f64::INFINITY);
    assert_eq!(bounded.upper_bound(), Interval::data(5.0));
    assert_eq!((bounded.linf_upper_bound(), bounded.l2()), (Interval::data(5.0), 5.0));
    assert_eq!(
        (bounded.output_upper_bound(0), bounded.output_upper_bound(1)),
        (Some(Interval::data(5.0)), None)
    );
    let steep = network::quotient(&net, &[0.0, 0.0], &[3.0, 4.0]).unwrap();
    assert_eq!((steep.net, steep.points.clone()), (&net, [vec![0.0, 0.0], vec![3.0, 4.0]]));
    assert_eq!((steep.enclosure(), steep.lower_bound().upper()), (steep.value, steep.value.lower()));
}

#[test]
fn constants_are_bracketed_by_proofs_about_one_network() {
    let (one, other) = (net(2, &[dense(1, 2, &[3.0, 4.0])]), net(2, &[dense(1, 2, &[3.0, 5.0])]));
    let bounded = network::lipschitz(&one, &[None]).unwrap();
    let between = |net| {
        network::bracket(&network::quotient(net, &[0.0, 0.0], &[1.0, 0.0]).unwrap(), &bounded)
            .map(|b| (b.lower, b.upper))
    };
    assert!(between(&one).is_ok_and(|(lower, upper)| (3.0 - 1e-14..=3.0).contains(&lower) && upper == 5.0));
    assert_eq!(between(&other), Err(Refusal::Hypothesis { why: "both ends must be of one network" }));
    // A copy is the same network.
    assert!(between(&one.clone()).is_ok());
    let flat = network::quotient(&one, &[4.0, -3.0], &[0.0, 0.0]).unwrap();
    let bracket = network::bracket(&flat, &bounded).unwrap();
    assert_eq!((bracket.lower, bracket.lower_bound(), bracket.net), (0.0, Interval::ZERO, &one));
    assert_eq!(
        (bracket.upper_bound(), bracket.enclosure()),
        (Interval::data(5.0), Interval::ZERO.hull(Interval::data(5.0)))
    );
}
