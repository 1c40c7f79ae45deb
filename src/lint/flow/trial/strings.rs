//! The string library, on what is known.

use smallvec::smallvec;
use std::rc::Rc;

use super::library::arg;
use super::pattern::{self, Capture, Fault};
use super::value::{Closure, GLOBALS, Value, Values};
use super::{Run, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Text};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;

fn one(value: Value) -> Run<Values> {
    Ok(smallvec![value])
}

/// An offset as Lua counts: from 1, or from the end if negative.
fn offset(number: i32, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let at = if number < 0 { (length + i64::from(number) + 1).max(1) } else { i64::from(number).max(1) };
    usize::try_from(at - 1).unwrap_or(usize::MAX)
}

/// A part of a string, from and to places as Lua counts.
fn part(subject: &[u8], from: i32, to: i32) -> &[u8] {
    let end = if to < 0 {
        let back = usize::try_from(-(i64::from(to) + 1)).unwrap_or(usize::MAX);
        subject.len().saturating_sub(back)
    } else {
        usize::try_from(to).unwrap_or(0).min(subject.len())
    };
    &subject[offset(from, subject.len()).min(end)..end]
}

fn captured(subject: &[u8], capture: Capture) -> Value {
    match capture {
        Capture::Part(from, to) => Value::text(&subject[from..to]),
        Capture::At(at) => Value::Int(i32::try_from(at).unwrap_or(i32::MAX)),
    }
}

/// What stands behind a `%` in a format.
struct Item {
    left: bool,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
    conversion: u8,
}

impl Item {
    /// Reads one, if it has nothing unusual; the format behind it.
    fn read(format: &[u8]) -> Option<(Self, &[u8])> {
        let count = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<usize>().ok();
        let flags = format.iter().take_while(|byte| matches!(byte, b'-' | b'0')).count();
        let (flags, rest) = format.split_at(flags);
        let (digits, rest) = rest.split_at(count(rest));
        let width = if digits.is_empty() { 0 } else { number(digits)? };
        let (precision, rest) = match rest {
            [b'.', rest @ ..] => {
                let (digits, rest) = rest.split_at(count(rest));
                (Some(if digits.is_empty() { 0 } else { number(digits)? }), rest)
            }
            rest => (None, rest),
        };
        let (conversion, rest) = rest.split_first()?;
        let usual = matches!(conversion, b'd' | b'i' | b'u' | b'x' | b'X' | b's' | b'c' | b'q');
        let (left, zeros) = (flags.contains(&b'-'), flags.contains(&b'0'));
        // What Lua itself allows, and of that what is clear.
        let clear =
            usual && width < 100 && precision.is_none_or(|places| places < 100) && !(zeros && precision.is_some());
        clear.then_some((Self { left, zeros, width, precision, conversion: *conversion }, rest))
    }

    fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        let text = &text[..self.precision.unwrap_or(text.len()).min(text.len())];
        self.pad(text.len(), &mut |out| out.extend_from_slice(text), out);
    }

    fn number(&self, negative: bool, digits: &str, out: &mut Vec<u8>) {
        let sign = usize::from(negative);
        let room = if self.zeros && !self.left { self.width.saturating_sub(sign) } else { 0 };
        let zeros = self.precision.unwrap_or(0).max(room).saturating_sub(digits.len());
        let write = &mut |out: &mut Vec<u8>| {
            out.extend(std::iter::repeat_n(b'-', sign));
            out.extend(std::iter::repeat_n(b'0', zeros));
            out.extend_from_slice(digits.as_bytes());
        };
        self.pad(sign + zeros + digits.len(), write, out);
    }

    fn pad(&self, length: usize, write: &mut dyn FnMut(&mut Vec<u8>), out: &mut Vec<u8>) {
        let blanks = std::iter::repeat_n(b' ', self.width.saturating_sub(length));
        if self.left {
            write(out);
            out.extend(blanks);
        } else {
            out.extend(blanks);
            write(out);
        }
    }
}

/// Puts captures in for `%1` and the like; false if there is none of that number.
fn expand(replacement: &[u8], whole: &[u8], captures: &[Value], out: &mut Vec<u8>) -> bool {
    let mut bytes = replacement.iter();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.as_slice().first()) {
            (b'%', Some(b'0')) => out.extend_from_slice(whole),
            (b'%', Some(digit @ b'1'..=b'9')) => {
                let Some(text) = captures.get(usize::from(digit - b'1')).and_then(Value::bytes) else { return false };
                out.extend_from_slice(&text);
            }
            (b'%', Some(other)) => out.push(*other),
            (b'%', None) => {}
            (byte, _) => {
                out.push(*byte);
                continue;
            }
        }
        bytes.next();
    }
    true
}

/// Bytes of the longest string that is worth knowing.
pub(super) const LONGEST: usize = 1 << 16;

impl Trial<'_, '_> {
    /// The bytes of an argument; none if it is not known.
    fn bytes(&mut self, args: &[Value], at: usize) -> Run<Option<Rc<[u8]>>> {
        let value = arg(args, at);
        match value.bytes() {
            Some(bytes) => Ok(Some(bytes)),
            None if value.is_unknown() => Ok(None),
            None => self.error("bad argument (string expected)"),
        }
    }

    pub(super) fn text(&mut self, text: Text, args: &[Value]) -> Run<Values> {
        let kind = if matches!(text, Text::Len | Text::Byte) { Kind::Int } else { Kind::Text };
        if text == Text::Char {
            let bytes: Option<Vec<u8>> =
                args.iter().map(|value| value.number().and_then(|number| u8::try_from(number).ok())).collect();
            return one(bytes.map_or_else(|| self.unknown(kind), |bytes| Value::text(&bytes)));
        }
        let Some(subject) = self.bytes(args, 0)? else { return one(self.unknown(kind)) };
        let number = |at: usize, default: i32| match arg(args, at) {
            Value::Nil => Some(default),
            value => value.number(),
        };
        let value = match text {
            Text::Len => Some(Value::Int(i32::try_from(subject.len()).unwrap_or(i32::MAX))),
            Text::Upper => Some(Value::text(&subject.to_ascii_uppercase())),
            Text::Lower => Some(Value::text(&subject.to_ascii_lowercase())),
            Text::Reverse => Some(Value::Str(subject.iter().rev().copied().collect())),
            Text::Rep => number(1, 0).and_then(|count| {
                let count = usize::try_from(count).unwrap_or(0);
                (subject.len().saturating_mul(count) <= LONGEST).then(|| Value::text(&subject.repeat(count)))
            }),
            Text::Sub => number(1, 1).zip(number(2, -1)).map(|(from, to)| Value::text(part(&subject, from, to))),
            Text::Byte => match number(1, 1).and_then(|from| Some((from, number(2, from)?))) {
                Some((from, to)) => {
                    let bytes = part(&subject, from, to).iter();
                    return Ok(bytes.map(|byte| Value::Int((*byte).into())).collect());
                }
                None => None,
            },
            Text::Format => self.format(&subject, args)?,
            Text::Char => None,
        };
        one(value.unwrap_or_else(|| self.unknown(kind)))
    }

    /// What the camera formats as other Luas do; nothing else is known.
    fn format(&mut self, format: &[u8], args: &[Value]) -> Run<Option<Value>> {
        let (mut out, mut next, mut rest) = (Vec::new(), 1, format);
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte != b'%' {
                out.push(*byte);
                continue;
            }
            if out.len() > LONGEST {
                return Ok(None);
            }
            if let [b'%', after @ ..] = rest {
                out.push(b'%');
                rest = after;
                continue;
            }
            let Some((item, after)) = Item::read(rest) else { return Ok(None) };
            rest = after;
            let Some(value) = args.get(next) else { return self.error("bad argument to 'format' (no value)") };
            next += 1;
            if value.is_unknown() {
                return Ok(None);
            }
            match (item.conversion, value.number(), value.bytes()) {
                (b's', _, Some(text)) => item.text(&text, &mut out),
                (b'd' | b'i', Some(number), _) => {
                    item.number(number.is_negative(), &number.unsigned_abs().to_string(), &mut out)
                }
                (b'u', Some(number), _) => item.number(false, &number.cast_unsigned().to_string(), &mut out),
                (b'x', Some(number), _) => item.number(false, &format!("{number:x}"), &mut out),
                (b'X', Some(number), _) => item.number(false, &format!("{number:X}"), &mut out),
                (b'c', Some(number), _) => item.text(&number.to_le_bytes()[..1], &mut out),
                (b'q', ..) => return Ok(None),
                _ => return self.error("bad argument to 'format'"),
            }
        }
        Ok(Some(Value::text(&out)))
    }

    fn match_in(&mut self, subject: &[u8], pattern: &[u8], init: usize) -> Run<Result<Option<pattern::Match>, ()>> {
        let mut steps = 0;
        let found = pattern::find(subject, pattern, init, &mut steps);
        self.charge(steps as usize / 16)?;
        match found {
            Ok(found) => Ok(Ok(found)),
            Err(Fault::Malformed) => self.error("malformed pattern"),
            Err(Fault::Budget) => Ok(Err(())),
        }
    }

    pub(super) fn find(&mut self, positions: bool, args: &[Value]) -> Run<Values> {
        let (subject, pattern) = (self.bytes(args, 0)?, self.bytes(args, 1)?);
        let init = match arg(args, 2) {
            Value::Nil => Some(1),
            value => value.number(),
        };
        let (Some(subject), Some(pattern), Some(init)) = (subject, pattern, init) else {
            return Ok((0..3).map(|_| self.unknown(Kind::Any)).collect());
        };
        let start = offset(init, subject.len());
        if start > subject.len() {
            return one(Value::Nil);
        }
        let plain = arg(args, 3);
        let found = if positions && self.truthy(&plain) {
            let at = memchr::memmem::find(&subject[start..], &pattern).map(|at| at + start);
            Ok(at.map(|at| (at, at + pattern.len(), vec![Capture::Part(at, at + pattern.len())])))
        } else {
            self.match_in(&subject, &pattern, start)?
        };
        let Ok(found) = found else { return Ok((0..3).map(|_| self.unknown(Kind::Any)).collect()) };
        let Some((from, to, captures)) = found else { return one(Value::Nil) };
        let mut values = Values::new();
        if positions {
            values.push(Value::Int(i32::try_from(from + 1).unwrap_or(i32::MAX)));
            values.push(Value::Int(i32::try_from(to).unwrap_or(i32::MAX)));
            if captures != [Capture::Part(from, to)] {
                values.extend(captures.into_iter().map(|capture| captured(&subject, capture)));
            }
        } else {
            values.extend(captures.into_iter().map(|capture| captured(&subject, capture)));
        }
        Ok(values)
    }

    /// All matches, as `gsub` and `gmatch` go through them; none if that takes too long.
    fn all_matches(&mut self, subject: &[u8], pattern: &[u8]) -> Run<Option<Vec<pattern::Match>>> {
        let (mut at, mut found) = (0, Vec::new());
        while at <= subject.len() && found.len() < 10_000 {
            self.step()?;
            match self.match_in(subject, pattern, at)? {
                Err(()) => return Ok(None),
                Ok(None) => break,
                Ok(Some(next)) => {
                    at = if next.1 > next.0 { next.1 } else { next.1 + 1 };
                    found.push(next);
                }
            }
            if pattern.first() == Some(&b'^') {
                break;
            }
        }
        Ok(Some(found))
    }

    pub(super) fn gsub(&mut self, args: &[Value], site: Site) -> Run<Values> {
        let (subject, pattern) = (self.bytes(args, 0)?, self.bytes(args, 1)?);
        let replacement = arg(args, 2);
        let most = match arg(args, 3) {
            Value::Nil => usize::MAX,
            value @ Value::Unknown(_) if !self.is_fault(&value) => usize::MAX,
            value => match value.number() {
                Some(most) => usize::try_from(most).unwrap_or(0),
                None => return self.error("bad argument #4 to 'gsub' (number expected)"),
            },
        };
        match &replacement {
            Value::Nil | Value::Bool(_) | Value::Userdata(_) => {
                return self.error("bad argument #3 to 'gsub' (string/function/table expected)");
            }
            _ => {}
        }
        let matches = match (&subject, &pattern) {
            (Some(subject), Some(pattern)) => self.all_matches(subject, pattern)?,
            _ => None,
        };
        let (Some(subject), Some(matches)) = (subject, matches) else {
            if self.choose(2) == 0 {
                let captured = self.unknown(Kind::Text);
                self.replace(&replacement, smallvec![captured], site)?;
            }
            return Ok(smallvec![self.unknown(Kind::Text), self.unknown(Kind::Int)]);
        };
        let (mut out, mut at, mut count, mut vague) = (Vec::new(), 0, 0, false);
        for (from, to, captures) in matches.into_iter().take(most) {
            count += 1;
            let values: Values = captures.iter().map(|capture| captured(&subject, *capture)).collect();
            let whole = &subject[from..to];
            let new = self.replace(&replacement, values.clone(), site)?;
            out.extend_from_slice(&subject[at..from]);
            at = to;
            if out.len() > LONGEST {
                out.clear();
                vague = true;
            }
            match (&replacement, new) {
                (_, Value::Nil | Value::Bool(false)) => out.extend_from_slice(whole),
                (Value::Str(_) | Value::Int(_), new) => {
                    let new = new.bytes().unwrap_or_default();
                    if !expand(&new, whole, &values, &mut out) {
                        return self.error("invalid capture index");
                    }
                }
                (_, new) => match new.bytes() {
                    Some(new) => out.extend_from_slice(&new),
                    None if new.is_unknown() => vague = true,
                    None => return self.error("invalid replacement value"),
                },
            }
        }
        out.extend_from_slice(&subject[at.min(subject.len())..]);
        let text = if vague { self.unknown(Kind::Text) } else { Value::text(&out) };
        Ok(smallvec![text, Value::Int(count)])
    }

    fn replace(&mut self, replacement: &Value, captures: Values, site: Site) -> Run<Value> {
        match replacement {
            Value::Closure(_) | Value::Builtin(_) => {
                Ok(arg(&self.boundary(Boundary::Gsub, replacement, captures, site)?, 0))
            }
            Value::Table(_) => {
                let key = arg(&captures, 0);
                self.index(replacement, &key, site)
            }
            Value::Unknown(_) => Ok(self.unknown(Kind::Any)),
            text => Ok(text.clone()),
        }
    }

    pub(super) fn gmatch(&mut self, args: &[Value]) -> Run<Values> {
        let (subject, pattern) = (self.bytes(args, 0)?, self.bytes(args, 1)?);
        let (Some(subject), Some(pattern)) = (subject, pattern) else {
            return one(Value::Builtin(Builtin::ITERATOR));
        };
        let Some(matches) = self.all_matches(&subject, &pattern)? else {
            return one(Value::Builtin(Builtin::ITERATOR));
        };
        // The matches are handed out from a table that only the iterator knows.
        let table = self.heap.table();
        for (number, (_, _, captures)) in (1..).zip(matches) {
            let values = self.heap.table();
            for (at, capture) in (1..).zip(captures) {
                self.heap.tables[values as usize].set(Value::Int(at), captured(&subject, capture));
            }
            self.heap.tables[table as usize].set(Value::Int(number), Value::Table(values));
        }
        self.heap.closures.push(Closure { function: super::MATCHES, upvalues: Rc::new([]), env: table });
        debug_assert_ne!(table, GLOBALS);
        one(Value::Closure(u32::try_from(self.heap.closures.len() - 1).unwrap_or(u32::MAX)))
    }

    /// The next of the matches that [`Trial::gmatch`] has laid down.
    pub(super) fn next_match(&mut self, table: u32) -> Values {
        self.note_field(table, &Value::Bool(true));
        let data = &mut self.heap.tables[table as usize];
        let at = data.get(&Value::Bool(true)).number().unwrap_or(0) + 1;
        data.set(Value::Bool(true), Value::Int(at));
        match data.get(&Value::Int(at)) {
            Value::Table(values) => self.heap.tables[values as usize].array.iter().cloned().collect(),
            _ => smallvec![Value::Nil],
        }
    }
}
