//! Functions that call what they are given.

use super::library::{arg, one};
use super::order::Walk;
use super::value::{Value, Values};
use super::{Run, Trial};
use crate::lint::flow::builtins::{Builtin, Kind};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use smallvec::smallvec;

impl Trial<'_, '_> {
    pub(super) fn xpcall(&mut self, args: &[Value], site: Site) -> Run<Values> {
        if args.len() < 2 {
            return self.error("bad argument #2 to 'xpcall'");
        }
        match self.protected(Boundary::Xpcall, &args[0], Values::new(), site)? {
            Ok(mut values) => {
                values.insert(0, Value::Bool(true));
                Ok(values)
            }
            Err(error) => {
                // A handler must be a function; what could be called otherwise is not (CHDK lib/lua/ldebug.c).
                if !matches!(args[1], Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_)) {
                    return Ok(smallvec![Value::Bool(false), Value::text(b"error in error handling")]);
                }
                let mut values = match self.protected(Boundary::Handler, &args[1], smallvec![error], site)? {
                    Ok(values) => values,
                    Err(_) => smallvec![Value::text(b"error in error handling")],
                };
                values.insert(0, Value::Bool(false));
                Ok(values)
            }
        }
    }

    /// Raises an error for what is no function, even if it can be called.
    pub(super) fn is_function(&self, value: &Value) -> Run<()> {
        match value {
            Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_) => Ok(()),
            _ => self.error("bad argument (function expected)"),
        }
    }

    pub(super) fn sort(&mut self, args: &[Value], site: Site) -> Run<Values> {
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                let comparator = arg(args, 1);
                if comparator != Value::Nil && self.choose(2) == 0 {
                    let (a, b) = (self.unknown(Kind::Any), self.unknown(Kind::Any));
                    self.boundary(Boundary::Sort, &comparator, smallvec![a, b], site)?;
                }
                return Ok(Values::new());
            }
            return self.error("bad argument #1 to 'sort' (table expected)");
        };
        let comparator = arg(args, 1);
        if comparator != Value::Nil {
            self.is_function(&comparator)?;
        }
        if self.heap.tables[table as usize].fuzzy {
            let (a, b) = (self.any_of(table), self.any_of(table));
            if comparator != Value::Nil && self.choose(2) == 0 {
                self.boundary(Boundary::Sort, &comparator, smallvec![a, b], site)?;
            }
            return Ok(Values::new());
        }
        let border = self.border(table)?;
        let mut values: Vec<Value> = (1..=border).map(|at| self.get_raw(table, &Value::Int(at))).collect();
        // What is sorted when a comparison raises an error stays so.
        let sorted = self.quicksort(&mut values, &comparator, site);
        for (at, value) in (1..).zip(values) {
            self.note_field(table, &Value::Int(at));
            self.note_field(table, &Value::Int(at));
            self.heap.tables[table as usize].set(Value::Int(at), value);
        }
        sorted.map(|()| Values::new())
    }

    /// Sorts with the comparisons that the camera makes, in their order (CHDK lib/lua/ltablib.c, auxsort): one may raise an
    /// error before another one waits.
    fn quicksort(&mut self, values: &mut [Value], comparator: &Value, site: Site) -> Run<()> {
        let mut open = vec![(0, values.len())];
        while let Some((mut low, mut end)) = open.pop() {
            while end - low > 1 {
                let up = end - 1;
                if self.sorts_before(values, up, low, comparator, site)? {
                    values.swap(low, up);
                }
                if up - low == 1 {
                    break;
                }
                let middle = usize::midpoint(low, up);
                if self.sorts_before(values, middle, low, comparator, site)? {
                    values.swap(middle, low);
                } else if self.sorts_before(values, up, middle, comparator, site)? {
                    values.swap(middle, up);
                }
                if up - low == 2 {
                    break;
                }
                // The pivot waits next to the end.
                let pivot = up - 1;
                values.swap(middle, pivot);
                let (mut i, mut j) = (low, pivot);
                loop {
                    i += 1;
                    while self.sorts_before(values, i, pivot, comparator, site)? {
                        i += 1;
                        if i > up {
                            return self.error("invalid order function for sorting");
                        }
                    }
                    j -= 1;
                    while self.sorts_before(values, pivot, j, comparator, site)? {
                        if j == low {
                            return self.error("invalid order function for sorting");
                        }
                        j -= 1;
                    }
                    if j < i {
                        break;
                    }
                    values.swap(i, j);
                }
                values.swap(pivot, i);
                // The smaller half first.
                if i - low < up - i {
                    open.push((i + 1, end));
                    end = i;
                } else {
                    open.push((low, i));
                    low = i + 1;
                }
            }
        }
        Ok(())
    }

    fn sorts_before(
        &mut self,
        values: &[Value],
        left: usize,
        right: usize,
        comparator: &Value,
        site: Site,
    ) -> Run<bool> {
        self.step()?;
        let (a, b) = (values[left].clone(), values[right].clone());
        if *comparator == Value::Nil {
            return self.before(a, b, site);
        }
        let found = self.boundary(Boundary::Sort, comparator, smallvec![a, b], site)?;
        Ok(self.truthy(&arg(&found, 0)))
    }

    pub(super) fn foreach(&mut self, ordered: bool, args: &[Value], site: Site) -> Run<Values> {
        let callee = arg(args, 1);
        self.is_function(&callee)?;
        let boundary = if ordered { Boundary::Foreachi } else { Boundary::Foreach };
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                if self.choose(2) == 0 {
                    let (key, value) = (self.unknown(Kind::Some), self.unknown(Kind::Some));
                    self.boundary(boundary, &callee, smallvec![key, value], site)?;
                }
                return one(self.unknown(Kind::Any));
            }
            return self.error("bad argument #1 to 'foreach' (table expected)");
        };
        if self.heap.tables[table as usize].fuzzy {
            if self.choose(2) == 0 {
                let (key, value) = (self.unknown(Kind::Some), self.any_of(table));
                self.boundary(boundary, &callee, smallvec![key, value], site)?;
            }
            return one(self.unknown(Kind::Any));
        }
        let mut key = if ordered { Value::Int(0) } else { Value::Nil };
        if !ordered && let Some(mut walk) = self.walk(table) {
            let result = self.foreach_walk(&callee, &mut walk, site);
            self.walked(&walk, !matches!(result, Ok(Value::Nil)));
            return Ok(Some(result?).filter(|value| *value != Value::Nil).into_iter().collect());
        }
        loop {
            let pair = if ordered {
                self.builtin(Builtin::INEXT, smallvec![Value::Table(table), key], site)?
            } else {
                self.next(&[Value::Table(table), key])?
            };
            key = arg(&pair, 0);
            if key == Value::Nil || key.is_unknown() {
                return Ok(Values::new());
            }
            let result = self.boundary(boundary, &callee, smallvec![key.clone(), arg(&pair, 1)], site)?;
            let result = arg(&result, 0);
            if result != Value::Nil {
                return one(result);
            }
        }
    }

    fn foreach_walk(&mut self, callee: &Value, walk: &mut Walk, site: Site) -> Run<Value> {
        for key in walk.keys.clone() {
            let value = self.walk_to(walk, &key)?;
            if value == Value::Nil {
                continue;
            }
            let result = self.boundary(Boundary::Foreach, callee, smallvec![key.clone(), value], site)?;
            let result = arg(&result, 0);
            if result != Value::Nil {
                return Ok(result);
            }
            self.walk_on(walk, &key);
        }
        Ok(Value::Nil)
    }

    /// A hook: whether anything calls it before the script ends or takes it away is not known.
    pub(super) fn sethook(&mut self, args: &[Value], site: Site) -> Run<Values> {
        let hook = arg(args, 0);
        if hook != Value::Nil {
            self.is_function(&hook)?;
        }
        let mask = arg(args, 1).bytes().unwrap_or_default();
        let counts = arg(args, 2).number().is_some_and(|count| count > 0);
        if hook == Value::Nil || (mask.is_empty() && !counts) || self.choose(2) == 1 {
            return Ok(Values::new());
        }
        self.boundary(Boundary::Hook, &hook, smallvec![Value::text(b"line"), Value::Int(1)], site)?;
        Ok(Values::new())
    }
}
