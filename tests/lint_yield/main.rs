//! What the linter says of yields and boundaries, by construct; the camera's own Lua says whether it is true.

mod judge;
mod programs;

use moonshutter::lint::{Finding, Modules, Options, Report, Severity, Source, Start, check};
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
    Options { start: Start::Ptp, modules: std::sync::Arc::new(Files(files)), ..Options::default() }
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
