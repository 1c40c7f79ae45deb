//! What a scan finds.

use crate::lint::source::Span;

/// The smallest unit of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name.
    Name,
    /// A reserved word.
    Keyword(Keyword),
    /// A number, well-formed or not.
    Number,
    /// A string in quotation marks.
    String,
    /// A string in long brackets.
    LongString,
    /// `..`
    Concat,
    /// `...`
    Dots,
    /// `==`
    Eq,
    /// `~=`
    Ne,
    /// `<=`
    Le,
    /// `>=`
    Ge,
    /// Any other byte, whether or not Lua has a use for it.
    Byte(u8),
}

macro_rules! keywords {
    ($($name:ident $text:literal),* $(,)?) => {
        /// The reserved words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "they are Lua's words")]
        pub enum Keyword { $($name),* }

        impl Keyword {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn bytes(self) -> &'static [u8] {
                match self { $(Self::$name => $text),* }
            }

            /// As it is written.
            pub fn text(self) -> &'static str {
                std::str::from_utf8(self.bytes()).unwrap_or_default()
            }

            /// The word, if it is one.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                match bytes {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

keywords! {
    And b"and", Break b"break", Do b"do", Else b"else", Elseif b"elseif", End b"end", False b"false", For b"for",
    Function b"function", If b"if", In b"in", Local b"local", Nil b"nil", Not b"not", Or b"or", Repeat b"repeat",
    Return b"return", Then b"then", True b"true", Until b"until", While b"while",
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// All of it, with its dashes and brackets, without the end of its line.
    pub span: Span,
    /// What it says.
    pub text: Span,
    /// Whether it is in long brackets.
    pub long: bool,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LexError {
    /// What it is.
    pub kind: LexErrorKind,
    /// The token, or what of it is wrong.
    pub span: Span,
}

/// What a token may have wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexErrorKind {
    /// A number that is no integer: `0.5`, `1e3`, `0b1`, `1..2`.
    Number,
    /// A string that does not end on its line.
    String,
    /// A string in long brackets that does not end.
    LongString,
    /// A comment in long brackets that does not end.
    LongComment,
    /// `\300` in a string.
    Escape,
    /// `[=` without a second bracket.
    Bracket,
}
