//! `moonshutter try`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::lint::gate;
use super::{Context, exit};
use crate::camera::{Script, Sending, Version};
use crate::clock::{Clock, RealClock, VirtualClock};
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};
use crate::sim::{CardSource, Config, Control, Ending, Event, Profile, SimCamera, Time};

/// How often the console is looked at.
const STEP: Duration = Duration::from_millis(100);

/// How long a script has to end after the exit key.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Starts the script as a person does in the camera's menu, with its header, and prints the console as it grows. Ends with
/// exit code 1 if the script failed, 0 otherwise.
#[derive(Args)]
pub(super) struct Try {
    /// The script: a .lua file for the camera
    script: PathBuf,

    /// Start the script whatever is wrong with it
    #[arg(long)]
    no_lint: bool,

    /// Set a parameter of the script's header. A boolean is true or false, a table's value its index, from 1. More than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = param)]
    param: Vec<(String, i32)>,

    /// The memory card, a folder with the script in it; a temporary one with nothing but the script if not given
    #[arg(long, value_name = "DIR")]
    card: Option<PathBuf>,

    /// Let something happen, as in '0s: mode record', '3s: click set', 'script 2s: card full'. More than once
    #[arg(long, value_name = "WHEN: WHAT")]
    event: Vec<Event>,

    /// Whether an hour of the camera's passes at once, or takes an hour
    #[arg(long, value_enum, default_value_t = Pace::Virtual)]
    time: Pace,

    /// Camera time after which the exit key ends the script, as in 90s, 10min or 1h
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "10min")]
    limit: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pace {
    Virtual,
    Real,
}

fn param(text: &str) -> std::result::Result<(String, i32), String> {
    let wanted = || "it takes NAME=VALUE with a whole number, true or false".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(wanted)?;
    let value = match value {
        "true" => 1,
        "false" => 0,
        number => number.parse().map_err(|_| wanted())?,
    };
    Ok((name.to_owned(), value))
}

/// As events write it, and minutes and hours.
fn span(text: &str) -> std::result::Result<Duration, String> {
    let long = [("min", 60), ("h", 3600)].into_iter().find_map(|(unit, seconds)| {
        let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
        Some(format!("{}s", u64::from(number) * seconds))
    });
    Control::parse_span(long.as_deref().unwrap_or(text)).map_err(|error| error.to_string())
}

impl Try {
    pub fn run(self, context: &Context) -> Result<u8> {
        let profile = self.profile(context)?;
        if !self.no_lint {
            self.check(&profile)?;
        }
        let (camera, clock) = self.camera(profile)?;
        let path = self.put_on(&camera)?;
        let values: Vec<_> = self.param.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let begun = camera.now();
        camera
            .run_script(&path, &values)
            .map_err(|error| Error::new(ErrorKind::BadArgument, self.script.display().to_string()).caused_by(error))?;
        let mut watch = Watch { camera, clock, context, seen: 0 };
        let mut late = false;
        if !watch.until(begun + self.limit)? {
            late = true;
            watch.camera.press_exit_key();
            let limit = watch.camera.now() + LAST_WORDS;
            watch.until(limit)?;
        }
        if context.interrupt.is_raised() {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted while the script ran"));
        }
        let ended = watch.camera.ended();
        let span = ended.map_or(watch.camera.now(), |(_, at)| at).saturating_sub(begun);
        let (how, code) = match ended {
            Some((Ending::Finished, _)) => ("finished", exit::DONE),
            Some((Ending::Failed, _)) => ("failed", exit::FAILED),
            Some((Ending::Interrupted, _)) if late => ("was ended by the exit key at the limit", exit::DONE),
            Some((Ending::Interrupted, _)) => ("was ended by the exit key", exit::DONE),
            Some((Ending::Killed, _)) => ("was killed", exit::FAILED),
            Some((Ending::Off, _)) => ("ended as the camera went off", exit::DONE),
            None => ("does not end by the exit key either, and was left", exit::FAILED),
        };
        exit::say(&format!("the script {how}, after {} of camera time", shown(span)));
        Ok(code)
    }

    fn profile(&self, context: &Context) -> Result<Profile> {
        // Whatever real camera the environment names is not meant.
        let name = match (&context.global.camera, context.spec()) {
            (_, Ok(Spec::Sim(name))) => name,
            (None, _) => None,
            (Some(spec), _) => {
                let words = format!("{spec} is no simulated camera: try takes -c sim or -c sim:PROFILE");
                return Err(Error::new(ErrorKind::Usage, words));
            }
        };
        connect::profile(name.as_deref())
    }

    fn camera(&self, profile: Profile) -> Result<(SimCamera, Arc<dyn Clock>)> {
        let mut config = Config { profile, ..Config::default() };
        config.profile.control.events.extend(self.event.iter().cloned());
        if let Some(card) = &self.card {
            config.card = CardSource::Folder(card.clone());
        }
        config.log = Some(Arc::new(|line| connect::log_simulated(line, line)));
        let clock: Arc<dyn Clock> = match self.time {
            Pace::Real => Arc::new(RealClock::new()),
            Pace::Virtual => {
                let clock = VirtualClock::new();
                config.time = Time::Virtual(clock.clone());
                Arc::new(clock)
            }
        };
        Ok((connect::simulate(config)?, clock))
    }

    /// Has the script looked at, as the camera would find it.
    fn check(&self, profile: &Profile) -> Result<()> {
        let script = Script::from_file(&self.script)?;
        let name = self.script.file_name().unwrap_or_default().to_string_lossy();
        let remote = format!("A/CHDK/SCRIPTS/{name}").into_bytes();
        let protocol = profile.chdk.as_ref().map(|chdk| chdk.protocol);
        let protocol = protocol.map(|(major, minor)| Version { major: major.into(), minor: minor.into() });
        gate(Some(&self.script))?.check(&script, &Sending { prelude: &[], remote: Some(&remote), protocol })
    }

    /// Where the script is on the card. It is put on a temporary one; a user's card has it already.
    fn put_on(&self, camera: &SimCamera) -> Result<String> {
        let cannot_read = |error: std::io::Error| {
            Error::new(ErrorKind::Io, format!("cannot read {}", self.script.display())).caused_by(error)
        };
        let root = camera.card_root();
        if self.card.is_some() {
            let script = self.script.canonicalize().map_err(cannot_read)?;
            return script.strip_prefix(root).map(on_card).map_err(|_| {
                let words = format!("{} is not on the card: copy it into the folder first", self.script.display());
                Error::new(ErrorKind::BadArgument, words)
            });
        }
        let source = std::fs::read(&self.script).map_err(cannot_read)?;
        let name = self.script.file_name().unwrap_or_default();
        let inside = Path::new("CHDK/SCRIPTS").join(name);
        std::fs::write(root.join(&inside), source)
            .map_err(|error| Error::new(ErrorKind::Io, "cannot put the script on the card").caused_by(error))?;
        Ok(on_card(&inside))
    }
}

fn on_card(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    format!("A/{}", names.join("/"))
}

/// Looks on while a script runs.
struct Watch<'a> {
    camera: SimCamera,
    clock: Arc<dyn Clock>,
    context: &'a Context,
    seen: u64,
}

impl Watch<'_> {
    /// Prints what the script prints until it ends; false if it still runs at this time of the camera's.
    fn until(&mut self, limit: Duration) -> Result<bool> {
        loop {
            let ended = self.camera.ended().is_some() || self.context.interrupt.is_raised();
            self.print()?;
            let left = limit.saturating_sub(self.camera.now());
            if ended || left.is_zero() {
                return Ok(ended);
            }
            self.clock.sleep(left.min(STEP), &self.context.interrupt);
        }
    }

    fn print(&mut self) -> Result<()> {
        let (lines, printed) = self.camera.console_since(self.seen);
        let lost = printed - self.seen - lines.len() as u64;
        self.seen = printed;
        if lost > 0 {
            exit::say(&format!("{lost} lines of the console came too fast, and are lost"));
        }
        let text: String = lines.iter().map(|line| format!("{}\n", exit::harmless(line))).collect();
        exit::print(text)
    }
}

/// To the hundredth of a second, which is how long a tick takes.
fn shown(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{}.{:02} s", seconds, span.subsec_millis() / 10),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min {} s", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}
