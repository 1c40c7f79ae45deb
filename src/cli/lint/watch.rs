//! `--watch`: checks again whenever something changes.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use super::{Context, Lint, exit};
use crate::error::{Error, ErrorKind, Result};

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
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change; everything else may be one. The receiver may be gone when the program ends.
        if !matches!(&event, Ok(event) if matches!(event.kind, EventKind::Access(_))) {
            let _ = sender.send(());
        }
    })
    .map_err(cannot)?;
    for path in lint.paths.iter().chain(&lint.module_path).chain(&lint.config) {
        let (folder, mode) = watched(path);
        watcher.watch(&folder, mode).map_err(cannot)?;
    }
    let clear = std::io::stdout().is_terminal();
    loop {
        if clear {
            exit::print(CLEAR)?;
        }
        lint.check(context)?;
        if context.interrupt.is_raised() || !changed(&changes, context) {
            return Ok(exit::DONE);
        }
    }
}

/// Editors put a new file in the place of the old one, so that it is the folder which tells.
fn watched(path: &Path) -> (PathBuf, RecursiveMode) {
    if path.is_dir() {
        return (path.to_owned(), RecursiveMode::Recursive);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder.to_owned(), RecursiveMode::NonRecursive)
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
