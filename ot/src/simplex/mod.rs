//! The network simplex on bipartite transport networks.

#[cfg(test)]
mod consistency;
mod dense;
pub(crate) mod greedy;
mod pivot;
mod slack;
mod tree;

pub(crate) use dense::{Dense, solve};
pub(crate) use slack::Slack;
pub(crate) use tree::Tree;
