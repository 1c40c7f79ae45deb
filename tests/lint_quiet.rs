//! Scripts that go without the analysis of yields: it would have had nothing to say of them.

use std::path::{Path, PathBuf};

use moonshutter::lint::{Finding, Options, Severity, Source, Start, check};

/// This rule speaks of what only the analysis knows, so that no script goes without.
const ASKS_FOR_IT: &str = "unknown-call-in-boundary";

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "lua") {
            found.push(path);
        }
    }
}

fn said(text: &[u8], options: &Options) -> Vec<Finding> {
    let mut findings = check(Source::new("script.lua", text), options).findings;
    // That a script is too much for the analysis is nothing that is wrong with it.
    findings.retain(|finding| ![ASKS_FOR_IT, "not-fully-analysed"].contains(&finding.rule));
    findings
}

#[test]
fn the_analysis_says_nothing_of_scripts_that_go_without() {
    let mut paths = Vec::new();
    for folder in ["tests/lint", "tests/lint_suite", "lua/camera", "examples"] {
        scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    }
    assert!(paths.len() > 400);
    let mut wrong = Vec::new();
    for path in paths {
        let text = std::fs::read(&path).unwrap();
        for start in [Start::Menu, Start::Ptp, Start::Library] {
            let options = Options { start, ..Options::default() };
            let mut whole = options.clone();
            whole.levels.set(ASKS_FOR_IT, Some(Severity::Info));
            if said(&text, &options) != said(&text, &whole) {
                wrong.push(format!("{} ({start:?})", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
