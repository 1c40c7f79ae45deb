//! Running scripts on the camera.

use std::path::Path;

use super::libs::{Libs, Picked};
use super::wait::{Paused, Pauses};
use super::{Body, Camera, Message, Payload, Stage, Version, WaitOptions, position, runtime};
use crate::chdk::{Chdk, ExecFlags, Started};
use crate::error::{Error, ErrorKind, Result};

/// Messages that a camera queues (CHDK core/ptp.c:299). What is returned beyond that is dropped in silence.
const QUEUE: usize = 15;

/// How long a script that is to end may take to do so.
const KILL_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// A script in the user's words, with the name under which errors show it.
#[derive(Debug, Clone)]
pub struct Script {
    /// A file's name, or a word like `exec`.
    pub name: String,
    /// The text.
    pub source: Vec<u8>,
    /// The line of `name` on which the text starts, from 1: for code that stands inside another file.
    pub first_line: u32,
}

impl Script {
    /// A text with a name of its own.
    pub fn new(name: impl Into<String>, source: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), source: source.into(), first_line: 1 }
    }

    /// A file of the host.
    pub fn from_file(path: &Path) -> Result<Self> {
        let source = std::fs::read(path).map_err(|error| {
            let kind = if error.kind() == std::io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Io };
            Error::new(kind, format!("cannot read {}", path.display())).caused_by(error)
        })?;
        Ok(Self::new(path.display().to_string(), source))
    }
}

/// How a script is started.
#[derive(Debug, Clone)]
pub struct ExecOptions {
    /// Kill a script that runs, instead of refusing to start (`clobber`).
    pub replace: bool,
    /// Drop messages of earlier scripts that nobody read.
    pub flush_cam_msgs: bool,
    /// Drop messages to earlier scripts that nobody read.
    pub flush_host_msgs: bool,
    /// Put the serializer in front, so that tables arrive as tables. Without it they do so only if the script or a library
    /// that goes with it brings `serialize_msgs`.
    pub serializer: bool,
    /// Have the script looked at first, by [`Options::check`](super::Options::check) if there is one.
    pub lint: bool,
    /// Libraries that go with the script besides those whose globals it names.
    pub libs: Vec<String>,
    /// Where they are looked for.
    pub registry: Libs,
}

impl ExecOptions {
    pub(super) fn picked(&self, script: &Script) -> Result<Picked> {
        self.registry.pick(self.serializer, &self.libs, &script.source)
    }

    /// Whether tables of this script's arrive as tables, and not in the camera's own lossy format.
    pub fn tables_arrive(&self, script: &Script) -> bool {
        self.picked(script).is_ok_and(|picked| picked.has_serializer())
    }
}

impl Default for ExecOptions {
    fn default() -> Self {
        Self {
            replace: false,
            flush_cam_msgs: true,
            flush_host_msgs: true,
            serializer: true,
            lint: true,
            libs: Vec::new(),
            registry: Libs::new(),
        }
    }
}

impl Camera {
    /// Starts a script and returns its id. [`ErrorKind::Lint`] if the check of scripts stops it, [`ErrorKind::Compile`] if the camera's Lua does not take it,
    /// [`ErrorKind::ScriptRunning`] if another script runs and is not to be replaced.
    pub fn exec(&mut self, script: &Script, options: &ExecOptions) -> Result<u32> {
        let picked = self.pick(script, options)?;
        let text = runtime::assemble(&script.source, &picked, false);
        let id = self.start(script, &text, options)?;
        self.script_id = Some(id);
        self.told_as(id, script);
        Ok(id)
    }

    /// Runs a script to its end. `on_message` sees what it sends with `write_usb_msg`, as it comes; an error of
    /// `on_message` kills the script and is returned. The result is what the script returned, nils included.
    ///
    /// A script that was killed or interrupted on the camera is [`ErrorKind::ScriptKilled`]. When the time is up or the
    /// user presses Ctrl-C, the script is killed.
    pub fn execwait(
        &mut self,
        script: &Script,
        options: &ExecOptions,
        wait: &WaitOptions,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        let picked = self.pick(script, options)?;
        let text = runtime::assemble(&script.source, &picked, true);
        let id = self.start(script, &text, options)?;
        self.script_id = Some(id);
        self.follow(id, script, wait, on_message)
    }

    /// The libraries that go with a script, which is looked at with them in front of it.
    pub(super) fn pick(&self, script: &Script, options: &ExecOptions) -> Result<Picked> {
        let picked = options.picked(script)?;
        if options.lint {
            self.check_script(script, &picked)?;
        }
        Ok(picked)
    }

    /// Runs a script of our own beside the user's: neither their messages nor their script's id are touched.
    pub(super) fn run_own(
        &mut self,
        name: &str,
        text: Vec<u8>,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        self.run_own_within(&WaitOptions::default(), name, text, on_message)
    }

    /// As [`run_own`](Self::run_own), as patient as told.
    pub(super) fn run_own_within(
        &mut self,
        wait: &WaitOptions,
        name: &str,
        text: Vec<u8>,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        let options = ExecOptions { flush_cam_msgs: false, flush_host_msgs: false, ..ExecOptions::default() };
        let script = Script::new(name, text);
        let text = runtime::assemble(&script.source, &options.picked(&script)?, true);
        let id = self.start(&script, &text, &options)?;
        self.follow(id, &script, wait, on_message)
    }

    /// Runs a script of a program's own beside the user's, whose messages and [`script_id`](Self::script_id) it leaves
    /// alone, and gives back what it returned.
    pub fn ask(&mut self, script: &Script) -> Result<Vec<Payload>> {
        self.run_own(&script.name, script.source.clone(), &mut |_, _| Ok(()))
    }

    /// Ends the running script, if any, without its `restore` and without a message from it. Messages that it sent
    /// before stay.
    pub fn kill_script(&mut self) -> Result<()> {
        if self.chdk()?.version() < Version::EXEC_FLAGS {
            let text = format!(
                "ending a script needs protocol {}; this camera has {}. The camera's shutter button ends it",
                Version::EXEC_FLAGS,
                self.chdk()?.version()
            );
            return Err(self.named(Error::new(ErrorKind::Unsupported, text)));
        }
        if !self.with(Chdk::script_status)?.running {
            return Ok(());
        }
        // Starting any script ends the one that runs; this one has nothing to do.
        let flags = ExecFlags { flush_host_msgs: true, ..ExecFlags::default() };
        if let Started::Running(id) = self.with(|chdk| chdk.execute_script(b"", flags))? {
            self.last_started = Some(id);
        }
        let pauses = WaitOptions::up_to(KILL_PATIENCE);
        // Ctrl-C may be the reason for ending the script: the interrupt does not end the wait for it.
        let mut waited = Pauses::new(self, &pauses);
        while self.with(Chdk::script_status)?.running {
            if waited.is_late() {
                let error = Error::new(ErrorKind::Timeout, "the camera does not end its script");
                return Err(self.named(error));
            }
            waited.pause_through();
        }
        Ok(())
    }

    pub(super) fn start(&mut self, script: &Script, text: &[u8], options: &ExecOptions) -> Result<u32> {
        if self.options.interrupt.is_raised() {
            return Err(self.interrupted(&format!("starting {}", script.name)));
        }
        // While another script of this connection is waited for, what it still has to say must not be dropped.
        let flush_cam_msgs = options.flush_cam_msgs && self.following == 0 && !self.is_streaming();
        let options = ExecOptions { flush_cam_msgs, ..options.clone() };
        if self.chdk()?.version() < Version::EXEC_FLAGS {
            self.prepare_old(&options)?;
        }
        if flush_cam_msgs {
            self.pending.clear();
        } else {
            // The queue is short: what waits in it leaves no room for what the new script says.
            while let Some(message) = self.with(Chdk::read_script_msg)? {
                self.keep(message)?;
            }
        }
        let flags = ExecFlags { no_kill: !options.replace, flush_cam_msgs, flush_host_msgs: options.flush_host_msgs };
        match self.with(|chdk| chdk.execute_script(text, flags)) {
            Ok(Started::Running(id)) => {
                self.last_started = Some(id);
                Ok(id)
            }
            Ok(Started::CompileError(id)) => {
                self.last_started = Some(id);
                Err(self.compile_error(id, script)?)
            }
            Ok(Started::Refused(_)) => Err(self.already_running()),
            Err(error) if error.kind() == ErrorKind::BadArgument => {
                Err(Error::new(ErrorKind::BadArgument, format!("{}: {}", script.name, error.message())))
            }
            Err(error) => Err(error),
        }
    }

    /// What the flags of protocol 2.6 do, done from here.
    fn prepare_old(&mut self, options: &ExecOptions) -> Result<()> {
        if !options.replace && self.with(Chdk::script_status)?.running {
            return Err(self.already_running());
        }
        if options.flush_cam_msgs {
            self.flush_msgs()?;
        }
        Ok(())
    }

    fn already_running(&self) -> Error {
        self.named(Error::new(
            ErrorKind::ScriptRunning,
            "a script is running on the camera; wait for its end, or say that it may be replaced (clobber, --replace)",
        ))
    }

    /// The camera queues the reason, unless its queue is full (CHDK core/ptp.c:399).
    fn compile_error(&mut self, id: u32, script: &Script) -> Result<Error> {
        while let Some(message) = self.with(Chdk::read_script_msg)? {
            match message {
                Message { script_id, body: Body::Error { text, .. } } if script_id == id => {
                    return Ok(self.named(position::error(ErrorKind::Compile, &text, script)));
                }
                other => self.keep(other)?,
            }
        }
        let text = format!("{}: the camera could not compile the script and did not say why", script.name);
        Ok(self.named(Error::new(ErrorKind::Compile, text)))
    }

    /// Collects what a running script sends until it has ended.
    fn follow(
        &mut self,
        id: u32,
        script: &Script,
        wait: &WaitOptions,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        let mut run = Run { id, script, returns: Vec::new(), failed: None, killed: false, batch: Batch::default() };
        self.following += 1;
        let collected = self.collect(&mut run, wait, on_message);
        self.following -= 1;
        if let Err(stop) = collected {
            return Err(self.end_own(id, stop));
        }
        if let Some(error) = run.failed {
            return Err(self.named(error));
        }
        if run.killed || (run.returns.is_empty() && self.was_replaced()?) {
            let text = format!("{}: the script was ended on the camera, or failed there, without a word", script.name);
            return Err(self.named(Error::new(ErrorKind::ScriptKilled, text)));
        }
        run.batch.warn(script);
        Ok(run.returns)
    }

    fn collect(
        &mut self,
        run: &mut Run<'_>,
        wait: &WaitOptions,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<()> {
        let mut pauses = Pauses::new(self, wait);
        if let Some(initial) = wait.initial {
            pauses.sleep(initial);
        }
        loop {
            let status = self.with(Chdk::script_status)?;
            self.take_kept(run, on_message)?;
            if status.messages {
                pauses.restart();
                run.batch = Batch::default();
                while let Some(message) = self.with(Chdk::read_script_msg)? {
                    run.batch.count(&message);
                    self.take(message, run, on_message)?;
                    if pauses.is_interrupted() {
                        return Err(self.interrupted("reading what the script sent"));
                    }
                    if pauses.is_late() {
                        return Err(self.late(run.script));
                    }
                }
            }
            if !status.running {
                return self.take_kept(run, on_message);
            }
            match pauses.pause() {
                Paused::Over => {}
                Paused::Interrupted => return Err(self.interrupted(&format!("{} ran on the camera", run.script.name))),
                Paused::Late => return Err(self.late(run.script)),
            }
        }
    }

    /// What a script of ours said while another one was started from its message callback.
    fn take_kept(
        &mut self,
        run: &mut Run<'_>,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<()> {
        while let Some(at) = self.pending.iter().position(|pending| pending.message.script_id == run.id) {
            if let Some(pending) = self.pending.remove(at) {
                self.take(pending.message, run, on_message)?;
            }
        }
        Ok(())
    }

    pub(super) fn late(&self, script: &Script) -> Error {
        self.named(Error::new(ErrorKind::Timeout, format!("{}: the script was not done in time", script.name)))
    }

    fn take(
        &mut self,
        message: Message,
        run: &mut Run<'_>,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<()> {
        if message.script_id != run.id {
            return self.keep(message);
        }
        match message.body {
            Body::Return(value) => run.returns.push(value),
            Body::User(Payload::String(text)) if text == runtime::KILLED => run.killed = true,
            Body::User(value) => on_message(self, value)?,
            // The first error is the one to report: others follow from it.
            Body::Error { stage, text } => {
                let kind = if stage == Stage::Compile { ErrorKind::Compile } else { ErrorKind::Runtime };
                run.failed.get_or_insert_with(|| position::error(kind, &text, run.script));
            }
        }
        Ok(())
    }

    /// Ends a script of ours that will not be waited for any longer, and says in the error what became of it.
    pub(super) fn end_own(&mut self, id: u32, stop: Error) -> Error {
        if !self.is_connected() {
            return stop;
        }
        match self.kill_script().and_then(|()| self.forget(id)) {
            Ok(()) => stop.then("the script was ended on the camera"),
            Err(error) => stop.then(&format!("the script may still run there: {}", error.message())),
        }
    }

    /// Drops what a script said that nobody waits for any longer.
    pub(super) fn forget(&mut self, id: u32) -> Result<()> {
        while let Some(message) = self.with(Chdk::read_script_msg)? {
            if message.script_id != id {
                self.keep(message)?;
            }
        }
        Ok(())
    }

    /// Whether somebody else started a script since: the only trace that a script leaves which was killed over PTP by
    /// another program that also emptied the queue.
    fn was_replaced(&mut self) -> Result<bool> {
        let last = self.with(Chdk::last_script_id)?;
        Ok(last.is_some() && last != self.last_started)
    }
}

/// Messages that were read in one go.
#[derive(Default)]
struct Batch {
    all: usize,
    returns: usize,
}

impl Batch {
    fn count(&mut self, message: &Message) {
        self.all += 1;
        self.returns += usize::from(matches!(message.body, Body::Return(_)));
    }

    /// A script that fills the queue with its last words may have had more to say; nothing on a camera tells.
    fn warn(&self, script: &Script) {
        if self.all < QUEUE {
            return;
        }
        let advice = if self.returns == self.all {
            "return a table instead of many values"
        } else {
            "send what matters with write_usb_msg and a timeout, which waits for room"
        };
        log::warn!(
            "{}: the camera's queue of {QUEUE} messages was full when the script ended. What it returned beyond that, if \
             anything, is lost; {advice}",
            script.name
        );
    }
}

/// A script that is being followed.
struct Run<'a> {
    id: u32,
    script: &'a Script,
    returns: Vec<Payload>,
    failed: Option<Error>,
    killed: bool,
    /// What was read last.
    batch: Batch,
}
