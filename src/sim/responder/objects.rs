//! The card over standard PTP: files are objects, folders are associations (ISO 15740, chapter 10.4).
//!
//! Handles count up from 1. A file keeps its handle as long as it is there, over all sessions, and no other file gets it.
//! Decided, where the standard leaves it to the camera: what a name on the card would replace is refused; so is deleting
//! everything at once, since the card may be a folder that somebody needs.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;

use crate::clock::locked;
use crate::sim::card::{Card, fat_time, possible};
use crate::sim::lib;
use crate::sim::responder::{
    ACCESS_DENIED, CHUNK, DataPhase, INCOMPLETE_TRANSFER, INVALID_OBJECT_HANDLE, INVALID_PARAMETER,
    INVALID_PARENT_OBJECT, INVALID_STORAGE_ID, NO_THUMBNAIL_PRESENT, NO_VALID_OBJECT_INFO, OBJECT_WRITE_PROTECTED, OK,
    Operation, PARTIAL_DELETION, Responder, Response, STORE_FULL, STORE_READ_ONLY, files, read_up_to, send_all,
};
use crate::sim::wire::dataset::{Dataset, Fields};

/// The first partition of the first slot.
pub(super) const STORAGE: u32 = 0x0001_0001;
/// "All storages", "all handles", and "in the root" where a parent is meant.
pub(super) const ALL: u32 = 0xffff_ffff;

/// Formats.
const UNDEFINED: u16 = 0x3000;
const ASSOCIATION: u16 = 0x3001;
const FORMATS: &[(&str, u16)] = &[
    ("LUA", 0x3002),
    ("BAS", 0x3002),
    ("TXT", 0x3004),
    ("WAV", 0x3008),
    ("AVI", 0x300a),
    ("MOV", 0x300d),
    ("JPG", 0x3801),
    ("JPEG", 0x3801),
    ("CRW", 0xb101),
    ("CR2", 0xb103),
];

/// Deeper folders and more files than this are not looked at.
const DEEPEST: usize = 32;
const MOST: usize = 100_000;

/// What an object's info may take; a name has 255 letters.
const LONGEST_INFO: usize = 4096;

/// Handles of all files and folders that were ever asked for.
#[derive(Default)]
pub(crate) struct Objects {
    handles: HashMap<PathBuf, u32>,
    paths: HashMap<u32, PathBuf>,
    last: u32,
}

impl Objects {
    fn handle(&mut self, path: &Path) -> u32 {
        if let Some(handle) = self.handles.get(path) {
            return *handle;
        }
        self.last += 1;
        self.handles.insert(path.to_owned(), self.last);
        self.paths.insert(self.last, path.to_owned());
        self.last
    }

    fn forget(&mut self, path: &Path) {
        if let Some(handle) = self.handles.remove(path) {
            self.paths.remove(&handle);
        }
    }
}

/// What SendObjectInfo announced.
pub(super) struct Announced {
    path: PathBuf,
    size: u32,
}

impl Responder {
    pub(super) fn get_num_objects(&self, operation: &Operation) -> Response {
        match self.select(operation) {
            Ok(handles) => Response::new(OK, &[handles.len() as u32]),
            Err(code) => Response::new(code, &[]),
        }
    }

    pub(super) fn get_object_handles(&self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Response> {
        match self.select(operation) {
            Ok(handles) => {
                send_all(data, &Dataset::default().u32s(&handles).into_bytes())?;
                Ok(Response::new(OK, &[]))
            }
            Err(code) => Ok(Response::new(code, &[])),
        }
    }

    /// Handles by storage, format (0: any) and parent (0: anywhere).
    fn select(&self, operation: &Operation) -> Result<Vec<u32>, u16> {
        let (storage, format, parent) = (operation.param(1), operation.param(2), operation.param(3));
        if storage != STORAGE && storage != ALL {
            return Err(INVALID_STORAGE_ID);
        }
        let card = &self.body.card;
        let mut found = Vec::new();
        match parent {
            0 => below(card, card.root(), DEEPEST, &mut found),
            ALL => below(card, card.root(), 1, &mut found),
            handle => {
                let folder = self.path_of(handle)?;
                if !folder.is_dir() {
                    return Err(INVALID_PARENT_OBJECT);
                }
                below(card, &folder, 1, &mut found);
            }
        }
        let mut objects = self.objects();
        let images = |format: u16| format & 0xf800 == 0x3800 || format & 0xff00 == 0xb100;
        let wanted = |path: &Path| match format {
            0 => true,
            ALL => images(format_of(path)),
            format => u32::from(format_of(path)) == format,
        };
        Ok(found.iter().filter(|path| wanted(path)).map(|path| objects.handle(path)).collect())
    }

    pub(super) fn get_object_info(&self, handle: u32, data: &mut dyn DataPhase) -> io::Result<Response> {
        let (path, found) = match self.look_up(handle) {
            Ok(found) => found,
            Err(code) => return Ok(Response::new(code, &[])),
        };
        let parent = match path.parent() {
            Some(folder) if folder != self.body.card.root() => self.objects().handle(folder),
            _ => 0,
        };
        let modified = found.modified().map(date).unwrap_or_default();
        let info = Dataset::default()
            .u32(STORAGE)
            .u16(format_of(&path))
            .u16(u16::from(found.permissions().readonly()))
            .u32(if found.is_dir() { 0 } else { found.len() as u32 })
            .u16(0) // no thumbnail: format, size, width, height
            .u32(0)
            .u32(0)
            .u32(0)
            .u32(0) // image: width, height, depth
            .u32(0)
            .u32(0)
            .u32(parent)
            .u16(u16::from(found.is_dir())) // a generic folder
            .u32(0)
            .u32(0) // sequence number
            .string(&path.file_name().unwrap_or_default().to_string_lossy())
            .string(&modified)
            .string(&modified)
            .string("");
        send_all(data, &info.into_bytes())?;
        Ok(Response::new(OK, &[]))
    }

    pub(super) fn get_object(&self, handle: u32, data: &mut dyn DataPhase) -> io::Result<Response> {
        self.send_part(handle, 0, u32::MAX, data, false)
    }

    pub(super) fn get_partial_object(&self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Response> {
        self.send_part(operation.param(1), operation.param(2), operation.param(3), data, true)
    }

    /// A whole file, or a part of it and how long that is.
    fn send_part(
        &self,
        handle: u32,
        offset: u32,
        most: u32,
        data: &mut dyn DataPhase,
        tell: bool,
    ) -> io::Result<Response> {
        let opened = self.look_up(handle).and_then(|(path, found)| {
            let file = if found.is_file() { File::open(path).ok() } else { None };
            Ok((file.ok_or(INVALID_OBJECT_HANDLE)?, found.len() as u32))
        });
        let (mut file, size) = match opened {
            Ok(opened) => opened,
            Err(code) => return Ok(Response::new(code, &[])),
        };
        let Some(left) = size.checked_sub(offset) else { return Ok(Response::new(INVALID_PARAMETER, &[])) };
        let length = left.min(most);
        let mut broken = file.seek(SeekFrom::Start(offset.into())).is_err();
        data.send(length.into())?;
        let mut chunk = vec![0; CHUNK];
        let mut left = length as usize;
        while left > 0 {
            let wanted = CHUNK.min(left);
            let count = if broken { 0 } else { file.read(&mut chunk[..wanted]).unwrap_or(0) };
            if count == 0 {
                // The file became shorter, but its length is announced already.
                broken = true;
                chunk[..wanted].fill(0);
            }
            let count = if broken { wanted } else { count };
            data.write(&chunk[..count])?;
            left -= count;
        }
        Ok(match (broken, tell) {
            (true, _) => Response::new(INCOMPLETE_TRANSFER, &[]),
            (false, true) => Response::new(OK, &[length]),
            (false, false) => Response::new(OK, &[]),
        })
    }

    /// No file has a thumbnail that this camera would know of.
    pub(super) fn get_thumb(&self, handle: u32) -> Response {
        Response::new(self.look_up(handle).err().unwrap_or(NO_THUMBNAIL_PRESENT), &[])
    }

    /// A folder goes with all that is in it.
    pub(super) fn delete_object(&mut self, handle: u32) -> Response {
        let path = match self.look_up(handle) {
            Ok((path, _)) => path,
            Err(code) => return Response::new(code, &[]),
        };
        if self.body.card.is_read_only() {
            return Response::new(STORE_READ_ONLY, &[]);
        }
        let mut found = Vec::new();
        below(&self.body.card, &path, DEEPEST, &mut found);
        found.insert(0, path);
        // What is in a folder before the folder.
        let kept = found.iter().rev().filter(|path| !self.delete(path)).count();
        Response::new(
            match kept {
                0 => OK,
                kept if kept == found.len() => OBJECT_WRITE_PROTECTED,
                _ => PARTIAL_DELETION,
            },
            &[],
        )
    }

    fn delete(&self, path: &Path) -> bool {
        let locked = path.is_file() && path.metadata().is_ok_and(|found| found.permissions().readonly());
        let gone = !locked && if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }.is_ok();
        if gone {
            self.objects().forget(path);
        }
        gone
    }

    /// Makes a folder, or gets ready for the file that SendObject is to bring.
    pub(super) fn send_object_info(&mut self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Response> {
        self.announced = None;
        data.receive()?;
        let info = read_up_to(data, LONGEST_INFO)?;
        Ok(match self.announce(operation, &info) {
            Ok((parent, handle)) => Response::new(OK, &[STORAGE, parent, handle]),
            Err(code) => Response::new(code, &[]),
        })
    }

    fn announce(&mut self, operation: &Operation, info: &[u8]) -> Result<(u32, u32), u16> {
        let (storage, parent) = (operation.param(1), operation.param(2));
        if ![0, STORAGE, ALL].contains(&storage) {
            return Err(INVALID_STORAGE_ID);
        }
        let folder = match parent {
            0 | ALL => self.body.card.root().to_owned(),
            handle => self.path_of(handle).ok().filter(|path| path.is_dir()).ok_or(INVALID_PARENT_OBJECT)?,
        };
        let mut fields = Fields::new(info);
        let (_, format, _) = (fields.u32(), fields.u16(), fields.u16());
        let size = fields.u32();
        fields.skip(40);
        let (Some(format), Some(size), Some(name)) = (format, size, fields.string()) else {
            return Err(INVALID_PARAMETER);
        };
        if !possible(&name) {
            return Err(INVALID_PARAMETER);
        }
        let card = &self.body.card;
        if card.is_read_only() {
            return Err(STORE_READ_ONLY);
        }
        let relative = folder.strip_prefix(card.root()).map_err(|_| INVALID_PARENT_OBJECT)?.to_string_lossy();
        let path = card.target(format!("A/{relative}/{name}").as_bytes()).ok_or(ACCESS_DENIED)?;
        if path.exists() {
            return Err(ACCESS_DENIED);
        }
        if u64::from(size) > card.free_bytes() {
            return Err(STORE_FULL);
        }
        if format == ASSOCIATION {
            fs::create_dir(&path).map_err(|_| ACCESS_DENIED)?;
            lib::bear(&path, self.body.engine.file_time());
        } else {
            self.announced = Some(Announced { path: path.clone(), size });
        }
        Ok((if parent == ALL { 0 } else { parent }, self.objects().handle(&path)))
    }

    pub(super) fn send_object(&mut self, data: &mut dyn DataPhase) -> io::Result<Response> {
        let total = data.receive()?;
        let Some(Announced { path, size }) = self.announced.take() else {
            return Ok(Response::new(NO_VALID_OBJECT_INFO, &[]));
        };
        if total > size.into() {
            self.sin(&format!("SendObject of {total} bytes, of which {size} were announced: the rest is dropped"));
        }
        let Ok(mut file) = File::create_new(&path) else { return Ok(Response::new(ACCESS_DENIED, &[])) };
        let done = self.receive_file(&mut file, size, data);
        self.date(&file);
        if !matches!(done, Ok(OK)) {
            // What did not come whole is not kept. If it cannot be removed either, the host sees it.
            let _ = fs::remove_file(&path);
            self.objects().forget(&path);
        }
        done.map(|code| Response::new(code, &[]))
    }

    fn receive_file(&self, file: &mut File, size: u32, data: &mut dyn DataPhase) -> io::Result<u16> {
        let mut left = size as usize;
        let mut chunk = vec![0; CHUNK];
        while left > 0 {
            let count = data.read(&mut chunk[..CHUNK.min(left)])?;
            if count == 0 {
                return Ok(INCOMPLETE_TRANSFER);
            }
            if files::fill(file, &chunk[..count], &self.body.card).is_err() {
                return Ok(STORE_FULL);
            }
            left -= count;
        }
        Ok(OK)
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        locked(&self.body.objects)
    }

    fn path_of(&self, handle: u32) -> Result<PathBuf, u16> {
        self.look_up(handle).map(|(path, _)| path)
    }

    /// Where an object is, if it still is there, and what it is.
    fn look_up(&self, handle: u32) -> Result<(PathBuf, fs::Metadata), u16> {
        let path = self.objects().paths.get(&handle).cloned().ok_or(INVALID_OBJECT_HANDLE)?;
        let found = self.body.card.within(path.clone()).and_then(|path| path.metadata().ok());
        match found {
            Some(found) if fits(&found) => Ok((path, found)),
            _ => {
                self.objects().forget(&path);
                Err(INVALID_OBJECT_HANDLE)
            }
        }
    }
}

/// A file on FAT is shorter than 4 GiB.
fn fits(found: &fs::Metadata) -> bool {
    found.is_dir() || found.len() < u32::MAX.into()
}

/// What lies below a folder, `depth` levels deep, folders before what is in them. Folders that are links are left out:
/// they may go round in circles.
fn below(card: &Card, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if depth == 0 {
        return;
    }
    for name in card.entries(folder).unwrap_or_default() {
        let path = folder.join(name);
        let (Ok(link), Ok(real)) = (path.symlink_metadata(), path.metadata()) else { continue };
        if found.len() == MOST || !fits(&real) || (link.is_symlink() && real.is_dir()) {
            continue;
        }
        found.push(path.clone());
        if real.is_dir() {
            below(card, &path, depth - 1, found);
        }
    }
}

fn format_of(path: &Path) -> u16 {
    if path.is_dir() {
        return ASSOCIATION;
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_uppercase();
    FORMATS.iter().find(|(known, _)| *known == extension).map_or(UNDEFINED, |(_, format)| *format)
}

/// PTP's way of writing a local time.
fn date(time: std::time::SystemTime) -> String {
    let zoned = jiff::Timestamp::try_from(fat_time(time)).map(|time| time.to_zoned(jiff::tz::TimeZone::system()));
    zoned.map(|time| time.strftime("%Y%m%dT%H%M%S").to_string()).unwrap_or_default()
}
