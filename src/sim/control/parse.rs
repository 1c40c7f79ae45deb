//! Events from their text. A word that is not known is answered with what would do.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::sim::control::{Button, CardState, Command, Event, Phase, What, When};

/// Why a text is no event. It names the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEvent(String);

impl BadEvent {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for BadEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadEvent {}

/// Words of an error that come from outside are shown up to here.
const SHOWN: usize = 40;

/// The longest span: so many milliseconds fit in the camera's own clock.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// What a camera's paths may be long, and more.
const LONGEST_PATH: usize = 300;

const WHENS: &str = "WHEN is a time (3s, 250ms), every TIME, script TIME, command N or a command's name and N (UploadFile 2), \
                     those with every in place of N, and with before, data or response";

const WHATS: [&str; 23] = [
    "click",
    "press",
    "release",
    "exit key",
    "mode record",
    "mode playback",
    "run",
    "card full",
    "card read-only",
    "card ok",
    "card slow",
    "battery",
    "latency",
    "hang script",
    "hang",
    "disconnect",
    "off",
    "asleep",
    "on",
    "answer",
    "garbage",
    "short",
    "stall",
];

impl FromStr for Event {
    type Err = BadEvent;

    fn from_str(text: &str) -> Result<Self, BadEvent> {
        let Some((when, what)) = text.split_once(':') else {
            return Err(BadEvent(format!(
                "'{}' is no event: it takes WHEN: WHAT, as in '3s: exit key' or 'UploadFile 2 data: disconnect'",
                shown(text)
            )));
        };
        let event = Self { when: when.parse()?, what: what.parse()? };
        let transaction = match event.when {
            When::Transaction { phase, .. } => Some(phase),
            _ => None,
        };
        if event.what.needs_transaction() && transaction.is_none() {
            let text = format!("'{}' happens at a command only, as in 'command 3: {}'", event.what, event.what);
            return Err(BadEvent(text));
        }
        if event.what == What::Short && transaction != Some(Phase::Data) {
            return Err(BadEvent(
                "'short' happens in a data phase only, as in 'DownloadFile 1 data: short'".to_owned(),
            ));
        }
        Ok(event)
    }
}

impl FromStr for When {
    type Err = BadEvent;

    fn from_str(text: &str) -> Result<Self, BadEvent> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Err(BadEvent(format!("an event without WHEN: {WHENS}"))),
            ["every", time] if is_number(time) => match span(time)? {
                Duration::ZERO => {
                    Err(BadEvent(format!("'every {}' would never end: it takes 1ms at least", shown(time))))
                }
                every => Ok(Self::Every(every)),
            },
            ["every", rest @ ..] if !rest.is_empty() => transaction(rest, true),
            ["script", time] => Ok(Self::Script(span(time)?)),
            [time] if is_number(time) => Ok(Self::After(span(time)?)),
            [time, word, ..] if is_number(time) => Err(BadEvent(format!("'{}' after a time: {WHENS}", shown(word)))),
            words => transaction(words, false),
        }
    }
}

/// `command 3`, `UploadFile`, `command UploadFile 2 data`.
fn transaction(mut words: &[&str], each: bool) -> Result<When, BadEvent> {
    let mut command = None;
    let explicit = words.first().is_some_and(|word| word.eq_ignore_ascii_case("command"));
    if explicit {
        words = &words[1..];
    }
    match words.first() {
        Some(word) if !is_number(word) && phase(word).is_none() => {
            command = Some(word.parse::<Command>().map_err(|error| match explicit {
                true => error,
                false => BadEvent(format!("{error}. {WHENS}")),
            })?);
            words = &words[1..];
        }
        Some(_) if explicit => {}
        Some(word) => return Err(BadEvent(format!("'{}' stands where a command should: {WHENS}", shown(word)))),
        None if explicit => {}
        None => return Err(BadEvent(format!("an event without WHEN: {WHENS}"))),
    }
    let nth = match words.first() {
        Some(word) if is_number(word) => {
            if each {
                return Err(BadEvent(format!("'{}' after every: it takes one or the other", shown(word))));
            }
            words = &words[1..];
            let nth = word.parse().ok().filter(|nth| *nth > 0);
            Some(nth.ok_or_else(|| BadEvent(format!("'{}' is no count of commands: they count from 1", shown(word))))?)
        }
        _ if each => None,
        _ => Some(1),
    };
    let at = match words {
        [] => Phase::Before,
        [word] => phase(word).ok_or_else(|| known("phase", word, ["before", "data", "response"]))?,
        [_, word, ..] => return Err(BadEvent(format!("'{}' is one word too many: {WHENS}", shown(word)))),
    };
    Ok(When::Transaction { command, nth, phase: at })
}

fn phase(word: &str) -> Option<Phase> {
    match word {
        "before" => Some(Phase::Before),
        "data" => Some(Phase::Data),
        "response" => Some(Phase::Response),
        _ => None,
    }
}

impl FromStr for What {
    type Err = BadEvent;

    fn from_str(text: &str) -> Result<Self, BadEvent> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Err(BadEvent(format!("an event without WHAT: {}", WHATS.join(", ")))),
            ["click", key] => Ok(Self::Click(button(key)?)),
            ["press", key] => Ok(Self::Press(button(key)?)),
            ["release", key] => Ok(Self::Release(button(key)?)),
            ["exit", "key"] => Ok(Self::ExitKey),
            ["mode", "record"] => Ok(Self::Mode { record: true }),
            ["mode", "playback"] => Ok(Self::Mode { record: false }),
            ["mode", word] => Err(known("mode", word, ["record", "playback"])),
            ["run", ..] => script(text),
            ["card", "ok"] => Ok(Self::Card(CardState::Ok)),
            ["card", "full"] => Ok(Self::Card(CardState::Full)),
            ["card", "read-only"] => Ok(Self::Card(CardState::ReadOnly)),
            ["card", "slow", time] => Ok(Self::CardSlow(span(time)?)),
            ["card", "slow"] => Err(BadEvent("'card slow' takes a time: card slow 20ms".to_owned())),
            ["card", word] => Err(known("state of a card", word, ["ok", "full", "read-only", "slow"])),
            ["battery", millivolts] => millivolts.parse().map(Self::Battery).map_err(|_| {
                BadEvent(format!("'{}' is no voltage: it takes millivolts, as in battery 3100", shown(millivolts)))
            }),
            ["latency", time] => Ok(Self::Latency(span(time)?)),
            ["hang", "script"] => Ok(Self::HangScript),
            ["hang"] => Ok(Self::Hang),
            ["disconnect"] => Ok(Self::Disconnect),
            ["off"] => Ok(Self::Off),
            ["asleep"] => Ok(Self::Asleep),
            ["on"] => Ok(Self::On),
            ["answer", code] => Ok(Self::Answer(response_code(code)?)),
            ["garbage"] => Ok(Self::Garbage),
            ["short"] => Ok(Self::Short),
            ["stall"] => Ok(Self::Stall),
            [word @ ("click" | "press" | "release")] => {
                Err(BadEvent(format!("'{word}' takes the name of a key: {}", key_names())))
            }
            ["latency"] => Err(BadEvent("'latency' takes a time: latency 80ms".to_owned())),
            ["battery"] => Err(BadEvent("'battery' takes millivolts: battery 3100".to_owned())),
            ["answer"] => Err(BadEvent("'answer' takes a response code: answer 0x2002".to_owned())),
            [first, ..] => {
                let whole = words.join(" ");
                let word = if did_you_mean(&whole, WHATS).is_empty() { first } else { whole.as_str() };
                Err(known("happening", word, WHATS))
            }
        }
    }
}

/// `run A/CHDK/SCRIPTS/x.lua`, with a path that may have blanks in it.
fn script(text: &str) -> Result<What, BadEvent> {
    let path = text.trim().strip_prefix("run").unwrap_or_default().trim();
    match path.starts_with("A/") && path.len() <= LONGEST_PATH {
        true => Ok(What::Run(path.to_owned())),
        false => Err(BadEvent("'run' takes a script's path on the card: run A/CHDK/SCRIPTS/x.lua".to_owned())),
    }
}

fn button(word: &str) -> Result<Button, BadEvent> {
    Button::named(word).ok_or_else(|| {
        let hint = did_you_mean(word, Button::all().map(Button::name));
        BadEvent(format!("there is no key '{}'{hint}; the keys are {}", shown(word), key_names()))
    })
}

fn key_names() -> String {
    Button::all().map(Button::name).collect::<Vec<_>>().join(", ")
}

fn response_code(word: &str) -> Result<u16, BadEvent> {
    let digits = word.strip_prefix("0x").filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
    code.ok_or_else(|| BadEvent(format!("'{}' is no response code: it takes one like 0x2002", shown(word))))
}

/// `3s`, `1.5s`, `250ms`.
pub(crate) fn span(word: &str) -> Result<Duration, BadEvent> {
    let bad = |why: &str| BadEvent(format!("'{}' is no time: {why}", shown(word)));
    let (number, unit) = match (word.strip_suffix("ms"), word.strip_suffix('s')) {
        (Some(number), _) => (number, 0.001),
        (None, Some(number)) => (number, 1.0),
        (None, None) => return Err(bad("it takes a number with s or ms, as in 3s or 250ms")),
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let seconds = if plain { number.parse::<f64>().ok() } else { None };
    let Some(seconds) = seconds else { return Err(bad("it takes a number with s or ms, as in 3s or 250ms")) };
    let millis = (seconds * unit * 1000.0).round();
    if millis > LONGEST.as_millis() as f64 {
        return Err(bad("it is longer than 24 days"));
    }
    Ok(Duration::from_millis(millis as u64))
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
}

/// "there is no command 'UplodFile'; did you mean 'UploadFile'?", or what there is.
pub(crate) fn known<'a>(kind: &str, word: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> BadEvent {
    let hint = did_you_mean(word, names.clone());
    let hint = match hint.is_empty() {
        true => format!("; it takes {}", names.into_iter().collect::<Vec<_>>().join(", ")),
        false => hint,
    };
    BadEvent(format!("there is no {kind} '{}'{hint}", shown(word)))
}

fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let lower: String = word.chars().take(SHOWN).collect::<String>().to_lowercase();
    let near = |name: &&str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let closest = names.into_iter().map(|name| (near(&name), name)).min();
    match closest.filter(|(edits, _)| *edits <= 1 + lower.len() / 4) {
        Some((_, name)) => format!("; did you mean '{name}'?"),
        None => String::new(),
    }
}

fn shown(word: &str) -> String {
    word.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Duration> {
        (0..=i32::MAX as u64).prop_map(Duration::from_millis)
    }

    fn buttons() -> impl Strategy<Value = Button> {
        proptest::sample::select(Button::all().collect::<Vec<_>>())
    }

    fn whens() -> impl Strategy<Value = When> {
        let command = proptest::option::of(proptest::sample::select(Command::all().collect::<Vec<_>>()));
        let phase = proptest::sample::select(vec![Phase::Before, Phase::Data, Phase::Response]);
        prop_oneof![
            spans().prop_map(When::After),
            spans().prop_filter("would never end", |span| !span.is_zero()).prop_map(When::Every),
            spans().prop_map(When::Script),
            (command, proptest::option::of(1..=u32::MAX), phase).prop_map(|(command, nth, phase)| When::Transaction {
                command,
                nth,
                phase
            }),
        ]
    }

    fn whats() -> impl Strategy<Value = What> {
        use What::*;
        let plain = [ExitKey, HangScript, Hang, Disconnect, Off, On, Garbage, Short];
        prop_oneof![
            buttons().prop_map(Click),
            buttons().prop_map(Press),
            buttons().prop_map(Release),
            any::<bool>().prop_map(|record| Mode { record }),
            "[a-zA-Z0-9_.]( ?[a-z/.]){0,40}".prop_map(|name| Run(format!("A/{name}"))),
            spans().prop_map(Latency),
            any::<u16>().prop_map(Answer),
            any::<u16>().prop_map(Battery),
            proptest::sample::select(vec![CardState::Ok, CardState::Full, CardState::ReadOnly]).prop_map(Card),
            proptest::sample::select(plain.to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read(when in whens(), what in whats()) {
            prop_assert_eq!(when.to_string().parse::<When>(), Ok(when));
            prop_assert_eq!(what.to_string().parse::<What>(), Ok(what.clone()));
            let event = Event { when, what: what.clone() };
            match event.to_string().parse::<Event>() {
                Ok(read) => prop_assert_eq!(read, event),
                Err(error) => prop_assert!(what.needs_transaction(), "{}", error),
            }
        }

        #[test]
        fn any_text_is_an_event_or_an_error_of_bounded_length(text in "\\PC{0,200}|[a-z0-9: .]{0,60}") {
            match text.parse::<Event>() {
                Ok(event) => prop_assert_eq!(event.to_string().parse::<Event>(), Ok(event)),
                Err(error) => prop_assert!(error.to_string().len() < 1500),
            }
        }
    }

    #[test]
    fn an_event_is_written_in_one_way_and_read_in_some() {
        for (text, shown) in [
            ("3s:exit key", "3s: exit key"),
            ("1.5s: click set", "1500ms: click set"),
            ("  every  2000ms : latency 0.08s", "every 2s: latency 80ms"),
            ("1s: card  slow 0.02s", "1s: card slow 20ms"),
            ("script 2s: mode record", "script 2s: mode record"),
            ("command 3 data: disconnect", "command 3 data: disconnect"),
            ("command uploadfile 2: hang", "UploadFile 2: hang"),
            ("GetObject response: answer 0x2002", "GetObject 1 response: answer 0x2002"),
            ("every command before: answer 0x2019", "every command: answer 0x2019"),
            ("every ReadScriptMsg: off", "every ReadScriptMsg: off"),
            ("2s: asleep", "2s: asleep"),
            ("uploadfile 2 data: stall", "UploadFile 2 data: stall"),
        ] {
            assert_eq!(text.parse::<Event>().map(|event| event.to_string()), Ok(shown.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_slip_is_named_and_answered_with_what_would_do() {
        for (text, word, hint) in [
            ("3s", "'3s'", "WHEN: WHAT"),
            ("soon: off", "'soon'", "WHEN is a time"),
            ("3: off", "'3'", "as in 3s"),
            ("3min: off", "'3min'", "as in 3s"),
            ("-3s: off", "'-3s'", "as in 3s"),
            ("9999999s: off", "'9999999s'", "24 days"),
            ("every 0s: off", "'every 0s'", "1ms"),
            ("every command 3: off", "'3'", "one or the other"),
            ("command 0: off", "'0'", "from 1"),
            ("command 3 datta: off", "'datta'", "did you mean 'data'"),
            ("UplodFile 2: off", "'UplodFile'", "did you mean 'UploadFile'"),
            ("command 3 data now: off", "'now'", "too many"),
            ("3s: click sett", "'sett'", "did you mean 'set'"),
            ("3s: press", "'press'", "shoot_full"),
            ("3s: disconect", "'disconect'", "did you mean 'disconnect'"),
            ("3s: hang scrip", "'hang scrip'", "did you mean 'hang script'"),
            ("3s: mode recrod", "'recrod'", "did you mean 'record'"),
            ("3s: run x.lua", "'run'", "A/CHDK/SCRIPTS"),
            ("3s: answer 0x2002", "'answer 0x2002'", "command 3"),
            ("command 3: answer 2002", "'2002'", "0x2002"),
            ("command 3: short", "'short'", "data"),
            ("3s:", "WHAT", "disconnect"),
            (": off", "WHEN", "UploadFile 2"),
        ] {
            let error = text.parse::<Event>().expect_err(text).to_string();
            assert!(error.contains(word) && error.contains(hint), "{text}: {error}");
        }
    }
}
