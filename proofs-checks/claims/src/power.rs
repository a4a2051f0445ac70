//! Which claims notice which faults: the table that `lip1 power` computed, in a build with the feature `faults`.

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
    #[test]
    fn the_stored_table_can_be_read() {
        let power = super::stored().unwrap();
        assert!(power.noticed_by("T1").count() > 0);
    }
}
