//! Spanning trees of a bipartite network.
//!
//! The tree is stored by parents and by a *thread*, the preorder in which each subtree is contiguous, after Barr,
//! Glover and Klingman (1979), as in LEMON and POT (Király and Kovács 2012). Here the network is bipartite and
//! uncapacitated: an arc outside the tree carries nothing, a node's kind gives the direction of the arc to its parent,
//! and so nothing is stored per arc.

pub(super) const NONE: u32 = u32::MAX;

/// Potentials are stale after one pivot for every so many nodes.
const STALE: usize = 64;

/// What the walk to the root reads, in one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) parent: u32,
    /// Nodes in the subtree.
    pub(super) size: u32,
    /// Mass on the arc to the parent: towards it at a source, from it at a sink.
    pub(super) flow: u64,
}

/// A strongly feasible spanning tree: sources `0..n`, sinks `n..n + m`, and an artificial root `n + m`.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(super) sources: usize,
    pub(super) links: Vec<Link>,
    pub(super) next: Vec<u32>,
    pub(super) previous: Vec<u32>,
    /// Last node of the subtree in thread order.
    pub(super) last: Vec<u32>,
    /// Cost of the arc to the parent.
    pub(super) cost: Vec<f64>,
    /// `u_i` at sources and `v_j` at sinks: along every tree arc `u_i - v_j` is its cost.
    pub(super) potential: Vec<f64>,
    /// Nodes whose successor on the thread changed in this pivot.
    pub(super) rethreaded: Vec<u32>,
    /// Pivots since the potentials were last computed afresh.
    pub(super) age: usize,
}

impl Tree {
    /// Builds the tree from forest arcs `(i, j, flow, cost)`, `flow > 0`, each component holding at most one node with
    /// leftover mass; leftovers go over artificial arcs of the costs that `artificial` gives for their nodes.
    pub(crate) fn new(
        supply: &[u64],
        demand: &[u64],
        forest: &[(u32, u32, u64, f64)],
        artificial: impl Fn(usize) -> f64,
    ) -> Self {
        let (n, m) = (supply.len(), demand.len());
        let nodes = n + m + 1;
        let root = (n + m) as u32;
        let mut left: Vec<u64> = supply.iter().chain(demand).copied().collect();
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); n + m];
        for (k, &(i, j, flow, _)) in forest.iter().enumerate() {
            let j = n + j as usize;
            left[i as usize] -= flow;
            left[j] -= flow;
            neighbours[i as usize].push(k as u32);
            neighbours[j].push(k as u32);
        }
        let mut tree = Self {
            sources: n,
            links: vec![Link { parent: NONE, size: 1, flow: 0 }; nodes],
            next: vec![NONE; nodes],
            previous: vec![NONE; nodes],
            last: (0..nodes as u32).collect(),
            cost: vec![0.0; nodes],
            potential: vec![0.0; nodes],
            rethreaded: Vec::new(),
            age: 0,
        };
        // A component hangs from its node with leftover mass, else from a source: an empty arc must point to the root.
        let mut order: Vec<u32> = vec![root];
        let mut reached = vec![false; nodes];
        let heads = (0..n + m).filter(|&node| left[node] > 0).chain(0..n);
        let mut stack = Vec::new();
        for head in heads {
            if reached[head] {
                continue;
            }
            reached[head] = true;
            tree.links[head] = Link { parent: root, size: 1, flow: left[head] };
            tree.cost[head] = artificial(head);
            stack.push(head as u32);
            while let Some(node) = stack.pop() {
                order.push(node);
                for &k in &neighbours[node as usize] {
                    let (i, j, flow, cost) = forest[k as usize];
                    let sink = (n + j as usize) as u32;
                    let other = if node == i { sink } else { i };
                    if !reached[other as usize] {
                        reached[other as usize] = true;
                        tree.links[other as usize] = Link { parent: node, size: 1, flow };
                        tree.cost[other as usize] = cost;
                        stack.push(other);
                    }
                }
            }
        }
        tree.set_thread(&order);
        tree.refresh_potentials();
        tree
    }

    /// Sets thread, sizes and last nodes from a preorder that starts at the root.
    fn set_thread(&mut self, order: &[u32]) {
        for (position, &node) in order.iter().enumerate() {
            let next = order[(position + 1) % order.len()];
            self.next[node as usize] = next;
            self.previous[next as usize] = node;
        }
        for &node in order[1..].iter().rev() {
            let Link { parent, size, .. } = self.links[node as usize];
            self.links[parent as usize].size += size;
            // In reverse preorder the first child seen holds the subtree's end.
            if self.last[parent as usize] == parent {
                self.last[parent as usize] = self.last[node as usize];
            }
        }
    }

    /// Recomputes all potentials along the tree, which removes the drift of many updates.
    pub(crate) fn refresh_potentials(&mut self) {
        self.age = 0;
        let root = self.links.len() - 1;
        self.potential[root] = 0.0;
        let mut node = self.next[root] as usize;
        while node != root {
            let parent = self.links[node].parent as usize;
            let cost = if node < self.sources { self.cost[node] } else { -self.cost[node] };
            self.potential[node] = self.potential[parent] + cost;
            node = self.next[node] as usize;
        }
    }

    /// Whether enough pivots have passed to compute the potentials afresh, at a cost that these pivots dwarf.
    pub(crate) fn is_stale(&self) -> bool {
        self.age > self.links.len() / STALE
    }

    /// `u`: one potential for each source.
    pub(crate) fn u(&self) -> &[f64] {
        &self.potential[..self.sources]
    }

    /// `v`: one potential for each sink.
    pub(crate) fn v(&self) -> &[f64] {
        &self.potential[self.sources..self.potential.len() - 1]
    }

    /// Whether mass is left on artificial arcs.
    pub(crate) fn has_artificial_flow(&self) -> bool {
        let root = (self.links.len() - 1) as u32;
        self.links.iter().any(|link| link.parent == root && link.flow > 0)
    }

    /// The flows `(i, j, mass)` on arcs between sources and sinks.
    pub(crate) fn flows(&self) -> Vec<(u32, u32, u64)> {
        let (n, root) = (self.sources, self.links.len() - 1);
        let mut flows: Vec<_> = (0..root)
            .filter(|&node| self.links[node].parent as usize != root && self.links[node].flow > 0)
            .map(|node| {
                let Link { parent, flow, .. } = self.links[node];
                if node < n {
                    (node as u32, parent - n as u32, flow)
                } else {
                    (parent, (node - n) as u32, flow)
                }
            })
            .collect();
        flows.sort_unstable();
        flows
    }
}

/// Sends along `arcs`, in their order, as much as both ends still have.
///
/// Every arc kept uses up one of its ends, so the arcs form a forest in which each component has at most one node with
/// leftover mass: a basis for [`Tree::new`].
pub(crate) fn greedy_forest(
    supply: &[u64],
    demand: &[u64],
    arcs: &[(u32, u32, f64)],
) -> Vec<(u32, u32, u64, f64)> {
    let (mut supply, mut demand) = (supply.to_vec(), demand.to_vec());
    arcs.iter()
        .filter_map(|&(i, j, cost)| {
            let (left, wanted) = (&mut supply[i as usize], &mut demand[j as usize]);
            let flow = (*left).min(*wanted);
            *left -= flow;
            *wanted -= flow;
            (flow > 0).then_some((i, j, flow, cost))
        })
        .collect()
}
