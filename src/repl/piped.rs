//! A pipe instead of a person: lines are read and run, and only what they print is on standard output.

use std::io::BufRead;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use super::incomplete::is_incomplete;
use super::line::Typed;
use super::worker::{Done, Input, Job, Setup};
use crate::error::{Error, ErrorKind, Result};
use crate::exit;

/// How often it is looked whether Ctrl-C was pressed.
const STEP: Duration = Duration::from_millis(20);

/// A reader of lines.
pub(super) struct Piped {
    setup: Setup,
    jobs: Sender<Job>,
    done: Receiver<Done>,
    /// The exit code of the last line that failed.
    code: u8,
}

impl Piped {
    pub fn new(setup: Setup, jobs: Sender<Job>, done: Receiver<Done>) -> Self {
        Self { setup, jobs, done, code: exit::DONE }
    }

    /// Does what is given, then what standard input says, if it is to be read.
    pub fn run(mut self, first: Vec<Job>, read: bool) -> Result<u8> {
        let mut over = false;
        for job in first {
            over = over || self.job(job);
        }
        if read && !over {
            self.read()?;
        }
        // A worker that is gone has nothing to end.
        if self.jobs.send(Job::Leave).is_ok() {
            let _ = self.done.recv();
        }
        Ok(self.code)
    }

    fn read(&mut self) -> Result<()> {
        let lines = lines();
        let mut text = String::new();
        let (mut first_line, mut count) = (1, 0);
        loop {
            let line = loop {
                match lines.recv_timeout(STEP) {
                    Ok(line) => break Some(line),
                    Err(RecvTimeoutError::Disconnected) => break None,
                    Err(RecvTimeoutError::Timeout) if self.setup.interrupt.is_raised() => {
                        return Err(Error::new(ErrorKind::Interrupted, "interrupted while reading standard input"));
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            };
            let Some(line) = line.transpose().map_err(unreadable)? else {
                // What is not complete at the end is wrong, and the compiler says how.
                if !text.trim().is_empty() {
                    self.line(text, first_line);
                }
                return Ok(());
            };
            count += 1;
            let line = String::from_utf8_lossy(&line).into_owned();
            if text.is_empty() {
                first_line = count;
            } else {
                text.push('\n');
            }
            text.push_str(line.strip_suffix('\r').unwrap_or(&line));
            let typed = Typed::parse(&text, self.setup.status.language());
            if typed.code().is_some_and(|(language, code)| is_incomplete(code, language)) {
                continue;
            }
            if self.line(std::mem::take(&mut text), first_line) {
                return Ok(());
            }
        }
    }

    fn line(&mut self, text: String, first_line: u32) -> bool {
        let input = Input { text, name: "stdin".into(), first_line, width: 0 };
        self.job(Job::Line(Box::new(input)))
    }

    /// Does a job; true: it is the last one.
    fn job(&mut self, job: Job) -> bool {
        if self.jobs.send(job).is_err() {
            return true;
        }
        let Ok(done) = self.done.recv() else {
            self.code = exit::FAILED;
            return true;
        };
        if done.leave {
            self.code = if done.code == exit::DONE { self.code } else { done.code };
            return true;
        }
        if done.code != exit::DONE {
            self.code = done.code;
        }
        done.code == exit::INTERRUPTED || self.setup.screen.is_broken()
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot read standard input").caused_by(error)
}

/// The lines of standard input, without their ends, read by a thread: a blocking read hears nothing of Ctrl-C.
fn lines() -> Receiver<std::io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::sync_channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().split(b'\n') {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
