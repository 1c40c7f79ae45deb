//! What the worker answers to who helps with typing. No function of the user's is called for it.

use mlua::{Function, Table, Value};

use super::live::{Answer, Question};
use super::worker::Worker;
use super::world::{Described, FolderEntry, Key, Kind, Member};

/// How many members are told of: nobody scrolls through more.
const MOST: usize = 2000;

/// How far `__index` is followed from table to table.
const MOST_STEPS: usize = 8;

/// Gives the names of a function's parameters.
const PARAMETERS: &str = r#"
local getinfo, getlocal, concat = debug.getinfo, debug.getlocal, table.concat
return function(f)
  local info, names = getinfo(f, "u"), {}
  for i = 1, info.nparams do names[i] = getlocal(f, i) or "?" end
  if info.isvararg then names[#names + 1] = "..." end
  return concat(names, ", ")
end
"#;

impl Worker {
    /// Answers, or says that it cannot.
    pub fn answer(&self, question: Question) -> Answer {
        match question {
            Question::Members(path) => Answer::Members(self.members(&path)),
            Question::Folder(path) => Answer::Folder(self.folder(&path)),
            Question::Function(name) => Answer::Function(self.function(&name)),
        }
    }

    fn members(&self, path: &[Key]) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        if path.is_empty() {
            add(&self.host.lua().globals(), &mut members);
            add(&self.locals, &mut members);
        } else {
            match self.reach(path)? {
                Value::Table(table) => follow(&table, |table| add(table, &mut members)),
                Value::String(_) => add(&self.host.lua().globals().raw_get::<Table>("string").ok()?, &mut members),
                Value::UserData(_) => return self.methods(path),
                _ => return None,
            }
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        members.dedup_by(|a, b| a.name == b.name);
        Some(members)
    }

    /// What userdata can do: nothing of it is a table that could be looked into.
    fn methods(&self, path: &[Key]) -> Option<Vec<Member>> {
        let value = self.reach(path)?;
        let names = self.host.methods_of(&value).ok()?;
        let member = |(name, is_function)| Member::new(name, if is_function { Kind::Function } else { Kind::Value });
        Some(names.into_iter().map(member).collect())
    }

    /// The value at a path.
    fn reach(&self, path: &[Key]) -> Option<Value> {
        let (first, rest) = path.split_first()?;
        let Key::Text(name) = first else { return None };
        let local: Value = self.locals.raw_get(name.as_str()).ok()?;
        let mut value = match local {
            Value::Nil => self.host.lua().globals().raw_get(name.as_str()).ok()?,
            local => local,
        };
        for key in rest {
            let Value::Table(table) = &value else { return None };
            let mut found = Value::Nil;
            follow(table, |table| {
                if found.is_nil() {
                    let got = match key {
                        Key::Text(text) => table.raw_get(text.as_str()),
                        Key::Number(number) => table.raw_get(*number),
                    };
                    found = got.unwrap_or(Value::Nil);
                }
            });
            value = found;
        }
        Some(value).filter(|value| !value.is_nil())
    }

    fn folder(&self, path: &str) -> Option<Vec<FolderEntry>> {
        let con = self.host.con().ok()?;
        // Listing needs the script engine, and nobody has asked for a camera yet by pressing a key.
        if !con.is_connected() || self.setup.status.is_running() {
            return None;
        }
        let entries = con.with(|camera| camera.list_dir(path.as_bytes())).ok()?;
        let entry = |entry: crate::camera::DirEntry| {
            let is_dir = entry.stat.as_ref().is_some_and(|stat| stat.is_dir);
            Some(FolderEntry { name: String::from_utf8(entry.name).ok()?, is_dir })
        };
        Some(entries.into_iter().filter_map(entry).collect())
    }

    fn function(&self, name: &str) -> Option<Described> {
        let path: Vec<Key> = name.split(['.', ':']).map(|part| Key::Text(part.to_owned())).collect();
        let Value::Function(function) = self.reach(&path)? else { return None };
        let info = function.info();
        let file = info.short_src.filter(|_| info.what == "Lua")?;
        if file.starts_with("[moonshutter]") {
            return None;
        }
        let parameters: Function = self.host.lua().load(PARAMETERS).set_name("=[moonshutter]").eval().ok()?;
        let line = info.line_defined.map(|line| format!(":{line}")).unwrap_or_default();
        Some(Described { args: parameters.call(function).ok()?, summary: format!("defined at {file}{line}") })
    }
}

/// A table, and those that stand in for what it has not.
fn follow(table: &Table, mut visit: impl FnMut(&Table)) {
    let mut table = table.clone();
    for _ in 0..MOST_STEPS {
        visit(&table);
        let next = table.metatable().and_then(|meta| meta.raw_get::<Value>("__index").ok());
        match next {
            Some(Value::Table(next)) => table = next,
            _ => return,
        }
    }
}

fn add(table: &Table, members: &mut Vec<Member>) {
    for pair in table.pairs::<Value, Value>() {
        let Ok((key, value)) = pair else { return };
        if members.len() >= MOST {
            return;
        }
        if let Value::String(name) = key
            && let Ok(name) = name.to_str()
        {
            let kind = match value {
                Value::Function(_) => Kind::Function,
                Value::Table(_) | Value::UserData(_) => Kind::Table,
                _ => Kind::Value,
            };
            members.push(Member::new(&*name, kind));
        }
    }
}
