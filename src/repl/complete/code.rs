//! Names in code: globals and locals, fields and methods, the names of options.

use std::collections::HashSet;

use crate::api;
use crate::repl::declared::Declared;
use crate::repl::lex::{KEYWORDS, Quote, TokenKind, is_keyword, is_name};
use crate::repl::line::Language;
use crate::repl::reading::Reading;
use crate::repl::values::{Item, Value, add_arguments, camera, host_entry, members, resolve};
use crate::repl::world::{Kind, World};

use super::{Candidate, Offer, beginning, is_harmless, strings};

/// What code up to the cursor may go on with; `behind` is what stands behind the cursor.
pub fn complete(code: &str, behind: &str, language: Language, world: &dyn World) -> Offer {
    let reading = Reading::new(code, language);
    if reading.in_comment {
        return (code.len(), Vec::new());
    }
    if let Some((token, quote)) = reading.open_string() {
        return strings::complete(&reading, token, quote, behind, world);
    }
    // The word at the cursor, which may still be empty.
    let (end, start) = match reading.tokens.last() {
        Some(token) if token.end == code.len() => match token.kind {
            TokenKind::Name | TokenKind::Keyword => (reading.tokens.len() - 1, token.start),
            TokenKind::Sign => (reading.tokens.len(), code.len()),
            _ => return (code.len(), Vec::new()),
        },
        _ => (reading.tokens.len(), code.len()),
    };
    let word = &code[start..];
    let before = end.checked_sub(1).map(|index| reading.word(index)).unwrap_or_default();
    match before {
        "." | ":" => of_value(&reading, end - 1, start, before == ":", world),
        "{" | "," | ";" if let Some(options) = options(&reading, end, word, behind, world) => (start, options),
        "local" => (start, words(["function"], word)),
        "goto" | "::" => (start, Vec::new()),
        _ => (start, names(&reading, word, world)),
    }
}

/// `con:ex`, `t.a.b.`
fn of_value(reading: &Reading<'_>, sign: usize, start: usize, colon: bool, world: &dyn World) -> Offer {
    let word = &reading.text[start..];
    let Some(chain) = reading.chain(sign) else {
        // What a call returns, for instance: only methods are worth a guess, and only on the camera.
        return (start, Vec::new());
    };
    let value = resolve(reading, &chain, world);
    let items = members(reading, &value, colon, world);
    let items = items.into_iter().filter(|item| is_harmless(&item.name) && (!colon || item.kind == Kind::Function));
    let items = without_twins(visible(items.collect(), word), word);
    let mut items = beginning(word, items, |item: &Item| &item.name);
    add_arguments(&mut items, &value, world);
    let plain = items.iter().all(|item| is_name(&item.name, reading.language));
    let candidates = items.iter().filter(|item| !colon || is_name(&item.name, reading.language));
    if plain || colon {
        return (start, candidates.map(|item| shown(item, &item.name)).collect());
    }
    // Some must be written in brackets, and so the dot goes with them.
    let candidates = candidates.map(|item| match is_name(&item.name, reading.language) {
        true => shown(item, &format!(".{}", item.name)),
        false => shown(item, &format!("[{}]", quoted(&item.name))),
    });
    (reading.tokens[sign].start, candidates.collect())
}

/// A string constant that has this value.
fn quoted(text: &str) -> String {
    format!("\"{}\"", strings::escaped(text, Quote::Double))
}

/// Without those that begin with an underscore, unless that was typed.
fn visible(items: Vec<Item>, word: &str) -> Vec<Item> {
    items.into_iter().filter(|item| word.starts_with('_') || !item.name.starts_with('_')).collect()
}

/// Without the twins of methods that return errors, unless more than the method's own name was typed: every method has one.
fn without_twins(items: Vec<Item>, word: &str) -> Vec<Item> {
    let names: HashSet<String> = items.iter().map(|item| item.name.clone()).collect();
    let shown = |item: &Item| match item.name.strip_suffix("_pcall") {
        Some(method) => word.len() > method.len() || !names.contains(method),
        None => true,
    };
    items.into_iter().filter(shown).collect()
}

fn shown(item: &Item, replacement: &str) -> Candidate {
    let display = match (&item.args, item.kind) {
        (Some(args), _) => format!("{}({args})", item.name),
        (None, Kind::Function) => format!("{}()", item.name),
        (None, _) => item.name.clone(),
    };
    Candidate::new(display, replacement)
}

fn words<'w>(words: impl IntoIterator<Item = &'w str>, word: &str) -> Vec<Candidate> {
    let words = words.into_iter().filter(|keyword| keyword.starts_with(word));
    words.map(|keyword| Candidate::new(keyword, keyword)).collect()
}

/// Names by themselves.
fn names(reading: &Reading<'_>, word: &str, world: &dyn World) -> Vec<Candidate> {
    let declared = reading.declared().into_iter().map(|declared: Declared| Item {
        kind: if declared.function { Kind::Function } else { Kind::Value },
        name: declared.name,
        args: None,
    });
    let globals = Value::Live(Vec::new());
    let mut items: Vec<_> = match reading.language {
        Language::Host => members(reading, &globals, false, world),
        Language::Camera => {
            let left = world.camera_globals().into_iter().map(|name| Item { name, kind: Kind::Value, args: None });
            api::globals().map(camera).chain(left).collect()
        }
    };
    items.extend(declared);
    items.retain(|item| is_name(&item.name, reading.language));
    let keywords = KEYWORDS.iter().copied().filter(|keyword| is_keyword(keyword, reading.language));
    let keywords = keywords.map(|keyword| Item { name: keyword.to_owned(), kind: Kind::Value, args: None });
    let items = visible(items, word).into_iter().chain(keywords).collect();
    let mut items = beginning(word, items, |item: &Item| &item.name);
    if reading.language == Language::Host {
        add_arguments(&mut items, &globals, world);
    }
    items.iter().map(|item| shown(item, &item.name)).collect()
}

/// The names of options, where one may stand: `con:exec(code, {li`.
fn options(reading: &Reading<'_>, end: usize, word: &str, behind: &str, world: &dyn World) -> Option<Vec<Candidate>> {
    let call = reading.call(end)?;
    let table = call.table.filter(|table| table.key.is_none())?;
    if reading.language != Language::Host {
        return None;
    }
    let entry = host_entry(reading, &call.callee, world)?;
    let place = entry.arguments().iter().position(|argument| argument.types.contains("table"))?;
    let options: Vec<_> =
        entry.options().filter(|option| !table.given.iter().any(|given| given == option.name)).collect();
    if options.is_empty() || place != call.argument {
        return None;
    }
    let assigned = behind.trim_start().starts_with('=');
    let options = beginning(word, options, |option| option.name).into_iter().map(|option| {
        let display = format!("{} = {}: {}", option.name, option.types, option.summary);
        let bracket = is_keyword(option.name, Language::Host);
        let name = if bracket { format!("[\"{}\"]", option.name) } else { option.name.to_owned() };
        Candidate::new(display, if assigned { name } else { name + " = " })
    });
    Some(options.collect())
}
