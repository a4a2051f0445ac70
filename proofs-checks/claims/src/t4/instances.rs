//! Samples with margins and weights of the hinge.

use lip1_datasets::worlds::Classes;
use lip1_harness::{CheckError, Context};
use lip1_kernel::Interval;
use lip1_kernel::regularised::Total;
use lip1_ot::testing::pairs;
use proptest::prelude::{Just, Strategy, prop_oneof};

/// A sample with everything that the problem needs.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) classes: Classes,
    pub(super) total: Total,
    pub(super) margin: f64,
    pub(super) lambda: f64,
}

/// Repeated, shared, collinear and clumped points, weights with zeros; margin 0 and lambda 0 among the parameters.
///
/// With lambda 0 the range of masses is a point, which a solver reaches for equal weights only.
pub(super) fn drawn(most: usize) -> impl Strategy<Value = Drawn> {
    let total = prop_oneof![Just(Total::EachClass), Just(Total::Together)];
    let margin = prop_oneof![Just(0.0), 0.0..3.0_f64];
    let lambda = prop_oneof![Just(1.0), 0.1..10.0_f64];
    (pairs(most), total, margin, lambda).prop_map(|((positive, negative), total, margin, lambda)| Drawn {
        classes: Classes { name: "drawn".to_owned(), positive, negative },
        total,
        margin,
        lambda,
    })
}

/// A sample, its parameters and the value.
type Known = (Classes, Total, f64, f64, Interval);

/// Instances that a reader can solve.
pub(super) fn known() -> Result<Vec<Known>, CheckError> {
    let pair = || Classes::in_plane("3, 4, 5", &[3.0, 4.0], &[0.0, 0.0]);
    let twins = || Classes::on_line("one point with both labels", &[(1.0, 1.0)], &[(1.0, 1.0)]);
    let heavier = Classes::on_line("a point against three quarters", &[(4.0, 1.0)], &[(0.0, 3.0)])?;
    Ok(vec![
        // f = ±5/2: KR is 5, both hinges are 0 at margin 2 and 1/2 at margin 3.
        (pair()?, Total::EachClass, 2.0, 10.0, Interval::integer(5)),
        (pair()?, Total::EachClass, 3.0, 4.0, Interval::ONE),
        (pair()?, Total::Together, 3.0, 4.0, Interval::ratio(1, 2)),
        // f = 0: two hinges of 1, each of mass 1.
        (twins()?, Total::EachClass, 1.0, 3.0, Interval::ZERO - Interval::integer(6)),
        // y f = 3 on the heavier class and 1 on the other: MCR is 3 3/4 + 1/4 = 5/2, and no sample is below margin 1.
        (heavier, Total::Together, 1.0, 8.0, Interval::ratio(5, 2)),
    ])
}

/// Cells and digits.
pub(super) fn real(ctx: &Context) -> Result<Vec<(Classes, Total, f64, f64)>, CheckError> {
    let each = ctx.count(30, 100, 200);
    Ok(vec![
        (Classes::cells(each, each)?, Total::EachClass, 1.0, 10.0),
        (Classes::cells(each, each)?, Total::EachClass, 0.0, 0.0),
        (Classes::cells(each, 2 * each)?, Total::Together, 2.0, 1.5),
        (Classes::digits(3, 8, each)?, Total::EachClass, 10.0, 2.0),
        (Classes::digits(4, 9, each)?, Total::Together, 20.0, 0.5),
    ])
}
