//! What stands in grey behind the cursor: the arguments that are still to come, and what the function does.

use crate::api::Yields;

use super::complete::camera_code_of_string;
use super::lex::TokenKind;
use super::line::{Language, Line, Typed, words};
use super::reading::{Call, Reading};
use super::values::{Known, host_entry, known};
use super::world::{Argument, World, command as command_of, innermost};

/// Less room than this is not worth a hint.
const LEAST_ROOM: usize = 8;

/// What to show behind the cursor, if it is at the end of the text. `columns`: how many the text and the hint have on a
/// line.
pub fn hint(text: &str, cursor: usize, columns: usize, world: &dyn World) -> Option<String> {
    if cursor != text.len() {
        return None;
    }
    let hint = line(&text[innermost(text, world)..], world).filter(|hint| !hint.is_empty())?;
    let used = text.rsplit('\n').next().unwrap_or(text).chars().count();
    // The last column belongs to the cursor.
    let room = columns.saturating_sub(used + 1);
    if hint.chars().count() <= room {
        return Some(hint);
    }
    (room >= LEAST_ROOM).then(|| hint.chars().take(room - 1).chain(['…']).collect())
}

fn line(text: &str, world: &dyn World) -> Option<String> {
    let typed = Typed::parse(text, world.language());
    match typed.line {
        Line::Empty | Line::Help(_) => None,
        Line::Command { name, rest } => command(text, name, rest, world),
        _ => typed.code().and_then(|(language, text)| code(text, language, world)),
    }
}

fn command(text: &str, name: &str, rest: &str, world: &dyn World) -> Option<String> {
    let command = command_of(world.commands(), name)?;
    match command.arguments {
        [Argument::CameraCode] if !rest.is_empty() => return code(rest, Language::Camera, world),
        _ => {}
    }
    let given = words(rest);
    // Options are not among what the usage counts; what is open in a quote will not be followed by a hint.
    if given.last().is_some_and(|word| word.open.is_some()) {
        return None;
    }
    let given = given.iter().filter(|word| !word.value.starts_with('-')).count();
    let usage: Vec<_> = command.usage.split_whitespace().skip(given).collect();
    let blank = match text.ends_with(char::is_whitespace) {
        true => String::new(),
        // Of a name that is not whole, what is missing.
        false if rest.is_empty() => format!("{} ", &command.name[name.len()..]),
        false => " ".into(),
    };
    match (usage.is_empty(), given) {
        (true, 0) => Some(format!("{blank} {}", command.help)),
        (true, _) => None,
        (false, _) => Some(format!("{blank}{}  {}", usage.join(" "), command.help)),
    }
}

fn code(text: &str, language: Language, world: &dyn World) -> Option<String> {
    let reading = Reading::new(text, language);
    if reading.in_comment {
        return None;
    }
    if reading.open_string().is_some() {
        return code(camera_code_of_string(&reading, world)?, Language::Camera, world);
    }
    let end = reading.tokens.len();
    let last = reading.tokens.last()?;
    if last.kind == TokenKind::Name && last.end == text.len() {
        let declares = end >= 2 && matches!(reading.word(end - 2), "function" | "local");
        let chain = reading.chain(end).filter(|_| !declares);
        if let Some(known) = chain.and_then(|chain| known(&reading, &chain, world)) {
            return Some(format!("({}{}", known.args.join(", "), tail(&known)));
        }
    }
    let call = reading.call(end)?;
    if let Some(table) = &call.table {
        let key = table.key.as_deref().filter(|_| reading.word(end - 1) == "=")?;
        return option(&reading, &call, key, world);
    }
    let known = known(&reading, &call.callee, world)?;
    Some(rest_of(&known, &call) + &tail(&known))
}

/// The type of an option whose value comes next, and what it does.
fn option(reading: &Reading<'_>, call: &Call, key: &str, world: &dyn World) -> Option<String> {
    let option = host_entry(reading, &call.callee, world)?.options().find(|option| option.name == key)?;
    let blank = if reading.text.ends_with(char::is_whitespace) { "" } else { " " };
    Some(format!("{blank}{}  {}", option.types, option.summary))
}

/// The arguments that are still to come.
fn rest_of(known: &Known, call: &Call) -> String {
    let rest: Vec<_> = known.args.iter().skip(call.argument + usize::from(call.begun)).map(String::as_str).collect();
    let many = known.args.last().is_some_and(|last| last == "...");
    match (rest.is_empty(), call.begun) {
        (true, false) if many => "...".into(),
        (true, _) => String::new(),
        (false, true) => format!(", {}", rest.join(", ")),
        (false, false) => rest.join(", "),
    }
}

fn tail(known: &Known) -> String {
    let yields = match known.yields {
        Yields::No => "",
        Yields::Yes => "yields: ",
        Yields::Conditional => "may yield: ",
    };
    if known.summary.is_empty() && yields.is_empty() { ")".into() } else { format!(")  {yields}{}", known.summary) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::fake::Fake;

    fn shown(text: &str) -> String {
        hint(text, text.len(), 70, &Fake::new(Language::Host)).unwrap_or_default()
    }

    #[test]
    fn functions_show_their_arguments() {
        assert_eq!(shown("con:exec"), "(code, [options])  starts Lua code on the camera and goes on");
        assert_eq!(shown("con:exec("), "code, [options])  starts Lua code on the camera and goes on");
        assert_eq!(shown("con:exec('x'"), ", [options])  starts Lua code on the camera and goes on");
        assert_eq!(shown("con:exec('x', "), "[options])  starts Lua code on the camera and goes on");
        assert_eq!(shown("con:exec('x', {}"), ")  starts Lua code on the camera and goes on");
        assert_eq!(shown("t.take("), "count, path)");
        assert_eq!(shown("t.count"), "");
        assert_eq!(shown("con:exec('x')"), "");
    }

    #[test]
    fn what_yields_says_so() {
        assert_eq!(shown("=sleep("), "ms)  yields: always suspends at least one kbd tick, even for …");
        assert!(shown("=read_usb_msg(").contains("may yield: "));
        assert!(!shown("=get_mode(").contains("yield"));
        assert!(shown("con:exec('sleep(").starts_with("ms)  yields: "));
        assert_eq!(shown("con.remote.imath.sind("), shown("=imath.sind("));
        assert!(shown("= f = io.open('x') f:seek(").starts_with("[whence], [offset])"));
    }

    #[test]
    fn options_show_what_they_are() {
        assert_eq!(shown("con:exec('x', {lint = "), "boolean  false sends the code without a look b…");
        assert_eq!(shown("con:exec('x', {lint ="), " boolean  false sends the code without a look b…");
        assert_eq!(shown("con:exec('x', {"), "");
    }

    #[test]
    fn commands_show_their_usage() {
        assert_eq!(shown(":put"), " FILE [TO]  sends a file");
        assert_eq!(shown(":put "), "FILE [TO]  sends a file");
        assert_eq!(shown(":put scan.lua"), " [TO]  sends a file");
        assert_eq!(shown(":put scan.lua A/"), "");
        assert_eq!(shown(":list"), "  lists cameras");
        assert_eq!(shown(":time t.take("), shown("t.take("));
        assert_eq!(shown(":pu"), "t FILE [TO]  sends a file");
        assert_eq!(shown(":l"), "");
    }

    #[test]
    fn hints_stand_at_the_end_and_have_room() {
        let world = Fake::new(Language::Host);
        assert_eq!(hint("con:exec( )", 9, 80, &world), None);
        assert_eq!(hint("con:exec(", 9, 12, &world), None);
        assert_eq!(hint("con:exec(", 9, 24, &world).unwrap(), "code, [option…");
        assert!(hint(&format!("{}\ncon:exec(", "-".repeat(100)), 110, 40, &world).is_some());
    }
}
