//! `moonshutter put`

use std::ffi::OsString;
use std::io::{Seek, Write};
use std::path::PathBuf;

use clap::Args;

use super::Context;
use super::get::card_target;
use super::lint::gate;
use super::transfer::{TransferArgs, told};
use crate::camera::Options;
use crate::camera::card::transfer::{CardTarget, LocalFile, Options as TransferOptions};
use crate::error::{Error, ErrorKind, Result};

/// A file appears under its name on the card when it is whole, and what it replaces stays until then. Scripts are
/// checked before they are sent.
#[derive(Args)]
pub(super) struct Put {
    /// Files and folders of this computer, - for standard input; and last, the path on the card where they go: A/DCIM/
    #[arg(value_name = "PATH", required = true, num_args = 2..)]
    paths: Vec<OsString>,

    /// Folders, with all that is in them
    #[arg(short, long, visible_short_alias = 'R')]
    recursive: bool,

    /// Delete files here when they have arrived and the checksum is the same
    #[arg(long, visible_alias = "move")]
    delete: bool,

    /// Put scripts on the card as they are, whatever is wrong with them
    #[arg(long)]
    no_lint: bool,

    #[command(flatten)]
    transfer: TransferArgs,
}

impl Put {
    pub fn run(self, context: &Context) -> Result<u8> {
        let json = self.transfer.json;
        told(json, self.send(context))
    }

    fn send(mut self, context: &Context) -> Result<u8> {
        let target = self.paths.pop().unwrap_or_default();
        let stdin = self.paths.iter().any(|path| path == "-");
        let (files, spooled) = if stdin { self.spool(context)? } else { (self.files()?, None) };
        let check = if self.no_lint { None } else { Some(gate(None)?) };
        let mut camera = context.connect(&Options { check, ..context.options() })?;
        camera.await_idle()?;
        let several = files.len() != 1 || self.recursive;
        let target = card_target(&mut camera, &target, several)?;
        if stdin && matches!(target, CardTarget::Folder(_)) {
            return Err(Error::new(ErrorKind::Usage, "standard input has no name: name a file on the card"));
        }
        let size = |file: &LocalFile| std::fs::metadata(&file.path).map_or(0, |about| about.len());
        let mut report = self.transfer.report(files.iter().map(size).sum());
        let options = TransferOptions {
            delete: self.delete && !stdin,
            lint: !self.no_lint,
            // What comes through a pipe has no time of its own.
            mtime: !self.transfer.no_mtime && !stdin,
            ..self.transfer.options()
        };
        let summary = camera.put(&files, &target, &options, &mut |event| report.event(event));
        let code = report.end(&summary, &[])?;
        drop(spooled);
        // A camera that is gone has been told of.
        let _ = camera.disconnect();
        Ok(code)
    }

    fn files(&self) -> Result<Vec<LocalFile>> {
        let paths: Vec<_> = self.paths.iter().map(PathBuf::from).collect();
        LocalFile::find(&paths, self.recursive)
    }

    /// Standard input as a file, since a camera must be told how much will come.
    fn spool(&self, context: &Context) -> Result<(Vec<LocalFile>, Option<tempfile::NamedTempFile>)> {
        if self.paths.len() > 1 {
            return Err(Error::new(ErrorKind::Usage, "standard input goes alone"));
        }
        let failed =
            |error| Error::new(ErrorKind::Io, "cannot keep standard input in a temporary file").caused_by(error);
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        let mut copy = file.reopen().map_err(failed)?;
        super::read_in_thread(&context.interrupt, "standard input", move || {
            std::io::copy(&mut std::io::stdin().lock(), &mut copy)?;
            copy.flush()
        })?;
        file.rewind().map_err(failed)?;
        let stdin = LocalFile { path: file.path().to_owned(), below: b"-".to_vec(), title: Some("-".to_owned()) };
        Ok((vec![stdin], Some(file)))
    }
}
