//! What kinds of cameras there are: their files, their words when something is wrong with them, and how they differ.

mod bare;

use std::fs;

use bare::{GENERAL_ERROR, Host, Message, OK, answer, boolean, int, string, words};
use moonshutter::connect::{self, Spec};
use moonshutter::sim::{Config, Profile};

fn camera(name: &str) -> Host {
    Host::with(Config { profile: Profile::named(name).unwrap(), ..Config::default() })
}

fn older(minor: u16) -> Host {
    Host::with(bare::protocol(minor))
}

/// What the profile of a text is refused with.
fn refusal(text: &str) -> String {
    Profile::from_toml(text, "mine.toml", "mine").unwrap_err().to_string()
}

// --- files ---

#[test]
fn every_profile_in_the_box_is_called_what_it_is_and_differs_from_the_others() {
    let profiles: Vec<_> = Profile::names().map(|name| Profile::named(name).unwrap()).collect();
    assert_eq!(profiles[0], Profile::default(), "the first is the default one");
    for (profile, name) in profiles.iter().zip(Profile::names()) {
        assert_eq!(profile.name, name);
        assert!(!profile.description.contains('\n') && profile.description.len() > 10, "{name}");
        assert_eq!(profiles.iter().filter(|other| other.description == profile.description).count(), 1, "{name}");
        let serials = profiles.iter().filter(|other| other.identity.serial == profile.identity.serial).count();
        assert!(serials == 1 || ["current", "canon"].contains(&name), "{name}");
    }
}

#[test]
fn a_camera_is_what_its_profile_says() {
    for name in Profile::names().filter(|name| *name != "canon") {
        let profile = Profile::named(name).unwrap();
        let mut host = camera(name);
        let chdk = profile.chdk.as_ref().unwrap();
        let protocol = [u32::from(chdk.protocol.0), u32::from(chdk.protocol.1)];
        assert_eq!(host.chdk(&[0]), answer(OK, &protocol), "{name}");
        let told = host.run("local b=get_buildinfo() return b.platform..' '..b.build_number..' '..b.os, b.platformid");
        let expected = format!("{} {} {}", profile.identity.platform, chdk.version, profile.body.os);
        assert_eq!(told, [string(1, &expected), int(1, profile.identity.platform_id)], "{name}");
        let coroutine = ["1.5", "1.3", "vxworks"].contains(&name);
        assert_eq!(host.run("return coroutine~=nil"), [boolean(2, coroutine)], "{name}");
    }
    assert_eq!(camera("canon").chdk(&[0]).code, 0x2005, "no CHDK, no operation");
}

#[test]
fn a_file_overrides_what_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = "base = \"1.3\"\n[identity]\nmodel = \"Mine\"\n[body.exposure]\nnd_filter = 5\n[control]\nseed = 7\n";
    fs::write(&path, text).unwrap();
    let (mine, base) = (Profile::load(&path).unwrap(), Profile::named("1.3").unwrap());
    assert_eq!((mine.name.as_str(), mine.identity.model.as_str()), ("mine", "Mine"));
    assert_eq!((mine.body.exposure.nd_filter, mine.control.seed), (5, Some(7)));
    assert_eq!((&mine.identity.serial, &mine.chdk), (&base.identity.serial, &base.chdk));
    assert_eq!(mine.body.exposure.iso_modes, base.body.exposure.iso_modes, "the rest of a table stays");
    let spec: Spec = format!("sim:{}", path.display()).parse().unwrap();
    let camera = connect::connect(&spec, &moonshutter::camera::Options::default()).unwrap();
    assert_eq!(camera.device_info().model, "Mine");
    assert_eq!(Profile::from_toml("chdk = false", "x", "x").unwrap().chdk, None);
    assert_eq!(Profile::from_toml("", "x", "x").unwrap().body, Profile::default().body, "current, if no base is named");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    for (text, words) in [
        ("[bodi]\n", "mine.toml:1:2: unknown field `bodi`"),
        ("\n[body]\ndigik = 5\n", "mine.toml:3:1: unknown field `digik`"),
        ("\n[body]\ndigik = 5\n", "did you mean \"digic\"?"),
        ("base = \"1.5\"\n[body.lens]\nzoom_steps = 5", "mine.toml:3:1: unknown field `zoom_steps`"),
        ("[body]\ndigic = \"five\"\n", "mine.toml:2:9: invalid type: string \"five\""),
        ("[body\n", "mine.toml:1:6: "),
        ("base = \"1.7\"", "mine.toml: base: there is no simulated camera called \"1.7\""),
        ("base = \"1.7\"", "there are current, 1.6, 1.5, 1.3"),
        ("base = 5", "mine.toml:1:8: invalid type: integer `5`"),
        ("chdk = 5", "false for a camera without CHDK"),
        ("[chdk]\nprotocol = [3, 0]", "chdk.protocol is [2, 0] to [2, 9], not [3, 0]"),
        ("[chdk]\nbuild_date = \"2020-01-01\"", "chdk.build_date is written like \"May 18 2023\""),
        ("[body]\nos = \"linux\"", "body.os is dryos or vxworks, not \"linux\""),
        ("[body]\npropset = 14", "body.propset is 1 to 13, not 14"),
        ("[ptp]\noperations = [0x1001, 0x1002, 0x1003, 0x100e]", "no answer to 0x100e"),
        ("[ptp]\noperations = [0x1001]", "nobody can talk to a camera without 0x1002"),
    ] {
        let said = refusal(text);
        assert!(said.contains(words), "{text}: {said}");
        assert!(!said.contains('\n'), "{said}");
    }
    let gone = Profile::load("no/such/file.toml".as_ref()).unwrap_err().to_string();
    assert!(gone.starts_with("no/such/file.toml: "), "{gone}");
}

#[test]
fn the_readmes_profile_is_one() {
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    let profile = Profile::from_toml(rest.split_once("```").unwrap().0, "README.md", "mine").unwrap();
    assert_ne!(profile.identity.model, Profile::named("1.5").unwrap().identity.model);
    assert_eq!(profile.chdk, Profile::named("1.5").unwrap().chdk);
}

#[test]
fn profiles_are_listed_by_what_to_give_to_c() {
    let list = connect::list().unwrap();
    assert_eq!(list[0].spec.to_string(), "sim");
    for candidate in &list {
        let shown = candidate.spec.to_string();
        assert_eq!(shown.parse::<Spec>().unwrap(), candidate.spec);
        assert!(connect::connect(&candidate.spec, &moonshutter::camera::Options::default()).is_ok(), "{shown}");
    }
    assert_eq!(list.len(), Profile::names().count());
}

#[test]
fn the_program_takes_profiles_and_says_what_is_wrong_with_them() {
    let run = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_moonshutter")).args(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, _) = run(&["exec", "-c", "sim:1.3", "return get_buildinfo().platform"]);
    assert_eq!((code, out.as_str()), (Some(0), "g12\n"));
    for (args, words) in [
        (&["sim", "--ptpip", "0", "--profile", "digc6"][..], "did you mean \"digic6\"?"),
        (&["sim", "--ptpip", "0", "--profile", "no/such.toml"], "no/such.toml: "),
        (&["sim", "--ptpip", "0", "--profile", "1.5", "--profile", "1.3"], "2 profiles for 1 cameras"),
        (&["exec", "-c", "sim:1.4", "return"], "there is no simulated camera called \"1.4\""),
    ] {
        let (code, out, err) = run(args);
        assert_ne!(code, Some(0), "{args:?}");
        assert!(out.is_empty() && err.contains(words), "{args:?}: {err}");
    }
}

// --- versions ---

/// §9 2.0 to 2.9: The version is what command 0 answers.
#[test]
fn every_version_says_which_it_is() {
    for minor in 0..=9 {
        assert_eq!(older(minor).chdk(&[0]), answer(OK, &[2, minor.into()]));
    }
}

/// §9 2.1: Live view came with it; before, its command is unknown.
///
/// §9 2.5: Remote capture came with it; before, its commands are unknown.
#[test]
fn commands_are_unknown_before_their_version() {
    for (command, since) in [(12, 1), (13, 5), (14, 5)] {
        for minor in [0, since - 1, since, 9] {
            let got = older(minor).chdk(&[command, 0]).code;
            assert_eq!(got == 0x2006, minor < since, "{command} in 2.{minor}");
        }
    }
}

/// §9 2.5: CallFunction had a limit of ten arguments before.
#[test]
fn functions_take_ten_arguments_before_2_5_and_any_number_since() {
    let count = moonshutter::sim::memory::COUNT;
    for (minor, args, expected) in [
        (4, 10, answer(OK, &[10])),
        (4, 11, answer(GENERAL_ERROR, &[])),
        (5, 11, answer(OK, &[11])),
        (5, 500, answer(OK, &[500])),
    ] {
        let call = [vec![count], vec![1; args]].concat();
        assert_eq!(older(minor).chdk_with(&[3], &words(&call)), expected, "2.{minor}, {args} arguments");
    }
}

/// §9 2.6: ExecuteScript takes flags since then; before, the language must be 0 exactly.
#[test]
fn scripts_have_flags_since_2_6() {
    for (minor, code) in [(5, 0x2006), (6, OK)] {
        let mut host = older(minor);
        assert_eq!(host.chdk_with(&[7, 0x100], b"sleep(1)\0").code, code, "2.{minor}");
    }
}

/// §9 2.8: GetMemory has modes and address 0 since then.
///
/// §9 [2017] 2.6: GetMemory of address 0 fails, and its mode is ignored.
#[test]
fn memory_has_modes_and_an_address_0_since_2_8() {
    for (minor, address_0, mode_7) in [(6, GENERAL_ERROR, OK), (7, GENERAL_ERROR, OK), (8, OK, GENERAL_ERROR)] {
        let mut host = older(minor);
        assert_eq!(host.chdk(&[1, 0, 4]).code, address_0, "address 0 in 2.{minor}");
        assert_eq!(host.chdk(&[1, 0x1000, 4, 7]).code, mode_7, "mode 7 in 2.{minor}");
    }
}

/// §9 2021-01-03: coroutine was removed.
///
/// §9 [2017]: coroutine is present.
///
/// §10 7: There is no coroutine by default; older builds have it.
#[test]
fn coroutine_goes_by_the_day_of_the_build() {
    for (day, there) in [("Jan 2 2021", true), ("Jan 3 2021", false), ("Jun 1 2017", true)] {
        let text = format!("[chdk]\nbuild_date = \"{day}\"");
        let profile = Profile::from_toml(&text, "x", "x").unwrap();
        let mut host = Host::with(Config { profile, ..Config::default() });
        assert_eq!(host.run("return coroutine~=nil"), [boolean(1, there)], "{day}");
    }
}

/// §9 2022-02-21: CHDK puts a NUL behind the script since then; before, the camera runs whatever follows.
///
/// §9 [2017]: A script is not NUL-terminated.
///
/// Decided: what follows is rubbish, and always the same. The log tells of it in either case.
#[test]
fn a_script_without_its_nul_runs_into_rubbish_before_2022() {
    for (name, status) in [("1.3", 1), ("1.5", 1), ("1.6", 1), ("current", 0)] {
        let mut host = camera(name);
        assert_eq!(host.chdk_with(&[7, 0], b"x=1").params, [1, status], "{name}");
        assert!(host.sinned("without a NUL"), "{name}");
        if status == 1 {
            let Some(Message(1, 1, 1, text)) = host.message() else { panic!("{name}: no error") };
            assert!(String::from_utf8_lossy(&text).starts_with(":1: "), "{name}");
        }
        host.pass(100);
        assert_eq!(host.execute(0, "x=1"), (2, 0), "{name}, with its NUL");
    }
}

/// §7: A name is there from the build of its first appearance on; §9 (CHDK's git log): fmath came on 2021-04-30.
#[test]
fn names_are_nil_before_their_day() {
    for (name, builds) in [
        ("fmath", [false, false, true, true]),
        ("imath", [true, true, true, true]),
        ("get_current_tv96", [false, true, true, true]),
        ("get_alt_mode", [false, true, true, true]),
        ("rawop", [false, true, true, true]),
        ("screen_needs_refresh", [false, false, false, true]),
        ("set_exit_key", [true, true, true, true]),
        ("os.idir", [false, true, true, true]),
        ("get_dof", [false, false, false, false]),
    ] {
        for (build, there) in ["1.3", "1.5", "1.6", "current"].into_iter().zip(builds) {
            let got = camera(build).run(&format!("return {name}~=nil"));
            assert_eq!(got, [boolean(1, there)], "{name} in {build}");
        }
    }
}

/// §7 1.3 → 1.4: get_raw, get_video_button, get_focus_ok, save_config_file, load_config_file and set_mf return booleans
/// since then.
#[test]
fn some_truths_were_numbers_before_1_4() {
    for (build, kind) in [("1.3", "number"), ("1.5", "boolean"), ("current", "boolean")] {
        let source = "return type(get_raw())..' '..type(get_focus_ok())..' '..type((get_mode()))";
        let expected = format!("{kind} {kind} boolean");
        assert_eq!(camera(build).run(source), [string(1, &expected)], "{build}");
    }
}

/// §9 2.0: There is a type for tables, and strings may be empty.
#[test]
fn tables_have_a_type_since_2_0() {
    let got = older(0).run("return {7}, ''");
    assert_eq!(got, [Message(2, 5, 1, b"1\t7\n".to_vec()), string(1, "")]);
}

/// §9 [2011] 1.0: No kill, no flags, tables as strings, an empty queue that answers four bytes, no dummy bytes on errors.
///
/// Not modelled: a profile with a protocol before 2.0 is refused.
#[test]
fn nothing_before_2_0_can_be_simulated() {
    assert!(refusal("[chdk]\nprotocol = [1, 0]").contains("chdk.protocol is [2, 0] to [2, 9], not [1, 0]"));
}
