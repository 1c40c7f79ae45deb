//! `moonshutter mkdir`

use clap::Args;

use super::super::{Context, exit};
use super::code;
use crate::camera::card::CardPath;
use crate::error::{ErrorKind, Result};

#[derive(Args)]
pub(in crate::cli) struct Mkdir {
    /// Folders to make on the card: A/DATA or :DATA
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<CardPath>,

    /// Make the folders that they are in, too, and do not mind those that are there
    #[arg(short, long)]
    parents: bool,
}

impl Mkdir {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let mut all = true;
        for path in &self.paths {
            match camera.make_folder(path, self.parents) {
                Err(error) if matches!(error.kind(), ErrorKind::BadArgument | ErrorKind::NotFound) => {
                    exit::say(&error.to_string());
                    all = false;
                }
                result => drop(result?),
            }
        }
        camera.disconnect()?;
        Ok(code(all))
    }
}
