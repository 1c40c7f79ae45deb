//! The global `chdk`: finding cameras and connecting to them.

use std::fmt::Display;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use mlua::{Lua, Value};

use crate::clock::{RealClock, VirtualClock};
use crate::connect::{self, CardSource, Config, Control, DEFAULT_PORT, Spec, Time};

use super::args::{Args, path_of, whole};
use super::con::{Connection, Source};
use super::context::Context;
use super::error::Failure;
use super::native::{Native, Outcome, values};
use super::options::{Options, Taken};
use super::sim;

/// The functions of `chdk`.
pub(crate) const FUNCTIONS: &[(&str, Native)] = &[
    ("list", list),
    ("list_usb_devices", list_usb_devices),
    ("connect", connect),
    ("connection", connection),
    ("simulate", simulate),
    ("program_version", program_version),
    ("host_api_version", host_api_version),
];

/// What the functions take as options.
pub(crate) const OPTIONS: &[Taken] = &[
    ("connect", 0, &[PLACE]),
    ("connect", 1, &[&[LINT]]),
    ("connection", 0, &[PLACE]),
    ("simulate", 0, &[&["card", "time", "chdk", "profile", "seed", "latency", "events", "strict", LINT]]),
];

/// Where a camera is, and how it is driven.
const PLACE: &[&str] = &["host", "port", "bus", "dev", LINT];

/// What a function takes as options, by its name.
pub(crate) fn options(name: &[u8]) -> impl Iterator<Item = &'static Taken> {
    OPTIONS.iter().filter(move |(function, ..)| function.as_bytes() == name)
}

/// Cameras that are there: `{spec=, description=, alias=, serial=}` each.
fn list(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(0)?;
    let list = lua.create_table()?;
    for candidate in connect::list()? {
        let entry = lua.create_table()?;
        entry.raw_set("spec", candidate.spec.to_string())?;
        entry.raw_set("description", candidate.description)?;
        entry.raw_set("alias", candidate.alias)?;
        entry.raw_set("serial", candidate.serial)?;
        list.raw_push(entry)?;
    }
    values(lua, list)
}

/// The same for USB alone, as `{bus=, dev=}` for [`connection`].
fn list_usb_devices(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(0)?;
    let list = lua.create_table()?;
    for candidate in connect::list()? {
        if let Spec::Usb(Some((bus, device))) = candidate.spec {
            let entry = lua.create_table()?;
            entry.raw_set("bus", format!("{bus:03}"))?;
            entry.raw_set("dev", format!("{device:03}"))?;
            list.raw_push(entry)?;
        }
    }
    values(lua, list)
}

/// A connected camera, by the words that `-c` knows or by a table that [`connection`] knows;
/// `{lint = false}` behind them lets scripts through that the linter would stop.
fn connect(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(2)?;
    let connection = match args.get(0) {
        Value::Nil => Connection::new(context, default_source(context), context.options.camera.clone()),
        Value::Table(_) => from_table(context, &args)?,
        _ => {
            let spec: Spec = args.text(0, "camera")?.parse()?;
            Connection::new(context, Source::Spec(spec), context.options.camera.clone())
        }
    };
    set_lint(&connection, &Options::parse(&args, 1, OPTIONS)?)?;
    connection.connect()?;
    values(lua, Connection::into_lua(connection, lua)?)
}

/// Whether scripts are checked before this connection sends them.
const LINT: &str = "lint";

fn set_lint(connection: &Connection, options: &Options) -> Result<(), Failure> {
    if let Some(lint) = options.flag(LINT)? {
        connection.lint.set(lint);
    }
    Ok(())
}

/// A camera that is connected later, by `{host=, port=}` or `{bus=, dev=}`.
fn connection(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(1)?;
    let connection = match args.given(0) {
        None => Connection::new(context, default_source(context), context.options.camera.clone()),
        Some(_) => from_table(context, &args)?,
    };
    connection.close_until_asked();
    values(lua, Connection::into_lua(connection, lua)?)
}

fn default_source(context: &Context) -> Source {
    context.options.spec.clone().map_or(Source::Nothing, Source::Spec)
}

fn from_table(context: &Rc<Context>, args: &Args) -> Result<Rc<Connection>, Failure> {
    let options = Options::parse(args, 0, OPTIONS)?;
    let number = |name: &str, most: u16| match options.get(name)? {
        None => Ok(None),
        Some(value) => {
            let given = match &value {
                Value::String(text) => text.to_string_lossy().parse().ok(),
                other => whole(other),
            };
            let fits = given.and_then(|number| u16::try_from(number).ok()).filter(|number| *number <= most);
            fits.map(Some).ok_or_else(|| options.wrong(name, &format!("a number up to {most}"), &value))
        }
    };
    let byte = |name| Ok::<_, Failure>(number(name, 255)?.map(|number| number as u8));
    let spec = match (options.string("host")?, number("port", u16::MAX)?, byte("bus")?, byte("dev")?) {
        (Some(host), port, None, None) => {
            Spec::Ip { host: String::from_utf8_lossy(&host).into_owned(), port: port.unwrap_or(DEFAULT_PORT) }
        }
        (None, None, Some(bus), Some(device)) => Spec::Usb(Some((bus, device))),
        _ => {
            let text = format!("{}: give either host, and port if need be, or bus and dev", args.function());
            return Err(Failure::bad_arg(text));
        }
    };
    let connection = Connection::new(context, Source::Spec(spec), context.options.camera.clone());
    set_lint(&connection, &options)?;
    Ok(connection)
}

/// A fresh simulated camera, connected, and its [control](super::sim): `{profile = name or file, card = folder, time =
/// "virtual" | "real", chdk = true, seed = number, latency = ms, events = {"3s: exit key", …}, strict = "do" | "refuse",
/// lint = true}`.
///
/// With `time = "virtual"` waits take no time, those of `sys.sleep` included.
fn simulate(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    args.no_more(1)?;
    let log = |line: &str| connect::log_simulated(&format!("sim: {line}"), line);
    let name = options.string("profile")?.map(|name| String::from_utf8_lossy(&name).into_owned());
    let profile = connect::profile(name.as_deref())?;
    let mut config = Config { profile, log: Some(Arc::new(log)), ..Config::default() };
    control(&options, &mut config.profile.control)?;
    if let Some(folder) = options.string("card")? {
        config.card = CardSource::Folder(path_of(folder));
    }
    if options.flag("chdk")? == Some(false) {
        config.profile.chdk = None;
    }
    let mut camera = context.options.camera.clone();
    match options.string("time")?.as_deref() {
        None => {}
        Some(b"virtual") => {
            let clock = context.virtual_clock.get_or_init(VirtualClock::new).clone();
            config.time = Time::Virtual(clock.clone());
            camera.clock = Arc::new(clock);
        }
        Some(b"real") => camera.clock = Arc::new(RealClock::new()),
        Some(_) => {
            let value = options.get("time")?.unwrap_or(Value::Nil);
            return Err(options.wrong("time", "'virtual' or 'real'", &value));
        }
    }
    let simulated = connect::simulate(config)?;
    let connection = Connection::new(context, Source::Simulated(simulated.clone()), camera);
    set_lint(&connection, &options)?;
    connection.connect()?;
    values(lua, (Connection::into_lua(connection, lua)?, sim::into_lua(lua, simulated)?))
}

/// What is to happen to a simulated camera, on top of what its profile says.
fn control(options: &Options, control: &mut Control) -> Result<(), Failure> {
    if let Some(value) = options.get("seed")? {
        let seed = whole(&value).and_then(|seed| u32::try_from(seed).ok());
        control.seed = Some(seed.ok_or_else(|| options.wrong("seed", "a whole number up to 4294967295", &value))?);
    }
    if let Some(latency) = options.millis("latency")? {
        control.latency = latency;
    }
    if let Some(strict) = options.string("strict")? {
        control.strict = parsed(options, "strict", &String::from_utf8_lossy(&strict))?;
    }
    match options.get("events")? {
        None => {}
        Some(Value::Table(events)) => {
            for event in events.sequence_values::<Value>() {
                match event? {
                    Value::String(text) => control.events.push(parsed(options, "events", &text.to_string_lossy())?),
                    other => return Err(options.wrong("events", "a list of texts", &other)),
                }
            }
        }
        Some(other) => return Err(options.wrong("events", "a list of texts", &other)),
    }
    Ok(())
}

fn parsed<T: FromStr<Err: Display>>(options: &Options, name: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| options.bad(name, &error.to_string()))
}

fn program_version(lua: &Lua, _: &Rc<Context>, _: Args) -> Outcome {
    let version = lua.create_table()?;
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    version.raw_set("MAJOR", number(env!("CARGO_PKG_VERSION_MAJOR")))?;
    version.raw_set("MINOR", number(env!("CARGO_PKG_VERSION_MINOR")))?;
    version.raw_set("BUILD", number(env!("CARGO_PKG_VERSION_PATCH")))?;
    version.raw_set("DESC", env!("CARGO_PKG_NAME"))?;
    values(lua, version)
}

/// The version of CHDK's protocol that we speak.
fn host_api_version(lua: &Lua, _: &Rc<Context>, _: Args) -> Outcome {
    let version = lua.create_table()?;
    version.raw_set("MAJOR", 2)?;
    version.raw_set("MINOR", 9)?;
    values(lua, version)
}
