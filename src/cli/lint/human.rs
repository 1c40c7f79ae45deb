//! Findings with the lines of the script around them, for people.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Format;
use super::item::{Tally, one_line};
use crate::lint::{Finding, Report, Severity, Source, SourceId, Span};

/// Lines that are longer are not shown: nobody wrote them.
const LONGEST_LINE: usize = 4096;

/// How many lines may lie between two places that are shown together.
const FAR: u32 = 300;

pub(super) struct Human {
    renderer: Renderer,
}

impl Human {
    pub fn new(coloured: bool) -> Self {
        Self { renderer: if coloured { Renderer::styled() } else { Renderer::plain() } }
    }
}

impl Format for Human {
    fn report(&mut self, report: &Report) -> String {
        let shown = report.findings.iter().map(|finding| {
            let group = group(report, finding);
            format!("{}\n\n", self.renderer.render(&[group]))
        });
        shown.collect()
    }

    fn finish(&mut self, _: &Tally) -> String {
        String::new()
    }
}

/// Something to point at.
struct Mark {
    source: SourceId,
    span: Span,
    label: String,
    primary: bool,
}

fn group<'a>(report: &'a Report, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(one_line(&finding.message)).id(finding.rule);
    let mut group = Group::with_title(title);
    for cluster in clusters(report, marks(report, finding)) {
        group = match snippet(report, &cluster) {
            Some(snippet) => group.element(snippet),
            None => group.elements(cluster.iter().map(|mark| origin(report, mark))),
        };
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    group
}

/// All places of a finding, itself first, where they stand in files.
fn marks(report: &Report, finding: &Finding) -> Vec<Mark> {
    let mark = |source, span, label, primary| {
        let (source, span) = report.sources.resolve(source, span);
        Mark { source, span, label, primary }
    };
    let mut marks = vec![mark(finding.source, finding.span, String::new(), true)];
    for label in &finding.labels {
        marks.push(mark(label.source, label.span, one_line(&label.message), false));
    }
    for (index, step) in finding.trace.iter().enumerate() {
        let label = format!("{}: {}", index + 1, one_line(&step.message));
        marks.push(mark(step.source, step.span, label, false));
    }
    // A step at the very place of the finding is what is to be said of it.
    let (first, others) = marks.split_at_mut(1);
    if let Some(same) = others.iter_mut().find(|mark| (mark.source, mark.span) == (first[0].source, first[0].span)) {
        first[0].label = std::mem::take(&mut same.label);
        same.span = Span::default();
        same.source = SourceId(u32::MAX);
    }
    marks.retain(|mark| mark.source != SourceId(u32::MAX));
    marks
}

/// Places that are shown in one piece of text, the one with the finding first.
fn clusters(report: &Report, marks: Vec<Mark>) -> Vec<Vec<Mark>> {
    let mut clusters: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        let line = |mark: &Mark| report.sources.get(mark.source).line(mark.span.start);
        let near = |other: &Mark| other.source == mark.source && line(other).abs_diff(line(&mark)) <= FAR;
        match clusters.iter_mut().find(|cluster| cluster.iter().any(near)) {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters
}

/// The lines from the first place to the last, or nothing if one of them is no line to show.
fn snippet<'a>(report: &'a Report, marks: &[Mark]) -> Option<Snippet<'a, Annotation<'a>>> {
    let source = report.sources.get(marks.first()?.source);
    let lines = marks.iter().map(|mark| source.line(mark.span.start));
    let (first, last) = (lines.clone().min()?, lines.max()?);
    let mut text = String::new();
    let mut places: Vec<(u32, usize)> = Vec::new();
    for line in first..=last {
        let span = source.line_span(line);
        if span.range().len() > LONGEST_LINE {
            return None;
        }
        shown(source, span, &mut text, &mut places);
    }
    let at = |offset: u32| match places.binary_search_by_key(&offset, |(offset, _)| *offset) {
        Ok(index) => places[index].1,
        Err(index) => places.get(index.saturating_sub(1)).map_or(0, |(_, at)| *at),
    };
    let annotations = marks.iter().map(|mark| {
        // What goes on over lines is shown by its first.
        let end = mark.span.end.min(source.line_span(source.line(mark.span.start)).end).max(mark.span.start);
        let (start, end) = (at(mark.span.start), at(end));
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(start..end.max(start));
        if mark.label.is_empty() { annotation } else { annotation.label(mark.label.clone()) }
    });
    let annotations: Vec<_> = annotations.collect();
    let path = one_line(source.name());
    Some(Snippet::source(text).line_start(first as usize).path(path).annotations(annotations))
}

/// Adds a line as it can be shown, one character for each: what a terminal would act on, and bytes that are no UTF-8, get
/// pictures. `places` says where each offset has gone.
fn shown(source: &Source, span: Span, text: &mut String, places: &mut Vec<(u32, usize)>) {
    let mut offset = span.start;
    let mut put = |character: char, length: usize| {
        places.push((offset, text.len()));
        offset += u32::try_from(length).unwrap_or(0);
        text.push(match character {
            '\t' => '\t',
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
            '\x7f' => '\u{2421}',
            other if other.is_control() || is_invisible(other) => '\u{fffd}',
            other => other,
        });
    };
    for chunk in source.text(span).utf8_chunks() {
        chunk.valid().chars().for_each(|character| put(character, character.len_utf8()));
        chunk.invalid().iter().for_each(|_| put('\u{fffd}', 1));
    }
    places.push((span.end, text.len()));
    text.push('\n');
}

/// Marks that turn or join what stands around them, so that a line reads other than it runs.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn origin<'a>(report: &Report, mark: &Mark) -> Origin<'a> {
    let source = report.sources.get(mark.source);
    let at = source.position(mark.span.start);
    Origin::path(one_line(source.name())).line(at.line as usize).char_column(at.column_utf16 as usize)
}
