//! Logical events. Nothing in this camera listens to them.
//!
//! Where the facts leave something open: an event of an unknown name raises "unknown event"; any number may be posted;
//! switching one off is remembered by nobody.

use super::{Answer, ScriptHost, Table, int, none, value};
use crate::sim::lib::args::{Args, error};
use crate::sim::vm::{Reply, Value};
use crate::sim::world::levents::{self, TABLE};

pub(super) const FUNCTIONS: Table = &[
    ("get_levent_def", |_, args| Ok(definition(known(args)?))),
    ("get_levent_def_by_index", |_, args| Ok(definition(usize::try_from(args.int(1)?).ok()))),
    ("get_levent_index", |_, args| known(args)?.map_or_else(|| value(Value::Nil), |index| int(index as i32))),
    ("post_levent_to_ui", post),
    ("post_levent_for_npt", post),
    ("set_levent_active", |_, args| {
        id(args)?;
        args.on_off(2).and_then(|_| none())
    }),
    ("set_levent_script_mode", |_, args| args.on_off(1).and_then(|_| none())),
];

/// The index of the event that the first argument names, or has the id of.
fn known(args: Args) -> Result<Option<usize>, Reply> {
    Ok(match args.get(1) {
        Some(Value::Bytes(name)) => levents::named(name),
        _ => levents::of_id(args.int(1)?),
    })
}

/// Name, id and parameter; nil beyond the table.
fn definition(index: Option<usize>) -> Reply {
    Reply::Return(match index.and_then(|index| TABLE.get(index)) {
        Some(event) => {
            vec![Value::Bytes(event.name.as_bytes().to_vec()), Value::Int(event.id), Value::Int(event.param)]
        }
        None => vec![Value::Nil],
    })
}

/// The id of the event that the first argument names; a number is one.
fn id(args: Args) -> Result<i32, Reply> {
    match args.get(1) {
        Some(Value::Bytes(_)) => known(args)?.map(|index| TABLE[index].id).ok_or_else(|| error("unknown event")),
        _ => args.int(1),
    }
}

fn post(host: &mut ScriptHost, args: Args) -> Answer {
    let (id, argument) = (id(args)?, args.int_or(2, 0)?);
    host.engine.log.note(|| format!("logical event {id:#x} ({argument}) posted; nothing listens"));
    none()
}
