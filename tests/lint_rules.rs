//! The linter's rules: scripts in which each finds what is marked, and look-alikes in which it finds nothing.
//!
//! `tests/lint/RULE/*.lua` are scripts with marks around what the rule must find: `<!sleeep!>(10)`. A first line
//! `-- start: ptp`, `-- start: library`, `-- target: 1.2` says what the check is told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use moonshutter::lint::{
    self, Config, Finding, Modules, Options, RuleInfo, Severity, Source, Span, flow, rules, syntax,
};

/// Modules that the scripts may require: those in `tests/lint/modules`.
struct Folder;

impl Modules for Folder {
    fn module(&self, name: &str) -> Option<Source> {
        let path = Path::new("tests/lint/modules").join(format!("{}.lua", name.replace('.', "/")));
        Some(Source::new(path.to_string_lossy(), fs::read(&path).ok()?))
    }

    fn file(&self, _: &str) -> Option<Source> {
        None
    }
}

/// What a check finds, in the order of the text.
fn check(text: &[u8], options: &Options) -> Vec<Finding> {
    let mut findings = lint::check(Source::new("script.lua", text), options).findings;
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
    findings
}

fn options(text: &str) -> Options {
    let mut options = Options { modules: Arc::new(Folder), ..Options::default() };
    for line in text.lines().map_while(|line| line.strip_prefix("-- ")) {
        match line.split_once(": ") {
            Some(("start", "ptp")) => options.start = moonshutter::lint::Start::Ptp,
            Some(("start", "library")) => options.start = moonshutter::lint::Start::Library,
            Some(("target", version)) => options.target = Some(version.parse().unwrap()),
            Some(("global", name)) => options.globals.push(name.to_owned()),
            _ => {}
        }
    }
    options
}

/// A text without its marks, and what they were around.
fn unmark(text: &str) -> (String, Vec<Span>) {
    let (mut plain, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find("<!").into_iter().chain(rest.find("!>")).min() {
        plain += &rest[..at];
        match &rest[at..at + 2] {
            "<!" => open.push(plain.len()),
            _ => spans.push(Span::new(open.pop().expect("a mark that was not opened"), plain.len())),
        }
        rest = &rest[at + 2..];
    }
    assert!(open.is_empty(), "a mark that is not closed");
    spans.sort_unstable();
    (plain + rest, spans)
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn show(text: &str, finding: &Finding) -> String {
    let source = Source::new("", text);
    let place = source.position(finding.span.start);
    let mut shown = format!("{}:{} {}: {}\n", place.line, place.column, finding.severity, finding.message);
    for label in &finding.labels {
        let _ = writeln!(shown, "    {}: {}", source.position(label.span.start).line, label.message);
    }
    for help in &finding.help {
        let _ = writeln!(shown, "    {help}");
    }
    shown
}

#[test]
fn every_rule_finds_what_is_marked_and_nothing_else() {
    let mut reports: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = String::new();
    for info in own_infos() {
        let folder = Path::new("tests/lint").join(info.id);
        assert!(folder.is_dir(), "no scripts for {}", info.id);
        let (mut found, mut quiet) = (false, false);
        for file in cases(&folder) {
            let marked = fs::read_to_string(&file).unwrap();
            quiet |= marked.lines().any(|line| !line.trim().is_empty() && !line.contains("<!"));
            let (text, marks) = unmark(&marked);
            let mut options = options(&text);
            options.levels.set(info.id, Some(info.severity.unwrap_or(Severity::Info)));
            let findings = check(text.as_bytes(), &options);
            let ours: Vec<_> = findings.iter().filter(|finding| finding.rule == info.id).collect();
            let spans: Vec<_> = ours.iter().map(|finding| finding.span).collect();
            if spans != marks {
                let place = |span: &Span| (text[span.range()].to_owned(), Source::new("", &*text).line(span.start));
                let _ = writeln!(
                    wrong,
                    "{}:\n  marked {:?}\n  found {:?}",
                    file.display(),
                    marks.iter().map(place).collect::<Vec<_>>(),
                    spans.iter().map(place).collect::<Vec<_>>()
                );
            }
            found |= !marks.is_empty();
            let report = reports.entry(info.id.to_owned()).or_default();
            let _ = writeln!(report, "{}", file.file_name().unwrap().to_string_lossy());
            ours.iter().for_each(|finding| *report += &show(&text, finding));
        }
        assert!(
            found && quiet,
            "{} needs a script in which it finds something and lines in which it does not",
            info.id
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
    for (rule, report) in reports {
        insta::assert_snapshot!(format!("lint_rule_{rule}"), report);
    }
}

#[test]
fn scripts_as_people_write_them_give_no_warnings() {
    let mut noise = String::new();
    for file in cases(Path::new("tests/lint/clean")) {
        let text = fs::read_to_string(&file).unwrap();
        for finding in check(text.as_bytes(), &options(&text)) {
            if finding.severity > Severity::Info {
                let _ = write!(noise, "{} [{}] {}", file.display(), finding.rule, show(&text, &finding));
            }
        }
    }
    assert!(noise.is_empty(), "{noise}");
}

/// The rules that look at one script by itself, and those of suppressions. Syntax and yields have tests of their own.
fn own_infos() -> impl Iterator<Item = &'static RuleInfo> {
    let others = || syntax::INFOS.iter().chain(flow::INFOS);
    rules::infos().iter().copied().filter(move |info| !others().any(|other| other.id == info.id))
}

/// The code of the fenced blocks of a page.
fn examples(page: &str) -> Vec<&str> {
    page.split("```lua\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn a_reason_may_be_in_any_encoding() {
    let text = b"slep(1) -- lint: allow(unknown-global) f\xfcr die Kamera";
    assert_eq!(check(text, &Options::default()), []);
}

#[test]
fn pages_are_true() {
    let mut wrong = String::new();
    for info in own_infos() {
        let RuleInfo { id, explanation, .. } = *info;
        assert!(explanation.starts_with(&format!("# {id}\n")), "{id}: the page must begin with its name");
        let examples: Vec<_> = examples(explanation)
            .into_iter()
            .map(|example| example.replace("(four thousand bytes of words)", &"words ".repeat(700)))
            .collect();
        let [bad, good] = &examples[..] else { panic!("{id}: a page has two examples, a bad one and a good one") };
        let mut told = options(bad);
        told.levels.set(id, Some(info.severity.unwrap_or(Severity::Info)));
        if !check(bad.as_bytes(), &told).iter().any(|finding| finding.rule == id) {
            let _ = writeln!(wrong, "{id}: nothing is found in the bad example");
        }
        told.start = options(good).start;
        for finding in check(good.as_bytes(), &told) {
            let _ = writeln!(wrong, "{id}: the good example is not clean: [{}] {}", finding.rule, show(good, &finding));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_index_of_pages_lists_every_rule() {
    let index = fs::read_to_string("docs/lint/README.md").unwrap();
    for info in rules::infos() {
        let severity = info.severity.map_or("off", Severity::as_str);
        let line = format!("| [{id}]({id}.md) | {severity} | {} |", info.summary, id = info.id);
        assert!(index.lines().any(|other| other == line), "docs/lint/README.md lacks:\n{line}");
    }
    let listed = index.lines().filter(|line| line.starts_with("| [")).count();
    assert_eq!(listed, rules::infos().len(), "docs/lint/README.md lists a rule that there is not");
}

#[test]
fn the_settings_in_the_index_are_ones() {
    let index = fs::read_to_string("docs/lint/README.md").unwrap();
    let text = index.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let ids: Vec<_> = rules::infos().iter().map(|info| info.id).collect();
    Config::parse("moonshutter.toml", text, Path::new(""), &ids).unwrap();
}

#[test]
fn rules_have_names_of_their_own() {
    let ids: std::collections::HashSet<_> = rules::infos().iter().map(|info| info.id).collect();
    assert_eq!(ids.len(), rules::infos().len());
    assert!(rules::all().iter().all(|rule| ids.contains(rule.info().id)));
}

#[test]
fn any_text_can_be_checked() {
    for text in ["", "@", "#", "#a", "--[[", "@param", "local", "a.b.c", "x=", "f(", "-- lint: allow(", "return ...,"] {
        for start in [moonshutter::lint::Start::Menu, moonshutter::lint::Start::Ptp] {
            let findings = check(text.as_bytes(), &Options { start, ..Options::default() });
            assert!(findings.iter().all(|finding| finding.span.end as usize <= text.len()), "{text}: {findings:?}");
        }
    }
}
