//! The page of small claims made for the purpose: everything is on it, every link leads somewhere, markup is text.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's failure is a panic")]

#[path = "../../../harness/tests/run/claims.rs"]
mod claims;

use lip1_harness::ledger::Ledger;
use lip1_harness::run::{self, Header, Settings, Shard};
use lip1_harness::{Budget, Claim, Verdict};
use lip1_report::{Cell, Defect, Notebook, Row, Shown};

use claims::{CORRECTED, CORRECTED_TOOTHLESS, CRASHING, FLIPPED, SQUARES, TOOTHLESS};

const SETTINGS: Settings = Settings { seed: 7, budget: Budget::Quick, cases: None };

/// A row of which one entry is borne out, and the other is not.
fn row() -> Row {
    let cell = |says, verdict, standing| Cell {
        says,
        rests_on: &["S1", "S9"],
        verdict,
        standing,
        because_of: vec!["S1"],
    };
    Row {
        question: "Are squares negative?",
        all_net: cell("Yes, all.", Verdict::Inconclusive, "open"),
        lip_net: cell("No, none.", Verdict::HoldsCorrected, "borne out as corrected"),
    }
}

fn defect() -> Defect {
    Defect {
        place: "Fig 0".into(),
        quantity: "a <norm>".into(),
        defect: "the sign is lost".into(),
        published: None,
        reproduced: -2.5,
        corrected: 12_345.0,
    }
}

fn page_of(claims: &[&'static Claim]) -> String {
    page_with(claims, &[])
}

fn page_with(claims: &[&'static Claim], notebooks: &[Notebook]) -> String {
    let jobs = run::jobs(claims);
    let records: Vec<_> = jobs.iter().map(|job| job.run(SETTINGS)).collect();
    let header = Header::new("program", SETTINGS, claims, Shard::WHOLE);
    let ledger = Ledger::new(&header, &jobs, &records).unwrap();
    let (table_one, defects) = ([row()], [defect()]);
    let shown = Shown { ledger: &ledger, table_one: &table_one, defects: &defects, power: None, notebooks };
    lip1_report::of(&shown)
}

#[test]
fn notebooks_are_linked_where_there_are_any() {
    let notebook = Notebook { address: "notebooks/0-a.html".into(), title: "0 · A <tour>".into() };
    let link = "<a href=\"notebooks/0-a.html\">0 · A &lt;tour&gt;</a>";
    assert!(page_with(&[&SQUARES], &[notebook]).contains(link));
    assert!(!page_of(&[&SQUARES]).contains("aria-label=\"Notebooks\""));
}

#[test]
fn the_page_shows_every_claim_check_control_and_verdict() {
    let page = page_of(&[&SQUARES, &FLIPPED, &TOOTHLESS, &CRASHING]);
    for claim in [&SQUARES, &FLIPPED, &TOOTHLESS, &CRASHING] {
        assert!(
            page.contains(&format!("href=\"#{}\"", claim.id))
                && page.contains(&format!("id=\"{}\"", claim.id))
        );
        let names = claim
            .checks
            .iter()
            .map(|check| check.name)
            .chain(claim.controls.iter().map(|control| control.name));
        for name in names {
            let sentence = format!("{}.", name.replace('_', " "));
            assert!(page.to_lowercase().contains(&sentence), "{name}");
        }
    }
    for text in ["holds", "refuted", "inconclusive", "panicked: on purpose", "1 of 4 verdicts"] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn what_looks_like_markup_is_text() {
    let page = page_of(&[&SQUARES]);
    assert!(page.contains("A &lt;b&gt;title&lt;/b&gt;") && !page.contains("A <b>title</b>"));
}

#[test]
fn the_page_needs_no_network() {
    let page = page_of(&[&SQUARES]);
    for remote in ["src=", "<link rel=\"style", "@import", "url(", "fetch(", "import("] {
        assert!(!page.contains(remote), "{remote}");
    }
    for address in page.split("href=\"").skip(1) {
        assert!(address.starts_with('#') || address.starts_with("data:,\""), "{}", &address[..20]);
    }
}

#[test]
fn every_link_inside_the_page_leads_somewhere() {
    let page = page_of(&[&SQUARES, &FLIPPED, &CRASHING, &CORRECTED]);
    for address in page.split("href=\"#").skip(1) {
        let anchor = address.split('"').next().unwrap();
        assert_eq!(page.matches(&format!(" id=\"{anchor}\"")).count(), 1, "{anchor}");
    }
}

#[test]
fn a_claim_opens_to_its_formula_its_hypotheses_and_the_command_that_reproduces_it() {
    let page = page_of(&[&SQUARES]);
    for text in
        ["<math", "the exponent is even", "lip1 verify S1 --budget quick --seed 7", "Tightest instance"]
    {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn what_no_claim_bears_out_is_struck_out_in_table_one() {
    let page = page_of(&[&SQUARES]);
    let table = page.split("id=\"table-1\"").nth(1).unwrap();
    assert!(table.contains("<s>Yes, all.</s>") && !table.contains("<s>No, none.</s>"));
    for text in
        ["No, none.", ">open</span>", ">borne out as corrected</span> (S1)", "<a href=\"#S1\">S1</a>, S9"]
    {
        assert!(table.contains(text), "{text}");
    }
}

#[test]
fn a_defect_is_shown_with_what_it_was_and_what_it_should_be() {
    let page = page_of(&[&SQUARES]);
    for text in ["<b>Fig 0</b>: a &lt;norm&gt;", "not printed", "-2.5000", "1.234e4", "the sign is lost"] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_page_begins_with_what_is_false_and_what_is_true_instead() {
    let page = page_of(&[&SQUARES, &CORRECTED]);
    let (first, rest) = page.split_once("2 of 2 verdicts").unwrap();
    for text in [
        "2 sentences of the paper were examined: 1 holds and 1 is false.",
        "<a href=\"#S5-a\"><b>S5 (a)</b></a> <span class=\"verdict refuted\">refuted</span>",
        "Squares are &lt;i&gt;negative&lt;/i&gt;. (the author's, Prop 0)",
        "False, for example: <code>x = ",
        "<b>True instead</b> (<a href=\"#S5-a'\">a'</a>): Squares are not negative.",
        "“squares are negative”, refuted; “squares of intervals”, holds.",
        "<a href=\"#defects\">1 figure of",
    ] {
        assert!(first.contains(text), "{text}: {first}");
    }
    assert!(rest.contains(" id=\"S5-a\"") && rest.contains(" id=\"S5-a'\""));
}

#[test]
fn a_page_without_a_false_sentence_says_so_and_lists_none() {
    for claim in [&SQUARES, &CORRECTED_TOOTHLESS] {
        let page = page_of(&[claim]);
        assert!(
            page.contains("none is false.")
                && !page.contains("class=\"falsehoods\"")
                && !page.contains("True instead")
        );
    }
}
