//! What code outside a script does to its globals: modules that it requires, and code in front of it.

use crate::lint::hash::HashSet;

use super::facts::{Facts, Pull};
use super::front::read;
use super::options::{Options, Start};
use super::source::{Source, SourceId};
use crate::api;

/// Modules that are looked into, at most; real scripts have a dozen.
const MOST: usize = 200;

/// Globals that other code sets.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Names of globals, and who sets each first.
    globals: HashSet<String>,
    /// Globals that modules set when they are required, with the module's name.
    modules: Vec<(String, String)>,
    /// Libraries of the camera that it adds to.
    libraries: HashSet<&'static str>,
    /// Modules of LUALIB that it requires, in lower case.
    required: HashSet<String>,
    /// Whether some of the code is not at hand, or sets globals in ways that cannot be seen.
    pub opaque: bool,
}

impl Outside {
    /// Looks through what a script pulls in, and what that pulls in.
    pub(super) fn read(pulls: &[Pull], options: &Options) -> Self {
        let mut outside = Self::default();
        let mut seen = HashSet::default();
        let mut todo: Vec<Pull> = pulls.to_vec();
        for source in &options.prelude {
            let facts = outside.facts(source, options);
            outside.globals.extend(facts.1);
            todo.extend(facts.0);
        }
        while let Some(pull) = todo.pop() {
            let (module, source) = match &pull {
                Pull::Module(name, _) => {
                    if !seen.insert(name.to_ascii_lowercase()) {
                        continue;
                    }
                    outside.required.insert(name.to_ascii_lowercase());
                    if let Some(module) = api::module(name).filter(|_| options.modules.module(name).is_none()) {
                        let globals = module.globals.iter().map(|global| ((*global).to_owned(), name.clone()));
                        outside.modules.extend(globals);
                        continue;
                    }
                    (Some(name), options.modules.module(name))
                }
                Pull::File(path) => {
                    if !seen.insert(path.to_ascii_lowercase()) {
                        continue;
                    }
                    (None, options.modules.file(path))
                }
                Pull::Code(code) => (None, Some(Source::new("", code.clone()))),
            };
            let Some(source) = source.filter(|_| seen.len() < MOST) else {
                outside.opaque = true;
                continue;
            };
            let (pulls, globals) = outside.facts(&source, options);
            match module {
                Some(name) => outside.modules.extend(globals.into_iter().map(|global| (global, name.clone()))),
                None => outside.globals.extend(globals),
            }
            todo.extend(pulls);
        }
        outside.globals.extend(outside.modules.iter().map(|(global, _)| global.clone()));
        outside
    }

    /// What a text pulls in and which globals it sets.
    fn facts(&mut self, source: &Source, options: &Options) -> (Vec<Pull>, Vec<String>) {
        let options = Options { start: Start::Library, ..options.clone() };
        let parsed = read(SourceId(0), source, &options);
        let (tree, facts) = (&parsed.tree, Facts::new(source, &parsed, &options));
        self.opaque |= facts.opaque;
        self.libraries.extend(facts.extended(tree));
        let globals = facts.writes.iter().map(|write| tree.names.text(write.symbol).to_owned()).collect();
        (facts.pulls, globals)
    }

    /// Whether other code sets a global.
    pub fn sets(&self, name: &str) -> bool {
        self.globals.contains(name)
    }

    /// Whether other code adds to one of the camera's libraries, apart from what modules of LUALIB add.
    pub fn extends(&self, library: &str) -> bool {
        self.libraries.contains(library)
    }

    /// Whether the script, or other code, requires a module.
    pub fn requires(&self, module: &str) -> bool {
        self.required.contains(&module.to_ascii_lowercase())
    }

    /// The globals that it sets, in no order.
    pub fn globals(&self) -> impl Iterator<Item = &str> {
        self.globals.iter().map(String::as_str)
    }

    /// Globals that modules set when they are required, each with the name of the module.
    pub fn module_globals(&self) -> &[(String, String)] {
        &self.modules
    }
}
