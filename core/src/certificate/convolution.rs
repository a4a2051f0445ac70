//! Hints for convolutions.

use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;

use super::spectral_certificate;

/// The hint that gives the least bound among those tried, if the kernel accepts one.
///
/// Tried: the reshaped kernel with its largest multiplicity, and Gershgorin's rule with equal weights.
pub fn convolution_certificate(conv: &Conv) -> Option<ConvCertificate> {
    let groups = conv.groups.max(1);
    let (outputs, inputs) = (conv.outputs / groups, conv.weight.len() / conv.outputs.max(1));
    let kernels = conv.weight.chunks_exact((outputs * inputs).max(1));
    let spectral = kernels.map(|weight| {
        spectral_certificate(&Dense { outputs, inputs, weight: weight.to_vec(), bias: Vec::new() })
    });
    let channels = conv.input[0] / groups;
    let tried = [
        ConvCertificate::Multiplicity(spectral.collect()),
        ConvCertificate::Gershgorin(vec![vec![1.0; channels]; groups]),
    ];
    let bounded = tried.into_iter().filter_map(|hint| Some((conv::norm(conv, &hint).ok()?, hint)));
    bounded.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, hint)| hint)
}
