//! What a function takes and gives, read from the table's words for it.

use std::fmt;

/// Kinds of values, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind at all.
    pub const NONE: Self = Self(0);
    /// `nil`
    pub const NIL: Self = Self(1);
    /// `true` and `false`
    pub const BOOLEAN: Self = Self(2);
    /// Numbers.
    pub const NUMBER: Self = Self(4);
    /// Strings.
    pub const STRING: Self = Self(8);
    /// Tables.
    pub const TABLE: Self = Self(16);
    /// Functions.
    pub const FUNCTION: Self = Self(32);
    /// Userdata: files, fmath numbers.
    pub const USERDATA: Self = Self(64);
    /// Anything.
    pub const ANY: Self = Self(127);

    const NAMES: [(Self, &'static str); 7] = [
        (Self::NIL, "nil"),
        (Self::BOOLEAN, "boolean"),
        (Self::NUMBER, "number"),
        (Self::STRING, "string"),
        (Self::TABLE, "table"),
        (Self::FUNCTION, "function"),
        (Self::USERDATA, "userdata"),
    ];

    /// Those of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two have a kind in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it is one kind and no more.
    pub const fn is_one(self) -> bool {
        self.0.is_power_of_two()
    }

    /// The kind that the table calls `word`; none for a word that is none.
    fn of_word(word: &str) -> Option<Self> {
        Some(match word.trim() {
            "int" => Self::NUMBER,
            "boolean" | "true" | "false" => Self::BOOLEAN,
            "string" => Self::STRING,
            "table" => Self::TABLE,
            "nil" | "nothing" => Self::NIL,
            "function" => Self::FUNCTION,
            "fmath" | "file" => Self::USERDATA,
            word if word.starts_with('"') => Self::STRING,
            _ => return None,
        })
    }

    /// What an argument is whose kind the table does not give, but which has the name that Lua's manual gives it.
    fn of_name(name: &str) -> Self {
        match name {
            "t" => Self::TABLE,
            "s" | "pat" | "fmt" => Self::STRING,
            _ => Self::ANY,
        }
    }

    /// What words with bars between them stand for.
    fn of_words(words: &str) -> Self {
        words.split('|').try_fold(Self::NONE, |kinds, word| Some(kinds.or(Self::of_word(word)?))).unwrap_or(Self::ANY)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Self::NAMES.iter().filter(|(kind, _)| self.has(*kind)).map(|(_, name)| *name).collect();
        f.write_str(&names.join(" or "))
    }
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// What the table calls it.
    pub name: &'static str,
    /// What it may be. A function that takes a number takes a string that looks like one, and the other way round.
    pub kinds: Kinds,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Its arguments, in order.
    pub params: Vec<Param>,
    /// Whether it takes any number of others behind them.
    pub varargs: bool,
}

impl Signature {
    /// Reads the table's words; none for what is no function, and for functions that the table does not describe.
    pub fn parse(words: &'static str) -> Option<Self> {
        let mut signature = Self::default();
        if words.starts_with('(') || words.contains("metamethods") {
            return None;
        }
        for word in split(words).filter(|word| !matches!(*word, "" | "-")) {
            let inner = word.strip_prefix('[').map(|word| word.trim_end_matches(']'));
            let word = inner.unwrap_or(word);
            let (name, kinds) = word.split_once(':').unwrap_or((word, ""));
            let name = name.split('=').next().unwrap_or(name).trim();
            if word.ends_with("...") || name == "..." {
                signature.varargs = true;
                if name != "..." && inner.is_none() {
                    let name = name.trim_end_matches("...");
                    signature.params.push(Param { name, kinds: Kinds::ANY, optional: false });
                }
                continue;
            }
            // Behind the type come a default value, the fields of a table, or a note.
            let kinds = kinds.split(['=', '{', ' ']).next().unwrap_or_default();
            let kinds = if kinds.is_empty() { Kinds::of_name(name) } else { Kinds::of_words(kinds) };
            signature.params.push(Param { name, kinds, optional: inner.is_some() });
        }
        signature.spread_numbers();
        signature.loosen_shifted();
        Some(signature)
    }

    /// How many arguments there must be.
    pub fn least(&self) -> usize {
        self.params.iter().filter(|param| !param.optional).count()
    }

    /// How many arguments are looked at; none if there is no limit.
    pub fn most(&self) -> Option<usize> {
        (!self.varargs).then_some(self.params.len())
    }

    /// `x,y,color:int` are three numbers.
    fn spread_numbers(&mut self) {
        let mut behind = Kinds::ANY;
        for param in self.params.iter_mut().rev() {
            if param.kinds == Kinds::ANY && behind == Kinds::NUMBER {
                param.kinds = behind;
            }
            behind = param.kinds;
        }
    }

    /// In `t,[pos],v` it depends on how many there are which one is which.
    fn loosen_shifted(&mut self) {
        let optional = self.params.iter().position(|param| param.optional);
        if let Some(first) = optional
            && self.params[first..].iter().any(|param| !param.optional)
        {
            self.params.iter_mut().for_each(|param| param.kinds = Kinds::ANY);
        }
    }
}

/// The kinds of the first value that a function returns, from the table's words for all of them.
pub(super) fn returned(words: &str) -> Kinds {
    if matches!(words, "-" | "") {
        return Kinds::NIL;
    }
    if words.contains(" | ") {
        return Kinds::ANY;
    }
    let none = if words.contains("or nothing") { Kinds::NIL } else { Kinds::NONE };
    let first = split(words).next().unwrap_or_default();
    let first = first.split_once(':').map_or(first, |(_, kinds)| kinds);
    let end = first.find(['{', ' ', '[', '(']).unwrap_or(first.len());
    Kinds::of_words(&first[..end]).or(none)
}

/// Splits at commas outside brackets.
pub(super) fn split(words: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    words
        .split(move |c| {
            match c {
                '[' | '{' | '(' => depth += 1,
                ']' | '}' | ')' => depth -= 1,
                _ => {}
            }
            c == ',' && depth == 0
        })
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(words: &'static str) -> String {
        let Some(signature) = Signature::parse(words) else { return "none".to_owned() };
        let params = signature.params.iter();
        let mut shape: Vec<_> =
            params.map(|p| format!("{}{}: {}", p.name, if p.optional { "?" } else { "" }, p.kinds)).collect();
        shape.extend(signature.varargs.then(|| "...".to_owned()));
        shape.join(", ").replace(&Kinds::ANY.to_string(), "any")
    }

    #[test]
    fn arguments_are_read() {
        assert_eq!(shape("-"), "");
        assert_eq!(shape("which:int 0 optics 1 ccd 2 battery"), "which: number");
        assert_eq!(
            shape("led:int, state:int, [brightness:int=200]"),
            "led: number, state: number, brightness?: number"
        );
        assert_eq!(shape("x1,y1,color,[border:int=1]"), "x1: number, y1: number, color: number, border?: number");
        assert_eq!(shape("state:boolean|int"), "state: boolean or number");
        assert_eq!(shape("t,[pos],v"), "t: any, pos?: any, v: any");
        assert_eq!(shape("t,[k]"), "t: table, k?: any");
        assert_eq!(shape("s,pat,[init],[plain]"), "s: string, pat: string, init?: any, plain?: any");
        assert_eq!(shape("name,[showall:boolean|opts{showall,chdklfn}]"), "name: any, showall?: any");
        assert_eq!(shape("id:int, [default...]"), "id: number, ...");
        assert_eq!(shape("id:int, value..."), "id: number, value: any, ...");
        assert_eq!(shape("ptr:int, ...:int|string"), "ptr: number, ...");
        assert_eq!(shape("[opts:table{timeout=10000,raw_adj_tv}]"), "opts?: table");
        assert_eq!(shape("(stock 5.1)"), "none");
    }

    #[test]
    fn what_is_returned_is_read() {
        let kinds = |words: &'static str| returned(words).to_string().replace(&Kinds::ANY.to_string(), "any");
        assert_eq!(kinds("-"), "nil");
        assert_eq!(kinds("status:int (0 ok, 1 half-press timed out after 5 s, 2 shot failed)"), "number");
        assert_eq!(kinds("is_rec:boolean, is_video:boolean, mode:int"), "boolean");
        assert_eq!(kinds("table{count,active,type,size_MiB} or nothing"), "nil or table");
        assert_eq!(kinds("name:string, id:int, param:int | nil"), "any");
        assert_eq!(kinds("string|false"), "boolean or string");
        assert_eq!(kinds("int (value*1000) x2"), "number");
        assert_eq!(kinds("r,g1,b,g2:int"), "any");
    }
}
