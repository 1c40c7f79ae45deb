//! What `:set` changes.

use super::pretty::Bounds;

/// How values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    bounds: Bounds,
    /// Follow the terminal.
    auto_width: bool,
    /// Camera code is checked before it is sent.
    pub lint: bool,
}

/// Names, what they say, and their least values.
const NAMES: &[(&str, &str, usize)] = &[
    ("width", "columns of a value (auto: those of the terminal)", 20),
    ("lines", "lines of a value before the rest is cut", 1),
    ("entries", "entries of a table before the rest is cut", 1),
    ("depth", "tables in one another", 1),
    ("string", "characters of a string", 1),
];

const LINT: &str = "lint";
const LINT_HELP: &str = "camera code is checked before it is sent";

impl Settings {
    /// Short for somebody who reads; whole for a program.
    pub fn new(interactive: bool) -> Self {
        let bounds = match interactive {
            true => Bounds { width: 80, lines: 40, entries: 200, depth: 8, string: 2000 },
            false => Bounds { width: 100, ..Bounds::ALL },
        };
        Self { bounds, auto_width: true, lint: true }
    }

    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The terminal has so many columns.
    pub fn set_terminal(&mut self, columns: usize) {
        if self.auto_width && columns > 0 {
            self.bounds.width = columns.max(20);
        }
    }

    /// The names that there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name).chain([LINT])
    }

    /// All of them, a line each.
    pub fn list(&self) -> String {
        let line = |&(name, what, _): &(&str, &str, usize)| {
            let auto = if name == "width" && self.auto_width { " (auto)" } else { "" };
            let value = self.get(name).map(|value| format!("{value}{auto}")).unwrap_or_default();
            format!("{name:<8} {value:<12} {what}\n")
        };
        let mut text: String = NAMES.iter().map(line).collect();
        text.push_str(&format!("{LINT:<8} {:<12} {LINT_HELP}\n", self.lint()));
        text
    }

    fn lint(&self) -> &'static str {
        if self.lint { "on" } else { "off" }
    }

    /// One of them; `None` if there is none of that name.
    pub fn show(&self, name: &str) -> Option<String> {
        if name == LINT {
            return Some(self.lint().to_owned());
        }
        self.get(name).map(|value| value.to_string())
    }

    fn get(&self, name: &str) -> Option<usize> {
        let bounds = &self.bounds;
        Some(match name {
            "width" => bounds.width,
            "lines" => bounds.lines,
            "entries" => bounds.entries,
            "depth" => bounds.depth,
            "string" => bounds.string,
            _ => return None,
        })
    }

    /// Sets one; the error says what it takes.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if name == LINT {
            self.lint = match value {
                "on" => true,
                "off" => false,
                _ => return Err(format!("{LINT} is on or off, not {value}")),
            };
            return Ok(());
        }
        let Some((_, _, least)) = NAMES.iter().find(|(known, ..)| *known == name) else {
            return Err(format!(
                "there is no setting {name}; there are {}",
                Self::names().collect::<Vec<_>>().join(", ")
            ));
        };
        if name == "width" && value == "auto" {
            self.auto_width = true;
            return Ok(());
        }
        let number = value.parse::<usize>().ok().filter(|number| (*least..=Bounds::ALL.string).contains(number));
        let Some(number) = number else {
            return Err(format!("{name} takes a number from {least}, not {value}"));
        };
        let bounds = &mut self.bounds;
        match name {
            "width" => (bounds.width, self.auto_width) = (number, false),
            "lines" => bounds.lines = number,
            "entries" => bounds.entries = number,
            "depth" => bounds.depth = number.min(Bounds::ALL.depth),
            _ => bounds.string = number,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_set_and_say_what_they_take() {
        let mut settings = Settings::new(true);
        settings.set_terminal(120);
        assert_eq!(settings.get("width"), Some(120));
        settings.set("width", "60").unwrap();
        settings.set_terminal(120);
        assert_eq!(settings.get("width"), Some(60));
        settings.set("width", "auto").unwrap();
        settings.set_terminal(100);
        assert_eq!(settings.get("width"), Some(100));
        settings.set("lines", "5").unwrap();
        assert_eq!(settings.bounds().lines, 5);
        assert_eq!(settings.set("lines", "0").unwrap_err(), "lines takes a number from 1, not 0");
        assert!(settings.set("colour", "1").unwrap_err().contains("width, lines"));
    }
}
