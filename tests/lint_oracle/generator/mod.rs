//! Makes camera scripts, the same ones for the same seed, in which yields and boundaries meet in every way that the
//! language has; about as often they miss each other.
//!
//! A program is grown from three kinds of parts that use each other: functions and the ways by which they are reached
//! (`functions`, `reached`, `handed`), boundaries (`boundaries`), and statements around them (`statements`, `unknowns`).
//! Some are changed afterwards (`mutant`). Whether anything yields where it must not is not known here. That is the judge's
//! to say.

mod boundaries;
mod functions;
mod handed;
mod mutant;
mod reached;
mod statements;
mod unknowns;

use std::collections::BTreeMap;

use moonshutter::lint::Start;

pub use mutant::mutant;

use crate::program::Program;
use crate::rng::Rng;

/// An expression whose value can be called, with a number as its first argument.
#[derive(Debug, Clone)]
struct Callable {
    text: String,
    /// Whether it takes arguments of any kind; the camera's own functions raise for what is no number.
    tolerant: bool,
}

impl Callable {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), tolerant: true }
    }

    fn strict(text: impl Into<String>) -> Self {
        Self { text: text.into(), tolerant: false }
    }
}

/// A program while it grows.
pub struct Generator {
    rng: Rng,
    lines: Vec<String>,
    indent: usize,
    files: BTreeMap<String, String>,
    /// What can be called here, by block; the first block's are globals.
    scopes: Vec<Vec<Callable>>,
    names: usize,
    /// How many of a hundred leaves yield.
    yields: usize,
    /// How many lines it may still get.
    budget: usize,
}

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::new(seed);
    let yields = *rng.pick(&[0, 15, 30, 50, 50, 70, 100]);
    let start = if rng.percent(60) { Start::Ptp } else { Start::Menu };
    let budget = *rng.pick(&[6, 12, 25, 50]);
    let mut generator = Generator {
        rng,
        lines: Vec::new(),
        indent: 0,
        files: BTreeMap::new(),
        scopes: vec![Vec::new()],
        names: 0,
        yields,
        budget,
    };
    generator.main(start);
    let main = generator.lines.iter().map(|line| format!("{line}\n")).collect();
    Program { start, main, files: generator.files }
}

impl Generator {
    fn main(&mut self, start: Start) {
        if start == Start::Menu && self.rng.percent(60) {
            self.line("--[[\n@chdk_version 1.6\n--]]");
        }
        if self.rng.percent(95) {
            return self.whole();
        }
        // Several programs in one, as long scripts are.
        for _ in 0..3 + self.rng.below(5) {
            self.budget = 30;
            let name = self.name("part");
            self.block(format!("local function {name}()"), "end", Self::whole);
            match self.rng.below(4) {
                0 => {
                    let question = self.question();
                    self.line(format!("if {question} then {name}() end"));
                }
                1 => self.line(format!("for _ = 1, 2 do {name}() end")),
                _ => self.line(format!("{name}()")),
            }
        }
    }

    /// Some statements, and perhaps a result.
    fn whole(&mut self) {
        let depth = 1 + self.rng.below(5);
        for _ in 0..=self.rng.below(3) {
            if self.rng.percent(75) {
                self.boundary(depth);
            } else {
                self.statement(depth);
            }
        }
        match self.rng.below(10) {
            0..=3 => self.line("sleep(1)"),
            4 => {
                let callable = self.callable(depth);
                self.line(format!("return pcall({}, 1)", callable.text));
            }
            5 => {
                let call = self.call(depth);
                self.line(format!("return {call}"));
            }
            _ => {}
        }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.budget = self.budget.saturating_sub(1);
        for line in text.as_ref().lines() {
            self.lines.push(format!("{}{line}", "  ".repeat(self.indent)));
        }
    }

    /// A head, what is in the block, and its end.
    fn block(&mut self, head: impl AsRef<str>, tail: &str, body: impl FnOnce(&mut Self)) {
        self.line(head);
        self.indent += 1;
        self.scopes.push(Vec::new());
        body(self);
        self.scopes.pop();
        self.indent -= 1;
        self.line(tail);
    }

    /// A name that is nowhere else, with a letter in front that says what for.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// A file on the card, whose text is what `body` writes.
    fn file(&mut self, path: &str, body: impl FnOnce(&mut Self)) {
        let lines = std::mem::take(&mut self.lines);
        let indent = std::mem::take(&mut self.indent);
        let scopes = self.scopes.split_off(1);
        body(self);
        self.scopes.truncate(1);
        self.scopes.extend(scopes);
        self.indent = indent;
        let text = std::mem::replace(&mut self.lines, lines);
        self.files.insert(path.to_owned(), text.iter().map(|line| format!("{line}\n")).collect());
    }

    /// Remembers something that can be called from here on in this block.
    fn known(&mut self, callable: &Callable) {
        self.scopes.last_mut().expect("there is a block").push(callable.clone());
    }

    /// Something that can be called from here on everywhere, if this line is run.
    fn known_everywhere(&mut self, callable: &Callable) {
        self.scopes[0].push(callable.clone());
    }

    /// A condition with two outcomes.
    fn question(&mut self) -> String {
        let questions = [
            "get_prop(1) == 1",
            "get_prop(2) ~= 0",
            "get_prop(3) > 0",
            "is_key('set')",
            "is_pressed('up')",
            "get_flash_ready()",
            "get_video_button()",
            "get_usb_power(0) == 1",
            "not is_key('down')",
        ];
        (*self.rng.pick(&questions)).to_owned()
    }

    /// A condition with one outcome.
    fn answer(&mut self, truth: bool) -> String {
        // Some are so only where numbers are 32-bit integers.
        let always = [
            "true",
            "1",
            "0",
            "not false",
            "1 < 2",
            "'a' == 'a'",
            "(true or false)",
            "not nil",
            "7/2 == 3",
            "1/2 == 0",
            "2^-1 == 0",
            "0xFFFFFFFF == -1",
            "2147483647 + 1 < 0",
            "-7 % 3 == -1",
            "'10' + 5 == 15",
            "tonumber('1.5') == nil",
            "tonumber('0x10') == 16",
            "#'abc' == 3",
            "'a' < 'b'",
            "select('#', nil, nil) == 2",
            "99999999999 == 2147483647",
            "type(nil) == 'nil'",
            "next({}) == nil",
            "('x'):rep(3) == 'xxx'",
            "'' == ''",
        ];
        let never = [
            "false",
            "nil",
            "not true",
            "1 > 2",
            "'a' == 'b'",
            "(true and false)",
            "not 0",
            "3/2 > 1",
            "7/2*2 == 7",
            "2^-1 > 0",
            "0xFFFFFFFF > 0",
            "2147483647 + 1 > 0",
            "-7 % 3 == 2",
            "tonumber('1e3')",
            "#{} > 0",
            "'10' == 10",
            "'b' < 'a'",
            "not ''",
            "rawequal({}, {})",
            "math.max(1, 2) == 1",
            "('abc'):find('d')",
            "-5/2 == -3",
        ];
        (*self.rng.pick(if truth { &always } else { &never })).to_owned()
    }

    /// Any condition, and sometimes one that goes through a local.
    fn condition(&mut self) -> String {
        let text = match self.rng.below(10) {
            0..=5 => self.question(),
            6 | 7 => self.answer(true),
            _ => self.answer(false),
        };
        if self.rng.percent(20) {
            let name = self.name("b");
            self.line(format!("local {name} = {text}"));
            return name;
        }
        text
    }

    /// A list of arguments that begins with a number.
    fn arguments(&mut self) -> &'static str {
        const ARGUMENTS: [&str; 5] = ["1", "10", "1, 2", "1, 'a', nil", "0"];
        ARGUMENTS[self.rng.below(ARGUMENTS.len())]
    }
}
