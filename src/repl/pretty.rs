//! Values of the host's Lua, for people: laid out to the width of the terminal, bounded, and harmless to it.
//!
//! Strings are quoted and escaped as both Luas read them. A table that is met twice, or inside itself, is written once
//! with a number, as in `<1>{ me = <1> }`, which stands for it where it is met again. No function of the user's is called,
//! but for `__tostring` of userdata.

use std::collections::HashMap;
use std::ffi::c_void;

use mlua::{Table, Value};
use unicode_width::UnicodeWidthStr;

use super::paint::{Paint, Style};
use super::text::{is_name, lua_number, quoted, without_controls};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Columns.
    pub width: usize,
    /// Lines of one value.
    pub lines: usize,
    /// Entries of one table.
    pub entries: usize,
    /// Tables in one another.
    pub depth: usize,
    /// Characters of one string.
    pub string: usize,
}

impl Bounds {
    /// What is never too much: a value of a million entries would take a terminal minutes.
    pub const ALL: Self = Self { width: 80, lines: 1_000_000, entries: 1_000_000, depth: 100, string: 16 << 20 };
}

/// How many entries of all tables together are looked at.
const MOST_NODES: usize = 1_000_000;
/// Tables with more entries are not sorted.
const MOST_SORTED: usize = 20_000;
const INDENT: usize = 2;

/// A value as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    /// Whether something was left out.
    pub cut: bool,
}

/// Lays a value out.
pub(super) fn show(value: &Value, bounds: &Bounds, paint: Paint) -> Shown {
    let mut build = Build { bounds, numbers: HashMap::new(), again: Vec::new(), nodes: 0, cut: false };
    let node = build.node(value, 0);
    let mut marks = vec![0; build.again.len()];
    let mut next = 0;
    for (id, again) in build.again.iter().enumerate() {
        if *again {
            next += 1;
            marks[id] = next;
        }
    }
    let layout = Layout { bounds, paint, marks };
    let mut lines = layout.lines(&node, 0, 0, 0);
    let mut cut = build.cut;
    if lines.len() > bounds.lines {
        let left = lines.len() - bounds.lines;
        lines.truncate(bounds.lines);
        lines.push(paint.with(Style::Faint, &format!("… {left} more lines")));
        cut = true;
    }
    Shown { text: lines.join("\n"), cut }
}

/// A value, taken apart as far as it will be shown.
enum Node {
    Leaf(Style, String),
    Table { id: usize, items: Vec<Node>, pairs: Vec<(Key, Node)>, more: usize, deep: bool },
    Again(usize),
}

struct Key {
    text: String,
    style: Style,
}

struct Build<'a> {
    bounds: &'a Bounds,
    numbers: HashMap<*const c_void, usize>,
    again: Vec<bool>,
    nodes: usize,
    cut: bool,
}

impl Build<'_> {
    fn node(&mut self, value: &Value, depth: usize) -> Node {
        self.nodes += 1;
        match value {
            Value::Table(table) => self.table(table, depth),
            Value::String(text) => Node::Leaf(Style::String, self.string(&text.as_bytes())),
            other => leaf(other),
        }
    }

    fn table(&mut self, table: &Table, depth: usize) -> Node {
        if let Some(id) = self.numbers.get(&table.to_pointer()) {
            self.again[*id] = true;
            return Node::Again(*id);
        }
        let id = self.again.len();
        self.numbers.insert(table.to_pointer(), id);
        self.again.push(false);
        let mut node = (Vec::new(), Vec::new(), 0);
        let deep = depth >= self.bounds.depth && table.pairs::<Value, Value>().next().is_some();
        if deep {
            self.cut = true;
        } else {
            node = self.entries(table, depth);
        }
        let (items, pairs, more) = node;
        self.cut |= more > 0;
        Node::Table { id, items, pairs, more, deep }
    }

    fn entries(&mut self, table: &Table, depth: usize) -> (Vec<Node>, Vec<(Key, Node)>, usize) {
        let length = table.raw_len();
        let mut items = Vec::new();
        let mut more = 0;
        for index in 1..=length {
            if items.len() >= self.bounds.entries || self.nodes >= MOST_NODES {
                more += length - items.len();
                break;
            }
            let item = table.raw_get::<Value>(index).unwrap_or(Value::Nil);
            items.push(self.node(&item, depth + 1));
        }
        let mut others = Vec::new();
        for pair in table.pairs::<Value, Value>() {
            let Ok((key, value)) = pair else { break };
            let listed = matches!(key, Value::Integer(at) if at >= 1 && at as usize <= length);
            if listed {
                continue;
            }
            if others.len() >= MOST_SORTED.max(self.bounds.entries) {
                more += 1;
                continue;
            }
            others.push((key, value));
        }
        others.sort_by(|(a, _), (b, _)| order(a, b));
        let mut pairs = Vec::new();
        for (key, value) in others {
            if items.len() + pairs.len() >= self.bounds.entries || self.nodes >= MOST_NODES {
                more += 1;
                continue;
            }
            let key = self.key(&key);
            pairs.push((key, self.node(&value, depth + 1)));
        }
        (items, pairs, more)
    }

    fn key(&mut self, key: &Value) -> Key {
        match key {
            Value::String(text) => match text.to_str() {
                Ok(name) if is_name(&name) => Key { text: name.to_owned(), style: Style::Key },
                _ => Key { text: format!("[{}]", self.string(&text.as_bytes())), style: Style::String },
            },
            // What a table holds under a table is of little use to anybody who reads it.
            Value::Table(_) => Key { text: "[table]".into(), style: Style::Other },
            other => match leaf(other) {
                Node::Leaf(style, text) => Key { text: format!("[{text}]"), style },
                _ => Key { text: "[?]".into(), style: Style::Other },
            },
        }
    }

    fn string(&mut self, bytes: &[u8]) -> String {
        let (text, left) = quoted(bytes, self.bounds.string);
        if left == 0 {
            return text;
        }
        self.cut = true;
        format!("{text}… ({} bytes)", bytes.len())
    }
}

/// `nil` and numbers, then names, then the rest.
fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    let rank = |value: &Value| match value {
        Value::Integer(_) | Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Boolean(_) => 2,
        _ => 3,
    };
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(&b.as_bytes()),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        _ if rank(a) == 0 && rank(b) == 0 => a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default()),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn leaf(value: &Value) -> Node {
    let (style, text) = match value {
        Value::Nil => (Style::Word, "nil".to_owned()),
        Value::Boolean(value) => (Style::Word, value.to_string()),
        Value::Integer(number) => (Style::Number, number.to_string()),
        Value::Number(number) => (Style::Number, lua_number(*number)),
        Value::String(text) => (Style::String, quoted(&text.as_bytes(), usize::MAX).0),
        Value::Function(function) => {
            let info = function.info();
            let place = match (info.what, info.short_src, info.line_defined) {
                ("C", _, _) | (_, None, _) => "built-in function".to_owned(),
                (_, Some(file), _) if file.starts_with("[moonshutter]") => "built-in function".to_owned(),
                (_, Some(file), Some(line)) => format!("function at {file}:{line}"),
                (_, Some(file), None) => format!("function of {file}"),
            };
            (Style::Other, format!("<{}>", without_controls(&place)))
        }
        Value::Thread(_) => (Style::Other, "<coroutine>".to_owned()),
        Value::UserData(_) => {
            (Style::Other, format!("<{}>", without_controls(&value.to_string().unwrap_or_else(|_| "userdata".into()))))
        }
        other => (Style::Other, format!("<{}>", other.type_name())),
    };
    Node::Leaf(style, text)
}

struct Layout<'a> {
    bounds: &'a Bounds,
    paint: Paint,
    /// The numbers of tables that are met again; 0 for others.
    marks: Vec<usize>,
}

impl Layout<'_> {
    /// The lines of a node, the first of which begins behind `before` columns and the last of which has `after` columns to
    /// come behind it. Lines but the first are indented by `indent`.
    fn lines(&self, node: &Node, indent: usize, before: usize, after: usize) -> Vec<String> {
        let room = self.bounds.width.saturating_sub(before + after);
        if let Some(flat) = self.flat(node, room) {
            return vec![flat];
        }
        let Node::Table { id, items, pairs, more, .. } = node else { return vec![self.plain(node)] };
        let inner = indent + INDENT;
        let pad = " ".repeat(inner);
        let mut lines = vec![format!("{}{{", self.mark(*id))];
        self.items(items, inner, &mut lines);
        for (key, node) in pairs {
            let name = self.paint.with(key.style, &key.text);
            let mut entry = self.lines(node, inner, inner + key.text.width() + 3, 1);
            entry[0] = format!("{pad}{name} = {}", entry[0]);
            push_comma(&mut entry);
            lines.append(&mut entry);
        }
        if *more > 0 {
            lines.push(format!("{pad}{}", self.paint.with(Style::Faint, &format!("… {more} more"))));
        }
        lines.push(format!("{}}}", " ".repeat(indent)));
        lines
    }

    /// Short items share lines, long ones have their own.
    fn items(&self, items: &[Node], inner: usize, lines: &mut Vec<String>) {
        let pad = " ".repeat(inner);
        let (mut line, mut used) = (String::new(), 0);
        for node in items {
            let short = match node {
                Node::Leaf(_, text) if text.width() <= 24 => Some((self.plain(node), text.width())),
                _ => None,
            };
            match short {
                Some((text, width)) if used > 0 && inner + used + width + 2 <= self.bounds.width => {
                    line.push(' ');
                    line.push_str(&text);
                    line.push(',');
                    used += width + 2;
                }
                Some((text, width)) => {
                    if used > 0 {
                        lines.push(format!("{pad}{line}"));
                    }
                    line = text + ",";
                    used = width + 1;
                }
                None => {
                    if used > 0 {
                        lines.push(format!("{pad}{line}"));
                        (line, used) = (String::new(), 0);
                    }
                    let mut entry = self.lines(node, inner, inner, 1);
                    entry[0] = format!("{pad}{}", entry[0]);
                    push_comma(&mut entry);
                    lines.append(&mut entry);
                }
            }
        }
        if used > 0 {
            lines.push(format!("{pad}{line}"));
        }
    }

    /// All on one line, if there is room for it.
    fn flat(&self, node: &Node, room: usize) -> Option<String> {
        let mut out = String::new();
        let mut left = room;
        self.flat_into(node, &mut out, &mut left).then_some(out)
    }

    fn flat_into(&self, node: &Node, out: &mut String, left: &mut usize) -> bool {
        let mut put = |out: &mut String, style: Style, text: &str| {
            let width = text.width();
            if width > *left {
                return false;
            }
            *left -= width;
            out.push_str(&self.paint.with(style, text));
            true
        };
        match node {
            Node::Leaf(style, text) => put(out, *style, text),
            Node::Again(id) => put(out, Style::Mark, &format!("<{}>", self.marks[*id])),
            Node::Table { more, .. } if *more > 0 => false,
            Node::Table { id, items, pairs, deep, .. } => {
                if *deep {
                    return put(out, Style::Mark, &self.bare_mark(*id)) && put(out, Style::Faint, "{…}");
                }
                if items.is_empty() && pairs.is_empty() {
                    return put(out, Style::Mark, &self.bare_mark(*id)) && put(out, Style::Plain, "{}");
                }
                if !put(out, Style::Mark, &self.bare_mark(*id)) || !put(out, Style::Plain, "{ ") {
                    return false;
                }
                let mut first = true;
                for node in items {
                    if !std::mem::take(&mut first) && !self.plain_into(", ", out, left) {
                        return false;
                    }
                    if !self.flat_into(node, out, left) {
                        return false;
                    }
                }
                for (key, node) in pairs {
                    if !std::mem::take(&mut first) && !self.plain_into(", ", out, left) {
                        return false;
                    }
                    let width = key.text.width() + 3;
                    if width > *left {
                        return false;
                    }
                    *left -= width;
                    out.push_str(&self.paint.with(key.style, &key.text));
                    out.push_str(" = ");
                    if !self.flat_into(node, out, left) {
                        return false;
                    }
                }
                self.plain_into(" }", out, left)
            }
        }
    }

    fn plain_into(&self, text: &str, out: &mut String, left: &mut usize) -> bool {
        if text.len() > *left {
            return false;
        }
        *left -= text.len();
        out.push_str(text);
        true
    }

    /// A node that is no table, however long.
    fn plain(&self, node: &Node) -> String {
        match node {
            Node::Leaf(style, text) => self.paint.with(*style, text),
            Node::Again(id) => self.paint.with(Style::Mark, &format!("<{}>", self.marks[*id])),
            Node::Table { .. } => String::new(),
        }
    }

    fn bare_mark(&self, id: usize) -> String {
        match self.marks[id] {
            0 => String::new(),
            number => format!("<{number}>"),
        }
    }

    fn mark(&self, id: usize) -> String {
        self.paint.with(Style::Mark, &self.bare_mark(id))
    }
}

fn push_comma(lines: &mut [String]) {
    if let Some(last) = lines.last_mut() {
        last.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlua::Lua;

    const NARROW: Bounds = Bounds { width: 40, lines: 12, entries: 10, depth: 3, string: 30 };

    fn shown(code: &str, bounds: &Bounds) -> Shown {
        let lua = Lua::new();
        let value: Value = lua.load(code).eval().unwrap();
        show(&value, bounds, Paint::PLAIN)
    }

    fn text(code: &str) -> String {
        shown(code, &Bounds::ALL).text
    }

    #[test]
    fn plain_values_look_as_in_lua() {
        for (code, expected) in [
            ("nil", "nil"),
            ("true", "true"),
            ("10 / 2", "5"),
            ("0.1", "0.1"),
            ("1 / 3", "0.33333333333333"),
            ("1e100", "1e+100"),
            ("2^53", "9007199254740992"),
            ("-1e-7", "-1e-07"),
            ("1/0", "inf"),
            ("123456.75", "123456.75"),
            ("print", "<built-in function>"),
            ("coroutine.create(print)", "<coroutine>"),
            ("{}", "{}"),
            ("{ 1, 'a', { x = true } }", r#"{ 1, "a", { x = true } }"#),
            (
                "{ ['end'] = 1, ['a b'] = 2, [5] = 3, [true] = 4, x = 5 }",
                r#"{ [5] = 3, ["a b"] = 2, ["end"] = 1, x = 5, [true] = 4 }"#,
            ),
        ] {
            assert_eq!(text(code), expected, "{code}");
        }
    }

    #[test]
    fn strings_are_escaped_as_both_luas_read_them() {
        for (code, expected) in [
            (r#"'say "hi"\n'"#, r#""say \"hi\"\n""#),
            (r"'\0\0011\255'", r#""\0\0011\255""#),
            (r"'\27[31mred'", r#""\27[31mred""#),
            ("'\u{e9}\u{4e2d}'", "\"\u{e9}\u{4e2d}\""),
            (r"'\195'", r#""\195""#),
            ("'\u{202e}x'", r#""\226\128\174x""#),
        ] {
            assert_eq!(text(code), expected, "{code}");
        }
    }

    #[test]
    fn what_is_quoted_is_read_back_the_same() {
        let lua = Lua::new();
        let bytes: Vec<u8> = (0..=255).chain(b"0123".iter().copied()).chain(0..=255).collect();
        let (text, left) = quoted(&bytes, usize::MAX);
        assert_eq!(left, 0);
        let back: mlua::LuaString = lua.load(text).eval().unwrap();
        assert_eq!(&*back.as_bytes(), bytes.as_slice());
    }

    #[test]
    fn tables_break_where_there_is_no_room() {
        insta::assert_snapshot!(shown(
            "{ name = 'a rather long name', size = { width = 4000, height = 3000, depth = 12 }, 1, 2, 3 }",
            &NARROW
        ).text, @r#"
        {
          1, 2, 3,
          name = "a rather long name",
          size = {
            depth = 12,
            height = 3000,
            width = 4000,
          },
        }
        "#);
    }

    #[test]
    fn cycles_and_shared_tables_have_numbers() {
        let cycle = "(function() local t = { 1 } t.me = t t.both = { {}, {} } return t end)()";
        assert_eq!(text(cycle), "<1>{ 1, both = { {}, {} }, me = <1> }");
        let shared = "(function() local s = { 7 } return { s, s } end)()";
        assert_eq!(text(shared), "{ <1>{ 7 }, <1> }");
    }

    #[test]
    fn what_is_too_much_is_cut_and_says_so() {
        for (code, end) in [
            ("('x'):rep(100)", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"… (100 bytes)"),
            ("{ { { { 1 } } } }", "{ { { {…} } } }"),
            ("(function() local t = {} for i = 1, 100 do t[i] = i end return t end)()", "… 90 more\n}"),
            (
                "(function() local t = {} for i = 1, 8 do t[i] = { ('y'):rep(25), ('z'):rep(25) } end return t end)()",
                "… 22 more lines",
            ),
        ] {
            let shown = shown(code, &NARROW);
            assert!(shown.cut && shown.text.ends_with(end), "{code}: {}", shown.text);
        }
        assert!(!shown("{ 1, 2 }", &NARROW).cut);
    }
}
