//! Compiles the simulated camera's Lua: Lua 5.1.5 with int numbers and our shim, as one translation unit.
//!
//! Lua's sources come with the `lua-src` crate, which compiles them but does not say where they are. So it is made to
//! compile them once with dependency files, and those name them. That needs neither network nor a warm registry cache
//! (which `cargo metadata` does), and survives `--remap-path-prefix`. `CAM51_LUA_SRC` names the folder by hand.
//!
//! Loops of Lua's own C code that a script can make endless, or deep, report to the shim: they are compiled from patched
//! copies, and so is what CHDK mended. A Lua whose text differs from what the patches expect fails the build.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=CAM51_LUA_SRC");
    println!("cargo::rerun-if-changed=build.rs");
    let shim = Path::new("src/sim/vm");
    for file in ["camera_conf.h", "shim.h", "lua51.c", "values.c", "schedule.c", "baselib.c", "fmath.c", "state.c"] {
        println!("cargo::rerun-if-changed={}", shim.join(file).display());
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let lua = match env::var_os("CAM51_LUA_SRC") {
        Some(folder) => PathBuf::from(folder),
        None => find_lua(&out.join("probe"))?,
    };
    let patched = out.join("patched");
    fs::create_dir_all(&patched)?;
    for (file, patches) in [("lstrlib.c", STRLIB), ("ltablib.c", TABLIB), ("lzio.c", ZIO)] {
        fs::write(patched.join(file), patch(&fs::read_to_string(lua.join(file))?, file, patches)?)?;
    }
    cc::Build::new()
        .file(shim.join("lua51.c"))
        .include(shim)
        .include(&patched)
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

/// Pattern matching: it counts its steps (`shim_pulse`) and how deep it is in itself (`shim_match_depth`); other loops
/// that need no Lua code to go on for long count their steps, too.
const STRLIB: &[(&str, &str)] = &[
    ("  int level;  /* total number of captures", "  int depth;\n  int level;  /* total number of captures"),
    ("ms.src_end = s+l1;", "ms.src_end = s+l1; ms.depth = 0;"),
    ("ms.src_end = s+ls;", "ms.src_end = s+ls; ms.depth = 0;"),
    ("ms.src_end = src+srcl;", "ms.src_end = src+srcl; ms.depth = 0;"),
    (
        "static const char *match (MatchState *ms, const char *s, const char *p) {\n  init:",
        "static const char *match_items (MatchState *ms, const char *s, const char *p);\n\n\
         static const char *match (MatchState *ms, const char *s, const char *p) {\n\
         \x20 const char *end;\n\
         \x20 shim_match_depth(ms->L, ++ms->depth);\n\
         \x20 end = match_items(ms, s, p);\n\
         \x20 ms->depth--;\n\
         \x20 return end;\n\
         }\n\n\
         static const char *match_items (MatchState *ms, const char *s, const char *p) {\n  init:",
    ),
    (
        "int m = s<ms->src_end && singlematch(uchar(*s), p, ep);",
        "int m = (shim_pulse(ms->L, ep-p), s<ms->src_end && singlematch(uchar(*s), p, ep));",
    ),
    (
        "singlematch(uchar(*(s+i)), p, ep))\n    i++;",
        "singlematch(uchar(*(s+i)), p, ep))\n    i++, shim_pulse(ms->L, ep-p);",
    ),
    ("s++;  /* try with one more repetition */", "s++, shim_pulse(ms->L, ep-p);  /* try with one more repetition */"),
    (
        "ep = classend(ms, p);  /* points to what is next */\n          previous =",
        "ep = classend(ms, p);  /* points to what is next */\n          shim_pulse(ms->L, ep-p);\n          previous =",
    ),
    ("while (++s < ms->src_end) {", "while (++s < ms->src_end) {\n      shim_pulse(ms->L, 1);"),
    (
        "memcmp(ms->capture[l].init, s, len) == 0)",
        "(shim_pulse(ms->L, len/16), memcmp(ms->capture[l].init, s, len)) == 0)",
    ),
    (
        "for (i = 0; i < l; i++) {\n    if (news[i] != L_ESC)",
        "for (i = 0; i < l; i++) {\n    shim_pulse(ms->L, 1);\n    if (news[i] != L_ESC)",
    ),
    ("    luaL_addlstring(&b, s, l);", "    shim_pulse(L, 1+l/16), luaL_addlstring(&b, s, l);"),
    ("lmemfind(s+init, l1-init, p, l2);", "shim_find_plain(L, s+init, l1-init, p, l2);"),
];

/// A table may count as having 2^30 items while it has thirty.
const TABLIB: &[(&str, &str)] = &[
    ("lua_rawgeti(L, 1, i);  /* 2nd argument */", "lua_rawgeti(L, 1, i);  /* 2nd argument */\n    shim_pulse(L, 4);"),
    (
        "lua_rawseti(L, 1, i);  /* t[i] = t[i-1] */",
        "lua_rawseti(L, 1, i);  /* t[i] = t[i-1] */\n        shim_pulse(L, 2);",
    ),
    (
        "lua_rawseti(L, 1, pos);  /* t[pos] = t[pos+1] */",
        "lua_rawseti(L, 1, pos);  /* t[pos] = t[pos+1] */\n    shim_pulse(L, 2);",
    ),
    (
        "static int sort_comp (lua_State *L, int a, int b) {",
        "static int sort_comp (lua_State *L, int a, int b) {\n  shim_pulse(L, 4);",
    ),
];

/// The camera's Lua knows that a stream has ended, and does not ask its reader again (CHDK lib/lua/lzio.c).
const ZIO: &[(&str, &str)] = &[
    (
        "  const char *buff;\n  lua_unlock(L);",
        "  const char *buff;\n  if (z->reader == NULL) {\n    z->n = 0;\n    return EOZ;\n  }\n  lua_unlock(L);",
    ),
    (
        "if (buff == NULL || size == 0) return EOZ;",
        "if (buff == NULL || size == 0) {\n    z->reader = NULL;\n    z->n = 0;\n    return EOZ;\n  }",
    ),
];

/// Replaces each text, which must be there exactly once.
fn patch(source: &str, file: &str, patches: &[(&str, &str)]) -> Result<String, String> {
    patches.iter().try_fold(source.to_owned(), |source, (old, new)| match source.matches(old).count() {
        1 => Ok(source.replacen(old, new, 1)),
        n => Err(format!("{file} of this Lua has {n} times, instead of once, what is to be patched: {old:?}")),
    })
}
