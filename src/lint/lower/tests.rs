use std::fmt::Write;

use super::super::{Options, Source, SourceId, read};
use super::*;
use crate::lint::tree::{ExprList, Stmt};

/// A tree as text: locals have their number, `^` in front if they are upvalues, and `!` behind where they are declared and
/// something assigns to them.
struct Dump {
    tree: Tree,
    out: String,
}

fn tree_of(text: &str) -> Tree {
    let parsed = read(SourceId(0), &Source::new("script.lua", text), &Options::default());
    assert!(parsed.complete, "{:?}", parsed.findings);
    parsed.tree
}

fn dump(text: &str) -> String {
    let mut dump = Dump { tree: tree_of(text), out: String::new() };
    dump.block(dump.tree.function(Tree::CHUNK).body);
    dump.out.trim_end().to_owned()
}

impl Dump {
    fn local(&self, local: u32) -> String {
        let it = self.tree.local(LocalId(local));
        format!("{}{local}{}", self.tree.names.text(it.name), if it.assigned { "!" } else { "" })
    }

    fn locals(&self, locals: std::ops::Range<u32>) -> String {
        locals.map(|local| self.local(local)).collect::<Vec<_>>().join(" ")
    }

    fn list(&mut self, list: ExprList) -> String {
        let exprs = self.tree.list(list).to_vec();
        exprs.into_iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(" ")
    }

    fn inside(&mut self, block: BlockId) -> String {
        let outer = std::mem::take(&mut self.out);
        self.block(block);
        let inner = std::mem::replace(&mut self.out, outer);
        format!("{{ {} }}", inner.trim_end().replace('\n', "; "))
    }

    fn block(&mut self, block: BlockId) {
        for stmt in self.tree.block(block).to_vec() {
            let line = match self.tree.stmt(stmt).clone() {
                Stmt::Local { locals, values } => format!("local {} = {}", self.locals(locals), self.list(values)),
                Stmt::Assign { targets, values } => format!("{} = {}", self.list(targets), self.list(values)),
                Stmt::Call(call) => self.expr(call),
                Stmt::Do(body) => format!("do {}", self.inside(body)),
                Stmt::While { condition, body } => format!("while {} {}", self.expr(condition), self.inside(body)),
                Stmt::Repeat { body, condition } => format!("repeat {} {}", self.inside(body), self.expr(condition)),
                Stmt::If { arms, otherwise } => {
                    let arms = arms.into_iter().map(|(condition, body)| {
                        let condition = self.expr(condition);
                        format!("{condition} {}", self.inside(body))
                    });
                    let arms: Vec<_> = arms.collect();
                    let otherwise = otherwise.map(|body| format!(" else {}", self.inside(body))).unwrap_or_default();
                    format!("if {}{otherwise}", arms.join(" elseif "))
                }
                Stmt::NumericFor { local, start, limit, step, body } => {
                    let step = step.map(|step| self.expr(step)).unwrap_or_default();
                    let range = format!("{} {} {step}", self.expr(start), self.expr(limit));
                    format!("for {} = {range} {}", self.local(local.0), self.inside(body))
                }
                Stmt::GenericFor { locals, values, body } => {
                    format!("for {} in {} {}", self.locals(locals), self.list(values), self.inside(body))
                }
                Stmt::LocalFunction { local, function } => {
                    format!("local function {} = {}", self.local(local.0), self.expr(function))
                }
                Stmt::Function { target, function } => format!("{} = {}", self.expr(target), self.expr(function)),
                Stmt::Return(values) => format!("return {}", self.list(values)),
                Stmt::Break => "break".to_owned(),
            };
            let _ = writeln!(self.out, "{line}");
        }
    }

    fn expr(&mut self, expr: ExprId) -> String {
        match self.tree.expr(expr) {
            Expr::Nil => "nil".to_owned(),
            Expr::True => "true".to_owned(),
            Expr::False => "false".to_owned(),
            Expr::Number(value) => value.to_string(),
            Expr::String(text) => format!("'{}'", self.tree.string(text).escape_ascii()),
            Expr::Varargs => "...".to_owned(),
            Expr::Function(function) => {
                let it = self.tree.function(function).clone();
                let ups: Vec<_> = it.upvalues.iter().map(|local| local.0.to_string()).collect();
                let dots = if it.varargs { " ..." } else { "" };
                let name = it.name.as_deref().unwrap_or("?");
                let head = format!("fn<{name}>({}{dots})[{}]", self.locals(it.params), ups.join(" "));
                format!("{head} {}", self.inside(it.body))
            }
            Expr::Local(local) => {
                let is_upvalue = self.tree.local(local).function != self.tree.expr_functions[expr.index()];
                let name = self.tree.names.text(self.tree.local(local).name);
                format!("{}{name}{}", if is_upvalue { "^" } else { "" }, local.0)
            }
            Expr::Global(name) => self.tree.names.text(name).to_owned(),
            Expr::Index { object, key, dotted } => {
                format!("{}{}[{}]", self.expr(object), if dotted { "." } else { "" }, self.expr(key))
            }
            Expr::Call { callee, args } => format!("{}({})", self.expr(callee), self.list(args)),
            Expr::MethodCall { object, name, args } => {
                format!("{}:{}({})", self.expr(object), self.expr(name), self.list(args))
            }
            Expr::Table { start, len } => {
                let fields = self.tree.table(start, len).to_vec().into_iter().map(|field| match field {
                    Field::Item(value) => self.expr(value),
                    Field::Pair(key, value) => format!("{}={}", self.expr(key), self.expr(value)),
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(" "))
            }
            Expr::Binary { op, left, right } => format!("({op:?} {} {})", self.expr(left), self.expr(right)),
            Expr::Unary { op, operand } => format!("({op:?} {})", self.expr(operand)),
            Expr::Paren(inner) => format!("({})", self.expr(inner)),
            Expr::Missing => "missing".to_owned(),
        }
    }
}

#[test]
fn names_mean_what_lua_says() {
    assert_eq!(dump("local x = x local x, y = x"), "local x0 = x\nlocal x1 y2 = x0");
    assert_eq!(dump("do local x end x()"), "do { local x0 = }\nx()");
    assert_eq!(dump("repeat local x until x x()"), "repeat { local x0 = } x0\nx()");
    assert_eq!(
        dump("local function f() return f end local g = function() return g end"),
        "local function f0 = fn<f>()[0] { return ^f0 }\nlocal g1 = fn<g>()[] { return g }"
    );
    assert_eq!(dump("for i = i, 2, 3 do f(i) end f(i)"), "for i0 = i 2 3 { f(i0) }\nf(i)");
    assert_eq!(dump("for k, v in k do f(v) end f(v)"), "for k0 v1 in k { f(v1) }\nf(v)");
    assert_eq!(dump("function f(x, x) return x end"), "f = fn<f>(x0 x1)[] { return x1 }");
    assert_eq!(dump("if a then local a = 1 elseif a then f(a) end"), "if a { local a0 = 1 } elseif a { f(a) }");
}

#[test]
fn upvalues_pass_through_the_functions_between() {
    assert_eq!(
        dump("local a, b, c = 1 return function() return function() return b end, a end"),
        "local a0 b1 c2 = 1\nreturn fn<?>()[1 0] { return fn<?>()[1] { return ^b1 } ^a0 }"
    );
    let tree = tree_of("local a local function f() local function g() a = a, a end return a end");
    let upvalues: Vec<_> = tree.functions.iter().map(|function| function.upvalues.clone()).collect();
    assert_eq!(upvalues, [vec![], vec![LocalId(0)], vec![LocalId(0)]]);
}

#[test]
fn functions_have_the_names_that_people_call_them() {
    assert_eq!(
        dump("local t function t.a.b:c(x, ...) return self, ... end"),
        "local t0 = \nt0.['a'].['b'].['c'] = fn<t.a.b:c>(self1 x2 ...)[] { return self1 ... }"
    );
    let tree = tree_of(
        "a, b.c, d[1] = function() end, function() end, function() end local e = { f = function() end, ['g'] = function() end }
        return (function() end)",
    );
    let names: Vec<_> = tree.functions.iter().map(|function| function.name.as_deref().unwrap_or("?")).collect();
    assert_eq!(names, ["?", "a", "b.c", "?", "f", "g", "?"]);
    assert!(!tree.functions[1].method && tree.functions[0].varargs);
}

#[test]
fn what_is_assigned_to_is_known() {
    assert_eq!(
        dump("local a, b, c, d = 1 a = 2 b.x = 3 function c() end function d.e() end"),
        "local a0! b1 c2! d3 = 1\na0 = 2\nb1.['x'] = 3\nc2 = fn<c>()[] {  }\nd3.['e'] = fn<d.e>()[] {  }"
    );
    assert_eq!(dump("for i = 1, 2 do i = 3 end"), "for i0! = 1 2  { i0 = 3 }");
}

#[test]
fn operators_bind_as_they_do_on_the_camera() {
    for (text, expected) in [
        ("1 - 2 - 3", "(Sub (Sub 1 2) 3)"),
        ("1 .. 2 .. 3", "(Concat 1 (Concat 2 3))"),
        ("2 ^ 3 ^ 4", "(Pow 2 (Pow 3 4))"),
        ("-2 ^ -3 * 4", "(Mul (Neg (Pow 2 (Neg 3))) 4)"),
        ("not a == b", "(Eq (Not a) b)"),
        ("#a + 1", "(Add (Len a) 1)"),
        ("a or b and c < d .. e + f * g", "(Or a (And b (Lt c (Concat d (Add e (Mul f g))))))"),
        ("a * b + c .. d < e and f or g", "(Or (And (Lt (Concat (Add (Mul a b) c) d) e) f) g)"),
        ("a + b * c - d / e % f", "(Sub (Add a (Mul b c)) (Mod (Div d e) f))"),
        ("(a + b) * c", "(Mul ((Add a b)) c)"),
        ("a ~= b == (c >= d) ~= (e <= f) > g", "(Gt (Ne (Eq (Ne a b) ((Ge c d))) ((Le e f))) g)"),
    ] {
        assert_eq!(dump(&format!("return {text}")), format!("return {expected}"), "{text}");
    }
}

#[test]
fn calls_fields_and_tables() {
    assert_eq!(dump("a.b[c]:d(1, ...).e'x'{ 1, y = 2; [z] = 3 }"), "a.['b'][c]:'d'(1 ...).['e']('x')({1 'y'=2 z=3})");
    assert_eq!(
        dump("while true do if nil then break else return false end end"),
        "while true { if nil { break } else { return false } }"
    );
}

#[test]
fn constants_are_those_of_the_camera() {
    assert_eq!(
        dump("return 99999999999, 0xFFFFFFFF, 0x80000000, 0x1FFFFFFFF, 010, 2147483647"),
        "return 2147483647 -1 -2147483648 -1 10 2147483647"
    );
    assert_eq!(
        dump("return 'a\\65\\0661\\n\\x\\\r\nb', [[\r\nc\r\n\n\rd]], [=[]]]=], \"'\""),
        "return 'aAB1\\nx\\nb' 'c\\n\\nd' ']]' '\\''"
    );
}

#[test]
fn places_are_those_of_the_text() {
    let text = "--\u{e4}\nlocal f = function(a) return a.b(1) .. 'x' end\nif f then f:g{} end";
    let tree = tree_of(text);
    let shown = |span: Span| &text[span.range()];
    let exprs: Vec<_> = tree.expr_spans.iter().map(|span| shown(*span)).collect();
    let function = "function(a) return a.b(1) .. 'x' end";
    assert_eq!(exprs, ["a", "b", "a.b", "1", "a.b(1)", "'x'", "a.b(1) .. 'x'", function, "f", "f", "g", "{}", "f:g{}"]);
    let stmts: Vec<_> = tree.stmt_spans.iter().map(|span| shown(*span)).collect();
    let local = format!("local f = {function}");
    assert_eq!(stmts, [&local, "return a.b(1) .. 'x'", "if f then f:g{} end", "f:g{}"]);
    assert_eq!(shown(tree.functions[1].span), function);
    assert_eq!(tree.locals.iter().map(|local| shown(local.span)).collect::<Vec<_>>(), ["f", "a"]);
}
