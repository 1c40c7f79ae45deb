//! The command line: one file per subcommand. stdout is data, stderr is talk.

mod card;
mod clock;
mod doctor;
mod exec;
mod get;
mod info;
mod lint;
mod list;
mod mem;
mod power;
mod prompt;
mod put;
mod run;
mod show;
mod sim;
mod transfer;
mod try_script;
mod types;

use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};

use crate::camera::{Camera, Options};
use crate::clock::{Interrupt, RealClock, locked};
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};
use crate::exit;
use crate::repl::screen::Screen;

/// Script Canon cameras that run CHDK. Without a command: a prompt on the camera.
#[derive(Parser)]
#[command(name = "moonshutter", version, propagate_version = true, infer_subcommands = false)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    prompt: prompt::Prompt,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every subcommand takes.
#[derive(Args, Clone)]
struct Global {
    /// Which camera: usb, usb:BUS:DEV, a name of yours, a serial number, ip:HOST[:PORT] or sim [env: MOONSHUTTER_CAMERA]
    #[arg(short, long, global = true, value_name = "SPEC")]
    camera: Option<Spec>,

    /// Say more of what happens (-vv: every transaction)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,

    /// Seconds to wait for the camera: for an answer and, with exec, for the end of the script
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

#[derive(Subcommand)]
enum Command {
    /// Run a host script: Lua on this computer that drives the camera
    Run(run::Run),
    /// Run code on the camera and show what it sends and returns
    Exec(exec::Exec),
    /// Check scripts before a camera sees them
    Lint(lint::Lint),
    /// Show the cameras that can be connected
    List(list::List),
    /// Find out why a camera on USB is not found or does not answer
    Doctor(doctor::Doctor),
    /// Show what a camera is
    Info(info::Info),
    /// List what is on the card
    Ls(card::Ls),
    /// Show the folders of the card as a tree, with what is in them counted
    Tree(card::Tree),
    /// Show what is known of files and folders on the card
    Stat(card::Stat),
    /// Write files of the card to standard output
    Cat(card::Cat),
    /// Show how much room there is on the card
    Df(card::Df),
    /// Fetch files from the card
    Get(get::Get),
    /// Put files on the card
    Put(put::Put),
    /// Make folders on the card
    Mkdir(card::Mkdir),
    /// Remove files and folders from the card
    Rm(card::Rm),
    /// Show the camera's clock, or set it
    Clock(clock::Clock),
    /// Show or switch the camera's mode: record or playback
    Mode(power::Mode),
    /// Restart the camera and wait for it
    Reboot(power::Reboot),
    /// Switch the camera off
    Shutdown(power::Shutdown),
    /// Read or write the camera's memory
    Mem(mem::Mem),
    /// Call a function of the camera's firmware
    Call(mem::Call),
    /// Run a camera script from the menu of a simulated camera
    Try(try_script::Try),
    /// Serve simulated cameras to other programs
    Sim(sim::Sim),
    /// Write definitions for editors, which complete and explain with them
    Types(types::Types),
}

/// Runs the program and returns its exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is no reason to fail.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let log = match &cli.command {
        Some(Command::Doctor(command)) if command.keeps_log() => Some(Kept::default()),
        _ => None,
    };
    let screen = cli.command.is_none().then(Screen::default);
    start_log(cli.global.verbose, log.clone(), screen.clone());
    let interrupt = Interrupt::new();
    if let Err(error) = catch_signals(&interrupt, screen.clone()) {
        exit::say(&format!("Ctrl-C cannot be caught: {error}"));
    }
    let context = Context { global: cli.global, interrupt, log, screen };
    let result = match cli.command {
        Some(command) => cli.prompt.check_unused().and_then(|()| command.run(&context)),
        None => cli.prompt.run(&context),
    };
    ExitCode::from(code_of(result))
}

impl Command {
    fn run(self, context: &Context) -> Result<u8> {
        match self {
            Self::Run(command) => command.run(context),
            Self::Exec(command) => command.run(context),
            Self::Lint(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Doctor(command) => command.run(context),
            Self::Info(command) => command.run(context),
            Self::Ls(command) => command.run(context),
            Self::Tree(command) => command.run(context),
            Self::Stat(command) => command.run(context),
            Self::Cat(command) => command.run(context),
            Self::Df(command) => command.run(context),
            Self::Get(command) => command.run(context),
            Self::Put(command) => command.run(context),
            Self::Mkdir(command) => command.run(context),
            Self::Rm(command) => command.run(context),
            Self::Clock(command) => command.run(context),
            Self::Mode(command) => command.run(context),
            Self::Reboot(command) => command.run(context),
            Self::Shutdown(command) => command.run(context),
            Self::Mem(command) => command.run(context),
            Self::Call(command) => command.run(context),
            Self::Try(command) => command.run(context),
            Self::Sim(command) => command.run(context),
            Self::Types(command) => command.run(context),
        }
    }
}

/// The exit code; an error is said.
fn code_of(result: Result<u8>) -> u8 {
    match result {
        Ok(code) => code,
        Err(error) if exit::is_closed_stdout(&error) => exit::DONE,
        Err(error) => {
            exit::say(&error.to_string());
            exit::code(&error)
        }
    }
}

/// What every subcommand works with.
struct Context {
    global: Global,
    interrupt: Interrupt,
    log: Option<Kept>,
    /// Where the prompt prints.
    screen: Option<Screen>,
}

/// Lines of the log, kept for a report.
type Kept = Arc<Mutex<Vec<String>>>;

/// No report needs more of them.
const MOST_KEPT: usize = 5000;

impl Context {
    /// The whole log up to here, where it is kept.
    fn kept_log(&self) -> Vec<String> {
        self.log.as_ref().map(|log| locked(log).clone()).unwrap_or_default()
    }

    /// Where the prompt prints.
    fn screen(&self) -> Screen {
        self.screen.clone().unwrap_or_default()
    }

    fn options(&self) -> Options {
        Options {
            clock: Arc::new(RealClock::new()),
            interrupt: self.interrupt.clone(),
            timeout: self.global.timeout,
            check: None,
        }
    }

    /// The camera that was asked for, here or in the environment; the only one there is, if none was.
    fn spec(&self) -> Result<Spec> {
        if let Some(spec) = &self.global.camera {
            return Ok(spec.clone());
        }
        match std::env::var("MOONSHUTTER_CAMERA") {
            Ok(text) if !text.is_empty() => {
                text.parse().map_err(|error| Error::new(ErrorKind::Usage, "MOONSHUTTER_CAMERA").caused_by(error))
            }
            _ => Ok(Spec::Usb(None)),
        }
    }

    fn connect(&self, options: &Options) -> Result<Camera> {
        connect::connect(&self.spec()?, options)
    }
}

fn start_log(verbose: u8, kept: Option<Kept>, screen: Option<Screen>) {
    let level = match verbose {
        0 => log::LevelFilter::Warn,
        1 => log::LevelFilter::Debug,
        _ => log::LevelFilter::Trace,
    };
    env_logger::Builder::new()
        .filter_module("moonshutter", if kept.is_some() { log::LevelFilter::Trace } else { level })
        .format(move |out, record| {
            use std::io::Write;
            if let Some(kept) = &kept {
                let mut kept = locked(kept);
                if kept.len() < MOST_KEPT {
                    kept.push(format!("{} {}", record.level(), record.args()));
                }
            }
            if record.level() > level {
                return Ok(());
            }
            let line = format!("moonshutter: {}", exit::harmless(&record.args().to_string()));
            match &screen {
                // Not into the line that is being typed.
                Some(screen) => screen.talk(line),
                None => writeln!(out, "{line}")?,
            }
            Ok(())
        })
        .init();
}

/// The first Ctrl-C (or SIGTERM) asks everything to stop; one that comes later does not ask, unless what the first one
/// stopped has gone on since, as at the prompt. Two at once are one: some programs that end others send the signal to the
/// process and to its group.
fn catch_signals(interrupt: &Interrupt, screen: Option<Screen>) -> std::result::Result<(), ctrlc::Error> {
    const ONE: Duration = Duration::from_millis(500);
    let interrupt = interrupt.clone();
    let mut first: Option<Instant> = None;
    ctrlc::set_handler(move || {
        if !interrupt.is_raised() {
            first = Some(Instant::now());
            // The terminal has echoed the key.
            if let Some(screen) = screen.as_ref().filter(|_| std::io::stderr().is_terminal()) {
                screen.talk("");
            }
        } else if first.get_or_insert_with(Instant::now).elapsed() > ONE {
            std::process::exit(i32::from(exit::INTERRUPTED));
        }
        interrupt.raise();
    })
}

/// Standard input to its end, or to Ctrl-C.
fn read_stdin(interrupt: &Interrupt) -> Result<Vec<u8>> {
    read_in_thread(interrupt, "standard input", || {
        let mut source = Vec::new();
        std::io::stdin().read_to_end(&mut source).map(|_| source)
    })
}

/// A line of standard input, or what there is before Ctrl-C.
fn read_line(interrupt: &Interrupt) -> Result<String> {
    read_in_thread(interrupt, "standard input", || std::io::stdin().lines().next().unwrap_or(Ok(String::new())))
}

/// Reads on a thread of its own: a blocking read hears nothing of Ctrl-C.
fn read_in_thread<T: Send + 'static>(
    interrupt: &Interrupt,
    what: &str,
    read: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = std::sync::mpsc::channel();
    // The reader may have been interrupted and gone.
    std::thread::spawn(move || drop(sender.send(read())));
    while !interrupt.is_raised() {
        if let Ok(read) = receiver.recv_timeout(Duration::from_millis(20)) {
            return read.map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {what}")).caused_by(error));
        }
    }
    Err(Error::new(ErrorKind::Interrupted, format!("interrupted while reading {what}")))
}

fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("it takes more than no time at all, and less than for ever".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_are_positive() {
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for text in ["0", "-1", "soon", "nan", "inf", "1e30"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
