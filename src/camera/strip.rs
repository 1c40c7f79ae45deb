//! Lua without comments, line breaks and blanks, for what we put in front of a script.

use crate::table::quoted;

/// The same code on one line. Whatever is no Lua comes out as it goes in, more or less: the camera says so then.
pub(crate) fn strip(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut apart = false;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            apart = true;
            rest = &rest[1..];
            continue;
        }
        if let Some(comment) = rest.strip_prefix("--") {
            apart = true;
            rest = match long_bracket(comment) {
                Some((_, after)) => after,
                None => comment.split_once('\n').map_or("", |(_, after)| after),
            };
            continue;
        }
        let (token, after) = match first {
            '"' | '\'' => short_string(rest, first),
            '[' => match long_bracket(rest) {
                Some((content, after)) => (String::from_utf8_lossy(&quoted(content.as_bytes())).into_owned(), after),
                None => ("[".to_owned(), &rest[1..]),
            },
            _ => {
                let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let (token, after) = rest.split_at(if word > 0 { word } else { first.len_utf8() });
                (token.to_owned(), after)
            }
        };
        if apart && needs_blank(&out, &token) {
            out.push(' ');
        }
        out.push_str(&token);
        apart = false;
        rest = after;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether two tokens would become something else if they stood together.
fn needs_blank(before: &str, token: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), token.chars().next()) else { return false };
    match (last, first) {
        ('-', '-') | ('[', '[' | '=') | ('.', '.') => true,
        // `1 ..` without its blank is a malformed number
        (last, '.') => last.is_ascii_digit(),
        (last, first) => is_word(last) && is_word(first),
    }
}

/// The string that begins here, and what follows it. A line break in it, behind a backslash, is written as an escape.
fn short_string(text: &str, quote: char) -> (String, &str) {
    let mut string = String::from(quote);
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                string.push('\\');
                match chars.next() {
                    Some((_, '\n')) => string.push('n'),
                    Some((_, escaped)) => string.push(escaped),
                    None => {}
                }
            }
            c if c == quote => {
                string.push(c);
                return (string, &text[at + 1..]);
            }
            c => string.push(c),
        }
    }
    (string, "")
}

/// What stands between the long brackets that begin here, and what follows them; `None` if none begin here.
fn long_bracket(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let level = inner.len() - inner.trim_start_matches('=').len();
    let content = inner[level..].strip_prefix('[')?;
    let close = format!("]{}]", "=".repeat(level));
    let (content, after) = content.split_once(&close).unwrap_or((content, ""));
    Some((content.strip_prefix('\n').unwrap_or(content), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_comments_go() {
        assert_eq!(strip("-- about\nlocal a = '--' -- x\n\n  b ( 1 , 2 )  \n"), "local a='--'b(1,2)");
        assert_eq!(strip("a--[==[ long\n]] comment ]==]b"), "a b");
        assert_eq!(strip("a --[ no long one\nb"), "a b");
    }

    #[test]
    fn what_would_change_its_meaning_keeps_a_blank() {
        assert_eq!(strip("a - -b"), "a- -b");
        assert_eq!(strip("t[ [[x]] ]"), "t[\"x\"]");
        assert_eq!(strip("x = 1 .. y"), "x=1 ..y");
        assert_eq!(strip("f(a, ...) return a ~= b"), "f(a,...)return a~=b");
        assert_eq!(strip("goto\tend_"), "goto end_");
    }

    #[test]
    fn strings_keep_every_byte() {
        assert_eq!(strip("a = \"x \\\" -- \\\\\" b = '\\'  '"), "a=\"x \\\" -- \\\\\"b='\\'  '");
        assert_eq!(strip("a = 'one\\\ntwo'"), "a='one\\ntwo'");
        assert_eq!(strip("a = [=[\n  \"x\" ]] \\\nö]=]"), "a=\"  \\\"x\\\" ]] \\\\\\nö\"");
    }

    #[test]
    fn what_does_not_end_does_no_harm() {
        for text in ["'abc", "'abc\\", "[[abc", "--[[abc", "a ö § b", "["] {
            strip(text);
        }
    }
}
