//! One run of an experiment: its setting, its folder, its finished parts.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lip1_harness::CheckError;
use lip1_harness::run::program_hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use lip1_harness::pool;
use lip1_harness::store::{self, Again, Share, Store};

/// How much of an experiment is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// Seconds: enough to see that everything works.
    #[default]
    Quick,
    /// Minutes: the figures that the notebooks show.
    Full,
}

impl Setting {
    /// Every setting, the quicker first.
    pub const ALL: [Self; 2] = [Self::Quick, Self::Full];

    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }

    /// One of two values.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// The name of the store of finished parts in the folder of a run.
const PARTS: &str = "parts.jsonl";

/// What finished parts belong to. Their recipes are theirs alone: those of both settings lie side by side.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Header {
    schema: u32,
    program: String,
}

impl Header {
    const SCHEMA: u32 = 1;
}

impl store::Header for Header {
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let differs = [(self.schema != other.schema, "format"), (self.program != other.program, "program")];
        differs.into_iter().find_map(|(differs, what)| differs.then_some(what))
    }
}

/// A finished part.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    name: String,
    recipe: Value,
    result: Value,
}

/// What a run has to tell while it is at work.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// That a file was set aside.
    Notice(&'a str),
    /// That a stage of the run begins.
    Stage {
        /// Parts taken over.
        done: usize,
        /// Parts in all.
        total: usize,
    },
    /// That another part of the stage is finished.
    Part {
        /// Parts finished, those taken over included.
        done: usize,
        /// The part that was finished last.
        last: &'a str,
    },
}

/// Told what a run has to tell.
pub type Tell<'a> = &'a mut (dyn FnMut(News<'_>) + Send);

/// A run in a folder of its own, where it keeps finished parts; a later run of the same program takes over those of its
/// recipes, so that an interrupted run goes on where it stopped.
pub struct Run<'a> {
    folder: PathBuf,
    threads: usize,
    parts: Store<Header, Part>,
    tell: Tell<'a>,
}

impl<'a> Run<'a> {
    /// A run that keeps its parts in `folder` and works on `threads` threads.
    ///
    /// # Errors
    /// When the folder or the store of parts can't be made, another run holds it, or the running program can't be read.
    pub fn new(folder: impl Into<PathBuf>, threads: usize, tell: Tell<'a>) -> Result<Self, CheckError> {
        let folder = folder.into();
        let program = program_hash().map_err(CheckError::during("hash of the program"))?;
        let header = Header { schema: Header::SCHEMA, program };
        let parts = Store::at(folder.join(PARTS), &header, Again::Keep, |_| Share::Part)
            .map_err(CheckError::during("parts of the run"))?;
        if let Some(notice) = parts.set_aside() {
            tell(News::Notice(notice));
        }
        Ok(Self { folder, threads, parts, tell })
    }

    /// Where the run writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One part: taken over if it was finished by the same program from the same recipe, else computed and kept.
    ///
    /// # Errors
    /// When the computation fails or the part can't be kept.
    pub fn part<R: Serialize + Sync, T: Serialize + DeserializeOwned + Send>(
        &mut self,
        name: &str,
        recipe: &R,
        compute: impl Fn(&R) -> Result<T, CheckError> + Sync,
    ) -> Result<T, CheckError> {
        let parts = self.parts(&[recipe], |_| name.to_owned(), |recipe| compute(recipe))?;
        parts.into_iter().next().ok_or_else(|| CheckError::Instance(format!("no part {name}")))
    }

    /// One part a recipe, in the order of the recipes.
    ///
    /// # Errors
    /// When a computation fails or a part can't be kept; those that are running are finished first.
    pub fn parts<R: Serialize + Sync, T: Serialize + DeserializeOwned + Send>(
        &mut self,
        recipes: &[R],
        name: impl Fn(&R) -> String,
        compute: impl Fn(&R) -> Result<T, CheckError> + Sync,
    ) -> Result<Vec<T>, CheckError> {
        let mut done: Vec<Option<T>> = Vec::new();
        let mut todo = Vec::new();
        for (place, recipe) in recipes.iter().enumerate() {
            let (name, value) = (name(recipe), value_of(recipe)?);
            done.push(self.kept(&name, &value));
            if done.last().is_some_and(Option::is_none) {
                todo.push((place, name, value));
            }
        }
        let known = recipes.len() - todo.len();
        if !todo.is_empty() {
            (self.tell)(News::Stage { done: known, total: recipes.len() });
        }
        let so_far = Mutex::new((&mut self.parts, &mut *self.tell, known));
        let new = pool::each(self.threads, &todo, |(place, name, recipe)| {
            let result = compute(&recipes[*place])?;
            let part = Part { name: name.clone(), recipe: recipe.clone(), result: value_of(&result)? };
            let mut so_far = so_far.lock().unwrap_or_else(PoisonError::into_inner);
            let (parts, tell, done) = &mut *so_far;
            parts.append(&part).map_err(CheckError::during("a part of the run"))?;
            *done += 1;
            tell(News::Part { done: *done, last: name });
            Ok::<_, CheckError>(result)
        })?;
        for ((place, _, _), result) in todo.iter().zip(new) {
            done[*place] = Some(result);
        }
        let missing = || CheckError::Instance("a part of the run is missing".into());
        done.into_iter().map(|part| part.ok_or_else(missing)).collect()
    }

    /// What is kept of that name and recipe, unless it is of a type that it has no longer.
    fn kept<T: DeserializeOwned>(&self, name: &str, recipe: &Value) -> Option<T> {
        let part = self.parts.resumed().iter().find(|part| part.name == name && part.recipe == *recipe)?;
        T::deserialize(&part.result).ok()
    }
}

/// A value as it is written to a file and read again.
pub(super) fn value_of(value: &impl Serialize) -> Result<Value, CheckError> {
    let text = serde_json::to_string(value).map_err(CheckError::during("JSON"))?;
    serde_json::from_str(&text).map_err(CheckError::during("JSON"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use lip1_harness::CheckError;
    use tempfile::tempdir;

    use super::{News, PARTS, Run};

    /// The squares of numbers as parts of a run, and how many of them had to be computed.
    fn squares(folder: &Path, numbers: &[u32]) -> (Vec<u32>, usize) {
        let calls = AtomicUsize::new(0);
        let mut tell = |_: News<'_>| {};
        let mut run = Run::new(folder, 2, &mut tell).unwrap();
        let square = |n: &u32| {
            calls.fetch_add(1, Ordering::Relaxed);
            Ok(n * n)
        };
        let found = run.parts(numbers, |n| format!("square-{}", n % 10), square).unwrap();
        (found, calls.load(Ordering::Relaxed))
    }

    #[test]
    fn finished_parts_are_not_repeated_and_others_are() {
        let folder = tempdir().unwrap();
        assert_eq!(squares(folder.path(), &[1, 2, 3]), (vec![1, 4, 9], 3));
        assert_eq!(squares(folder.path(), &[1, 2, 3, 4]), (vec![1, 4, 9, 16], 1));
        // The same name, another recipe.
        assert_eq!(squares(folder.path(), &[11, 2]), (vec![121, 4], 1));
        assert_eq!(squares(folder.path(), &[1, 11, 4]), (vec![1, 121, 16], 0));
    }

    #[test]
    fn a_run_cut_at_any_byte_loses_the_part_that_it_cuts_and_no_other() {
        let folder = tempdir().unwrap();
        squares(folder.path(), &[1, 2, 3]);
        let bytes = fs::read(folder.path().join(PARTS)).unwrap();
        let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(ends(&bytes), 4, "a header and three parts");
        for cut in 0..=bytes.len() {
            let folder = tempdir().unwrap();
            fs::write(folder.path().join(PARTS), &bytes[..cut]).unwrap();
            let kept = ends(&bytes[..cut]).saturating_sub(1);
            assert_eq!(squares(folder.path(), &[1, 2, 3]), (vec![1, 4, 9], 3 - kept), "cut at {cut}");
            assert_eq!(squares(folder.path(), &[1, 2, 3]), (vec![1, 4, 9], 0), "cut at {cut}");
        }
    }

    #[test]
    fn parts_of_another_program_are_set_aside_and_that_is_said() {
        let folder = tempdir().unwrap();
        squares(folder.path(), &[1]);
        let (path, aside) = (folder.path().join(PARTS), folder.path().join("parts.1.jsonl"));
        let other = fs::read_to_string(&path).unwrap().replacen("\"program\":\"", "\"program\":\"0", 1);
        fs::write(&path, &other).unwrap();
        let mut said = Vec::new();
        let mut tell = |news: News<'_>| said.push(format!("{news:?}"));
        drop(Run::new(folder.path(), 1, &mut tell).unwrap());
        assert!(said.len() == 1 && said[0].contains("another program"), "{said:?}");
        assert_eq!(fs::read_to_string(aside).unwrap(), other);
        assert_eq!(squares(folder.path(), &[1]), (vec![1], 1));
    }

    #[test]
    fn two_runs_cannot_share_a_folder() {
        let folder = tempdir().unwrap();
        let (mut one, mut other) = (|_: News<'_>| {}, |_: News<'_>| {});
        let _first = Run::new(folder.path(), 1, &mut one).unwrap();
        let second = Run::new(folder.path(), 1, &mut other).map(drop);
        assert!(second.unwrap_err().to_string().contains("another run"));
    }

    #[test]
    fn a_part_that_fails_fails_the_run_and_what_was_finished_stays() {
        let folder = tempdir().unwrap();
        let mut tell = |_: News<'_>| {};
        let mut run = Run::new(folder.path(), 1, &mut tell).unwrap();
        let part = |n: &u32| if *n < 2 { Ok(*n) } else { Err(CheckError::Instance("no".into())) };
        assert!(run.parts(&[0, 1, 2, 3], |n| format!("square-{n}"), part).is_err());
        drop(run);
        let kept = fs::read_to_string(folder.path().join(PARTS)).unwrap();
        assert!(kept.contains("square-1") && !kept.contains("square-3"));
    }
}
