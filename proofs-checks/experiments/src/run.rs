//! One run of an experiment: its setting, its folder, its finished parts.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{fs, io, thread};

use lip1_harness::CheckError;
use lip1_harness::run::program_hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use lip1_harness::outputs;
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

/// A run in a folder of its own. Finished parts are files there; a later run with the same program and recipes takes
/// them over, so that an interrupted run goes on where it stopped.
pub struct Run<'a> {
    folder: PathBuf,
    threads: usize,
    program: String,
    say: &'a mut dyn FnMut(&str),
}

impl<'a> Run<'a> {
    /// A run that keeps its parts in `folder`, works on `threads` threads and tells `say` how far it is.
    ///
    /// # Errors
    /// When the folder can't be made or the running program can't be read.
    pub fn new(
        folder: impl Into<PathBuf>,
        threads: usize,
        say: &'a mut dyn FnMut(&str),
    ) -> Result<Self, CheckError> {
        let folder = folder.into();
        fs::create_dir_all(folder.join("parts")).map_err(CheckError::during("folder of the run"))?;
        let program = program_hash().map_err(CheckError::during("hash of the program"))?;
        Ok(Self { folder, threads, program, say })
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
        let mut done: Vec<Option<T>> =
            recipes.iter().map(|recipe| self.kept(&name(recipe), recipe)).collect::<Result<_, _>>()?;
        let todo: Vec<usize> = (0..recipes.len()).filter(|&k| done[k].is_none()).collect();
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, finished) = mpsc::channel();
        let work = || {
            let sender = sender.clone();
            while !stop.load(Ordering::Relaxed) {
                let Some(&k) = todo.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                if sender.send((k, compute(&recipes[k]))).is_err() {
                    break;
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.threads.clamp(1, todo.len().max(1)) {
                scope.spawn(work);
            }
            for (count, (k, part)) in finished.iter().take(todo.len()).enumerate() {
                let name = name(&recipes[k]);
                let kept = part.and_then(|part| self.keep(&name, &recipes[k], &part).map(|()| part));
                match kept {
                    Ok(part) => done[k] = Some(part),
                    Err(error) => {
                        stop.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
                let known = recipes.len() - todo.len();
                (self.say)(&format!("{}/{}, last {name}", known + count + 1, recipes.len()));
            }
            Ok(())
        })?;
        let missing = || CheckError::Instance("a part of the run is missing".into());
        done.into_iter().map(|part| part.ok_or_else(missing)).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("parts").join(format!("{name}.json"))
    }

    fn kept<R: Serialize, T: DeserializeOwned>(
        &self,
        name: &str,
        recipe: &R,
    ) -> Result<Option<T>, CheckError> {
        let text = match fs::read(self.path(name)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(CheckError::during("kept part")(error)),
        };
        // A part that can't be read, or is another's, is computed anew.
        let Ok(Value::Object(mut part)) = serde_json::from_slice(&text) else { return Ok(None) };
        let same = part.get("program").and_then(Value::as_str) == Some(self.program.as_str())
            && part.get("recipe") == Some(&value_of(recipe)?);
        let result = part.remove("result").filter(|_| same);
        Ok(result.and_then(|result| serde_json::from_value(result).ok()))
    }

    fn keep<R: Serialize, T: Serialize>(&self, name: &str, recipe: &R, result: &T) -> Result<(), CheckError> {
        let part = json!({"program": self.program, "recipe": value_of(recipe)?, "result": value_of(result)?});
        outputs::replace(&self.path(name), part.to_string().as_bytes())
            .map_err(CheckError::during("a part of the run"))
    }
}

/// A value as it is written to a file and read again.
pub(super) fn value_of(value: &impl Serialize) -> Result<Value, CheckError> {
    let text = serde_json::to_string(value).map_err(CheckError::during("JSON"))?;
    serde_json::from_str(&text).map_err(CheckError::during("JSON"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use lip1_harness::CheckError;

    use super::Run;

    #[test]
    fn finished_parts_are_not_repeated_and_others_are() {
        let folder = tempfile::tempdir().unwrap();
        let calls = AtomicUsize::new(0);
        let count = |recipes: &[u32]| -> Vec<u32> {
            let mut say = |_: &str| {};
            let mut run = Run::new(folder.path(), 2, &mut say).unwrap();
            let part = |n: &u32| {
                calls.fetch_add(1, Ordering::Relaxed);
                Ok(n * n)
            };
            run.parts(recipes, |n| format!("square-{}", n % 10), part).unwrap()
        };
        assert_eq!((count(&[1, 2, 3]), calls.load(Ordering::Relaxed)), (vec![1, 4, 9], 3));
        assert_eq!((count(&[1, 2, 3, 4]), calls.load(Ordering::Relaxed)), (vec![1, 4, 9, 16], 4));
        // The same name, another recipe.
        assert_eq!((count(&[11, 2]), calls.load(Ordering::Relaxed)), (vec![121, 4], 5));
        // A torn file.
        std::fs::write(folder.path().join("parts/square-2.json"), "{\"recipe\"").unwrap();
        assert_eq!((count(&[2]), calls.load(Ordering::Relaxed)), (vec![4], 6));
    }

    #[test]
    fn a_part_that_fails_fails_the_run_and_what_was_finished_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut say = |_: &str| {};
        let mut run = Run::new(folder.path(), 1, &mut say).unwrap();
        let part = |n: &u32| if *n < 2 { Ok(*n) } else { Err(CheckError::Instance("no".into())) };
        assert!(run.parts(&[0, 1, 2, 3], |n| n.to_string(), part).is_err());
        assert!(folder.path().join("parts/1.json").exists() && !folder.path().join("parts/3.json").exists());
    }
}
