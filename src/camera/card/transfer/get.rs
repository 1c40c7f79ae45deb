//! From the card to the host.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::part::{Key, Part, Parts};
use super::place::Place;
use super::receive::{Receiver, Summed};
use super::{Copied, Event, Existing, Item, Observer, Options, Outcome, Source, Summary, Target, is_final};
use crate::camera::Camera;
use crate::camera::card::names::folded;
use crate::camera::card::template::Fields;
use crate::camera::card::verify::{Checksum, FARTHEST};
use crate::camera::files::{local_error, stopped};
use crate::error::{Error, ErrorKind, Result};

/// How much of what is there already is fetched once more when a transfer goes on, to see that it is the same file.
const OVERLAP: u64 = 4096;

/// What did not go well with one file.
pub(super) enum Failure {
    /// It is not the file that was listed, or was damaged on its way: worth another try.
    Changed(Error),
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Camera {
    /// Fetches files from the card. What came of each is told to `on_event`, and in sum returned; an error that ends
    /// the transfer is in the [`Summary`].
    ///
    /// Needs the camera's script engine where there is more to ask than the bytes of a file: for checksums, to go on
    /// with a file that was begun, to delete.
    pub fn get(
        &mut self,
        sources: &[Source],
        target: &Target,
        options: &Options,
        on_event: &mut Observer<'_>,
    ) -> Summary {
        let who = match &self.info.serial_number {
            serial if serial.is_empty() => self.info.model.clone(),
            serial => serial.clone(),
        };
        let mut get = Get { camera: self, options, parts: Parts::default(), claimed: HashSet::new(), who, on_event };
        let mut summary = Summary::default();
        for (index, source) in sources.iter().enumerate() {
            let (item, outcome) = get.one(index, sources.len(), source, target);
            let told = (get.on_event)(&Event::Ended { item: &item, outcome: &outcome });
            let ended = matches!(&outcome, Outcome::Failed(error) if is_final(error));
            summary.count(&item, outcome);
            if let Err(error) = told {
                summary.left = sources.len() - index - 1;
                summary.error = Some(error);
                break;
            }
            if ended {
                summary.left = sources.len() - index - 1;
                break;
            }
        }
        summary
    }

    /// Fetches one file into a stream. What has been written when it fails is for the caller to throw away.
    pub fn get_to(
        &mut self,
        source: &Source,
        sink: &mut dyn Write,
        options: &Options,
        on_event: &mut Observer<'_>,
    ) -> Result<Copied> {
        let mut sum = Checksum::new();
        let mut item = Item {
            number: 1,
            count: 1,
            from: String::from_utf8_lossy(&source.path).into_owned(),
            to: "-".to_owned(),
            size: source.stat.size,
        };
        on_event(&Event::Begun { item: &item, from: 0 })?;
        let mut both = Summed { sink, sum: options.verifies().then_some(&mut sum) };
        let fetched = self
            .fetch(source, &mut both, &item, on_event)
            .and_then(|()| both.flush().map_err(|error| Failure::Error(local_error("write", Path::new("-"), error))));
        if let Err(Failure::Changed(error) | Failure::Error(error)) = fetched {
            return Err(error);
        }
        let mut copied = Copied::default();
        if options.verifies() {
            on_event(&Event::Verifying { item: &item })?;
            match self.check(source, sum) {
                Ok(()) => copied.checksum = Some(sum.value()),
                Err(Failure::Changed(error) | Failure::Error(error)) => return Err(error),
            }
        }
        if options.delete {
            self.delete(source, "has been written to standard output")?;
            copied.deleted = true;
        }
        item.to.clear();
        Ok(copied)
    }

    /// The bytes of a file, as many as were listed.
    fn fetch(
        &mut self,
        source: &Source,
        sink: &mut dyn Write,
        item: &Item,
        on_event: &mut Observer<'_>,
    ) -> Result<(), Failure> {
        // A camera does not answer a request for an empty file (CHDK core/ptp.c:738).
        if source.stat.size == 0 {
            return Ok(());
        }
        let interrupt = self.options.interrupt.clone();
        let mut receiver = Receiver { sink, item, on_event, interrupt, done: 0, announced: None };
        let result = self.with(|chdk| chdk.download_file(&source.path, &mut receiver));
        let (done, announced) = (receiver.done, receiver.announced);
        match result {
            Err(error) if error.kind() == ErrorKind::Ptp => Err(self.no_such("file", &source.path).into()),
            Err(error) => Err(error.into()),
            Ok(size) if size != source.stat.size => {
                Err(self.changed(source, &format!("it had {} bytes, and now has {size}", source.stat.size)))
            }
            Ok(_) if done != source.stat.size => {
                let sent = announced.unwrap_or(done);
                let text = format!("the camera sent {sent} bytes of a file of {}", source.stat.size);
                Err(self.named(Error::new(ErrorKind::Protocol, text)).into())
            }
            Ok(_) => Ok(()),
        }
    }

    fn changed(&self, source: &Source, how: &str) -> Failure {
        let path = String::from_utf8_lossy(&source.path);
        let text = format!("{path} changes on the card while it is read: {how}");
        Failure::Changed(self.named(Error::new(ErrorKind::Io, text)))
    }

    /// Whether the file on the card has this checksum and is still the one that was listed.
    fn check(&mut self, source: &Source, sum: Checksum) -> Result<(), Failure> {
        let checked = self.checksum(&source.path)?;
        if !checked.is(&source.stat) {
            return Err(self.changed(source, "its size or time is another one now"));
        }
        if checked.checksum != sum {
            let path = String::from_utf8_lossy(&source.path);
            let text = format!(
                "{path} did not arrive as it is on the card: its checksum is {:08x} there and {:08x} here",
                checked.checksum.value(),
                sum.value()
            );
            return Err(Failure::Changed(self.named(Error::new(ErrorKind::Io, text))));
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, source: &Source, state: &str) -> Result<()> {
        let path = String::from_utf8_lossy(&source.path).into_owned();
        match self.remove_file(&source.path) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let text = format!("{path} {state}, but the camera does not delete it; is the card locked?");
                Err(self.named(Error::new(ErrorKind::Io, text)))
            }
            Err(error) => Err(error.then(&format!("{path} {state} and may still be on the card"))),
        }
    }
}

pub(super) struct Get<'a, 'o> {
    pub camera: &'a mut Camera,
    pub options: &'a Options,
    parts: Parts,
    /// What files of this transfer are called, without regard to case.
    pub claimed: HashSet<String>,
    who: String,
    on_event: &'a mut Observer<'o>,
}

impl Get<'_, '_> {
    fn one(&mut self, index: usize, count: usize, source: &Source, target: &Target) -> (Item, Outcome) {
        let wanted = match target {
            Target::File(path) => path.clone(),
            Target::Folder(folder) => folder.join(self.options.template.render(&Fields {
                path: &source.path,
                below: &source.below,
                mtime: source.stat.mtime,
                camera: &self.camera.info.model,
                serial: &self.camera.info.serial_number,
                seq: self.options.first.saturating_add(index as u64),
            })),
        };
        let mut item = Item {
            number: index + 1,
            count,
            from: String::from_utf8_lossy(&source.path).into_owned(),
            to: wanted.display().to_string(),
            size: source.stat.size,
        };
        let mut source = source.clone();
        let mut tries = 0;
        let outcome = loop {
            tries += 1;
            match self.attempt(&mut item, &source, &wanted) {
                Ok(outcome) => break outcome,
                Err(Failure::Error(error)) => break Outcome::Failed(error),
                Err(Failure::Changed(error)) if tries > 1 => break Outcome::Failed(error),
                Err(Failure::Changed(error)) => match self.camera.stat(&source.path) {
                    Ok(stat) if !stat.is_dir => {
                        log::debug!("once more: {error}");
                        item.size = stat.size;
                        source.stat = stat;
                    }
                    Ok(_) => break Outcome::Failed(error),
                    Err(error) => break Outcome::Failed(error),
                },
            }
        };
        (item, outcome)
    }

    fn attempt(&mut self, item: &mut Item, source: &Source, wanted: &Path) -> Result<Outcome, Failure> {
        if self.camera.options.interrupt.is_raised() {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted between two files").into());
        }
        let place = self.place(wanted, source)?;
        let (path, replaced) = match place {
            Place::Skip(path) => {
                item.to = path.display().to_string();
                return Ok(Outcome::Skipped);
            }
            Place::Same(path) => {
                item.to = path.display().to_string();
                self.claimed.insert(folded(&path));
                let deleted = self.options.delete && !self.options.dry_run;
                if deleted {
                    self.camera.delete(source, &format!("is {}", item.to))?;
                }
                return Ok(Outcome::Same { deleted });
            }
            Place::New(path) => (path, false),
            Place::Replace(path) => (path, true),
        };
        item.to = path.display().to_string();
        if self.options.dry_run {
            self.claimed.insert(folded(&path));
            return Ok(Outcome::Planned);
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&folder).map_err(|error| local_error("make the folder", &folder, error))?;
        let key = Key {
            camera: &self.who,
            path: &source.path,
            name: Path::new(wanted.file_name().unwrap_or_default()),
            size: source.stat.size,
            mtime: source.stat.mtime,
        };
        let mut part = self.parts.open(&folder, &key).map_err(|error| local_error("write into", &folder, error))?;
        let mut copied = match self.fill(&mut part, item, source) {
            Ok(resumed) => Copied { resumed, ..Copied::default() },
            Err(failure) => return Err(self.after_failure(part, failure)),
        };
        match self.verify(&mut part, item, source) {
            Ok(checksum) => copied.checksum = checksum,
            // What is damaged is not worth going on with.
            Err(failure @ Failure::Changed(_)) => return Err(failure),
            Err(failure) => return Err(self.after_failure(part, failure)),
        }
        if let Some(time) = self.options.mtime.then(|| self.options.host_time(source.stat.mtime)).flatten() {
            // Not every file system keeps times.
            if let Err(error) = part.set_modified(time.into()) {
                log::debug!("{}: its time cannot be set: {error}", item.to);
            }
        }
        if self.options.delete {
            part.sync().map_err(|error| local_error("write", &path, error))?;
        }
        let path = self.finish(&mut part, path, replaced, wanted, source)?;
        item.to = path.display().to_string();
        self.claimed.insert(folded(&path));
        copied.replaced = replaced;
        if self.options.delete {
            sync_folder(&folder);
            self.camera.delete(source, &format!("is {} now", item.to))?;
            copied.deleted = true;
        }
        Ok(Outcome::Copied(copied))
    }

    /// Brings what is missing. Returns how much was there.
    fn fill(&mut self, part: &mut Part, item: &Item, source: &Source) -> Result<u64, Failure> {
        let write = |error| Failure::Error(local_error("write", Path::new(&item.to), error));
        let size = source.stat.size;
        let there = part.len().map_err(write)?;
        if self.options.resume && there > 0 && there <= size && there <= FARTHEST {
            match self.go_on(part, item, source, there) {
                Ok(()) => return Ok(there),
                Err(Failure::Error(error)) if is_final(&error) => return Err(Failure::Error(error)),
                Err(Failure::Changed(error) | Failure::Error(error)) => {
                    log::debug!("{}: from the beginning: {error}", item.from);
                }
            }
        }
        part.cut(0).map_err(write)?;
        (self.on_event)(&Event::Begun { item, from: 0 })?;
        self.camera.fetch(source, part, item, self.on_event)?;
        Ok(0)
    }

    /// Goes on with a file of which `there` bytes are there.
    fn go_on(&mut self, part: &mut Part, item: &Item, source: &Source, there: u64) -> Result<(), Failure> {
        let write = |error| local_error("write", Path::new(&item.to), error);
        let start = there.saturating_sub(OVERLAP);
        let known = part.tail(start).map_err(write)?;
        part.cut(there).map_err(write)?;
        let on_event = &mut *self.on_event;
        on_event(&Event::Begun { item, from: there })?;
        let mut done = start;
        let mut same = true;
        let interrupt = self.camera.options.interrupt.clone();
        let (size, mtime) = self.camera.rest_of(&source.path, start, &mut |bytes| {
            if interrupt.is_raised() {
                return Err(stopped());
            }
            if done + bytes.len() as u64 > source.stat.size {
                return Err(Error::new(ErrorKind::Protocol, "the camera sends more than the file has"));
            }
            let at = (done - start) as usize;
            let (old, new) = bytes.split_at(known.len().saturating_sub(at).min(bytes.len()));
            same &= old.is_empty() || known.get(at..at + old.len()) == Some(old);
            if !same {
                return Err(Error::new(ErrorKind::Io, "what is there is not the beginning of the file"));
            }
            part.write_all(new).map_err(write)?;
            done += bytes.len() as u64;
            on_event(&Event::Moved { item, bytes: done.max(there) })
        })?;
        if (size, mtime) != (source.stat.size, source.stat.mtime) || done != source.stat.size {
            return Err(self.camera.changed(source, "it is not the file that was listed"));
        }
        Ok(())
    }

    fn verify(&mut self, part: &mut Part, item: &Item, source: &Source) -> Result<Option<u32>, Failure> {
        if !self.options.verifies() {
            return Ok(None);
        }
        (self.on_event)(&Event::Verifying { item })?;
        let sum = part.reader().and_then(|reader| Checksum::of(reader));
        let sum = sum.map_err(|error| local_error("read", Path::new(&item.to), error))?;
        self.camera.check(source, sum)?;
        Ok(Some(sum.value()))
    }

    /// Keeps what has come, where it is good for something.
    fn after_failure(&self, part: Part, failure: Failure) -> Failure {
        let Failure::Error(error) = failure else { return failure };
        let cut_off = matches!(
            error.kind(),
            ErrorKind::Disconnected
                | ErrorKind::NotConnected
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::Closed
        );
        let len = part.len().unwrap_or(0);
        if self.options.resume && cut_off && len > 0 && part.keep() {
            return Failure::Error(
                error.then(&format!("{len} bytes are kept, and the same command goes on from there")),
            );
        }
        Failure::Error(error)
    }

    /// Gives a file its name; another one, if something has come in between and that is what is wanted.
    fn finish(
        &mut self,
        part: &mut Part,
        path: PathBuf,
        replace: bool,
        wanted: &Path,
        source: &Source,
    ) -> Result<PathBuf, Failure> {
        let mut path = path;
        loop {
            match part.finish(&path, replace) {
                Ok(()) => return Ok(path),
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && self.options.existing == Existing::Rename =>
                {
                    match self.place(wanted, source)? {
                        Place::New(other) => path = other,
                        Place::Same(other) | Place::Skip(other) | Place::Replace(other) => return Ok(other),
                    }
                }
                Err(error) => return Err(local_error("write", &path, error).into()),
            }
        }
    }
}

/// So that a name is on the disk before the only other copy goes.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        log::debug!("{}: {error}", folder.display());
    }
    #[cfg(not(unix))]
    let _ = folder;
}
