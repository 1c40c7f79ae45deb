//! Functions that wait, and what they make of their arguments first.

use super::library::arg;
use super::value::{Value, Values};
use super::{Run, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Waits, is_key};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use smallvec::smallvec;

/// A number that may be left out.
enum Timeout {
    Known(i32),
    Unknown,
}

impl Trial<'_, '_> {
    /// A function that waits: first what it makes of its arguments, which may raise, then the yield.
    pub(super) fn wait(&mut self, builtin: Builtin, waits: Waits, args: &[Value], site: Site) -> Run<Values> {
        let first = arg(args, 0);
        if self.is_fault(&first) && waits != Waits::Write {
            return self.error("bad argument #1");
        }
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
            "shoot" | "md_detect_motion" => smallvec![self.unknown(Kind::Int)],
            "file_browser" | "textbox" | "read_usb_msg" => smallvec![self.unknown(Kind::Any)],
            "write_usb_msg" => smallvec![self.unknown(Kind::Bool)],
            _ => Values::new(),
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
                    _ => self.convert(first, site)?,
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

    /// The script's own `usb_msg_table_to_string`, if it has one and the value is a table.
    pub(super) fn convert(&mut self, value: Value, site: Site) -> Run<()> {
        match &value {
            Value::Table(_) => {}
            Value::Unknown(unknown) if self.foreign.contains(&unknown.id) => {}
            _ => return Ok(()),
        }
        let converter = self.index(&Value::Table(self.env()), &Value::text(b"usb_msg_table_to_string"), site)?;
        if matches!(converter, Value::Builtin(_)) || converter.is_unknown() {
            return Ok(());
        }
        if self.truthy(&value) {
            self.boundary(Boundary::Converter, &converter, smallvec![value], site)?;
        }
        Ok(())
    }
}
