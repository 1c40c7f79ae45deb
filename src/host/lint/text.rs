//! Texts that a host script puts together from constants, and where each byte of them stands.

use std::cell::Cell;
use std::collections::HashMap;

use crate::lint::Span;
use crate::lint::tree::{BinaryOp, Expr, ExprId, LocalId, Stmt, Symbol, UnaryOp};

use super::read::Host;

/// Longer texts are no code that anybody has written.
const LONGEST: usize = 1 << 20;

/// How many steps are taken for one script: texts made of texts could go on for ever.
const STEPS: u32 = 200_000;

/// How deep constants may be made of others.
const DEEPEST: u32 = 60;

/// A text, with pairs of offsets in it and in the script: from each on, the two run in step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub bytes: Vec<u8>,
    pub map: Vec<(u32, u32)>,
}

impl Text {
    /// Adds a byte that stands at `at`.
    fn push(&mut self, byte: u8, at: usize) {
        let (inner, outer) = (self.bytes.len() as u32, at as u32);
        if self.map.last().is_none_or(|(from, to)| outer.wrapping_sub(*to) != inner - from) {
            self.map.push((inner, outer));
        }
        self.bytes.push(byte);
    }

    /// Adds bytes that stand for what is at `at`.
    pub fn push_all(&mut self, bytes: &[u8], at: usize) {
        for byte in bytes {
            self.map.push((self.bytes.len() as u32, at as u32));
            self.bytes.push(*byte);
        }
    }

    /// Adds a text with its places.
    pub fn append(&mut self, other: &Self) {
        let shift = self.bytes.len() as u32;
        self.map.extend(other.map.iter().map(|(inner, outer)| (inner + shift, *outer)));
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Adds a text as `%q` writes it; none if there are bytes in it that not all Luas write in the same way.
    fn push_quoted(&mut self, other: &Self, place: Span) -> Option<()> {
        self.push(b'"', place.start as usize);
        for (index, byte) in other.bytes.iter().enumerate() {
            match byte {
                b'"' | b'\\' | b'\n' => self.push_all(&[b'\\', *byte], other.at(index)),
                byte if byte.is_ascii_control() => return None,
                byte => self.push(*byte, other.at(index)),
            }
        }
        self.push(b'"', place.end.saturating_sub(1) as usize);
        Some(())
    }

    fn at(&self, index: usize) -> usize {
        let pair = self.map.partition_point(|(inner, _)| *inner as usize <= index).checked_sub(1);
        pair.map_or(0, |pair| self.map[pair].1 as usize + index - self.map[pair].0 as usize)
    }
}

/// What of a script is constant.
pub(super) struct Constants<'a> {
    host: &'a Host,
    locals: HashMap<LocalId, ExprId>,
    /// Globals that are assigned to once.
    globals: HashMap<Symbol, Option<ExprId>>,
    steps: Cell<u32>,
}

impl<'a> Constants<'a> {
    pub fn new(host: &'a Host) -> Self {
        let tree = &host.tree;
        let mut locals = HashMap::new();
        let mut globals = HashMap::new();
        for stmt in &tree.stmts {
            match stmt {
                Stmt::Local { locals: declared, values } => {
                    for (local, value) in declared.clone().zip(tree.list(*values)) {
                        if !tree.local(LocalId(local)).assigned {
                            locals.insert(LocalId(local), *value);
                        }
                    }
                }
                Stmt::Assign { targets, values } => {
                    for (index, target) in tree.list(*targets).iter().enumerate() {
                        if let Expr::Global(name) = tree.expr(*target) {
                            let value = tree.list(*values).get(index).copied();
                            globals.entry(name).and_modify(|known| *known = None).or_insert(value);
                        }
                    }
                }
                Stmt::Function { target, .. } => {
                    if let Expr::Global(name) = tree.expr(*target) {
                        globals.insert(name, None);
                    }
                }
                _ => {}
            }
        }
        Self { host, locals, globals, steps: Cell::new(STEPS) }
    }

    /// Whether the script leaves a global as it finds it.
    pub fn is_untouched(&self, name: &str) -> bool {
        self.host.tree.names.find(name).is_none_or(|name| !self.globals.contains_key(&name))
    }

    /// What an expression stands for: the value of a local that keeps it, of a global that gets no other.
    pub fn value(&self, mut expr: ExprId) -> ExprId {
        for _ in 0..DEEPEST {
            let next = match self.host.tree.expr(expr) {
                Expr::Paren(inner) => Some(inner),
                Expr::Local(local) => self.locals.get(&local).copied(),
                Expr::Global(name) => self.globals.get(&name).copied().flatten(),
                _ => None,
            };
            match next {
                Some(next) => expr = next,
                None => break,
            }
        }
        expr
    }

    /// The text of an expression, if it is always the same.
    pub fn text(&self, expr: ExprId) -> Option<Text> {
        self.text_within(expr, DEEPEST)
    }

    fn text_within(&self, expr: ExprId, deep: u32) -> Option<Text> {
        let tree = &self.host.tree;
        self.steps.set(self.steps.get().checked_sub(1)?);
        let deeper = deep.checked_sub(1)?;
        let mut expr = self.value(expr);
        let mut text = Text::default();
        // `a .. b .. c` is `a .. (b .. c)`.
        while let Expr::Binary { op: BinaryOp::Concat, left, right } = tree.expr(expr) {
            text.append(&self.text_within(left, deeper)?);
            if text.bytes.len() > LONGEST {
                return None;
            }
            expr = self.value(right);
        }
        let last = match tree.expr(expr) {
            Expr::String(_) => self.literal(tree.span(expr))?,
            Expr::Number(_) | Expr::Unary { .. } | Expr::Binary { .. } => {
                let mut text = Text::default();
                let (number, span) = (shown(self.number(expr)?), tree.span(expr));
                let start = span.start as usize;
                if self.host.source.text(span) == number.as_bytes() {
                    number.bytes().enumerate().for_each(|(at, byte)| text.push(byte, start + at));
                } else {
                    text.push_all(number.as_bytes(), start);
                }
                text
            }
            _ => {
                let (format, args) = self.format(expr)?;
                self.formatted(&self.text_within(format, deeper)?, args, deeper)?
            }
        };
        text.append(&last);
        (text.bytes.len() <= LONGEST).then_some(text)
    }

    /// The template and the arguments of `string.format(…)` or `(…):format(…)`.
    pub fn format(&self, expr: ExprId) -> Option<(ExprId, &'a [ExprId])> {
        let tree = &self.host.tree;
        match tree.expr(self.value(expr)) {
            Expr::Call { callee, args } if self.is_string_format(callee) => {
                tree.list(args).split_first().map(|(first, rest)| (*first, rest))
            }
            Expr::MethodCall { object, name, args } if tree.as_string(name) == Some(b"format") => {
                Some((object, tree.list(args)))
            }
            _ => None,
        }
    }

    fn is_string_format(&self, callee: ExprId) -> bool {
        let tree = &self.host.tree;
        match tree.expr(self.value(callee)) {
            Expr::Index { object, key, .. } => {
                let string = matches!(tree.expr(object), Expr::Global(name) if tree.names.text(name) == "string");
                string && tree.as_string(key) == Some(b"format") && self.is_untouched("string")
            }
            _ => false,
        }
    }

    fn formatted(&self, template: &Text, args: &[ExprId], deep: u32) -> Option<Text> {
        let mut text = Text::default();
        let mut args = args.iter();
        let mut done = 0;
        for spec in specs(&template.bytes) {
            for at in done..spec.start {
                text.push(template.bytes[at], template.at(at));
            }
            done = spec.end;
            if spec.kind == b'%' {
                text.push(b'%', template.at(spec.start));
                continue;
            }
            let arg = *args.next()?;
            let place = self.host.tree.span(arg).start as usize;
            match spec.kind {
                _ if !spec.plain => return None,
                b's' => text.append(&self.text_within(arg, deep)?),
                b'd' | b'i' | b'u' => {
                    let number = self.number(arg)?.trunc();
                    text.push_all(shown(number).as_bytes(), place);
                }
                b'q' => text.push_quoted(&self.text_within(arg, deep)?, self.host.tree.span(arg))?,
                b'c' => {
                    let number = self.number(arg)?;
                    text.push((0.0..256.0).contains(&number).then_some(number as u8)?, place);
                }
                b'x' | b'X' => {
                    let number = self.number(arg)?;
                    let whole = (0.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)?;
                    let digits = if spec.kind == b'x' { format!("{whole:x}") } else { format!("{whole:X}") };
                    text.push_all(digits.as_bytes(), place);
                }
                _ => return None,
            }
            if text.bytes.len() > LONGEST {
                return None;
            }
        }
        for at in done..template.bytes.len() {
            text.push(template.bytes[at], template.at(at));
        }
        Some(text)
    }

    /// The number of an expression, if it is always the same.
    pub fn number(&self, expr: ExprId) -> Option<f64> {
        self.number_within(expr, DEEPEST)
    }

    fn number_within(&self, expr: ExprId, deep: u32) -> Option<f64> {
        let tree = &self.host.tree;
        self.steps.set(self.steps.get().checked_sub(1)?);
        let deeper = deep.checked_sub(1)?;
        let expr = self.value(expr);
        match tree.expr(expr) {
            Expr::Number(_) => read_number(self.host.source.text(tree.span(expr))),
            Expr::Unary { op: UnaryOp::Neg, operand } => Some(-self.number_within(operand, deeper)?),
            Expr::Binary { op, left, right } => {
                let (left, right) = (self.number_within(left, deeper)?, self.number_within(right, deeper)?);
                match op {
                    BinaryOp::Add => Some(left + right),
                    BinaryOp::Sub => Some(left - right),
                    BinaryOp::Mul => Some(left * right),
                    BinaryOp::Div => Some(left / right),
                    BinaryOp::Pow => Some(left.powf(right)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The bytes of a string constant of Lua 5.2. None for what is none: a name that is a key.
    fn literal(&self, span: Span) -> Option<Text> {
        let source = self.host.source.text(span);
        let start = span.start as usize;
        match source.first()? {
            b'"' | b'\'' => Some(short(source, start)),
            b'[' => Some(long(source, start)),
            _ => None,
        }
    }
}

fn short(source: &[u8], start: usize) -> Text {
    let mut text = Text::default();
    let end = source.len().saturating_sub(1);
    let mut at = 1;
    while at < end {
        let byte = source[at];
        let place = start + at;
        at += 1;
        if byte != b'\\' {
            text.push(byte, place);
            continue;
        }
        let Some(escape) = source.get(at).copied().filter(|_| at < end) else { break };
        at += 1;
        let digits = |at: usize, most: usize, hex: bool| {
            let is_digit = |byte: &&u8| if hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
            source[at..end].iter().take(most).take_while(is_digit).count()
        };
        let number = |digits: &[u8], radix| {
            let digits = std::str::from_utf8(digits).unwrap_or_default();
            u8::try_from(u32::from_str_radix(digits, radix).unwrap_or(0)).unwrap_or(u8::MAX)
        };
        match escape {
            b'a' => text.push(7, place),
            b'b' => text.push(8, place),
            b'f' => text.push(12, place),
            b'n' => text.push(b'\n', place),
            b'r' => text.push(b'\r', place),
            b't' => text.push(b'\t', place),
            b'v' => text.push(11, place),
            b'x' => {
                let count = digits(at, 2, true);
                text.push(number(&source[at..at + count], 16), place);
                at += count;
            }
            b'z' => at += source[at..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count(),
            b'0'..=b'9' => {
                let count = 1 + digits(at, 2, false);
                text.push(number(&source[at - 1..at - 1 + count], 10), place);
                at += count - 1;
            }
            b'\n' | b'\r' => {
                at += usize::from(at < end && is_pair(escape, source[at]));
                text.push(b'\n', place);
            }
            other => text.push(other, place),
        }
    }
    text
}

fn long(source: &[u8], start: usize) -> Text {
    let mut text = Text::default();
    let brackets = 2 + source[1..].iter().take_while(|byte| **byte == b'=').count();
    let end = source.len().saturating_sub(brackets);
    let mut at = brackets;
    let mut first = true;
    while at < end {
        let byte = source[at];
        let place = start + at;
        at += 1;
        if !matches!(byte, b'\n' | b'\r') {
            text.push(byte, place);
        } else {
            at += usize::from(at < end && is_pair(byte, source[at]));
            if !first {
                text.push(b'\n', place);
            }
        }
        first = false;
    }
    text
}

/// Whether two bytes end one line together.
fn is_pair(first: u8, second: u8) -> bool {
    matches!(second, b'\n' | b'\r') && second != first
}

fn read_number(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|number| number as f64),
        None => text.parse().ok(),
    }
}

/// A number as the host's Lua writes it.
fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{}", number as i64) } else { number.to_string() }
}

/// A `%…` of a template.
pub(super) struct Spec {
    pub start: usize,
    pub end: usize,
    /// The letter, or `%`.
    pub kind: u8,
    /// Nothing stands between the percent sign and the letter.
    pub plain: bool,
    /// How many digits stand behind the point, if it says so.
    pub precision: Option<u32>,
}

/// The `%…`s of a template.
pub(super) fn specs(template: &[u8]) -> Vec<Spec> {
    let mut specs = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'%', &template[at..]) {
        let start = at + found;
        let inside = &template[start + 1..];
        let length =
            inside.iter().take_while(|byte| matches!(byte, b'-' | b'+' | b' ' | b'#' | b'0'..=b'9' | b'.')).count();
        let Some(kind) = inside.get(length).copied() else { break };
        let point = inside[..length].iter().position(|byte| *byte == b'.');
        let precision = point.map(|point| {
            let digits = std::str::from_utf8(&inside[point + 1..length]).unwrap_or_default();
            digits.parse().unwrap_or(0)
        });
        at = start + 2 + length;
        specs.push(Spec { start, end: at, kind, plain: length == 0, precision });
    }
    specs
}
