//! From bytes to a [`Tree`], and whether the camera will compile them.

use super::finding::{Finding, Severity};
use super::lower::empty;
use super::options::{Options, Start};
use super::parse::{Outcome, Shortened, parse};
use super::scan::{Scan, Token, scan_into};
use super::source::{Source, SourceId, Span};
use super::stack::on_big_stack;
use super::syntax::{LIMITS, NOT_CAMERA_LUA, SYNTAX, Text, UBASIC, Verdict, ask, looks_like_basic};
use super::tree::Tree;

/// A text that was read.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// Its tokens and comments.
    pub scan: Scan,
    /// Its syntax tree. Where the text has errors, it is what could be made out; at the least there is an empty chunk.
    pub tree: Tree,
    /// What keeps the camera from compiling it, and what its compiler reads otherwise than it looks. There is an error among
    /// them if and only if the camera will not compile it.
    pub findings: Vec<Finding>,
    /// Whether the tree is all of the text.
    pub complete: bool,
}

/// Longer texts are not looked at: no camera has the memory.
const LONGEST: usize = 16 << 20;
/// Longer texts are compiled but not parsed, which takes some two hundred bytes for each of theirs.
const LONGEST_PARSED: usize = 2 << 20;
/// Longer texts are always compiled: only those can have too many constants, or jump too far.
const LONG: usize = 128 << 10;
/// An expression with more operators is not parsed, as each takes some of the stack.
const MOST_OPERATORS: usize = 20_000;
/// What nests deeper, or has more values waiting, is compiled before it is parsed.
const DEEP: usize = 60;
const MANY_RIGHT: usize = 100;
const MANY_WAITING: usize = 120;

/// What bytecode begins with: Lua 5.1, little-endian, with int, `size_t`, instructions and numbers of four bytes, the last
/// integral (CHDK lib/lua/lundump.c).
const BYTECODE: &[u8] = b"\x1bLua\x51\x00\x01\x04\x04\x04\x04\x01";

/// Memory for what is needed of a text while it is read, which the next one uses again.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of a text that was read.
    pub tokens: Vec<Token>,
    short: Shortened,
}

/// Reads a text. Any bytes will do.
pub fn read(id: SourceId, source: &Source, options: &Options) -> Parsed {
    read_with(&mut Scratch::default(), id, source, options)
}

/// Reads a text in memory that others have used before.
pub(super) fn read_with(scratch: &mut Scratch, id: SourceId, source: &Source, options: &Options) -> Parsed {
    let mut parsed = read_as_far(scratch, id, source, options);
    if parsed.tree.functions.is_empty() {
        parsed.tree = empty(source.bytes());
    }
    parsed
}

/// The same, with no tree at all if the text is not parsed.
fn read_as_far(scratch: &mut Scratch, id: SourceId, source: &Source, options: &Options) -> Parsed {
    let bytes = source.bytes();
    let mut parsed = Parsed::default();
    let whole = Span::new(0, bytes.len());
    if bytes.first() == Some(&0x1b) {
        parsed.findings.push(bytecode(id, bytes, options.start));
        return parsed;
    }
    if bytes.len() > LONGEST {
        let message = format!("a text of {} MiB is no script for a camera", bytes.len() >> 20);
        parsed.findings.push(Finding::new(LIMITS.id, Severity::Error, id, whole, message));
        return parsed;
    }
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        let finding =
            Finding::new(SYNTAX.id, Severity::Error, id, Span::new(0, 2), "this is UTF-16, which no Lua reads")
                .help("Save the file as ASCII or as UTF-8 without a byte order mark.");
        parsed.findings.push(finding);
        return parsed;
    }
    parsed.scan = scan_into(std::mem::take(&mut scratch.tokens), bytes, options.start == Start::Ptp);
    let short = &mut scratch.short;
    let work = || Reader { id, source, start: options.start, parsed: &mut parsed, short }.read();
    if on_big_stack(work).is_err() {
        let message = "this could not be checked: the system gives no thread";
        parsed.findings.push(Finding::new(SYNTAX.id, Severity::Warning, id, whole, message));
    }
    parsed.findings.sort_by_key(|finding| finding.span);
    parsed
}

fn bytecode(id: SourceId, bytes: &[u8], start: Start) -> Finding {
    let begin = Span::new(0, bytes.len().min(4));
    let error = |message: &str| Finding::new(NOT_CAMERA_LUA.id, Severity::Error, id, begin, message);
    if start == Start::Ptp {
        error("this is bytecode, which cannot be sent: it ends at its first NUL").help("Send the Lua text.")
    } else if !bytes.starts_with(BYTECODE) {
        error("this is bytecode of another Lua than the camera's").help("Send the Lua text: the camera compiles it.")
    } else {
        let mut finding = error("this is bytecode: nothing of it can be checked");
        finding.severity = Severity::Warning;
        finding.help("Bytecode that does not fit the camera's Lua crashes it. Send the Lua text.")
    }
}

struct Reader<'a> {
    id: SourceId,
    source: &'a Source,
    start: Start,
    parsed: &'a mut Parsed,
    short: &'a mut Shortened,
}

impl Reader<'_> {
    fn read(mut self) {
        self.text().check_tokens();
        let mut verdict = None;
        if self.is_suspect() || self.has_errors() {
            verdict = Some(self.ask());
        }
        let outcome = if self.can_parse(verdict.as_ref()) { self.parse() } else { None };
        let end = self.parsed.scan.tokens.last().map_or(0, |last| last.span.end as usize);
        let clean = outcome.as_ref().is_some_and(|outcome| outcome.accepted && outcome.lowered.end == end);
        let doubtful = !clean || outcome.as_ref().is_some_and(|outcome| outcome.lowered.doubtful);
        let verdict = verdict.or_else(|| doubtful.then(|| self.ask()));
        if let Some(Verdict::Refused(message)) = &verdict {
            let mended;
            let compiled = if self.has_errors() {
                mended = self.parsed.scan.mended(self.source.bytes()).to_vec();
                &mended[..self.parsed.scan.end]
            } else {
                &self.source.bytes()[..self.parsed.scan.end]
            };
            let start = self.start;
            self.text().add_complaint(message, compiled, start);
        }
        // What is sent has no name that tells a language.
        let may_be_basic = self.start != Start::Ptp && self.has_errors();
        if may_be_basic && let Some(line) = looks_like_basic(self.source.bytes()) {
            return self.found_basic(line);
        }
        if let Some(outcome) = outcome {
            self.parsed.tree = outcome.lowered.tree;
        }
        self.parsed.complete = clean && !self.has_errors();
        if !clean && !self.has_errors() {
            self.add_unchecked(verdict.as_ref());
        }
        if self.start == Start::Ptp {
            self.text().check_end();
        }
    }

    fn text(&mut self) -> Text<'_> {
        let Parsed { scan, findings, .. } = &mut *self.parsed;
        Text { id: self.id, source: self.source, scan, findings }
    }

    fn has_errors(&self) -> bool {
        self.parsed.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Whether only the compiler can tell if there is too much of something.
    fn is_suspect(&self) -> bool {
        let shape = &self.parsed.scan.shape;
        self.source.bytes().len() > LONG
            || shape.nesting > DEEP
            || shape.right > MANY_RIGHT
            || shape.waiting > MANY_WAITING
            || shape.operators > MOST_OPERATORS
    }

    /// The camera's verdict on the text, or on what errors that are known already leave of it.
    fn ask(&mut self) -> Verdict {
        let end = self.parsed.scan.end;
        let text = if self.has_errors() { self.parsed.scan.mended(self.source.bytes()) } else { self.source.bytes() };
        ask(&text[..end], self.start)
    }

    /// Whether the parser's stack is enough. What the camera's compiler takes is never too deep for it.
    fn can_parse(&self, verdict: Option<&Verdict>) -> bool {
        let shape = &self.parsed.scan.shape;
        let shallow = shape.nesting <= DEEP && shape.right <= MANY_RIGHT || verdict == Some(&Verdict::Accepted);
        shallow && shape.operators <= MOST_OPERATORS && self.source.bytes().len() <= LONGEST_PARSED
    }

    fn parse(&mut self) -> Option<Outcome> {
        let scan = &self.parsed.scan;
        let mended = scan.is_mended() || !scan.errors.is_empty() || self.has_errors();
        parse(&mut self.parsed.scan, self.source.bytes(), mended, self.short)
    }

    fn found_basic(self, line: Span) {
        let finding =
            Finding::new(UBASIC.id, Severity::Error, self.id, line, "this is uBASIC, but the camera reads it as Lua")
                .help("The camera tells by the name: give the file a name that ends in `.bas`, not in `.lua`.");
        self.parsed.findings.retain(|finding| finding.severity != Severity::Error);
        self.parsed.findings.push(finding);
    }

    /// The compiler takes what was not parsed.
    fn add_unchecked(&mut self, verdict: Option<&Verdict>) {
        let (length, operators) = (self.source.bytes().len(), self.parsed.scan.shape.operators);
        let whole = Span::new(0, self.parsed.scan.end);
        let (rule, message) = if verdict == Some(&Verdict::Undecided) {
            (&LIMITS, "the camera's compiler takes too long or too much memory for this".to_owned())
        } else if length > LONGEST_PARSED {
            (&LIMITS, format!("this compiles, but was not checked further: it has {} KiB", length >> 10))
        } else if operators > MOST_OPERATORS {
            (&LIMITS, format!("this compiles, but was not checked further: one expression has {operators} operators"))
        } else {
            (&SYNTAX, "this compiles, but only parts of it could be checked".to_owned())
        };
        self.parsed.findings.push(Finding::new(rule.id, Severity::Warning, self.id, whole, message));
    }
}
