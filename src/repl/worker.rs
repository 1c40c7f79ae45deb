//! The thread that does the work: it owns the host's Lua and with it the camera, runs what was typed, and looks after the
//! camera while nothing is to be done.
//!
//! | file | what of it |
//! |---|---|
//! | `host_line` | code for the host |
//! | `camera_line` | code for the camera |
//! | `watch` | scripts that run on the camera, cameras that go away and come back |
//! | `commands` | what begins with a colon |
//! | `tell` | how values, messages and errors look |

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};

use mlua::{Function, Table, Value};

use super::line::{Line, Typed};
use super::live::{Answer, Question};
use super::locals::ENVIRONMENT;
use super::paint::Paint;
use super::screen::Screen;
use super::status::Status;
use super::watch::Watch;
use crate::camera::Camera;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use crate::exit;
use crate::host::{Host, HostOptions};

/// What the worker is asked to do.
pub(super) enum Job {
    /// Connect the camera that was named, and say so, on a terminal of so many columns.
    Open(usize),
    /// Run what was typed.
    Line(Box<Input>),
    /// Run a host script: its file and arguments.
    Script(std::path::PathBuf, Vec<String>),
    /// End the script that runs on the camera.
    Stop,
    /// A camera that was looked for is there.
    Found(Box<Camera>, u64),
    /// Tell who helps with typing.
    Ask(Question, Sender<Answer>),
    /// End what is to be ended.
    Leave,
}

/// A typed text, all lines of it.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// The text.
    pub text: String,
    /// What errors call it.
    pub name: String,
    /// Its first line's number there.
    pub first_line: u32,
    /// Columns of the terminal.
    pub width: usize,
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    /// The exit code: 0 if it went well.
    pub code: u8,
    /// The program is to end with it.
    pub leave: bool,
}

impl Done {
    pub const WELL: Self = Self { code: exit::DONE, leave: false };

    pub fn failed(error: &Error) -> Self {
        Self { code: exit::code(error), leave: false }
    }
}

/// What the worker needs of the program around it.
#[derive(Clone)]
pub(super) struct Setup {
    pub host: HostOptions,
    pub screen: Screen,
    pub status: Status,
    pub interrupt: Interrupt,
    pub paint: Paint,
    /// Somebody sits in front of it.
    pub interactive: bool,
    /// Runs one of the program's own subcommands.
    pub subcommand: super::Subcommand,
}

/// The worker's state.
pub(super) struct Worker {
    pub host: Host,
    pub setup: Setup,
    /// The globals of what is typed, and the function that declares locals among them.
    pub env: Table,
    pub declare: Function,
    /// A function that gives back what it is given.
    pub give: Function,
    /// The declared locals that have been assigned.
    pub locals: Table,
    /// The values of the last line that had some.
    pub last: Vec<Value>,
    pub settings: super::settings::Settings,
    pub watch: Watch,
    /// The session on the camera that keeps its state.
    pub keep: Option<super::keep::Keep>,
    /// What was said once and is not said again.
    pub told_fresh: bool,
    /// To oneself, from threads that look for cameras.
    pub jobs: Sender<Job>,
}

/// Runs the worker until it is told to leave.
pub(super) fn run(setup: Setup, jobs: Receiver<Job>, own: Sender<Job>, done: &Sender<Done>) {
    let mut worker = match Worker::new(setup.clone(), own) {
        Ok(worker) => worker,
        Err(error) => {
            setup.screen.talk(format!("moonshutter: {error}"));
            let _ = done.send(Done { code: exit::code(&error), leave: true });
            return;
        }
    };
    loop {
        let job = match worker.pause() {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(pause) => jobs.recv_timeout(pause),
        };
        match job {
            Err(RecvTimeoutError::Timeout) => worker.look(),
            Err(RecvTimeoutError::Disconnected) => return,
            Ok(Job::Found(camera, search)) => worker.found(*camera, search),
            Ok(Job::Ask(question, to)) => {
                // Who has asked may have gone on.
                let _ = to.send(worker.answer(question));
            }
            Ok(Job::Leave) => {
                worker.leave();
                let _ = done.send(Done::WELL);
                return;
            }
            Ok(job) => {
                let outcome = worker.job(job);
                // What was interrupted is over; the camera is still to be looked after.
                worker.setup.interrupt.clear();
                if done.send(outcome).is_err() {
                    return;
                }
            }
        }
    }
}

impl Worker {
    fn new(setup: Setup, jobs: Sender<Job>) -> Result<Self> {
        let host = Host::new(setup.host.clone())?;
        let broken = |error: mlua::Error| {
            Error::new(ErrorKind::Runtime, "cannot start the Lua of the host").caused_by(error.to_string())
        };
        let made =
            host.lua().load(ENVIRONMENT).set_name("=[moonshutter]").call::<(Table, Function, Function, Table)>(());
        let (env, declare, give, locals) = made.map_err(broken)?;
        let watch = Watch::new(setup.interactive);
        let settings = super::settings::Settings::new(setup.interactive);
        Ok(Self {
            host,
            setup,
            env,
            declare,
            give,
            locals,
            last: Vec::new(),
            settings,
            watch,
            keep: None,
            told_fresh: false,
            jobs,
        })
    }

    fn job(&mut self, job: Job) -> Done {
        self.host.forget_traceback();
        let outcome = match job {
            Job::Open(columns) => {
                self.settings.set_terminal(columns);
                self.open();
                return Done::WELL;
            }
            Job::Line(input) => self.line(&input),
            Job::Script(file, args) => self.script(&file, &args),
            Job::Stop => self.stop().map(|()| Done::WELL),
            Job::Found(..) | Job::Ask(..) | Job::Leave => return Done::WELL,
        };
        outcome.unwrap_or_else(|error| {
            self.tell_error(&error);
            Done::failed(&error)
        })
    }

    /// Runs what was typed.
    pub fn line(&mut self, input: &Input) -> Result<Done> {
        self.settings.set_terminal(input.width);
        let outcome = self.evaluate(input);
        self.watch.after_line();
        self.look();
        outcome
    }

    /// Does what a line says, and no more.
    pub fn evaluate(&mut self, input: &Input) -> Result<Done> {
        let typed = Typed::parse(&input.text, self.setup.status.language());
        let outcome = match typed.line {
            Line::Empty | Line::CameraStart("") | Line::CameraRun("") => Ok(Done::WELL),
            Line::Host(code) => self.host_line(input, code),
            Line::CameraStart(code) => self.camera_start(input, code).map(|()| Done::WELL),
            Line::CameraRun(code) => self.camera_run(input, code).map(|()| Done::WELL),
            Line::Command { name, rest } => self.command(input, name, rest),
            Line::Help(name) => {
                self.help(name);
                Ok(Done::WELL)
            }
        };
        outcome.map_err(|error| self.how_to_stop(error, matches!(typed.line, Line::Host(_))))
    }

    /// Two scripts cannot run at once; at a prompt there are other ways out than in a program.
    fn how_to_stop(&self, error: Error, of_host: bool) -> Error {
        if error.kind() != ErrorKind::ScriptRunning || of_host {
            return error;
        }
        Error::new(
            error.kind(),
            match self.keep.is_some() {
                true => "the session runs on the camera, and no other script can meanwhile: :keep off ends it",
                false => "a script runs on the camera: :wait waits for its end, :stop ends it",
            },
        )
    }

    /// What is done at the very end.
    fn leave(&mut self) {
        self.watch.stop_search();
        if let Ok(con) = self.host.con() {
            self.look();
            if self.keep.is_some()
                && let Err(error) = self.keep_end()
            {
                log::debug!("the session did not end well: {error}");
            }
            if self.setup.status.is_ours() && self.watch.is_following() {
                self.news("the script goes on running on the camera");
            }
            if let Err(error) = con.hang_up() {
                log::debug!("the connection did not end well: {error}");
            }
        }
    }
}
