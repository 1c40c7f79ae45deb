//! Paths on the card.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// How long a path may be, in bytes. Long names of FAT end at 255 letters, and the firmware's own buffers are shorter.
const LONGEST: usize = 1024;

/// A path on the card: `A/`, or `A/` and names with single slashes between them. It leads nowhere but down.
///
/// Names are bytes: FAT's code pages are not UTF-8. FAT does not tell upper from lower case, but two paths are equal
/// only if they are spelt alike.
///
/// As people write it, a path begins with `A/`, `a/` or a colon, `A` and `:` alone are the root, slashes may lean
/// either way (FAT has no names with a backslash) and be too many, and `.` and `..` are resolved, as long as that stays on
/// the card.
///
/// ```
/// # use moonshutter::camera::card::CardPath;
/// let path: CardPath = ":DCIM//100CANON/../101CANON/".parse()?;
/// assert_eq!(path.as_bytes(), b"A/DCIM/101CANON");
/// assert_eq!(path.name(), b"101CANON");
/// assert!("A/../etc".parse::<CardPath>().is_err());
/// # Ok::<(), moonshutter::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardPath {
    bytes: Vec<u8>,
    /// Where the last name begins. A camera may say that a name has a slash in it, so this cannot be looked up.
    name: usize,
}

impl CardPath {
    /// The card itself: `A/`.
    pub fn root() -> Self {
        Self { bytes: b"A/".to_vec(), name: 2 }
    }

    /// A path as people write it. [`ErrorKind::BadArgument`] if it is none, or leads out of the card.
    pub fn parse(text: &[u8]) -> Result<Self> {
        names(text)?.iter().try_fold(Self::root(), |path, name| path.join(name))
    }

    /// Whether people mean a path on the card by this, and not one of the host's: it begins with a colon, `A/` or `a/`.
    pub fn is_meant(text: &[u8]) -> bool {
        below_root(text).is_some()
    }

    /// As the camera takes it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The last name; empty for the root.
    pub fn name(&self) -> &[u8] {
        &self.bytes[self.name..]
    }

    /// The folder that it is in; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let bytes = if self.name == 2 { self.bytes[..2].to_vec() } else { self.bytes[..self.name - 1].to_vec() };
        let name = if bytes.len() == 2 { 2 } else { after_last_slash(&bytes) };
        Some(Self { bytes, name })
    }

    /// Whether it is the card itself.
    pub fn is_root(&self) -> bool {
        self.bytes.len() == 2
    }

    /// The names from the root down.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let folders = self.bytes.get(2..self.name.saturating_sub(1)).unwrap_or_default();
        let name = Some(self.name()).filter(|name| !name.is_empty());
        folders.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).chain(name)
    }

    /// The names below a folder that it is in; `None` if it is not in that folder.
    pub fn below(&self, folder: &Self) -> Option<&[u8]> {
        if folder.is_root() {
            return self.bytes.get(2..);
        }
        match self.bytes.strip_prefix(folder.as_bytes())? {
            [] => Some(&[]),
            [b'/', below @ ..] => Some(below),
            _ => None,
        }
    }

    /// This path and a name below it. [`ErrorKind::BadArgument`] if no file can have that name.
    pub fn join(&self, name: &[u8]) -> Result<Self> {
        if let Some(problem) = problem(name) {
            return Err(Error::new(ErrorKind::BadArgument, format!("'{}' {problem}", name.escape_ascii())));
        }
        if self.bytes.len() + name.len() >= LONGEST {
            return Err(Error::new(ErrorKind::BadArgument, format!("a path of more than {LONGEST} bytes")));
        }
        Ok(self.with(name))
    }

    /// This path and what a camera calls a name. It may be none that can be asked for: see [`is_usable`](Self::is_usable).
    pub(super) fn with(&self, name: &[u8]) -> Self {
        let mut bytes = self.bytes.clone();
        if bytes.len() > 2 {
            bytes.push(b'/');
        }
        let start = bytes.len();
        bytes.extend_from_slice(name);
        Self { bytes, name: start }
    }

    /// Whether the camera can be asked for it. A damaged card, or something that is no camera, may list names that mean
    /// other files than they say, like `..` or one with a slash (of either kind) or a NUL in it.
    pub fn is_usable(&self) -> bool {
        self.is_root() || (problem(self.name()).is_none() && self.bytes.len() <= LONGEST)
    }

    /// The number of the shot by its name, as in `IMG_1234.JPG`: what the DCF standard makes of four letters, four digits
    /// and an extension.
    pub fn shot(&self) -> Option<u32> {
        shot(self.name())
    }

    /// The number of the image folder that it is in or is, as in `100CANON`: three digits and five letters, from 100 on.
    pub fn folder_number(&self) -> Option<u32> {
        self.names().rev().find_map(folder_number)
    }
}

impl FromStr for CardPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text.as_bytes())
    }
}

/// For people: without what would control a terminal.
impl fmt::Display for CardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.bytes))
    }
}

impl fmt::Debug for CardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.bytes.escape_ascii())
    }
}

/// A name of the camera's for people: control characters, and what is no UTF-8, as escapes.
pub fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || is_invisible(c) {
                text.extend(c.escape_default());
            } else {
                text.push(c);
            }
        }
        text.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    text
}

/// What turns the direction of a terminal's text, and so shows another name than there is.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What is wrong with a name; nothing if a file may have it.
fn problem(name: &[u8]) -> Option<&'static str> {
    match name {
        [] => Some("is no name"),
        b"." | b".." => Some("is the folder itself or the one above it"),
        // Whether a firmware takes a backslash for a slash is better not tried.
        _ if name.contains(&b'/') || name.contains(&b'\\') => Some("has a slash in it"),
        _ if name.contains(&0) => Some("has a NUL in it"),
        _ => None,
    }
}

/// What stands behind the root; `None` if this does not begin with the root.
fn below_root(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b':', below @ ..] | [b'A' | b'a', b'/' | b'\\', below @ ..] => Some(below),
        b"A" | b"a" => Some(&[]),
        _ => None,
    }
}

/// The names of a path as people write it, which may still be patterns.
pub(super) fn names(text: &[u8]) -> Result<Vec<&[u8]>> {
    let refuse = |problem: &str| {
        let text = format!("'{}' {problem}", shown(text));
        Err(Error::new(ErrorKind::BadArgument, text))
    };
    let Some(below) = below_root(text) else {
        let below = text.strip_prefix(b"/").unwrap_or(text);
        return refuse(&format!("is no path on the card: those begin with A/ or a colon, as A/{} does", shown(below)));
    };
    if below.contains(&0) {
        return refuse("has a NUL in it, which ends a path on the camera");
    }
    let mut names: Vec<&[u8]> = Vec::new();
    for name in below.split(|byte| matches!(byte, b'/' | b'\\')) {
        match name {
            b"" | b"." => {}
            b".." => {
                if names.pop().is_none() {
                    return refuse("leads out of the card");
                }
            }
            name => names.push(name),
        }
    }
    Ok(names)
}

fn after_last_slash(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)
}

/// The number of a shot: DCF's names have eight characters, the last four of which are digits, and an extension of three.
fn shot(name: &[u8]) -> Option<u32> {
    let (stem, extension) = (name.get(..8)?, name.get(8..)?);
    let plain = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let [b'.', extension @ ..] = extension else { return None };
    (plain(&stem[..4]) && extension.len() == 3 && plain(extension)).then(|| digits(&stem[4..]))?
}

/// The number of a folder of images.
pub(super) fn folder_number(name: &[u8]) -> Option<u32> {
    let plain = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (name.len() == 8 && plain(&name[3..])).then(|| digits(&name[..3]))?.filter(|number| *number >= 100)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> String {
        match text.parse::<CardPath>() {
            Ok(path) => path.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn paths_as_people_write_them() {
        for (text, path) in [
            ("A/", "A/"),
            ("A", "A/"),
            ("a/", "A/"),
            (":", "A/"),
            (":/", "A/"),
            (":DCIM", "A/DCIM"),
            (":/DCIM/", "A/DCIM"),
            ("a/dcim//100canon/", "A/dcim/100canon"),
            ("A\\DCIM\\100CANON", "A/DCIM/100CANON"),
            ("A/./DCIM/x/..", "A/DCIM"),
            ("A/with blank/ö.txt", "A/with blank/ö.txt"),
        ] {
            assert_eq!(parsed(text), path, "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused_with_a_reason() {
        let wrong = ["", "DCIM", "/DCIM", "B/DCIM", "A/..", ":..", "A/DCIM/../../x", "A/x\0y", "/", "A:/x\x1b[2J"];
        insta::assert_snapshot!(wrong.map(parsed).join("\n"));
    }

    #[test]
    fn the_parts_of_a_path() {
        let path: CardPath = "A/DCIM/100CANON/IMG_0042.JPG".parse().unwrap();
        assert_eq!(path.name(), b"IMG_0042.JPG");
        assert_eq!(path.parent().unwrap().as_bytes(), b"A/DCIM/100CANON");
        assert_eq!(path.names().collect::<Vec<_>>(), [b"DCIM".as_slice(), b"100CANON", b"IMG_0042.JPG"]);
        let dcim: CardPath = "A/DCIM".parse().unwrap();
        assert_eq!(path.below(&dcim), Some(b"100CANON/IMG_0042.JPG".as_slice()));
        assert_eq!(path.below(&CardPath::root()), Some(b"DCIM/100CANON/IMG_0042.JPG".as_slice()));
        assert_eq!(path.below(&"A/DC".parse().unwrap()), None);
        assert_eq!(dcim.parent(), Some(CardPath::root()));
        assert_eq!(CardPath::root().parent(), None);
        assert_eq!(CardPath::root().names().count(), 0);
    }

    #[test]
    fn numbers_of_shots_and_folders() {
        let numbers = |text: &str| {
            let path: CardPath = text.parse().unwrap();
            (path.folder_number(), path.shot())
        };
        assert_eq!(numbers("A/DCIM/100CANON/IMG_0042.JPG"), (Some(100), Some(42)));
        assert_eq!(numbers("A/dcim/127___08/_mg_9999.cr2"), (Some(127), Some(9999)));
        assert_eq!(numbers("A/DCIM/101CANON"), (Some(101), None));
        assert_eq!(numbers("A/DCIM/099CANON/IMG_0042.JPEG"), (None, None));
        assert_eq!(numbers("A/CHDK/LOGS/LOG_+042.TXT"), (None, None));
        assert_eq!(numbers("A/"), (None, None));
    }

    #[test]
    fn what_a_camera_calls_a_name_is_shown_harmlessly_and_not_used() {
        let dcim = CardPath::root().with(b"DCIM");
        for (name, text) in [
            (b"..".as_slice(), "A/DCIM/.."),
            (b"../../etc", "A/DCIM/../../etc"),
            (b"a\0b", "A/DCIM/a\\u{0}b"),
            (b"", "A/DCIM/"),
            (b".", "A/DCIM/."),
            (b"a\\..\\b", "A/DCIM/a\\..\\b"),
        ] {
            let path = dcim.with(name);
            assert!(!path.is_usable(), "{path}");
            assert_eq!(path.to_string(), text);
            assert_eq!(path.name(), name);
            assert_eq!(path.parent(), Some(dcim.clone()));
        }
        for (name, text) in [
            (b"x\ny\x1b[2J".as_slice(), "A/DCIM/x\\ny\\u{1b}[2J"),
            (b"caf\xe9.txt", "A/DCIM/caf\\xe9.txt"),
            ("a\u{202e}gpj.exe".as_bytes(), "A/DCIM/a\\u{202e}gpj.exe"),
        ] {
            let path = dcim.with(name);
            assert!(path.is_usable(), "{path}");
            assert_eq!(path.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_on_the_card(text in proptest::collection::vec(any::<u8>(), 0..40), colon in any::<bool>()) {
            let text = if colon { [b":".as_slice(), &text].concat() } else { text };
            if let Ok(path) = CardPath::parse(&text) {
                prop_assert!(path.as_bytes().starts_with(b"A/"));
                prop_assert!(path.names().all(|name| problem(name).is_none()));
                prop_assert!(path.is_usable() && path.is_root() == path.name().is_empty());
                // What was parsed is parsed again as it is.
                prop_assert_eq!(CardPath::parse(path.as_bytes()).unwrap(), path.clone());
                let up = path.parent();
                prop_assert_eq!(up.map(|up| up.join(path.name()).unwrap()).unwrap_or_else(CardPath::root), path);
            }
        }

        #[test]
        fn what_is_shown_controls_nothing(name in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(!shown(&name).chars().any(|c| c.is_control() || is_invisible(c)));
        }
    }
}
