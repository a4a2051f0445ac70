//! Steps that work on images.

use super::Architecture;
use super::step::Step;
use crate::layer::{FlattenSpec, PixelShuffleSpec, PixelUnshuffleSpec, Pooling};
use crate::shape::Shape;
use crate::weight::Parametrisation;

/// Plans on images. A step that needs one refuses to be built where there is none: after [`Architecture::dense`] or
/// [`Architecture::flatten`], or in a plan that began with [`Architecture::new`].
impl Architecture {
    /// A plan on images of channels, height and width, in that order in a sample, as [`Architecture::new`].
    ///
    /// # Examples
    /// ```
    /// use lip1_core::{Architecture, Parametrisation, Pooling, certify};
    /// let network = Architecture::on_image([1, 8, 8])
    ///     .pixel_unshuffle(2)
    ///     .orthogonal_convolution(8, 3, true)
    ///     .group_sort(2)
    ///     .convolution(8, 2, 2, 0, false, Parametrisation::Orthogonal)
    ///     .global_pool(Pooling::L2)
    ///     .dense(3, Parametrisation::Orthogonal)
    ///     .build::<f32>(1)?;
    /// assert_eq!((network.inputs(), network.outputs()), (64, 3));
    /// assert!(certify(&network.to_kernel()?)?.l2() <= 1.0 + 1e-5);
    /// # Ok::<(), lip1_core::Error>(())
    /// ```
    pub fn on_image(input: [usize; 3]) -> Self {
        Self { input: Shape::Image(input), ..Self::new(0) }
    }

    /// Appends a [`crate::Convolution`] of that many output channels, with square windows.
    pub fn convolution(
        self,
        outputs: usize,
        side: usize,
        stride: usize,
        padding: usize,
        circular: bool,
        parametrisation: Parametrisation,
    ) -> Self {
        self.step(Step::Convolution { outputs, side, stride, padding, circular, groups: 1, parametrisation })
    }

    /// Appends a [`crate::GroupedConvolution`] with windows of odd sides that keep height and width.
    pub fn grouped_convolution(
        self,
        outputs: usize,
        side: usize,
        groups: usize,
        circular: bool,
        parametrisation: Parametrisation,
    ) -> Self {
        let (stride, padding) = (1, side / 2);
        self.step(Step::Convolution { outputs, side, stride, padding, circular, groups, parametrisation })
    }

    /// Appends a [`crate::OrthogonalConvolution`] with windows of odd sides that keep height and width.
    pub fn orthogonal_convolution(self, outputs: usize, side: usize, circular: bool) -> Self {
        self.step(Step::OrthogonalConvolution { outputs, side, circular })
    }

    /// Appends a [`crate::Pool`] over square windows side by side; what is left over at the ends is in none.
    pub fn pool(self, kind: Pooling, side: usize) -> Self {
        self.step(kind.describe(Some(side)))
    }

    /// Appends a [`crate::Pool`] over each whole channel.
    pub fn global_pool(self, kind: Pooling) -> Self {
        self.step(kind.describe(None))
    }

    /// Appends [`crate::Rearrange::pixel_unshuffle`].
    pub fn pixel_unshuffle(self, factor: usize) -> Self {
        self.step(PixelUnshuffleSpec { factor })
    }

    /// Appends [`crate::Rearrange::pixel_shuffle`].
    pub fn pixel_shuffle(self, factor: usize) -> Self {
        self.step(PixelShuffleSpec { factor })
    }

    /// From here on the features are no image; nothing is moved.
    pub fn flatten(self) -> Self {
        self.step(FlattenSpec {})
    }

    /// Appends [`crate::Centring`]: of each channel of an image, else of all features.
    pub fn centring(self) -> Self {
        self.step(Step::Centring)
    }
}
