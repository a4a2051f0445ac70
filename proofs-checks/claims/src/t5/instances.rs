//! Samples with temperatures and Lipschitz constants.

use lip1_datasets::worlds::Classes;
use lip1_harness::{CheckError, Context};
use lip1_kernel::Interval;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

/// A sample whose least loss has a closed form.
pub(super) struct Known {
    pub(super) classes: Classes,
    pub(super) tau: f64,
    pub(super) constant: f64,
    pub(super) minimum: Interval,
}

/// Repeated, shared, collinear and clumped points, weights with zeros; temperatures and constants over four orders.
pub(super) fn drawn(most: usize) -> impl Strategy<Value = (Classes, f64, f64)> {
    (pairs(most), -6_i32..=6, -2_i32..=2).prop_map(|((positive, negative), tau, constant)| {
        let classes = Classes { name: "drawn".to_owned(), positive, negative };
        (classes, 2.0_f64.powi(tau), 2.0_f64.powi(constant))
    })
}

/// Pairs, duplicates and pairs so far apart that they do not feel each other.
pub(super) fn known() -> Result<Vec<Known>, CheckError> {
    let softplus = |margin: u128, of: u128| (-Interval::ratio(margin, of)).softplus();
    let entropy = |part: u128, of: u128| {
        let s = Interval::ratio(part, of);
        let rest = Interval::ratio(of - part, of);
        -(s * s.ln() + rest * rest.ln())
    };
    let half = |a: Interval, b: Interval| (a + b) / Interval::integer(2);
    Ok(vec![
        Known {
            classes: Classes::in_plane("3, 4, 5", &[3.0, 4.0], &[0.0, 0.0])?,
            tau: 0.5,
            constant: 2.0,
            minimum: softplus(5, 2),
        },
        Known {
            classes: Classes::on_line("one point with both labels", &[(1.0, 1.0)], &[(1.0, 3.0)])?,
            tau: 4.0,
            constant: 1.0,
            minimum: entropy(1, 4),
        },
        Known {
            classes: Classes::on_line(
                "two pairs far apart",
                &[(2.0, 1.0), (999.0, 1.0)],
                &[(0.0, 1.0), (1002.0, 1.0)],
            )?,
            tau: 1.0,
            constant: 1.0,
            minimum: half(softplus(1, 1), softplus(3, 2)),
        },
        Known {
            classes: Classes::on_line(
                "a pair and a double point far apart",
                &[(0.0, 1.0), (500.0, 1.0)],
                &[(4.0, 1.0), (500.0, 1.0)],
            )?,
            tau: 0.25,
            constant: 4.0,
            minimum: half(softplus(2, 1), Interval::integer(2).ln()),
        },
    ])
}

/// Cells and digits at several temperatures.
pub(super) fn real(ctx: &Context) -> Result<Vec<(Classes, f64, f64)>, CheckError> {
    let each = ctx.count(40, 150, 212);
    let mut instances = Vec::new();
    for (tau, constant) in [(0.01, 1.0), (1.0, 1.0), (4.0, 0.5), (64.0, 1.0)] {
        instances.push((Classes::cells(each, each)?, tau, constant));
    }
    instances.push((Classes::cells(each / 2, each)?, 1.0, 2.0));
    instances.push((Classes::digits(3, 8, each)?, 0.125, 1.0));
    instances.push((Classes::digits(4, 9, each)?, 1.0, 1.0));
    Ok(instances)
}
