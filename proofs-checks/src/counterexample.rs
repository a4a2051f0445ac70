//! Stands in for the kernel's counterexample until it lands; nothing can build one.

use std::fmt;

/// A counterexample that the kernel accepted.
#[derive(Debug)]
pub enum Counterexample {}

impl fmt::Display for Counterexample {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
