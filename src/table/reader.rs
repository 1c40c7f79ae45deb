use std::borrow::Cow;
use std::fmt;

use super::DEPTH_LIMIT;
use super::builder::rank;
use super::document::{Document, Extent, LONGEST, Packed, Slot, Span};
use super::scan::{is_blank, is_digit, is_word, plain_len, word_len};

/// What a text may have at most. The default bounds are far above what a camera has memory for.
///
/// Whatever the limits, reading takes time in proportion to the text (sorting a table's keys takes a logarithm more),
/// and at most 24 bytes of memory for each byte of it; a listing takes 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text. Never more than 512 MiB.
    pub bytes: usize,
    /// Tables that stand in one another.
    pub depth: usize,
    /// Tables in all.
    pub tables: usize,
    /// Values in all, nils and tables included, keys not.
    pub values: usize,
}

impl Default for Limits {
    /// 256 MiB of text, [`DEPTH_LIMIT`] tables in one another, 2^24 tables, 2^26 values.
    fn default() -> Self {
        Self { bytes: 256 << 20, depth: DEPTH_LIMIT, tables: 1 << 24, values: 1 << 26 }
    }
}

/// Why a text is no value of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Offset in bytes.
    pub offset: usize,
    /// What stood there, and what was expected instead.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads one value within the default [`Limits`]. Executes nothing and recurses nowhere.
///
/// Of Lua it takes: constructors with any spelling of keys, integers in decimal and hexadecimal (a camera's word:
/// 0xFFFFFFFF is -1), `-2147483647-1`, parentheses around a number, strings of all kinds, and graphs in their fixed
/// shape. So it reads what chdkptp writes on the host and on the camera, and a reserved word that stands bare as a key
/// there, which no Lua takes. Where a key stands twice, the value that Lua would keep is kept.
pub fn read(text: &[u8]) -> Result<Document<'_>, ReadError> {
    read_within(text, &Limits::default())
}

/// Reads one value within limits of the caller's.
pub fn read_within<'a>(text: &'a [u8], limits: &Limits) -> Result<Document<'a>, ReadError> {
    let most = limits.bytes.min(LONGEST);
    if text.len() > most {
        return Err(ReadError { offset: most, message: format!("{} bytes of text; {most} are allowed", text.len()) });
    }
    let mut reader = Reader {
        text,
        at: 0,
        document: Document::empty(Cow::Borrowed(text)),
        items: Vec::new(),
        pairs: Vec::new(),
        open: Vec::new(),
        built: None,
        values: 0,
        limits,
    };
    // About what a listing needs; more is got when it is needed.
    reader.document.items.reserve(text.len() / 16);
    reader.document.pairs.reserve(text.len() / 20);
    reader.document.tables.reserve(text.len() / 40);
    match reader.whole() {
        Ok(root) => reader.document.root = root.slot(),
        Err(error) => return Err(*error),
    }
    Ok(reader.document)
}

/// Lua stores a constructor's items when it has so many, and at the end (`LFIELDS_PER_FLUSH` in its lopcodes.h, in 5.1
/// as in 5.2): that decides between an item and an explicit key of the same number.
const FLUSH: usize = 50;

struct Reader<'a, 'l> {
    text: &'a [u8],
    at: usize,
    document: Document<'a>,
    /// Items of the tables that are open, one table's behind the other's.
    items: Vec<Packed>,
    /// Their pairs.
    pairs: Vec<(Packed, Packed)>,
    open: Vec<Open>,
    /// In a graph: the tables that are built.
    built: Option<Vec<u32>>,
    values: usize,
    limits: &'l Limits,
}

/// A table that is being read.
struct Open {
    /// Where its items and pairs begin.
    items: usize,
    pairs: usize,
    key: Key,
    /// Whether it has no nil and no integer in brackets so far.
    simple: bool,
}

/// What the next value is for.
enum Key {
    /// The next item.
    Index,
    /// It is the key: `[` stood before it.
    Opened,
    /// It belongs to this key.
    Known(Packed),
}

/// Errors are boxed on their way, so that what is no error fits into two registers.
type Outcome<T> = Result<T, Box<ReadError>>;

impl Reader<'_, '_> {
    fn whole(&mut self) -> Outcome<Packed> {
        let root = self.expression()?;
        self.blanks();
        if self.at < self.text.len() {
            return Err(self.unexpected("the end"));
        }
        Ok(root)
    }

    fn expression(&mut self) -> Outcome<Packed> {
        self.blanks();
        let start = self.at;
        if self.take(b'(') {
            self.blanks();
            if self.word() == b"function" {
                return self.graph();
            }
            self.at = start;
        }
        self.value()
    }

    /// `(` was taken, and `function` stands here.
    fn graph(&mut self) -> Outcome<Packed> {
        self.tokens(&["function", "(", ")", "local", "t", "=", "{", "}"])?;
        self.document.tree = false;
        self.built = Some(Vec::new());
        let mut ties: Vec<(u32, Packed, Packed)> = Vec::new();
        loop {
            self.blanks();
            if self.take(b';') {
                continue;
            }
            match self.word() {
                b"return" => break,
                b"t" => self.at += 1,
                _ => return Err(self.unexpected("t[…] or 'return'")),
            }
            self.blanks();
            let start = self.at;
            let number = self.subscript()?;
            self.blanks();
            if self.take(b'[') {
                self.at = start;
                let table = self.reference()?;
                self.tokens(&["["])?;
                let key_at = self.at;
                let key = self.scalar()?;
                if key == Packed::NIL {
                    self.at = key_at;
                    return Err(self.unexpected("a key"));
                }
                self.tokens(&["]", "="])?;
                self.blanks();
                let value = self.scalar()?;
                self.count()?;
                ties.push((table, key, value));
            } else {
                let next = self.built.as_ref().map_or(0, Vec::len) + 1;
                if number != next || !ties.is_empty() {
                    self.at = start;
                    let wanted = if ties.is_empty() { format!("[{next}]") } else { "a tie or 'return'".to_owned() };
                    return Err(self.unexpected(&wanted));
                }
                self.tokens(&["="])?;
                self.blanks();
                if self.peek() != Some(b'{') {
                    return Err(self.unexpected("'{'"));
                }
                if let Slot::Table(id) = self.value()?.slot() {
                    self.built.get_or_insert_default().push(id);
                }
            }
        }
        self.tokens(&["return", "t"])?;
        self.blanks();
        let root = self.reference()?;
        self.blanks();
        self.take(b';');
        self.tokens(&["end", ")", "(", ")"])?;
        self.tie(ties);
        Ok(Slot::Table(root).into())
    }

    /// Adds what could not stand in the constructors. Each table is made anew once, however many ties it has.
    fn tie(&mut self, mut ties: Vec<(u32, Packed, Packed)>) {
        ties.sort_by_key(|(table, ..)| *table);
        for ties in ties.chunk_by(|(a, ..), (b, ..)| a == b) {
            let id = ties[0].0;
            self.items.extend_from_slice(self.document.items_of(id));
            self.pairs.extend_from_slice(self.document.pairs_of(id));
            for (_, key, value) in ties {
                match key.as_integer().map(|key| rank(key) as usize) {
                    Some(at) if at < self.items.len() => self.items[at] = *value,
                    _ => self.pairs.push((*key, *value)),
                }
            }
            let extent = self.document.settle(&mut self.items, 0, &mut self.pairs, 0);
            self.document.tables[id as usize] = extent;
        }
    }

    /// A value with all that stands in it.
    fn value(&mut self) -> Outcome<Packed> {
        loop {
            self.blanks();
            let mut value = if self.take(b'{') {
                if self.open.len() == self.limits.depth {
                    return Err(self.error(format!("more than {} tables in one another", self.limits.depth)));
                }
                let (items, pairs) = (self.items.len(), self.pairs.len());
                self.open.push(Open { items, pairs, key: Key::Index, simple: true });
                match self.field()? {
                    Some(table) => table,
                    None => continue,
                }
            } else {
                self.scalar()?
            };
            // The value may end a field, that may end a table, which is a value.
            loop {
                let Some(table) = self.open.last_mut() else { return Ok(value) };
                match std::mem::replace(&mut table.key, Key::Index) {
                    Key::Index => {
                        table.simple &= value != Packed::NIL;
                        self.items.push(value);
                    }
                    Key::Known(key) => {
                        let stored = self.items.len() - table.items;
                        let stored = stored - stored % FLUSH;
                        table.simple &= value != Packed::NIL;
                        match key.as_integer().map(|key| rank(key) as usize) {
                            Some(at) if at < stored => self.items[table.items + at] = value,
                            index => {
                                table.simple &= index.is_none();
                                self.pairs.push((key, value));
                            }
                        }
                    }
                    Key::Opened => {
                        if value == Packed::NIL {
                            return Err(self.error("nil is no key".into()));
                        }
                        table.key = Key::Known(value);
                        self.blanks();
                        if !self.take(b']') {
                            return Err(self.unexpected("']'"));
                        }
                        self.blanks();
                        if !self.take(b'=') {
                            return Err(self.unexpected("'='"));
                        }
                        break;
                    }
                }
                self.count()?;
                self.blanks();
                if !self.take(b',') && !self.take(b';') && self.peek() != Some(b'}') {
                    return Err(self.unexpected("',' or '}'"));
                }
                match self.field()? {
                    Some(table) => value = table,
                    None => break,
                }
            }
        }
    }

    /// The beginning of a field, up to where its value (or bracketed key) stands; or the end of the table, which is then
    /// a value.
    #[inline]
    fn field(&mut self) -> Outcome<Option<Packed>> {
        self.blanks();
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return self.close().map(Some);
            }
            Some(b'[') if !matches!(self.text.get(self.at + 1), Some(b'[' | b'=')) => {
                self.at += 1;
                self.expect_for(Key::Opened);
            }
            Some(byte) if is_word(byte) && !is_digit(byte) => {
                let (start, len) = (self.at, self.word().len());
                self.at += len;
                self.blanks();
                if self.take(b'=') {
                    self.expect_for(Key::Known(Packed::text(start, len)));
                } else {
                    self.at = start;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    fn expect_for(&mut self, key: Key) {
        if let Some(table) = self.open.last_mut() {
            table.key = key;
        }
    }

    fn close(&mut self) -> Outcome<Packed> {
        let Some(table) = self.open.pop() else { return Err(self.unexpected("a value")) };
        let id = self.document.tables.len();
        if id == self.limits.tables {
            return Err(self.error(format!("more than {} tables", self.limits.tables)));
        }
        let extent = if table.simple {
            self.document.order(&mut self.pairs, table.pairs);
            let extent = Extent {
                items: self.document.items.len() as u32,
                items_len: (self.items.len() - table.items) as u32,
                pairs: self.document.pairs.len() as u32,
                pairs_len: (self.pairs.len() - table.pairs) as u32,
            };
            self.document.items.extend_from_slice(&self.items[table.items..]);
            self.document.pairs.extend_from_slice(&self.pairs[table.pairs..]);
            self.items.truncate(table.items);
            self.pairs.truncate(table.pairs);
            extent
        } else {
            self.document.settle(&mut self.items, table.items, &mut self.pairs, table.pairs)
        };
        self.document.tables.push(extent);
        Ok(Slot::Table(id as u32).into())
    }

    #[inline]
    fn count(&mut self) -> Outcome<()> {
        self.values += 1;
        if self.values > self.limits.values {
            return Err(self.error(format!("more than {} values", self.limits.values)));
        }
        Ok(())
    }

    /// A value that is no constructor.
    #[inline]
    fn scalar(&mut self) -> Outcome<Packed> {
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            Some(b'0'..=b'9' | b'-') => self.integer(),
            Some(b'(') => {
                self.at += 1;
                self.blanks();
                let number = self.integer()?;
                self.tokens(&[")"])?;
                Ok(number)
            }
            Some(b'[') => self.long_string(),
            _ => {
                let word = self.word();
                let value = match word {
                    b"nil" => Packed::NIL,
                    b"true" => Slot::Boolean(true).into(),
                    b"false" => Slot::Boolean(false).into(),
                    b"t" if self.built.is_some() => {
                        self.at += 1;
                        self.blanks();
                        return self.reference().map(|id| Slot::Table(id).into());
                    }
                    _ => return Err(self.unexpected("a value")),
                };
                self.at += word.len();
                Ok(value)
            }
        }
    }

    /// `[5]` behind a `t`: the table that was built with this number.
    fn reference(&mut self) -> Outcome<u32> {
        let start = self.at;
        let number = self.subscript()?;
        let built = self.built.as_deref().unwrap_or_default();
        number.checked_sub(1).and_then(|at| built.get(at).copied()).ok_or_else(|| {
            let message = format!("t[{number}] is not built; {} tables are", built.len());
            Box::new(ReadError { offset: start, message })
        })
    }

    fn subscript(&mut self) -> Outcome<usize> {
        if !self.take(b'[') {
            return Err(self.unexpected("'['"));
        }
        self.blanks();
        let start = self.at;
        let number = match self.peek() {
            Some(b'0'..=b'9') => self.integer()?,
            _ => Packed::NIL,
        };
        let Some(number @ 0..) = number.as_integer() else {
            self.at = start;
            return Err(self.unexpected("a table's number"));
        };
        self.tokens(&["]"])?;
        Ok(number as usize)
    }

    /// `12`, `-12`, `0xFF`, and the sum that stands for the smallest integer.
    #[inline]
    fn integer(&mut self) -> Outcome<Packed> {
        let start = self.at;
        let negative = self.take(b'-');
        if negative {
            self.blanks();
        }
        let digits = self.at;
        let mut number: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = (number * 10 + i64::from(digit - b'0')).min(1 << 40);
            self.at += 1;
        }
        if self.peek().is_some_and(|byte| is_word(byte) || byte == b'.') || self.at == digits {
            return self.hexadecimal(start, digits, negative);
        }
        if negative {
            number = -number;
        }
        let Ok(number) = i32::try_from(number) else {
            self.at = start;
            return Err(self.unexpected("a 32-bit integer"));
        };
        if number == -i32::MAX && self.takes_one_away() {
            return Ok(Packed::integer(i32::MIN));
        }
        Ok(Packed::integer(number))
    }

    /// `-1` behind `-2147483647`, taken if it stands there.
    fn takes_one_away(&mut self) -> bool {
        let start = self.at;
        self.blanks();
        if self.take(b'-') {
            self.blanks();
            if self.take(b'1') && !self.peek().is_some_and(|byte| is_word(byte) || byte == b'.') {
                return true;
            }
        }
        self.at = start;
        false
    }

    /// Hexadecimal is a camera's word: 0xFFFFFFFF is -1 there, and arithmetic wraps.
    fn hexadecimal(&mut self, start: usize, digits: usize, negative: bool) -> Outcome<Packed> {
        self.at = digits;
        let word = self.word();
        let hex = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X")).unwrap_or_default();
        let significant = hex.len() - hex.iter().take_while(|digit| **digit == b'0').count();
        if hex.is_empty() || significant > 8 || !hex.iter().all(u8::is_ascii_hexdigit) {
            self.at = start;
            return Err(self.unexpected(if digits < self.text.len() && is_digit(self.text[digits]) {
                "a 32-bit integer"
            } else {
                "a value"
            }));
        }
        let value = |digit: &u8| (*digit as char).to_digit(16).unwrap_or(0);
        let number = hex.iter().fold(0u32, |number, digit| number << 4 | value(digit));
        self.at += word.len();
        if self.peek() == Some(b'.') {
            self.at = start;
            return Err(self.unexpected("a 32-bit integer"));
        }
        Ok(Packed::integer(if negative { number.wrapping_neg() } else { number } as i32))
    }

    #[inline]
    fn string(&mut self, quote: u8) -> Outcome<Packed> {
        let start = self.at + 1;
        let len = plain_len(&self.text[start..], quote);
        if self.text.get(start + len) == Some(&quote) {
            self.at = start + len + 1;
            return Ok(Packed::text(start, len));
        }
        self.escaped(quote)
    }

    fn escaped(&mut self, quote: u8) -> Outcome<Packed> {
        let start = self.at;
        let own = self.document.own.len();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let plain = plain_len(rest, quote);
            self.document.own.extend_from_slice(&rest[..plain]);
            self.at += plain;
            if self.take(quote) {
                let len = self.document.own.len() - own;
                return Ok(Slot::Own(Span { start: own as u32, len: len as u32 }).into());
            }
            if !self.take(b'\\') {
                self.at = start;
                return Err(self.error("a string that does not end on its line".into()));
            }
            self.escape()?;
        }
    }

    /// What stands after a backslash (Lua 5.1 §2.1; `\x` and `\z` as in 5.2).
    fn escape(&mut self) -> Outcome<()> {
        let Some(byte) = self.peek() else { return Err(self.unexpected("an escape")) };
        let meant = match byte {
            b'0'..=b'9' => {
                let digits = self.text[self.at..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
                let code =
                    self.text[self.at..self.at + digits].iter().fold(0, |code, b| code * 10 + u32::from(b - b'0'));
                let byte = u8::try_from(code).map_err(|_| self.error(format!("\\{code} is no byte")))?;
                self.at += digits - 1;
                byte
            }
            b'x' => {
                let hex = self.text.get(self.at + 1..self.at + 3).unwrap_or_default();
                let byte = std::str::from_utf8(hex).ok().filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
                let byte = byte.and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let byte = byte.ok_or_else(|| self.unexpected("\\x and two hexadecimal digits"))?;
                self.at += 2;
                byte
            }
            b'z' => {
                self.at += 1;
                self.blanks();
                return Ok(());
            }
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\n' | b'\r' => {
                // Two different line ends are one line break.
                let other = b'\n' + b'\r' - byte;
                self.at += usize::from(self.text.get(self.at + 1) == Some(&other));
                b'\n'
            }
            other => other,
        };
        self.at += 1;
        self.document.own.push(meant);
        Ok(())
    }

    /// `[[…]]`, `[=[…]=]`.
    fn long_string(&mut self) -> Outcome<Packed> {
        let start = self.at;
        let level = self.text[start + 1..].iter().take_while(|byte| **byte == b'=').count();
        if self.text.get(start + 1 + level) != Some(&b'[') {
            return Err(self.unexpected("a value"));
        }
        let mut rest = &self.text[start + level + 2..];
        let mut end = vec![b'='; level + 2];
        (end[0], end[level + 1]) = (b']', b']');
        let Some(len) = memchr::memmem::find(rest, &end) else {
            return Err(self.error("a string that does not end".into()));
        };
        self.at = start + level + 2 + len + end.len();
        rest = &rest[..len];
        let own = self.document.own.len();
        let mut first = true;
        while let Some((byte, tail)) = rest.split_first() {
            rest = tail;
            match byte {
                b'\n' | b'\r' => {
                    if rest.first() == Some(&(b'\n' + b'\r' - byte)) {
                        rest = &rest[1..];
                    }
                    if !first {
                        self.document.own.push(b'\n');
                    }
                }
                byte => self.document.own.push(*byte),
            }
            first = false;
        }
        let len = self.document.own.len() - own;
        Ok(Slot::Own(Span { start: own as u32, len: len as u32 }).into())
    }

    /// The letters, digits and underscores that stand here, not taken.
    #[inline]
    fn word(&self) -> &[u8] {
        let rest = &self.text[self.at..];
        &rest[..word_len(rest)]
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn tokens(&mut self, tokens: &[&str]) -> Outcome<()> {
        for token in tokens {
            self.blanks();
            let there = match self.word() {
                b"" => self.text[self.at..].starts_with(token.as_bytes()),
                word => word == token.as_bytes(),
            };
            if !there {
                return Err(self.unexpected(&format!("'{token}'")));
            }
            self.at += token.len();
        }
        Ok(())
    }

    #[cold]
    fn unexpected(&self, wanted: &str) -> Box<ReadError> {
        let rest = &self.text[self.at.min(self.text.len())..];
        let there = match rest {
            [] => "the text ends".to_owned(),
            rest => format!("\"{}\" stands", rest[..rest.len().min(20)].escape_ascii()),
        };
        self.error(format!("{there} where {wanted} should be"))
    }

    #[cold]
    fn error(&self, message: String) -> Box<ReadError> {
        Box::new(ReadError { offset: self.at.min(self.text.len()), message })
    }
}
