//! `help` knows every name of both Luas, and says it so that people can read it.

use moonshutter::api;
use moonshutter::repl::help;

const WIDTH: usize = 80;

fn about(name: &str) -> String {
    help::about(name, WIDTH).unwrap_or_else(|| panic!("no help for {name}"))
}

#[test]
fn every_name_has_help() {
    for entry in api::host_entries() {
        let page = about(entry.name);
        assert!(page.contains(entry.name), "{page}");
        for option in entry.options() {
            assert!(page.contains(option.name), "{}: nothing about {}", entry.name, option.name);
        }
        if !matches!(entry.name, "con" | "sim" | "file") {
            // Its own words, if only the first few: lines are wrapped.
            let words: Vec<_> = entry.summary.split(' ').skip(1).take(2).collect();
            let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(&words.join(" ")), "{}: {page}", entry.name);
        }
    }
    for entry in api::entries() {
        let page = about(entry.name);
        assert!(page.contains(entry.name.trim_start_matches("con.remote.")), "{page}");
    }
    for name in api::lib_entries().map(|entry| entry.name).chain(api::modules().iter().map(|module| module.name)) {
        about(name);
    }
    for name in api::KEYS {
        about(name);
    }
}

#[test]
fn names_are_found_as_people_write_them() {
    for name in ["con:exec", "con.exec", "exec", "con:exec()", "con:exec_pcall", " con:exec(code, {wait = true}) "] {
        assert!(about(name).starts_with("con:exec(code, [options])\n"), "{name}");
    }
    assert!(about("con.remote.os.stat").starts_with("os.stat("));
    for page in [about("stat"), about("serialize")] {
        assert!(page.contains("On this computer.") && page.contains("On the camera"), "{page}");
    }
    assert!(about("sleep").ends_with("See also: sys.sleep\n"));
}

#[test]
fn nothing_is_wider_than_the_screen() {
    let narrow = 40;
    let names = api::entries().map(|entry| entry.name).chain(api::host_entries().map(|entry| entry.name));
    let pages = names.filter_map(|name| help::about(name, narrow)).map(|page| (narrow, page));
    for (width, page) in pages.chain([40, 80, 120].map(|width| (width, help::overview(width)))) {
        // A word may be longer than a line, but then it stands alone.
        let long = page.lines().find(|line| line.chars().count() > width && line.trim().contains(' '));
        assert!(long.is_none_or(|line| line.trim_start().split("  ").count() <= 2), "{width}: {long:?}");
    }
    assert!(help::about("sleep", 0).is_some());
}

#[test]
fn what_people_read() {
    insta::assert_snapshot!("help_overview", help::overview(WIDTH));
    insta::assert_snapshot!("help_con_execwait", about("con:execwait"));
    insta::assert_snapshot!("help_wait_click", about("wait_click"));
    insta::assert_snapshot!("help_stat", about("stat"));
    insta::assert_snapshot!("help_hook", about("hook_raw.wait_ready"));
    insta::assert_snapshot!("help_coroutine", about("coroutine.create"));
    insta::assert_snapshot!("help_key", about("shoot_half"));
    insta::assert_snapshot!("help_group", about("messages"));
    insta::assert_snapshot!("help_module", about("binstr"));
    insta::assert_snapshot!("help_error", about("Error"));
}

#[test]
fn a_word_is_looked_for_everywhere() {
    insta::assert_snapshot!("help_search", help::answer("battery", WIDTH));
    let names = |word: &str| help::search(word).into_iter().map(|found| found.name).collect::<Vec<_>>();
    assert_eq!(names("execwa")[0], "con:execwait");
    assert!(names("clobber")[0].starts_with("con:exec con:execwait"), "{:?}", names("clobber"));
    assert!(names("execlua_scriptrun").contains(&"Error.etype".to_owned()));
    assert!(names("shutter speed xyzzy").is_empty());
    assert!(names("raw histogram").iter().any(|name| name == "rawop.create_histogram"));
}

#[test]
fn a_slip_of_the_finger_is_answered() {
    assert_eq!(help::answer("exce", WIDTH), "there is no help for 'exce'; did you mean 'exec'?\n");
    assert_eq!(help::answer("get_vbat_", WIDTH), "there is no help for 'get_vbat_'; did you mean 'get_vbatt'?\n");
    assert_eq!(help::answer("\u{1f4f7}", WIDTH), "there is no help for '\u{1f4f7}'\n");
    assert_eq!(help::answer("  ", WIDTH), help::overview(WIDTH));
}
