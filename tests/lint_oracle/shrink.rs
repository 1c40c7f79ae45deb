//! Makes a program small.

use crate::judge::Judge;
use crate::program::Program;
use crate::property::{Case, hold};

/// Removes lines and files for as long as `is_it` holds of the program.
pub fn shrink(judge: &mut Judge, program: &Program, is_it: impl Fn(&Case) -> bool) -> Program {
    let mut fails = |program: &Program| hold(judge, program).is_ok_and(|case| is_it(&case));
    let mut least = program.clone();
    loop {
        let before = least.clone();
        let names: Vec<_> = least.files.keys().cloned().collect();
        for name in &names {
            let mut less = least.clone();
            less.files.remove(name);
            if fails(&less) {
                least = less;
            }
        }
        for name in std::iter::once(None).chain(least.files.clone().keys().map(Some)) {
            let text = name.map_or(&least.main, |name| &least.files[name]).clone();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            let put = |lines: &[String]| {
                let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                let mut less = least.clone();
                match name {
                    Some(name) => drop(less.files.insert(name.clone(), text)),
                    None => less.main = text,
                }
                less
            };
            remove(&mut lines, |lines| fails(&put(lines)));
            simplify(&mut lines, |lines| fails(&put(lines)));
            least = put(&lines);
        }
        if least == before {
            return least;
        }
    }
}

/// Removes what can be removed: stretches of lines, long ones first, and pairs of a block's first and last line.
fn remove(lines: &mut Vec<String>, mut fails: impl FnMut(&[String]) -> bool) {
    let mut size = lines.len();
    while size > 0 {
        let mut at = 0;
        while at + size <= lines.len() {
            let less = [&lines[..at], &lines[at + size..]].concat();
            if fails(&less) {
                *lines = less;
            } else {
                at += 1;
            }
        }
        size = size.min(lines.len() + 1) - 1;
    }
    let mut first = 0;
    while first < lines.len() {
        let pair = (first + 1..lines.len()).find_map(|last| {
            let less = [&lines[..first], &lines[first + 1..last], &lines[last + 1..]].concat();
            fails(&less).then_some(less)
        });
        match pair {
            Some(less) => *lines = less,
            None => first += 1,
        }
    }
}

/// Writes lines in a simpler way.
fn simplify(lines: &mut [String], mut fails: impl FnMut(&[String]) -> bool) {
    const SIMPLER: &[(&str, &str)] = &[
        ("  ", ""),
        ("(1, 'a', nil)", "(1)"),
        ("(1, 2)", "(1)"),
        ("(10)", "(1)"),
        ("local x = ", ""),
        ("local _ = ", ""),
        ("local ok, e = ", ""),
        ("function() return read_usb_msg(100) end", "shoot"),
        ("function() repeat sleep(10) until true end", "shoot"),
        ("function() textbox('a', 'b') end", "shoot"),
        ("function() write_usb_msg('x', 10) end", "shoot"),
        ("function() press('set') release('set') end", "shoot"),
        ("function() for _ = 1, 2 do sleep(1) end end", "shoot"),
        ("function() local s = sleep s(1) end", "shoot"),
        ("function() print(sleep(1)) end", "shoot"),
        ("function() shoot() return 1 end", "shoot"),
        ("function(...) sleep(...) end", "shoot"),
        ("function() wait_click(-1) end", "shoot"),
        ("wait_click", "shoot"),
    ];
    for at in 0..lines.len() {
        for (old, new) in SIMPLER {
            if lines[at].contains(old) {
                let mut simpler = lines.to_vec();
                simpler[at] = lines[at].replace(old, new);
                if fails(&simpler) {
                    lines[at] = std::mem::take(&mut simpler[at]);
                }
            }
        }
    }
}
