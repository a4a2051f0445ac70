//! The kernel's rules: what checking a certificate costs.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{SEED, clouds, dense, least_distance, narrow, network, normal};
use lip1_core::spectral_certificate;
use lip1_datasets::data::mnist;
use lip1_kernel::distance::Cost;
use lip1_kernel::{Points, forward, norm, transport};
use lip1_ot::{Measure, Problem, Settings, boxes, certify, solve};

fn forward_enclosure(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/forward/enclose");
    for (inputs, width) in [(64, 64), (256, 256), (784, 1024)] {
        let net = network(inputs, width).unwrap();
        let x = normal(inputs, SEED + 9);
        let output = forward::enclose(&net, &x).unwrap();
        assert!(output.values[0].width() < output.values[0].abs().lower());
        group.bench_function(BenchmarkId::from_parameter(format!("{inputs}x{width}")), |b| {
            b.iter(|| forward::enclose(black_box(&net), black_box(&x)));
        });
    }
    group.finish();
}

fn norm_rule(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/norm/spectral");
    group.sample_size(10);
    for n in [64, 256, 1024] {
        let layer = dense(n, n, SEED);
        let hint = spectral_certificate(&layer);
        let bound = norm::spectral(&layer, &hint).unwrap();
        assert!(bound.upper < norm::frobenius(&layer).unwrap().upper);
        group.bench_function(BenchmarkId::from_parameter(format!("{n}x{n}")), |b| {
            b.iter(|| norm::spectral(black_box(&layer), black_box(&hint)));
        });
    }
    group.finish();
}

fn transport_rule(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/transport/check");
    // In 784 dimensions tight pairs are left open by plain sums.
    for (n, dim) in [(100, 2), (300, 2), (1000, 2), (100, 784)] {
        let problem = clouds(n, dim).unwrap();
        let found = certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap();
        assert!(narrow(&found.bracket), "{:?}", found.bracket);
        let (statement, answer) = (found.problem.statement(), &found.solution);
        group.bench_function(BenchmarkId::from_parameter(format!("{n}x{dim}")), |b| {
            b.iter(|| transport::check(black_box(statement), &answer.plan, &answer.potentials));
        });
    }
    group.finish();
}

/// Images of a digit, one each or three side by side in squares of 32 x 32 pixels.
fn images(digit: u8, count: usize, side_by_side: bool) -> Points {
    let train = &mnist().unwrap().train;
    let single = train.points(train.of_class(digit).take(count)).unwrap();
    if !side_by_side {
        return single;
    }
    let mut wide = vec![0.0; count * 3 * 32 * 32];
    for (i, image) in wide.chunks_exact_mut(3 * 32 * 32).enumerate() {
        for part in 0..3 {
            let digit = single.row((i + part * (i + 7)) % count);
            for (row, pixels) in digit.chunks_exact(28).enumerate() {
                image[(row + 2) * 96 + part * 32 + 2..][..28].copy_from_slice(pixels);
            }
        }
    }
    Points::new(3 * 32 * 32, wide).unwrap()
}

/// The check of images against images, beside a pass over their distances that is as fast as the check's own and decides nothing.
fn images_of_digits(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/transport");
    group.sample_size(10);
    for (n, side_by_side) in [(100, false), (700, false), (700, true)] {
        let (p, q) = (images(3, n, side_by_side), images(8, n, side_by_side));
        let size = format!("{n}x{}", p.dim());
        let sides = [&p, &q].map(|points| Measure::uniform(points.clone()).unwrap());
        let problem = Problem::new(&sides[0], &sides[1], Cost::L2).unwrap();
        let found = certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap();
        assert!(narrow(&found.bracket), "{:?}", found.bracket);
        assert!(least_distance(&p, &q) <= found.bracket.upper);
        let (statement, answer) = (found.problem.statement(), &found.solution);
        group.bench_function(BenchmarkId::new("images", &size), |b| {
            b.iter(|| transport::check(black_box(statement), &answer.plan, &answer.potentials));
        });
        group.bench_function(BenchmarkId::new("images-plain", &size), |b| {
            b.iter(|| least_distance(black_box(&p), black_box(&q)));
        });
    }
    group.finish();
}

/// The same potentials pair by pair and by boxes.
fn transport_in_boxes(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/transport");
    group.sample_size(10);
    for n in [1000, 3000, 10_000] {
        let problem = clouds(n, 2).unwrap();
        let solution = solve(&problem, &Settings::default()).unwrap();
        let (statement, plan, potentials) = (problem.statement(), &solution.plan, &solution.potentials);
        let hint = boxes(statement, potentials);
        let bracket = transport::check(statement, plan, potentials).unwrap();
        assert!(narrow(&bracket), "{bracket:?}");
        assert_eq!(transport::check_in_boxes(statement, plan, potentials, Some(&hint)).unwrap(), bracket);
        group.bench_function(BenchmarkId::new("pairs", format!("{n}x2")), |b| {
            b.iter(|| transport::check(black_box(statement), plan, potentials));
        });
        group.bench_function(BenchmarkId::new("boxes", format!("{n}x2")), |b| {
            b.iter(|| transport::check_in_boxes(black_box(statement), plan, potentials, Some(&hint)));
        });
    }
    group.finish();
}

criterion_group!(benches, forward_enclosure, norm_rule, transport_rule, images_of_digits, transport_in_boxes);
criterion_main!(benches);
