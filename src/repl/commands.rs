//! What begins with a colon.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::help;
use super::line::{Language, words};
use super::pretty::Bounds;
use super::screen::Screen;
use super::worker::{Done, Input, Worker};
use super::world::{Argument, Command};
use crate::camera::DirEntry;
use crate::connect::Spec;
use crate::error::{Error, ErrorKind, Result};
use crate::exit::{self, harmless};
use crate::host::did_you_mean;

/// Longer lines are hard to read.
const HELP_WIDTH: usize = 100;

/// What help begins with.
const TYPED: &str = "\
Lua is run here, and the values of expressions are shown; _ is the last one, and locals stay.
  =code   runs on the camera, and its values are shown: an expression, or statements
  .code   is started on the camera; what it sends comes above the line
  !code   runs here even where the camera's Lua is expected (:camera, :host)
Ctrl-C stops what runs, Ctrl-R searches what was typed before, Ctrl-D leaves. A line that begins with a blank is not kept.
";

const ON_OFF: Argument = Argument::Word(&["on", "off"]);

const fn command(
    name: &'static str,
    usage: &'static str,
    help: &'static str,
    arguments: &'static [Argument],
) -> Command {
    Command { name, usage, help, arguments, flags: &[] }
}

/// All of them, in the order in which help shows them.
pub(super) const COMMANDS: &[Command] = &[
    command("list", "", "show the cameras that can be connected", &[]),
    command("connect", "[SPEC]", "connect a camera, or the same one again", &[Argument::CameraSpec]),
    command("disconnect", "", "end the connection", &[]),
    command("camera", "", "take lines without a sign for camera code from now on", &[]),
    command("host", "", "take lines without a sign for the host's Lua from now on", &[]),
    command("keep", "[on|off]", "have camera lines share a Lua state that stays", &[ON_OFF]),
    command("stop", "", "end the script that runs on the camera", &[]),
    command("wait", "[SECONDS]", "wait for the end of the script that runs on the camera", &[Argument::Text]),
    command("ls", "[FOLDER]", "list a folder of the card", &[Argument::CameraPath]),
    command("cat", "FILE", "show a file of the card", &[Argument::CameraPath]),
    command("get", "FILE [TO]", "fetch a file from the card", &[Argument::CameraPath, Argument::LocalPath]),
    command("put", "FILE [TO]", "put a file on the card", &[Argument::LocalPath, Argument::CameraPath]),
    command("run", "FILE [ARGS]", "run a host script; its globals stay", &[Argument::LocalPath, Argument::Text]),
    command("lint", "FILE", "check a script before a camera sees it", &[Argument::LocalPath]),
    command("time", "LINE", "run a line and say how long it took", &[Argument::Line]),
    command("all", "", "show all of the last values", &[]),
    command(
        "set",
        "[NAME [VALUE]]",
        "how values are shown, and whether camera code is checked",
        &[Argument::Text, Argument::Text],
    ),
    command("history", "[TEXT]", "show what was typed, or that of it which has TEXT in it", &[Argument::Text]),
    command("help", "[NAME]", "explain a name of either Lua, or a command", &[Argument::Name]),
    command("quit", "", "leave", &[]),
];

/// The commands, as help shows them.
pub(super) fn list() -> String {
    let head = |command: &Command| format!(":{} {}", command.name, command.usage);
    let width = COMMANDS.iter().map(|command| head(command).len()).max().unwrap_or(0);
    COMMANDS.iter().map(|command| format!("  {:width$}  {}\n", head(command), command.help)).collect()
}

fn usage(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, text)
}

impl Worker {
    /// Runs a command.
    pub fn command(&mut self, input: &Input, name: &str, rest: &str) -> Result<Done> {
        let Some(known) = find(name)? else { return self.echo_commands() };
        if known.name == "time" {
            return self.timed(input, rest);
        }
        let words: Vec<String> = words(rest).into_iter().map(|word| word.value.into_owned()).collect();
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        let misused = || usage(format!(":{} {}: {}", known.name, known.usage, known.help));
        match (known.name, arguments.as_slice()) {
            ("list", []) => return Ok(self.subcommand(&["list"])),
            ("lint", [_, ..]) => return Ok(self.subcommand(&[&["lint"], arguments.as_slice()].concat())),
            ("connect", []) => self.connect(None)?,
            ("connect", [spec]) => self.connect(Some(spec))?,
            ("disconnect", []) => self.disconnect()?,
            ("camera", []) => self.setup.status.set_language(Language::Camera),
            ("host", []) => self.setup.status.set_language(Language::Host),
            ("keep", [] | ["on"]) => self.keep_start()?,
            ("keep", ["off"]) => self.keep_end()?,
            ("stop", []) => self.stop()?,
            ("wait", []) => self.wait(None)?,
            ("wait", [seconds]) => {
                let limit = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.wait(Some(limit.ok_or_else(misused)?))?;
            }
            ("ls", []) => self.ls("A/")?,
            ("ls", [folder]) => self.ls(folder)?,
            ("cat", [file]) => self.cat(file)?,
            ("get", [file]) => self.get(file, None)?,
            ("get", [file, to]) => self.get(file, Some(Path::new(to)))?,
            ("put", [file]) => self.put(Path::new(file), "A/")?,
            ("put", [file, to]) => self.put(Path::new(file), to)?,
            ("run", [file, args @ ..]) => {
                let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
                return self.script(Path::new(file), &args);
            }
            ("all", []) => self.all(),
            ("set", []) => self.setup.screen.data(self.settings.list()),
            ("set", [name]) => {
                let value = self.settings.show(name);
                let value = value.ok_or_else(|| usage(format!("there is no setting {name}: :set shows them")))?;
                self.setup.screen.data(format!("{value}\n"));
            }
            ("set", [name, value]) => self.settings.set(name, value).map_err(usage)?,
            ("quit", []) => return Ok(Done { code: exit::DONE, leave: true }),
            _ => return Err(misused()),
        }
        Ok(Done::WELL)
    }

    /// `:` alone.
    fn echo_commands(&self) -> Result<Done> {
        self.setup.screen.data(list());
        Ok(Done::WELL)
    }

    fn subcommand(&self, words: &[&str]) -> Done {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Done { code: (self.setup.subcommand)(&words), leave: false }
    }

    fn connect(&mut self, spec: Option<&str>) -> Result<()> {
        let spec: Option<Spec> = spec.map(str::parse).transpose()?;
        self.watch.stop_search();
        let con = match spec {
            Some(spec) => {
                if let Ok(old) = self.host.con() {
                    let _ = old.hang_up();
                }
                self.host.set_con(spec)?
            }
            None => self.host.con()?,
        };
        if con.is_connected() {
            self.news("it is connected already");
            return Ok(());
        }
        self.watch.forget();
        con.connect().map_err(crate::host::Failure::into_error)?;
        self.arrived();
        Ok(())
    }

    fn disconnect(&mut self) -> Result<()> {
        self.watch.stop_search();
        self.watch.forget();
        self.host.con()?.hang_up()?;
        self.setup.status.set_running(false, false);
        self.setup.status.set_mode(super::status::Mode::None);
        Ok(())
    }

    fn ls(&mut self, folder: &str) -> Result<()> {
        let path = on_card(folder);
        // A camera knows no folder but the card itself with a slash at its end (CHDK lib/lua/loslib.c:270-463).
        let path = match path.trim_end_matches('/') {
            "A" | "a" => "A/".to_owned(),
            folder => folder.to_owned(),
        };
        let mut entries = self.host.con()?.with(|camera| camera.list_dir(path.as_bytes()))?;
        entries.sort_by_key(|entry| {
            (entry.stat.as_ref().is_none_or(|stat| !stat.is_dir), entry.name.to_ascii_lowercase())
        });
        let text: String = entries.iter().map(entry_line).collect();
        self.setup.screen.data(text);
        Ok(())
    }

    fn cat(&mut self, file: &str) -> Result<()> {
        let mut shown = Shown { screen: self.setup.screen.clone(), raw: !self.setup.interactive, last: b'\n' };
        self.host.con()?.with(|camera| camera.download_to(on_card(file).as_bytes(), &mut shown))?;
        if self.setup.interactive && shown.last != b'\n' {
            self.setup.screen.data("\n");
        }
        Ok(())
    }

    fn get(&mut self, file: &str, to: Option<&Path>) -> Result<()> {
        let path = on_card(file);
        let name = path.rsplit('/').next().unwrap_or_default();
        let to = match to {
            Some(to) if to.is_dir() => to.join(local_name(name)?),
            Some(to) => to.to_owned(),
            None => PathBuf::from(local_name(name)?),
        };
        if to.exists() {
            let text = format!("{} is there already: name another place, as in :get {file} OTHER", to.display());
            return Err(Error::new(ErrorKind::BadArgument, text));
        }
        let size = self.host.con()?.with(|camera| camera.download(path.as_bytes(), &to))?;
        self.news(&format!("{size} bytes in {}", to.display()));
        Ok(())
    }

    fn put(&mut self, file: &Path, to: &str) -> Result<()> {
        let mut path = on_card(to);
        if path.ends_with('/') {
            let name = file.file_name().and_then(|name| name.to_str());
            path += name.ok_or_else(|| usage(format!("{} has no name of its own", file.display())))?;
        }
        let size = self.host.con()?.with(|camera| camera.upload(file, path.as_bytes()))?;
        self.news(&format!("{size} bytes in {path} on the card"));
        Ok(())
    }

    fn timed(&mut self, input: &Input, rest: &str) -> Result<Done> {
        let counters = |worker: &Self| {
            worker
                .host
                .con()
                .ok()
                .filter(|con| con.is_connected())
                .and_then(|con| con.with(|camera| Ok(camera.counters())).ok())
        };
        let before = counters(self);
        let begun = Instant::now();
        let outcome = self.evaluate(&Input { text: rest.to_owned(), ..input.clone() });
        let took = begun.elapsed();
        let wire = match (before.unwrap_or_default(), counters(self)) {
            (before, Some(after)) if after.transactions > before.transactions => format!(
                ", {} transactions, {} bytes out, {} in",
                after.transactions - before.transactions,
                after.written.saturating_sub(before.written),
                after.read.saturating_sub(before.read)
            ),
            _ => String::new(),
        };
        self.news(&format!("{:.1} ms{wire}", took.as_secs_f64() * 1000.0));
        outcome
    }

    fn all(&mut self) {
        let bounds = Bounds { width: self.settings.bounds().width, ..Bounds::ALL };
        match self.last.is_empty() {
            true => self.news("there are no last values"),
            false => self.print_values(&self.last, &bounds),
        }
    }

    /// `help NAME`: a command, or whatever the data of both Luas knows.
    pub fn help(&mut self, name: &str) {
        let width = self.settings.bounds().width.min(HELP_WIDTH);
        let text = match name.strip_prefix(':') {
            _ if name.is_empty() => {
                format!("{TYPED}\n{}\nCommands, which may be shortened:\n{}", help::overview(width), list())
            }
            Some(name) => match find(name) {
                Ok(Some(known)) => format!(":{} {}\n  {}\n", known.name, known.usage, known.help),
                Ok(None) => list(),
                Err(error) => format!("{error}\n"),
            },
            None => help::answer(name, width),
        };
        self.setup.screen.data(text);
    }
}

/// The command of that name, or the only one that begins so; `None` for no name at all.
fn find(name: &str) -> Result<Option<&'static Command>> {
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(known) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(Some(known));
    }
    let begun: Vec<_> = COMMANDS.iter().filter(|command| command.name.starts_with(name)).collect();
    match begun.as_slice() {
        [only] => Ok(Some(only)),
        [] => {
            let hint = did_you_mean(name, COMMANDS.iter().map(|command| command.name));
            Err(usage(format!("there is no command :{name}{hint}; help shows them all")))
        }
        several => {
            let names: Vec<_> = several.iter().map(|command| format!(":{}", command.name)).collect();
            Err(usage(format!(":{name} could be {}", names.join(" or "))))
        }
    }
}

/// A path on the card, which may be written without its beginning.
fn on_card(path: &str) -> String {
    match path {
        "" | "A" | "a" => "A/".to_owned(),
        path if path.starts_with("A/") || path.starts_with("a/") => path.to_owned(),
        path => format!("A/{}", path.trim_start_matches('/')),
    }
}

/// The name of a file of the card's in a folder of this machine, which it must not leave.
fn local_name(name: &str) -> Result<String> {
    let bad = name.is_empty() || name == "." || name == ".." || name.contains(['\\', ':', '\0']);
    match bad {
        true => Err(usage(format!("\"{}\" is no name for a file: say where, as in :get FILE TO", harmless(name)))),
        false => Ok(name.to_owned()),
    }
}

fn entry_line(entry: &DirEntry) -> String {
    let name = harmless(&String::from_utf8_lossy(&entry.name)).replace(['\n', '\t'], "?");
    match &entry.stat {
        Some(stat) if stat.is_dir => format!("{:>10}  {}  {name}/\n", "", date(stat.mtime)),
        Some(stat) => format!("{:>10}  {}  {name}\n", stat.size, date(stat.mtime)),
        None => format!("{:>10}  {:16}  {name}\n", "?", ""),
    }
}

/// The camera's local time, which has no zone.
fn date(seconds: i64) -> String {
    let moment = jiff::Timestamp::from_second(seconds).map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC));
    moment.map(|moment| moment.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// Shows what is written to it.
struct Shown {
    screen: Screen,
    /// Bytes as they are, for a pipe.
    raw: bool,
    last: u8,
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(last) = bytes.last() {
            self.last = *last;
        }
        match self.raw {
            true => self.screen.data(bytes),
            false => self.screen.data(harmless(&String::from_utf8_lossy(bytes))),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_may_be_short_but_not_ambiguous() {
        let name = |text| find(text).map(|found| found.map(|command| command.name)).map_err(|error| error.to_string());
        assert_eq!(name("ls"), Ok(Some("ls")));
        assert_eq!(name("q"), Ok(Some("quit")));
        assert_eq!(name(""), Ok(None));
        assert_eq!(name("hi"), Ok(Some("history")));
        assert_eq!(name("c").unwrap_err(), ":c could be :connect or :camera or :cat");
        assert!(name("conect").unwrap_err().contains("connect"), "{:?}", name("conect"));
    }

    #[test]
    fn paths_on_the_card_may_lack_their_beginning() {
        for (typed, path) in
            [("DCIM", "A/DCIM"), ("A/DCIM", "A/DCIM"), ("/DCIM/x", "A/DCIM/x"), ("", "A/"), ("a", "A/"), ("A/", "A/")]
        {
            assert_eq!(on_card(typed), path);
        }
    }

    #[test]
    fn no_name_of_the_cards_leads_out_of_a_folder() {
        for name in ["", ".", "..", "..\\x", "c:x"] {
            assert!(local_name(name).is_err(), "{name}");
        }
        assert_eq!(local_name("IMG_0001.JPG").unwrap(), "IMG_0001.JPG");
    }
}
