//! The control of a simulated camera: the second value of `chdk.simulate`.
//!
//! `sim:event "3s: exit key"` lets anything of [`Event`]'s vocabulary happen; the other methods do the common things at once,
//! or tell what the camera's owner can see. Holding the control does not keep a connection, only the camera.

use std::rc::Rc;

use mlua::{Function, Lua, MultiValue, Table, UserData, UserDataFields, Value};

use crate::connect::{Event, SimCamera};

use super::args::{Args, whole};
use super::context::Context;
use super::error::Failure;
use super::native::{Outcome, hand_over, values};
use super::suggest::did_you_mean;

type Method = fn(&Lua, &SimCamera, &Args) -> Outcome;

/// The methods, by name.
const METHODS: &[(&str, Method)] = &[
    ("event", event),
    ("click", |_, sim, args| finger(sim, args, SimCamera::click_key)),
    ("press", |_, sim, args| finger(sim, args, SimCamera::press_key)),
    ("release", |_, sim, args| finger(sim, args, SimCamera::release_key)),
    ("exit_key", |lua, sim, args| act(lua, sim, args, SimCamera::press_exit_key)),
    ("run", run),
    ("unplug", |lua, sim, args| act(lua, sim, args, SimCamera::unplug)),
    ("off", |lua, sim, args| act(lua, sim, args, SimCamera::switch_off)),
    ("on", |lua, sim, args| act(lua, sim, args, SimCamera::switch_on)),
    ("console", |lua, sim, args| list(lua, args, sim.console())),
    ("screen", |lua, sim, args| list(lua, args, sim.screen())),
    ("keys_held", |lua, sim, args| list(lua, args, sim.keys_held().into_iter().map(str::to_owned).collect())),
    ("log", |lua, sim, args| list(lua, args, sim.log_lines().iter().map(ToString::to_string).collect())),
    ("sins", |lua, sim, args| {
        let sins = sim.log_lines().into_iter().filter(|line| line.is_sin());
        list(lua, args, sins.map(|line| line.text.trim_start_matches("sin: ").to_owned()).collect())
    }),
    ("card_root", |lua, sim, args| {
        args.no_more(0)?;
        values(lua, sim.card_root().to_string_lossy().into_owned())
    }),
    ("now", |lua, sim, args| {
        args.no_more(0)?;
        values(lua, sim.now().as_millis() as f64)
    }),
];

/// Lets something happen, counted from now: `sim:event "3s: exit key"`.
fn event(_: &Lua, sim: &SimCamera, args: &Args) -> Outcome {
    args.no_more(1)?;
    let text = args.text(0, "event")?;
    let event: Event = text.parse().map_err(|error| Failure::bad_arg(format!("{}: {error}", args.function())))?;
    sim.schedule(event);
    Ok(MultiValue::new())
}

/// Starts a script from the camera's menu: `sim:run("A/CHDK/SCRIPTS/x.lua", {shots = 3})`.
fn run(_: &Lua, sim: &SimCamera, args: &Args) -> Outcome {
    args.no_more(2)?;
    let path = args.text(0, "path")?;
    let mut values = Vec::new();
    match args.get(1) {
        Value::Nil => {}
        Value::Table(table) => {
            for pair in table.pairs::<Value, Value>() {
                let (name, value) = pair?;
                let Value::String(name) = &name else {
                    return Err(args.wrong(1, "values", "a table with the names of parameters", &name));
                };
                let name = name.to_string_lossy().to_string();
                let number = match &value {
                    Value::Boolean(value) => Some(i32::from(*value)),
                    value => whole(value).and_then(|value| i32::try_from(value).ok()),
                };
                let Some(number) = number else {
                    return Err(args.wrong(1, &name, "a whole number or a boolean", &value));
                };
                values.push((name, number));
            }
        }
        other => return Err(args.wrong(1, "values", "a table", other)),
    }
    let values: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    sim.run_script(&path, &values).map_err(|error| Failure::bad_arg(format!("{}: {error}", args.function())))?;
    Ok(MultiValue::new())
}

fn finger(sim: &SimCamera, args: &Args, act: fn(&SimCamera, &str) -> bool) -> Outcome {
    args.no_more(1)?;
    let name = args.text(0, "key")?;
    if act(sim, &name) {
        return Ok(MultiValue::new());
    }
    let hint = did_you_mean(&name, SimCamera::key_names());
    Err(Failure::bad_arg(format!("{}: there is no key '{name}'{hint}", args.function())))
}

fn act(_: &Lua, sim: &SimCamera, args: &Args, act: fn(&SimCamera)) -> Outcome {
    args.no_more(0)?;
    act(sim);
    Ok(MultiValue::new())
}

fn list(lua: &Lua, args: &Args, lines: Vec<String>) -> Outcome {
    args.no_more(0)?;
    values(lua, lua.create_sequence_from(lines)?)
}

/// The userdata.
struct Handle(SimCamera);

/// Where the prelude's `__index` for it is kept.
pub(crate) const INDEX: &str = "moonshutter.sim__index";

impl UserData for Handle {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field_with("__index", |lua| lua.named_registry_value::<Function>(INDEX));
    }
}

/// The control of a camera as a Lua value.
pub(crate) fn into_lua(lua: &Lua, sim: SimCamera) -> mlua::Result<Value> {
    lua.create_userdata(Handle(sim)).map(Value::UserData)
}

/// The methods, for the prelude to wrap.
pub(crate) fn methods(lua: &Lua, context: &Rc<Context>) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    for &(name, method) in METHODS {
        let context = context.clone();
        let function = lua.create_function(move |lua, mut arguments: MultiValue| {
            let sim = receiver(name, arguments.pop_front());
            let outcome = sim.and_then(|sim| method(lua, &sim, &Args::new(name, arguments)));
            hand_over(lua, &context, outcome)
        })?;
        table.raw_set(name, function)?;
    }
    Ok(table)
}

fn receiver(function: &str, value: Option<Value>) -> Result<SimCamera, Failure> {
    let handle = match &value {
        Some(Value::UserData(data)) => data.borrow::<Handle>().ok(),
        _ => None,
    };
    let sim = handle.map(|handle| handle.0.clone());
    sim.ok_or_else(|| {
        Failure::bad_arg(format!("{function}: not called on a simulated camera: write sim:{function}(…)"))
    })
}

/// `sim.NAME` where there is no such method.
pub(crate) fn unknown(_: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let name = args.text(1, "name")?;
    let hint = did_you_mean(&name, METHODS.iter().map(|(name, _)| *name));
    Err(Failure::bad_arg(format!("a simulated camera has no method '{name}'{hint}")))
}
