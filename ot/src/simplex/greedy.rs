//! A feasible start: mass goes greedily along given arcs.

/// Sends along `arcs`, in their order, as much as both ends still have.
///
/// Every arc kept uses up one of its ends, so the arcs form a forest in which each component has at most one node with
/// leftover mass: a basis for [`super::tree::Tree::new`].
pub(crate) fn forest(supply: &[u64], demand: &[u64], arcs: &[(u32, u32, f64)]) -> Vec<(u32, u32, u64, f64)> {
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
