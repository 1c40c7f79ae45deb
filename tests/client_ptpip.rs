//! The PTP/IP client against a peer of bytes: the packets of CIPA DC-005 as written out here, split and merged anywhere,
//! and the lies that a peer can tell. No simulator takes part.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use moonshutter::ErrorKind;
use moonshutter::clock::Interrupt;
use moonshutter::ptp::ip::{Address, Event};
use moonshutter::ptp::{Bytes, DataPhase, Params, PtpIp, Request, Response, ResponseCode, Transport};

/// For what must not succeed.
const TIMEOUT: Duration = Duration::from_millis(400);
/// For what must, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(20);

fn packet(kind: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (8 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn ack() -> Vec<u8> {
    let mut payload = words(&[0x55]);
    payload.extend(*b"camera's guid 16");
    payload.extend("EOS".encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    payload.extend(words(&[0x0001_0000]));
    packet(2, &payload)
}

fn response(transaction: u32, code: u16, params: &[u32]) -> Vec<u8> {
    packet(7, &[&code.to_le_bytes()[..], &transaction.to_le_bytes(), &words(params)].concat())
}

fn start_data(transaction: u32, total: u64) -> Vec<u8> {
    packet(9, &[&transaction.to_le_bytes()[..], &total.to_le_bytes()].concat())
}

fn data(kind: u32, transaction: u32, bytes: &[u8]) -> Vec<u8> {
    packet(kind, &[&transaction.to_le_bytes()[..], bytes].concat())
}

fn request(phase: u32, code: u16, transaction: u32, params: &[u32]) -> Vec<u8> {
    let parts = [&phase.to_le_bytes()[..], &code.to_le_bytes(), &transaction.to_le_bytes(), &words(params)];
    packet(6, &parts.concat())
}

fn expect(stream: &mut TcpStream, bytes: &[u8]) {
    let mut got = vec![0; bytes.len()];
    stream.read_exact(&mut got).unwrap();
    assert_eq!(got, bytes);
}

/// Sends in pieces, each of which is a segment of its own.
fn send(stream: &mut TcpStream, bytes: &[u8], piece: usize) {
    stream.set_nodelay(true).unwrap();
    for piece in bytes.chunks(piece) {
        stream.write_all(piece).unwrap();
        if bytes.len() > piece.len() {
            std::thread::yield_now();
        }
    }
}

fn listen() -> (TcpListener, Address) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, Address { host: "127.0.0.1".into(), port })
}

fn init_command_request() -> Vec<u8> {
    let mut payload = b"moonshutter-host".to_vec();
    payload.extend("moonshutter".encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    payload.extend(words(&[0x0001_0000]));
    packet(1, &payload)
}

/// The camera's side of the handshake: command and event connection.
fn shake(listener: &TcpListener, piece: usize) -> (TcpStream, TcpStream) {
    let (mut commands, _) = listener.accept().unwrap();
    expect(&mut commands, &init_command_request());
    send(&mut commands, &ack(), piece);
    let (mut events, _) = listener.accept().unwrap();
    expect(&mut events, &[12, 0, 0, 0, 3, 0, 0, 0, 0x55, 0, 0, 0]);
    send(&mut events, &[8, 0, 0, 0, 4, 0, 0, 0], piece);
    (commands, events)
}

fn peer<T: Send + 'static>(action: impl FnOnce(TcpStream, TcpStream) -> T + Send + 'static) -> (PtpIp, JoinHandle<T>) {
    let (listener, address) = listen();
    let thread = std::thread::spawn(move || {
        let (commands, events) = shake(&listener, usize::MAX);
        action(commands, events)
    });
    (PtpIp::connect(&address, PATIENCE, &Interrupt::new()).unwrap(), thread)
}

fn ask(transport: &mut PtpIp, data: DataPhase<'_>) -> moonshutter::Result<Response> {
    let request = Request { operation: 0x9999, transaction: 5, params: Params::new(&[8]) };
    transport.transact(&request, data)
}

#[test]
fn the_handshake_may_come_in_single_bytes() {
    for piece in [1, 3, 8, usize::MAX] {
        let (listener, address) = listen();
        let camera = std::thread::spawn(move || drop(shake(&listener, piece)));
        let transport = PtpIp::connect(&address, PATIENCE, &Interrupt::new()).unwrap();
        assert_eq!(transport.guid, *b"camera's guid 16");
        assert_eq!(transport.name, "EOS");
        camera.join().unwrap();
    }
}

#[test]
fn ipv6_is_spoken_where_the_machine_has_it() {
    let Ok(listener) = TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)) else {
        eprintln!("no IPv6 on this machine");
        return;
    };
    let address = Address { host: "::1".into(), port: listener.local_addr().unwrap().port() };
    let camera = std::thread::spawn(move || drop(shake(&listener, usize::MAX)));
    let transport = PtpIp::connect(&address, PATIENCE, &Interrupt::new()).unwrap();
    assert_eq!(transport.location(), format!("ip:[::1]:{}", address.port));
    camera.join().unwrap();
}

#[test]
fn init_fail_says_why() {
    for (payload, words) in [
        (words(&[1]), "does not know this computer"),
        (words(&[2]), "connected to another program"),
        (words(&[9]), "reason 9"),
        (vec![], "refused the connection"),
    ] {
        let (listener, address) = listen();
        let camera = std::thread::spawn(move || {
            let (mut commands, _) = listener.accept().unwrap();
            expect(&mut commands, &init_command_request());
            send(&mut commands, &packet(5, &payload), usize::MAX);
        });
        let error = PtpIp::connect(&address, PATIENCE, &Interrupt::new()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.to_string().contains(words), "{error}");
        camera.join().unwrap();
    }
}

#[test]
fn what_is_no_ptp_ip_is_named_so() {
    for answer in
        [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[7, 0, 0, 0, 2, 0, 0, 0], &[0xFF; 12], &packet(9, &[0; 4])]
    {
        let answer = answer.to_vec();
        let (listener, address) = listen();
        let camera = std::thread::spawn(move || {
            let (mut commands, _) = listener.accept().unwrap();
            expect(&mut commands, &init_command_request());
            send(&mut commands, &answer, usize::MAX);
        });
        let error = PtpIp::connect(&address, PATIENCE, &Interrupt::new()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        camera.join().unwrap();
    }
}

#[test]
fn nobody_there_and_nobody_answering_are_told_apart() {
    let (listener, address) = listen();
    drop(listener);
    let error = PtpIp::connect(&address, TIMEOUT, &Interrupt::new()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NoCamera, "{error}");

    let (_listener, address) = listen();
    let error = PtpIp::connect(&address, TIMEOUT, &Interrupt::new()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[test]
fn a_greeting_that_trickles_is_not_waited_for_beyond_the_timeout() {
    let (listener, address) = listen();
    let camera = std::thread::spawn(move || {
        let (mut commands, _) = listener.accept().unwrap();
        expect(&mut commands, &init_command_request());
        for byte in ack() {
            if commands.write_all(&[byte]).is_err() {
                break;
            }
            std::thread::sleep(TIMEOUT / 4);
        }
    });
    let begun = Instant::now();
    let error = PtpIp::connect(&address, TIMEOUT, &Interrupt::new()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(begun.elapsed() < TIMEOUT * 8);
    camera.join().unwrap();
}

#[test]
fn a_request_without_data_is_one_packet_with_phase_1() {
    let (mut transport, camera) = peer(|mut commands, _events| {
        expect(&mut commands, &request(1, 0x9999, 5, &[8]));
        send(&mut commands, &response(5, 0x2001, &[3]), usize::MAX);
    });
    let response = ask(&mut transport, DataPhase::None).unwrap();
    assert_eq!((response.code, response.params.get(1)), (ResponseCode::OK, 3));
    camera.join().unwrap();
}

#[test]
fn data_out_is_announced_and_carries_the_transaction_everywhere() {
    let (mut transport, camera) = peer(|mut commands, _events| {
        let sent = [request(2, 0x9999, 5, &[8]), start_data(5, 5), data(12, 5, b"hello")].concat();
        expect(&mut commands, &sent);
        send(&mut commands, &response(5, 0x2001, &[]), usize::MAX);
    });
    ask(&mut transport, DataPhase::Out { size: 5, source: &mut &b"hello"[..] }).unwrap();
    camera.join().unwrap();
}

#[test]
fn long_data_out_comes_in_packets_of_which_the_last_is_end_data() {
    let content: Vec<u8> = (0..1_000_000u32).map(|i| (i >> 3) as u8).collect();
    let expected = content.clone();
    let (mut transport, camera) = peer(move |mut commands, _events| {
        expect(&mut commands, &[request(2, 0x9999, 5, &[8]), start_data(5, 1_000_000)].concat());
        let mut got = Vec::new();
        loop {
            let mut header = [0; 12];
            commands.read_exact(&mut header).unwrap();
            let length = u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize;
            assert_eq!(header[8..], 5u32.to_le_bytes());
            let at = got.len();
            got.resize(at + length - 12, 0);
            commands.read_exact(&mut got[at..]).unwrap();
            match header[4] {
                10 => {}
                12 => break,
                other => panic!("packet of type {other}"),
            }
        }
        assert!(got == expected);
        send(&mut commands, &response(5, 0x2001, &[]), usize::MAX);
    });
    ask(&mut transport, DataPhase::Out { size: 1_000_000, source: &mut content.as_slice() }).unwrap();
    camera.join().unwrap();
}

#[test]
fn data_in_may_be_cut_into_any_packets_and_any_segments() {
    let whole = b"0123456789";
    let shapes = [
        vec![data(12, 5, whole)],
        vec![data(10, 5, whole), data(12, 5, b"")],
        vec![data(10, 5, b"0123"), data(10, 5, b""), data(10, 5, b"456"), data(12, 5, b"789")],
    ];
    for shape in shapes {
        for piece in [1, 7, 12, usize::MAX] {
            let answer = [start_data(5, 10), shape.concat(), response(5, 0x2001, &[10])].concat();
            let (mut transport, camera) = peer(move |mut commands, _events| {
                expect(&mut commands, &request(1, 0x9999, 5, &[8]));
                send(&mut commands, &answer, piece);
            });
            let mut bytes = Bytes::up_to(100);
            let response = ask(&mut transport, DataPhase::In(&mut bytes)).unwrap();
            assert_eq!(bytes.data, whole);
            assert_eq!(response.params.get(1), 10);
            camera.join().unwrap();
        }
    }
}

#[test]
fn a_refusal_in_place_of_data_is_a_response() {
    let (mut transport, camera) = peer(|mut commands, _events| {
        expect(&mut commands, &request(1, 0x9999, 5, &[8]));
        send(&mut commands, &response(5, 0x2002, &[]), usize::MAX);
    });
    let response = ask(&mut transport, DataPhase::In(&mut Bytes::up_to(9))).unwrap();
    assert_eq!(response.code, ResponseCode::GENERAL_ERROR);
    camera.join().unwrap();
}

#[test]
fn probes_are_answered_on_both_connections_and_events_are_kept() {
    let (mut transport, camera) = peer(|mut commands, mut events| {
        // in the middle of a transaction
        expect(&mut commands, &request(1, 0x9999, 5, &[8]));
        send(&mut commands, &packet(13, &[]), usize::MAX);
        expect(&mut commands, &packet(14, &[]));
        // and while nothing goes on at all
        let event = [&0x4008u16.to_le_bytes()[..], &words(&[7, 1, 2])].concat();
        send(&mut events, &[packet(8, &event), packet(13, &[])].concat(), 5);
        expect(&mut events, &packet(14, &[]));
        send(&mut commands, &response(5, 0x2001, &[]), usize::MAX);
    });
    ask(&mut transport, DataPhase::None).unwrap();
    assert_eq!(transport.next_event(), Some(Event { code: 0x4008, params: vec![1, 2] }));
    assert_eq!(transport.next_event(), None);
    camera.join().unwrap();
}

#[test]
fn lies_are_told_back() {
    let end = |bytes: &[u8]| data(12, 5, bytes);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (response(6, 0x2001, &[]), "answered transaction 5 with one for transaction 6"),
        ([start_data(6, 3), end(b"abc")].concat(), "transaction 6"),
        ([start_data(5, 3), data(12, 0, b"abc")].concat(), "transaction 0"),
        ([start_data(5, 3), end(b"ab")].concat(), "announced 3 bytes and sent 2"),
        ([start_data(5, 3), data(10, 5, b"abcd")].concat(), "announced 3 bytes and sent at least 4"),
        ([start_data(5, 3), response(5, 0x2001, &[])].concat(), "Response packet of 14 bytes where data was due"),
        (start_data(5, 1 << 60), "announced 1152921504606846976 bytes"),
        (packet(99, &[]), "unknown type 99"),
        (vec![3, 0, 0, 0, 7, 0, 0, 0], "claims 3 bytes"),
        (packet(7, &[1, 0x20, 5, 0, 0, 0, 1]), "Response packet of 15 bytes"),
        (packet(7, &[0; 6 + 24]), "Response packet of 38 bytes"),
        (packet(4, &[]), "InitEventAck packet of 8 bytes"),
    ];
    for (answer, words) in cases {
        let (mut transport, camera) = peer(move |mut commands, _events| {
            expect(&mut commands, &request(1, 0x9999, 5, &[8]));
            send(&mut commands, &answer, usize::MAX);
        });
        let error = ask(&mut transport, DataPhase::In(&mut Bytes::up_to(1000))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains(words), "{error} should say {words}");
        camera.join().unwrap();
    }
}

#[test]
fn a_camera_that_goes_away_and_one_that_falls_silent() {
    let (mut transport, camera) = peer(|mut commands, _events| {
        expect(&mut commands, &request(1, 0x9999, 5, &[8]));
        send(&mut commands, &start_data(5, 100)[..9], usize::MAX);
    });
    let error = ask(&mut transport, DataPhase::In(&mut Bytes::up_to(1000))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected, "{error}");
    camera.join().unwrap();

    let (mut transport, camera) = peer(|commands, events| {
        std::thread::sleep(TIMEOUT * 2);
        drop((commands, events));
    });
    transport.set_timeout(TIMEOUT);
    let begun = Instant::now();
    let error = ask(&mut transport, DataPhase::None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(begun.elapsed() >= TIMEOUT);
    camera.join().unwrap();
}

#[test]
fn an_interrupt_ends_a_connection_attempt() {
    let (_listener, address) = listen();
    let interrupt = Interrupt::new();
    let from_elsewhere = interrupt.clone();
    let user = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        from_elsewhere.raise();
    });
    let begun = Instant::now();
    let error = PtpIp::connect(&address, Duration::from_secs(30), &interrupt).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    user.join().unwrap();
}
