//! The linter on any bytes: it ends, and says of a text that it is in error if and only if the camera's own compiler does.
//!
//! Input: a choice of how the script starts, and its text.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use moonshutter::lint::{Options, Severity, Source, SourceId, Start, read};
use moonshutter::sim::vm::{CompileError, compile};
use moonshutter_fuzz::Input;

fuzz_target!(|input: &[u8]| {
    let mut input = Input::new(input);
    let (start, calls) = [(Start::Menu, 1), (Start::Ptp, 0), (Start::Library, 2)][usize::from(input.byte() % 3)];
    let text = input.rest();
    let source = Source::new("script.lua", text);
    let parsed = read(SourceId(0), &source, &Options { start, ..Options::default() });

    let is_error = parsed.findings.iter().any(|finding| finding.severity == Severity::Error);
    let compiled = if start == Start::Ptp { text.split(|byte| *byte == 0).next().unwrap_or_default() } else { text };
    match compile(compiled, calls, 1 << 23, Duration::from_secs(60)) {
        Ok(()) => assert!(!is_error, "it compiles: {:?}", parsed.findings),
        Err(CompileError::Refused(error)) => assert!(is_error, "{}", error.escape_ascii()),
        Err(_) => {}
    }

    let end = u32::try_from(text.len()).expect("it is short");
    for finding in &parsed.findings {
        assert!(finding.span.start <= finding.span.end && finding.span.end <= end, "{finding:?}");
    }
    let tree = &parsed.tree;
    for span in tree.expr_spans.iter().chain(&tree.stmt_spans) {
        assert!(span.start <= span.end && span.end <= end, "{span:?}");
    }
    assert_eq!(tree.exprs.len(), tree.expr_functions.len());
    assert!(tree.exprs.len() <= 2 * text.len() + 1 && tree.stmts.len() <= text.len() + 1);
});
