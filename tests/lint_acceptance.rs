//! "The camera compiles it" and "no error is reported" agree, whatever the text.
//!
//! The judge is the compiler of the simulated camera's Lua, which is Lua 5.1's own with int numbers. `MOONSHUTTER_CASES`
//! asks for more texts, `MOONSHUTTER_SEED` for others.

#[path = "lint_acceptance/made.rs"]
mod made;
#[path = "stock_lua/programs.rs"]
mod programs;
#[path = "lint_acceptance/spoilt.rs"]
mod spoilt;

use std::time::Duration;

use made::Maker;
use moonshutter::lint::{Options, Parsed, Severity, Source, SourceId, Start, on_big_stack, read};
use moonshutter::sim::vm::{self, CompileError};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

fn checked(text: &[u8], start: Start) -> Parsed {
    let options = Options { start, ..Options::default() };
    read(SourceId(0), &Source::new("script.lua", text), &options)
}

/// None where the compiler gives up.
fn compiles(text: &[u8], start: Start) -> Option<bool> {
    let (text, calls) = match start {
        Start::Ptp => (text.split(|byte| *byte == 0).next().unwrap_or_default(), 0),
        Start::Menu => (text, 1),
        Start::Library => (text, 2),
    };
    match vm::compile(text, calls, 256 << 20, Duration::from_secs(60)) {
        Ok(()) => Some(true),
        Err(CompileError::Refused(_)) => Some(false),
        Err(_) => None,
    }
}

/// What is wrong with what is said of a text; nothing if it is right.
fn wrong(text: &[u8], start: Start) -> Option<String> {
    let parsed = checked(text, start);
    let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| format!("{} at {:?}", finding.message, finding.span)).collect();
    let complaint = match compiles(text, start)? {
        true if !errors.is_empty() => "it compiles",
        false if errors.is_empty() => "it does not compile",
        // The parser must not be left behind by what is legal.
        true if !parsed.complete && parsed.findings.is_empty() => "it compiles, was not parsed, and nothing is said",
        true if !parsed.complete && !parsed.findings.iter().any(|finding| finding.rule == "limits") => {
            "it was not parsed"
        }
        _ => return None,
    };
    for finding in &parsed.findings {
        assert!(finding.span.end as usize <= text.len(), "{finding:?}");
    }
    Some(format!("{complaint}, but the errors are {errors:?}, for\n{}\n", text.escape_ascii()))
}

fn assert_right(text: &[u8], start: Start) {
    if let Some(wrong) = wrong(text, start) {
        panic!("{wrong}");
    }
}

fn cases(usual: usize) -> usize {
    let asked = std::env::var("MOONSHUTTER_CASES").ok();
    asked.map_or(usual, |cases| cases.parse().expect("MOONSHUTTER_CASES is a number"))
}

fn maker(salt: u64) -> Maker {
    let seed = std::env::var("MOONSHUTTER_SEED").map_or(1, |seed| seed.parse().expect("MOONSHUTTER_SEED is a number"));
    Maker::new(seed * 1000 + salt)
}

/// Checks what `make` makes on a thread for the parser, and tells the shares of what compiled.
fn check_many(usual: usize, salt: u64, mut make: impl FnMut(&mut Maker) -> Vec<u8> + Send) -> (usize, usize) {
    let work = || {
        let mut maker = maker(salt);
        let (mut accepted, mut refused) = (0, 0);
        for _ in 0..cases(usual) {
            let text = make(&mut maker);
            let start = [Start::Menu, Start::Ptp, Start::Library][maker.below(3)];
            assert_right(&text, start);
            match compiles(&text, start) {
                Some(true) => accepted += 1,
                Some(false) => refused += 1,
                None => {}
            }
        }
        (accepted, refused)
    };
    on_big_stack(work).expect("there is a thread")
}

#[test]
fn the_hand_written_list_agrees() {
    let list = include_str!("lint_acceptance/list.txt");
    let (mut count, mut disagree) = (0, Vec::new());
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let (verdict, text) = line.split_once(' ').unwrap_or((line, ""));
        let text = spoilt::unescape(text);
        let expected = match verdict {
            "yes" => true,
            "no" => false,
            _ => panic!("{line} begins with neither yes nor no"),
        };
        count += 1;
        if compiles(&text, Start::Menu) != Some(expected) {
            disagree.push(format!("the list is wrong: {line}"));
        }
        for start in [Start::Menu, Start::Ptp, Start::Library] {
            disagree.extend(wrong(&text, start));
        }
    }
    assert!(count > 150, "{count} lines");
    assert!(disagree.is_empty(), "{}", disagree.join("\n"));
}

/// Each target of an assignment keeps registers until all values are there, beside those of the locals.
#[test]
fn long_assignments_agree() {
    for locals in [0, 40, 80, 99, 120] {
        let declared: String = (0..locals).map(|at| format!("local v{at}\n")).collect();
        for target in ["a", "a.b", "a[b]", "a.b[c]", "v0[v1]", "a[b .. c]"] {
            for count in (1..=210).step_by(3) {
                let targets = vec![target; count].join(", ");
                assert_right(format!("{declared}{targets} = 1\n").as_bytes(), Start::Menu);
                assert_right(format!("{declared}{targets} = f()\n").as_bytes(), Start::Menu);
            }
        }
    }
}

#[test]
fn generated_programs_agree() {
    let config = Config { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let strategy = programs::program();
    let texts: Vec<String> =
        (0..cases(60)).map(|_| strategy.new_tree(&mut runner).expect("a program").current()).collect();
    for text in &texts {
        assert_eq!(compiles(text.as_bytes(), Start::Menu), Some(true), "{text}");
        assert_right(text.as_bytes(), Start::Menu);
    }
    let (accepted, refused) = check_many(600, 1, |maker| {
        let text = texts[maker.below(texts.len())].clone().into_bytes();
        maker.mutated(text)
    });
    assert!(accepted > 0 && refused > 0, "{accepted} of them compile, {refused} do not");
}

#[test]
fn made_up_programs_agree() {
    let (accepted, refused) = check_many(1000, 2, |maker| maker.program(150));
    assert!(accepted > 0 && refused > 0, "{accepted} of them compile, {refused} do not");
}

#[test]
fn mutated_programs_agree() {
    let (accepted, refused) = check_many(4000, 3, |maker| {
        let program = maker.program(20);
        maker.mutated(program)
    });
    assert!(accepted > 0 && refused > 0, "{accepted} of them compile, {refused} do not");
}

#[test]
fn token_soup_agrees() {
    let (accepted, refused) = check_many(12_000, 4, |maker| maker.soup());
    assert!(accepted > 0 && refused > 0, "{accepted} of them compile, {refused} do not");
}

#[test]
fn bytes_agree() {
    check_many(3000, 5, |maker| maker.bytes());
}
