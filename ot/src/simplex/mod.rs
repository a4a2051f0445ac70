//! The network simplex on bipartite transport networks.

#[cfg(test)]
mod consistency;
mod dense;
mod pivot;
mod pricing;
mod tree;

pub(crate) use dense::{Dense, solve};
pub(crate) use pricing::PricingTolerance;
pub(crate) use tree::{Tree, greedy_forest};
