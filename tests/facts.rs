//! Writes `docs/camera-facts.md` from the tests that cite the facts about the firmware, and checks that it is up to date.
//!
//! A test cites facts by its doc comment, which begins with `§SECTION [TOPIC] [(SOURCE)]: STATEMENT` and may hold several
//! such paragraphs. A paragraph that begins with `Decided:` or `Not modelled:` sets the verdict of the statement above
//! it; without one the statement holds. An ignored test leaves its statements open.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/camera-facts.md";
const SWITCH: &str = "MOONSHUTTER_WRITE_DOCS";
const COMMAND: &str = "MOONSHUTTER_WRITE_DOCS=1 cargo test --test facts";

/// The sections of the facts. A citation of any other is a mistake.
const SECTIONS: &[(&str, &str)] = &[
    ("1.1", "PTP: transport frame"),
    ("1.2", "PTP: command table"),
    ("1.3", "PTP: ExecuteScript in detail"),
    ("1.4", "PTP: message queues"),
    ("1.5", "PTP: operations besides 0x9999"),
    ("2.1", "Live view: the GetDisplayData block"),
    ("2.2", "Remote capture: setting it up"),
    ("2.3", "Remote capture: flow of one shot"),
    ("3.1", "Script engine: start"),
    ("3.2", "Script engine: running"),
    ("3.3", "Script engine: end, errors, return values"),
    ("3.4", "Script engine: stopping from outside"),
    ("3.5", "Script engine: print and console"),
    ("3.6", "Script engine: key and shoot actions"),
    ("4.1", "Yields: the complete list"),
    ("4.2", "Yields: the error's text"),
    ("4.3", "Yields: what is a boundary"),
    ("4.4", "Yields: a caught yield is not harmless"),
    ("4.5", "Yields: coroutines"),
    ("5", "Lua: the base"),
    ("5.1", "Lua: numbers"),
    ("5.2", "Lua: libraries present"),
    ("5.3", "Lua: missing"),
    ("5.4", "Lua: files"),
    ("5.5", "Lua: limits"),
    ("5.6", "Lua: patches of the C source"),
    ("6", "usb_msg_table_to_string"),
    ("7", "The camera's functions"),
    ("8", "Script header"),
    ("9", "Version differences"),
    ("10", "Traps for a simulated camera"),
    ("11", "Linter rules"),
    ("12", "Not settled from source"),
];

#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    Holds,
    Decided(String),
    NotModelled(String),
    Open(String),
}

/// A statement of the facts, and the test that holds the camera to it.
#[derive(Debug, Clone, PartialEq)]
struct Citation {
    /// Index in [`SECTIONS`].
    section: usize,
    topic: String,
    source: String,
    statement: String,
    verdict: Verdict,
    file: String,
    line: usize,
    test: String,
}

// --- reading ---

/// The citations in a Rust source, or its mistakes, each with file and line.
fn citations(file: &str, source: &str) -> Result<Vec<Citation>, Vec<String>> {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    let mut item = Item::default();
    for (number, line) in source.lines().enumerate() {
        let (number, line) = (number + 1, line.trim());
        if let Some(text) = line.strip_prefix("///") {
            item.doc.push((number, text.trim()));
        } else if line.starts_with("#[") {
            item.is_test |= line == "#[test]";
            if let Some(reason) = line.strip_prefix("#[ignore = \"").and_then(|rest| rest.strip_suffix("\"]")) {
                item.ignored = Some(reason.to_owned());
            }
        } else {
            let item = std::mem::take(&mut item);
            match item.citations(file, function_name(line)) {
                Ok(citations) => found.extend(citations),
                Err((number, mistake)) => mistakes.push(format!("{file}:{number}: {mistake}")),
            }
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(mistakes) }
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// What stands in front of an item.
#[derive(Default)]
struct Item<'a> {
    doc: Vec<(usize, &'a str)>,
    is_test: bool,
    ignored: Option<String>,
}

impl Item<'_> {
    fn citations(&self, file: &str, function: Option<&str>) -> Result<Vec<Citation>, (usize, String)> {
        let paragraphs = paragraphs(&self.doc);
        let Some((at, _)) = paragraphs.iter().find(|(_, text)| text.starts_with('§')) else { return Ok(Vec::new()) };
        let Some(test) = function.filter(|_| self.is_test) else {
            return Err((*at, "a citation in front of what is no test".to_owned()));
        };
        if !paragraphs[0].1.starts_with('§') {
            return Err((*at, "a citation that does not begin the doc comment".to_owned()));
        }
        let mut found: Vec<Citation> = Vec::new();
        for (line, text) in &paragraphs {
            let verdict = |text: &str, word: &str| {
                let rest = text.strip_prefix(word)?;
                Some(rest.strip_prefix(':').map(|rest| rest.trim().to_owned()))
            };
            if text.starts_with('§') {
                let (section, topic, source, statement) = parse(text).map_err(|mistake| (*line, mistake))?;
                let verdict = self.ignored.clone().map_or(Verdict::Holds, Verdict::Open);
                let (file, test, line) = (file.to_owned(), test.to_owned(), *line);
                found.push(Citation { section, topic, source, statement, verdict, file, line, test });
            } else if let Some((words, verdict)) = verdict(text, "Decided")
                .map(|words| (words, Verdict::Decided as fn(String) -> Verdict))
                .or_else(|| verdict(text, "Not modelled").map(|words| (words, Verdict::NotModelled as _)))
            {
                let Some(words) = words.filter(|words| !words.is_empty()) else {
                    return Err((*line, "a verdict without a colon and words after it".to_owned()));
                };
                let above = found.last_mut().filter(|above| matches!(above.verdict, Verdict::Holds | Verdict::Open(_)));
                let Some(above) = above else { return Err((*line, "a statement with two verdicts".to_owned())) };
                if above.verdict == Verdict::Holds {
                    above.verdict = verdict(words);
                }
            }
        }
        Ok(found)
    }
}

/// The paragraphs of a doc comment, each with its first line's number.
fn paragraphs(doc: &[(usize, &str)]) -> Vec<(usize, String)> {
    let mut paragraphs: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, text) in doc {
        match paragraphs.last_mut().filter(|_| inside && !text.starts_with('§')) {
            _ if text.is_empty() => inside = false,
            Some((_, paragraph)) => {
                paragraph.push(' ');
                paragraph.push_str(text);
            }
            None => {
                paragraphs.push((*number, (*text).to_owned()));
                inside = true;
            }
        }
    }
    paragraphs
}

/// Section, topic, source and statement of a paragraph that begins with `§`.
fn parse(paragraph: &str) -> Result<(usize, String, String, String), String> {
    let text = paragraph.trim_start_matches('§');
    let mut depth = 0_i32;
    let colon = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        *c == ':' && depth == 0
    });
    let (head, statement) = colon.map(|(at, _)| text.split_at(at)).ok_or("a citation without a colon")?;
    let statement = statement[1..].trim();
    if statement.is_empty() {
        return Err("a citation without a statement".to_owned());
    }
    let (head, source) = match head.strip_suffix(')').and_then(|head| head.split_once('(')) {
        Some((head, source)) => (head, source),
        None => (head, ""),
    };
    if head.contains(['(', ')']) {
        return Err("a source that does not stand in parentheses before the colon".to_owned());
    }
    let (number, topic) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
    // The traps have numbers.
    let (number, trap) = match number.strip_prefix("10.") {
        Some(trap) if trap.parse::<u32>().is_ok() => ("10", trap),
        _ => (number, ""),
    };
    let section = SECTIONS.iter().position(|(section, _)| *section == number);
    let section = section.ok_or_else(|| format!("the facts have no section {number:?}"))?;
    let topic = format!("{trap} {}", topic.trim()).trim().to_owned();
    Ok((section, topic, source.to_owned(), statement.to_owned()))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// By section, then by topic in the order in which they are met, then by file and line.
fn sorted(mut citations: Vec<Citation>) -> Vec<Citation> {
    citations.sort_by(|a, b| (a.section, &a.file, a.line).cmp(&(b.section, &b.file, b.line)));
    let mut first: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (at, citation) in citations.iter().enumerate() {
        first.entry((citation.section, citation.topic.clone())).or_insert(at);
    }
    citations.sort_by_key(|citation| first[&(citation.section, citation.topic.clone())]);
    citations
}

// --- writing ---

fn page(citations: &[Citation], unmodelled: &[&str]) -> String {
    let mut page = String::from(
        "# What is known of the camera, and what holds the simulated one to it\n\n\
         Generated from the tests' own doc comments; do not edit. To write it anew:\n\n",
    );
    let line = |page: &mut String, line: &str| _ = writeln!(page, "{line}");
    line(&mut page, &format!("    {COMMAND}\n"));
    line(
        &mut page,
        "Each row is a statement about the firmware, its source (a line of CHDK's source, where one was given), and the \
         test that fails when the simulated camera does otherwise. *Decided*: the sources are silent, and this is what \
         the simulated camera does. *Not modelled*: it says so loudly instead of guessing.\n",
    );
    let count = |wanted: fn(&Verdict) -> bool, from: &mut dyn Iterator<Item = &Citation>| {
        from.filter(|citation| wanted(&citation.verdict)).count()
    };
    let kinds: [fn(&Verdict) -> bool; 4] = [
        |verdict| *verdict == Verdict::Holds,
        |verdict| matches!(verdict, Verdict::Decided(_)),
        |verdict| matches!(verdict, Verdict::NotModelled(_)),
        |verdict| matches!(verdict, Verdict::Open(_)),
    ];
    line(&mut page, "| section | statements | hold | decided | not modelled | open |");
    line(&mut page, "|---|--:|--:|--:|--:|--:|");
    for (at, (number, title)) in SECTIONS.iter().enumerate() {
        let here = || citations.iter().filter(|citation| citation.section == at);
        if here().count() > 0 {
            let counts: Vec<_> = kinds.iter().map(|kind| count(*kind, &mut here()).to_string()).collect();
            line(&mut page, &format!("| §{number} {title} | {} | {} |", here().count(), counts.join(" | ")));
        }
    }
    let counts: Vec<_> = kinds.iter().map(|kind| count(*kind, &mut citations.iter()).to_string()).collect();
    line(&mut page, &format!("| all | {} | {} |", citations.len(), counts.join(" | ")));

    for (at, (number, title)) in SECTIONS.iter().enumerate() {
        let mut here = citations.iter().filter(|citation| citation.section == at).peekable();
        if here.peek().is_none() {
            continue;
        }
        line(&mut page, &format!("\n## §{number} {title}\n"));
        line(&mut page, "| topic | statement | source | test | verdict |\n|---|---|---|---|---|");
        for citation in here {
            let verdict = match &citation.verdict {
                Verdict::Holds => "holds".to_owned(),
                Verdict::Decided(words) => format!("decided: {words}"),
                Verdict::NotModelled(words) => format!("not modelled: {words}"),
                Verdict::Open(words) => format!("**open**: {words}"),
            };
            let cells = [&citation.topic, &citation.statement, &citation.source, &place(citation), &verdict];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            line(&mut page, &format!("| {} |", cells.join(" | ")));
        }
    }

    line(&mut page, "\n## Decisions\n\nWhere the sources are silent, or only suggest something:\n");
    for citation in citations {
        if let Verdict::Decided(words) = &citation.verdict {
            let (number, _) = SECTIONS[citation.section];
            let topic = if citation.topic.is_empty() { String::new() } else { format!(" {}", citation.topic) };
            line(&mut page, &format!("- §{number}{topic}: {} **{words}** ({})", citation.statement, place(citation)));
        }
    }

    line(&mut page, "\n## Names that are not modelled\n");
    line(
        &mut page,
        &format!(
            "Functions that exist, for scripts that look whether they do, and raise \"the simulated camera does not do \
             this yet\" when they are called: {}.\n",
            unmodelled.len()
        ),
    );
    let names: Vec<_> = unmodelled.iter().map(|name| format!("`{name}`")).collect();
    line(&mut page, &names.join(", "));
    page
}

fn place(citation: &Citation) -> String {
    format!("`{}`: `{}`", citation.file, citation.test)
}

// --- the check ---

#[test]
fn the_page_is_what_the_tests_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for path in [rust_files(&root.join("src/sim")), rust_files(&root.join("tests"))].concat() {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        match citations(&name, &fs::read_to_string(&path).unwrap()) {
            Ok(citations) => found.extend(citations),
            Err(more) => mistakes.extend(more),
        }
    }
    assert!(mistakes.is_empty(), "malformed citations:\n{}", mistakes.join("\n"));
    let unmodelled = moonshutter::sim::unmodelled();
    let wanted = page(&sorted(found), &unmodelled);
    if std::env::var_os(SWITCH).is_some() {
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::write(root.join(PAGE), &wanted).unwrap();
    }
    let there = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if there != wanted {
        let at = there.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
        panic!("{PAGE} differs from what the tests say, from line {} on. To write it:\n\n    {COMMAND}\n", at + 1);
    }
}

// --- the generator itself ---

fn one(source: &str) -> Citation {
    let mut found = citations("tests/x.rs", source).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn mistake(source: &str) -> String {
    citations("tests/x.rs", source).unwrap_err().join("; ")
}

#[test]
fn a_citation_has_a_section_a_topic_a_source_and_a_statement() {
    let source = "/// §1.2 Temp Data (core/ptp.c:580): Nothing stored: an\n/// error.\n#[test]\nfn empty() {\n";
    let citation = one(source);
    assert_eq!(SECTIONS[citation.section].0, "1.2");
    assert_eq!((&*citation.topic, &*citation.source), ("Temp Data", "core/ptp.c:580"));
    assert_eq!(citation.statement, "Nothing stored: an error.");
    assert_eq!((&*citation.test, citation.line, citation.verdict), ("empty", 1, Verdict::Holds));
    let citation = one("    /// §10: Trap.\n    #[test]\n    fn trap() {}\n");
    assert_eq!((&*citation.topic, &*citation.source, &*citation.statement), ("", "", "Trap."));
    let citation = one("/// §10.3 keys: Trap.\n#[test]\nfn trap() {}\n");
    assert_eq!((SECTIONS[citation.section].0, &*citation.topic), ("10", "3 keys"));
}

#[test]
fn verdicts_belong_to_the_statement_above_them() {
    let source = "/// §1.1: A.\n/// §1.1 t: B.\n///\n/// Decided: so.\n///\n/// Only words.\n///\n/// §1.1: C.\n///\n\
                  /// Not modelled: it\n/// raises.\n#[test]\nfn f() {}\n";
    let found = citations("f", source).unwrap();
    let verdicts: Vec<_> = found.into_iter().map(|citation| citation.verdict).collect();
    let expected = [Verdict::Holds, Verdict::Decided("so.".into()), Verdict::NotModelled("it raises.".into())];
    assert_eq!(verdicts, expected);
    let ignored = one("/// §1.1: A.\n#[test]\n#[ignore = \"why\"]\nfn f() {}\n");
    assert_eq!(ignored.verdict, Verdict::Open("why".into()));
}

#[test]
fn mistakes_name_file_and_line() {
    for (source, expected) in [
        ("\n/// §1.1 no colon\n#[test]\nfn f() {}", "tests/x.rs:2: a citation without a colon"),
        ("/// §1.9: A.\n#[test]\nfn f() {}", "tests/x.rs:1: the facts have no section \"1.9\""),
        ("/// §1.1 (x.c:1):\n#[test]\nfn f() {}", "tests/x.rs:1: a citation without a statement"),
        ("/// §1.1: A.\nfn f() {}", "tests/x.rs:1: a citation in front of what is no test"),
        ("/// §1.1: A.\nstruct S;", "tests/x.rs:1: a citation in front of what is no test"),
        ("/// Words.\n///\n/// §1.1: A.\n#[test]\nfn f() {}", "tests/x.rs:3: a citation that does not begin"),
        ("/// §1.1: A.\n///\n/// Decided\n#[test]\nfn f() {}", "tests/x.rs:3: a verdict without a colon"),
        (
            "/// §1.1: A.\n///\n/// Decided: b.\n///\n/// Not modelled: c.\n#[test]\nfn f() {}",
            "tests/x.rs:5: a statement with two verdicts",
        ),
        ("/// §1.1 (a) b: A.\n#[test]\nfn f() {}", "tests/x.rs:1: a source that does not stand"),
    ] {
        assert!(mistake(source).starts_with(expected), "{}", mistake(source));
    }
}

#[test]
fn rows_are_in_the_order_of_sections_topics_and_lines() {
    let source = "/// §3.1 b: 3.\n/// §1.3 5: 1.\n/// §1.3 2: 2.\n/// §1.3 5: 4.\n#[test]\nfn f() {}\n";
    let found = sorted(citations("f", source).unwrap());
    let statements: Vec<_> = found.iter().map(|citation| &*citation.statement).collect();
    assert_eq!(statements, ["1.", "4.", "2.", "3."]);
}

#[test]
fn a_bar_does_not_end_a_cell() {
    let source = "/// §1.1: a|b.\n///\n/// Decided: c|d.\n#[test]\nfn f() {}\n";
    let page = page(&citations("f", source).unwrap(), &["shoot"]);
    assert!(page.contains("| a\\|b. |  | `f`: `f` | decided: c\\|d. |"), "{page}");
    assert!(page.contains("| all | 1 | 0 | 1 | 0 | 0 |"), "{page}");
    assert!(page.contains("when they are called: 1.\n\n`shoot`"), "{page}");
}
