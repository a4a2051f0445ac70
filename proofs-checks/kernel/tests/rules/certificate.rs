use std::f64::consts::LN_2;

use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::cover::{Clique, Cover};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::Hint;
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::regularised::{Sample, Total};
use lip1_kernel::transport::{Plan, Potentials, Problem};
use lip1_kernel::{Certificate, Limits, Points, Proof, Refusal};

fn at(coords: &[f64]) -> Points {
    Points::new(1, coords.to_vec()).unwrap()
}

/// One proof of every kind, with ends that it proves, exactly or to a few units in the last place.
fn proofs() -> Vec<(Proof, f64, f64)> {
    let sample = |total| Sample {
        p: at(&[1.0]),
        q: at(&[0.0]),
        p_weight: vec![1.0],
        q_weight: vec![1.0],
        cost: Cost::L2,
        total,
    };
    let plan = |mass| Plan { flows: vec![(0, 0, mass)] };
    let apart = || Potentials { u: vec![0.5], v: vec![-0.5] };
    let problem = Problem {
        p: at(&[1.0]),
        q: at(&[0.0]),
        p_mass: vec![2],
        q_mass: vec![2],
        cost: Cost::L2,
        weights: None,
    };
    let pair = Cover::Cliques { cliques: vec![Clique { members: vec![0, 1], weight: 1 }], unit: 1 };
    let dense = Dense { outputs: 1, inputs: 2, weight: vec![3.0, 4.0], bias: vec![] };
    let net = Net::new(2, vec![Layer::Dense(dense), Layer::Abs]).unwrap();
    let corners = IntegerPoints { dim: 1, coords: vec![0, 5, 10] };
    vec![
        (Proof::Transport(problem, plan(2), apart(), None), 1.0, 1.0),
        // margin 1, weight 2 on the hinge: 1 - 2 (1/2 + 1/2), and three times the mass travels.
        (Proof::Hkr(sample(Total::EachClass), [1.0, 2.0], 1, plan(3), apart()), -1.0, -1.0),
        // temperature 0: the loss is ln 2 whatever f is, and so is the entropy at half of the mass.
        (Proof::Bce(sample(Total::Together), [0.0, 1.0], 4, plan(1), apart()), LN_2 - 1e-12, LN_2 + 1e-12),
        (Proof::Packing(corners, Domain::Box, [10, 5]), 3.0, f64::INFINITY),
        (Proof::Points(at(&[0.0, 1.0]), 2.0, vec![1], pair), 1.0, 1.0),
        (
            Proof::Lipschitz(net, vec![None], [vec![0.0, 0.0], vec![3.0, 4.0]]),
            5.0 - 100.0 * f64::EPSILON,
            5.0,
        ),
    ]
}

#[test]
fn what_is_proved_may_be_claimed_and_no_more() {
    for (proof, lower, upper) in proofs() {
        let kind = proof.kind();
        let check = |lower: f64, upper: f64| {
            let certificate = Certificate { proof: proof.clone(), bracket: (lower, upper) };
            certificate.check(Limits::default()).map(|claim| {
                assert_eq!(
                    (claim.lower_bound().lower(), claim.enclosure().upper()),
                    (claim.lower, claim.upper)
                );
                assert_eq!(claim.upper_bound().upper(), claim.upper);
                (claim.kind, claim.lower, claim.upper)
            })
        };
        assert_eq!(check(lower, upper), Ok((kind, lower, upper)));
        assert_eq!(check(lower - 1.0, f64::INFINITY), Ok((kind, lower - 1.0, f64::INFINITY)));
        for (low, high, what) in [
            (lower + 1e-6, upper, "lower"),
            (f64::NAN, upper, "lower"),
            (lower, f64::NAN, "upper"),
            (lower, lower - 1e-6, "upper"),
        ] {
            let refused = check(low, high);
            assert!(
                matches!(refused, Err(Refusal::Claim { what: found, .. }) if found == what),
                "{kind}: {refused:?}"
            );
        }
    }
}

#[test]
fn packings_of_finite_sets_are_subsets_that_keep_a_positive_distance() {
    let alone = |members: Vec<u32>| Clique { members, weight: 1 };
    let check = |packed: Vec<u32>, distance: f64| {
        let cover = Cover::Cliques { cliques: vec![alone(vec![0]), alone(vec![1]), alone(vec![2])], unit: 1 };
        let proof = Proof::Points(at(&[0.0, 1.0, 5.0]), distance, packed, cover);
        Certificate { proof, bracket: (0.0, f64::INFINITY) }.check(Limits::default()).map(|_| ())
    };
    let apart = Err(Refusal::Hypothesis { why: "a packing keeps its distance, which is positive" });
    assert_eq!(check(vec![0, 2], 2.0), Ok(()));
    assert_eq!(check(vec![], 2.0), Ok(()));
    assert_eq!(check(vec![0, 1], 2.0), apart);
    assert_eq!(check(vec![0, 0], 2.0), apart);
    assert_eq!(check(vec![0, 0], 0.0), apart);
    assert_eq!(check(vec![0], -1.0), apart);
    let index = Err(Refusal::Index { what: "point of a cover", index: 3, limit: 3 });
    assert_eq!(check(vec![3], 2.0), index);
    assert_eq!(check(vec![0], f64::NAN), Err(Refusal::NotFinite { what: "distance", index: 0 }));
}

/// The polynomials of `Certificate::steps`, written out for each kind.
#[test]
fn work_is_counted_before_it_begins_and_limited() {
    let alone = |member: u32| Clique { members: vec![member], weight: 1 };
    let leaf = |members: Vec<u32>| Cover::Cliques { cliques: vec![Clique { members, weight: 1 }], unit: 1 };
    let three = || at(&[0.0, 1.0, 5.0]);
    // One pair, one flow and two points; the pair and its flow in one dimension, as in all of these.
    let transport = 5.0 + 64.0 + 4096.0 * 2.0;
    // One neuron of two inputs without a hint, and its absolute value.
    let network = 66.0 * 2.0 + 64.0;
    let expected = [transport, transport, transport, 9.0, 512.0 * (4.0 + 1.0) + 2.0 + 4.0, network];
    let mut cases: Vec<(Proof, f64)> = proofs().into_iter().map(|(proof, ..)| proof).zip(expected).collect();
    let split = Cover::Split { parts: vec![(vec![0, 1], leaf(vec![0, 1])), (vec![2], leaf(vec![2]))] };
    let tree = Cover::Branch { vertex: 2, taken: Box::new(leaf(vec![0, 1])), left: Box::new(split) };
    // Five nodes and two parts of three points; cliques of 2, 2 and 1.
    cases.push((
        Proof::Points(three(), 2.0, vec![0, 2], tree),
        512.0 * (9.0 + 4.0) + 7.0 * 3.0 + 4.0 + 4.0 + 1.0,
    ));
    let separate = Cover::Cliques { cliques: vec![alone(0), alone(1), alone(2)], unit: 1 };
    cases.push((Proof::Points(three(), 2.0, vec![], separate), 512.0 * 9.0 + 3.0 + 3.0));
    for (proof, steps) in cases {
        let certificate = Certificate { proof, bracket: (f64::NEG_INFINITY, f64::INFINITY) };
        assert_eq!(certificate.steps(), steps, "{}", certificate.proof.kind());
        assert!(certificate.check(Limits { steps }).is_ok());
        for limit in [steps.next_down(), 0.0] {
            let refused = Err(Refusal::Work { steps, limit });
            assert_eq!(certificate.check(Limits { steps: limit }).map(|_| ()), refused);
        }
        assert!(certificate.check(Limits { steps: f64::NAN }).is_err());
    }
    assert_eq!((Limits::default().steps, Limits::of_file(2000).steps), (1e11, 1.04e9));
}

#[test]
fn work_of_layers_is_that_of_their_sizes() {
    let hint =
        |k: usize| Some(Hint::Spectral(SpectralCertificate { mu: 1.0, factor: vec![0.0; k * (k + 1) / 2] }));
    let dense = |outputs: usize, inputs: usize| {
        Layer::Dense(Dense { outputs, inputs, weight: vec![0.0; outputs * inputs], bias: vec![] })
    };
    let steps = |inputs: usize, layers: Vec<Layer>, hints: Vec<Option<Hint>>| {
        let net = Net::new(inputs, layers).unwrap();
        let proof = Proof::Lipschitz(net, hints, [vec![0.0; inputs], vec![1.0; inputs]]);
        Certificate { proof, bracket: (0.0, 0.0) }.steps()
    };
    // 2 by 3: 2^2 3 + 2^3 for the norm, 66 an entry; 4 by 2 likewise.
    assert_eq!(steps(3, vec![dense(2, 3)], vec![hint(2)]), 20.0 + 396.0);
    assert_eq!(steps(3, vec![dense(2, 3)], vec![None]), 396.0);
    assert_eq!(steps(2, vec![dense(4, 2)], vec![hint(2)]), 24.0 + 528.0);
    let body = vec![dense(3, 3), Layer::Relu];
    let residual = vec![Layer::Residual { body, weight: 0.5 }, dense(1, 3)];
    assert_eq!(steps(3, residual, vec![None, hint(1)]), 192.0 + 594.0 + 192.0 + 4.0 + 198.0);
    let windows = vec![vec![0, 1]];
    let narrow = vec![
        Layer::Sort { group: 4 },
        Layer::Abs,
        Layer::Scale(2.0),
        Layer::Householder { angles: vec![0.0; 2] },
        Layer::Select { from: vec![3, 1, 0] },
        Layer::Pool { windows, kind: Pool::L2 },
        Layer::Relu,
    ];
    assert_eq!(steps(4, narrow, vec![]), 3.0 * 256.0 + 4.0 * 4096.0 + 256.0 + 192.0 + 64.0);
    // Two channels of 3 by 3 in two groups, kernels of 2 by 2, four outputs: 2 by 2 places.
    let conv = |padding: usize| Conv {
        input: [2, 3, 3],
        outputs: 4,
        kernel: [2, 2],
        stride: 1,
        padding,
        circular: false,
        groups: 2,
        weight: vec![0.0; 16],
        bias: vec![],
    };
    let spectral = || SpectralCertificate { mu: 1.0, factor: vec![] };
    let with = |hint: ConvCertificate| steps(18, vec![Layer::Conv(conv(0))], vec![Some(Hint::Conv(hint))]);
    let forward = 4.0 * (2.0 * 16.0 + 64.0 * 2.0 * 4.0);
    assert_eq!(steps(18, vec![Layer::Conv(conv(0))], vec![None]), forward);
    let of_two_by_four = 2.0 * 2.0 * 4.0 + 8.0;
    assert_eq!(
        with(ConvCertificate::Multiplicity(vec![spectral(), spectral()])),
        2.0 * forward + 16.0 + 2.0 * of_two_by_four
    );
    assert_eq!(with(ConvCertificate::Gershgorin(vec![])), 2.0 * forward + 64.0 * 16.0 * 4.0);
    // Three frequencies and the one that is missed, of each group.
    let of_four_by_two = 2.0 * 2.0 * 4.0 + 8.0;
    let one = 384.0 * 2.0 * 4.0 + 4096.0 * 4.0 + of_four_by_two;
    let hints = || (0..3).map(|_| spectral()).collect();
    assert_eq!(with(ConvCertificate::Symbol(vec![hints(), hints()])), 2.0 * forward + 8.0 * one);
}

/// Found by review: a file of 2 kB could ask for minutes.
#[test]
fn small_files_cannot_ask_for_much() {
    let wide = |padding: usize| Conv {
        input: [1, 1, 1],
        outputs: 1,
        kernel: [1, 1],
        stride: 1,
        padding,
        circular: false,
        groups: 1,
        weight: vec![1.0],
        bias: vec![],
    };
    let net = Net::new(1, vec![Layer::Conv(wide(4000)), Layer::Abs]).unwrap();
    let hint = Hint::Conv(ConvCertificate::Gershgorin(vec![vec![1.0]]));
    let proof = Proof::Lipschitz(net, vec![Some(hint)], [vec![0.0], vec![1.0]]);
    let refused = Certificate { proof, bracket: (0.0, f64::INFINITY) }.check(Limits::of_file(2000));
    assert!(matches!(refused, Err(Refusal::Work { steps, .. }) if steps > 1e10), "{refused:?}");
}
