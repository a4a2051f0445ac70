//! What every spanning tree satisfies, checked from scratch; for tests.

use super::tree::{Link, Tree};

impl Tree {
    /// Panics unless thread, sizes, last nodes, flows and strong feasibility are what they should be.
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
        assert!(balance[..root].iter().all(|&b| b == 0), "flows meet supplies and demands");
        for node in 0..nodes {
            assert_eq!(self.links[node].size, size[node]);
            assert_eq!(self.last[node] as usize, last[node]);
        }
    }
}
