//! Who has a device open, as far as the system tells.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A program that has a device open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Its name, as the system shows it: of at most 15 bytes on Linux.
    pub program: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.program, self.pid)
    }
}

/// Programs by the bus and number of the device that they have open. Only Linux tells, and only of programs of the same
/// user, unless root asks. This program is left out.
pub fn holders() -> BTreeMap<(u8, u8), Vec<Holder>> {
    if cfg!(target_os = "linux") { holders_in(Path::new("/proc"), std::process::id()) } else { BTreeMap::new() }
}

/// What stands in a folder that is made like Linux's `/proc`.
fn holders_in(proc: &Path, myself: u32) -> BTreeMap<(u8, u8), Vec<Holder>> {
    let mut found: BTreeMap<_, Vec<Holder>> = BTreeMap::new();
    // What cannot be read belongs to somebody else, or has ended meanwhile.
    for process in std::fs::read_dir(proc).into_iter().flatten().flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if pid == myself {
            continue;
        }
        let open = std::fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        for place in open.filter_map(|fd| device(&std::fs::read_link(fd.path()).ok()?)) {
            let holders = found.entry(place).or_default();
            if holders.iter().all(|holder| holder.pid != pid) {
                let name = std::fs::read(process.path().join("comm")).unwrap_or_default();
                let program = String::from_utf8_lossy(&name).trim().to_owned();
                holders.push(Holder { pid, program });
            }
        }
    }
    found.values_mut().for_each(|holders| holders.sort());
    found
}

/// Bus and number in `/dev/bus/usb/BBB/DDD`.
fn device(path: &Path) -> Option<(u8, u8)> {
    let (bus, number) = path.strip_prefix("/dev/bus/usb").ok()?.to_str()?.split_once('/')?;
    Some((bus.parse().ok()?, number.parse().ok()?))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn whoever_has_it_open_is_named_once() {
        let proc = tempfile::tempdir().unwrap();
        let process = |pid: u32, name: &str, open: &[&str]| {
            let folder = proc.path().join(pid.to_string());
            std::fs::create_dir_all(folder.join("fd")).unwrap();
            std::fs::write(folder.join("comm"), format!("{name}\n")).unwrap();
            for (fd, target) in open.iter().enumerate() {
                symlink(target, folder.join("fd").join(fd.to_string())).unwrap();
            }
        };
        process(70, "gphoto2", &["/dev/null", "/dev/bus/usb/001/004", "/dev/bus/usb/001/004"]);
        process(9, "gvfs-gphoto2-vo", &["socket:[17]", "/dev/bus/usb/001/004", "/dev/bus/usb/002/255"]);
        process(71, "myself", &["/dev/bus/usb/001/004"]);
        process(72, "other", &["/dev/bus/usb/001/004x", "/dev/bus/usb/999/004", "/dev/bus/usb", "/dev/bus/usb/1"]);
        std::fs::create_dir(proc.path().join("sys")).unwrap();
        std::fs::create_dir(proc.path().join("73")).unwrap();

        let found = holders_in(proc.path(), 71);
        let names = |place| found.get(&place).map(|list| list.iter().map(Holder::to_string).collect::<Vec<_>>());
        assert_eq!(names((1, 4)).unwrap(), ["gvfs-gphoto2-vo (process 9)", "gphoto2 (process 70)"]);
        assert_eq!(names((2, 255)).unwrap(), ["gvfs-gphoto2-vo (process 9)"]);
        assert_eq!(found.len(), 2);
        assert_eq!(holders_in(&proc.path().join("none"), 1), BTreeMap::new());
    }
}
