//! The session in `docs/prompt.md`: it is typed again, line by line, and the screen must be what the page shows.
//!
//! With `UPDATE_DOCS=1` what the page shows becomes what the screen is.

use std::path::Path;
use std::time::Duration;

use super::terminal::{ENTER, Terminal, at_prompt};

const BEGIN: &str = "<!-- recorded: tests/prompt/recorded.rs -->\n```text\n";
const END: &str = "\n```\n";

/// How long nothing has to happen when a page is made anew.
const QUIET: Duration = Duration::from_millis(1500);

/// What is typed, in a line of the screen.
fn typed(line: &str) -> Option<&str> {
    let (prompt, typed) = line.split_once(['>', '*'])?;
    let prompt = prompt.strip_prefix("PowerShot SIM ")?;
    matches!(prompt.split(' ').next(), Some("play" | "rec")).then_some(typed.strip_prefix(' ')?)
}

#[test]
fn the_session_in_the_documentation_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/prompt.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has a session");
    let (session, after) = rest.split_once(END).expect("it ends");
    let update = std::env::var_os("UPDATE_DOCS").is_some();

    let terminal = Terminal::start_with_rows(&["-c", "sim"], 160);
    let lines: Vec<&str> = session.lines().collect();
    let mut expected = String::new();
    for line in &lines {
        let input = typed(line);
        if let Some(input) = input {
            let prompt = &line[..line.len() - input.len()];
            if update {
                settle(&terminal);
            } else {
                let whole = format!("{expected}{}", prompt.trim_end());
                terminal.wait(&whole, |screen| screen == whole);
            }
            terminal.send(input);
            terminal.wait(input, |screen| screen.lines().last().is_some_and(|last| last.ends_with(input.trim_end())));
            terminal.send(ENTER);
        }
        expected.push_str(line);
        expected.push('\n');
    }
    if update {
        settle(&terminal);
        let screen = terminal.screen();
        let session = screen.rsplit_once('\n').map_or("", |(session, _prompt)| session);
        std::fs::write(&path, format!("{before}{BEGIN}{session}{END}{after}")).unwrap();
    } else {
        terminal.wait(session, |screen| screen.starts_with(session) && at_prompt(screen));
    }
}

/// Waits until nothing happens any more.
fn settle(terminal: &Terminal) {
    let mut last = String::new();
    loop {
        let now = terminal.wait("a prompt", at_prompt);
        if now == last {
            return;
        }
        last = now;
        std::thread::sleep(QUIET);
    }
}
