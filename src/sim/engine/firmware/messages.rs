//! Messages from and to the host.

use super::{Answer, ScriptHost, Table, value};
use crate::sim::engine::messages::{USER, encode};
use crate::sim::engine::state::Action;
use crate::sim::lib::args::Args;
use crate::sim::vm::Value;

pub(super) const FUNCTIONS: Table = &[("read_usb_msg", read_usb_msg), ("write_usb_msg", write_usb_msg)];

/// Waits only if asked to, but then always for a tick at least (luascript.c:2524).
fn read_usb_msg(host: &mut ScriptHost, args: Args) -> Answer {
    let timeout = args.int_or(1, 0)?;
    if timeout > 0 || timeout == -1 {
        let end = host.end_of_wait(timeout);
        return host.act([Action::ReadMessage(end)]);
    }
    let mut state = host.state();
    let id = state.script_id;
    value(state.to_script.pop_for(id).map_or(Value::Nil, |message| Value::Bytes(message.body)))
}

fn write_usb_msg(host: &mut ScriptHost, args: Args) -> Answer {
    // What cannot be sent has raised its error before it came here.
    let (subtype, body) = encode(args.get(1).unwrap_or(&Value::Nil));
    let timeout = args.int_or(2, 0)?;
    if timeout > 0 || timeout == -1 {
        let end = host.end_of_wait(timeout);
        return host.act([Action::WriteMessage { end, subtype, body }]);
    }
    let queued = host.state().tell_host(USER, subtype, body);
    value(Value::Bool(queued))
}
