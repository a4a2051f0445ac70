//! Files that a command writes.
//!
//! A link is followed and its target replaced, as a whole and at once; devices and pipes are written to; `-` is
//! standard output. An output takes the place neither of an input nor of another output of the same command, whatever
//! names lead there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

mod place;

use place::{Identity, Place};

/// The name of standard output, and of standard input among inputs.
const STANDARD: &str = "-";

/// What files are called until they are whole.
const UNFINISHED: &str = ".lip1-";

/// Why outputs cannot be where they are wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A file cannot be written.
    #[error("{}: {source}", name.display())]
    File {
        /// Its name.
        name: PathBuf,
        /// The I/O error.
        source: io::Error,
    },
    /// Its folder is not there.
    #[error("{}: no such folder", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder has the name.
    #[error("{}: a folder, where a file is to be written", name.display())]
    Folder {
        /// The name.
        name: PathBuf,
    },
    /// An output is an input.
    #[error("{}: is the input {}, which an output never replaces", name.display(), input.display())]
    Input {
        /// The output.
        name: PathBuf,
        /// The input.
        input: PathBuf,
    },
    /// Two outputs are one file.
    #[error("{}: two outputs in one place{}", name.display(), where_else(name, other))]
    Twice {
        /// The second.
        name: PathBuf,
        /// The first.
        other: PathBuf,
    },
}

fn where_else(name: &Path, other: &Path) -> String {
    let standard = Path::new(STANDARD);
    match (name == standard || other == standard, name == other) {
        (true, _) => format!(", {} is standard output", other.display()),
        (false, true) => String::new(),
        (false, false) => format!(", {} is the same", other.display()),
    }
}

/// A file to write.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, or `-`.
    pub name: PathBuf,
    /// What it is to hold.
    pub contents: Vec<u8>,
}

impl File {
    /// A file of text or bytes.
    pub fn new(name: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), contents: contents.into() }
    }
}

/// The outputs of a command, examined before its work begins and again before they are written.
#[derive(Debug, Default)]
pub struct Outputs {
    inputs: Vec<PathBuf>,
    to_standard_output: bool,
}

impl Outputs {
    /// Examines the outputs of a command that reads `inputs`; nothing is left behind.
    ///
    /// # Errors
    /// When one could not be written, is an input, or two are one.
    pub fn new<I: AsRef<Path>, O: AsRef<Path>>(
        inputs: impl IntoIterator<Item = I>,
        names: impl IntoIterator<Item = O>,
    ) -> Result<Self, OutputError> {
        let inputs = inputs.into_iter().map(|input| input.as_ref().to_owned()).collect();
        let names: Vec<PathBuf> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
        let mut outputs = Self { inputs, ..Self::default() };
        let places = outputs.places(&names)?;
        outputs.to_standard_output = places.iter().any(|place| matches!(place, Place::StandardOutput));
        rehearse(&names, &places)?;
        Ok(outputs)
    }

    /// Whether one of them is standard output, under this or another name.
    pub fn to_standard_output(&self) -> bool {
        self.to_standard_output
    }

    /// Writes all files: none takes its place before every one is whole on the disk.
    ///
    /// # Errors
    /// As [`Outputs::new`], and when a file cannot be written.
    pub fn write(&self, files: &[File]) -> Result<(), OutputError> {
        let names: Vec<PathBuf> = files.iter().map(|file| file.name.clone()).collect();
        let places = self.places(&names)?;
        let mut prepared = Vec::new();
        for (file, place) in files.iter().zip(&places) {
            if let Place::Regular(target) = place {
                let whole = prepare(target, &file.contents).map_err(failed(&file.name))?;
                prepared.push((&file.name, target, whole));
            }
        }
        // What is poured into a pipe cannot be taken back, but it can fail before anything is replaced.
        for (file, place) in files.iter().zip(&places) {
            pour(place, &file.contents).map_err(failed(&file.name))?;
        }
        for (name, target, whole) in prepared {
            whole.persist(target).map_err(|error| failed(name)(error.error))?;
        }
        Ok(())
    }

    fn places(&self, names: &[PathBuf]) -> Result<Vec<Place>, OutputError> {
        let inputs: Vec<(&PathBuf, Identity)> =
            self.inputs.iter().filter_map(|input| Some((input, Identity::of_input(input)?))).collect();
        let mut seen: Vec<(&PathBuf, Identity)> = Vec::new();
        let mut places = Vec::new();
        for name in names {
            let place = Place::of(name)?;
            if let Some(identity) = place.identity() {
                if let Some((input, _)) = inputs.iter().find(|(_, input)| *input == identity) {
                    return Err(OutputError::Input { name: name.clone(), input: (*input).clone() });
                }
                if let Some((other, _)) = seen.iter().find(|(_, other)| *other == identity) {
                    return Err(OutputError::Twice { name: name.clone(), other: (*other).clone() });
                }
                seen.push((name, identity));
            }
            places.push(place);
        }
        Ok(places)
    }
}

/// Writes a single file that no input and no other output can be.
///
/// # Errors
/// When it cannot be written.
pub fn replace(name: &Path, contents: &[u8]) -> Result<(), OutputError> {
    Outputs::default().write(&[File::new(name, contents)])
}

fn failed(name: &Path) -> impl Fn(io::Error) -> OutputError {
    move |source| OutputError::File { name: name.to_owned(), source }
}

/// Makes empty files of all names in a temporary folder beside them: the file system itself tells what it cannot make,
/// and which names are one to it, as `a` and `A` are to some.
fn rehearse(names: &[PathBuf], places: &[Place]) -> Result<(), OutputError> {
    let mut folders: BTreeMap<&Path, Vec<(&OsStr, &PathBuf)>> = BTreeMap::new();
    for (name, place) in names.iter().zip(places) {
        if let Place::Regular(target) = place
            && let (Some(folder), Some(last)) = (target.parent(), target.file_name())
        {
            folders.entry(folder).or_default().push((last, name));
        }
    }
    for (folder, files) in folders {
        let first = files.first().map_or(folder, |(_, name)| name);
        let trial =
            Builder::new().prefix(UNFINISHED).tempdir_in(folder).map_err(plain).map_err(failed(first))?;
        for (k, (last, name)) in files.iter().enumerate() {
            match fs::File::create_new(trial.path().join(last)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let same = |(other, _): &&(&OsStr, &PathBuf)| last.eq_ignore_ascii_case(other);
                    let other = files.iter().take(k).find(same).map_or(first, |(_, name)| name);
                    return Err(OutputError::Twice { name: (*name).clone(), other: other.to_owned() });
                }
                made => made.map(drop).map_err(failed(name))?,
            }
        }
    }
    Ok(())
}

/// The error without the name of a temporary file.
fn plain(error: io::Error) -> io::Error {
    error.kind().into()
}

/// A file beside the target, whole and on the disk, with the permissions that the target has or would get; it is
/// removed unless it takes the target's place.
fn prepare(target: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut whole = builder.tempfile_in(target.parent().unwrap_or(target)).map_err(plain)?;
    if let Ok(there) = fs::metadata(target) {
        like(whole.as_file(), &there)?;
    }
    whole.as_file_mut().write_all(contents)?;
    whole.as_file().sync_all()?;
    Ok(whole)
}

#[cfg(unix)]
fn like(file: &fs::File, there: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
        // The superuser alone may give a file away; others become the owner of what they replace.
        let _ = fchown(file, Some(there.uid()), Some(there.gid()));
    }
    file.set_permissions(there.permissions())
}

#[cfg(not(unix))]
fn like(file: &fs::File, there: &Metadata) -> io::Result<()> {
    file.set_permissions(there.permissions())
}

/// Into what is no regular file. A reader of standard output that went away is no failure.
fn pour(place: &Place, contents: &[u8]) -> io::Result<()> {
    match place {
        Place::Regular(_) => Ok(()),
        Place::Nowhere(name) | Place::Stream(name, _) => {
            OpenOptions::new().write(true).open(name)?.write_all(contents)
        }
        Place::StandardOutput => {
            let mut stdout = io::stdout().lock();
            match stdout.write_all(contents).and_then(|()| stdout.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            }
        }
    }
}
