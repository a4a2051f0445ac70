//! The network simplex on bipartite transport networks.

mod dense;
mod greedy;
mod tree;

pub(crate) use dense::solve;
