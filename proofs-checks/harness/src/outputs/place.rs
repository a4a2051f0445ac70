//! Where an output ends up, whatever names lead there.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf, is_separator};

use super::{OutputError, STANDARD, failed};

/// Where an output ends up.
#[derive(Debug)]
pub(super) enum Place {
    StandardOutput,
    /// The device that keeps nothing, so that it holds any number of outputs.
    Nowhere(PathBuf),
    /// Another device, or a pipe.
    Stream(PathBuf, Identity),
    /// A regular file behind all links, there or not.
    Regular(PathBuf),
}

impl Place {
    pub(super) fn of(name: &Path) -> Result<Self, OutputError> {
        if name == Path::new(STANDARD) {
            return Ok(Place::StandardOutput);
        }
        let text = name.to_string_lossy();
        match fs::metadata(name) {
            Ok(there) if there.is_dir() => Err(OutputError::Folder { name: name.to_owned() }),
            Ok(_) if fs::canonicalize(name).is_ok_and(|path| path == Path::new("/dev/null")) => {
                Ok(Place::Nowhere(name.to_owned()))
            }
            Ok(there) if is_standard_output(&there) => Ok(Place::StandardOutput),
            Ok(there) if !there.is_file() => Ok(Place::Stream(name.to_owned(), Identity::of(&there, name))),
            Err(_) if text.ends_with(is_separator) => Err(OutputError::Folder { name: name.to_owned() }),
            there => {
                let target = behind_links(name)?;
                if there.is_ok() {
                    // An ordinary writer would be stopped by what protects the file; its folder alone would not stop us.
                    OpenOptions::new().write(true).open(&target).map_err(failed(name))?;
                }
                Ok(Place::Regular(target))
            }
        }
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        match self {
            Place::StandardOutput => Some(Identity::StandardOutput),
            Place::Nowhere(_) => None,
            Place::Stream(_, identity) => Some(identity.clone()),
            Place::Regular(target) => Some(match fs::metadata(target) {
                Ok(there) => Identity::of(&there, target),
                Err(_) => Identity::Path(target.clone()),
            }),
        }
    }
}

/// What two names of one file have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    StandardOutput,
    /// Device and number of the file on it.
    Node(u64, u64),
    /// The path without links, of what is not there or where files have no numbers.
    Path(PathBuf),
}

impl Identity {
    fn of(there: &Metadata, path: &Path) -> Self {
        match node(there) {
            Some((device, number)) => Identity::Node(device, number),
            None => Identity::Path(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
        }
    }

    /// Only a regular file can be replaced; a terminal or a socket may well be input and output.
    pub(super) fn of_input(input: &Path) -> Option<Self> {
        let there =
            if input == Path::new(STANDARD) { standard_input()? } else { fs::metadata(input).ok()? };
        there.is_file().then(|| Identity::of(&there, input))
    }
}

#[cfg(unix)]
fn node(there: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    Some((there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn standard(stream: impl std::os::fd::AsFd) -> Option<Metadata> {
    fs::File::from(stream.as_fd().try_clone_to_owned().ok()?).metadata().ok()
}

#[cfg(not(unix))]
fn standard<T>(_: T) -> Option<Metadata> {
    None
}

fn standard_input() -> Option<Metadata> {
    standard(io::stdin())
}

fn is_standard_output(there: &Metadata) -> bool {
    standard(io::stdout()).is_some_and(|stdout| node(&stdout).is_some() && node(&stdout) == node(there))
}

/// The path that links lead to, whether or not a file is there.
fn behind_links(name: &Path) -> Result<PathBuf, OutputError> {
    match fs::canonicalize(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        path => return path.map_err(failed(name)),
    }
    let folder = match name.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let inside = match fs::canonicalize(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OutputError::NoFolder { folder: folder.to_owned() });
        }
        inside => inside.map_err(failed(name))?,
    };
    let Some(last) = name.file_name() else { return Err(OutputError::Folder { name: name.to_owned() }) };
    let path = inside.join(last);
    match fs::read_link(&path) {
        // The system has followed it above and found its end missing, so that it does end.
        Ok(target) => behind_links(&inside.join(target)),
        Err(_) => Ok(path),
    }
}
