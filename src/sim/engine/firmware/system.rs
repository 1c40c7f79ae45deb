//! The camera's body: battery, lights, display, power; and its CHDK.
//!
//! Where the facts leave something open: sounds and lights are not seen or heard, and any number of one will do. Nothing
//! is ever drawn over a script's console. Turning the camera off takes the PTP connection with it.

use std::time::Duration;

use super::{Answer, ScriptHost, Table, boolean, bytes, int, none, value};
use crate::sim::lib::args::Args;
use crate::sim::profile::Profile;
use crate::sim::vm::{Reply, Value};

pub(super) const FUNCTIONS: Table = &[
    ("get_usb_power", get_usb_power),
    ("set_remote_timing", |host, args| {
        args.on_off(1)?;
        boolean(host.engine.profile.body.features.usb_high_speed)
    }),
    ("usb_force_active", |host, args| {
        args.on_off(1)?;
        boolean(host.engine.profile.body.features.usb_forcing)
    }),
    ("usb_sync_wait", |_, args| args.on_off(1).and_then(|_| none())),
    ("force_analog_av", |host, args| {
        args.int(1)?;
        boolean(host.engine.profile.body.features.analog_av)
    }),
    ("get_buildinfo", get_buildinfo),
    ("get_meminfo", get_meminfo),
    ("get_vbatt", |host, _| int(host.state().battery_mv.unwrap_or(host.engine.profile.body.power.battery_mv))),
    ("get_temperature", get_temperature),
    ("play_sound", |_, args| args.int(1).and_then(|_| none())),
    ("set_led", |_, args| {
        let (_led, _state, _brightness) = (args.int(1)?, args.int(2)?, args.int_or(3, 200)?);
        none()
    }),
    ("set_backlight", |_, args| args.on_off(1).and_then(|_| none())),
    ("set_lcd_display", |_, args| args.on_off(1).and_then(|_| none())),
    ("set_draw_title_line", |host, args| {
        host.state().world.title_line = args.on_off(1)?;
        none()
    }),
    ("get_draw_title_line", |host, _| boolean(host.state().world.title_line != 0)),
    ("screen_needs_refresh", |_, _| boolean(false)),
    ("get_gui_screen_width", |host, _| int(host.engine.profile.body.screen.width)),
    ("get_gui_screen_height", |host, _| int(host.engine.profile.body.screen.height)),
    ("shut_down", shut_down),
];

/// How long a soft shut-down takes.
const SOFT: Duration = Duration::from_secs(1);

fn get_temperature(host: &mut ScriptHost, args: Args) -> Answer {
    let power = &host.engine.profile.body.power;
    int(match args.int(1)? {
        0 => power.optics_celsius,
        1 => power.sensor_celsius,
        2 => power.battery_celsius,
        _ => -100,
    })
}

/// 0 lets the script go on for another second; anything else ends it here.
fn shut_down(host: &mut ScriptHost, args: Args) -> Answer {
    let soft = args.int_or(1, 0)? == 0;
    let mut state = host.state();
    let now = host.engine.task_time(&state);
    if soft {
        state.power_off.get_or_insert(now + SOFT);
        return none();
    }
    (state.power_off, state.forced) = (Some(now), true);
    if let Some(stopper) = &state.stopper {
        stopper.stop();
    }
    Ok(Reply::Yield)
}

/// There is power on the USB plug, and it never pulses.
fn get_usb_power(_: &mut ScriptHost, args: Args) -> Answer {
    int(i32::from(args.int_or(1, 0)? == 1))
}

fn get_buildinfo(host: &mut ScriptHost, _: Args) -> Answer {
    let Profile { identity, chdk, body, .. } = &host.engine.profile;
    let chdk = chdk.clone().unwrap_or_default();
    let text = |name: &str, value: &str| (bytes(name), bytes(value));
    let mut info = vec![
        text("platform", &identity.platform),
        text("platsub", &identity.platsub),
        text("version", "CHDK"),
        text("build_number", &chdk.version),
        text("build_revision", &chdk.revision),
        text("build_date", &chdk.build_date),
        text("build_time", &chdk.build_time),
        text("os", &body.os),
        (bytes("platformid"), Value::Int(identity.platform_id)),
    ];
    if chdk.tells_digic() {
        info.push((bytes("digic"), Value::Int(body.digic)));
    }
    value(Value::Table(info))
}

/// One heap: the script's own use of it as of its last yield.
fn get_meminfo(host: &mut ScriptHost, args: Args) -> Answer {
    let name = match args.get(1) {
        None | Some(Value::Nil) => b"combined".to_vec(),
        Some(_) => args.c_string(1)?,
    };
    if name != b"combined" && name != b"system" {
        return value(Value::Bool(false));
    }
    let (total, used) = (host.engine.profile.body.memory as i32, host.state().memory_used as i32);
    let start = 0x0010_0000;
    let number = |name: &str, value: i32| (bytes(name), Value::Int(value));
    value(Value::Table(vec![
        (bytes("name"), Value::Bytes(name)),
        (bytes("chdk_malloc"), Value::Bool(true)),
        number("chdk_start", start - 0x4_0000),
        number("chdk_size", 0x4_0000),
        number("start_address", start),
        number("end_address", start.saturating_add(total)),
        number("total_size", total),
        number("allocated_size", used),
        number("allocated_peak", used),
        number("allocated_count", 1),
        number("free_size", total - used),
        number("free_block_max_size", total - used),
        number("free_block_count", 1),
    ]))
}
