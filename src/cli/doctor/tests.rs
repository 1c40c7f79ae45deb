//! Machines and troubles, made by hand.

use super::*;
use crate::cli::doctor::report;
use crate::ptp::usb::{Holder, Seen, Strings};

const SERIAL: &str = "8A31C0FFEE0102030405060708090A0B";

/// A Linux machine with these devices.
fn machine(devices: Vec<Looked>) -> Observed {
    Observed {
        version: "0.1.0".to_owned(),
        system: "linux".to_owned(),
        machine: "x86_64".to_owned(),
        libusb: "1.0.27".to_owned(),
        no_usb: None,
        bad_names: None,
        others: 3,
        devices,
    }
}

/// A PowerShot that can be had, before it was talked to.
fn camera(opened: Opened) -> Looked {
    let seen = Seen {
        bus: 1,
        address: 4,
        ports: vec![2],
        vendor: 0x04a9,
        product: 0x3271,
        speed: Speed::High,
        descriptors: vec!["device 04a9:3271".to_owned()],
        interfaces: vec![(6, 1, 1)],
        readable: true,
        opened,
        strings: Some(Strings {
            manufacturer: "Canon Inc.".to_owned(),
            product: "Canon Digital Camera".to_owned(),
            serial: SERIAL.to_owned(),
        }),
        held_by: Vec::new(),
    };
    Looked { seen, talk: Talk::NotTried }
}

fn with(change: impl FnOnce(&mut Looked)) -> Looked {
    let mut looked = camera(Opened::Yes);
    change(&mut looked);
    looked
}

fn answers(operations: &[u16], chdk: Result<&str, &str>) -> Talk {
    Talk::Answers {
        model: "Canon PowerShot A1400".to_owned(),
        device_version: "1-6.0.1.0".to_owned(),
        serial: SERIAL.to_owned(),
        operations: operations.to_vec(),
        chdk: chdk.map(str::to_owned).map_err(str::to_owned),
    }
}

/// What is said, with the exit code.
fn told(observed: &Observed) -> String {
    let findings = diagnose(observed);
    let code = findings.iter().find_map(Finding::exit_code).unwrap_or(0);
    let text: String = findings.iter().map(|finding| format!("[{}] {finding}", finding.code)).collect();
    format!("{text}=> {code}\n")
}

fn holder(program: &str, pid: u32) -> Holder {
    Holder { pid, program: program.to_owned() }
}

#[test]
fn a_camera_that_works_is_fine() {
    let fine = with(|looked| looked.talk = answers(&[0x1001, 0x9999], Ok("2.9")));
    insta::assert_snapshot!("fine", told(&machine(vec![fine])));
}

#[test]
fn where_nothing_is_seen_the_usual_reasons_are_told() {
    let mut observed = machine(vec![]);
    let mut text = told(&observed);
    observed.others = 0;
    observed.system = "windows".to_owned();
    text += &told(&observed);
    insta::assert_snapshot!("nothing_seen", text);
}

#[test]
fn where_there_is_no_usb_it_says_so() {
    let mut observed = machine(vec![]);
    observed.no_usb = Some("Other error".to_owned());
    observed.bad_names = Some("/home/ada/.config/moonshutter/config.toml: line 1".to_owned());
    let mut text = told(&observed);
    observed.system = "macos".to_owned();
    text += &told(&observed);
    insta::assert_snapshot!("no_usb", text);
}

#[test]
fn without_permission_it_names_the_rule_and_its_place() {
    let forbidden = || with(|looked| (looked.seen.opened, looked.seen.strings) = (Opened::NoAccess, None));
    let mut observed = machine(vec![forbidden()]);
    let mut text = told(&observed);
    observed.system = "freebsd".to_owned();
    text += &told(&observed);
    insta::assert_snapshot!("no_access", text);
}

#[test]
fn whoever_has_it_is_named() {
    let busy =
        |held_by: Vec<Holder>| with(|looked| (looked.seen.opened, looked.seen.held_by) = (Opened::Busy, held_by));
    let mut text = told(&machine(vec![busy(vec![])]));
    text += &told(&machine(vec![busy(vec![holder("gphoto2", 412), holder("moonshutter", 500)])]));
    text += &told(&machine(vec![busy(vec![holder("gvfs-gphoto2-vo", 77)])]));
    // Neither of them tells who it is.
    for system in ["macos", "windows"] {
        let mut elsewhere = machine(vec![busy(vec![])]);
        elsewhere.system = system.to_owned();
        text += &told(&elsewhere);
    }
    insta::assert_snapshot!("busy", text);
}

#[test]
fn a_camera_without_chdk_is_told_from_one_with_an_old_chdk() {
    let without = with(|looked| looked.talk = answers(&[0x1001, 0x1002], Err("no operation 0x9999")));
    let old = with(|looked| looked.talk = answers(&[0x9999], Err("its CHDK speaks PTP protocol 1.0")));
    let mut text = told(&machine(vec![without]));
    text += &told(&machine(vec![old]));
    insta::assert_snapshot!("no_chdk", text);
}

#[test]
fn a_camera_that_does_not_answer_is_not_fine() {
    let fails = |kind, words: &str| {
        with(|looked| {
            looked.talk = Talk::Fails { kind, words: words.to_owned() };
            looked.seen.ports = vec![1, 4, 2];
        })
    };
    let mut text = told(&machine(vec![fails(ErrorKind::Timeout, "the camera did not answer for 5 s")]));
    text += &told(&machine(vec![fails(ErrorKind::Disconnected, "the connection was lost")]));
    insta::assert_snapshot!("no_answer", text);
}

#[test]
fn links_and_hubs_in_trouble_are_told() {
    let slow = with(|looked| {
        looked.talk = answers(&[0x9999], Ok("2.9"));
        (looked.seen.speed, looked.seen.ports) = (Speed::Full, vec![1, 3]);
    });
    let mute = with(|looked| {
        let seen = &mut looked.seen;
        (seen.readable, seen.interfaces, seen.strings, seen.opened) = (false, vec![], None, Opened::NotTried);
        seen.ports = vec![1, 3];
    });
    let gone = with(|looked| looked.seen.opened = Opened::Gone);
    let broken = with(|looked| looked.seen.opened = Opened::Failed("Input/Output Error".to_owned()));
    insta::assert_snapshot!("links", told(&machine(vec![slow, mute, gone, broken])));
}

#[test]
fn a_driver_of_windows_that_is_in_the_way_is_told() {
    let mut observed = machine(vec![camera(Opened::WrongDriver)]);
    observed.system = "windows".to_owned();
    insta::assert_snapshot!("wrong_driver", told(&observed));
}

#[test]
fn what_is_no_camera_is_told_and_does_not_count() {
    let printer = with(|looked| (looked.seen.interfaces, looked.seen.opened) = (vec![(7, 1, 2)], Opened::NotTried));
    let nikon = with(|looked| {
        let strings = Strings { product: "NIKON D3".to_owned(), ..Strings::default() };
        (looked.seen.vendor, looked.seen.strings) = (0x04b0, Some(strings));
    });
    insta::assert_snapshot!("no_camera", told(&machine(vec![printer, nikon])));
}

#[test]
fn a_report_names_nobody() {
    let fine = with(|looked| looked.talk = answers(&[0x9999], Ok("2.9")));
    let observed = machine(vec![fine]);
    let mut secrets = report::secrets(&observed);
    assert!(secrets.iter().any(|(secret, _)| secret == SERIAL));
    secrets.retain(|(_, shown)| *shown == "[serial number]");
    secrets.extend([("/home/augusta".to_owned(), "[home]"), ("augusta".to_owned(), "[user]")]);
    let log = [format!("{SERIAL} in /home/augusta/x, says augusta")];
    let text = report::write(&observed, &diagnose(&observed), &log, &secrets);
    assert!(!text.contains(SERIAL) && !text.contains("augusta"), "{text}");
    insta::assert_snapshot!("report", text);
}
