//! Texts that are no programs, as a rule: soup of tokens, bytes, and what small changes leave of a text.

use super::made::Maker;

/// What soup is cooked from and what mutations put in.
const TOKENS: &[&str] = &[
    "and",
    "break",
    "do",
    "else",
    "elseif",
    "end",
    "false",
    "for",
    "function",
    "if",
    "in",
    "local",
    "nil",
    "not",
    "or",
    "repeat",
    "return",
    "then",
    "true",
    "until",
    "while",
    "a",
    "b",
    "f",
    "goto",
    "continue",
    "self",
    "_G",
    "1",
    "0x1F",
    "0.5",
    "1e3",
    "3..4",
    "007",
    "0x",
    "1_0",
    "12ab",
    "'s'",
    "\"t\"",
    "[[u]]",
    "[==[v]]]==]",
    "'\\65'",
    "'\\300'",
    "'\\x41'",
    "'\\\n'",
    "'\\\r\n'",
    "\"",
    "'",
    "[[",
    "]]",
    "[=",
    "--[[c]]",
    "--c\n",
    "--",
    "--[[",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "#",
    "==",
    "~=",
    "<=",
    ">=",
    "<",
    ">",
    "=",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ":",
    ",",
    ".",
    "..",
    "...",
    "!",
    "!=",
    "//",
    "::",
    "&",
    "|",
    "~",
    "<<",
    ">>",
    "+=",
    "-=",
    "..=",
    "++",
    "&&",
    "||",
    "?",
    "@",
    "$",
    "`",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\n\r",
    "\t",
    "\x0b",
    "\x0c",
    "\0",
    "ä",
    "“",
    "\u{a0}",
    "\u{feff}",
    "#!",
    "/*",
    "*/",
];

impl Maker {
    /// Tokens in any order, mostly few.
    pub fn soup(&mut self) -> Vec<u8> {
        let mut text = String::new();
        if self.one_in(3) {
            text += self.pick(&[
                "local a = ",
                "f(",
                "return ",
                "for a ",
                "function f(",
                "a.b",
                "x = {",
                "if a then ",
                "do ",
            ]);
        }
        for _ in 0..1 + self.below(7) {
            text += self.pick(TOKENS);
            text += self.pick(&[" ", " ", " ", "", "\n"]);
        }
        if self.one_in(3) {
            text += self.pick(&[" end", ")", "}", " = 1", "()", " do end", " then end"]);
        }
        text.into_bytes()
    }

    /// Any bytes, with a liking for those that matter.
    pub fn bytes(&mut self) -> Vec<u8> {
        const LIKED: &[u8] = b"'\"\\[]=-. \n\r\0xeE019aAz_()~<>#\xef\xbb\xbf\xff\x0b";
        (0..self.below(24))
            .map(|_| if self.one_in(4) { (self.next() & 0xff) as u8 } else { LIKED[self.below(LIKED.len())] })
            .collect()
    }

    /// A text with up to three small changes.
    pub fn mutated(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        for _ in 0..1 + self.below(3) {
            let at = self.below(text.len() + 1);
            let end = (at + 1 + self.below(6)).min(text.len());
            match self.below(6) {
                0 => drop(text.drain(at..end)),
                1 => {
                    let piece = text[at..end].to_vec();
                    let to = self.below(text.len() + 1);
                    text.splice(to..to, piece);
                }
                2 | 3 => {
                    let token = self.pick(TOKENS).bytes();
                    text.splice(at..at, token);
                }
                4 => {
                    let token = self.pick(TOKENS).bytes();
                    text.splice(at..end, token);
                }
                _ => {
                    let byte = (self.next() & 0xff) as u8;
                    text.splice(at..end.min(at + 1), [byte]);
                }
            }
        }
        text
    }
}

/// `\n`, `\r`, `\0`, `\\`, `\xHH` of the list, and `⟨text×count⟩`, in which `№` is the number of the piece.
pub fn unescape(line: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\\' => {
                let escape = rest.chars().next().expect("an escape");
                rest = &rest[1..];
                match escape {
                    'n' => text.push(b'\n'),
                    'r' => text.push(b'\r'),
                    '0' => text.push(0),
                    '\\' => text.push(b'\\'),
                    'x' => {
                        text.push(u8::from_str_radix(&rest[..2], 16).expect("two hexadecimal digits"));
                        rest = &rest[2..];
                    }
                    other => panic!("\\{other} is no escape of the list"),
                }
            }
            '⟨' => {
                let (inside, behind) = rest.split_once('⟩').expect("a ⟩");
                let (piece, count) = inside.rsplit_once('×').expect("a ×");
                let count = count.parse().expect("a count");
                for number in 0..count {
                    text.extend(unescape(&piece.replace('№', &number.to_string())));
                }
                rest = behind;
            }
            letter => text.extend(letter.to_string().bytes()),
        }
    }
    text
}
