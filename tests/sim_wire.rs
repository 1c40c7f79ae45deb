//! The simulated camera on the wire: every row of CHDK's command table, as bytes in and bytes out.

use std::fs;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Cable, Config, Profile, SimCamera, Strict, Time, memory};

const LONG: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(100);

const OK: u16 = 0x2001;
const GENERAL_ERROR: u16 = 0x2002;
const PARAMETER_NOT_SUPPORTED: u16 = 0x2006;

/// A camera, a cable, and how many transactions went over it.
struct Host {
    camera: SimCamera,
    clock: VirtualClock,
    cable: Cable,
    transaction: u32,
    sins: Arc<Mutex<Vec<String>>>,
}

fn container(kind: u16, code: u16, transaction: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(code.to_le_bytes());
    bytes.extend(transaction.to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

impl Host {
    /// A camera with CHDK and an open session.
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn version(minor: u16) -> Self {
        Self::with(Config { profile: Profile::default().with_protocol(2, minor), ..Config::default() })
    }

    fn with(config: Config) -> Self {
        let mut host = Self::without_session(config);
        host.command(0x1002, &[1]);
        host.expect_response(OK, &[]);
        host
    }

    fn without_session(config: Config) -> Self {
        let clock = VirtualClock::new();
        let sins = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&sins);
        let log = move |line: &str| {
            if line.starts_with("sin:") {
                sink.lock().unwrap().push(line.to_owned());
            }
        };
        let time = Time::Virtual(clock.clone());
        let camera = SimCamera::start(Config { time, log: Some(Arc::new(log)), ..config }).unwrap();
        let cable = camera.plug_in();
        Self { camera, clock, cable, transaction: u32::MAX, sins }
    }

    fn send(&self, bytes: &[u8]) {
        self.cable.write(bytes, LONG).unwrap();
    }

    fn command(&mut self, code: u16, params: &[u32]) {
        self.transaction = self.transaction.wrapping_add(1);
        self.send(&container(1, code, self.transaction, &words(params)));
    }

    fn chdk(&mut self, params: &[u32]) {
        self.command(0x9999, params);
    }

    fn data(&self, bytes: &[u8]) {
        self.send(&container(2, 0x9999, self.transaction, bytes));
    }

    fn read(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let mut at = 0;
        while at < count {
            at += self.cable.read(&mut bytes[at..], LONG).unwrap();
        }
        bytes
    }

    fn read_container(&self) -> Vec<u8> {
        let mut bytes = self.read(12);
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        bytes.extend(self.read(length - 12));
        bytes
    }

    #[track_caller]
    fn expect_data_of(&self, code: u16, bytes: &[u8]) {
        assert_eq!(self.read_container(), container(2, code, self.transaction, bytes), "the data phase");
    }

    #[track_caller]
    fn expect_data(&self, bytes: &[u8]) {
        self.expect_data_of(0x9999, bytes);
    }

    #[track_caller]
    fn expect_response(&self, code: u16, params: &[u32]) {
        assert_eq!(self.read_container(), container(3, code, self.transaction, &words(params)), "the response");
    }

    #[track_caller]
    fn expect_silence(&self) {
        let error = self.cable.read(&mut [0; 64], SHORT).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    /// A script with its NUL, which is started or not.
    fn script(&mut self, language: u32, source: &str) {
        self.chdk(&[7, language]);
        let mut text = source.as_bytes().to_vec();
        text.push(0);
        self.data(&text);
    }

    fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms), &Interrupt::new());
    }

    fn sinned(&self, word: &str) -> bool {
        self.sins.lock().unwrap().iter().any(|sin| sin.contains(word))
    }

    fn temp_data(&mut self, bytes: &[u8]) {
        self.chdk(&[4, 0]);
        self.data(bytes);
        self.expect_response(OK, &[]);
    }
}

// --- containers and sessions ---

/// §1.1 operation (core/ptp.h:30-99): All of CHDK is one vendor operation, 0x9999, whose first parameter is the command
/// and whose others are its arguments.
///
/// §1.5 USB container ([chdkptp] ptp.h:55-99): Twelve bytes of header (length, type, code, transaction), then up to
/// five parameters.
#[test]
fn a_session_opens_and_closes_byte_by_byte() {
    let host = Host::without_session(Config::default());
    let open = [0x10, 0, 0, 0, 1, 0, 0x02, 0x10, 0, 0, 0, 0, 1, 0, 0, 0];
    for byte in open {
        host.send(&[byte]);
    }
    assert_eq!(host.read(12), [0x0c, 0, 0, 0, 3, 0, 0x01, 0x20, 0, 0, 0, 0]);
    let version = [0x10, 0, 0, 0, 1, 0, 0x99, 0x99, 1, 0, 0, 0, 0, 0, 0, 0];
    host.send(&version);
    assert_eq!(host.read(20), [0x14, 0, 0, 0, 3, 0, 0x01, 0x20, 1, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0]);
    host.send(&[0x0c, 0, 0, 0, 1, 0, 0x03, 0x10, 2, 0, 0, 0]);
    assert_eq!(host.read(12), [0x0c, 0, 0, 0, 3, 0, 0x01, 0x20, 2, 0, 0, 0]);
}

#[test]
fn nothing_but_device_info_works_without_a_session() {
    let mut host = Host::without_session(Config::default());
    host.chdk(&[0]);
    host.expect_response(0x2003, &[]);
    host.command(0x1004, &[]);
    host.expect_response(0x2003, &[]);
    host.command(0x1003, &[]);
    host.expect_response(0x2003, &[]);
    host.command(0x1002, &[0]);
    host.expect_response(0x201d, &[]);
    host.command(0x1002, &[7]);
    host.expect_response(OK, &[]);
    host.command(0x1002, &[8]);
    host.expect_response(0x201e, &[7]);
}

/// §1.1 boot (core/ptp.c:29-42): 0x9999 stands among the operations that GetDeviceInfo lists, and clients look for it
/// there.
#[test]
fn device_info_is_that_of_a_canon_with_chdk() {
    let mut host = Host::without_session(Config::default());
    host.command(0x1001, &[]);
    let info = host.read_container();
    host.expect_response(OK, &[]);
    let mut start = vec![100, 0, 0x0b, 0, 0, 0, 100, 0, 0, 0, 0, 15, 0, 0, 0];
    for code in (0x1001..=0x100d).chain([0x101b, 0x9999_u16]) {
        start.extend(code.to_le_bytes());
    }
    assert_eq!(info[12..12 + start.len()], start);
    let text = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    for name in ["Canon Inc.", "Canon PowerShot SIM", &host.camera.identity().serial] {
        assert!(info.windows(2 * name.len()).any(|window| window == text(name)), "{name}");
    }
}

#[test]
fn a_camera_without_chdk_does_not_know_the_operation() {
    let mut host = Host::with(Config { profile: Profile::default().without_chdk(), ..Config::default() });
    host.chdk(&[0]);
    host.expect_response(0x2005, &[]);
    host.command(0x1001, &[]);
    let info = host.read_container();
    host.expect_response(OK, &[]);
    assert!(!info.windows(2).any(|window| window == [0x99, 0x99]));
}

#[test]
fn data_for_an_unknown_operation_is_skipped() {
    let mut host = Host::new();
    host.command(0x1234, &[]);
    host.send(&container(2, 0x1234, host.transaction, &[7; 3_000_000]));
    host.expect_response(0x2005, &[]);
    host.chdk(&[0]);
    host.expect_response(OK, &[2, 9]);
}

/// §1.5 USB container ([chdkptp] ptp.c:553-590): A host may send the header together with some of the payload or
/// without it; a responder must accept both.
///
/// §1.1 data to the camera (core/ptp.c:123-161): Data for one buffer is received in one read, other data in chunks.
///
/// Decided: the host sees no difference, however its data is cut.
#[test]
fn header_and_payload_may_be_cut_anywhere() {
    let mut host = Host::new();
    host.chdk(&[4, 0]);
    let data = container(2, 0x9999, host.transaction, b"twelve bytes");
    for cut in [1, 11, 12, 13, 23] {
        let (a, b) = data.split_at(cut);
        host.send(a);
        host.send(b);
        host.expect_response(OK, &[]);
        host.chdk(&[4, 1]);
        host.expect_data(b"twelve bytes");
        host.expect_response(OK, &[]);
        host.transaction = 0;
        host.chdk(&[4, 0]);
    }
}

#[test]
fn a_read_ends_where_the_container_ends() {
    let mut host = Host::new();
    host.temp_data(&[7; 100]);
    host.chdk(&[4, 1]);
    // The camera has long sent its response when the host begins to read.
    std::thread::sleep(SHORT);
    let mut buf = [0; 4096];
    let mut transfer = || host.cable.read(&mut buf, LONG).unwrap();
    let mut data = 0;
    while data < 112 {
        data += transfer();
    }
    assert_eq!(data, 112);
    assert_eq!(transfer(), 12);
}

#[test]
fn garbage_ends_the_connection_and_nothing_else() {
    for garbage in [&[0xff; 64][..], &[0; 12], &container(1, 0x1002, 0, &[0; 24]), &container(1, 0x1002, 0, &[0; 3])] {
        let host = Host::without_session(Config::default());
        host.send(garbage);
        let error = host.cable.read(&mut [0; 64], LONG).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        let mut again = Host { cable: host.camera.plug_in(), ..host };
        again.transaction = u32::MAX;
        again.command(0x1002, &[1]);
        again.expect_response(OK, &[]);
    }
}

#[test]
fn a_command_where_data_should_be_gets_both_answers_from_a_strict_camera() {
    let mut config = Config::default();
    config.profile.control.strict = Strict::Refuse;
    let mut host = Host::with(config);
    host.chdk(&[4, 0]);
    let first = host.transaction;
    host.chdk(&[0]);
    assert_eq!(host.read_container(), container(3, GENERAL_ERROR, first, &[]));
    host.expect_response(OK, &[2, 9]);
    assert!(host.sinned("no data phase"));
}

#[test]
fn pulling_the_plug_lets_the_next_cable_in() {
    let host = Host::new();
    let mut again = Host { cable: host.camera.plug_in(), ..host };
    again.transaction = u32::MAX;
    again.command(0x1002, &[1]);
    again.expect_response(OK, &[]);
}

#[test]
fn a_camera_that_is_switched_off_hangs_up() {
    let host = Host::new();
    host.camera.shut_down();
    assert_eq!(host.cable.read(&mut [0; 1], LONG).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(host.cable.write(&[0; 1], LONG).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    let late = host.camera.plug_in();
    assert_eq!(late.read(&mut [0; 1], LONG).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

// --- 0 Version, unknown commands ---

/// §1.2 Version (core/ptp.c:465-469): The parameters are the major and the minor version.
#[test]
fn version_is_what_the_config_says() {
    let mut host = Host::version(6);
    host.chdk(&[0]);
    host.expect_response(OK, &[2, 6]);
}

/// §1.1 unknown command (core/ptp.c:948-950): It is ParameterNotSupported, without parameters and without a data phase.
#[test]
fn an_unknown_command_is_not_supported_and_has_no_params() {
    let mut host = Host::new();
    host.chdk(&[15]);
    host.expect_response(PARAMETER_NOT_SUPPORTED, &[]);
    host.chdk(&[0xffff_ffff]);
    host.expect_response(PARAMETER_NOT_SUPPORTED, &[]);
    host.expect_silence();
}

// --- 1 GetMemory, 2 SetMemory, 3 CallFunction ---

/// §1.2 GetMemory: The data phase has exactly as many bytes as were asked for; mode 0 is direct and 1 buffered; the
/// response has no parameters.
#[test]
fn get_memory_sends_exactly_what_was_asked_for() {
    let mut host = Host::new();
    for (address, size, mode) in [(0x1000, 1, 0), (0, 7, 0), (0, 7, 1), (0xffff_fff0, 100_000, 1)] {
        host.chdk(&[1, address, size, mode]);
        let bytes: Vec<u8> = (0..size).map(|at| memory::byte_at(address.wrapping_add(at))).collect();
        host.expect_data(&bytes);
        host.expect_response(OK, &[]);
    }
}

#[test]
fn get_memory_fails_without_a_data_phase() {
    let mut host = Host::new();
    for params in [[1, 0x1000, 0, 0], [1, 0x1000, 0xffff_ffff, 0], [1, 0x1000, 4, 2]] {
        host.chdk(&params);
        host.expect_response(GENERAL_ERROR, &[]);
    }
    host.expect_silence();
}

/// §1.2 GetMemory (git ad4b4db20): Before protocol 2.8 address 0 is GeneralError, and there are no modes.
///
/// §9 2.8: GetMemory has modes and address 0 since then.
#[test]
fn get_memory_had_no_address_0_and_no_modes_before_2_8() {
    let mut host = Host::version(7);
    host.chdk(&[1, 0, 4, 0]);
    host.expect_response(GENERAL_ERROR, &[]);
    host.chdk(&[1, 4, 1, 2]);
    host.expect_data(&[memory::byte_at(4)]);
    host.expect_response(OK, &[]);
}

/// §1.2 SetMemory (core/ptp.c:532-544): It writes the data to the address.
#[test]
fn memory_that_was_set_is_got() {
    let mut host = Host::new();
    host.chdk(&[2, 0x2000, 4]);
    host.data(&[1, 2, 3, 4]);
    host.expect_response(OK, &[]);
    host.chdk(&[1, 0x2001, 2, 0]);
    host.expect_data(&[2, 3]);
    host.expect_response(OK, &[]);
}

/// §1.2 SetMemory (core/ptp.c:532-544): It reads as many bytes as its parameter says and ignores how long the data
/// really is.
#[test]
fn set_memory_believes_its_parameter_and_not_the_data() {
    let mut host = Host::new();
    host.chdk(&[2, 0x2000, 2]);
    host.data(&[1, 2, 3, 4]);
    host.expect_response(OK, &[]);
    host.chdk(&[1, 0x2000, 3, 0]);
    host.expect_data(&[1, 2, memory::byte_at(0x2002)]);
    host.expect_response(OK, &[]);
    assert!(host.sinned("SetMemory"));
}

/// §1.2 SetMemory (core/ptp.c:532-544): Address 0 or a size below 1 is GeneralError, and the data is not drained.
///
/// Decided: data that CHDK does not drain is skipped by the firmware after the response, so that the connection
/// survives.
#[test]
fn set_memory_of_nothing_fails() {
    let mut host = Host::new();
    for params in [[2, 0, 4], [2, 0x2000, 0], [2, 0x2000, 0xffff_ffff]] {
        host.chdk(&params);
        host.data(&[1, 2, 3, 4]);
        host.expect_response(GENERAL_ERROR, &[]);
    }
    host.chdk(&[0]);
    host.expect_response(OK, &[2, 9]);
}

/// §1.2 CallFunction (core/ptp.c:546-572): The data is the function's address and its arguments; the response's
/// parameter is R0.
///
/// §1.2 CallFunction (core/ptp.h:43): There may be any number of arguments since protocol 2.5.
#[test]
fn a_function_returns_r0() {
    let mut host = Host::new();
    for (call, result) in [
        (vec![memory::SUM, 1, 2, 3], 6),
        ([vec![memory::COUNT], vec![0; 20]].concat(), 20),
        (vec![memory::LAST, 5, 0xffff_ffff], 0xffff_ffff),
        (vec![0x1234], 0),
    ] {
        host.chdk(&[3]);
        host.data(&words(&call));
        host.expect_response(OK, &[result]);
    }
}

/// §1.2 CallFunction (core/ptp.c:546-572): No data, or a length that is no multiple of four, is GeneralError without
/// parameters.
#[test]
fn a_call_of_no_function_fails_without_params() {
    let mut host = Host::new();
    for data in [&[][..], &[1, 2, 3], &[1, 2, 3, 4, 5]] {
        host.chdk(&[3]);
        host.data(data);
        host.expect_response(GENERAL_ERROR, &[]);
    }
}

/// §1.2 CallFunction (core/ptp.h:43): Before protocol 2.5 there may be ten arguments.
///
/// Decided: more are GeneralError.
///
/// §9 2.5: CallFunction takes any number of arguments since then.
#[test]
fn functions_had_ten_arguments_at_most_before_2_5() {
    let mut host = Host::version(4);
    host.chdk(&[3]);
    host.data(&words(&[memory::COUNT, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    host.expect_response(OK, &[10]);
    host.chdk(&[3]);
    host.data(&words(&[memory::COUNT, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    host.expect_response(GENERAL_ERROR, &[]);
}

// --- 4 TempData ---

/// §1.2 TempData (core/ptp.c:580-584): DOWNLOAD with nothing stored is GeneralError, and no data phase comes.
///
/// §1.2 TempData: There is one slot; an upload replaces what was there, and it survives until it is cleared.
///
/// §1.2 TempData: Flags 1 send it, 2 clear it, and 3 send it and then clear it.
#[test]
fn temp_data_is_one_slot_that_survives_until_cleared() {
    let mut host = Host::new();
    host.chdk(&[4, 1]);
    host.expect_response(GENERAL_ERROR, &[]);
    host.temp_data(b"first");
    host.temp_data(b"second");
    for _ in 0..2 {
        host.chdk(&[4, 1]);
        host.expect_data(b"second");
        host.expect_response(OK, &[]);
    }
    host.chdk(&[4, 3]);
    host.expect_data(b"second");
    host.expect_response(OK, &[]);
    host.chdk(&[4, 1]);
    host.expect_response(GENERAL_ERROR, &[]);
    host.temp_data(b"third");
    host.chdk(&[4, 2]);
    host.expect_response(OK, &[]);
    host.chdk(&[4, 3]);
    host.expect_response(GENERAL_ERROR, &[]);
    host.expect_silence();
}

/// §1.2 TempData (core/ptp.c:598-618): An upload for which there is no memory is GeneralError and leaves the slot
/// empty.
#[test]
fn temp_data_beyond_the_memory_fails_and_leaves_the_slot_empty() {
    let mut host = Host::with(Config { profile: Profile::default().with_memory(100_000), ..Config::default() });
    host.temp_data(b"first");
    host.chdk(&[4, 0]);
    host.data(&[7; 100_001]);
    host.expect_response(GENERAL_ERROR, &[]);
    host.chdk(&[4, 1]);
    host.expect_response(GENERAL_ERROR, &[]);
}

// --- 5 UploadFile, 6 DownloadFile ---

fn upload(name: &[u8], contents: &[u8]) -> Vec<u8> {
    [&(name.len() as u32).to_le_bytes(), name, contents].concat()
}

/// §1.2 UploadFile: The data is the length of the name, the name, which needs no NUL, and the contents.
///
/// §1.2 DownloadFile: The name comes from TempData; the response's parameter is the size.
#[test]
fn a_file_goes_up_and_comes_down() {
    let mut host = Host::new();
    let contents: Vec<u8> = (0..300_000_u32).map(|n| (n * 7 + n / 251) as u8).collect();
    host.chdk(&[5]);
    host.data(&upload(b"A/FILE.BIN", &contents));
    host.expect_response(OK, &[]);
    assert_eq!(fs::read(host.camera.card_root().join("FILE.BIN")).unwrap(), contents);
    host.temp_data(b"A/FILE.BIN");
    host.chdk(&[6]);
    host.expect_data(&contents);
    host.expect_response(OK, &[300_000]);
}

#[test]
fn an_upload_replaces_the_file_and_may_be_empty() {
    let mut host = Host::new();
    for contents in [&b"long contents"[..], b"short", b""] {
        host.chdk(&[5]);
        host.data(&upload(b"A/F.TXT\0", contents));
        host.expect_response(OK, &[]);
        assert_eq!(fs::read(host.camera.card_root().join("F.TXT")).unwrap(), contents);
    }
}

/// §1.2 UploadFile (core/ptp.c:631-681): When the file cannot be opened the rest is drained, and the code is
/// GeneralError.
#[test]
fn an_upload_to_nowhere_is_drained_and_fails() {
    let mut host = Host::new();
    for name in [&b"A/NO/SUCH/FOLDER.TXT"[..], b"a/F.TXT", b"F.TXT", b"", b"A/../../F.TXT"] {
        host.chdk(&[5]);
        host.data(&upload(name, &[7; 200_000]));
        host.expect_response(GENERAL_ERROR, &[]);
    }
    host.chdk(&[5]);
    host.data(&[0xff, 0xff, 0xff, 0x7f, b'A', b'/']);
    host.expect_response(GENERAL_ERROR, &[]);
    assert_eq!(
        fs::read_dir(host.camera.card_root()).unwrap().filter(|f| f.as_ref().unwrap().path().is_file()).count(),
        0
    );
}

/// §1.2 UploadFile: Data of length 0 is OK, and nothing is done.
#[test]
fn an_upload_of_no_bytes_does_nothing() {
    let mut host = Host::new();
    host.chdk(&[5]);
    host.data(&[]);
    host.expect_response(OK, &[]);
    assert!(host.sinned("upload"));
}

/// §1.2 DownloadFile (core/ptp.c:683-736): Without a name or a file one dummy byte comes, and GeneralError without
/// parameters.
///
/// §1.2 DownloadFile: The name in TempData is used up even then.
#[test]
fn a_failed_download_is_a_dummy_byte_and_uses_up_the_name() {
    let mut host = Host::new();
    host.chdk(&[6]);
    host.expect_data(&[0]);
    host.expect_response(GENERAL_ERROR, &[]);
    for name in [&b"A/NONE.TXT"[..], b"A", b"a/F.TXT"] {
        host.temp_data(name);
        host.chdk(&[6]);
        host.expect_data(&[0]);
        host.expect_response(GENERAL_ERROR, &[]);
        host.chdk(&[4, 1]);
        host.expect_response(GENERAL_ERROR, &[]);
    }
}

/// §1.2 DownloadFile: The name in TempData is used up.
#[test]
fn a_download_uses_up_the_name_and_ignores_case() {
    let mut host = Host::new();
    fs::write(host.camera.card_root().join("Picture.jpg"), b"jpeg").unwrap();
    host.temp_data(b"A/PICTURE.JPG\0");
    host.chdk(&[6]);
    host.expect_data(b"jpeg");
    host.expect_response(OK, &[4]);
    host.chdk(&[6]);
    host.expect_data(&[0]);
    host.expect_response(GENERAL_ERROR, &[]);
}

/// §1.2 DownloadFile (core/ptp.c:738-745): For an empty file nothing is sent: there is no data phase at all.
///
/// Decided: the response OK with size 0 comes at once, and the log says that most hosts hang there.
///
/// §12: What a download of an empty file does is not settled.
///
/// Decided: as above.
#[test]
fn a_download_of_an_empty_file_has_no_data_phase() {
    let mut host = Host::new();
    fs::write(host.camera.card_root().join("EMPTY.TXT"), b"").unwrap();
    host.temp_data(b"A/EMPTY.TXT");
    host.chdk(&[6]);
    host.expect_response(OK, &[0]);
    assert!(host.sinned("empty file"));
}

// --- 7 ExecuteScript, 8 ScriptStatus, 9 ScriptSupport ---

/// §1.3 7 (core/ptp.c:808-809): A script gets the next id, from 1 on, which is the response's first parameter.
///
/// §1.3 9 (core/kbd_process.c:196-201): "Running" is seen right after the response.
///
/// §1.2 ScriptStatus (core/script.c:135-138): Bit 1 says that a script's action stack exists.
#[test]
fn a_script_gets_an_id_and_runs() {
    let mut host = Host::new();
    host.chdk(&[8]);
    host.expect_response(OK, &[0]);
    host.script(0, "sleep(100)");
    host.expect_response(OK, &[1, 0]);
    host.chdk(&[8]);
    host.expect_response(OK, &[1]);
    host.pass(1000);
    host.chdk(&[8]);
    host.expect_response(OK, &[0]);
    host.script(0, "");
    host.expect_response(OK, &[2, 0]);
}

/// §1.3 8 (core/ptp.c:812-816): The status of a script that does not compile is 1, COMPILE; otherwise it is 0.
///
/// §1.3 8 (modules/luascript.c:184-191): A message of type 1, subtype 1, with the error's text is queued under the new
/// id.
///
/// §1.3 7: The id is used up by a script that does not compile, too.
#[test]
fn a_script_that_does_not_compile_uses_up_an_id_and_says_why() {
    let mut host = Host::new();
    host.script(0, "x =");
    host.expect_response(OK, &[1, 1]);
    host.chdk(&[8]);
    host.expect_response(OK, &[2]);
    host.chdk(&[10]);
    let text = b":1: unexpected symbol near '<eof>'";
    host.expect_data(text);
    host.expect_response(OK, &[1, 1, 1, text.len() as u32]);
    host.script(0, "");
    host.expect_response(OK, &[2, 0]);
}

/// §1.3 2 (core/ptp.c:768-773): With another language the data is drained; the code is ParameterNotSupported, with the
/// last id and 0.
#[test]
fn a_language_other_than_lua_is_drained_and_refused() {
    let mut host = Host::new();
    host.script(0, "");
    host.expect_response(OK, &[1, 0]);
    host.script(1, "print 1");
    host.expect_response(PARAMETER_NOT_SUPPORTED, &[1, 0]);
    host.script(0x0701, "print 1");
    host.expect_response(PARAMETER_NOT_SUPPORTED, &[1, 0]);
}

/// §1.3 5 (core/ptp.c:785-797): With NOKILL, while a script runs, the code is OK with the id of that script and status
/// 0x1000; no id is used up.
///
/// §1.3 5 (git c0f7a1ff1): No message is queued about it.
#[test]
fn nokill_is_refused_with_an_ok_and_the_id_of_what_runs() {
    let mut host = Host::new();
    host.script(0x100, "sleep(1000)");
    host.expect_response(OK, &[1, 0]);
    host.script(0x100, "return 1");
    host.expect_response(OK, &[1, 0x1000]);
    host.chdk(&[8]);
    host.expect_response(OK, &[1]);
    host.pass(2000);
    host.script(0x100, "return 1");
    host.expect_response(OK, &[2, 0]);
}

/// §9 2.6: ExecuteScript has flags since then.
///
/// Decided: before, any language but exactly 0 is refused, and a running script is replaced.
#[test]
fn flags_are_no_lua_before_2_6() {
    let mut host = Host::version(5);
    host.script(0x100, "return 1");
    host.expect_response(PARAMETER_NOT_SUPPORTED, &[0, 0]);
    host.script(0, "sleep(1000)");
    host.expect_response(OK, &[1, 0]);
    host.script(0, "return 1");
    host.expect_response(OK, &[2, 0]);
}

/// §1.3 4 (core/ptp.c:775-780): Without memory for the text it is GeneralError with two parameters, and the data is not
/// drained.
#[test]
fn a_script_beyond_the_memory_fails_with_two_params() {
    let mut host = Host::with(Config { profile: Profile::default().with_memory(100_000), ..Config::default() });
    host.script(0, &" ".repeat(100_000));
    host.expect_response(GENERAL_ERROR, &[0, 0]);
    host.chdk(&[0]);
    host.expect_response(OK, &[2, 9]);
}

#[test]
fn what_follows_the_nul_is_not_run() {
    let mut host = Host::new();
    host.chdk(&[7, 0]);
    host.data(b"return 1\0 this is no Lua");
    host.expect_response(OK, &[1, 0]);
    assert!(!host.sinned("NUL"));
    host.chdk(&[7, 0]);
    host.data(b"return 1");
    host.expect_response(OK, &[2, 0]);
    assert!(host.sinned("NUL"));
}

/// §1.2 ScriptSupport (core/ptp.c:470-474): Bit 1 stands for Lua.
#[test]
fn lua_is_supported() {
    let mut host = Host::new();
    host.chdk(&[9]);
    host.expect_response(OK, &[1]);
}

// --- 10 ReadScriptMsg, 11 WriteScriptMsg ---

/// §1.2 ReadScriptMsg (core/ptp.c:822-854): An empty queue is four zeros and one zero byte.
#[test]
fn an_empty_queue_is_four_zeros_and_a_zero_byte() {
    let mut host = Host::new();
    host.chdk(&[10]);
    host.expect_data(&[0]);
    host.expect_response(OK, &[0, 0, 0, 0]);
}

/// §1.4 payloads (modules/luascript.c:102-166): nil is four zeros, a boolean 0 or 1 and an integer itself in four
/// bytes, a string its bytes with NULs, a table its text, and anything else the name of its type.
///
/// §1.4 types (core/ptp.h:102-111): Subtypes are 0 UNSUPPORTED, 1 NIL, 2 BOOLEAN, 3 INTEGER, 4 STRING, 5 TABLE.
///
/// §1.2 ReadScriptMsg: The parameters are type, subtype, script id and length; a message of length 0 comes with one
/// zero byte.
#[test]
fn every_type_of_value_has_its_bytes() {
    let mut host = Host::new();
    host.script(0, "return nil, true, false, -2, 'a\\0b', '', print, {a=1}");
    host.expect_response(OK, &[1, 0]);
    host.pass(100);
    host.chdk(&[8]);
    host.expect_response(OK, &[2]);
    for (subtype, data, length) in [
        (1, &[0, 0, 0, 0][..], 4),
        (2, &[1, 0, 0, 0], 4),
        (2, &[0, 0, 0, 0], 4),
        (3, &[0xfe, 0xff, 0xff, 0xff], 4),
        (4, b"a\0b", 3),
        (4, b"\0", 0),
        (0, b"function", 8),
        (5, b"a\t1\n", 4),
    ] {
        host.chdk(&[10]);
        host.expect_data(data);
        host.expect_response(OK, &[2, subtype, 1, length]);
    }
    host.chdk(&[10]);
    host.expect_data(&[0]);
    host.expect_response(OK, &[0, 0, 0, 0]);
}

/// §1.2 WriteScriptMsg (core/ptp.c:861-867): The status is 0 OK, 1 NOTRUN, 2 QFULL or 3 BADID, and the code is OK all
/// the same.
///
/// §1.4 queues (core/ptp.c:299-337): The queue to the script holds 15 messages.
#[test]
fn messages_are_refused_by_a_status_and_not_by_the_code() {
    let mut host = Host::new();
    host.chdk(&[11, 0]);
    host.data(b"nobody listens");
    host.expect_response(OK, &[1]);
    host.script(0, "sleep(1000)");
    host.expect_response(OK, &[1, 0]);
    for _ in 0..15 {
        host.chdk(&[11, 1]);
        host.data(b"message");
        host.expect_response(OK, &[0]);
    }
    host.chdk(&[11, 1]);
    host.data(b"one too many");
    host.expect_response(OK, &[2]);
    host.chdk(&[11, 2]);
    host.data(b"a stranger's, and the queue is full");
    host.expect_response(OK, &[3]);
    host.pass(2000);
    host.chdk(&[11, 2]);
    host.data(b"not running comes first");
    host.expect_response(OK, &[1]);
}

/// §1.1 empty data (core/ptp.c:879): A data phase of no bytes hangs the camera.
///
/// Decided: it never answers on this connection again, and the log says why. UploadFile and CallFunction have answers
/// of their own to it.
#[test]
fn a_data_phase_of_no_bytes_hangs_the_camera() {
    for command in [&[4, 0][..], &[7, 0], &[11, 0]] {
        let mut host = Host::new();
        host.script(0, "sleep(1000)");
        host.expect_response(OK, &[1, 0]);
        host.chdk(command);
        host.data(&[]);
        host.expect_silence();
        host.chdk(&[0]);
        host.expect_silence();
        assert!(host.sinned("hangs"));
    }
}

// --- 12 to 14 ---

#[test]
fn there_is_nothing_to_see_and_nothing_to_capture() {
    let mut host = Host::new();
    host.chdk(&[12, 1]);
    host.expect_data(&[0]);
    host.expect_response(GENERAL_ERROR, &[0]);
    host.chdk(&[13]);
    host.expect_response(OK, &[0x1000_0000, 0]);
    host.chdk(&[14, 1]);
    host.expect_data(&[0]);
    host.expect_response(GENERAL_ERROR, &[0, 0, 0xffff_ffff]);
    let mut old = Host::version(0);
    for command in [12, 13, 14] {
        old.chdk(&[command]);
        old.expect_response(PARAMETER_NOT_SUPPORTED, &[]);
    }
}
