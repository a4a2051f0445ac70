use lip1_checks::experiments::defects::Defects;
use lip1_checks::experiments::{Experiment, Setting};
use lip1_checks::page::{self, Notebook};
use tempfile::tempdir;

use crate::claims::{CRASHING, FLIPPED, SQUARES};
use crate::run_whole;

fn page_of(claims: &[&'static lip1_checks::Claim]) -> String {
    page_with(claims, &[])
}

fn page_with(claims: &[&'static lip1_checks::Claim], notebooks: &[Notebook]) -> String {
    let defects = Defects::compute(&Defects::recipe(Setting::Quick)).unwrap();
    page::of(&run_whole(tempdir().unwrap().path(), claims, 2), &defects, notebooks)
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
    let page = page_of(&[&SQUARES, &FLIPPED, &CRASHING]);
    for claim in [&SQUARES, &FLIPPED, &CRASHING] {
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
    for text in ["holds", "refuted", "inconclusive", "panicked: on purpose", "1 of 3 verdicts"] {
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
    let page = page_of(&[&SQUARES, &FLIPPED, &CRASHING]);
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
    let cells = page.split("id=\"table-1\"").nth(1).unwrap().matches("<s>").count();
    assert_eq!(cells, 2 * lip1_checks::table_one::ROWS.len());
}
