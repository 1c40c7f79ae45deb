//! Settings for shots that this camera does not take yet.
//!
//! Remote capture fails in playback as on a camera; in record mode it would have to be set up, which is not modelled.
//! Without a shot there is no shot histogram to ask about, unless it is off.

use super::{Answer, ScriptHost, Table, boolean, int, none};
use crate::sim::lib;
use crate::sim::lib::args::Args;

pub(super) const FUNCTIONS: Table = &[
    ("get_raw_support", |host, _| boolean(host.now().world.record)),
    ("set_raw_develop", |host, args| {
        let file = args.get(1).map(|_| args.c_string(1)).transpose()?;
        host.state().world.raw_develop = file;
        none()
    }),
    ("shot_histo_enable", |host, args| {
        host.state().world.shot_histogram = args.on_off(1)? != 0;
        none()
    }),
    ("get_histo_range", get_histo_range),
    ("get_usb_capture_support", |host, _| int(host.engine.profile.body.features.remote_capture)),
    ("init_usb_capture", init_usb_capture),
    ("get_usb_capture_target", |_, _| int(0)),
    ("set_usb_capture_timeout", |_, args| args.int_or(1, 0).and_then(|_| none())),
];

fn get_histo_range(host: &mut ScriptHost, args: Args) -> Answer {
    let (_from, _to) = (args.int(1)?, args.int(2)?);
    if host.state().world.shot_histogram { Err(lib::not_modelled("get_histo_range")) } else { int(-1) }
}

/// Nothing to capture clears, which it is already.
fn init_usb_capture(host: &mut ScriptHost, args: Args) -> Answer {
    let (types, start, lines) = (args.int(1)?, args.int_or(2, 0)?, args.int_or(3, 0)?);
    let unsupported = types & !host.engine.profile.body.features.remote_capture != 0;
    match () {
        () if !host.now().world.record || unsupported || start < 0 || lines < 0 => boolean(false),
        () if types == 0 => boolean(true),
        () => Err(lib::not_modelled("init_usb_capture")),
    }
}
