//! Results that nobody else can make.

use std::ops::Deref;

/// The result of a rule: what the documentation of `T` says of its fields is true.
///
/// The fields can be read through it; only this crate can build one, and there is no way to change what is inside.
///
/// ```compile_fail
/// let invented = lip1_kernel::Theorem::new(1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theorem<T>(T);

impl<T> Theorem<T> {
    pub(crate) fn new(result: T) -> Self {
        Self(result)
    }
}

impl<T> Deref for Theorem<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
