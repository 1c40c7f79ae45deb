//! From the host to the card.
//!
//! A camera writes a file under its name from the first byte on, and does not say when its card is full (CHDK
//! core/ptp.c:631-681). So a file is sent under the name `MS` and six digits and letters, `.TMP`, in the folder where
//! it is to be; the camera then looks at its size, and gives it its name and its time. What is to be replaced goes at
//! that moment and no sooner. Where a transfer is cut off, the next one of the same file writes over what it has left.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;

use jiff::Timestamp;

use super::ask::{Settled, There};
use super::local::{Filled, LocalFile};
use super::{Copied, Event, Existing, Item, Observer, Options, Outcome, SAME_TIME, Summary, is_final};
use crate::camera::Camera;
use crate::camera::card::names::digest;
use crate::camera::card::template;
use crate::camera::card::verify::{Checksum, sample_of};
use crate::camera::files::local_error;
use crate::chdk::NAME_LIMIT;
use crate::error::{Error, ErrorKind, Result};

/// How many names are tried beside one that is taken.
const MOST_NAMES: u32 = 40;

/// What a file takes of the card at the most beyond its size: the rest of a cluster, and its share of a folder.
const CLUSTER: u64 = 64 * 1024;

/// FAT knows no larger file.
const LARGEST: u64 = u32::MAX as u64;

pub(super) fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    match folder {
        [] => name.to_vec(),
        [.., b'/'] => [folder, name].concat(),
        _ => [folder, b"/", name].concat(),
    }
}

/// Where files go on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardTarget {
    /// Into this folder.
    Folder(Vec<u8>),
    /// One file, under this path.
    File(Vec<u8>),
}

impl CardTarget {
    pub(super) fn path(&self, below: &[u8]) -> Vec<u8> {
        match self {
            Self::Folder(folder) => joined(folder, below),
            Self::File(path) => path.clone(),
        }
    }
}

impl Camera {
    /// Puts files on the card. What came of each is told to `on_event`, and in sum returned; an error that ends the
    /// transfer is in the [`Summary`]. Needs the camera's script engine.
    pub fn put(
        &mut self,
        files: &[LocalFile],
        target: &CardTarget,
        options: &Options,
        on_event: &mut Observer<'_>,
    ) -> Summary {
        let mut wants = Vec::new();
        for file in files {
            wants.push(Want::of(file, target, options));
        }
        let mut put = Put::new(self, options, on_event);
        put.all(wants, &mut |put, index, item, want, place| {
            let local = &files[index].path;
            let open = |error| local_error("read", local, error);
            if options.lint {
                put.camera.check_file(local, &want.remote)?;
            }
            let mut file = File::open(local).map_err(open)?;
            let copied = put.send(item, &mut file, want, place)?;
            let now = file.metadata().map_err(open)?;
            if now.len() != want.size {
                let text = format!("{} has changed while it was sent, and is on the card as it was", local.display());
                return Err(Error::new(ErrorKind::Io, text));
            }
            let deleted = options.delete;
            if deleted {
                fs::remove_file(local)
                    .map_err(|error| local_error("delete", local, error).then(&format!("it is {} now", item.to)))?;
            }
            Ok(Copied { deleted, ..copied })
        })
    }
}

/// A file that is wanted on a card.
pub(super) struct Want {
    pub from: String,
    pub remote: Vec<u8>,
    pub size: u64,
    /// By the camera's clock.
    pub mtime: Option<i64>,
    /// Where it is on the host.
    pub local: Option<PathBuf>,
    /// Some of its bytes, if it is not on the host.
    pub sample: Option<Checksum>,
    /// Why it cannot be had.
    pub problem: Option<Error>,
}

impl Want {
    fn of(file: &LocalFile, target: &CardTarget, options: &Options) -> Self {
        let from = file.title.clone().unwrap_or_else(|| file.path.display().to_string());
        let remote = target.path(&file.below);
        let (size, mtime, problem) = match fs::metadata(&file.path) {
            Ok(about) if about.is_file() => {
                let time = about.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
                (about.len(), time.and_then(|time| options.camera_time(time)), None)
            }
            Ok(_) => {
                let text = format!("{from} is no file that has a size");
                (0, None, Some(Error::new(ErrorKind::BadArgument, text)))
            }
            Err(error) => (0, None, Some(local_error("read", &file.path, error))),
        };
        Self { from, remote, size, mtime, local: Some(file.path.clone()), sample: None, problem }
    }
}

/// What is to be done for a file.
pub(super) enum Place {
    /// Send it; something may be there that is to be replaced.
    Send {
        path: Vec<u8>,
        replace: bool,
    },
    Same,
    Skip,
    Fail(Error),
}

pub(super) struct Put<'a, 'o> {
    pub camera: &'a mut Camera,
    options: &'a Options,
    on_event: &'a mut Observer<'o>,
    /// Room on the card, in bytes.
    free: u64,
}

/// How one file gets there.
pub(super) type Sender<'s> = dyn FnMut(&mut Put<'_, '_>, usize, &mut Item, &Want, (&[u8], bool)) -> Result<Copied> + 's;

impl<'a, 'o> Put<'a, 'o> {
    pub fn new(camera: &'a mut Camera, options: &'a Options, on_event: &'a mut Observer<'o>) -> Self {
        Self { camera, options, on_event, free: 0 }
    }

    pub fn event(&mut self, event: &Event<'_>) -> Result<()> {
        (self.on_event)(event)
    }

    pub fn all(&mut self, mut wants: Vec<Want>, sender: &mut Sender<'_>) -> Summary {
        let mut summary = Summary::default();
        let count = wants.len();
        let places = match self.places(&mut wants) {
            Ok(places) => places,
            Err(error) => return Summary { left: count, error: Some(error), ..summary },
        };
        for (index, (want, place)) in wants.iter().zip(places).enumerate() {
            let mut item = Item {
                number: index + 1,
                count,
                from: want.from.clone(),
                to: String::from_utf8_lossy(&want.remote).into_owned(),
                size: want.size,
            };
            let outcome = self.one(index, &mut item, want, place, sender);
            let told = (self.on_event)(&Event::Ended { item: &item, outcome: &outcome });
            let ended = matches!(&outcome, Outcome::Failed(error) if is_final(error));
            summary.count(&item, outcome);
            if let Err(error) = told {
                summary.left = count - index - 1;
                summary.error = Some(error);
                break;
            }
            if ended {
                summary.left = count - index - 1;
                break;
            }
        }
        summary
    }

    fn one(&mut self, index: usize, item: &mut Item, want: &Want, place: Place, sender: &mut Sender<'_>) -> Outcome {
        if self.camera.options.interrupt.is_raised() {
            return Outcome::Failed(Error::new(ErrorKind::Interrupted, "interrupted between two files"));
        }
        match place {
            Place::Same => Outcome::Same { deleted: false },
            Place::Skip => Outcome::Skipped,
            Place::Fail(error) => Outcome::Failed(error),
            Place::Send { path, replace } => {
                item.to = String::from_utf8_lossy(&path).into_owned();
                if self.options.dry_run {
                    return Outcome::Planned;
                }
                match sender(self, index, item, want, (&path, replace)) {
                    Ok(copied) => Outcome::Copied(copied),
                    Err(error) => Outcome::Failed(error),
                }
            }
        }
    }

    /// Looks at what is there, and makes the folders that are missing.
    fn places(&mut self, wants: &mut [Want]) -> Result<Vec<Place>> {
        let paths: Vec<_> = wants.iter().map(|want| want.remote.clone()).collect();
        let (there, free) = self.camera.look(&paths)?;
        self.free = free;
        let mut claimed = HashSet::new();
        let mut folders = BTreeSet::new();
        let mut places = Vec::with_capacity(wants.len());
        for (want, there) in wants.iter_mut().zip(there) {
            let place = match want.problem.take() {
                Some(problem) => Place::Fail(problem),
                None => self.place(want, there, &mut claimed)?,
            };
            if let Place::Send { path, .. } = &place {
                folders.insert(template::parent(path).to_vec());
            }
            places.push(place);
        }
        folders.retain(|folder| folder.len() > 2);
        if !self.options.dry_run {
            self.camera.make_folders(&folders.into_iter().collect::<Vec<_>>())?;
        }
        Ok(places)
    }

    fn place(&mut self, want: &Want, there: There, claimed: &mut HashSet<Vec<u8>>) -> Result<Place> {
        if let Some(problem) = unusable(want) {
            return Ok(Place::Fail(Error::new(ErrorKind::BadArgument, problem)));
        }
        let remote = String::from_utf8_lossy(&want.remote).into_owned();
        if !claimed.insert(want.remote.to_ascii_uppercase()) {
            let text = format!("two files would be {remote} on the card, which knows no upper and lower case");
            return Ok(Place::Fail(Error::new(ErrorKind::BadArgument, text)));
        }
        let send = |replace| Place::Send { path: want.remote.clone(), replace };
        let There::File { mtime, .. } = there else {
            return Ok(match there {
                There::Folder => Place::Fail(Error::new(ErrorKind::BadArgument, format!("{remote} is a folder"))),
                _ => send(false),
            });
        };
        let replace = self.options.existing == Existing::Replace;
        if !replace && self.is_same(want, &want.remote, there)? {
            return Ok(Place::Same);
        }
        Ok(match self.options.existing {
            Existing::Replace => send(true),
            Existing::Skip => Place::Skip,
            Existing::Older if want.mtime.is_some_and(|time| time > mtime + SAME_TIME) => send(true),
            Existing::Older => Place::Skip,
            Existing::Rename => self.other_name(want, claimed)?,
            Existing::Error => {
                let text = format!(
                    "{remote} is on the card already, and is another file; --existing says what to do about it: skip, replace, \
                     older or rename"
                );
                Place::Fail(Error::new(ErrorKind::Io, text))
            }
        })
    }

    /// Whether the file is there already: by size, time and some of its bytes.
    fn is_same(&mut self, want: &Want, path: &[u8], there: There) -> Result<bool> {
        let There::File { size, mtime } = there else { return Ok(false) };
        if size != want.size || want.mtime.is_none_or(|time| (time - mtime).abs() > SAME_TIME) {
            return Ok(false);
        }
        let sum = match &want.local {
            Some(local) => File::open(local).and_then(|mut file| sample_of(&mut file, size)).ok(),
            None => want.sample,
        };
        Ok(sum.is_some() && self.camera.sample(path, size)? == sum)
    }

    fn other_name(&mut self, want: &Want, claimed: &mut HashSet<Vec<u8>>) -> Result<Place> {
        let paths: Vec<_> = (2..=MOST_NAMES).map(|number| numbered(&want.remote, number)).collect();
        let (there, _) = self.camera.look(&paths)?;
        for (path, there) in paths.into_iter().zip(there) {
            let place = match there {
                There::Nothing => Place::Send { path: path.clone(), replace: false },
                _ if !self.is_same(want, &path, there)? => continue,
                _ => Place::Same,
            };
            if claimed.insert(path.to_ascii_uppercase()) {
                return Ok(place);
            }
        }
        let text = format!("{}: too many files have this name", String::from_utf8_lossy(&want.remote));
        Ok(Place::Fail(Error::new(ErrorKind::Io, text)))
    }

    /// Sends a file, which is then on the card under its name, or not at all.
    pub fn send(
        &mut self,
        item: &mut Item,
        file: &mut File,
        want: &Want,
        (path, replace): (&[u8], bool),
    ) -> Result<Copied> {
        let needed = want.size.saturating_add(CLUSTER);
        if needed > self.free {
            let text = format!(
                "{} does not fit: it has {} bytes, and there is room for {}{}",
                item.from,
                want.size,
                self.free.saturating_sub(CLUSTER),
                if replace { " beside the file that it replaces" } else { "" }
            );
            return Err(self.camera.named(Error::new(ErrorKind::Io, text)));
        }
        self.event(&Event::Begun { item, from: 0 })?;
        let part = part_of(path);
        match self.deliver(item, file, want, &part, (path, replace)) {
            Ok(copied) => Ok(Copied { replaced: replace, ..copied }),
            Err(error) => Err(self.clean_up(error, &part)),
        }
    }

    fn deliver(
        &mut self,
        item: &Item,
        file: &mut File,
        want: &Want,
        part: &[u8],
        (path, replace): (&[u8], bool),
    ) -> Result<Copied> {
        let interrupt = self.camera.options.interrupt.clone();
        let mut source = Filled { file, item, on_event: self.on_event, interrupt, done: 0, failed: None };
        let sent = self.camera.with(|chdk| chdk.upload_file(part, want.size, &mut source));
        if let Some(error) = source.failed.take() {
            return Err(error);
        }
        sent.map_err(|error| match error.kind() {
            ErrorKind::Ptp => {
                let text = format!("the camera cannot write {}: is the card locked?", item.to);
                self.camera.named(Error::new(ErrorKind::Ptp, text).with_response(error.response().unwrap_or_default()))
            }
            _ => error,
        })?;
        let mut copied = Copied::default();
        if self.options.verifies() {
            copied.checksum = Some(self.verify(item, file, want, part)?);
        }
        let mtime = want.mtime.filter(|_| self.options.mtime);
        let (settled, free) = self.camera.settle(part, path, want.size, mtime, replace)?;
        self.free = free;
        let problem = match settled {
            Settled::Done => return Ok(copied),
            Settled::Size(size) => {
                format!("{} is not on the card: only {size} of {} bytes arrived there; is it full?", item.to, want.size)
            }
            Settled::Gone => format!("{} is not on the card: what was sent is not there; is it full?", item.to),
            Settled::Exists => format!("{} has come up on the card meanwhile, and stays as it is", item.to),
            Settled::Locked => format!("{} cannot be replaced: the camera does not remove it", item.to),
            Settled::Name => format!("{} cannot be written: the camera does not give a file this name", item.to),
        };
        Err(self.camera.named(Error::new(ErrorKind::Io, problem)))
    }

    fn verify(&mut self, item: &Item, file: &mut File, want: &Want, part: &[u8]) -> Result<u32> {
        self.event(&Event::Verifying { item })?;
        let read = |error| Error::new(ErrorKind::Io, format!("cannot read {}", item.from)).caused_by(error);
        io::Seek::rewind(file).map_err(read)?;
        let sum = Checksum::of(&mut file.take(want.size)).map_err(read)?;
        let checked = self.camera.checksum(part)?;
        if checked.read != want.size || checked.checksum != sum {
            let text = format!(
                "{} did not arrive on the card as it is here: its checksum is {:08x} there and {:08x} here; is the card full?",
                item.from,
                checked.checksum.value(),
                sum.value()
            );
            return Err(self.camera.named(Error::new(ErrorKind::Io, text)));
        }
        Ok(sum.value())
    }

    /// Takes away what has come of a file that does not get there, or says that it cannot.
    fn clean_up(&mut self, error: Error, part: &[u8]) -> Error {
        let removed = self.camera.is_connected()
            && match self.camera.look(&[part.to_vec()]) {
                Ok((there, free)) => {
                    self.free = free;
                    there == [There::Nothing] || self.camera.remove_file(part).unwrap_or(false)
                }
                Err(_) => false,
            };
        if removed {
            return error;
        }
        let part = String::from_utf8_lossy(part);
        error.then(&format!("{part} may be left on the card, and goes when the same command is run again"))
    }
}

/// What a file is called while it is sent: a name that any FAT takes.
fn part_of(path: &[u8]) -> Vec<u8> {
    let digits = digest(&path.to_ascii_uppercase()) & 0xFF_FFFF;
    joined(template::parent(path), format!("MS{digits:06X}.TMP").as_bytes())
}

/// `A/DCIM/IMG_0001 (2).JPG` for the second.
fn numbered(path: &[u8], number: u32) -> Vec<u8> {
    let name = template::name(path);
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
    let (stem, extension) = name.split_at(dot);
    joined(template::parent(path), &[stem, format!(" ({number})").as_bytes(), extension].concat())
}

/// Why a card cannot hold a file of this name and size.
fn unusable(want: &Want) -> Option<String> {
    let path = String::from_utf8_lossy(&want.remote);
    if want.size > LARGEST {
        return Some(format!("{} has {} bytes, and a card's file at most {LARGEST}", want.from, want.size));
    }
    let Some(names) = want.remote.strip_prefix(b"A/") else {
        return Some(format!("{path} is no path on the card: they begin with A/"));
    };
    if want.remote.len() + 8 > NAME_LIMIT {
        return Some(format!("{path} is too long for a card"));
    }
    for name in names.split(|byte| *byte == b'/') {
        let text = String::from_utf8_lossy(name);
        let forbidden = |byte: &u8| byte.is_ascii_control() || br#"\:*?"<>|"#.contains(byte);
        let why = if name.is_empty() {
            "a name is missing in it"
        } else if name.iter().any(forbidden) {
            r#"FAT has no names with \ : * ? " < > | or control characters in them"#
        } else if name.ends_with(b".") || name.ends_with(b" ") {
            "FAT has no names that end with a dot or a blank"
        } else if text.encode_utf16().count() > 255 {
            "a name on FAT has at most 255 letters"
        } else {
            continue;
        };
        return Some(format!("{path} cannot be on a card: {why}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(remote: &[u8], size: u64) -> Want {
        Want {
            from: "here".into(),
            remote: remote.to_vec(),
            size,
            mtime: None,
            local: None,
            sample: None,
            problem: None,
        }
    }

    #[test]
    fn names_that_a_card_cannot_hold_are_refused_with_the_reason() {
        assert_eq!(unusable(&want(b"A/DCIM/Bild \xC3\xA4.jpg", 5)), None);
        for (path, why) in [
            (&b"B/x"[..], "begin with A/"),
            (b"A/", "a name is missing"),
            (b"A/x//y", "a name is missing"),
            (b"A/x:y", "FAT has no names with"),
            (b"A/x\ny", "control characters"),
            (b"A/..", "end with a dot"),
            (b"A/x ", "end with a dot or a blank"),
            (&[b"A/".as_slice(), &[b'x'; 256]].concat(), "at most 255"),
            (&[b"A/".as_slice(), &b"xyz/".repeat(300), b"x"].concat(), "too long"),
        ] {
            let problem = unusable(&want(path, 0)).unwrap_or_default();
            assert!(problem.contains(why), "{}: {problem}", path.escape_ascii());
        }
        assert!(unusable(&want(b"A/x", 1 << 32)).is_some_and(|problem| problem.contains("at most 4294967295")));
    }

    #[test]
    fn a_file_on_its_way_has_a_short_name_of_its_own_in_the_same_folder() {
        let part = part_of(b"A/CHDK/SCRIPTS/long name.lua");
        assert!(part.starts_with(b"A/CHDK/SCRIPTS/MS") && part.ends_with(b".TMP"));
        assert_eq!(template::name(&part).len(), 12);
        assert_eq!(template::name(&part), template::name(&part_of(b"A/chdk/SCRIPTS/Long Name.LUA")));
        assert_ne!(part, part_of(b"A/CHDK/SCRIPTS/other.lua"));
    }

    #[test]
    fn a_second_file_gets_a_number() {
        assert_eq!(numbered(b"A/x/IMG.JPG", 2), b"A/x/IMG (2).JPG");
        assert_eq!(numbered(b"A/x/y", 3), b"A/x/y (3)");
    }
}
