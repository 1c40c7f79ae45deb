//! A client on PTP/IP, and a camera that answers with whatever bytes, over loopback sockets.
//!
//! Input: a choice, a count, that many bytes of what the client does (see [`drive`]), a count, that many bytes of the
//! event connection, and the bytes of the command connection. An odd choice puts a good handshake in front of both. The
//! camera sends everything at once and then the end of its stream, so that nothing waits.

#![no_main]

use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use moonshutter::clock::Interrupt;
use moonshutter::ptp::PtpIp;
use moonshutter::ptp::ip::Address;
use moonshutter_fuzz::{Input, drive};
use socket2::SockRef;

/// InitCommandAck: connection 0x55, a GUID, the name "EOS", version 1.0.
const COMMAND_ACK: &[u8] = b"\x28\0\0\0\x02\0\0\0\x55\0\0\0camera's guid 16E\0O\0S\0\0\0\0\0\x01\0";
/// InitEventAck.
const EVENT_ACK: &[u8] = b"\x08\0\0\0\x04\0\0\0";

fuzz_target!(|input: &[u8]| {
    let mut input = Input::new(input);
    let greets = input.byte() & 1 == 1;
    let (steps, events, commands) = (input.counted(), input.counted(), input.rest());
    let before = |ack: &'static [u8], bytes: &[u8]| [if greets { ack } else { b"" }, bytes].concat();
    let (events, commands) = (before(EVENT_ACK, events), before(COMMAND_ACK, commands));
    let served = commands.len();

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (done, client_is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let commands = serve(&listener, &commands);
            let events = serve(&listener, &events);
            let _ = client_is_done.recv();
            drop((commands, events));
        });
        let to = Address { host: address.ip().to_string(), port: address.port() };
        match PtpIp::connect(&to, Duration::from_secs(2), &Interrupt::new()) {
            Ok(transport) => drive(Box::new(transport), steps, served),
            // One that did not like the first answer does not come a second time, and the camera waits for it.
            Err(_) => drop(TcpStream::connect(address)),
        }
        drop(done);
    });
});

/// Sends everything at once, then the end. The stream stays open for what the client has to say, and leaves no traces
/// in the system's tables.
fn serve(listener: &TcpListener, bytes: &[u8]) -> TcpStream {
    let (mut stream, _) = listener.accept().unwrap();
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    // The client may have hung up.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write));
    stream
}
