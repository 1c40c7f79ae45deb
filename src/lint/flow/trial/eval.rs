//! Expressions.

use smallvec::smallvec;
use std::rc::Rc;

use super::value::{Closure, GLOBALS, Table, Unknown, Value, Values};
use super::{Run, Stop, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Library};
use crate::lint::flow::program::{FunctionRef, Site};
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{Expr, ExprId, ExprList, Field, FunctionId, LocalId, Tree};

/// A function that is running.
pub(super) struct Frame {
    pub unit: u32,
    pub function: FunctionId,
    /// The local of the first slot.
    pub first: u32,
    /// The cells of its locals.
    pub slots: Vec<u32>,
    pub upvalues: Rc<[(LocalId, u32)]>,
    pub varargs: Values,
}

pub(super) const NO_CELL: u32 = u32::MAX;

impl Frame {
    pub(super) fn site(&self, tree: &Tree, expr: ExprId) -> Site {
        Site { unit: self.unit, span: tree.span(expr) }
    }
}

/// Where a call is said to be: at the name of what is called.
pub fn call_span(tree: &Tree, expr: ExprId) -> crate::lint::source::Span {
    match tree.expr(expr) {
        Expr::Call { callee, .. } => match tree.expr(callee) {
            Expr::Local(_) | Expr::Global(_) | Expr::Index { .. } => tree.span(callee),
            _ => tree.span(expr),
        },
        Expr::MethodCall { name, .. } => tree.span(name),
        _ => tree.span(expr),
    }
}

pub(super) fn first(values: Values) -> Value {
    values.into_iter().next().unwrap_or(Value::Nil)
}

impl Trial<'_, '_> {
    pub(super) fn cell_of(&self, tree: &Tree, frame: &Frame, local: LocalId) -> Option<u32> {
        if tree.local(local).function == frame.function {
            let slot = frame.slots.get((local.0 - frame.first) as usize).copied();
            return slot.filter(|cell| *cell != NO_CELL);
        }
        frame.upvalues.iter().find(|(known, _)| *known == local).map(|(_, cell)| *cell)
    }

    /// One value.
    pub(super) fn eval(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Value> {
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        self.evaluations += 1;
        if self.evaluations >= super::EVALUATIONS {
            self.evaluations = 0;
            self.step()?;
        }
        let value = self.eval_inner(tree, frame, expr);
        self.depth -= 1;
        value.map(|value| self.as_picked(value))
    }

    fn eval_inner(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Value> {
        Ok(match tree.expr(expr) {
            Expr::Nil => Value::Nil,
            Expr::True => Value::Bool(true),
            Expr::False => Value::Bool(false),
            Expr::Number(number) => Value::Int(number),
            Expr::String(text) => self.string(frame.unit, tree, text),
            Expr::Varargs => frame.varargs.first().cloned().unwrap_or(Value::Nil),
            Expr::Function(function) => self.close(tree, frame, function),
            Expr::Local(local) => match self.cell_of(tree, frame, local) {
                Some(cell) => self.heap.cells[cell as usize].clone(),
                None => Value::Nil,
            },
            Expr::Global(symbol) => {
                if let Some(value) = self.plain_global(frame.unit, tree, symbol) {
                    return Ok(value);
                }
                let name = self.name(frame.unit, tree, symbol);
                self.global(self.env(), name, frame.site(tree, expr))?
            }
            Expr::Index { object, key, .. } => {
                let object = self.eval(tree, frame, object)?;
                let key = self.eval(tree, frame, key)?;
                self.index(&object, &key, frame.site(tree, expr))?
            }
            Expr::Call { .. } | Expr::MethodCall { .. } => first(self.eval_call(tree, frame, expr)?),
            Expr::Table { start, len } => self.table(tree, frame, start, len)?,
            Expr::Binary { .. } => self.binary(tree, frame, expr)?,
            Expr::Unary { op, operand } => {
                let value = self.eval(tree, frame, operand)?;
                self.unary(op, &value, frame.site(tree, expr))?
            }
            Expr::Paren(inner) => self.eval(tree, frame, inner)?,
            Expr::Missing => {
                self.guess();
                self.unknown(Kind::Any)
            }
        })
    }

    fn close(&mut self, tree: &Tree, frame: &Frame, function: FunctionId) -> Value {
        let upvalues = tree.function(function).upvalues.iter();
        let upvalues = upvalues.filter_map(|local| Some((*local, self.cell_of(tree, frame, *local)?))).collect();
        let function = FunctionRef { unit: frame.unit, function };
        let env = self.env();
        self.heap.closures.push(Closure { function, upvalues, env });
        Value::Closure(u32::try_from(self.heap.closures.len() - 1).unwrap_or(u32::MAX))
    }

    /// All values of a list, the last one with as many as it has.
    pub(super) fn eval_list(&mut self, tree: &Tree, frame: &mut Frame, list: ExprList) -> Run<Values> {
        let exprs = tree.list(list);
        let mut values = Values::with_capacity(exprs.len());
        for (at, expr) in exprs.iter().enumerate() {
            if at + 1 == exprs.len() {
                self.eval_all(tree, frame, *expr, &mut values)?;
            } else {
                values.push(self.eval(tree, frame, *expr)?);
            }
        }
        Ok(values)
    }

    fn eval_all(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId, values: &mut Values) -> Run<()> {
        match tree.expr(expr) {
            Expr::Varargs => values.extend(frame.varargs.iter().cloned()),
            Expr::Call { .. } | Expr::MethodCall { .. } => values.extend(self.eval_call(tree, frame, expr)?),
            _ => values.push(self.eval(tree, frame, expr)?),
        }
        Ok(())
    }

    pub(super) fn eval_call(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Values> {
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        self.step()?;
        let site = Site { unit: frame.unit, span: call_span(tree, expr) };
        let (callee, args) = match tree.expr(expr) {
            Expr::Call { callee, args } => {
                let callee = self.eval(tree, frame, callee)?;
                (callee, self.eval_list(tree, frame, args)?)
            }
            Expr::MethodCall { object, name, args } => {
                let object = self.eval(tree, frame, object)?;
                let name = self.eval(tree, frame, name)?;
                let callee = self.index(&object, &name, site)?;
                let mut all = smallvec![object];
                all.extend(self.eval_list(tree, frame, args)?);
                (callee, all)
            }
            _ => return Ok(smallvec![self.eval(tree, frame, expr)?]),
        };
        self.caller = Some((frame.unit, expr));
        let result = self.call(&callee, args, site);
        self.depth -= 1;
        result
    }

    fn table(&mut self, tree: &Tree, frame: &mut Frame, start: u32, len: u32) -> Run<Value> {
        let id = self.heap.table();
        let fields = tree.table(start, len);
        let (mut items, mut pairs) = (Values::new(), Vec::new());
        for (at, field) in fields.iter().enumerate() {
            match *field {
                Field::Item(expr) if at + 1 == fields.len() => self.eval_all(tree, frame, expr, &mut items)?,
                Field::Item(expr) => items.push(self.eval(tree, frame, expr)?),
                Field::Pair(key, value) => {
                    let key = self.eval(tree, frame, key)?;
                    pairs.push((key, self.eval(tree, frame, value)?));
                }
            }
        }
        for item in items {
            self.heap.tables[id as usize].push(item);
        }
        let listed = self.heap.tables[id as usize].array.len();
        for (key, value) in pairs {
            // The list is stored last.
            if !matches!(&key, Value::Int(number) if usize::try_from(*number).is_ok_and(|at| (1..=listed).contains(&at)))
            {
                self.store_raw(id, key, value)?;
            }
        }
        Ok(Value::Table(id))
    }

    pub(super) fn store_raw(&mut self, table: u32, key: Value, value: Value) -> Run<()> {
        match key {
            Value::Nil => self.error("table index is nil"),
            Value::Unknown(unknown) if self.picked.contains_key(&unknown.id) => {
                let key = self.picked[&unknown.id].clone();
                self.store_raw(table, key, value)
            }
            Value::Unknown(_) if table == GLOBALS => {
                self.guess();
                Ok(())
            }
            Value::Unknown(_) => {
                self.blur(table, &value);
                Ok(())
            }
            key => {
                // From now on a finalizer may run anywhere, and raise its errors there.
                if matches!(&key, Value::Str(name) if **name == *b"__gc") {
                    self.guess();
                }
                self.note_field(table, &key);
                if let (GLOBALS, Value::Closure(closure)) = (table, &value)
                    && key == Value::text(b"restore")
                {
                    let function = self.heap.closures[*closure as usize].function;
                    if !self.restorers.contains(&function) {
                        self.restorers.push(function);
                    }
                }
                self.heap.tables[table as usize].set(key, value);
                Ok(())
            }
        }
    }

    pub(super) fn global(&mut self, env: u32, name: Value, site: Site) -> Run<Value> {
        let value = self.index(&Value::Table(env), &name, site)?;
        if value == Value::Nil && self.strange {
            return Ok(self.unknown(Kind::Any));
        }
        Ok(value)
    }

    /// A field without metatables.
    pub(super) fn get_raw(&mut self, table: u32, key: &Value) -> Value {
        let data: &Table = &self.heap.tables[table as usize];
        match key {
            _ if data.fuzzy => self.any_of(table),
            Value::Unknown(key) => self.pick(table, *key),
            key => data.get(key),
        }
    }

    /// Whether a metamethod is asked for a field with this value. Where that is not known, both are ways to go.
    fn is_absent(&mut self, value: &Value, site: Site) -> Run<bool> {
        match value {
            Value::Unknown(Unknown { kind: Kind::Any, .. }) => {
                let absent = self.equal(value.clone(), Value::Nil, site)?;
                Ok(self.truthy(&absent))
            }
            value => Ok(*value == Value::Nil),
        }
    }

    /// `object[key]`
    pub(super) fn index(&mut self, object: &Value, key: &Value, site: Site) -> Run<Value> {
        let mut object = object.clone();
        for _ in 0..100 {
            let handler = match &object {
                Value::Table(table) => {
                    let value = self.get_raw(*table, key);
                    let handler = self.heap.metamethod(&object, "__index");
                    if handler == Value::Nil || !self.is_absent(&value, site)? {
                        return Ok(value);
                    }
                    handler
                }
                Value::Unknown(Unknown { kind: Kind::Int | Kind::Bool, .. }) if !self.heap.is_odd() => {
                    return self.error("attempt to index a number value");
                }
                Value::Unknown(Unknown { kind, .. }) => {
                    let text = Value::Table(Library::String as u32);
                    let known = matches!(key, Value::Str(name) if Builtin::find(Library::String, name).is_some());
                    let kind = *kind;
                    if self.heap.is_odd() {
                        self.guess();
                    }
                    if !self.is_there(&object) {
                        return self.error("attempt to index a nil value");
                    }
                    if kind == Kind::Text || known {
                        text
                    } else {
                        return Ok(self.unknown(Kind::Any));
                    }
                }
                other => {
                    let handler = self.heap.metamethod(other, "__index");
                    if handler == Value::Nil {
                        return self.error("attempt to index a value that is no table");
                    }
                    handler
                }
            };
            match handler {
                Value::Closure(_) | Value::Builtin(_) => {
                    let args = smallvec![object, key.clone()];
                    return Ok(first(self.boundary(Boundary::Meta("__index"), &handler, args, site)?));
                }
                handler => object = handler,
            }
        }
        self.error("loop in gettable")
    }

    /// `object[key] = value`
    pub(super) fn store(&mut self, object: &Value, key: Value, value: Value, site: Site) -> Run<()> {
        let mut object = object.clone();
        for _ in 0..100 {
            let handler = self.heap.metamethod(&object, "__newindex");
            match &object {
                Value::Table(table) => {
                    let there = handler == Value::Nil || {
                        let value = self.get_raw(*table, &key);
                        !self.is_absent(&value, site)?
                    };
                    if there {
                        return self.store_raw(*table, key, value);
                    }
                }
                Value::Unknown(unknown) if !matches!(unknown.kind, Kind::Int | Kind::Bool | Kind::Text) => {
                    if !self.is_there(&object) {
                        return self.error("attempt to index a nil value");
                    }
                    return Ok(());
                }
                _ if handler == Value::Nil => {
                    return self.error("attempt to index a value that is no table");
                }
                _ => {}
            }
            match handler {
                Value::Closure(_) | Value::Builtin(_) => {
                    let args = smallvec![object, key, value];
                    self.boundary(Boundary::Meta("__newindex"), &handler, args, site)?;
                    return Ok(());
                }
                handler => object = handler,
            }
        }
        self.error("loop in settable")
    }
}
