//! Questions about files that only the camera's own Lua can answer.

use std::sync::LazyLock;
use std::time::Duration;

use crate::camera::strip::strip;
use crate::camera::{Camera, Payload, WaitOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::table::quoted;

/// How many paths go into one question.
const BATCH: usize = 40;

/// What one message of the rest of a file holds, in bytes. Fifteen of them may wait in the camera's memory.
const PIECE: u32 = 8192;

/// How long a script of somebody's is waited for: longer than `rest.lua` waits for a host that has gone.
const IDLE: Duration = Duration::from_secs(6);

static LOOK: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../../../lua/camera/card/look.lua")));
static REST: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../../../lua/camera/card/rest.lua")));
static SETTLE: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../../../lua/camera/card/settle.lua")));

/// What is under a name on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    Nothing,
    File { size: u64, mtime: i64 },
    Folder,
}

/// What came of a file that was sent under a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// It has its name.
    Done,
    /// It has another size than what was sent; it was removed.
    Size(u64),
    /// It is not there.
    Gone,
    /// Something of this name has come up meanwhile; it was removed.
    Exists,
    /// What is to be replaced cannot be removed; it was removed.
    Locked,
    /// It is whole, but cannot be given its name; it is still there.
    Name,
}

impl Camera {
    /// Waits some seconds for a script to end that runs on the camera: a transfer that was cut off may have left one of
    /// its own. `ScriptRunning` if it does not.
    pub fn await_idle(&mut self) -> Result<()> {
        if !self.script_status()?.running {
            return Ok(());
        }
        log::info!("a script runs on {}; waiting for its end", self.name);
        if self.wait_status(&WaitOptions::up_to(IDLE), &mut |status| !status.running)?.is_some() {
            return Ok(());
        }
        let text = "a script is running on the camera, and files cannot be asked for; wait for its end, or end it";
        Err(self.named(Error::new(ErrorKind::ScriptRunning, text)))
    }

    /// What is there, and how many bytes the card has room for.
    pub(super) fn look(&mut self, paths: &[Vec<u8>]) -> Result<(Vec<There>, u64)> {
        let mut found = Vec::with_capacity(paths.len());
        let mut free = 0;
        // Without paths there is still the room to ask for.
        let batches = paths.chunks(BATCH).chain(paths.is_empty().then_some(&[][..]));
        for batch in batches {
            let list: Vec<_> = batch.iter().map(|path| quoted(path)).collect();
            let text = [b"local paths={".as_slice(), &list.join(&b','), b"} ", LOOK.as_bytes()].concat();
            let (answers, room): (Vec<(u8, i32, i32)>, i32) = self.eval(text)?;
            if answers.len() != batch.len() {
                return Err(self.strange_answer("a question for files"));
            }
            found.extend(answers.into_iter().map(|(kind, size, mtime)| match kind {
                0 => There::Nothing,
                1 => There::File { size: u64::from(size as u32), mtime: i64::from(mtime as u32) },
                _ => There::Folder,
            }));
            free = bytes_of(room);
        }
        Ok((found, free))
    }

    /// Sends a file's bytes from `offset` on to `take`, and returns size and time of the file at the end.
    pub(super) fn rest_of(
        &mut self,
        path: &[u8],
        offset: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<(u64, i64)> {
        let head =
            [b"local path,offset,piece=".as_slice(), &quoted(path), format!(",{offset},{PIECE} ").as_bytes()].concat();
        let text = [&head, REST.as_bytes()].concat();
        let returns = self.run_own("rest of a file", text, &mut |camera, message| match message {
            Payload::String(bytes) => take(&bytes),
            _ => Err(camera.strange_answer("a request for a file")),
        })?;
        match returns.as_slice() {
            [Payload::Boolean(true), Payload::Integer(size), Payload::Integer(mtime)] => {
                Ok((u64::from(*size as u32), i64::from(*mtime as u32)))
            }
            [Payload::Boolean(false)] => Err(self.no_such("file", path)),
            _ => Err(self.strange_answer("a request for a file")),
        }
    }

    /// Gives a file that was sent its name and its time, if it is whole. Returns how many bytes the card has room for,
    /// too.
    pub(super) fn settle(
        &mut self,
        part: &[u8],
        path: &[u8],
        size: u64,
        mtime: Option<i64>,
        replace: bool,
    ) -> Result<(Settled, u64)> {
        // In hexadecimal, since a camera reads decimal numbers up to 2147483647 only.
        let mtime = mtime.map_or("nil".to_owned(), |mtime| format!("0x{:X}", mtime as u32));
        let head = [b"local part,path,size,mtime,replace=".as_slice(), &quoted(part), b",", &quoted(path)].concat();
        let rest = format!(",0x{:X},{mtime},{replace} ", size as u32);
        let text = [&head, rest.as_bytes(), SETTLE.as_bytes()].concat();
        let (word, found, free): (String, i32, i32) = self.eval(text)?;
        let settled = match &*word {
            "done" => Settled::Done,
            "size" => Settled::Size(u64::from(found as u32)),
            "gone" => Settled::Gone,
            "exists" => Settled::Exists,
            "locked" => Settled::Locked,
            "name" => Settled::Name,
            _ => return Err(self.strange_answer("a file that was sent")),
        };
        Ok((settled, bytes_of(free)))
    }

    /// Makes folders, and those that they are in.
    pub(super) fn make_folders(&mut self, paths: &[Vec<u8>]) -> Result<()> {
        for batch in paths.chunks(BATCH) {
            let list: Vec<_> = batch.iter().map(|path| quoted(path)).collect();
            let list = list.join(&b',');
            let code = b"} for i=1,#paths do local made,why=mkdir_m(paths[i]) if not made then return i,tostring(why) end end return 0,''";
            let text = [b"local paths={".as_slice(), &list, code].concat();
            let (failed, why): (usize, String) = self.eval(text)?;
            if let Some(path) = failed.checked_sub(1).and_then(|index| batch.get(index)) {
                let path = String::from_utf8_lossy(path);
                let text = format!("the camera cannot make the folder {path}: {why}; is the card locked or full?");
                return Err(self.named(Error::new(ErrorKind::Io, text)));
            }
        }
        Ok(())
    }

    /// Removes a file; false if the camera would not.
    pub(super) fn remove_file(&mut self, path: &[u8]) -> Result<bool> {
        let text = [b"return os.remove(".as_slice(), &quoted(path), b")==true"].concat();
        self.eval(text)
    }

    pub(in crate::camera) fn strange_answer(&self, to: &str) -> Error {
        self.named(Error::new(ErrorKind::Protocol, format!("the camera answered {to} with something else")))
    }
}

fn bytes_of(kib: i32) -> u64 {
    // Without a sign: a card may have more than 2 TiB.
    u64::from(kib as u32) * 1024
}
