//! Which name was meant.

/// A name, and what can be told quickly of it.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// The name.
    pub text: &'a str,
    letters: u64,
}

impl<'a> From<&'a str> for Word<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, letters: letter_set(text) }
    }
}

/// Longer names are not compared with others: it would take long, and nobody has typed them.
pub const LONGEST: usize = 100;

/// The name that `word` is most likely a slip of; none if none is close. Names that differ in their digits only are
/// different names.
pub fn closest<'a>(word: &str, names: impl IntoIterator<Item = impl Into<Word<'a>>>) -> Option<&'a str> {
    if word.len() < 3 || word.len() > LONGEST {
        return None;
    }
    // Made when there is something to compare with.
    let mut lower = None;
    let set = letter_set(word);
    let letters = |word: &str| word.trim_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
    let allowed = slips(word);
    let mut score = |name: Word<'_>| {
        // What cannot be close is not compared: most names. An edit takes at most one letter away and brings one.
        if (name.letters ^ set).count_ones() as usize > 2 * allowed {
            return None;
        }
        let name = name.text;
        if name.len().abs_diff(word.len()) > allowed || name.len() < 3 || name == word {
            return None;
        }
        let lower = lower.get_or_insert_with(|| word.to_ascii_lowercase());
        let other = name.to_ascii_lowercase();
        let digits = letters(word) == letters(name) && *lower != other;
        let edits = strsim::damerau_levenshtein(lower, &other);
        (edits <= allowed && !digits).then_some(edits)
    };
    let scored = names.into_iter().map(Into::into).filter_map(|name| Some((score(name)?, name.text)));
    scored.min().map(|(_, name)| name)
}

/// How many slips a word may have.
fn slips(word: &str) -> usize {
    if word.len() < 5 { 1 } else { 1 + word.len() / 6 }
}

/// The length of the shortest and the longest name that a word can be a slip of, in bytes.
pub fn lengths(word: &str) -> (usize, usize) {
    (word.len().saturating_sub(slips(word)), word.len() + slips(word))
}

/// The letters of a word, upper and lower case the same, as bits; some share one.
fn letter_set(word: &str) -> u64 {
    word.bytes().fold(0, |set, letter| set | 1 << (letter.to_ascii_lowercase() & 63))
}

/// `; did you mean 'x'?`, or nothing.
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = impl Into<Word<'a>>>) -> String {
    closest(word, names).map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let names = ["sleep", "shoot", "get_zoom", "set_zoom", "print", "ui_display", "x1"];
        assert_eq!(closest("slep", names), Some("sleep"));
        assert_eq!(closest("Print", names), Some("print"));
        assert_eq!(closest("shoto", names), Some("shoot"));
        assert_eq!(closest("ui_dispaly", names), Some("ui_display"));
    }

    #[test]
    fn names_that_nobody_types_are_not_compared() {
        let (long, slip) = ("a".repeat(LONGEST + 1), "a".repeat(LONGEST));
        assert_eq!(closest(&long, [slip.as_str()]), None);
        assert_eq!(closest(&slip, [&slip[1..]]), Some(&slip[1..]));
    }

    #[test]
    fn others_are_not() {
        assert_eq!(closest("x2", ["x1"]), None);
        assert_eq!(closest("shot2", ["shot1"]), None);
        assert_eq!(closest("total", ["local_t", "tonumber"]), None);
        assert_eq!(closest("sleep", ["sleep"]), None);
    }
}
