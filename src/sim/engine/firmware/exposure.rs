//! Exposure: what is set, what the dials say, and what scripts want for the next shot.

use super::{Answer, ScriptHost, Table, boolean, int, none, value};
use crate::sim::engine::state::State;
use crate::sim::lib::args::Args;
use crate::sim::vm::Value;
use crate::sim::world::props::Prop;
use crate::sim::world::{LIVE_TV, World, apex};

pub(super) const FUNCTIONS: Table = &[
    ("get_av96", |host, _| host.prop(Prop::AV)),
    ("get_bv96", |host, _| host.prop(Prop::BV)),
    ("get_sv96", |host, _| host.prop(Prop::SV)),
    ("get_tv96", |host, _| host.prop(Prop::TV)),
    ("get_ev", |host, _| host.prop(Prop::EV_CORRECTION_1)),
    ("get_user_av96", |host, _| host.prop(Prop::USER_AV)),
    ("get_user_tv96", |host, _| host.prop(Prop::USER_TV)),
    ("get_user_av_id", |host, _| index(host, Prop::USER_AV)),
    ("get_user_tv_id", |host, _| index(host, Prop::USER_TV)),
    ("get_iso_market", |host, _| int(apex::sv96_to_iso(host.now().world.props.get(Prop::SV_MARKET).into()))),
    ("get_iso_real", |host, _| int(apex::sv96_to_iso(host.now().world.props.get(Prop::SV).into()))),
    ("get_iso_mode", |host, _| int(host.now().world.iso_mode())),
    ("get_current_av96", |host, _| int(host.engine.profile.body.exposure.av_min)),
    ("get_current_tv96", |host, _| if host.now().world.record { int(LIVE_TV) } else { value(Value::Nil) }),
    ("get_current_delta_sv96", |host, _| host.prop(Prop::DELTA_SV)),
    ("get_current_base_sv96", |host, _| host.prop(Prop::SV)),
    ("get_min_av96", |host, _| limit(host, host.engine.profile.body.exposure.av_min)),
    ("get_max_av96", |host, _| limit(host, host.engine.profile.body.exposure.av_max)),
    ("get_nd_present", get_nd_present),
    ("get_nd_value_ev96", |host, _| int(host.engine.profile.body.exposure.nd_filter)),
    ("get_nd_current_ev96", |host, _| {
        int(if host.now().world.nd_in { host.engine.profile.body.exposure.nd_filter } else { 0 })
    }),
    ("set_nd_filter", |host, args| host.set(args, World::set_nd_filter)),
    ("set_av96_direct", |host, args| host.set(args, World::set_av96)),
    ("set_av96", |host, args| host.set(args, |world, av96| world.set_av96(world.av_step(av96)))),
    ("set_tv96_direct", |host, args| host.set(args, World::set_tv96)),
    ("set_tv96", |host, args| host.set(args, |world, tv96| world.set_tv96(world.tv_step(tv96)))),
    ("set_sv96", |host, args| host.set(args, World::set_sv96)),
    ("set_iso_real", |host, args| host.set(args, set_iso_real)),
    ("set_iso_mode", |host, args| host.set(args, World::set_iso_mode)),
    ("set_user_av96", |host, args| host.set(args, World::set_user_av)),
    ("set_user_av_by_id", |host, args| host.set(args, World::set_user_av_id)),
    ("set_user_av_by_id_rel", |host, args| {
        host.set(args, |world, delta| {
            let id = i32::from(world.props.get(Prop::USER_AV)) / apex::THIRD;
            world.set_user_av_id(id.saturating_add(delta));
        })
    }),
    ("set_user_tv96", |host, args| host.set(args, World::set_user_tv)),
    ("set_user_tv_by_id", |host, args| host.set(args, World::set_user_tv_id)),
    ("set_user_tv_by_id_rel", |host, args| {
        host.set(args, |world, delta| {
            let id = i32::from(world.props.get(Prop::USER_TV)) / apex::THIRD;
            world.set_user_tv_id(id.saturating_add(delta));
        })
    }),
    ("set_ev", |host, args| host.set(args, World::set_ev)),
    ("set_aelock", |host, args| {
        let on = args.on_off(1)? != 0;
        let mut state = host.now();
        if state.world.record {
            state.world.set_prop(Prop::AE_LOCK, on.into());
        }
        none()
    }),
    ("set_raw_nr", |host, args| {
        let mode = args.int(1)?;
        host.settings(|settings| settings.set_int("raw_nr", mode));
        none()
    }),
    ("get_raw_nr", |host, _| int(host.settings(|settings| settings.int("raw_nr")))),
    ("set_raw", |host, args| {
        let on = args.on_off(1)?;
        host.settings(|settings| settings.set_int("save_raw", on));
        none()
    }),
    ("get_raw", |host, _| boolean(host.settings(|settings| settings.int("save_raw") != 0))),
];

impl ScriptHost {
    /// A setter with one number.
    pub(super) fn set(&mut self, args: Args, set: fn(&mut World, i32)) -> Answer {
        let number = args.int(1)?;
        let mut state = self.now();
        let before = state.world.overrides.clone();
        set(&mut state.world, number);
        self.note_overrides(&state, &before);
        none()
    }

    /// Says what waits for the next shot, if that has changed.
    pub(super) fn note_overrides(&self, state: &State, before: &crate::sim::world::Overrides) {
        let now = &state.world.overrides;
        if now != before {
            self.engine.log.note(|| format!("for the next shot: {now:?}"));
        }
    }
}

/// The number of thirds of a stop.
fn index(host: &ScriptHost, prop: Prop) -> Answer {
    int(i32::from(host.now().world.props.get(prop)) / apex::THIRD)
}

/// A limit of the iris, which only record mode knows.
fn limit(host: &ScriptHost, av96: i32) -> Answer {
    let known = host.engine.profile.body.exposure.iris && host.now().world.record;
    value(if known { Value::Int(av96) } else { Value::Nil })
}

/// 0 none, 1 ND filter only, 2 ND filter and iris.
fn get_nd_present(host: &mut ScriptHost, _: Args) -> Answer {
    let exposure = &host.engine.profile.body.exposure;
    int(if exposure.nd_filter == 0 { 0 } else { 1 + i32::from(exposure.iris) })
}

fn set_iso_real(world: &mut World, iso: i32) {
    let exposure = &world.body.exposure;
    let iso = iso.clamp(exposure.iso_min, exposure.iso_max.max(exposure.iso_min));
    world.set_sv96(apex::iso_to_sv96(iso));
}
