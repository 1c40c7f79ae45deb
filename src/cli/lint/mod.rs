//! `moonshutter lint`

mod files;
mod github;
mod human;
mod item;
mod json;
mod queue;
mod rules;
mod sarif;
mod settings;
mod short;
mod watch;
mod work;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Context, exit};
use crate::error::{Error, ErrorKind, Result};
use crate::lint::{Report, Severity, Start, Target};

use item::Tally;
pub(super) use settings::gate;

/// Checks scripts without a camera: those for the camera, and those for this computer with the camera code in them.
///
/// Folders are searched for .lua files; what .gitignore names is left out. Exit codes: 0 nothing worse than warnings,
/// 1 warnings with --deny warnings, 2 wrong usage or a file that cannot be read, 3 errors.
#[derive(Args)]
pub(super) struct Lint {
    /// Scripts and folders (-: standard input)
    #[arg(required_unless_present_any = ["explain", "list_rules"])]
    paths: Vec<PathBuf>,

    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,

    /// Fail (exit code 1) on warnings too
    #[arg(long, value_name = "WHAT")]
    deny: Vec<Deny>,

    /// The CHDK that camera scripts are for, as in 1.6: other than what their headers say
    #[arg(long, value_name = "VERSION")]
    target: Option<Target>,

    /// Where required modules are: a card, its CHDK folder, or any folder with modules. More than once
    #[arg(long, value_name = "DIR")]
    module_path: Vec<PathBuf>,

    /// The settings of rules; moonshutter.toml beside the script, or in a folder around it, if not given
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take all files for host scripts
    #[arg(long, group = "kind")]
    host: bool,

    /// Take all files for camera scripts that are started from the menu
    #[arg(long, group = "kind")]
    menu: bool,

    /// Take all files for camera scripts that are sent over PTP
    #[arg(long, group = "kind")]
    ptp: bool,

    /// Take all files for modules of camera scripts
    #[arg(long, group = "kind")]
    library: bool,

    /// What reports call standard input
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    stdin_name: String,

    /// Check again whenever something changes, until Ctrl-C
    #[arg(long, conflicts_with = "explain")]
    watch: bool,

    /// Whether to print in colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,

    /// Tell what a rule finds, why that fails on a camera, and what to write instead
    #[arg(long, value_name = "RULE", exclusive = true)]
    explain: Option<String>,

    /// Print all rules with their severities
    #[arg(long, exclusive = true)]
    list_rules: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// With the lines of the script, for people
    Human,
    /// One line for each finding, as compilers print it
    Short,
    /// JSON Lines: an object for each finding, and a summary
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Commands of GitHub's workflows
    Github,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// How findings are printed.
trait Format {
    /// What is printed of one script.
    fn report(&mut self, report: &Report) -> String;

    /// What is printed behind the last one.
    fn finish(&mut self, tally: &Tally) -> String;
}

impl Lint {
    pub fn run(self, context: &Context) -> Result<u8> {
        if let Some(rule) = &self.explain {
            return rules::explain(rule);
        }
        if self.list_rules {
            return rules::list();
        }
        if self.watch {
            return watch::run(&self, context);
        }
        let tally = self.check(context)?;
        Ok(self.code(&tally))
    }

    /// Checks everything once and prints it.
    fn check(&self, context: &Context) -> Result<Tally> {
        let mut job = work::Job::new(self)?;
        let mut tally = Tally::default();
        let mut found = files::find(&self.paths, &self.stdin_name, context)?;
        job.prepare(&mut found.files)?;
        for (path, why) in found.unreadable {
            tally.cannot_read(path, why);
        }
        let mut format = self.formatter();
        let mut seen = item::Seen::default();
        job.each(&found.files, &context.interrupt, &mut |checked| match checked {
            Ok(mut report) => {
                seen.only_new(&mut report);
                tally.count(&report);
                exit::print(format.report(&report))
            }
            Err((path, why)) => {
                tally.cannot_read(path, why);
                Ok(())
            }
        })?;
        if context.interrupt.is_raised() && !self.watch {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted"));
        }
        exit::print(format.finish(&tally))?;
        for (path, why) in &tally.unreadable {
            exit::say(&format!("cannot read {path}: {why}"));
        }
        if matches!(self.format, Form::Human | Form::Short) {
            exit::say(&tally.to_string());
        }
        Ok(tally)
    }

    fn formatter(&self) -> Box<dyn Format> {
        match self.format {
            Form::Human => Box::new(human::Human::new(self.coloured())),
            Form::Short => Box::new(short::Short),
            Form::Json => Box::new(json::Json),
            Form::Sarif => Box::new(sarif::Sarif::default()),
            Form::Github => Box::new(github::Github),
        }
    }

    /// By what was asked for, then <https://no-color.org>, then whether anybody looks.
    fn coloured(&self) -> bool {
        use std::io::IsTerminal;
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                !set("NO_COLOR") && !dumb && std::io::stdout().is_terminal()
            }
        }
    }

    fn code(&self, tally: &Tally) -> u8 {
        match tally.worst() {
            _ if !tally.unreadable.is_empty() => exit::USAGE,
            Some(Severity::Error) => exit::LINT,
            Some(Severity::Warning) if self.deny.contains(&Deny::Warnings) => exit::FAILED,
            _ => exit::DONE,
        }
    }

    /// What all files are taken for, if somebody said so.
    fn kind(&self) -> Option<work::Kind> {
        use work::Kind;
        let given = [
            (self.host, Kind::Host),
            (self.menu, Kind::Camera(Start::Menu)),
            (self.ptp, Kind::Camera(Start::Ptp)),
            (self.library, Kind::Camera(Start::Library)),
        ];
        given.into_iter().find_map(|(given, kind)| given.then_some(kind))
    }
}
