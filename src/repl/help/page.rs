//! How help is set: wrapped lines, and the page about one name.

use std::fmt::Write;

use textwrap::{Options, WordSplitter};

use crate::api::{self, Argument, Entry, HostEntry, LibEntry, Presence, Yields};

/// No line is made narrower than this, whatever the terminal says.
const NARROWEST: usize = 32;
/// How wide the column of names may become.
const NAMES: usize = 32;

/// A text that grows, in lines of at most `width` characters.
pub(super) struct Page {
    text: String,
    width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Self { text: String::new(), width: width.max(NARROWEST) }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text
    }

    /// An empty line, unless there is one or nothing stands above.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.wrapped(text, "", "  ");
    }

    pub(super) fn indented(&mut self, text: &str, by: usize) {
        let indent = " ".repeat(by);
        self.wrapped(text, &indent, &indent);
    }

    /// Names with what is to be said of each, in two columns.
    pub(super) fn rows<N: AsRef<str>, T: AsRef<str>>(&mut self, rows: impl IntoIterator<Item = (N, T)>) {
        let rows: Vec<_> = rows.into_iter().collect();
        let most = NAMES.min(self.width * 2 / 5);
        let lengths = rows.iter().map(|(name, _)| name.as_ref().chars().count());
        let column = lengths.filter(|length| *length <= most).max().unwrap_or(most);
        let indent = " ".repeat(column + 4);
        for (name, text) in &rows {
            if name.as_ref().chars().count() > column {
                self.line(&format!("  {}", name.as_ref()));
                self.wrapped(text.as_ref(), &indent, &indent);
            } else {
                self.wrapped(text.as_ref(), &format!("  {:column$}  ", name.as_ref()), &indent);
            }
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(text, options) {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

const INDENT: usize = 4;

/// The page about a name of the host.
pub(super) fn host(page: &mut Page, entry: &HostEntry) {
    page.blank();
    page.line(&call(entry.name, entry.is_function(), &entry.arguments()));
    page.indented("On this computer.", INDENT);
    page.blank();
    page.indented(&sentences(entry.summary, entry.note), INDENT);
    arguments(page, &entry.arguments(), None);
    if !matches!(entry.returns, "-" | "never") && entry.is_function() {
        page.indented(&format!("returns: {}", spaced(entry.returns)), INDENT);
    } else if !entry.is_function() && !matches!(entry.returns, "table" | "remote" | "rlibs" | "sim" | "connection") {
        page.indented(&format!("value: {}", spaced(entry.returns)), INDENT);
    }
    let options: Vec<_> = entry.options().collect();
    if !options.is_empty() {
        page.blank();
        page.indented("Options:", INDENT);
        page.rows(options.iter().map(|option| {
            let mut text = option.summary.to_owned();
            let default = option.default.map(|default| format!(", default {default}")).unwrap_or_default();
            // Writing to a string does not fail.
            let _ = write!(text, " ({}{default})", option.types.replace('|', " or "));
            if !option.note.is_empty() {
                let _ = write!(text, ". {}", option.note);
            }
            (format!("    {}", option.name), text)
        }));
    }
    if entry.name.starts_with("con:") {
        page.blank();
        page.indented(&format!("{}_pcall returns false and the error instead of throwing it.", entry.name), INDENT);
    }
}

/// The page about a name of the camera.
pub(super) fn camera(page: &mut Page, entry: &Entry) {
    let known = api::find(entry.name);
    let presence = known.map_or(Presence::Camera, |known| known.presence);
    // Where the table leaves arguments to Lua's manual, they are those of the host.
    let stock = api::host(entry.name).filter(|_| entry.args == "(stock 5.1)");
    let args = match &stock {
        Some(stock) => stock.arguments(),
        None if entry.is_function() => api::arguments(entry.args),
        None => Vec::new(),
    };
    page.blank();
    page.line(&call(entry.name, entry.is_function() && presence != Presence::Missing, &args));
    match presence {
        Presence::Camera => page.indented("On the camera.", INDENT),
        Presence::Module => match module_of(entry.name) {
            Some(module) => page.indented(&format!("On the camera, after require(\"{module}\")."), INDENT),
            None => page.indented("On the camera, a library for require.", INDENT),
        },
        Presence::Missing => page.indented("Not on the camera.", INDENT),
        Presence::Removed => page.indented("Not on the camera any more.", INDENT),
    }
    if presence == Presence::Missing && entry.text() == "ABSENT on the camera" {
        return;
    }
    page.blank();
    if presence == Presence::Missing {
        page.indented(&sentences(entry.text().trim_start_matches("ABSENT "), ""), INDENT);
        return;
    }
    page.indented(&sentences(entry.summary(), entry.details()), INDENT);
    match entry.yields {
        Yields::Yes => page.indented(&format!("It waits. {NOWHERE}"), INDENT),
        Yields::Conditional => page.indented(&format!("It may wait. {NOWHERE}"), INDENT),
        Yields::No => {}
    }
    if let Some(version) = entry.first_version() {
        page.indented(&format!("Since CHDK {version}."), INDENT);
    }
    let keys = api::KEY_FUNCTIONS.contains(&entry.name).then_some("key");
    arguments(page, &args, keys);
    let returns = stock.map_or(entry.returns, |stock| stock.returns);
    if !matches!(returns, "-" | "never" | "error") && presence != Presence::Removed {
        let what = if entry.is_function() { "returns" } else { "value" };
        page.indented(&format!("{what}: {returns}"), INDENT);
    }
}

const NOWHERE: &str = "That is an error inside pcall, require, table.sort and the like: see moonshutter lint --explain \
                       yield-across-boundary.";

/// The page about a function of a library of ours.
pub(super) fn library(page: &mut Page, entry: &LibEntry) {
    page.blank();
    page.line(&call(entry.name, true, &entry.arguments()));
    page.indented("On the camera, for code that is sent from here: it goes along with what names it.", INDENT);
    page.blank();
    page.indented(&sentences(entry.summary, entry.note), INDENT);
    arguments(page, &entry.arguments(), None);
    if entry.returns != "-" {
        page.indented(&format!("returns: {}", spaced(entry.returns)), INDENT);
    }
}

/// `con:exec(code, [options])`
fn call(name: &str, is_function: bool, arguments: &[Argument]) -> String {
    if !is_function {
        return name.to_owned();
    }
    let names = arguments.iter().map(|argument| match argument.optional {
        true => format!("[{}]", argument.name),
        false => argument.name.to_owned(),
    });
    format!("{name}({})", names.collect::<Vec<_>>().join(", "))
}

/// What there is to be said of arguments; of those with nothing but a name, nothing.
fn arguments(page: &mut Page, arguments: &[Argument], key: Option<&str>) {
    page.blank();
    for argument in arguments {
        let mut text = argument.types.replace('|', " or ");
        if !argument.remark.is_empty() {
            let _ = write!(text, " ({})", argument.remark);
        }
        if let Some(default) = argument.default {
            let _ = write!(text, ", default {default}");
        }
        if key == Some(argument.name) {
            text.push_str(", see help keys");
        }
        if !text.is_empty() {
            page.indented(&format!("{}: {}", argument.name, text.trim_start_matches(", ")), INDENT);
        }
    }
}

/// The module that a name comes with.
pub(super) fn module_of(name: &str) -> Option<&'static str> {
    let (library, field) = name.split_once('.')?;
    let brings = |module: &&api::Module| module.globals.contains(&library);
    let module = api::extension(library, field).or_else(|| api::modules().iter().find(brings).copied());
    module.or_else(|| api::module(library)).map(|module| module.name)
}

/// `Stat|nil, message:string` with room in it.
fn spaced(returns: &str) -> String {
    returns.replace('|', " or ").replace(':', ": ")
}

/// A summary and what else there is, as sentences.
fn sentences(summary: &str, more: &str) -> String {
    [summary, more].into_iter().filter(|text| !text.is_empty()).map(api::sentence).collect::<Vec<_>>().join(" ")
}
