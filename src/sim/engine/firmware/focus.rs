//! Focus and zoom.
//!
//! Where the facts leave something open: `set_mf` answers 1 in record mode, 0 in playback. AF lock counts as focused, and so does a
//! complete half press; whoever holds the shutter half down is focused after 300 ms, and no longer when it is up.
//! Distances without end are -1 in `get_dofinfo`. The zoom moves while the script goes on; out of range it goes to the
//! end; its speed is always the same.

use super::{Answer, ScriptHost, Table, boolean, bytes, int, none, value};
use crate::sim::lib::args::Args;
use crate::sim::vm::Value;
use crate::sim::world::props::Prop;
use crate::sim::world::{World, apex};

pub(super) const FUNCTIONS: Table = &[
    ("get_focus", |host, _| int(host.now().world.focus())),
    ("set_focus", set_focus),
    ("set_focus_interlock_bypass", |host, args| {
        host.now().world.focus_interlock_bypass = args.on_off(1)? != 0;
        none()
    }),
    ("get_sd_over_modes", |host, _| int(host.engine.profile.body.features.sd_over_modes)),
    ("set_aflock", |host, args| {
        let on = args.on_off(1)? != 0;
        let mut state = host.now();
        if state.world.record {
            state.world.set_prop(Prop::AF_LOCK, on.into());
        }
        none()
    }),
    ("set_mf", set_mf),
    ("get_focus_mode", |host, _| int(focus_mode(&host.now().world))),
    ("get_focus_state", |host, _| int(focus_state(&host.now().world))),
    ("get_focus_ok", |host, _| {
        let state = host.now();
        boolean(focus_state(&state.world) > 0 && state.world.is_shooting())
    }),
    ("get_dofinfo", get_dofinfo),
    ("get_zoom", |host, _| int(host.now().world.zoom_step())),
    ("get_zoom_steps", |host, _| int(host.engine.profile.body.lens.steps())),
    ("set_zoom", |host, args| host.set(args, World::zoom_to)),
    ("set_zoom_rel", |host, args| {
        host.set(args, |world, delta| world.zoom_to(world.zoom_step().saturating_add(delta)))
    }),
    ("set_zoom_speed", |_, args| args.int(1).and_then(|_| none())),
    ("get_focal_length", |host, args| {
        let step = zoom_step(host, args)?;
        int(host.engine.profile.body.lens.focal_length(step))
    }),
    ("get_eff_focal_length", |host, args| {
        let step = zoom_step(host, args)?;
        int(host.engine.profile.body.lens.effective_focal_length(step))
    }),
];

fn zoom_step(host: &ScriptHost, args: Args) -> Result<i32, crate::sim::vm::Reply> {
    let now = host.now().world.zoom_step();
    args.int_or(1, now)
}

fn set_focus(host: &mut ScriptHost, args: Args) -> Answer {
    let mm = args.int(1)?;
    boolean(host.change(|world| world.set_focus(mm)))
}

fn set_mf(host: &mut ScriptHost, args: Args) -> Answer {
    let on = args.on_off(1)? != 0;
    let mut state = host.now();
    if state.world.record {
        state.world.set_prop(Prop::FOCUS_MODE, on.into());
        state.world.set_prop(Prop::REAL_FOCUS_MODE, on.into());
    }
    int(state.world.record.into())
}

/// 0 auto, 1 manual, 3 infinity, 4 macro, 5 super macro.
fn focus_mode(world: &World) -> i32 {
    if world.is_manual_focus() { 1 } else { world.props.get(Prop::REAL_FOCUS_MODE).into() }
}

/// Above 0 focused, 0 not, -1 manual focus.
fn focus_state(world: &World) -> i32 {
    match () {
        () if world.is_manual_focus() => -1,
        () if world.is_af_locked() || world.is_shooting() => 1,
        () => world.props.get(Prop::FOCUS_STATE).into(),
    }
}

fn get_dofinfo(host: &mut ScriptHost, _: Args) -> Answer {
    let state = host.now();
    let world = &state.world;
    let depth = world.depth();
    let lens = &world.body.lens;
    let of = |part: fn(&crate::sim::world::Depth) -> i32| depth.as_ref().map_or(0, part);
    let (step, known) = (world.zoom_step(), depth.is_some());
    let aperture = apex::av96_to_aperture(world.props.get(Prop::AV).into());
    let number = |name: &str, value: i32| (bytes(name), Value::Int(value));
    value(Value::Table(vec![
        (bytes("hyp_valid"), Value::Bool(known)),
        (bytes("focus_valid"), Value::Bool(known)),
        number("aperture", aperture),
        number("coc", lens.confusion_um),
        number("focal_length", lens.focal_length(step)),
        number("eff_focal_length", lens.effective_focal_length(step)),
        number("focus", world.focus()),
        number("near", of(|depth| depth.near)),
        number("far", of(|depth| depth.far)),
        number("hyp_dist", of(|depth| depth.hyperfocal)),
        number("dof", of(|depth| depth.depth)),
        number("min_stack_dist", of(|depth| depth.next_nearer)),
    ]))
}
