//! Exact piece counts against brute-force sampling.

use std::collections::HashSet;

use lip1_kernel::net::{Dense, Layer, Net};
use lip1_vc::{pieces_in_plane, pieces_on_line, pieces_on_segment};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};

/// Samples are dyadic, so that plain evaluation is exact, with a denominator that no breakpoint has.
const OFFSET: f64 = 3.0 / 16_384.0;

/// Small integers, so that breakpoints are fractions with small denominators and sampling cannot miss a cell.
fn dense(outputs: usize, inputs: usize) -> impl Strategy<Value = Dense> {
    (vec(-3_i32..=3, outputs * inputs), vec(-3_i32..=3, outputs)).prop_map(move |(weight, bias)| Dense {
        outputs,
        inputs,
        weight: weight.into_iter().map(f64::from).collect(),
        bias: bias.into_iter().map(f64::from).collect(),
    })
}

/// The orders and signs a network takes at a point, by plain evaluation.
fn pattern(net: &Net, x: &[f64]) -> Vec<usize> {
    let mut values = x.to_vec();
    let mut pattern = Vec::new();
    for layer in net.layers() {
        match layer {
            Layer::Dense(dense) => {
                values = dense
                    .weight
                    .chunks(dense.inputs)
                    .zip(&dense.bias)
                    .map(|(row, b)| b + row.iter().zip(&values).map(|(w, x)| w * x).sum::<f64>() + 0.0)
                    .collect();
            }
            Layer::Sort { group } => {
                let mut order: Vec<usize> = (0..values.len()).collect();
                order.chunks_mut(*group).for_each(|run| {
                    run.sort_by(|i, j| {
                        values[*i].partial_cmp(&values[*j]).unwrap_or(std::cmp::Ordering::Equal)
                    })
                });
                pattern.extend(&order);
                values = order.iter().map(|i| values[*i]).collect();
            }
            Layer::Relu => {
                pattern.extend(values.iter().map(|x| usize::from(*x < 0.0)));
                values.iter_mut().for_each(|x| *x = x.max(0.0));
            }
            _ => {}
        }
    }
    pattern
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn line_counts_agree_with_sampling(
        first in dense(4, 1), sorted: bool, group in 1_usize..=2, last in dense(1, 4)
    ) {
        let layer = if sorted { Layer::Sort { group: 2 * group } } else { Layer::Relu };
        let net = Net::new(1, vec![Layer::Dense(first), layer, Layer::Dense(last)]).unwrap();
        let exact = pieces_on_line(&net).unwrap();
        // Crossings are p/q with |p| <= 6, q <= 6: neighbours are 1/30 apart or more, and the grid avoids them.
        let step = 1.0 / 64.0;
        let sampled: HashSet<_> = (-448..448).map(|i| pattern(&net, &[f64::from(i) * step + OFFSET])).collect();
        prop_assert_eq!(exact.cells, sampled.len());
        prop_assert!(exact.maps <= exact.cells);
        let segment = pieces_on_segment(&net, &[-7.0], &[7.0]).unwrap();
        prop_assert_eq!(segment, exact);
    }

    #[test]
    fn deep_line_counts_are_at_least_what_sampling_sees(
        first in dense(4, 1), second in dense(4, 4), third in dense(2, 4)
    ) {
        let sort = Layer::Sort { group: 2 };
        let layers = vec![Layer::Dense(first), sort.clone(), Layer::Dense(second), Layer::Relu, Layer::Dense(third), sort];
        let net = Net::new(1, layers).unwrap();
        let exact = pieces_on_line(&net).unwrap();
        let sampled: HashSet<_> =
            (-2000..2000).map(|i| pattern(&net, &[f64::from(i) / 128.0 + OFFSET])).collect();
        prop_assert!(sampled.len() <= exact.cells, "{} {}", sampled.len(), exact.cells);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn plane_counts_contain_sampling_and_every_line_through_it(
        first in dense(6, 2), second in dense(4, 6), p in vec(-9_i32..9, 2), q in vec(-9_i32..9, 2)
    ) {
        let sort = Layer::Sort { group: 2 };
        let net = Net::new(2, vec![Layer::Dense(first), sort.clone(), Layer::Dense(second), sort]).unwrap();
        let exact = pieces_in_plane(&net).unwrap();
        // Offsets of their own, for breaks such as x = y pass through no sample then.
        let at = |i: i32, j: i32| [f64::from(i) / 8.0 + OFFSET, f64::from(j) / 8.0 + OFFSET / 1024.0];
        let sampled: HashSet<_> =
            (-60..60).flat_map(|i| (-60..60).map(move |j| at(i, j))).map(|x| pattern(&net, &x)).collect();
        prop_assert!(sampled.len() <= exact.cells && exact.cells <= 1 << 5);
        let float = |x: &[i32]| x.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
        prop_assert!(pieces_on_segment(&net, &float(&p), &float(&q)).unwrap().cells <= exact.cells);
    }
}

#[test]
fn lines_in_general_position_cut_the_plane_into_the_classical_number_of_cells() {
    // Pairs (l_i, 0): k lines give 1 + k + k(k-1)/2 cells.
    for k in 1..=6_u32 {
        let rows: Vec<[f64; 3]> = (0..k).map(|i| [1.0, f64::from(i), f64::from(i * i)]).collect();
        let weight = rows.iter().flat_map(|row| [row[0], row[1], 0.0, 0.0]).collect();
        let bias = rows.iter().flat_map(|row| [row[2], 0.0]).collect();
        let width = 2 * k as usize;
        let layers =
            vec![Layer::Dense(Dense { outputs: width, inputs: 2, weight, bias }), Layer::Sort { group: 2 }];
        let net = Net::new(2, layers).unwrap();
        assert_eq!(pieces_in_plane(&net).unwrap().cells, (1 + k + k * (k - 1) / 2) as usize);
    }
}

#[test]
fn sorting_four_has_more_pieces_than_two_pairs_allow() {
    // Four lines of different slope in general position: all six pairs cross.
    let weight = vec![0.0, 1.0, 2.0, 3.0];
    let bias = vec![0.0, 0.5, 1.75, 4.0];
    let full = |group| {
        let first = Dense { outputs: 4, inputs: 1, weight: weight.clone(), bias: bias.clone() };
        Net::new(1, vec![Layer::Dense(first), Layer::Sort { group }])
            .and_then(|net| pieces_on_line(&net).map_err(|_| lip1_kernel::Refusal::Empty { what: "pieces" }))
    };
    assert_eq!(full(4).unwrap().cells, 7);
    assert!(full(2).unwrap().cells <= 4);
}
