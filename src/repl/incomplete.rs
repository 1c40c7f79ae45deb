//! Whether a typed text is whole, or the beginning of something that another line may complete.
//!
//! The rule is Lua's own: a text is incomplete if the compiler, given the text and a new line, stumbles over its end and
//! over nothing before it. The compilers live where the VMs are, and the prompt must know at once, so the grammar stands
//! here again; `tests/typing.rs` holds it against both. What a compiler refuses for other reasons than its grammar is not
//! seen here: too many locals, a `goto` into the scope of a local. Such a text counts as incomplete if it is cut short, and
//! the compiler says what is wrong when it is whole.

use super::lex::{End, Token, TokenKind, lex};
use super::line::Language;

/// What a compiler will say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It will take it.
    Whole,
    /// It will ask for more.
    Incomplete,
    /// It will refuse it, whatever comes behind.
    Wrong,
}

/// Whether a prompt should ask for another line: as statements or as expressions, the text is incomplete and is neither of
/// them as it stands.
pub fn is_incomplete(code: &str, language: Language) -> bool {
    let statements = statements(code, language);
    if statements == Verdict::Whole {
        return false;
    }
    let expressions = expressions(code, language);
    expressions != Verdict::Whole && (statements == Verdict::Incomplete || expressions == Verdict::Incomplete)
}

/// What a compiler says of a text as it stands.
pub fn statements(code: &str, language: Language) -> Verdict {
    judge(code, language, |parser| {
        parser.block()?;
        parser.at_end()
    })
}

/// What a compiler says of a text with `return` in front.
pub fn expressions(code: &str, language: Language) -> Verdict {
    judge(code, language, |parser| {
        parser.returned()?;
        parser.at_end()
    })
}

/// Blocks and expressions inside each other; Lua's limit is 200 C calls.
const MOST_LEVELS: usize = 195;

/// Why parsing ended.
enum Stop {
    /// At the end of the text.
    End,
    /// Before it.
    Wrong,
}

type Parsed<T = ()> = Result<T, Stop>;

fn judge(code: &str, language: Language, parse: impl FnOnce(&mut Parser<'_>) -> Parsed) -> Verdict {
    let text = format!("{code}\n");
    let tokens = lex(&text, language);
    let open = matches!(tokens.last(), Some(Token { kind: TokenKind::Comment { open: true }, .. }));
    let tokens = tokens.into_iter().filter(|token| !matches!(token.kind, TokenKind::Comment { .. })).collect();
    let mut parser =
        Parser { text: &text, tokens, open, at: 0, language, depth: 0, functions: vec![Function::new(true)] };
    match parser.look().and_then(|()| parse(&mut parser)) {
        Ok(()) => Verdict::Whole,
        Err(Stop::End) => Verdict::Incomplete,
        Err(Stop::Wrong) => Verdict::Wrong,
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// Whether a comment is open where the text ends.
    open: bool,
    at: usize,
    language: Language,
    depth: usize,
    functions: Vec<Function<'a>>,
}

/// A function that is being read.
struct Function<'a> {
    varargs: bool,
    blocks: Vec<Block<'a>>,
    /// Jumps whose label was not met yet, with the number of blocks around them. `break` is one.
    jumps: Vec<(&'a str, usize)>,
}

#[derive(Default)]
struct Block<'a> {
    labels: Vec<&'a str>,
    is_loop: bool,
}

impl Function<'_> {
    fn new(varargs: bool) -> Self {
        Self { varargs, blocks: vec![Block::default()], jumps: Vec::new() }
    }
}

/// What an expression is to a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Variable,
    Call,
    Other,
}

impl<'a> Parser<'a> {
    fn kind(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// The sign or reserved word that is next; nothing for anything else.
    fn word(&self) -> &'a str {
        match self.tokens.get(self.at) {
            Some(token) if matches!(token.kind, TokenKind::Sign | TokenKind::Keyword) => &self.text[token.range()],
            _ => "",
        }
    }

    /// Fails if the next token cannot be read to its end.
    fn look(&self) -> Parsed {
        match self.kind() {
            Some(TokenKind::String { end: End::Open, .. }) => Err(Stop::End),
            Some(TokenKind::String { end: End::Bad { .. }, .. } | TokenKind::Number { good: false }) => {
                Err(Stop::Wrong)
            }
            None if self.open => Err(Stop::End),
            _ => Ok(()),
        }
    }

    fn next(&mut self) -> Parsed {
        self.at += 1;
        self.look()
    }

    /// The next token is not what must be there.
    fn stumble<T>(&self) -> Parsed<T> {
        Err(if self.at >= self.tokens.len() { Stop::End } else { Stop::Wrong })
    }

    fn take(&mut self, word: &str) -> Parsed<bool> {
        let found = self.word() == word;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn expect(&mut self, word: &str) -> Parsed {
        if self.take(word)? { Ok(()) } else { self.stumble() }
    }

    fn name(&mut self) -> Parsed<&'a str> {
        match self.tokens.get(self.at) {
            Some(token) if token.kind == TokenKind::Name => {
                let name = &self.text[token.range()];
                self.next()?;
                Ok(name)
            }
            _ => self.stumble(),
        }
    }

    fn at_end(&self) -> Parsed {
        if self.at >= self.tokens.len() { Ok(()) } else { Err(Stop::Wrong) }
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MOST_LEVELS {
            return Err(Stop::Wrong);
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn function(&mut self) -> &mut Function<'a> {
        // The chunk's own is never taken away.
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    fn ends_block(&self) -> bool {
        matches!(self.word(), "else" | "elseif" | "end" | "until") || self.at >= self.tokens.len()
    }

    /// A block's statements.
    fn block(&mut self) -> Parsed {
        self.deeper(|parser| {
            while !parser.ends_block() {
                let word = parser.word();
                let last = word == "return" || word == "break" && parser.language == Language::Camera;
                parser.statement(word)?;
                if parser.language == Language::Camera || word == "return" {
                    parser.take(";")?;
                }
                if last {
                    break;
                }
            }
            Ok(())
        })
    }

    /// A block of its own, whose names nobody else sees.
    fn inner(&mut self, is_loop: bool, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.function().blocks.push(Block { labels: Vec::new(), is_loop });
        parse(self)?;
        let function = self.function();
        function.blocks.pop();
        let around = function.blocks.len();
        let labels = function.blocks.last().map(|block| block.labels.as_slice()).unwrap_or_default();
        function.jumps.retain_mut(|(label, blocks)| {
            if *blocks > around {
                *blocks = around;
                return !(is_loop && *label == "break" || labels.contains(label));
            }
            true
        });
        Ok(())
    }

    fn statement(&mut self, word: &str) -> Parsed {
        let host = self.language == Language::Host;
        match word {
            ";" if host => self.next(),
            "::" if host => self.label(),
            "goto" => {
                self.next()?;
                let label = self.name()?;
                self.jump(label);
                Ok(())
            }
            "break" => {
                self.next()?;
                if !host && !self.function().blocks.iter().any(|block| block.is_loop) {
                    return Err(Stop::Wrong);
                }
                self.jump("break");
                Ok(())
            }
            "if" => self.conditional(),
            "while" => {
                self.next()?;
                self.expression()?;
                self.expect("do")?;
                self.inner(true, Self::block)?;
                self.expect("end")
            }
            "do" => {
                self.next()?;
                self.inner(false, Self::block)?;
                self.expect("end")
            }
            "for" => self.counted(),
            "repeat" => {
                self.next()?;
                self.inner(true, |parser| {
                    parser.block()?;
                    parser.expect("until")?;
                    parser.expression()
                })
            }
            "function" => {
                self.next()?;
                self.name()?;
                while self.take(".")? {
                    self.name()?;
                }
                if self.take(":")? {
                    self.name()?;
                }
                self.body()
            }
            "local" => self.local(),
            "return" => {
                self.next()?;
                self.returned()
            }
            _ => self.assignment_or_call(),
        }
    }

    fn jump(&mut self, label: &'a str) {
        let function = self.function();
        let blocks = function.blocks.len();
        let known = function.blocks.last().is_some_and(|block| block.labels.contains(&label));
        if !known {
            function.jumps.push((label, blocks));
        }
    }

    fn label(&mut self) -> Parsed {
        self.next()?;
        let label = self.name()?;
        let function = self.function();
        let blocks = function.blocks.len();
        if let Some(block) = function.blocks.last_mut() {
            if block.labels.contains(&label) {
                return Err(Stop::Wrong);
            }
            block.labels.push(label);
        }
        function.jumps.retain(|(jump, around)| *jump != label || *around < blocks);
        self.expect("::")
    }

    fn conditional(&mut self) -> Parsed {
        self.next()?;
        loop {
            self.expression()?;
            self.expect("then")?;
            self.inner(false, Self::block)?;
            if !self.take("elseif")? {
                break;
            }
        }
        if self.take("else")? {
            self.inner(false, Self::block)?;
        }
        self.expect("end")
    }

    fn counted(&mut self) -> Parsed {
        self.next()?;
        self.name()?;
        if self.take("=")? {
            self.expression()?;
            self.expect(",")?;
            self.expression()?;
            if self.take(",")? {
                self.expression()?;
            }
        } else {
            while self.take(",")? {
                self.name()?;
            }
            self.expect("in")?;
            self.expressions()?;
        }
        self.expect("do")?;
        self.inner(true, Self::block)?;
        self.expect("end")
    }

    fn local(&mut self) -> Parsed {
        self.next()?;
        if self.take("function")? {
            self.name()?;
            return self.body();
        }
        self.name()?;
        while self.take(",")? {
            self.name()?;
        }
        if self.take("=")? {
            self.expressions()?;
        }
        Ok(())
    }

    /// What stands behind `return`.
    fn returned(&mut self) -> Parsed {
        if !self.ends_block() && self.word() != ";" {
            self.expressions()?;
        }
        self.take(";").map(|_| ())
    }

    fn assignment_or_call(&mut self) -> Parsed {
        let mut form = self.suffixed()?;
        if form == Form::Call {
            return Ok(());
        }
        loop {
            if form != Form::Variable {
                return self.stumble();
            }
            if !self.take(",")? {
                break;
            }
            form = self.suffixed()?;
        }
        self.expect("=")?;
        self.expressions()
    }

    fn expressions(&mut self) -> Parsed {
        self.expression()?;
        while self.take(",")? {
            self.expression()?;
        }
        Ok(())
    }

    fn expression(&mut self) -> Parsed {
        self.deeper(|parser| {
            loop {
                while matches!(parser.word(), "not" | "-" | "#") {
                    parser.next()?;
                }
                parser.operand()?;
                match parser.word() {
                    "+" | "-" | "*" | "/" | "%" | "^" | ".." | "==" | "~=" | "<" | "<=" | ">" | ">=" | "and" | "or" => {
                        parser.next()?;
                    }
                    _ => return Ok(()),
                }
            }
        })
    }

    fn operand(&mut self) -> Parsed {
        match self.kind() {
            Some(TokenKind::Number { .. } | TokenKind::String { .. }) => return self.next(),
            None => return Err(Stop::End),
            _ => {}
        }
        match self.word() {
            "nil" | "true" | "false" => self.next(),
            "..." if self.function().varargs => self.next(),
            "..." => Err(Stop::Wrong),
            "{" => self.table(),
            "function" => {
                self.next()?;
                self.body()
            }
            _ => self.suffixed().map(|_| ()),
        }
    }

    /// A name or brackets, and what is indexed and called of it.
    fn suffixed(&mut self) -> Parsed<Form> {
        let mut form = if self.word() == "(" {
            self.next()?;
            self.expression()?;
            self.expect(")")?;
            Form::Other
        } else {
            self.name()?;
            Form::Variable
        };
        loop {
            form = match self.word() {
                "." => {
                    self.next()?;
                    self.name()?;
                    Form::Variable
                }
                "[" => {
                    self.next()?;
                    self.expression()?;
                    self.expect("]")?;
                    Form::Variable
                }
                ":" => {
                    self.next()?;
                    self.name()?;
                    self.arguments()?;
                    Form::Call
                }
                "(" | "{" => {
                    self.arguments()?;
                    Form::Call
                }
                _ if matches!(self.kind(), Some(TokenKind::String { .. })) => {
                    self.next()?;
                    Form::Call
                }
                _ => return Ok(form),
            };
        }
    }

    fn arguments(&mut self) -> Parsed {
        match self.word() {
            "{" => self.table(),
            "(" => {
                if self.language == Language::Camera && self.is_on_new_line() {
                    return Err(Stop::Wrong);
                }
                self.next()?;
                if self.word() != ")" {
                    self.expressions()?;
                }
                self.expect(")")
            }
            _ if matches!(self.kind(), Some(TokenKind::String { .. })) => self.next(),
            _ => self.stumble(),
        }
    }

    /// Whether the next token does not stand on the line of the one before it.
    fn is_on_new_line(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        match (before, self.tokens.get(self.at)) {
            (Some(before), Some(token)) => self.text[before.end..token.start].contains(['\n', '\r']),
            _ => false,
        }
    }

    fn table(&mut self) -> Parsed {
        self.next()?;
        while self.word() != "}" {
            let named = self.kind() == Some(TokenKind::Name)
                && self.tokens.get(self.at + 1).is_some_and(|next| &self.text[next.range()] == "=");
            if named {
                self.next()?;
                self.next()?;
            } else if self.take("[")? {
                self.expression()?;
                self.expect("]")?;
                self.expect("=")?;
            }
            self.expression()?;
            if !self.take(",")? && !self.take(";")? {
                break;
            }
        }
        self.expect("}")
    }

    /// A function's parameters and what it does.
    fn body(&mut self) -> Parsed {
        self.deeper(|parser| {
            parser.expect("(")?;
            let mut varargs = false;
            if parser.word() != ")" {
                loop {
                    if parser.take("...")? {
                        varargs = true;
                        break;
                    }
                    parser.name()?;
                    if !parser.take(",")? {
                        break;
                    }
                }
            }
            parser.expect(")")?;
            parser.functions.push(Function::new(varargs));
            parser.block()?;
            parser.expect("end")?;
            // A jump that leads nowhere is found when its function ends.
            match parser.functions.pop() {
                Some(function) if !function.jumps.is_empty() && parser.language == Language::Host => Err(Stop::Wrong),
                _ => Ok(()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_line_may_complete_is_incomplete() {
        for code in [
            "f(",
            "x =",
            "x",
            "if a then",
            "for i = 1, 2 do print(i)",
            "local t = {1,",
            "function f()",
            "repeat x()",
            "s = [[a",
            "--[==[ a",
            "s = 'a\\",
            "a.b:c",
            "1 +",
            "{",
        ] {
            let whole = expressions(code, Language::Host) == Verdict::Whole;
            assert!(is_incomplete(code, Language::Host) != whole, "{code}");
            assert!(is_incomplete(code, Language::Camera) != whole, "{code}");
        }
    }

    #[test]
    fn what_no_line_can_mend_is_not() {
        for code in
            ["", "x = 1", "x", "1 + 2", "f()", "f(]", "x = 'a", "end", "x y", "f() = 1", "if if", "return 1 x ("]
        {
            assert!(!is_incomplete(code, Language::Host), "{code}");
            assert!(!is_incomplete(code, Language::Camera), "{code}");
        }
    }

    #[test]
    fn each_language_has_its_own_rules() {
        let verdicts = |code| (statements(code, Language::Host), statements(code, Language::Camera));
        use Verdict::{Incomplete, Whole, Wrong};
        assert_eq!(verdicts("goto a ::a::"), (Whole, Wrong));
        assert_eq!(verdicts("x = 0.5 if"), (Incomplete, Wrong));
        assert_eq!(verdicts("f\n(x) if"), (Incomplete, Wrong));
        assert_eq!(verdicts("x = '\\q' if"), (Wrong, Incomplete));
        assert_eq!(verdicts("function f() break end if"), (Wrong, Wrong));
        assert_eq!(verdicts("; if"), (Incomplete, Wrong));
    }

    #[test]
    fn depth_has_an_end() {
        let deep = "(".repeat(100_000);
        assert_eq!(statements(&deep, Language::Host), Verdict::Wrong);
    }
}
