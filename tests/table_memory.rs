//! The memory that reading takes is in proportion to the text, whatever stands in it. Alone in its process, since it
//! counts what is allocated there.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use moonshutter::table::{self, Limits};

/// What the documentation of [`Limits`] promises, in bytes of memory for a byte of text.
const PROMISED: usize = 24;

/// Of a text of any length.
const SLACK: usize = 1 << 14;

const TEXT: usize = 1 << 17;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all is done by the system's allocator. A block that grows counts twice, as if it was copied.
#[allow(unsafe_code, reason = "no other way tells how much memory there is at most")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(block, layout) }
    }
}

/// The most memory during `action`, beyond what was there before.
fn peak(action: impl FnOnce()) -> usize {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    action();
    PEAK.load(Relaxed) - before
}

fn repeated(start: &str, part: &str, end: &str) -> Vec<u8> {
    [start, &part.repeat(TEXT / part.len()), end].concat().into_bytes()
}

fn numbered(start: &str, end: &str, part: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = start.to_owned();
    for number in 1.. {
        if text.len() > TEXT {
            break;
        }
        text += &part(number);
    }
    (text + end).into_bytes()
}

#[test]
fn memory_is_in_proportion_to_the_text() {
    let texts = [
        ("items", repeated("{", "1,", "}")),
        ("nils", repeated("{", "nil,", "1}")),
        ("empty tables", repeated("{", "{},", "}")),
        ("tables of one", repeated("{", "{1},", "}")),
        ("the same key", repeated("{", "a=1,", "}")),
        ("many keys", numbered("{", "}", |n| format!("[{n}]=1,"))),
        ("keys from the end", numbered("{", "}", |n| format!("[{}]=1,", 100_000_000 - n))),
        ("tables as keys", repeated("{", "[{}]=1,", "}")),
        ("escapes", repeated("{\"", "\\n", "\"}")),
        ("empty strings", repeated("{", "'',", "}")),
        ("builds", numbered("(function()local t={}", "return t[1]end)()", |n| format!("t[{n}]={{}}"))),
        ("ties", repeated("(function()local t={}t[1]={}", "t[1][1]=1 ", "return t[1]end)()")),
        ("nothing but openings", repeated("{", "{", "")),
        ("an error at the end", repeated("{", "{},", "?")),
    ];
    let limits = Limits { tables: usize::MAX, values: usize::MAX, ..Limits::default() };
    for (name, text) in texts {
        let peak = peak(|| drop(table::read_within(&text, &limits)));
        let each = peak as f64 / text.len() as f64;
        println!("{name}: {each:.1} bytes of memory for a byte of text");
        assert!(peak <= PROMISED * text.len() + SLACK, "{name}: {each:.1} bytes of memory for a byte of text");
    }
}
