//! A session on the camera that keeps its state: a loop there (`lua/camera/session.lua`) that evaluates what it is sent.
//!
//! Nothing can wait inside the camera's `pcall`, and an error outside of it ends a script. So the linter decides: a chunk
//! in which nothing can wait is run in `pcall` and may fail as it likes; one that may wait runs outside of it, and an error
//! there takes the session with it, which is said. What was run before stands in front of the chunk when the linter looks,
//! so that it knows the session's functions.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::camera_line::with_return;
use super::locals::outliving;
use super::worker::{Input, Worker};
use crate::camera::{ExecOptions, Payload, Script, Sending, Stage, Target, strip};
use crate::error::{Error, ErrorKind, Result};
use crate::host::Connection;
use crate::lint::scan::{Keyword, Token, TokenKind, scan};
use crate::lint::{self, Options, Source, Start};

static LOOP: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/session.lua")));

/// How much of what was run the linter gets to see again.
const REMEMBERED: usize = 64 << 10;

/// What may not happen inside `pcall`: the chunk runs outside of it then.
const WAITS: &[&str] =
    &["yield-across-boundary", "unknown-call-in-boundary", "long-loop-in-boundary", "not-fully-analysed", "busy-wait"];

/// The first and the longest pause while an answer is awaited.
const NEXT_LOOK: Duration = Duration::from_millis(2);
const LAST_LOOK: Duration = Duration::from_millis(100);

/// Names that a chunk assigns to or makes functions of. Locals of blocks among them do no harm where names are offered.
fn made(chunk: &str) -> Vec<String> {
    let tokens = scan(chunk.as_bytes(), false).tokens;
    let name = |token: &Token| chunk.get(token.span.range()).unwrap_or_default().to_owned();
    let pairs = tokens.windows(2).filter_map(|pair| match (pair[0].kind, pair[1].kind) {
        (TokenKind::Name, TokenKind::Byte(b'=')) => Some(name(&pair[0])),
        (TokenKind::Keyword(Keyword::Function), TokenKind::Name) => Some(name(&pair[1])),
        _ => None,
    });
    pairs.collect()
}

/// A session under way.
pub(super) struct Keep {
    /// The loop's script.
    id: u32,
    /// What the loop's own messages begin with.
    mark: Vec<u8>,
    /// What was run, for the linter.
    history: Vec<String>,
    /// The answer that is awaited.
    answer: Option<Answer>,
}

#[derive(Default)]
struct Answer {
    ready: bool,
    wanted: Option<usize>,
    values: Vec<Payload>,
    failed: Option<Vec<u8>>,
}

impl Answer {
    fn is_whole(&self) -> bool {
        self.failed.is_some() || self.wanted.is_some_and(|wanted| self.values.len() >= wanted)
    }
}

impl Worker {
    /// `:keep on`: starts a session, now.
    pub fn keep_start(&mut self) -> Result<()> {
        if self.keep.is_some() {
            self.news("the session is there already; :keep off ends it");
            return Ok(());
        }
        let con = self.host.con()?;
        self.keep_open(&con)?;
        self.setup.status.set_keeping(true);
        self.news("camera lines share one Lua state now, and what they make stays; :keep off ends it");
        Ok(())
    }

    /// `:keep off`.
    pub fn keep_end(&mut self) -> Result<()> {
        self.setup.status.set_keeping(false);
        let Some(keep) = self.keep.take() else {
            self.news("there is no session");
            return Ok(());
        };
        let con = self.host.con()?;
        self.watch.forget();
        con.set_started(false);
        con.with(|camera| {
            camera.write_msg(b"q", Target::Script(keep.id))?;
            camera.wait_status(&crate::camera::WaitOptions::up_to(Duration::from_secs(2)), &mut |status| {
                !status.running
            })?;
            camera.kill_script()
        })?;
        self.news("the session ended");
        Ok(())
    }

    fn keep_open(&mut self, con: &Rc<Connection>) -> Result<()> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        self.setup.status.forget_camera_globals();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mark = format!("\u{1b}moonshutter:session:{}:{number}:", std::process::id());
        let text = format!("local mark='{}' {}", mark.replace('\u{1b}', "\\27"), *LOOP);
        let options = ExecOptions { lint: false, ..self.exec_options(con) };
        let id = con.with(|camera| camera.exec(&Script::new("session", text), &options))?;
        con.set_started(true);
        self.watch.started(id);
        let answer = Some(Answer { wanted: Some(0), ..Answer::default() });
        self.keep = Some(Keep { id, mark: mark.into_bytes(), history: Vec::new(), answer });
        self.keep_await(con, |answer| answer.ready)?;
        Ok(())
    }

    /// Runs a line in the session.
    pub fn keep_line(&mut self, con: &Rc<Connection>, input: &Input, code: &str) -> Result<()> {
        if self.keep.is_none() {
            self.keep_open(con)?;
            self.news("a new session: the variables of the last one are gone");
        }
        let run = with_return(code);
        let is_expression = run.len() != code.len();
        let run =
            if is_expression { run } else { String::from_utf8_lossy(&outliving(code.as_bytes()).code).into_owned() };
        let script =
            Script { name: input.name.clone(), source: run.clone().into_bytes(), first_line: input.first_line };
        self.keep_check(con, &script)?;
        let waits = self.may_wait(&run);
        let Some(keep) = &mut self.keep else { return Ok(()) };
        keep.answer = Some(Answer::default());
        let id = keep.id;
        let message = [if waits { b"d".as_slice() } else { b"p" }, run.as_bytes()].concat();
        con.with(|camera| {
            camera.told_as(id, &script);
            camera.write_msg(&message, Target::Script(id))
        })?;
        self.keep_await(con, Answer::is_whole)?;
        let Some(answer) = self.keep.as_mut().and_then(|keep| keep.answer.take()) else { return Ok(()) };
        if let Some(text) = answer.failed {
            return Err(con.with(|camera| Ok(camera.told_error(id, Stage::Run, &text)))?);
        }
        if !is_expression {
            self.keep_remember(run);
        }
        self.echo_payloads(answer.values);
        Ok(())
    }

    /// Waits until the answer is what is wanted, and shows what else is said meanwhile.
    fn keep_await(&mut self, con: &Rc<Connection>, done: fn(&Answer) -> bool) -> Result<()> {
        let mut pause = NEXT_LOOK;
        loop {
            self.look();
            let Some(keep) = &self.keep else {
                let told = "the session ended, and its variables are gone; the next camera line starts a new one";
                return Err(Error::new(ErrorKind::ScriptKilled, told));
            };
            if keep.answer.as_ref().is_none_or(done) {
                return Ok(());
            }
            if self.setup.interrupt.wait(pause) {
                self.setup.interrupt.clear();
                con.with(|camera| camera.kill_script())?;
                self.keep = None;
                self.watch.forget();
                con.set_started(false);
                let told = "interrupted; the session was ended on the camera, and its variables are gone";
                return Err(Error::new(ErrorKind::Interrupted, told));
            }
            pause = (pause * 2).min(LAST_LOOK);
        }
    }

    /// Has the linter look at a chunk behind what was run before.
    fn keep_check(&self, con: &Rc<Connection>, script: &Script) -> Result<()> {
        let Some(check) = self.setup.host.camera.check.clone().filter(|_| self.settings.lint) else { return Ok(()) };
        let protocol = con.with(|camera| Ok(camera.info().chdk))?;
        let before = self.keep.as_ref().map(|keep| keep.history.join(" ")).unwrap_or_default();
        check.check(script, &Sending { prelude: before.as_bytes(), remote: None, protocol })
    }

    /// Whether something in a chunk may wait, which it cannot do inside `pcall`.
    fn may_wait(&self, chunk: &str) -> bool {
        let Some(keep) = &self.keep else { return true };
        let boxed = format!("pcall(function() {chunk}\nend)");
        let prelude = keep.history.iter().map(|text| Source::new("earlier", text.as_bytes())).collect();
        let options = Options { start: Start::Ptp, prelude, modules: Arc::new(lint::NoModules), ..Options::default() };
        let report = lint::check(Source::new("session", boxed), &options);
        report.findings.iter().any(|finding| WAITS.contains(&finding.rule))
    }

    fn keep_remember(&mut self, chunk: String) {
        let Some(keep) = &mut self.keep else { return };
        self.setup.status.add_camera_globals(made(&chunk));
        keep.history.push(format!("do {chunk}\nend"));
        while keep.history.iter().map(String::len).sum::<usize>() > REMEMBERED {
            keep.history.remove(0);
        }
    }

    /// A message of the session's: whether it is the loop's own business.
    pub fn keep_message(&mut self, script: u32, payload: &Payload) -> bool {
        let Some(keep) = self.keep.as_mut().filter(|keep| keep.id == script) else { return false };
        let Some(answer) = &mut keep.answer else { return false };
        let own = match payload {
            Payload::String(text) => text.strip_prefix(keep.mark.as_slice()),
            _ => None,
        };
        match own.map(|own| own.split_at(own.len().min(1))) {
            Some((b"+", _)) => answer.ready = true,
            Some((b"=", count)) => {
                answer.wanted = std::str::from_utf8(count).ok().and_then(|count| count.parse().ok());
            }
            Some((b"!", text)) => answer.failed = Some(text.to_vec()),
            Some((b"?", text)) => {
                answer.values.push(Payload::Unsupported(String::from_utf8_lossy(text).into_owned()));
            }
            Some(_) => {}
            None if answer.wanted.is_some() && !answer.is_whole() => answer.values.push(payload.clone()),
            None => return false,
        }
        true
    }

    /// A script ended: whether it was the session, of which nothing else is to be said.
    pub fn keep_ended(&mut self, script: u32) -> bool {
        if self.keep.as_ref().is_none_or(|keep| keep.id != script) {
            return false;
        }
        let waited = self.keep.take().is_some_and(|keep| keep.answer.is_some());
        if !waited {
            self.news("the session ended on the camera; the next camera line starts a new one");
        }
        true
    }

    /// The camera is gone, and the session with it.
    pub fn keep_lost(&mut self) {
        self.keep = None;
    }
}
