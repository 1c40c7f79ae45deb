//! The card over standard PTP, byte by byte: what gphoto2 and the developer commands of newer chdkptp ask for.

mod bare;

use std::fs;
use std::path::PathBuf;

use bare::{Answer, Host, OK, answer, words};
use moonshutter::sim::{CardSource, Config, Profile};

const ALL: u32 = 0xffff_ffff;
const STORAGE: u32 = 0x0001_0001;
const INVALID_HANDLE: u16 = 0x2009;

struct Place {
    _folder: tempfile::TempDir,
    card: PathBuf,
    host: Host,
}

/// A camera with an empty card of the given size.
fn place_of(bytes: u64) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card");
    fs::create_dir(&card).unwrap();
    let mut profile = Profile::default();
    profile.storage.card_bytes = bytes;
    let host = Host::with(Config { profile, card: CardSource::Folder(card.clone()), ..Config::default() });
    Place { _folder: folder, card, host }
}

fn place() -> Place {
    let place = place_of(1 << 30);
    fs::create_dir_all(place.card.join("DCIM/100CANON")).unwrap();
    fs::write(place.card.join("DCIM/100CANON/IMG_0001.JPG"), b"ten  bytes").unwrap();
    fs::write(place.card.join("NOTES.TXT"), b"").unwrap();
    place
}

fn array(data: &Answer) -> Vec<u32> {
    let data = data.data.as_ref().expect("a data phase");
    let words: Vec<_> = data.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
    assert_eq!(words[0] as usize, words.len() - 1);
    words[1..].to_vec()
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    [vec![units.len() as u8], units.into_iter().flat_map(u16::to_le_bytes).collect()].concat()
}

/// An ObjectInfo as a host sends it.
fn info(format: u16, size: u32, name: &str) -> Vec<u8> {
    let mut info = words(&[0]);
    info.extend(format.to_le_bytes());
    info.extend([0, 0]);
    info.extend(size.to_le_bytes());
    info.extend([0; 40]);
    info.extend(text(name));
    info.extend([0, 0, 0]);
    info
}

impl Place {
    fn handles(&mut self, format: u32, parent: u32) -> Vec<u32> {
        let got = self.host.transact(0x1007, &[ALL, format, parent], None);
        assert_eq!(got.code, OK);
        array(&got)
    }

    fn ask(&mut self, code: u16, params: &[u32]) -> Answer {
        self.host.transact(code, params, None)
    }

    /// The handle of the only JPEG.
    fn image(&mut self) -> u32 {
        let images = self.handles(0x3801, 0);
        assert_eq!(images.len(), 1);
        images[0]
    }

    fn announce(&mut self, parent: u32, format: u16, size: u32, name: &str) -> Answer {
        self.host.transact(0x100c, &[STORAGE, parent], Some(&info(format, size, name)))
    }
}

/// §1.5 chdkptp 2018 ([chdkptp] chdkptp.c:503-514, 924-960, 654-662): It opens session 1, asks for the device info, closes
/// the session, and uses nothing else of standard PTP.
///
/// §1.5 pychdk and chdkptp_rs: They use 0x1001 to 0x1003 only.
#[test]
fn three_standard_operations_are_enough_for_chdk() {
    let clock = moonshutter::clock::VirtualClock::new();
    let camera = moonshutter::sim::SimCamera::start(Config::default()).unwrap();
    let mut host = Host::without_session(camera, &clock);
    assert_eq!(host.transact(0x1002, &[1], None), answer(OK, &[]));
    let info = host.transact(0x1001, &[], None).data.unwrap();
    assert!(info.windows(2).any(|code| code == [0x99, 0x99]));
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    assert_eq!(host.transact(0x1003, &[], None), answer(OK, &[]));
    assert_eq!(host.chdk(&[0]).code, 0x2003);
}

/// §1.5 chdkptpJ: It only opens a session.
///
/// §1.5 Events: No client of CHDK's needs any.
#[test]
fn a_session_is_all_that_scripts_need() {
    let mut host = Host::new();
    assert_eq!(host.run("return 1"), [bare::int(1, 1)]);
}

/// §1.5 Newer chdkptp ([astro] chdkptp.c:1983-2240): Its developer commands use GetStorageIDs and GetStorageInfo.
#[test]
fn a_card_is_one_storage_and_says_how_much_room_it_has() {
    let mut place = place();
    assert_eq!(array(&place.ask(0x1004, &[])), [STORAGE]);
    let info = place.ask(0x1005, &[STORAGE]).data.unwrap();
    assert_eq!(info[..6], [4, 0, 3, 0, 0, 0]);
    let number = |at: usize| u64::from_le_bytes(info[at..at + 8].try_into().unwrap());
    assert_eq!(number(6), 1 << 30);
    // Two folders and a small file take a cluster of 32 KiB each, an empty file takes none.
    assert_eq!(number(14), (1 << 30) - 3 * 32_768);
    assert_eq!(place.ask(0x1005, &[5]), answer(0x2008, &[]));
    place.host.camera.card().set_read_only(true);
    assert_eq!(place.ask(0x1005, &[STORAGE]).data.unwrap()[4..6], [1, 0], "read-only");
}

/// §1.5 Newer chdkptp ([astro] chdkptp.c:1983-2240): It uses GetObjectHandles, whose three parameters narrow the list.
#[test]
fn handles_are_chosen_by_storage_format_and_parent() {
    let mut place = place();
    let root = place.handles(0, ALL);
    assert_eq!(root.len(), 2, "DCIM and NOTES.TXT");
    let all = place.handles(0, 0);
    assert_eq!(all.len(), 4);
    assert!(root.iter().all(|handle| all.contains(handle)), "the same handles");
    let image = place.image();
    assert_eq!(place.handles(ALL, 0), [image], "images of any kind");
    let folders = place.handles(0x3001, 0);
    assert_eq!(folders.len(), 2);
    assert_eq!(place.handles(0, folders[0]), [folders[1]], "100CANON in DCIM");
    assert_eq!(place.handles(0, folders[1]), [image]);
    assert_eq!(place.ask(0x1006, &[STORAGE, 0, 0]), answer(OK, &[4]));
    assert_eq!(place.ask(0x1006, &[7, 0, 0]), answer(0x2008, &[]), "no such storage");
    assert_eq!(place.ask(0x1007, &[ALL, 0, image]), answer(0x201a, &[]), "a file is no parent");
    assert_eq!(place.ask(0x1007, &[ALL, 0, 999]), answer(INVALID_HANDLE, &[]));
}

/// §1.5 Newer chdkptp ([astro] chdkptp.c:1983-2240): It uses GetObjectInfo and GetObject.
#[test]
fn an_object_is_a_file_with_its_name_size_and_parent() {
    let mut place = place();
    let (image, folders) = (place.image(), place.handles(0x3001, 0));
    let got = place.ask(0x1008, &[image]).data.unwrap();
    assert_eq!(got[..12], [1, 0, 1, 0, 0x01, 0x38, 0, 0, 10, 0, 0, 0]);
    assert_eq!(got[38..42], folders[1].to_le_bytes());
    assert_eq!(got[52..74], text("IMG_0001.JPG")[..22]);
    let folder = place.ask(0x1008, &[folders[0]]).data.unwrap();
    assert_eq!(folder[4..6], [0x01, 0x30]);
    assert_eq!(folder[38..44], [0, 0, 0, 0, 1, 0], "in the root, a generic folder");
    assert_eq!(place.ask(0x1009, &[image]), answer(OK, &[]).with(b"ten  bytes"));
    let notes = place.handles(0x3004, 0)[0];
    assert_eq!(place.ask(0x1009, &[notes]), answer(OK, &[]).with(b""), "an empty file has an empty data phase");
    assert_eq!(place.ask(0x1009, &[folders[0]]), answer(INVALID_HANDLE, &[]), "a folder has no contents");
    assert_eq!(place.ask(0x1008, &[999]), answer(INVALID_HANDLE, &[]));
    assert_eq!(place.ask(0x100a, &[image]), answer(0x2010, &[]), "no thumbnail");
    assert_eq!(place.ask(0x100a, &[999]), answer(INVALID_HANDLE, &[]));
}

#[test]
fn a_part_of_an_object_is_cut_to_what_there_is() {
    let mut place = place();
    let image = place.image();
    assert_eq!(place.ask(0x101b, &[image, 5, 3]), answer(OK, &[3]).with(b"byt"));
    assert_eq!(place.ask(0x101b, &[image, 5, 1000]), answer(OK, &[5]).with(b"bytes"));
    assert_eq!(place.ask(0x101b, &[image, 10, 1]), answer(OK, &[0]).with(b""));
    assert_eq!(place.ask(0x101b, &[image, 11, 1]), answer(0x201d, &[]));
}

#[test]
fn a_date_is_written_as_ptp_writes_it_in_steps_of_two_seconds() {
    let mut place = place();
    let image = place.image();
    let file = fs::File::options().write(true).open(place.card.join("DCIM/100CANON/IMG_0001.JPG")).unwrap();
    let odd = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_709_211_909);
    file.set_modified(odd).unwrap();
    let local = jiff::Timestamp::from_second(1_709_211_908).unwrap().to_zoned(jiff::tz::TimeZone::system());
    let date = text(&local.strftime("%Y%m%dT%H%M%S").to_string());
    let got = place.ask(0x1008, &[image]).data.unwrap();
    let at = 52 + text("IMG_0001.JPG").len();
    assert_eq!(got[at..], [&date[..], &date[..], &[0]].concat());
}

#[test]
fn a_handle_stays_with_its_file_and_goes_with_it() {
    let mut place = place();
    let image = place.image();
    fs::write(place.card.join("AAA.JPG"), "1").unwrap();
    assert_eq!(place.handles(0x3801, 0).len(), 2);
    assert_eq!(place.ask(0x1003, &[]), answer(OK, &[]));
    assert_eq!(place.ask(0x1009, &[image]), answer(0x2003, &[]), "the session is over");
    assert_eq!(place.ask(0x1002, &[2]), answer(OK, &[]));
    assert_eq!(place.ask(0x1009, &[image]), answer(OK, &[]).with(b"ten  bytes"), "the next session knows it");
    place.host.plug_in_again();
    assert_eq!(place.ask(0x1009, &[image]).code, OK, "so does the next connection");
    fs::remove_file(place.card.join("DCIM/100CANON/IMG_0001.JPG")).unwrap();
    for code in [0x1008, 0x1009, 0x100a, 0x100b, 0x101b] {
        assert_eq!(place.ask(code, &[image]), answer(INVALID_HANDLE, &[]), "{code:#x}");
    }
    fs::write(place.card.join("DCIM/100CANON/IMG_0001.JPG"), "other").unwrap();
    assert!(!place.handles(0x3801, 0).contains(&image), "another file, another handle");
}

#[test]
fn objects_are_deleted_with_what_is_in_them() {
    let mut place = place();
    let (image, folders) = (place.image(), place.handles(0x3001, 0));
    assert_eq!(place.ask(0x100b, &[image, 0]), answer(OK, &[]));
    assert!(!place.card.join("DCIM/100CANON/IMG_0001.JPG").exists());
    assert_eq!(place.ask(0x100b, &[image, 0]), answer(INVALID_HANDLE, &[]));
    fs::write(place.card.join("DCIM/100CANON/A.JPG"), "").unwrap();
    assert_eq!(place.ask(0x100b, &[folders[0], 0]), answer(OK, &[]));
    assert!(!place.card.join("DCIM").exists());
    assert_eq!(place.ask(0x100b, &[ALL, 0]), answer(INVALID_HANDLE, &[]), "everything at once is refused");
    assert!(place.card.join("NOTES.TXT").exists());
}

#[test]
fn a_locked_card_takes_and_loses_nothing() {
    let mut place = place();
    let image = place.image();
    place.host.camera.card().set_read_only(true);
    assert_eq!(place.ask(0x100b, &[image, 0]), answer(0x200e, &[]));
    assert_eq!(place.announce(0, 0x3801, 1, "NEW.JPG").code, 0x200e);
    assert!(place.card.join("DCIM/100CANON/IMG_0001.JPG").exists());
}

/// §1.5 Newer chdkptp (lua/extras/devutil.lua:582-663): It uses SendObjectInfo and SendObject.
#[test]
fn a_file_is_announced_and_sent() {
    let mut place = place();
    let folder = place.handles(0x3001, 0)[1];
    let got = place.announce(folder, 0x3801, 6, "NEW.JPG");
    let handle = got.params[2];
    assert_eq!(got, answer(OK, &[STORAGE, folder, handle]));
    assert_eq!(place.host.transact(0x100d, &[], Some(b"abcdef")), answer(OK, &[]));
    assert_eq!(fs::read(place.card.join("DCIM/100CANON/NEW.JPG")).unwrap(), b"abcdef");
    assert_eq!(place.ask(0x1009, &[handle]), answer(OK, &[]).with(b"abcdef"), "by the handle it was promised");
    assert_eq!(place.host.transact(0x100d, &[], Some(b"again")), answer(0x2015, &[]), "only once");
    assert_eq!(place.announce(ALL, 0x3001, 0, "FOLDER").params[1], 0, "in the root");
    assert!(place.card.join("FOLDER").is_dir());
}

#[test]
fn what_cannot_be_sent_leaves_nothing_behind() {
    let mut place = place();
    for name in ["../OUT.JPG", "A/B.JPG", "..", "", "A:B", "x\u{1}"] {
        assert_eq!(place.announce(0, 0x3801, 1, name).code, 0x201d, "{name:?}");
    }
    assert_eq!(place.announce(999, 0x3801, 1, "X.JPG").code, 0x201a);
    let image = place.image();
    assert_eq!(place.announce(image, 0x3801, 1, "X.JPG").code, 0x201a, "a file is no parent");
    assert_eq!(place.announce(0, 0x3004, 1, "notes.txt").code, 0x200f, "it is there, in another spelling");
    assert_eq!(place.announce(0, 0x3801, u32::MAX, "BIG.JPG").code, 0x200c);
    for cut in [0, 1, 11, 52, 53, 60] {
        let info = &info(0x3801, 1, "X.JPG")[..cut];
        assert_eq!(place.host.transact(0x100c, &[STORAGE, 0], Some(info)).code, 0x201d, "{cut}");
    }
    assert_eq!(place.host.transact(0x100d, &[], Some(b"1")), answer(0x2015, &[]));
    assert_eq!(place.announce(0, 0x3801, 6, "SHORT.JPG").code, OK);
    assert_eq!(place.host.transact(0x100d, &[], Some(b"abc")), answer(0x2007, &[]));
    assert_eq!(place.announce(0, 0x3801, 6, "FULL.JPG").code, OK);
    place.host.camera.card().set_full(true);
    assert_eq!(place.host.transact(0x100d, &[], Some(b"abcdef")), answer(0x200c, &[]));
    let mut left: Vec<_> = fs::read_dir(&place.card).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["DCIM", "NOTES.TXT"]);
}

#[test]
fn an_object_bigger_than_any_buffer_comes_and_goes_whole() {
    let mut place = place();
    let content: Vec<u8> = (0..3_000_001_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(place.announce(0, 0x3000, content.len() as u32, "BIG.BIN").code, OK);
    let mut sent = bare::container(2, 0x100d, place.host.transaction + 1, &content);
    place.host.command(0x100d, &[]);
    place.host.send(&sent);
    assert_eq!(place.host.answer(), answer(OK, &[]));
    assert!(fs::read(place.card.join("BIG.BIN")).unwrap() == content);
    let root = place.handles(0x3000, ALL);
    sent.drain(..12);
    assert!(place.ask(0x1009, &[root[0]]).data.unwrap() == sent);
}

#[cfg(unix)]
#[test]
fn no_object_leads_out_of_the_card() {
    use std::os::unix::fs::symlink;
    let mut place = place();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.jpg"), "secret").unwrap();
    symlink(outside.path(), place.card.join("OUT")).unwrap();
    symlink(outside.path().join("secret.jpg"), place.card.join("SECRET.JPG")).unwrap();
    symlink(place.card.join("DCIM"), place.card.join("DCIM/ROUND")).unwrap();
    assert_eq!(place.handles(0, 0).len(), 4, "neither links out nor circles");
    let image = place.image();
    let path = place.card.join("DCIM/100CANON/IMG_0001.JPG");
    fs::remove_file(&path).unwrap();
    symlink(outside.path().join("secret.jpg"), &path).unwrap();
    assert_eq!(place.ask(0x1009, &[image]), answer(INVALID_HANDLE, &[]), "nor what became one");
    let folder = place.handles(0x3001, 0)[0];
    assert_eq!(place.ask(0x100b, &[folder, 0]).code, 0x200d, "the links are nobody's objects and stay");
    assert!(outside.path().join("secret.jpg").exists());
}

#[test]
fn operations_that_a_profile_leaves_out_are_not_supported() {
    let mut profile = Profile::default();
    profile.ptp.operations.retain(|code| *code != 0x101b);
    let mut host = Host::with(Config { profile, ..Config::default() });
    assert_eq!(host.transact(0x101b, &[1, 0, 1], None), answer(0x2005, &[]));
    let info = host.transact(0x1001, &[], None).data.unwrap();
    let count = u32::from_le_bytes(info[11..15].try_into().unwrap()) as usize;
    let listed: Vec<_> =
        info[15..15 + 2 * count].chunks(2).map(|code| u16::from_le_bytes([code[0], code[1]])).collect();
    assert_eq!(listed, (0x1001..=0x100d).chain([0x9999]).collect::<Vec<_>>());
}
