//! Commands: their names, options and arguments, and what `help` is asked about.

use crate::repl::line::{Language, Word, words};
use crate::repl::world::{Argument, Command, World, command};

use super::paths::{self, Entries};
use super::{Candidate, Offer, beginning, code, is_harmless};

/// The commands whose names begin so. `colon`: with their sign.
pub fn names(prefix: &str, colon: bool, world: &dyn World) -> Offer {
    let commands = beginning(prefix, world.commands().iter().collect(), |command: &&Command| command.name);
    let sign = if colon { ":" } else { "" };
    let commands = commands.into_iter().map(|command| {
        let takes = !command.arguments.is_empty() || !command.flags.is_empty();
        let usage = if command.usage.is_empty() { String::new() } else { format!(" {}", command.usage) };
        let display = format!(":{}{usage}  {}", command.name, command.help);
        Candidate::new(display, format!("{sign}{}{}", command.name, if takes { " " } else { "" }))
    });
    (0, commands.collect())
}

/// What `help` is asked about: a name of either language.
pub fn subject(name: &str, world: &dyn World) -> Offer {
    if let Some(command) = name.strip_prefix(':') {
        let (_, mut commands) = names(command, false, world);
        commands
            .iter_mut()
            .for_each(|candidate| candidate.replacement.truncate(candidate.replacement.trim_end().len()));
        return (1, commands);
    }
    let (start, host) = code::complete(name, "", Language::Host, world);
    let (other, camera) = code::complete(name, "", Language::Camera, world);
    let plain =
        |candidate: &Candidate| candidate.replacement.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let both = host.into_iter().filter(|_| start >= other).chain(camera.into_iter().filter(|_| other >= start));
    (start.max(other), both.filter(plain).collect())
}

/// What a command's arguments may go on with.
pub fn arguments(name: &str, rest: &str, behind: &str, world: &dyn World) -> Offer {
    let nothing = (rest.len(), Vec::new());
    let Some(command) = command(world.commands(), name) else { return nothing };
    // Code is no words.
    match command.arguments {
        // It is empty: see `innermost`.
        [Argument::Line] => {
            let (start, candidates) = code::complete(rest, behind, world.language(), world);
            return (start, candidates.into_iter().chain(names("", true, world).1).collect());
        }
        [Argument::CameraCode] => return code::complete(rest, behind, Language::Camera, world),
        [Argument::Name] => return subject(rest, world),
        _ => {}
    }
    let mut typed = words(rest);
    let empty = Word { value: "".into(), range: rest.len()..rest.len(), open: None };
    let word = match typed.pop() {
        Some(word) if word.open.is_some() || word.range.end == rest.len() => word,
        Some(word) => {
            typed.push(word);
            empty
        }
        None => empty,
    };
    let flag = |text: &str| command.flags.iter().find(|flag| flag.name == text);
    // The value of an option, as a word of its own or behind its sign.
    if let Some(value) = typed.last().and_then(|last| flag(&last.value)).and_then(|flag| flag.value) {
        return values(value, &word, 0, behind, world);
    }
    if word.open.is_none() && word.value.starts_with('-') {
        let written = &rest[word.range.clone()];
        if let Some((name, _)) = word.value.split_once('=').filter(|(name, _)| written.starts_with(name)) {
            return match flag(name).and_then(|flag| flag.value) {
                Some(value) => values(value, &word, name.len() + 1, behind, world),
                None => nothing,
            };
        }
        let given = |name: &str| typed.iter().any(|word| word.value == name);
        let flags = command.flags.iter().filter(|flag| flag.name.starts_with(&*word.value) && !given(flag.name));
        let flags =
            flags.map(|flag| Candidate::new(format!("{}  {}", flag.name, flag.help), format!("{} ", flag.name)));
        return (word.range.start, flags.collect());
    }
    let mut place = 0;
    let mut takes_next = false;
    for word in &typed {
        let known = flag(&word.value);
        let is_flag = word.value.starts_with('-') && word.value.len() > 1;
        place += usize::from(!is_flag && !takes_next);
        takes_next = known.is_some_and(|flag| flag.value.is_some());
    }
    let argument = command.arguments.get(place).or(command.arguments.last());
    match argument {
        Some(argument) => values(*argument, &word, 0, behind, world),
        None => nothing,
    }
}

/// What a word of this kind may become; its first bytes, which are plain, stay.
fn values(argument: Argument, word: &Word<'_>, stays: usize, behind: &str, world: &dyn World) -> Offer {
    let place = Place { word, stays, behind };
    let value = &word.value[stays..];
    match argument {
        Argument::CameraPath => place.path(value, paths::on_camera(value, true, world)),
        Argument::LocalPath => place.path(value, paths::local(value, world)),
        Argument::CameraSpec => place.words(value, world.cameras()),
        Argument::Word(words) => place.words(value, words.iter().map(|word| (*word).to_owned()).collect()),
        // Among other words, a name or a line is one of them.
        Argument::Name => {
            let (start, names) = subject(value, world);
            let all = names.into_iter().map(|name| value[..start].to_owned() + &name.replacement).collect();
            place.words(value, all)
        }
        Argument::Line | Argument::CameraCode | Argument::Text => (place.start(), Vec::new()),
    }
}

/// Where a word of a command stands.
struct Place<'a> {
    word: &'a Word<'a>,
    stays: usize,
    behind: &'a str,
}

impl Place<'_> {
    fn start(&self) -> usize {
        self.word.range.start + self.stays
    }

    /// How the word is written if it says this. A word that goes on keeps its quote open.
    fn written(&self, value: &str, goes_on: bool) -> String {
        let needs = value.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '\'')) || value.is_empty();
        let quote = match self.word.open {
            // Nothing but its own sign ends this one.
            Some('\'') if value.contains('\'') => '"',
            Some(quote) => quote,
            None if !needs => return value.to_owned() + if goes_on { "" } else { self.blank() },
            None if value.contains('\'') => '"',
            None => '\'',
        };
        let inside = if quote == '"' { value.replace('\\', r"\\").replace('"', "\\\"") } else { value.to_owned() };
        match goes_on {
            true => format!("{quote}{inside}"),
            false if self.behind.starts_with(quote) => format!("{quote}{inside}"),
            false => format!("{quote}{inside}{quote}{}", self.blank()),
        }
    }

    /// What parts the word from the next.
    fn blank(&self) -> &'static str {
        if self.behind.is_empty() { " " } else { "" }
    }

    fn words(&self, value: &str, words: Vec<String>) -> Offer {
        let words = words.into_iter().filter(|word| is_harmless(word)).collect();
        let words = beginning(value, words, |word: &String| word);
        (self.start(), words.into_iter().map(|word| Candidate::new(word.clone(), self.written(&word, false))).collect())
    }

    fn path(&self, value: &str, found: Entries) -> Offer {
        let entries = found.entries.iter().map(|entry| {
            let path = format!("{}{}", &value[..found.stays], paths::name(entry));
            Candidate::new(paths::name(entry), self.written(&path, entry.is_dir))
        });
        (self.start(), entries.collect())
    }
}
