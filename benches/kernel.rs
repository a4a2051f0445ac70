//! The kernel's rules: what checking a certificate costs.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{SEED, clouds, dense, narrow, network, normal};
use lip1_core::spectral_certificate;
use lip1_kernel::{forward, norm, transport};
use lip1_ot::{Settings, certify, solve};

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
    // In 784 dimensions tight pairs are decided by intervals, coordinate by coordinate.
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

criterion_group!(benches, forward_enclosure, norm_rule, transport_rule);
criterion_main!(benches);
