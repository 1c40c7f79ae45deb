//! What a file from the card is called on the host: `{date}/{name}`.
//!
//! | field | of `A/DCIM/100CANON/IMG_0001.JPG` from a search in `A/DCIM` |
//! |---|---|
//! | `{name}`, `{stem}`, `{ext}` | `IMG_0001.JPG`, `IMG_0001`, `JPG` |
//! | `{path}`, `{dir}` | `100CANON/IMG_0001.JPG`, `100CANON`: from the place of the search down |
//! | `{folder}`, `{dirnum}` | `100CANON`, `100`: the folder that it is in |
//! | `{prefix}`, `{number}` | `IMG_`, `0001` |
//! | `{date}`, `{time}` | `2024-05-17`, `143055`: when it was last written, by the camera's clock |
//! | `{year}` `{month}` `{day}` `{hour}` `{minute}` `{second}` | the parts of that |
//! | `{date:%d.%m.%y}` | the same in a format of `strftime` |
//! | `{camera}`, `{serial}` | model and serial number |
//! | `{seq}`, `{seq:4}` | the number of the file in this transfer, from 1; with so many digits at least |
//!
//! `{{` and `}}` are braces. A slash makes folders. What the fields hold goes through [`safe_name`], so that no camera
//! leads out of the target. A field that has nothing to say, as `{number}` of `NOTES.TXT`, is empty, and so is a folder
//! that is made of it alone: it is left out. chdkptp's `${name}` is understood as well, with its own names for the
//! fields: `basename`, `subdir`, `imgnum`, `imgpfx`, `dirnum`, `mdate`, `dlseq`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::strtime};

use super::names::safe_name;
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::did_you_mean;

/// The most digits that a number is filled up to.
const MOST_DIGITS: usize = 20;

/// The most bytes that a date may take.
const LONGEST_DATE: usize = 255;

/// How a file from the card is called on the host. It is written and read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

/// What a [`Template`] is filled with.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// The file's path on the card.
    pub path: &'a [u8],
    /// The path from the place of the search down.
    pub below: &'a [u8],
    /// Seconds since 1970 by the camera's clock, as `stat` has them.
    pub mtime: i64,
    /// The camera's model.
    pub camera: &'a str,
    /// Its serial number.
    pub serial: &'a str,
    /// Number of the file in its transfer, from 1.
    pub seq: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Slash,
    Field(Field),
    Date(String),
    Seq(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Stem,
    Ext,
    Path,
    Dir,
    Folder,
    DirNum,
    Prefix,
    Number,
    Camera,
    Serial,
}

const FIELDS: &[(&str, Field)] = &[
    ("name", Field::Name),
    ("stem", Field::Stem),
    ("ext", Field::Ext),
    ("path", Field::Path),
    ("dir", Field::Dir),
    ("folder", Field::Folder),
    ("dirnum", Field::DirNum),
    ("prefix", Field::Prefix),
    ("number", Field::Number),
    ("camera", Field::Camera),
    ("serial", Field::Serial),
];

const DATES: &[(&str, &str)] = &[
    ("date", "%Y-%m-%d"),
    ("time", "%H%M%S"),
    ("year", "%Y"),
    ("month", "%m"),
    ("day", "%d"),
    ("hour", "%H"),
    ("minute", "%M"),
    ("second", "%S"),
];

/// chdkptp's names of fields that have another one here.
const CHDKPTP: &[(&str, &str)] = &[
    ("basename", "stem"),
    ("subdir", "folder"),
    ("imgnum", "number"),
    ("imgpfx", "prefix"),
    ("mdate", "date"),
    ("dlseq", "seq"),
];

impl Template {
    /// The name alone: all files in one folder.
    pub fn name() -> Self {
        Self { text: "{name}".to_owned(), parts: vec![Part::Field(Field::Name)] }
    }

    /// The path from the place of the search down: a tree stays a tree.
    pub fn path() -> Self {
        Self { text: "{path}".to_owned(), parts: vec![Part::Field(Field::Path)] }
    }

    /// The path on the host, relative to the target folder. It leads down and nowhere else, whatever the camera said.
    ///
    /// ```
    /// use moonshutter::camera::card::{Fields, Template};
    ///
    /// let template: Template = "{date}/{folder}_{name}".parse()?;
    /// let path = b"A/DCIM/100CANON/IMG_0001.JPG";
    /// let fields = Fields { path, below: path, mtime: 1715956255, camera: "", serial: "", seq: 1 };
    /// assert_eq!(template.render(&fields), std::path::Path::new("2024-05-17/100CANON_IMG_0001.JPG"));
    /// # Ok::<(), moonshutter::Error>(())
    /// ```
    pub fn render(&self, fields: &Fields<'_>) -> PathBuf {
        let mut components: Vec<Vec<u8>> = vec![Vec::new()];
        for part in &self.parts {
            match part {
                Part::Text(text) => add(&mut components, text.as_bytes()),
                Part::Slash => components.push(Vec::new()),
                Part::Field(Field::Path) => add_path(&mut components, fields.below),
                Part::Field(Field::Dir) => add_path(&mut components, parent(fields.below)),
                Part::Field(field) => add(&mut components, &flat(&field.of(fields))),
                Part::Date(format) => add(&mut components, date(fields.mtime, format).as_bytes()),
                Part::Seq(digits) => add(&mut components, format!("{:0digits$}", fields.seq).as_bytes()),
            }
        }
        components.retain(|component| !component.is_empty());
        if components.is_empty() {
            components.push(flat(name(fields.path)));
        }
        components.iter().map(|component| safe_name(component)).collect()
    }
}

impl Field {
    fn of(self, fields: &Fields<'_>) -> Vec<u8> {
        let name = name(fields.path);
        let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
        let (stem, extension) = name.split_at(dot);
        let folder = self::name(parent(fields.path));
        let digits = stem.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (prefix, number) = stem.split_at(stem.len() - digits);
        match self {
            Self::Name => name,
            Self::Stem => stem,
            Self::Ext => extension.get(1..).unwrap_or_default(),
            Self::Path => fields.below,
            Self::Dir => parent(fields.below),
            Self::Folder => folder,
            Self::DirNum => &folder[..folder.iter().take_while(|byte| byte.is_ascii_digit()).count()],
            Self::Prefix => prefix,
            Self::Number => number,
            Self::Camera => fields.camera.as_bytes(),
            Self::Serial => fields.serial.as_bytes(),
        }
        .to_vec()
    }
}

/// What is behind the last slash.
pub(crate) fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// What is in front of the last slash; nothing if there is none.
pub(crate) fn parent(path: &[u8]) -> &[u8] {
    &path[..path.iter().rposition(|byte| *byte == b'/').unwrap_or(0)]
}

/// A value that is part of one name: its slashes are none.
fn flat(value: &[u8]) -> Vec<u8> {
    if value.contains(&b'/') { safe_name(value).into_bytes() } else { value.to_vec() }
}

fn add(components: &mut [Vec<u8>], text: &[u8]) {
    if let Some(last) = components.last_mut() {
        last.extend_from_slice(text);
    }
}

fn add_path(components: &mut Vec<Vec<u8>>, path: &[u8]) {
    for (index, name) in path.split(|byte| *byte == b'/').enumerate() {
        if index > 0 {
            components.push(Vec::new());
        }
        // Each by itself, so that two dots do not become part of a longer name and vanish there.
        let name = if matches!(name, b"." | b"..") { safe_name(name).into_bytes() } else { name.to_vec() };
        add(components, &name);
    }
}

fn date(mtime: i64, format: &str) -> String {
    let time = camera_civil(mtime).unwrap_or_default();
    let mut text = strtime::format(format, time).unwrap_or_default();
    while text.len() > LONGEST_DATE {
        text.pop();
    }
    // A date is no way to make folders.
    text.replace('/', "%2F")
}

/// What the camera's clock showed.
pub(crate) fn camera_civil(mtime: i64) -> Option<DateTime> {
    Some(Timestamp::from_second(mtime).ok()?.to_zoned(TimeZone::UTC).datetime())
}

impl FromStr for Template {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text).map_err(|why| Error::new(ErrorKind::BadArgument, format!("the template \"{text}\" {why}")))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parse(text: &str) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '{' | '}' if after.starts_with(c) => {
                plain.push(c);
                rest = &after[1..];
            }
            '}' => return Err("has a } without its {; }} stands for one".to_owned()),
            '{' => {
                let (field, more) = after.split_once('}').ok_or("has a { without its }; {{ stands for one")?;
                let theirs = plain.strip_suffix('$').map(str::to_owned);
                let part = self::field(field, theirs.is_some())?;
                plain = theirs.unwrap_or(plain);
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(part);
                rest = more;
            }
            '/' | '\\' if c == '/' || cfg!(windows) => {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Slash);
                rest = after;
            }
            c => {
                plain.push(c);
                rest = after;
            }
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    check(&parts)?;
    Ok(Template { text: text.to_owned(), parts })
}

fn check(parts: &[Part]) -> Result<(), String> {
    match (parts.first(), parts.last()) {
        (None, _) => return Err("is empty; {name} is the name that the file has on the card".to_owned()),
        (Some(Part::Slash), _) => {
            return Err(
                "begins with a slash: it names files below the target folder, which stands in the command".into()
            );
        }
        (_, Some(Part::Slash)) => {
            return Err("ends with a slash: the file's name is missing, as in …/{name}".to_owned());
        }
        _ => {}
    }
    if parts.iter().all(|part| matches!(part, Part::Text(_) | Part::Slash)) {
        return Err("has no field, so that all files would have the same name; {name} is one".to_owned());
    }
    let component = |run: &[Part]| matches!(run, [Part::Text(text)] if text == ".." || text == ".");
    if parts.split(|part| *part == Part::Slash).any(component) {
        return Err("leads out of the target folder".to_owned());
    }
    Ok(())
}

fn field(text: &str, theirs: bool) -> Result<Part, String> {
    let (name, argument) = match text.split_once(if theirs { ',' } else { ':' }) {
        Some((name, argument)) => (name.trim(), Some(argument.trim())),
        None => (text.trim(), None),
    };
    let name = CHDKPTP.iter().find(|(alias, _)| theirs && *alias == name).map_or(name, |(_, name)| *name);
    if let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
        return match argument {
            None => Ok(Part::Field(*field)),
            Some(_) => Err(format!("has {{{text}}}, but {name} takes nothing behind it")),
        };
    }
    if let Some((_, format)) = DATES.iter().find(|(known, _)| *known == name) {
        let format = argument.unwrap_or(format);
        return match strtime::format(format, DateTime::default()) {
            Ok(text) if !text.is_empty() && text.len() <= LONGEST_DATE => Ok(Part::Date(format.to_owned())),
            Ok(_) => Err(format!("has {{{text}}}, which makes an empty or endless name")),
            Err(error) => Err(format!("has {{{text}}}, whose format is none: {error}")),
        };
    }
    if name == "seq" {
        // chdkptp: ${dlseq,%04d}
        let digits = argument.map(|argument| argument.trim_start_matches('%').trim_end_matches('d')).unwrap_or("1");
        return match digits.parse() {
            Ok(digits) if digits <= MOST_DIGITS => Ok(Part::Seq(digits)),
            _ => Err(format!("has {{{text}}}: behind seq stands how many digits it has, at most {MOST_DIGITS}")),
        };
    }
    let names = FIELDS.iter().map(|(name, _)| *name).chain(DATES.iter().map(|(name, _)| *name)).chain(["seq"]);
    Err(format!("has the unknown field {{{name}}}{}", did_you_mean(name, names)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::card::names::stays_below;
    use proptest::prelude::*;

    const PATH: &[u8] = b"A/DCIM/100CANON/IMG_0001.JPG";

    fn fields(path: &[u8]) -> Fields<'_> {
        let below = path.strip_prefix(b"A/DCIM/").unwrap_or(path);
        // 2024-05-17 14:30:55
        Fields { path, below, mtime: 1715956255, camera: "Canon/PowerShot", serial: "12AB", seq: 7 }
    }

    fn rendered(template: &str, path: &[u8]) -> String {
        let template: Template = template.parse().unwrap();
        template.render(&fields(path)).to_str().unwrap().replace('\\', "/")
    }

    #[test]
    fn every_field_says_what_it_is() {
        for (template, expected) in [
            ("{name}", "IMG_0001.JPG"),
            ("{stem}-{ext}", "IMG_0001-JPG"),
            ("{path}", "100CANON/IMG_0001.JPG"),
            ("{dir}/x_{name}", "100CANON/x_IMG_0001.JPG"),
            ("{folder}_{name}", "100CANON_IMG_0001.JPG"),
            ("{dirnum}-{prefix}-{number}", "100-IMG_-0001"),
            ("{date}/{name}", "2024-05-17/IMG_0001.JPG"),
            ("{year}/{month}/{day}/{hour}{minute}{second}.{ext}", "2024/05/17/143055.JPG"),
            ("{date:%d.%m.%y}_{time}.JPG", "17.05.24_143055.JPG"),
            ("{date:%H:%M}", "14%3A30"),
            ("{date:%Y/%m}_{name}", "2024%2F05_IMG_0001.JPG"),
            ("{camera}/{serial}/{name}", "Canon%2FPowerShot/12AB/IMG_0001.JPG"),
            ("{seq}_{seq:4}", "7_0007"),
            ("{{{name}}}", "{IMG_0001.JPG}"),
            ("${subdir}/${name}", "100CANON/IMG_0001.JPG"),
            ("${mdate,%Y%m%d}_${dlseq,%04d}_${basename}$", "20240517_0007_IMG_0001$"),
            ("a//{name}", "a/IMG_0001.JPG"),
        ] {
            assert_eq!(rendered(template, PATH), expected, "{template}");
        }
    }

    #[test]
    fn what_a_field_does_not_have_is_left_out() {
        assert_eq!(rendered("{number}/{name}", b"A/NOTES.TXT"), "NOTES.TXT");
        assert_eq!(rendered("{number}", b"A/NOTES.TXT"), "NOTES.TXT");
        assert_eq!(rendered("{stem}.{ext}", b"A/.profile"), ".profile%2E");
        assert_eq!(rendered("{dir}/{name}", b"A/NOTES.TXT"), "A/NOTES.TXT");
    }

    #[test]
    fn a_template_that_makes_no_sense_says_why() {
        for (template, why) in [
            ("", "is empty"),
            ("/x/{name}", "begins with a slash"),
            ("{date}/", "ends with a slash"),
            ("../{name}", "leads out"),
            ("x/./{name}", "leads out"),
            ("same.jpg", "has no field"),
            ("{nam}", "unknown field {nam}; did you mean 'name'?"),
            ("{name", "{ without its }"),
            ("name}", "} without its {"),
            ("{name:3}", "takes nothing behind it"),
            ("{seq:x}", "how many digits"),
            ("{seq:99999}", "how many digits"),
            ("{date:%!}", "whose format is none"),
            ("{date:}", "empty or endless"),
            ("{basename}", "unknown field"),
            ("${stat}", "unknown field"),
        ] {
            let error = template.parse::<Template>().unwrap_err().to_string();
            assert!(error.contains(why), "{template}: {error}");
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for path in [
            &b"A/../../x"[..],
            b"A/DCIM/../../../x",
            b"/etc/passwd",
            b"A/DCIM//x",
            b"..",
            b"A/DCIM/..",
            b"A\\..\\x",
            b"",
        ] {
            for template in ["{path}", "{dir}/{name}", "{folder}/{name}", "{name}", "{stem}.{ext}"] {
                let template: Template = template.parse().unwrap();
                let path = template.render(&fields(path));
                assert!(stays_below(&path), "{}", path.display());
            }
        }
    }

    proptest! {
        #[test]
        fn no_template_and_no_name_lead_out(
            template in "[{}$./a:%0-9]{0,6}(\\{(name|path|dir|folder|stem|ext|date|date:[%/.a-zA-Z]{1,6}|seq:3|number)\\}[./a]{0,3}){0,4}",
            path in proptest::collection::vec(proptest::sample::select(b"A/..\\:\0\xFFx\n".to_vec()), 0..20),
            mtime in any::<i64>(),
        ) {
            if let Ok(template) = template.parse::<Template>() {
                let path = template.render(&Fields { mtime, ..fields(&path) });
                prop_assert!(stays_below(&path), "{}: {}", template, path.display());
            }
        }
    }
}
