//! Checking many files at once, in an order of their own.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use super::Lint;
use super::files::{Input, Origin, reason};
use super::queue::Queue;
use super::settings::Settings;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use crate::host;
use crate::lint::{self, Config, Folders, Modules, Options, Report, Source, Start};

/// Larger files are no scripts.
pub(super) const LARGEST: u64 = 64 << 20;

/// A file that was read.
enum Begun {
    /// A host script, checked.
    Host(Report),
    /// A camera script, which is checked with others.
    Camera(Source, Options),
}

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lua of this computer.
    Host,
    /// Lua of the camera.
    Camera(Start),
}

/// What all checks have in common.
pub(super) struct Job {
    kind: Option<Kind>,
    options: Options,
    roots: Vec<PathBuf>,
    settings: Settings,
    folders: Mutex<HashMap<PathBuf, Arc<Folders>>>,
}

/// A report, or the file that cannot be read, with the reason.
pub(super) type Checked = Result<Report, (String, String)>;

impl Job {
    pub fn new(lint: &Lint) -> Result<Self> {
        let options = Options { target: lint.target, ..Options::default() };
        let settings = Settings::new(lint.config.as_deref())?;
        let roots = lint.module_path.clone();
        if let Some(root) = roots.iter().find(|root| !root.is_dir()) {
            let message = format!("--module-path {}: there is no such folder", root.display());
            return Err(Error::new(ErrorKind::Usage, message));
        }
        Ok(Self { kind: lint.kind(), options, roots, settings, folders: Mutex::default() })
    }

    /// Reads the settings of all files, and takes out those that are not to be looked at.
    pub fn prepare(&mut self, files: &mut Vec<Input>) -> Result<()> {
        let mut failed = None;
        files.retain(|file| match self.settings.read(file.path()) {
            Ok(None) => true,
            Ok(Some(config)) => !(file.found && file.path().is_some_and(|path| config.excludes(path))),
            Err(error) => {
                failed.get_or_insert(error);
                false
            }
        });
        failed.map_or(Ok(()), Err)
    }

    /// Checks all files, as many at a time as there are processors, and hands the reports on in the order of the files.
    pub fn each(
        &self,
        files: &[Input],
        interrupt: &Interrupt,
        take: &mut dyn FnMut(Checked) -> Result<()>,
    ) -> Result<()> {
        // A worker takes some files at a time, which is faster than one by one, unless others would have none.
        let workers = thread::available_parallelism().map_or(1, NonZero::get).min(files.len());
        let together = (files.len() / (4 * workers.max(1))).clamp(1, lint::check::TOGETHER);
        let queue = Queue::new(files.len(), together, |file| files[file].size());
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..workers {
                let (queue, sender) = (&queue, sender.clone());
                scope.spawn(move || {
                    let work = || {
                        while let Some((taken, sizes)) = queue.take(interrupt) {
                            let checked = self.check_fenced(&files[taken.clone()]);
                            for (at, checked) in taken.zip(checked.into_iter().zip(sizes)) {
                                if sender.send((at, checked)).is_err() {
                                    return;
                                }
                            }
                        }
                    };
                    // One big stack for all files of this worker; without, each check asks for one.
                    if lint::on_big_stack(work).is_err() {
                        work();
                    }
                });
            }
            drop(sender);
            let _closing = queue.closing();
            in_order(receiver, |(checked, size)| {
                let result = take(checked);
                queue.done(size);
                result
            })
        })
    }

    /// One file on which the linter itself fails leaves the others to be checked.
    fn check_fenced(&self, files: &[Input]) -> Vec<Checked> {
        let fenced = |files: &[Input]| catch_unwind(AssertUnwindSafe(|| self.check(files)));
        fenced(files).unwrap_or_else(|_| {
            let one = |file: &Input| {
                let failed =
                    || vec![Err((file.name.clone(), "the linter failed on it; please report this".to_owned()))];
                fenced(std::slice::from_ref(file)).unwrap_or_else(|_| failed())
            };
            files.iter().flat_map(one).collect()
        })
    }

    fn check(&self, files: &[Input]) -> Vec<Checked> {
        let (mut scripts, mut options) = (Vec::new(), Vec::new());
        let begin = |file: &Input| match self.begin(file) {
            Ok(Begun::Host(report)) => Some(Ok(report)),
            Ok(Begun::Camera(source, its)) => {
                scripts.push(source);
                options.push(its);
                None
            }
            Err(error) => Some(Err(error)),
        };
        let checked: Vec<_> = files.iter().map(begin).collect();
        let mut reports = lint::check_many(scripts.into_iter().zip(&options).collect()).into_iter().map(Ok);
        checked.into_iter().filter_map(|checked| checked.or_else(|| reports.next())).collect()
    }

    fn begin(&self, input: &Input) -> Result<Begun, (String, String)> {
        let (text, path) = match &input.origin {
            Origin::Text(text) => (text.clone(), None),
            Origin::File(path) => {
                let text = read(path).map_err(|why| (input.name.clone(), why))?;
                (text, Some(path.as_path()))
            }
        };
        let source = Source::new(&input.name, text);
        let kind = self.kind.unwrap_or_else(|| match host::lint::is_host(&source) {
            true => Kind::Host,
            false => Kind::Camera(lint::kind::start(path, &source)),
        });
        let config = self.settings.of(path);
        let mut options = Options { modules: self.modules(path, config), ..self.options.clone() };
        if let Some(config) = config {
            config.apply(&mut options);
        }
        match kind {
            Kind::Host => Ok(Begun::Host(host::lint::check(source, &options))),
            Kind::Camera(start) => {
                options.start = start;
                Ok(Begun::Camera(source, options))
            }
        }
    }

    /// Scripts in one folder share what is known of it.
    fn modules(&self, script: Option<&Path>, config: Option<&Config>) -> Arc<dyn Modules> {
        let folder = script.and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let known = folders.entry(folder).or_insert_with(|| {
            let more = config.map(|config| config.roots.as_slice()).unwrap_or_default();
            Arc::new(Folders::new(script, &[&self.roots, more].concat()))
        });
        known.clone()
    }
}

/// Hands on what comes with numbers from 0, in their order.
fn in_order<T>(receiver: mpsc::Receiver<(usize, T)>, mut take: impl FnMut(T) -> Result<()>) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut wanted = 0;
    for (at, item) in receiver {
        waiting.insert(at, item);
        while let Some(item) = waiting.remove(&wanted) {
            wanted += 1;
            take(item)?;
        }
    }
    Ok(())
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err("it is a folder".to_owned());
    }
    let mut text = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut text).map_err(|error| reason(&error))?;
    if text.len() as u64 > LARGEST {
        return Err(format!("it has more than {} MiB, which is no script", LARGEST >> 20));
    }
    Ok(text)
}
