//! Networks as a whole: derivatives, training, certificates against attacks, models in and out.

#![expect(clippy::unwrap_used, reason = "a failed step of preparation fails the test")]

mod adversarial_kernels;
mod attacks;
mod certificates;
mod convolution_bounds;
mod convolution_families;
mod finite_difference;
mod golden_losses;
mod gradients;
mod image_layers;
mod interchange;
mod training;
