#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::{TempDir, tempdir};

use crate::{ledger, lip1, model, run, stderr, stdout};

/// Two clouds in the plane, the second with classes, and a model.
fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "0,0\n1,0\n").unwrap();
    fs::write(folder.path().join("q.csv"), "0,1\n1,1\n").unwrap();
    fs::write(folder.path().join("d.csv"), "0,0,0\n0,1,0\n4,0,1\n4,1,1\n").unwrap();
    fs::copy(model("dense"), folder.path().join("m")).unwrap();
    folder
}

/// Each command that writes a single file, without the file's name, and its inputs.
const SINGLE: &[(&[&str], &[&str])] = &[
    (&["w1", "p.csv", "q.csv", "--plan"], &["p.csv", "q.csv"]),
    (&["w1", "p.csv", "q.csv", "--potential"], &["p.csv", "q.csv"]),
    (&["w1", "p.csv", "q.csv", "--svg"], &["p.csv", "q.csv"]),
    (&["w1", "p.csv", "q.csv", "--certificate"], &["p.csv", "q.csv"]),
    (&["hkr", "p.csv", "q.csv", "--margin", "1", "--lambda", "1", "--certificate"], &["p.csv", "q.csv"]),
    (&["bce", "p.csv", "q.csv", "--tau", "1", "--certificate"], &["p.csv", "q.csv"]),
    (&["lipschitz", "m", "--certificate"], &["m"]),
    (&["vc", "points", "p.csv", "--margin", "0.1", "--certificate"], &["p.csv"]),
    (
        &["train", "d.csv", "--test", "q.csv", "--loss", "cce", "--hidden", "2", "--epochs", "1", "--out"],
        &["d.csv", "q.csv"],
    ),
];

/// Where `--test` reads the clouds, their second coordinate is the class.
fn with_classes(folder: &Path) {
    fs::write(folder.join("q.csv"), "0,1,0\n1,1,1\n").unwrap();
}

fn single(folder: &Path, command: &[&str], out: &str) -> Output {
    if command[0] == "train" {
        with_classes(folder);
    }
    run(folder, &[command, &[out]].concat())
}

fn written(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
}

/// Status 2, one line, and every file as it was.
fn refused(folder: &Path, arguments: &[&str], says: &str) {
    let before = snapshot(folder);
    let output = run(folder, arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", stdout(&output));
    assert!(said.lines().count() == 1 && said.contains(says), "{arguments:?}: {said}");
    assert_eq!(snapshot(folder), before, "{arguments:?}");
}

/// Names, kinds and bytes of all that lies in a folder.
fn snapshot(folder: &Path) -> Vec<(String, bool, Option<Vec<u8>>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let regular = fs::metadata(&path).is_ok_and(|there| there.is_file());
        let bytes = if regular { fs::read(&path).ok() } else { None };
        (path.display().to_string(), path.is_symlink(), bytes)
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    entries
}

#[test]
fn a_link_is_followed_and_its_target_replaced() {
    for (command, _) in SINGLE {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("elsewhere")).unwrap();
        fs::write(path("elsewhere/old"), "old").unwrap();
        symlink("elsewhere/old", path("link")).unwrap();
        symlink("link", path("link to the link")).unwrap();
        symlink("elsewhere/new", path("dangling")).unwrap();
        written(&single(folder.path(), command, "link to the link"));
        assert!(path("link").is_symlink() && path("link to the link").is_symlink(), "{command:?}");
        let replaced = fs::read(path("elsewhere/old")).unwrap();
        assert_ne!(replaced, b"old", "{command:?}");
        written(&single(folder.path(), command, "dangling"));
        assert!(path("dangling").is_symlink(), "{command:?}");
        assert_eq!(fs::read(path("elsewhere/new")).unwrap(), replaced, "{command:?}");
    }
}

#[test]
fn devices_and_pipes_are_written_to() {
    for (command, _) in SINGLE {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        symlink("/dev/null", path("null")).unwrap();
        written(&single(folder.path(), command, "null"));
        assert!(path("null").is_symlink() && path("null").metadata().unwrap().file_type().is_char_device());

        written(&single(folder.path(), command, "file"));
        assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        let pipe = path("pipe");
        let reader = thread::spawn(move || fs::read(pipe).unwrap());
        written(&single(folder.path(), command, "pipe"));
        assert_eq!(reader.join().unwrap(), fs::read(path("file")).unwrap(), "{command:?}");
        assert!(path("pipe").metadata().unwrap().file_type().is_fifo());
    }
}

#[test]
fn a_device_may_be_named_twice_where_it_swallows_everything_and_a_full_one_leaves_nothing_behind() {
    let folder = folder();
    let w1 = ["w1", "p.csv", "q.csv", "--plan"];
    written(&run(folder.path(), &[&w1[..], &["/dev/null", "--potential", "/dev/null"]].concat()));
    let arguments = [&w1[..], &["plan.csv", "--potential", "/dev/full"]].concat();
    refused(folder.path(), &arguments, "/dev/full: ");
}

#[test]
fn standard_output_under_another_name_is_not_replaced() {
    for name in ["/proc/self/fd/1", "stdout.txt"] {
        for (command, _) in SINGLE {
            let folder = folder();
            let path = |name: &str| folder.path().join(name);
            symlink(name, path("link")).unwrap();
            written(&single(folder.path(), command, "file"));
            let mut command = lip1(folder.path(), &[command, &["link"][..]].concat());
            let stdout = File::create(path("stdout.txt")).unwrap();
            let status = command.stdout(stdout).stderr(Stdio::null()).status().unwrap();
            assert_eq!(status.code(), Some(0), "{command:?}");
            assert!(path("link").is_symlink(), "{command:?}");
            assert_eq!(fs::read(path("stdout.txt")).unwrap(), fs::read(path("file")).unwrap(), "{command:?}");
        }
    }
}

#[test]
fn a_dash_is_standard_output_and_what_is_said_goes_to_standard_error() {
    for (command, _) in SINGLE {
        let folder = folder();
        let file = single(folder.path(), command, "file");
        let dash = single(folder.path(), command, "-");
        written(&dash);
        assert_eq!(dash.stdout, fs::read(folder.path().join("file")).unwrap(), "{command:?}");
        let said = stdout(&file).replace("\nfile\n", "\n-\n");
        assert!(!said.is_empty() && stderr(&dash).ends_with(&said), "{command:?}: {}", stderr(&dash));
        assert!(!folder.path().join("-").exists(), "{command:?}");
    }
}

#[test]
fn standard_output_holds_one_thing() {
    let folder = folder();
    for (command, _) in SINGLE.iter().filter(|(command, _)| command[0] != "train") {
        for name in ["-", "/dev/stdout", "/proc/self/fd/1"] {
            refused(folder.path(), &[command, &[name, "--json"][..]].concat(), "standard output");
        }
    }
    for (one, other) in [("-", "-"), ("-", "/dev/stdout"), ("/proc/self/fd/1", "-")] {
        let arguments = ["w1", "p.csv", "q.csv", "--plan", one, "--potential", other];
        refused(folder.path(), &arguments, "standard output");
    }
}

#[test]
fn an_output_never_replaces_an_input() {
    for (command, inputs) in SINGLE {
        for input in *inputs {
            let folder = folder();
            let path = |name: &str| folder.path().join(name);
            symlink(input, path("link")).unwrap();
            fs::hard_link(path(input), path("hard")).unwrap();
            fs::create_dir(path("inner")).unwrap();
            let absolute = path(input).display().to_string();
            if command[0] == "train" {
                with_classes(folder.path());
            }
            let dotted = format!("./inner/../{input}");
            for name in [*input, &format!("./{input}"), &dotted, &absolute, "link", "hard"] {
                refused(folder.path(), &[command, &[name][..]].concat(), "input");
            }
        }
    }
}

#[test]
fn standard_input_is_not_replaced_either() {
    let folder = folder();
    symlink("/proc/self/fd/0", folder.path().join("link")).unwrap();
    let before = snapshot(folder.path());
    for name in ["p.csv", "link"] {
        let mut command = lip1(folder.path(), &["w1", "-", "q.csv", "--plan", name]);
        let output = command.stdin(File::open(folder.path().join("p.csv")).unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("input"), "{}", stderr(&output));
    }
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn two_outputs_of_a_command_are_two_files() {
    const OPTIONS: [&str; 4] = ["--plan", "--potential", "--svg", "--certificate"];
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a"), "a").unwrap();
    fs::hard_link(path("a"), path("hard")).unwrap();
    symlink("a", path("link")).unwrap();
    symlink("new", path("dangling")).unwrap();
    symlink(folder.path(), path("inner")).unwrap();
    let absolute = path("new").display().to_string();
    for (one, other) in [
        ("a", "a"),
        ("a", "./a"),
        ("a", "hard"),
        ("a", "link"),
        ("link", "hard"),
        ("a", "inner/a"),
        ("new", "new"),
        ("new", "./new"),
        ("new", "dangling"),
        ("inner/new", "dangling"),
        ("dangling", &absolute),
    ] {
        for (k, first) in OPTIONS.iter().enumerate() {
            let second = OPTIONS[(k + 1) % OPTIONS.len()];
            refused(folder.path(), &["w1", "p.csv", "q.csv", first, one, second, other], "two outputs");
        }
    }
}

#[test]
fn names_that_differ_in_case_are_two_files_where_the_folder_says_so() {
    let folder = folder();
    fs::write(folder.path().join("probe"), "").unwrap();
    let arguments = ["w1", "p.csv", "q.csv", "--plan", "Out", "--potential", "oUT"];
    if folder.path().join("PROBE").exists() {
        refused(folder.path(), &arguments, "two outputs");
    } else {
        written(&run(folder.path(), &arguments));
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read("Out").starts_with("i,j,mass") && read("oUT").starts_with("side,row,value"));
    }
}

#[test]
fn outputs_are_checked_before_any_work() {
    let folder = folder();
    fs::write(folder.path().join("p.csv"), "not a number\n").unwrap();
    fs::write(folder.path().join("d.csv"), "not a number\n").unwrap();
    fs::write(folder.path().join("m"), "no model\n").unwrap();
    for (command, _) in SINGLE {
        refused(folder.path(), &[command, &["none/out"][..]].concat(), "none: no such folder");
        refused(folder.path(), &[command, &["."][..]].concat(), "a folder");
        refused(folder.path(), &[command, &["new/"][..]].concat(), "new/: ");
        refused(folder.path(), &[command, &["p.csv/new"][..]].concat(), "p.csv/new: ");
        let long = "x".repeat(300);
        refused(folder.path(), &[command, &[&long[..]][..]].concat(), "x: ");
    }
}

#[test]
fn a_write_that_fails_leaves_every_file_as_it_was() {
    for (command, _) in SINGLE {
        let folder = folder();
        if command[0] == "train" {
            with_classes(folder.path());
        }
        fs::write(folder.path().join("out"), "old").unwrap();
        let before = snapshot(folder.path());
        // No file may grow: the same to a writer as a disk that is full.
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
        let program = env!("CARGO_BIN_EXE_lip1");
        let mut limited = Command::new("sh");
        limited.current_dir(folder.path()).args(["-c", script, "sh", program]).args(*command).arg("out");
        let output = limited.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty() && stderr(&output).contains("out: "), "{}", stderr(&output));
        assert_eq!(snapshot(folder.path()), before, "{command:?}");
    }
}

#[test]
fn an_output_has_the_permissions_of_an_ordinary_file() {
    for (command, _) in SINGLE {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        let mode = |name: &str| path(name).metadata().unwrap().mode() & 0o7777;
        fs::write(path("ordinary"), "").unwrap();
        written(&single(folder.path(), command, "new"));
        assert_eq!(mode("new"), mode("ordinary"), "{command:?}");
        fs::set_permissions(path("new"), fs::Permissions::from_mode(0o604)).unwrap();
        written(&single(folder.path(), command, "new"));
        assert_eq!(mode("new"), 0o604, "{command:?}");
    }
}

/// Commands that write into a folder, without the folder's name.
const IN_A_FOLDER: &[(&[&str], &str)] = &[
    (&["verify", "M0", "--out"], "ledger.json"),
    (&["verify", "M0", "--out"], "index.html"),
    (&["report", "part", "--out"], "ledger.json"),
    (&["report", "part", "--out"], "index.html"),
    (&["experiment", "defects", "--out"], "defects/results.json"),
    (&["experiment", "defects", "--out"], "defects/defects.csv"),
];

fn with_part(folder: &Path) {
    written(&run(folder, &["verify", "M0", "--out", "part"]));
}

#[test]
fn a_link_in_a_folder_of_results_is_followed() {
    let folder = tempdir().unwrap();
    with_part(folder.path());
    let path = |name: &str| folder.path().join(name);
    fs::write(path("target"), "old").unwrap();
    for (command, name) in IN_A_FOLDER {
        let _ = fs::remove_dir_all(path("out"));
        let link = path("out").join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(path("target"), &link).unwrap();
        fs::write(path("target"), "old").unwrap();
        written(&run(folder.path(), &[command, &["out"][..]].concat()));
        assert!(link.is_symlink() && fs::read(path("target")).unwrap() != b"old", "{command:?} {name}");
    }
    assert_eq!(ledger(&path("part"))["claims"][0]["id"], "M0");
}

#[test]
fn a_folder_of_results_is_not_standard_output() {
    let folder = tempdir().unwrap();
    with_part(folder.path());
    for (command, _) in IN_A_FOLDER {
        refused(folder.path(), &[command, &["-"][..]].concat(), "a folder");
    }
}

#[test]
fn a_merged_ledger_never_replaces_a_journal_that_it_is_made_of() {
    let folder = tempdir().unwrap();
    with_part(folder.path());
    let path = |name: &str| folder.path().join(name);
    let journal = fs::read(path("part/ledger.jsonl")).unwrap();
    for name in ["ledger.json", "index.html"] {
        for link in
            [|from: &Path, to: &Path| symlink(from, to), |from: &Path, to: &Path| fs::hard_link(from, to)]
        {
            let _ = fs::remove_dir_all(path("out"));
            fs::create_dir(path("out")).unwrap();
            link(&path("part/ledger.jsonl"), &path("out").join(name)).unwrap();
            let output = run(folder.path(), &["report", "part", "--out", "out"]);
            assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
            assert!(stderr(&output).contains("input"), "{}", stderr(&output));
            assert_eq!(fs::read(path("part/ledger.jsonl")).unwrap(), journal);
        }
    }
}

#[test]
fn the_files_of_a_folder_of_results_are_different_ones() {
    let folder = tempdir().unwrap();
    with_part(folder.path());
    let path = |name: &str| folder.path().join(name);
    for (command, target, link) in [
        (&["verify", "M0", "--out"][..], "ledger.json", "index.html"),
        (&["verify", "M0", "--out"], "ledger.jsonl", "index.html"),
        (&["verify", "M0", "--shard", "0/2", "--out"], "elsewhere/", "ledger.jsonl"),
        (&["report", "part", "--out"], "ledger.json", "index.html"),
        (&["experiment", "defects", "--out"], "defects/defects.csv", "defects/results.json"),
    ] {
        let _ = fs::remove_dir_all(path("out"));
        fs::create_dir_all(path("out/defects")).unwrap();
        fs::create_dir_all(path("out/elsewhere")).unwrap();
        symlink(path("out").join(target), path("out").join(link)).unwrap();
        let output = run(folder.path(), &[command, &["out"]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
        assert!(!path("out/ledger.json").exists() && !path("out/defects/results.json").is_file());
    }
}

#[test]
fn redrawing_does_not_replace_the_results_that_it_reads() {
    let folder = tempdir().unwrap();
    written(&run(folder.path(), &["experiment", "defects", "--out", "out"]));
    let results = folder.path().join("out/defects/results.json");
    let before = fs::metadata(&results).unwrap().ino();
    written(&run(folder.path(), &["experiment", "defects", "--out", "out", "--redraw"]));
    assert_eq!(fs::metadata(&results).unwrap().ino(), before);
}
