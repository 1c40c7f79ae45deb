//! Making folders, and the room that there is.

use super::path::{CardPath, shown};
use crate::camera::{Camera, Payload, runtime};
use crate::error::{Error, ErrorKind, Result};

/// How much room there is on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Space {
    /// Bytes of the card, in whole KiB.
    pub total: u64,
    /// Bytes that are free, in whole KiB.
    pub free: u64,
    /// How many JPEGs the camera thinks there is room for.
    pub jpegs: Option<u32>,
    /// How many of CHDK's raw files there is room for.
    pub raws: Option<u32>,
}

impl Camera {
    /// Makes a folder, with `parents` also those that it is in. Returns whether it was made: `false` if it was there already,
    /// which is an error ([`ErrorKind::BadArgument`]) without `parents`. [`ErrorKind::NotFound`] if what it is to be in is not
    /// there.
    pub fn make_folder(&mut self, path: &CardPath, parents: bool) -> Result<bool> {
        if path.is_root() {
            return if parents { Ok(false) } else { Err(self.refused(format!("{path} is there already"))) };
        }
        let returns = self.run_own("mkdir", runtime::mkdir(path.as_bytes(), parents), &mut |_, _| Ok(()));
        let returns = returns.map_err(|error| self.engine_is_taken(error))?;
        let [Payload::String(result), Payload::String(what)] = returns.as_slice() else {
            return Err(self.strange_listing());
        };
        let what = shown(what);
        match result.as_slice() {
            b"made" => Ok(true),
            b"there" if parents => Ok(false),
            b"there" => Err(self.refused(format!("{path} is there already"))),
            b"file" => Err(self.refused(format!("{what} is there, and is a file"))),
            b"parent" => {
                let text = format!("cannot make {path}: there is no folder {what}; mkdir -p makes it, too");
                Err(self.named(Error::new(ErrorKind::NotFound, text)))
            }
            b"error" => {
                let said = what.rsplit(": ").next().unwrap_or_default();
                let text = format!(
                    "cannot make {path} (the camera says '{said}'): is it a name that FAT takes, is the card full or locked?"
                );
                Err(self.refused(text))
            }
            _ => Err(self.strange_listing()),
        }
    }

    /// How much room there is on the card, as the camera counts it.
    pub fn card_space(&mut self) -> Result<Space> {
        let code = "return get_disk_size(), get_free_disk_space(), get_jpg_count and get_jpg_count() or false, \
                    get_raw_count and get_raw_count() or false";
        let returns = self.run_own("df", code.into(), &mut |_, _| Ok(()));
        let returns = returns.map_err(|error| self.engine_is_taken(error))?;
        let [Payload::Integer(total), Payload::Integer(free), jpegs, raws] = returns.as_slice() else {
            return Err(self.strange_listing());
        };
        // KiB without a sign: a card may have more than 2 TiB.
        let bytes = |kib: i32| u64::from(kib as u32) * 1024;
        let count = |payload: &Payload| match payload {
            Payload::Integer(count) => u32::try_from(*count).ok(),
            _ => None,
        };
        Ok(Space { total: bytes(*total), free: bytes(*free), jpegs: count(jpegs), raws: count(raws) })
    }

    /// What the camera's clock shows: seconds since 1970 in its local time.
    pub fn card_time(&mut self) -> Result<i64> {
        let returns = self.run_own("time", b"return os.time()".to_vec(), &mut |_, _| Ok(()));
        match returns.map_err(|error| self.engine_is_taken(error))?.as_slice() {
            [Payload::Integer(now)] => Ok(i64::from(*now as u32)),
            _ => Err(self.strange_listing()),
        }
    }

    fn refused(&self, text: String) -> Error {
        self.named(Error::new(ErrorKind::BadArgument, text))
    }
}
