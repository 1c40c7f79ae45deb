//! Compiles the simulated camera's Lua: Lua 5.1.5 with int numbers and our shim, as one translation unit.
//!
//! Lua's sources come with the `lua-src` crate, which compiles them but does not say where they are. So it is made to
//! compile them once with dependency files, and those name them. That needs neither network nor a warm registry cache
//! (which `cargo metadata` does), and survives `--remap-path-prefix`. `CAM51_LUA_SRC` names the folder by hand.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=CAM51_LUA_SRC");
    println!("cargo::rerun-if-changed=build.rs");
    let shim = Path::new("src/sim/vm");
    for file in ["camera_conf.h", "shim.h", "lua51.c", "values.c", "schedule.c", "baselib.c", "state.c"] {
        println!("cargo::rerun-if-changed={}", shim.join(file).display());
    }

    let lua = match env::var_os("CAM51_LUA_SRC") {
        Some(folder) => PathBuf::from(folder),
        None => find_lua(&PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?).join("probe"))?,
    };
    cc::Build::new()
        .file(shim.join("lua51.c"))
        .include(shim)
        .include(&lua)
        .flag_if_supported("-fwrapv")
        // Debug builds too: the depth of Lua's recursions, and with it `vm::STACK_SIZE`, hangs on the frames' size.
        .opt_level(2)
        .warnings(true)
        .try_compile("cam51")?;
    Ok(())
}

/// The folder of Lua 5.1's sources, learnt from compiling them.
fn find_lua(probe: &Path) -> Result<PathBuf, Box<dyn Error>> {
    // The target's own CFLAGS outrank the general ones, which stay as the user set them.
    let key = format!("CFLAGS_{}", env::var("TARGET")?.replace('-', "_"));
    let flags = env::var_os(&key);
    // SAFETY: a build script's main thread, before any other exists.
    unsafe { env::set_var(&key, "-MD") };
    let built = lua_src::Build::new().out_dir(probe).opt_level("0").try_build(lua_src::Lua51);
    // SAFETY: as above; the compilers have been waited for.
    unsafe {
        match flags {
            Some(flags) => env::set_var(&key, flags),
            None => env::remove_var(&key),
        }
    }
    built?;

    for entry in fs::read_dir(probe.join("lib"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "d")
            && let Some(folder) = lua_folder(&fs::read_to_string(&path)?)
        {
            return Ok(folder);
        }
    }
    Err("no dependency file names Lua's sources; set CAM51_LUA_SRC to a folder with Lua 5.1.5's *.c and *.h".into())
}

/// The folder of `lapi.c` in a Makefile rule, in which a blank of a path is written `\ `.
fn lua_folder(rule: &str) -> Option<PathBuf> {
    let joined = rule.replace("\\\r\n", " ").replace("\\\n", " ").replace("\\ ", "\0");
    joined
        .split_whitespace()
        .map(|word| PathBuf::from(word.replace('\0', " ")))
        .find(|path| path.ends_with("lua-5.1.5/lapi.c"))
        .and_then(|path| path.parent().map(Path::to_path_buf))
}
