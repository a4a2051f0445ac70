//! The kernel's rules: what checking a certificate costs.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{SEED, network, normal};
use lip1_kernel::forward;

fn forward_enclosure(c: &mut Criterion) {
    let mut group = c.benchmark_group("kernel/forward/enclose");
    for (inputs, width) in [(64, 64), (256, 256), (784, 1024)] {
        let net = network(inputs, width).unwrap();
        let x = normal(inputs, SEED + 9);
        let output = forward::enclose(&net, &x).unwrap();
        assert!(output[0].width() < output[0].upper().abs());
        group.bench_function(BenchmarkId::from_parameter(format!("{inputs}x{width}")), |b| {
            b.iter(|| forward::enclose(black_box(&net), black_box(&x)));
        });
    }
    group.finish();
}

criterion_group!(benches, forward_enclosure);
criterion_main!(benches);
