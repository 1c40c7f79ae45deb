//! Lua's patterns on known strings, within a number of steps.

/// What a capture holds: from where to where, or a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// A part of the subject.
    Part(usize, usize),
    /// `()`: an offset from 1.
    At(usize),
}

/// Why a pattern gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is malformed; Lua raises an error.
    Malformed,
    /// It takes too long.
    Budget,
}

#[derive(Clone, Copy)]
enum Open {
    Start(usize),
    Closed(usize, usize),
    At(usize),
}

struct Matcher<'a> {
    subject: &'a [u8],
    pattern: &'a [u8],
    captures: Vec<Open>,
    steps: u32,
}

const MOST_STEPS: u32 = 20_000;
const DEEPEST: u32 = 150;

/// A match: where it starts and ends, and its captures; the whole match where the pattern has none.
pub type Match = (usize, usize, Vec<Capture>);

/// The first match of a pattern from an offset on.
/// Its steps are added to `steps`.
pub fn find(subject: &[u8], pattern: &[u8], init: usize, steps: &mut u32) -> Result<Option<Match>, Fault> {
    let (anchored, body) = match pattern.strip_prefix(b"^") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let mut matcher = Matcher { subject, pattern: body, captures: Vec::new(), steps: 0 };
    let found = matcher.find(init, anchored);
    *steps = steps.saturating_add(matcher.steps);
    found
}

impl Matcher<'_> {
    fn find(&mut self, init: usize, anchored: bool) -> Result<Option<Match>, Fault> {
        for start in init..=self.subject.len() {
            self.captures.clear();
            if let Some(end) = self.run(start, 0, 0)? {
                let mut captures = Vec::new();
                for capture in &self.captures {
                    captures.push(match *capture {
                        Open::Start(_) => return Err(Fault::Malformed),
                        Open::Closed(from, to) => Capture::Part(from, to),
                        Open::At(at) => Capture::At(at + 1),
                    });
                }
                if captures.is_empty() {
                    captures.push(Capture::Part(start, end));
                }
                return Ok(Some((start, end, captures)));
            }
            if anchored {
                break;
            }
        }
        Ok(None)
    }
    fn step(&mut self) -> Result<(), Fault> {
        self.steps += 1;
        if self.steps > MOST_STEPS { Err(Fault::Budget) } else { Ok(()) }
    }

    /// The offset behind the single-character class at `at`.
    fn class_end(&self, at: usize) -> Result<usize, Fault> {
        let pattern = self.pattern;
        match pattern[at] {
            b'%' => {
                if at + 1 < pattern.len() {
                    Ok(at + 2)
                } else {
                    Err(Fault::Malformed)
                }
            }
            b'[' => {
                let mut end = at + 1;
                if pattern.get(end) == Some(&b'^') {
                    end += 1;
                }
                loop {
                    let byte = *pattern.get(end).ok_or(Fault::Malformed)?;
                    end += 1;
                    if byte == b'%' {
                        end += 1;
                    }
                    if pattern.get(end) == Some(&b']') {
                        return Ok(end + 1);
                    }
                }
            }
            _ => Ok(at + 1),
        }
    }

    fn single(&self, at: usize, class: usize, end: usize) -> bool {
        let Some(&byte) = self.subject.get(at) else { return false };
        match self.pattern[class] {
            b'.' => true,
            b'%' => in_class(byte, self.pattern[class + 1]),
            b'[' => self.in_set(byte, class, end - 1),
            other => other == byte,
        }
    }

    fn in_set(&self, byte: u8, class: usize, end: usize) -> bool {
        let pattern = self.pattern;
        let mut at = class + 1;
        let negated = pattern[at] == b'^';
        if negated {
            at += 1;
        }
        while at < end {
            if pattern[at] == b'%' && at + 1 < end {
                if in_class(byte, pattern[at + 1]) {
                    return !negated;
                }
                at += 2;
            } else if at + 2 < end && pattern[at + 1] == b'-' {
                if (pattern[at]..=pattern[at + 2]).contains(&byte) {
                    return !negated;
                }
                at += 3;
            } else {
                if pattern[at] == byte {
                    return !negated;
                }
                at += 1;
            }
        }
        negated
    }

    fn run(&mut self, mut at: usize, mut from: usize, depth: u32) -> Result<Option<usize>, Fault> {
        if depth > DEEPEST {
            return Err(Fault::Budget);
        }
        loop {
            self.step()?;
            let Some(&first) = self.pattern.get(from) else { return Ok(Some(at)) };
            match first {
                b'(' => {
                    let position = self.pattern.get(from + 1) == Some(&b')');
                    self.captures.push(if position { Open::At(at) } else { Open::Start(at) });
                    let found = self.run(at, from + if position { 2 } else { 1 }, depth + 1)?;
                    if found.is_none() {
                        self.captures.pop();
                    }
                    return Ok(found);
                }
                b')' => {
                    let open = self.captures.iter().rposition(|capture| matches!(capture, Open::Start(_)));
                    let open = open.ok_or(Fault::Malformed)?;
                    let Open::Start(start) = self.captures[open] else { return Err(Fault::Malformed) };
                    self.captures[open] = Open::Closed(start, at);
                    let found = self.run(at, from + 1, depth + 1)?;
                    if found.is_none() {
                        self.captures[open] = Open::Start(start);
                    }
                    return Ok(found);
                }
                b'$' if from + 1 == self.pattern.len() => {
                    return Ok((at == self.subject.len()).then_some(at));
                }
                b'%' if matches!(self.pattern.get(from + 1), Some(b'b' | b'f' | b'0'..=b'9')) => {
                    let (next_at, next_from) = match self.pattern[from + 1] {
                        b'b' => match self.balance(at, from + 2)? {
                            Some(next) => (next, from + 4),
                            None => return Ok(None),
                        },
                        b'f' => {
                            if self.pattern.get(from + 2) != Some(&b'[') {
                                return Err(Fault::Malformed);
                            }
                            let end = self.class_end(from + 2)?;
                            let before = if at == 0 { 0 } else { self.subject[at - 1] };
                            let here = self.subject.get(at).copied().unwrap_or(0);
                            if self.in_set(before, from + 2, end - 1) || !self.in_set(here, from + 2, end - 1) {
                                return Ok(None);
                            }
                            (at, end)
                        }
                        digit => {
                            let number = usize::from(digit - b'0');
                            let capture = number.checked_sub(1).and_then(|number| self.captures.get(number));
                            let Some(&Open::Closed(start, end)) = capture else { return Err(Fault::Malformed) };
                            let part = self.subject[start..end].to_vec();
                            if !self.subject[at..].starts_with(&part) {
                                return Ok(None);
                            }
                            (at + part.len(), from + 2)
                        }
                    };
                    (at, from) = (next_at, next_from);
                    continue;
                }
                _ => {}
            }
            let end = self.class_end(from)?;
            match self.pattern.get(end) {
                Some(b'?') => {
                    if self.single(at, from, end)
                        && let Some(found) = self.run(at + 1, end + 1, depth + 1)?
                    {
                        return Ok(Some(found));
                    }
                    from = end + 1;
                }
                Some(b'*' | b'+') => {
                    let least = usize::from(self.pattern[end] == b'+');
                    let mut count = 0;
                    while self.single(at + count, from, end) {
                        self.step()?;
                        count += 1;
                    }
                    while count >= least {
                        if let Some(found) = self.run(at + count, end + 1, depth + 1)? {
                            return Ok(Some(found));
                        }
                        if count == 0 {
                            break;
                        }
                        count -= 1;
                    }
                    return Ok(None);
                }
                Some(b'-') => loop {
                    if let Some(found) = self.run(at, end + 1, depth + 1)? {
                        return Ok(Some(found));
                    }
                    if !self.single(at, from, end) {
                        return Ok(None);
                    }
                    at += 1;
                },
                _ => {
                    if !self.single(at, from, end) {
                        return Ok(None);
                    }
                    (at, from) = (at + 1, end);
                }
            }
        }
    }

    fn balance(&self, at: usize, from: usize) -> Result<Option<usize>, Fault> {
        let (Some(&open), Some(&close)) = (self.pattern.get(from), self.pattern.get(from + 1)) else {
            return Err(Fault::Malformed);
        };
        if self.subject.get(at) != Some(&open) {
            return Ok(None);
        }
        let mut depth = 1;
        for (offset, &byte) in self.subject.iter().enumerate().skip(at + 1) {
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(offset + 1));
                }
            } else if byte == open {
                depth += 1;
            }
        }
        Ok(None)
    }
}

fn in_class(byte: u8, class: u8) -> bool {
    let found = match class.to_ascii_lowercase() {
        b'a' => byte.is_ascii_alphabetic(),
        b'd' => byte.is_ascii_digit(),
        b'l' => byte.is_ascii_lowercase(),
        b's' => byte.is_ascii_whitespace() || byte == 0x0b,
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        b'p' => byte.is_ascii_punctuation(),
        b'c' => byte.is_ascii_control(),
        b'z' => byte == 0,
        _ => return class == byte,
    };
    found != class.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_lua() {
        let at = |subject: &str, pattern: &str| {
            find(subject.as_bytes(), pattern.as_bytes(), 0, &mut 0).map(|found| found.map(|found| (found.0, found.1)))
        };
        assert_eq!(at("hello", "l+"), Ok(Some((2, 4))));
        assert_eq!(at("hello", "^l"), Ok(None));
        assert_eq!(at("key = 12", "(%w+)%s*=%s*(%d+)"), Ok(Some((0, 8))));
        assert_eq!(at("f(a(b)c)d", "%b()"), Ok(Some((1, 8))));
        assert_eq!(at("THE (quick)", "%f[%a]%a+"), Ok(Some((0, 3))));
        assert_eq!(at("aXb", "[^%l]"), Ok(Some((1, 2))));
        assert_eq!(at("abab", "(ab)%1"), Ok(Some((0, 4))));
        assert_eq!(at("x]", "[]]"), Ok(Some((1, 2))));
        assert_eq!(at("a-z", "a.-z$"), Ok(Some((0, 3))));
        assert_eq!(at("a", "%"), Err(Fault::Malformed));
        assert_eq!(at("a", "(a"), Err(Fault::Malformed));
        let long = "a".repeat(60);
        assert_eq!(at(&long, &"a*".repeat(30).replace("a*a*", "a*a*b?")), Ok(Some((0, 60))));
        assert_eq!(at(&long, "a*a*a*a*a*a*b"), Err(Fault::Budget));
    }
}
