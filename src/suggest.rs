//! "Did you mean …?"

/// The name most like `word`, if one is like it at all, as the end of a sentence.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    match closest(word, names) {
        Some(name) => format!("; did you mean '{name}'?"),
        None => String::new(),
    }
}

fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let score = |name: &str| {
        // Transposed and missing letters count by edits; a long name with a shared start counts by likeness.
        let edits = strsim::damerau_levenshtein(&lower, name);
        let near = edits <= 1 + word.len() / 4;
        (near || strsim::jaro_winkler(&lower, name) > 0.9).then_some(edits)
    };
    names.into_iter().filter_map(|name| Some((score(name)?, name))).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_recognised() {
        let names = ["exec", "execwait", "wait_msg", "wait_status", "write_msg"];
        assert_eq!(closest("exce", names), Some("exec"));
        assert_eq!(closest("exec_wait", names), Some("execwait"));
        assert_eq!(closest("waitmsg", names), Some("wait_msg"));
        assert_eq!(closest("Exec", names), Some("exec"));
        assert_eq!(closest("writemsg", names), Some("write_msg"));
    }

    #[test]
    fn a_stranger_gets_no_suggestion() {
        assert_eq!(did_you_mean("shoot", ["exec", "execwait"]), "");
    }
}
