//! Camera functions that need the card, the clock or nothing at all. What needs the rest of the camera is the engine's.
//!
//! To give a [`Vm`](crate::sim::vm::Vm) its functions: those of the engine, [`names`], and [`unmodelled`] for whatever
//! nobody claims; then [`constants`]. The engine's `Firmware::call` answers its own and hands the others to [`call`].

pub mod args;
mod bits;
mod imath;
mod os;

use crate::api;
use crate::sim::card::Card;
use crate::sim::profile::Profile;
use crate::sim::vm::{self, Reply, Value};
use args::Args;

pub use os::camera_time;
pub(crate) use os::{bear, host_time};

/// What the functions see of the camera.
pub struct Env<'a> {
    /// The card in it.
    pub card: &'a Card,
    /// Its clock: local time, in seconds since 1970 as if it were UTC. See [`camera_time`].
    pub now: i64,
    /// What kind of camera it is.
    pub profile: &'a Profile,
}

/// The functions of this library.
pub fn names() -> Vec<&'static str> {
    [os::NAMES, imath::NAMES, bits::NAMES].concat()
}

/// Names with a value instead of a function.
pub fn constants() -> &'static [(&'static str, i32)] {
    imath::CONSTANTS
}

/// Calls a function by its name; one that this library does not know is not modelled.
pub fn call(name: &str, args: &[Value], env: &Env) -> Reply {
    let args = Args(args);
    let done = match name.split_once('.') {
        Some(("os", function)) => os::call(function, args, env),
        Some(("imath", function)) => imath::call(function, args),
        _ => bits::call(name, args),
    };
    // A failed check is as much an answer as a result.
    done.map_or_else(|| not_modelled(name), |reply| reply.unwrap_or_else(|reply| reply))
}

/// What a function answers that exists on a camera, but not yet in this one.
pub fn not_modelled(name: &str) -> Reply {
    args::error(format!("{name}: the simulated camera does not do this yet"))
}

/// The camera's functions that neither this library, nor Lua, nor any of `claimed` provides. They should exist, for
/// scripts look whether they do, and raise when they are called.
pub fn unmodelled(claimed: &[&str]) -> Vec<&'static str> {
    let ours = names();
    api::entries()
        .filter(|entry| {
            let absent = matches!(entry.category, "lua-missing" | "removed" | "lualib");
            let of_lua = entry.category.starts_with("lua-") && entry.category != "lua-os" || entry.category == "fmath";
            // Values, methods, and what the script or the firmware's own Lua defines.
            let no_function = entry.args == "(constant)"
                || entry.name.contains([':', ' '])
                || ["restore", "usb_msg_table_to_string"].contains(&entry.name);
            let known = ours.contains(&entry.name) || vm::OWN.contains(&entry.name) || claimed.contains(&entry.name);
            !(absent || of_lua || no_function || known)
        })
        .map(|entry| entry.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmodelled_functions_are_the_cameras_and_nobody_elses() {
        let names = unmodelled(&["sleep", "press"]);
        for name in ["get_prop", "shoot", "hook_raw.set", "rawop.get_cfa", "set_av96"] {
            assert!(names.contains(&name), "{name}");
        }
        for name in [
            "sleep",
            "press",
            "print",
            "set_yield",
            "os.stat",
            "os.idir",
            "imath.pi",
            "imath.mul",
            "bitand",
            "pcall",
            "io.open",
            "coroutine.create",
            "get_dof",
            "restore",
            "hook_raw.wait_ready",
            "rawop_histogram:bits",
            "fmath.new",
            "string.rep",
        ] {
            assert!(!names.contains(&name), "{name}");
        }
    }

    #[test]
    fn every_name_of_the_library_is_in_the_cameras_api_and_answers() {
        let card = Card::temporary().unwrap();
        let profile = Profile::default();
        let env = Env { card: &card, now: 0, profile: &profile };
        for name in names() {
            assert!(api::entries().any(|entry| entry.name == name), "{name}");
            assert_ne!(call(name, &[], &env), not_modelled(name), "{name}");
        }
        assert_eq!(call("get_prop", &[], &env), not_modelled("get_prop"));
    }

    #[test]
    fn constants_are_those_of_the_api() {
        for (name, value) in constants() {
            let entry = api::entries().find(|entry| entry.name == *name).unwrap();
            assert!(entry.note.contains(&format!("value {value} ")), "{name}");
        }
    }
}
