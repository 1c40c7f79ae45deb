//! Operators, and the metamethods that stand in for them.

use super::eval::{Frame, first};
use super::strings::LONGEST;
use super::value::{Unknown, Value};
use super::{Run, Trial};
use crate::lint::flow::builtins::Kind;
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{BinaryOp, Expr, ExprId, Tree, UnaryOp};
use smallvec::smallvec;

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
    /// Chains of operators are as long as they like, so that their left sides are not recursed into.
    pub(super) fn binary(&mut self, tree: &Tree, frame: &mut Frame, expr: ExprId) -> Run<Value> {
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
            return Ok(first(self.boundary(Boundary::Meta(event), &handler, smallvec![left, right], site)?));
        }
        if (left.is_unknown() || right.is_unknown()) && self.heap.is_odd() {
            self.guess();
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
        self.error("attempt to perform arithmetic on or to concatenate a value that is no number and no string")
    }

    /// A comparison that hangs on something unknown; the same one is answered the same on this path.
    fn undecided(&mut self, op: u8, left: Value, right: Value) -> Value {
        if let Some(id) = self.comparisons.get(&(op, left.clone(), right.clone())) {
            return Value::Unknown(Unknown { id: *id, kind: Kind::Bool });
        }
        let value = self.unknown(Kind::Bool);
        if let Value::Unknown(Unknown { id, .. }) = value {
            if let (0, Value::Unknown(unknown), false) = (op, &left, right.is_unknown()) {
                self.equations.insert(id, (unknown.id, right.clone()));
            }
            self.comparisons.insert((op, left, right), id);
        }
        value
    }

    pub(super) fn equal(&mut self, left: Value, right: Value, site: Site) -> Run<Value> {
        let (left, right) = (self.as_picked(left), self.as_picked(right));
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
                && (unknown.kind != Kind::Any || self.truths.get(unknown.id) == Some(true))
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
                let result = first(self.boundary(Boundary::Meta("__eq"), &handler, smallvec![left, right], site)?);
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
        let args = smallvec![left.clone(), right.clone()];
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

    pub(super) fn unary(&mut self, op: UnaryOp, value: &Value, site: Site) -> Run<Value> {
        match op {
            UnaryOp::Not => Ok(Value::Bool(!self.truthy(value))),
            UnaryOp::Neg => {
                if let Some(number) = value.number() {
                    return Ok(Value::Int(number.wrapping_neg()));
                }
                let handler = self.heap.metamethod(value, "__unm");
                if handler != Value::Nil {
                    let args = smallvec![value.clone(), value.clone()];
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
                _ => {
                    let handler = self.heap.metamethod(value, "__len");
                    if handler == Value::Nil {
                        return self.error("attempt to get length of a value");
                    }
                    Ok(first(self.boundary(Boundary::Meta("__len"), &handler, smallvec![value.clone()], site)?))
                }
            },
        }
    }
}
