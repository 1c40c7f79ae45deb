//! What the camera's functions do.

use super::order::{Walk, Write};
use super::strings::LONGEST;
use super::value::{GLOBALS, LOADED, LOADERS, PRELOAD, Unknown, Value};
use super::{REFUSED, Run, Stop, Trial};
use crate::api::KEY_FUNCTIONS;
use crate::lint::facts::is_generated;
use crate::lint::flow::builtins::{Builtin, Kind, Library, Needs, Op, Waits, is_key};
use crate::lint::flow::program::{Found, Site};
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{BinaryOp, Expr};

pub(super) fn arg(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or(Value::Nil)
}

fn one(value: Value) -> Run<Vec<Value>> {
    Ok(vec![value])
}

/// A number that may be left out.
enum Timeout {
    Known(i32),
    Unknown,
}

impl Trial<'_, '_> {
    /// Calls a function of the camera's.
    pub(super) fn builtin(&mut self, builtin: Builtin, args: Vec<Value>, site: Site) -> Run<Vec<Value>> {
        self.step()?;
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        let result = self.dispatch(builtin, args, site);
        self.depth -= 1;
        result
    }

    fn dispatch(&mut self, builtin: Builtin, args: Vec<Value>, site: Site) -> Run<Vec<Value>> {
        match builtin.op() {
            Op::Plain => {
                self.accept(builtin, &args)?;
                Ok(builtin.info().returns.iter().map(|kind| self.unknown(*kind)).collect())
            }
            Op::Data => {
                let table = self.heap.table();
                self.heap.tables[table as usize].fuzzy = true;
                one(Value::Table(table))
            }
            Op::Gone => {
                self.guess();
                one(self.unknown(Kind::Any))
            }
            Op::Yield(waits) => self.wait(builtin, waits, &args, site),
            Op::Pcall => {
                let Some((callee, rest)) = args.split_first() else { return self.error("bad argument #1 to 'pcall'") };
                Ok(match self.protected(Boundary::Pcall, callee, rest.to_vec(), site)? {
                    Ok(mut values) => {
                        values.insert(0, Value::Bool(true));
                        values
                    }
                    Err(value) => vec![Value::Bool(false), value],
                })
            }
            Op::Xpcall => self.xpcall(&args, site),
            Op::Require => self.require(&args, site),
            Op::PreloadLoader => {
                let key = arg(&args, 0);
                let found = self.get_raw(PRELOAD, &key);
                one(if found == Value::Nil { Value::text(b"no field package.preload") } else { found })
            }
            Op::FileLoader => {
                let found = self.loaded_file(&arg(&args, 0), true);
                one(if found == Value::Nil { Value::text(b"no file") } else { found })
            }
            Op::Dofile => {
                let chunk = self.loaded_file(&arg(&args, 0), false);
                if chunk == Value::Nil {
                    return self.error("cannot fopen");
                }
                self.boundary(Boundary::Dofile, &chunk, Vec::new(), site)
            }
            Op::Loadfile => {
                let chunk = self.loaded_file(&arg(&args, 0), false);
                if chunk == Value::Nil {
                    return Ok(vec![Value::Nil, Value::text(b"cannot fopen")]);
                }
                one(chunk)
            }
            Op::Loadstring => self.loadstring(&arg(&args, 0), site),
            Op::Load => self.load(&arg(&args, 0), site),
            Op::Sort => self.sort(&args, site),
            Op::Foreach | Op::Foreachi => self.foreach(builtin.op() == Op::Foreachi, &args, site),
            Op::Gsub => self.gsub(&args, site),
            Op::Sethook => self.sethook(&args, site),
            Op::Setmetatable => self.setmetatable(builtin, args),
            Op::Getmetatable => {
                let value = arg(&args, 0);
                if value.is_unknown() {
                    return one(self.unknown(Kind::Any));
                }
                let protected = self.heap.metamethod(&value, "__metatable");
                if protected != Value::Nil && builtin.name() == "getmetatable" {
                    return one(protected);
                }
                one(self.heap.meta(&value).map_or(Value::Nil, Value::Table))
            }
            Op::Rawget => match arg(&args, 0) {
                Value::Table(table) => one(self.get_raw(table, &arg(&args, 1))),
                Value::Unknown(_) => one(self.unknown(Kind::Any)),
                _ => self.error("bad argument #1 to 'rawget'"),
            },
            Op::Rawset => match arg(&args, 0) {
                Value::Table(table) => {
                    self.store_raw(table, arg(&args, 1), arg(&args, 2))?;
                    one(Value::Table(table))
                }
                Value::Unknown(unknown) => one(Value::Unknown(unknown)),
                _ => self.error("bad argument #1 to 'rawset'"),
            },
            Op::Rawequal => {
                let (a, b) = (arg(&args, 0), arg(&args, 1));
                let known = a == b || !(a.is_unknown() || b.is_unknown());
                one(if known { Value::Bool(a == b) } else { self.unknown(Kind::Bool) })
            }
            Op::Pairs | Op::Ipairs => match arg(&args, 0) {
                table @ (Value::Table(_) | Value::Unknown(_)) => {
                    let (next, start) = if builtin.op() == Op::Pairs {
                        let next = Builtin::find(Library::Globals, b"next");
                        (next.unwrap_or(Builtin::ITERATOR), Value::Nil)
                    } else {
                        (Builtin::INEXT, Value::Int(0))
                    };
                    Ok(vec![Value::Builtin(next), table, start])
                }
                _ => self.error("bad argument #1 to 'pairs' (table expected)"),
            },
            Op::Next => self.next(&args),
            Op::Inext => {
                let (table, at) = (arg(&args, 0), arg(&args, 1).number());
                match (table, at) {
                    (Value::Table(table), Some(at)) => {
                        let key = Value::Int(at.wrapping_add(1));
                        let value = self.get_raw(table, &key);
                        Ok(if value == Value::Nil { vec![Value::Nil] } else { vec![key, value] })
                    }
                    _ => Ok(vec![self.unknown(Kind::Any), self.unknown(Kind::Any)]),
                }
            }
            Op::Select => self.select(args),
            Op::Unpack => self.unpack(&args),
            Op::Assert => {
                let value = arg(&args, 0);
                if args.is_empty() {
                    return self.error("bad argument #1 to 'assert'");
                }
                // One that hangs on the camera is taken to hold.
                if value.is_unknown() || self.truthy(&value) {
                    return Ok(args);
                }
                match arg(&args, 1) {
                    Value::Nil => self.error("assertion failed!"),
                    Value::Unknown(_) => Err(Stop::Error(self.unknown(Kind::Text))),
                    message => match message.bytes() {
                        Some(text) => self.error(text),
                        None => self.error("bad argument #2 to 'assert' (string expected)"),
                    },
                }
            }
            Op::Error => Err(Stop::Error(self.error_value(&args, site))),
            Op::Insert => self.insert(args),
            Op::Remove => self.remove(&args),
            Op::Concat => self.concat(&args),
            Op::Getn => match arg(&args, 0) {
                Value::Table(table) if !self.heap.tables[table as usize].fuzzy => one(Value::Int(self.border(table)?)),
                Value::Table(_) | Value::Unknown(_) => one(self.unknown(Kind::Int)),
                _ => self.error("bad argument #1 to 'getn'"),
            },
            Op::Maxn => one(self.unknown(Kind::Int)),
            Op::Tostring | Op::Tonumber | Op::Type if args.is_empty() => {
                self.error(format!("bad argument #1 to '{}' (value expected)", builtin.name()))
            }
            Op::Tostring => {
                let text = self.tostring(&arg(&args, 0), Boundary::Tostring, site)?;
                one(text)
            }
            Op::Print => self.print(args, site),
            Op::Tonumber => {
                let value = arg(&args, 0);
                let plain = matches!(arg(&args, 1), Value::Nil | Value::Int(10));
                if value.is_unknown() || !plain {
                    return one(self.unknown(Kind::Any));
                }
                one(value.number().map_or(Value::Nil, Value::Int))
            }
            Op::Type => match arg(&args, 0).type_name() {
                Some(name) => one(Value::text(name.as_bytes())),
                None => one(self.unknown(Kind::Text)),
            },
            Op::Setfenv => self.setfenv(args),
            Op::Getfenv => one(match arg(&args, 0) {
                Value::Closure(closure) => Value::Table(self.heap.closures[closure as usize].env),
                Value::Int(0) | Value::Builtin(_) => Value::Table(GLOBALS),
                Value::Nil | Value::Int(1) => Value::Table(self.env()),
                Value::Int(level) => {
                    let at = self.running.len().checked_sub(usize::try_from(level).unwrap_or(0));
                    let closure = at.and_then(|at| self.running.get(at));
                    Value::Table(closure.map_or(GLOBALS, |closure| self.heap.closures[*closure as usize].env))
                }
                _ => self.unknown(Kind::Some),
            }),
            Op::Newproxy => {
                let table = self.heap.table();
                self.proxies.push((table, site));
                let meta = match arg(&args, 0) {
                    Value::Bool(true) => Some(self.heap.table()),
                    Value::Userdata(other) => self.heap.tables[other as usize].meta,
                    _ => None,
                };
                self.heap.tables[table as usize].meta = meta;
                one(Value::Userdata(table))
            }
            Op::Registry => one(self.unknown(Kind::Some)),
            Op::Getinfo | Op::Getupvalue | Op::Setupvalue | Op::Getlocal | Op::Setlocal => {
                self.debug(builtin.op(), &args)
            }
            Op::Text(text) => self.text(text, &args),
            Op::Find | Op::Match => self.find(builtin.op() == Op::Find, &args),
            Op::Gmatch => self.gmatch(&args),
            Op::Abs => one(match arg(&args, 0).number() {
                Some(number) => Value::Int(number.wrapping_abs()),
                None => self.unknown(Kind::Int),
            }),
            Op::Max | Op::Min => {
                let numbers: Option<Vec<i32>> = args.iter().map(Value::number).collect();
                let best = numbers.and_then(|numbers| {
                    if builtin.op() == Op::Max { numbers.into_iter().max() } else { numbers.into_iter().min() }
                });
                one(best.map_or_else(|| self.unknown(Kind::Int), Value::Int))
            }
            Op::Pow => one(match (arg(&args, 0).number(), arg(&args, 1).number()) {
                (Some(a), Some(b)) => Value::Int(super::eval::compute(BinaryOp::Pow, a, b)),
                _ => self.unknown(Kind::Int),
            }),
        }
    }

    /// Raises an error where arguments are not what they must be.
    fn accept(&mut self, builtin: Builtin, args: &[Value]) -> Run<()> {
        for (at, (needs, optional)) in builtin.info().params.iter().enumerate() {
            let value = arg(args, at);
            let missing = value == Value::Nil || !(*optional || *needs == Needs::Nothing || self.is_there(&value));
            let fits = match needs {
                Needs::Nothing => true,
                _ if missing => *optional,
                Needs::Number => value.number().is_some() || value.is_unknown(),
                Needs::Text => value.bytes().is_some() || value.is_unknown(),
                Needs::Switch => matches!(value, Value::Bool(_) | Value::Int(_) | Value::Unknown(_)),
            };
            if !fits {
                return self.error(format!("bad argument #{} to '{}'", at + 1, builtin.name()));
            }
        }
        if KEY_FUNCTIONS.contains(&builtin.name()) && arg(args, 0).bytes().is_some_and(|name| !is_key(&name)) {
            return self.error("unknown key");
        }
        Ok(())
    }

    /// A function that waits: first what it makes of its arguments, which may raise, then the yield.
    fn wait(&mut self, builtin: Builtin, waits: Waits, args: &[Value], site: Site) -> Run<Vec<Value>> {
        let first = arg(args, 0);
        // The same holds for what must be a number or a string.
        if matches!(waits, Waits::Sleep | Waits::Key) && !self.is_there(&first) {
            return self.error("bad argument #1 (got nil)");
        }
        let timeout = |value: &Value| match value {
            Value::Nil => Some(Timeout::Known(0)),
            value if value.is_unknown() => Some(Timeout::Unknown),
            value => value.number().map(Timeout::Known),
        };
        let waits_for = |number: i32| number > 0 || number == -1;
        let result = match builtin.name() {
            "shoot" | "md_detect_motion" => vec![self.unknown(Kind::Int)],
            "file_browser" | "textbox" | "read_usb_msg" => vec![self.unknown(Kind::Any)],
            "write_usb_msg" => vec![self.unknown(Kind::Bool)],
            _ => Vec::new(),
        };
        let yields = match waits {
            Waits::Sleep => {
                if first.number().is_none() && !first.is_unknown() {
                    return self.error("bad argument #1 to 'sleep' (number expected)");
                }
                true
            }
            Waits::Key => match first.bytes() {
                Some(name) if !is_key(&name) => return self.error("unknown key"),
                None if !first.is_unknown() => return self.error("bad argument #1 (string expected)"),
                _ => true,
            },
            Waits::Always => {
                self.accept(builtin, args)?;
                true
            }
            Waits::Click => match timeout(&first) {
                None => return self.error("bad argument #1 to 'wait_click'"),
                Some(Timeout::Known(number)) if number < -1 => false,
                // Whether a click is there already is not known.
                _ => self.choose(2) == 0,
            },
            Waits::Read => match timeout(&first) {
                None => return self.error("bad argument #1 to 'read_usb_msg'"),
                Some(Timeout::Known(number)) => waits_for(number),
                Some(Timeout::Unknown) => self.choose(2) == 0,
            },
            Waits::Write => {
                match &first {
                    _ if args.is_empty() => return self.error("missing argument"),
                    Value::Closure(_) | Value::Builtin(_) | Value::Userdata(_) => {
                        return self.error("unsupported type");
                    }
                    Value::Table(_) => self.convert(first, site)?,
                    _ => {}
                }
                match timeout(&arg(args, 1)) {
                    None => return self.error("bad argument #2 to 'write_usb_msg'"),
                    Some(Timeout::Known(number)) => waits_for(number),
                    Some(Timeout::Unknown) => self.choose(2) == 0,
                }
            }
        };
        if yields {
            self.suspend(builtin, site)?;
        }
        Ok(result)
    }

    /// The script's own `usb_msg_table_to_string`, if it has one.
    pub(super) fn convert(&mut self, table: Value, site: Site) -> Run<()> {
        let converter = self.index(&Value::Table(self.env()), &Value::text(b"usb_msg_table_to_string"), site)?;
        if matches!(converter, Value::Builtin(_)) || converter.is_unknown() {
            return Ok(());
        }
        self.boundary(Boundary::Converter, &converter, vec![table], site)?;
        Ok(())
    }

    fn xpcall(&mut self, args: &[Value], site: Site) -> Run<Vec<Value>> {
        if args.len() < 2 {
            return self.error("bad argument #2 to 'xpcall'");
        }
        match self.protected(Boundary::Xpcall, &args[0], Vec::new(), site)? {
            Ok(mut values) => {
                values.insert(0, Value::Bool(true));
                Ok(values)
            }
            Err(error) => {
                // A handler must be a function; what could be called otherwise is not (CHDK lib/lua/ldebug.c).
                if !matches!(args[1], Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_)) {
                    return Ok(vec![Value::Bool(false), Value::text(b"error in error handling")]);
                }
                let mut values = match self.protected(Boundary::Handler, &args[1], vec![error], site)? {
                    Ok(values) => values,
                    Err(_) => vec![Value::text(b"error in error handling")],
                };
                values.insert(0, Value::Bool(false));
                Ok(values)
            }
        }
    }

    /// Raises an error for what is no function, even if it can be called.
    fn is_function(&self, value: &Value, name: &str) -> Run<()> {
        match value {
            Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_) => Ok(()),
            _ => self.error(format!("bad argument to '{name}' (function expected)")),
        }
    }

    fn require(&mut self, args: &[Value], site: Site) -> Run<Vec<Value>> {
        let Value::Str(name) = arg(args, 0) else {
            if args.first().is_some_and(Value::is_unknown) {
                if !self.requires_generated() {
                    self.guess();
                    self.strange = true;
                }
                return one(self.unknown(Kind::Some));
            }
            return self.error("bad argument #1 to 'require' (string expected)");
        };
        let key = Value::Str(name.clone());
        let loaded = self.get_raw(LOADED, &key);
        if loaded != Value::Nil && loaded != Value::Bool(false) {
            return one(loaded);
        }
        let loaders = self.index(&Value::Table(Library::Package as u32), &Value::text(b"loaders"), site)?;
        let loaders = if let Value::Table(table) = loaders { table } else { LOADERS };
        let mut loader = Value::Nil;
        for at in 1..20 {
            let candidate = self.get_raw(loaders, &Value::Int(at));
            if candidate == Value::Nil {
                break;
            }
            let found = match candidate {
                Value::Builtin(builtin) => self.builtin(builtin, vec![key.clone()], site)?,
                candidate => self.boundary(Boundary::Require, &candidate, vec![key.clone()], site)?,
            };
            let found = arg(&found, 0);
            if matches!(found, Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_)) {
                loader = found;
                break;
            }
        }
        if loader == Value::Nil {
            // It may well be on the camera.
            self.guess();
            self.strange = true;
            let value = self.unknown(Kind::Some);
            self.heap.tables[LOADED as usize].set(key, value.clone());
            return one(value);
        }
        self.heap.tables[LOADED as usize].set(key.clone(), Value::Bool(true));
        let values = self.boundary(Boundary::Require, &loader, vec![key.clone()], site)?;
        let value = arg(&values, 0);
        if value != Value::Nil {
            self.heap.tables[LOADED as usize].set(key.clone(), value);
        }
        one(self.get_raw(LOADED, &key))
    }

    /// Whether the call that is being made is of the kind of `require("gen/propset" .. n)`.
    fn requires_generated(&self) -> bool {
        self.caller.is_some_and(|(unit, call)| {
            let tree = &self.program.unit(unit).tree;
            let Expr::Call { args, .. } = tree.expr(call) else { return false };
            tree.list(args).first().is_some_and(|first| is_generated(tree, *first))
        })
    }

    /// The chunk of a module or a file; nil if there is none.
    fn loaded_file(&mut self, name: &Value, module: bool) -> Value {
        let Some(text) = name.bytes() else {
            self.guess();
            return if name.is_unknown() { self.unknown(Kind::Some) } else { Value::Nil };
        };
        let found = if module { self.program.module(&text) } else { self.program.file(&text) };
        match found {
            Found::Unit(unit) => Value::Closure(self.closure_of(unit)),
            // A table of what the trial cannot know, which a function that does nothing stands for.
            Found::Data => Value::Builtin(Builtin::DATA),
            Found::Nothing if module => Value::Nil,
            Found::Nothing => {
                self.guess();
                self.strange = true;
                self.unknown(Kind::Some)
            }
        }
    }

    fn loadstring(&mut self, code: &Value, site: Site) -> Run<Vec<Value>> {
        let Some(text) = code.bytes() else {
            if code.is_unknown() {
                self.guess();
                return one(self.unknown(Kind::Some));
            }
            return self.error("bad argument #1 to 'loadstring' (string expected)");
        };
        self.charge(text.len() / 16)?;
        let literal = self.caller.and_then(|(unit, expr)| self.literal(unit, expr, &text));
        match self.program.code(&text, site, literal) {
            Some(unit) => one(Value::Closure(self.closure_of(unit))),
            None => Ok(vec![Value::Nil, Value::text(b"syntax error")]),
        }
    }

    /// Where in the arguments of a call a text stands as it is.
    fn literal(&self, unit: u32, call: crate::lint::tree::ExprId, text: &[u8]) -> Option<crate::lint::source::Span> {
        let tree = &self.program.unit(unit).tree;
        let (Expr::Call { args, .. } | Expr::MethodCall { args, .. }) = tree.expr(call) else { return None };
        let arg = tree.list(args).iter().find(|arg| tree.as_string(**arg) == Some(text))?;
        Some(tree.span(tree.unparen(*arg)))
    }

    fn load(&mut self, reader: &Value, site: Site) -> Run<Vec<Value>> {
        self.is_function(reader, "load")?;
        let mut code = Vec::new();
        for _ in 0..1000 {
            let piece = match self.protected(Boundary::Reader, reader, Vec::new(), site)? {
                Ok(values) => arg(&values, 0),
                Err(error) => return Ok(vec![Value::Nil, error]),
            };
            match piece.bytes() {
                Some(piece) if !piece.is_empty() && code.len() < LONGEST => code.extend_from_slice(&piece),
                Some(piece) if !piece.is_empty() => {
                    self.guess();
                    return one(self.unknown(Kind::Some));
                }
                Some(_) => break,
                None if piece == Value::Nil => break,
                None if piece.is_unknown() => {
                    self.guess();
                    return one(self.unknown(Kind::Some));
                }
                None => return Ok(vec![Value::Nil, Value::text(b"reader function must return a string")]),
            }
        }
        self.caller = None;
        self.loadstring(&Value::text(&code), site)
    }

    fn sort(&mut self, args: &[Value], site: Site) -> Run<Vec<Value>> {
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                let comparator = arg(args, 1);
                if comparator != Value::Nil && self.choose(2) == 0 {
                    let (a, b) = (self.unknown(Kind::Any), self.unknown(Kind::Any));
                    self.boundary(Boundary::Sort, &comparator, vec![a, b], site)?;
                }
                return Ok(Vec::new());
            }
            return self.error("bad argument #1 to 'sort' (table expected)");
        };
        let comparator = arg(args, 1);
        if comparator != Value::Nil {
            self.is_function(&comparator, "sort")?;
        }
        let border = self.border(table)?;
        let mut values: Vec<Value> = (1..=border).map(|at| self.get_raw(table, &Value::Int(at))).collect();
        // The order of comparisons is not the camera's; that there are some, and what comes of them, is.
        for end in 1..values.len() {
            let mut at = end;
            while at > 0 {
                self.step()?;
                let (a, b) = (values[at].clone(), values[at - 1].clone());
                let before = if comparator == Value::Nil {
                    self.before(a, b, site)?
                } else {
                    let found = self.boundary(Boundary::Sort, &comparator, vec![a, b], site)?;
                    let found = arg(&found, 0);
                    self.truthy(&found)
                };
                if !before {
                    break;
                }
                values.swap(at, at - 1);
                at -= 1;
            }
        }
        for (at, value) in (1..).zip(values) {
            self.heap.tables[table as usize].set(Value::Int(at), value);
        }
        Ok(Vec::new())
    }

    fn foreach(&mut self, ordered: bool, args: &[Value], site: Site) -> Run<Vec<Value>> {
        let callee = arg(args, 1);
        self.is_function(&callee, "foreach")?;
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                if self.choose(2) == 0 {
                    let (key, value) = (self.unknown(Kind::Some), self.unknown(Kind::Some));
                    self.boundary(Boundary::Foreach, &callee, vec![key, value], site)?;
                }
                return one(self.unknown(Kind::Any));
            }
            return self.error("bad argument #1 to 'foreach' (table expected)");
        };
        let mut key = if ordered { Value::Int(0) } else { Value::Nil };
        if !ordered && let Some(mut walk) = self.walk(table) {
            let result = self.foreach_walk(&callee, &mut walk, site);
            self.walked(&walk, !matches!(result, Ok(Value::Nil)));
            return Ok(Some(result?).filter(|value| *value != Value::Nil).into_iter().collect());
        }
        loop {
            let pair = if ordered {
                self.builtin(Builtin::INEXT, vec![Value::Table(table), key], site)?
            } else {
                self.next(&[Value::Table(table), key])?
            };
            key = arg(&pair, 0);
            if key == Value::Nil || key.is_unknown() {
                return Ok(Vec::new());
            }
            let result = self.boundary(Boundary::Foreach, &callee, vec![key.clone(), arg(&pair, 1)], site)?;
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
            let result = self.boundary(Boundary::Foreach, callee, vec![key.clone(), value], site)?;
            let result = arg(&result, 0);
            if result != Value::Nil {
                return Ok(result);
            }
            self.walk_on(walk, &key);
        }
        Ok(Value::Nil)
    }

    /// A hook: whether anything calls it before the script ends or takes it away is not known.
    fn sethook(&mut self, args: &[Value], site: Site) -> Run<Vec<Value>> {
        let hook = arg(args, 0);
        if hook != Value::Nil {
            self.is_function(&hook, "sethook")?;
        }
        let mask = arg(args, 1).bytes().unwrap_or_default();
        let counts = arg(args, 2).number().is_some_and(|count| count > 0);
        if hook == Value::Nil || (mask.is_empty() && !counts) || self.choose(2) == 1 {
            return Ok(Vec::new());
        }
        self.boundary(Boundary::Hook, &hook, vec![Value::text(b"line"), Value::Int(1)], site)?;
        Ok(Vec::new())
    }

    /// What looks into functions, as far as it is known.
    fn debug(&mut self, op: Op, args: &[Value]) -> Run<Vec<Value>> {
        if let (Op::Getinfo, Value::Closure(_) | Value::Builtin(_)) = (op, arg(args, 0)) {
            let table = self.heap.table();
            self.heap.tables[table as usize].set(Value::text(b"func"), arg(args, 0));
            for name in ["short_src", "source", "what", "currentline", "linedefined", "nups", "name", "namewhat"] {
                let value = self.unknown(Kind::Any);
                self.heap.tables[table as usize].set(Value::text(name.as_bytes()), value);
            }
            return one(Value::Table(table));
        }
        if let (Op::Getupvalue | Op::Setupvalue, Value::Closure(closure), Some(number)) =
            (op, arg(args, 0), arg(args, 1).number())
        {
            let upvalues = &self.heap.closures[closure as usize].upvalues;
            let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
            let Some((_, cell)) = at.and_then(|at| upvalues.get(at)).copied() else { return Ok(Vec::new()) };
            let name = self.unknown(Kind::Text);
            if op == Op::Setupvalue {
                self.note(|| Write::Cell(cell));
                self.heap.cells[cell as usize] = arg(args, 2);
                return one(name);
            }
            return Ok(vec![name, self.heap.cells[cell as usize].clone()]);
        }
        self.guess();
        Ok(vec![self.unknown(Kind::Any), self.unknown(Kind::Any)])
    }

    fn setmetatable(&mut self, builtin: Builtin, args: Vec<Value>) -> Run<Vec<Value>> {
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
                self.note(|| Write::Field(table, Value::Nil));
                self.heap.tables[table as usize].meta = meta;
            }
            Value::Userdata(table) if builtin.name() != "setmetatable" => {
                self.heap.tables[table as usize].meta = meta;
            }
            Value::Unknown(_) => {}
            // Metatables of numbers and functions are not followed.
            _ if builtin.name() != "setmetatable" => self.guess(),
            _ => return self.error("bad argument #1 to 'setmetatable' (table expected)"),
        }
        one(value)
    }

    fn next(&mut self, args: &[Value]) -> Run<Vec<Value>> {
        let Value::Table(table) = arg(args, 0) else {
            if arg(args, 0).is_unknown() {
                return Ok(vec![self.unknown(Kind::Any), self.unknown(Kind::Any)]);
            }
            return self.error("bad argument #1 to 'next' (table expected)");
        };
        let data = &mut self.heap.tables[table as usize];
        if data.fuzzy {
            return Ok(vec![self.unknown(Kind::Any), self.unknown(Kind::Any)]);
        }
        if data.library.is_some() {
            data.unfold();
        }
        let key = arg(args, 1);
        if !matches!(key, Value::Int(_)) && data.unordered() > 1 {
            self.guess();
        }
        match self.heap.tables[table as usize].next(&key) {
            Some((Value::Nil, _)) => one(Value::Nil),
            Some((key, value)) => Ok(vec![key, value]),
            None => self.error("invalid key to 'next'"),
        }
    }

    fn select(&mut self, args: Vec<Value>) -> Run<Vec<Value>> {
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

    fn unpack(&mut self, args: &[Value]) -> Run<Vec<Value>> {
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

    fn error_value(&mut self, args: &[Value], site: Site) -> Value {
        let value = arg(args, 0);
        if let (Value::Str(text), false) = (&value, arg(args, 1).number() == Some(0)) {
            let unit = self.program.unit(site.unit);
            let line = self.program.sources.get(unit.source).line(site.span.start);
            return Value::text(&[format!(":{line}: ").as_bytes(), text].concat());
        }
        value
    }

    fn insert(&mut self, args: Vec<Value>) -> Run<Vec<Value>> {
        let Value::Table(table) = arg(&args, 0) else {
            return if arg(&args, 0).is_unknown() {
                Ok(Vec::new())
            } else {
                self.error("bad argument #1 to 'insert' (table expected)")
            };
        };
        if self.heap.tables[table as usize].fuzzy {
            return Ok(Vec::new());
        }
        let border = self.border(table)?;
        match args.len() {
            2 => self.store_raw(table, Value::Int(border.wrapping_add(1)), arg(&args, 1))?,
            3 => {
                let Some(at) = args[1].number() else {
                    self.heap.tables[table as usize].fuzzy = true;
                    return Ok(Vec::new());
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
        Ok(Vec::new())
    }

    fn remove(&mut self, args: &[Value]) -> Run<Vec<Value>> {
        let Value::Table(table) = arg(args, 0) else {
            return if arg(args, 0).is_unknown() {
                one(self.unknown(Kind::Any))
            } else {
                self.error("bad argument #1 to 'remove' (table expected)")
            };
        };
        if self.heap.tables[table as usize].fuzzy {
            return one(self.unknown(Kind::Any));
        }
        let border = self.border(table)?;
        let at = match arg(args, 1) {
            Value::Nil => Some(border),
            value => value.number(),
        };
        let Some(at) = at else {
            self.heap.tables[table as usize].fuzzy = true;
            return one(self.unknown(Kind::Any));
        };
        if at < 1 || at > border {
            return Ok(Vec::new());
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

    fn concat(&mut self, args: &[Value]) -> Run<Vec<Value>> {
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

    pub(super) fn tostring(&mut self, value: &Value, boundary: Boundary, site: Site) -> Run<Value> {
        let handler = self.heap.metamethod(value, "__tostring");
        if handler != Value::Nil {
            let result = self.boundary(boundary, &handler, vec![value.clone()], site)?;
            return Ok(arg(&result, 0));
        }
        Ok(match value {
            Value::Str(_) | Value::Int(_) => value.bytes().map_or(Value::Nil, Value::Str),
            Value::Nil => Value::text(b"nil"),
            Value::Bool(true) => Value::text(b"true"),
            Value::Bool(false) => Value::text(b"false"),
            Value::Unknown(Unknown { kind: Kind::Text, .. }) => value.clone(),
            _ => self.unknown(Kind::Text),
        })
    }

    /// `print` writes numbers by itself and leaves the rest to the global `tostring` (CHDK lib/lua/lbaselib.c:34).
    fn print(&mut self, args: Vec<Value>, site: Site) -> Run<Vec<Value>> {
        for value in args {
            if value.number().is_some() {
                continue;
            }
            let tostring = self.index(&Value::Table(GLOBALS), &Value::text(b"tostring"), site)?;
            let text = match &tostring {
                Value::Builtin(builtin) if builtin.op() == Op::Tostring => {
                    self.tostring(&value, Boundary::Print, site)?
                }
                tostring => {
                    let result = self.boundary(Boundary::Print, tostring, vec![value], site)?;
                    arg(&result, 0)
                }
            };
            if text.bytes().is_none() && !text.is_unknown() {
                return self.error("'tostring' must return a string to 'print'");
            }
        }
        Ok(Vec::new())
    }

    fn setfenv(&mut self, args: Vec<Value>) -> Run<Vec<Value>> {
        let (target, env) = (arg(&args, 0), arg(&args, 1));
        let Value::Table(env) = env else {
            if env.is_unknown() {
                self.guess();
                return one(target);
            }
            return self.error("bad argument #2 to 'setfenv' (table expected)");
        };
        let closure = match &target {
            Value::Closure(closure) => Some(*closure),
            Value::Int(level) => {
                let at = self.running.len().checked_sub(usize::try_from(*level).unwrap_or(0));
                at.and_then(|at| self.running.get(at)).copied()
            }
            _ => None,
        };
        match closure {
            Some(closure) => {
                self.note(|| Write::Other);
                self.heap.closures[closure as usize].env = env;
            }
            None if target == Value::Int(0) => self.guess(),
            None if target.is_unknown() => self.guess(),
            None => return self.error("'setfenv' cannot change environment of given object"),
        }
        one(target)
    }

    /// Whether an error is the one about yields.
    pub(super) fn is_refusal(value: &Value) -> bool {
        matches!(value, Value::Str(text) if &**text == REFUSED)
    }
}
