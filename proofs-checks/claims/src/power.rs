//! Which claims notice which faults: the table that `proofs-checks/faults/run` computed.

use std::sync::OnceLock;

use lip1_harness::power::Power;

/// The table as it is stored.
static FILE: &str = include_str!("../data/power.json");

/// The stored table; `None` if there is none yet.
pub fn stored() -> Option<&'static Power> {
    static PARSED: OnceLock<Option<Power>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(FILE).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use crate::CLAIMS;

    #[test]
    fn every_registered_claim_is_in_the_table_and_notices_a_fault() {
        let power = super::stored().unwrap();
        let ids: Vec<&str> = CLAIMS.iter().map(|claim| claim.id).collect();
        assert_eq!(power.claims, ids, "compute the table again: {}", power.command);
        let blind: Vec<&&str> = ids.iter().filter(|id| power.noticed_by(id).next().is_none()).collect();
        assert!(blind.is_empty(), "{blind:?}");
    }

    #[test]
    fn every_fault_is_noticed_by_a_claim() {
        let power = super::stored().unwrap();
        let unnoticed = power.faults.iter().filter(|fault| fault.noticing().next().is_none());
        let unnoticed: Vec<&str> = unnoticed.map(|fault| fault.name.as_str()).collect();
        assert!(unnoticed.is_empty(), "{unnoticed:?}");
    }
}
