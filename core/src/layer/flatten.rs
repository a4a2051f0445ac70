//! An image taken for plain features.

use super::FlattenSpec;
use super::prelude::*;

impl Spec for FlattenSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        Ok((None, Shape::Flat(input.features())))
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        // Any image of that many features may have arrived, or none; what follows them back finds out.
        matches!(output, Shape::Flat(_)).then_some(output)
    }
}
