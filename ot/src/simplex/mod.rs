//! The network simplex on bipartite transport networks.

#[cfg(test)]
mod consistency;
mod dense;
mod greedy;
mod pivot;
mod slack;
mod tree;

pub(crate) use dense::{Dense, solve};
