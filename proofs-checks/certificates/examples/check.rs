//! The sceptic's program: reads a saved certificate, has the kernel check it, prints what was proved.
//!
//! `cargo run --release -p lip1-certificates --example check -- FILE` (`-` is standard input) builds the kernel and the reader
//! of certificates, and nothing else. A certificate whose check may take more than `1e9 + 10 b^2` steps of about a nanosecond, `b` its
//! size in bytes, is refused. Exit status: 0 accepted, 1 refused, 2 bad usage or bad input.

#![expect(clippy::print_stdout, reason = "a program prints its answer")]

use std::ffi::OsStr;
use std::fmt::Display;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use lip1_kernel::{Claim, Limits, Refusal, Theorem};

fn main() -> ExitCode {
    match checked() {
        Ok(Ok(theorem)) => {
            println!("accepted: {}", in_words(&theorem));
            ExitCode::SUCCESS
        }
        Ok(Err(refusal)) => {
            println!("refused: {refusal}");
            ExitCode::from(1)
        }
        Err(message) => {
            eprintln!("check: {message}");
            ExitCode::from(2)
        }
    }
}

/// What the kernel says of the certificate that the command line names, or why there is none.
fn checked() -> Result<Result<Theorem<Claim>, Refusal>, String> {
    let mut arguments = env::args_os().skip(1);
    let (Some(file), None) = (arguments.next(), arguments.next()) else {
        return Err("usage: check FILE (`-` is standard input)".to_owned());
    };
    let named = |error: &dyn Display| format!("{}: {error}", Path::new(&file).display());
    let text = contents(&file).map_err(|error| named(&error))?;
    let certificate = lip1_certificates::read(&text).map_err(|error| named(&error))?;
    Ok(certificate.check(Limits::of_file(text.len())))
}

fn contents(file: &OsStr) -> io::Result<String> {
    if file != "-" {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

fn in_words(claim: &Claim) -> String {
    let Claim { kind, lower, upper } = claim;
    if upper.is_finite() {
        format!("{kind} in [{lower:?}, {upper:?}]")
    } else {
        format!("{kind} at least {lower:?}")
    }
}
