//! Random two-class samples.

use lip1_datasets::worlds::Classes;
use lip1_ot::Measure;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

/// Up to `most` points a class, repeated, shared, collinear and clumped ones among them, weights with zeros.
pub(crate) fn classes(most: usize) -> impl Strategy<Value = Classes> {
    pairs(most).prop_map(|(positive, negative)| Classes {
        name: sizes(&positive, &negative),
        positive,
        negative,
    })
}

/// How many points there are and where; the seed reproduces the rest.
pub(crate) fn sizes(p: &Measure, q: &Measure) -> String {
    let place = match p.points().dim() {
        1 => "on a line".to_owned(),
        2 => "in the plane".to_owned(),
        dim => format!("in {dim} dimensions"),
    };
    let points = |count: usize| if count == 1 { "1 point".to_owned() } else { format!("{count} points") };
    format!("{} against {} {place}", points(p.len()), points(q.len()))
}
