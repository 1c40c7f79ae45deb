//! The libraries for camera scripts, on the camera's Lua: what each does, how they go along, and those of a program's own.

mod serializer;

use serializer::{Bench, bench};

use moonshutter::ErrorKind;
use moonshutter::camera::{ExecOptions, Lib, Libs, Payload, Script, WaitOptions};
use moonshutter::table;

/// Runs a script that fails with the number of its assertion that does not hold.
#[track_caller]
fn holds(bench: &mut Bench, source: &str) {
    let script = Script::new("test.lua", source);
    let run = bench.camera.execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut |_, _| Ok(()));
    if let Err(error) = run {
        panic!("{error}");
    }
}

#[test]
fn parts_of_paths() {
    holds(
        &mut bench(),
        "local function same(a, b) if a ~= b then error(tostring(a) .. ' ~= ' .. tostring(b), 2) end end
        same(basename('A/DCIM/100CANON/IMG_0001.JPG'), 'IMG_0001.JPG')
        same(basename('A/DCIM/'), 'DCIM')
        same(basename('IMG_0001.JPG'), 'IMG_0001.JPG')
        same(basename('A/'), nil)
        same(dirname('A/DCIM/100CANON/IMG_0001.JPG'), 'A/DCIM/100CANON')
        same(dirname('A/DCIM/100CANON/'), 'A/DCIM')
        same(dirname('A/DCIM'), 'A/')
        same(dirname('A/'), 'A/')
        same(dirname('IMG_0001.JPG'), nil)
        same(joinpath('A/', 'DCIM', '100CANON'), 'A/DCIM/100CANON')
        same(joinpath('A/DCIM/', '/X.JPG'), 'A/DCIM/X.JPG')
        same(joinpath('A', '', 'B'), 'A/B')
        same(joinpath(), '')
        for _, path in ipairs{'A/', 'A/DCIM', 'A/DCIM/100CANON/X.JPG', 'X.JPG', 'DCIM/X.JPG'} do
          same(joinpath(unpack(splitpath(path))), path)
        end
        same(#splitpath('A/DCIM/100CANON'), 3)
        -- each call has a list of its own
        splitpath('A/B/C') same(#splitpath('A/B'), 2)",
    );
    let error = bench().error("local path = joinpath('A/', nil)");
    assert_eq!(error, "test.lua:1: joinpath: part 2 is a nil, not a string");
}

#[test]
fn tables_are_extended() {
    holds(
        &mut bench(),
        "local sub = {1, 2}
        local t = extend_table({a=1, sub={9, 9, 9}}, {b=2, sub=sub})
        assert(t.a == 1 and t.b == 2 and t.sub == sub)
        local deep = extend_table({sub={9, 9, 9}}, {sub=sub, again=sub, on=false}, true)
        assert(deep.sub ~= sub and #deep.sub == 3 and deep.sub[1] == 1 and deep.again == deep.sub and deep.on == false)
        local circle = {} circle.self = circle
        local copy = extend_table_r({}, circle)
        assert(copy.self == copy and copy ~= circle)
        assert(extend_table(t, nil) == t)
        local child = mt_inherit({own=1}, {base=2})
        assert(child.own == 1 and child.base == 2 and rawget(child, 'base') == nil)",
    );
}

#[test]
fn folders_are_made_with_those_they_are_in() {
    holds(
        &mut bench(),
        "assert(mkdir_m('A/NEW/FOLDER/HERE'))
        assert(os.stat('A/NEW/FOLDER/HERE').is_dir)
        assert(mkdir_m('A/NEW/FOLDER/HERE/'))
        assert(mkdir_m('A/'))
        local f = io.open('A/NEW/FILE', 'wb') f:write('x') f:close()
        local made, why = mkdir_m('A/NEW/FILE/BELOW')
        assert(made == false and why == 'A/NEW/FILE is a file', why)
        made, why = mkdir_m('B/X')
        assert(made == false and type(why) == 'string')",
    );
}

#[test]
fn waits_end_when_they_should() {
    holds(
        &mut bench(),
        "local n, start = 0, get_tick_count()
        assert(rlib_wait_timeout(function() n = n + 1 return n == 5 and 'five' end) == 'five')
        assert(rlib_wait_timeout(function() return false end, {timeout=200, timeout_error=false}) == false)
        local waited = get_tick_count() - start
        assert(waited >= 200 and waited < 600, waited)
        assert(rlib_wait_file('A/NONE', {timeout=100, timeout_error=false}) == false)
        local f = io.open('A/FILE', 'wb') f:write('abc') f:close()
        assert(rlib_wait_file('A/FILE').size == 3)",
    );
    let mut bench = bench();
    assert_eq!(bench.error("rlib_wait_timeout(function() end, {timeout=50, msg='no flash'})"), "test.lua:1: no flash");
    assert_eq!(bench.error("\nrlib_wait_file('A/NONE', {timeout=50})"), "test.lua:2: timeout waiting for A/NONE");
}

#[test]
fn batches_are_sent_when_they_are_full() {
    let mut bench = bench();
    let source = "local b = msg_batcher{batchsize=4}
        for i = 1, 10 do assert(b:write({i})) end
        assert(b:flush()) assert(b:flush())
        local names = {ls_simple('A/')}
        return names[1], (ls_simple('A/NONE'))";
    let mut sizes = Vec::new();
    let script = Script::new("test.lua", source);
    let returns =
        bench.camera.execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut |_, message| {
            let Payload::Table(text) = message else { panic!("{message:?}") };
            sizes.push(table::read(&text).unwrap().root().items().len());
            Ok(())
        });
    assert_eq!(returns.unwrap(), [Payload::Boolean(true), Payload::Boolean(false)]);
    assert_eq!(sizes[..3], [4, 4, 2]);
    assert!(sizes.len() >= 4);
    // nobody reads: the batch is kept
    let source = "local b = msg_batcher{batchsize=1, timeout=20} local sent, why, n
        for i = 1, 20 do sent, why = b:write(i) if not sent then n = i break end end
        read_usb_msg(10000)
        return n, why, #b.data";
    bench.camera.exec(&Script::new("test.lua", source), &ExecOptions::default()).unwrap();
    bench.camera.wait_status(&WaitOptions::up_to(std::time::Duration::from_secs(2)), &mut |_| false).unwrap();
    bench.camera.flush_msgs().unwrap();
    bench.camera.write_msg(b"go on", moonshutter::camera::Target::Last).unwrap();
    bench.camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    let told: Vec<_> = std::iter::from_fn(|| bench.camera.read_msg().unwrap()).map(|message| message.body).collect();
    let text = format!("{told:?}");
    assert!(text.contains("Integer(16)") && text.contains("Integer(1)"), "{text}");
}

/// A library is there when a script names what it provides, and otherwise only where it was asked for.
#[test]
fn libraries_go_along_by_need_and_by_name() {
    let mut bench = bench();
    let is_there = |bench: &mut Bench, source: &str, libs: &[&str]| {
        let libs = libs.iter().map(|name| (*name).to_owned()).collect();
        bench.run_with(source, &ExecOptions { libs, ..ExecOptions::default() }).unwrap()
    };
    let unnamed = "return _G['base' .. 'name'] ~= nil, {1}";
    let [there, not] = [true, false].map(Payload::Boolean);
    let list = Payload::Table(b"{1}".to_vec());
    assert_eq!(is_there(&mut bench, unnamed, &[]), [not.clone(), list.clone()]);
    assert_eq!(is_there(&mut bench, unnamed, &["basename"]), [there.clone(), list.clone()]);
    assert_eq!(is_there(&mut bench, "return basename ~= nil, {1}", &[]), [there.clone(), list]);
    let plain = ExecOptions { serializer: false, libs: vec!["basename".into()], ..ExecOptions::default() };
    assert_eq!(bench.run_with(unnamed, &plain).unwrap(), [there, Payload::Table(b"1\t1\n".to_vec())]);
}

/// All libraries together leave a script its 200 local variables, its upvalues and its line numbers.
#[test]
fn libraries_take_nothing_from_the_script() {
    let mut bench = bench();
    let libs: Vec<_> = Libs::new().names().into_iter().map(str::to_owned).collect();
    let locals: String = (1..=200).map(|n| format!("local v{n} = {n} ")).collect();
    let options = ExecOptions { libs, ..ExecOptions::default() };
    assert_eq!(bench.run_with(format!("{locals} return v200"), &options).unwrap(), [Payload::Integer(200)]);
    let error = bench.run_with("\n\nerror('here')", &options).unwrap_err();
    assert_eq!(error.message(), "test.lua:3: here");
    // no library defines a global besides those it is there for
    let script = "local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names) return table.concat(names, ' ')";
    let globals = |options: &ExecOptions, bench: &mut Bench| match bench.run_with(script, options).unwrap().as_slice() {
        [Payload::String(names)] => String::from_utf8(names.clone()).unwrap(),
        other => panic!("{other:?}"),
    };
    let before = globals(&ExecOptions { serializer: false, ..ExecOptions::default() }, &mut bench);
    let before: Vec<_> = before.split(' ').collect();
    let after = globals(&options, &mut bench);
    let new: Vec<_> = after.split(' ').filter(|name| !before.contains(name)).collect();
    let expected = "basename dirname extend_table extend_table_r joinpath ls_simple mkdir_m msg_batcher mt_inherit \
                    rlib_wait_file rlib_wait_timeout send_each serialize splitpath unserialize";
    assert_eq!(new.join(" "), expected);
}

#[test]
fn a_program_has_libraries_of_its_own() {
    let mut bench = bench();
    let mut registry = Libs::new();
    let code = "-- with comments, [[long strings]] and lines\nfunction twice(x)\n  if x == nil then error('nothing to double') end\n  return x * 2, [[a\nb]]\nend";
    registry.register(Lib::new("twice", code).providing(["twice"])).unwrap();
    registry
        .register(Lib::new("motor", "function motor(x) return twice(x) end").depending_on(["twice", "mkdir_m"]))
        .unwrap();
    let options = ExecOptions { registry: registry.clone(), ..ExecOptions::default() };
    let returns = bench.run_with("return twice(21)", &options).unwrap();
    assert_eq!(returns, [Payload::Integer(42), Payload::String(b"a\nb".to_vec())]);
    let named = ExecOptions { libs: vec!["motor".into()], ..options.clone() };
    assert_eq!(bench.run_with("return motor(4), mkdir_m ~= nil, {1}", &named).unwrap().len(), 3);
    // errors in it have its own name and lines, and those of the script stay the script's
    let error = bench.run_with("\nreturn twice()", &options).unwrap_err();
    assert_eq!(error.message(), "test.lua: rlib twice:3: nothing to double");
    let error = bench.run_with("\n\ntwice(1).x = 1", &options).unwrap_err();
    assert_eq!(error.message(), "test.lua:3: attempt to index a number value");
    registry.register(Lib::new("twice", "function twice(").providing(["twice"])).unwrap();
    let error = bench.run_with("return twice(1)", &ExecOptions { registry, ..ExecOptions::default() }).unwrap_err();
    assert_eq!(error.message(), "test.lua: rlib twice:1: <name> or '...' expected near '<eof>'");
}

#[test]
fn a_library_that_is_not_there_is_an_error_before_anything_runs() {
    let mut bench = bench();
    let options = ExecOptions { libs: vec!["serialise".into()], ..ExecOptions::default() };
    let error = bench.run_with("return 1", &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadArgument);
    assert_eq!(error.message(), "no library 'serialise' for the camera; did you mean 'serialize'?");
}

#[test]
fn the_page_on_tables_names_every_library() {
    let page = std::fs::read_to_string("docs/tables.md").unwrap();
    for name in Libs::new().names() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}
