//! The program `lip1`: results on standard output, progress and errors on standard error.
//!
//! Exit status: 0 as expected, 1 a verdict that is not, 2 bad usage or bad input, 130 interrupted.

mod commands;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use commands::{Answer, Command, Failure, verify};

/// Checks every result of "The Many Faces of 1-Lipschitz Neural Networks" by computation.
///
/// Without a command: `lip1 verify`.
#[derive(Debug, Parser)]
#[command(name = "lip1", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    let answer = match Cli::try_parse() {
        Ok(cli) => cli.command.unwrap_or(Command::Verify(verify::Arguments::default())).run(),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Ok(Answer::passed(error.render().to_string()))
        }
        Err(error) => Err(Failure::usage(&error)),
    };
    match answer.and_then(|answer| answer.print().map(|()| answer)) {
        Ok(answer) => ExitCode::from(answer.status),
        Err(failure) => {
            eprintln!("lip1: {failure}");
            ExitCode::from(2)
        }
    }
}

impl Answer {
    /// Prints the whole answer at once; a reader that went away is no failure.
    fn print(&self) -> Result<(), Failure> {
        let mut stream: Box<dyn Write> =
            if self.aside { Box::new(io::stderr().lock()) } else { Box::new(io::stdout().lock()) };
        match stream.write_all(self.text.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error)),
            _ => Ok(()),
        }
    }
}
