//! Named options, the last argument of many functions: `con:exec(code, {clobber = true})`.
//!
//! A name that the function does not know is an error, and so is a value of the wrong type: an option that is silently
//! ignored is a bug that nobody finds.

use std::time::Duration;

use mlua::{Function, Table, Value};

use super::args::{self, Args};
use super::error::Failure;
use super::suggest::did_you_mean;

/// A function, which of its arguments has options (from 0), and their names.
pub(crate) type Taken = (&'static str, usize, &'static [&'static [&'static str]]);

/// The options of one call.
pub(crate) struct Options {
    function: &'static str,
    table: Option<Table>,
}

/// The longest wait there is: 24.8 days, so that every clock can hold it.
const LONGEST_MS: f64 = i32::MAX as f64;

impl Options {
    /// Takes the argument at `index`, a table or nothing, all of whose keys must be among what the function takes by this
    /// list.
    pub(crate) fn parse(args: &Args, index: usize, taken: &[Taken]) -> Result<Self, Failure> {
        let function = args.function();
        let known = taken.iter().find(|(name, place, _)| (*name, *place) == (function, index));
        let known = known.map_or(&[][..], |(_, _, known)| known);
        let table = match args.get(index) {
            Value::Nil => None,
            Value::Table(table) => Some(table.clone()),
            other => return Err(args.wrong(index, "options", "a table", other)),
        };
        for pair in table.iter().flat_map(Table::pairs::<Value, Value>) {
            let (key, _) = pair?;
            let names = || known.iter().flat_map(|part| part.iter().copied());
            let name = match &key {
                Value::String(name) => name.to_string_lossy().to_owned(),
                other => {
                    let text = format!("{function}: options have names, but one has the key {}", args::describe(other));
                    return Err(Failure::bad_arg(text));
                }
            };
            if !names().any(|known| known == name) {
                let hint = did_you_mean(&name, names());
                return Err(Failure::bad_arg(format!("{function}: no option '{name}'{hint}")));
            }
        }
        Ok(Self { function, table })
    }

    /// An option's value, or nothing if it was not given.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Value>, Failure> {
        match &self.table {
            None => Ok(None),
            Some(table) => Ok(Some(table.raw_get::<Value>(name)?).filter(|value| !value.is_nil())),
        }
    }

    /// true or false.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.get(name)? {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, "true or false", &other)),
        }
    }

    /// A string.
    pub(crate) fn string(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.get(name)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_bytes().to_vec())),
            Some(other) => Err(self.wrong(name, "a string", &other)),
        }
    }

    /// A name or a list of names; none if it was not given.
    pub(crate) fn names(&self, name: &str) -> Result<Vec<String>, Failure> {
        let given = match self.get(name)? {
            None => Vec::new(),
            Some(Value::Table(list)) => list.sequence_values().collect::<mlua::Result<_>>()?,
            Some(only) => vec![only],
        };
        let mut names = Vec::with_capacity(given.len());
        for value in given {
            match value {
                Value::String(text) => names.push(text.to_string_lossy().to_owned()),
                other => return Err(self.wrong(name, "a name or a list of names", &other)),
            }
        }
        Ok(names)
    }

    /// A number of milliseconds.
    pub(crate) fn millis(&self, name: &str) -> Result<Option<Duration>, Failure> {
        match self.get(name)? {
            None => Ok(None),
            Some(value) => match milliseconds(&value) {
                Some(span) => Ok(Some(span)),
                None => Err(self.wrong(name, "a number of milliseconds", &value)),
            },
        }
    }

    /// A number of milliseconds, or `false` for none.
    pub(crate) fn millis_or_false(&self, name: &str) -> Result<Option<Option<Duration>>, Failure> {
        match self.get(name)? {
            Some(Value::Boolean(false)) => Ok(Some(None)),
            Some(Value::Boolean(true)) => {
                Err(self.wrong(name, "a number of milliseconds or false", &Value::Boolean(true)))
            }
            _ => Ok(self.millis(name)?.map(Some)),
        }
    }

    /// A function to call or a table to append to.
    pub(crate) fn sink(&self, name: &str) -> Result<Option<Sink>, Failure> {
        match self.get(name)? {
            None => Ok(None),
            Some(Value::Function(function)) => Ok(Some(Sink::Call(function))),
            Some(Value::Table(table)) => Ok(Some(Sink::Append(table))),
            Some(other) => Err(self.wrong(name, "a function or a table", &other)),
        }
    }

    /// "simulate: option 'events': there is no key 'sett'".
    pub(crate) fn bad(&self, name: &str, why: &str) -> Failure {
        Failure::bad_arg(format!("{}: option '{name}': {why}", self.function))
    }

    /// "exec: option 'timeout' must be a number of milliseconds, not 'soon'".
    pub(crate) fn wrong(&self, name: &str, wanted: &str, value: &Value) -> Failure {
        let value = args::describe(value);
        Failure::bad_arg(format!("{}: option '{name}' must be {wanted}, not {value}", self.function))
    }
}

/// Where messages go.
#[derive(Clone)]
pub(crate) enum Sink {
    /// To a function.
    Call(Function),
    /// To the end of a table.
    Append(Table),
}

/// A span of time that a script gave in milliseconds. Negative spans and NaN are none.
pub(crate) fn milliseconds(value: &Value) -> Option<Duration> {
    let millis = match value {
        Value::Integer(number) => *number as f64,
        Value::Number(number) => *number,
        _ => return None,
    };
    (millis >= 0.0).then(|| Duration::from_secs_f64(millis.min(LONGEST_MS) / 1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlua::{Lua, MultiValue};

    const KNOWN: &[Taken] = &[("exec", 0, &[&["clobber", "timeout"], &["msgs"]])];

    fn parse(lua: &Lua, source: &str) -> Result<Options, Failure> {
        let table: Value = lua.load(source).eval().unwrap();
        Options::parse(&Args::new("exec", MultiValue::from_iter([table])), 0, KNOWN)
    }

    fn message<T>(result: Result<T, Failure>) -> String {
        result.err().and_then(|f| f.error().map(|e| e.message().to_owned())).unwrap_or_default()
    }

    #[test]
    fn a_misspelt_option_is_an_error_with_a_suggestion() {
        let lua = Lua::new();
        assert_eq!(message(parse(&lua, "{clober=true}")), "exec: no option 'clober'; did you mean 'clobber'?");
        assert_eq!(message(parse(&lua, "{'clobber'}")), "exec: options have names, but one has the key 1");
        assert_eq!(message(parse(&lua, "'clobber'")), "exec: argument 1 (options) must be a table, not 'clobber'");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error() {
        let lua = Lua::new();
        let options = parse(&lua, "{clobber=1, timeout='soon', msgs=5}").unwrap_or_else(|_| panic!("parses"));
        assert_eq!(message(options.flag("clobber")), "exec: option 'clobber' must be true or false, not 1");
        assert_eq!(
            message(options.millis("timeout")),
            "exec: option 'timeout' must be a number of milliseconds, not 'soon'"
        );
        assert_eq!(message(options.sink("msgs")), "exec: option 'msgs' must be a function or a table, not 5");
    }

    #[test]
    fn what_is_not_given_is_none() {
        let lua = Lua::new();
        let options = parse(&lua, "nil").unwrap_or_else(|_| panic!("parses"));
        assert_eq!(options.flag("clobber").ok(), Some(None));
    }

    #[test]
    fn spans_are_bounded() {
        assert_eq!(milliseconds(&Value::Number(1.5)), Some(Duration::from_micros(1500)));
        assert_eq!(milliseconds(&Value::Integer(-1)), None);
        assert_eq!(milliseconds(&Value::Number(f64::NAN)), None);
        assert_eq!(milliseconds(&Value::Number(f64::INFINITY)), Some(Duration::from_millis(2147483647)));
    }
}
