//! The simulated camera's PTP/IP server, packet by packet.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use moonshutter::clock::Interrupt;
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{Config, SimCamera, Strict};

const LONG: Duration = Duration::from_secs(10);

/// What chdkptp sends first: its GUID, the name "whee", version 1.0.
const INIT_COMMAND: [u8; 38] = [
    38, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0x12, 0x34, 0x56, 0x78, b'w', 0, b'h', 0,
    b'e', 0, b'e', 0, 0, 0, 0, 0, 1, 0,
];
/// OpenSession(1), transaction 0, as chdkptp sends it.
const OPEN_SESSION: [u8; 22] = [22, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 2, 0x10, 0, 0, 0, 0, 1, 0, 0, 0];
/// CHDK's Version, transaction 1, with an honest data phase field.
const VERSION: [u8; 22] = [22, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0x99, 0x99, 1, 0, 0, 0, 0, 0, 0, 0];
const VERSION_ANSWER: [u8; 22] = [22, 0, 0, 0, 7, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0];
const PROBE: [u8; 8] = [8, 0, 0, 0, 13, 0, 0, 0];
const PROBE_ANSWER: [u8; 8] = [8, 0, 0, 0, 14, 0, 0, 0];
const BUSY: [u8; 12] = [12, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0];
const REJECTED: [u8; 12] = [12, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0];

/// A server on a thread, with its camera.
struct Served {
    camera: SimCamera,
    address: SocketAddr,
    stop: Interrupt,
    thread: Option<JoinHandle<()>>,
    sins: Arc<Mutex<Vec<String>>>,
}

impl Served {
    fn new() -> Self {
        Self::at("127.0.0.1:0")
    }

    fn at(address: &str) -> Self {
        Self::with(address, Config::default())
    }

    fn with(address: &str, config: Config) -> Self {
        Self::serve(address, config, |server| server)
    }

    fn serve(address: &str, config: Config, change: impl FnOnce(Server) -> Server) -> Self {
        let sins = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&sins);
        let log = move |line: &str| {
            if line.starts_with("sin:") {
                sink.lock().unwrap().push(line.to_owned());
            }
        };
        let camera = SimCamera::start(Config { log: Some(Arc::new(log)), ..config }).unwrap();
        let server = change(Server::bind(address, camera.clone()).unwrap());
        let address = server.local_addr().unwrap();
        let stop = Interrupt::new();
        let stopped = stop.clone();
        let thread = Some(thread::spawn(move || server.serve(&stopped).unwrap()));
        Self { camera, address, stop, thread, sins }
    }

    fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket
    }

    /// Command and event connections with the handshake behind them, and a session.
    fn connect(&self) -> (TcpStream, TcpStream) {
        let mut command = self.socket();
        command.write_all(&INIT_COMMAND).unwrap();
        let ack = packet(&mut command);
        assert_eq!(ack[4..8], [2, 0, 0, 0], "{ack:?}");
        let mut event = self.socket();
        event.write_all(&init_event(&ack[8..12])).unwrap();
        assert_eq!(packet(&mut event), [8, 0, 0, 0, 4, 0, 0, 0]);
        command.write_all(&OPEN_SESSION).unwrap();
        assert_eq!(packet(&mut command), [14, 0, 0, 0, 7, 0, 0, 0, 1, 0x20, 0, 0, 0, 0]);
        (command, event)
    }

    fn sinned(&self, word: &str) -> bool {
        self.sins.lock().unwrap().iter().any(|sin| sin.contains(word))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.raise();
        let done = self.thread.take().unwrap().join();
        assert!(thread::panicking() || done.is_ok());
    }
}

fn init_event(connection: &[u8]) -> Vec<u8> {
    [&[12, 0, 0, 0, 3, 0, 0, 0], connection].concat()
}

fn packet(socket: &mut TcpStream) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    socket.read_exact(&mut bytes).unwrap();
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    bytes.resize(length, 0);
    socket.read_exact(&mut bytes[4..]).unwrap();
    bytes
}

fn make(kind: u32, body: &[u8]) -> Vec<u8> {
    [&(8 + body.len() as u32).to_le_bytes(), &kind.to_le_bytes(), body].concat()
}

/// A request for CHDK's operation.
fn request(data_phase: u32, transaction: u32, params: &[u32]) -> Vec<u8> {
    let params: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
    make(6, &[&data_phase.to_le_bytes(), &[0x99, 0x99][..], &transaction.to_le_bytes(), &params].concat())
}

fn start_data(transaction: u32, total: u64) -> Vec<u8> {
    make(9, &[&transaction.to_le_bytes()[..], &total.to_le_bytes()].concat())
}

fn data(kind: u32, transaction: u32, bytes: &[u8]) -> Vec<u8> {
    make(kind, &[&transaction.to_le_bytes(), bytes].concat())
}

fn ok(transaction: u32) -> Vec<u8> {
    make(7, &[&[1, 0x20][..], &transaction.to_le_bytes()].concat())
}

/// Whether the other end hung up, and with nothing more to say.
fn is_hung_up(mut socket: TcpStream) -> bool {
    let mut rest = Vec::new();
    match socket.read_to_end(&mut rest) {
        Ok(_) => rest.is_empty(),
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

// --- the handshake ---

#[test]
fn the_handshake_of_chdkptp_works() {
    let served = Served::new();
    let mut command = served.socket();
    command.write_all(&INIT_COMMAND).unwrap();
    // chdkptp takes whatever the first recv brings.
    let mut first = [0; 264];
    let count = command.read(&mut first).unwrap();
    let ack = &first[..count];
    assert_eq!(u32::from_le_bytes(ack[..4].try_into().unwrap()) as usize, count);
    assert_eq!(ack[4..8], [2, 0, 0, 0]);
    let name: Vec<u8> = "Canon PowerShot SIM\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(ack[28..count - 4], name);
    assert_eq!(ack[count - 4..], [0, 0, 1, 0]);
    let mut event = served.socket();
    event.write_all(&init_event(&ack[8..12])).unwrap();
    assert_eq!(packet(&mut event), [8, 0, 0, 0, 4, 0, 0, 0]);
    command.write_all(&OPEN_SESSION).unwrap();
    assert_eq!(packet(&mut command), [14, 0, 0, 0, 7, 0, 0, 0, 1, 0x20, 0, 0, 0, 0]);
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn packets_may_be_split_anywhere() {
    let served = Served::new();
    let mut command = served.socket();
    for byte in INIT_COMMAND {
        command.write_all(&[byte]).unwrap();
    }
    let ack = packet(&mut command);
    let mut event = served.socket();
    for byte in init_event(&ack[8..12]) {
        event.write_all(&[byte]).unwrap();
    }
    packet(&mut event);
    for byte in OPEN_SESSION {
        command.write_all(&[byte]).unwrap();
    }
    packet(&mut command);
    let upload = [request(2, 1, &[4, 0]), start_data(1, 4), data(10, 1, b"te"), data(12, 1, b"mp")].concat();
    for byte in upload {
        command.write_all(&[byte]).unwrap();
    }
    assert_eq!(packet(&mut command), ok(1));
}

#[test]
fn packets_may_come_all_at_once() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let all = [
        request(2, 1, &[4, 0]),
        start_data(1, 4),
        data(12, 1, b"temp"),
        PROBE.to_vec(),
        request(1, 2, &[4, 1]),
        VERSION.to_vec(),
    ];
    command.write_all(&all.concat()).unwrap();
    assert_eq!(packet(&mut command), ok(1));
    assert_eq!(packet(&mut command), PROBE_ANSWER);
    assert_eq!(packet(&mut command), start_data(2, 4));
    assert_eq!(packet(&mut command), data(12, 2, b"temp"));
    assert_eq!(packet(&mut command), ok(2));
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn a_connection_number_that_was_never_given_is_rejected() {
    let served = Served::new();
    let mut event = served.socket();
    event.write_all(&init_event(&[77, 0, 0, 0])).unwrap();
    assert_eq!(packet(&mut event), REJECTED);
    assert!(is_hung_up(event));
}

#[test]
fn there_is_one_event_connection_for_a_command_connection() {
    let served = Served::new();
    let mut command = served.socket();
    command.write_all(&INIT_COMMAND).unwrap();
    let ack = packet(&mut command);
    let mut events = [served.socket(), served.socket()];
    events[0].write_all(&init_event(&ack[8..12])).unwrap();
    assert_eq!(packet(&mut events[0]), [8, 0, 0, 0, 4, 0, 0, 0]);
    events[1].write_all(&init_event(&ack[8..12])).unwrap();
    assert_eq!(packet(&mut events[1]), REJECTED);
}

#[test]
fn ipv6_is_as_good() {
    let served = Served::at("[::1]:0");
    let (mut command, _event) = served.connect();
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

// --- several clients ---

#[test]
fn a_second_client_is_told_that_the_camera_is_busy() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let mut second = served.socket();
    second.write_all(&INIT_COMMAND).unwrap();
    assert_eq!(packet(&mut second), BUSY);
    assert!(is_hung_up(second));
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn a_silent_client_that_does_not_answer_a_probe_loses_the_camera() {
    let patience = Duration::from_millis(50);
    let served =
        Served::serve("127.0.0.1:0", Config::default(), |server| server.with_patience(Duration::ZERO, patience));
    let (silent, mut event) = served.connect();
    // The newcomer comes through the whole handshake; nobody answers the probe.
    let (mut command, _event) = served.connect();
    assert_eq!(packet(&mut event), PROBE);
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
    assert!(is_hung_up(silent) && is_hung_up(event));
}

#[test]
fn a_silent_client_that_answers_a_probe_keeps_the_camera() {
    let served = Served::serve("127.0.0.1:0", Config::default(), |server| server.with_patience(Duration::ZERO, LONG));
    let (mut command, mut event) = served.connect();
    let mut second = served.socket();
    second.write_all(&INIT_COMMAND).unwrap();
    assert_eq!(packet(&mut event), PROBE);
    event.write_all(&PROBE_ANSWER).unwrap();
    assert_eq!(packet(&mut second), BUSY);
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn a_client_that_was_heard_lately_is_not_asked() {
    let served = Served::serve("127.0.0.1:0", Config::default(), |server| server.with_patience(LONG, Duration::ZERO));
    let (_command, mut event) = served.connect();
    let mut second = served.socket();
    second.write_all(&INIT_COMMAND).unwrap();
    assert_eq!(packet(&mut second), BUSY);
    event.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(event.read(&mut [0; 8]).is_err());
}

#[test]
fn the_next_client_gets_in_when_the_last_one_hangs_up() {
    let served = Served::new();
    for _ in 0..20 {
        let (mut command, _event) = served.connect();
        command.write_all(&VERSION).unwrap();
        assert_eq!(packet(&mut command), VERSION_ANSWER);
    }
}

#[test]
fn the_next_client_gets_in_when_the_last_one_dies_in_the_middle_of_something() {
    let served = Served::new();
    let halves = [
        VERSION[..5].to_vec(),
        [request(2, 1, &[4, 0]), start_data(1, 1000), data(10, 1, b"only this")].concat(),
        [request(2, 1, &[4, 0]), start_data(1, 1000), vec![0xf4, 3]].concat(),
        request(2, 1, &[5]),
        request(1, 1, &[1, 0x1000, 0x4000_0000, 0]),
    ];
    for half in halves {
        let (mut command, event) = served.connect();
        command.write_all(&half).unwrap();
        drop((command, event));
    }
    // A client that only got as far as the first packet.
    let mut command = served.socket();
    command.write_all(&INIT_COMMAND).unwrap();
    packet(&mut command);
    drop(command);
    served.connect();
}

#[test]
fn a_request_before_the_event_connection_is_a_sin_and_hanging_up_is_none() {
    let served = Served::new();
    let mut command = served.socket();
    command.write_all(&INIT_COMMAND).unwrap();
    packet(&mut command);
    drop(command);
    let mut command = served.socket();
    command.write_all(&INIT_COMMAND).unwrap();
    assert_eq!(packet(&mut command)[4..8], [2, 0, 0, 0], "the first one has been let go");
    assert!(!served.sinned("event connection"));
    command.write_all(&OPEN_SESSION).unwrap();
    packet(&mut command);
    assert!(served.sinned("event connection"));
}

#[test]
fn hanging_up_the_event_connection_is_hanging_up() {
    let served = Served::new();
    let (command, event) = served.connect();
    drop(event);
    assert!(is_hung_up(command));
    served.connect();
}

#[test]
fn a_silent_stranger_keeps_nobody_out() {
    let served = Served::new();
    let _strangers: Vec<_> = (0..10).map(|_| served.socket()).collect();
    served.connect();
}

#[test]
fn a_session_ends_with_its_connection() {
    let served = Served::new();
    served.connect();
    // `connect` opens a session, which would fail if the last one were still open.
    served.connect();
}

#[test]
fn raising_stop_ends_everything_at_once() {
    let served = Served::new();
    let (command, _event) = served.connect();
    let _stranger = served.socket();
    let begin = Instant::now();
    drop(served);
    assert!(begin.elapsed() < Duration::from_secs(2));
    assert!(is_hung_up(command));
}

// --- data ---

#[test]
fn chdkptp_names_no_data_phase_and_no_transaction_and_is_served() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    for part in [request(0, 1, &[4, 0]), start_data(1, 4), data(10, 0, b"temp"), data(12, 1, b"")] {
        command.write_all(&part).unwrap();
    }
    assert_eq!(packet(&mut command), ok(1));
    assert!(served.sinned("transaction 0 in transaction 1"));
    assert!(served.sinned("which way"));
    command.write_all(&request(0, 2, &[4, 1])).unwrap();
    assert_eq!(packet(&mut command), start_data(2, 4));
    assert_eq!(packet(&mut command), data(12, 2, b"temp"));
    assert_eq!(packet(&mut command), ok(2));
}

#[test]
fn a_big_file_goes_up_and_comes_down() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let contents: Vec<u8> = (0..3_000_000_u32).map(|n| (n * 13 + n / 253) as u8).collect();
    let file = [&9_u32.to_le_bytes()[..], b"A/BIG.BIN", &contents].concat();
    command.write_all(&request(2, 1, &[5])).unwrap();
    command.write_all(&start_data(1, file.len() as u64)).unwrap();
    for chunk in file.chunks(70_001) {
        command.write_all(&data(10, 1, chunk)).unwrap();
    }
    command.write_all(&data(12, 1, b"")).unwrap();
    assert_eq!(packet(&mut command), ok(1));
    assert_eq!(std::fs::read(served.camera.card_root().join("BIG.BIN")).unwrap(), contents);

    let name = [request(2, 2, &[4, 0]), start_data(2, 9), data(12, 2, b"A/BIG.BIN")].concat();
    command.write_all(&name).unwrap();
    assert_eq!(packet(&mut command), ok(2));
    command.write_all(&request(1, 3, &[6])).unwrap();
    assert_eq!(packet(&mut command), start_data(3, 3_000_000));
    let mut received: Vec<u8> = Vec::new();
    loop {
        let part = packet(&mut command);
        received.extend(&part[12..]);
        if part[4] == 12 {
            break;
        }
        assert_eq!(part[4], 10);
    }
    assert!(received == contents);
    assert_eq!(packet(&mut command)[..10], [18, 0, 0, 0, 7, 0, 0, 0, 1, 0x20]);
}

#[test]
fn data_that_nobody_reads_is_skipped() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let unread = [request(2, 5, &[2, 0, 4]), start_data(5, 200_000), data(12, 5, &[7; 200_000])].concat();
    command.write_all(&unread).unwrap();
    assert_eq!(packet(&mut command), make(7, &[2, 0x20, 5, 0, 0, 0]));
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn a_cancelled_upload_is_answered_and_forgotten() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let cancelled =
        [request(2, 5, &[4, 0]), start_data(5, 1000), data(10, 5, b"some"), make(11, &[5, 0, 0, 0])].concat();
    command.write_all(&cancelled).unwrap();
    assert_eq!(packet(&mut command), make(7, &[0x1f, 0x20, 5, 0, 0, 0]));
    command.write_all(&make(11, &[5, 0, 0, 0])).unwrap();
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn probes_are_answered_on_both_connections() {
    let served = Served::new();
    let (mut command, mut event) = served.connect();
    for socket in [&mut command, &mut event] {
        socket.write_all(&PROBE).unwrap();
        assert_eq!(packet(socket), PROBE_ANSWER);
    }
    let mut stranger = served.socket();
    stranger.write_all(&PROBE).unwrap();
    assert_eq!(packet(&mut stranger), PROBE_ANSWER);
}

#[test]
fn an_exchange_is_one_segment_and_no_waiting() {
    let served = Served::new();
    let (mut command, _event) = served.connect();
    let begin = Instant::now();
    for _ in 0..50 {
        command.write_all(&request(1, 1, &[10])).unwrap();
        packet(&mut command);
        packet(&mut command);
        packet(&mut command);
    }
    // Nagle and delayed acknowledgements would take 40 ms each time.
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

// --- hostile clients ---

#[test]
fn garbage_before_the_handshake_is_hung_up_on() {
    let served = Served::new();
    for garbage in [
        &[0xff; 64][..],
        &[0; 64],
        b"GET / HTTP/1.1\r\n\r\n",
        &[7, 0, 0, 0, 1, 0, 0, 0],
        &[0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0],
        &[12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        &VERSION,
    ] {
        let mut socket = served.socket();
        socket.write_all(garbage).unwrap();
        assert!(is_hung_up(socket), "{garbage:?}");
    }
    served.connect();
}

#[test]
fn garbage_after_the_handshake_is_hung_up_on() {
    let served = Served::new();
    for garbage in [
        make(6, &[]),
        make(6, &[1, 0, 0, 0, 0x99, 0x99, 1, 0, 0, 0, 1]),
        make(6, &[3, 0, 0, 0, 0x99, 0x99, 1, 0, 0, 0]),
        make(6, &[0; 34]),
        vec![0xff, 0xff, 0xff, 0xff, 6, 0, 0, 0],
        vec![4, 0, 0, 0, 6, 0, 0, 0],
        vec![11, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0],
        make(99, &[]),
        [request(2, 1, &[4, 0]), make(9, &[])].concat(),
        [request(2, 1, &[4, 0]), start_data(1, 10), make(7, &[])].concat(),
    ] {
        let (mut command, _event) = served.connect();
        command.write_all(&garbage).unwrap();
        assert!(is_hung_up(command), "{garbage:?}");
    }
    served.connect();
}

#[test]
fn a_lie_about_the_length_costs_no_memory() {
    let served = Served::new();
    for total in [u64::MAX, 1 << 40] {
        let (mut command, _event) = served.connect();
        command.write_all(&[request(2, 5, &[4, 0]), start_data(5, total)].concat()).unwrap();
        assert_eq!(packet(&mut command), make(7, &[2, 0x20, 5, 0, 0, 0]));
        command.shutdown(Shutdown::Both).unwrap();
    }
    let (mut command, _event) = served.connect();
    let short = [request(2, 5, &[4, 0]), start_data(5, 1000), data(12, 5, b"less")].concat();
    command.write_all(&short).unwrap();
    assert_eq!(packet(&mut command), ok(5));
    let long = [request(2, 6, &[4, 0]), start_data(6, 4), data(12, 6, b"more than four")].concat();
    command.write_all(&long).unwrap();
    assert_eq!(packet(&mut command), ok(6));
    command.write_all(&request(1, 7, &[4, 1])).unwrap();
    packet(&mut command);
    assert_eq!(packet(&mut command), data(12, 7, b"more"));
    packet(&mut command);
    command.write_all(&VERSION).unwrap();
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}

#[test]
fn a_request_where_data_should_be_gets_both_answers_from_a_strict_camera() {
    let mut config = Config::default();
    config.profile.control.strict = Strict::Refuse;
    let served = Served::with("127.0.0.1:0", config);
    let (mut command, _event) = served.connect();
    command.write_all(&[&request(2, 9, &[4, 0])[..], &VERSION].concat()).unwrap();
    assert_eq!(packet(&mut command), make(7, &[2, 0x20, 9, 0, 0, 0]));
    assert_eq!(packet(&mut command), VERSION_ANSWER);
}
