//! What a check costs against a bare full_moon parse of the same text, one thread, as a ratio of medians of one run.
//!
//! The measures are `check_all` against `bare_parse`, and `check_ordinary_scripts` against `bare_parse_of_ordinary_scripts`.
//! Nothing is left out of either. Scripts with something wrong in them (`…_of_wrong_scripts`) cost more: there is more to
//! look into, and findings have to be put into words. Texts that are made up (most of `check_all`) are dense with what is
//! hard. A script that hands unknown functions around and protects their calls is run on many paths, up to a bound, which
//! may take a millisecond, as much as the parsing of some scripts: `check_hard_script`, one of the ordinary ones.

use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use full_moon::LuaVersion;
use moonshutter::lint::{Options, Source, SourceId, check, check_many, on_big_stack, read, scan};

#[path = "../tests/lint_acceptance/made.rs"]
mod made;

fn main() {
    divan::main();
}

/// All Lua text of the repository, and half a megabyte of programs that are made up.
fn corpus() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["lua", "examples", "tests"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    let mut maker = made::Maker::new(5);
    let mut made = 0;
    while made < 512 << 10 {
        let program = maker.program(400);
        let source = Source::new("made.lua", program);
        let parsed = read(SourceId(0), &source, &Options::default());
        if parsed.complete {
            made += source.bytes().len();
            sources.push(source);
        }
    }
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "lua") {
            let text = fs::read(&path).expect("it can be read");
            sources.push(Source::new(path.display().to_string(), without_marks(&text)));
        }
    }
}

/// A text without the marks that `tests/lint` has around what is to be found: `<!` and `!>`, with which it is no Lua.
fn without_marks(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = match rest {
            [b'<', b'!', behind @ ..] | [b'!', b'>', behind @ ..] => behind,
            _ => {
                plain.push(*first);
                behind
            }
        };
    }
    plain
}

/// Scripts as people write them: those of the tests that must be clean, the camera's own modules, and the examples.
fn ordinary() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["tests/lint/clean", "lua/camera", "examples"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    sources
}

/// A script of people's for which a trial takes many steps.
const HARD: &str = "tests/lint/clean/config_loader.lua";

/// Scripts in each of which there is something to be found, and what looks like it and is right.
fn wrong() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["tests/lint", "tests/lint_suite"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    sources.retain(|source| !source.name().contains("/clean/"));
    sources
}

fn bytes(sources: &[Source]) -> BytesCount {
    BytesCount::new(sources.iter().map(|source| source.bytes().len()).sum::<usize>())
}

fn parse(bencher: Bencher<'_, '_>, sources: &[Source]) {
    let texts: Vec<_> = sources.iter().map(|source| String::from_utf8_lossy(source.bytes()).into_owned()).collect();
    bencher.counter(bytes(sources)).counter(ItemsCount::new(sources.len())).bench_local(|| {
        // On a thread as a check has it, for whose memory the allocator does more than for the first one's.
        let parse_all = || {
            for text in &texts {
                divan::black_box(full_moon::parse_fallible(text, LuaVersion::lua51()));
            }
        };
        on_big_stack(parse_all).expect("there is a thread");
    });
}

#[divan::bench]
fn bare_parse(bencher: Bencher<'_, '_>) {
    parse(bencher, &corpus());
}

#[divan::bench]
fn bare_parse_of_ordinary_scripts(bencher: Bencher<'_, '_>) {
    parse(bencher, &ordinary());
}

#[divan::bench]
fn bare_parse_of_wrong_scripts(bencher: Bencher<'_, '_>) {
    parse(bencher, &wrong());
}

#[divan::bench]
fn scan_alone(bencher: Bencher<'_, '_>) {
    let sources = corpus();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for source in &sources {
            divan::black_box(scan::scan(source.bytes(), false));
        }
    });
}

#[divan::bench]
fn read_to_a_tree(bencher: Bencher<'_, '_>) {
    let sources = corpus();
    bencher.counter(bytes(&sources)).bench_local(|| {
        // As whoever checks many files does it.
        let read_all = || {
            for source in &sources {
                divan::black_box(read(SourceId(0), source, &Options::default()));
            }
        };
        on_big_stack(read_all).expect("there is a thread");
    });
}

/// A folder, as the command checks it with one thread.
fn check_folder(bencher: Bencher<'_, '_>, sources: &[Source]) {
    let options = Options::default();
    let bencher = bencher.counter(bytes(sources)).counter(ItemsCount::new(sources.len()));
    // A check takes its text; a copy of it is no part of the check.
    let scripts = || sources.iter().map(|source| (source.clone(), &options)).collect();
    bencher.with_inputs(scripts).bench_local_values(check_many);
}

#[divan::bench]
fn check_all(bencher: Bencher<'_, '_>) {
    check_folder(bencher, &corpus());
}

#[divan::bench]
fn check_ordinary_scripts(bencher: Bencher<'_, '_>) {
    check_folder(bencher, &ordinary());
}

/// One after the other, as an editor or the check before `exec` does it.
#[divan::bench]
fn check_ordinary_scripts_by_themselves(bencher: Bencher<'_, '_>) {
    let sources = ordinary();
    let bencher = bencher.counter(bytes(&sources)).counter(ItemsCount::new(sources.len()));
    bencher.with_inputs(|| sources.to_vec()).bench_local_values(|sources| {
        let check_all = || {
            for source in sources {
                divan::black_box(check(source, &Options::default()));
            }
        };
        on_big_stack(check_all).expect("there is a thread");
    });
}

#[divan::bench]
fn check_wrong_scripts(bencher: Bencher<'_, '_>) {
    check_folder(bencher, &wrong());
}

#[divan::bench]
fn check_hard_script(bencher: Bencher<'_, '_>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(HARD);
    let source = Source::new(HARD, fs::read(path).expect("it can be read"));
    bencher.bench_local(|| check(source.clone(), &Options::default()));
}

/// A long script of the ordinary kind, as an editor checks it after each change.
#[divan::bench]
fn check_two_thousand_lines(bencher: Bencher<'_, '_>) {
    let mut text = String::from("local log = {}\n");
    for number in 0..200 {
        text.push_str(&format!(
            "function step{number}(delay)\n  if get_shooting() then\n    press('shoot_half')\n    repeat sleep(10) until \
             get_shooting() == true\n    local value = get_av96() + {number}\n    log[#log + 1] = value\n    release('shoot_half')\n  \
             end\n  return delay\nend\n"
        ));
        if number % 100 == 99 {
            text.push_str("do local done = pcall(tostring, log) end\n");
        }
    }
    let source = Source::new("long.lua", text);
    bencher.bench_local(|| check(source.clone(), &Options::default()));
}

#[divan::bench]
fn read_thirty_lines(bencher: Bencher<'_, '_>) {
    let line = "if get_shooting() then local a = get_av96() + 32 sleep(100) set_av96(a) end\n";
    let source = Source::new("script.lua", line.repeat(30));
    bencher.bench_local(|| read(SourceId(0), &source, &Options::default()));
}
