//! The script console on the camera's screen.

use std::fs::{self, File};

use super::{Answer, ScriptHost, Table, none};
use crate::sim::engine::Engine;
use crate::sim::lib::args::Args;

pub(super) const FUNCTIONS: Table = &[
    ("cls", cls),
    ("set_console_layout", |host, args| {
        let (x1, _y1, x2, _y2) = (args.int(1)?, args.int(2)?, args.int(3)?, args.int(4)?);
        host.state().world.console.set_layout(x1, x2);
        none()
    }),
    ("set_console_autoredraw", |host, args| {
        let mode = args.int(1)?;
        host.state().world.console.set_autoredraw(mode);
        none()
    }),
    ("console_redraw", |host, args| {
        args.int_or(1, 0)?;
        host.state().world.console.redraw();
        none()
    }),
    ("print_screen", print_screen),
];

fn cls(host: &mut ScriptHost, _: Args) -> Answer {
    let mut state = host.state();
    state.console.clear();
    state.world.console.clear();
    none()
}

/// A positive number starts its file anew, a negative one goes on at the end of it. Without the folder there is no file:
/// it is made if it is missing.
fn print_screen(host: &mut ScriptHost, args: Args) -> Answer {
    let mode = args.on_off(1)?;
    let copy = if mode == 0 { None } else { host.log_file(mode) };
    host.engine.copy_console(copy);
    none()
}

impl Engine {
    /// Copies the console to a file from now on, or to none. The file that ends bears the time of the camera's clock.
    pub(crate) fn copy_console(&self, copy: Option<File>) {
        let ended = self.lock().world.console.set_copy(copy);
        if let (Some(ended), Some(time)) = (ended, self.file_time()) {
            // One that cannot be changed keeps the host's.
            let _ = ended.set_modified(time);
        }
    }
}

impl ScriptHost {
    fn log_file(&self, mode: i32) -> Option<File> {
        let card = &self.engine.card;
        for folder in ["A/CHDK", "A/CHDK/LOGS"] {
            // One that cannot be made is not found below.
            let _ = fs::create_dir(card.writable(folder.as_bytes())?);
        }
        let path = card.writable(format!("A/CHDK/LOGS/LOG_{:04}.TXT", mode.unsigned_abs() % 10_000).as_bytes())?;
        let mut options = File::options();
        if mode > 0 {
            options.write(true).truncate(true)
        } else {
            options.append(true)
        };
        options.create(true).open(path).ok()
    }
}
