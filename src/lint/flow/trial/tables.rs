//! Functions on tables and lists.

use super::library::{arg, one};
use super::order::Write;
use super::strings::LONGEST;
use super::value::{Value, Values};
use super::{Run, Trial};
use crate::lint::flow::builtins::{Builtin, Kind};
use smallvec::smallvec;

impl Trial<'_, '_> {
    pub(super) fn setmetatable(&mut self, builtin: Builtin, args: Values) -> Run<Values> {
        let (value, meta) = (arg(&args, 0), arg(&args, 1));
        let meta = match meta {
            Value::Table(table) => Some(table),
            Value::Nil if args.len() > 1 => None,
            Value::Unknown(_) => {
                self.guess();
                return one(value);
            }
            _ => return self.error("bad argument #2 to 'setmetatable' (nil or table expected)"),
        };
        match value {
            Value::Table(table) => {
                if builtin.name() == "setmetatable" && self.heap.metamethod(&value, "__metatable") != Value::Nil {
                    return self.error("cannot change a protected metatable");
                }
                self.note(|_| Write::Table(table));
                self.heap.tables[table as usize].meta = meta;
            }
            Value::Userdata(table) if builtin.name() != "setmetatable" => {
                self.note(|_| Write::Table(table));
                self.heap.tables[table as usize].meta = meta;
            }
            Value::Unknown(_) => {}
            _ if builtin.name() != "setmetatable" => {
                self.note(|_| Write::Other);
                if let Some(basic) = super::value::basic(&value) {
                    self.heap.basics[basic] = meta;
                }
            }
            _ => return self.error("bad argument #1 to 'setmetatable' (table expected)"),
        }
        one(value)
    }

    pub(super) fn next(&mut self, args: &[Value]) -> Run<Values> {
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                return Ok(smallvec![self.unknown(Kind::Any), self.unknown(Kind::Any)]);
            }
            return self.error("bad argument #1 to 'next' (table expected)");
        };
        let data = &mut self.heap.tables[table as usize];
        if data.fuzzy {
            return Ok(smallvec![self.unknown(Kind::Any), self.any_of(table)]);
        }
        if data.stock.is_some() {
            data.unfold();
        }
        let key = arg(args, 1);
        if !matches!(key, Value::Int(_)) && data.unordered() > 1 {
            self.guess();
        }
        match self.heap.tables[table as usize].next(&key) {
            Some((Value::Nil, _)) => one(Value::Nil),
            Some((key, value)) => Ok(smallvec![key, value]),
            None => self.error("invalid key to 'next'"),
        }
    }

    pub(super) fn select(&mut self, args: Values) -> Run<Values> {
        let count = i32::try_from(args.len().saturating_sub(1)).unwrap_or(i32::MAX);
        match arg(&args, 0) {
            Value::Str(text) if &*text == b"#" => one(Value::Int(count)),
            Value::Unknown(_) => {
                self.guess();
                one(self.unknown(Kind::Any))
            }
            value => {
                let Some(number) = value.number() else { return self.error("bad argument #1 to 'select'") };
                let from = if number < 0 { count.saturating_add(number).saturating_add(1) } else { number };
                if from < 1 {
                    return self.error("bad argument #1 to 'select' (index out of range)");
                }
                Ok(args.into_iter().skip(usize::try_from(from).unwrap_or(usize::MAX)).collect())
            }
        }
    }

    pub(super) fn unpack(&mut self, args: &[Value]) -> Run<Values> {
        let table = match arg(args, 0) {
            Value::Table(table) if !self.heap.tables[table as usize].fuzzy => table,
            Value::Table(_) | Value::Unknown(_) => {
                self.guess();
                return one(self.unknown(Kind::Any));
            }
            _ => return self.error("bad argument #1 to 'unpack' (table expected)"),
        };
        let border = self.border(table)?;
        let bound = |value: Value, default: i32| if value == Value::Nil { Some(default) } else { value.number() };
        let (Some(from), Some(to)) = (bound(arg(args, 1), 1), bound(arg(args, 2), border)) else {
            self.guess();
            return one(self.unknown(Kind::Any));
        };
        if i64::from(to) - i64::from(from) > 250 {
            return self.error("too many results to unpack");
        }
        Ok((from..=to).map(|at| self.get_raw(table, &Value::Int(at))).collect())
    }

    pub(super) fn insert(&mut self, args: Values) -> Run<Values> {
        let Value::Table(table) = arg(&args, 0) else {
            return if arg(&args, 0).is_unknown() {
                Ok(Values::new())
            } else {
                self.error("bad argument #1 to 'insert' (table expected)")
            };
        };
        if self.heap.tables[table as usize].fuzzy {
            self.blur(table, &args[args.len() - 1]);
            return Ok(Values::new());
        }
        let border = self.border(table)?;
        match args.len() {
            2 => self.store_raw(table, Value::Int(border.wrapping_add(1)), arg(&args, 1))?,
            3 => {
                let Some(at) = args[1].number() else {
                    self.blur(table, &args[2]);
                    return Ok(Values::new());
                };
                for from in (at..=border).rev() {
                    self.step()?;
                    let value = self.get_raw(table, &Value::Int(from));
                    self.store_raw(table, Value::Int(from.wrapping_add(1)), value)?;
                }
                self.store_raw(table, Value::Int(at), arg(&args, 2))?;
            }
            _ => return self.error("wrong number of arguments to 'insert'"),
        }
        Ok(Values::new())
    }

    pub(super) fn remove(&mut self, args: &[Value]) -> Run<Values> {
        let Value::Table(table) = arg(args, 0) else {
            return if arg(args, 0).is_unknown() {
                one(self.unknown(Kind::Any))
            } else {
                self.error("bad argument #1 to 'remove' (table expected)")
            };
        };
        if self.heap.tables[table as usize].fuzzy {
            return one(self.any_of(table));
        }
        let border = self.border(table)?;
        let at = match arg(args, 1) {
            Value::Nil => Some(border),
            value => value.number(),
        };
        let Some(at) = at else {
            self.blur(table, &Value::Nil);
            return one(self.any_of(table));
        };
        if at < 1 || at > border {
            return Ok(Values::new());
        }
        let removed = self.get_raw(table, &Value::Int(at));
        for from in at..border {
            self.step()?;
            let value = self.get_raw(table, &Value::Int(from.wrapping_add(1)));
            self.store_raw(table, Value::Int(from), value)?;
        }
        self.store_raw(table, Value::Int(border), Value::Nil)?;
        one(removed)
    }

    pub(super) fn concat(&mut self, args: &[Value]) -> Run<Values> {
        let Value::Table(table) = arg(args, 0) else {
            return if arg(args, 0).is_unknown() {
                one(self.unknown(Kind::Text))
            } else {
                self.error("bad argument #1 to 'concat' (table expected)")
            };
        };
        let border = self.border(table)?;
        let bound = |value: Value, default: i32| if value == Value::Nil { Some(default) } else { value.number() };
        let separator = if arg(args, 1) == Value::Nil { Some([].into()) } else { arg(args, 1).bytes() };
        let (Some(separator), Some(from), Some(to)) = (separator, bound(arg(args, 2), 1), bound(arg(args, 3), border))
        else {
            return one(self.unknown(Kind::Text));
        };
        if self.heap.tables[table as usize].fuzzy || i64::from(to) - i64::from(from) > 10_000 {
            return one(self.unknown(Kind::Text));
        }
        let mut text = Vec::new();
        for at in from..=to {
            let value = self.get_raw(table, &Value::Int(at));
            match value.bytes() {
                Some(bytes) => text.extend_from_slice(&bytes),
                None if value.is_unknown() => return one(self.unknown(Kind::Text)),
                None => return self.error("invalid value at index in table for 'concat'"),
            }
            if text.len() > LONGEST {
                return one(self.unknown(Kind::Text));
            }
            if at < to {
                text.extend_from_slice(&separator);
            }
        }
        one(Value::text(&text))
    }
}
