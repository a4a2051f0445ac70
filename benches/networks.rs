//! lip1-core: a training step, the producer of certificates, radii.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot build its input must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lip1_benches::{SEED, dense, normal, two_classes};
use lip1_core::{Architecture, BinaryCrossEntropy, Optimiser, Trainer, certify, spectral_certificate};
use lip1_kernel::norm;

/// Samples of a batch.
const BATCH: usize = 256;
/// Length of a step.
const RATE: f64 = 1e-3;
/// Inputs, and the widths of the hidden layers.
const SIZES: [(usize, [usize; 2]); 3] = [(64, [64, 32]), (256, [128, 64]), (784, [256, 128])];

fn training_step(c: &mut Criterion) {
    let mut group = c.benchmark_group("core/training_step");
    group.sample_size(20);
    for (inputs, widths) in SIZES {
        let plans = [
            ("lipnet", Architecture::lipnet(inputs, &widths, 1)),
            ("unconstrained", Architecture::unconstrained(inputs, &widths, 1)),
        ];
        for (variant, plan) in plans {
            let network = plan.build::<f32>(SEED).unwrap();
            let mut trainer = Trainer::new(network, Optimiser::default()).unwrap();
            let (batch, targets) = two_classes(inputs, BATCH);
            let loss = BinaryCrossEntropy::default();
            let mut step = || trainer.step(black_box(&batch), black_box(&targets), &loss, RATE);
            let first = step().unwrap();
            assert!((0..5).any(|_| step().unwrap() < first), "{variant} does not learn");
            group.bench_function(BenchmarkId::new(variant, format!("{BATCH}x{inputs}")), |b| {
                b.iter(&mut step)
            });
        }
    }
    group.finish();
}

fn certificate(c: &mut Criterion) {
    let mut group = c.benchmark_group("core/certificate/spectral");
    group.sample_size(10);
    for n in [64, 256, 1024] {
        let layer = dense(n, n, SEED);
        let bound = norm::spectral(&layer, &spectral_certificate(&layer)).unwrap();
        assert!(bound.upper < norm::frobenius(&layer).unwrap().upper);
        group.bench_function(BenchmarkId::from_parameter(format!("{n}x{n}")), |b| {
            b.iter(|| spectral_certificate(black_box(&layer)));
        });
    }
    group.finish();
}

fn radius(c: &mut Criterion) {
    let mut group = c.benchmark_group("core/radius/lipnet");
    for (inputs, widths) in SIZES {
        let net = Architecture::lipnet(inputs, &widths, 1).build::<f32>(SEED).unwrap().to_kernel().unwrap();
        let certified = certify(&net).unwrap();
        let x = normal(inputs, SEED);
        assert!(certified.decide(&x).unwrap().radius() > 0.0);
        group.bench_function(BenchmarkId::from_parameter(format!("{}x{inputs}", widths[0])), |b| {
            b.iter(|| certified.decide(black_box(&x)));
        });
    }
    group.finish();
}

criterion_group!(benches, training_step, certificate, radius);
criterion_main!(benches);
