//! `moonshutter cat`

use std::io::{self, Write};

use clap::Args;

use super::super::{Context, exit};
use super::{PATHS, code, tell};
use crate::camera::card::{Pattern, Select};
use crate::error::{Error, ErrorKind, Result};

#[derive(Args)]
#[command(after_help = PATHS)]
pub(in crate::cli) struct Cat {
    /// Files on the card; patterns in quotes
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Pattern>,
}

impl Cat {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let select = Select::of(self.paths);
        let mut entries = Vec::new();
        let walked = camera.walk(&select, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        let mut all = tell(&camera, &select, &walked);
        let mut out = Out { closed: false };
        for entry in entries {
            if entry.is_dir() || !entry.path.is_usable() {
                let what = if entry.is_dir() { "a folder" } else { "a name that cannot be asked for" };
                exit::say(&format!("{} is {what}", entry.path));
                all = false;
                continue;
            }
            match camera.download_to(entry.path.as_bytes(), &mut out) {
                Ok(_) => {}
                Err(_) if out.closed => {
                    return Err(Error::new(ErrorKind::Closed, "nobody reads standard output any more"));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    exit::say(&error.to_string());
                    all = false;
                }
                Err(error) => return Err(error),
            }
        }
        camera.disconnect()?;
        Ok(code(all))
    }
}

/// Standard output, which somebody may close.
struct Out {
    closed: bool,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        self.closed |= written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        written.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
