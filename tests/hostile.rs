//! Clients that do what no client should: whatever they send, and wherever they die, the next one is served.
//!
//! All input is written out or generated from fixed rules; the only waiting is for what the camera is known to do.

mod bare;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bare::{FLUSH_CAM_MSGS, FLUSH_HOST_MSGS, Host, LONG, OK, answer, container, eventually, memory, user, words};
use moonshutter::clock::Interrupt;
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{Cable, Config, SimCamera};
use proptest::prelude::*;

const OPEN_SESSION: u16 = 0x1002;
const CHDK: u16 = 0x9999;

const COMMAND: u16 = 1;
const DATA: u16 = 2;
const RESPONSE: u16 = 3;
const EVENT: u16 = 4;

// --- over a cable ---

/// What a client does that means well: a bit of everything.
#[track_caller]
fn full_round(host: &mut Host) {
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    let got = host.chdk_with(&[7, FLUSH_CAM_MSGS | FLUSH_HOST_MSGS], b"write_usb_msg(read_usb_msg(1000))\0");
    assert_eq!((got.code, got.params[1]), (OK, 0));
    let id = got.params[0];
    assert_eq!(host.tell(id, "ping"), 0);
    host.pass(100);
    assert_eq!(host.messages(), [user(id, "ping")]);
    assert_eq!(host.status(), 0);
    assert_eq!(host.chdk_with(&[5], b"\x05\0\0\0A/R.Xround"), answer(OK, &[]));
    assert_eq!(host.chdk_with(&[4, 0], b"A/R.X"), answer(OK, &[]));
    assert_eq!(host.chdk(&[6]), answer(OK, &[5]).with(b"round"));
    assert_eq!(host.chdk(&[8]), answer(OK, &[0]));
}

/// How a connection ended after some bytes and then zeros, which are no container.
#[derive(Debug, PartialEq)]
enum End {
    HungUp,
    /// It takes the zeros for the rest of something.
    Swallows,
}

/// Sends bytes, then zeros, and reads whatever comes until the camera hangs up or has swallowed more than a cable holds.
fn abuse(cable: &Cable, bytes: &[u8]) -> End {
    let zeros = vec![0; 64 * 1024];
    let mut left = 3 * 1024 * 1024;
    let mut answers = vec![0; 64 * 1024];
    let mut unsent = bytes;
    loop {
        let sending = if unsent.is_empty() { &zeros[..] } else { unsent };
        match cable.write_some(sending, Duration::ZERO) {
            Ok(count) if unsent.is_empty() => left -= count.min(left),
            Ok(count) => unsent = &unsent[count..],
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            Err(_) => return End::HungUp,
        }
        if left == 0 {
            return End::Swallows;
        }
        match cable.read(&mut answers, Duration::from_millis(1)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            Err(_) => return End::HungUp,
        }
    }
}

fn open_session() -> Vec<u8> {
    container(COMMAND, OPEN_SESSION, 0, &words(&[1]))
}

fn header(length: u32, kind: u16, code: u16, transaction: u32) -> Vec<u8> {
    [&length.to_le_bytes()[..], &kind.to_le_bytes(), &code.to_le_bytes(), &transaction.to_le_bytes()].concat()
}

#[test]
fn lengths_and_types_that_no_container_has_end_the_connection() {
    let mut host = Host::new();
    for kind in [0, COMMAND, DATA, RESPONSE, EVENT, 5, 0xffff] {
        for length in (0..12).chain([13, 36, 0x7fff_ffff, 0xffff_ffff]) {
            let cable = host.camera.plug_in();
            let end = abuse(&cable, &[open_session(), header(length, kind, CHDK, 1)].concat());
            // Data and events of any length may be skipped.
            let skips = matches!(kind, DATA | EVENT) && length > 1_000_000;
            assert_eq!(end == End::Swallows, skips, "type {kind}, length {length}");
        }
    }
    full_round(&mut host);
}

#[test]
fn a_host_that_sends_responses_and_events_gets_no_answers_to_them() {
    let mut host = Host::new();
    for payload in [&[][..], &[1, 2, 3, 4], &[9; 1000]] {
        host.send(&container(EVENT, 0x4002, host.transaction, payload));
        assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    }
    let response = container(RESPONSE, OK, 1, &[]);
    assert_eq!(abuse(&host.camera.plug_in(), &response), End::HungUp);
}

#[test]
fn data_longer_or_shorter_than_it_should_be_is_cut_at_its_container() {
    let mut host = Host::with(memory(100_000));
    for command in [&[2, 0x2000, 100][..], &[3], &[4, 0], &[5], &[7, 0], &[7, 1], &[11, 0], &[99], &[0], &[8]] {
        for length in [1, 4, 99, 101, 4096, 99_999, 100_001, 3_000_000] {
            host.command(CHDK, command);
            host.data(&vec![b' '; length]);
            let code = host.answer().code;
            assert!([0x2001, 0x2002, 0x2006].contains(&code), "{command:?} {length}: {code:#x}");
        }
    }
    full_round(&mut host);
}

#[test]
fn transaction_ids_may_come_in_any_order_and_come_back() {
    let host = Host::new();
    for id in [7, 3, 0xffff_ffff, 0, 3, 3, 0x8000_0000] {
        host.send(&container(COMMAND, CHDK, id, &words(&[0])));
        assert_eq!(host.read_container(), (RESPONSE, OK, id, words(&[2, 9])));
    }
}

#[test]
fn data_of_another_transaction_is_taken_and_complained_about() {
    let mut host = Host::new();
    host.command(CHDK, &[4, 0]);
    host.send(&container(DATA, 0x1234, 77, b"stray"));
    assert_eq!(host.answer(), answer(OK, &[]));
    assert!(host.sinned("another name"));
    assert_eq!(host.chdk(&[4, 1]), answer(OK, &[]).with(b"stray"));
}

#[test]
fn commands_in_a_row_are_answered_in_a_row() {
    let mut host = Host::new();
    let mut all = Vec::new();
    for id in 0..500 {
        all.extend(container(COMMAND, CHDK, id, &words(&[0])));
    }
    host.send(&all);
    for id in 0..500 {
        assert_eq!(host.read_container(), (RESPONSE, OK, id, words(&[2, 9])));
    }
    full_round(&mut host);
}

#[test]
fn a_host_that_never_reads_holds_up_nobody_else() {
    let mut host = Host::new();
    let deaf = host.camera.plug_in();
    let much = container(COMMAND, CHDK, 1, &words(&[1, 0x1000, 0x7fff_ffff, 1]));
    deaf.write(&[open_session(), much].concat(), LONG).unwrap();
    full_round(&mut host);
    drop(deaf);
    full_round(&mut host);
}

#[test]
fn data_without_end_is_skipped_without_end_and_costs_no_memory() {
    let mut host = Host::new();
    let endless = host.camera.plug_in();
    let begin = [open_session(), container(COMMAND, CHDK, 1, &words(&[4, 0])), header(0xffff_ffff, DATA, CHDK, 1)];
    endless.write(&begin.concat(), LONG).unwrap();
    let chunk = vec![7; 1024 * 1024];
    for _ in 0..64 {
        endless.write(&chunk, LONG).unwrap();
    }
    full_round(&mut host);
}

/// A conversation with some of everything: what the host sends in each transaction.
static CONVERSATION: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    type Step = (u16, &'static [u32], Option<&'static [u8]>);
    let steps: [Step; 11] = [
        (OPEN_SESSION, &[1], None),
        (0x1001, &[], None),
        (CHDK, &[0], None),
        (CHDK, &[4, 0], Some(b"A/C.TXT")),
        (CHDK, &[5], Some(b"\x07\0\0\0A/C.TXTcontents")),
        (CHDK, &[6], None),
        (CHDK, &[7, 0], Some(b"write_usb_msg(1) sleep(100000)\0")),
        (CHDK, &[11, 0], Some(b"message")),
        (CHDK, &[10], None),
        (CHDK, &[1, 0x1000, 64, 0], None),
        (0x1003, &[], None),
    ];
    let transaction = |(id, (code, params, data)): (usize, Step)| {
        let command = container(COMMAND, code, id as u32, &words(params));
        let data = data.map(|data| container(DATA, code, id as u32, data));
        [command, data.unwrap_or_default()].concat()
    };
    steps.into_iter().enumerate().map(transaction).collect()
});

#[test]
fn a_host_that_dies_after_any_byte_leaves_the_camera_to_the_next() {
    let mut next = Host::new();
    let whole: usize = CONVERSATION.iter().map(Vec::len).sum();
    for length in 0..=whole {
        let mut host = Host::without_session(next.camera.clone(), &next.clock);
        let mut left = length;
        for transaction in CONVERSATION.iter() {
            let sent = &transaction[..transaction.len().min(left)];
            host.send(sent);
            left -= sent.len();
            if sent.len() < transaction.len() {
                break;
            }
            // Until the response, so that nothing of it is under way when the host dies.
            while host.read_container().0 != RESPONSE {}
            host.transaction += 1;
        }
        drop(host);
        full_round(&mut next);
    }
}

#[test]
fn hundreds_of_cables_plugged_in_and_out_are_none() {
    let mut host = Host::new();
    for n in 0..500 {
        let cable = host.camera.plug_in();
        cable.write(&open_session()[..n % 17], LONG).unwrap();
    }
    full_round(&mut host);
}

/// Bytes that look like containers, with things wrong here and there.
fn containers() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![5 => Just(CHDK), 1 => 0x1001_u16..0x1010, 1 => any::<u16>()];
    let kind = prop_oneof![6 => Just(COMMAND), 4 => Just(DATA), 1 => any::<u16>()];
    let small = prop_oneof![4 => 0_u32..20, 1 => any::<u32>()];
    let payload = prop_oneof![
        3 => proptest::collection::vec(small, 0..6).prop_map(|params| words(&params)),
        1 => proptest::collection::vec(any::<u8>(), 0..64),
    ];
    let one = (kind, code, 0_u32..4, payload, prop_oneof![9 => Just(0_i64), 1 => -13_i64..13]);
    let wrong = |(kind, code, id, payload, off): (u16, u16, u32, Vec<u8>, i64)| {
        let mut bytes = container(kind, code, id, &payload);
        let length = (bytes.len() as i64 + off).max(0) as u32;
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        bytes
    };
    proptest::collection::vec(one.prop_map(wrong), 0..8).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_come_first_the_next_host_is_served(
        bytes in prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), containers()],
        session in any::<bool>(),
    ) {
        let mut host = Host::new();
        let first = host.camera.plug_in();
        let begin = if session { open_session() } else { Vec::new() };
        abuse(&first, &[begin, bytes].concat());
        drop(first);
        full_round(&mut host);
    }
}

// --- over PTP/IP ---

/// chdkptp's first packet.
const INIT_COMMAND: [u8; 38] = [
    38, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0x12, 0x34, 0x56, 0x78, b'w', 0, b'h', 0,
    b'e', 0, b'e', 0, 0, 0, 0, 0, 1, 0,
];

struct Served {
    address: SocketAddr,
    stop: Interrupt,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    fn new() -> Self {
        let camera = SimCamera::start(Config::default()).unwrap();
        let server = Server::bind("127.0.0.1:0", camera).unwrap();
        let (address, stop) = (server.local_addr().unwrap(), Interrupt::new());
        let stopped = stop.clone();
        let thread = Some(thread::spawn(move || server.serve(&stopped).unwrap()));
        Self { address, stop, thread }
    }

    fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket
    }

    /// A command connection as soon as the camera is free, and the number that goes with it.
    fn connect_command(&self) -> (TcpStream, [u8; 4]) {
        let mut connected = None;
        eventually("a free camera", || {
            let mut command = self.socket();
            // While it is full of others it may hang up without a word.
            let ack = command.write_all(&INIT_COMMAND).ok().and_then(|()| packet(&mut command));
            connected = ack.filter(|ack| ack[4] == 2).map(|ack| (command, ack[8..12].try_into().unwrap()));
            connected.is_some()
        });
        connected.unwrap()
    }

    /// Command and event connection, as soon as the camera is free.
    fn connect(&self) -> Client {
        let mut client = None;
        eventually("a free camera", || {
            let (command, number) = self.connect_command();
            let mut event = self.socket();
            event.write_all(&make(3, &number)).unwrap();
            let Some(ack) = packet(&mut event) else { return false };
            assert_eq!(ack, [8, 0, 0, 0, 4, 0, 0, 0]);
            client = Some(Client { command, event });
            true
        });
        client.unwrap()
    }

    #[track_caller]
    fn full_round(&self) {
        let mut client = self.connect();
        assert_eq!(client.transact(1, OPEN_SESSION, &[1], None), (OK, vec![], vec![]));
        assert_eq!(client.transact(2, CHDK, &[0], None), (OK, vec![2, 9], vec![]));
        assert_eq!(client.transact(3, CHDK, &[5], Some(b"\x05\0\0\0A/R.Xround")), (OK, vec![], vec![]));
        assert_eq!(client.transact(4, CHDK, &[4, 0], Some(b"A/R.X")), (OK, vec![], vec![]));
        assert_eq!(client.transact(5, CHDK, &[6], None), (OK, vec![5], b"round".to_vec()));
        let (code, params, _) = client.transact(6, CHDK, &[7, 0x600], Some(b"sleep(1000)\0"));
        assert_eq!((code, params[1]), (OK, 0));
        assert_eq!(client.transact(7, CHDK, &[8], None).1, [1]);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.raise();
        let done = self.thread.take().unwrap().join();
        assert!(thread::panicking() || done.is_ok());
    }
}

struct Client {
    command: TcpStream,
    event: TcpStream,
}

impl Client {
    fn transact(&mut self, id: u32, code: u16, params: &[u32], data: Option<&[u8]>) -> (u16, Vec<u32>, Vec<u8>) {
        self.command.write_all(&request(id, code, params, data)).unwrap();
        let mut received = Vec::new();
        loop {
            let packet = packet(&mut self.command).unwrap();
            let short = |at: usize| u16::from_le_bytes([packet[at], packet[at + 1]]);
            match packet[4] {
                7 => {
                    let params = packet[14..].chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
                    return (short(8), params.collect(), received);
                }
                10 | 12 => received.extend(&packet[12..]),
                kind => assert_eq!(kind, 9),
            }
        }
    }

    /// Sends bytes and no more; the types of all packets that come back until the camera hangs up.
    fn abuse(mut self, bytes: &[u8]) -> Vec<u32> {
        // It may hang up in the middle of this.
        let _ = self.command.write_all(bytes).and_then(|()| self.command.shutdown(Shutdown::Write));
        let mut kinds = Vec::new();
        while let Some(packet) = packet(&mut self.command) {
            kinds.push(u32::from_le_bytes(packet[4..8].try_into().unwrap()));
        }
        kinds
    }
}

/// The next packet, or nothing at the end of the connection.
fn packet(socket: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 4];
    match socket.read_exact(&mut bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("no answer"),
        Err(_) => return None,
        Ok(()) => {}
    }
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    assert!((8..2_000_000).contains(&length), "a packet of {length} bytes");
    bytes.resize(length, 0);
    socket.read_exact(&mut bytes[4..]).ok()?;
    Some(bytes)
}

fn make(kind: u32, body: &[u8]) -> Vec<u8> {
    [&(8 + body.len() as u32).to_le_bytes(), &kind.to_le_bytes(), body].concat()
}

fn start_data(id: u32, total: u64) -> Vec<u8> {
    make(9, &[&id.to_le_bytes()[..], &total.to_le_bytes()].concat())
}

fn data(kind: u32, id: u32, bytes: &[u8]) -> Vec<u8> {
    make(kind, &[&id.to_le_bytes(), bytes].concat())
}

fn request(id: u32, code: u16, params: &[u32], out: Option<&[u8]>) -> Vec<u8> {
    let direction = if out.is_some() { 2_u32 } else { 1 };
    let body = [&direction.to_le_bytes()[..], &code.to_le_bytes(), &id.to_le_bytes(), &words(params)].concat();
    let out = out.map(|out| [start_data(id, out.len() as u64), data(12, id, out)].concat());
    [make(6, &body), out.unwrap_or_default()].concat()
}

/// The request alone, with data to come.
fn upload_request(id: u32) -> Vec<u8> {
    make(6, &[&2_u32.to_le_bytes()[..], &CHDK.to_le_bytes(), &id.to_le_bytes(), &words(&[4, 0])].concat())
}

#[test]
fn packets_that_make_no_sense_end_the_connection_with_whole_packets() {
    let served = Served::new();
    let up = upload_request(1);
    let start = start_data(1, 8);
    let mut cases: Vec<Vec<u8>> = Vec::new();
    for kind in (0..20).chain([0x100, 0xffff_ffff]) {
        cases.push(make(kind, &[0; 12]));
        cases.push([up.clone(), make(kind, &[0; 12])].concat());
        cases.push([up.clone(), start.clone(), make(kind, &[0; 12])].concat());
        for length in (0..12_u32).chain([0xffff_ffff]) {
            cases.push([length.to_le_bytes(), kind.to_le_bytes()].concat());
        }
    }
    cases.extend([
        // Twice the start of data, data without a start, and the end of data without any.
        [&up[..], &start, &start, &data(12, 1, b"12345678")].concat(),
        [&up[..], &data(10, 1, b"1234")].concat(),
        [&up[..], &data(12, 1, b"")].concat(),
        data(12, 1, b""),
        data(10, 1, b"nobody asked"),
        start_data(1, 4),
        // Data that ends too early, too late, or not at all.
        [&up[..], &start, &data(12, 1, b"123")].concat(),
        [&up[..], &start, &data(12, 1, b"1234567890")].concat(),
        [&up[..], &start, &data(10, 1, b"12345678")].concat(),
        [&up[..], &start].concat(),
        [&up[..], &start_data(1, u64::MAX), &data(10, 1, &[7; 5000])].concat(),
        // A request, a cancellation, events and probes in the middle of data.
        [&up[..], &start, &data(10, 1, b"1234"), &request(2, CHDK, &[0], None)].concat(),
        [&up[..], &start, &data(10, 1, b"1234"), &make(11, &1_u32.to_le_bytes())].concat(),
        [&up[..], &start, &make(8, &[0; 10]), &data(12, 1, b"12345678")].concat(),
        [&up[..], &start, &make(13, &[]), &data(12, 1, b"12345678")].concat(),
        // The handshake once more.
        INIT_COMMAND.to_vec(),
        make(3, &[1, 0, 0, 0]),
    ]);
    for case in cases {
        let client = served.connect();
        let kinds = client.abuse(&case);
        assert!(kinds.iter().all(|kind| [7, 9, 10, 12, 14].contains(kind)), "{case:?}: {kinds:?}");
    }
    served.full_round();
}

#[test]
fn events_and_probes_in_the_middle_of_data_do_no_harm() {
    let served = Served::new();
    let mut client = served.connect();
    client.transact(0, OPEN_SESSION, &[1], None);
    let bytes = [
        upload_request(1),
        make(8, &[0; 18]),
        start_data(1, 8),
        data(10, 1, b"1234"),
        make(13, &[]),
        make(8, &[0; 6]),
        data(12, 1, b"5678"),
    ];
    client.command.write_all(&bytes.concat()).unwrap();
    assert_eq!(packet(&mut client.command).unwrap(), make(14, &[]));
    assert_eq!(packet(&mut client.command).unwrap(), make(7, &[1, 0x20, 1, 0, 0, 0]));
    assert_eq!(client.transact(2, CHDK, &[4, 1], None), (OK, vec![], b"12345678".to_vec()));
}

#[test]
fn garbage_on_the_event_connection_is_the_end_of_both() {
    let served = Served::new();
    for garbage in [vec![0; 8], vec![0xff; 64], make(1, &[0; 5000])] {
        let mut client = served.connect();
        client.event.write_all(&garbage).unwrap();
        assert_eq!(packet(&mut client.command), None);
    }
    // What is a packet is ignored.
    let mut client = served.connect();
    client.event.write_all(&[make(1, &[0; 30]), make(99, &[]), make(13, &[])].concat()).unwrap();
    assert_eq!(packet(&mut client.event).unwrap(), make(14, &[]));
    assert_eq!(client.transact(0, OPEN_SESSION, &[1], None).0, OK);
}

#[test]
fn a_client_that_dies_after_any_byte_leaves_the_camera_to_the_next() {
    let served = Served::new();
    let steps = [
        request(0, OPEN_SESSION, &[1], None),
        request(1, CHDK, &[4, 0], Some(b"A/C.TXT")),
        request(2, CHDK, &[5], Some(b"\x07\0\0\0A/C.TXTcontents")),
        request(3, CHDK, &[6], None),
        request(4, CHDK, &[7, 0], Some(b"sleep(100000)\0")),
        request(5, CHDK, &[11, 0], Some(b"message")),
        request(6, CHDK, &[10], None),
        request(7, 0x1003, &[], None),
    ];
    let commands = steps.concat();
    for length in 0..INIT_COMMAND.len() {
        served.socket().write_all(&INIT_COMMAND[..length]).unwrap();
    }
    served.full_round();
    for length in 0..=12 {
        let (_command, number) = served.connect_command();
        served.socket().write_all(&make(3, &number)[..length]).unwrap();
    }
    served.full_round();
    for length in 0..=commands.len() {
        let mut client = served.connect();
        client.command.write_all(&commands[..length]).unwrap();
        drop(client);
        served.full_round();
    }
}

#[test]
fn a_flood_of_connections_keeps_nobody_out_when_it_is_over() {
    let served = Served::new();
    for n in 0..400 {
        // The camera may have hung up before this.
        let _ = served.socket().write_all(&INIT_COMMAND[..n % INIT_COMMAND.len()]);
    }
    served.full_round();
    let silent: Vec<_> = (0..200).map(|_| served.socket()).collect();
    drop(silent);
    served.full_round();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_a_client_sends_the_next_one_is_served(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        kinds in proptest::collection::vec((0_u32..16, proptest::collection::vec(any::<u8>(), 0..24)), 0..6),
        session in any::<bool>(),
    ) {
        let served = Served::new();
        let mut client = served.connect();
        if session {
            client.transact(0, OPEN_SESSION, &[1], None);
        }
        let packets: Vec<u8> = kinds.iter().flat_map(|(kind, body)| make(*kind, body)).collect();
        client.abuse(&[packets, bytes].concat());
        served.full_round();
    }

    #[test]
    fn whatever_bytes_a_stranger_sends_first_the_next_one_is_served(
        kind in 0_u32..16,
        body in proptest::collection::vec(any::<u8>(), 0..80),
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        wrong in any::<bool>(),
    ) {
        let served = Served::new();
        let mut stranger = served.socket();
        // The camera may hang up before all of it is there.
        let _ = stranger.write_all(&if wrong { bytes } else { make(kind, &body) });
        served.full_round();
    }
}
