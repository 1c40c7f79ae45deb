//! What was typed, from one run to the next: a file of the user's in the place where the platform keeps such things.
//!
//! Each line is written as soon as it was typed, behind those of other prompts that are open.

use std::path::PathBuf;

use etcetera::BaseStrategy;
use rustyline::Editor;
use rustyline::history::DefaultHistory;

use super::live::Live;
use super::typing::Typing;

/// Lines that are kept.
const MOST: usize = 5000;

/// The file.
pub(super) struct File {
    /// None: nothing is kept beyond the end of the program.
    path: Option<PathBuf>,
}

impl File {
    /// Reads what is there. Where it cannot be had, nothing is kept, which is no reason to have no prompt.
    pub fn open(editor: &mut Editor<Typing<Live>, DefaultHistory>) -> Self {
        use rustyline::history::History as _;
        let _ = editor.history_mut().set_max_len(MOST);
        let Some(path) = place() else { return Self { path: None } };
        if let Some(folder) = path.parent()
            && let Err(error) = std::fs::create_dir_all(folder)
        {
            log::debug!("no history: {}: {error}", folder.display());
            return Self { path: None };
        }
        if path.exists()
            && let Err(error) = editor.load_history(&path)
        {
            log::warn!("the history in {} cannot be read: {error}", path.display());
            return Self { path: None };
        }
        Self { path: Some(path) }
    }

    /// Keeps a line, unless it begins with a space or is the last one again.
    pub fn add(&mut self, editor: &mut Editor<Typing<Live>, DefaultHistory>, line: &str) {
        let added = editor.add_history_entry(line).unwrap_or(false);
        let Some(path) = self.path.as_ref().filter(|_| added) else { return };
        if let Err(error) = editor.append_history(path) {
            log::warn!("the history in {} cannot be written: {error}", path.display());
            self.path = None;
        }
    }
}

/// `MOONSHUTTER_HISTORY` if it is set, where an empty one is none at all; otherwise `moonshutter/history` where the platform
/// keeps state.
fn place() -> Option<PathBuf> {
    match std::env::var_os("MOONSHUTTER_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => {
            let base = etcetera::choose_base_strategy().ok()?;
            let state = base.state_dir().unwrap_or_else(|| base.data_dir());
            Some(state.join("moonshutter").join("history"))
        }
    }
}
