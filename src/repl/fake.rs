//! A world of plain data, for tests.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;

use super::line::Language;
use super::world::{Argument, Command, Described, Flag, FolderEntry, Key, Kind, Member, World};

/// A world with a connection, a table of the user's, a card and a few files.
pub(super) struct Fake {
    pub(super) language: Language,
    members: HashMap<Vec<Key>, Vec<Member>>,
    /// How often a function of the user's was asked about.
    pub(super) questions: Cell<usize>,
}

const COMMANDS: &[Command] = &[
    Command { name: "help", usage: "[NAME]", help: "tells of a name", arguments: &[Argument::Name], flags: &[] },
    Command { name: "list", usage: "", help: "lists cameras", arguments: &[], flags: &[] },
    Command {
        name: "ls",
        usage: "[FOLDER]",
        help: "lists a folder of the camera",
        arguments: &[Argument::CameraPath],
        flags: &[Flag { name: "-l", value: None, help: "with sizes" }],
    },
    Command {
        name: "put",
        usage: "FILE [TO]",
        help: "sends a file",
        arguments: &[Argument::LocalPath, Argument::CameraPath],
        flags: &[],
    },
    Command { name: "time", usage: "CODE", help: "says how long it takes", arguments: &[Argument::Line], flags: &[] },
    Command {
        name: "connect",
        usage: "CAMERA",
        help: "connects",
        arguments: &[Argument::CameraSpec],
        flags: &[Flag { name: "--mode", value: Some(Argument::Word(&["play", "rec"])), help: "the mode" }],
    },
];

impl Fake {
    pub(super) fn new(language: Language) -> Self {
        let key =
            |path: &str| path.split('.').filter(|name| !name.is_empty()).map(|name| Key::Text(name.into())).collect();
        let list = |names: &str| names.split(' ').map(member).collect();
        let members = [
            ("", "con= chdk= print() pcall() t= _G= string= io= help()"),
            ("con", "exec() execwait() exec_pcall() upload() download() listdir() wait_msg() write_msg() lint"),
            ("chdk", "connect() connection() list()"),
            ("t", "a= count take()"),
            ("t.a", "b=|two words|say\"it\"|_own"),
            ("string", "upper() lower()"),
            ("many", "a() b() c() d() e() f() g() h() i() j()"),
            ("io", "open() lines()"),
            ("package.loaded", "string= json="),
            ("package.loaded.json", "encode() decode()"),
        ];
        let members = members.map(|(path, names)| match names.contains('|') {
            true => (key(path), names.split('|').map(member).collect()),
            false => (key(path), list(names)),
        });
        Self { language, members: members.into(), questions: Cell::new(0) }
    }
}

fn member(name: &str) -> Member {
    match (name.strip_suffix("()"), name.strip_suffix('=')) {
        (Some(name), _) => Member::new(name, Kind::Function),
        (_, Some(name)) => Member::new(name, Kind::Table),
        _ => Member::new(name, Kind::Value),
    }
}

fn entries(names: &[&str]) -> Option<Vec<FolderEntry>> {
    let entry = |name: &&str| match name.strip_suffix('/') {
        Some(name) => FolderEntry { name: name.into(), is_dir: true },
        None => FolderEntry { name: (*name).into(), is_dir: false },
    };
    Some(names.iter().map(entry).collect())
}

impl World for Fake {
    fn language(&self) -> Language {
        self.language
    }

    fn members(&self, path: &[Key]) -> Option<Vec<Member>> {
        self.members.get(path).cloned()
    }

    fn camera_folder(&self, path: &str) -> Option<Vec<FolderEntry>> {
        // Cards know no capitals.
        match path.to_ascii_uppercase().as_str() {
            "A/" => entries(&["DCIM/", "CHDK/", "my file.txt", "it's", "bad\u{1b}[31m"]),
            "A/DCIM" => entries(&["100CANON/", "101CANON/", "CANONMSC/"]),
            "A/DCIM/100CANON" => entries(&["IMG_0001.JPG"]),
            _ => None,
        }
    }

    fn local_folder(&self, path: &Path) -> Option<Vec<FolderEntry>> {
        match path.to_str()? {
            "" => entries(&["scripts/", "scan.lua", "my scan.lua", ".hidden"]),
            "scripts/" => entries(&["a.lua"]),
            _ => None,
        }
    }

    fn commands(&self) -> &[Command] {
        COMMANDS
    }

    fn cameras(&self) -> Vec<String> {
        vec!["sim".into(), "usb:1:5".into()]
    }

    fn describe(&self, name: &str) -> Option<Described> {
        self.questions.set(self.questions.get() + 1);
        (name == "t.take").then(|| Described { args: "count, path".into(), summary: String::new() })
    }
}
