use lip1_kernel::distance::{self};
use lip1_kernel::{Interval, judge};

use crate::case::{Answer, Case, examine};
use crate::draw::{COSTS, at_most_distance, gauge, rounded};
use crate::number::Exact;
use crate::random::Stream;

/// `r <= |x - y|`, from the enclosure of the distance; and whatever the fast bound from below says is at most the distance.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dim, cost) = (stream.dimension(), stream.pick(&COSTS));
    let points = stream.points(2, dim);
    let (x, y) = (&points[0], &points[1]);
    let exact = gauge(x, y, cost);
    let near = !stream.once_in(4);
    let r = if near { stream.nudged(rounded(&exact, cost)) } else { stream.any() };
    let below = distance::below(x, y, cost);
    assert!(at_most_distance(&Exact::of(below), &exact, cost), "{below:?} is above a distance of {points:?}");
    let found = judge::at_most(Interval::data(r), distance::enclose(x, y, cost));
    let truth = at_most_distance(&Exact::of(r), &exact, cost);
    ((points, r, cost), Case { near, truth, answer: Answer::of(&found) })
}

#[test]
fn distances() {
    examine("distances", one);
}
