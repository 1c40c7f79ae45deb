//! Texts that are being edited: what an editor's server keeps between two changes.
//!
//! ```
//! use moonshutter::lint::{Options, Workspace};
//!
//! let mut workspace = Workspace::default();
//! workspace.open("scan.lua", "local x = (1", Options::default());
//! assert!(!workspace.report("scan.lua").unwrap().findings.is_empty());
//! let end = workspace.text("scan.lua").unwrap().offset(1, 13);
//! workspace.edit("scan.lua", moonshutter::lint::Span { start: end, end }, ")");
//! assert!(workspace.report("scan.lua").unwrap().findings.is_empty());
//! ```

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use super::check::{Report, check};
use super::options::{Modules, Options};
use super::source::{Source, Span};

/// What looks at a text: [`check`](super::check()), or one that knows other kinds of text as well, such as
/// [`host::lint::check_any`](crate::host::lint::check_any).
pub type Checker = fn(Source, &Options) -> Report;

/// Texts that are open.
///
/// A report is made when it is asked for, and kept until the text changes, or another open one that was looked at with it.
/// `require` finds an open text before the file of the same name.
pub struct Workspace {
    checker: Checker,
    open: HashMap<String, Document>,
    texts: Texts,
}

type Texts = Arc<RwLock<HashMap<String, Source>>>;

struct Document {
    options: Options,
    report: Option<Report>,
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new(check)
    }
}

impl Workspace {
    /// No texts yet.
    pub fn new(checker: Checker) -> Self {
        Self { checker, open: HashMap::new(), texts: Texts::default() }
    }

    /// Opens a text, or replaces it. The name is its path, as modules are named by those who find them.
    pub fn open(&mut self, name: &str, text: impl Into<Vec<u8>>, options: Options) {
        let modules = Arc::new(Overlay { texts: self.texts.clone(), under: options.modules.clone() });
        self.open.insert(name.to_owned(), Document { options: Options { modules, ..options }, report: None });
        self.set(name, Source::new(name, text));
    }

    /// Replaces a stretch of a text, in bytes; what lies beyond its end is cut off. False if no such text is open.
    pub fn edit(&mut self, name: &str, span: Span, text: impl AsRef<[u8]>) -> bool {
        let Some(source) = self.text(name) else { return false };
        let bytes = source.bytes();
        let end = (span.end as usize).min(bytes.len());
        let start = (span.start as usize).min(end);
        let changed = [&bytes[..start], text.as_ref(), &bytes[end..]].concat();
        self.set(name, Source::new(name, changed));
        true
    }

    /// Forgets a text. False if no such text was open.
    pub fn close(&mut self, name: &str) -> bool {
        self.forget_reports(name);
        self.texts.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(name);
        self.open.remove(name).is_some()
    }

    /// A text as it is now, for [positions](Source::position) and [offsets](Source::offset) in it.
    pub fn text(&self, name: &str) -> Option<Source> {
        self.texts.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(name).cloned()
    }

    /// What is to be said of a text as it is now.
    pub fn report(&mut self, name: &str) -> Option<&Report> {
        let source = self.text(name)?;
        let document = self.open.get_mut(name)?;
        let Document { options, report } = document;
        Some(report.get_or_insert_with(|| (self.checker)(source, options)))
    }

    /// The names of the open texts whose report is no longer there, because of a change: those to ask again.
    pub fn stale(&self) -> Vec<&str> {
        let mut names: Vec<_> =
            self.open.iter().filter(|(_, document)| document.report.is_none()).map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn set(&mut self, name: &str, source: Source) {
        self.texts.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(name.to_owned(), source);
        self.forget_reports(name);
    }

    /// Forgets the reports that were made with this text.
    fn forget_reports(&mut self, name: &str) {
        for (own, document) in &mut self.open {
            let uses = |report: &Report| report.sources.iter().any(|source| source.name() == name);
            if own == name || document.report.as_ref().is_some_and(uses) {
                document.report = None;
            }
        }
    }
}

/// Open texts in front of files.
struct Overlay {
    texts: Texts,
    under: Arc<dyn Modules>,
}

impl Overlay {
    fn open(&self, found: Source) -> Source {
        let texts = self.texts.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        texts.get(found.name()).cloned().unwrap_or(found)
    }
}

impl Modules for Overlay {
    fn module(&self, name: &str) -> Option<Source> {
        self.under.module(name).map(|found| self.open(found))
    }

    fn file(&self, path: &str) -> Option<Source> {
        self.under.file(path).map(|found| self.open(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::SourceId;

    /// Requires what it is told, and says how long that is.
    fn checker(source: Source, options: &Options) -> Report {
        let module = options.modules.module(&String::from_utf8_lossy(source.bytes()));
        let mut report = Report::default();
        report.sources.add(source);
        if let Some(module) = module {
            report.sources.add(module);
        }
        report
    }

    struct One;

    impl Modules for One {
        fn module(&self, name: &str) -> Option<Source> {
            (name == "lib").then(|| Source::new("lib.lua", "on disk"))
        }

        fn file(&self, _: &str) -> Option<Source> {
            None
        }
    }

    fn module(workspace: &mut Workspace) -> String {
        let report = workspace.report("main.lua").unwrap();
        String::from_utf8_lossy(report.sources.get(SourceId(1)).bytes()).into_owned()
    }

    #[test]
    fn an_open_module_counts_for_its_file_and_makes_reports_stale() {
        let mut workspace = Workspace::new(checker);
        let options = Options { modules: Arc::new(One), ..Options::default() };
        workspace.open("main.lua", "lib", options.clone());
        workspace.open("other.lua", "nothing", options.clone());
        workspace.report("other.lua");
        assert_eq!(module(&mut workspace), "on disk");
        workspace.open("lib.lua", "open", options);
        assert_eq!(workspace.stale(), ["lib.lua", "main.lua"]);
        assert_eq!(module(&mut workspace), "open");
        assert!(workspace.edit("lib.lua", Span::new(2, 4), "al"));
        assert_eq!(module(&mut workspace), "opal");
        assert!(workspace.close("lib.lua") && !workspace.close("lib.lua"));
        assert_eq!(module(&mut workspace), "on disk");
        assert_eq!(workspace.stale(), [""; 0]);
    }

    #[test]
    fn edits_beyond_the_end_are_cut() {
        let mut workspace = Workspace::default();
        workspace.open("x.lua", "return 1", Options::default());
        assert!(workspace.edit("x.lua", Span { start: 7, end: 99 }, "2"));
        assert!(workspace.edit("x.lua", Span { start: 99, end: 7 }, "3"));
        assert_eq!(workspace.text("x.lua").unwrap().bytes(), b"return 32");
        assert!(!workspace.edit("y.lua", Span::default(), ""));
        assert!(workspace.report("y.lua").is_none());
    }
}
