//! Locals of one line that the next line still knows.
//!
//! A chunk's locals end with it, and each line is a chunk of its own. So what a line declares at its top level is made to
//! outlive it: `local x = 1` runs as `x = 1` with the name `x` declared, in an environment that keeps declared names in a
//! table of its own and takes all others for globals. Nothing moves: `local` becomes blanks, so that lines and columns in
//! errors stay the user's. Differences to one long chunk: a second `local x` is the first one again, so that functions of
//! earlier lines see later assignments; and `_G.x` does not show it, as with any local.

use crate::lint::scan::{Keyword, Token, TokenKind, scan};

/// A line as it is run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outliving {
    /// The text to compile.
    pub code: Vec<u8>,
    /// The names that it declares.
    pub names: Vec<String>,
}

/// Makes the locals of a text outlive it. A text that cannot be understood stays as it is: the compiler will say why.
pub(super) fn outliving(text: &[u8]) -> Outliving {
    let scanned = scan(text, false);
    let tokens = &scanned.tokens;
    let mut code = text.to_vec();
    let mut names = Vec::new();
    let mut inserts: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.kind {
            // `while` and `for` have a `do` of their own.
            TokenKind::Keyword(Keyword::Do | Keyword::If | Keyword::Function | Keyword::Repeat) => depth += 1,
            TokenKind::Keyword(Keyword::End | Keyword::Until) => depth = depth.saturating_sub(1),
            TokenKind::Keyword(Keyword::Local) if depth == 0 => {
                let local = token.span.range();
                match tokens.get(at).map(|next| next.kind) {
                    Some(TokenKind::Keyword(Keyword::Function)) => match tokens.get(at + 1) {
                        Some(name) if name.kind == TokenKind::Name => names.push(of(text, name)),
                        _ => continue,
                    },
                    Some(TokenKind::Name) => {
                        let (declared, end, next) = list(text, tokens, at);
                        names.extend(declared);
                        at = next;
                        let assigned = tokens.get(at).is_some_and(|token| token.kind == TokenKind::Byte(b'='));
                        if !assigned {
                            inserts.push(end);
                        }
                    }
                    _ => continue,
                }
                code[local].fill(b' ');
            }
            _ => {}
        }
    }
    for at in inserts.into_iter().rev() {
        code.splice(at..at, *b"=nil");
    }
    Outliving { code, names }
}

/// The names from `at` on, where the last of them ends, and the token behind it.
fn list(text: &[u8], tokens: &[Token], mut at: usize) -> (Vec<String>, usize, usize) {
    let (mut names, mut end) = (Vec::new(), 0);
    while let Some(name) = tokens.get(at).filter(|token| token.kind == TokenKind::Name) {
        names.push(of(text, name));
        end = name.span.range().end;
        at += 1;
        if tokens.get(at).is_none_or(|token| token.kind != TokenKind::Byte(b',')) {
            break;
        }
        at += 1;
    }
    (names, end, at)
}

fn of(text: &[u8], token: &Token) -> String {
    String::from_utf8_lossy(&text[token.span.range()]).into_owned()
}

/// Makes the environment, a function that declares names in it, one that gives back what it is given, and
/// the table of the locals.
pub(super) const ENVIRONMENT: &str = r#"
local rawset, setmetatable, globals = rawset, setmetatable, _G
local locals, declared, null = {}, {}, {}
local function read(_, name)
  local value = locals[name]
  if value == nil then return globals[name] end
  if value ~= null then return value end
end
local function write(_, name, value)
  if not declared[name] then globals[name] = value return end
  if value == nil then value = null end
  locals[name] = value
end
local function declare(name) declared[name] = true end
return setmetatable({}, { __index = read, __newindex = write, __metatable = false }), declare, function(...) return ... end, locals
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, code: &str, names: &[&str]) {
        let outliving = outliving(text.as_bytes());
        assert_eq!(String::from_utf8(outliving.code).unwrap(), code);
        assert_eq!(outliving.names, names);
    }

    #[test]
    fn locals_at_the_top_outlive_their_line() {
        becomes("local x = 1", "      x = 1", &["x"]);
        becomes("local a, b = f()", "      a, b = f()", &["a", "b"]);
        becomes("local x", "      x=nil", &["x"]);
        becomes("local x, y local z print(x)", "      x, y=nil       z=nil print(x)", &["x", "y", "z"]);
        becomes("local function f() return f end", "      function f() return f end", &["f"]);
        becomes("x = 1", "x = 1", &[]);
    }

    #[test]
    fn locals_of_blocks_stay_there() {
        for text in [
            "do local x = 1 end",
            "for i = 1, 2 do local x = i end",
            "while true do local x break end",
            "if a then local x else local y end",
            "function f() local x end",
            "local_ = 1",
            "repeat local x until x",
            "print('local x')",
            "-- local x",
        ] {
            becomes(text, text, &[]);
        }
        becomes("f(function() local x end) local y = 1", "f(function() local x end)       y = 1", &["y"]);
        becomes("repeat local x until x local y", "repeat local x until x       y=nil", &["y"]);
    }

    #[test]
    fn what_is_no_lua_stays_as_it_is() {
        becomes("local", "local", &[]);
        becomes("local = 1", "local = 1", &[]);
        becomes("local function", "local function", &[]);
        becomes("end end local x = 'a", "end end       x = 'a", &["x"]);
    }
}
