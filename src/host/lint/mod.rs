//! What the linter says of host scripts: of the camera code in them, and of how they deal with cameras.
//!
//! | file | what is in it |
//! |---|---|
//! | `read` | Lua 5.2 into the linter's tree |
//! | `text` | texts that are put together from constants, and where their bytes stand |
//! | `cameras`, `code` | which values are connections, and what code is given to them |
//! | `names`, `fractions` | rules of host scripts |
//!
//! Camera code is checked as what it will be on the camera; places in it are places of the host script.

mod cameras;
mod code;
mod fractions;
mod names;
mod read;
mod text;

use std::collections::{HashMap, HashSet};

use mlua::Lua;
use mlua::chunk::ChunkMode;

use crate::camera::Libs;
use crate::lint::scan::{TokenKind, scan};
use crate::lint::source::Origin;
use crate::lint::suppress;
use crate::lint::{self, Finding, Options, Report, RuleInfo, Severity, Source, SourceId, Span, Start};

use cameras::Cameras;
use code::Code;
use read::Host;
use text::Constants;

static SYNTAX: RuleInfo = RuleInfo {
    id: "host-syntax",
    severity: Some(Severity::Error),
    summary: "a host script that is no Lua 5.2",
    explanation: include_str!("../../../docs/lint/host-syntax.md"),
};

static NAME: RuleInfo = RuleInfo {
    id: "host-name",
    severity: Some(Severity::Error),
    summary: "a method of a connection, or a function of chdk or sys, that does not exist",
    explanation: include_str!("../../../docs/lint/host-name.md"),
};

static OPTION: RuleInfo = RuleInfo {
    id: "host-option",
    severity: Some(Severity::Error),
    summary: "an option that a method does not take",
    explanation: include_str!("../../../docs/lint/host-option.md"),
};

static FRACTION: RuleInfo = RuleInfo {
    id: "host-fraction",
    severity: Some(Severity::Error),
    summary: "a fraction written into camera code",
    explanation: include_str!("../../../docs/lint/host-fraction.md"),
};

/// The rules of host scripts.
pub static RULES: [&RuleInfo; 4] = [&SYNTAX, &NAME, &OPTION, &FRACTION];

/// The rule of names that no camera has, which says too much where another library goes along that is not known.
const UNKNOWN_NAME: &str = "unknown-global";

/// Globals of host scripts that no camera has.
const HOST_GLOBALS: &[&[u8]] = &[b"con", b"chdk", b"chdku", b"errlib", b"sys"];

/// Whether a script is one for this computer. It is if its first line is for the shell, or if it uses `con`, `chdk`, `chdku`,
/// `errlib` or `sys` as in `con:exec` and `chdk.connect`; a header with `@title` or `@param` says that it is one for the camera.
pub fn is_host(source: &Source) -> bool {
    let bytes = source.bytes();
    if bytes.starts_with(b"#!") {
        return true;
    }
    let scan = scan(bytes, false);
    let text = |span: Span| source.text(span);
    let header = |comment: &lint::scan::Comment| {
        let lines = text(comment.text).split(|byte| *byte == b'\n');
        lines.map(<[u8]>::trim_ascii_start).any(|line| line.starts_with(b"@title") || line.starts_with(b"@param"))
    };
    if scan.comments.first().is_some_and(header) {
        return false;
    }
    let used = scan.tokens.windows(2).enumerate().any(|(index, pair)| {
        let member = matches!(pair[1].kind, TokenKind::Byte(b':' | b'.'));
        let before = index.checked_sub(1).map(|before| scan.tokens[before].kind);
        let is_field = matches!(before, Some(TokenKind::Byte(b':' | b'.')));
        pair[0].kind == TokenKind::Name && member && !is_field && HOST_GLOBALS.contains(&text(pair[0].span))
    });
    // A camera script may have a table of its own that it calls con.
    used && !scan.tokens.windows(2).any(|pair| {
        let declares = matches!(pair[0].kind, TokenKind::Keyword(lint::scan::Keyword::Local));
        declares && text(pair[1].span) == b"con" && memchr::memmem::find(bytes, b"chdk").is_none()
    })
}

/// Checks a script of either kind, as [`is_host`] takes it.
pub fn check_any(source: Source, options: &Options) -> Report {
    if is_host(&source) { check(source, options) } else { lint::check(source, options) }
}

/// Checks a host script, and all camera code that stands in it. The options are those of the camera code.
pub fn check(source: Source, options: &Options) -> Report {
    let mut report = Report::default();
    let id = report.sources.add(source.clone());
    report.findings.extend(syntax(&source, id));
    let host = read::read(source);
    let constants = Constants::new(&host);
    let cameras = Cameras::new(&host, &constants);
    names::check(&host, &constants, &cameras, &mut report.findings);
    let (codes, sent) = code::find(&host, &constants, &cameras);
    fractions::check(&host, &constants, &sent, &mut report.findings);
    let libraries: HashMap<&str, &Code> =
        codes.iter().filter_map(|code| Some((code.library.as_deref()?, code))).collect();
    for code in &codes {
        embedded(&host, code, &libraries, options, &mut report);
    }
    finish(&host, options, &mut report);
    report.findings.sort_by_key(|finding| report.sources.resolve(finding.source, finding.span));
    report
}

/// Severities as they were chosen, and what comments of the script allow, in the code that stands in it too.
fn finish(host: &Host, options: &Options, report: &mut Report) {
    let script = Report::SCRIPT;
    options.levels.apply(&RULES, &mut report.findings);
    let allowed = suppress::suppressions(&host.source, &host.tree, &host.comments);
    if allowed.is_empty() {
        return;
    }
    let infos: Vec<_> = lint::rules::infos().iter().copied().chain(RULES).collect();
    let ids: Vec<_> = infos.iter().map(|info| info.id).collect();
    let off = |rule: &str| infos.iter().any(|info| info.id == rule && !options.levels.is_on(info));
    // Comments know places in the script only: each finding is stood in for by one at its place there.
    let stand_in = |(index, finding): (usize, &Finding)| {
        let (source, span) = report.sources.resolve(finding.source, finding.span);
        Finding::new(finding.rule, finding.severity, source, span, index.to_string())
    };
    let mut left: Vec<_> = report.findings.iter().enumerate().map(stand_in).collect();
    let mut said = Vec::new();
    suppress::apply(script, &allowed, &ids, &off, &mut left, &mut said);
    let left: HashSet<String> = left.into_iter().map(|finding| finding.message).collect();
    let mut index = 0;
    report.findings.retain(|_| {
        index += 1;
        left.contains(&(index - 1).to_string())
    });
    options.levels.apply(&infos, &mut said);
    report.findings.append(&mut said);
}

/// What the host's compiler says.
fn syntax(source: &Source, id: SourceId) -> Option<Finding> {
    let chunk = super::run::without_shebang(source.bytes());
    let message = match Lua::new().load(chunk).set_name("=x").set_mode(ChunkMode::Text).into_function() {
        Err(mlua::Error::SyntaxError { message, .. }) => message,
        _ => return None,
    };
    // `x:12: unexpected symbol near '='`
    let (line, message) = message.strip_prefix("x:").and_then(|rest| rest.split_once(": ")).unwrap_or(("1", &message));
    let span = source.line_span(line.parse().unwrap_or(1));
    Some(Finding::new(SYNTAX.id, Severity::Error, id, span, message.trim_end().to_owned()))
}

/// Checks code in a string of the script, and adds what is said of it.
fn embedded(host: &Host, code: &Code, libraries: &HashMap<&str, &Code>, options: &Options, report: &mut Report) {
    let line = host.source.line(code.call.start);
    let name = format!("code at {}:{line}", host.source.name());
    let mut options = Options { start: Start::Ptp, ..options.clone() };
    let (built_in, mut named) = (Libs::new(), Vec::new());
    let mut open = code.open;
    let mut wanted: Vec<&str> = code.libs.iter().map(String::as_str).collect();
    let mut taken: Vec<&str> = Vec::new();
    while let Some(name) = wanted.pop() {
        if taken.contains(&name) {
            continue;
        }
        taken.push(name);
        match libraries.get(name) {
            Some(library) => {
                options.prelude.insert(0, Source::new(name, library.text.bytes.clone()));
                wanted.extend(library.libs.iter().map(String::as_str));
            }
            None if built_in.get(name).is_some() => named.push(name.to_owned()),
            None => open = true,
        }
    }
    // Names that are there give no error.
    if let Ok(text) = built_in.prelude(code.serializer, &named, &code.text.bytes)
        && !text.is_empty()
    {
        options.prelude.insert(0, Source::new("[libraries]", text));
    }
    let inner = lint::check(Source::new(name, code.text.bytes.clone()), &options);
    take(inner, code, open, report);
}

/// Moves a report into the one of the script around it.
fn take(inner: Report, code: &Code, open: bool, report: &mut Report) {
    let mut ids = Vec::new();
    for index in 0..inner.sources.len() {
        let mut source = inner.sources.get(SourceId(index)).clone();
        let origin = match source.origin() {
            Some(origin) => {
                let outer = ids.get(origin.source.0 as usize).copied().unwrap_or(SourceId(0));
                Some(Origin { source: outer, map: origin.map.clone() })
            }
            None if index == 0 => Some(Origin { source: SourceId(0), map: code.text.map.clone() }),
            None => None,
        };
        if let Some(origin) = origin.filter(|origin| !origin.map.is_empty()) {
            source = source.inside(origin);
        }
        ids.push(report.sources.add(source));
    }
    let moved = |id: SourceId| ids.get(id.0 as usize).copied().unwrap_or(SourceId(0));
    for mut finding in inner.findings {
        // What another library brings is not known here.
        if open && finding.rule == UNKNOWN_NAME {
            continue;
        }
        finding.source = moved(finding.source);
        for label in finding.trace.iter_mut().chain(&mut finding.labels) {
            label.source = moved(label.source);
        }
        report.findings.push(finding);
    }
}
