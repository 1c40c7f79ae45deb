//! The linter in front of a camera: what it calls an error is not sent.
//!
//! A [`Gate`] is a [`Check`]. Warnings go to the log, each once. What was said of a text is kept, so that a program
//! that sends the same script again and again does not pay for it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::camera::{Check, Script, Sending, Version};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::lint::{self, Finding, Folders, Options, Report, Severity, Source, SourceId, Span, Start, Target};

/// How many reports are kept.
const MOST_REPORTS: usize = 256;

/// How many bytes of scripts are kept with them.
const MOST_BYTES: usize = 4 << 20;

/// How many warnings are remembered as given.
const MOST_WARNINGS: usize = 4096;

/// What a message ends with.
pub(crate) const HOW_TO_SEND: &str = "It was not sent: lint=false, or --no-lint, sends it as it is";

/// How many errors a message tells of.
const TOLD: usize = 5;

/// The releases of CHDK that spoke a protocol last (CHDK core/ptp.h:13-28 and its git log). Of 2.9, the newest, there are
/// several.
const RELEASES: &[(u32, [u32; 4])] = &[
    (0, [0, 9, 9, 0]),
    (1, [1, 1, 0, 0]),
    (2, [1, 1, 0, 0]),
    (3, [1, 1, 0, 0]),
    (4, [1, 2, 0, 0]),
    (5, [1, 3, 0, 0]),
    (6, [1, 4, 1, 0]),
    (7, [1, 5, 0, 0]),
    (8, [1, 5, 1, 0]),
];

/// Checks scripts before they are sent.
#[derive(Default)]
pub struct Gate {
    options: Options,
    known: Mutex<Known>,
    warned: Mutex<HashSet<String>>,
}

impl Gate {
    /// A gate that has seen nothing yet. Of the options, those count that the way of a script does not decide: severities,
    /// globals, and the target, unless the camera is known to be another.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    fn report(&self, script: &Script, sending: &Sending<'_>) -> Arc<Report> {
        let key = Key {
            text: script.source.as_slice().into(),
            // What a file on this computer requires depends on where it is.
            place: sending.remote.map(|remote| (script.name.clone(), remote.to_vec())),
            prelude: sending.prelude.into(),
            target: sending.protocol.and_then(release),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(report) = known.reports.get(&key) {
            return report.clone();
        }
        drop(known);
        let check = || lint::check(Source::new(&script.name, &*script.source), &self.options(script, sending));
        // A linter that fails is no reason to take no pictures.
        let report = catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|_| {
            log::warn!("{}: the linter failed on it, so that it is sent unchecked; please report this", script.name);
            Report::default()
        });
        let report = Arc::new(report);
        known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.keep(key, report.clone());
        report
    }

    /// What is known of the camera and of the script's way to it.
    fn options(&self, script: &Script, sending: &Sending<'_>) -> Options {
        let target = sending.protocol.and_then(release).or(self.options.target);
        let mut options = Options { target, start: Start::Ptp, ..self.options.clone() };
        if let Some(remote) = sending.remote {
            let remote = String::from_utf8_lossy(remote);
            let source = Source::new(&script.name, &*script.source);
            options.start = lint::kind::start(Some(Path::new(&*remote)), &source);
            options.modules = Arc::new(Folders::new(Some(Path::new(&script.name)), &[]));
        }
        if !sending.prelude.is_empty() {
            options.prelude.push(Source::new("[libraries]", sending.prelude));
        }
        options
    }

    fn warn(&self, told: &str) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() < MOST_WARNINGS && warned.insert(told.to_owned()) {
            log::warn!("{told}");
        }
    }
}

impl Check for Gate {
    fn check(&self, script: &Script, sending: &Sending<'_>) -> Result<()> {
        let report = self.report(script, sending);
        let told = |finding: &Finding| tell(script, &report, finding);
        let (errors, others): (Vec<_>, Vec<_>) =
            report.findings.iter().partition(|finding| finding.severity == Severity::Error);
        let Some(first) = errors.first() else {
            let warnings = others.into_iter().filter(|finding| finding.severity == Severity::Warning);
            warnings.for_each(|finding| self.warn(&told(finding)));
            return Ok(());
        };
        let mut text = errors.iter().take(TOLD).map(|finding| told(finding)).collect::<Vec<_>>().join("\n");
        if errors.len() > TOLD {
            text.push_str(&format!("\nand {} more errors", errors.len() - TOLD));
        }
        text.push('\n');
        text.push_str(HOW_TO_SEND);
        let (file, line) = place(script, &report, first.source, first.span);
        Err(Error::new(ErrorKind::Lint, text).at(Position { file, line }))
    }
}

/// The CHDK that an older camera has, by its protocol.
fn release(protocol: Version) -> Option<Target> {
    let known = RELEASES.iter().find(|(minor, _)| protocol.major == 2 && protocol.minor == *minor);
    known.map(|(_, version)| Target(*version))
}

/// File and line as the script's sender knows them.
fn place(script: &Script, report: &Report, source: SourceId, span: Span) -> (String, u32) {
    let (source, span) = report.sources.resolve(source, span);
    let line = report.sources.get(source).line(span.start);
    if source == SourceId(0) {
        return (script.name.clone(), line.saturating_add(script.first_line.saturating_sub(1)));
    }
    (report.sources.get(source).name().to_owned(), line)
}

/// `scan.lua:12: sleep yields inside pcall [yield-across-boundary]`, then the way to it, then what to do.
fn tell(script: &Script, report: &Report, finding: &Finding) -> String {
    let at = |source, span| {
        let (file, line) = place(script, report, source, span);
        format!("{file}:{line}")
    };
    let severity = if finding.severity == Severity::Error { "" } else { "warning: " };
    let mut text = format!("{}: {severity}{} [{}]", at(finding.source, finding.span), finding.message, finding.rule);
    for step in &finding.trace {
        text.push_str(&format!("\n  {}: {}", at(step.source, step.span), step.message));
    }
    for help in &finding.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

#[derive(PartialEq, Eq, Hash, Clone)]
struct Key {
    text: Arc<[u8]>,
    place: Option<(String, Vec<u8>)>,
    prelude: Box<[u8]>,
    target: Option<Target>,
}

/// Reports that were made already. What came first goes first.
#[derive(Default)]
struct Known {
    reports: HashMap<Key, Arc<Report>>,
    order: VecDeque<Key>,
    bytes: usize,
}

impl Known {
    fn keep(&mut self, key: Key, report: Arc<Report>) {
        let size = key.text.len();
        if size > MOST_BYTES || self.reports.insert(key.clone(), report).is_some() {
            return;
        }
        self.bytes += size;
        self.order.push_back(key);
        while self.bytes > MOST_BYTES || self.order.len() > MOST_REPORTS {
            let Some(oldest) = self.order.pop_front() else { return };
            self.bytes -= oldest.text.len();
            self.reports.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Sending<'_> = Sending { prelude: &[], remote: None, protocol: None };

    #[test]
    fn what_is_kept_is_bounded() {
        let gate = Gate::default();
        for number in 0..MOST_REPORTS + 10 {
            let script = Script::new("x", format!("return {number}"));
            assert!(gate.check(&script, &RUN).is_ok());
        }
        assert_eq!(gate.known.lock().unwrap().reports.len(), MOST_REPORTS);
        let large = Script::new("x", vec![b' '; MOST_BYTES / 2 + 1]);
        assert!(gate.check(&large, &RUN).is_ok());
        let larger = Script::new("x", vec![b' '; MOST_BYTES / 2 + 2]);
        assert!(gate.check(&larger, &RUN).is_ok());
        let known = gate.known.lock().unwrap();
        assert!(known.bytes <= MOST_BYTES && known.reports.len() == 1, "{}", known.bytes);
    }

    #[test]
    fn the_same_text_elsewhere_has_its_own_place() {
        let gate = Gate::default();
        for first_line in [1, 10] {
            let script =
                Script { name: format!("at{first_line}.lua"), source: b"\npcall(sleep, 1)".into(), first_line };
            let error = gate.check(&script, &RUN).unwrap_err();
            let position = error.position().unwrap();
            assert_eq!((position.file.as_str(), position.line), (script.name.as_str(), first_line + 1));
        }
        assert_eq!(gate.known.lock().unwrap().reports.len(), 1);
    }

    #[test]
    fn older_cameras_are_known_by_their_protocol() {
        let of = |minor| release(Version { major: 2, minor });
        assert_eq!(of(5), Some(Target([1, 3, 0, 0])));
        assert_eq!(of(9), None);
        assert_eq!(release(Version { major: 3, minor: 5 }), None);
    }
}
