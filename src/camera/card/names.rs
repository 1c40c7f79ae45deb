//! Names from a camera as names of files on the host.
//!
//! One rule holds on every system, so that the same card becomes the same files everywhere: what cannot stand in a name
//! on Windows, macOS or Linux is written as `%` and two hexadecimal digits for each byte. That is
//!
//! * bytes that are no UTF-8, since FAT's code pages are not;
//! * control characters and `/ \ : * ? " < > |`;
//! * a dot or blank at the end, which Windows would drop, and with it `.` and `..`;
//! * the first letter of a device's name, with or without an extension: `CON`, `PRN`, `AUX`, `NUL`, `COM1`, `LPT1` and
//!   so on;
//! * the dot of names that begin with `.moonshutter`, which are the program's own.
//!
//! A name of more than 255 bytes is cut in front of its extension, and gets `~` and a number made of the whole name, so
//! that two of them stay two. An empty name becomes `_`.

#[cfg(test)]
use std::path::Component;
use std::path::Path;

/// The longest name that the usual file systems hold, in bytes.
const LONGEST: usize = 255;

/// The longest extension that survives when a name is cut.
const LONGEST_EXTENSION: usize = 16;

/// What the names of the program's own files begin with.
pub(crate) const OWN: &str = ".moonshutter";

/// A name that a camera gave, as the name of a file or folder on the host: one component of a path, and never one that
/// leads anywhere else.
///
/// ```
/// use moonshutter::camera::card::safe_name;
///
/// assert_eq!(safe_name(b"IMG_0001.JPG"), "IMG_0001.JPG");
/// assert_eq!(safe_name(b"../x"), "..%2Fx");
/// assert_eq!(safe_name(b"nul.txt"), "%6Eul.txt");
/// ```
pub fn safe_name(name: &[u8]) -> String {
    let mut safe = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                escape(&mut safe, c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                safe.push(c);
            }
        }
        escape(&mut safe, chunk.invalid());
    }
    if safe.is_empty() {
        return "_".to_owned();
    }
    if is_device(&safe) || safe.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN)) {
        let first = safe.remove(0);
        let rest = std::mem::take(&mut safe);
        escape(&mut safe, first.encode_utf8(&mut [0; 4]).as_bytes());
        safe.push_str(&rest);
    }
    let safe = if safe.len() > LONGEST { cut(&safe) } else { safe };
    closed(safe)
}

/// Names of two files that a system which knows no case, as those of Windows and macOS, would take for one.
pub(crate) fn folded(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// Whether a path stays below where it is put: no root, no drive, no way up.
#[cfg(test)]
pub(crate) fn stays_below(path: &Path) -> bool {
    path.components().next().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// FNV-1a: a number for a text that is the same in every version of the program.
pub(crate) fn digest(text: &[u8]) -> u64 {
    text.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

fn escape(to: &mut String, bytes: &[u8]) {
    for byte in bytes {
        to.push_str(&format!("%{byte:02X}"));
    }
}

/// Windows drops dots and blanks at the end of a name.
fn closed(mut name: String) -> String {
    if let Some(last) = name.pop() {
        if matches!(last, '.' | ' ') {
            escape(&mut name, &[last as u8]);
        } else {
            name.push(last);
        }
    }
    name
}

/// Windows knows these in every folder, whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let upper = stem.to_ascii_uppercase();
    if matches!(&*upper, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT"));
    number.is_some_and(|number| matches!(number.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³']))
}

fn cut(name: &str) -> String {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= LONGEST_EXTENSION);
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    let mark = format!("~{:08x}", digest(name.as_bytes()) as u32);
    // Room for the last character of the extension to be escaped.
    let mut room = LONGEST - mark.len() - extension.len() - 2;
    while !stem.is_char_boundary(room) {
        room -= 1;
    }
    format!("{}{mark}{extension}", &stem[..room])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_harmless_ones() {
        for (name, safe) in [
            (&b"IMG_0001.JPG"[..], "IMG_0001.JPG"),
            (b"Bild \xC3\xA4 1.jpg", "Bild ä 1.jpg"),
            (b"../../x", "..%2F..%2Fx"),
            (b"..", ".%2E"),
            (b".", "%2E"),
            (b"...", "..%2E"),
            (b"", "_"),
            (b"/etc/passwd", "%2Fetc%2Fpasswd"),
            (b"C:\\x", "C%3A%5Cx"),
            (b"\\\\host\\share", "%5C%5Chost%5Cshare"),
            (b"x\0y", "x%00y"),
            (b"a\nb\x1b[2J", "a%0Ab%1B[2J"),
            (b"\x7f\xC2\x9B", "%7F%C2%9B"),
            (b"a\xFFb\xE4", "a%FFb%E4"),
            (b"x:stream", "x%3Astream"),
            (b"end. ", "end.%20"),
            (b"con", "%63on"),
            (b"NUL.tar.gz", "%4EUL.tar.gz"),
            (b"COM1 .txt", "%43OM1 .txt"),
            (b"COM\xC2\xB9", "%43OM¹"),
            (b"LPT10", "LPT10"),
            (b"CONSOLE", "CONSOLE"),
            (b".moonshutter-sync", "%2Emoonshutter-sync"),
            (b".MoonShutter-x.part", "%2EMoonShutter-x.part"),
            (b".profile", ".profile"),
            (b"100%", "100%"),
        ] {
            assert_eq!(safe_name(name), safe, "{}", name.escape_ascii());
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let name = |last: char| format!("{}{last}.JPG", "ä".repeat(150));
        let (one, two) = (safe_name(name('1').as_bytes()), safe_name(name('2').as_bytes()));
        assert!(one.len() <= LONGEST && one.ends_with(".JPG") && one.starts_with("ää") && one.contains('~'), "{one}");
        assert_ne!(one, two);
        assert_eq!(safe_name(&[b'x'; 255]).len(), 255);
        assert_eq!(safe_name(&[b'x'; 256]).len(), 253);
    }

    #[test]
    fn what_stays_below_has_nothing_but_names() {
        for path in ["a", "a/b", ".hidden/x"] {
            assert!(stays_below(Path::new(path)), "{path}");
        }
        for path in ["", "/a", "../a", "a/../b", ".", "a/.."] {
            assert!(!stays_below(Path::new(path)), "{path}");
        }
    }

    proptest! {
        #[test]
        fn every_name_is_one_that_any_system_holds(name in proptest::collection::vec(any::<u8>(), 0..300)) {
            let safe = safe_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= LONGEST, "{safe}");
            prop_assert!(stays_below(Path::new(&safe)) && Path::new(&safe).components().count() == 1, "{safe}");
            prop_assert!(!safe.ends_with(['.', ' ']) && !safe.contains(|c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c)));
            prop_assert!(!is_device(&safe), "{safe}");
            // What is safe stays as it is.
            prop_assert_eq!(safe_name(safe.as_bytes()), safe.clone());
        }

        #[test]
        fn what_a_camera_writes_stays_as_it_is(name in "[A-Z_]{4}[0-9]{4}\\.[A-Z0-9]{3}") {
            prop_assert_eq!(safe_name(name.as_bytes()), name);
        }
    }
}
