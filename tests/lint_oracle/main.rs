//! The linter against the camera's Lua: generated programs are run on the simulated camera's VM with every outcome of what
//! they ask, and what happened is held against what the linter said of their texts.
//!
//! - Where a yield hit a boundary in some run, caught or not, a warning or an error says so.
//! - Where there is an error, a yield hit a boundary: in some run, and in each run that came to the line at which the
//!   error begins.
//! - Of the programs with no more than warnings, less than a fifth have no run in which a yield hit a boundary.
//!
//! `MOONSHUTTER_ORACLE` is how many programs are made; `just oracle` sets it for a long run. A program that fails is made
//! small and printed, to be kept in `regressions/`. `just oracle 1 SEED` shows one program.

mod generator;
mod judge;
mod linter;
mod program;
mod property;
mod rng;
mod shrink;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use judge::Judge;
use moonshutter::lint::Severity;
use program::Program;
use property::{Case, Failure, hold};
use shrink::shrink;

/// How many programs a plain `cargo test` makes.
const PROGRAMS: u64 = 3000;
/// How many failures are made small and printed, of each kind, if `MOONSHUTTER_ORACLE_SHOW` does not say.
const SHOWN: u64 = 4;

/// What came of many programs.
#[derive(Debug, Default)]
struct Tally {
    programs: usize,
    runs: usize,
    /// Programs by whether they fired and the worst that was said.
    table: BTreeMap<(bool, Option<Severity>), usize>,
    misplaced: usize,
    dropped: usize,
    failures: BTreeMap<Failure, Vec<u64>>,
    /// Programs on which the linter panicked.
    panics: Vec<u64>,
    /// Programs with a warning that did not fire.
    false_alarms: Vec<u64>,
    /// How long the slowest check took, in µs, and of which program.
    slowest: (u128, u64),
}

impl Tally {
    fn count(&self, fired: bool, said: Option<Severity>) -> usize {
        self.table.get(&(fired, said)).copied().unwrap_or(0)
    }

    /// Programs with warnings that did not fire, of all programs with warnings, in thousandths.
    fn false_alarms(&self) -> usize {
        let [right, wrong] = [true, false].map(|fired| self.count(fired, Some(Severity::Warning)));
        wrong * 1000 / (right + wrong).max(1)
    }

    fn add(&mut self, other: Self) {
        self.programs += other.programs;
        self.runs += other.runs;
        for (key, n) in other.table {
            *self.table.entry(key).or_default() += n;
        }
        self.misplaced += other.misplaced;
        self.dropped += other.dropped;
        for (failure, seeds) in other.failures {
            self.failures.entry(failure).or_default().extend(seeds);
        }
        self.panics.extend(other.panics);
        self.false_alarms.extend(other.false_alarms);
        self.slowest = self.slowest.max(other.slowest);
    }

    fn summary(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{} programs, {} runs", self.programs, self.runs);
        let _ = writeln!(text, "              error  warning  silent");
        for (fired, word) in [(true, "fired       "), (false, "did not fire")] {
            let count = |said| self.count(fired, said);
            let silent = count(None) + count(Some(Severity::Info));
            let (error, warning) = (count(Some(Severity::Error)), count(Some(Severity::Warning)));
            let _ = writeln!(text, "{word} {error:>6} {warning:>8} {silent:>7}");
        }
        let tenths = self.false_alarms();
        let _ = writeln!(text, "false alarms among warnings: {}.{} %", tenths / 10, tenths % 10);
        let _ = writeln!(text, "errors whose run fired on another line: {}", self.misplaced);
        let _ = writeln!(text, "slowest check: {} µs, of program {}", self.slowest.0, self.slowest.1);
        let _ = writeln!(text, "yields that ended restore(): {} programs", self.dropped);
        for (failure, seeds) in &self.failures {
            let _ = writeln!(text, "{}: {failure}", seeds.len());
        }
        text
    }
}

/// The program of a seed: as it was generated, or, one in four, changed, if it compiles then.
fn made(judge: &mut Judge, seed: u64) -> Program {
    let program = generator::program(seed);
    let mutant = Some(generator::mutant(&program, seed)).filter(|_| seed % 4 == 3);
    mutant.filter(|mutant| judge.judge(mutant).is_ok()).unwrap_or(program)
}

fn tally(seeds: impl Iterator<Item = u64>) -> Tally {
    let mut judge = Judge::new();
    let mut tally = Tally::default();
    for seed in seeds {
        let program = made(&mut judge, seed);
        tally.programs += 1;
        let Ok(held) = catch_unwind(AssertUnwindSafe(|| hold(&mut judge, &program))) else {
            tally.panics.push(seed);
            continue;
        };
        let case = held.unwrap_or_else(|error| panic!("program {seed} does not compile: {error}"));
        let fired = case.verdict.fired();
        *tally.table.entry((fired, case.worst())).or_default() += 1;
        tally.misplaced += usize::from(case.misplaced);
        tally.slowest = tally.slowest.max((case.took.as_micros(), seed));
        tally.dropped += usize::from(case.verdict.dropped());
        if let Some(failure) = case.failure {
            tally.failures.entry(failure).or_default().push(seed);
        }
        if case.is_false_alarm() {
            tally.false_alarms.push(seed);
        }
    }
    tally.runs = judge.runs;
    tally
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// How programs read in a report: what they did, what was said, and their text.
fn describe(judge: &mut Judge, program: &Program) -> String {
    let case = match hold(judge, program) {
        Ok(case) => case,
        Err(error) => return format!("it does not compile: {error}\n"),
    };
    let mut text = String::new();
    for run in &case.verdict.runs {
        let _ = writeln!(
            text,
            "  run {:04b}: {} refused, {} dropped; {}",
            run.answers,
            run.refused.len(),
            run.dropped,
            run.end
        );
        for refusal in run.refused.iter().take(2) {
            let _ = writeln!(text, "    {} at {:?}", refusal.function, refusal.places);
        }
    }
    for said in &case.said {
        let _ = writeln!(text, "  said: {said}");
    }
    if case.said.is_empty() {
        text.push_str("  said: nothing\n");
    }
    let _ = write!(text, "-- {}\n{}", program.start_word(), program.write());
    text
}

/// The law above.
#[test]
fn the_linter_tells_what_the_camera_does() {
    let programs = number("MOONSHUTTER_ORACLE", PROGRAMS);
    let first = number("MOONSHUTTER_ORACLE_SEED", 0);
    if programs == 1 {
        // First, so that it is seen whatever becomes of the check.
        println!("{}", made(&mut Judge::new(), first).write());
    }
    let begun = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut all = Tally::default();
    std::thread::scope(|scope| {
        let each =
            |n: u64| scope.spawn(move || tally((first..first + programs).filter(move |seed| seed % threads == n)));
        let handles: Vec<_> = (0..threads).map(each).collect();
        for handle in handles {
            all.add(handle.join().unwrap());
        }
    });
    println!("{}{:?}", all.summary(), begun.elapsed());

    let shown = number("MOONSHUTTER_ORACLE_SHOW", SHOWN) as usize;
    let mut judge = Judge::new();
    let mut report = String::new();
    for (failure, seeds) in &all.failures {
        for seed in seeds.iter().take(shown) {
            let program = made(&mut judge, *seed);
            let least = shrink(&mut judge, &program, |case| case.failure == Some(*failure));
            let _ = writeln!(report, "=== program {seed}: {failure}\n{}", describe(&mut judge, &least));
        }
    }
    for seed in all.panics.iter().take(shown) {
        let _ = writeln!(report, "=== program {seed}: the linter panicked\n{}", made(&mut judge, *seed).write());
    }
    for seed in all.false_alarms.iter().take(number("MOONSHUTTER_ORACLE_ALARMS", 0) as usize) {
        let program = made(&mut judge, *seed);
        let least = shrink(&mut judge, &program, Case::is_false_alarm);
        let _ = writeln!(report, "=== program {seed}: false alarm\n{}", describe(&mut judge, &least));
    }
    if programs == 1 {
        let program = made(&mut judge, first);
        report.push_str(&describe(&mut judge, &program));
    }
    println!("{report}");
    assert!(all.failures.is_empty() && all.panics.is_empty(), "{}\n{report}", all.summary());
    let fired = all.table.iter().filter(|((fired, _), _)| *fired).map(|(_, n)| n).sum::<usize>();
    assert!(programs < 100 || (all.programs / 5..all.programs * 4 / 5).contains(&fired), "{}", all.summary());
    assert!(all.false_alarms() < 200, "{}", all.summary());
}

/// Programs that once failed, made small. Their first lines say what they do.
#[test]
fn what_once_failed_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_oracle/regressions");
    let mut judge = Judge::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let program = Program::parse(&text);
        let case = hold(&mut judge, &program).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let fires = text.starts_with("-- fires");
        assert!(fires || text.starts_with("-- clean"), "{} does not say what it does", path.display());
        assert_eq!(case.verdict.fired() || case.verdict.dropped(), fires, "{} says what is not so", path.display());
        if let Some(failure) = case.failure {
            let _ = writeln!(wrong, "=== {}: {failure}\n{}", path.display(), describe(&mut judge, &program));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The same programs every time.
#[test]
fn a_seed_is_a_program() {
    let programs: Vec<_> = (0..50).map(generator::program).collect();
    assert_eq!(programs, (0..50).map(generator::program).collect::<Vec<_>>());
    let mut judge = Judge::new();
    let fired = programs.iter().filter(|program| judge.judge(program).unwrap().fired()).count();
    assert!((10..40).contains(&fired), "{fired} of 50 fire");
}

/// The judge sees what is caught, and where.
#[test]
fn the_judge_counts_what_pcall_swallows() {
    let mut judge = Judge::new();
    let text = "-- (ptp)\nlocal m = require'M'\nif get_prop(1) == 1 then\n  pcall(m.go)\nend\n\
                -- file A/CHDK/LUALIB/m.lua\nreturn { go = function() shoot() end }\n";
    let verdict = judge.judge(&Program::parse(text)).unwrap();
    let refused: Vec<_> = verdict.runs.iter().map(|run| run.refused.clone()).collect();
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[0], []);
    assert_eq!(refused[1][0].function, "shoot");
    assert_eq!(refused[1][0].places, [(Some("a/chdk/lualib/m.lua".to_owned()), 1), (None, 4)]);
    let lines = judge.judge_lines(&Program::parse(text)).unwrap();
    assert!(!lines.runs[0].reached.contains(&(None, 4)));
    assert!(lines.runs[1].reached.contains(&(None, 4)));
}
