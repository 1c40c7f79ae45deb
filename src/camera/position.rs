//! Where a camera's error is in the text that the user wrote.

use super::Script;
use crate::error::{Error, ErrorKind, Position};

/// Makes an error of the text that the camera's Lua gave. Chunks from text have no name there, so that the position is
/// `:12: ` (CHDK lib/lua/lobject.c:182); it becomes the script's name and line.
pub(super) fn error(kind: ErrorKind, text: &[u8], script: &Script) -> Error {
    let text = match text {
        [] => "the script failed with an error that has no text: error() takes a string".into(),
        text => String::from_utf8_lossy(text),
    };
    // A chunk that the script made itself, with loadstring, has no name either; lines beyond the script's are its.
    let lines = 1 + script.source.iter().filter(|byte| **byte == b'\n').count();
    let Some((line, rest)) = split(&text).filter(|(line, _)| *line as usize <= lines) else {
        return Error::new(kind, format!("{}: {text}", script.name));
    };
    let line = line.saturating_add(script.first_line.saturating_sub(1));
    Error::new(kind, format!("{}:{line}: {rest}", script.name)).at(Position { file: script.name.clone(), line })
}

/// The line and the rest of `:12: text`.
fn split(text: &str) -> Option<(u32, &str)> {
    let (line, rest) = text.strip_prefix(':')?.split_once(':')?;
    Some((line.parse().ok()?, rest.trim_start_matches(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, first_line: u32) -> String {
        let script = Script { name: "scan.lua".into(), source: b"\n".repeat(20), first_line };
        error(ErrorKind::Runtime, text.as_bytes(), &script).message().to_owned()
    }

    #[test]
    fn positions_become_the_users() {
        assert_eq!(message(":12: boom", 1), "scan.lua:12: boom");
        assert_eq!(message(":3: boom", 10), "scan.lua:12: boom");
        assert_eq!(message(":21: boom", 1), "scan.lua:21: boom");
        assert_eq!(message(":22: in a chunk of its own", 1), "scan.lua: :22: in a chunk of its own");
        assert_eq!(message(":4294967295: boom", 10), "scan.lua: :4294967295: boom");
    }

    #[test]
    fn texts_without_a_position_keep_their_words() {
        assert_eq!(
            message("attempt to yield across metamethod/C-call boundary", 1),
            "scan.lua: attempt to yield across metamethod/C-call boundary"
        );
        assert_eq!(message("A/CHDK/SCRIPTS/x.lua:3: no", 1), "scan.lua: A/CHDK/SCRIPTS/x.lua:3: no");
        assert_eq!(message(": 3: no", 1), "scan.lua: : 3: no");
        assert_eq!(
            message("", 1),
            "scan.lua: the script failed with an error that has no text: error() takes a string"
        );
    }
}
