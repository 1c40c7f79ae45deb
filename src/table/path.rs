//! Paths to what is wrong, as a script would write them: `.exposure[2]`.

use super::document::Value;
use super::is_name;

/// Steps of a path, the innermost first: they are gathered on the way out of what went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// More steps than this are left out in the middle.
    const MOST: usize = 16;

    pub(crate) fn key(&mut self, key: Value<'_>) {
        self.0.push(match key {
            Value::Nil => "[nil]".to_owned(),
            Value::Boolean(value) => format!("[{value}]"),
            Value::Integer(number) => format!("[{number}]"),
            Value::String(name) => return self.name(name),
            Value::Table(_) => "[a table]".to_owned(),
        });
    }

    pub(crate) fn name(&mut self, name: &[u8]) {
        let text = String::from_utf8_lossy(name);
        self.0.push(if is_name(name) { format!(".{text}") } else { format!("[{text:?}]") });
    }

    pub(crate) fn step(&mut self, step: impl Into<String>) {
        self.0.push(step.into());
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let left_out = self.0.len().saturating_sub(Self::MOST);
        let outer = if left_out > 0 { Self::MOST - 1 } else { Self::MOST };
        for (at, step) in self.0.iter().rev().enumerate() {
            if at < outer || at + 1 == self.0.len() {
                f.write_str(step)?;
            } else if at == outer {
                f.write_str("…")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_spelt_as_in_lua_and_stay_short() {
        let mut path = Path::default();
        path.step("[2]");
        path.key(Value::Boolean(true));
        path.name(b"end");
        path.name(b"exposure");
        assert_eq!(path.to_string(), ".exposure[\"end\"][true][2]");
        for _ in 0..200 {
            path.name(b"a");
        }
        assert_eq!(path.to_string(), format!("{}…[2]", ".a".repeat(15)));
    }
}
