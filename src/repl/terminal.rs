//! Somebody at a terminal.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use rustyline::error::ReadlineError;
use rustyline::history::{DefaultHistory, History as _, SearchDirection};
use rustyline::{Behavior, CompletionType, Config, Editor, ExternalPrinter as _};

use super::history::File;
use super::line::{Line, Typed};
use super::live::Live;
use super::paint::Style;
use super::typing::Typing;
use super::worker::{Done, Input, Job, Setup};
use crate::error::{Error, ErrorKind, Result};
use crate::exit;

/// How long the first prompt waits for the camera.
const FIRST: Duration = Duration::from_millis(1500);

/// How often it is looked whether Ctrl-C was pressed while a line runs.
const STEP: Duration = Duration::from_millis(30);

/// A prompt on a terminal.
pub(super) struct Terminal {
    setup: Setup,
    jobs: Sender<Job>,
    done: Receiver<Done>,
    editor: Editor<Typing<Live>, DefaultHistory>,
    history: File,
    number: u32,
    /// Jobs that were handed over and are not done.
    waiting: usize,
    /// Something may have been written since the last prompt.
    wrote: bool,
    /// What is returned at the end.
    code: u8,
}

impl Terminal {
    pub fn new(setup: Setup, jobs: Sender<Job>, done: Receiver<Done>) -> Result<Self> {
        let config = Config::builder()
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            // A first Tab that waited for a second one would hold back what a running script says meanwhile.
            .completion_show_all_if_ambiguous(true)
            .behavior(Behavior::Stdio)
            .build();
        let mut editor = Editor::with_config(config).map_err(no_terminal)?;
        let live = Live::new(setup.status.clone(), jobs.clone());
        editor.set_helper(Some(Typing::new(live, setup.paint.is_on())));
        // A terminal that cannot do it shows what comes with the next prompt.
        if let Ok(mut printer) = editor.create_external_printer() {
            setup.screen.follow(Box::new(move |text| {
                let _ = printer.print(text);
            }));
        }
        let history = File::open(&mut editor);
        Ok(Self { setup, jobs, done, editor, history, number: 0, waiting: 0, wrote: false, code: exit::DONE })
    }

    /// Reads and runs lines until somebody leaves. `first` is done before.
    pub fn run(mut self, first: Vec<Job>) -> Result<u8> {
        self.greet();
        let mut leave = false;
        let columns = self.width();
        self.hand_over(Job::Open(columns));
        // A camera that takes long is told of above the line, when it is there.
        self.settle(Some(FIRST));
        for job in first {
            self.wrote = true;
            self.hand_over(job);
            leave = leave || self.settle(None);
        }
        while !leave {
            leave = self.turn();
        }
        self.setup.interrupt.clear();
        self.hand_over(Job::Leave);
        self.settle(None);
        self.setup.screen.close();
        Ok(self.code)
    }

    fn greet(&self) {
        let version = env!("CARGO_PKG_VERSION");
        let text = format!("moonshutter {version}. Lua, .camera code, =camera values, help, Ctrl-D to leave.");
        self.setup.screen.talk(self.setup.paint.with(Style::Faint, &text));
    }

    /// One line; true: leave.
    fn turn(&mut self) -> bool {
        let prompt = self.setup.status.prompt();
        let columns = self.width();
        if let Some(typing) = self.editor.helper_mut() {
            typing.begin();
            typing.world.forget();
            typing.columns =
                columns.saturating_sub(unicode_width::UnicodeWidthStr::width(rustyline::Prompt::raw(&prompt)));
        }
        self.end_open_line();
        self.setup.screen.set_editing(true);
        let read = self.editor.readline(&prompt);
        self.setup.screen.set_editing(false);
        // While the terminal is the editor's, Ctrl-C is a key.
        self.setup.interrupt.clear();
        match read {
            Ok(text) => self.typed(text),
            Err(ReadlineError::Interrupted) => {
                self.interrupted();
                false
            }
            Err(ReadlineError::Eof) => true,
            Err(error) => {
                self.setup.screen.talk(format!("moonshutter: the terminal is of no more use: {error}"));
                self.code = exit::FAILED;
                true
            }
        }
    }

    /// Ends a line that a script has begun and not ended. Asking the terminal where its cursor is would swallow what is
    /// typed meanwhile; a line of blanks wraps unless it begins at the left, and is erased then.
    fn end_open_line(&mut self) {
        if std::mem::take(&mut self.wrote) {
            let blanks = " ".repeat(self.width());
            self.setup.screen.data(format!("{blanks}\r\x1b[K"));
        }
    }

    fn typed(&mut self, text: String) -> bool {
        let typed = Typed::parse(&text, self.setup.status.language());
        if typed.line == Line::Empty {
            return false;
        }
        self.history.add(&mut self.editor, &text);
        if let Line::Command { name: "history", rest } = typed.line {
            self.show_history(rest.trim());
            return false;
        }
        self.number += 1;
        self.wrote = true;
        let input = Input { name: format!("input {}", self.number), first_line: 1, width: self.width(), text };
        self.hand_over(Job::Line(Box::new(input)));
        self.settle(None)
    }

    /// Ctrl-C at the prompt. What was typed is dropped; that is all, if there was something.
    fn interrupted(&mut self) {
        if !self.editor.helper().is_none_or(|typing| typing.is_empty()) {
            return;
        }
        if self.setup.status.is_keeping() {
            self.setup.screen.talk("Ctrl-D or :quit leaves; :keep off ends the session on the camera");
        } else if self.setup.status.is_ours() {
            self.setup.screen.talk("asking the camera to stop its script (Ctrl-D leaves)");
            self.hand_over(Job::Stop);
            self.settle(None);
        } else {
            self.setup.screen.talk("Ctrl-D or :quit leaves; Ctrl-C stops what runs");
        }
    }

    fn hand_over(&mut self, job: Job) {
        // A worker that is gone says so when it is waited for.
        self.waiting += usize::from(self.jobs.send(job).is_ok());
    }

    /// Waits until all is done that was handed over, or for so long; true: leave.
    fn settle(&mut self, limit: Option<Duration>) -> bool {
        let begun = std::time::Instant::now();
        let mut told = false;
        let mut leave = false;
        while self.waiting > 0 {
            match self.done.recv_timeout(STEP) {
                Ok(done) => {
                    self.waiting -= 1;
                    if done.leave {
                        self.code = done.code;
                        leave = true;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if limit.is_some_and(|limit| begun.elapsed() >= limit) {
                        return leave;
                    }
                    if self.setup.interrupt.is_raised() && !std::mem::replace(&mut told, true) {
                        self.setup.screen.talk("stopping…");
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
        leave
    }

    fn width(&mut self) -> usize {
        self.editor.dimensions().map_or(80, |(columns, _)| usize::from(columns))
    }

    fn show_history(&self, text: &str) {
        let history = self.editor.history();
        let mut shown = String::new();
        for at in 0..history.len() {
            if let Ok(Some(entry)) = history.get(at, SearchDirection::Forward)
                && entry.entry.contains(text)
            {
                shown.push_str(&format!("{:>5}  {}\n", at + 1, entry.entry.replace('\n', "\n       ")));
            }
        }
        self.setup.screen.data(shown);
    }
}

fn no_terminal(error: ReadlineError) -> Error {
    Error::new(ErrorKind::Io, "the terminal cannot be used").caused_by(error.to_string())
}
