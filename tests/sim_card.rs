//! The memory card, as scripts and CHDK's file commands find it: names, errors, times, room.

mod bare;

use std::fs;
use std::path::{Path, PathBuf};

use bare::{GENERAL_ERROR, Host, Message, OK, answer, boolean, int, nil, string};
use moonshutter::sim::{CardSource, Config, Profile};

const CLUSTER: u64 = 32_768;

struct Place {
    _folder: tempfile::TempDir,
    card: PathBuf,
    host: Host,
}

fn place_with(profile: Profile) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card");
    fs::create_dir_all(card.join("CHDK/SCRIPTS")).unwrap();
    let host = Host::with(Config { profile, card: CardSource::Folder(card.clone()), ..Config::default() });
    Place { _folder: folder, card, host }
}

fn place() -> Place {
    place_with(Profile::default())
}

/// A camera whose card has room for so many bytes.
fn room_for(bytes: u64) -> Place {
    let mut profile = Profile::default();
    // The folders CHDK and CHDK/SCRIPTS take a cluster each.
    profile.storage.card_bytes = 2 * CLUSTER + bytes;
    place_with(profile)
}

impl Place {
    fn file(&self, name: &str, content: &str) {
        let path = self.card.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// What a script returns.
    #[track_caller]
    fn results(&mut self, source: &str) -> Vec<Message> {
        self.host.run(source)
    }

    /// The one string that a script returns.
    #[track_caller]
    fn text(&mut self, source: &str) -> String {
        match &self.results(source)[..] {
            [Message(2, 4, _, text)] => String::from_utf8_lossy(text).into_owned(),
            other => panic!("{source}: {other:?}"),
        }
    }

    fn upload(&mut self, name: &str, content: &[u8]) -> u16 {
        let data = [&(name.len() as u32).to_le_bytes()[..], name.as_bytes(), content].concat();
        self.host.chdk_with(&[5], &data).code
    }

    fn free(&self) -> u64 {
        self.host.camera.card().free_bytes()
    }
}

/// §5.4 Paths (wrappers.c:749-788): On DryOS fopen refuses names that do not start with an upper-case A; stat wants A/ or
/// a/.
///
/// §10 9: The card is A/, without regard to case, but for the A.
#[test]
fn fopen_wants_a_big_a_and_stat_takes_a_small_one() {
    let mut place = place();
    place.file("x.txt", "1");
    let source = "local function is(v) return v and 'y' or 'n' end return \
        is(io.open('A/x.txt'))..is(io.open('a/x.txt'))..is(io.open('B/x.txt'))..is(io.open('x.txt'))..\
        is(os.stat('A/x.txt'))..is(os.stat('a/x.txt'))..is(os.stat('x.txt'))";
    assert_eq!(place.text(source), "ynnnyyn");
}

/// §5.4 Paths: FAT's names are case-insensitive.
#[test]
fn names_are_the_same_in_any_case() {
    let mut place = place();
    place.file("Dir/File.Txt", "content");
    assert_eq!(place.text("return io.open('A/dIR/FILE.TXT'):read('*a')"), "content");
    assert_eq!(place.text("return (select(2,os.mkdir('A/DIR')))"), "A/DIR: error");
    place.results("local f=io.open('A/DIR/file.txt','w') f:write('other') f:close()");
    assert_eq!(fs::read(place.card.join("Dir/File.Txt")).unwrap(), b"other", "one file, with its old spelling");
}

/// §5.4 Paths: A slash too many counts for nothing inside of a path; gphoto2's CHDK mode writes `A//NAME`.
///
/// Decided: the facts tell of a slash at the end only.
#[test]
fn doubled_slashes_count_once() {
    let mut place = place();
    place.file("DCIM/x.txt", "1");
    assert_eq!(
        place.results("return os.stat('A//DCIM').is_dir, os.stat('A//DCIM//x.txt').size"),
        [boolean(1, true), int(1, 1)]
    );
    assert_eq!(place.text("return (select(2,os.stat('A//../x')))"), "A//../x: error", "but up is no way");
}

/// §5.4 Modes: There is no translation of newlines.
#[test]
fn newlines_are_what_they_are() {
    let mut place = place();
    place.results("local f=io.open('A/n.txt','w') f:write('a\\r\\nb\\nc') f:close()");
    assert_eq!(fs::read(place.card.join("n.txt")).unwrap(), b"a\r\nb\nc");
    assert_eq!(place.text("return io.open('A/n.txt','r'):read('*a')"), "a\r\nb\nc");
}

/// §5.4 Errors (wrappers.c:836-843): DryOS says "name: error" and 0.
///
/// §10 9: DryOS's text for all errors is "error", its number 0.
#[test]
fn dryos_has_one_word_for_what_went_wrong() {
    let mut place = place();
    for (id, call) in (1..).zip(["io.open('A/NO')", "os.stat('A/NO')", "os.remove('A/NO')", "os.listdir('A/NO')"]) {
        assert_eq!(
            place.results(&format!("return {call}")),
            [nil(id), string(id, "A/NO: error"), int(id, 0)],
            "{call}"
        );
    }
}

/// §5.4 Errors (wrappers.c:916-926): VxWorks says "name: errno 0x…" and the number.
///
/// Decided: which number is left open; this camera always gives that of a file that is not there.
#[test]
fn vxworks_has_numbers_for_what_went_wrong() {
    let mut place = place_with(Profile::named("vxworks").unwrap());
    for (id, call) in (1..).zip(["io.open('A/NO')", "os.stat('A/NO')", "os.remove('A/NO')", "os.rename('A/NO','A/B')"])
    {
        let text = string(id, "A/NO: errno 0x380003");
        assert_eq!(place.results(&format!("return {call}")), [nil(id), text, int(id, 0x38_0003)], "{call}");
    }
}

/// §5.4 loadfile (lauxlib.c:555-627): A first line that begins with # is not skipped, nor is a byte order mark; what
/// cannot be opened is "cannot fopen" and the name.
#[test]
fn loadfile_skips_nothing_and_says_fopen() {
    let mut place = place();
    place.file("hash.lua", "#!lua\nreturn 1");
    place.file("bom.lua", "\u{feff}return 1");
    place.file("good.lua", "return 7");
    assert!(place.text("return (select(2,loadfile('A/hash.lua')))").contains("unexpected symbol near '#'"));
    assert!(place.text("return (select(2,loadfile('A/bom.lua')))").contains("unexpected symbol"));
    assert_eq!(place.text("return (select(2,loadfile('A/none.lua')))"), "cannot fopen A/none.lua");
    assert_eq!(place.results("return dofile('A/good.lua'), loadfile('A/good.lua')()"), [int(4, 7), int(4, 7)]);
}

/// §5.4 loadfile: Binary chunks load.
#[test]
fn binary_chunks_load() {
    let mut place = place();
    let source = "local f=io.open('A/b.luac','wb') f:write(string.dump(function() return 5 end)) f:close() \
        return loadfile('A/b.luac')()";
    assert_eq!(place.results(source), [int(1, 5)]);
}

/// §5.4 require (luaconf.h:96-106): It looks in A/CHDK/SCRIPTS, then in A/CHDK/LUALIB, with a slash for each dot; cpath is
/// empty.
#[test]
fn require_looks_in_scripts_then_in_lualib() {
    let mut place = place();
    place.file("CHDK/SCRIPTS/both.lua", "return 'scripts'");
    place.file("CHDK/LUALIB/both.lua", "return 'lualib'");
    place.file("CHDK/LUALIB/sub/one.lua", "return 'dotted'");
    assert_eq!(place.text("return require'both'..' '..require'sub.one'"), "scripts dotted");
    assert_eq!(place.text("return package.path..package.cpath"), "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;");
    let missing = "module 'x.y' not found:\n\tno field package.preload['x.y']\n\tno file 'A/CHDK/SCRIPTS/x/y.lua'\n\t\
        no file 'A/CHDK/LUALIB/x/y.lua'";
    assert_eq!(place.text("return (select(2,pcall(require,'x.y')))"), missing);
}

/// §5.4 require: package.loaded keeps the spelling, so that a module in two spellings is loaded twice.
#[test]
fn a_module_in_two_spellings_is_loaded_twice() {
    let mut place = place();
    place.file("CHDK/LUALIB/GEN/mine.lua", "n=(n or 0)+1 return n");
    assert_eq!(place.results("require'GEN/mine' require'GEN/mine' require'gen/mine' return n"), [int(1, 2)]);
}

/// §5.4 listdir (loslib.c:270-463): The dots are hidden unless they are asked for; a slash at the end is for the root only.
#[test]
fn listdir_hides_the_dots_and_wants_no_slash_but_the_roots() {
    let mut place = place();
    place.file("DCIM/a.jpg", "");
    let list = |path: &str, all: &str| format!("return table.concat(os.listdir('{path}'{all}),' ')");
    assert_eq!(place.text(&list("A/", "")), "CHDK DCIM");
    assert_eq!(place.text(&list("A/DCIM", "")), "a.jpg");
    assert_eq!(place.text(&list("A/DCIM", ",true")), ". .. a.jpg");
    assert_eq!(place.text(&list("A/DCIM", ",{showall=true}")), ". .. a.jpg");
    assert_eq!(place.text("return (select(2,os.listdir('A/DCIM/')))"), "A/DCIM/: error");
    assert_eq!(place.text("local s='' for n in os.idir('A/DCIM') do s=s..n end return s"), "a.jpg");
    assert_eq!(place.text("local s='' for n in os.idir('A/DCIM',true) do s=s..n..' ' end return s"), ". .. a.jpg ");
}

/// §5.4 remove (wrappers.c:552-570): It removes folders on DryOS R39 and later, files anywhere.
#[test]
fn folders_are_removed_by_later_firmwares_only() {
    for (name, removed) in [("current", true), ("digic4", false), ("vxworks", false)] {
        let mut place = place_with(Profile::named(name).unwrap());
        place.file("x", "");
        let source = "os.mkdir('A/F') return os.remove('A/F') or false, os.remove('A/x')";
        assert_eq!(place.results(source), [boolean(1, removed), boolean(1, true)], "{name}");
        assert_eq!(place.card.join("F").exists(), !removed, "{name}");
    }
}

/// §5.4 date: `os.date("!…")` is local time.
#[test]
fn an_exclamation_mark_changes_no_date() {
    let mut place = place();
    assert_eq!(
        place.results("return os.date('!%H')==os.date('%H'), os.date('!*t').hour==os.date('*t').hour"),
        [boolean(1, true), boolean(1, true)]
    );
}

#[test]
fn times_of_files_count_in_twos() {
    let mut place = place();
    place.file("x", "");
    assert_eq!(place.results("os.utime('A/x',86401,86401) return os.stat('A/x').mtime"), [int(1, 86_400)]);
}

#[test]
fn what_is_written_takes_room_and_what_is_removed_gives_it_back() {
    let mut place = room_for(10 * CLUSTER);
    assert_eq!(place.free(), 10 * CLUSTER);
    assert_eq!(place.upload("A/UP.BIN", &[7; 40_000]), OK);
    assert_eq!(place.free(), 8 * CLUSTER, "two clusters");
    assert_eq!(place.results("return get_disk_size(), get_free_disk_space()"), [int(1, 12 * 32), int(1, 8 * 32)]);
    place.results("local f=io.open('A/S.TXT','w') f:write('x', 12) f:close()");
    assert_eq!(place.free(), 7 * CLUSTER);
    place.results("os.remove('A/UP.BIN') os.remove('A/S.TXT') os.mkdir('A/F')");
    assert_eq!(place.free(), 9 * CLUSTER, "a folder takes one, too");
}

/// §1.2 UploadFile (core/ptp.c:631-681): What fwrite says is not looked at: a full card is not reported.
#[test]
fn an_upload_to_a_full_card_is_cut_short_and_ok() {
    let mut place = room_for(2 * CLUSTER);
    assert_eq!(place.upload("A/BIG.BIN", &[7; 100_000]), OK);
    assert_eq!(fs::metadata(place.card.join("BIG.BIN")).unwrap().len(), 2 * CLUSTER);
    assert_eq!(place.free(), 0);
    assert!(!place.host.sinned(""), "it is not the host's mistake");
    assert!(place.host.log().iter().any(|line| line.contains("the card took only part of an upload")));
}

#[test]
fn a_script_is_told_that_the_card_is_full() {
    let mut place = room_for(CLUSTER);
    let source = "local f=io.open('A/F','wb') local t={f:write(('x'):rep(40000))} f:close() return unpack(t,1,3)";
    assert_eq!(place.results(source), [nil(1), string(1, "error"), int(1, 0)]);
    assert_eq!(fs::metadata(place.card.join("F")).unwrap().len(), CLUSTER);
    assert_eq!(
        place.results("local f=io.open('A/F','wb') return f:write(('x'):rep(40000), 1) == nil, f:close()"),
        [boolean(2, true), boolean(2, true)]
    );
    assert_eq!(place.results("local f=io.open('A/F','wb') return f:write(('x'):rep(30000), 1)"), [boolean(3, true)]);
    place.host.camera.card().set_full(true);
    assert_eq!(place.results("local f=io.open('A/G','wb') return (f:write(12))"), [nil(4)], "numbers, too");
    place.host.camera.card().set_full(false);
    assert_eq!(place.results("local f=io.open('A/F','wb') return (f:write(12))"), [boolean(5, true)]);
}

#[test]
fn long_names_are_found_by_their_short_ones() {
    let mut place = place();
    place.file("CHDK/SCRIPTS/my script.lua", "return 7");
    place.file("A long folder/x", "1");
    assert_eq!(place.results("return loadfile('A/CHDK/SCRIPTS/MYSCRI~1.LUA')()"), [int(1, 7)]);
    let source = "local f=io.open('A/alongf~1/X','a') f:write('2') f:close() os.remove('A/CHDK/SCRIPTS/MYSCRI~1.LUA') \
                  return io.open('A/A long folder/x'):read(), table.concat(os.listdir('A/'),'|')";
    assert_eq!(place.results(source), [string(2, "12"), string(2, "A long folder|CHDK")]);
    assert!(!place.card.join("CHDK/SCRIPTS/my script.lua").exists());
    assert_eq!(place.upload("A/ALONGF~1/UP.BIN", b"1"), OK);
    assert!(place.card.join("A long folder/UP.BIN").exists());
    assert_eq!(
        place.results("local f=io.open('A/ALONGF~2','w') f:close() return os.stat('A/ALONGF~2').size"),
        [int(3, 0)]
    );
}

/// FAT has no files with holes.
#[test]
fn a_gap_in_a_file_takes_room() {
    let mut place = room_for(10 * CLUSTER);
    let seek = |at: u64, then: &str| {
        format!(
            "local f=io.open('A/F','r+') or io.open('A/F','w') f:seek('set',{at}) local ok={{f:write('x')}} {then} \
             f:close() return ok[1], ok[2]"
        )
    };
    assert_eq!(place.results(&seek(11 * CLUSTER, "")), [nil(1), string(1, "error")], "more than there is");
    assert_eq!((place.free(), fs::metadata(place.card.join("F")).unwrap().len()), (10 * CLUSTER, 0));
    assert_eq!(place.results(&seek(8 * CLUSTER, "for i=1,100 do f:write('x') end"))[0], boolean(2, true));
    assert_eq!(place.free(), CLUSTER);
    let source = "local f=io.open('A/G','w') f:write(('x'):rep(32768)) f:seek('set',0) f:write('y') f:close() \
                  f=io.open('A/G','a') f:seek('set',32768*9) local ok=f:write('z') f:close() return ok";
    assert_eq!(place.results(source), [nil(3)], "appended, and the card is full");
    assert_eq!(fs::metadata(place.card.join("G")).unwrap().len(), CLUSTER);
    place.results("os.remove('A/F')");
    assert_eq!(
        place.results("local f=io.open('A/G','a') f:seek('set',32768*9) return f:write('z')"),
        [boolean(5, true)]
    );
    assert_eq!(fs::metadata(place.card.join("G")).unwrap().len(), CLUSTER + 1, "appended is never beyond the end");
}

#[test]
fn files_that_are_open_have_a_limit_and_forgotten_ones_do_not_count() {
    let mut place = place();
    let source = "local t={} repeat local f,e=io.open('A/F'..#t,'w') t[#t+1]=f until not f \
                  local n,more=#t,io.open('A/F0') t[1]:close() return n, more, io.open('A/F0') ~= nil";
    assert_eq!(place.results(source), [int(1, 64), nil(1), boolean(1, true)]);
    assert!(place.host.sinned("more files at a time"));
    let source = "local n=0 for i=1,500 do n=n+#io.open('A/F1'):read('*a')+1 end return n";
    assert_eq!(place.results(source), [int(2, 500)]);
    let source = "local n=0 for i=1,200 do n=n+(loadfile('A/F1') and 1 or 0) pcall(dofile,'A/none') end return n";
    assert_eq!(place.results(source), [int(3, 200)]);
}

#[test]
fn a_locked_card_is_read_and_nothing_else() {
    let mut place = place();
    place.file("x", "1");
    place.host.camera.card().set_read_only(true);
    assert_eq!(place.upload("A/UP.BIN", b"1"), GENERAL_ERROR);
    let source = "local n=0 for i,v in ipairs{io.open('A/y','w') or 1, io.open('A/x','r+') or 1, io.open('A/x','a') or 1, \
        os.mkdir('A/F') or 1, os.remove('A/x') or 1, os.rename('A/x','A/z') or 1, os.utime('A/x',0) or 1} do \
        if v==1 then n=n+1 end end return n, io.open('A/x'):read()";
    assert_eq!(place.results(source), [int(1, 7), string(1, "1")]);
    assert_eq!(entries(&place.card), ["CHDK", "x"]);
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// §1.2 DownloadFile (core/ptp.c:738-745): For an empty file the camera sends no data phase.
///
/// Decided: the camera answers OK with size 0, so that a host which can do without data goes on; the others wait for good.
#[test]
fn a_download_of_an_empty_file_has_no_data_phase() {
    let mut place = place();
    place.file("empty", "");
    assert_eq!(place.host.chdk_with(&[4, 0], b"A/empty"), answer(OK, &[]));
    assert_eq!(place.host.chdk(&[6]), answer(OK, &[0]));
    assert!(place.host.sinned("empty file"));
}

/// §10 8: An error of DownloadFile, GetDisplayData or RemoteCaptureGetData comes with a dummy byte; one of GetMemory or
/// TempData does not.
#[test]
fn some_errors_bring_a_dummy_byte() {
    let mut place = place();
    assert_eq!(place.host.chdk(&[6]), answer(GENERAL_ERROR, &[]).with(&[0]), "DownloadFile");
    assert_eq!(place.host.chdk(&[14, 1]).data, Some(vec![0]), "RemoteCaptureGetData");
    assert_eq!(place.host.chdk(&[1, 0, 0]), answer(GENERAL_ERROR, &[]), "GetMemory");
    assert_eq!(place.host.chdk(&[4, 1]), answer(GENERAL_ERROR, &[]), "TempData");
}
