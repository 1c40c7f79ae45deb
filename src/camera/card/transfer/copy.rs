//! From one camera's card to another's.

use std::io::Write;

use super::put::{CardTarget, Put, Want};
use super::{Event, Observer, Options, Source, Summary};
use crate::camera::Camera;
use crate::error::{Error, ErrorKind};

impl Camera {
    /// Copies files from this camera's card to that of `other`. Each goes through a temporary file on the host, so that
    /// what happens to one camera leaves nothing half-written on the other. Needs both cameras' script engines.
    pub fn copy_to(
        &mut self,
        other: &mut Camera,
        sources: &[Source],
        target: &CardTarget,
        options: &Options,
        on_event: &mut Observer<'_>,
    ) -> Summary {
        let mut wants = Vec::with_capacity(sources.len());
        for source in sources {
            let (sample, problem) = match self.sample(&source.path, source.stat.size) {
                Ok(Some(sample)) => (Some(sample), None),
                Ok(None) => (None, Some(self.no_such("file", &source.path))),
                Err(error) => return Summary { left: sources.len(), error: Some(error), ..Summary::default() },
            };
            wants.push(Want {
                from: String::from_utf8_lossy(&source.path).into_owned(),
                remote: target.path(&source.below),
                size: source.stat.size,
                mtime: Some(source.stat.mtime),
                local: None,
                sample,
                problem,
            });
        }
        // The file on the host is deleted by itself; that on this card is deleted here.
        let mut put = Put::new(other, options, on_event);
        put.all(wants, &mut |put, index, item, want, place| {
            let source = &sources[index];
            let mut file = tempfile::tempfile().map_err(temporary)?;
            let fetching = Options { delete: false, verify: options.verifies(), ..options.clone() };
            self.get_to(source, &mut file, &fetching, &mut |event| match event {
                // The way to the other card is the one that counts.
                Event::Begun { .. } | Event::Moved { .. } => Ok(()),
                event => put.event(event),
            })?;
            file.flush().and_then(|()| std::io::Seek::rewind(&mut file)).map_err(temporary)?;
            let mut copied = put.send(item, &mut file, want, place)?;
            if options.delete {
                self.delete(source, &format!("is {} on the other camera now", item.to))?;
                copied.deleted = true;
            }
            Ok(copied)
        })
    }
}

fn temporary(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot use a temporary file").caused_by(error)
}
