//! The script console as it stands on the camera's screen, and the file that `print_screen` copies it to.
//!
//! CHDK keeps 30 lines and wraps long ones at the width of its window (core/console.c:9-142). What the facts leave open:
//! the window is `x2 - x1` characters wide, at least one. A window that changes does not wrap old lines anew. How many of
//! the lines a person sees at once, the window's height, is not modelled: the screen has them all.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;

/// Lines that are kept.
const HISTORY: usize = 30;
/// The last column of the screen.
const COLUMNS: i32 = 44;

/// The console.
pub(crate) struct Console {
    history: VecDeque<String>,
    /// What stands on the screen, which `autoredraw` 0 leaves as it is.
    shown: Vec<String>,
    width: usize,
    autoredraw: i32,
    copy: Option<File>,
}

impl Default for Console {
    fn default() -> Self {
        Self { history: VecDeque::new(), shown: Vec::new(), width: 25, autoredraw: 1, copy: None }
    }
}

impl Console {
    /// A line that a script or the script engine prints.
    pub(crate) fn print(&mut self, line: &[u8]) {
        if let Some(copy) = &mut self.copy {
            // A card that is full or gone loses lines, here as there.
            let _ = copy.write_all(&[line, b"\n"].concat());
        }
        if self.autoredraw < 0 {
            return;
        }
        let text: Vec<char> = String::from_utf8_lossy(line).chars().collect();
        let pieces: Vec<String> = match text.len() {
            0 => vec![String::new()],
            _ => text.chunks(self.width).map(|piece| piece.iter().collect()).collect(),
        };
        for piece in pieces {
            if self.history.len() == HISTORY {
                self.history.pop_front();
            }
            self.history.push_back(piece);
        }
        if self.autoredraw > 0 {
            self.redraw();
        }
    }

    pub(crate) fn redraw(&mut self) {
        self.shown = self.history.iter().cloned().collect();
    }

    pub(crate) fn clear(&mut self) {
        self.history.clear();
        self.shown.clear();
    }

    /// Puts the window between two columns, in any order.
    pub(crate) fn set_layout(&mut self, x1: i32, x2: i32) {
        self.width = (x1.clamp(0, COLUMNS) - x2.clamp(0, COLUMNS)).unsigned_abs().max(1) as usize;
    }

    /// 1 draws what is printed, 0 waits for a redraw, -1 forgets it.
    pub(crate) fn set_autoredraw(&mut self, mode: i32) {
        self.autoredraw = mode;
    }

    /// Copies what is printed from now on, or stops it; gives back the copy that ends.
    pub(crate) fn set_copy(&mut self, copy: Option<File>) -> Option<File> {
        std::mem::replace(&mut self.copy, copy)
    }

    /// Lets errors be seen.
    pub(crate) fn force(&mut self) {
        self.autoredraw = 1;
    }

    /// Scripts end with their copy closed and the console drawn again.
    pub(crate) fn script_end(&mut self) {
        self.copy = None;
        self.autoredraw = 1;
        self.redraw();
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.shown.clone()
    }
}
