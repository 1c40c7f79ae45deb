//! The prompt: what is typed, and what helps with typing it.
//!
//! Two threads. The editor's has the terminal, and waits for nobody while somebody types: what the helpers of typing ask is
//! answered at once or not at all (see [`world::World`]). The worker's has the host's Lua and the camera; lines go to it one
//! by one, and while it has none it looks after the camera. All that is printed goes through `screen`, which knows whether
//! a line is being typed and puts it above.
//!
//! | file | what is in it |
//! |---|---|
//! | `terminal`, `piped` | the two who read lines |
//! | `line`, `lex`, `incomplete` | what a typed text is, and whether it is whole |
//! | `typing`, `complete/`, `hint`, `highlight` | what helps with typing, from what `reading` and `values` make of the line |
//! | `world`, `live`, `answer` | what they may ask, and who answers |
//! | `worker`, `host_line`, `camera_line`, `keep`, `commands`, `watch` | what runs them |
//! | `locals` | how a line's locals outlive it |
//! | `screen`, `status`, `tell`, `pretty`, `text`, `paint`, `settings` | what is shown, and how |
//! | `help` | what `help` says |
//! | `history` | what was typed before |

mod answer;
mod camera_line;
mod commands;
pub mod complete;
mod declared;
#[cfg(test)]
mod fake;
pub mod help;
pub mod highlight;
pub mod hint;
mod history;
mod host_line;
pub mod incomplete;
mod keep;
pub mod lex;
pub mod line;
mod live;
mod locals;
mod paint;
mod piped;
mod pretty;
mod reading;
pub(crate) mod screen;
mod settings;
mod status;
mod tell;
mod terminal;
mod text;
pub mod typing;
mod values;
mod watch;
mod worker;
pub mod world;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use crate::error::{Error, ErrorKind, Result};
use crate::host::HostOptions;
use paint::Paint;
use screen::Screen;
use worker::{Input, Job, Setup};

/// Runs one of the program's own subcommands, and gives its exit code.
pub(crate) type Subcommand = Arc<dyn Fn(&[String]) -> u8 + Send + Sync>;

/// What the command line asks for.
pub(crate) struct Prompt {
    /// How the host's Lua is made; the camera's interrupt is what Ctrl-C raises.
    pub host: HostOptions,
    /// A host script to run first.
    pub script: Option<PathBuf>,
    /// Lines to run first.
    pub lines: Vec<String>,
    /// Whether standard input is read.
    pub read: bool,
    /// Whether a person is there: standard input and output are a terminal.
    pub interactive: bool,
    /// Where everything is printed.
    pub screen: Screen,
    /// Runs one of the program's own subcommands.
    pub subcommand: Subcommand,
}

/// Opens the prompt and returns the exit code.
pub(crate) fn run(prompt: Prompt) -> Result<u8> {
    let interactive = prompt.interactive && prompt.read;
    let setup = Setup {
        interrupt: prompt.host.camera.interrupt.clone(),
        host: prompt.host,
        screen: prompt.screen,
        status: status::Status::default(),
        paint: if interactive { Paint::of_terminal() } else { Paint::PLAIN },
        interactive,
        subcommand: prompt.subcommand,
    };
    let (jobs, of_worker) = mpsc::channel();
    let (tell_done, done) = mpsc::channel();
    let (for_worker, own) = (setup.clone(), jobs.clone());
    let worker = std::thread::Builder::new().name("worker".into()).stack_size(WORKER_STACK);
    let worker = worker.spawn(move || worker::run(for_worker, of_worker, own, &tell_done));
    let worker = worker.map_err(|error| Error::new(ErrorKind::Io, "cannot start a thread").caused_by(error))?;

    let script = prompt.script.map(|file| Job::Script(file, Vec::new()));
    let line = |text| Job::Line(Box::new(Input { text, name: "-e".into(), first_line: 1, width: 0 }));
    let first = script.into_iter().chain(prompt.lines.into_iter().map(line)).collect();
    let code = match interactive {
        true => terminal::Terminal::new(setup, jobs, done)?.run(first),
        false => piped::Piped::new(setup, jobs, done).run(first, prompt.read),
    };
    if worker.join().is_err() {
        return Err(Error::new(ErrorKind::Runtime, "the prompt's worker failed; please report this"));
    }
    code
}

/// As much as a main thread has: users' scripts recurse.
const WORKER_STACK: usize = 8 << 20;
