//! More of the facts about CHDK's script engine, clause by clause, in virtual time. What the other tests show is not shown
//! again.

mod bare;

use std::fs;

use bare::{Host, Message, boolean, int, nil, run_error, string};
use moonshutter::sim::{Config, Control, Event, Profile};

fn event(text: &str) -> Event {
    text.parse().unwrap()
}

// --- 3.4 Stopping from outside ---

/// §3.4 restore: What a C function calls in it runs to its end, with what `restore()` knew before.
///
/// Decided: as for pcall; stock Lua reads a C function's frame here, which crashed it when it was tried.
#[test]
fn restore_survives_work_below_c_functions() {
    for (restore, expected) in [
        (
            "local kept = 'kept' local ok = pcall(function() for i=1,10000 do end end) \
             local function f(x) return x end print(f(kept), ok) print(f(2))",
            &["kept true", "2"][..],
        ),
        (
            "local t = {3,2,1,5,4} table.sort(t, function(a,b) for i=1,50 do end return a<b end) print(t[1], t[5])",
            &["1 5"],
        ),
        ("print((('x'):rep(3):gsub('.', function() for i=1,90 do end return 'y' end)))", &["yyy"]),
    ] {
        let mut host = Host::new();
        host.start(&format!("function restore() {restore} end sleep(9000)"));
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(100);
        assert_eq!(host.camera.console()[1..], *expected, "{restore}");
        assert!(host.sinned("restore()"));
    }
}
