//! Whether a text is uBASIC, the camera's other language.

use super::super::source::Span;

/// Lines that are looked at.
const LINES: usize = 400;

/// The first line that only uBASIC could mean, if the text looks like it more than like Lua. To be asked of texts that are
/// no Lua.
pub fn looks_like_basic(bytes: &[u8]) -> Option<Span> {
    let (mut first, mut basic, mut lua) = (None, 0usize, 0usize);
    let mut at = 0;
    for line in bytes.split(|byte| *byte == b'\n').take(LINES) {
        let words = line.to_ascii_lowercase();
        let words = words.trim_ascii();
        if is_basic(words) {
            basic += 1;
            let indent = line.len() - line.trim_ascii_start().len();
            first.get_or_insert(Span::new(at + indent, at + line.trim_ascii_end().len()));
        } else if is_lua(words) {
            lua += 1;
        }
        at += line.len() + 1;
    }
    first.filter(|_| basic > lua && (basic > 1 || lua == 0))
}

/// A word that needs an argument behind it, which is written without parentheses.
fn command<'a>(line: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(word.as_bytes())?;
    let argument = rest.trim_ascii_start();
    (argument.len() < rest.len() && !argument.is_empty()).then_some(argument)
}

fn is_basic(line: &[u8]) -> bool {
    const ALONE: [&str; 7] = ["rem", "endif", "wend", "cls", "shoot", "end_select", "case_else"];
    const BEFORE_ANYTHING: [&str; 6] = ["rem", "gosub", "let", "next", "select", "case"];
    // With a number or a name behind them; with a string they are Lua as well.
    const BEFORE_NUMBER: [&str; 8] =
        ["sleep", "wait_click", "print_screen", "set_zoom", "set_focus", "get_prop", "set_backlight", "set_iso_mode"];
    if ALONE.iter().any(|word| line == word.as_bytes())
        || BEFORE_ANYTHING.iter().any(|word| command(line, word).is_some())
    {
        return true;
    }
    if BEFORE_NUMBER.iter().any(|word| command(line, word).is_some_and(|argument| argument[0].is_ascii_alphanumeric()))
    {
        return true;
    }
    if command(line, "goto").is_some_and(|argument| argument[0] == b'"') {
        return true;
    }
    // A label
    if let [b':', label @ ..] = line
        && !label.is_empty()
        && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return true;
    }
    let has = |text: &str| memchr::memmem::find(line, text.as_bytes()).is_some();
    command(line, "if").is_some() && (has(" then goto") || has(" then gosub") || has(" then let"))
        || command(line, "for").is_some() && has("=") && has(" to ") && !has(",")
}

fn is_lua(line: &[u8]) -> bool {
    let starts = ["local ", "function ", "--", "return ", "elseif ", "end)", "until "];
    let ends = [" then", " do", ")", "end"];
    starts.iter().any(|start| line.starts_with(start.as_bytes()))
        || ends.iter().any(|end| line.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_told_from_lua() {
        let basic = b"@title Burst\n@param a Shots\n@default a 3\n\n  sleep 2500\nfor n=1 to a\n  shoot\nnext n\nend\n";
        let first = looks_like_basic(basic).expect("it is uBASIC");
        assert_eq!(&basic[first.range()], b"sleep 2500");
        assert!(looks_like_basic(b"if a=1 then goto \"x\"\n:x\nprint \"a\"").is_some());
        assert_eq!(looks_like_basic(b"for i=1, 3 do\n  sleep(10)\n  shoot)\nend"), None);
        assert_eq!(looks_like_basic(b"local a = 1\nsleep 100\nif a then\nend"), None);
        assert_eq!(looks_like_basic(b""), None);
    }
}
