//! The camera's arithmetic against a model of it, written from §5.1 of the facts: folded by the compiler, and done by the
//! machine.

mod lua_camera;

use std::cell::RefCell;

use lua_camera::{Script, lossy};
use moonshutter::sim::vm::{Resume, Value, Vm};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};

/// The same cases in every run.
fn holds<S: Strategy>(cases: u32, strategy: S, check: impl Fn(&mut Vm, S::Value) -> TestCaseResult) {
    let vm = RefCell::new(Script::new().vm());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    if let Err(failure) = runner.run(&strategy, |value| check(&mut vm.borrow_mut(), value)) {
        panic!("{failure}");
    }
}

/// What a script returns, or its error. The state is used again and again.
fn run(vm: &mut Vm, source: &str) -> Result<Vec<Value>, String> {
    vm.load(source.as_bytes()).map_err(lossy)?;
    loop {
        match vm.resume() {
            Resume::Yield | Resume::Forced => {}
            Resume::Done(results) => return results.into_iter().map(|result| result.map_err(lossy)).collect(),
            Resume::Error(text) => return Err(text.map_or("(no text)".to_owned(), lossy)),
        }
    }
}

fn ints(values: &[i32]) -> Result<Vec<Value>, String> {
    Ok(values.iter().copied().map(Value::Int).collect())
}

// --- the model ---

/// `strtol` of 32 bits, base 10: the value, and what is left; `None` if there is no digit.
fn strtol(text: &[u8]) -> Option<(i32, &[u8])> {
    let (negative, digits) = sign(text);
    let end = digits.iter().position(|c| !c.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let value = digits[..end].iter().fold(0i64, |sum, c| (sum * 10 + i64::from(c - b'0')).min(1 << 40));
    let value = if negative { -value } else { value };
    Some((value.clamp(i32::MIN.into(), i32::MAX.into()) as i32, &digits[end..]))
}

/// `strtoul` of 32 bits.
fn strtoul(text: &[u8], base: u32) -> Option<(u32, &[u8])> {
    let (negative, mut digits) = sign(text);
    let is_digit = |c: &u8| (*c as char).is_digit(base);
    if base == 16
        && digits.len() > 2
        && digits[0] == b'0'
        && digits[1].eq_ignore_ascii_case(&b'x')
        && is_digit(&digits[2])
    {
        digits = &digits[2..];
    }
    let end = digits.iter().position(|c| !is_digit(c)).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let value = digits[..end]
        .iter()
        .fold(0u64, |sum, c| (sum * u64::from(base) + u64::from((*c as char).to_digit(base).unwrap())).min(1 << 40));
    let value = match u32::try_from(value) {
        Ok(value) if negative => value.wrapping_neg(),
        Ok(value) => value,
        Err(_) => u32::MAX,
    };
    Some((value, &digits[end..]))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    let blanks = text.iter().position(|c| !is_blank(*c)).unwrap_or(text.len());
    match &text[blanks..] {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    }
}

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Lua's way from a text to a number.
fn to_number(text: &[u8]) -> Option<i32> {
    let (value, rest) = strtol(text)?;
    let (value, rest) = match rest.first() {
        Some(b'x' | b'X') => strtoul(text, 16).map(|(value, rest)| (value as i32, rest))?,
        _ => (value, rest),
    };
    rest.iter().all(|c| is_blank(*c)).then_some(value)
}

fn to_number_in(text: &[u8], base: u32) -> Option<i32> {
    let (value, rest) = strtoul(text, base)?;
    rest.iter().all(|c| is_blank(*c)).then_some(value as i32)
}

fn divide(a: i32, b: i32) -> i32 {
    match (a, b) {
        (0, 0) => 0,
        (_, 0) if a > 0 => i32::MAX,
        (_, 0) => i32::MIN,
        _ => a.wrapping_div(b),
    }
}

fn remainder(a: i32, b: i32) -> i32 {
    if b == 0 { 0 } else { a.wrapping_rem(b) }
}

fn power(base: i32, exponent: i32) -> i32 {
    u32::try_from(exponent).map_or(0, |exponent| base.wrapping_pow(exponent))
}

#[derive(Debug, Clone)]
enum Expression {
    /// A number or a text as it stands in the script.
    Literal(String),
    Binary(char, Box<Expression>, Box<Expression>),
    Negative(Box<Expression>),
}

impl Expression {
    fn value(&self) -> i32 {
        match self {
            Expression::Literal(text) => to_number(text.trim_matches('\'').as_bytes()).unwrap(),
            Expression::Negative(a) => a.value().wrapping_neg(),
            Expression::Binary(operator, a, b) => {
                let (a, b) = (a.value(), b.value());
                match operator {
                    '+' => a.wrapping_add(b),
                    '-' => a.wrapping_sub(b),
                    '*' => a.wrapping_mul(b),
                    '/' => divide(a, b),
                    '%' => remainder(a, b),
                    _ => power(a, b),
                }
            }
        }
    }

    /// As Lua, with each literal put through `literal`.
    fn lua(&self, literal: &mut dyn FnMut(&str) -> String) -> String {
        match self {
            Expression::Literal(text) => literal(text),
            Expression::Negative(a) => format!("(- {})", a.lua(literal)),
            Expression::Binary(operator, a, b) => format!("({} {operator} {})", a.lua(literal), b.lua(literal)),
        }
    }
}

// --- what is generated ---

fn number() -> impl Strategy<Value = i32> {
    prop_oneof![
        4 => -20..20i32,
        2 => any::<i32>(),
        2 => (0..32u32, -2..=2i32).prop_map(|(bit, by)| (1i32 << bit).wrapping_add(by)),
        1 => Just(i32::MIN),
        1 => Just(i32::MAX),
    ]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => number().prop_map(|n| n.unsigned_abs().to_string()),
        3 => number().prop_map(|n| format!("0x{:x}", n as u32)),
        1 => "0{0,3}[0-9]{1,14}",
        1 => "0[xX][0-9a-fA-F]{1,12}",
        2 => number().prop_map(|n| format!("'{n}'")),
        1 => "' {0,2}[-+]?0x[0-9a-f]{1,9} {0,2}'",
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    literal().prop_map(Expression::Literal).prop_recursive(5, 24, 2, |inner| {
        let operator = prop_oneof![Just('+'), Just('-'), Just('*'), Just('/'), Just('%'), Just('^')];
        prop_oneof![
            5 => (operator, inner.clone(), inner.clone())
                .prop_map(|(operator, a, b)| Expression::Binary(operator, Box::new(a), Box::new(b))),
            1 => inner.prop_map(|a| Expression::Negative(Box::new(a))),
        ]
    })
}

/// Texts that are nearly numbers.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ \t\n]{0,2}[-+]{0,2}(0[xX])?[0-9a-fA-F]{0,12}[ \t]{0,2}",
        1 => "[ 0-9xXa-f.+-]{0,8}",
        1 => "[ -]{0,1}[0-9a-zA-Z]{0,10}",
        1 => number().prop_map(|n| n.to_string()),
    ]
}

// --- the properties ---

/// §5.1 Arithmetic: literals, + - * / % ^ and unary minus are those of the model, folded and not.
///
/// §10.1 Numbers: division is defined everywhere, literals are clamped, and arithmetic wraps.
///
/// Decided: as on DIGIC 6 and later for division by zero.
#[test]
fn expressions_have_the_value_of_the_model() {
    holds(3000, expression(), |vm, expression| {
        let value = expression.value();
        // Without the sum, a text that stands alone would stay one.
        let folded = format!("return 0 + {}", expression.lua(&mut str::to_owned));
        prop_assert_eq!(run(vm, &folded), ints(&[value]), "{}", folded);

        let mut literals = Vec::new();
        let with_variables = expression.lua(&mut |literal| {
            literals.push(literal.to_owned());
            format!("a{}", literals.len())
        });
        let names: Vec<_> = (1..=literals.len()).map(|n| format!("a{n}")).collect();
        let (names, literals) = (names.join(", "), literals.join(", "));
        let source = format!("local {names} = {literals} return 0 + {with_variables}");
        prop_assert_eq!(run(vm, &source), ints(&[value]), "{}", source);
        let source = format!("return (function({names}) return {with_variables} + 0 end)({literals})");
        prop_assert_eq!(run(vm, &source), ints(&[value]), "{}", source);
        // Half folded: only every other literal is a variable.
        let mut n = 0;
        let mixed = expression.lua(&mut |literal| {
            n += 1;
            if n % 2 == 0 { format!("a{n}") } else { literal.to_owned() }
        });
        let source = format!("{names} = {literals} return 0 + {mixed}");
        prop_assert_eq!(run(vm, &source), ints(&[value]), "{}", source);
        Ok(())
    });
}

/// §5.1 Comparison: it is signed, folded and not.
#[test]
fn comparisons_are_signed() {
    let hex = |n: i32| format!("0x{:x}", n as u32);
    holds(1000, (number(), number()), |vm, (a, b)| {
        let expected: Vec<_> = [a < b, a <= b, a > b, a >= b, a == b, a != b].map(Value::Bool).to_vec();
        let compare =
            |a: &str, b: &str| format!("return {a} < {b}, {a} <= {b}, {a} > {b}, {a} >= {b}, {a} == {b}, {a} ~= {b}");
        prop_assert_eq!(run(vm, &compare(&hex(a), &hex(b))), Ok(expected.clone()));
        let variables = format!("local a, b = {}, {} {}", hex(a), hex(b), compare("a", "b"));
        prop_assert_eq!(run(vm, &variables), Ok(expected));
        Ok(())
    });
}

/// §5.1 (lvm.c:670-696): a numeric for adds and compares, without a guard.
#[test]
fn a_numeric_for_runs_as_the_model() {
    let near = |n: i32| (-12..12i32).prop_map(move |by| n.wrapping_add(by));
    let ranges = number().prop_flat_map(move |from| (Just(from), prop_oneof![near(from), number()], -4..4i32));
    holds(1000, ranges, |vm, (from, to, step)| {
        let mut expected = Vec::new();
        let mut index = from;
        while expected.len() < 20 && if step > 0 { index <= to } else { to <= index } {
            expected.push(index);
            index = index.wrapping_add(step);
        }
        let source = format!(
            "local t = {{}} for i = 0x{:x}, 0x{:x}, {step} do t[#t + 1] = i if #t == 20 then break end end return unpack(t)",
            from as u32, to as u32
        );
        prop_assert_eq!(run(vm, &source), ints(&expected), "{}", source);
        Ok(())
    });
}

fn pushed(text: &str) -> String {
    let bytes: String = text.bytes().map(|byte| format!("\\{byte:03}")).collect();
    format!("'{bytes}'")
}

/// §5.1 (lib/lua/lobject.c:90-100): what text is a number, and which, is the same for tonumber, arithmetic and C functions.
#[test]
fn texts_are_the_numbers_of_the_model() {
    holds(3000, text(), |vm, text| {
        let number = to_number(text.as_bytes());
        let quoted = pushed(&text);
        let value = number.map_or(Value::Nil, Value::Int);
        prop_assert_eq!(run(vm, &format!("return tonumber({quoted})")), Ok(vec![value.clone()]), "{:?}", text);
        let sum = run(vm, &format!("return {quoted} + 0"));
        let negative = run(vm, &format!("return math.abs({quoted}) and -{quoted}"));
        match number {
            Some(number) => {
                prop_assert_eq!(sum, ints(&[number]), "{:?}", text);
                prop_assert_eq!(negative, ints(&[number.wrapping_neg()]), "{:?}", text);
            }
            None => {
                prop_assert_eq!(
                    sum,
                    Err(":1: attempt to perform arithmetic on a string value".to_owned()),
                    "{:?}",
                    text
                );
                let expected = ":1: bad argument #1 to 'abs' (number expected, got string)";
                prop_assert_eq!(negative, Err(expected.to_owned()), "{:?}", text);
            }
        }
        Ok(())
    });
}

/// §5.1 tonumber: in other bases is strtoul.
#[test]
fn texts_in_other_bases_are_the_numbers_of_the_model() {
    let base = (2..=36u32).prop_filter("10 is not another base", |base| *base != 10);
    holds(2000, (text(), base), |vm, (text, base)| {
        let value = to_number_in(text.as_bytes(), base).map_or(Value::Nil, Value::Int);
        let source = format!("return tonumber({}, {base})", pushed(&text));
        prop_assert_eq!(run(vm, &source), Ok(vec![value]), "{:?} in base {}", text, base);
        Ok(())
    });
}

/// §5.1 string.format: %d %i %u %x %X %o are 32 bits wide.
///
/// §10.1 Numbers: %x and %u have 32 bits.
#[test]
fn formats_are_32_bits_wide() {
    holds(1000, (number(), 0..14usize), |vm, (n, width)| {
        let u = n as u32;
        let expected = format!(
            "{n}|{n}|{u}|{u:x}|{u:X}|{u:o}|{n:width$}|{n:<width$}|{n:+}|{u:0width$x}|{n}|{n}",
            width = width.max(1)
        );
        let width = if width == 0 { String::new() } else { width.to_string() };
        let zeros = if width.is_empty() { String::new() } else { format!("0{width}") };
        let source = format!(
            "local n = 0x{u:x} return ('%d|%i|%u|%x|%X|%o|%{width}d|%-{width}d|%+d|%{zeros}x|%s|'):format(n, n, n, n, n, n, n, \
             n, n, n, n) .. n"
        );
        prop_assert_eq!(run(vm, &source), Ok(vec![Value::Bytes(expected.into_bytes())]), "{}", source);
        Ok(())
    });
}

/// §5.1 Printing: what is printed reads back as itself, except the smallest number, which no literal can write.
#[test]
fn numbers_survive_text() {
    holds(500, number(), |vm, n| {
        let source = format!(
            "local n = 0x{:x} return tonumber(tostring(n)), (n .. '') + 0, tonumber(('%x'):format(n), 16)",
            n as u32
        );
        prop_assert_eq!(run(vm, &source), ints(&[n, n, n]));
        let literal = if n == i32::MIN { n + 1 } else { n };
        prop_assert_eq!(run(vm, &format!("return {n}")), ints(&[literal]));
        Ok(())
    });
}
