//! Colours, where they are wanted.

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Nothing of note.
    Plain,
    /// A string.
    String,
    /// A number.
    Number,
    /// `nil`, `true`, `false`.
    Word,
    /// The key of a table.
    Key,
    /// What cannot be written: a function.
    Other,
    /// The number of a table that is met again.
    Mark,
    /// What was left out; asides.
    Faint,
    /// What went wrong.
    Error,
    /// What came from the camera by itself.
    News,
}

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paint(bool);

impl Paint {
    /// No colours.
    pub const PLAIN: Self = Self(false);

    /// As the terminal and the user have it: <https://no-color.org>.
    pub fn of_terminal() -> Self {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(!forbidden && !dumb)
    }

    /// Whether there are.
    pub fn is_on(self) -> bool {
        self.0
    }

    /// The text in its colour.
    pub fn with(self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Plain => "",
            Style::String => "32",
            Style::Number => "36",
            Style::Word => "35",
            Style::Key => "",
            Style::Other => "33",
            Style::Mark => "1;33",
            Style::Faint => "2",
            Style::Error => "31",
            Style::News => "34",
        };
        if !self.0 || code.is_empty() || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}
