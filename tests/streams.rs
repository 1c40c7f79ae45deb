//! What is too much for one message: streams from a loop on the camera, batch by batch, nothing dropped, in little memory.

mod serializer;

use serializer::{Bench, bench, bench_with};

use moonshutter::ErrorKind;
use moonshutter::camera::{Body, ExecOptions, Message, Payload, Script, Stream, WaitOptions};
use moonshutter::host::{Host, HostOptions};
use moonshutter::sim::{CardSource, Config, Profile};

impl Bench {
    fn each(&mut self, source: &str) -> moonshutter::Result<Stream> {
        self.camera.each(&Script::new("test.lua", source), &ExecOptions::default(), &WaitOptions::default())
    }

    /// All items, their values as text.
    fn all(&mut self, source: &str) -> moonshutter::Result<Vec<String>> {
        let mut stream = self.each(source)?;
        let mut items = Vec::new();
        while let Some(item) = stream.next(&mut self.camera)? {
            let texts = item.into_texts().into_iter().map(|text| String::from_utf8(text).unwrap());
            items.push(texts.collect::<Vec<_>>().join(" "));
        }
        Ok(items)
    }
}

#[test]
fn a_stream_is_what_a_loop_would_get() {
    let mut bench = bench();
    assert_eq!(bench.all("return ipairs{'a', {1,nil,3}, false, print == nil}").unwrap().len(), 4);
    assert_eq!(bench.all("return pairs{x={y=-1}}").unwrap(), ["\"x\" {y=-1}"]);
    assert_eq!(
        bench.all("local n = 0 return function() n = n + 1 if n < 4 then return n, nil, n * n, nil end end").unwrap(),
        ["1 nil 1 nil", "2 nil 4 nil", "3 nil 9 nil"]
    );
    assert_eq!(bench.all("return pairs{}").unwrap(), Vec::<String>::new());
    assert_eq!(bench.all("return next, {7}, nil -- as it stands").unwrap(), ["1 7"]);
    // an iterator may yield, as nothing may in a loop of Lua's own
    assert_eq!(
        bench.all("local n = 0 return function() sleep(20) n = n + 1 if n < 3 then return n end end").unwrap(),
        ["1", "2"]
    );
    assert_eq!(bench.run("return 'and scripts run as ever'").unwrap().len(), 1);
}

#[test]
fn tables_may_be_shared_within_a_value() {
    let items = bench().all("local s = {} return ipairs{{s, s}}").unwrap();
    assert_eq!(items, ["1 (function()local t={}t[1]={};t[2]={t[1],t[1]};return t[2]end)()"]);
}

/// Ten thousand items are many more than the queue holds: the camera waits for the host, however slow it is.
#[test]
fn nothing_is_dropped_when_the_queue_is_full() {
    let mut bench = bench();
    let mut stream =
        bench.each("local n = 0 return function() n = n + 1 if n <= 10000 then return n, 'item '..n end end").unwrap();
    for n in 1..=10_000 {
        if n % 2500 == 0 {
            // long enough for the camera to fill its queue
            bench.camera.wait_status(&WaitOptions::up_to(std::time::Duration::from_secs(5)), &mut |_| false).unwrap();
        }
        let item = stream.next(&mut bench.camera).unwrap().unwrap();
        assert_eq!(item.into_texts(), [n.to_string().into_bytes(), format!("\"item {n}\"").into_bytes()]);
    }
    assert_eq!(stream.next(&mut bench.camera).unwrap(), None);
    assert_eq!(stream.next(&mut bench.camera).unwrap(), None);
}

#[test]
fn what_else_the_script_says_is_kept() {
    let mut bench = bench();
    let mut stream = bench.each("write_usb_msg('hello') write_usb_msg({1}) return pairs{1}").unwrap();
    let id = stream.script_id();
    assert_eq!(bench.camera.script_id(), Some(id));
    while stream.next(&mut bench.camera).unwrap().is_some() {}
    let body = |message: Option<Message>| message.map(|message| message.body);
    assert_eq!(body(bench.camera.read_msg().unwrap()), Some(Body::User(Payload::String(b"hello".to_vec()))));
    assert_eq!(body(bench.camera.read_msg().unwrap()), Some(Body::User(Payload::Table(b"{1}".to_vec()))));
    assert_eq!(bench.camera.read_msg().unwrap(), None);
}

/// Reading messages, asking for a file or starting a script in the middle of it takes nothing away from a stream.
#[test]
fn a_stream_is_not_disturbed() {
    let mut bench = bench();
    let source = "local n = 0 return function() n = n + 1 if n <= 10000 then return n, 'to fill a batch' end end";
    let mut stream = bench.each(source).unwrap();
    let mut seen = 0;
    while let Some(item) = stream.next(&mut bench.camera).unwrap() {
        seen += 1;
        assert_eq!(item.into_texts()[0], seen.to_string().into_bytes());
        if seen == 500 {
            // until the queue is full
            bench.camera.wait_status(&WaitOptions::up_to(std::time::Duration::from_secs(5)), &mut |_| false).unwrap();
            assert_eq!(bench.camera.read_msg().unwrap(), None);
            assert_eq!(bench.run("return 1").unwrap_err().kind(), ErrorKind::ScriptRunning);
        }
    }
    assert_eq!(seen, 10_000);
    // the script has ended, and the stream with its last batches is still held
    let mut stream = bench.each("return ipairs{1, 2, 3}").unwrap();
    bench.camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    assert_eq!(bench.run("return 7").unwrap(), [Payload::Integer(7)]);
    assert_eq!(stream.next(&mut bench.camera).unwrap().unwrap().into_texts(), [b"1", b"1"]);
    assert!(stream.next(&mut bench.camera).unwrap().is_some());
}

#[test]
fn errors_have_the_users_line() {
    let mut bench = bench();
    let mut fails = |source: &str| {
        let error = bench.all(source).unwrap_err();
        (error.kind(), error.message().to_owned())
    };
    assert_eq!(
        fails("local x = 1\nreturn nil + x"),
        (ErrorKind::Runtime, "test.lua:2: attempt to perform arithmetic on a nil value".into())
    );
    assert_eq!(fails("local =\n1"), (ErrorKind::Compile, "test.lua:1: '<name>' expected near '='".into()));
    assert_eq!(
        fails("local n = 0\nreturn function()\nn = n + 1\nif n > 500 then error('enough') end return n\nend").1,
        "test.lua:4: enough"
    );
    assert_eq!(fails("return ipairs{print}").1, "test.lua: cannot send a function");
    assert_eq!(
        fails("return ipairs{{a={print}}}").1,
        "test.lua: cannot send the table.a[1]: a function has no place in a message"
    );
    assert!(fails("print('nothing')").1.contains("return what stands behind 'in'"));
    assert!(fails("return 5").1.contains("return what stands behind 'in'"));
}

#[test]
fn a_script_that_is_killed_is_no_end_of_a_stream() {
    let mut bench = bench();
    let mut stream = bench.each("local n = 0 return function() n = n + 1 return n end").unwrap();
    assert!(stream.next(&mut bench.camera).unwrap().is_some());
    bench.camera.kill_script().unwrap();
    let error = loop {
        match stream.next(&mut bench.camera) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a stream without end has ended"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::ScriptKilled);
    assert_eq!(stream.next(&mut bench.camera).unwrap(), None);
    assert_eq!(bench.run("return 1").unwrap(), [Payload::Integer(1)]);
}

#[test]
fn a_stream_that_is_late_ends_its_script() {
    let mut bench = bench();
    let wait = WaitOptions::up_to(std::time::Duration::from_millis(200));
    let script = Script::new("test.lua", "return function() sleep(100000) return 1 end");
    let mut stream = bench.camera.each(&script, &ExecOptions::default(), &wait).unwrap();
    assert_eq!(stream.next(&mut bench.camera).unwrap_err().kind(), ErrorKind::Timeout);
    assert!(!bench.camera.script_status().unwrap().running);
}

/// The camera does not wait for ever for a host that has gone, and a host that comes back is told.
#[test]
fn a_stream_that_nobody_reads_is_given_up_and_never_a_short_list() {
    let mut bench = bench();
    let mut stream =
        bench.each("local n = 0 return function() n = n + 1 if n <= 100000 then return n end end").unwrap();
    let long = WaitOptions::up_to(std::time::Duration::from_secs(1000));
    let status = bench.camera.wait_status(&long, &mut |status| !status.running).unwrap();
    assert!(status.is_some(), "the script still waits");
    let mut count = 0;
    let error = loop {
        match stream.next(&mut bench.camera) {
            Ok(Some(_)) => count += 1,
            Ok(None) => panic!("a list of {count} passes for the whole"),
            Err(error) => break error,
        }
    };
    assert!(count > 1000);
    assert_eq!(error.kind(), ErrorKind::ScriptKilled);
    assert!(error.message().contains("before it had sent everything"), "{error}");
}

/// The files of a crowded card. What the camera holds at a time is one name and one batch.
#[test]
fn ten_thousand_files_fit_through_a_small_memory() {
    let folder = tempfile::tempdir().unwrap();
    let crowded = folder.path().join("DCIM/100CANON");
    std::fs::create_dir_all(&crowded).unwrap();
    for n in 0..10_000 {
        std::fs::File::create(crowded.join(format!("IMG_{n:04}.JPG"))).unwrap();
    }
    let mut bench = bench_with(Config { card: CardSource::Folder(folder.path().to_owned()), ..Config::default() });
    let entries = bench.camera.list_dir(b"A/DCIM/100CANON").unwrap();
    assert_eq!(entries.len(), 10_000);
    let mut names: Vec<_> = entries.iter().map(|entry| String::from_utf8(entry.name.clone()).unwrap()).collect();
    names.sort();
    assert!(names.iter().enumerate().all(|(n, name)| *name == format!("IMG_{n:04}.JPG")));
    assert!(entries.iter().all(|entry| entry.stat.as_ref().is_some_and(|stat| stat.size == 0 && !stat.is_dir)));
    let listing = bench.sim.script_usage().peak;
    bench.run("").unwrap();
    let empty = bench.sim.script_usage().peak;
    let library = bench.run("local f = send_each").map(|_| bench.sim.script_usage().peak - empty).unwrap();
    println!("peak: an empty script {empty} bytes, with send_each {library} more, the listing {listing}");
    // The names alone in a table take more than a megabyte here.
    assert!(listing - empty < 160_000, "{listing} bytes, where an empty script takes {empty}");
}

/// CHDK 1.3 has no os.idir.
#[test]
fn older_cameras_list_their_folders_too() {
    let mut bench = bench_with(Config { profile: Profile::named("1.3").unwrap(), ..Config::default() });
    bench.run("os.mkdir('A/SOME') for i = 1, 60 do io.open('A/SOME/F'..i, 'wb'):close() end").unwrap();
    assert_eq!(bench.camera.list_dir(b"A/SOME").unwrap().len(), 60);
    assert_eq!(bench.camera.list_dir(b"A/NONE").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn host_scripts_loop_over_the_cameras_values() {
    let host = Host::new(HostOptions::default()).unwrap();
    let source = include_bytes!("lua/streams.lua");
    host.run("tests/lua/streams.lua", source, &[]).unwrap();
}
