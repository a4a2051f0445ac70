use lip1_kernel::cover::{self, Clique, Cover};
use lip1_kernel::{Points, Refusal};

fn line(coords: &[f64]) -> Points {
    Points::new(1, coords.to_vec()).unwrap()
}

fn clique(members: &[u32], weight: u64) -> Clique {
    Clique { members: members.to_vec(), weight }
}

fn cliques(list: &[(&[u32], u64)], unit: u64) -> Cover {
    Cover::Cliques { cliques: list.iter().map(|(members, weight)| clique(members, *weight)).collect(), unit }
}

fn count(points: &Points, distance: f64, cover: &Cover) -> Result<u64, Refusal> {
    cover::packing_upper(points, distance, cover).map(|bound| {
        assert_eq!(bound.distance, distance);
        bound.count
    })
}

/// The vertices of a regular pentagon, nearly: neighbours are closer than 1.2, others are not.
fn pentagon() -> Points {
    let coords = [1.0, 0.0, 0.309, 0.951, -0.809, 0.588, -0.809, -0.588, 0.309, -0.951];
    Points::new(2, coords.to_vec()).unwrap()
}

const SIDES: [(&[u32], u64); 5] = [(&[0, 1], 1), (&[1, 2], 1), (&[2, 3], 1), (&[3, 4], 1), (&[4, 0], 1)];

#[test]
fn weights_that_are_fractions_round_the_bound_down() {
    // Every vertex has weight 2 of 2, the total is 5 of 2.
    assert_eq!(count(&pentagon(), 1.2, &cliques(&SIDES, 2)), Ok(2));
    assert_eq!(count(&pentagon(), 1.2, &cliques(&SIDES, 1)), Ok(5));
    let light = Err(Refusal::Range { what: "weight of a point", index: 0 });
    assert_eq!(count(&pentagon(), 1.2, &cliques(&SIDES, 3)), light);
}

#[test]
fn a_clique_with_a_pair_at_exactly_the_distance_is_refused() {
    let points = line(&[0.0, 2.0, 5.0]);
    let cover = cliques(&[(&[0, 1], 1), (&[2], 1)], 1);
    assert_eq!(count(&points, 2.0_f64.next_up(), &cover), Ok(2));
    let refused = Err(Refusal::Hypothesis { why: "two points of a clique are not closer than the distance" });
    assert_eq!(count(&points, 2.0, &cover), refused);
    assert_eq!(count(&points, 2.5, &cliques(&[(&[0, 1, 2], 1)], 1)), refused);
    assert_eq!(count(&points, 2.5, &cliques(&[(&[1, 2, 0], 1)], 1)), refused);
    assert_eq!(count(&points, 5.5, &cliques(&[(&[2, 0, 1], 1)], 1)), Ok(1));
    assert_eq!(count(&points, 2.5, &cliques(&[(&[0, 0], 1)], 1)), refused);
}

#[test]
fn every_point_needs_its_weight() {
    let points = line(&[0.0, 1.0, 5.0]);
    let missing = |index| Err(Refusal::Range { what: "weight of a point", index });
    assert_eq!(count(&points, 2.0, &cliques(&[(&[0, 1], 1)], 1)), missing(2));
    assert_eq!(count(&points, 2.0, &cliques(&[(&[2], 1)], 1)), missing(0));
    assert_eq!(count(&points, 2.0, &cliques(&[(&[0, 1], 7), (&[2], 6)], 7)), missing(2));
    assert_eq!(count(&points, 2.0, &cliques(&[(&[0, 1], 7), (&[2], 7)], 7)), Ok(2));
    assert_eq!(count(&points, 2.0, &cliques(&[], 1)), missing(0));
}

#[test]
fn indices_units_and_overflows_are_refused() {
    let points = line(&[0.0, 1.0]);
    let index = |index| Err(Refusal::Index { what: "point of a cover", index, limit: 2 });
    assert_eq!(count(&points, 2.0, &cliques(&[(&[0, 2], 1)], 1)), index(2));
    assert_eq!(count(&points, 2.0, &cliques(&[(&[u32::MAX], 1)], 1)), index(0xffff_ffff));
    assert_eq!(
        count(&points, 2.0, &cliques(&[(&[0, 1], 1)], 0)),
        Err(Refusal::Empty { what: "unit of weight" })
    );
    let overflow = Err(Refusal::Overflow { what: "weights of cliques" });
    assert_eq!(count(&points, 2.0, &cliques(&[(&[0], u64::MAX), (&[1], 1)], 1)), overflow);
    let not_finite = Err(Refusal::NotFinite { what: "distance", index: 0 });
    assert_eq!(count(&points, f64::NAN, &cliques(&[(&[0, 1], 1)], 1)), not_finite);
    assert_eq!(count(&line(&[]), 1.0, &cliques(&[], 1)), Ok(0));
}

#[test]
fn branches_bound_the_better_of_taking_and_leaving() {
    // A path of 4 points at distance 1, packings at distance 1.5: no two neighbours, so at most 2.
    let path = line(&[0.0, 1.0, 2.0, 3.0]);
    let branch = |vertex, taken, left| Cover::Branch { vertex, taken: Box::new(taken), left: Box::new(left) };
    // Taking point 1 puts 0 and 2 out; leaving it leaves 0 and 2, 3.
    let taken = cliques(&[(&[3], 1)], 1);
    let left = cliques(&[(&[0], 1), (&[2, 3], 1)], 1);
    assert_eq!(count(&path, 1.5, &branch(1, taken.clone(), left.clone())), Ok(2));
    // Taking alone may be the larger of the two.
    let loose = cliques(&[(&[3], 4)], 1);
    assert_eq!(count(&path, 1.5, &branch(1, loose, left.clone())), Ok(5));
    // What is left must not forget a point that is still open, nor may taking forget one that is not near.
    let missing = |index| Err(Refusal::Range { what: "weight of a point", index });
    let short = cliques(&[(&[2, 3], 1)], 1);
    assert_eq!(count(&path, 1.5, &branch(1, taken.clone(), short)), missing(0));
    assert_eq!(count(&path, 1.5, &branch(1, cliques(&[], 1), left.clone())), missing(3));
    assert_eq!(count(&path, 1.5, &branch(1, taken.clone(), taken.clone())), missing(0));
    let index = Err(Refusal::Index { what: "point of a cover", index: 4, limit: 4 });
    assert_eq!(count(&path, 1.5, &branch(4, taken, left)), index);
    // Alone, a point counts 1 taken and 0 left.
    let alone = branch(0, cliques(&[], 1), cliques(&[], 1));
    assert_eq!(count(&line(&[7.0]), 1.5, &alone), Ok(1));
    let endless = branch(0, cliques(&[(&[0], u64::MAX)], 1), cliques(&[], 1));
    assert_eq!(count(&line(&[7.0]), 1.5, &endless), Ok(u64::MAX));
}

#[test]
fn parts_add_up_and_hold_every_open_point() {
    let points = line(&[0.0, 1.0, 10.0, 11.0, 20.0]);
    let pair = |a: u32, b: u32| (vec![a, b], cliques(&[(&[a, b], 1)], 1));
    let alone = (vec![4], cliques(&[(&[4], 1)], 1));
    let whole = Cover::Split { parts: vec![pair(0, 1), pair(2, 3), alone.clone()] };
    assert_eq!(count(&points, 1.5, &whole), Ok(3));
    let missing = Cover::Split { parts: vec![pair(0, 1), alone.clone()] };
    let forgotten = Err(Refusal::Hypothesis { why: "the parts of a cover must hold every point" });
    assert_eq!(count(&points, 1.5, &missing), forgotten);
    // A point that a branch took or put out needs no part; one that is in two counts in both.
    let taken = Cover::Branch { vertex: 2, taken: Box::new(missing), left: Box::new(whole.clone()) };
    assert_eq!(count(&points, 1.5, &taken), Ok(3));
    let twice = Cover::Split { parts: vec![pair(0, 1), pair(2, 3), alone.clone(), alone.clone()] };
    assert_eq!(count(&points, 1.5, &twice), Ok(4));
    // The proof of a part is one of its own points only.
    let short = Cover::Split { parts: vec![(vec![0, 1, 2, 3], cliques(&[(&[0, 1], 1)], 1)), alone.clone()] };
    assert_eq!(count(&points, 1.5, &short), Err(Refusal::Range { what: "weight of a point", index: 2 }));
    let outside = Cover::Split { parts: vec![(vec![5], cliques(&[], 1))] };
    assert_eq!(
        count(&points, 1.5, &outside),
        Err(Refusal::Index { what: "point of a cover", index: 5, limit: 5 })
    );
    let endless = |a| (vec![a], cliques(&[(&[a], u64::MAX)], 1));
    let sum = Cover::Split { parts: vec![endless(0), endless(1)] };
    assert_eq!(count(&line(&[0.0, 5.0]), 1.5, &sum), Ok(u64::MAX));
}

#[test]
fn trees_deeper_than_500_levels_are_refused() {
    let points = line(&[0.0]);
    let chain = |levels: usize| {
        let leaf = cliques(&[(&[0], 1)], 1);
        (1..levels).fold(leaf, |cover, _| Cover::Split { parts: vec![(vec![0], cover)] })
    };
    assert_eq!(count(&points, 1.0, &chain(500)), Ok(1));
    assert_eq!(count(&points, 1.0, &chain(501)), Err(Refusal::Overflow { what: "depth of a cover" }));
}
