//! Mode, capture mode, and what else the camera is set to.
//!
//! Where the facts leave something open: in playback the low byte of the mode word is the capture mode that record mode
//! would have. The movie status is 0, since nothing is ever recorded. The sensor runs in record mode only. A half press is
//! complete after 300 ms, in modes for pictures.

use super::{Answer, ScriptHost, Table, boolean, int, none};
use crate::sim::lib::args::Args;
use crate::sim::vm::{Reply, Value};
use crate::sim::world::modes;
use crate::sim::world::props::Prop;

pub(super) const FUNCTIONS: Table = &[
    ("get_mode", get_mode),
    ("set_record", set_record),
    ("switch_mode_usb", switch_mode_usb),
    ("set_capture_mode", set_capture_mode),
    ("set_capture_mode_canon", set_capture_mode_canon),
    ("is_capture_mode_valid", is_capture_mode_valid),
    ("get_drive_mode", |host, _| host.prop(Prop::DRIVE_MODE)),
    ("get_flash_mode", |host, _| host.prop(Prop::FLASH_MODE)),
    ("get_flash_ready", |host, _| boolean(host.now().world.props.get(Prop::IS_FLASH_READY) != 0)),
    ("get_IS_mode", |host, _| host.prop(Prop::IS_MODE)),
    ("get_orientation_sensor", |host, _| host.prop(Prop::ORIENTATION_SENSOR)),
    ("get_shooting", |host, _| boolean(host.now().world.is_shooting())),
    ("get_imager_active", |host, _| boolean(host.now().world.record)),
    ("get_movie_status", |_, _| int(0)),
    ("set_movie_status", |_, args| args.int(1).and_then(|_| none())),
    ("get_video_button", |host, _| boolean(host.engine.profile.body.features.video_button)),
    ("get_video_recording", |_, _| boolean(false)),
    ("get_canon_image_format", |host, _| int(host.now().world.image_format)),
    ("set_canon_image_format", |host, args| {
        let format = args.int(1)?;
        boolean(host.now().world.set_image_format(format))
    }),
    ("get_canon_raw_support", |host, _| boolean(host.engine.profile.body.features.canon_raw)),
    ("enter_alt", enter_alt),
    ("exit_alt", exit_alt),
    ("get_alt_mode", get_alt_mode),
];

impl ScriptHost {
    /// What a property says, as a function's result.
    pub(super) fn prop(&self, prop: Prop) -> Answer {
        int(self.now().world.props.get(prop).into())
    }
}

/// Record or not, video or not, and CHDK's mode word: 0x200 playback, 0x100 record, and the capture mode.
fn get_mode(host: &mut ScriptHost, _: Args) -> Answer {
    let state = host.now();
    let (record, mode) = (state.world.record, state.world.capture_mode());
    let word = if record { 0x100 } else { 0x200 } | i32::from(mode);
    Ok(Reply::Return(vec![Value::Bool(record), Value::Bool(record && modes::is_video(mode)), Value::Int(word)]))
}

/// True if this body has the mode and is in record mode.
fn set_capture_mode(host: &mut ScriptHost, args: Args) -> Answer {
    let number = args.int(1)?;
    let mut state = host.now();
    let done = state.world.record && state.world.has_mode(number);
    if done {
        state.world.set_prop(Prop::SHOOTING_MODE, modes::to_canon(number as u8));
    }
    boolean(done)
}

/// Takes any number, as the firmware does.
fn set_capture_mode_canon(host: &mut ScriptHost, args: Args) -> Answer {
    let value = args.int(1)? as i16;
    let mut state = host.now();
    let record = state.world.record;
    if record {
        state.world.set_prop(Prop::SHOOTING_MODE, value);
    }
    boolean(record)
}

fn is_capture_mode_valid(host: &mut ScriptHost, args: Args) -> Answer {
    let number = args.int(1)?;
    boolean(host.now().world.has_mode(number))
}

fn set_record(host: &mut ScriptHost, args: Args) -> Answer {
    switch_mode(host, args.on_off(1)? != 0)
}

fn switch_mode_usb(host: &mut ScriptHost, args: Args) -> Answer {
    switch_mode(host, args.on_off(1)? != 0)
}

fn switch_mode(host: &mut ScriptHost, record: bool) -> Answer {
    let mut state = host.state();
    let now = host.engine.task_time(&state);
    state.mode.set(record, now);
    none()
}

/// In a PTP script, also what ALT will be after it (luascript.c:1489-1507).
fn enter_alt(host: &mut ScriptHost, _: Args) -> Answer {
    let mut state = host.state();
    (state.alt, state.alt_after) = (true, true);
    none()
}

fn exit_alt(host: &mut ScriptHost, _: Args) -> Answer {
    let mut state = host.state();
    (state.alt, state.alt_after) = (false, false);
    none()
}

fn get_alt_mode(host: &mut ScriptHost, _: Args) -> Answer {
    boolean(host.state().alt)
}
