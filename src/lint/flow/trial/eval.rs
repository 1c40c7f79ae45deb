//! Expressions.

use std::rc::Rc;

use super::order::Write;
use super::strings::LONGEST;
use super::value::{Closure, GLOBALS, Table, Unknown, Value};
use super::{Run, Stop, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Library};
use crate::lint::flow::program::{FunctionRef, Site};
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{BinaryOp, Expr, ExprId, ExprList, Field, FunctionId, LocalId, Tree, UnaryOp};

/// A function that is running.
pub(super) struct Frame {
    pub unit: u32,
    pub function: FunctionId,
    /// The local of the first slot.
    pub first: u32,
    /// The cells of its locals.
    pub slots: Vec<u32>,
    pub upvalues: Rc<[(LocalId, u32)]>,
    pub varargs: Vec<Value>,
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

fn first(values: Vec<Value>) -> Value {
    values.into_iter().next().unwrap_or(Value::Nil)
}

const ARITHMETIC: [(BinaryOp, &str); 6] = [
    (BinaryOp::Add, "__add"),
    (BinaryOp::Sub, "__sub"),
    (BinaryOp::Mul, "__mul"),
    (BinaryOp::Div, "__div"),
    (BinaryOp::Mod, "__mod"),
    (BinaryOp::Pow, "__pow"),
];

/// The metamethod of an arithmetic operator.
pub fn event(op: BinaryOp) -> &'static str {
    ARITHMETIC.iter().find(|(known, _)| *known == op).map_or("__concat", |(_, event)| event)
}

/// Arithmetic as the camera does it (CHDK modules/luascript.c:52, lib/lua/lvm.c:29).
pub(super) fn compute(op: BinaryOp, left: i32, right: i32) -> i32 {
    match op {
        BinaryOp::Add => left.wrapping_add(right),
        BinaryOp::Sub => left.wrapping_sub(right),
        BinaryOp::Mul => left.wrapping_mul(right),
        BinaryOp::Div if right == 0 => match left {
            0 => 0,
            1.. => i32::MAX,
            _ => i32::MIN,
        },
        BinaryOp::Div => left.wrapping_div(right),
        BinaryOp::Mod if right == 0 => 0,
        BinaryOp::Mod => left.wrapping_rem(right),
        _ => u32::try_from(right).map_or(0, |power| left.wrapping_pow(power)),
    }
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
        value
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
    pub(super) fn eval_list(&mut self, tree: &Tree, frame: &mut Frame, list: ExprList) -> Run<Vec<Value>> {
        let exprs = tree.list(list);
        let mut values = Vec::with_capacity(exprs.len());
        for (at, expr) in exprs.iter().enumerate() {
            if at + 1 == exprs.len() {
                self.eval_all(tree, frame, *expr, &mut values)?;
            } else {
                values.push(self.eval(tree, frame, *expr)?);
            }
        }
        Ok(values)
    }

    fn eval_all(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId, values: &mut Vec<Value>) -> Run<()> {
        match tree.expr(expr) {
            Expr::Varargs => values.extend_from_slice(&frame.varargs),
            Expr::Call { .. } | Expr::MethodCall { .. } => values.extend(self.eval_call(tree, frame, expr)?),
            _ => values.push(self.eval(tree, frame, expr)?),
        }
        Ok(())
    }

    pub(super) fn eval_call(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Vec<Value>> {
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
                let mut all = vec![object];
                all.extend(self.eval_list(tree, frame, args)?);
                (callee, all)
            }
            _ => return Ok(vec![self.eval(tree, frame, expr)?]),
        };
        self.caller = Some((frame.unit, expr));
        let result = self.call(&callee, args, site);
        self.depth -= 1;
        result
    }

    fn table(&mut self, tree: &Tree, frame: &mut Frame, start: u32, len: u32) -> Run<Value> {
        let id = self.heap.table();
        let fields = tree.table(start, len);
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
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
            Value::Unknown(_) if table == GLOBALS => {
                self.guess();
                Ok(())
            }
            Value::Unknown(_) => {
                self.note(|| Write::Other);
                self.heap.tables[table as usize].fuzzy = true;
                Ok(())
            }
            key => {
                // From now on a finalizer may run anywhere, and raise its errors there.
                if matches!(&key, Value::Str(name) if **name == *b"__gc") {
                    self.guess();
                }
                self.note(|| Write::Field(table, key.clone()));
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
        if data.fuzzy {
            return self.unknown(Kind::Any);
        }
        if key.is_unknown() {
            let empty = data.array.is_empty() && data.entries.is_empty() && data.library.is_none();
            return if empty { Value::Nil } else { self.unknown(Kind::Any) };
        }
        data.get(key)
    }

    /// `object[key]`
    pub(super) fn index(&mut self, object: &Value, key: &Value, site: Site) -> Run<Value> {
        let mut object = object.clone();
        for _ in 0..100 {
            let handler = match &object {
                Value::Table(table) => {
                    let value = self.get_raw(*table, key);
                    if value != Value::Nil {
                        return Ok(value);
                    }
                    let handler = self.heap.metamethod(&object, "__index");
                    if handler == Value::Nil {
                        return Ok(Value::Nil);
                    }
                    handler
                }
                Value::Str(_) | Value::Userdata(_) => {
                    let handler = self.heap.metamethod(&object, "__index");
                    if handler == Value::Nil {
                        return self.error("attempt to index a value that has no fields");
                    }
                    handler
                }
                Value::Unknown(Unknown { kind: Kind::Int | Kind::Bool, .. }) => {
                    return self.error("attempt to index a number value");
                }
                Value::Unknown(Unknown { kind, .. }) => {
                    let text = Value::Table(Library::String as u32);
                    let known = matches!(key, Value::Str(name) if Builtin::find(Library::String, name).is_some());
                    let kind = *kind;
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
                    let kind = other.type_name().unwrap_or("value");
                    return self.error(format!("attempt to index a {kind} value"));
                }
            };
            match handler {
                Value::Closure(_) | Value::Builtin(_) => {
                    let args = vec![object, key.clone()];
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
                Value::Table(table) if (handler == Value::Nil || self.get_raw(*table, &key) != Value::Nil) => {
                    return self.store_raw(*table, key, value);
                }
                Value::Unknown(unknown) if !matches!(unknown.kind, Kind::Int | Kind::Bool | Kind::Text) => {
                    if !self.is_there(&object) {
                        return self.error("attempt to index a nil value");
                    }
                    return Ok(());
                }
                other if handler == Value::Nil => {
                    let kind = other.type_name().unwrap_or("value");
                    return self.error(format!("attempt to index a {kind} value"));
                }
                _ => {}
            }
            match handler {
                Value::Closure(_) | Value::Builtin(_) => {
                    let args = vec![object, key, value];
                    self.boundary(Boundary::Meta("__newindex"), &handler, args, site)?;
                    return Ok(());
                }
                handler => object = handler,
            }
        }
        self.error("loop in settable")
    }

    /// Chains of operators are as long as they like, so that their left sides are not recursed into.
    fn binary(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Value> {
        let mut spine = Vec::new();
        let mut at = expr;
        while let Expr::Binary { op, left, right } = tree.expr(at) {
            spine.push((op, right, at));
            at = left;
        }
        let mut value = self.eval(tree, frame, at)?;
        while let Some((op, right, at)) = spine.pop() {
            value = match op {
                BinaryOp::And => {
                    if self.truthy(&value) {
                        self.eval(tree, frame, right)?
                    } else {
                        value
                    }
                }
                BinaryOp::Or => {
                    if self.truthy(&value) {
                        value
                    } else {
                        self.eval(tree, frame, right)?
                    }
                }
                op => {
                    let right = self.eval(tree, frame, right)?;
                    self.operate(op, value, right, frame.site(tree, at))?
                }
            };
        }
        Ok(value)
    }

    fn operate(&mut self, op: BinaryOp, left: Value, right: Value, site: Site) -> Run<Value> {
        match op {
            BinaryOp::Eq => self.equal(left, right, site),
            BinaryOp::Ne => {
                let equal = self.equal(left, right, site)?;
                Ok(Value::Bool(!self.truthy(&equal)))
            }
            BinaryOp::Lt => self.less(left, right, site),
            BinaryOp::Gt => self.less(right, left, site),
            BinaryOp::Le => self.less_equal(left, right, site),
            BinaryOp::Ge => self.less_equal(right, left, site),
            BinaryOp::Concat => {
                if let (Some(a), Some(b)) = (left.bytes(), right.bytes()) {
                    if a.len() + b.len() > LONGEST {
                        return Ok(self.unknown(Kind::Text));
                    }
                    self.charge((a.len() + b.len()) / 256)?;
                    return Ok(Value::Str([&a[..], &b[..]].concat().into()));
                }
                self.by_metamethod("__concat", left, right, Kind::Text, site)
            }
            op => {
                if let (Some(a), Some(b)) = (left.number(), right.number()) {
                    return Ok(Value::Int(compute(op, a, b)));
                }
                self.by_metamethod(event(op), left, right, Kind::Int, site)
            }
        }
    }

    fn by_metamethod(&mut self, event: &'static str, left: Value, right: Value, kind: Kind, site: Site) -> Run<Value> {
        let mut handler = self.heap.metamethod(&left, event);
        if handler == Value::Nil {
            handler = self.heap.metamethod(&right, event);
        }
        if handler != Value::Nil {
            return Ok(first(self.boundary(Boundary::Meta(event), &handler, vec![left, right], site)?));
        }
        let fits = |value: &Value| {
            value.bytes().is_some() && (kind == Kind::Text || value.number().is_some())
                || matches!(value, Value::Unknown(unknown) if unknown.kind != Kind::Bool)
        };
        if fits(&left) && fits(&right) {
            if !self.is_there(&left) || !self.is_there(&right) {
                return self.error("attempt to perform arithmetic on a nil value");
            }
            let vague = |value: &Value| matches!(value, Value::Unknown(Unknown { kind: Kind::Some, .. }));
            let kind = if vague(&left) || vague(&right) { Kind::Some } else { kind };
            return Ok(self.unknown(kind));
        }
        let wrong = if fits(&left) { &right } else { &left };
        let (what, kind) =
            (if kind == Kind::Text { "concatenate" } else { "perform arithmetic on" }, wrong.type_name());
        self.error(format!("attempt to {what} a {} value", kind.unwrap_or("wrong")))
    }

    /// A comparison that hangs on something unknown; the same one is answered the same on this path.
    fn undecided(&mut self, op: u8, left: Value, right: Value) -> Value {
        if let Some(id) = self.comparisons.get(&(op, left.clone(), right.clone())) {
            return Value::Unknown(Unknown { id: *id, kind: Kind::Bool });
        }
        let value = self.unknown(Kind::Bool);
        if let Value::Unknown(Unknown { id, .. }) = value {
            self.comparisons.insert((op, left, right), id);
        }
        value
    }

    pub(super) fn equal(&mut self, left: Value, right: Value, site: Site) -> Run<Value> {
        if left == right {
            return Ok(Value::Bool(true));
        }
        if left.is_unknown() || right.is_unknown() {
            if let (Some(a), Some(b)) = (left.type_name(), right.type_name())
                && a != b
            {
                return Ok(Value::Bool(false));
            }
            let never = |value: &Value| matches!(value, Value::Unknown(Unknown { kind: Kind::Some, .. }));
            let nothing = |value: &Value| matches!(value, Value::Nil | Value::Bool(false));
            if never(&left) && nothing(&right) || never(&right) && nothing(&left) {
                return Ok(Value::Bool(false));
            }
            // What is known to be true is not nil, and the other way round.
            if let (Value::Unknown(unknown), Value::Nil) | (Value::Nil, Value::Unknown(unknown)) = (&left, &right)
                && (unknown.kind != Kind::Any || self.truths.get(&unknown.id) == Some(&true))
            {
                return Ok(Value::Bool(false));
            }
            if let (Value::Unknown(unknown), Value::Bool(known)) | (Value::Bool(known), Value::Unknown(unknown)) =
                (&left, &right)
                && unknown.kind == Kind::Bool
            {
                let truth = self.truthy(&Value::Unknown(*unknown));
                return Ok(Value::Bool(truth == *known));
            }
            let known = |value: &Value| u8::from(!value.is_unknown());
            let (left, right) = if known(&left) < known(&right) { (left, right) } else { (right, left) };
            return Ok(self.undecided(0, left, right));
        }
        let same =
            matches!((&left, &right), (Value::Table(_), Value::Table(_)) | (Value::Userdata(_), Value::Userdata(_)));
        if same {
            let handler = self.heap.metamethod(&left, "__eq");
            if handler != Value::Nil && handler == self.heap.metamethod(&right, "__eq") {
                let result = first(self.boundary(Boundary::Meta("__eq"), &handler, vec![left, right], site)?);
                return self.as_bool(result);
            }
        }
        Ok(Value::Bool(false))
    }

    fn as_bool(&mut self, value: Value) -> Run<Value> {
        if value.is_unknown() { Ok(value) } else { Ok(Value::Bool(self.truthy(&value))) }
    }

    fn ordered(&mut self, event: &'static str, left: &Value, right: &Value, site: Site) -> Run<Option<Value>> {
        let handler = self.heap.metamethod(left, event);
        if handler == Value::Nil || handler != self.heap.metamethod(right, event) {
            return Ok(None);
        }
        let args = vec![left.clone(), right.clone()];
        let result = first(self.boundary(Boundary::Meta(event), &handler, args, site)?);
        self.as_bool(result).map(Some)
    }

    fn less(&mut self, left: Value, right: Value, site: Site) -> Run<Value> {
        match (&left, &right) {
            (Value::Int(a), Value::Int(b)) => return Ok(Value::Bool(a < b)),
            (Value::Str(a), Value::Str(b)) => return Ok(Value::Bool(a < b)),
            _ => {}
        }
        if left.is_unknown() || right.is_unknown() {
            if !self.is_there(&left) || !self.is_there(&right) {
                return self.error("attempt to compare nil");
            }
            return Ok(self.undecided(1, left, right));
        }
        match self.ordered("__lt", &left, &right, site)? {
            Some(value) => Ok(value),
            None => self.error("attempt to compare two values"),
        }
    }

    fn less_equal(&mut self, left: Value, right: Value, site: Site) -> Run<Value> {
        match (&left, &right) {
            (Value::Int(a), Value::Int(b)) => return Ok(Value::Bool(a <= b)),
            (Value::Str(a), Value::Str(b)) => return Ok(Value::Bool(a <= b)),
            _ => {}
        }
        if left.is_unknown() || right.is_unknown() {
            if !self.is_there(&left) || !self.is_there(&right) {
                return self.error("attempt to compare nil");
            }
            return Ok(self.undecided(2, left, right));
        }
        if let Some(value) = self.ordered("__le", &left, &right, site)? {
            return Ok(value);
        }
        match self.ordered("__lt", &right, &left, site)? {
            Some(value) => Ok(Value::Bool(!self.truthy(&value))),
            None => self.error("attempt to compare two values"),
        }
    }

    /// For `table.sort`.
    pub(super) fn before(&mut self, left: Value, right: Value, site: Site) -> Run<bool> {
        let value = self.less(left, right, site)?;
        Ok(self.truthy(&value))
    }

    fn unary(&mut self, op: UnaryOp, value: &Value, site: Site) -> Run<Value> {
        match op {
            UnaryOp::Not => Ok(Value::Bool(!self.truthy(value))),
            UnaryOp::Neg => {
                if let Some(number) = value.number() {
                    return Ok(Value::Int(number.wrapping_neg()));
                }
                let handler = self.heap.metamethod(value, "__unm");
                if handler != Value::Nil {
                    let args = vec![value.clone(), value.clone()];
                    return Ok(first(self.boundary(Boundary::Meta("__unm"), &handler, args, site)?));
                }
                match value {
                    Value::Unknown(unknown) if unknown.kind != Kind::Bool && self.is_there(value) => {
                        Ok(self.unknown(Kind::Int))
                    }
                    _ => self.error("attempt to perform arithmetic on a value"),
                }
            }
            UnaryOp::Len => match value {
                Value::Str(text) => Ok(Value::Int(i32::try_from(text.len()).unwrap_or(i32::MAX))),
                Value::Table(table) if self.heap.tables[*table as usize].fuzzy => Ok(self.unknown(Kind::Int)),
                Value::Table(table) => Ok(Value::Int(self.border(*table)?)),
                Value::Unknown(_) => Ok(self.unknown(Kind::Int)),
                Value::Userdata(_) => {
                    let handler = self.heap.metamethod(value, "__len");
                    if handler == Value::Nil {
                        return self.error("attempt to get length of a userdata value");
                    }
                    Ok(first(self.boundary(Boundary::Meta("__len"), &handler, vec![value.clone()], site)?))
                }
                _ => self.error("attempt to get length of a value"),
            },
        }
    }
}
