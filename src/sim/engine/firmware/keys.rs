//! Keys, as scripts press them and as fingers do.

use super::{Answer, ScriptHost, Table, boolean, none};
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
    host.act([Action::Press(key)])
}

fn release(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    host.act([Action::Release(key)])
}

fn click(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    host.act([Action::Release(key), Action::Press(key)])
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

/// What a finger holds; and the key that stands for USB power, which is always there.
fn is_pressed(host: &mut ScriptHost, args: Args) -> Answer {
    let key = key(args)?;
    boolean(keys::is_remote(key) || host.state().keys.is_down(key))
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
