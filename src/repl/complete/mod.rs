//! What may stand where the cursor is.
//!
//! Pure functions of the text, the cursor and a [`World`], which answers at once or not at all. Where nothing is known for
//! certain, nothing is offered: a wrong offer is worse than none.

mod code;
mod commands;
mod paths;
mod strings;

pub use strings::camera_code_of_string;

use super::line::{Language, Line, Typed};
use super::world::{World, innermost};

/// Something that may stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As it is listed: with arguments and the like.
    pub display: String,
    /// As it is put into the text.
    pub replacement: String,
}

impl Candidate {
    fn new(display: impl Into<String>, replacement: impl Into<String>) -> Self {
        Self { display: display.into(), replacement: replacement.into() }
    }
}

/// What a further line is indented by.
const INDENT: &str = "  ";

/// Candidates, and where in the text begins what they stand for, up to the cursor.
type Offer = (usize, Vec<Candidate>);

/// Where the word begins that the cursor stands behind, and what it may become. A cursor that is no place between two
/// characters of the text is taken for its end.
pub fn complete(text: &str, cursor: usize, world: &dyn World) -> (usize, Vec<Candidate>) {
    let cursor = if text.is_char_boundary(cursor) { cursor } else { text.len() };
    let (before, behind) = text.split_at(cursor);
    // At the beginning of a further line the key is what it is in every editor.
    if before.rsplit_once('\n').is_some_and(|(_, line)| line.trim().is_empty()) {
        return (cursor, vec![Candidate::new(INDENT, INDENT)]);
    }
    let at = innermost(before, world);
    let (start, mut candidates) = line(&before[at..], behind, world);
    candidates.sort_by(|a, b| (&a.replacement, &a.display).cmp(&(&b.replacement, &b.display)));
    candidates.dedup_by(|a, b| a.replacement == b.replacement);
    (at + start, candidates)
}

/// What a text without a sign, or with one, may go on with.
fn line(before: &str, behind: &str, world: &dyn World) -> Offer {
    let typed = Typed::parse(before, world.language());
    let within = |(start, candidates): Offer| (typed.at + start, candidates);
    match typed.line {
        Line::Empty => {
            let names = code::complete("", behind, world.language(), world).1;
            let commands = commands::names("", true, world).1;
            (before.len(), commands.into_iter().chain(names).collect())
        }
        Line::Host(code) => within(code::complete(code, behind, Language::Host, world)),
        Line::CameraStart(code) | Line::CameraRun(code) => {
            within(code::complete(code, behind, Language::Camera, world))
        }
        // Not yet a question: the word may become another.
        Line::Help(_) if before.ends_with("help") && typed.at == before.len() => match before.trim_start() {
            ":help" => (before.len() - "help".len(), commands::names("help", false, world).1),
            _ => code::complete(before, behind, world.language(), world),
        },
        Line::Help(_) => within(commands::subject(&before[typed.at..], world)),
        Line::Command { name, rest } if rest.is_empty() && before.ends_with(&format!(":{name}")) => {
            let (_, candidates) = commands::names(name, false, world);
            (before.len() - name.len(), candidates)
        }
        Line::Command { name, rest } => within(commands::arguments(name, rest, behind, world)),
    }
}

/// Those whose name begins as it was typed; if there are none, those that do but for capitals.
fn beginning<T>(prefix: &str, items: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let begins = |item: &T| name(item).starts_with(prefix);
    let begins_likewise = |item: &T| {
        let start = name(item).get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let exact = items.iter().any(begins);
    items.into_iter().filter(|item| if exact { begins(item) } else { begins_likewise(item) }).collect()
}

/// Whether a name can be typed and shown.
fn is_harmless(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
