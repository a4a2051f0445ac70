use dashu_int::IBig;
use lip1_kernel::distance::Cost;
use lip1_kernel::packing::{self, Domain, IntegerPoints};
use lip1_kernel::{Points, shatter};

use crate::case::{Answer, Case, examine};
use crate::draw::{at_most_distance, gauge};
use crate::number::Exact;
use crate::random::Stream;

/// Points that keep a distance, or are shattered at a margin.
fn separated(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dim, n) = (stream.dimension(), 2 + stream.below(3) as usize);
    let points = stream.points(n, dim);
    let gauges: Vec<Exact> = (0..n)
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .map(|(i, j)| gauge(&points[i], &points[j], Cost::L2))
        .collect();
    let near = !stream.once_in(4);
    // Near the least distance, which decides.
    let least = gauges.iter().cloned().reduce(Exact::smaller).unwrap();
    let r = if near { stream.nudged(least.root()) } else { stream.any() };
    let set = Points::new(dim, points.concat()).unwrap();
    let (truth, answer) = if stream.once_in(2) {
        let found = packing::separated(&set, r);
        (at_most_distance(&Exact::of(r), &least, Cost::L2), Answer::of(&found))
    } else {
        let margin = 0.5 * r;
        let truth = at_most_distance(&(Exact::of(margin) * Exact::integer(2)), &least, Cost::L2);
        // The rule asks for a positive margin.
        (truth && margin > 0.0, Answer::of(&shatter::shattered(&set, margin)))
    };
    ((points, r), Case { near, truth, answer })
}

#[test]
fn separated_points() {
    examine("separated", separated);
}

/// Whole numbers inside a domain, up to the ends of 64 bits.
fn inside(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dim, n) = (1 + stream.below(4) as usize, 1 + stream.below(5) as usize);
    let most = stream.pick(&[4, 20, 1 << 31, i64::MAX]);
    let coords: Vec<i64> = (0..n * dim)
        .map(|_| match stream.below(12) {
            0 => stream.pick(&[0, most, -most, i64::MIN]),
            1..=4 => stream.integer(most.min(1 << 40)).abs(),
            _ => stream.integer(most.min(1 << 40)) / 2,
        })
        .collect();
    let rows: Vec<&[i64]> = coords.chunks_exact(dim).collect();
    let square = |terms: &mut dyn Iterator<Item = IBig>| {
        terms.map(|term| &term * &term).fold(IBig::ZERO, |sum, term| sum + term)
    };
    let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
    let squares: Vec<IBig> = pairs
        .map(|(i, j)| square(&mut rows[i].iter().zip(rows[j]).map(|(a, b)| IBig::from(*a) - IBig::from(*b))))
        .collect();
    let reach: Vec<IBig> = rows.iter().map(|row| square(&mut row.iter().map(|c| IBig::from(*c)))).collect();
    let near = !stream.once_in(4);
    let root = |square: &IBig| Exact::integer(square.clone()).root() as i64;
    let domain = stream.pick(&[Domain::Box, Domain::Ball]);
    let (mut size, mut separation) = (stream.integer(most.min(1 << 40)), stream.integer(most.min(1 << 40)));
    if near {
        // A unit more or less than what holds just so.
        let largest = if domain == Domain::Box {
            *coords.iter().max().unwrap()
        } else {
            root(reach.iter().max().unwrap())
        };
        size = largest.saturating_add(stream.integer(1));
        separation = squares.iter().min().map_or(1, root).saturating_add(stream.integer(1));
    }
    let fits = match domain {
        Domain::Box => coords.iter().all(|c| 0 <= *c && *c <= size),
        Domain::Ball => reach.iter().all(|r| *r <= IBig::from(size) * IBig::from(size)),
    };
    let apart = squares.iter().all(|s| *s >= IBig::from(separation) * IBig::from(separation));
    let truth = separation > 0 && size >= 0 && fits && apart;
    let found = packing::inside(&IntegerPoints { dim, coords: coords.clone() }, domain, size, separation);
    let counted = found.as_ref().is_ok_and(|bound| bound.count == n);
    let case =
        Case { near, truth: truth && found.is_ok() == counted, answer: Answer::accepted(found.is_ok()) };
    ((dim, coords, domain, size, separation), case)
}

#[test]
fn packings_of_domains() {
    examine("packings", inside);
}
