//! The simulated camera's USB/IP server, as bytes in and bytes out: the messages of Linux's usbip_protocol.rst, descriptors of
//! USB 2.0 §9.6, the class of PIMA 15740. No client and no kernel takes part.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use moonshutter::clock::Interrupt;
use moonshutter::sim::usbip::Server;
use moonshutter::sim::{Config, SimCamera};

/// How long an answer may take, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

const EPIPE: i32 = -32;
const EOVERFLOW: i32 = -75;
const ECONNRESET: i32 = -104;

/// Runs `body` against a server with this many cameras, in which these events happen.
fn with_server(cameras: usize, events: &[&str], body: impl FnOnce(SocketAddr)) {
    let camera = |_| {
        let mut config = Config::default();
        config.profile.control.events = events.iter().map(|event| event.parse().unwrap()).collect();
        SimCamera::start(config).unwrap()
    };
    let server = Server::bind("127.0.0.1:0", (0..cameras).map(camera).collect()).unwrap();
    let (addr, stop) = (server.local_addr().unwrap(), Interrupt::new());
    thread::scope(|scope| {
        let serving = scope.spawn(|| server.serve(&stop));
        // A test that fails must not wait for a server that goes on.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(addr)));
        stop.raise();
        serving.join().unwrap().unwrap();
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn take<const N: usize>(mut stream: &TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// Whether the server hangs up, with nothing more to say.
fn is_over(mut stream: &TcpStream) -> bool {
    match stream.read(&mut [0; 64]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
    }
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn import_request(bus_id: &str) -> Vec<u8> {
    let mut bytes = vec![0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0];
    bytes.extend(bus_id.as_bytes());
    bytes.resize(40, 0);
    bytes
}

/// The 312 bytes that tell of device `1-NUMBER`.
fn description(number: u32) -> Vec<u8> {
    let mut bytes = format!("/sys/devices/simulated/usb1/1-{number}").into_bytes();
    bytes.resize(256, 0);
    bytes.extend(format!("1-{number}").bytes());
    bytes.resize(288, 0);
    bytes.extend(words(&[1, number, 3]));
    bytes.extend([0x04, 0xa9, 0x32, 0x71, 0x01, 0x00, 0, 0, 0, 1, 1, 1]);
    assert_eq!(bytes.len(), 312);
    bytes
}

/// What a kernel has of a device: a socket, and numbers for its requests.
struct Kernel {
    stream: TcpStream,
    seqnum: u32,
    transaction: u32,
}

/// How a request ended.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    seqnum: u32,
    status: i32,
    actual: u32,
}

impl Kernel {
    fn try_import(addr: SocketAddr) -> Option<Self> {
        let mut stream = connect(addr);
        stream.write_all(&import_request("1-1")).unwrap();
        match take::<8>(&stream) {
            [0x01, 0x11, 0, 3, 0, 0, 0, 0] => {}
            refused => {
                assert_eq!(refused, [0x01, 0x11, 0, 3, 0, 0, 0, 1]);
                assert!(is_over(&stream));
                return None;
            }
        }
        assert_eq!(take::<312>(&stream).to_vec(), description(1));
        Some(Self { stream, seqnum: 0, transaction: u32::MAX })
    }

    /// Waits for the device if somebody else's connection is still being cleared away.
    fn import(addr: SocketAddr) -> Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(kernel) = Self::try_import(addr) {
                return kernel;
            }
            assert!(Instant::now() < deadline, "the device stays taken");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn send(&self, bytes: &[u8]) {
        (&self.stream).write_all(bytes).unwrap();
    }

    /// CMD_SUBMIT; its number.
    fn submit(&mut self, endpoint: u32, input: bool, length: u32, setup: [u8; 8], data: &[u8]) -> u32 {
        self.seqnum += 1;
        let mut bytes = words(&[1, self.seqnum, 0x0001_0001, u32::from(input), endpoint, 0, length, 0, 0, 0]);
        bytes.extend(setup);
        assert_eq!(bytes.len(), 48);
        bytes.extend(data);
        self.send(&bytes);
        self.seqnum
    }

    /// CMD_UNLINK; its number.
    fn unlink(&mut self, victim: u32) -> u32 {
        self.seqnum += 1;
        let mut bytes = words(&[2, self.seqnum, 0x0001_0001, 0, 0, victim]);
        bytes.resize(48, 0);
        self.send(&bytes);
        self.seqnum
    }

    /// RET_SUBMIT without what follows it.
    fn ret_submit(&self) -> Ended {
        let (code, ended) = self.ret();
        assert_eq!(code, 3, "{ended:?}");
        ended
    }

    fn ret_unlink(&self) -> Ended {
        let (code, ended) = self.ret();
        assert_eq!(code, 4, "{ended:?}");
        ended
    }

    fn ret(&self) -> (u32, Ended) {
        let head = take::<48>(&self.stream);
        let word = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
        assert_eq!((word(8), word(12), word(16)), (0, 0, 0), "device, direction and endpoint are empty in an answer");
        (word(0), Ended { seqnum: word(4), status: word(20).cast_signed(), actual: word(24) })
    }

    fn read(&self, count: u32) -> Vec<u8> {
        let mut bytes = vec![0; count as usize];
        (&self.stream).read_exact(&mut bytes).unwrap();
        bytes
    }

    /// A control request to the host, or its status if it fails.
    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, i32> {
        let length = u16::from_le_bytes([setup[6], setup[7]]);
        let number = self.submit(0, true, length.into(), setup, &[]);
        let ended = self.ret_submit();
        assert_eq!(ended.seqnum, number);
        if ended.status == 0 { Ok(self.read(ended.actual)) } else { Err(ended.status) }
    }

    fn control_out(&mut self, setup: [u8; 8], data: &[u8]) -> i32 {
        let number = self.submit(0, false, data.len() as u32, setup, data);
        let ended = self.ret_submit();
        assert_eq!(ended.seqnum, number);
        ended.status
    }

    fn bulk_out(&mut self, data: &[u8]) {
        let seqnum = self.submit(2, false, data.len() as u32, [0; 8], data);
        assert_eq!(self.ret_submit(), Ended { seqnum, status: 0, actual: data.len() as u32 });
    }

    fn bulk_in(&mut self, length: u32) -> (i32, Vec<u8>) {
        let seqnum = self.submit(1, true, length, [0; 8], &[]);
        let ended = self.ret_submit();
        assert_eq!(ended.seqnum, seqnum);
        let data = self.read(ended.actual);
        (ended.status, data)
    }

    #[track_caller]
    fn expect(&mut self, length: u32, bytes: &[u8]) {
        let (status, data) = self.bulk_in(length);
        assert_eq!((status, data.len()), (0, bytes.len()));
        assert!(data == bytes, "{data:02x?}");
    }

    fn command(&mut self, code: u16, params: &[u32]) -> Vec<u8> {
        self.transaction = self.transaction.wrapping_add(1);
        let payload: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        container(1, code, self.transaction, &payload)
    }

    fn do_command(&mut self, code: u16, params: &[u32]) {
        let bytes = self.command(code, params);
        self.bulk_out(&bytes);
    }

    fn open_session(addr: SocketAddr) -> Self {
        let mut kernel = Self::import(addr);
        kernel.do_command(0x1002, &[1]);
        kernel.expect_ok(&[]);
        kernel
    }

    #[track_caller]
    fn expect_ok(&mut self, params: &[u32]) {
        let payload: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        let response = container(3, 0x2001, self.transaction, &payload);
        self.expect(512, &response);
    }
}

fn container(kind: u16, code: u16, transaction: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(code.to_le_bytes());
    bytes.extend(transaction.to_le_bytes());
    bytes.extend(payload);
    bytes
}

#[test]
fn a_list_tells_of_all_devices() {
    with_server(2, &[], |addr| {
        let mut stream = connect(addr);
        stream.write_all(&[0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0]).unwrap();
        let mut expected = vec![0x01, 0x11, 0, 5, 0, 0, 0, 0, 0, 0, 0, 2];
        for number in [1, 2] {
            expected.extend(description(number));
            expected.extend([6, 1, 1, 0]);
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(answer, expected);
    });
}

#[test]
fn a_device_is_had_by_one_host_at_a_time() {
    with_server(1, &[], |addr| {
        let first = Kernel::import(addr);
        assert!(Kernel::try_import(addr).is_none(), "it is taken");
        drop(first);
        Kernel::import(addr);
    });
}

#[test]
fn a_device_that_is_not_there_is_refused() {
    with_server(1, &[], |addr| {
        for bus_id in ["1-2", "", "../../etc", "1-1111111111111111111111111111111"] {
            let mut stream = connect(addr);
            stream.write_all(&import_request(&bus_id[..bus_id.len().min(32)])).unwrap();
            assert_eq!(take::<8>(&stream), [0x01, 0x11, 0, 3, 0, 0, 0, 1]);
            assert!(is_over(&stream));
        }
    });
}

#[test]
fn descriptors_are_those_of_a_camera() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::import(addr);
        let mut get = |kind: u8, index: u8, length: u8| kernel.control_in([0x80, 6, index, kind, 0, 0, length, 0]);
        let device = vec![18, 1, 0, 2, 0, 0, 0, 64, 0xa9, 0x04, 0x71, 0x32, 0, 1, 1, 2, 3, 1];
        assert_eq!(get(1, 0, 8), Ok(device[..8].to_vec()), "the first look, at a quarter of it");
        assert_eq!(get(1, 0, 64), Ok(device));
        let configuration = vec![
            9, 2, 39, 0, 1, 1, 0, 0xc0, 1, // one interface
            9, 4, 0, 0, 3, 6, 1, 1, 0, // still image, PTP
            7, 5, 0x81, 2, 0, 2, 0, // 512 bytes to the host
            7, 5, 0x02, 2, 0, 2, 0, // 512 bytes from it
            7, 5, 0x83, 3, 8, 0, 9, // interrupts
        ];
        assert_eq!(get(2, 0, 9), Ok(configuration[..9].to_vec()));
        assert_eq!(get(2, 0, 255), Ok(configuration));
        assert_eq!(get(3, 0, 255), Ok(vec![4, 3, 0x09, 0x04]));
        let string = |text: &str| {
            let mut bytes = vec![2 + 2 * text.len() as u8, 3];
            bytes.extend(text.bytes().flat_map(|byte| [byte, 0]));
            bytes
        };
        assert_eq!(get(3, 1, 255), Ok(string("Canon Inc.")));
        assert_eq!(get(3, 2, 255), Ok(string("Canon Digital Camera")));
        assert_eq!(get(3, 3, 255), Ok(string("51A0C0FFEE51A0C0FFEE51A0C0FFEE00")));
        assert_eq!(get(3, 4, 255), Err(EPIPE));
        assert_eq!(get(6, 0, 10), Ok(vec![10, 6, 0, 2, 0, 0, 0, 64, 1, 0]));
        assert_eq!(get(0x22, 0, 255), Err(EPIPE), "no HID");
    });
}

#[test]
fn control_requests_are_answered_or_stalled() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::import(addr);
        assert_eq!(kernel.control_in([0x80, 8, 0, 0, 0, 0, 1, 0]), Ok(vec![0]), "not configured");
        assert_eq!(kernel.control_out([0x00, 9, 1, 0, 0, 0, 0, 0], &[]), 0);
        assert_eq!(kernel.control_in([0x80, 8, 0, 0, 0, 0, 1, 0]), Ok(vec![1]));
        assert_eq!(kernel.control_in([0x80, 0, 0, 0, 0, 0, 2, 0]), Ok(vec![1, 0]), "it has a battery");
        assert_eq!(kernel.control_in([0x81, 10, 0, 0, 0, 0, 1, 0]), Ok(vec![0]), "the alternate setting");
        assert_eq!(kernel.control_out([0x01, 11, 0, 0, 0, 0, 0, 0], &[]), 0);
        // GET_DEVICE_STATUS: length and OK
        assert_eq!(kernel.control_in([0xa1, 0x67, 0, 0, 0, 0, 64, 0]), Ok(vec![4, 0, 0x01, 0x20]));
        assert_eq!(kernel.control_in([0xc0, 0x51, 0, 0, 0, 0, 64, 0]), Err(EPIPE), "a vendor's request");
        assert_eq!(kernel.control_out([0x40, 0x51, 0, 0, 0, 0, 4, 0], &[1, 2, 3, 4]), EPIPE);
        assert_eq!(kernel.control_in([0xa1, 0x67, 0, 0, 0, 0, 2, 0]), Ok(vec![4, 0]), "no more than was asked for");
    });
}

#[test]
fn data_ends_with_a_short_packet_or_an_empty_one() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        let memory = |kernel: &mut Kernel, size: u32| {
            kernel.do_command(0x9999, &[1, 0x1000, size, 0]);
            (size as usize + 12, [size + 12, 0x9999 << 16 | 2].map(u32::to_le_bytes).concat())
        };
        for size in [499, 500, 501, 1011, 1012, 1013] {
            // in one transfer with room for all of it: a short packet ends it, or an empty one that is not seen
            let (total, head) = memory(&mut kernel, size);
            let (status, whole) = kernel.bulk_in(4096);
            assert_eq!((status, whole.len(), &whole[..8]), (0, total, &head[..]));
            kernel.expect_ok(&[]);
            // in one with room for its full packets only: an empty packet follows if it fills them
            memory(&mut kernel, size);
            let room = total.next_multiple_of(512) as u32;
            let (status, again) = kernel.bulk_in(room);
            assert_eq!((status, again.len()), (0, total));
            assert!(again[12..] == whole[12..]);
            if total % 512 == 0 {
                kernel.expect(512, &[]);
            }
            kernel.expect_ok(&[]);
            // packet by packet
            memory(&mut kernel, size);
            let mut pieces = Vec::new();
            loop {
                let (status, piece) = kernel.bulk_in(512);
                assert_eq!(status, 0);
                pieces.extend_from_slice(&piece);
                if piece.len() < 512 {
                    break;
                }
            }
            assert!(pieces[12..] == whole[12..]);
            kernel.expect_ok(&[]);
        }
    });
}

#[test]
fn what_the_host_sends_may_be_cut_anywhere() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        for pieces in [vec![1, 11, 12], vec![12, 12], vec![24], vec![23, 1]] {
            let command = kernel.command(0x9999, &[4, 0, 0]);
            let mut rest = &command[..];
            for piece in pieces {
                let (now, later) = rest.split_at(piece);
                kernel.bulk_out(now);
                rest = later;
            }
            let data = container(2, 0x9999, kernel.transaction, &[7; 500]);
            let (head, payload) = data.split_at(12);
            kernel.bulk_out(head);
            kernel.bulk_out(payload);
            kernel.bulk_out(&[]);
            kernel.expect_ok(&[]);
        }
        // what was stored is what was sent
        kernel.do_command(0x9999, &[4, 1]);
        let stored = container(2, 0x9999, kernel.transaction, &[7; 500]);
        kernel.expect(4096, &stored);
        kernel.expect_ok(&[]);
    });
}

#[test]
fn a_transfer_that_waits_can_be_given_up() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        for endpoint in [1, 3] {
            let waiting = kernel.submit(endpoint, true, 512, [0; 8], &[]);
            let behind = kernel.submit(endpoint, true, 512, [0; 8], &[]);
            for victim in [behind, waiting] {
                let seqnum = kernel.unlink(victim);
                assert_eq!(kernel.ret_unlink(), Ended { seqnum, status: ECONNRESET, actual: 0 });
            }
        }
        let seqnum = kernel.unlink(4711);
        assert_eq!(kernel.ret_unlink(), Ended { seqnum, status: 0, actual: 0 }, "there never was one");
        // nothing was lost by it
        kernel.do_command(0x1001, &[]);
        let (status, info) = kernel.bulk_in(4096);
        assert_eq!((status, &info[4..8]), (0, &[2, 0, 0x01, 0x10][..]));
        kernel.expect_ok(&[]);
    });
}

#[test]
fn a_transfer_that_is_done_cannot_be_given_up() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        kernel.do_command(0x9999, &[0]);
        let done = kernel.submit(1, true, 512, [0; 8], &[]);
        let ended = kernel.ret_submit();
        assert_eq!(ended, Ended { seqnum: done, status: 0, actual: 20 });
        kernel.read(20);
        let seqnum = kernel.unlink(done);
        assert_eq!(kernel.ret_unlink(), Ended { seqnum, status: 0, actual: 0 });
    });
}

#[test]
fn what_was_carried_of_a_transfer_that_is_given_up_counts() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        // The camera sends data that nobody takes, and listens to nothing meanwhile.
        kernel.do_command(0x9999, &[1, 0x1000, 4 << 20, 0]);
        let long = vec![0; 3 << 20];
        let victim = kernel.submit(2, false, long.len() as u32, [0; 8], &long);
        // It is carried as far as there is room, which nobody sees but who gives it up.
        let deadline = Instant::now() + PATIENCE;
        let (mut done, mut victim) = (0, victim);
        while done == 0 {
            assert!(Instant::now() < deadline);
            thread::sleep(Duration::from_millis(20));
            let seqnum = kernel.unlink(victim);
            match kernel.ret() {
                (3, ended) => {
                    assert_eq!((ended.seqnum, ended.status), (victim, 0));
                    assert_eq!(
                        kernel.ret_unlink(),
                        Ended { seqnum, status: 0, actual: 0 },
                        "behind the transfer itself"
                    );
                    done = ended.actual;
                }
                (4, ended) => {
                    assert_eq!(ended, Ended { seqnum, status: ECONNRESET, actual: 0 });
                    victim = kernel.submit(2, false, long.len() as u32, [0; 8], &long);
                }
                (code, _) => panic!("an answer {code}"),
            }
        }
        assert!(done < 3 << 20, "all of it went somewhere");
    });
}

#[test]
fn more_than_was_asked_for_is_an_overflow() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        kernel.do_command(0x9999, &[1, 0x1000, 1000, 0]);
        let (status, data) = kernel.bulk_in(100);
        assert_eq!((status, data.len()), (EOVERFLOW, 100));
        // the packet is lost, what follows is not
        let (status, data) = kernel.bulk_in(512);
        assert_eq!((status, data.len()), (0, 500));
        kernel.expect_ok(&[]);
        // less room than a packet has is no matter if the packet is short
        kernel.do_command(0x9999, &[0]);
        let (status, data) = kernel.bulk_in(20);
        assert_eq!((status, data.len()), (0, 20));
    });
}

#[test]
fn a_halted_endpoint_stalls_until_it_is_cleared() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        for endpoint in [0x81, 0x02] {
            let halted = |kernel: &mut Kernel| kernel.control_in([0x82, 0, 0, 0, endpoint, 0, 2, 0]);
            assert_eq!(halted(&mut kernel), Ok(vec![0, 0]));
            assert_eq!(kernel.control_out([0x02, 3, 0, 0, endpoint, 0, 0, 0], &[]), 0);
            assert_eq!(halted(&mut kernel), Ok(vec![1, 0]));
            for _ in 0..2 {
                let input = endpoint == 0x81;
                let data: &[u8] = if input { &[] } else { &[0; 64] };
                let seqnum = kernel.submit(u32::from(endpoint & 0xf), input, 64, [0; 8], data);
                assert_eq!(kernel.ret_submit(), Ended { seqnum, status: EPIPE, actual: 0 });
            }
            assert_eq!(kernel.control_out([0x02, 1, 0, 0, endpoint, 0, 0, 0], &[]), 0);
            assert_eq!(halted(&mut kernel), Ok(vec![0, 0]));
        }
        kernel.do_command(0x9999, &[0]);
        let version = kernel.bulk_in(512);
        assert_eq!((version.0, version.1.len()), (0, 20));
    });
}

#[test]
fn a_cancelled_upload_leaves_the_session() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        // Often, since the camera hears of it at any moment.
        for _ in 0..50 {
            kernel.do_command(0x9999, &[5]);
            let data = container(2, 0x9999, kernel.transaction, &vec![0; 100_000]);
            kernel.bulk_out(&data[..1000]);
            let transaction = kernel.transaction.to_le_bytes();
            let cancel = [&[0x01, 0x40][..], &transaction].concat();
            assert_eq!(kernel.control_out([0x21, 0x64, 0, 0, 0, 0, 6, 0], &cancel), 0);
            await_ready(&mut kernel);
            kernel.do_command(0x1004, &[]);
            let (status, data) = kernel.bulk_in(512);
            assert_eq!((status, &data[4..8]), (0, &[2, 0, 0x04, 0x10][..]), "GetStorageIDs, which needs a session");
            kernel.expect_ok(&[]);
        }
    });
}

fn await_ready(kernel: &mut Kernel) {
    let deadline = Instant::now() + PATIENCE;
    while kernel.control_in([0xa1, 0x67, 0, 0, 0, 0, 64, 0]) != Ok(vec![4, 0, 0x01, 0x20]) {
        assert!(Instant::now() < deadline, "it stays busy");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_reset_ends_the_session_and_all_that_was_under_way() {
    with_server(1, &[], |addr| {
        let mut kernel = Kernel::open_session(addr);
        kernel.do_command(0x9999, &[1, 0x1000, 4 << 20, 0]);
        kernel.expect_some();
        assert_eq!(kernel.control_out([0x21, 0x66, 0, 0, 0, 0, 0, 0], &[]), 0);
        await_ready(&mut kernel);
        kernel.do_command(0x1004, &[]);
        let closed = container(3, 0x2003, kernel.transaction, &[]);
        kernel.expect(512, &closed);
    });
}

impl Kernel {
    fn expect_some(&mut self) {
        let (status, data) = self.bulk_in(512);
        assert_eq!((status, data.len()), (0, 512));
    }
}

#[test]
fn a_camera_that_pulls_its_plug_hangs_up() {
    with_server(1, &["GetMemory 1 data: disconnect"], |addr| {
        let mut kernel = Kernel::open_session(addr);
        kernel.do_command(0x9999, &[1, 0x1000, 4 << 20, 0]);
        while let Ok(()) = {
            kernel.submit(1, true, 1 << 20, [0; 8], &[]);
            (&kernel.stream).read_exact(&mut [0; 48])
        } {
            // What came before counts; how much that is does not matter.
            let mut rest = vec![0; 1 << 20];
            if (&kernel.stream).read_exact(&mut rest).is_err() {
                break;
            }
        }
        assert!(is_over(&kernel.stream));
        // It was plugged in again.
        Kernel::open_session(addr);
    });
}

#[test]
fn a_camera_that_stalls_refuses_all_transfers_until_it_is_cleared() {
    for phase in ["before", "data", "response"] {
        with_server(1, &[&format!("UploadFile 1 {phase}: stall"), &format!("GetMemory 1 {phase}: stall")], |addr| {
            let mut kernel = Kernel::open_session(addr);
            // of what goes to the host, and of what comes from it
            for upload in [false, true] {
                kernel.do_command(0x9999, if upload { &[5, 0, 0, 0] } else { &[1, 0x1000, 4 << 20, 0] });
                if upload {
                    // A camera that has refused takes nothing of this; one that is about to takes some.
                    let name = [&10u32.to_le_bytes()[..], b"A/HALF.BIN"].concat();
                    let data = container(2, 0x9999, kernel.transaction, &[name, vec![0; 2 << 20]].concat());
                    kernel.submit(2, false, data.len() as u32, [0; 8], &data);
                    kernel.ret_submit();
                }
                while kernel.bulk_in(1 << 20).0 != EPIPE {}
                assert_eq!(kernel.bulk_in(512).0, EPIPE, "it stays so");
                for endpoint in [0x81, 0x02] {
                    assert_eq!(kernel.control_in([0x82, 0, 0, 0, endpoint, 0, 2, 0]), Ok(vec![1, 0]));
                    assert_eq!(kernel.control_out([0x02, 1, 0, 0, endpoint, 0, 0, 0], &[]), 0);
                }
                // the session goes on, with nothing left of what was refused
                kernel.do_command(0x9999, &[0]);
                kernel.expect_ok(&[2, 9]);
            }
        });
    }
}

#[test]
fn nonsense_ends_the_connection_and_nothing_else() {
    let long = words(&[1, 1, 0x10001, 0, 2, 0, u32::MAX, 0, 0, 0, 0, 0]);
    let asked = words(&[1, 1, 0x10001, 1, 1, 0, u32::MAX, 0, 0, 0, 0, 0]);
    let unknown = words(&[9, 1, 0x10001, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    let answer = words(&[3, 1, 0x10001, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    with_server(1, &[], |addr| {
        for nonsense in [&long, &asked, &unknown, &answer] {
            let kernel = Kernel::import(addr);
            kernel.send(nonsense);
            assert!(is_over(&kernel.stream), "{nonsense:02x?}");
        }
        for hello in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            &[0x01, 0x06, 0x80, 0x05, 0, 0, 0, 0],
            &[0x01, 0x11, 0x80, 0x77, 0, 0, 0, 0],
        ] {
            let mut stream = connect(addr);
            stream.write_all(hello).unwrap();
            assert!(is_over(&stream), "{hello:02x?}");
        }
        let mut kernel = Kernel::import(addr);
        // an endpoint that there is not
        for (endpoint, input) in [(15, true), (1, false), (2, true), (u32::MAX, true)] {
            let seqnum = kernel.submit(endpoint, input, 0, [0; 8], &[]);
            assert_eq!(kernel.ret_submit(), Ended { seqnum, status: EPIPE, actual: 0 });
        }
        // a host that leaves in the middle of a request
        kernel.send(&long[..20]);
        drop(kernel);
        Kernel::open_session(addr);
    });
}

#[test]
fn more_transfers_than_any_host_queues_are_too_many() {
    with_server(1, &[], |addr| {
        let kernel = Kernel::import(addr);
        let mut flood = Vec::new();
        for number in 0..2000u32 {
            flood.extend(words(&[1, number, 0x10001, 1, 1, 0, 1 << 20, 0, 0, 0, 0, 0]));
        }
        // The server may hang up before all is sent.
        let _ = (&kernel.stream).write_all(&flood);
        assert!(is_over(&kernel.stream));
        Kernel::open_session(addr);
    });
}

#[test]
fn after_a_flood_of_connections_the_next_host_is_served() {
    with_server(1, &[], |addr| {
        let silent: Vec<_> = (0..200).map(|_| connect(addr)).collect();
        // those beyond the limit are turned away at once
        assert!(is_over(&silent[199]));
        drop(silent);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut stream = connect(addr);
            let asked = stream.write_all(&[0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0]);
            let mut answer = Vec::new();
            if asked.and_then(|()| stream.read_to_end(&mut answer)).is_ok() && answer.len() == 12 + 316 {
                break;
            }
            assert!(Instant::now() < deadline, "nobody is served");
            thread::sleep(Duration::from_millis(5));
        }
    });
}
