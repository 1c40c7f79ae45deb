//! Definitions for editors, in the annotations of lua-language-server (LuaCATS), made from the tables of names.
//!
//! Host and camera are two Luas with names in common, so each has a folder of its own and settings of its own: an editor
//! looks at a folder of scripts with one of them. Lua's own functions are left to the language server, but for libraries in
//! which the camera has other functions than stock Lua.

mod camera;
mod host;
mod words;

use std::fmt::Write;

use serde_json::{Value, json};

/// Which Lua.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Host scripts: Lua 5.2 with `con`.
    Host,
    /// Camera scripts: CHDK's Lua 5.1.
    Camera,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Host, Self::Camera];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Camera => "camera",
        }
    }
}

/// A file of definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    /// Its path in the folder of its side, with slashes.
    pub path: String,
    /// Lua that runs and does nothing, with annotations.
    pub text: String,
}

/// In the first line of every file, by which it is known to be ours.
pub const MARK: &str = "-- made by moonshutter types: changes here are lost";

/// The definitions of one side.
pub fn definitions(side: Side) -> Vec<Definitions> {
    match side {
        Side::Host => host::definitions(),
        Side::Camera => camera::definitions(),
    }
}

/// The libraries of the language server that one side does not have, or has with other functions.
pub fn replaced_libraries(side: Side) -> &'static [&'static str] {
    match side {
        // Those of Lua 5.2 are right; newer ones and those of LuaJIT are not loaded for that version.
        Side::Host => &[],
        Side::Camera => &[
            "bit",
            "bit32",
            "coroutine",
            "debug",
            "ffi",
            "io",
            "jit",
            "math",
            "os",
            "package",
            "table.clear",
            "table.new",
            "utf8",
        ],
    }
}

/// What stands in `.luarc.json` for scripts of one side, with the definitions in `library`, a path from where it stands.
pub fn settings(side: Side, library: &str) -> Value {
    let mut settings = json!({
        "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
        "runtime.version": match side {
            Side::Host => "Lua 5.2",
            Side::Camera => "Lua 5.1",
        },
        "workspace.library": [library],
        "workspace.checkThirdParty": false,
        "diagnostics.disable": match side {
            // Small scripts have globals.
            Side::Host => vec!["lowercase-global"],
            // Parameters of the script's header are globals, too, which only moonshutter lint knows.
            Side::Camera => vec!["lowercase-global", "undefined-global"],
        },
    });
    if side == Side::Camera {
        settings["runtime.builtin"] =
            replaced_libraries(side).iter().map(|name| ((*name).to_owned(), json!("disable"))).collect();
    }
    settings
}

/// A file that grows.
struct File {
    path: String,
    text: String,
}

impl File {
    /// Begins a file that no script can require.
    fn new(path: &str) -> Self {
        Self { path: path.to_owned(), text: format!("{MARK}\n---@meta _\n") }
    }

    /// Begins the definitions of a module that scripts require.
    fn module(path: &str) -> Self {
        Self { path: path.to_owned(), text: format!("{MARK}\n---@meta\n") }
    }

    fn finish(self) -> Definitions {
        Definitions { path: self.path, text: self.text }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Paragraphs in front of what they document.
    fn doc(&mut self, paragraphs: &[&str]) {
        let mut first = true;
        for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
            if !first {
                self.line("---");
            }
            first = false;
            self.line(&format!("---{paragraph}"));
        }
    }

    /// `function NAME(a, b) end` with what is known of its arguments and what it returns.
    fn function(&mut self, name: &str, params: &[words::Param], returns: &[words::Returned]) {
        for param in params {
            let mark = if param.optional && param.name != "..." { "?" } else { "" };
            let remark = if param.remark.is_empty() { String::new() } else { format!(" {}", param.remark) };
            // Writing to a string does not fail.
            let _ = writeln!(self.text, "---@param {}{mark} {}{remark}", param.name, param.kind);
        }
        for returned in returns {
            let name = if returned.name.is_empty() { String::new() } else { format!(" {}", returned.name) };
            let _ = writeln!(self.text, "---@return {}{name}", returned.kind);
        }
        let names: Vec<_> = params.iter().map(|param| param.name.as_str()).collect();
        self.line(&format!("function {name}({}) end", names.join(", ")));
    }
}
