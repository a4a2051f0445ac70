//! The pivot: one arc enters the spanning tree, one leaves.
//!
//! The choice of the leaving arc keeps the tree strongly feasible (Cunningham 1976), which rules out cycling in exact
//! arithmetic.

use super::tree::{NONE, Tree};

/// The arc that leaves the tree, from a node to its parent.
struct LeavingArc {
    /// The arc's lower node.
    node: u32,
    /// Mass on it, which the cycle is relieved of.
    flow: u64,
    /// Whether it lies between the entering arc's source and the join.
    on_source_side: bool,
}

impl Tree {
    /// Lets the arc from source `i` to sink `j` of the given cost enter the tree.
    ///
    /// `O(depth + smaller side of the cut)`.
    pub(crate) fn pivot(&mut self, i: usize, j: usize, cost: f64) {
        let (source, sink) = (i as u32, (self.sources + j) as u32);
        let join = self.find_join(source, sink);
        let leaving = self.find_leaving_arc(source, sink, join);
        self.update_flows(source, sink, join, leaving.flow);
        let (inner, outer) = if leaving.on_source_side { (source, sink) } else { (sink, source) };
        self.update_tree(inner, outer, &leaving, join, cost);
        self.update_potentials(inner, outer, cost);
        // Once in as many pivots as there are nodes costs little, and keeps the drift of the shifts below what pricing sees.
        self.age += 1;
        if self.age >= self.links.len() {
            self.refresh_potentials();
        }
    }

    fn is_source(&self, node: u32) -> bool {
        (node as usize) < self.sources
    }

    fn parent(&self, node: u32) -> u32 {
        self.links[node as usize].parent
    }

    /// The lowest common ancestor: the smaller subtree cannot contain the other node.
    fn find_join(&self, mut a: u32, mut b: u32) -> u32 {
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

    /// The last blocking arc of the cycle, walked from the join down to the source and from the sink up.
    fn find_leaving_arc(&self, source: u32, sink: u32, join: u32) -> LeavingArc {
        let mut leaving = LeavingArc { node: source, flow: u64::MAX, on_source_side: true };
        let mut node = source;
        while node != join {
            let link = self.links[node as usize];
            if self.is_source(node) && link.flow < leaving.flow {
                leaving = LeavingArc { node, flow: link.flow, on_source_side: true };
            }
            node = link.parent;
        }
        node = sink;
        while node != join {
            let link = self.links[node as usize];
            if !self.is_source(node) && link.flow <= leaving.flow {
                leaving = LeavingArc { node, flow: link.flow, on_source_side: false };
            }
            node = link.parent;
        }
        leaving
    }

    /// Sends `delta` round the cycle: over the entering arc, up from the sink and down to the source.
    fn update_flows(&mut self, source: u32, sink: u32, join: u32, delta: u64) {
        if delta > 0 {
            self.push_flow(source, join, delta, false);
            self.push_flow(sink, join, delta, true);
        }
    }

    /// Sends `delta` along the path from `node` to `join`, upwards or downwards.
    fn push_flow(&mut self, mut node: u32, join: u32, delta: u64, upwards: bool) {
        while node != join {
            let with = self.is_source(node) == upwards;
            let link = &mut self.links[node as usize];
            link.flow = if with { link.flow + delta } else { link.flow - delta };
            node = link.parent;
        }
    }

    /// Cuts the subtree below the leaving arc off, re-roots it at `inner` and hangs it from `outer`.
    fn update_tree(&mut self, inner: u32, outer: u32, leaving: &LeavingArc, join: u32, cost: f64) {
        let &LeavingArc { node: out, flow, .. } = leaving;
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
        self.update_last(outer, out, old_parent, old_previous, old_last, join);
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
    fn link(&mut self, a: u32, b: u32) {
        self.next[a as usize] = b;
        self.previous[b as usize] = a;
    }

    /// Moves the subtree of `top`, a contiguous piece of the thread, behind `outer`.
    fn move_subtree(&mut self, top: u32, outer: u32, previous: u32, last: u32) {
        if self.next[outer as usize] == top {
            return;
        }
        let after = self.next[last as usize];
        self.link(previous, after);
        let after = self.next[outer as usize];
        self.link(outer, top);
        self.link(last, after);
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
        self.rethreaded.clear();
        self.rethreaded.push(outer);
        while stem != out {
            let following = self.parent(stem);
            self.next[last as usize] = following;
            self.rethreaded.push(last);
            let before = self.previous[stem as usize];
            self.link(before, after);
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
        self.link(last, resume);
        self.last[out as usize] = last;
        if old_previous != outer {
            self.link(old_previous, after);
        }
        for k in 0..self.rethreaded.len() {
            let node = self.rethreaded[k];
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
    fn update_last(
        &mut self,
        outer: u32,
        out: u32,
        old_parent: u32,
        old_previous: u32,
        old_last: u32,
        join: u32,
    ) {
        let new_last = self.last[out as usize];
        let stop = if self.last[join as usize] == outer { join } else { NONE };
        let mut node = outer;
        while node != NONE && self.last[node as usize] == outer {
            self.last[node as usize] = new_last;
            node = self.parent(node);
        }
        let replacement = if join != old_previous && outer != old_previous { old_previous } else { new_last };
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
    fn update_potentials(&mut self, inner: u32, outer: u32, cost: f64) {
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        #[expect(clippy::float_cmp, reason = "integers in floating point")]
        fn pivots_keep_the_tree_consistent(
            supply in prop::collection::vec(1u64..5, 1..9),
            demand in prop::collection::vec(1u64..5, 1..9),
            arcs in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..4), 0..60),
        ) {
            // Totals need not agree: the artificial arcs carry the rest.
            let (n, m) = (supply.len(), demand.len());
            let mut tree = Tree::new(&supply, &demand, &[], |_| 10.0);
            tree.assert_consistent(&supply, &demand);
            for (i, j, cost) in arcs {
                let (i, j) = (i.index(n), j.index(m));
                let reduced = f64::from(cost) - tree.u()[i] + tree.v()[j];
                if reduced < 0.0 {
                    tree.pivot(i, j, f64::from(cost));
                    tree.assert_consistent(&supply, &demand);
                    // Small integers are exact; shifting the root's side moves all values by one constant.
                    let updated = tree.clone();
                    tree.refresh_potentials();
                    let constant = updated.u()[0] - tree.u()[0];
                    prop_assert!(updated.u().iter().zip(tree.u()).all(|(a, b)| a - b == constant));
                    prop_assert!(updated.v().iter().zip(tree.v()).all(|(a, b)| a - b == constant));
                }
            }
        }
    }
}
