//! `os`: files of the card and the camera's clock, in CHDK's shapes (CHDK core/wrappers.c:836, `lib/lua/loslib.c`).
//!
//! The clock is set to local time and counts it as if it were UTC; so do the times of files. A file bears the time of the
//! camera's clock when it was written. The host cannot be told when a file was made, so that its two times are one.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Env;
use super::args::{Args, error, parse_int};
use crate::sim::card::fat_time;
use crate::sim::vm::{Reply, Value};

pub(super) const NAMES: &[&str] =
    &["os.date", "os.difftime", "os.mkdir", "os.listdir", "os.stat", "os.utime", "os.remove", "os.rename", "os.time"];

/// By the name without `os.`
pub(super) fn call(name: &str, args: Args, env: &Env) -> Option<Result<Reply, Reply>> {
    Some(match name {
        "date" => date(args, env),
        "difftime" => difftime(args),
        "mkdir" => on_card(args, env, |path| mkdir(&env.card.writable(path)?, env)),
        "listdir" => listdir(args, env),
        "stat" => stat(args, env),
        "utime" => utime(args, env),
        "remove" => on_card(args, env, |path| remove(&env.card.removable(path)?, env)),
        "rename" => rename(args, env),
        "time" => time(args, env),
        _ => return None,
    })
}

/// What the camera's clock shows when the host's shows this.
pub fn camera_time(host: SystemTime) -> i64 {
    let Ok(timestamp) = Timestamp::try_from(host) else { return 0 };
    let local = timestamp.to_zoned(TimeZone::system()).datetime();
    local.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second())
}

/// The host's time when the camera's clock shows this; where it shows it twice, the first.
pub(crate) fn host_time(camera: i64) -> Option<SystemTime> {
    let zoned = civil(camera)?.to_zoned(TimeZone::system()).ok()?;
    Some(zoned.timestamp().into())
}

fn civil(camera: i64) -> Option<DateTime> {
    Some(Timestamp::from_second(camera).ok()?.to_zoned(TimeZone::UTC).datetime())
}

fn int(i: i64) -> Value {
    Value::Int(i as i32)
}

fn key(name: &str) -> Value {
    Value::Bytes(name.as_bytes().to_vec())
}

/// nil, a text and a number: DryOS has one text and no numbers for what went wrong, VxWorks has numbers and no texts
/// (CHDK core/wrappers.c:836-843, 916-926).
fn failed(path: &[u8], env: &Env) -> Reply {
    let number = env.profile.file_error();
    let words = if number == 0 { "error".to_owned() } else { format!("errno {number:#x}") };
    Reply::Return(vec![Value::Nil, Value::Bytes([path, b": ", words.as_bytes()].concat()), Value::Int(number)])
}

fn succeeded(path: &[u8], env: &Env, done: Option<()>) -> Reply {
    done.map_or_else(|| failed(path, env), |()| Reply::Return(vec![Value::Bool(true)]))
}

fn on_card(args: Args, env: &Env, f: impl FnOnce(&[u8]) -> Option<()>) -> Result<Reply, Reply> {
    let path = args.c_string(1)?;
    let done = f(&path);
    Ok(succeeded(&path, env, done))
}

fn mkdir(path: &Path, env: &Env) -> Option<()> {
    fs::create_dir(path).ok()?;
    bear(path, host_time(env.now));
    Some(())
}

/// Gives a file or folder a time. One that cannot be changed keeps the host's.
pub(crate) fn bear(path: &Path, time: Option<SystemTime>) {
    if let Some(time) = time {
        let _ = fs::File::open(path).and_then(|file| file.set_modified(time));
    }
}

/// Folders too, if empty, on DryOS R39 and later.
fn remove(path: &Path, env: &Env) -> Option<()> {
    match path.is_dir() {
        true if env.profile.storage.removes_folders => fs::remove_dir(path).ok(),
        true => None,
        false => fs::remove_file(path).ok(),
    }
}

fn rename(args: Args, env: &Env) -> Result<Reply, Reply> {
    let (from, to) = (args.c_string(1)?, args.c_string(2)?);
    let done = (|| {
        let (source, target) = (env.card.removable(&from)?, env.card.target(&to)?);
        // FAT keeps what is there, unless it is the same file in another spelling.
        if target.exists() && target != source {
            return None;
        }
        fs::rename(source, if target.exists() { target.with_file_name(last_name(&to)?) } else { target }).ok()
    })();
    Ok(succeeded(&from, env, done))
}

fn last_name(path: &[u8]) -> Option<&str> {
    std::str::from_utf8(path).ok()?.rsplit('/').next()
}

/// What `firmware.lua` passes to `os.listdir` to have a part of the names only; no script of a user's does.
const PAGE: &[u8] = b"\x1bpage";

/// How many names are in a part.
const PAGE_LEN: usize = 250;

fn listdir(args: Args, env: &Env) -> Result<Reply, Reply> {
    let path = args.c_string(1)?;
    let all = match args.get(2) {
        Some(Value::Table(options)) => options
            .iter()
            .any(|(name, value)| *name == key("showall") && !matches!(value, Value::Nil | Value::Bool(false))),
        _ => args.truthy(2),
    };
    let Some(folder) = env.card.existing(&path) else { return Ok(failed(&path, env)) };
    let Ok(mut names) = env.card.entries(&folder) else { return Ok(failed(&path, env)) };
    if all && folder != env.card.root() {
        names.splice(0..0, [".".to_owned(), "..".to_owned()]);
    }
    // os.idir asks for a page at a time, so that a script that uses it has not all names in its memory.
    if matches!(args.get(3), Some(Value::Bytes(word)) if word == PAGE) {
        let from = usize::try_from(args.int_or(4, 0)?).unwrap_or(0).min(names.len());
        names.drain(..from);
        names.truncate(PAGE_LEN);
    }
    let names = names.into_iter().zip(1..).map(|(name, i)| (int(i), Value::Bytes(name.into_bytes()))).collect();
    Ok(Reply::Return(vec![Value::Table(names)]))
}

fn stat(args: Args, env: &Env) -> Result<Reply, Reply> {
    let path = args.c_string(1)?;
    let Some(found) = env.card.existing_for_stat(&path).and_then(|path| path.metadata().ok()) else {
        return Ok(failed(&path, env));
    };
    let modified = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let folder = found.is_dir();
    // FAT's attributes: 1 read-only, 0x10 folder, 0x20 to be archived.
    let attributes = if folder { 0x10 } else { 0x20 } | i64::from(found.permissions().readonly());
    let fields = [
        ("size", int(if folder { 0 } else { found.len() as i64 })),
        ("mtime", int(camera_time(fat_time(modified)))),
        ("ctime", int(camera_time(fat_time(modified)))),
        ("attrib", int(attributes)),
        ("is_dir", Value::Bool(folder)),
        ("is_file", Value::Bool(!folder)),
    ];
    Ok(Reply::Return(vec![Value::Table(fields.map(|(name, value)| (key(name), value)).into())]))
}

fn utime(args: Args, env: &Env) -> Result<Reply, Reply> {
    let now = env.now as i32;
    let (modified, accessed) = (args.int_or(2, now)?, args.int_or(3, now)?);
    on_card(args, env, |path| {
        let times =
            fs::FileTimes::new().set_modified(host_time(modified.into())?).set_accessed(host_time(accessed.into())?);
        fs::File::open(env.card.removable(path)?).ok()?.set_times(times).ok()
    })
}

fn difftime(args: Args) -> Result<Reply, Reply> {
    Ok(Reply::Return(vec![Value::Int(args.int(1)?.wrapping_sub(args.int_or(2, 0)?))]))
}

/// Now, or the time that a table tells, whose fields may exceed their ranges as in C's `mktime`.
fn time(args: Args, env: &Env) -> Result<Reply, Reply> {
    let Some(table) = args.get(1) else { return Ok(Reply::Return(vec![int(env.now)])) };
    let Value::Table(fields) = table else { return Err(args.expected(1, "table")) };
    let field = |name: &str, default: Option<i64>| {
        let value = fields.iter().find(|(field, _)| *field == key(name)).map(|(_, value)| value);
        let number = match value {
            Some(Value::Int(i)) => Some(*i),
            Some(Value::Bytes(text)) => parse_int(text),
            _ => None,
        };
        number.map(i64::from).or(default).ok_or_else(|| error(format!("field '{name}' missing in date table")))
    };
    let (sec, min, hour) = (field("sec", Some(0))?, field("min", Some(0))?, field("hour", Some(12))?);
    let (day, month, year) = (field("day", None)?, field("month", None)?, field("year", None)?);
    let months = year * 12 + month - 1;
    let seconds = (|| {
        let first =
            DateTime::new(months.div_euclid(12).try_into().ok()?, months.rem_euclid(12) as i8 + 1, 1, 0, 0, 0, 0);
        let offset = SignedDuration::from_secs((day - 1) * 86_400 + hour * 3600 + min * 60 + sec);
        let moment = first.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() + offset.as_secs();
        i32::try_from(moment).ok()
    })();
    Ok(Reply::Return(vec![seconds.map_or(Value::Nil, Value::Int)]))
}

fn date(args: Args, env: &Env) -> Result<Reply, Reply> {
    let format = if args.get(1).is_some() { args.c_string(1)? } else { b"%c".to_vec() };
    let moment = args.get(2).map_or(Ok(env.now), |_| args.int(2).map(i64::from))?;
    let Some(moment) = civil(moment) else { return Ok(Reply::Return(vec![Value::Nil])) };
    // `!` asks for UTC; the camera knows its own time only.
    let format = format.strip_prefix(b"!").unwrap_or(&format);
    let value = if format == b"*t" { date_table(moment) } else { Value::Bytes(strftime(format, moment)) };
    Ok(Reply::Return(vec![value]))
}

fn date_table(t: DateTime) -> Value {
    let fields = [
        ("sec", t.second().into()),
        ("min", t.minute().into()),
        ("hour", t.hour().into()),
        ("day", t.day().into()),
        ("month", t.month().into()),
        ("year", t.year().into()),
        ("wday", t.weekday().to_sunday_one_offset().into()),
        ("yday", t.day_of_year().into()),
    ];
    let fields = fields.map(|(name, value): (&str, i64)| (key(name), int(value)));
    Value::Table(fields.into_iter().chain([(key("isdst"), Value::Bool(false))]).collect())
}

/// C's formats in C's words. The firmware's own list is not known; this one is the standard's of 1989.
fn strftime(format: &[u8], t: DateTime) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = format.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek().copied()) {
            (b'%', Some(specifier)) => {
                bytes.next();
                out.extend(conversion(specifier, t).unwrap_or_else(|| vec![b'%', specifier]));
            }
            _ => out.push(byte),
        }
    }
    out
}

fn conversion(specifier: u8, t: DateTime) -> Option<Vec<u8>> {
    let weekday = t.weekday().to_sunday_zero_offset();
    let week = |first_day: i16| (t.day_of_year() + 6 - (i16::from(weekday) + 7 - first_day) % 7) / 7;
    let text = match specifier {
        b'c' => {
            return Some(
                strftime(b"%a %b", t)
                    .into_iter()
                    .chain(format!(" {:2} ", t.day()).into_bytes())
                    .chain(strftime(b"%H:%M:%S %Y", t))
                    .collect(),
            );
        }
        b'x' => return Some(strftime(b"%m/%d/%y", t)),
        b'X' => return Some(strftime(b"%H:%M:%S", t)),
        b'a' | b'A' | b'b' | b'B' => t.strftime(&format!("%{}", specifier as char)).to_string(),
        b'd' => format!("{:02}", t.day()),
        b'H' => format!("{:02}", t.hour()),
        b'I' => format!("{:02}", (t.hour() + 11) % 12 + 1),
        b'j' => format!("{:03}", t.day_of_year()),
        b'm' => format!("{:02}", t.month()),
        b'M' => format!("{:02}", t.minute()),
        b'p' => if t.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        b'S' => format!("{:02}", t.second()),
        b'U' => format!("{:02}", week(0)),
        b'w' => weekday.to_string(),
        b'W' => format!("{:02}", week(1)),
        b'y' => format!("{:02}", t.year().rem_euclid(100)),
        b'Y' => t.year().to_string(),
        b'Z' => String::new(),
        b'%' => "%".to_owned(),
        _ => return None,
    };
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests;
