//! Keys, as scripts press them and as fingers do.

use super::{Answer, ScriptHost, Table, boolean, none};
use crate::sim::engine::kbd::KEY_DELAY;
use crate::sim::engine::keys::{self, Key};
use crate::sim::engine::state::Action;
use crate::sim::lib::args::{Args, error};
use crate::sim::vm::Reply;

pub(super) const FUNCTIONS: Table = &[
    ("press", press),
    ("release", release),
    ("click", click),
    ("wait_click", wait_click),
    ("is_pressed", is_pressed),
    ("is_key", is_key),
    ("set_exit_key", set_exit_key),
    ("wheel_right", |_, _| none()),
    ("wheel_left", |_, _| none()),
];

fn press(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    let action = if host.has(key) { Action::Press(key) } else { host.pause(1) };
    host.act([action])
}

fn release(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    let action = if host.has(key) { Action::Release(key) } else { host.pause(1) };
    host.act([action])
}

fn click(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    if host.has(key) {
        return host.act([Action::Release(key), Action::Press(key)]);
    }
    let pause = host.pause(2);
    host.act([pause])
}

impl ScriptHost {
    /// Whether this body has the key.
    fn has(&self, key: Key) -> bool {
        let body = &self.engine.profile.body;
        let name = keys::name(key);
        (name != "video" || body.features.video_button) && !body.missing_keys.iter().any(|missing| missing == name)
    }

    /// What a key that is not there does: it takes as long as one that is (the facts say nothing of that).
    fn pause(&self, delays: u64) -> Action {
        Action::Until(self.engine.tick_count(&self.state()) + delays * KEY_DELAY)
    }
}

fn wait_click(host: &mut ScriptHost, args: Args) -> Answer {
    let timeout = match args.int_or(1, 0)? {
        0 => -1,
        timeout => timeout,
    };
    if host.state().keys.take_click() {
        return none();
    }
    if timeout < -1 {
        host.state().keys.no_click();
        return none();
    }
    let end = host.end_of_wait(timeout);
    host.act([Action::WaitClick(end)])
}

/// No key is ever down for longer than a click, except the one that stands for USB power.
fn is_pressed(_: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    boolean(keys::is_remote(key))
}

fn is_key(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    boolean(host.state().keys.last_was(key))
}

fn set_exit_key(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    host.state().keys.set_exit_key(key);
    none()
}

fn key(args: Args) -> Result<Key, Reply> {
    keys::named(&args.c_string(1)?).ok_or_else(|| error("unknown key"))
}
