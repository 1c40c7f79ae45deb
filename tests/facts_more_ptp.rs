//! More of the facts about CHDK's PTP side, clause by clause. What the other tests show is not shown again.

mod bare;

use std::time::Duration;

use bare::{GENERAL_ERROR, Host, LONG, Message, NO_KILL, OK, answer, boolean, container, int, words};
use moonshutter::sim::{Config, Profile};

fn camera(name: &str) -> Host {
    Host::with(Config { profile: Profile::named(name).unwrap(), ..Config::default() })
}

/// The text of the run-time error that a script ends with.
#[track_caller]
fn error_of(host: &mut Host, source: &str) -> String {
    match &host.run(source)[..] {
        [Message(1, 2, _, text)] => String::from_utf8(text.clone()).unwrap(),
        other => panic!("{source}: {other:?}"),
    }
}

// --- 1.3 ExecuteScript ---

/// §1.3 5 (core/ptp.c:785-797): A script that was interrupted and is in its `restore()` is active still: with NOKILL it is
/// SCRIPTRUNNING, and no id is used up.
#[test]
fn a_script_in_restore_is_still_active() {
    let mut host = Host::new();
    host.start("function restore() pcall(function() for i = 1, 10000000 do end end) end sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***"]);
    assert_eq!(host.execute(NO_KILL, "return 1"), (1, 0x1000));
    host.pass(60_000);
    assert_eq!(host.status(), 0);
    assert_eq!(host.execute(NO_KILL, "return 1"), (2, 0));
}

// --- 1.5 Operations besides 0x9999 ---

/// §1.5 USB container ([chdkptp] ptp.c:553-590): A host sends a packet of no bytes behind a data phase that fills its last
/// packet, which changes nothing.
#[test]
fn an_empty_packet_behind_full_ones_is_nothing() {
    let mut host = Host::new();
    for size in [500, 501, 1012] {
        host.command(0x9999, &[4, 0]);
        host.data(&vec![7; size]);
        host.cable.write(&[], LONG).unwrap();
        assert_eq!(host.answer(), answer(OK, &[]));
        assert_eq!(host.chdk(&[4, 1]).data, Some(vec![7; size]));
    }
}

/// §1.5 chdkptp 2018 ([chdkptp] chdkptp.c:690-760): On USB it opens the session first; if that fails, it resets the device
/// by a request of the class, opens it again and the session too.
///
/// Decided: the simulated cable has no requests but bulk ones; a new cable does what the reset would. A session that is
/// open is said to be, with its number.
///
/// §12: How Canon's own operations behave is not in CHDK's source, nor are its events.
///
/// Decided: as the standard of PTP has it; there are no events.
#[test]
fn a_session_that_is_left_open_ends_with_the_cable() {
    let mut host = Host::new();
    assert_eq!(host.transact(0x1002, &[1], None), answer(0x201e, &[1]));
    host.plug_in_again();
    assert_eq!(host.transact(0x1001, &[], None).code, OK);
}

// --- 2.1 The block ---

/// §2.1 flags (core/live_view.h:36-39): 1 is the viewport, 2 the bitmap overlay, 4 the palette, 8 the bitmap's opacity.
///
/// Not modelled: a dummy byte and GeneralError, for all flags.
///
/// §2.1 header (core/live_view.h:98-109): Version, aspect, palette type, and where palette and descriptors stand.
///
/// Not modelled: there is no block.
///
/// §2.1 descriptor (core/live_view.h:66-96): Nine numbers for each picture: type, start of its data, widths, height, margins.
///
/// Not modelled: there is no block.
///
/// §2.1 layout (core/live_view.c:12-21, 38-44): With live view 2.2 the header and descriptors take 104 bytes up to DIGIC 5 and
/// 140 from DIGIC 6 on, which has one more descriptor.
///
/// Not modelled: neither kind of camera has a block.
///
/// §2.1 layout ([2017] core/live_view.h): With 2.1 and 2.0 they take 100, as the header has no field for opacity.
///
/// Not modelled: older cameras have no block either.
///
/// §2.1 order (core/live_view.c:92-209): Palette, viewport, bitmap and opacity follow; what was not asked for starts at 0, while
/// its descriptor is filled.
///
/// Not modelled: nothing follows.
///
/// §2.1 sizes (core/live_view.c:134-172): 12 bits a pixel of the viewport up to DIGIC 5 and 16 from DIGIC 6 on; 8 and 16 of the
/// bitmap; 8 of opacity.
///
/// Not modelled: there are no pictures.
///
/// §2.1 viewport (wrappers.c:1854-1873): It is left out where the firmware has none, as for a video in playback.
///
/// Not modelled: there is never one.
///
/// §2.1 palette (core/live_view.c:98-126): Only cameras up to DIGIC 5 send one.
///
/// Not modelled: none does.
///
/// §2.1 margins (core/live_view.c:61-78): Right and bottom ones are what is left of the full screen.
///
/// Not modelled: there is no screen to see.
///
/// §2.1 response: The parameter is the total size; with flags 0 only the header block comes.
///
/// Not modelled: the size is 0, and the code says that there is none.
///
/// §2.1 pixels (core/live_view.h:53-60): YUV8 has four pixels in six bytes, PAL8 one in one, YUV8B and YUV8C two in four,
/// OPACITY8 one in one.
///
/// Not modelled: there are no pixels.
///
/// §2.1 palettes (platform/*/lib.c): Types 0 to 5 differ in number, order and alpha of their entries.
///
/// Not modelled: there are no palettes.
///
/// §10 12: A camera offers live view of DIGIC 5 and before, or of DIGIC 6 and after.
///
/// Not modelled: it offers none, and says so by an error.
#[test]
fn no_camera_has_a_live_view() {
    for name in Profile::names().filter(|name| *name != "canon") {
        let mut host = camera(name);
        for flags in 0..16 {
            assert_eq!(host.chdk(&[12, flags]), answer(GENERAL_ERROR, &[0]).with(&[0]), "{name} {flags}");
        }
    }
}

/// §9 2.4: Live view 2.1 came with it.
///
/// Not modelled: the command exists since 2.1 and has nothing to show.
///
/// §9 2.7: Live view 2.2 came with it.
///
/// Not modelled: likewise.
///
/// §9 2021-05-05: A palette that is not there is guarded against since then.
///
/// Not modelled: likewise.
#[test]
fn no_version_has_a_live_view() {
    for minor in 1..=9 {
        let mut host = Host::with(bare::protocol(minor));
        assert_eq!(host.chdk(&[12, 0xf]), answer(GENERAL_ERROR, &[0]).with(&[0]), "2.{minor}");
    }
}

// --- 2.2, 2.3 Remote capture ---

/// §2.2 support (core/camera_info.c:254-263): The mask has raw and its header, 6, on all cameras; JPEG, 1, with a hook for writing
/// files; Canon's raw, 8, only where there is that hook and Canon's raw.
#[test]
fn remote_capture_is_supported_in_four_shapes() {
    for name in Profile::names().filter(|name| *name != "canon") {
        let mut host = camera(name);
        let messages = host.run("return type(get_usb_capture_support)=='function' and get_usb_capture_support()");
        let [Message(2, kind, _, bytes)] = &messages[..] else { panic!("{name}: {messages:?}") };
        if *kind == 2 {
            continue;
        }
        let mask = i32::from_le_bytes(bytes[..].try_into().unwrap());
        assert!([6, 7, 15].contains(&mask), "{name}: {mask}");
        let raw = host.run("return get_canon_raw_support()");
        assert!(mask != 15 || raw == [boolean(2, true)], "{name}");
    }
}

/// §2.2 setting up (core/remotecap.c:78-115): It also fails where raw is asked for and the mode has none, where Canon's raw or
/// JPEG is not in the image format, in a drive mode other than single on some cameras, and for lines beyond the last.
///
/// Not modelled: it raises for all that could be captured.
///
/// §2.2 lines (core/remotecap.c:78-115): 0 lines are all to the end.
///
/// Not modelled: it raises.
#[test]
fn no_capture_can_be_set_up() {
    let mut host = Host::new();
    host.run("set_record(1) sleep(1000)");
    for call in
        ["init_usb_capture(1)", "init_usb_capture(2)", "init_usb_capture(6, 0, 0)", "init_usb_capture(2, 10, 20)"]
    {
        let text = error_of(&mut host, call);
        assert!(text.contains("init_usb_capture: the simulated camera does not do this yet"), "{call}: {text}");
    }
}

/// §2.2 setting up (core/remotecap.c:78-115): Failing clears all of remote capture.
///
/// §2.3 timeout (core/remotecap.c:10-11, 39-46): `set_usb_capture_timeout` chooses how long the camera waits for the host, in
/// steps of 10 ms; 0 and less are 30 seconds.
///
/// Not modelled: it is taken and nothing ever waits; setting a capture up raises before.
#[test]
fn there_is_no_target_after_a_failure() {
    let mut host = Host::new();
    for timeout in ["", "0", "-5", "200"] {
        let source = format!(
            "set_usb_capture_timeout({timeout}) local ok = init_usb_capture(1) return ok, get_usb_capture_target()"
        );
        let messages = host.run(&source);
        assert!(matches!(&messages[..], [Message(2, 2, ..), Message(2, 3, ..)]), "{messages:?}");
        assert!(messages.iter().all(|message| message.3 == [0; 4]), "{messages:?}");
    }
    assert!(error_of(&mut host, "set_record(1) sleep(1000) init_usb_capture(1)").contains("does not do this yet"));
}

/// §2.3 local files (core/raw.c:265-270): With a target nothing is saved on the card.
///
/// Not modelled: there is no shot.
///
/// §2.3 order (core/remotecap.c:150-268): The header comes first, then raw, then JPEG or Canon's raw.
///
/// Not modelled: there is no shot.
///
/// §2.3 one at a time (core/remotecap.c:63-67): Exactly one type is available at a time.
///
/// Not modelled: none ever is.
///
/// §2.3 IsReady (core/remotecap.c:48-61): With a target and nothing yet it is 0 and 0, then the type and the image's number.
///
/// Not modelled: there is no target.
///
/// §2.3 chunks (core/remotecap.c:274-326): Raw and its header are one chunk, JPEG several; the last one makes the next type
/// available.
///
/// Not modelled: there are no chunks.
///
/// §2.3 passes (filewrite.c:49-61): Some cameras supply a file in several passes, and GetData waits up to 500 ms for the next.
///
/// Not modelled: there are none.
///
/// §2.3 no chunk (filewrite.c:34-38): Where the camera has no chunk it is OK with a dummy byte and sizes of 0.
///
/// Not modelled: without a capture it is GeneralError always.
///
/// §2.3 bits (core/remotecap.c:320-336): A request of several types is GeneralError, though data was sent.
///
/// Not modelled: GeneralError, with a dummy byte.
///
/// §9 2.9: Remote capture of Canon's raw came with it.
///
/// Not modelled: nothing can be captured.
#[test]
fn a_shot_captures_nothing() {
    let mut host = Host::new();
    host.run("set_record(1) sleep(1000)");
    assert!(error_of(&mut host, "shoot()").contains("shoot: the simulated camera does not do this yet"));
    assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
    for kinds in [1, 3, 6, 8] {
        assert_eq!(host.chdk(&[14, kinds]), answer(GENERAL_ERROR, &[0, 0, u32::MAX]).with(&[0]));
    }
}

// --- 9 Version differences ---

/// §9 2022-01-27: The start of a script clears old key state since then; before, it finds the click before it.
///
/// Decided: the click is all there is of old key state, as each script's end releases all keys.
#[test]
fn older_scripts_find_the_click_before_them() {
    for (name, found) in [("current", false), ("1.6", true), ("1.3", true)] {
        let mut host = camera(name);
        assert!(host.camera.click_key("set"));
        host.pass(100);
        assert_eq!(host.run("return is_key'set'"), [boolean(1, found)], "{name}");
        assert_eq!(host.run("return is_key'set'"), [boolean(2, false)], "{name}: a script has ended in between");
    }
}

/// §9 2020-12-10: The handling of ALT was reworked.
///
/// Decided: what differed is not known, so ALT is the same in all builds.
#[test]
fn alt_is_the_same_in_older_builds() {
    for name in ["current", "1.6", "1.5", "1.3"] {
        for (choice, left) in [("", 0), ("exit_alt()", 1), ("exit_alt() enter_alt()", 0)] {
            let mut host = camera(name);
            host.start(&format!("{choice} sleep(9000)"));
            host.pass(100);
            host.camera.press_exit_key();
            host.pass(100);
            assert_eq!(host.status(), left, "{name} {choice}: in ALT the exit key ends a script");
        }
    }
}

/// §9 2013-12-28: Scripts are loaded in the keyboard task since then.
///
/// Decided: the host cannot tell; a script that does not compile has its id, its status and its message in all builds.
#[test]
fn scripts_load_alike_in_older_builds() {
    for name in ["current", "1.3"] {
        let mut host = camera(name);
        let got = host.chdk_with(&[7, 0], b"x =\0");
        assert_eq!(got, answer(OK, &[1, 1]), "{name}");
        assert!(matches!(&host.messages()[..], [Message(1, 1, 1, _)]), "{name}");
    }
}

/// §9 2021-01-03 (git 520b79f8e): `set_yield(-1, -1)` means never since then again; from r5645 on it meant always.
///
/// Decided: the revision counts for builds of protocol 2.9.
#[test]
fn minus_one_meant_always_for_some_weeks() {
    let time = |revision: &str, date: &str| {
        let mut profile = Profile::default();
        let chdk = profile.chdk.as_mut().unwrap();
        (chdk.revision, chdk.build_date) = (revision.to_owned(), date.to_owned());
        let mut host = Host::with(Config { profile, ..Config::default() });
        let source = "local t = get_tick_count() set_yield(-1, -1) for i=1,5000 do end return get_tick_count() - t";
        match &host.run(source)[..] {
            [Message(2, 3, _, bytes)] => i32::from_le_bytes(bytes[..].try_into().unwrap()),
            other => panic!("{other:?}"),
        }
    };
    for (revision, date) in [("5644", "Dec 1 2020"), ("5700", "Jan 3 2021"), ("6234", "May 18 2023")] {
        assert!(time(revision, date) <= 10, "{revision} {date}");
    }
    // Fifty checks, each a tick.
    for (revision, date) in [("5645", "Dec 1 2020"), ("5690", "Jan 2 2021")] {
        assert!((480..=520).contains(&time(revision, date)), "{revision} {date}");
    }
}

/// §9 2.6: A script can be killed cleanly since then.
///
/// Decided: older builds end it in the same way; what was unclean about it is not known.
#[test]
fn a_kill_is_the_same_before_2_6() {
    for minor in [5, 6] {
        let mut host = Host::with(bare::protocol(minor));
        host.start("press'set' sleep(9000) return 1");
        host.pass(100);
        assert_eq!(host.run("return 2"), [int(2, 2)]);
        assert!(host.camera.keys_held().is_empty());
    }
}

/// §9 2.0: Errors of a conversion are reported.
#[test]
fn conversion_errors_are_reported_since_2_0() {
    for minor in [0, 9] {
        let mut host = Host::with(bare::protocol(minor));
        let source = "usb_msg_table_to_string = function() error('no', 0) end return {1}, 2";
        assert_eq!(host.run(source), [bare::run_error(1, "no")], "2.{minor}");
    }
}

/// §9 [2017]: The rules of messages are the same there.
#[test]
fn messages_are_the_same_in_2_6() {
    let mut host = Host::with(bare::protocol(6));
    assert_eq!(host.chdk(&[10]), answer(OK, &[0, 0, 0, 0]).with(&[0]));
    assert_eq!(host.chdk_with(&[11, 0], b"x"), answer(OK, &[1]));
    host.run_only("for i = 1, 20 do write_usb_msg(i) end");
    assert_eq!(host.messages().len(), 15);
    host.start("return read_usb_msg(1000)");
    assert_eq!((host.tell(9, "x"), host.tell(2, "y")), (3, 0));
    host.pass(1000);
    assert_eq!(host.messages(), [Message(2, 4, 2, b"y".to_vec())]);
}

// --- 12 Not settled from source ---

/// §12: What malloc(0) gives on each system.
///
/// Decided: nothing asks for it; TempData, scripts and messages of no bytes are data phases of no bytes, which hang.
#[test]
fn nothing_of_no_bytes_is_stored() {
    for command in [4, 7] {
        let mut host = Host::new();
        host.command(0x9999, &[command, 0]);
        host.send(&container(2, 0x9999, host.transaction, &[]));
        assert!(host.cable.read(&mut [0; 64], Duration::from_millis(50)).is_err(), "{command}");
        assert!(host.sinned("no bytes"));
        host.plug_in_again();
        assert_eq!(host.chdk(&[4, 1]), answer(GENERAL_ERROR, &[]));
        assert_eq!(host.chdk(&[1, 0x1000, 4]).data.map(|data| data.len()), Some(words(&[0]).len()));
    }
}
