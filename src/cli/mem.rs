//! `moonshutter mem` and `moonshutter call`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{Context, exit};
use crate::camera::Camera;
use crate::error::{Error, ErrorKind, Result};

/// Addresses and sizes are decimal, or hexadecimal with 0x in front; sizes may end in K or M.
#[derive(Args)]
pub(super) struct Mem {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show memory of the camera, or save it
    Read(Read),
    /// Write memory of the camera: what is overwritten may be the firmware at work
    Write(Write_),
}

#[derive(Args)]
struct Read {
    /// Where to begin
    #[arg(value_parser = number)]
    address: u32,

    /// How many bytes, or words with --words
    #[arg(value_parser = number, default_value = "256")]
    count: u32,

    /// Save the bytes to a file (-: standard output)
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["words", "json"])]
    output: Option<PathBuf>,

    /// Read through a buffer in the camera, which registers need
    #[arg(long)]
    buffered: bool,

    /// Show words of 32 bits, one on a line with its address
    #[arg(long, value_name = "FORM", num_args = 0..=1, default_missing_value = "hex", require_equals = true)]
    words: Option<Form>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a word is shown.
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// 0xe59ff018
    Hex,
    /// Without sign
    U32,
    /// With sign
    I32,
}

#[derive(Args)]
struct Write_ {
    /// Where to begin
    #[arg(value_parser = number)]
    address: u32,

    /// Bytes in hexadecimal, as in "01 02 ff"
    #[arg(required_unless_present_any = ["word", "input"])]
    bytes: Vec<String>,

    /// A word of 32 bits instead
    #[arg(long, value_parser = number, conflicts_with = "bytes")]
    word: Option<u32>,

    /// The bytes of a file instead
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["bytes", "word"])]
    input: Option<PathBuf>,

    #[command(flatten)]
    risk: Risk,
}

/// Runs in the camera with nothing between it and the firmware.
#[derive(Args)]
pub(super) struct Call {
    /// Address of the function; the lowest bit set for Thumb code
    #[arg(value_parser = number)]
    address: u32,

    /// Its arguments, numbers of 32 bits
    #[arg(value_parser = number, allow_negative_numbers = true)]
    arguments: Vec<u32>,

    #[command(flatten)]
    risk: Risk,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Risk {
    /// Do it: the camera may crash, lose its settings or the pictures on its card, or never start again
    #[arg(long)]
    may_brick_camera: bool,
}

impl Risk {
    fn taken(&self, what: &str) -> Result<()> {
        if self.may_brick_camera {
            return Ok(());
        }
        let text = format!(
            "{what} can crash the camera, destroy what is on its card, or keep it from ever starting again: \
             with --may-brick-camera it is done"
        );
        Err(Error::new(ErrorKind::Usage, text))
    }
}

impl Mem {
    pub fn run(self, context: &Context) -> Result<u8> {
        match self.what {
            What::Read(read) => read.run(context),
            What::Write(write) => write.run(context),
        }
    }
}

impl Read {
    fn run(self, context: &Context) -> Result<u8> {
        let size = match self.words {
            Some(_) => {
                self.count.checked_mul(4).ok_or_else(|| Error::new(ErrorKind::Usage, "so many words there are not"))?
            }
            None => self.count,
        };
        let mut camera = context.connect(&context.options())?;
        if let Some(path) = &self.output {
            self.save(&mut camera, size, path)?;
        } else {
            let mut shown = Shown { read: &self, next: self.address, held: Vec::new() };
            if self.json {
                let mut bytes = Vec::new();
                camera.read_memory(self.address, size, self.buffered, &mut bytes, &mut |_| {})?;
                exit::print(format!("{:#}\n", self.as_json(&bytes)))?;
            } else {
                let read = camera.read_memory(self.address, size, self.buffered, &mut shown, &mut |_| {});
                read.and_then(|()| shown.finish())?;
            }
        }
        camera.disconnect()?;
        Ok(exit::DONE)
    }

    fn save(&self, camera: &mut Camera, size: u32, path: &Path) -> Result<()> {
        if path.as_os_str() == "-" {
            return camera.read_memory(self.address, size, self.buffered, &mut io::stdout().lock(), &mut |_| {});
        }
        let failed =
            |error: io::Error| Error::new(ErrorKind::Io, format!("cannot write {}", path.display())).caused_by(error);
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".moonshutter-").suffix(".part");
        // As any new file has them; a temporary one would be its user's alone.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder).map_err(failed)?;
        camera.read_memory(self.address, size, self.buffered, file.as_file_mut(), &mut |_| {})?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn as_json(&self, bytes: &[u8]) -> serde_json::Value {
        let data: serde_json::Value = match self.words {
            None => hex(bytes, "").into(),
            Some(form) => words(bytes)
                .map(|word| match form {
                    Form::I32 => json!(word as i32),
                    Form::Hex | Form::U32 => json!(word),
                })
                .collect(),
        };
        let name = if self.words.is_some() { "words" } else { "bytes" };
        json!({"address": self.address, "size": bytes.len(), name: data})
    }
}

/// Shows bytes line by line as they come.
struct Shown<'a> {
    read: &'a Read,
    next: u32,
    held: Vec<u8>,
}

/// Bytes on a line.
const LINE: usize = 16;

impl Shown<'_> {
    fn line(&mut self, bytes: &[u8]) -> Result<()> {
        let text = match self.read.words {
            None => {
                let shown: String = bytes
                    .iter()
                    .map(|byte| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' })
                    .collect();
                let pairs: Vec<String> = bytes.chunks(2).map(|pair| hex(pair, "")).collect();
                format!("{:08x}: {:<39}  {shown}\n", self.next, pairs.join(" "))
            }
            Some(form) => words(bytes)
                .enumerate()
                .map(|(index, word)| {
                    let address = self.next.wrapping_add(4 * index as u32);
                    match form {
                        Form::Hex => format!("{address:#010x}  {word:#010x}\n"),
                        Form::U32 => format!("{address:#010x}  {word}\n"),
                        Form::I32 => format!("{address:#010x}  {}\n", word as i32),
                    }
                })
                .collect(),
        };
        self.next = self.next.wrapping_add(bytes.len() as u32);
        exit::print(text)
    }

    fn finish(mut self) -> Result<()> {
        let rest = std::mem::take(&mut self.held);
        if rest.is_empty() { Ok(()) } else { self.line(&rest) }
    }
}

impl Write for Shown<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let whole = self.held.len() / LINE * LINE;
        let lines: Vec<u8> = self.held.drain(..whole).collect();
        for line in lines.chunks(LINE) {
            self.line(line).map_err(io::Error::other)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write_ {
    fn run(self, context: &Context) -> Result<u8> {
        self.risk.taken("writing memory")?;
        let bytes = match (&self.bytes, self.word, &self.input) {
            (_, Some(word), _) => word.to_le_bytes().to_vec(),
            (_, _, Some(path)) => std::fs::read(path).map_err(|error| {
                Error::new(ErrorKind::Io, format!("cannot read {}", path.display())).caused_by(error)
            })?,
            (text, ..) => unhex(&text.join(" "))?,
        };
        if bytes.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "there are no bytes to write"));
        }
        let mut camera = context.connect(&context.options())?;
        camera.set_memory(self.address, &bytes)?;
        camera.disconnect()?;
        exit::say(&format!("{} bytes written at {:#010x}", bytes.len(), self.address));
        Ok(exit::DONE)
    }
}

impl Call {
    pub fn run(self, context: &Context) -> Result<u8> {
        self.risk.taken("calling a function of the firmware")?;
        let mut camera = context.connect(&context.options())?;
        let result = camera.call_function(self.address, &self.arguments)?;
        camera.disconnect()?;
        exit::print(if self.json {
            format!("{:#}\n", json!({"r0": result}))
        } else {
            format!("{result:#010x} ({result}, {})\n", result as i32)
        })?;
        Ok(exit::DONE)
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| word.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between)
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let wrong = || Error::new(ErrorKind::Usage, format!("\"{text}\" is not bytes in hexadecimal, as in \"01 02 ff\""));
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if !digits.len().is_multiple_of(2) {
        return Err(wrong());
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits
        .chunks(2)
        .map(|pair| byte(pair).filter(|_| pair.iter().all(u8::is_ascii_hexdigit)).ok_or_else(wrong))
        .collect()
}

/// A number of 32 bits: decimal, hexadecimal with 0x, or a size in K or M. Negative ones wrap.
fn number(text: &str) -> std::result::Result<u32, String> {
    let wrong = || format!("\"{text}\" is not a number of 32 bits, as in 4096, 0x1000 or 4K");
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (digits, unit) = match rest.strip_suffix(['K', 'k']) {
        Some(digits) => (digits, 1024),
        None => rest.strip_suffix('M').map_or((rest, 1), |digits| (digits, 1024 * 1024)),
    };
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|byte| byte.is_ascii_hexdigit())),
        None => digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())),
    };
    let value = sign * i64::from(value.ok_or_else(wrong)?) * unit;
    if (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value) { Ok(value as u32) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (text, value) in
            [("0", 0), ("4096", 4096), ("0xFFFFffff", u32::MAX), ("4K", 4096), ("1M", 1 << 20), ("-1", u32::MAX)]
        {
            assert_eq!(number(text), Ok(value), "{text}");
        }
        for text in ["", "-", "0x", "x", "1.5", "4294967296", "4096M", "+1", "0x+1", "-4294967295"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bytes_are_pairs_of_digits() {
        assert_eq!(unhex("01 02ff").unwrap(), [1, 2, 255]);
        for text in ["0", "0g", "+1", "é1"] {
            assert_eq!(unhex(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
        }
    }
}
