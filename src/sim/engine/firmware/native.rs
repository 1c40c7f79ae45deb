//! Memory and machine code. The memory is the one that PTP reads and writes.
//!
//! Where the facts leave something open: bytes and half words are read without a sign. A string is passed to a function
//! as the address of a copy. The event procedures are `Sum`, `Count` and `Last`, the functions of
//! [`memory`](crate::sim::memory).

use super::{Answer, ScriptHost, Table, int, value};
use crate::clock::locked;
use crate::sim::lib::args::{Args, error};
use crate::sim::memory;
use crate::sim::vm::{Reply, Value};

pub(super) const FUNCTIONS: Table =
    &[("peek", peek), ("poke", poke), ("call_func_ptr", call_func_ptr), ("call_event_proc", call_event_proc)];

/// Where copies of strings are put, one behind the other.
const STRINGS: u32 = 0x0030_0000;

/// Address and size, if they fit.
fn place(address: i32, size: i32) -> Option<(u32, usize)> {
    let (address, size) = (address as u32, size as u32);
    (matches!(size, 1 | 2 | 4) && address % size == 0).then_some((address, size as usize))
}

fn peek(host: &mut ScriptHost, args: Args) -> Answer {
    let Some((address, size)) = place(args.int(1)?, args.int_or(2, 4)?) else { return value(Value::Nil) };
    let mut word = [0; 4];
    locked(&host.engine.memory).read(address, &mut word[..size]);
    int(i32::from_le_bytes(word))
}

fn poke(host: &mut ScriptHost, args: Args) -> Answer {
    let (address, number) = (args.int(1)?, args.int(2)?);
    let Some((address, size)) = place(address, args.int_or(3, 4)?) else { return value(Value::Nil) };
    if !locked(&host.engine.memory).write(address, &number.to_le_bytes()[..size]) {
        host.engine.log.note(|| "more memory written than is simulated".to_owned());
    }
    value(Value::Bool(true))
}

/// Raises unless the user of the camera has allowed it.
fn allowed(host: &ScriptHost) -> Result<(), Reply> {
    if host.engine.profile.body.features.native_calls { Ok(()) } else { Err(error("native calls disabled")) }
}

/// Arguments from the second on, as machine words.
fn words(host: &ScriptHost, args: Args) -> Result<Vec<u32>, Reply> {
    let mut free = STRINGS;
    let mut words = Vec::new();
    for number in 2..=args.len() {
        words.push(match args.get(number) {
            Some(Value::Int(word)) => *word as u32,
            Some(Value::Bytes(text)) => {
                let address = free;
                locked(&host.engine.memory).write(address, &[text, b"\0".as_slice()].concat());
                free = free.wrapping_add((text.len() as u32 + 4) & !3);
                address
            }
            _ => return Err(args.expected(number, "number")),
        });
    }
    Ok(words)
}

fn call_func_ptr(host: &mut ScriptHost, args: Args) -> Answer {
    allowed(host)?;
    let address = args.int(1)? as u32;
    int(memory::call(address, &words(host, args)?) as i32)
}

fn call_event_proc(host: &mut ScriptHost, args: Args) -> Answer {
    allowed(host)?;
    let address = match args.c_string(1)?.as_slice() {
        b"Sum" => memory::SUM,
        b"Count" => memory::COUNT,
        b"Last" => memory::LAST,
        _ => return int(-1),
    };
    int(memory::call(address, &words(host, args)?) as i32)
}
