//! Where everything is printed: above the line being typed while one is, as it is otherwise.
//!
//! One queue, two who empty it. While the editor has the terminal, a thread hands what comes to the editor's own printer,
//! which draws the line anew below it. While a line runs, its thread prints. The editor's printer may hold back the last
//! messages when a line is finished at that very moment; nobody waits for it then, and they are shown with the next prompt.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::clock::locked;

/// Moves up and down again: nothing to see, but the prompt is drawn anew.
const REDRAW: &str = "\x1b[A\n";

/// Something to print.
enum Piece {
    /// For standard output: values, messages.
    Data(Vec<u8>),
    /// For standard error: errors, news.
    Talk(String),
    /// The prompt has changed.
    Redraw,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Piece>,
    /// The editor has the terminal.
    editing: bool,
    closed: bool,
    /// Nobody reads standard output any longer.
    broken: bool,
}

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Screen(Arc<(Mutex<State>, Condvar)>);

/// What hands a text to the editor, to be shown above the line.
pub(super) type Above = Box<dyn FnMut(String) + Send>;

impl Screen {
    /// Starts to hand over to the editor what comes while it has the terminal.
    pub(super) fn follow(&self, mut above: Above) {
        let screen = self.clone();
        std::thread::spawn(move || {
            while let Some(text) = screen.next() {
                above(text);
            }
        });
    }

    /// What comes next while the editor has the terminal; `None` when it is over.
    fn next(&self) -> Option<String> {
        let mut state = locked(&self.0.0);
        loop {
            if state.closed {
                return None;
            }
            if state.editing
                && let Some(piece) = state.queue.pop_front()
            {
                return Some(match piece {
                    Piece::Data(bytes) => whole_lines(String::from_utf8_lossy(&bytes).into_owned()),
                    Piece::Talk(text) => whole_lines(text),
                    Piece::Redraw => REDRAW.to_owned(),
                });
            }
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The editor has the terminal, or has it no more.
    pub(super) fn set_editing(&self, editing: bool) {
        self.flush();
        locked(&self.0.0).editing = editing;
        self.0.1.notify_all();
        if !editing {
            self.flush();
        }
    }

    /// Prints data: it is made harmless by who made it.
    pub(super) fn data(&self, bytes: impl Into<Vec<u8>>) {
        self.put(Piece::Data(bytes.into()));
    }

    /// Says something.
    pub(crate) fn talk(&self, text: impl Into<String>) {
        self.put(Piece::Talk(text.into()));
    }

    /// Draws the prompt anew.
    pub(super) fn redraw(&self) {
        self.put(Piece::Redraw);
    }

    /// No more comes.
    pub(super) fn close(&self) {
        self.flush();
        locked(&self.0.0).closed = true;
        self.0.1.notify_all();
    }

    /// Whether nobody reads standard output any longer.
    pub(super) fn is_broken(&self) -> bool {
        locked(&self.0.0).broken
    }

    fn put(&self, piece: Piece) {
        locked(&self.0.0).queue.push_back(piece);
        self.0.1.notify_all();
        self.flush();
    }

    /// Prints what waits, unless the editor has the terminal. Nobody may be reading, which changes nothing here.
    fn flush(&self) {
        let mut state = locked(&self.0.0);
        if state.editing {
            return;
        }
        while let Some(piece) = state.queue.pop_front() {
            match piece {
                Piece::Data(bytes) => {
                    let mut out = std::io::stdout().lock();
                    state.broken |= out.write_all(&bytes).and_then(|()| out.flush()).is_err();
                }
                Piece::Talk(text) => {
                    let _ = std::io::stderr().lock().write_all(whole_lines(text).as_bytes());
                }
                Piece::Redraw => {}
            }
        }
    }
}

fn whole_lines(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
