//! Running scripts on the camera.

use std::path::Path;

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
    /// Put the serializer in front, so that tables arrive as tables.
    pub serializer: bool,
}

impl Default for ExecOptions {
    fn default() -> Self {
        Self { replace: false, flush_cam_msgs: true, flush_host_msgs: true, serializer: true }
    }
}

impl Camera {
    /// Starts a script and returns its id. [`ErrorKind::Compile`] if the camera's Lua does not take it,
    /// [`ErrorKind::ScriptRunning`] if another script runs and is not to be replaced.
    pub fn exec(&mut self, script: &Script, options: &ExecOptions) -> Result<u32> {
        let text = runtime::assemble(&script.source, options.serializer, false);
        let id = self.start(script, &text, options)?;
        self.script_id = Some(id);
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
        let text = runtime::assemble(&script.source, options.serializer, true);
        let id = self.start(script, &text, options)?;
        self.script_id = Some(id);
        self.follow(id, script, wait, on_message)
    }

    /// Runs a script of our own beside the user's: neither their messages nor their script's id are touched.
    pub(super) fn run_own(
        &mut self,
        name: &str,
        text: Vec<u8>,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        let options = ExecOptions { flush_cam_msgs: false, flush_host_msgs: false, ..ExecOptions::default() };
        let script = Script::new(name, text);
        let text = runtime::assemble(&script.source, true, true);
        let id = self.start(&script, &text, &options)?;
        self.follow(id, &script, &WaitOptions::default(), on_message)
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
        self.with(|chdk| chdk.execute_script(b"", ExecFlags { flush_host_msgs: true, ..ExecFlags::default() }))?;
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

    fn start(&mut self, script: &Script, text: &[u8], options: &ExecOptions) -> Result<u32> {
        if self.chdk()?.version() < Version::EXEC_FLAGS {
            self.prepare_old(options)?;
        }
        if options.flush_cam_msgs {
            self.pending.clear();
        }
        let flags = ExecFlags {
            no_kill: !options.replace,
            flush_cam_msgs: options.flush_cam_msgs,
            flush_host_msgs: options.flush_host_msgs,
        };
        match self.with(|chdk| chdk.execute_script(text, flags)) {
            Ok(Started::Running(id)) => Ok(id),
            Ok(Started::CompileError(id)) => Err(self.compile_error(id, script)?),
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
        let mut run = Run { id, script, returns: Vec::new(), failed: None, killed: false };
        match self.collect(&mut run, wait, on_message) {
            Ok(()) => {}
            Err(stop) => {
                self.end_own(id, &stop);
                return Err(stop);
            }
        }
        if let Some(error) = run.failed {
            return Err(self.named(error));
        }
        if run.killed || (run.returns.is_empty() && self.was_replaced(id)?) {
            let text = format!("{}: the script was ended on the camera before it was done", script.name);
            return Err(self.named(Error::new(ErrorKind::ScriptKilled, text)));
        }
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
            if status.messages {
                pauses.restart();
                let before = run.returns.len();
                while let Some(message) = self.with(Chdk::read_script_msg)? {
                    self.take(message, run, on_message)?;
                    if pauses.is_interrupted() {
                        return Err(self.interrupted("reading what the script sent"));
                    }
                }
                if run.returns.len() - before == QUEUE {
                    log::warn!(
                        "{}: {QUEUE} return values are all that a camera can hold; any more were lost on it. Return a \
                         table instead",
                        run.script.name
                    );
                }
            }
            if !status.running {
                return Ok(());
            }
            match pauses.pause() {
                Paused::Over => {}
                Paused::Interrupted => return Err(self.interrupted("the script ran; it was ended on the camera too")),
                Paused::Late => {
                    let text = format!("{}: the script was not done in time; it was ended", run.script.name);
                    return Err(self.named(Error::new(ErrorKind::Timeout, text)));
                }
            }
        }
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

    /// Ends a script of ours that will not be waited for any longer.
    fn end_own(&mut self, id: u32, stop: &Error) {
        if !self.is_connected() {
            return;
        }
        log::debug!("ending script {id}: {stop}");
        if let Err(error) = self.kill_script() {
            log::warn!("script {id} may still run on {}: {error}", self.name);
        }
    }

    /// Whether another script was started since: the only trace that a script leaves which was killed over PTP by
    /// another program that also emptied the queue.
    fn was_replaced(&mut self, id: u32) -> Result<bool> {
        Ok(self.with(Chdk::last_script_id)?.is_some_and(|last| last != id))
    }
}

/// A script that is being followed.
struct Run<'a> {
    id: u32,
    script: &'a Script,
    returns: Vec<Payload>,
    failed: Option<Error>,
    killed: bool,
}
