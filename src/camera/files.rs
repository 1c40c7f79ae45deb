//! One file up, one file down.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::Camera;
use crate::chdk::Chdk;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::Sink;

impl Camera {
    /// Sends a file of the host. Returns its size. A script is looked at first, by
    /// [`Options::check`](super::Options::check) if there is one; [`send_file`](Self::send_file) asks nobody.
    pub fn upload(&mut self, local: &Path, remote: &[u8]) -> Result<u64> {
        must_be_a_file(local)?;
        self.check_file(local, remote)?;
        self.send_file(local, remote)
    }

    /// Sends a file of the host, whatever is in it. Returns its size.
    pub fn send_file(&mut self, local: &Path, remote: &[u8]) -> Result<u64> {
        must_be_a_file(local)?;
        let mut file = File::open(local).map_err(|error| local_error("read", local, error))?;
        let size = file.metadata().map_err(|error| local_error("read", local, error))?.len();
        if size == 0 && file.read(&mut [0]).map_err(|error| local_error("read", local, error))? > 0 {
            let text = format!("{} does not tell its size; copy it to a plain file first", local.display());
            return Err(Error::new(ErrorKind::BadArgument, text));
        }
        self.upload_from(&mut file, size, remote)?;
        Ok(size)
    }

    /// Sends `size` bytes from a stream. A source that ends early, or Ctrl-C, ends the connection as well, since a camera
    /// cannot be told that the rest will not come.
    pub fn upload_from(&mut self, source: &mut dyn Read, size: u64, remote: &[u8]) -> Result<()> {
        let mut source = Interruptible { source, interrupt: self.options.interrupt.clone() };
        let result = self.with(|chdk| chdk.upload_file(remote, size, &mut source));
        result.map_err(|error| {
            if error.kind() != ErrorKind::Ptp {
                return error;
            }
            let remote = String::from_utf8_lossy(remote);
            self.named(
                Error::new(
                    ErrorKind::Ptp,
                    format!(
                        "the camera could not write {remote}: does the folder exist, does the path begin with A/, is \
                         the card unlocked?"
                    ),
                )
                .with_response(error.response().unwrap_or_default()),
            )
        })
    }

    /// Fetches a file. The local file appears under its name when it is whole, and not before; one that was there is
    /// replaced then.
    pub fn download(&mut self, remote: &[u8], local: &Path) -> Result<u64> {
        let folder = match local.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut part = part_file(folder).map_err(|error| local_error("write", local, error))?;
        let size = self.download_to(remote, part.as_file_mut())?;
        part.persist(local).map_err(|error| local_error("write", local, error.error))?;
        Ok(size)
    }

    /// Fetches a file into a stream and returns its size.
    pub fn download_to(&mut self, remote: &[u8], sink: &mut dyn Write) -> Result<u64> {
        // A camera does not answer a request for an empty file, and one for a missing file only with "general error".
        // So it is asked first, unless a script runs: then there is nobody to ask.
        if !self.with(Chdk::script_status)?.running {
            let stat = self.stat(remote)?;
            if stat.is_dir {
                let remote = String::from_utf8_lossy(remote);
                return Err(self.named(Error::new(ErrorKind::BadArgument, format!("{remote} is a folder"))));
            }
            if stat.size == 0 {
                return Ok(0);
            }
        }
        let mut sink = ToWriter { sink, interrupt: self.options.interrupt.clone() };
        let result = self.with(|chdk| chdk.download_file(remote, &mut sink));
        result.map_err(|error| if error.kind() == ErrorKind::Ptp { self.no_such("file", remote) } else { error })
    }
}

/// Whatever else there is to open has no size, blocks, or never ends.
fn must_be_a_file(local: &Path) -> Result<()> {
    let about = std::fs::metadata(local).map_err(|error| local_error("read", local, error))?;
    if about.is_file() {
        return Ok(());
    }
    let what = if about.is_dir() { "a folder" } else { "no file that has a size" };
    Err(Error::new(ErrorKind::BadArgument, format!("{} is {what}", local.display())))
}

struct Interruptible<'a> {
    source: &'a mut dyn Read,
    interrupt: Interrupt,
}

impl Read for Interruptible<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.interrupt.is_raised() {
            return Err(io::Error::other(stopped()));
        }
        self.source.read(buf)
    }
}

struct ToWriter<'a> {
    sink: &'a mut dyn Write,
    interrupt: Interrupt,
}

impl Sink for ToWriter<'_> {
    fn begin(&mut self, _total: u64) -> Result<()> {
        Ok(())
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        if self.interrupt.is_raised() {
            return Err(stopped());
        }
        self.sink
            .write_all(chunk)
            .map_err(|error| Error::new(ErrorKind::Io, "cannot write what the camera sends").caused_by(error))
    }
}

pub(super) fn stopped() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted during a transfer; the connection was given up with it")
}

pub(super) fn local_error(verb: &str, path: &Path, cause: io::Error) -> Error {
    let kind = if cause.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Io };
    Error::new(kind, format!("cannot {verb} {}", path.display())).caused_by(cause)
}

/// A temporary file with the permissions of any new file.
fn part_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".moonshutter-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
