//! Programs by hand, one construct each, and what the linter says of them.
//!
//! The first line of a program says what it does: `-- fires: error` where a yield hits a boundary in every run, `-- fires:
//! warning` where the camera's answers or a metamethod decide, `-- clean` where none does. The camera's Lua confirms each of
//! these. Behind the label stands how the script is started, where not from the menu; a library is judged by a script that
//! requires it and calls what it returns. Files beside a script follow behind lines `-- file PATH`.

#[path = "../lint_oracle/judge.rs"]
mod judge;
#[path = "../lint_oracle/linter.rs"]
mod linter;
#[path = "../lint_oracle/program.rs"]
mod program;
#[path = "../lint_oracle/property.rs"]
mod property;

use std::path::Path;

use judge::Judge;
use linter::{Said, lint, lint_with_all_rules};
use moonshutter::lint::{Severity, Start};
use program::Program;
use property::hold;

/// How many clean programs may have a warning.
const FALSE_ALARMS: usize = 3;

struct Labelled {
    name: String,
    program: Program,
    label: Option<Severity>,
}

fn programs() -> Vec<Labelled> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_suite");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "lua"));
    paths.sort();
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let first = text.lines().next().unwrap_or_default();
        let first = first.split_once(" (").map_or(first, |(label, _)| label);
        let label = match first {
            "-- fires: error" => Some(Severity::Error),
            "-- fires: warning" => Some(Severity::Warning),
            "-- clean" => None,
            other => panic!("{name} begins with {other:?}, which is no label"),
        };
        Labelled { name, program: Program::parse(&text), label }
    };
    paths.iter().map(|path| read(path)).collect()
}

/// The camera's Lua does what the labels say.
#[test]
fn labels_are_what_the_camera_does() {
    let mut judge = Judge::new();
    let programs = programs();
    assert!(programs.len() >= 120);
    let clean = programs.iter().filter(|program| program.label.is_none()).count();
    assert!(clean * 4 >= programs.len(), "{clean} of {} are clean", programs.len());
    let mut wrong = Vec::new();
    for Labelled { name, program, label } in &programs {
        let verdict = judge.judge(program).unwrap_or_else(|error| panic!("{name}: {error}"));
        let ends: Vec<_> = verdict.runs.iter().map(|run| run.end.as_str()).collect();
        let fired = verdict.fired() || verdict.dropped();
        let always = verdict.runs.iter().all(|run| !run.refused.is_empty());
        if fired != label.is_some() || *label == Some(Severity::Error) && !always {
            wrong.push(format!("{name}: labelled {label:?}, fired {fired}, in every run {always}: {ends:?}"));
        }
        // A clean program that fails for another reason proves nothing.
        let ended = |end: &str| ["done", "endless"].contains(&end) || end.starts_with("interrupted");
        if label.is_none() && !ends.iter().all(|end| ended(end)) {
            wrong.push(format!("{name}: clean, and ends with {ends:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was said at worst of boundaries and of `restore`.
fn worst(said: &[Said]) -> Option<Severity> {
    said.iter().map(|said| said.severity).filter(|severity| *severity >= Severity::Warning).max()
}

/// None is missed, no clean program has an error, and few have a warning.
#[test]
fn the_linter_knows_them_all() {
    let (mut wrong, mut alarms, mut weak) = (Vec::new(), Vec::new(), Vec::new());
    let mut judge = Judge::new();
    let programs = programs();
    for Labelled { name, program, label } in &programs {
        let starts = [Start::Menu, Start::Ptp].into_iter().filter(|_| program.start != Start::Library);
        for start in starts.chain([program.start]) {
            // Some do something else when they are started in the other way: parameters are nil.
            let program = Program { start, ..program.clone() };
            let verdict = judge.judge(&program).unwrap();
            if (verdict.fired() || verdict.dropped()) != label.is_some() {
                continue;
            }
            // A clean program is to be left in peace by every rule.
            let said = if label.is_some() { lint(&program) } else { lint_with_all_rules(&program) };
            let said: Vec<_> = said.into_iter().filter(|said| said.severity >= Severity::Warning).collect();
            match (label, worst(&said)) {
                (Some(_), None) => wrong.push(format!("{name} ({start:?}) fires, and nothing is said")),
                (None, Some(Severity::Error)) => wrong.push(format!("{name} ({start:?}) is clean: {}", said[0])),
                (None, Some(_)) => alarms.push(format!("{name} ({start:?}): {}", said[0])),
                (Some(Severity::Error), Some(Severity::Warning)) => weak.push(format!("{name} ({start:?})")),
                _ => {}
            }
        }
    }
    println!("{} programs; warnings of clean ones:\n{}", programs.len(), alarms.join("\n"));
    println!("a warning where an error could be: {}", weak.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut names: Vec<_> = alarms.iter().map(|alarm| alarm.split(' ').next()).collect();
    names.dedup();
    assert!(names.len() <= FALSE_ALARMS, "{}", alarms.join("\n"));
}

/// Scripts that have a program inside, and what each is for.
fn wrapped(program: &Program) -> Vec<(&'static str, Program)> {
    let around =
        |before: &str, after: &str| Program { main: format!("{before}\n{}{after}\n", program.main), ..program.clone() };
    let beside = |main: &str| {
        let mut files = program.files.clone();
        files.insert("A/CHDK/SCRIPTS/whole.lua".to_owned(), program.main.clone());
        Program { main: format!("{main}\n"), files, ..program.clone() }
    };
    vec![
        ("a function", around("local function main()", "end\nmain()")),
        ("a function's argument", around("local function run(f, ...) return f(...) end\nrun(function(...)", "end)")),
        ("a method", around("local app = {}\nfunction app:run(...)", "end\napp:run()")),
        ("a branch", around("if get_prop(3) == 1 then do", "end end")),
        ("a loop", around("for _ = 1, 2 do local function pass()", "end pass() end")),
        ("the body of a walk", around("for _, v in ipairs({ 1 }) do local function pass()", "end pass() end")),
        ("protected mode", around("pcall(function()", "end)")),
        ("a string", around("local chunk = loadstring([==[", "]==])\nchunk()")),
        ("a file", beside("loadfile('A/CHDK/SCRIPTS/whole.lua')()")),
        ("a module", beside("require('whole')")),
    ]
}

/// Whatever stands around a program, what it does is reported, and errors are errors.
#[test]
fn what_stands_around_a_program_hides_nothing() {
    let mut judge = Judge::new();
    let mut wrong = Vec::new();
    for Labelled { name, program, .. } in programs() {
        if program.start == Start::Library {
            continue;
        }
        for (place, whole) in wrapped(&program) {
            let case = hold(&mut judge, &whole).unwrap_or_else(|error| panic!("{name} in {place}: {error}"));
            if let Some(failure) = case.failure {
                let said: Vec<_> = case.said.iter().map(Said::to_string).collect();
                wrong.push(format!("{name} in {place}: {failure}: {}", said.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
