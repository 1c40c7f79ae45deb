//! What `get` and `put` have in common: options, and how people and programs hear of a transfer.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{exit, show};
use crate::camera::card::transfer::{Copied, Event, Existing, Item, Options, Outcome, Summary};
use crate::error::{Error, Result};

/// How often programs hear of a file that is on its way.
const OFTEN: Duration = Duration::from_millis(500);

/// What both take.
#[derive(Args, Clone)]
pub(super) struct TransferArgs {
    /// What to do where another file of the name is: error; skip; replace it; replace it if it is older; rename, that
    /// is, take a name with a number. One that is the same by size, time and some of its bytes counts as done, but with
    /// replace
    #[arg(long, value_name = "WHAT", hide_possible_values = true, value_parser = existing())]
    pub existing: Option<Existing>,

    /// Have the camera compute a checksum of each file, and compare
    #[arg(long)]
    pub verify: bool,

    /// Do not keep the times of files
    #[arg(long)]
    pub no_mtime: bool,

    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// Say nothing but what goes wrong
    #[arg(short, long)]
    pub quiet: bool,

    /// Print a line of JSON for each thing that happens, and a summary
    #[arg(long)]
    pub json: bool,
}

fn existing() -> impl TypedValueParser<Value = Existing> {
    PossibleValuesParser::new(Existing::WORDS.map(|(word, _)| word)).map(|word| word.parse().unwrap_or(Existing::Error))
}

impl TransferArgs {
    pub fn options(&self) -> Options {
        Options {
            existing: self.existing.unwrap_or_default(),
            verify: self.verify,
            mtime: !self.no_mtime,
            dry_run: self.dry_run,
            ..Options::default()
        }
    }

    /// Who tells of a transfer of so many bytes.
    pub fn report(&self, total: u64) -> Report {
        let form = if self.json {
            Form::Json
        } else if std::io::stderr().is_terminal() && !self.quiet && !self.dry_run {
            Form::Bar
        } else if self.quiet {
            Form::Quiet
        } else {
            Form::Lines
        };
        let bar = match form {
            Form::Bar => ProgressBar::new(total).with_style(style()),
            _ => ProgressBar::hidden(),
        };
        Report { form, bar, done: 0, told: 0, next: None, begun: Instant::now() }
    }
}

fn style() -> ProgressStyle {
    let style = "{prefix} {wide_msg} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} [{bar:20}]";
    ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Lines of JSON on standard output.
    Json,
    /// A bar on the terminal, and a line for what is not just copied.
    Bar,
    /// A line for each file on standard output.
    Lines,
    Quiet,
}

/// Tells of a transfer.
pub(super) struct Report {
    form: Form,
    bar: ProgressBar,
    /// Bytes of files that are done.
    done: u64,
    /// How many errors were told.
    told: usize,
    /// When programs hear of a file again.
    next: Option<Instant>,
    begun: Instant,
}

impl Report {
    /// To be given each event.
    pub fn event(&mut self, event: &Event<'_>) -> Result<()> {
        match self.form {
            Form::Json => self.json(event)?,
            Form::Bar => self.draw(event),
            Form::Lines | Form::Quiet => {}
        }
        let Event::Ended { item, outcome } = event else { return Ok(()) };
        if let Outcome::Failed(error) = outcome {
            self.told += 1;
            return self.aside(|| {
                if self.form != Form::Json {
                    exit::say(&error.to_string());
                }
                Ok(())
            });
        }
        let plain =
            matches!(outcome, Outcome::Copied(Copied { resumed: 0, replaced: false, .. }) | Outcome::Same { .. });
        if self.form == Form::Lines || self.form == Form::Bar && !plain {
            return self.aside(|| exit::print(exit::harmless(&line(item, outcome))));
        }
        Ok(())
    }

    /// Says something while the bar is out of the way.
    fn aside(&self, say: impl FnOnce() -> Result<()>) -> Result<()> {
        self.bar.suspend(say)
    }

    fn draw(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun { item, from } => {
                self.bar.set_prefix(format!("{}/{}", item.number, item.count));
                self.bar.set_message(short(item));
                self.bar.set_position(self.done + from);
                if *from > 0 {
                    self.bar.reset_eta();
                }
            }
            Event::Moved { bytes, .. } => self.bar.set_position(self.done + bytes),
            Event::Verifying { item } => {
                self.bar.set_message(format!("{}, its checksum", short(item)));
            }
            Event::Ended { item, .. } => {
                self.done += item.size;
                self.bar.set_position(self.done);
            }
        }
    }

    fn json(&mut self, event: &Event<'_>) -> Result<()> {
        let value = match event {
            Event::Begun { item, from } => {
                self.next = Some(Instant::now() + OFTEN);
                json!({"event": "begin", "number": item.number, "count": item.count, "from": item.from, "to": item.to,
                       "size": item.size, "offset": from})
            }
            Event::Moved { item, bytes } => {
                if self.next.is_none_or(|next| Instant::now() < next) {
                    return Ok(());
                }
                self.next = Some(Instant::now() + OFTEN);
                json!({"event": "progress", "number": item.number, "from": item.from, "bytes": bytes, "size": item.size})
            }
            Event::Verifying { item } => json!({"event": "verify", "number": item.number, "from": item.from}),
            Event::Ended { item, outcome } => {
                let mut value = json!({"event": "end", "number": item.number, "count": item.count, "from": item.from,
                                       "to": item.to, "size": item.size});
                add(&mut value, outcome);
                value
            }
        };
        exit::print(show::json_line(&value))
    }

    /// What came of it in sum, and the exit code. `more` stands behind the numbers.
    pub fn end(self, summary: &Summary, more: &[(usize, &str)]) -> Result<u8> {
        self.bar.finish_and_clear();
        if let Some(error) = summary.error.as_ref().filter(|_| self.told == 0) {
            exit::say(&error.to_string());
        }
        let rest: String =
            more.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!(", {n} {what}")).collect();
        match self.form {
            Form::Json => {
                let mut value = json!({
                    "event": "summary", "copied": summary.copied, "bytes": summary.bytes, "same": summary.same,
                    "skipped": summary.skipped, "planned": summary.planned, "deleted": summary.deleted,
                    "failed": summary.failed, "left": summary.left,
                });
                for (count, what) in more {
                    value[what.split(' ').next().unwrap_or_default()] = json!(count);
                }
                if let Some(error) = &summary.error {
                    value["error"] = describe(error);
                }
                exit::print(show::json_line(&value))?;
            }
            Form::Bar => {
                let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
                let rate = HumanBytes((summary.bytes as f64 / seconds) as u64);
                let speed = match summary.copied {
                    0 => String::new(),
                    _ => format!(" ({} in {seconds:.1} s, {rate}/s)", HumanBytes(summary.bytes)),
                };
                exit::say(&format!("{summary}{rest}{speed}"));
            }
            Form::Lines => exit::say(&format!("{summary}{rest}")),
            Form::Quiet => {}
        }
        Ok(summary.error.as_ref().map_or(exit::DONE, exit::code))
    }
}

/// A file's name, for a bar that has little room.
fn short(item: &Item) -> String {
    let name = item.from.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default();
    exit::harmless(name).replace(['\n', '\t'], " ")
}

/// A file in a line of text.
fn line(item: &Item, outcome: &Outcome) -> String {
    let Item { from, to, .. } = item;
    match outcome {
        Outcome::Copied(copied) => {
            let mut notes = Vec::new();
            if copied.resumed > 0 {
                notes.push(format!("went on from byte {}", copied.resumed));
            }
            if copied.replaced {
                notes.push("replaced".to_owned());
            }
            if let Some(sum) = copied.checksum {
                notes.push(format!("checksum {sum:08x}"));
            }
            if copied.deleted {
                notes.push("deleted there".to_owned());
            }
            let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
            format!("{from} -> {to}{notes}\n")
        }
        Outcome::Same { deleted: false } => format!("{from} is there already: {to}\n"),
        Outcome::Same { deleted: true } => format!("{from} is there already: {to} (deleted there)\n"),
        Outcome::Skipped => format!("{from} skipped: another file is {to}\n"),
        Outcome::Planned => format!("{from} would be {to}\n"),
        Outcome::Failed(error) => format!("{from} failed: {error}\n"),
    }
}

fn add(value: &mut Value, outcome: &Outcome) {
    value["result"] = json!(match outcome {
        Outcome::Copied(copied) => {
            value["resumed"] = json!(copied.resumed);
            value["replaced"] = json!(copied.replaced);
            value["deleted"] = json!(copied.deleted);
            value["checksum"] = json!(copied.checksum.map(|sum| format!("{sum:08x}")));
            "copied"
        }
        Outcome::Same { deleted } => {
            value["deleted"] = json!(deleted);
            "same"
        }
        Outcome::Skipped => "skipped",
        Outcome::Planned => "planned",
        Outcome::Failed(error) => {
            value["error"] = describe(error);
            "failed"
        }
    });
}

/// Programs that read JSON hear of what ends the command, too.
pub(super) fn told(json: bool, result: Result<u8>) -> Result<u8> {
    if let (true, Err(error)) = (json, &result) {
        exit::print(show::json_line(&json!({"event": "error", "error": describe(error)})))?;
    }
    result
}

fn describe(error: &Error) -> Value {
    json!({"kind": format!("{:?}", error.kind()), "message": error.to_string()})
}

/// Standard output as a place for files, which somebody may close.
pub(super) struct Stdout {
    /// Nobody reads on.
    pub closed: bool,
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = std::io::stdout().lock().write(bytes);
        self.closed |= written.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
        written
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let flushed = std::io::stdout().lock().flush();
        self.closed |= flushed.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
        flushed
    }
}
