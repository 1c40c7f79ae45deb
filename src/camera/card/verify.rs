//! A checksum that a camera can compute about its own files.
//!
//! A camera's Lua has 32-bit integers that wrap and no CRC; a call for each byte would take a minute for a picture. So
//! it is a polynomial: beginning with 1, each byte is added to 16777619 times what came before, modulo 2^32. Any single
//! byte that differs is found, and of other damage all but one case in four billion. It is there to find accidents, not
//! forgeries.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::LazyLock;

use crate::camera::strip::strip;
use crate::camera::{Camera, Payload, Stat};
use crate::error::Result;
use crate::table::quoted;

static SCRIPT: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../../lua/camera/card/checksum.lua")));

static SAMPLE: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../../lua/camera/card/sample.lua")));

/// How many bytes of a sample stand together.
const PIECE: u64 = 1024;

/// Beyond this a camera cannot seek.
pub(super) const FARTHEST: u64 = i32::MAX as u64;

/// The checksum of bytes as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum(u32);

impl Checksum {
    /// Of nothing.
    pub fn new() -> Self {
        Self(1)
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.wrapping_mul(16_777_619).wrapping_add(u32::from(*byte)));
    }

    /// Of everything that there is to read.
    pub fn of(source: &mut dyn Read) -> io::Result<Self> {
        let mut sum = Self::new();
        let mut buffer = vec![0; 256 * 1024];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return Ok(sum),
                Ok(count) => sum.update(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// As a number.
    pub fn value(self) -> u32 {
        self.0
    }
}

impl Default for Checksum {
    fn default() -> Self {
        Self::new()
    }
}

/// What a camera found when it went through one of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Of what was read.
    pub checksum: Checksum,
    /// Bytes that were read.
    pub read: u64,
    /// Size and time as they were at the end.
    pub size: u64,
    /// Seconds since 1970 by the camera's clock.
    pub mtime: i64,
}

impl Checked {
    /// Whether the file is still the one that was listed.
    pub fn is(&self, stat: &Stat) -> bool {
        self.read == stat.size && self.size == stat.size && self.mtime == stat.mtime
    }
}

/// Where the pieces of a sample begin: at the beginning, in the middle and at the end.
fn starts(size: u64) -> impl Iterator<Item = u64> {
    [0, size / 2, size.saturating_sub(PIECE)].into_iter().filter(|start| *start <= FARTHEST)
}

/// The checksum of some pieces of a file: what two pictures differ in that have the same size and time.
pub(super) fn sample_of<F: Read + Seek>(file: &mut F, size: u64) -> io::Result<Checksum> {
    let mut sum = Checksum::new();
    for start in starts(size) {
        file.seek(SeekFrom::Start(start))?;
        let mut piece = Vec::new();
        file.take(PIECE).read_to_end(&mut piece)?;
        sum.update(&piece);
    }
    Ok(sum)
}

impl Camera {
    /// The checksum of some pieces of a file on the card; `None` if there is no such file.
    pub(super) fn sample(&mut self, path: &[u8], size: u64) -> Result<Option<Checksum>> {
        let list: Vec<_> = starts(size).map(|start| start.to_string()).collect();
        let head = [b"local path,starts,piece=".as_slice(), &quoted(path)].concat();
        let rest = format!(",{{{}}},{PIECE} {}", list.join(","), *SAMPLE);
        match self.run_own("sample", [head, rest.into_bytes()].concat(), &mut |_, _| Ok(()))?.as_slice() {
            [Payload::Boolean(true), Payload::Integer(sum)] => Ok(Some(Checksum(*sum as u32))),
            [Payload::Boolean(false)] => Ok(None),
            _ => Err(self.strange_answer("a question for a checksum")),
        }
    }

    /// Lets the camera compute the checksum of a file on its card: some seconds for a large picture. `NotFound` if
    /// there is no such file; `ScriptRunning` if a script runs.
    pub fn checksum(&mut self, path: &[u8]) -> Result<Checked> {
        let text = [b"local path=".as_slice(), &quoted(path), b" ", SCRIPT.as_bytes()].concat();
        match self.run_own("checksum", text, &mut |_, _| Ok(()))?.as_slice() {
            [
                Payload::Boolean(true),
                Payload::Integer(sum),
                Payload::Integer(read),
                Payload::Integer(size),
                Payload::Integer(mtime),
            ] => Ok(Checked {
                checksum: Checksum(*sum as u32),
                read: u64::from(*read as u32),
                size: u64::from(*size as u32),
                mtime: i64::from(*mtime as u32),
            }),
            [Payload::Boolean(false)] => Err(self.no_such("file", path)),
            _ => Err(self.strange_answer("a question for a checksum")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> u32 {
        Checksum::of(&mut &bytes[..]).unwrap().value()
    }

    #[test]
    fn it_is_what_its_definition_says() {
        assert_eq!(of(b""), 1);
        assert_eq!(of(b"\0"), 16_777_619);
        // (16777619 + 97) * 16777619 + 98, modulo 2^32
        assert_eq!(u64::from(of(b"ab")), (16_777_716 * 16_777_619 + 98) % (1 << 32));
        assert_ne!(of(b"ab"), of(b"ba"));
        assert_ne!(of(b"a"), of(b"\0a"));
    }
}
