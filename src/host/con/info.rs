//! Methods that tell what the camera is.

use std::rc::Rc;

use mlua::{Lua, Table};

use crate::camera::Counters;
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("camera_api_version", camera_api_version),
    ("is_ver_compatible", is_ver_compatible),
    ("script_support", script_support),
    ("get_con_devinfo", |lua, connection, _| values(lua, connection_device(lua, connection)?)),
    ("get_ptp_devinfo", |lua, connection, _| values(lua, ptp_device(lua, connection)?)),
    ("get_counters", get_counters),
    ("reset_counters", reset_counters),
];

/// major, minor; -1, -1 for a camera without CHDK.
fn version(connection: &Connection) -> Result<(i64, i64), Failure> {
    let version = connection.camera(|camera| Ok(camera.info().chdk))?;
    Ok(version.map_or((-1, -1), |version| (version.major.into(), version.minor.into())))
}

fn camera_api_version(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    values(lua, version(connection)?)
}

/// Whether the camera speaks this major version, and at least this minor one.
fn is_ver_compatible(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let wanted = (args.word(0, "major")?, args.word(1, "minor")?);
    let (major, minor) = version(connection)?;
    values(lua, major == i64::from(wanted.0) && minor >= i64::from(wanted.1))
}

fn script_support(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    values(lua, connection.camera(|camera| Ok(camera.script_support()?))?)
}

fn get_counters(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    let now = connection.camera(|camera| Ok(camera.counters()))?;
    let before = connection.counted.get();
    let table = lua.create_table()?;
    table.raw_set("write", now.written.saturating_sub(before.written))?;
    table.raw_set("read", now.read.saturating_sub(before.read))?;
    table.raw_set("transactions", now.transactions.saturating_sub(before.transactions))?;
    values(lua, table)
}

fn reset_counters(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    let now: Counters = connection.camera(|camera| Ok(camera.counters()))?;
    connection.counted.set(now);
    values(lua, ())
}

/// `con.apiver`.
pub(super) fn api_version(lua: &Lua, connection: &Connection) -> Result<Table, Failure> {
    let (major, minor) = version(connection)?;
    let table = lua.create_table()?;
    table.raw_set("MAJOR", major)?;
    table.raw_set("MINOR", minor)?;
    Ok(table)
}

/// `con.condev`: where the camera is.
pub(super) fn connection_device(lua: &Lua, connection: &Connection) -> Result<Table, Failure> {
    let location = connection.camera(|camera| Ok(camera.info().location.clone()))?;
    let table = lua.create_table()?;
    let (transport, rest) = location.split_once(':').unwrap_or((&location, ""));
    table.raw_set("transport", transport)?;
    // The port is what stands behind the last colon: an IPv6 address has colons of its own.
    let names = match transport {
        "usb" => Some(("bus", "dev")),
        "ip" => Some(("host", "port")),
        _ => None,
    };
    if let (Some((first, second)), Some((front, back))) = (names, rest.rsplit_once(':')) {
        table.raw_set(first, front.trim_start_matches('[').trim_end_matches(']'))?;
        table.raw_set(second, back)?;
    }
    Ok(table)
}

/// `con.ptpdev`: what the camera says of itself, under chdkptp's mixture of names. Empty texts are left out.
pub(super) fn ptp_device(lua: &Lua, connection: &Connection) -> Result<Table, Failure> {
    let info = connection.camera(|camera| Ok(camera.device_info().clone()))?;
    let table = lua.create_table()?;
    table.raw_set("StandardVersion", info.standard_version)?;
    table.raw_set("VendorExtensionID", info.vendor_extension_id)?;
    table.raw_set("VendorExtensionVersion", info.vendor_extension_version)?;
    table.raw_set("FunctionalMode", info.functional_mode)?;
    table.raw_set("OperationsSupported", info.operations_supported)?;
    table.raw_set("EventsSupported", info.events_supported)?;
    table.raw_set("DevicePropertiesSupported", info.device_properties_supported)?;
    table.raw_set("CaptureFormats", info.capture_formats)?;
    table.raw_set("ImageFormats", info.image_formats)?;
    let texts = [
        ("VendorExtensionDesc", info.vendor_extension_desc),
        ("manufacturer", info.manufacturer),
        ("model", info.model),
        ("device_version", info.device_version),
        ("serial_number", info.serial_number),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            table.raw_set(name, text)?;
        }
    }
    Ok(table)
}
