//! `moonshutter get`

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::Args;

use super::card::{PATHS, SelectArgs, tell};
use super::lint::gate;
use super::transfer::{Stdout, TransferArgs, told};
use super::{Context, exit};
use crate::camera::card::transfer::{CardTarget, Event, Existing, Options, Source, Summary, Target};
use crate::camera::card::{CardPath, Pattern, Select, Template, shown};
use crate::camera::{self, Camera};
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};

/// A file appears under its name when it is whole. One that was cut off goes on from where it was when the same command
/// is run again.
#[derive(Args)]
#[command(after_help = PATHS)]
pub(super) struct Get {
    /// Files and folders on the card, patterns in quotes; and last, where they go: a folder or file here, - for
    /// standard output. Without that, this folder
    #[arg(value_name = "PATH", required_unless_present = "sync")]
    paths: Vec<OsString>,

    /// Where they go, if it does not stand last
    #[arg(short, long, value_name = "TARGET", conflicts_with = "sync")]
    output: Option<OsString>,

    /// Folders, with all that is in them
    #[arg(short, long, visible_short_alias = 'R')]
    recursive: bool,

    /// What files are called in the target folder, as in {date}/{name} or {path}. Fields: name, stem, ext, path, dir,
    /// folder, dirnum, prefix, number, date, time, year, month, day, hour, minute, second, date:FORMAT, camera, serial,
    /// seq, seq:DIGITS
    #[arg(short, long)]
    template: Option<Template>,

    /// Fetch what this folder has not got from the camera before: all of A/DCIM, or of the paths that are named
    #[arg(long, value_name = "DIR")]
    sync: Option<PathBuf>,

    /// Delete files on the card when they have arrived and the checksum is the same
    #[arg(long, visible_alias = "move")]
    delete: bool,

    /// Begin anew with what was cut off
    #[arg(long)]
    no_resume: bool,

    /// Copy to the card of this camera; the target is a path on it
    #[arg(long, value_name = "SPEC", conflicts_with = "sync")]
    to: Option<Spec>,

    #[command(flatten)]
    transfer: TransferArgs,

    #[command(flatten)]
    select: SelectArgs,
}

impl Get {
    pub fn run(self, context: &Context) -> Result<u8> {
        let json = self.transfer.json;
        told(json, self.transfer(context))
    }

    fn transfer(mut self, context: &Context) -> Result<u8> {
        let target = self.target()?;
        let options = self.options();
        if target.as_deref() == Some(OsStr::new("-")) && (self.transfer.json || self.to.is_some()) {
            let with = if self.transfer.json { "--json" } else { "--to" };
            return Err(usage(format!("the files themselves go to standard output, which leaves no room for {with}")));
        }
        let mut camera = context.connect(&context.options())?;
        camera.await_idle()?;
        let (sources, all) = self.sources(&mut camera)?;
        let total = sources.iter().map(|source| source.stat.size).sum();
        let code = if let Some(folder) = &self.sync {
            let mut report = self.transfer.report(total);
            let synced = camera.sync(&sources, folder, &options, &mut |event| report.event(event))?;
            report.end(&synced.summary, &[(synced.known, "known from before")])?
        } else if let Some(spec) = &self.to {
            let other = self.other(context, spec)?;
            self.to_camera(&mut camera, other, &sources, target.as_deref(), &options, total)?
        } else if target.as_deref() == Some(OsStr::new("-")) {
            self.stream(&mut camera, &sources, &options)?
        } else {
            let target = self.place(target.as_deref(), &sources)?;
            let mut report = self.transfer.report(total);
            let summary = camera.get(&sources, &target, &options, &mut |event| report.event(event));
            report.end(&summary, &[])?
        };
        // A camera that is gone has been told of.
        let _ = camera.disconnect();
        Ok(if code == exit::DONE && !all { exit::FAILED } else { code })
    }

    /// Takes the target from where it stands.
    fn target(&mut self) -> Result<Option<OsString>> {
        let is_path = |path: &OsString| CardPath::is_meant(path.as_encoded_bytes());
        let mut target = self.output.take();
        if target.is_none()
            && self.sync.is_none()
            && self.paths.len() > 1
            && (self.to.is_some() || self.paths.last().is_some_and(|last| !is_path(last)))
        {
            target = self.paths.pop();
        }
        if let Some(path) = self.paths.iter().find(|path| !is_path(path)) {
            let path = path.display();
            return Err(usage(format!(
                "{path} is no path on the card: those begin with A/ or a colon, as in A/DCIM or :DCIM. A folder of this computer \
                 stands last, or behind -o"
            )));
        }
        Ok(target)
    }

    fn options(&self) -> Options {
        let mut options = self.transfer.options();
        options.template = self.template.clone().unwrap_or_else(Template::path);
        options.delete = self.delete;
        options.resume = !self.no_resume;
        if self.sync.is_some() {
            options.existing = self.transfer.existing.unwrap_or(Existing::Rename);
        }
        options
    }

    /// What is to be fetched, and whether all that was asked for is there.
    fn sources(&self, camera: &mut Camera) -> Result<(Vec<Source>, bool)> {
        let default = [OsString::from("A/DCIM/")];
        let paths = if self.paths.is_empty() { &default[..] } else { &self.paths };
        let texts: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
        let roots = texts.iter().map(|text| text.parse::<Pattern>()).collect::<Result<Vec<_>>>();
        let roots = roots.map_err(|error| usage(error.message().to_owned()))?;
        let recursive = self.recursive || self.sync.is_some();
        let select = Select { roots, recursive, filter: self.select.filter(camera)?, ..Select::default() };
        let contents: Vec<_> = texts.iter().map(|text| self.sync.is_some() || text.ends_with('/')).collect();
        let mut sources = Vec::new();
        let mut all = true;
        let walked = camera.walk(&select, &mut |entry| {
            match Source::of(&entry, contents.get(entry.root).copied().unwrap_or(false)) {
                Some(source) => sources.push(source),
                None if entry.is_dir() && recursive => {}
                None if entry.is_dir() => {
                    all = false;
                    exit::say(&format!("{} is a folder; -r fetches what is in it", entry.path));
                }
                None => {
                    all = false;
                    exit::say(&format!("{} cannot be fetched: the camera does not say what it is", entry.path));
                }
            }
            Ok(())
        })?;
        Ok((sources, tell(camera, &select, &walked) && all))
    }

    /// A folder is what is one, what ends with a slash, and what several files go to.
    fn place(&self, target: Option<&OsStr>, sources: &[Source]) -> Result<Target> {
        let Some(target) = target else { return Ok(Target::Folder(PathBuf::new())) };
        let path = Path::new(target);
        let marked = target.as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)));
        let several = self.paths.len() > 1 || self.recursive || sources.len() != 1 || self.template.is_some();
        if !marked && !several && !path.is_dir() {
            return Ok(Target::File(path.to_owned()));
        }
        if path.is_file() && !sources.is_empty() {
            return Err(usage(format!("{} is a file, and a folder is needed", path.display())));
        }
        Ok(Target::Folder(path.to_owned()))
    }

    fn stream(&self, camera: &mut Camera, sources: &[Source], options: &Options) -> Result<u8> {
        let mut out = Stdout { closed: false };
        for source in sources {
            if self.transfer.dry_run {
                exit::say(&format!("{} would be written to standard output", shown(&source.path)));
                continue;
            }
            let got = camera.get_to(source, &mut out, options, &mut |_| Ok(()));
            if out.closed {
                return Err(Error::new(ErrorKind::Closed, "nobody reads standard output any more"));
            }
            got?;
        }
        Ok(exit::DONE)
    }

    fn other(&self, context: &Context, spec: &Spec) -> Result<Camera> {
        let options = camera::Options { check: Some(gate(None)?), ..context.options() };
        let mut other = connect::connect(spec, &options)?;
        other.await_idle()?;
        Ok(other)
    }

    fn to_camera(
        &self,
        camera: &mut Camera,
        mut other: Camera,
        sources: &[Source],
        target: Option<&OsStr>,
        options: &Options,
        total: u64,
    ) -> Result<u8> {
        let Some(target) = target else {
            return Err(usage("where on the other card? Its path stands last, as in A/DCIM/".to_owned()));
        };
        let target = card_target(&mut other, target, sources.len() != 1 || self.recursive)?;
        let mut report = self.transfer.report(total);
        let summary: Summary =
            camera.copy_to(&mut other, sources, &target, options, &mut |event: &Event<'_>| report.event(event));
        let code = report.end(&summary, &[])?;
        let _ = other.disconnect();
        Ok(code)
    }
}

/// A folder is what is one, what ends with a slash, and what several files go to.
pub(super) fn card_target(camera: &mut Camera, target: &OsStr, several: bool) -> Result<CardTarget> {
    let text = target.as_encoded_bytes();
    if !CardPath::is_meant(text) {
        let target = target.display();
        return Err(usage(format!(
            "{target} is no path on the card: those begin with A/ or a colon, as in A/DCIM or :DCIM"
        )));
    }
    let path = CardPath::parse(text)?;
    let is_folder = several || path.is_root() || text.ends_with(b"/") || {
        match camera.stat(path.as_bytes()) {
            Ok(stat) => stat.is_dir,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        }
    };
    let bytes = path.as_bytes().to_vec();
    Ok(if is_folder { CardTarget::Folder(bytes) } else { CardTarget::File(bytes) })
}

fn usage(text: String) -> Error {
    Error::new(ErrorKind::Usage, text)
}
