//! What the linter says of yields and boundaries, by construct; the camera's own Lua says whether it is true.

mod judge;
mod others;
mod programs;

use std::sync::Arc;

use moonshutter::lint::{Finding, Modules, Options, Report, Severity, Source, Sources, Start, check, flow, read};
use programs::{Expect, PROGRAMS, Program};

struct Files(&'static [(&'static str, &'static str)]);

impl Modules for Files {
    fn module(&self, name: &str) -> Option<Source> {
        let path = format!("{}.lua", name.replace('.', "/"));
        ["A/CHDK/SCRIPTS/", "A/CHDK/LUALIB/"].iter().find_map(|folder| self.file(&format!("{folder}{path}")))
    }

    fn file(&self, path: &str) -> Option<Source> {
        let path = path.strip_prefix("A/")?;
        let found = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(path))?;
        Some(Source::new(format!("A/{}", found.0), found.1))
    }
}

fn options(files: &'static [(&'static str, &'static str)]) -> Options {
    Options { start: Start::Ptp, modules: Arc::new(Files(files)), ..Options::default() }
}

fn yields(report: &Report) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.rule == "yield-across-boundary").collect()
}

fn wrong(program: &Program) -> Option<String> {
    let hit = [false, true].map(|answer| judge::boundaries_hit(program.text, program.files, answer) > 0);
    let report = check(Source::new("script.lua", program.text), &options(program.files));
    let worst = yields(&report).iter().map(|finding| finding.severity).max();
    let (wanted, true_of_it) = match program.expect {
        Expect::Error => (worst == Some(Severity::Error), hit == [true, true]),
        Expect::Warning => (worst == Some(Severity::Warning), hit[0] || hit[1]),
        Expect::Unsure => (worst.is_none_or(|worst| worst < Severity::Error), true),
        Expect::Clean => (worst.is_none(), hit == [false, false]),
    };
    if wanted && true_of_it {
        return None;
    }
    let said = yields(&report).iter().map(|f| format!("    {} {}\n", f.severity, f.message)).collect::<String>();
    Some(format!("{:?}, the camera {hit:?}, the linter {worst:?}:\n{}\n{said}", program.expect, program.text))
}

#[test]
fn every_construct_is_judged_as_the_camera_judges_it() {
    let wrong: Vec<_> = PROGRAMS.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PROGRAMS.len(), wrong.join("\n"));
}

/// The analysis by itself, without a trial of what it says, overlooks nothing.
#[test]
fn the_solver_alone_misses_nothing_but_computed_names() {
    let candidates = |program: &Program| {
        let mut sources = Sources::default();
        let script = sources.add(Source::new("script.lua", program.text));
        let options = options(program.files);
        let tree = Arc::new(read(script, sources.get(script), &options).tree);
        let mut program = flow::program::Program::new(&mut sources, script, tree, &options);
        let answer = flow::solve::Solver::solve(&mut program, &mut flow::Room::default());
        !answer.candidates.is_empty() || answer.vague
    };
    let fires = |program: &&Program| matches!(program.expect, Expect::Error | Expect::Warning);
    let missed: Vec<_> = PROGRAMS.iter().filter(fires).filter(|program| !candidates(program)).collect();
    let missed: Vec<_> = missed.iter().map(|program| program.text).collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let clean = PROGRAMS.iter().filter(|program| !fires(program));
    let flagged: Vec<_> = clean.filter(|program| candidates(program)).map(|program| program.text).collect();
    println!("{} clean ones flagged:\n{}", flagged.len(), flagged.join("\n"));
}

/// What CHDK's own modules and ours do is right.
#[test]
fn bundled_scripts_are_clean() {
    let mut folders = vec![std::path::PathBuf::from("lua/camera")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lua") {
                let source = Source::new(path.display().to_string(), std::fs::read(&path).unwrap());
                // What moves files is run, and not loaded by `require`.
                let start = if folder.ends_with("card") { Start::Ptp } else { Start::Library };
                let report = check(source, &Options { start, ..Options::default() });
                let ours = |finding: &&Finding| flow::INFOS.iter().any(|info| info.id == finding.rule);
                let found: Vec<_> = report.findings.iter().filter(ours).map(|f| (f.rule, &f.message)).collect();
                assert!(found.is_empty(), "{}: {found:?}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 10);
}
