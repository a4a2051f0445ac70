//! Solvers of the Wasserstein problem. What the kernel adds to an answer is measured in `kernel.rs`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{clouds, narrow};
use lip1_ot::{Method, Settings, certify, solve};

fn method(group: &mut BenchmarkGroup<'_, WallTime>, method: Method, dim: usize, sizes: &[usize]) {
    let settings = Settings { method, ..Settings::default() };
    for &n in sizes {
        let problem = clouds(n, dim).unwrap();
        let certified = certify(&problem, solve(&problem, &settings).unwrap()).unwrap();
        assert!(narrow(&certified.bracket), "{:?}", certified.bracket);
        group.bench_function(BenchmarkId::new(method.name(), format!("{n}x{dim}")), |b| {
            b.iter(|| solve(black_box(&problem), &settings));
        });
    }
}

fn w1(c: &mut Criterion) {
    let mut group = c.benchmark_group("ot/w1");
    group.sample_size(10);
    method(&mut group, Method::Simplex, 2, &[100, 300, 1000]);
    method(&mut group, Method::Auto, 2, &[100, 300, 1000]);
    method(&mut group, Method::Line, 1, &[100, 1000, 3000]);
    group.finish();
}

criterion_group!(benches, w1);
criterion_main!(benches);
