//! `lip1 experiment`: an experiment of the paper, performed anew.

use std::path::PathBuf;

use lip1_checks::experiments::{self, News, Setting, Statement};
use lip1_checks::outputs::Outputs;

use super::progress::Progress;
use super::{Answer, Failure, choice, output};

/// Perform an experiment of the paper: results in JSON and CSV, pictures in SVG; exit status 1 if something expected
/// does not come out. A run that was interrupted goes on where it stopped.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The experiment; without one, the list of all
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// How much of it is done
    #[arg(long, value_parser = choice::setting(), default_value = Setting::Quick.name())]
    budget: Setting,
    /// Where a folder with the results is made
    #[arg(long, value_name = "DIR", default_value = "target/lip1/experiments")]
    out: PathBuf,
    /// Parts that are worked on at the same time
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// Write tables and pictures anew from the results that are there
    #[arg(long, conflicts_with_all = ["budget", "threads"])]
    redraw: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let Some(id) = self.id else {
            let list = experiments::ALL.iter().map(|entry| format!("{:8} {}\n", entry.id, entry.title));
            return Ok(Answer::passed(list.collect()));
        };
        let unknown = || Failure::new(format!("no experiment `{id}` (`lip1 experiment` lists them)"));
        let entry = experiments::by_id(&id).ok_or_else(unknown)?;
        let folder = self.out.join(entry.id.to_lowercase());
        let mut shown: Option<Progress> = None;
        let mut tell = |news: News<'_>| match news {
            News::Notice(said) => eprintln!("lip1: {said}"),
            News::Stage { done, total } => shown = Some(Progress::after(done, entry.id, total)),
            News::Part { done, last } => {
                if let Some(stage) = &shown {
                    stage.show(done, format_args!("last {last}"));
                }
            }
        };
        let (outcome, outputs) = if self.redraw {
            (entry.redraw(&folder), Outputs::default())
        } else {
            // The tables and pictures are known when the results are; all files are examined once more then.
            let outputs = output::examine_folder(&folder, &[], &["results.json"], false)?;
            (entry.perform(self.budget, &folder, self.threads, &mut tell), outputs)
        };
        drop(shown);
        let outcome = outcome.map_err(Failure::new)?;
        let mut text = format!("{}: {}, {} setting\n", entry.id, entry.title, outcome.setting.name());
        for table in &outcome.tables {
            text += &format!("\n{}\n{}", table.title, table.text());
        }
        text += &format!("\n{}\n", Statement::table(&outcome.statements).text());
        for file in &outcome.files {
            text += &format!("{}\n", folder.join(file).display());
        }
        let holds = outcome.statements.iter().all(|statement| statement.holds);
        Ok(Answer::judged(text, holds).beside(&outputs))
    }
}
