//! Words for what the analysis found.

use super::YIELD;
use super::builtins::Builtin;
use super::program::{FunctionRef, Program, Site};
use super::witness::{Boundary, Hit, Step};
use crate::lint::finding::{Finding, Label, Severity};

impl Boundary {
    /// What it is called: what stands behind "inside".
    pub fn words(self) -> String {
        match self {
            Self::Pcall => "`pcall`".into(),
            Self::Xpcall => "`xpcall`".into(),
            Self::Handler => "the error handler of `xpcall`".into(),
            Self::Require => "`require`".into(),
            Self::Library => "the `require` that loads this module".into(),
            Self::Dofile => "`dofile`".into(),
            Self::Iterator => "the iterator of a `for` loop".into(),
            Self::Meta(event) => format!("the metamethod `{event}`"),
            Self::Tostring => "`tostring`, which calls `__tostring`".into(),
            Self::Print => "`print`, which calls `tostring`".into(),
            Self::Sort => "the comparison of `table.sort`".into(),
            Self::Gsub => "the replacement of `string.gsub`".into(),
            Self::Foreach => "the callback of `table.foreach`".into(),
            Self::Foreachi => "the callback of `table.foreachi`".into(),
            Self::Reader => "the reader of `load`".into(),
            Self::Hook => "a hook of `debug.sethook`".into(),
            Self::Converter => "`usb_msg_table_to_string`".into(),
            Self::Finalizer => "a finalizer (`__gc`)".into(),
            Self::Restore => "`restore`".into(),
        }
    }

    /// What the script sees of it.
    fn outcome(self) -> &'static str {
        match self {
            Self::Pcall | Self::Xpcall => {
                "It returns false and \"attempt to yield across metamethod/C-call boundary\", without having waited."
            }
            Self::Handler => "`xpcall` then returns false and \"error in error handling\" instead of the error.",
            Self::Reader => {
                "`load` then returns nil and \"attempt to yield across metamethod/C-call boundary\", and no function."
            }
            Self::Hook => {
                "The script then ends with \"attempt to yield across metamethod/C-call boundary\" wherever it happens \
                 to be."
            }
            Self::Finalizer => {
                "Whatever statement happens to start a garbage collection then raises \"attempt to yield across \
                 metamethod/C-call boundary\"."
            }
            Self::Converter => {
                "The table is not sent: \"attempt to yield across metamethod/C-call boundary\" is raised instead."
            }
            Self::Restore => {
                "The camera takes it for the end of `restore`: what comes behind is not done, without a word."
            }
            _ => "It raises \"attempt to yield across metamethod/C-call boundary\".",
        }
    }

    /// What to write instead.
    fn remedy(self) -> &'static str {
        match self {
            Self::Pcall | Self::Xpcall => {
                "Wait outside of it: check what may fail first, keep only what cannot wait inside, and call functions \
                 that wait directly."
            }
            Self::Handler => "Let the handler only return or note the error, and wait after `xpcall` has returned.",
            Self::Require | Self::Library => {
                "Let the module only define functions, and call what waits after `require` has returned."
            }
            Self::Dofile => "Write `loadfile(NAME)()`, which calls the file from Lua, where it may wait.",
            Self::Iterator => {
                "Write a `while` loop that calls the function itself: `while true do local x = f() if not x then break \
                 end … end`."
            }
            Self::Meta(_) | Self::Tostring | Self::Print => {
                "Make it a function or a method that is called by its name; only `__call` may wait."
            }
            Self::Sort => "Get the values that are compared before sorting.",
            Self::Gsub => "Loop over `string.gmatch` and wait in the body of the loop.",
            Self::Foreach => "Write `for k, v in pairs(t) do … end`, whose body may wait.",
            Self::Foreachi => "Write `for i, v in ipairs(t) do … end`, whose body may wait.",
            Self::Reader => "Put the text together first, and give it to `loadstring`.",
            Self::Hook => {
                "Wait in the script itself; a hook also takes the place of the one that keeps the camera alive."
            }
            Self::Converter => "Prepare the table before it is sent, and let the function only put text together.",
            Self::Finalizer => "Release things by a function that is called, not by a finalizer.",
            Self::Restore => "Do first what must be done, with functions that do not wait.",
        }
    }
}

/// What becomes of the action that the function had queued (CHDK modules/luascript.c:458-505, 1180).
fn left_behind(builtin: Builtin) -> Option<String> {
    let what = match builtin.name() {
        "shoot" => {
            "the picture is taken later, at the script's next real wait, and its result turns up as an extra value there"
        }
        "sleep" => "the pause is made later, on top of the script's next real wait",
        "click" | "press" | "release" => "the key moves later, at the script's next real wait",
        "wait_click" => "the wait for a key is made later, on top of the script's next real wait",
        "read_usb_msg" | "write_usb_msg" => {
            "the message is waited for later, and the result turns up as an extra value of the script's next real wait"
        }
        "md_detect_motion" | "file_browser" | "textbox" => {
            "it runs later, and its result turns up as an extra value of the script's next real wait"
        }
        _ => return None,
    };
    Some(format!("What `{}` has begun stays queued in the camera: {what}.", builtin.name()))
}

/// The finding for a yield that hits a boundary.
pub fn hit(program: &Program<'_>, hit: &Hit) -> Finding {
    let severity = if hit.certain { Severity::Error } else { Severity::Warning };
    let verb = if hit.certain { "waits" } else { "may wait" };
    let name = hit.builtin.name();
    let source = |site: Site| program.unit(site.unit).source;
    // Who loads a library is not in it.
    let steps = match &hit.steps[..] {
        [Step::Boundary(_, Boundary::Library), _, inner @ ..] => inner,
        steps => steps,
    };
    let site = match hit.boundary {
        Boundary::Library => steps.first().map_or(hit.at, Step::site),
        _ => hit.site,
    };
    let through = through(program, steps, hit.boundary);
    let message = format!("`{name}` {verb} inside {}{through}, where the camera cannot wait", hit.boundary.words());
    let mut finding = Finding::new(YIELD, severity, source(site), site.span, message);
    let mut label = |site: Site, message: String| {
        let label = Label { source: source(site), span: site.span, message: message.into() };
        if finding.trace.last() != Some(&label) {
            finding.trace.push(label);
        }
    };
    for step in steps {
        match step {
            Step::Call(site, function) => label(*site, format!("calls {}", quoted(program, *function))),
            Step::Boundary(site, boundary) => label(*site, format!("from here on, inside {}", boundary.words())),
        }
    }
    label(hit.at, format!("`{name}` waits here"));
    for (site, builtin) in &hit.others {
        let message = format!("so does `{}`", builtin.name());
        finding.labels.push(Label { source: source(*site), span: site.span, message: message.into() });
    }
    finding.help.push(hit.boundary.outcome().into());
    finding.help.extend(left_behind(hit.builtin).map(Into::into));
    finding.help.push(hit.boundary.remedy().into());
    finding
}

fn quoted(program: &Program<'_>, function: FunctionRef) -> String {
    let name = program.function_name(function);
    if name.starts_with("the ") || name.starts_with("code ") { name } else { format!("`{name}`") }
}

/// The functions between the boundary and the yield.
fn through(program: &Program<'_>, steps: &[Step], boundary: Boundary) -> String {
    let inner = steps.iter().rposition(|step| matches!(step, Step::Boundary(..))).map_or(0, |at| at + 1);
    let names: Vec<String> = steps[inner..]
        .iter()
        .filter_map(|step| match step {
            Step::Call(_, function) => Some(quoted(program, *function)),
            Step::Boundary(..) => None,
        })
        .filter(|name| name.starts_with('`') || name.contains(" of "))
        .collect();
    // What is called as the boundary is needs no second mention.
    let names = match names.split_first() {
        Some((first, rest)) if boundary.words().ends_with(first.as_str()) => rest,
        _ => &names,
    };
    match names {
        [] => String::new(),
        [.., last] if names.len() > 3 => format!(", by way of {}, … and {last}", names[0]),
        names => format!(", by way of {}", names.join(" and ")),
    }
}
