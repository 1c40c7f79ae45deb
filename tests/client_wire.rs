//! The client against recorded bytes: each command of operation 0x9999 as CHDK's source says it goes over the wire
//! (CHDK core/ptp.h, core/ptp.c), in USB containers written out here. No simulator takes part.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::ErrorKind;
use moonshutter::chdk::{Body, Chdk, Delivery, ExecFlags, Message, Payload, Stage, Started, Status};
use moonshutter::clock::Interrupt;
use moonshutter::ptp::{Bytes, Containers, DataPhase, Params, Pipe, Request, Session, Transport};

/// How long an answer may take, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the host must send, and what the camera then answers.
struct Step {
    sent: Vec<u8>,
    answer: Vec<u8>,
}

/// A camera that knows its part by heart. It answers in pieces of `piece` bytes.
struct Recorded {
    steps: VecDeque<Step>,
    received: Vec<u8>,
    waiting: VecDeque<u8>,
    piece: usize,
    log: Arc<Mutex<Vec<String>>>,
}

impl Pipe for Recorded {
    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        self.received.extend_from_slice(bytes);
        let Some(step) = self.steps.front() else {
            self.log.lock().unwrap().push(format!("unexpected: {bytes:02X?}"));
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        if self.received.len() >= step.sent.len() {
            if self.received != step.sent {
                let words = format!("sent:     {:02X?}\nexpected: {:02X?}", self.received, step.sent);
                self.log.lock().unwrap().push(words);
            }
            self.waiting.extend(&step.answer);
            self.received.clear();
            self.steps.pop_front();
        }
        Ok(bytes.len())
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        if self.waiting.is_empty() {
            std::thread::sleep(timeout);
            return Err(io::ErrorKind::TimedOut.into());
        }
        let len = self.piece.min(buf.len()).min(self.waiting.len());
        for (to, from) in buf.iter_mut().zip(self.waiting.drain(..len)) {
            *to = from;
        }
        Ok(len)
    }

    fn close(&mut self) {}
}

fn container(kind: u16, code: u16, transaction: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(code.to_le_bytes());
    bytes.extend(transaction.to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn command(transaction: u32, params: &[u32]) -> Vec<u8> {
    container(1, 0x9999, transaction, &words(params))
}

fn data(transaction: u32, bytes: &[u8]) -> Vec<u8> {
    container(2, 0x9999, transaction, bytes)
}

fn response(transaction: u32, code: u16, params: &[u32]) -> Vec<u8> {
    container(3, code, transaction, &words(params))
}

const OK: u16 = 0x2001;
const GENERAL_ERROR: u16 = 0x2002;

/// A camera of this protocol version that then goes through `steps`, its answers cut into pieces of every size in turn.
fn with_version(minor: u32, steps: &[(Vec<u8>, Vec<u8>)], action: impl Fn(&mut Chdk)) {
    for piece in [usize::MAX, 1, 5, 12, 13] {
        let open = (container(1, 0x1002, 0, &words(&[1])), container(3, OK, 0, &[]));
        let version = (command(1, &[0]), response(1, OK, &[2, minor]));
        let last = 2 + steps.len() as u32;
        let close = (container(1, 0x1003, last, &[]), container(3, OK, last, &[]));
        let all = [open, version].into_iter().chain(steps.iter().cloned()).chain([close]);
        let log = Arc::new(Mutex::new(Vec::new()));
        let pipe = Recorded {
            steps: all.map(|(sent, answer)| Step { sent, answer }).collect(),
            received: Vec::new(),
            waiting: VecDeque::new(),
            piece,
            log: Arc::clone(&log),
        };
        let transport = Containers::new(pipe, "recorded", PATIENCE, Interrupt::new());
        let session = Session::open(Box::new(transport)).unwrap();
        let mut chdk = Chdk::new(session).map_err(|(_, error)| error).unwrap();
        action(&mut chdk);
        let log = log.lock().unwrap();
        assert!(log.is_empty(), "{}", log.join("\n"));
    }
}

fn camera(steps: &[(Vec<u8>, Vec<u8>)], action: impl Fn(&mut Chdk)) {
    with_version(9, steps, action);
}

fn join(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn version_is_asked_for_without_parameters() {
    camera(&[(command(2, &[0]), response(2, OK, &[2, 9]))], |chdk| {
        assert_eq!(chdk.ask_version().unwrap().to_string(), "2.9");
    });
}

#[test]
fn get_memory_names_address_size_and_mode() {
    for (buffered, mode) in [(false, 0), (true, 1)] {
        let answer = join(&[data(2, b"abcde"), response(2, OK, &[])]);
        camera(&[(command(2, &[1, 0x1000, 5, mode]), answer)], |chdk| {
            assert_eq!(chdk.get_memory_bytes(0x1000, 5, buffered).unwrap(), b"abcde");
        });
    }
}

#[test]
fn get_memory_that_fails_has_no_data_phase() {
    camera(&[(command(2, &[1, 0x1000, 5, 0]), response(2, GENERAL_ERROR, &[]))], |chdk| {
        let error = chdk.get_memory_bytes(0x1000, 5, false).unwrap_err();
        assert_eq!((error.kind(), error.response()), (ErrorKind::Ptp, Some(GENERAL_ERROR)));
        assert!(chdk.is_open(), "a refusal is no reason to hang up");
    });
}

#[test]
fn get_memory_of_another_size_than_asked_for_is_a_lie() {
    let answer = join(&[data(2, b"abcd"), response(2, OK, &[])]);
    camera(&[(command(2, &[1, 0x1000, 5, 0]), answer)], |chdk| {
        let error = chdk.get_memory_bytes(0x1000, 5, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.to_string().contains("5 bytes were asked for and the camera sends 4"), "{error}");
        assert!(!chdk.is_open());
        assert_eq!(chdk.script_status().unwrap_err().kind(), ErrorKind::NotConnected);
    });
}

#[test]
fn before_2_8_get_memory_has_no_mode_and_no_address_0() {
    let answer = join(&[data(2, b"abcde"), response(2, OK, &[])]);
    with_version(7, &[(command(2, &[1, 0x1000, 5]), answer)], |chdk| {
        assert_eq!(chdk.get_memory_bytes(0x1000, 5, true).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(chdk.get_memory_bytes(0, 5, false).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(chdk.get_memory_bytes(0x1000, 5, false).unwrap(), b"abcde");
    });
}

#[test]
fn set_memory_sends_its_bytes() {
    let sent = join(&[command(2, &[2, 0x1000, 3]), data(2, b"xyz")]);
    camera(&[(sent, response(2, OK, &[]))], |chdk| chdk.set_memory(0x1000, b"xyz").unwrap());
}

#[test]
fn what_a_camera_would_choke_on_is_not_sent() {
    camera(&[], |chdk| {
        assert_eq!(chdk.set_memory(0, b"xyz").unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.set_memory(4, b"").unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.get_memory_bytes(4, 0, false).unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.get_memory_bytes(4, u32::MAX, false).unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.temp_data_put(b"").unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.write_script_msg(b"", 0).unwrap_err().kind(), ErrorKind::BadArgument);
        assert_eq!(chdk.upload_file(b"", 1, &mut &b"a"[..]).unwrap_err().kind(), ErrorKind::BadArgument);
        let error = chdk.execute_script(b"a\nb\0c", ExecFlags::default()).unwrap_err();
        assert!(error.to_string().contains("NUL byte in line 2"), "{error}");
    });
}

#[test]
fn call_function_sends_pointer_and_arguments_and_returns_r0() {
    let sent = join(&[command(2, &[3]), data(2, &words(&[0xFF81_0000, 1, 0xFFFF_FFFF]))]);
    camera(&[(sent, response(2, OK, &[0xDEAD_BEEF]))], |chdk| {
        assert_eq!(chdk.call_function(0xFF81_0000, &[1, 0xFFFF_FFFF]).unwrap(), 0xDEAD_BEEF);
    });
    let sent = join(&[command(2, &[3]), data(2, &words(&[8]))]);
    camera(&[(sent, response(2, GENERAL_ERROR, &[]))], |chdk| {
        assert_eq!(chdk.call_function(8, &[]).unwrap_err().response(), Some(GENERAL_ERROR));
    });
    with_version(4, &[], |chdk| {
        assert_eq!(chdk.call_function(8, &[0; 11]).unwrap_err().kind(), ErrorKind::Unsupported);
    });
}

#[test]
fn temp_data_goes_up_comes_down_and_is_cleared() {
    let steps = [
        (join(&[command(2, &[4, 0]), data(2, b"slot")]), response(2, OK, &[])),
        (command(3, &[4, 1]), join(&[data(3, b"slot"), response(3, OK, &[])])),
        (command(4, &[4, 3]), join(&[data(4, b"slot"), response(4, OK, &[])])),
        (command(5, &[4, 1]), response(5, GENERAL_ERROR, &[])),
        (command(6, &[4, 2]), response(6, OK, &[])),
    ];
    camera(&steps, |chdk| {
        chdk.temp_data_put(b"slot").unwrap();
        assert_eq!(chdk.temp_data_get(false, 10).unwrap(), b"slot");
        assert_eq!(chdk.temp_data_get(true, 10).unwrap(), b"slot");
        assert_eq!(chdk.temp_data_get(false, 10).unwrap_err().response(), Some(GENERAL_ERROR));
        chdk.temp_data_clear().unwrap();
    });
}

#[test]
fn upload_file_sends_the_length_of_the_name_the_name_and_the_content() {
    let content: Vec<u8> = (0..70_000u32).map(|i| i as u8).collect();
    let payload = join(&[words(&[7]), b"A/X.BIN".to_vec(), content.clone()]);
    let sent = join(&[command(2, &[5]), data(2, &payload)]);
    camera(&[(sent.clone(), response(2, OK, &[]))], |chdk| {
        chdk.upload_file(b"A/X.BIN", content.len() as u64, &mut content.as_slice()).unwrap();
    });
    camera(&[(sent, response(2, GENERAL_ERROR, &[]))], |chdk| {
        let error = chdk.upload_file(b"A/X.BIN", content.len() as u64, &mut content.as_slice()).unwrap_err();
        assert_eq!(error.response(), Some(GENERAL_ERROR));
    });
}

#[test]
fn an_empty_file_is_uploaded_as_a_name_alone() {
    let sent = join(&[command(2, &[5]), data(2, &join(&[words(&[3]), b"A/E".to_vec()]))]);
    camera(&[(sent, response(2, OK, &[]))], |chdk| chdk.upload_file(b"A/E", 0, &mut io::empty()).unwrap());
}

#[test]
fn a_source_that_ends_early_ends_the_connection() {
    camera(&[(command(2, &[5]), vec![])], |chdk| {
        let error = chdk.upload_file(b"A/X", 10, &mut &b"short"[..]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(!chdk.is_open());
    });
}

fn download(answer: Vec<u8>, check: impl Fn(&mut Chdk, moonshutter::Result<u64>, Vec<u8>)) {
    let steps = [(join(&[command(2, &[4, 0]), data(2, b"A/X.BIN")]), response(2, OK, &[])), (command(3, &[6]), answer)];
    camera(&steps, |chdk| {
        let mut bytes = Bytes::up_to(1000);
        let result = chdk.download_file(b"A/X.BIN", &mut bytes);
        check(chdk, result, bytes.data);
    });
}

#[test]
fn download_file_names_it_by_temp_data_and_checks_its_size() {
    for content in [&b"x"[..], b"some file"] {
        let answer = join(&[data(3, content), response(3, OK, &[content.len() as u32])]);
        download(answer, |_, size, bytes| {
            assert_eq!(size.unwrap(), content.len() as u64);
            assert_eq!(bytes, content);
        });
    }
    download(join(&[data(3, b"some"), response(3, OK, &[9])]), |_, size, _| {
        assert_eq!(size.unwrap_err().kind(), ErrorKind::Protocol);
    });
}

#[test]
fn a_download_that_fails_sends_one_byte_which_is_no_content() {
    download(join(&[data(3, &[0]), response(3, GENERAL_ERROR, &[])]), |chdk, size, bytes| {
        assert_eq!(size.unwrap_err().response(), Some(GENERAL_ERROR));
        assert_eq!(bytes, b"");
        assert!(chdk.is_open());
    });
}

#[test]
fn an_empty_file_comes_without_a_data_phase() {
    download(response(3, OK, &[0]), |_, size, bytes| {
        assert_eq!(size.unwrap(), 0);
        assert_eq!(bytes, b"");
    });
}

fn exec(minor: u32, flags: ExecFlags, language: u32, answer: &[u32], check: impl Fn(moonshutter::Result<Started>)) {
    let sent = join(&[command(2, &[7, language]), data(2, b"return 1\0")]);
    with_version(minor, &[(sent, response(2, OK, answer))], |chdk| check(chdk.execute_script(b"return 1", flags)));
}

#[test]
fn execute_script_sends_flags_and_a_nul_and_understands_each_status() {
    let all = ExecFlags { no_kill: true, flush_cam_msgs: true, flush_host_msgs: true };
    exec(9, all, 0x700, &[5, 0], |started| assert_eq!(started.unwrap(), Started::Running(5)));
    exec(9, ExecFlags::default(), 0, &[6, 1], |started| assert_eq!(started.unwrap(), Started::CompileError(6)));
    exec(6, ExecFlags { no_kill: true, ..ExecFlags::default() }, 0x100, &[4, 0x1000], |started| {
        assert_eq!(started.unwrap(), Started::Refused(4));
    });
    exec(9, ExecFlags::default(), 0, &[6, 77], |started| assert_eq!(started.unwrap_err().kind(), ErrorKind::Protocol));
}

#[test]
fn before_2_6_there_are_no_flags() {
    let all = ExecFlags { no_kill: true, flush_cam_msgs: true, flush_host_msgs: true };
    exec(5, all, 0, &[5, 0], |started| assert_eq!(started.unwrap(), Started::Running(5)));
}

#[test]
fn execute_script_without_memory_is_an_error_with_parameters() {
    let sent = join(&[command(2, &[7, 0]), data(2, b"return 1\0")]);
    camera(&[(sent, response(2, GENERAL_ERROR, &[3, 0]))], |chdk| {
        let error = chdk.execute_script(b"return 1", ExecFlags::default()).unwrap_err();
        assert_eq!(error.response(), Some(GENERAL_ERROR));
    });
}

#[test]
fn the_last_id_is_told_by_a_refused_language() {
    let sent = join(&[command(2, &[7, 1]), data(2, &[0])]);
    camera(&[(sent, response(2, 0x2006, &[41, 0]))], |chdk| assert_eq!(chdk.last_script_id().unwrap(), Some(41)));
}

#[test]
fn script_status_is_two_bits() {
    for (bits, running, messages) in [(0, false, false), (1, true, false), (2, false, true), (3, true, true)] {
        camera(&[(command(2, &[8]), response(2, OK, &[bits]))], |chdk| {
            assert_eq!(chdk.script_status().unwrap(), Status { running, messages });
        });
    }
}

#[test]
fn script_support_is_a_bit_mask() {
    camera(&[(command(2, &[9]), response(2, OK, &[1]))], |chdk| assert_eq!(chdk.script_support().unwrap(), 1));
}

fn message(params: &[u32], bytes: &[u8], check: impl Fn(moonshutter::Result<Option<Message>>)) {
    let answer = join(&[data(2, bytes), response(2, OK, params)]);
    camera(&[(command(2, &[10]), answer)], |chdk| check(chdk.read_script_msg()));
}

#[test]
fn every_kind_of_message_is_read() {
    let is = |body: Body| {
        move |read: moonshutter::Result<Option<Message>>| {
            assert_eq!(read.unwrap(), Some(Message { script_id: 7, body: body.clone() }));
        }
    };
    message(&[0, 0, 0, 0], &[0], |read| assert_eq!(read.unwrap(), None));
    message(&[1, 1, 7, 4], b"oops", is(Body::Error { stage: Stage::Compile, text: b"oops".to_vec() }));
    message(&[1, 2, 7, 4], b"oops", is(Body::Error { stage: Stage::Run, text: b"oops".to_vec() }));
    message(&[2, 0, 7, 8], b"function", is(Body::Return(Payload::Unsupported("function".into()))));
    message(&[2, 1, 7, 4], &[0; 4], is(Body::Return(Payload::Nil)));
    message(&[2, 2, 7, 4], &[1, 0, 0, 0], is(Body::Return(Payload::Boolean(true))));
    message(&[3, 3, 7, 4], &[0, 0, 0, 0x80], is(Body::User(Payload::Integer(i32::MIN))));
    message(&[3, 4, 7, 3], b"a\0b", is(Body::User(Payload::String(b"a\0b".to_vec()))));
    message(&[3, 4, 7, 0], &[0], is(Body::User(Payload::String(vec![]))));
    message(&[3, 5, 7, 3], b"{1}", is(Body::User(Payload::Table(b"{1}".to_vec()))));
    message(&[3, 4, 7, 9], b"abc", |read| assert_eq!(read.unwrap_err().kind(), ErrorKind::Protocol));
}

#[test]
fn write_script_msg_understands_each_status() {
    for (status, delivery) in
        [(0, Delivery::Queued), (1, Delivery::NotRunning), (2, Delivery::QueueFull), (3, Delivery::WrongScript)]
    {
        let sent = join(&[command(2, &[11, 7]), data(2, b"hello")]);
        camera(&[(sent, response(2, OK, &[status]))], |chdk| {
            assert_eq!(chdk.write_script_msg(b"hello", 7).unwrap(), delivery);
        });
    }
}

#[test]
fn a_peer_that_lies_is_told_what_it_said() {
    for (answer, words) in [
        (response(9, OK, &[0]), "answered transaction 2 with one for transaction 9"),
        (container(4, OK, 2, &[]), "container of type 4"),
        (container(3, OK, 2, &[0; 24]), "36 bytes where a response was due"),
        (vec![11, 0, 0, 0, 3, 0, 1, 0x20, 2, 0, 0, 0], "claims 11 bytes"),
    ] {
        camera(&[(command(2, &[8]), answer)], |chdk| {
            let error = chdk.script_status().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(!chdk.is_open());
        });
    }
}

#[test]
fn parameters_that_must_be_there_are_not_taken_for_zero() {
    type Ask = fn(&mut Chdk) -> moonshutter::Error;
    let asks: [(u32, Vec<u8>, Vec<u8>, Ask); 4] = [
        (8, vec![], vec![], |chdk| chdk.script_status().unwrap_err()),
        (7, data(2, &[0]), vec![], |chdk| chdk.execute_script(b"", ExecFlags::default()).unwrap_err()),
        (10, vec![], data(2, &[0]), |chdk| chdk.read_script_msg().unwrap_err()),
        (11, data(2, b"x"), vec![], |chdk| chdk.write_script_msg(b"x", 0).unwrap_err()),
    ];
    for (number, out, back, ask) in asks {
        let params: &[u32] = if matches!(number, 7 | 11) { &[number, 0] } else { &[number] };
        let sent = join(&[command(2, params), out]);
        camera(&[(sent, join(&[back, response(2, OK, &[])]))], |chdk| {
            let error = ask(chdk);
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
            assert!(error.to_string().contains("answered with 0 parameters"), "{error}");
        });
    }
}

#[test]
fn an_announcement_beyond_reason_allocates_nothing() {
    let answer = [0xFE, 0xFF, 0xFF, 0xFF, 2, 0, 0x99, 0x99, 2, 0, 0, 0].to_vec();
    camera(&[(command(2, &[10]), answer)], |chdk| {
        let error = chdk.read_script_msg().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.to_string().contains("announced 4294967282 bytes"), "{error}");
    });
}

#[test]
fn a_camera_that_says_nothing_is_waited_for_no_longer_than_allowed() {
    camera(&[(command(2, &[8]), vec![])], |chdk| {
        chdk.session().set_timeout(Some(Duration::from_millis(20)));
        let error = chdk.script_status().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    });
}

fn version(answer: Vec<u8>) -> moonshutter::Error {
    let open = Step { sent: container(1, 0x1002, 0, &words(&[1])), answer: container(3, OK, 0, &[]) };
    let ask = Step { sent: command(1, &[0]), answer };
    let pipe = Recorded {
        steps: [open, ask].into(),
        received: Vec::new(),
        waiting: VecDeque::new(),
        piece: 7,
        log: Arc::default(),
    };
    let transport = Containers::new(pipe, "recorded", PATIENCE, Interrupt::new());
    let session = Session::open(Box::new(transport)).unwrap();
    Chdk::new(session).map_err(|(_, error)| error).err().unwrap()
}

#[test]
fn a_camera_without_chdk_or_with_an_old_one_is_not_chdk() {
    for (answer, words) in [
        (response(1, 0x2005, &[]), "does not run CHDK"),
        (response(1, OK, &[1, 0]), "too old: it speaks protocol 1.0"),
        (response(1, OK, &[0, 2]), "too old: it speaks protocol 0.2"),
        (response(1, OK, &[3, 0]), "newer than this program knows"),
    ] {
        let error = version(answer);
        assert_eq!(error.kind(), ErrorKind::NotChdk);
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_session_that_was_left_open_is_closed_first() {
    let already = (container(1, 0x1002, 0, &words(&[1])), container(3, 0x201E, 0, &[]));
    let close = (container(1, 0x1003, 1, &[]), container(3, OK, 1, &[]));
    let open = (container(1, 0x1002, 0, &words(&[1])), container(3, OK, 0, &[]));
    let log = Arc::new(Mutex::new(Vec::new()));
    let pipe = Recorded {
        steps: [already, close, open].into_iter().map(|(sent, answer)| Step { sent, answer }).collect(),
        received: Vec::new(),
        waiting: VecDeque::new(),
        piece: 64,
        log: Arc::clone(&log),
    };
    let transport = Containers::new(pipe, "recorded", PATIENCE, Interrupt::new());
    let session = Session::open(Box::new(transport)).unwrap();
    assert!(session.is_open());
    assert!(log.lock().unwrap().is_empty());
}

/// A pipe that takes `most` bytes at a time and writes down where containers end.
struct Marking {
    most: usize,
    seen: Arc<Mutex<Vec<Mark>>>,
    answers: VecDeque<u8>,
    patience: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Written(usize),
    End,
}

impl Pipe for Marking {
    fn write(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
        let len = bytes.len().min(self.most);
        self.seen.lock().unwrap().push(Mark::Written(len));
        Ok(len)
    }

    fn read(&mut self, buf: &mut [u8], _: Duration) -> io::Result<usize> {
        let len = buf.len().min(self.answers.len());
        for (to, from) in buf.iter_mut().zip(self.answers.drain(..len)) {
            *to = from;
        }
        Ok(len)
    }

    fn end_container(&mut self, _: Duration) -> io::Result<()> {
        if self.patience > 0 {
            self.patience -= 1;
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.seen.lock().unwrap().push(Mark::End);
        Ok(())
    }

    fn close(&mut self) {}
}

#[test]
fn the_end_of_every_container_is_told_once_and_where_it_is() {
    for (most, patience) in [(usize::MAX, 0), (500, 0), (1, 0), (500, 3)] {
        let seen = Arc::default();
        let answers = response(7, 0x2001, &[]).into();
        let pipe = Marking { most, seen: Arc::clone(&seen), answers, patience };
        let mut containers = Containers::new(pipe, "marking", PATIENCE, Interrupt::new());
        let request = Request { operation: 0x9999, params: Params::new(&[4, 0]), transaction: 7 };
        let mut source = &[9; 1000][..];
        containers.transact(&request, DataPhase::Out { size: 1000, source: &mut source }).unwrap();
        let mut sizes = Vec::new();
        for part in seen.lock().unwrap().split_inclusive(|mark| *mark == Mark::End) {
            assert_eq!(part.last(), Some(&Mark::End));
            let written = part.iter().map(|mark| if let Mark::Written(len) = mark { *len } else { 0 });
            sizes.push(written.sum::<usize>());
        }
        assert_eq!(sizes, [12 + 8, 12 + 1000], "a command and its data, {most} bytes at a time");
    }
}
