//! Texts that are checked, and places in them.

use std::ops::Range;

/// A stretch of a source, in bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Span {
    /// From `start` up to and without `end`.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// From the start of this to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Which of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A place as people and editors count: lines and columns from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
    /// Column in UTF-16 code units, from 1; a byte that is no UTF-8 counts as one.
    pub column_utf16: u32,
}

/// A text with a name. Any bytes will do.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    bytes: Vec<u8>,
    lines: Vec<u32>,
    origin: Option<Origin>,
}

/// Where the text of a source stands inside another one: code in a string.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The source with the string.
    pub source: SourceId,
    /// Pairs of offsets, first in this source and then in the other, in rising order of the first: from each pair on, the two
    /// run in step until the next. The first pair has offset 0.
    pub map: Vec<(u32, u32)>,
}

impl Source {
    /// A text under the name that reports show.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', &bytes).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { name: name.into(), bytes, lines, origin: None }
    }

    /// The same text, as it stands in a string of another source.
    #[must_use]
    pub fn inside(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The name that reports show: a path, or a word for where it came from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes at `at` stand for a byte of the code in a string: more than one, if they are an escape.
    fn written(&self, at: u32, byte: Option<&u8>) -> u32 {
        let written = self.bytes.get(at as usize..).unwrap_or_default();
        let length = match (written, byte) {
            // In long brackets a backslash is itself.
            (_, Some(b'\\')) => 1,
            ([b'\\', b'x', ..], _) => 4,
            ([b'\\', b'0'..=b'9', rest @ ..], _) => {
                2 + rest.iter().take(2).take_while(|digit| digit.is_ascii_digit()).count()
            }
            ([b'\\', b'\r', b'\n', ..] | [b'\\', b'\n', b'\r', ..], _) => 3,
            ([b'\\', ..], _) => 2,
            _ => 1,
        };
        length.min(written.len().max(1)) as u32
    }

    /// Where the text stands, if it is part of another source.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What stands in a span, cut to the text.
    pub fn text(&self, span: Span) -> &[u8] {
        let end = (span.end as usize).min(self.bytes.len());
        &self.bytes[(span.start as usize).min(end)..end]
    }

    /// The line of an offset, from 1. Lines end at line feeds; a lone carriage return ends none.
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The span of a line without its end.
    pub fn line_span(&self, line: u32) -> Span {
        let at = |line: u32| self.lines.get(line as usize).map(|start| *start as usize);
        let start = at(line.saturating_sub(1)).unwrap_or(self.bytes.len());
        let end = at(line).map_or(self.bytes.len(), |next| next - 1);
        let end = if end > start && self.bytes[end - 1] == b'\r' { end - 1 } else { end };
        Span::new(start, end)
    }

    /// The offset of a line and a column in UTF-16 units, both from 1, as in [`Position`]. What lies beyond the line's end is
    /// its end.
    pub fn offset(&self, line: u32, column_utf16: u32) -> u32 {
        let span = self.line_span(line.max(1));
        let mut left = column_utf16.saturating_sub(1) as usize;
        let mut at = span.start;
        for chunk in self.text(span).utf8_chunks() {
            let valid = chunk.valid().chars().map(|character| (character.len_utf8(), character.len_utf16()));
            for (bytes, units) in valid.chain(chunk.invalid().iter().map(|_| (1, 1))) {
                let Some(rest) = left.checked_sub(units) else { return at };
                left = rest;
                at += u32::try_from(bytes).unwrap_or(0);
            }
        }
        at
    }

    /// An offset as people count.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.bytes.len());
        let line = self.line(Span::new(offset, offset).start);
        let start = self.lines[line as usize - 1] as usize;
        let before = &self.bytes[start..offset];
        let units: usize =
            before.utf8_chunks().map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len()).sum();
        let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        Position { line, column: count(before.len()), column_utf16: count(units) }
    }
}

/// All texts that a check has looked at: the script, modules it requires, code in its strings.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// How many there are. Their ids count from 0.
    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with that id, which must have come from here.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// A place in the text that a person has written: follows code in strings out to the file around it.
    pub fn resolve(&self, id: SourceId, span: Span) -> (SourceId, Span) {
        let (mut id, mut span) = (id, span);
        while let Some(origin) = self.get(id).origin() {
            let shift = |offset: u32| {
                let at = origin.map.partition_point(|(from, _)| *from <= offset).saturating_sub(1);
                origin.map.get(at).map_or(offset, |(from, to)| to + offset.saturating_sub(*from))
            };
            let start = shift(span.start);
            // The end belongs to the stretch of the last byte, which may be written with several.
            let end = match span.end.checked_sub(1).filter(|last| *last >= span.start) {
                Some(last) => {
                    shift(last) + self.get(origin.source).written(shift(last), self.get(id).bytes().get(last as usize))
                }
                None => start,
            };
            (id, span) = (origin.source, Span { start, end: end.max(start) });
        }
        (id, span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_bytes_and_utf16() {
        let source = Source::new("x.lua", "a\n\u{20ac}\u{1f4f7}\u{e4}=1\r\nb".as_bytes());
        let place = |offset| source.position(offset);
        assert_eq!(place(0), Position { line: 1, column: 1, column_utf16: 1 });
        assert_eq!(place(11), Position { line: 2, column: 10, column_utf16: 5 });
        assert_eq!(source.text(source.line_span(2)), "\u{20ac}\u{1f4f7}\u{e4}=1".as_bytes());
        assert_eq!(place(99).line, 3);
        for offset in [0, 1, 2, 5, 9, 11, 13, 15] {
            let at = place(offset);
            assert_eq!(source.offset(at.line, at.column_utf16), offset);
        }
        assert_eq!((source.offset(2, 99), source.offset(9, 9), source.offset(0, 0)), (13, 16, 0));
        let odd = Source::new("x", [0xff, 0xfe, b'a'].as_slice());
        assert_eq!(odd.position(2).column_utf16, 3);
    }

    #[test]
    fn code_in_a_string_is_found_in_the_file_around_it() {
        let mut sources = Sources::default();
        let outer = sources.add(Source::new("host.lua", "f('a\\nbc')"));
        let map = vec![(0, 3), (2, 6)];
        let inner = sources.add(Source::new("code", "a\nbc").inside(Origin { source: outer, map }));
        assert_eq!(sources.resolve(inner, Span::new(2, 4)), (outer, Span::new(6, 8)));
        assert_eq!(sources.resolve(inner, Span::new(0, 1)), (outer, Span::new(3, 4)));
        // An escape is not cut in two.
        assert_eq!(sources.resolve(inner, Span::new(0, 2)), (outer, Span::new(3, 6)));
        let outer = sources.add(Source::new("host.lua", "f('\\'a\\034\\x41')"));
        let map = vec![(0, 3), (1, 5), (3, 10)];
        let inner = sources.add(Source::new("code", "'a\"A").inside(Origin { source: outer, map }));
        let ends = [1, 2, 3, 4].map(|end| sources.resolve(inner, Span::new(0, end)).1.end);
        assert_eq!(ends, [5, 6, 10, 14]);
    }
}
