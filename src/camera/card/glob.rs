//! Wildcards: for a name, and for a path.
//!
//! `*` and `?` stand for any letters and for one, `[a-c]` for one of some, `{JPG,CR2}` for one of these; as a whole name,
//! `**` stands for any folders, also for none. Upper and lower case are one, as on FAT, for the letters of ASCII; what else
//! is in a name is compared byte for byte. A backslash is a slash, since no name on FAT has one; a letter that means
//! something stands in brackets where it means itself: `[[]`.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

use super::path::{CardPath, names, shown};
use crate::error::{Error, ErrorKind, Result};

/// A pattern for names.
#[derive(Clone)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// A pattern as people write it. [`ErrorKind::BadArgument`] if it is none.
    pub fn new(text: &str) -> Result<Self> {
        let built = if text.contains(['/', '\\']) {
            Err("a pattern for names has no slash in it".to_owned())
        } else {
            GlobBuilder::new(text)
                .case_insensitive(true)
                .literal_separator(false)
                .backslash_escape(false)
                .empty_alternates(true)
                .build()
                .map_err(|error| error.kind().to_string())
        };
        match built {
            Ok(glob) => Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() }),
            Err(problem) => {
                let text = format!("'{}' is no pattern: {problem}", shown(text.as_bytes()));
                Err(Error::new(ErrorKind::BadArgument, text))
            }
        }
    }

    /// Whether a name fits.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.matcher.is_match(std::path::Path::new(&os_name(name)))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A pattern of Lua's for names in capital letters, which everything fits that fits this one, and whether nothing else
    /// does: what the camera can use to leave out what is not asked for.
    pub(super) fn on_camera(&self) -> (String, bool) {
        // Each star is a loop in the others' loops there.
        const STARS: usize = 3;
        let (mut lua, mut stars) = ("^".to_owned(), 0);
        for c in self.text.chars() {
            match c {
                '*' if lua.ends_with(".*") => {}
                '*' if stars < STARS => {
                    lua.push_str(".*");
                    stars += 1;
                }
                '?' => lua.push('.'),
                c if c.is_ascii_alphanumeric() => lua.push(c.to_ascii_uppercase()),
                c if c.is_ascii_graphic() && !"[]{}*,!".contains(c) => lua.extend(['%', c]),
                ' ' => lua.push(' '),
                // From here on anything goes.
                _ => return (lua, false),
            }
        }
        lua.push('$');
        (lua, true)
    }
}

impl FromStr for Glob {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

#[cfg(unix)]
fn os_name(name: &[u8]) -> std::borrow::Cow<'_, std::ffi::OsStr> {
    <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name).into()
}

/// Where the system's names are no bytes, what is no UTF-8 fits `?` and `*` all the same.
#[cfg(not(unix))]
fn os_name(name: &[u8]) -> std::borrow::Cow<'_, std::ffi::OsStr> {
    std::ffi::OsString::from(String::from_utf8_lossy(name).into_owned()).into()
}

/// A path on the card with wildcards in it, or without.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The folder above the first wildcard; the path, if there is none.
    pub(super) base: CardPath,
    /// The names from the first wildcard on.
    pub(super) levels: Vec<Level>,
}

/// A name of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Level {
    Name(Glob),
    /// `**`
    Any,
}

impl Pattern {
    /// The most wildcards for names in one pattern.
    const MOST: usize = 64;

    /// A pattern as people write it: see [`CardPath`] for the path and the module for the wildcards.
    /// [`ErrorKind::BadArgument`] if it is none.
    pub fn new(text: &str) -> Result<Self> {
        let mut base = CardPath::root();
        let mut levels = Vec::new();
        for name in names(text.as_bytes())? {
            let name = std::str::from_utf8(name).unwrap_or_default();
            if name == "**" {
                // Two in a row mean what one does.
                if !matches!(levels.last(), Some(Level::Any)) {
                    levels.push(Level::Any);
                }
            } else if levels.is_empty() && !is_wild(name) {
                base = base.join(name.as_bytes())?;
            } else {
                levels.push(Level::Name(Glob::new(name)?));
            }
        }
        if levels.len() > Self::MOST {
            let text = format!("more than {} names with wildcards in a pattern", Self::MOST);
            return Err(Error::new(ErrorKind::BadArgument, text));
        }
        Ok(Self { base, levels })
    }

    /// The path, if there are no wildcards in it.
    pub fn path(&self) -> Option<&CardPath> {
        self.levels.is_empty().then_some(&self.base)
    }

    /// The folder above the first wildcard; the path, if there is none.
    pub fn base(&self) -> &CardPath {
        &self.base
    }

    /// Whether it goes into folders of any depth.
    pub fn is_deep(&self) -> bool {
        self.levels.iter().any(|level| matches!(level, Level::Any))
    }

    /// Whether removing what it names, with or without what is in folders, would empty the whole card.
    pub fn takes_whole_card(&self, recursive: bool) -> bool {
        self.is_whole_card() && (recursive || self.is_deep() || self.path().is_some())
    }

    /// Whether it leaves nothing out: the root, or all that is in it, or in all of its folders.
    pub fn is_whole_card(&self) -> bool {
        let everything = |level: &Level| match level {
            Level::Any => true,
            Level::Name(glob) => glob.text.bytes().all(|byte| byte == b'*'),
        };
        self.base.is_root() && self.levels.iter().all(everything)
    }

    /// Where in the pattern one is at its base.
    pub(super) fn start(&self) -> Places {
        let mut places = vec![false; self.levels.len() + 1];
        places[0] = true;
        self.skip(places)
    }

    /// Where in the pattern one is in a folder's file or folder of this name.
    pub(super) fn step(&self, from: &Places, name: &[u8]) -> Places {
        let mut places = vec![false; self.levels.len() + 1];
        for (at, level) in self.levels.iter().enumerate().filter(|(at, _)| from.0[*at]) {
            match level {
                Level::Any => places[at] = true,
                Level::Name(glob) => places[at + 1] |= glob.matches(name),
            }
        }
        self.skip(places)
    }

    /// Whether one is where the pattern means.
    pub(super) fn is_met(&self, places: &Places) -> bool {
        places.0[self.levels.len()]
    }

    /// `**` stands for no folder, too.
    fn skip(&self, mut places: Vec<bool>) -> Places {
        for (at, level) in self.levels.iter().enumerate() {
            if places[at] && matches!(level, Level::Any) {
                places[at + 1] = true;
            }
        }
        Places(places)
    }
}

/// Where in a pattern one may be on the way down, all places at a time, so that no pattern takes long: true for each level
/// that comes next, and at last for the end.
pub(super) struct Places(Vec<bool>);

impl From<CardPath> for Pattern {
    /// This path and no other, whatever is in its names.
    fn from(path: CardPath) -> Self {
        Self { base: path, levels: Vec::new() }
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.base.to_string();
        for level in &self.levels {
            if !text.ends_with('/') {
                text.push('/');
            }
            match level {
                Level::Any => text.push_str("**"),
                Level::Name(glob) => text.push_str(&shown(glob.text.as_bytes())),
            }
        }
        f.write_str(&text)
    }
}

fn is_wild(name: &str) -> bool {
    name.contains(['*', '?', '[', ']', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fits(pattern: &str, name: &str) -> bool {
        Glob::new(pattern).unwrap().matches(name.as_bytes())
    }

    #[test]
    fn names_fit_without_regard_to_case() {
        for (pattern, name, expected) in [
            ("*.jpg", "IMG_0001.JPG", true),
            ("IMG_00??.*", "img_0012.cr2", true),
            ("*.{JPG,CR2}", "IMG_0001.cr2", true),
            ("*.{JPG,CR2}", "MVI_0001.MP4", false),
            ("IMG_[0-4]*", "IMG_5000.JPG", false),
            ("[!i]*", "MVI_0001.MP4", true),
            ("*", ".profile", true),
            ("*", "line\nbreak", true),
            ("*", "..", true),
            ("*", "a/b", true),
            ("a?c", "a\nc", true),
            ("[[]x[]]", "[x]", true),
            ("***", "x", true),
            ("", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        assert!(Glob::new("caf?.*").unwrap().matches(b"CAF\xe9.TXT"));
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_a_reason() {
        let refused = |text: &str| Glob::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(["[a-", "{a,b", "a/b", "[z-a]", "a}\x1b"].map(refused).join("\n"));
    }

    fn means(pattern: &str, path: &str) -> bool {
        let pattern: Pattern = pattern.parse().unwrap();
        let path: CardPath = path.parse().unwrap();
        if path.below(&pattern.base).is_none() {
            return false;
        }
        let below = path.names().skip(pattern.base.names().count());
        pattern.is_met(&below.fold(pattern.start(), |places, name| pattern.step(&places, name)))
    }

    #[test]
    fn paths_fit_name_by_name() {
        for (pattern, path, expected) in [
            ("A/DCIM", "A/DCIM", true),
            ("A/DCIM", "A/DCIM/100CANON", false),
            ("A/DCIM/*", "A/DCIM/100CANON", true),
            ("A/DCIM/*", "A/DCIM/100CANON/IMG_0001.JPG", false),
            ("A/DCIM/1*/*.jpg", "A/DCIM/100CANON/IMG_0001.JPG", true),
            ("A/**", "A/", true),
            ("A/**", "A/DCIM/100CANON", true),
            ("A/**/*.lua", "A/x.lua", true),
            ("A/**/*.lua", "A/CHDK/SCRIPTS/x.LUA", true),
            ("A/**/SCRIPTS/**/*.lua", "A/CHDK/SCRIPTS/x.LUA", true),
            ("A/**/SCRIPTS/**/*.lua", "A/CHDK/x.LUA", false),
            (":*/100*/../*", "A/DCIM/x", true),
        ] {
            assert_eq!(means(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_takes_in_the_whole_card_is_known() {
        for (pattern, whole) in [
            ("A/", true),
            (":*", true),
            ("A/**", true),
            ("A/*/**/*", true),
            ("A/**/*.JPG", false),
            ("A/*/100CANON", false),
            ("A/D*", false),
            ("A/DCIM/*", false),
        ] {
            assert_eq!(pattern.parse::<Pattern>().unwrap().is_whole_card(), whole, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_is_shown_as_it_was_written() {
        for text in ["A/", "A/DCIM", "A/**/*.JPG", "A/DCIM/1*/IMG_00[0-4]?.{JPG,CR2}"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
        let wild = CardPath::parse(b":x[1].txt").unwrap();
        assert_eq!(Pattern::from(wild.clone()).path(), Some(&wild));
    }

    #[test]
    fn the_camera_gets_patterns_of_lua() {
        let lua = |text: &str| Glob::new(text).unwrap().on_camera();
        assert_eq!(lua("img_*.j?g"), ("^IMG%_.*%.J.G$".to_owned(), true));
        assert_eq!(lua("**a"), ("^.*A$".to_owned(), true));
        assert_eq!(lua("IMG_[0-4]*"), ("^IMG%_".to_owned(), false));
        assert_eq!(lua("ö*"), ("^".to_owned(), false));
        assert_eq!(lua("*a*b*c*d"), ("^.*A.*B.*C".to_owned(), false));
    }

    proptest! {
        #[test]
        fn no_pattern_panics_or_takes_long(text in "[*?a\\[\\]{},!\\-/.]{0,40}", name in "[ab.]{0,60}") {
            if let Ok(glob) = Glob::new(&text) {
                glob.matches(name.as_bytes());
            }
            if let Ok(pattern) = Pattern::new(&format!(":{text}")) {
                name.split('.').fold(pattern.start(), |places, name| pattern.step(&places, name.as_bytes()));
            }
        }

        #[test]
        fn a_name_without_wildcards_fits_itself_alone(name in "[a-z0-9_.~ -]{1,20}", other in "[a-z0-9_.~ -]{1,20}") {
            prop_assert!(fits(&name, &name.to_uppercase()));
            prop_assert_eq!(fits(&name, &other), name == other);
        }

        #[test]
        fn stars_fit_what_a_plain_search_finds(pieces in proptest::collection::vec("[ab]{0,2}", 1..4), name in "[ab]{0,8}") {
            let pattern = pieces.join("*");
            prop_assert_eq!(fits(&pattern, &name), plain(&pieces, &name));
        }
    }

    /// What stars mean, by trying everything.
    fn plain(pieces: &[String], name: &str) -> bool {
        match pieces {
            [] => unreachable!("there is one at the least"),
            [last] => last == name,
            [first, rest @ ..] => name
                .strip_prefix(first.as_str())
                .is_some_and(|after| (0..=after.len()).any(|at| plain(rest, &after[at..]))),
        }
    }
}
