//! Which files are checked.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::types::TypesBuilder;
use ignore::{WalkBuilder, WalkState};

use super::Context;
use super::work::LARGEST;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};

/// A script to check.
pub(super) struct Input {
    /// What reports call it.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
    /// It was found in a folder, and not named.
    pub found: bool,
}

impl Input {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Text(_) => None,
        }
    }

    /// How many bytes of it are read at most, as far as the system says.
    pub fn size(&self) -> u64 {
        match &self.origin {
            Origin::File(path) => std::fs::metadata(path).map_or(0, |about| about.len()).min(LARGEST),
            Origin::Text(text) => text.len() as u64,
        }
    }
}

pub(super) enum Origin {
    File(PathBuf),
    /// Read already.
    Text(Vec<u8>),
}

/// What there is to check.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of the command line, those of a folder by their paths.
    pub files: Vec<Input>,
    /// What cannot be looked at, and why.
    pub unreadable: Vec<(String, String)>,
}

/// Looks into folders. A file that is named is taken whatever it is called.
pub(super) fn find(paths: &[PathBuf], stdin_name: &str, context: &Context) -> Result<Found> {
    let mut found = Found::default();
    let mut taken = std::collections::HashSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let text = crate::cli::read_stdin(&context.interrupt)?;
            found.files.push(Input { name: stdin_name.to_owned(), origin: Origin::Text(text), found: false });
            continue;
        }
        let (files, in_folder) = match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => (walk(path, &mut found.unreadable)?, true),
            Ok(about) if about.is_file() => (vec![path.clone()], false),
            Ok(_) => {
                let name = path.display().to_string();
                match read_stream(path, &context.interrupt)? {
                    Ok(text) => found.files.push(Input { name, origin: Origin::Text(text), found: false }),
                    Err(why) => found.unreadable.push((name, why)),
                }
                continue;
            }
            Err(error) => {
                found.unreadable.push((path.display().to_string(), reason(&error)));
                continue;
            }
        };
        for file in files {
            let file = plain(file);
            if taken.insert(file.clone()) {
                let name = file.display().to_string();
                found.files.push(Input { name, origin: Origin::File(file), found: in_folder });
            }
        }
    }
    Ok(found)
}

/// Reads a named pipe or a device, which may have nothing to say for a long time.
fn read_stream(path: &Path, interrupt: &Interrupt) -> Result<Result<Vec<u8>, String>> {
    let stream = path.to_owned();
    crate::cli::read_in_thread(interrupt, &path.display().to_string(), move || Ok(super::work::read(&stream)))
}

fn walk(folder: &Path, unreadable: &mut Vec<(String, String)>) -> Result<Vec<PathBuf>> {
    let broken = |error: ignore::Error| Error::new(ErrorKind::Io, "cannot search folders").caused_by(error);
    let mut types = TypesBuilder::new();
    types.add("lua", "*.[lL][uU][aA]").map_err(broken)?;
    types.select("lua");
    let mut walker = WalkBuilder::new(folder);
    walker.types(types.build().map_err(broken)?).require_git(false);
    let (sender, receiver) = mpsc::channel();
    walker.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let found = match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => return WalkState::Continue,
                // The walker leaves out hidden files only if it is not asked for their type.
                Ok(entry) if entry.file_name().as_encoded_bytes().starts_with(b".") => return WalkState::Continue,
                Ok(entry) => Ok(entry.into_path()),
                Err(error) => Err(error),
            };
            match sender.send(found) {
                Ok(()) => WalkState::Continue,
                Err(_) => WalkState::Quit,
            }
        })
    });
    drop(sender);
    let mut files = Vec::new();
    let mut failed = Vec::new();
    for found in receiver {
        match found {
            Ok(path) => match std::fs::metadata(&path) {
                Ok(about) if about.is_file() => files.push(path),
                // A folder behind a link, or what has no end: named pipes, devices.
                Ok(_) => {}
                Err(error) => failed.push((plain(path).display().to_string(), reason(&error))),
            },
            Err(error) => failed.push(told(&error, folder)),
        }
    }
    files.sort();
    failed.sort();
    unreadable.extend(failed);
    Ok(files)
}

/// The path and the reason of an error on the way.
fn told(error: &ignore::Error, folder: &Path) -> (String, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.display().to_string(), told(err, folder).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => told(err, folder),
        ignore::Error::Io(error) => (folder.display().to_string(), reason(error)),
        other => (folder.display().to_string(), other.to_string()),
    }
}

/// Why, without the number that the system gives it.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// `a.lua` for `./a.lua`.
fn plain(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path,
    }
}
