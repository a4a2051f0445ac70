//! The switch of an instrumented copy: at most one fault a process is on, named by the environment.
//!
//! `LIP1_FAULT` is the number of the fault that is on; `LIP1_FAULTS_REACHED` names a file to which the number of every fault
//! is added whose place was passed.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

const NONE: usize = usize::MAX;

/// More places than there are faults.
const MOST: usize = 4_096;

static REACHED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

struct Settings {
    on: usize,
    reached: Option<PathBuf>,
}

fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| Settings {
        on: std::env::var("LIP1_FAULT").ok().and_then(|text| text.parse().ok()).unwrap_or(NONE),
        reached: std::env::var_os("LIP1_FAULTS_REACHED").map(PathBuf::from),
    })
}

/// Whether the fault of that number is on; remembers that its place was passed.
#[inline]
#[must_use]
pub fn active(fault: usize) -> bool {
    let settings = settings();
    if let (Some(file), Some(passed)) = (&settings.reached, REACHED.get(fault))
        && !passed.swap(true, Ordering::Relaxed)
        && let Ok(mut file) = OpenOptions::new().append(true).create(true).open(file)
    {
        // One write a line: several processes may add to one file.
        let _ = file.write_all(format!("{fault}\n").as_bytes());
    }
    settings.on == fault
}
