//! Files on the card, as a program moves them: in process and over PTP/IP, with the card's folder as witness.

use std::fs;
use std::path::{Path, PathBuf};

use moonshutter::ErrorKind;
use moonshutter::camera::{Camera, ExecOptions, Options, Payload, Script, WaitOptions};
use moonshutter::clock::Interrupt;
use moonshutter::connect::{self, Spec};
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{CardSource, Config, SimCamera};

struct Place {
    folder: tempfile::TempDir,
    card: PathBuf,
    _sim: SimCamera,
    camera: Camera,
}

impl Place {
    fn local(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card");
    fs::create_dir_all(card.join("DCIM/100CANON")).unwrap();
    let sim = connect::simulate(Config { card: CardSource::Folder(card.clone()), ..Config::default() }).unwrap();
    let camera = connect::plug_in(&sim, &Options::default()).unwrap();
    Place { folder, card, _sim: sim, camera }
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn same_up_and_down(camera: &mut Camera, place: &Path, card: &Path, len: usize) {
    let content = pattern(len);
    let (up, down) = (place.join("up.bin"), place.join("down.bin"));
    fs::write(&up, &content).unwrap();
    assert_eq!(camera.upload(&up, b"A/DCIM/X.BIN").unwrap(), len as u64);
    assert!(fs::read(card.join("DCIM/X.BIN")).unwrap() == content, "{len} bytes up");
    assert_eq!(camera.download(b"A/DCIM/X.BIN", &down).unwrap(), len as u64);
    assert!(fs::read(&down).unwrap() == content, "{len} bytes down");
}

const SIZES: [usize; 10] = [0, 1, 2, 499, 500, 512, 4084, 65_536, 262_132, 3_000_001];

#[test]
fn files_of_every_size_are_the_same_up_and_down() {
    let mut place = place();
    let (folder, card) = (place.folder.path().to_owned(), place.card.clone());
    for len in SIZES {
        same_up_and_down(&mut place.camera, &folder, &card, len);
    }
}

#[test]
fn and_over_ptp_ip_too() {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card");
    fs::create_dir_all(card.join("DCIM")).unwrap();
    let sim = connect::simulate(Config { card: CardSource::Folder(card.clone()), ..Config::default() }).unwrap();
    let server = Server::bind("127.0.0.1:0", sim).unwrap();
    let spec = Spec::Ip { host: "127.0.0.1".into(), port: server.local_addr().unwrap().port() };
    let stop = Interrupt::new();
    std::thread::scope(|scope| {
        let serving = scope.spawn(|| server.serve(&stop));
        {
            let mut camera = connect::connect(&spec, &Options::default()).unwrap();
            for len in SIZES {
                same_up_and_down(&mut camera, folder.path(), &card, len);
            }
        }
        stop.raise();
        serving.join().unwrap().unwrap();
    });
}

#[test]
fn a_file_that_is_not_there_leaves_nothing_behind() {
    let mut place = place();
    let down = place.local("down.bin");
    for (name, words) in [
        (&b"A/NO.BIN"[..], "no file or folder A/NO.BIN on the card"),
        (b"/tmp/x", "paths on the card begin with A/"),
        (b"A/DCIM", "A/DCIM is a folder"),
    ] {
        let error = place.camera.download(name, &down).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!down.exists());
    }
    assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 1, "only the card is there");
}

#[test]
fn a_download_that_fails_keeps_the_file_that_was_there() {
    let mut place = place();
    let down = place.local("down.bin");
    fs::write(&down, "precious").unwrap();
    place.camera.download(b"A/NO.BIN", &down).unwrap_err();
    assert_eq!(fs::read(&down).unwrap(), b"precious");
}

#[test]
fn an_upload_into_a_folder_that_is_not_there_says_what_may_be_wrong() {
    let mut place = place();
    let up = place.local("up.bin");
    fs::write(&up, pattern(200_000)).unwrap();
    let error = place.camera.upload(&up, b"A/NOWHERE/X.BIN").unwrap_err();
    assert_eq!((error.kind(), error.response()), (ErrorKind::Ptp, Some(0x2002)));
    assert!(error.to_string().contains("does the folder exist"), "{error}");
    assert!(place.camera.is_connected(), "the camera took the rest of the data and answered");
    let error = place.camera.upload(&place.folder.path().join("no"), b"A/X").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn what_is_no_plain_file_is_refused_before_anything_is_sent() {
    let mut place = place();
    let folder = place.folder.path().to_owned();
    let mut refused = vec![folder];
    if cfg!(target_os = "linux") {
        refused.extend(["/dev/zero".into(), "/proc/cpuinfo".into()]);
    }
    for path in refused {
        let error = place.camera.upload(&path, b"A/X.BIN").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadArgument, "{error}");
    }
    assert!(place.camera.is_connected() && !place.card.join("X.BIN").exists());
}

#[test]
fn no_name_leaves_the_card() {
    let mut place = place();
    let up = place.local("up.bin");
    fs::write(&up, "x").unwrap();
    for name in [&b"A/../out.bin"[..], b"A/DCIM/../../out.bin", b"../out.bin", b"/tmp/out.bin", b"A/..\\out.bin"] {
        place.camera.upload(&up, name).unwrap_err();
        place.camera.download(name, &place.folder.path().join("got.bin")).unwrap_err();
    }
    assert!(!place.local("out.bin").exists() && !place.local("got.bin").exists());
}

#[test]
fn a_folder_is_listed_with_what_is_known_of_each_name() {
    let mut place = place();
    for index in 0..95 {
        fs::write(place.card.join(format!("DCIM/100CANON/IMG_{index:04}.JPG")), vec![0; index]).unwrap();
    }
    let mut entries = place.camera.list_dir(b"A/DCIM/100CANON").unwrap();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(entries.len(), 95);
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(entry.name, format!("IMG_{index:04}.JPG").as_bytes());
        let stat = entry.stat.as_ref().unwrap();
        assert_eq!((stat.size, stat.is_dir), (index as u64, false));
    }
    let root = place.camera.list_dir(b"A/").unwrap();
    let dcim = root.iter().find(|entry| entry.name == b"DCIM").unwrap();
    assert!(dcim.stat.as_ref().unwrap().is_dir);
    assert_eq!(place.camera.list_dir(b"A/NO").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_name_with_quotes_in_it_is_data_and_no_code() {
    let mut place = place();
    let evil = "A/DCIM/it's ]] error('ran') --";
    fs::create_dir(place.card.join(evil.strip_prefix("A/").unwrap())).unwrap();
    assert_eq!(place.camera.list_dir(evil.as_bytes()).unwrap(), []);
    assert!(place.camera.stat(evil.as_bytes()).unwrap().is_dir);
    // FAT has no double quotes, so that nothing of this name can be there
    assert_eq!(place.camera.stat(b"A/x\" error('ran') --").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn moving_files_leaves_the_users_messages_alone() {
    let mut place = place();
    let up = place.local("up.bin");
    fs::write(&up, "content").unwrap();
    place.camera.upload(&up, b"A/X.BIN").unwrap();
    let script = Script::new("user", "write_usb_msg('kept') return 7");
    let id = place.camera.exec(&script, &ExecOptions::default()).unwrap();
    place.camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    place.camera.download(b"A/X.BIN", &place.folder.path().join("down.bin")).unwrap();
    place.camera.list_dir(b"A/").unwrap();
    assert_eq!(place.camera.script_id(), Some(id));
    assert!(place.camera.script_status().unwrap().messages);
    let bodies: Vec<_> = std::iter::from_fn(|| place.camera.read_msg().unwrap()).collect();
    assert!(bodies.iter().all(|message| message.script_id == id));
    assert_eq!(bodies.len(), 2);
}

#[test]
fn while_a_script_runs_files_still_move_and_listing_is_refused() {
    let mut place = place();
    let up = place.local("up.bin");
    fs::write(&up, "content").unwrap();
    place.camera.exec(&Script::new("user", "sleep(60000)"), &ExecOptions::default()).unwrap();
    place.camera.upload(&up, b"A/X.BIN").unwrap();
    place.camera.download(b"A/X.BIN", &place.folder.path().join("down.bin")).unwrap();
    assert_eq!(fs::read(place.local("down.bin")).unwrap(), b"content");
    assert_eq!(place.camera.list_dir(b"A/").unwrap_err().kind(), ErrorKind::ScriptRunning);
    assert!(place.camera.script_status().unwrap().running);
}

#[test]
fn memory_is_read_back_as_it_was_written() {
    let mut place = place();
    place.camera.set_memory(0x10_0000, b"moonshutter").unwrap();
    assert_eq!(place.camera.get_memory(0x10_0000, 11, false).unwrap(), b"moonshutter");
    assert_eq!(place.camera.get_memory(0x10_0000, 11, true).unwrap(), b"moonshutter");
    let returns = place
        .camera
        .execwait(
            &Script::new("test", "return 1"),
            &ExecOptions::default(),
            &WaitOptions::default(),
            &mut |_, _: Payload| Ok(()),
        )
        .unwrap();
    assert_eq!(returns, [Payload::Integer(1)]);
}
