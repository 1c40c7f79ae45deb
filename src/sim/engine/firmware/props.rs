//! Properties of Canon's firmware, by number.
//!
//! Where the facts leave something open: a property has as many bytes as a script asks for, zeros beyond those that were
//! written; fewer than one or more than 4096 are a call that fails, and so is GPS on a
//! body without it.

use super::{Answer, ScriptHost, Table, boolean, int, none, value};
use crate::sim::engine::state::State;
use crate::sim::lib::args::{Args, error};
use crate::sim::vm::Value;
use crate::sim::world::props::Prop;

pub(super) const FUNCTIONS: Table = &[
    ("get_propset", |host, _| int(host.engine.profile.body.propset.into())),
    ("get_prop", get_prop),
    ("set_prop", set_prop),
    ("get_prop_str", get_prop_str),
    ("set_prop_str", set_prop_str),
    ("get_flash_params_count", |_, _| int(0)),
    ("get_parameter_data", |_, args| args.int(1).and_then(|_| none())),
];

impl ScriptHost {
    /// Says once of each number that it means nothing here.
    fn note_stranger(&self, state: &mut State, number: i32) {
        if state.world.props.is_news(number) {
            self.engine.log.note(|| format!("no property of that id is simulated: {number} is plain storage"));
        }
    }
}

fn get_prop(host: &mut ScriptHost, args: Args) -> Answer {
    let number = args.int(1)?;
    let mut state = host.now();
    host.note_stranger(&mut state, number);
    int(state.world.prop(number).into())
}

fn set_prop(host: &mut ScriptHost, args: Args) -> Answer {
    let (number, value) = (args.int(1)?, args.int(2)? as i16);
    let mut state = host.now();
    host.note_stranger(&mut state, number);
    match state.world.props.named(number) {
        Some(prop) => state.world.set_prop(prop, value),
        None => {
            state.world.props.set_number(number, value);
        }
    }
    none()
}

fn get_prop_str(host: &mut ScriptHost, args: Args) -> Answer {
    let (number, length) = (args.int(1)?, args.int(2)?);
    let mut state = host.now();
    host.note_stranger(&mut state, number);
    if state.world.props.named(number) == Some(Prop::GPS) && !state.world.body.features.gps {
        return boolean(false);
    }
    let Some(mut bytes) = state.world.props.bytes(number, length) else { return boolean(false) };
    // What moves, such as the zoom, is not in storage.
    for (byte, now) in bytes.iter_mut().zip(state.world.prop(number).to_le_bytes()) {
        *byte = now;
    }
    value(Value::Bytes(bytes))
}

fn set_prop_str(host: &mut ScriptHost, args: Args) -> Answer {
    let (number, bytes) = (args.int(1)?, args.bytes(2)?);
    if bytes.is_empty() {
        return Err(error("invalid value"));
    }
    let mut state = host.now();
    host.note_stranger(&mut state, number);
    let done = state.world.props.set_bytes(number, &bytes);
    if let Some(prop) = state.world.props.named(number).filter(|_| done) {
        let now = state.world.props.get(prop);
        state.world.set_prop(prop, now);
    }
    boolean(done)
}
