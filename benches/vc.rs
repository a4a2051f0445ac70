//! lip1-vc: brackets of the VC dimension, packing numbers of finite sets, pieces of networks, and the shattering test against
//! its linear programs.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{SEED, cloud, network};
use lip1_kernel::packing::Domain;
use lip1_kernel::shatter;
use lip1_vc::{
    Limits, Query, Search, capacity, largest_margin, packing_number, pieces_on_line, shattered_by_lp,
};

fn bracket(c: &mut Criterion) {
    let mut group = c.benchmark_group("vc/capacity");
    group.sample_size(10);
    for domain in [Domain::Box, Domain::Ball] {
        for (dim, size) in [(2, "20"), (3, "6"), (8, "2.5")] {
            let query = Query::of_decimals(domain, dim, size, "1").unwrap();
            let found = capacity(query, Search::default()).unwrap();
            assert!(1.0 < found.lower() && found.lower() <= found.upper());
            group.bench_function(BenchmarkId::new(domain.name(), format!("{size}x{dim}")), |b| {
                b.iter(|| capacity(black_box(query), Search::default()));
            });
        }
    }
    group.finish();
}

fn shattering(c: &mut Criterion) {
    let mut group = c.benchmark_group("vc/shattered");
    group.sample_size(10);
    for n in [100, 300, 1000] {
        let points = cloud(n, 2, 0.0, SEED).unwrap();
        let margin = largest_margin(&points).unwrap().lower();
        assert!(shatter::shattered(&points, margin).is_verified());
        group.bench_function(BenchmarkId::new("distance", format!("{n}x2")), |b| {
            b.iter(|| shatter::shattered(black_box(&points), margin));
        });
    }
    for n in [4, 6, 8] {
        let points = cloud(n, 2, 0.0, SEED).unwrap();
        assert_eq!(shattered_by_lp(&points).unwrap().labellings, 1 << n);
        group.bench_function(BenchmarkId::new("lp", format!("{n}x2")), |b| {
            b.iter(|| shattered_by_lp(black_box(&points)));
        });
    }
    group.finish();
}

/// A margin at which about one pair in a hundred conflicts: the graph is neither trivial nor dense.
const SPARSE: f64 = 0.1;

fn independent_set(c: &mut Criterion) {
    let mut group = c.benchmark_group("vc/packing_number");
    group.sample_size(10);
    for n in [100, 300, 600] {
        let points = cloud(n, 2, 0.0, SEED).unwrap();
        let found = packing_number(&points, SPARSE, Limits::default()).unwrap();
        assert!(found.is_exact() && found.lower() < n);
        group.bench_function(BenchmarkId::new("independent_set", format!("{n}x2")), |b| {
            b.iter(|| packing_number(black_box(&points), SPARSE, Limits::default()));
        });
    }
    group.finish();
}

fn pieces(c: &mut Criterion) {
    let mut group = c.benchmark_group("vc/pieces");
    group.sample_size(10);
    for width in [16, 64, 256] {
        let net = network(1, width).unwrap();
        assert!(pieces_on_line(&net).unwrap().maps > 1);
        group.bench_function(BenchmarkId::new("line", format!("{width}x1")), |b| {
            b.iter(|| pieces_on_line(black_box(&net)));
        });
    }
    group.finish();
}

criterion_group!(benches, bracket, shattering, independent_set, pieces);
criterion_main!(benches);
