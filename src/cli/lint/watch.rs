//! `--watch`: checks again whenever something changes.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::{Context, Lint, exit};
use crate::error::{Error, ErrorKind, Result};
use crate::lint::Config;
use crate::lint::config::FILE;

/// How often Ctrl-C is looked for while nothing changes.
const LOOK: Duration = Duration::from_millis(50);

/// An editor that saves touches a file more than once; it is done when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(30);

/// Home, and nothing on the screen or above it.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

pub(super) fn run(lint: &Lint, context: &Context) -> Result<u8> {
    if lint.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::new(ErrorKind::Usage, "standard input does not change: --watch takes files and folders"));
    }
    let cannot = |error: notify::Error| Error::new(ErrorKind::Io, "cannot watch files").caused_by(error);
    let (sender, changes) = mpsc::channel();
    let all = || lint.paths.iter().chain(&lint.module_path).chain(&lint.config);
    let named: Vec<_> = all().filter_map(|path| std::path::absolute(path).ok()).collect();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // The receiver may be gone when the program ends.
        if event.map_or(true, |event| matters(&event, &named)) {
            let _ = sender.send(());
        }
    })
    .map_err(cannot)?;
    let clear = std::io::stdout().is_terminal();
    let mut first = true;
    loop {
        // Again each time: a folder that was removed and has come back is another one.
        for path in all() {
            for (folder, mode) in watched(path) {
                match watcher.watch(&folder, mode) {
                    Err(_) if first && !folder.exists() => {
                        let message = format!("cannot watch {}: there is no such folder", folder.display());
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    Err(error) if first => return Err(cannot(error)),
                    _ => {}
                }
            }
        }
        if clear {
            exit::print(CLEAR)?;
        }
        match lint.check(context) {
            // Settings are changed while they are watched, too, and half of a line is wrong.
            Err(error) if !first && error.kind() == ErrorKind::Usage => exit::say(&error.to_string()),
            checked => drop(checked?),
        }
        first = false;
        if context.interrupt.is_raised() || !changed(&changes, context) {
            return Ok(exit::DONE);
        }
    }
}

/// Whether findings may be others after this: a script or a file of settings has changed, or a folder has come or gone.
fn matters(event: &Event, named: &[PathBuf]) -> bool {
    let is_ours = |path: &PathBuf| {
        let is_lua = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("lua"));
        let is_setting = [FILE, ".gitignore", ".ignore"].iter().any(|name| path.ends_with(name));
        // What is printed may go to a file in the same folder, and must not start the next check.
        let is_inside = |named: &PathBuf| path == named || path.starts_with(named) && !path.is_file();
        is_lua || is_setting || named.iter().any(is_inside)
    };
    // Reading is no change.
    !matches!(event.kind, EventKind::Access(_)) && (event.paths.is_empty() || event.paths.iter().any(is_ours))
}

/// The folders that tell of changes of a path, as far as they exist.
fn watched(path: &Path) -> Vec<(PathBuf, RecursiveMode)> {
    let mut folders = Vec::new();
    if path.is_dir() {
        folders.push((path.to_owned(), RecursiveMode::Recursive));
    }
    // Editors put a new file in the place of the old one, and folders may go and come back: the one around tells.
    if let (Some(_), Some(around)) = (path.file_name(), path.parent()) {
        let around = if around.as_os_str().is_empty() { Path::new(".") } else { around };
        folders.push((around.to_owned(), RecursiveMode::NonRecursive));
    }
    let own = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if let Some(settings) = Config::find(own).as_deref().and_then(Path::parent) {
        let inside = folders.iter().any(|(folder, _)| folder.canonicalize().ok() == settings.canonicalize().ok());
        if !inside {
            folders.push((settings.to_owned(), RecursiveMode::NonRecursive));
        }
    }
    folders
}

/// Waits for a change, and for the changes that belong to it; false after Ctrl-C.
fn changed(changes: &Receiver<()>, context: &Context) -> bool {
    let mut some = false;
    loop {
        match changes.recv_timeout(if some { QUIET } else { LOOK }) {
            Ok(()) => some = true,
            Err(RecvTimeoutError::Timeout) if some => return true,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        if context.interrupt.is_raised() {
            return false;
        }
    }
}
