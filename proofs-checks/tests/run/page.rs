use lip1_checks::page;
use tempfile::tempdir;

use crate::claims::{CRASHING, FLIPPED, SQUARES};
use crate::run_whole;

fn page_of(claims: &[&'static lip1_checks::Claim]) -> String {
    page::of(&run_whole(tempdir().unwrap().path(), claims, 2))
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
            assert!(page.contains(&name.replace('_', " ")), "{name}");
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
fn the_page_needs_no_network_and_no_script() {
    let page = page_of(&[&SQUARES]);
    for remote in ["src=", "<link", "<script", "@import", "url("] {
        assert!(!page.contains(remote), "{remote}");
    }
}
