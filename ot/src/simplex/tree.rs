//! Spanning trees of a bipartite network, and the pivot.
//!
//! The tree is stored by parents and by a *thread*, the preorder in which each subtree is contiguous, after Barr,
//! Glover and Klingman (1979); the choice of the leaving arc keeps the tree strongly feasible (Cunningham 1976), which
//! rules out cycling in exact arithmetic. LEMON and POT use the same scheme (Király and Kovács 2012). Here the network
//! is bipartite and uncapacitated: an arc outside the tree carries nothing, a node's kind gives the direction of the
//! arc to its parent, and so nothing is stored per arc.

const NONE: u32 = u32::MAX;

/// What the walk to the root reads, in one place.
#[derive(Debug, Clone, Copy)]
struct Link {
    parent: u32,
    /// Nodes in the subtree.
    size: u32,
    /// Mass on the arc to the parent: towards it at a source, from it at a sink.
    flow: u64,
}

/// A strongly feasible spanning tree: sources `0..n`, sinks `n..n + m`, and an artificial root `n + m`.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    sources: usize,
    links: Vec<Link>,
    next: Vec<u32>,
    previous: Vec<u32>,
    /// Last node of the subtree in thread order.
    last: Vec<u32>,
    /// Cost of the arc to the parent.
    cost: Vec<f64>,
    /// `u_i` at sources and `v_j` at sinks: along every tree arc `u_i - v_j` is its cost.
    potential: Vec<f64>,
    stale: Vec<u32>,
}

impl Tree {
    /// Builds the tree from forest arcs `(i, j, flow, cost)`, `flow > 0`, each component holding at most one node with
    /// leftover mass; leftovers go over artificial arcs of cost `big`.
    pub(crate) fn new(supply: &[u64], demand: &[u64], forest: &[(u32, u32, u64, f64)], big: f64) -> Self {
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
            stale: Vec::new(),
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
            tree.cost[head] = big;
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
        tree.thread(&order);
        tree.refresh_potentials();
        tree
    }

    /// Sets thread, sizes and last nodes from a preorder that starts at the root.
    fn thread(&mut self, order: &[u32]) {
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

    /// `u`: one potential for each source.
    pub(crate) fn u(&self) -> &[f64] {
        &self.potential[..self.sources]
    }

    /// `v`: one potential for each sink.
    pub(crate) fn v(&self) -> &[f64] {
        &self.potential[self.sources..self.potential.len() - 1]
    }

    /// Whether mass is left on artificial arcs.
    pub(crate) fn artificial_mass(&self) -> bool {
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
                if node < n { (node as u32, parent - n as u32, flow) } else { (parent, (node - n) as u32, flow) }
            })
            .collect();
        flows.sort_unstable();
        flows
    }

    /// Lets the arc from source `i` to sink `j` of the given cost enter the tree.
    ///
    /// `O(depth + smaller side of the cut)`.
    pub(crate) fn pivot(&mut self, i: usize, j: usize, cost: f64) {
        let (source, sink) = (i as u32, (self.sources + j) as u32);
        let join = self.join(source, sink);
        let (delta, out, from_source) = self.leaving(source, sink, join);
        if delta > 0 {
            self.push(source, join, delta, false);
            self.push(sink, join, delta, true);
        }
        let (inner, outer) = if from_source { (source, sink) } else { (sink, source) };
        self.hang(inner, outer, out, join, cost, delta);
        self.shift(inner, outer, cost);
    }

    fn is_source(&self, node: u32) -> bool {
        (node as usize) < self.sources
    }

    fn parent(&self, node: u32) -> u32 {
        self.links[node as usize].parent
    }

    /// The lowest common ancestor: the smaller subtree cannot contain the other node.
    fn join(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            let (link_a, link_b) = (self.links[a as usize], self.links[b as usize]);
            if link_a.size < link_b.size {
                a = link_a.parent;
            } else {
                b = link_b.parent;
            }
        }
        a
    }

    /// The last blocking arc of the cycle, walked from the join down to the source and from the sink up: its flow, its
    /// lower node, and whether it lies on the source's side.
    fn leaving(&self, source: u32, sink: u32, join: u32) -> (u64, u32, bool) {
        let mut best = (u64::MAX, source, true);
        let mut node = source;
        while node != join {
            let link = self.links[node as usize];
            if self.is_source(node) && link.flow < best.0 {
                best = (link.flow, node, true);
            }
            node = link.parent;
        }
        node = sink;
        while node != join {
            let link = self.links[node as usize];
            if !self.is_source(node) && link.flow <= best.0 {
                best = (link.flow, node, false);
            }
            node = link.parent;
        }
        best
    }

    /// Sends `delta` along the path from `node` to `join`, upwards or downwards.
    fn push(&mut self, mut node: u32, join: u32, delta: u64, upwards: bool) {
        while node != join {
            let with = self.is_source(node) == upwards;
            let link = &mut self.links[node as usize];
            link.flow = if with { link.flow + delta } else { link.flow - delta };
            node = link.parent;
        }
    }

    /// Cuts the subtree below `out` off, re-roots it at `inner` and hangs it from `outer`.
    fn hang(&mut self, inner: u32, outer: u32, out: u32, join: u32, cost: f64, flow: u64) {
        let old_parent = self.parent(out);
        let old_previous = self.previous[out as usize];
        let old_last = self.last[out as usize];
        let moved = self.links[out as usize].size;
        if inner == out {
            self.move_subtree(out, outer, old_previous, old_last);
        } else {
            self.reverse_stem(inner, outer, out, old_previous, old_last);
        }
        let link = &mut self.links[inner as usize];
        (link.parent, link.size, link.flow) = (outer, moved, flow);
        self.cost[inner as usize] = cost;
        self.repair_last(outer, out, old_parent, old_previous, old_last, join);
        let mut node = outer;
        while node != join {
            let link = &mut self.links[node as usize];
            link.size += moved;
            node = link.parent;
        }
        node = old_parent;
        while node != join {
            let link = &mut self.links[node as usize];
            link.size -= moved;
            node = link.parent;
        }
    }

    /// Makes `b` follow `a` on the thread.
    fn follow(&mut self, a: u32, b: u32) {
        self.next[a as usize] = b;
        self.previous[b as usize] = a;
    }

    /// Moves the subtree of `top`, a contiguous piece of the thread, behind `outer`.
    fn move_subtree(&mut self, top: u32, outer: u32, previous: u32, last: u32) {
        if self.next[outer as usize] == top {
            return;
        }
        let after = self.next[last as usize];
        self.follow(previous, after);
        let after = self.next[outer as usize];
        self.follow(outer, top);
        self.follow(last, after);
    }

    /// Turns round the path from `inner` up to `out`, moving its subtrees behind `outer` on the thread.
    fn reverse_stem(&mut self, inner: u32, outer: u32, out: u32, old_previous: u32, old_last: u32) {
        let resume =
            if old_previous == outer { self.next[old_last as usize] } else { self.next[outer as usize] };
        let (mut stem, mut above) = (inner, outer);
        let mut last = self.last[inner as usize];
        let mut after = self.next[last as usize];
        self.next[outer as usize] = inner;
        // Backward links of these nodes are set at the end: the loop still reads the old ones.
        self.stale.clear();
        self.stale.push(outer);
        while stem != out {
            let following = self.parent(stem);
            self.next[last as usize] = following;
            self.stale.push(last);
            let before = self.previous[stem as usize];
            self.follow(before, after);
            self.links[stem as usize].parent = above;
            above = stem;
            stem = following;
            last = if self.last[stem as usize] == self.last[above as usize] {
                self.previous[above as usize]
            } else {
                self.last[stem as usize]
            };
            after = self.next[last as usize];
        }
        self.links[out as usize].parent = above;
        self.follow(last, resume);
        self.last[out as usize] = last;
        if old_previous != outer {
            self.follow(old_previous, after);
        }
        for k in 0..self.stale.len() {
            let node = self.stale[k];
            self.previous[self.next[node as usize] as usize] = node;
        }
        // Arcs, sizes and last nodes move one step along the turned path.
        let mut size = 0;
        let mut node = out;
        while node != inner {
            let below = self.parent(node);
            let (old, new) = (self.links[below as usize], &mut self.links[node as usize]);
            size = size + new.size - old.size;
            new.size = size;
            new.flow = old.flow;
            self.cost[node as usize] = self.cost[below as usize];
            self.last[below as usize] = last;
            node = below;
        }
    }

    /// Corrects the last nodes above the two ends of the move.
    fn repair_last(&mut self, outer: u32, out: u32, old_parent: u32, old_previous: u32, old_last: u32, join: u32) {
        let new_last = self.last[out as usize];
        let stop = if self.last[join as usize] == outer { join } else { NONE };
        let mut node = outer;
        while node != NONE && self.last[node as usize] == outer {
            self.last[node as usize] = new_last;
            node = self.parent(node);
        }
        let replacement =
            if join != old_previous && outer != old_previous { old_previous } else { new_last };
        if replacement == old_last {
            return;
        }
        node = old_parent;
        while node != NONE && node != stop && self.last[node as usize] == old_last {
            self.last[node as usize] = replacement;
            node = self.parent(node);
        }
    }

    /// Restores `u - v = cost` on the new arc by shifting the smaller side of the cut.
    fn shift(&mut self, inner: u32, outer: u32, cost: f64) {
        let cost = if self.is_source(inner) { cost } else { -cost };
        let sigma = self.potential[outer as usize] + cost - self.potential[inner as usize];
        let after = self.next[self.last[inner as usize] as usize];
        let inside = 2 * self.links[inner as usize].size as usize <= self.links.len();
        let (mut node, end, sigma) = if inside { (inner, after, sigma) } else { (after, inner, -sigma) };
        while node != end {
            self.potential[node as usize] += sigma;
            node = self.next[node as usize];
        }
    }

    #[cfg(test)]
    pub(crate) fn assert_consistent(&self, supply: &[u64], demand: &[u64]) {
        let nodes = self.links.len();
        let root = nodes - 1;
        let mut order = vec![root];
        let mut node = self.next[root] as usize;
        while node != root {
            assert_eq!(self.next[self.previous[node] as usize] as usize, node);
            order.push(node);
            node = self.next[node] as usize;
        }
        assert_eq!(order.len(), nodes);
        let mut size = vec![1u32; nodes];
        let mut last: Vec<usize> = (0..nodes).collect();
        let mut balance: Vec<i128> = supply.iter().map(|&s| i128::from(s)).collect();
        balance.extend(demand.iter().map(|&d| -i128::from(d)));
        balance.push(0);
        for &node in order[1..].iter().rev() {
            let Link { parent, flow, .. } = self.links[node];
            let parent = parent as usize;
            size[parent] += size[node];
            if last[parent] == parent {
                last[parent] = last[node];
            }
            let signed = if node < self.sources { i128::from(flow) } else { -i128::from(flow) };
            balance[node] -= signed;
            balance[parent] += signed;
            assert!(flow > 0 || node < self.sources, "an empty arc points away from the root");
        }
        assert!(balance.iter().all(|&b| b == 0));
        for node in 0..nodes {
            assert_eq!(self.links[node].size, size[node]);
            assert_eq!(self.last[node] as usize, last[node]);
        }
    }
}
