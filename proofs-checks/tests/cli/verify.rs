use std::fs;

use tempfile::tempdir;

use crate::{json, ledger, lip1, run, stderr, stdout};

#[test]
fn verify_prints_the_table_and_writes_the_ledger_and_the_page() {
    let folder = tempdir().unwrap();
    let output = run(folder.path(), &["verify", "L3"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("1 of 1 verdicts as expected"));
    let out = folder.path().join("target/lip1");
    let ledger = ledger(&out);
    assert_eq!(ledger["claims"][0]["verdict"], "holds");
    assert_eq!(ledger["seed"], "0");
    assert_eq!(ledger["claims"][0]["checks"][0]["seed"], "0");
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    for remote in ["src=", "href=\"http", "@import", "url("] {
        assert!(!page.contains(remote), "{remote}");
    }
    let explained = run(folder.path(), &["claims", "l3"]);
    assert!(stdout(&explained).contains("Last verdict: holds"));
}

#[test]
fn the_ledger_is_the_same_with_one_and_with_two_threads() {
    let folder = tempdir().unwrap();
    for (threads, out) in [("1", "one"), ("2", "two")] {
        let output = run(folder.path(), &["verify", "L3", "M0", "--threads", threads, "--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    assert_eq!(ledger(&folder.path().join("one")), ledger(&folder.path().join("two")));
}

#[test]
fn shards_reported_together_equal_the_whole() {
    let folder = tempdir().unwrap();
    let whole = json(folder.path(), &["verify", "L3", "--out", "whole", "--json"]);
    assert_eq!(whole["claims"].as_array().unwrap().len(), 1);
    for index in 0..4 {
        let (shard, out) = (format!("{index}/4"), format!("part{index}"));
        let answer = json(folder.path(), &["verify", "L3", "--shard", &shard, "--out", &out, "--json"]);
        assert_eq!(answer["shard"], shard);
    }
    let output = run(folder.path(), &["report", "part0", "part1", "part2", "part3", "--out", "all"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(ledger(&folder.path().join("all")), ledger(&folder.path().join("whole")));
    let missing = run(folder.path(), &["report", "part0", "part2", "part3"]);
    assert_eq!((missing.status.code(), stderr(&missing).as_str()), (Some(2), "lip1: shard 1/4 is missing\n"));
}

#[test]
fn shards_that_are_missing_doubled_or_of_another_run_are_refused() {
    let folder = tempdir().unwrap();
    let part = |shard: &str, out: &str, more: &[&str]| {
        json(folder.path(), &[&["verify", "L3", "--json", "--shard", shard, "--out", out], more].concat());
    };
    part("0/2", "a", &[]);
    part("1/2", "b", &[]);
    part("0/2", "again", &[]);
    part("1/2", "seed", &["--seed", "1"]);
    part("1/2", "budget", &["--budget", "standard"]);
    part("1/3", "split", &[]);
    for (folders, says) in [
        (&["a"][..], "shard 1/2 is missing"),
        (&["b"], "shard 0/2 is missing"),
        (&["a", "b", "a"], "a: shard 0/2 again, which is in a"),
        (&["a", "again", "b"], "again: shard 0/2 again, which is in a"),
        (&["a", "seed"], "seed: another seed"),
        (&["a", "budget"], "budget: another budget"),
        (&["a", "split"], "split: another number of shards"),
    ] {
        let output = run(folder.path(), &[&["report", "--out", "all"], folders].concat());
        let said = (output.status.code(), stderr(&output));
        assert_eq!(said, (Some(2), format!("lip1: {says}\n")), "{folders:?}");
        assert!(!folder.path().join("all").exists());
    }
    assert_eq!(run(folder.path(), &["report", "b", "a", "--out", "all"]).status.code(), Some(0));
}

#[test]
fn a_finished_shard_is_kept_and_its_result_told_again() {
    let folder = tempdir().unwrap();
    for json in [&[][..], &["--json"]] {
        let _ = fs::remove_dir_all(folder.path().join("out"));
        let shard = |more: &[&str]| {
            let verify = ["verify", "M0", "L3", "--shard", "1/3", "--out", "out"];
            let output = run(folder.path(), &[&verify[..], json, more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            (stdout(&output), stderr(&output), fs::read(folder.path().join("out/ledger.jsonl")).unwrap())
        };
        let (first, kept) = (shard(&[]), shard(&[]));
        assert_eq!((&kept.0, &kept.2), (&first.0, &first.2));
        assert!(kept.1.contains("--fresh") && kept.1.lines().count() == 1, "{}", kept.1);
        let fresh = shard(&["--fresh"]);
        assert!(fresh.0 == first.0 && fresh.2 != first.2, "nothing was timed anew");
        assert_eq!(shard(&[]).2, fresh.2);
    }
}

#[test]
fn a_whole_run_that_is_finished_is_run_again() {
    let folder = tempdir().unwrap();
    for more in [&[][..], &["--fresh"]] {
        let verify = || {
            json(folder.path(), &[&["verify", "M0", "--out", "out", "--json"], more].concat());
            fs::read(folder.path().join("out/ledger.jsonl")).unwrap()
        };
        assert_ne!(verify(), verify(), "nothing was timed anew");
    }
}

#[test]
fn the_seed_reaches_the_checks_and_64_bits_of_it_survive() {
    let folder = tempdir().unwrap();
    let seed = u64::MAX.to_string();
    json(folder.path(), &["verify", "L3", "--json", "--seed", &seed, "--out", "one"]);
    json(folder.path(), &["verify", "L3", "--json", "--out", "two"]);
    let (one, two) = (ledger(&folder.path().join("one")), ledger(&folder.path().join("two")));
    assert_eq!(one["seed"], seed);
    let slacks = |ledger: &serde_json::Value| ledger["claims"][0]["checks"][1]["witness"].clone();
    assert_ne!(slacks(&one), slacks(&two));
}

#[test]
fn a_line_of_the_ledger_says_what_reproduces_it() {
    let folder = tempdir().unwrap();
    json(
        folder.path(),
        &["verify", "T3", "M0", "--json", "--budget", "standard", "--seed", "12", "--out", "one"],
    );
    let first = ledger(&folder.path().join("one"));
    for claim in first["claims"].as_array().unwrap() {
        for line in ["checks", "controls"].iter().flat_map(|list| claim[list].as_array().unwrap()) {
            assert_eq!((&line["budget"], &line["seed"]), (&"standard".into(), &"12".into()));
        }
        let line = &claim["controls"][0];
        let said = [&claim["id"], &line["budget"], &line["seed"]].map(|value| value.as_str().unwrap());
        let [id, budget, seed] = said;
        json(folder.path(), &["verify", id, "--json", "--budget", budget, "--seed", seed, "--out", "again"]);
        assert_eq!(ledger(&folder.path().join("again"))["claims"][0], *claim, "{id}");
    }
    assert!(first["claims"][0]["tightest"]["witness"].is_string());
}

#[test]
fn a_claim_is_explained_with_what_the_last_run_found() {
    let folder = tempdir().unwrap();
    json(folder.path(), &["verify", "T3", "--json", "--seed", "3"]);
    let text = stdout(&run(folder.path(), &["claims", "t3"]));
    for part in ["Hypotheses:", "holds: exhaustive", " rejected\n", "lip1 verify T3 --budget quick --seed 3"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn proptest_cases_is_written_into_the_ledger_and_must_be_a_count() {
    let folder = tempdir().unwrap();
    let with = |cases: &str| {
        lip1(folder.path(), &["verify", "L3", "--json"]).env("PROPTEST_CASES", cases).output().unwrap()
    };
    let ledger: serde_json::Value = serde_json::from_slice(&with("5").stdout).unwrap();
    assert_eq!(ledger["proptest_cases"], 5);
    assert_eq!(with("many").status.code(), Some(2));
}

#[test]
fn every_claim_is_listed() {
    let folder = tempdir().unwrap();
    let listed = json(folder.path(), &["claims", "--json"]);
    let ids: Vec<&str> =
        listed["claims"].as_array().unwrap().iter().map(|claim| claim["id"].as_str().unwrap()).collect();
    let registered: Vec<&str> = lip1_checks::claims::CLAIMS.iter().map(|claim| claim.id).collect();
    assert_eq!(ids, registered);
}

#[test]
fn the_page_leads_to_the_notebooks_that_lie_beside_it() {
    let folder = tempdir().unwrap();
    let page = || {
        json(folder.path(), &["verify", "M0", "--json", "--out", "out"]);
        fs::read_to_string(folder.path().join("out/index.html")).unwrap()
    };
    assert!(!page().contains("notebooks/"));
    let notebooks = folder.path().join("out/notebooks");
    fs::create_dir(&notebooks).unwrap();
    for (name, text) in
        [("1-b.html", "<title>1 · B</title>"), ("0-a.html", "<title>0 · A</title>"), ("other.txt", "")]
    {
        fs::write(notebooks.join(name), text).unwrap();
    }
    let links = "<a href=\"notebooks/0-a.html\">0 · A</a> <a href=\"notebooks/1-b.html\">1 · B</a>";
    assert!(page().contains(links));
}

#[test]
fn false_sentences_of_the_paper_are_the_same_from_a_ledger_and_without_one() {
    let folder = tempdir().unwrap();
    let refuted = ["claims", "--refuted", "--json"];
    let computed = run(folder.path(), &refuted);
    assert!(stderr(&computed).contains("checking "), "{}", stderr(&computed));
    let list: serde_json::Value = serde_json::from_slice(&computed.stdout).unwrap();
    let false_ones = list["refuted"].as_array().unwrap();
    let lower = false_ones.iter().find(|said| said["claim"] == "V2" && said["label"] == "a").unwrap();
    assert_eq!((&lower["whose"], &lower["number"]), (&"author".into(), &"Prop 10".into()));
    assert_eq!(lower["refuted_by"][0], "the_transcribed_lower_bound_holds_in_large_cubes");
    assert_eq!(lower["correction"]["verdict"], "holds");
    assert!(lower["witness"].as_str().unwrap().contains("35"));

    let concerned: Vec<&str> = lip1_checks::claims::CLAIMS
        .iter()
        .filter(|claim| claim.expected.name() == "holds-corrected" || claim.expected.name() == "refuted")
        .map(|claim| claim.id)
        .collect();
    let verified = run(folder.path(), &[&["verify"], &concerned[..]].concat());
    assert_eq!(verified.status.code(), Some(0), "{}", stderr(&verified));
    let stored = run(folder.path(), &refuted);
    assert_eq!((stderr(&stored).as_str(), stdout(&stored)), ("", stdout(&computed)));
    let told = stdout(&run(folder.path(), &["claims", "--refuted"]));
    for text in [
        "are false.\n\n",
        "\n\nV2 (a), the author's, Prop 10: ",
        "  False, for example: ",
        "  True instead (a'): ",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
}
