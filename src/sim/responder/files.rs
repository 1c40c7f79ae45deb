//! Files to and from the card, in chunks (core/ptp.c:631-756).

use std::fs::{self, File};
use std::io::{self, Read, Write};

use crate::sim::card::Card;
use crate::sim::control::Strict;
use crate::sim::responder::{CHUNK, DataPhase, GENERAL_ERROR, OK, Responder, Response, drain, read_up_to, send_all};

impl Responder {
    /// UploadFile: length of the name, the name, the contents.
    pub(super) fn upload(&self, data: &mut dyn DataPhase) -> io::Result<Response> {
        let total = data.receive()?;
        if total == 0 {
            let code = match self.sin("an upload of nothing at all, not even a name") {
                Strict::Do => OK,
                Strict::Refuse => GENERAL_ERROR,
            };
            return Ok(Response::new(code, &[]));
        }
        if !self.has_buffer() {
            drain(data)?;
            return Ok(Response::new(GENERAL_ERROR, &[]));
        }
        let first = read_up_to(data, CHUNK)?;
        let Some((name, contents)) = split_name(&first) else {
            self.sin("an upload whose name does not lie in the first chunk: CHDK reads beyond it without looking");
            drain(data)?;
            return Ok(Response::new(GENERAL_ERROR, &[]));
        };
        let Some(mut file) = self.create(name) else {
            drain(data)?;
            return Ok(Response::new(GENERAL_ERROR, &[]));
        };
        // CHDK does not look at what fwrite says, so a full card goes unnoticed. Ours at least tells its user.
        let card = &self.body.card;
        self.body.agenda.take(card.delay());
        let mut written = fill(&mut file, contents, card);
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = data.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            self.body.agenda.take(card.delay());
            if written.is_ok() {
                written = fill(&mut file, &chunk[..count], card);
            }
        }
        self.date(&file);
        if let Err(error) = written {
            self.body.log.note(|| format!("the card took only part of an upload, and CHDK does not tell: {error}"));
        }
        Ok(Response::new(OK, &[]))
    }

    /// Whether there is a buffer for a file: half of the memory, and no less than 2048 bytes (core/ptp.c:66-111).
    fn has_buffer(&self) -> bool {
        self.body.config.profile.body.memory / 2 / 512 * 512 >= 2048
    }

    /// Gives a file that was received the time of the camera's clock. One that cannot be changed keeps the host's.
    pub(super) fn date(&self, file: &File) {
        if let Some(time) = self.body.engine.file_time() {
            let _ = file.set_modified(time);
        }
    }

    fn create(&self, name: &[u8]) -> Option<File> {
        Some(self.body.card.create(c_string(name))?.1)
    }

    /// DownloadFile: the file named by TempData, which it uses up.
    pub(super) fn download(&self, data: &mut dyn DataPhase) -> io::Result<Response> {
        let name = crate::clock::locked(&self.body.temp_data).take();
        let file = name.as_deref().filter(|_| self.has_buffer()).and_then(|name| self.open(name));
        let Some((mut file, size)) = file else {
            send_all(data, &[0])?;
            return Ok(Response::new(GENERAL_ERROR, &[]));
        };
        if size == 0 {
            return match self.sin("a download of an empty file: the camera sends no data phase, and most hosts hang") {
                Strict::Do => Ok(Response::new(OK, &[0])),
                Strict::Refuse => {
                    send_all(data, &[0])?;
                    Ok(Response::new(GENERAL_ERROR, &[]))
                }
            };
        }
        data.send(size.into())?;
        let mut chunk = vec![0; CHUNK];
        let mut left = u64::from(size);
        while left > 0 {
            let wanted = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let count = file.read(&mut chunk[..wanted]).unwrap_or(0);
            // Short reads are not detected: the host gets whatever the buffer holds.
            let count = if count == 0 { wanted } else { count };
            self.body.agenda.take(self.body.card.delay());
            data.write(&chunk[..count])?;
            left -= count as u64;
        }
        Ok(Response::new(OK, &[size]))
    }

    fn open(&self, name: &[u8]) -> Option<(File, u32)> {
        let path = self.body.card.existing(c_string(name))?;
        let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        // A file on FAT is shorter than 4 GiB.
        let size = u32::try_from(metadata.len()).ok()?;
        Some((File::open(path).ok()?, size))
    }
}

/// Writes as much as there is room for on the card; fails if that is not all.
pub(super) fn fill(file: &mut File, bytes: &[u8], card: &Card) -> io::Result<()> {
    let room = card.take(bytes.len() as u64) as usize;
    file.write_all(&bytes[..room.min(bytes.len())])?;
    if room < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// A name as C sees it: up to its first NUL.
fn c_string(name: &[u8]) -> &[u8] {
    name.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn split_name(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = data.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length).try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_between_its_length_and_the_contents() {
        assert_eq!(split_name(b"\x03\0\0\0A/xyz"), Some((&b"A/x"[..], &b"yz"[..])));
        assert_eq!(split_name(b"\x09\0\0\0A/xyz"), None);
        assert_eq!(split_name(b"\xff\xff\xff\xffA/xyz"), None);
        assert_eq!(split_name(b"\x01\0"), None);
    }
}
