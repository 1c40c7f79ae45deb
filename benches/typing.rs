//! What a keystroke costs at the prompt, at the end of an input of 50 lines.

use divan::Bencher;
use divan::counter::BytesCount;
use moonshutter::repl::complete::complete;
use moonshutter::repl::highlight::{highlight, painted};
use moonshutter::repl::hint::hint;
use moonshutter::repl::line::Language;
use moonshutter::repl::typing::wants_more;
use moonshutter::repl::world::{Command, FolderEntry, Key, Kind, Member, World};

fn main() {
    divan::main();
}

/// As many names as a host's Lua has.
struct Host;

impl World for Host {
    fn language(&self) -> Language {
        Language::Host
    }

    fn members(&self, path: &[Key]) -> Option<Vec<Member>> {
        let names = moonshutter::api::host_entries().filter_map(|entry| match path {
            [] => (!entry.name.contains(['.', ':'])).then_some(entry.name),
            [Key::Text(name)] => entry.name.strip_prefix(name.as_str())?.strip_prefix([':', '.']),
            _ => None,
        });
        Some(names.map(|name| Member::new(name, Kind::Function)).collect())
    }

    fn camera_folder(&self, _: &str) -> Option<Vec<FolderEntry>> {
        None
    }

    fn commands(&self) -> &[Command] {
        &[]
    }

    fn cameras(&self) -> Vec<String> {
        Vec::new()
    }
}

const TAILS: [&str; 3] = ["con:exec('sleep(10)', {", "con:ex", "pri"];

/// 50 lines of a function that is not at its end.
fn input(tail: &str) -> String {
    let lines = [
        "  local function scan(folder, depth)",
        "    for name in con:each(string.format([[ return os.idir(%q) ]], folder)) do",
        "      if depth > 0 and name ~= '.' then print(folder .. '/' .. name, #name * 2) end -- names",
        "    end",
        "  end",
    ];
    format!("function all(count, ...)\n{}\n  {tail}", vec![lines.join("\n"); 10].join("\n"))
}

#[divan::bench(args = TAILS)]
fn completion(bencher: Bencher<'_, '_>, tail: &str) {
    let text = input(tail);
    bencher.counter(BytesCount::of_str(&text)).bench(|| complete(&text, text.len(), &Host));
}

#[divan::bench(args = TAILS)]
fn hints(bencher: Bencher<'_, '_>, tail: &str) {
    let text = input(tail);
    bencher.counter(BytesCount::of_str(&text)).bench(|| hint(&text, text.len(), 80, &Host));
}

#[divan::bench]
fn colours(bencher: Bencher<'_, '_>) {
    let text = input("x(");
    bencher.counter(BytesCount::of_str(&text)).bench(|| painted(&text, &highlight(&text, Some(text.len()), &Host)));
}

#[divan::bench]
fn whole_or_not(bencher: Bencher<'_, '_>) {
    let text = input("x(");
    assert!(wants_more(&text, &Host));
    bencher.counter(BytesCount::of_str(&text)).bench(|| wants_more(&text, &Host));
}
