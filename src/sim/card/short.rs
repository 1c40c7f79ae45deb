//! The short names that FAT keeps beside long ones: `LONGNA~1.TXT`.
//!
//! A file is found by either. Which of several files of the same beginning is `~1` depends on which was made first; a host's
//! folder does not tell, so here it is the first by name. They are never listed.

/// The one of these names, sorted, that has this short name.
pub(super) fn find<'a>(short: &str, names: &'a [String]) -> Option<&'a str> {
    let short = short.to_ascii_uppercase();
    let (base, extension) = short.split_once('.').unwrap_or((&short, ""));
    let (start, digits) = base.split_once('~')?;
    if !is_short(&short) || digits.starts_with('0') {
        return None;
    }
    let number: usize = digits.parse().ok()?;
    let beginning = (start.to_owned(), extension.to_owned());
    let long = names.iter().map(String::as_str).filter(|name| !is_short(name));
    long.filter(|name| begins(name, digits.len()) == beginning).nth(number.checked_sub(1)?)
}

/// Whether a name needs no other one: eight characters, a dot and three, of those that FAT has always taken.
fn is_short(name: &str) -> bool {
    let (base, extension) = name.split_once('.').unwrap_or((name, ""));
    let plain = |part: &str| part.bytes().all(|c| c.is_ascii_graphic() && !b".+,;=[]".contains(&c));
    (1..=8).contains(&base.len()) && extension.len() <= 3 && plain(base) && plain(extension)
}

/// What stands before the tilde of a long name's short one, when so many digits are behind it, and its extension.
fn begins(name: &str, digits: usize) -> (String, String) {
    let name = name.trim_start_matches(['.', ' ']);
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let part = |text: &str, most: usize| -> String {
        let kept = text.chars().filter(|c| !['.', ' '].contains(c));
        let plain = kept.map(|c| if c.is_ascii() && !"+,;=[]".contains(c) { c.to_ascii_uppercase() } else { '_' });
        plain.take(most).collect()
    };
    (part(base, 7_usize.saturating_sub(digits)), part(extension, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_have_short_ones() {
        let names =
            ["My Script.lua", ".profile", "a.b.text", "interval one.lua", "interval two.LUA", "SHORT.TXT", "é+x.txt1"]
                .map(str::to_owned);
        for (short, long) in [
            ("MYSCRI~1.LUA", Some("My Script.lua")),
            ("myscri~1.lua", Some("My Script.lua")),
            ("PROFIL~1", Some(".profile")),
            ("AB~1.TEX", Some("a.b.text")),
            ("INTERV~1.LUA", Some("interval one.lua")),
            ("INTERV~2.LUA", Some("interval two.LUA")),
            ("INTERV~3.LUA", None),
            ("__X~1.TXT", Some("é+x.txt1")),
            ("INTER~10.LUA", None),
            ("SHORT~1.TXT", None),
            ("INTERV~0.LUA", None),
            ("INTERV~01.LUA", None),
            ("INTERV~1", None),
            ("INTERVAL~1.LUA", None),
            ("~1", None),
            ("~", None),
            ("INTERV~", None),
            ("INTERV~+1.LUA", None),
        ] {
            assert_eq!(find(short, &names), long, "{short}");
        }
    }

    #[test]
    fn the_tenth_has_a_digit_more() {
        let names: Vec<_> = (10..30).map(|n| format!("interval {n}.lua")).collect();
        assert_eq!(find("INTERV~9.LUA", &names), Some("interval 18.lua"));
        assert_eq!(find("INTER~10.LUA", &names), Some("interval 19.lua"));
    }
}
