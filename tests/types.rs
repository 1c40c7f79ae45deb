//! The definitions for editors are made from the tables of names, define what is there and nothing else, and are Lua.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use moonshutter::api::luacats::{Side, definitions, replaced_libraries, settings};
use moonshutter::api::{self, Presence};
use moonshutter::host::{Host, HostOptions};

const SWITCH: &str = "MOONSHUTTER_WRITE_TYPES";
const COMMAND: &str = "just types (MOONSHUTTER_WRITE_TYPES=1 cargo test --test types)";

fn folder(side: Side) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lua/types").join(side.name())
}

fn host() -> Host {
    let options = HostOptions { spec: Some("sim".parse().unwrap()), ..HostOptions::default() };
    Host::new(options).unwrap()
}

/// The Lua files in a folder and those in it, by their paths from there.
fn files_in(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            found.extend(files_in(&path).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_files_in_the_repository_are_those_that_are_made() {
    for side in Side::ALL {
        let folder = folder(side);
        let made: BTreeMap<_, _> = definitions(side).into_iter().map(|file| (file.path, file.text)).collect();
        if std::env::var_os(SWITCH).is_some() {
            if folder.exists() {
                fs::remove_dir_all(&folder).unwrap();
            }
            for (path, text) in &made {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        let there = files_in(&folder);
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&there), names(&made), "{COMMAND} brings lua/types/{} up to date", side.name());
        for (path, text) in made {
            assert!(there[&path] == text, "lua/types/{}/{path} is out of date: {COMMAND}", side.name());
        }
    }
}

/// What the definitions of one side define, with dots: functions, fields of tables and classes, globals.
fn defined(side: Side) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in definitions(side) {
        let mut class = String::new();
        let mut fields: Vec<String> = Vec::new();
        for line in file.text.lines() {
            let first_word = |text: &str| text.split([' ', '(', '?']).next().unwrap_or_default().to_owned();
            if let Some(rest) = line.strip_prefix("---@class ") {
                class = first_word(rest.trim_start_matches("(exact) "));
                fields.clear();
            } else if let Some(rest) = line.strip_prefix("---@field ") {
                let field = first_word(rest);
                if class.ends_with("Options") || field.starts_with('[') {
                    continue;
                }
                fields.push(field.clone());
                names.insert(format!("{}.{field}", global_of(&class)));
            } else if let Some(rest) = line.strip_prefix("function ") {
                names.insert(global_of(&first_word(rest).replace(':', ".")));
            } else if let Some((name, _)) = line.split_once(" = {}")
                && !name.starts_with("local ")
            {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The name that scripts have for what a class of ours stands for.
fn global_of(name: &str) -> String {
    let (first, rest) = name.split_once('.').map_or((name, ""), |(first, rest)| (first, rest));
    match (first, rest) {
        ("moonshutter", "Connection") => "con".to_owned(),
        ("moonshutter", class) => class.to_owned(),
        ("Connection", rest) => format!("con.{rest}"),
        ("Simulated", rest) => format!("sim.{rest}"),
        ("Libraries", rest) => format!("chdk.rlibs.{rest}"),
        // The language server's names for the classes of Lua's libraries.
        ("iolib" | "oslib" | "mathlib" | "debuglib" | "packagelib", _) => name.replacen("lib", "", 1),
        _ => name.to_owned(),
    }
}

fn complain(side: Side, missing: &BTreeSet<String>, strange: &BTreeSet<String>) {
    assert!(missing.is_empty(), "the definitions for the {} lack {missing:?}", side.name());
    assert!(strange.is_empty(), "the definitions for the {} have {strange:?}, which does not exist", side.name());
}

#[test]
fn what_a_live_host_has_is_defined_and_nothing_else() {
    let host = host();
    host.run("test.lua", b"", &[]).unwrap();
    let ours = |name: &String| api::host(name).is_none_or(|entry| !entry.is_stock());
    // The other name of a table that is defined.
    let live = host.names().unwrap().into_iter().filter(ours).filter(|name| !name.starts_with("chdku.rlibs."));
    let live: BTreeSet<_> = live.map(|name| name.replace(':', ".")).collect();
    let types: BTreeSet<_> =
        api::host_entries().filter(|entry| entry.is_field_of_type()).map(|entry| entry.name.to_owned()).collect();
    let defined = defined(Side::Host);
    let missing = live.iter().chain(&types).filter(|name| !defined.contains(*name)).cloned().collect();
    let all: BTreeSet<_> = host.names().unwrap().into_iter().map(|name| name.replace(':', ".")).collect();
    let strange = defined.iter().filter(|name| !all.contains(*name) && !types.contains(*name)).cloned().collect();
    complain(Side::Host, &missing, &strange);
}

#[test]
fn what_the_camera_has_is_defined_and_nothing_else() {
    let left = ["lua-base", "lua-string", "lua-table"];
    let there = |entry: &api::Entry| {
        let presence = api::find(entry.name).map(|name| name.presence);
        matches!(presence, Some(Presence::Camera | Presence::Module))
    };
    let plain = |name: &str| name != "restore" && !name.contains([' ', '/']) && !matches!(name, "propcase" | "wrap13");
    let entries: Vec<_> = api::entries().filter(|entry| there(entry) && plain(entry.name)).collect();
    let needed =
        entries.iter().filter(|entry| !left.contains(&entry.category)).map(|entry| entry.name.replace(':', "."));
    let needed: BTreeSet<_> = needed.chain(api::lib_entries().map(|entry| entry.name.to_owned())).collect();
    let mut all: BTreeSet<_> = entries.iter().map(|entry| entry.name.replace(':', ".")).chain(needed.clone()).collect();
    all.extend(api::globals().map(str::to_owned));
    all.extend(api::modules().iter().flat_map(|module| module.globals).map(ToString::to_string));
    let defined = defined(Side::Camera);
    let missing = needed.iter().filter(|name| !defined.contains(*name)).cloned().collect();
    let strange = defined.iter().filter(|name| !all.contains(*name)).cloned().collect();
    complain(Side::Camera, &missing, &strange);
    for name in ["coroutine", "math.floor", "os.getenv", "io.popen"] {
        assert!(!defined.contains(name), "{name}");
    }
}

#[test]
fn definitions_are_lua() {
    for side in Side::ALL {
        for file in definitions(side) {
            let parsed = full_moon::parse(&file.text);
            assert!(parsed.is_ok(), "{}/{}: {parsed:?}", side.name(), file.path);
        }
    }
    // They run in the Lua that they are for.
    for file in definitions(Side::Host) {
        host().run(&file.path, file.text.as_bytes(), &[]).unwrap();
    }
    let host = host();
    for file in definitions(Side::Camera) {
        let script = "return con:execwait(arg[1], {lint = false, nodefaultlib = true})";
        host.run(&file.path, script.as_bytes(), std::slice::from_ref(&file.text)).unwrap();
    }
}

#[test]
fn what_people_read_of_a_few() {
    let text = |side: Side, path: &str, from: &str, lines: usize| {
        let file = definitions(side).into_iter().find(|file| file.path == path).unwrap();
        let at = file.text.find(from).unwrap_or_else(|| panic!("no {from} in {path}"));
        let before = file.text[..at].rfind("\n\n").unwrap() + 2;
        file.text[before..].lines().take(lines).collect::<Vec<_>>().join("\n")
    };
    let shown = [
        text(Side::Host, "con.lua", "function Connection:wait_msg(", 6),
        text(Side::Host, "con.lua", "function Connection:wait_msg_pcall(", 5),
        text(Side::Host, "con.lua", "---@class (exact) moonshutter.con_read_msg_strictOptions", 4),
        text(Side::Camera, "functions.lua", "function wait_click(", 7),
        text(Side::Camera, "functions.lua", "function get_mode(", 8),
        text(Side::Camera, "lua.lua", "function os.stat(", 8),
    ];
    insta::assert_snapshot!("types_definitions", shown.join("\n\n"));
    insta::assert_snapshot!("types_settings", format!("{:#}", settings(Side::Camera, ".moonshutter")));
}

/// A library of the language server that is switched off is defined here, or not there on the camera.
#[test]
fn libraries_that_are_switched_off_are_replaced_or_missing() {
    let defined = defined(Side::Camera);
    for library in replaced_libraries(Side::Camera) {
        assert_eq!(api::is_global(library), defined.contains(*library), "{library}");
    }
}

fn types(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    let output = command.current_dir(folder).arg("types").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn luarc(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join(".luarc.json")).unwrap()).unwrap()
}

#[test]
fn a_folder_for_each_kind_of_script_is_made_ready() {
    let temporary = tempfile::tempdir().unwrap();
    let (code, out, err) = types(&["scripts"], temporary.path());
    assert_eq!(code, 0, "{err}");
    for side in Side::ALL {
        let folder = temporary.path().join("scripts").join(side.name());
        let made: BTreeMap<_, _> = definitions(side).into_iter().map(|file| (file.path, file.text)).collect();
        assert_eq!(files_in(&folder.join(".moonshutter")), made);
        assert_eq!(luarc(&folder), settings(side, ".moonshutter"));
        assert!(out.contains(&format!("settings for {} scripts", side.name())), "{out}");
    }
    assert!(err.contains("docs/editors.md"), "{err}");
    // Once more changes nothing.
    let (code, out, _) = types(&["scripts"], temporary.path());
    assert_eq!((code, out.matches("has all that is needed").count()), (0, 2), "{out}");
}

#[test]
fn a_folder_can_be_of_one_kind() {
    let temporary = tempfile::tempdir().unwrap();
    assert_eq!(types(&[".", "--for", "camera"], temporary.path()).0, 0);
    assert_eq!(luarc(temporary.path())["runtime.version"], "Lua 5.1");
    assert!(temporary.path().join(".moonshutter/gen/modelist.lua").exists());
    let (code, _, err) = types(&[".", "--for", "both"], temporary.path());
    assert_eq!(code, 2, "{err}");
    assert_eq!(types(&[], temporary.path()).0, 2);
    let (code, _, err) = types(&[".", "--for", "host"], temporary.path());
    assert!(code == 2 && err.contains("set up for camera scripts"), "{err}");
    assert!(!temporary.path().join(".moonshutter/con.lua").exists());
    assert_eq!(types(&[".", "--for", "host", "--force"], temporary.path()).0, 0);
    assert_eq!(luarc(temporary.path()), settings(Side::Host, ".moonshutter"));
    assert!(!temporary.path().join(".moonshutter/gen/modelist.lua").exists());
}

#[test]
fn settings_of_the_user_are_not_lost() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join(".luarc.json");
    let theirs = "{\n  \"hint.enable\": true,\n  \"workspace.library\": [\"mine\"]\n}\n";
    fs::write(&path, theirs).unwrap();
    let (code, _, err) = types(&[".", "--for", "host"], temporary.path());
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("left as it is") && err.contains("\"runtime.version\": \"Lua 5.2\""), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    assert!(temporary.path().join(".moonshutter/con.lua").exists());

    let (code, out, _) = types(&[".", "--for", "host", "--force"], temporary.path());
    assert_eq!(code, 0, "{out}");
    let merged = luarc(temporary.path());
    assert_eq!(merged["hint.enable"], true);
    assert_eq!(merged["workspace.library"], serde_json::json!(["mine", ".moonshutter"]));
    assert_eq!(types(&[".", "--for", "host"], temporary.path()).0, 0);

    let with_comment = "// mine\n{}\n";
    fs::write(&path, with_comment).unwrap();
    let (code, _, err) = types(&[".", "--for", "host", "--force"], temporary.path());
    assert_eq!((code, fs::read_to_string(&path).unwrap().as_str()), (1, with_comment), "{err}");
}

#[test]
fn only_our_own_definitions_are_replaced() {
    let temporary = tempfile::tempdir().unwrap();
    let library = temporary.path().join(".moonshutter");
    fs::create_dir(&library).unwrap();
    fs::write(library.join("mine.lua"), "-- mine").unwrap();
    fs::write(library.join("old.lua"), "-- made by moonshutter types: changes here are lost\n").unwrap();
    assert_eq!(types(&[".", "--for", "host"], temporary.path()).0, 0);
    assert!(library.join("mine.lua").exists() && !library.join("old.lua").exists());

    fs::write(library.join("con.lua"), "-- mine").unwrap();
    let (code, _, err) = types(&[".", "--for", "host"], temporary.path());
    assert_eq!(code, 1);
    assert!(err.contains("con.lua") && err.contains("move it away"), "{err}");
    assert_eq!(fs::read_to_string(library.join("con.lua")).unwrap(), "-- mine");

    fs::write(temporary.path().join("file"), "").unwrap();
    let (code, _, err) = types(&["file"], temporary.path());
    assert_eq!(code, 1);
    assert!(err.contains("cannot make"), "{err}");
}
