//! A PTP/IP server in front of a simulated camera, as a camera with WiFi would be.
//!
//! One client at a time: a command connection and an event connection, on the same port. The next client gets in as
//! soon as the one before has hung up, or TCP finds that it is dead; until then it is told that the camera is busy.
//!
//! A client that says nothing may do so for as long as it likes, while nobody else wants the camera. When somebody does,
//! and the client has been silent for half a minute, it is asked whether it is there (a probe on the event connection, CIPA
//! DC-005). One that does not answer within two seconds loses the camera to the newcomer.
//!
//! Sockets that never say hello are hung up on after ten seconds, or when all places are taken and somebody else comes:
//! the oldest first.
//!
//! While the camera is off, clients are hung up on. While it hangs they get no answer, not even to their hello.

mod link;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use crate::clock::{Interrupt, locked};
use crate::sim::SimCamera;
use crate::sim::cable::Plug;
use crate::sim::wire::packet::{
    HEADER, INIT_COMMAND_REQUEST, INIT_EVENT_ACK, INIT_EVENT_REQUEST, PROBE_REQUEST, PROBE_RESPONSE, Packet, Refusal,
    init_command_ack, init_fail, u32_at,
};
use link::Link;

/// Where cameras listen.
pub const PORT: u16 = 15740;

/// For a client to say hello in, and to bring its event connection.
const HELLO: Duration = Duration::from_secs(10);
/// For a client to go on in, once it is in the middle of something.
const STALL: Duration = Duration::from_secs(30);
/// How long the next client waits for the last one's hanging up to be noticed.
const GRACE: Duration = Duration::from_millis(500);
/// Sockets open at a time.
const SOCKETS: usize = 64;
/// Silence after which a client is asked whether it is there, if somebody else wants the camera.
const SILENCE: Duration = Duration::from_secs(30);
/// For it to answer in.
const PROBE: Duration = Duration::from_secs(2);
/// No packet but those with data is longer.
const LONGEST: usize = 4096;

/// A PTP/IP server for one camera.
pub struct Server {
    listener: TcpListener,
    camera: SimCamera,
    state: Mutex<State>,
    changed: Condvar,
    silence: Duration,
    probe: Duration,
}

#[derive(Default)]
struct State {
    stopping: bool,
    /// Every open socket, to shut it down by; the oldest first.
    sockets: BTreeMap<u64, TcpStream>,
    next_socket: u64,
    client: Option<Client>,
    next_connection: u32,
}

/// The client that has the camera.
struct Client {
    connection: u32,
    command: u64,
    event: Option<u64>,
    /// When it last said anything, on either connection.
    heard: Instant,
    /// It waits for the camera, not the camera for it.
    busy: bool,
}

impl Server {
    /// Listens on an address; port 0 finds a free one. Fails if the address is taken or not this machine's.
    pub fn bind(addr: impl ToSocketAddrs, camera: SimCamera) -> io::Result<Self> {
        let listener = TcpListener::bind(addr)?;
        Ok(Self { listener, camera, state: Mutex::default(), changed: Condvar::new(), silence: SILENCE, probe: PROBE })
    }

    /// With another patience: after how much silence a client is asked whether it is there, if somebody else wants the
    /// camera, and how long it has to answer.
    pub fn with_patience(mut self, silence: Duration, probe: Duration) -> Self {
        (self.silence, self.probe) = (silence, probe);
        self
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves clients until `stop` is raised; then hangs up on whoever is there.
    pub fn serve(&self, stop: &Interrupt) -> io::Result<()> {
        let address = reachable(self.local_addr()?);
        self.lock().stopping = false;
        self.camera.hurry(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.wait(Duration::from_secs(3600)) {}
                let mut state = self.lock();
                state.stopping = true;
                self.camera.hurry(true);
                for socket in state.sockets.values() {
                    hang_up(socket);
                }
                drop(state);
                self.changed.notify_all();
                // Wakes the accepting thread.
                let _ = TcpStream::connect(address);
            });
            loop {
                let accepted = self.listener.accept();
                if self.lock().stopping {
                    return;
                }
                match accepted {
                    Ok((stream, peer)) => {
                        let greet = thread::Builder::new().name(format!("sim {peer}"));
                        if let Err(error) = greet.spawn_scoped(scope, move || self.greet(stream)) {
                            self.note(&format!("{peer}: {error}"));
                        }
                    }
                    // Out of file descriptors, most likely: some client will have to leave first.
                    Err(error) => {
                        self.note(&error.to_string());
                        stop.wait(Duration::from_millis(100));
                    }
                }
            }
        });
        Ok(())
    }

    fn greet(&self, stream: TcpStream) {
        let Some(id) = self.register(&stream) else { return };
        if let Err(error) = self.first_packet(id, stream) {
            self.note(&format!("a client is gone: {error}"));
        }
        self.lock().sockets.remove(&id);
    }

    fn register(&self, stream: &TcpStream) -> Option<u64> {
        let clone = stream.try_clone().ok()?;
        let mut state = self.lock();
        if state.stopping {
            return None;
        }
        if state.sockets.len() >= SOCKETS {
            // Those of the client that has the camera are not strangers.
            let ours = state.client.as_ref().map(|client| [Some(client.command), client.event]).unwrap_or_default();
            let oldest = state.sockets.keys().copied().find(|id| !ours.contains(&Some(*id)))?;
            state.sockets.remove(&oldest).iter().for_each(hang_up);
        }
        state.next_socket += 1;
        let id = state.next_socket;
        state.sockets.insert(id, clone);
        Some(id)
    }

    fn first_packet(&self, id: u64, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HELLO))?;
        stream.set_write_timeout(Some(STALL))?;
        // Finds hosts that lost their power.
        let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(15)).with_interval(Duration::from_secs(5));
        SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
        loop {
            let (kind, body) = read_packet(&mut stream)?;
            match kind {
                INIT_COMMAND_REQUEST if body.len() >= 16 => return self.command_connection(id, stream),
                INIT_EVENT_REQUEST if body.len() == 4 => {
                    return self.event_connection(id, stream, u32_at(&body, 0).unwrap_or_default());
                }
                PROBE_REQUEST => stream.write_all(&Packet::new(PROBE_RESPONSE).finish())?,
                _ => return Err(unexpected(kind)),
            }
        }
    }

    fn command_connection(&self, id: u64, mut stream: TcpStream) -> io::Result<()> {
        let Some(number) = self.camera.connect(Plug::Socket(stream.try_clone()?)) else {
            return Ok(());
        };
        let served = self.serve_client(id, &mut stream);
        self.camera.disconnected(number);
        served
    }

    fn serve_client(&self, id: u64, stream: &mut TcpStream) -> io::Result<()> {
        if self.camera.is_hung() {
            stream.set_read_timeout(None)?;
            return io::copy(stream, &mut io::sink()).map(drop);
        }
        let Some(connection) = self.take_camera(id) else {
            stream.write_all(&init_fail(Refusal::Busy))?;
            return stream.shutdown(Shutdown::Write);
        };
        let identity = self.camera.identity();
        let served =
            stream.write_all(&init_command_ack(connection, &guid(&identity.serial), &identity.model)).and_then(|()| {
                let link = Link::new(stream.try_clone()?, self.camera.responder())?;
                link.serve(|| self.has_event_connection(connection), |busy| self.heard(connection, Some(busy)))
            });
        self.give_camera_back(connection);
        served
    }

    fn event_connection(&self, id: u64, mut stream: TcpStream, connection: u32) -> io::Result<()> {
        let known = match &mut self.lock().client {
            Some(client) if client.connection == connection && client.event.is_none() => {
                client.event = Some(id);
                true
            }
            _ => false,
        };
        if !known {
            stream.write_all(&init_fail(Refusal::Rejected))?;
            return stream.shutdown(Shutdown::Write);
        }
        stream.set_read_timeout(None)?;
        let heard = stream
            .write_all(&Packet::new(INIT_EVENT_ACK).finish())
            .and_then(|()| listen(&mut stream, || self.heard(connection, None)));
        // Whoever hangs up the event connection is gone.
        let state = self.lock();
        if let Some(client) = state.client.as_ref().filter(|client| client.connection == connection) {
            state.sockets.get(&client.command).into_iter().for_each(hang_up);
        }
        drop(state);
        heard
    }

    /// Makes this the client that has the camera, unless another one has it.
    fn take_camera(&self, command: u64) -> Option<u32> {
        let mut deadline = Instant::now() + GRACE;
        let mut probed = None;
        let mut state = self.lock();
        while let Some(client) = &state.client {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.stopping {
                return None;
            }
            if probed.is_some_and(|(asked, then)| asked != client.connection || client.busy || client.heard > then) {
                return None;
            }
            if left.is_zero() {
                match probed {
                    None if client.busy || client.heard.elapsed() < self.silence => return None,
                    None => {
                        let now = Instant::now();
                        (probed, deadline) = (Some((client.connection, now)), now + self.probe);
                        let event = client.event.and_then(|event| state.sockets.get(&event)?.try_clone().ok());
                        drop(state);
                        if let Some(Err(error)) =
                            event.map(|mut event| event.write_all(&Packet::new(PROBE_REQUEST).finish()))
                        {
                            self.note(&format!("the client cannot be asked whether it is there: {error}"));
                        }
                        state = self.lock();
                        continue;
                    }
                    Some(_) => {
                        self.note("a client that has fallen silent loses the camera to the next one");
                        let sockets = [Some(client.command), client.event];
                        for socket in sockets.into_iter().flatten().filter_map(|id| state.sockets.get(&id)) {
                            hang_up(socket);
                        }
                        state.client = None;
                        continue;
                    }
                }
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.next_connection = state.next_connection.wrapping_add(1);
        let connection = state.next_connection;
        state.client = Some(Client { connection, command, event: None, heard: Instant::now(), busy: false });
        Some(connection)
    }

    fn has_event_connection(&self, connection: u32) -> bool {
        self.lock().client.as_ref().is_some_and(|client| client.connection == connection && client.event.is_some())
    }

    /// The client has said something, or has been answered: whether it is the camera's turn now.
    fn heard(&self, connection: u32, busy: Option<bool>) {
        if let Some(client) = self.lock().client.as_mut().filter(|client| client.connection == connection) {
            client.heard = Instant::now();
            client.busy = busy.unwrap_or(client.busy);
        }
        self.changed.notify_all();
    }

    fn give_camera_back(&self, connection: u32) {
        let mut state = self.lock();
        if let Some(client) = state.client.take_if(|client| client.connection == connection) {
            for id in [Some(client.command), client.event].into_iter().flatten() {
                state.sockets.get(&id).into_iter().for_each(hang_up);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    fn note(&self, line: &str) {
        self.camera.log().note(|| format!("PTP/IP: {line}"));
    }
}

/// Answers probes on the event connection until the client hangs up; there are no events to send.
fn listen(stream: &mut TcpStream, heard: impl Fn()) -> io::Result<()> {
    loop {
        let (kind, _) = read_packet(stream)?;
        heard();
        if kind == PROBE_REQUEST {
            stream.write_all(&Packet::new(PROBE_RESPONSE).finish())?;
        }
    }
}

/// Reads a packet that has no business being long.
fn read_packet(stream: &mut impl Read) -> io::Result<(u32, Vec<u8>)> {
    let mut header = [0; HEADER];
    stream.read_exact(&mut header)?;
    let (length, kind) = split_header(header);
    let body = (length as usize).checked_sub(HEADER).filter(|body| *body <= LONGEST).ok_or_else(|| unexpected(kind))?;
    let mut bytes = vec![0; body];
    stream.read_exact(&mut bytes)?;
    Ok((kind, bytes))
}

fn split_header([l0, l1, l2, l3, k0, k1, k2, k3]: [u8; HEADER]) -> (u32, u32) {
    (u32::from_le_bytes([l0, l1, l2, l3]), u32::from_le_bytes([k0, k1, k2, k3]))
}

fn unexpected(kind: u32) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a packet of type {kind:#x} that has no business here"))
}

fn hang_up(socket: &TcpStream) {
    // It may have hung up itself.
    let _ = socket.shutdown(Shutdown::Both);
}

/// An address to reach this machine by.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// The camera's GUID: two cameras have the same one only if they have the same serial number.
fn guid(serial: &str) -> [u8; 16] {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in serial.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    hash.to_le_bytes()
}
