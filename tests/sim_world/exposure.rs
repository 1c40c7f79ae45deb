//! Exposure, focus and zoom.

use crate::host::{Host, body};

/// §7 iso_to_sv96 (luascript.c:2748): ISO to Sv96; sv96_to_iso (luascript.c:2754): and back.
///
/// §7 aperture_to_av96 (luascript.c:2784): f-number times 1000 to Av96; av96_to_aperture (luascript.c:2790): and back.
///
/// §7 usec_to_tv96 (luascript.c:2796): microseconds to Tv96; tv96_to_usec (luascript.c:2802): and back, rounded.
///
/// §7 seconds_to_tv96 (luascript.c:2808): a fraction of seconds to Tv96; a denominator of 0 divides floats.
///
/// Decided: everything goes to the nearest whole number.
#[test]
fn apex_values_are_powers_of_two_in_96ths() {
    let host = Host::new();
    for (call, expected) in [
        ("iso_to_sv96(100), iso_to_sv96(80), iso_to_sv96(800)", "480 449 768"),
        ("sv96_to_iso(480), sv96_to_iso(449), sv96_to_iso(0)", "100 80 3"),
        ("aperture_to_av96(2800), aperture_to_av96(4000), aperture_to_av96(1000)", "285 384 0"),
        ("av96_to_aperture(285), av96_to_aperture(384), av96_to_aperture(-96)", "2798 4000 707"),
        ("usec_to_tv96(1000000), usec_to_tv96(16667), usec_to_tv96(2000000)", "0 567 -96"),
        ("tv96_to_usec(0), tv96_to_usec(567), tv96_to_usec(-96)", "1000000 16674 2000000"),
        ("seconds_to_tv96(1, 60), seconds_to_tv96(15, 1), seconds_to_tv96(1, 0)", "567 -375 -2147483648"),
    ] {
        host.check(call, expected);
    }
}

/// §7 iso_real_to_market (luascript.c:2760): sensor ISO to marketed ISO, and iso_market_to_real (luascript.c:2766) back.
///
/// §7 sv96_real_to_market (luascript.c:2772): the same for Sv96, and sv96_market_to_real (luascript.c:2778) back.
///
/// Decided: how far they are apart is the body's, in 96ths.
#[test]
fn marketed_iso_is_as_far_from_the_real_one_as_the_body_says() {
    let host = Host::with(body(|body| body.exposure.market_offset = 96));
    host.check("sv96_real_to_market(400), sv96_market_to_real(496)", "496 400");
    host.check("iso_real_to_market(50), iso_market_to_real(100)", "100 50");
    host.check("get_sv96(), get_iso_real(), get_iso_market()", "384 50 100");
}

/// §7 set_av96 (luascript.c:944): rounded to a step of Canon's; while nothing is shot, it waits for the next shot.
///
/// §7 set_av96_direct (luascript.c:938): the exact value; set_tv96 (luascript.c:1088), set_tv96_direct (luascript.c:1082),
/// set_sv96 (luascript.c:1076) likewise.
#[test]
fn overrides_wait_for_the_next_shot() {
    let host = Host::recording();
    host.check("set_av96(300) set_tv96(570) set_sv96(501) return get_av96(), get_tv96(), get_sv96()", "288 576 411");
    let next = host.camera.overrides();
    assert_eq!((next.av96, next.tv96, next.sv96), (Some(288), Some(576), Some(501)));
    host.check("set_av96_direct(301) set_tv96_direct(-571) return get_av96()", "288");
    let next = host.camera.overrides();
    assert_eq!((next.av96, next.tv96), (Some(301), Some(-571)));
    host.raw("set_av96(9999) set_tv96(-9999)");
    let next = host.camera.overrides();
    assert_eq!((next.av96, next.tv96), (Some(576), Some(-384)), "the ends of the range");
    assert_eq!(host.logged("for the next shot"), 7);
}

/// §7 set_iso_real (luascript.c:998): clamped to the limits of the camera; waits for the next shot.
#[test]
fn real_iso_is_clamped() {
    let host = Host::with(body(|body| (body.exposure.iso_min, body.exposure.iso_max) = (50, 400)));
    host.record();
    for (iso, sv96) in [(100, 480), (10, 384), (6400, 672), (-1, 384)] {
        host.raw(&format!("set_iso_real({iso})"));
        assert_eq!(host.camera.overrides().sv96, Some(sv96), "{iso}");
    }
}

/// §7 General (luascript.c): exposure setters do nothing in playback.
#[test]
fn setters_do_nothing_in_playback() {
    let host = Host::new();
    let state = "get_ev(), get_user_av96(), get_user_tv96(), get_iso_mode(), get_focus_mode(), get_zoom(),
        get_prop(require'propcase'.AE_LOCK), get_prop(require'propcase'.AF_LOCK)";
    let before = host.lua(state);
    host.raw(
        "set_av96(320) set_av96_direct(320) set_tv96(32) set_tv96_direct(32) set_sv96(500) set_iso_real(200)
         set_iso_mode(1) set_user_av96(320) set_user_av_by_id(10) set_user_av_by_id_rel(1) set_user_tv96(32)
         set_user_tv_by_id(3) set_user_tv_by_id_rel(1) set_ev(96) set_nd_filter(1) set_focus(500) set_mf(1)
         set_aelock(1) set_aflock(1) set_zoom(5) set_zoom_rel(1) sleep(3000)",
    );
    assert_eq!(host.lua(state), before);
    assert_eq!(host.camera.overrides(), Default::default());
}

/// §7 get_user_av_id (luascript.c:734): CHDK's index of the user's Av; get_user_tv_id (luascript.c:840).
///
/// §7 set_user_av_by_id (luascript.c:1100): by index; set_user_av_by_id_rel (luascript.c:1094): by steps of it;
/// set_user_tv_by_id (luascript.c:1118), set_user_tv_by_id_rel (luascript.c:1112).
///
/// Decided: indices count thirds of a stop; one that the camera does not have is ignored.
#[test]
fn the_users_av_and_tv_go_by_index() {
    let host = Host::recording();
    host.check("get_user_av_id(), get_user_av96(), get_user_tv_id(), get_user_tv96()", "9 288 18 576");
    host.check("set_user_av_by_id(12) set_user_tv_by_id(-3) return get_user_av96(), get_user_tv96()", "384 -96");
    host.check("set_user_av_by_id_rel(-1) set_user_tv_by_id_rel(4) return get_user_av_id(), get_user_tv_id()", "11 1");
    host.check("set_user_av_by_id(99) set_user_av_by_id_rel(-9) set_user_tv_by_id(-13) return get_user_av_id(), get_user_tv_id()", "11 1");
    host.check("set_user_av96(301) set_user_tv96(7) return get_user_av96(), get_user_tv96(), get_av96()", "301 7 288");
}

/// §7 get_iso_mode (luascript.c:631): CHDK's index.
///
/// §7 set_iso_mode (luascript.c:992): below 50 an index, from there on the nearest ISO value.
#[test]
fn iso_modes_go_by_index_or_by_value() {
    let host = Host::with(body(|body| body.exposure.iso_modes = vec![80, 100, 200, 400]));
    host.record();
    host.check("get_iso_mode()", "0");
    for (mode, index, prop) in
        [(2, 2, 100), (400, 4, 400), (51, 1, 80), (9999, 4, 400), (0, 0, 0), (5, 0, 0), (-1, 0, 0)]
    {
        host.check(
            &format!("set_iso_mode({mode}) return get_iso_mode(), get_prop(require'propcase'.ISO_MODE)"),
            &format!("{index} {prop}"),
        );
    }
}

/// §7 get_nd_present (luascript.c:1617): 0 without an ND filter, 1 with one, 2 with one and an iris.
///
/// §7 get_nd_value_ev96 (luascript.c:806): its strength; get_nd_current_ev96 (luascript.c:813): 0 while it is out.
///
/// §7 set_nd_filter (luascript.c:1016): 1 in, 2 out, 0 neither, for the next shot; only with CAM_HAS_ND_FILTER.
#[test]
fn nd_filters_are_the_bodys() {
    for (nd_filter, iris, expected) in [(0, true, "0 0 0"), (288, false, "1 288 0"), (288, true, "2 288 0")] {
        let host = Host::with(body(|body| (body.exposure.nd_filter, body.exposure.iris) = (nd_filter, iris)));
        host.record();
        host.check("get_nd_present(), get_nd_value_ev96(), get_nd_current_ev96()", expected);
        for (state, nd_in) in [(1, Some(true)), (2, Some(false)), (7, Some(false)), (0, None)] {
            host.check(&format!("set_nd_filter({state}) return get_nd_current_ev96()"), "0");
            assert_eq!(host.camera.overrides().nd_in, nd_in.filter(|_| nd_filter != 0), "{nd_filter} {state}");
        }
    }
}

/// §7 get_current_av96 (luascript.c:771): the iris now, whatever the half press set.
///
/// §7 get_current_base_sv96 (luascript.c:798): live view's Sv, and get_current_delta_sv96 (luascript.c:791) beside it.
///
/// Decided: in live view the iris is wide open.
#[test]
fn live_view_has_values_of_its_own() {
    let host = Host::recording();
    host.check(
        "set_prop(require'propcase'.AV, 480) return get_av96(), get_current_av96(), get_current_base_sv96(), get_current_delta_sv96()",
        "480 288 411 0",
    );
}

// --- focus ---

/// §7 set_focus (luascript.c:965): at once in AF lock and manual focus, for the next shot otherwise; video at once.
///
/// §7 get_focus (luascript.c:619): the subject distance in mm.
#[test]
fn focus_is_set_now_or_for_the_next_shot() {
    let host = Host::recording();
    host.check("set_focus(1500), get_focus()", "true 2000");
    assert_eq!(host.camera.overrides().focus_mm, Some(1500));
    host.check("set_aflock(1) return set_focus(1600), get_focus()", "true 1600");
    host.check("set_aflock(0) set_mf(1) return set_focus(1700), get_focus()", "true 1700");
    host.check(
        "set_mf(0) set_capture_mode(require'capmode'.name_to_mode.VIDEO_STD) return set_focus(1800), get_focus()",
        "true 1800",
    );
    assert_eq!(host.camera.overrides().focus_mm, Some(1500));
    host.check("get_prop(require'propcase'.SUBJECT_DIST2)", "1800");
}

/// §7 set_focus (luascript.c:965): distances.
///
/// Decided: nearer than the lens can do is its nearest; negative and beyond 65535 is infinity, 65535.
#[test]
fn focus_has_a_nearest_point_and_infinity() {
    let host = Host::with(body(|body| body.lens.nearest_mm = 50));
    host.record();
    host.check("set_mf(1) set_focus(0) return get_focus()", "50");
    for far in [-1, 65_535, 100_000] {
        host.check(&format!("set_focus({far}) return get_focus()"), "65535");
    }
}

/// §7 get_sd_over_modes (luascript.c:452): 1 autofocus, 2 AF lock, 4 manual focus.
///
/// §7 set_focus (luascript.c:965): false where that does not allow it.
///
/// §7 set_focus_interlock_bypass (luascript.c:959): skips the check.
#[test]
fn focus_is_refused_where_it_cannot_be_overridden() {
    for (modes, expected) in
        [(1, "true false false"), (2, "false true false"), (4, "false false true"), (0, "false false false")]
    {
        let host = Host::with(body(|body| body.features.sd_over_modes = modes));
        host.record();
        host.check("get_sd_over_modes()", &modes.to_string());
        let tries = "local a = set_focus(900) set_aflock(1) local b = set_focus(900) set_aflock(0) set_mf(1)
            local c = set_focus(900) set_mf(0) return a, b, c";
        host.check(tries, expected);
        host.raw("set_focus_interlock_bypass(true)");
        host.check(tries, "true true true");
    }
}

/// §7 get_focus_mode (luascript.c:1563): 0 auto, 1 manual, 3 infinity, 4 macro, 5 super macro, from properties.
///
/// §7 get_focus_state (luascript.c:1569): above 0 focused, 0 not, -1 manual focus.
///
/// §7 set_mf (luascript.c:443): a number, not a boolean. set_aflock (luascript.c:435) takes a boolean or a number.
///
/// Decided: set_mf answers 1 in record mode and 0 in playback; AF lock counts as focused.
#[test]
fn focus_modes_and_states_are_numbers() {
    let host = Host::new();
    host.check("set_mf(1), get_focus_mode()", "0 0");
    host.record();
    host.check("set_mf(true), get_focus_mode(), get_focus_state()", "1 1 -1");
    host.check("set_mf(false), get_focus_mode(), get_focus_state()", "1 0 0");
    host.check("set_aflock(true) return get_focus_state(), get_focus_ok()", "1 false");
    host.check("set_prop(require'propcase'.REAL_FOCUS_MODE, 4) return get_focus_mode()", "4");
}

/// §7 get_dofinfo (luascript.c:594): a table with whether it is valid, the lens, and near, far, hyperfocal and depth.
///
/// Decided: mm; the circle of confusion in µm; without end is -1; min_stack_dist is the next nearer focus of a stack.
#[test]
fn depth_of_field_follows_the_lens() {
    let host = Host::with(body(|body| {
        (body.lens.focal_lengths, body.lens.crop) = (vec![10_000, 20_000], 4000);
        body.exposure.av_min = 384;
    }));
    host.record();
    host.check(
        "set_mf(1) set_focus(1000) return get_dofinfo()",
        "{aperture=4000,coc=5,dof=412,eff_focal_length=40000,far=1246,focal_length=10000,focus=1000,focus_valid=true,\
         hyp_dist=5010,hyp_valid=true,min_stack_dist=716,near=834}",
    );
    host.check("set_focus(-1) return get_dofinfo().far, get_dofinfo().dof, get_dofinfo().near", "-1 -1 5010");
    let host = Host::with(body(|body| body.lens.focal_lengths.clear()));
    host.check("get_dofinfo().hyp_valid, get_dofinfo().near", "false 0");
}

// --- zoom ---

/// §7 set_zoom (luascript.c:1142): moves to a step; get_zoom (luascript.c:858): where it is; set_zoom_rel (luascript.c:1136):
/// by steps.
///
/// Decided: the lens takes its time while the script goes on, and stops at its ends.
#[test]
fn zooming_takes_time() {
    let host = Host::with(body(|body| body.lens.zoom_step_ms = 100));
    host.record();
    host.check(
        "set_zoom(4) local a = get_zoom() sleep(150) local b = get_zoom() sleep(300) return a, b, get_zoom()",
        "0 1 4",
    );
    host.check("set_zoom_rel(-1) sleep(200) return get_zoom()", "3");
    host.check("set_zoom(99) sleep(2000) return get_zoom() == get_zoom_steps() - 1", "true");
    host.check("set_zoom(-5) sleep(2000) return get_zoom()", "0");
    host.check("set_zoom_speed(50) return get_zoom_steps()", "13");
}

/// §7 set_zoom (luascript.c:1142): nothing on cameras with interchangeable lenses.
#[test]
fn lenses_that_come_off_do_not_zoom() {
    let host = Host::with(body(|body| body.lens.interchangeable = true));
    host.record();
    host.check("set_zoom(3) set_zoom_rel(2) sleep(3000) return get_zoom()", "0");
}

/// §7 get_focal_length (luascript.c:883): mm times 1000 of a step, of the present one without; out of range is clamped.
///
/// §7 get_eff_focal_length (luascript.c:895): the same for 35 mm.
#[test]
fn focal_lengths_are_those_of_the_steps() {
    let host = Host::with(body(|body| (body.lens.focal_lengths, body.lens.crop) = (vec![5000, 7000, 9000], 6000)));
    host.record();
    host.check(
        "get_zoom_steps(), get_focal_length(), get_focal_length(1), get_focal_length(-3), get_focal_length(9)",
        "3 5000 7000 5000 9000",
    );
    host.check(
        "set_zoom(2) sleep(1000) return get_focal_length(), get_eff_focal_length(), get_eff_focal_length(0)",
        "9000 54000 30000",
    );
}
