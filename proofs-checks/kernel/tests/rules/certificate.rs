use std::f64::consts::LN_2;

use lip1_kernel::cover::{Clique, Cover};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::regularised::{Sample, Total};
use lip1_kernel::transport::{Plan, Potentials, Problem};
use lip1_kernel::{Certificate, Points, Proof, Refusal};

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
        (Proof::Transport(problem, plan(2), apart()), 1.0, 1.0),
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
            certificate.check().map(|claim| {
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
        Certificate { proof, bracket: (0.0, f64::INFINITY) }.check().map(|_| ())
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
