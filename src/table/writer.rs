use std::fmt;

use super::DEPTH_LIMIT;
use super::document::{Document, Slot, Value};
use super::is_name;
use super::path::Path;
use super::plan::Plan;

/// How a text is spelt. Whatever the style, it is read back to the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Each entry on a line of its own, indented. Otherwise no blanks at all.
    pub pretty: bool,
    /// `["name"]=` instead of `name=`.
    pub bracket_keys: bool,
    /// Items without their keys: `{7}` instead of `{[1]=7}`.
    pub compact_arrays: bool,
    /// How many tables may stand in one another.
    pub depth: usize,
}

impl Default for Style {
    /// As messages are written.
    fn default() -> Self {
        Self { pretty: false, bracket_keys: false, compact_arrays: true, depth: DEPTH_LIMIT }
    }
}

/// Why a value cannot be written: its tables stand too deep in one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError {
    path: Path,
    limit: usize,
}

impl WriteError {
    /// Where, as a script would write it after the name of the value: `.a.b[2]`.
    pub fn path(&self) -> String {
        self.path.to_string()
    }

    /// How many tables may stand in one another.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "value{}: more than {} tables in one another", self.path, self.limit)
    }
}

impl std::error::Error for WriteError {}

/// Writes a value as one Lua expression, the same one for equal trees: items, then pairs in the order of their keys.
///
/// Fails only if more than [`DEPTH_LIMIT`] tables stand in one another.
pub fn write(value: Value<'_>) -> Result<Vec<u8>, WriteError> {
    write_styled(value, Style::default())
}

/// Writes a value in a style of the caller's.
pub fn write_styled(value: Value<'_>, style: Style) -> Result<Vec<u8>, WriteError> {
    let mut out = Vec::new();
    match value {
        Value::Nil => out.extend_from_slice(b"nil"),
        Value::Boolean(value) => put_boolean(&mut out, value),
        Value::Integer(number) => put_integer(&mut out, number),
        Value::String(bytes) => put_string(&mut out, bytes),
        Value::Table(table) => {
            let document = table.document;
            let plan = Plan::new(document, table.id);
            out.reserve(if plan.is_none() { document.text.len() } else { 0 });
            let mut writer = Writer { document, plan: plan.as_ref(), style, out };
            match &plan {
                None => writer.table(table.id, 1)?,
                Some(plan) => writer.graph(plan, table.id)?,
            }
            out = writer.out;
        }
    }
    Ok(out)
}

struct Writer<'d> {
    document: &'d Document<'d>,
    plan: Option<&'d Plan>,
    style: Style,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn graph(&mut self, plan: &Plan, root: u32) -> Result<(), WriteError> {
        self.put(b"(function()local t={}");
        for id in &plan.order {
            self.line(0);
            self.reference(plan.number(*id));
            self.put(b"=");
            self.table(*id, 1)?;
            self.put(b";");
        }
        for holder in &plan.order {
            for entry in plan.tied(*holder) {
                let (key, value) = self.document.entry(*holder, *entry);
                self.line(0);
                self.reference(plan.number(*holder));
                self.put(b"[");
                self.value(key, 1)?;
                self.put(b"]=");
                self.value(value, 1)?;
                self.put(b";");
            }
        }
        self.line(0);
        self.put(b"return ");
        self.reference(plan.number(root));
        self.put(b"end)()");
        Ok(())
    }

    fn reference(&mut self, number: u32) {
        self.put(b"t[");
        put_integer(&mut self.out, number as i32);
        self.put(b"]");
    }

    /// Recurses, but not beyond the style's depth.
    fn table(&mut self, id: u32, depth: usize) -> Result<(), WriteError> {
        if depth > self.style.depth {
            return Err(WriteError { path: Path::default(), limit: self.style.depth });
        }
        let tied = self.plan.map_or(&[][..], |plan| plan.tied(id));
        let (items, pairs) = (self.document.items_of(id), self.document.pairs_of(id));
        self.out.push(b'{');
        let mut first = true;
        // The index that a value without a key would get.
        let mut next = 1;
        if tied.is_empty() && self.style.compact_arrays {
            for (at, item) in items.iter().enumerate() {
                self.separate(&mut first, depth);
                self.value(item.slot(), depth).map_err(|error| self.within(error, Slot::Integer(at as i32 + 1)))?;
            }
            next += items.len() as i64;
            for (key, value) in pairs {
                self.entry(key.slot(), value.slot(), &mut next, &mut first, depth)?;
            }
        } else {
            let mut tied = tied.iter().copied().peekable();
            for at in 0..self.document.entry_count(id) {
                if tied.next_if_eq(&at).is_none() {
                    let (key, value) = self.document.entry(id, at);
                    self.entry(key, value, &mut next, &mut first, depth)?;
                }
            }
        }
        if !first {
            self.line(depth - 1);
        }
        self.out.push(b'}');
        Ok(())
    }

    fn entry(
        &mut self,
        key: Slot,
        value: Slot,
        next: &mut i64,
        first: &mut bool,
        depth: usize,
    ) -> Result<(), WriteError> {
        self.separate(first, depth);
        match key {
            // One hole is no longer as a nil than as a key.
            Slot::Integer(key)
                if self.style.compact_arrays && (i64::from(key) == *next || i64::from(key) == *next + 1) =>
            {
                if i64::from(key) != *next {
                    self.put(b"nil");
                    self.separate(first, depth);
                }
                *next = i64::from(key) + 1;
            }
            Slot::Text(_) | Slot::Own(_) if !self.style.bracket_keys && is_name(self.document.bytes(key)) => {
                let name = self.document.bytes(key);
                self.out.extend_from_slice(name);
                self.put(if self.style.pretty { b" = " } else { b"=" });
            }
            key => {
                self.put(b"[");
                self.value(key, depth).map_err(|error| self.within(error, key))?;
                self.put(if self.style.pretty { b"] = " } else { b"]=" });
            }
        }
        self.value(value, depth).map_err(|error| self.within(error, key))
    }

    #[inline]
    fn value(&mut self, value: Slot, depth: usize) -> Result<(), WriteError> {
        match value {
            Slot::Nil => self.put(b"nil"),
            Slot::Boolean(value) => put_boolean(&mut self.out, value),
            Slot::Integer(number) => put_integer(&mut self.out, number),
            Slot::Text(_) | Slot::Own(_) => {
                let bytes = self.document.bytes(value);
                put_string(&mut self.out, bytes);
            }
            Slot::Table(id) => match self.plan.map_or(0, |plan| plan.number(id)) {
                0 => return self.table(id, depth + 1),
                number => self.reference(number),
            },
        }
        Ok(())
    }

    #[inline]
    fn separate(&mut self, first: &mut bool, depth: usize) {
        if !std::mem::replace(first, false) {
            self.out.push(b',');
        }
        self.line(depth);
    }

    #[inline]
    fn line(&mut self, depth: usize) {
        if self.style.pretty {
            self.out.push(b'\n');
            self.out.extend(std::iter::repeat_n(b' ', 2 * depth));
        }
    }

    #[inline]
    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    #[cold]
    fn within(&self, mut error: WriteError, key: Slot) -> WriteError {
        error.path.key(self.document.value(key));
        error
    }
}

/// A string in quotes, as in every text of ours.
pub(crate) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 2);
    put_string(&mut out, bytes);
    out
}

pub(super) fn put_boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

#[inline]
pub(super) fn put_integer(out: &mut Vec<u8>, number: i32) {
    // A camera reads the digits before the sign, and they saturate (CHDK lib/lua/lobject.c:90).
    if number == i32::MIN {
        return out.extend_from_slice(b"-2147483647-1");
    }
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// A string that stands on one line and survives a C string on the way: control characters are escaped.
pub(super) fn put_string(out: &mut Vec<u8>, mut bytes: &[u8]) {
    out.push(b'"');
    loop {
        let plain = bytes.iter().position(|byte| ESCAPED[*byte as usize]).unwrap_or(bytes.len());
        out.extend_from_slice(&bytes[..plain]);
        let Some(byte) = bytes.get(plain) else { break };
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            byte => out.extend_from_slice(&[b'\\', b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10]),
        }
        bytes = &bytes[plain + 1..];
    }
    out.push(b'"');
}

static ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        escaped[byte] = byte < 32 || matches!(byte as u8, 127 | b'"' | b'\\');
        byte += 1;
    }
    escaped
};
