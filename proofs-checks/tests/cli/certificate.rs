use std::fs;
use std::path::Path;

use tempfile::tempdir;

use crate::{json, run, stdout};

fn saved(folder: &Path) -> String {
    fs::write(folder.join("p.csv"), "0.1,0.7\n0.9,0.3\n0.4,0.2\n").unwrap();
    fs::write(folder.join("q.csv"), "0.6,0.6\n0.3,0.9\n0.2,0.1\n").unwrap();
    assert_eq!(run(folder, &["w1", "p.csv", "q.csv", "--certificate", "c.txt"]).status.code(), Some(0));
    fs::read_to_string(folder.join("c.txt")).unwrap()
}

/// The certificate with a number of a line replaced; the line is the only one that begins with `name`.
fn changed(certificate: &str, name: &str, field: usize, change: impl Fn(f64) -> String) -> String {
    let line = certificate.lines().find(|line| line.starts_with(name)).unwrap();
    let mut fields: Vec<String> = line.split(' ').map(str::to_owned).collect();
    fields[field] = change(fields[field].parse().unwrap());
    certificate.replace(line, &fields.join(" "))
}

#[test]
fn a_saved_certificate_passes() {
    let folder = tempdir().unwrap();
    saved(folder.path());
    let w1 = json(folder.path(), &["w1", "p.csv", "q.csv", "--json"]);
    let checked = json(folder.path(), &["check", "c.txt", "--json"]);
    assert_eq!((&checked["lower"], &checked["upper"]), (&w1["lower"], &w1["upper"]));
    assert_eq!(checked["status"], "accepted");
}

#[test]
fn a_certificate_changed_for_the_worse_is_refused() {
    let folder = tempdir().unwrap();
    let certificate = saved(folder.path());
    let text = |x: f64| format!("{x:?}");
    let mut worse = vec![
        changed(&certificate, "bracket", 1, |lower| text(lower.next_up())),
        changed(&certificate, "bracket", 2, |upper| text(upper.next_down())),
        changed(&certificate, "flows", 3, |mass| (mass as u64 + 1).to_string()),
        changed(&certificate, "flows", 2, |j| ((j as u64 + 1) % 3).to_string()),
    ];
    for i in 1..=3 {
        worse.push(changed(&certificate, "u ", i, |u| text(u - 1e-3)));
        worse.push(changed(&certificate, "v ", i, |v| text(v - 1e-3)));
    }
    for (index, certificate) in worse.iter().enumerate() {
        fs::write(folder.path().join("c.txt"), certificate).unwrap();
        let output = run(folder.path(), &["check", "c.txt"]);
        assert_eq!(output.status.code(), Some(1), "{index}: {certificate}");
        assert!(stdout(&output).starts_with("refused: "), "{index}");
    }
}
