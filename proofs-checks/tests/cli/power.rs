//! Claims under faults on purpose, each in a process of its own; with the feature `faults` alone.
//!
//! The stored table names who notices what. Here the cheapest claim that notices each fault, and for each claim its
//! cheapest fault, are run again.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;

use lip1_checks::claims::{self, CLAIMS};
use lip1_checks::power::{Power, Run, Tried};
use lip1_faults::Fault;
use serde_json::Value;

fn probe(claim: &str, how: &str, what: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lip1"));
    let output = command.args(["power", "--probe", claim, how, what]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every pair of a fault and its cheapest claim, and of a claim and its cheapest fault.
fn pairs(power: &Power) -> BTreeSet<(String, String)> {
    let cheapest = |runs: &mut dyn Iterator<Item = (String, Run)>| {
        runs.min_by(|one, other| one.1.seconds.total_cmp(&other.1.seconds))
            .map(|(fault, run)| (run.claim, fault))
    };
    let named = |fault: &Tried, run: &Run| (fault.name.clone(), run.clone());
    let of_faults =
        power.faults.iter().filter_map(|fault| cheapest(&mut fault.noticing().map(|run| named(fault, run))));
    let of_claims = power
        .claims
        .iter()
        .filter_map(|claim| cheapest(&mut power.noticed_by(claim).map(|(fault, run)| named(fault, run))));
    of_faults.chain(of_claims).collect()
}

#[test]
fn the_table_is_of_the_faults_there_are_and_each_is_noticed() {
    let power = claims::power::stored().unwrap();
    let stored: Vec<&str> = power.faults.iter().map(|fault| fault.name.as_str()).collect();
    let known: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    assert_eq!(stored, known);
    let unnoticed: Vec<&Tried> = power.faults.iter().filter(|fault| fault.noticing().count() == 0).collect();
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}

#[test]
fn every_claim_of_the_table_notices_a_fault() {
    let power = claims::power::stored().unwrap();
    let blind: Vec<&String> =
        power.claims.iter().filter(|claim| power.noticed_by(claim).count() == 0).collect();
    assert!(blind.is_empty(), "{blind:?}");
}

#[test]
fn every_registered_claim_is_in_the_table() {
    let power = claims::power::stored().unwrap();
    let missing: Vec<&str> = CLAIMS
        .iter()
        .map(|claim| claim.id)
        .filter(|id| !power.claims.iter().any(|known| known == id))
        .collect();
    assert!(missing.is_empty(), "{missing:?}: compute data/power.json again: {}", power.command);
}

#[test]
fn what_the_table_says_is_noticed_is_noticed_again() {
    let pairs: Vec<_> = pairs(claims::power::stored().unwrap()).into_iter().collect();
    let unnoticed = |pairs: &[(String, String)]| -> Vec<String> {
        let passes =
            |(claim, fault): &&(String, String)| probe(claim, "--fault", fault)["run"]["passes"] == true;
        pairs.iter().filter(passes).map(|(claim, fault)| format!("{claim} {fault}")).collect()
    };
    let (one, other) = pairs.split_at(pairs.len() / 2);
    let found = thread::scope(|scope| {
        let first = scope.spawn(|| unnoticed(one));
        [unnoticed(other), first.join().unwrap()].concat()
    });
    assert!(found.is_empty(), "not noticed: {found:?}");
}

#[test]
fn claims_edited_to_be_false_are_refuted_with_a_small_witness() {
    let edits = [
        ("M0", "|U(x) - U(y)| <= L |x - y|"),
        ("L3", "remainder <= constant z^2"),
        ("T1", "KR(f) / L <= W1"),
    ];
    for (claim, inequality) in edits {
        let found = probe(claim, "--flip", inequality);
        // A control may turn with the inequality, which makes the verdict inconclusive; the check is refuted all the same.
        assert!(found["run"]["by"].as_str().unwrap().ends_with("refuted"), "{claim}: {found}");
        assert_eq!(found["run"]["passes"], false, "{claim}: {found}");
        let witness = found["witness"].as_str().unwrap();
        assert!(!witness.is_empty() && witness.len() < SMALL, "{claim}: {witness}");
    }
}

/// Characters of a witness that a reader takes in at a glance.
const SMALL: usize = 300;
