//! The table of the host's names (`src/api/host.tsv`) says what the VM has: walked from the VM's own tables, both ways.

use std::collections::{BTreeMap, BTreeSet};

use moonshutter::api::{self, HostEntry};
use moonshutter::camera::Libs;
use moonshutter::host::{Host, HostOptions, taken_options};

fn host() -> Host {
    let options = HostOptions { spec: Some("sim".parse().unwrap()), ..HostOptions::default() };
    let host = Host::new(options).unwrap();
    // Some names are there only while a script runs.
    host.run("test.lua", b"", &[]).unwrap();
    host
}

/// Runs a script that returns a text.
fn text(host: &Host, source: &str) -> String {
    let outcome = host.run("test.lua", source.as_bytes(), &[]).unwrap_or_else(|error| panic!("{error}\n{source}"));
    outcome.values.front().and_then(|value| value.to_string().ok()).unwrap_or_default()
}

fn dotted(name: &str) -> String {
    name.replace(':', ".")
}

/// What is to be done, line by line, or nothing.
fn complain(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn whatever_a_script_finds_stands_in_the_table() {
    let mut problems = Vec::new();
    let names = host().names().unwrap();
    for name in &names {
        let twin_of = name.strip_suffix("_pcall").filter(|base| names.contains(*base));
        if api::host(twin_of.unwrap_or(name)).is_none() {
            problems.push(format!(
                "scripts find `{name}`: add this line, with tabs, to src/api/host.tsv (arguments are `(value)` for what is no \
                 function)
{name}	ARGUMENTS	RETURNS	GROUP	summary	-"
            ));
        }
    }
    complain(&problems);
}

#[test]
fn what_stands_in_the_table_is_found_by_scripts() {
    let names: BTreeSet<_> = host().names().unwrap().iter().map(|name| dotted(name)).collect();
    let mut problems = Vec::new();
    for entry in api::host_entries().filter(|entry| !entry.is_field_of_type() && !matches!(entry.name, "sim" | "file"))
    {
        if !names.contains(&dotted(entry.name)) {
            problems.push(format!("no script finds `{}`: take its line out of src/api/host.tsv", entry.name));
        }
        if entry.name.starts_with("con:") && !names.contains(&format!("{}_pcall", dotted(entry.name))) {
            problems.push(format!("`{}` has no twin", entry.name));
        }
    }
    complain(&problems);
}

#[test]
fn functions_are_functions_and_values_are_values() {
    let host = host();
    let mut problems = Vec::new();
    for entry in api::host_entries().filter(|entry| !entry.is_field_of_type()) {
        let source = format!(
            "local _, sim = chdk.simulate() local file = io.stdout return type({})",
            entry.name.replace(':', ".")
        );
        let kind = text(&host, &source);
        if (kind == "function") != entry.is_function() {
            problems.push(format!("`{}` is a {kind}, and src/api/host.tsv says otherwise", entry.name));
        }
    }
    complain(&problems);
}

#[test]
fn the_options_in_the_table_are_those_that_functions_take() {
    let mut problems = Vec::new();
    let mut taken: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for option in taken_options() {
        let function = format!("{}{}", option.place, option.function);
        let name = option.name;
        match api::host(&function) {
            Some(entry) if entry.options().any(|known| known.name == name) => {}
            _ => problems.push(format!(
                "`{function}` takes the option `{name}`: add this line, with tabs, to src/api/host.tsv, or `{function}` to the \
                 names in front of {{{name}}}\n{function}{{{name}}}\tTYPE\tDEFAULT or -\toption\tsummary\t-"
            )),
        }
        taken.entry(function).or_default().insert(name);
    }
    for entry in api::host_entries() {
        for option in entry.options() {
            if !taken.get(entry.name).is_some_and(|names| names.contains(option.name)) {
                let (owner, name) = (entry.name, option.name);
                problems.push(format!("`{owner}` takes no option `{name}`: take it out of src/api/host.tsv"));
            }
        }
    }
    complain(&problems);
}

/// Where a script comes by tables of each kind.
const SAMPLES: &[(&str, &str)] = &[
    ("Message", "con:exec('write_usb_msg(1)') con:wait_status{run = false} return con:read_msg()"),
    ("Message", "return con:read_msg()"),
    ("Status", "return con:script_status()"),
    ("Status", "return con:wait_status{run = true, timeout = 1}"),
    ("DirEntry", "return con:listdir('A/', {stat = '*'})[1]"),
    ("Stat", "return con:stat('A/DCIM')"),
    ("Version", "return con.apiver"),
    ("Version", "return chdk.program_version()"),
    ("Version", "return chdk.host_api_version()"),
    ("Counters", "return con:get_counters()"),
    ("ConnectionDevice", "return con.condev"),
    ("PtpDevice", "return con.ptpdev"),
    ("Condition", "return con:condition()"),
    ("Clock", "return con:get_clock()"),
    ("FoundFile", "return con:find('A/')[1]"),
    ("RemovedFile", "con:mkdir('A/X') return con:rm('A/X', {recursive = true})[1]"),
    ("CardSpace", "return con:df()"),
    (
        "Image",
        "con.remote.mkdir_m('A/DCIM/100CANON') con:upload('Cargo.toml', 'A/DCIM/100CANON/IMG_0001.JPG') return con:imglist()[1]",
    ),
    ("DeletedFile", "con:mkdir('A/X') return con:mdelete('A/X')[1]"),
    ("Transfer", "return con:put('Cargo.toml', 'A/NEW.TXT')"),
    ("TransferredFile", "return con:put('Cargo.toml', 'A/OTHER.TXT').files[1]"),
    ("Candidate", "return chdk.list()[1]"),
    ("Error", "return select(2, con:execwait_pcall('\\n error(1)'))"),
    ("Error", "return select(2, con:exec_pcall())"),
    ("Error", "return select(2, pcall(function() local c = chdk.connection() c:execwait('') end))"),
    ("Error", "return select(2, con:execwait_pcall('write_usb_msg(\"x\") return print'))"),
];

#[test]
fn tables_have_the_fields_that_are_told_of_them() {
    let host = host();
    let mut problems = Vec::new();
    for (kind, source) in SAMPLES {
        let script = format!(
            "local sample = (function() {source} end)()
             local fields = {{}}
             for name, value in pairs(sample) do fields[#fields + 1] = name .. ' ' .. type(value) end
             return table.concat(fields, '\\n')"
        );
        let fields = text(&host, &script);
        let found: BTreeMap<_, _> = fields.lines().filter_map(|line| line.split_once(' ')).collect();
        let told: BTreeMap<_, _> = api::host_entries()
            .filter(|entry| entry.is_field_of_type())
            .filter_map(|entry| Some((entry.name.strip_prefix(kind)?.strip_prefix('.')?, entry)))
            .collect();
        for (name, is) in &found {
            match told.get(name) {
                None => {
                    problems.push(format!("{kind} has a field {name}:\n{kind}.{name}\t(value)\t{is}\ttype\tsummary\t-"))
                }
                Some(entry) if !may_be(entry, is) => {
                    problems.push(format!("{kind}.{name} is a {is}, which src/api/host.tsv does not say"));
                }
                Some(_) => {}
            }
        }
        for (name, entry) in told {
            if !found.contains_key(name) && !may_be(&entry, "nil") {
                problems.push(format!("{kind}.{name} may be nil ({source}), which src/api/host.tsv does not say"));
            }
        }
    }
    complain(&problems);
}

/// Whether the words for a field's types cover this one.
fn may_be(entry: &HostEntry, lua_type: &str) -> bool {
    entry.returns.split('|').any(|word| match word {
        "any" => true,
        "integer" | "number" => lua_type == "number",
        "true" | "boolean" => lua_type == "boolean",
        word if word.ends_with("[]") => lua_type == "table",
        word if word.starts_with('"') => lua_type == "string",
        word => word == lua_type,
    })
}

#[test]
fn what_libraries_for_the_camera_provide_is_told() {
    let libs = Libs::new();
    let names = libs.names();
    let libs = names.iter().filter_map(|name| libs.get(name));
    let provided: BTreeSet<_> =
        libs.flat_map(|lib| lib.provides().iter().map(|global| (lib.name(), global.as_str()))).collect();
    let told: BTreeSet<_> = api::lib_entries().map(|entry| (entry.library, entry.name)).collect();
    assert_eq!(told, provided, "src/api/libs.tsv has a line for each global of each library");
}
