//! What is put in front of a user's script, all of it on the script's first line.

use std::sync::LazyLock;

use super::libs::Picked;
use super::strip::strip;
use crate::table::quoted;

/// Says so when the script is taken down before its end.
static LAST_WORDS: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/last_words.lua")));

/// The folder lister.
static LISTING: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/listing.lua")));

/// The walker.
static WALK: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/walk.lua")));

/// The remover.
static REMOVE: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/remove.lua")));

/// The maker of folders.
static MKDIR: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/mkdir.lua")));

/// What `last_words.lua` sends.
pub(super) const KILLED: &[u8] = b"\x1bmoonshutter:killed";

/// The user's script with what it needs in front of its first line.
pub(super) fn assemble(source: &[u8], libs: &Picked, last_words: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(source.len() + 4096);
    if last_words {
        text.extend_from_slice(LAST_WORDS.as_bytes());
        text.push(b' ');
    }
    text.extend(libs.text());
    text.extend_from_slice(source);
    text
}

/// The user's script with a loop around it that goes through what it returns and sends it.
pub(super) fn each(source: &[u8], libs: &Picked) -> Vec<u8> {
    let mut code = b"send_each((function(...) ".to_vec();
    code.extend_from_slice(source);
    // The user's last line is still the last one, unless it may end in a comment.
    let last = source.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let in_comment = last.windows(2).any(|pair| pair == b"--");
    code.extend_from_slice(if in_comment { b"\nend)(...))" } else { b" end)(...))" });
    assemble(&code, libs, true)
}

/// The lister, with `path` as its argument.
pub(super) fn listing(path: &[u8], stat_only: bool) -> Vec<u8> {
    [b"local path,stat_only=".as_slice(), &quoted(path), format!(",{stat_only} {}", *LISTING).as_bytes()].concat()
}

/// The walker, with the tables `roots` and `filter` as its arguments.
pub(super) fn walk(roots: &[u8], filter: &[u8]) -> Vec<u8> {
    [b"local roots,filter=".as_slice(), roots, b",", filter, b" ", WALK.as_bytes()].concat()
}

/// The remover of these paths, each with whether it is a folder.
pub(super) fn remove<'a>(paths: impl Iterator<Item = (&'a [u8], bool)>) -> Vec<u8> {
    let (paths, folders): (Vec<_>, Vec<_>) = paths.map(|(path, folder)| (quoted(path), folder.to_string())).unzip();
    let folders = format!("}},{{{}}} ", folders.join(","));
    [b"local paths,folders={".as_slice(), &paths.join(&b','), folders.as_bytes(), REMOVE.as_bytes()].concat()
}

/// The maker of a folder.
pub(super) fn mkdir(path: &[u8], parents: bool) -> Vec<u8> {
    [b"local path,parents=".as_slice(), &quoted(path), format!(",{parents} {}", *MKDIR).as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::libs::Libs;
    use super::*;

    #[test]
    fn what_stands_in_front_has_no_line_break() {
        let libs = Libs::new();
        let names: Vec<_> = libs.names().into_iter().map(str::to_owned).collect();
        let text = assemble(b"user\ncode", &libs.pick(true, &names, b"").unwrap(), true);
        let first = text.split(|byte| *byte == b'\n').next().unwrap();
        assert!(first.ends_with(b" user"));
    }

    #[test]
    fn the_last_words_are_those_that_are_listened_for() {
        assert!(LAST_WORDS.contains("\\27moonshutter:killed"));
    }
}
