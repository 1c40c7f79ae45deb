//! full_moon, fenced in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use full_moon::{LuaVersion, parse_fallible};

use super::lower::{Lowered, Places, Room, lower};
use super::scan::{Keyword, Scan, Token, TokenKind, scan as scanned};
use super::stack::on_big_stack;

/// What the parser says of a text.
pub struct Outcome {
    /// What could be made out.
    pub lowered: Lowered,
    /// Whether it found nothing wrong.
    pub accepted: bool,
}

/// Parses a text that was scanned; `mended`: with what was put into it to go on with. None if the parser gave up
/// altogether. `short`: memory that others have used before.
pub fn parse(scan: &mut Scan, source: &[u8], mended: bool, short: &mut Shortened) -> Option<Outcome> {
    if mended {
        let text = scan.mended(source);
        let again = scanned(text, false);
        return run(source, text, &again.tokens, short);
    }
    run(source, source, &scan.tokens, short)
}

/// `text`: what the tokens are of, with every one where it is in the source.
fn run(source: &[u8], text: &[u8], tokens: &[Token], short: &mut Shortened) -> Option<Outcome> {
    short.read(tokens);
    let Shortened { text: bare, at, room, .. } = short;
    let places = Places::Tokens { text, tokens, at };
    let bare = std::str::from_utf8(bare).ok()?;
    let work = || {
        let result = parse_fallible(bare, LuaVersion::lua51());
        Outcome { lowered: lower(result.ast().nodes(), source, places, room), accepted: result.errors().is_empty() }
    };
    // No text is known that makes this version of the parser panic after a scan; were there one, it would be no syntax error.
    let fenced = || catch_unwind(AssertUnwindSafe(work)).ok();
    on_big_stack(fenced).ok().flatten()
}

/// The tokens of a text and nothing else, names, numbers and strings as short as can be. What the parser makes of them is
/// the same, and it has half as much to do: it keeps blanks and comments, and copies what it reads.
#[derive(Debug, Default)]
pub struct Shortened {
    text: Vec<u8>,
    /// The token that begins at each of its bytes, where one does.
    at: Vec<u32>,
    /// Where each token begins.
    starts: Vec<u32>,
    room: Room,
}

/// A word with line ends behind it, and its length. None is longer. A line end is what the parser keeps with the least ado.
type Padded = ([u8; 8], u8);

const fn padded(word: &[u8]) -> Padded {
    let mut bytes = [b'\n'; 8];
    let mut at = 0;
    while at < word.len() {
        bytes[at] = word[at];
        at += 1;
    }
    (bytes, word.len() as u8)
}

/// What stands for each kind of token, at its [`number`].
static WORDS: [Padded; 192] = {
    let mut words = [padded(b"?"); 192];
    let mut byte = 0;
    while byte < KEYWORDS {
        words[byte] = padded(&[byte as u8]);
        byte += 1;
    }
    let mut keyword = 0;
    while keyword < Keyword::ALL.len() {
        words[KEYWORDS + keyword] = padded(Keyword::ALL[keyword].bytes());
        keyword += 1;
    }
    let others: [(TokenKind, &[u8]); 9] = [
        (TokenKind::Name, b"a"),
        (TokenKind::Number, b"1"),
        (TokenKind::String, b"''"),
        (TokenKind::LongString, b"''"),
        (TokenKind::Concat, b".."),
        (TokenKind::Dots, b"..."),
        (TokenKind::Eq, b"=="),
        (TokenKind::Ne, b"~="),
        (TokenKind::Le, b"<="),
    ];
    let mut other = 0;
    while other < others.len() {
        words[number(others[other].0)] = padded(others[other].1);
        other += 1;
    }
    words[number(TokenKind::Ge)] = padded(b">=");
    words
};

/// Where the reserved words are among [`WORDS`], behind ASCII, and where what has more than one byte is.
const KEYWORDS: usize = 128;
const OTHERS: usize = 160;

/// A number for each kind of token: what a table is looked up by, since the processor cannot foresee which kind comes next.
const fn number(kind: TokenKind) -> usize {
    match kind {
        TokenKind::Byte(byte) if byte.is_ascii() => byte as usize,
        TokenKind::Keyword(keyword) => KEYWORDS + keyword as usize,
        TokenKind::Name => OTHERS,
        TokenKind::Number => OTHERS + 1,
        TokenKind::String => OTHERS + 2,
        TokenKind::LongString => OTHERS + 3,
        TokenKind::Concat => OTHERS + 4,
        TokenKind::Dots => OTHERS + 5,
        TokenKind::Eq => OTHERS + 6,
        TokenKind::Ne => OTHERS + 7,
        TokenKind::Le => OTHERS + 8,
        TokenKind::Ge => OTHERS + 9,
        TokenKind::Byte(_) => OTHERS + 10,
    }
}

impl Shortened {
    fn read(&mut self, tokens: &[Token]) {
        let Self { text, at, starts, .. } = self;
        // Room for the longest words, each with a line end in front.
        let most = 9 * tokens.len() + 8;
        if text.len() < most {
            text.resize(most, b'\n');
        }
        starts.clear();
        starts.reserve(tokens.len());
        let (mut end, mut last) = (0, b'\n');
        for token in tokens {
            let (word, len) = &WORDS[number(token.kind)];
            let len = usize::from(*len);
            if would_join(last, word[0]) {
                text[end] = b'\n';
                end += 1;
            }
            // What is behind the word is overwritten by the next one.
            text[end..end + 8].copy_from_slice(word);
            starts.push(end as u32);
            end += len;
            last = word[len - 1];
        }
        text.truncate(end);
        at.clear();
        at.resize(end, 0);
        for (token, start) in (0..).zip(starts) {
            at[*start as usize] = token;
        }
    }
}

/// Whether two tokens would be another one if they touched.
fn would_join(last: u8, next: u8) -> bool {
    JOINING[usize::from(last)].0 & JOINING[usize::from(next)].1 != 0
}

/// For each byte, as bits, what may not touch it: with which it ends a token, and with which it begins one.
static JOINING: [(u8, u8); 256] = {
    const SIGN: u8 = 1;
    const DOT: u8 = 2;
    const WORD: u8 = 4;
    const DIGIT: u8 = 8;
    let mut bits = [(0, 0); 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        bits[at] = match byte {
            b'-' | b'[' | b'=' => (SIGN, SIGN),
            b'<' | b'>' | b'~' => (SIGN, 0),
            b'.' => (DOT | DIGIT, DOT),
            b'0'..=b'9' => (WORD | DOT, WORD | DIGIT),
            byte if byte.is_ascii_alphabetic() => (WORD, WORD),
            _ => (0, 0),
        };
        at += 1;
    }
    bits
};

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;

    #[test]
    fn what_the_parser_reads_has_the_same_tokens() {
        let text = "a = - - b --c\n[ [ [d]] ] .. . ...; 1 .. 2 . 3 = = ~ = < = and not x.y'z\\'' [=[e]]]=] == ~= <= >=";
        let tokens = scan(text.as_bytes(), false).tokens;
        let mut short = Shortened::default();
        short.read(&tokens);
        let again = scan(&short.text, false).tokens;
        let kind = |token: &Token| match token.kind {
            TokenKind::LongString => TokenKind::String,
            kind => kind,
        };
        assert_eq!(tokens.iter().map(kind).collect::<Vec<_>>(), again.iter().map(kind).collect::<Vec<_>>());
        for (number, token) in (0..).zip(&again) {
            assert_eq!(short.at[token.span.start as usize], number);
        }
    }

    #[test]
    fn what_the_parser_reads_makes_no_difference() {
        let text = "--[[ a ]] local a = b\nfunction a.b:c(d, ...) return {e, [f]=g, h = 'i'}; end\n\
            repeat local x = -y^-2 .. [[\n]] .. z until not x == # w.v[1] [2]\n(f)(1)(2) {} '3' :m\"\"\nif a then break end";
        let mut scan = scan(text.as_bytes(), false);
        let result = parse_fallible(text, LuaVersion::lua51());
        let whole = Outcome {
            lowered: lower(result.ast().nodes(), text.as_bytes(), Places::Same, &mut Room::default()),
            accepted: result.errors().is_empty(),
        };
        let [short, mended] =
            [false, true].map(|mended| parse(&mut scan, text.as_bytes(), mended, &mut Shortened::default()).unwrap());
        let [short, mended, whole] = [short, mended, whole].map(|Outcome { lowered, accepted }| {
            let tree = lowered.tree;
            let names: Vec<_> = tree.locals.iter().map(|local| tree.names.text(local.name).to_owned()).collect();
            let all = (tree.exprs, tree.expr_spans, tree.expr_functions, tree.stmts, tree.stmt_spans, tree.lists);
            let blocks = (tree.blocks, tree.block_stmts);
            let more = (tree.fields, blocks, tree.strings, names, accepted, lowered.doubtful, lowered.end);
            let functions: Vec<_> = tree.functions.into_iter().map(|function| (function.name, function.span)).collect();
            format!("{all:?} {more:?} {functions:?}")
        });
        assert_eq!(short, whole);
        assert_eq!(mended, whole);
    }
}
