//! The camera's numbers against an exact model of them: 32-bit integers in operators, literals, strings, formats and loops.
//!
//! The model is written from the facts (§5.1), in Rust's terms. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for other
//! cases, or more.

use std::path::PathBuf;

use moonshutter::sim::vm::{Firmware, Options, Reply, Resume, Value, Vm};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

struct NoCamera;

impl Firmware for NoCamera {
    fn call(&mut self, _function: usize, _args: &[Value]) -> Reply {
        Reply::Return(Vec::new())
    }

    fn open(&mut self, _path: &[u8], _mode: &[u8]) -> Option<PathBuf> {
        None
    }

    fn print(&mut self, _line: &[u8]) {}

    fn elapsed_ms(&mut self) -> u32 {
        0
    }

    fn random(&mut self) -> u32 {
        0
    }

    fn seed_random(&mut self, _seed: u32) {}

    fn sin(&mut self, _what: &str) {}
}

/// What a script returns, or its error.
fn run(source: &str) -> Result<Vec<Value>, String> {
    let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut vm = Vm::new(&Options::default(), &[], Box::new(NoCamera));
    vm.load(source.as_bytes()).map_err(lossy)?;
    match vm.resume() {
        Resume::Done(values) => values.into_iter().map(|value| value.map_err(lossy)).collect(),
        Resume::Error(text) => Err(text.map_or("(no text)".to_owned(), lossy)),
        yielded => panic!("{yielded:?}"),
    }
}

fn text(bytes: impl Into<Vec<u8>>) -> Value {
    Value::Bytes(bytes.into())
}

fn config() -> Config {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(32);
    }
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 1000;
    }
    config
}

/// The model.
mod model {
    pub fn divide(a: i32, b: i32) -> i32 {
        match (a.signum(), b) {
            (0, 0) => 0,
            (1, 0) => i32::MAX,
            (_, 0) => i32::MIN,
            _ => a.wrapping_div(b),
        }
    }

    pub fn remainder(a: i32, b: i32) -> i32 {
        if b == 0 { 0 } else { a.wrapping_rem(b) }
    }

    pub fn power(base: i32, exponent: i32) -> i32 {
        u32::try_from(exponent).map_or(0, |exponent| base.wrapping_pow(exponent))
    }

    fn is_space(c: char) -> bool {
        matches!(c, ' ' | '\t'..='\r')
    }

    /// C's strtol and strtoul without their width: magnitude, sign and what is left. `None` without a digit.
    fn scan(text: &str, base: u32) -> Option<(u128, bool, &str)> {
        let text = text.trim_start_matches(is_space);
        let negative = text.starts_with('-');
        let mut digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if base == 16
            && let Some(rest) = digits.strip_prefix("0x").or(digits.strip_prefix("0X"))
            && rest.starts_with(|c: char| c.is_ascii_hexdigit())
        {
            digits = rest;
        }
        let end = digits.find(|c: char| !c.is_digit(base)).unwrap_or(digits.len());
        let value = |total: u128, c: char| {
            total.saturating_mul(u128::from(base)).saturating_add(u128::from(c.to_digit(base).unwrap()))
        };
        (end > 0).then(|| (digits[..end].chars().fold(0, value), negative, &digits[end..]))
    }

    fn unsigned((magnitude, negative, _): (u128, bool, &str)) -> i32 {
        match u32::try_from(magnitude) {
            Err(_) => -1,
            Ok(value) if negative => value.wrapping_neg() as i32,
            Ok(value) => value as i32,
        }
    }

    /// A literal or a string, read as a number.
    pub fn number(text: &str) -> Option<i32> {
        let (magnitude, negative, mut rest) = scan(text, 10)?;
        let limit = if negative { 1 << 31 } else { (1 << 31) - 1 };
        let magnitude = i64::try_from(magnitude.min(limit)).unwrap();
        let mut value = if negative { -magnitude } else { magnitude } as i32;
        if rest.starts_with(['x', 'X']) {
            let hexadecimal = scan(text, 16)?;
            value = unsigned(hexadecimal);
            rest = hexadecimal.2;
        }
        rest.trim_start_matches(is_space).is_empty().then_some(value)
    }

    /// `tonumber(text, base)`.
    pub fn number_in_base(text: &str, base: u32) -> Option<i32> {
        if base == 10 {
            return number(text);
        }
        let scanned = scan(text, base)?;
        scanned.2.trim_start_matches(is_space).is_empty().then(|| unsigned(scanned))
    }

    /// What C's printf makes of `digits` with a sign or prefix.
    pub fn padded(flags: &str, width: usize, precision: Option<usize>, prefix: &str, digits: &str) -> String {
        let mut digits = digits.to_owned();
        if precision == Some(0) && digits == "0" {
            digits.clear();
        }
        let zeros = precision.unwrap_or(0).saturating_sub(digits.len());
        let number = "0".repeat(zeros) + &digits;
        let missing = width.saturating_sub(prefix.len() + number.len());
        if flags.contains('-') {
            format!("{prefix}{number}{}", " ".repeat(missing))
        } else if flags.contains('0') && precision.is_none() {
            format!("{prefix}{}{number}", "0".repeat(missing))
        } else {
            format!("{}{prefix}{number}", " ".repeat(missing))
        }
    }
}

/// Numbers where something happens: the ends, zero, powers of two and their neighbours, and any.
fn number() -> impl Strategy<Value = i32> {
    prop_oneof![
        3 => -12..13,
        2 => select(vec![i32::MIN, i32::MIN + 1, i32::MAX, i32::MAX - 1, 0, 1, -1, 46340, 46341, 65535, 65536]),
        2 => (0..32u32, -1..2).prop_map(|(bit, by)| 1i32.wrapping_shl(bit).wrapping_add(by)),
        2 => any::<i32>(),
    ]
}

/// A number as it may be written, within its range and beyond.
fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => number().prop_map(|n| n.unsigned_abs().to_string()),
        1 => number().prop_map(|n| format!("{n:#x}")),
        1 => number().prop_map(|n| format!("0X{n:X}")),
        1 => (0..4usize, 0..100).prop_map(|(zeros, n): (usize, i32)| "0".repeat(zeros) + &n.to_string()),
        1 => "[0-9]{9,24}",
        1 => "0x[0-9a-fA-F]{7,20}",
    ]
}

#[derive(Debug, Clone)]
enum Expression {
    Literal(String),
    Minus(Box<Expression>),
    Operation(&'static str, Box<Expression>, Box<Expression>),
}

use Expression::{Literal, Minus, Operation};

impl Expression {
    fn value(&self) -> i32 {
        match self {
            Literal(text) => model::number(text).expect("literals are numbers"),
            Minus(operand) => operand.value().wrapping_neg(),
            Operation(operator, left, right) => {
                let (a, b) = (left.value(), right.value());
                match *operator {
                    "+" => a.wrapping_add(b),
                    "-" => a.wrapping_sub(b),
                    "*" => a.wrapping_mul(b),
                    "/" => model::divide(a, b),
                    "%" => model::remainder(a, b),
                    _ => model::power(a, b),
                }
            }
        }
    }

    /// As Lua, with each literal as `leaf` writes it.
    fn lua(&self, leaf: &mut dyn FnMut(&str) -> String) -> String {
        match self {
            Literal(text) => leaf(text),
            Minus(operand) => format!("(- {})", operand.lua(leaf)),
            Operation(operator, left, right) => format!("({} {operator} {})", left.lua(leaf), right.lua(leaf)),
        }
    }

    /// As Lua, with no parentheses but those it needs.
    fn bare(&self, above: u8) -> String {
        // Left and right of each operator: `^` binds to the right, and tighter than the minus on its left.
        let (text, own) = match self {
            Literal(text) => return text.clone(),
            Minus(operand) => (format!("- {}", operand.bare(3)), 3),
            Operation("^", left, right) => (format!("{} ^ {}", left.bare(5), right.bare(3)), 4),
            Operation(operator @ ("+" | "-"), left, right) => {
                (format!("{} {operator} {}", left.bare(1), right.bare(2)), 1)
            }
            Operation(operator, left, right) => (format!("{} {operator} {}", left.bare(2), right.bare(3)), 2),
        };
        if own < above { format!("({text})") } else { text }
    }
}

fn expression() -> impl Strategy<Value = Expression> {
    literal().prop_map(Literal).prop_recursive(5, 32, 2, |inner| {
        prop_oneof![
            1 => inner.clone().prop_map(|operand| Minus(Box::new(operand))),
            5 => (select(vec!["+", "-", "*", "/", "%", "^"]), inner.clone(), inner)
                .prop_map(|(operator, left, right)| Operation(operator, Box::new(left), Box::new(right))),
        ]
    })
}

proptest! {
    #![proptest_config(config())]

    /// §5.1 Operators (lib/lua/luaconf.h:528-580): + − * wrap, `/` truncates, `%` has the dividend's sign, neither fails for
    /// a zero, and `^` is a power of integers; whether the compiler folds constants, the machine computes, or strings are
    /// made numbers first.
    #[test]
    fn expressions_are_what_the_model_says(expression in expression()) {
        let expected = Ok(vec![Value::Int(expression.value())]);
        let constants = format!("return {}", expression.lua(&mut str::to_owned));
        prop_assert_eq!(run(&constants), expected.clone(), "{}", constants);
        let bare = format!("return {}", expression.bare(0));
        prop_assert_eq!(run(&bare), expected.clone(), "{}", bare);
        let mut values = Vec::new();
        let computed = expression.lua(&mut |text| {
            values.push(text.to_owned());
            format!("v[{}]", values.len())
        });
        let variables = format!("local v = {{ {} }} return {computed}", values.join(", "));
        prop_assert_eq!(run(&variables), expected.clone(), "{}", variables);
        // Adding nothing makes a number of the string that stands alone.
        let strings = format!("return {} + 0", expression.lua(&mut |text| format!("' {text} '")));
        prop_assert_eq!(run(&strings), expected, "{}", strings);
    }

    /// §5.1 Printing (lib/lua/luaconf.h:528-580): a number is written as `%d` writes it, and reads as itself.
    #[test]
    fn numbers_are_written_in_decimal(n in number()) {
        let source = "local n = ... return tostring(n), n .. '', tonumber(tostring(n)), #tostring(n)";
        let mut vm = Vm::new(&Options::default(), &[], Box::new(NoCamera));
        vm.load(source.as_bytes()).unwrap();
        vm.push(Value::Int(n));
        let digits = n.to_string();
        let length = Value::Int(digits.len() as i32);
        let expected = [text(digits.as_str()), text(digits), Value::Int(n), length].map(Ok).to_vec();
        prop_assert_eq!(vm.resume(), Resume::Done(expected));
    }

    /// §5.1 Comparison: signed, of constants as of variables, and of numbers alone.
    #[test]
    fn comparison_is_signed(a in number(), b in number()) {
        // INT_MIN cannot be written in decimal.
        let written = |n: i32| if n < 0 { format!("(-{} - 1)", n.wrapping_add(1).unsigned_abs()) } else { n.to_string() };
        let (x, y) = (written(a), written(b));
        let expected: Vec<_> = [a == b, a != b, a < b, a <= b, a > b, a >= b].map(Value::Bool).to_vec();
        let compare = |x: &str, y: &str| {
            ["==", "~=", "<", "<=", ">", ">="].map(|operator| format!("{x} {operator} {y}")).join(", ")
        };
        prop_assert_eq!(run(&format!("return {}", compare(&x, &y))), Ok(expected.clone()));
        let variables = format!("local x, y = {x}, {y} return {}", compare("x", "y"));
        prop_assert_eq!(run(&variables), Ok(expected), "{}", variables);
        let bounds = format!("local x, y = {x}, {y} return math.max(x, y), math.min(x, y), math.abs(x), math.pow(x, y)");
        let expected = [a.max(b), a.min(b), a.wrapping_abs(), model::power(a, b)].map(Value::Int).to_vec();
        prop_assert_eq!(run(&bounds), Ok(expected), "{}", bounds);
    }

    /// §5.1 Numeric for (lvm.c:670-696): counts by wrapping addition, with no guard at the end of the numbers.
    ///
    /// Decided: the fact is inferred from C whose overflow wraps; the loop goes on at the other end.
    #[test]
    fn a_numeric_for_visits_what_the_model_visits(
        first in number(),
        // Near enough to be reached, or anywhere.
        away in prop_oneof![3 => -9..10, 1 => any::<i32>()],
        step in prop_oneof![4 => -4..5, 1 => number()],
        as_strings in any::<bool>(),
    ) {
        let limit = first.wrapping_add(away);
        let (mut visited, mut i) = (Vec::new(), first.wrapping_sub(step));
        while visited.len() < 12 {
            i = i.wrapping_add(step);
            if if step > 0 { i > limit } else { limit > i } {
                break;
            }
            visited.push(i.to_string());
        }
        let bounds = [first, limit, step].map(|n| if as_strings { format!("'{n}'") } else { format!("tonumber('{n}')") });
        let source = format!(
            "local r = {{}} for i = {} do r[#r + 1] = i if #r == 12 then break end end return table.concat(r, ' ')",
            bounds.join(", ")
        );
        prop_assert_eq!(run(&source), Ok(vec![text(visited.join(" "))]), "{}", source);
    }

    /// §5.1 Reading (lib/lua/lobject.c:90-100): strtol in base 10, in base 16 if it stops at an x, then blanks only; other
    /// bases by strtoul. Both are 32 bits wide and saturate.
    #[test]
    fn strings_are_read_as_the_model_reads_them(
        string in prop_oneof![
            3 => "[ \t\n]{0,2}[-+]?(0[xX])?[0-9a-f]{0,9}[ \r]{0,2}",
            2 => "[-+]?[0-9]{1,14}",
            1 => "[-+]?0[xX][0-9a-fA-F]{1,12}",
            1 => "[-+ 0-9a-zA-Z.]{0,7}",
            1 => "[-+0-9xe._]{0,6}",
        ],
        base in 2..37u32,
    ) {
        let quoted = string.replace('\n', "\\n").replace('\r', "\\r");
        let shown = |number: Option<i32>| number.map_or(Value::Nil, Value::Int);
        let read = model::number(&string);
        let source = format!("return tonumber('{quoted}'), tonumber('{quoted}', {base}), tonumber('{quoted}', 16)");
        let expected = vec![shown(read), shown(model::number_in_base(&string, base)), shown(model::number_in_base(&string, 16))];
        prop_assert_eq!(run(&source), Ok(expected), "{}", source);
        let expected = match read {
            Some(n) => Ok(vec![Value::Int(n.wrapping_add(5))]),
            None => Err(":1: attempt to perform arithmetic on a string value".to_owned()),
        };
        prop_assert_eq!(run(&format!("return '{quoted}' + 5")), expected.clone(), "{}", quoted);
        prop_assert_eq!(run(&format!("local s = '{quoted}' return 5 + s")).is_ok(), expected.is_ok(), "{}", quoted);
    }

    /// §5.1 Literals (llex.c:179-211): what the compiler takes for one word and cannot read as an integer does not compile.
    #[test]
    fn literals_are_integers_or_do_not_compile(
        word in prop_oneof![
            2 => literal(),
            2 => "[0-9][0-9a-fxX]{0,6}",
            1 => "[0-9]{1,3}[.][0-9.]{0,3}",
            1 => "[.][0-9]{1,3}",
            1 => "[0-9]{1,3}[eE][-+]?[0-9]{0,2}",
            1 => "[0-9][0-9a-zA-Z_]{0,5}",
        ],
    ) {
        let expected = match model::number(&word) {
            Some(n) => Ok(vec![Value::Int(n)]),
            None => Err(format!(":1: malformed number near '{word}'")),
        };
        prop_assert_eq!(run(&format!("return {word}")), expected, "{}", word);
    }

    /// §5.1 string.format: %d and %i take the number, %u %x %X %o its 32 bits without a sign, %c its lowest byte.
    #[test]
    fn formats_have_32_bits(
        n in number(),
        flags in "[-0+ #]{0,2}",
        width in prop_oneof![2 => Just(None), 3 => (1..16usize).prop_map(Some)],
        precision in prop_oneof![3 => Just(None), 1 => (0..13usize).prop_map(Some)],
        kind in select(vec!['d', 'i', 'u', 'x', 'X', 'o', 'c']),
    ) {
        // C leaves some flags of characters undefined; an octal's own zero is libc's affair.
        let (flags, precision) = match kind {
            'c' => (flags.replace(['0', '#'], ""), None),
            'o' => (flags.replace('#', ""), precision),
            _ => (flags, precision),
        };
        let bits = n as u32;
        let sign = match flags.as_str() {
            _ if n < 0 => "-",
            flags if flags.contains('+') => "+",
            flags if flags.contains(' ') => " ",
            _ => "",
        };
        let alternative = flags.contains('#') && n != 0;
        let (prefix, digits) = match kind {
            'd' | 'i' => (sign, n.unsigned_abs().to_string()),
            'u' => ("", bits.to_string()),
            'x' => (if alternative { "0x" } else { "" }, format!("{bits:x}")),
            'X' => (if alternative { "0X" } else { "" }, format!("{bits:X}")),
            _ => ("", format!("{bits:o}")),
        };
        let expected = if kind == 'c' {
            let missing = " ".repeat(width.unwrap_or(0).saturating_sub(1));
            let byte = [n as u8];
            let all = if flags.contains('-') { [&byte, missing.as_bytes()] } else { [missing.as_bytes(), &byte] }.concat();
            // Stock's way: the text ends at a NUL.
            all.split(|byte| *byte == 0).next().unwrap().to_vec()
        } else {
            model::padded(&flags, width.unwrap_or(0), precision, prefix, &digits).into_bytes()
        };
        let width = width.map_or(String::new(), |width| width.to_string());
        let precision = precision.map_or(String::new(), |precision| format!(".{precision}"));
        let source = format!("return string.format('%{flags}{width}{precision}{kind}', '{n}')");
        prop_assert_eq!(run(&source), Ok(vec![text(expected)]), "{}", source);
    }
}
