//! The tables' words for arguments and return values, as types of the language server.

use crate::api::signature::split;
use crate::api::{Argument, Kinds};

/// An argument of a function.
pub(super) struct Param {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) optional: bool,
    pub(super) remark: String,
}

impl Param {
    /// An argument whose types the table tells.
    pub(super) fn of(argument: &Argument) -> Self {
        Self {
            name: identifier(argument.name),
            kind: kind(argument.types),
            optional: argument.optional,
            remark: remark(argument),
        }
    }
}

/// A value that a function returns.
#[derive(Debug, PartialEq)]
pub(super) struct Returned {
    pub(super) kind: String,
    pub(super) name: String,
}

impl Returned {
    pub(super) fn new(kind: &str, name: &str) -> Self {
        Self { kind: kind.to_owned(), name: name.to_owned() }
    }
}

/// The name that an argument can have in Lua.
pub(super) fn identifier(name: &str) -> String {
    if name == "..." {
        return name.to_owned();
    }
    let part = name.split('|').find(|part| part.starts_with(|c: char| c.is_ascii_alphabetic())).unwrap_or("value");
    match part {
        // What Lua keeps for itself.
        "end" | "function" | "local" | "repeat" | "until" | "in" | "not" | "or" | "and" | "nil" => format!("{part}_"),
        part => part.to_owned(),
    }
}

/// A table's words for types, bars between them.
pub(super) fn kind(words: &str) -> String {
    let words = words.split('|').map(word).collect::<Vec<_>>();
    if words.is_empty() { "any".to_owned() } else { words.join("|") }
}

fn word(word: &str) -> String {
    let word = word.trim();
    if let Some(item) = word.strip_suffix("[]") {
        return format!("{}[]", self::word(item));
    }
    match word {
        "int" => "integer".to_owned(),
        "nothing" => "nil".to_owned(),
        "file" => "file*".to_owned(),
        "iterator" => "function".to_owned(),
        "connection" => "moonshutter.Connection".to_owned(),
        "remote" => "moonshutter.Remote".to_owned(),
        "rlibs" => "moonshutter.Libraries".to_owned(),
        "sim" => "moonshutter.Simulated".to_owned(),
        "histogram userdata" => "rawop_histogram".to_owned(),
        "any" | "nil" | "true" | "false" | "boolean" | "number" | "integer" | "string" | "table" | "function"
        | "thread" | "userdata" | "fmath" => word.to_owned(),
        _ if word.starts_with('"') => word.to_owned(),
        _ if word.starts_with("table") => "table".to_owned(),
        _ if word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(char::is_alphanumeric) => {
            format!("moonshutter.{word}")
        }
        _ => "any".to_owned(),
    }
}

/// The same for what only its kinds are known of.
pub(super) fn of_kinds(kinds: Kinds) -> String {
    const NAMES: [(Kinds, &str); 7] = [
        (Kinds::BOOLEAN, "boolean"),
        (Kinds::NUMBER, "integer"),
        (Kinds::STRING, "string"),
        (Kinds::TABLE, "table"),
        (Kinds::FUNCTION, "function"),
        (Kinds::USERDATA, "userdata"),
        (Kinds::NIL, "nil"),
    ];
    if kinds == Kinds::ANY {
        return "any".to_owned();
    }
    NAMES.iter().filter(|(kind, _)| kinds.has(*kind)).map(|(_, name)| *name).collect::<Vec<_>>().join("|")
}

/// What is to be said of an argument besides its type.
pub(super) fn remark(argument: &Argument) -> String {
    let default = argument.default.map(|default| format!("(default {default})")).unwrap_or_default();
    [argument.remark, &default].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a function returns: `status:int (0 ok)`, `true | nil,msg,errno`, `Message|false`, `values...`.
pub(super) fn returned(words: &'static str) -> Vec<Returned> {
    if matches!(words, "-" | "never" | "error" | "") {
        return Vec::new();
    }
    let words = words.strip_suffix(" (value*1000)").unwrap_or(words);
    if let Some(words) = words.strip_suffix(" (value*1000) x2") {
        return [returned(words), returned(words)].into_iter().flatten().collect();
    }
    // "string [, int]"
    let words = words.split_once(" [,").map_or(words, |(words, _)| words);
    let alternatives: Vec<Vec<_>> = words.split(" | ").map(|words| split(words).map(value).collect()).collect();
    let most = alternatives.iter().map(Vec::len).max().unwrap_or(0);
    let mut values: Vec<_> = (0..most).map(|place| either(&alternatives, place)).collect();
    // Behind a value that tells of a failure stands what is there only then.
    if values.first().is_some_and(|first| first.kind.ends_with("|nil") || first.kind.ends_with("|false")) {
        for value in values[1..].iter_mut().filter(|value| !matches!(value.kind.as_str(), "any")) {
            if !value.kind.contains("nil") {
                value.kind.push_str("|nil");
            }
        }
    }
    // "r,g1,b,g2:int" are four numbers.
    let mut behind = String::new();
    for value in values.iter_mut().rev() {
        if value.kind == "any" && behind == "integer" {
            value.kind.clone_from(&behind);
        }
        behind.clone_from(&value.kind);
    }
    values
}

/// What stands at this place in either alternative; nil where one of them is shorter.
fn either(alternatives: &[Vec<Returned>], place: usize) -> Returned {
    let mut kinds: Vec<&str> = Vec::new();
    let mut name = "";
    for values in alternatives {
        let value = values.get(place);
        for kind in value.map_or("nil", |value| value.kind.as_str()).split('|') {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if name.is_empty() {
            name = value.map_or("", |value| value.name.as_str());
        }
    }
    let kind = if kinds.contains(&"any") { "any".to_owned() } else { kinds.join("|") };
    Returned { kind, name: name.to_owned() }
}

fn value(words: &str) -> Returned {
    let words = words.trim();
    let words = words.split_once(" (").map_or(words, |(words, _)| words);
    if let Some(words) = words.strip_suffix(" or nothing") {
        let Returned { kind, name } = value(words);
        return Returned { kind: format!("{kind}|nil"), name };
    }
    if let Some(name) = words.strip_suffix("...") {
        return Returned::new(if matches!(name, "int" | "integer") { "integer" } else { "any" }, "...");
    }
    if let Some((name, kinds)) = words.split_once(':')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        // A function that for takes.
        let kinds = if name == "iterator" { "fun(...: any): ...: any".to_owned() } else { kind(kinds) };
        return Returned { kind: kinds, name: name.to_owned() };
    }
    match words {
        "msg" => Returned::new("string", "message"),
        "errno" => Returned::new("integer", "errno"),
        "values" | "captures" => Returned::new("any", "..."),
        "ints" => Returned::new("integer", "..."),
        "iterator" => Returned::new("fun(...: any): ...: any", "iterator"),
        words => match words.split_once(' ') {
            Some(("fmath", name)) => Returned::new("fmath", name),
            _ => {
                let kind = kind(words);
                let plain = words.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let name = if kind == "any" && plain && words != "any" { words } else { "" };
                Returned::new(&kind, name)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_returned_has_types() {
        let shown = |words| {
            let values = returned(words);
            values.iter().map(|value| format!("{} {}", value.kind, value.name)).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(shown("-"), "");
        assert_eq!(shown("status:int (0 ok, 1 late)"), "integer status");
        assert_eq!(shown("is_rec:boolean, mode:int"), "boolean is_rec; integer mode");
        assert_eq!(shown("true | nil,msg,errno"), "true|nil ; nil|string message; nil|integer errno");
        assert_eq!(shown("table{a,b} or nothing"), "table|nil ");
        assert_eq!(shown("string [, int]"), "string ");
        assert_eq!(shown("Stat|nil, message:string"), "moonshutter.Stat|nil ; string|nil message");
        assert_eq!(shown("int|nothing"), "integer|nil ");
        assert_eq!(shown("r,g1,b,g2:int"), "integer r; integer g1; integer b; integer g2");
        assert_eq!(shown("fmath r, fmath theta"), "fmath r; fmath theta");
        assert_eq!(shown("int (value*1000) x2"), "integer ; integer ");
        assert_eq!(shown("Message|false"), "moonshutter.Message|false ");
        assert_eq!(shown("values..."), "any ...");
        assert_eq!(shown("string[]"), "string[] ");
    }

    #[test]
    fn names_are_those_that_lua_takes() {
        assert_eq!(identifier("code"), "code");
        assert_eq!(identifier("\"count\"|scale"), "scale");
        assert_eq!(identifier("function"), "function_");
        assert_eq!(identifier("..."), "...");
    }
}
