//! The keyboard task: one tick after the other (core/kbd_process.c:81-204).

use std::io;
use std::sync::{Arc, MutexGuard};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crate::sim::control::{Event, What, When};
use crate::sim::engine::firmware::{self, ScriptHost};
use crate::sim::engine::keys;
use crate::sim::engine::messages::{COMPILE, RET, RUN, USER, encode};
use crate::sim::engine::state::{Action, Ending, State, TICK, Turn};
use crate::sim::engine::{Engine, MenuScript, Source};
use crate::sim::lib;
use crate::sim::profile::Chdk;
use crate::sim::vm::{Options, Resume, STACK_SIZE, Value, Vm};

/// Key down and key up take 30 ms each (include/camera.h:152-153).
const KEY_DELAY: u64 = 30;

/// The console's word of a script that was killed or failed.
const TERMINATED: &[u8] = b"*** TERMINATED ***";

/// Starts the keyboard task of a camera.
pub(crate) fn spawn(engine: Arc<Engine>) -> io::Result<JoinHandle<()>> {
    Builder::new().name("sim kbd".to_owned()).stack_size(STACK_SIZE).spawn(move || {
        let _leaving = Leaving(&engine);
        let mut task = Task { engine: &engine, script: None, chosen: None };
        while let Some(now) = engine.next_tick() {
            task.tick();
            engine.end_tick(now);
        }
    })
}

/// Whoever waits for the keyboard task must not wait for one that is gone, even if it panicked.
struct Leaving<'a>(&'a Engine);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.stop = true;
        state.running = false;
        drop(state);
        self.0.changed.notify_all();
    }
}

impl Engine {
    /// Waits until a tick is due; its time, or `None` at the end of the camera's life.
    fn next_tick(&self) -> Option<Duration> {
        let mut state = self.lock();
        loop {
            if state.stop {
                return None;
            }
            let limit = match &self.time {
                Source::Virtual(_) if state.turn == Turn::Camera => {
                    state.local = state.clock;
                    return Some(state.clock);
                }
                Source::Virtual(_) => None,
                Source::Real(boot) => {
                    let now = boot.elapsed();
                    let due = state.next_due(now);
                    if due.is_some_and(|due| due <= now) {
                        return Some(now);
                    }
                    due.map(|due| due - now)
                }
            };
            state = self.wait(state, limit);
        }
    }

    /// The next tick is ten milliseconds after this one began, or after it ended if it took longer.
    fn end_tick(&self, began: Duration) {
        let mut state = self.lock();
        let ended = self.task_time(&state);
        state.last_tick = Some(if ended >= began + TICK { ended } else { began });
        state.turn = Turn::Clock;
        drop(state);
        self.changed.notify_all();
    }

    /// A count hook: how long the script has been running since its last resume.
    pub(super) fn hook(&self) -> Duration {
        let mut state = self.lock();
        if let Source::Real(_) = self.time {
            while state.frozen && !state.stop && !state.stale {
                state = self.wait(state, None);
            }
        } else {
            state = self.work(state, super::HOOK);
        }
        self.task_time(&state).saturating_sub(state.resumed)
    }

    /// In virtual time, the keyboard task works for so long.
    fn work<'a>(&'a self, mut state: MutexGuard<'a, State>, span: Duration) -> MutexGuard<'a, State> {
        state.local += span;
        if state.local >= state.clock + TICK {
            state.blocked = Some(state.local);
            state.turn = Turn::Clock;
            self.changed.notify_all();
            while state.turn == Turn::Clock && !state.stop {
                state = self.wait(state, None);
            }
            state.blocked = None;
            state.local = state.local.max(state.clock);
        }
        state
    }

    /// The keyboard task waits for the card, and does nothing else meanwhile.
    pub(super) fn wait_for_card(&self, span: Duration) {
        match &self.time {
            Source::Real(_) => self.agenda.take(span),
            Source::Virtual(_) => drop(self.work(self.lock(), span)),
        }
    }
}

/// The keyboard task's own: the script's Lua.
struct Task<'a> {
    engine: &'a Arc<Engine>,
    script: Option<Vm>,
    /// What was last started from the menu, should it start again.
    chosen: Option<MenuScript>,
}

impl Task<'_> {
    fn tick(&mut self) {
        let (kill, exit, chosen, start) = {
            let mut state = self.engine.lock();
            if state.stale {
                drop(state);
                self.discard();
                return;
            }
            let kill = std::mem::take(&mut state.kill);
            if state.alt_held && !kill {
                return;
            }
            // While ALT is held nothing but the kill is seen to (core/kbd_process.c:134-176).
            let start = state.start.is_some() && !state.alt_held;
            let chosen = state.menu_start.is_some();
            (kill, std::mem::take(&mut state.exit), chosen, start)
        };
        if self.is_time_to_go() {
            self.engine.log.note(|| "the camera goes off, as a script has asked".to_owned());
            self.engine.agenda.add(Event { when: When::After(Duration::ZERO), what: What::Off });
            return;
        }
        if self.script.is_some() {
            if kill {
                self.end_after(Ending::Killed, |state| state.print(TERMINATED));
            } else if exit {
                self.interrupt();
            } else {
                self.process_actions();
            }
        }
        if chosen && kill {
            self.end(Ending::Killed, |state| state.print(TERMINATED));
        } else if chosen {
            self.start_chosen();
        }
        if start && self.script.is_none() {
            self.start();
        }
    }

    fn is_time_to_go(&self) -> bool {
        let mut state = self.engine.lock();
        let now = self.engine.task_time(&state);
        state.power_off.take_if(|off| *off <= now).is_some()
    }

    /// Compiles the script that PTP asked for. It first runs in the next tick (core/kbd_process.c:196-201).
    fn start(&mut self) {
        let Some(source) = self.engine.lock().start.take() else { return };
        let mut script = self.fresh();
        let loaded = script.load(&source);
        let mut state = self.engine.lock();
        if state.off {
            return;
        }
        if self.clears_keys() {
            state.keys.reset();
        }
        match loaded {
            Ok(()) => {
                (state.from_menu, state.ended, state.started) = (false, None, Some(true));
                let alt = state.alt;
                self.begin(&mut state, script, alt);
            }
            Err(text) => {
                state.stopper = None;
                state.print(&text);
                state.report(COMPILE, &text);
                state.started = Some(false);
            }
        }
        drop(state);
        self.engine.changed.notify_all();
    }

    /// Starts the script that was chosen in the menu: its parameters are globals, and a text that loads it runs in its
    /// place (CHDK modules/luascript.c:299-307). Scripts are started in ALT, and leave the camera there.
    fn start_chosen(&mut self) {
        let Some(chosen) = self.engine.lock().menu_start.take() else { return };
        let mut script = self.fresh();
        for (name, value) in &chosen.globals {
            script.define_global(name, value);
        }
        let loaded = script.load(chosen.loader.as_bytes());
        self.chosen = Some(chosen);
        let mut state = self.engine.lock();
        if state.off {
            return;
        }
        if self.clears_keys() {
            state.keys.reset();
        }
        self.begin(&mut state, script, true);
        drop(state);
        match loaded {
            Ok(()) => self.engine.changed.notify_all(),
            // There is no memory even for the loader.
            Err(text) => self.fail(Some(&text)),
        }
    }

    /// Whether a script's start forgets what was clicked before it.
    fn clears_keys(&self) -> bool {
        self.engine.profile.chdk.as_ref().is_none_or(Chdk::clears_keys)
    }

    /// A Lua state with all that scripts find in it.
    fn fresh(&self) -> Vm {
        let engine = self.engine;
        let chdk = engine.profile.chdk.as_ref();
        let missing = chdk.map(Chdk::missing).unwrap_or_default();
        let options = Options {
            memory: engine.profile.body.memory,
            coroutine: chdk.is_some_and(Chdk::has_coroutine),
            fmath: !missing.contains(&"fmath"),
            file_error: engine.profile.file_error(),
            signed_limits: chdk.is_some_and(Chdk::yields_below_zero),
        };
        let host = ScriptHost::new(Arc::clone(engine));
        let mut script = Vm::new(&options, firmware::names(), Box::new(host));
        for (name, value) in lib::constants() {
            script.define(name, &Value::Int(*value));
        }
        for name in missing {
            script.define(name, &Value::Nil);
        }
        engine.lock().stopper = Some(script.stopper());
        script
    }

    /// From now on the script runs, in ALT; `alt_after` is for when it has ended.
    fn begin(&mut self, state: &mut State, script: Vm, alt_after: bool) {
        state.running = true;
        state.actions = vec![Action::Script];
        (state.alt, state.alt_after) = (true, alt_after);
        state.memory_used = script.memory_used();
        self.engine.agenda.script_started(self.engine.task_time(state));
        self.script = Some(script);
    }

    /// Runs the top action until one has to wait.
    fn process_actions(&mut self) {
        while let Some(script) = &mut self.script {
            let mut state = self.engine.lock();
            let Some(action) = state.actions.pop() else { return };
            let now = self.engine.tick_count(&state);
            match action {
                Action::Script => {
                    state.actions.push(Action::Script);
                    drop(state);
                    self.run();
                    return;
                }
                Action::Press(key) => {
                    // A key that this body lacks takes as long as the others.
                    let taken = keys::takes(key).filter(|_| self.engine.has_key(key));
                    if self.engine.has_key(key) {
                        state.keys.press(key);
                    }
                    let time = self.engine.task_time(&state);
                    state.shutter_moved(time);
                    state.actions.push(Action::Until(now + KEY_DELAY));
                    // A script that takes pictures by keys gets no error.
                    if let Some(what) = taken.filter(|_| state.mode.is_record(time)) {
                        drop(state);
                        let key = keys::name(key);
                        self.engine
                            .log
                            .note(|| format!("{key} is down, but no {what} is taken: it is not modelled yet"));
                    }
                }
                Action::Release(key) => {
                    state.keys.release(key);
                    let time = self.engine.task_time(&state);
                    state.shutter_moved(time);
                    state.actions.push(Action::Until(now + KEY_DELAY));
                }
                Action::Until(end) if now >= end => {}
                Action::WaitClick(_) if state.keys.take_click() => {}
                Action::WaitClick(end) if now >= end => state.keys.no_click(),
                Action::ReadMessage(end) => {
                    let id = state.script_id;
                    match state.to_script.pop_for(id) {
                        Some(message) => script.push(Value::Bytes(message.body)),
                        None if now >= end => script.push(Value::Nil),
                        None => {
                            state.actions.push(Action::ReadMessage(end));
                            return;
                        }
                    }
                }
                Action::WriteMessage { end, subtype, body } => {
                    if !state.to_host.is_full() {
                        state.tell_host(USER, subtype, body);
                        script.push(Value::Bool(true));
                    } else if now >= end {
                        script.push(Value::Bool(false));
                    } else {
                        state.actions.push(Action::WriteMessage { end, subtype, body });
                        return;
                    }
                }
                action @ (Action::Until(_) | Action::WaitClick(_)) => {
                    state.actions.push(action);
                    return;
                }
            }
        }
    }

    /// Resumes the script.
    fn run(&mut self) {
        let Some(script) = &mut self.script else { return };
        {
            let mut state = self.engine.lock();
            state.resumed = self.engine.task_time(&state);
        }
        let resume = script.resume();
        let usage = script.usage();
        let mut state = self.engine.lock();
        state.usage = usage;
        if state.stale {
            drop(state);
            self.discard();
            return;
        }
        if state.forced || state.stop {
            drop(state);
            self.end_after(Ending::Killed, |state| state.print(TERMINATED));
            return;
        }
        match resume {
            Resume::Yield | Resume::Forced => state.memory_used = script.memory_used(),
            Resume::Done(values) => {
                drop(state);
                self.end_after(Ending::Finished, |state| {
                    if state.from_menu {
                        state.print(b"*** FINISHED ***");
                    } else {
                        report_results(state, &values);
                    }
                });
            }
            Resume::Error(text) => {
                drop(state);
                self.fail(text.as_deref());
            }
        }
    }

    /// The exit key: a line on the console, `restore()`, and no message (CHDK core/script.c:172-189).
    fn interrupt(&mut self) {
        self.engine.lock().print(b"*** INTERRUPTED ***");
        let failed = self.script.as_mut().and_then(|script| script.restore().err());
        if let Some(text) = failed {
            self.engine.lock().print(text.as_deref().unwrap_or_default());
        }
        self.end(Ending::Interrupted, |_| {});
    }

    /// Throws away what is left of a script from before the camera was switched off. What its finalizers say and do
    /// is not remembered.
    fn discard(&mut self) {
        drop(self.script.take());
        let mut state = self.engine.lock();
        state.stale = false;
        state.actions.clear();
        if state.off {
            state.boot();
        }
        drop(state);
        self.engine.changed.notify_all();
    }

    /// Ends the script by an error. One from the menu may have to start again (CHDK modules/luascript.c:230-234).
    fn fail(&mut self, text: Option<&[u8]>) {
        report_error(&mut self.engine.lock(), text);
        let chosen = self.chosen.take();
        self.end(Ending::Failed, |state| {
            if state.from_menu && state.world.settings.int("debug_lua_restart_on_error") != 0 {
                state.menu_start = chosen;
                state.running = state.menu_start.is_some();
            }
        });
    }

    /// Ends the script with some last words.
    fn end_after(&mut self, ending: Ending, last_words: impl FnOnce(&mut State)) {
        last_words(&mut self.engine.lock());
        self.end(ending, |_| {});
    }

    /// Ends the script (core/script.c:233-275). The copy of the console is closed before its Lua is, whose finalizers may
    /// still call the camera.
    fn end(&mut self, ending: Ending, last_words: impl FnOnce(&mut State)) {
        self.engine.copy_console(None);
        drop(self.script.take());
        let mut state = self.engine.lock();
        state.script_end();
        state.ended = Some((ending, self.engine.task_time(&state)));
        last_words(&mut state);
        drop(state);
        self.engine.changed.notify_all();
    }
}

/// Every value the script returned becomes a message; what finds no room is lost (CHDK modules/luascript.c:202-269).
fn report_results(state: &mut State, values: &[Result<Value, Vec<u8>>]) {
    for value in values {
        match value {
            Ok(value) => {
                let (subtype, body) = encode(value);
                state.tell_host(RET, subtype, body);
            }
            Err(text) => {
                state.report(RUN, text);
                return;
            }
        }
    }
}

/// What the console and the host learn of a script that failed (CHDK modules/luascript.c:202-269).
fn report_error(state: &mut State, text: Option<&[u8]>) {
    state.world.console.force();
    match text {
        Some([]) => state.print(b"ERROR: empty error message"),
        Some(text) => state.print(text),
        None => state.print(b"ERROR: NULL error message"),
    }
    state.print(TERMINATED);
    // For an error that is no string, CHDK measures a null pointer: nothing is as good a text as any.
    if !state.from_menu {
        state.report(RUN, text.unwrap_or_default());
    }
}
