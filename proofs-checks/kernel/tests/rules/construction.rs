//! Packings by description against lists of their points, in whole numbers.

use lip1_kernel::capacity::{CapacityBound, Formula, Scale};
use lip1_kernel::construction::{self, Block, Centre};
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::{Refusal, Theorem};

use crate::exact::Exact;
use crate::random::{Stream, cases};

fn boxed(dim: usize, size: u128, margin: u128) -> Scale {
    Scale::new(Domain::Box, dim as u32, size, margin).unwrap()
}

fn ball(dim: usize, size: u128, margin: u128) -> Scale {
    Scale::new(Domain::Ball, dim as u32, size, margin).unwrap()
}

fn count(bound: Result<Theorem<CapacityBound>, Refusal>) -> Option<f64> {
    let bound = bound.ok()?;
    assert_eq!((bound.most_points(), bound.formula.cited()), (None, None));
    assert_eq!(bound.value.lower(), bound.value.upper());
    bound.least_points()
}

fn parity(steps: u64, columns: &[u64]) -> Block {
    Block::Parity { steps, columns: columns.to_vec() }
}

fn too_close() -> Refusal {
    Refusal::Hypothesis { why: "two of the points are closer than twice the margin" }
}

/// The points of a block in units in which its cube has the side that is returned too.
fn listed(block: &Block) -> (i128, Vec<Vec<i128>>) {
    match block {
        Block::Parity { steps, columns } => {
            let grid = grid(columns.len(), i128::from(*steps));
            let even = |point: &Vec<i128>| {
                let odd = point.iter().zip(columns).filter(|(x, _)| *x % 2 != 0);
                odd.fold(0, |sum, (_, column)| sum ^ column) == 0
            };
            (i128::from(*steps), grid.into_iter().filter(even).collect())
        }
        Block::Rows { across, up } => {
            let (across, up) = (i128::from(*across), i128::from(*up));
            let grid = (0..=across).flat_map(|j| (0..=up).map(move |i| (j, i)));
            let points = grid.filter(|(j, i)| (i + j) % 2 == 0).map(|(j, i)| vec![j * up, i * across]);
            (across * up, points.collect())
        }
        Block::ReedMuller { order, log, repeats } => {
            // All sums of monomials, each a set of variables.
            let monomials = (0..1_u32 << log).filter(|set| set.count_ones() <= *order);
            let word = |set: u32| (0..1_u32 << log).map(|x| i128::from(x & set == set)).collect::<Vec<_>>();
            let words = monomials.map(word).fold(vec![vec![0; 1 << log]], |words, monomial| {
                let add = |word: &Vec<i128>| word.iter().zip(&monomial).map(|(a, b)| (a + b) % 2).collect();
                let more: Vec<Vec<i128>> = words.iter().map(add).collect();
                [words, more].concat()
            });
            (1, words.iter().map(|word| word.repeat(*repeats as usize)).collect())
        }
    }
}

/// `{0, ..., steps}^dim`.
fn grid(dim: usize, steps: i128) -> Vec<Vec<i128>> {
    (0..dim).fold(vec![Vec::new()], |points, _| {
        points.iter().flat_map(|point| (0..=steps).map(move |x| [&point[..], &[x]].concat())).collect()
    })
}

fn square(x: &[i128]) -> i128 {
    x.iter().map(|x| x * x).sum()
}

/// The least squared distance of two of the points; none for a single one.
fn closest(points: &[Vec<i128>]) -> Option<i128> {
    let pairs = points.iter().enumerate().flat_map(|(i, x)| points[..i].iter().map(move |y| (x, y)));
    pairs.map(|(x, y)| square(&x.iter().zip(y).map(|(a, b)| a - b).collect::<Vec<_>>())).min()
}

/// Whether points of a cube of that side, the closest two of that squared distance, are `2m` apart once it has side `S`.
fn fit(side: i128, closest: Option<i128>, size: i128, margin: i128) -> bool {
    closest.is_none_or(|apart| size * size * apart >= 4 * margin * margin * side * side)
}

/// D_4 as the checkerboard, E_7 and E_8 as Construction A.
const CHECKERBOARD: [u64; 4] = [1; 4];
const HAMMING: [u64; 8] = [1, 3, 5, 7, 9, 11, 13, 15];

#[test]
fn blocks_agree_with_lists_of_their_points_on_both_sides_of_every_tie() {
    let mut blocks = vec![parity(3, &[0, 0]), parity(4, &[0, 0, 0]), parity(1, &[0]), parity(5, &[1, 1, 1])];
    blocks.extend([
        parity(4, &CHECKERBOARD),
        parity(3, &HAMMING[..7]),
        parity(2, &HAMMING),
        parity(2, &HAMMING[1..4]),
    ]);
    // Two checks, a column twice.
    blocks.extend([parity(3, &[1, 3, 3, 2]), parity(5, &[2, 2])]);
    blocks.extend((1..5).flat_map(|across| (1..7).map(move |up| Block::Rows { across, up })));
    let codes = (0..4).flat_map(|log| (0..=log).map(move |order| (order, log)));
    blocks.extend(codes.map(|(order, log)| Block::ReedMuller { order, log, repeats: 1 + (order + log) % 2 }));
    let (mut accepted, mut ties) = (0, 0);
    for block in blocks {
        let (side, points) = listed(&block);
        let (dim, apart) = (block.dim().unwrap() as usize, closest(&points));
        assert!(
            points.iter().all(|p| p.len() == dim && p.iter().all(|x| (0..=side).contains(x))),
            "{block:?}"
        );
        for (size, margin) in (1..40).flat_map(|size| (1..20).map(move |margin| (size, margin))) {
            let found = construction::product(boxed(dim, size, margin), std::slice::from_ref(&block));
            let expected = fit(side, apart, size as i128, margin as i128);
            assert_eq!(found.is_ok(), expected, "{block:?} {size}/{margin}");
            if let Some(found) = count(found) {
                accepted += 1;
                ties += usize::from(!fit(side, apart, 100_000 * size as i128 - 1, 100_000 * margin as i128));
                assert_eq!(found, points.len() as f64, "{block:?}");
            }
        }
    }
    assert!(accepted > 1000 && ties > 50, "{accepted} {ties}");
}

/// Whatever the checks are, what is accepted keeps its distance and is counted rightly.
#[test]
fn random_checks_are_never_stronger_than_their_points() {
    let mut random = Stream::new(11);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..cases(400) {
        let dim = 1 + random.below(6) as usize;
        let columns: Vec<u64> = (0..dim).map(|_| random.below(8)).collect();
        let block = parity(random.below(4), &columns);
        let (side, points) = listed(&block);
        let (size, margin) = (1 + random.below(12), 1 + random.below(6));
        match count(construction::product(
            boxed(dim, size.into(), margin.into()),
            std::slice::from_ref(&block),
        )) {
            Some(found) => {
                assert!(fit(side, closest(&points), size.into(), margin.into()), "{block:?} {size}/{margin}");
                assert_eq!(found, points.len() as f64);
                accepted += 1;
            }
            None => refused += 1,
        }
    }
    assert!(accepted > 50 && refused > 50, "{accepted} {refused}");
}

#[test]
fn products_multiply_and_have_the_axes_of_the_box() {
    let blocks = [Block::Rows { across: 3, up: 2 }, parity(2, &[0; 3]), parity(2, &HAMMING)];
    let points: f64 = blocks.iter().map(|block| listed(block).1.len() as f64).product();
    assert_eq!(count(construction::product(boxed(13, 4, 1), &blocks)), Some(points));
    let axes = Err(Refusal::Hypothesis { why: "the blocks must have as many axes as the box" });
    for dim in [12, 14] {
        assert_eq!(construction::product(boxed(dim, 4, 1), &blocks), axes);
    }
    assert_eq!(construction::product(boxed(1, 4, 1), &[]), axes);
    // One block too close spoils the product, whichever it is.
    for k in 0..3 {
        let mut worse = blocks.clone();
        worse[k] = [Block::Rows { across: 4, up: 3 }, parity(3, &[0; 3]), parity(5, &HAMMING)][k].clone();
        assert_eq!(construction::product(boxed(13, 4, 1), &worse), Err(too_close()));
    }
    let disc = construction::product(ball(2, 4, 1), &blocks[..1]);
    assert_eq!(disc, Err(Refusal::Hypothesis { why: "blocks fill a box" }));
    // Axes beyond 64 bits.
    let wide = Block::ReedMuller { order: 0, log: 31, repeats: u32::MAX };
    let overflow = Err(Refusal::Overflow { what: "axes of the blocks" });
    assert_eq!(construction::product(boxed(1, 4, 1), &[wide.clone(), wide.clone(), wide]), overflow);
    assert_eq!(Block::ReedMuller { order: 0, log: 64, repeats: 1 }.dim(), None);
}

/// 3-4-5 triangles and squares of numbers near `2^60`: ties are accepted, one unit more is refused.
#[test]
fn large_sizes_are_decided_exactly() {
    let large = 1_u128 << 57;
    // Rows 3 steps up and 4 across: 25 S^2 >= 4 m^2 144, a tie at S/m = 24/5.
    let rows = [Block::Rows { across: 4, up: 3 }];
    assert_eq!(count(construction::product(boxed(2, 24 * large / 8, 5 * large / 8), &rows)), Some(10.0));
    assert_eq!(construction::product(boxed(2, 24 * large / 8, 5 * large / 8 + 1), &rows), Err(too_close()));
    assert_eq!(construction::product(boxed(2, 24 * large / 8 - 1, 5 * large / 8), &rows), Err(too_close()));
    // Distance 4 in the 8-cube: S = m.
    let code = [Block::ReedMuller { order: 1, log: 3, repeats: 1 }];
    assert_eq!(count(construction::product(boxed(8, large, large), &code)), Some(16.0));
    assert_eq!(construction::product(boxed(8, large - 1, large), &code), Err(too_close()));
    // E8: twice the steps of the grid.
    let e8 = [parity(6, &HAMMING)];
    assert!(count(construction::product(boxed(8, 6 * large, large), &e8)).is_some());
    assert_eq!(construction::product(boxed(8, 6 * large - 1, large), &e8), Err(too_close()));
    // D_n: q^2 = 2 r^2 / 4 has no tie; 2^60 over sqrt 2 rounded.
    let (q, d4) = (815_238_614_083_298_888_u64, |steps| [parity(steps, &CHECKERBOARD)]);
    assert!(construction::product(boxed(4, 1 << 60, 1), &d4(q)).is_ok());
    assert_eq!(construction::product(boxed(4, 1 << 60, 1), &d4(q + 1)), Err(too_close()));
    // The grid at its largest.
    assert!(construction::product(boxed(1, (1 << 62) - 1, 1), &[parity((1 << 61) - 1, &[0])]).is_ok());
    assert_eq!(construction::product(boxed(1, (1 << 62) - 1, 1), &[parity(1 << 61, &[0])]), Err(too_close()));
    assert_eq!(
        construction::product(boxed(1, (1 << 62) - 1, 1), &[parity(u64::MAX, &[0])]),
        Err(too_close())
    );
}

#[test]
fn rows_and_codes_outside_their_range_are_refused() {
    let hypothesis = |why| Err(Refusal::Hypothesis { why });
    let square = |block| construction::product(boxed(2, 8, 1), &[block]);
    for (across, up) in [(0, 3), (3, 0), (0, 0)] {
        assert_eq!(square(Block::Rows { across, up }), hypothesis("rows need a step along and a step up"));
    }
    // Points of one row, then of one column, one step too many.
    let close = hypothesis("points of a row or column are too close");
    assert_eq!(
        (square(Block::Rows { across: 9, up: 1 }), square(Block::Rows { across: 1, up: 9 })),
        (close.clone(), close.clone())
    );
    assert_eq!(square(Block::Rows { across: u64::MAX, up: u64::MAX }), close);
    // A margin that two rows of one point each keep.
    assert_eq!(count(construction::product(boxed(2, 10, 7), &[Block::Rows { across: 1, up: 1 }])), Some(2.0));
    let code = |order, log, repeats| {
        let block = Block::ReedMuller { order, log, repeats };
        let dim = block.dim().unwrap_or(1);
        let scale = Scale::new(Domain::Box, u32::try_from(dim).unwrap_or(1).max(1), 8, 1).unwrap();
        construction::product(scale, &[block, parity(0, &[0][..usize::from(dim == 0)])])
    };
    let range = hypothesis("a Reed-Muller code needs order <= log < 32");
    assert_eq!((code(3, 2, 1), code(1, 2, 0)), (range.clone(), range));
    // 2^(2^20) words: saturated from below.
    let whole = construction::product(
        Scale::new(Domain::Box, 1 << 20, 8, 1).unwrap(),
        &[Block::ReedMuller { order: 20, log: 20, repeats: 1 }],
    );
    assert_eq!(whole.unwrap().least_points(), Some(f64::MAX));
    // More words of checks than are gone through.
    let many: Vec<u64> = (0..64).map(|i| 1 << i).collect();
    let overflow = Err(Refusal::Overflow { what: "words of parity checks" });
    assert_eq!(construction::product(boxed(64, 8, 1), &[parity(2, &many)]), overflow);
    // More than 4 n + 1; then more than 2^27 of their bits.
    assert_eq!(count(construction::product(boxed(1, 8, 1), &[parity(2, &[2])])), Some(2.0));
    assert_eq!(construction::product(boxed(1, 8, 1), &[parity(2, &[4])]), overflow);
    let long: Vec<u64> = (0..8193).map(|i| i << 1 | 1).collect();
    assert_eq!(construction::product(boxed(8193, 8, 1), &[parity(1, &long)]), overflow);
}

/// Relative width of an enclosure after some hundred roundings.
const NARROW: f64 = 1e-13;

/// Every second point of a long sum: `((q+1)^n + 1) / 2` for even q, half of `(q+1)^n` for odd.
#[test]
fn checkerboards_beyond_128_bits_are_enclosed() {
    for (steps, power) in [(6, 7.0_f64.powi(60)), (7, 8.0_f64.powi(60))] {
        let bound = construction::product(boxed(60, 100, 1), &[parity(steps, &[1; 60])]).unwrap();
        assert!(bound.value.contains(power / 2.0) && bound.value.width() <= NARROW * power);
    }
    let bound = construction::product(boxed(30, 100, 1), &[parity(2, &[1; 30])]).unwrap();
    assert_eq!(bound.value.lower(), 3_f64.powi(30).midpoint(1.0));
}

fn centre(parts: u32, along: u32, up: u32) -> Centre {
    Centre { parts, along, up }
}

/// Every point of the lattice near the disc, one by one.
fn hexagonal_by_list(size: i128, margin: i128, parts: i128, along: i128, up: i128) -> usize {
    let most = 2 * size / margin + 4;
    let near = (-most..=most).flat_map(|j| (-most..=most).map(move |i| (j, i)));
    let inside = |(j, i): &(i128, i128)| {
        let (x, y) = (parts * j - along, parts * i - up);
        (i + j) % 2 == 0 && margin * margin * (x * x + 3 * y * y) <= parts * parts * size * size
    };
    near.filter(inside).count()
}

#[test]
fn hexagonal_packings_of_a_disc_are_counted_as_listed() {
    let mut random = Stream::new(12);
    for _ in 0..cases(300) {
        let parts = 1 + random.below(12);
        let (along, up) = (random.below(parts + 1), random.below(parts + 1));
        let (size, margin) = (random.below(60), 1 + random.below(9));
        let expected = hexagonal_by_list(size.into(), margin.into(), parts.into(), along.into(), up.into());
        let found = construction::hexagonal(
            ball(2, size.into(), margin.into()),
            centre(parts as u32, along as u32, up as u32),
        );
        assert_eq!(
            count(found),
            (expected > 0).then_some(expected as f64),
            "{size}/{margin} {parts} {along} {up}"
        );
    }
}

#[test]
fn hexagons_at_the_rim_count_and_one_unit_less_does_not() {
    let middle = centre(1, 0, 0);
    // The theta series: 1, 7 at radius 2m, 13 at 2 sqrt 3, 19 at 4, 31 at 2 sqrt 7.
    for (size, margin, points) in [(2_u128, 1_u128, 7.0), (4, 1, 19.0)] {
        let unit = 1_u128 << 60 >> 2;
        assert_eq!(count(construction::hexagonal(ball(2, size * unit, margin * unit), middle)), Some(points));
        let less = count(construction::hexagonal(ball(2, size * unit - 1, margin * unit), middle));
        let more = count(construction::hexagonal(ball(2, size * unit, margin * unit + 1), middle));
        assert_eq!((less, more), (Some(points - 6.0), Some(points - 6.0)));
    }
    // The middle between two points, and of a triangle (radius 2/sqrt 3).
    assert_eq!(count(construction::hexagonal(ball(2, 1, 1), centre(1, 1, 0))), Some(2.0));
    let triangle = |size| count(construction::hexagonal(ball(2, size, 1_000_000), centre(3, 3, 1)));
    assert_eq!((triangle(1_154_701), triangle(1_154_700)), (Some(3.0), None));
    let hypothesis = |why| Err(Refusal::Hypothesis { why });
    assert_eq!(
        construction::hexagonal(ball(2, 1, 3), centre(1, 1, 0)),
        hypothesis("no point of the lattice lies in the disc")
    );
    for scale in [boxed(2, 4, 1), ball(3, 4, 1), ball(1, 4, 1)] {
        assert_eq!(construction::hexagonal(scale, middle), hypothesis("hexagonal rows fill a disc"));
    }
    let outside = hypothesis("the centre must lie within a step of the lattice");
    for wrong in [centre(0, 0, 0), centre(2, 3, 0), centre(2, 0, 3)] {
        assert_eq!(construction::hexagonal(ball(2, 4, 1), wrong), outside);
    }
    // Rows: sqrt 3 m apart, so 2^18 of them need a radius of 227,024 margins.
    assert!(construction::hexagonal(ball(2, 227_022, 1), middle).is_ok());
    assert_eq!(
        construction::hexagonal(ball(2, 227_025, 1), middle),
        hypothesis("at most 2^18 rows are counted")
    );
    let overflow = Err(Refusal::Overflow { what: "squared radius" });
    assert_eq!(construction::hexagonal(ball(2, 1 << 61, 1 << 61), centre(8, 0, 0)), overflow);
    assert_eq!(construction::hexagonal(ball(2, (1 << 62) - 1, 1), centre(3, 0, 0)), overflow);
}

#[test]
fn simplices_need_their_circumradius() {
    // r^2 = 2n/(n + 1): 1 for n = 1, 16/9 for n = 8.
    let unit = 1 << 58;
    for (n, size, margin) in [(1, 1, 1), (8, 4, 3)] {
        assert_eq!(count(construction::simplex(ball(n, size * unit, margin * unit))), Some(n as f64 + 1.0));
        assert_eq!(construction::simplex(ball(n, size * unit - 1, margin * unit)), Err(too_close()));
        assert_eq!(construction::simplex(ball(n, size * unit, margin * unit + 1)), Err(too_close()));
    }
    let triangle = |size| count(construction::simplex(ball(2, size, 1_000_000)));
    assert_eq!((triangle(1_154_701), triangle(1_154_700)), (Some(3.0), None));
    assert_eq!(
        construction::simplex(boxed(2, 9, 1)),
        Err(Refusal::Hypothesis { why: "a simplex lies in a ball" })
    );
}

fn points(dim: usize, coords: &[i64]) -> IntegerPoints {
    IntegerPoints { dim, coords: coords.to_vec() }
}

#[test]
fn listed_points_agree_with_a_plain_search_for_the_closest_two() {
    let mut random = Stream::new(13);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..cases(2000) {
        let (dim, n) = (1 + random.below(3) as usize, 1 + random.below(5) as usize);
        let coords: Vec<i64> = (0..dim * n).map(|_| random.integer(4)).collect();
        let (size, margin) = (1 + random.below(9), 1 + random.below(5));
        let rows: Vec<Vec<i128>> =
            coords.chunks(dim).map(|p| p.iter().map(|x| i128::from(*x)).collect()).collect();
        let extents = (0..dim)
            .map(|k| rows.iter().map(|p| p[k]).max().unwrap() - rows.iter().map(|p| p[k]).min().unwrap());
        let side = extents.max().unwrap();
        let radius = rows.iter().map(|p| square(p)).max().unwrap();
        let (s, m) = (i128::from(size).pow(2), 4 * i128::from(margin).pow(2));
        let apart = closest(&rows);
        for (scale, reach) in [
            (boxed(dim, size.into(), margin.into()), side * side),
            (ball(dim, size.into(), margin.into()), radius),
        ] {
            let expected = apart.is_none_or(|apart| apart > 0 && s * apart >= m * reach);
            let found = construction::points(scale, &points(dim, &coords));
            if let Err(Refusal::TooClose { i, j }) = found {
                let pair = [rows[i].clone(), rows[j].clone()];
                assert!(i < j && closest(&pair) == apart);
            }
            assert_eq!(count(found), expected.then_some(n as f64), "{coords:?} {scale:?}");
            *(if expected { &mut accepted } else { &mut refused }) += 1;
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} {refused}");
}

#[test]
fn points_of_the_whole_range_are_decided_exactly() {
    let pair = points(1, &[i64::MIN, i64::MAX]);
    assert_eq!(count(construction::points(boxed(1, (1 << 62) - 2, (1 << 61) - 1), &pair)), Some(2.0));
    let close = Err(Refusal::TooClose { i: 0, j: 1 });
    assert_eq!(construction::points(boxed(1, (1 << 62) - 3, (1 << 61) - 1), &pair), close);
    // 3-4-5 in a disc about 0: both ends of a diameter, and a point 5 away.
    let corners = points(2, &[3, 4, -3, -4, 4, -3]);
    let disc = |size, margin| construction::points(ball(2, size, margin), &corners);
    // Squared distances 100, 50, 50; radius^2 25: r^2 >= 2.
    assert_eq!(
        (count(disc(1_414_214, 1_000_000)), disc(1_414_213, 1_000_000)),
        (Some(3.0), Err(Refusal::TooClose { i: 0, j: 2 }))
    );
    // One point needs no room, two equal ones have none.
    assert_eq!(count(construction::points(ball(1, 0, 1), &points(1, &[5]))), Some(1.0));
    assert_eq!(construction::points(ball(1, 9, 1), &points(1, &[0, 0])), close);
    assert_eq!(construction::points(boxed(1, 9, 1), &points(1, &[0, 0])), close);
    assert_eq!(construction::points(boxed(1, 9, 1), &points(1, &[])), Err(Refusal::Empty { what: "points" }));
    assert_eq!(
        construction::points(boxed(1, 9, 1), &points(0, &[])),
        Err(Refusal::Empty { what: "dimension" })
    );
    assert!(matches!(
        construction::points(boxed(2, 9, 1), &points(2, &[0, 1, 2])),
        Err(Refusal::Length { .. })
    ));
    let dimension = Err(Refusal::Hypothesis { why: "the points must have the dimension of the domain" });
    assert_eq!(construction::points(boxed(2, 9, 1), &points(1, &[0, 5])), dimension);
    assert_eq!(construction::points(boxed(1, 9, 1), &points(2, &[0, 5])), dimension);
    let overflow = Err(Refusal::Overflow { what: "squared distance" });
    let far = points(8, &[[i64::MAX; 8], [i64::MIN; 8]].concat());
    assert_eq!(construction::points(boxed(8, 9, 1), &far), overflow);
    assert_eq!(construction::points(ball(8, 9, 1), &far), overflow);
}

#[test]
fn constructions_say_which_they_are() {
    let formula = |bound: Result<Theorem<CapacityBound>, Refusal>| bound.unwrap().formula;
    let scale = boxed(2, 9, 1);
    assert_eq!(formula(construction::product(scale, &[parity(1, &[0, 0])])), Formula::Product);
    assert_eq!(construction::product(scale, &[parity(1, &[0, 0])]).unwrap().scale, scale);
    assert_eq!(formula(construction::hexagonal(ball(2, 9, 1), centre(1, 0, 0))), Formula::Hexagonal);
    assert_eq!(formula(construction::simplex(ball(2, 9, 1))), Formula::Simplex);
    assert_eq!(formula(construction::points(scale, &points(2, &[0, 0, 1, 1]))), Formula::Points(2));
}

/// The largest margin that a rule accepts; 0 if none.
fn largest_margin(accepts: impl Fn(u128) -> bool) -> u128 {
    let (mut fits, mut beyond) = (0, 1 << 62);
    while beyond - fits > 1 {
        let middle = fits + (beyond - fits) / 2;
        *(if accepts(middle) { &mut fits } else { &mut beyond }) = middle;
    }
    fits
}

/// Whether `S^2 a >= 4 m^2 b`, in numbers of any length.
fn far(size: u128, apart: i128, margin: u128, reach: i128) -> bool {
    let square = |x: u128| Exact::integer(x as i128) * Exact::integer(x as i128);
    square(size) * Exact::integer(apart) >= square(2 * margin) * Exact::integer(reach)
}

/// A certificate that is right up to some margin is wrong from the next on, for sizes of up to 61 bits.
#[test]
fn no_margin_is_accepted_that_is_too_large_by_one_unit() {
    let mut random = Stream::new(14);
    for _ in 0..cases(300) {
        let size = u128::from(1 + random.bits() % (1 << (3 + random.below(59))));
        let steps = 1 + random.below(5);
        let block = match random.below(4) {
            0 => parity(steps, &[0, 0]),
            1 => parity(1 + steps % 2, &HAMMING),
            2 => Block::Rows { across: 1 + random.below(6), up: steps },
            _ => Block::ReedMuller { order: (steps % 3) as u32, log: 3, repeats: 1 + random.below(2) as u32 },
        };
        let (side, listed) = listed(&block);
        let dim = block.dim().unwrap() as usize;
        let accepts =
            |margin| construction::product(boxed(dim, size, margin), std::slice::from_ref(&block)).is_ok();
        check(size, largest_margin(accepts), closest(&listed).unwrap(), side * side, &block);
        // Points of 40 bits, two of them different.
        let dim = 1 + random.below(3) as usize;
        let bits = 1 + random.below(40);
        let mut coords: Vec<i64> = (0..4 * dim).map(|_| random.integer(1 << bits)).collect();
        coords[0] = coords[dim] + 1;
        let rows: Vec<Vec<i128>> =
            coords.chunks(dim).map(|point| point.iter().map(|x| i128::from(*x)).collect()).collect();
        let radius = rows.iter().map(|point| square(point)).max().unwrap();
        let certificate = points(dim, &coords);
        let accepts = |margin| construction::points(ball(dim, size, margin), &certificate).is_ok();
        if closest(&rows).unwrap() > 0 {
            check(size, largest_margin(accepts), closest(&rows).unwrap(), radius, &certificate);
        }
        let n = 1 + random.below(30);
        let accepts = |margin| construction::simplex(ball(n as usize, size, margin)).is_ok();
        check(size, largest_margin(accepts), 2 * i128::from(n) + 2, i128::from(n), &n);
    }
    fn check(size: u128, margin: u128, apart: i128, reach: i128, what: &dyn std::fmt::Debug) {
        assert!(far(size, apart, margin, reach), "{what:?} {size}/{margin}");
        assert!(margin == (1 << 62) - 1 || !far(size, apart, margin + 1, reach), "{what:?} {size}/{margin}");
    }
}
