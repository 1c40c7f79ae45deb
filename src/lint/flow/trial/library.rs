//! What the camera's functions do.

use super::order::Write;
use super::value::{GLOBALS, PRELOAD, Unknown, Value, Values};
use super::{REFUSED, Run, Stop, Trial};
use crate::api::KEY_FUNCTIONS;
use crate::lint::flow::builtins::{Builtin, Kind, Library, Needs, Op, is_key};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::BinaryOp;
use smallvec::smallvec;

pub(super) fn arg(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or(Value::Nil)
}

pub(super) fn one(value: Value) -> Run<Values> {
    Ok(smallvec![value])
}

impl Trial<'_, '_> {
    /// Calls a function of the camera's.
    pub(super) fn builtin(&mut self, builtin: Builtin, args: Values, site: Site) -> Run<Values> {
        self.step()?;
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        let result = self.dispatch(builtin, args, site);
        self.depth -= 1;
        result
    }

    fn dispatch(&mut self, builtin: Builtin, args: Values, site: Site) -> Run<Values> {
        match builtin.op() {
            Op::Plain => {
                self.accept(builtin, &args)?;
                let info = builtin.info();
                let results: Values = info.returns.iter().map(|kind| self.unknown(*kind)).collect();
                if let (true, Some(Value::Unknown(first))) = (info.table, results.first()) {
                    self.foreign.insert(first.id);
                }
                Ok(results)
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
                Ok(match self.protected(Boundary::Pcall, callee, rest.into(), site)? {
                    Ok(mut values) => {
                        values.insert(0, Value::Bool(true));
                        values
                    }
                    Err(value) => smallvec![Value::Bool(false), value],
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
                self.boundary(Boundary::Dofile, &chunk, Values::new(), site)
            }
            Op::Loadfile => {
                let chunk = self.loaded_file(&arg(&args, 0), false);
                if chunk == Value::Nil {
                    return Ok(smallvec![Value::Nil, Value::text(b"cannot fopen")]);
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
                    Ok(smallvec![Value::Builtin(next), table, start])
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
                        Ok(if value == Value::Nil { smallvec![Value::Nil] } else { smallvec![key, value] })
                    }
                    _ => Ok(smallvec![self.unknown(Kind::Any), self.unknown(Kind::Any)]),
                }
            }
            Op::Select => self.select(args),
            Op::Unpack => self.unpack(&args),
            Op::Assert => {
                let value = arg(&args, 0);
                if args.is_empty() {
                    return self.error("bad argument #1 to 'assert'");
                }
                // One that hangs on the camera is taken to hold, where the script ends if it does not.
                if value.is_unknown() && self.boundaries == 0 || self.truthy(&value) {
                    return Ok(args);
                }
                match arg(&args, 1) {
                    Value::Nil => self.error("assertion failed!"),
                    Value::Unknown(_) => Err(Stop::Error(self.unknown(Kind::Text))),
                    message => match message.bytes() {
                        Some(text) => Err(Stop::Error(Value::Str(text))),
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
            Op::Tostring | Op::Tonumber | Op::Type if args.is_empty() => self.error("bad argument #1 (value expected)"),
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
                    let closure = at.and_then(|at| self.running.get(at)).map(|running| running.closure);
                    Value::Table(closure.map_or(GLOBALS, |closure| self.heap.closures[closure as usize].env))
                }
                _ => self.unknown(Kind::Some),
            }),
            Op::Newproxy => {
                let table = self.heap.table();
                self.note(|_| Write::Other);
                let meta = match arg(&args, 0) {
                    Value::Bool(true) => Some(self.heap.table()),
                    Value::Userdata(other) => self.heap.tables[other as usize].meta,
                    Value::Nil | Value::Bool(false) | Value::Unknown(_) => None,
                    _ => return self.error("bad argument #1 to 'newproxy' (boolean or proxy expected)"),
                };
                self.heap.tables[table as usize].meta = meta;
                self.proxies.push((table, site));
                one(Value::Userdata(table))
            }
            Op::Registry => {
                self.guess();
                one(self.unknown(Kind::Some))
            }
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
                (Some(a), Some(b)) => Value::Int(super::operators::compute(BinaryOp::Pow, a, b)),
                _ => self.unknown(Kind::Int),
            }),
        }
    }

    /// Raises an error where arguments are not what they must be.
    pub(super) fn accept(&mut self, builtin: Builtin, args: &[Value]) -> Run<()> {
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
                return self.error("bad argument");
            }
        }
        if KEY_FUNCTIONS.contains(&builtin.name()) && arg(args, 0).bytes().is_some_and(|name| !is_key(&name)) {
            return self.error("unknown key");
        }
        Ok(())
    }

    /// What looks into functions, as far as it is known.
    fn debug(&mut self, op: Op, args: &[Value]) -> Run<Values> {
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
            let Some((_, cell)) = at.and_then(|at| upvalues.get(at)).copied() else { return Ok(Values::new()) };
            let name = self.unknown(Kind::Text);
            if op == Op::Setupvalue {
                self.note_cell(cell);
                self.heap.cells[cell as usize] = arg(args, 2);
                return one(name);
            }
            return Ok(smallvec![name, self.heap.cells[cell as usize].clone()]);
        }
        // What is known of a function that is running is data, but for the function.
        if !(op == Op::Getinfo && matches!(arg(args, 0), Value::Int(_))) {
            self.guess();
        }
        Ok(smallvec![self.unknown(Kind::Any), self.unknown(Kind::Any)])
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

    pub(super) fn tostring(&mut self, value: &Value, boundary: Boundary, site: Site) -> Run<Value> {
        let handler = self.heap.metamethod(value, "__tostring");
        if handler != Value::Nil {
            let result = self.boundary(boundary, &handler, smallvec![value.clone()], site)?;
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
    fn print(&mut self, args: Values, site: Site) -> Run<Values> {
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
                    let result = self.boundary(Boundary::Print, tostring, smallvec![value], site)?;
                    arg(&result, 0)
                }
            };
            if text.bytes().is_none() && !text.is_unknown() {
                return self.error("'tostring' must return a string to 'print'");
            }
        }
        Ok(Values::new())
    }

    fn setfenv(&mut self, args: Values) -> Run<Values> {
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
                at.and_then(|at| self.running.get(at)).map(|running| running.closure)
            }
            _ => None,
        };
        match closure {
            Some(closure) => {
                self.note(|_| Write::Other);
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
