//! A desk with a camera on it: a card, a folder of the host, and a way between them.
#![allow(dead_code, reason = "each test program uses some of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::tz::TimeZone;
use moonshutter::camera::card::transfer::{CardTarget, LocalFile, Options, Source, Summary, Target};
use moonshutter::camera::{self, Camera, Stat};
use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::connect;
use moonshutter::sim::{CardSource, Config, LogSink, Profile, SimCamera, Time};

pub struct Desk {
    _folder: tempfile::TempDir,
    pub card: PathBuf,
    pub host: PathBuf,
    pub sim: SimCamera,
    pub camera: Camera,
    pub interrupt: Interrupt,
    clock: VirtualClock,
}

/// Bytes without a rule that a short period would hide.
pub fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub fn folder(path: &str) -> CardTarget {
    CardTarget::Folder(path.as_bytes().to_vec())
}

/// The host's time when the camera's clock shows this.
pub fn at(camera: i64) -> SystemTime {
    let civil = jiff::Timestamp::from_second(camera).unwrap().to_zoned(TimeZone::UTC).datetime();
    civil.to_zoned(TimeZone::system()).unwrap().timestamp().into()
}

/// Gives a file this time by the camera's clock.
pub fn date(path: &Path, camera: i64) {
    fs::File::options().write(true).open(path).unwrap().set_modified(at(camera)).unwrap();
}

impl Desk {
    pub fn new() -> Self {
        Self::with(Profile::default(), None)
    }

    pub fn with(profile: Profile, log: Option<LogSink>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (card, host) = (folder.path().join("card"), folder.path().join("host"));
        fs::create_dir_all(card.join("DCIM")).unwrap();
        fs::create_dir(&host).unwrap();
        let clock = VirtualClock::new();
        let config =
            Config { card: CardSource::Folder(card.clone()), time: Time::Virtual(clock.clone()), log, profile };
        let sim = connect::simulate(config).unwrap();
        let interrupt = Interrupt::new();
        let camera = plug_in(&sim, &clock, &interrupt);
        Self { _folder: folder, card, host, sim, camera, interrupt, clock }
    }

    /// Connects again.
    pub fn reconnect(&mut self) {
        self.interrupt.clear();
        self.camera = plug_in(&self.sim, &self.clock, &self.interrupt);
        self.camera.await_idle().unwrap();
    }

    pub fn on_card(&self, path: &str, content: &[u8], time: i64) {
        write(&self.card.join(path), content, time);
    }

    pub fn on_host(&self, path: &str, content: &[u8], time: i64) {
        write(&self.host.join(path), content, time);
    }

    pub fn out(&self, path: &str) -> PathBuf {
        self.host.join(path)
    }

    /// Files of the card at or below a path, as a walk over it would tell of them.
    pub fn sources(&self, path: &str) -> Vec<Source> {
        let root = self.card.join(path);
        let mut found = files_below(&root);
        if root.is_file() {
            found = vec![root.clone()];
        }
        let source = |file: PathBuf| {
            let about = fs::metadata(&file).unwrap();
            let text = |path: &Path| path.to_str().unwrap().to_owned();
            let below = file.strip_prefix(&root).ok().map(text).filter(|below| !below.is_empty());
            let time = jiff::Timestamp::try_from(about.modified().unwrap()).unwrap();
            let civil = time.to_zoned(TimeZone::system()).datetime();
            Source {
                path: format!("A/{}", text(file.strip_prefix(&self.card).unwrap())).into_bytes(),
                below: below.unwrap_or_else(|| file.file_name().unwrap().to_str().unwrap().to_owned()).into_bytes(),
                stat: Stat {
                    size: about.len(),
                    mtime: civil.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second() / 2 * 2,
                    attrib: 0x20,
                    is_dir: false,
                },
            }
        };
        found.into_iter().map(source).collect()
    }

    pub fn get(&mut self, path: &str, options: &Options) -> Summary {
        let sources = self.sources(path);
        let target = Target::Folder(self.host.clone());
        self.camera.get(&sources, &target, options, &mut |_| Ok(()))
    }

    /// All that is in the folder of the host.
    pub fn files(&self) -> Vec<LocalFile> {
        let mut root = self.host.clone().into_os_string();
        root.push("/");
        LocalFile::find(&[root.into()], true).unwrap()
    }

    pub fn put(&mut self, target: &str, options: &Options) -> Summary {
        let files = self.files();
        self.camera.put(&files, &folder(target), options, &mut |_| Ok(()))
    }

    /// Files in the folder of the host, with hidden ones, and those in its folders.
    pub fn names(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(&self.host).unwrap().to_str().unwrap().to_owned();
        files_below(&self.host).iter().map(name).collect()
    }

    /// What is in the root of the card.
    pub fn card_names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.card).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Empties the folder of the host.
    pub fn clear(&self) {
        fs::remove_dir_all(&self.host).unwrap();
        fs::create_dir(&self.host).unwrap();
    }
}

fn plug_in(sim: &SimCamera, clock: &VirtualClock, interrupt: &Interrupt) -> Camera {
    let clock = Arc::new(clock.clone());
    let options = camera::Options { clock, interrupt: interrupt.clone(), ..camera::Options::default() };
    connect::plug_in(sim, &options).unwrap()
}

fn write(path: &Path, content: &[u8], time: i64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    date(path, time);
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
