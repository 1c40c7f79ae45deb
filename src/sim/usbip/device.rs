//! One camera as one host's kernel has it: transfers that wait, endpoints that are halted, control requests.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::descriptors::{BULK_IN, BULK_OUT, INTERRUPT, PACKET, descriptor};
use super::protocol::{Command, Status, Submit, read_command, submitted, unlinked};
use crate::clock::locked;
use crate::sim::SimCamera;
use crate::sim::cable::Cable;

/// How often a transfer that waits for the camera looks whether the host has given up on it.
const GLANCE: Duration = Duration::from_millis(10);
/// How much is read from the camera at a time.
const CHUNK: usize = 256 * 1024;
/// No host queues more.
const MOST_QUEUED: usize = 1024;

/// The host has ended a transfer that it asked for more than it has room for.
const OVERFLOW: Status = Status(-75);

/// Requests of the still image class (PIMA 15740 §5).
const CANCEL: u8 = 0x64;
const RESET: u8 = 0x66;
const STATUS: u8 = 0x67;

/// A camera in the hands of a host.
pub(super) struct Device<'a> {
    camera: &'a SimCamera,
    stream: &'a TcpStream,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    cable: Arc<Cable>,
    /// How often what was under way has become void.
    voided: u64,
    closed: bool,
    /// The configuration that the host has set.
    configuration: u8,
    input: Endpoint,
    output: Endpoint,
    /// Transfers of the interrupt endpoint. Nothing ever happens there.
    idle: Vec<u32>,
}

#[derive(Default)]
struct Endpoint {
    halted: bool,
    queue: VecDeque<Submit>,
    current: Option<Current>,
}

/// Which bulk endpoint.
#[derive(Clone, Copy)]
enum Direction {
    ToHost,
    FromHost,
}

/// How far the camera's own transfer is, which may take many of the host's.
#[derive(Default)]
struct Progress {
    in_transfer: u64,
    owes_empty_packet: bool,
    voided: u64,
}

/// The transfer that is under way.
struct Current {
    seqnum: u32,
    /// The host has given up on it, by a request with this number.
    unlink: Option<u32>,
}

impl<'a> Device<'a> {
    pub fn new(camera: &'a SimCamera, stream: &'a TcpStream) -> Self {
        let state = State {
            cable: Arc::new(camera.plug_in()),
            voided: 0,
            closed: false,
            configuration: 0,
            input: Endpoint::default(),
            output: Endpoint::default(),
            idle: Vec::new(),
        };
        Self { camera, stream, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Serves until the host lets go, or the camera is gone.
    pub fn serve(&self) -> io::Result<()> {
        thread::scope(|scope| {
            scope.spawn(|| self.carry(Direction::ToHost));
            scope.spawn(|| self.carry(Direction::FromHost));
            let result = self.listen();
            self.close();
            result
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
        // Whoever is blocked in the socket gets up; it may be closed already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// A host that does not read is gone: its end of the socket says so to [`listen`](Self::listen).
    fn reply(&self, bytes: &[u8]) {
        let mut stream = self.stream;
        if stream.write_all(bytes).is_err() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn listen(&self) -> io::Result<()> {
        let mut input = io::BufReader::with_capacity(64 * 1024, self.stream);
        loop {
            match read_command(&mut input) {
                Ok(Command::Submit(submit)) => self.submit(submit)?,
                Ok(Command::Unlink { seqnum, victim }) => self.unlink(seqnum, victim),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(error),
                // The host, or the camera, has let go.
                Err(_) => return Ok(()),
            }
        }
    }

    fn submit(&self, submit: Submit) -> io::Result<()> {
        let mut state = self.lock();
        let (number, waiting) = (submit.seqnum, state.idle.len() + state.input.queue.len() + state.output.queue.len());
        if waiting >= MOST_QUEUED {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "too many transfers"));
        }
        match (submit.endpoint, submit.input) {
            (0, _) => {
                let answer = self.control(&mut state, &submit);
                let bytes = match answer {
                    Some(data) if submit.input => {
                        let len = data.len().min(submit.length as usize);
                        submitted(number, Status::OK, len, &data[..len])
                    }
                    Some(_) => submitted(number, Status::OK, submit.data.len(), &[]),
                    None => submitted(number, Status::STALL, 0, &[]),
                };
                self.reply(&bytes);
            }
            (BULK_IN, true) => state.input.queue.push_back(submit),
            (BULK_OUT, false) => state.output.queue.push_back(submit),
            (INTERRUPT, true) => state.idle.push(number),
            _ => self.reply(&submitted(number, Status::STALL, 0, &[])),
        }
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    fn unlink(&self, seqnum: u32, victim: u32) {
        let mut state = self.lock();
        let idle = state.idle.len();
        state.idle.retain(|waiting| *waiting != victim);
        let mut found = state.idle.len() < idle;
        let State { input, output, .. } = &mut *state;
        for endpoint in [input, output] {
            if let Some(current) = &mut endpoint.current
                && current.seqnum == victim
            {
                // Whoever carries it answers, and knows how much of it was done.
                current.unlink = Some(seqnum);
                return;
            }
            let waiting = endpoint.queue.len();
            endpoint.queue.retain(|submit| submit.seqnum != victim);
            found |= endpoint.queue.len() < waiting;
        }
        self.reply(&unlinked(seqnum, if found { Status::UNLINKED } else { Status::OK }));
    }

    /// What a control request gives; none stalls the endpoint.
    fn control(&self, state: &mut State, submit: &Submit) -> Option<Vec<u8>> {
        let [kind, request, low, high, index, ..] = submit.setup;
        match (kind, request) {
            // GET_STATUS of device, interface, endpoint
            (0x80, 0) => Some(vec![1, 0]),
            (0x81, 0) => Some(vec![0, 0]),
            (0x82, 0) => {
                let halted = state.endpoint(index).is_some_and(|endpoint| endpoint.halted);
                Some(vec![u8::from(halted), 0])
            }
            // CLEAR_FEATURE and SET_FEATURE of ENDPOINT_HALT
            (0x02, 1 | 3) if low == 0 => {
                if let Some(endpoint) = state.endpoint(index) {
                    endpoint.halted = request == 3;
                }
                Some(Vec::new())
            }
            (0x80, 6) => descriptor(self.camera.identity(), high, low),
            (0x80, 8) => Some(vec![state.configuration]),
            (0x00, 9) => {
                state.configuration = low;
                Some(Vec::new())
            }
            (0x81, 10) => Some(vec![0]),
            (0x01, 11) => Some(Vec::new()),
            (0x21, CANCEL) => {
                state.voided += 1;
                state.cable.cancel();
                Some(Vec::new())
            }
            (0x21, RESET) => {
                // The session is gone, and all that was under way.
                state.voided += 1;
                state.cable = Arc::new(self.camera.plug_in());
                (state.input.halted, state.output.halted) = (false, false);
                Some(Vec::new())
            }
            (0xa1, STATUS) => {
                let code: u16 = if state.cable.is_cancelling() || self.camera.is_hung() { 0x2019 } else { 0x2001 };
                Some([4u16.to_le_bytes(), code.to_le_bytes()].concat())
            }
            _ => None,
        }
    }

    /// Takes up the transfers of one bulk endpoint, one after the other.
    fn carry(&self, direction: Direction) {
        let mut progress = Progress::default();
        while let Some(submit) = self.next(direction) {
            let done = match direction {
                Direction::ToHost => self.send_to_host(&submit, &mut progress),
                Direction::FromHost => self.take_from_host(&submit),
            };
            if done.is_err() {
                self.close();
            }
        }
    }

    /// The next transfer, waited for; none when the device is closed.
    fn next(&self, direction: Direction) -> Option<Submit> {
        let mut state = self.lock();
        while !state.closed {
            let endpoint = state.side(direction);
            let Some(submit) = endpoint.queue.pop_front() else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if endpoint.halted {
                self.reply(&submitted(submit.seqnum, Status::STALL, 0, &[]));
            } else {
                endpoint.current = Some(Current { seqnum: submit.seqnum, unlink: None });
                return Some(submit);
            }
        }
        None
    }

    /// The cable, for as long as the host wants the transfer that is under way; `None` when it has given up on it.
    fn wanted(&self, direction: Direction) -> Option<(Arc<Cable>, u64)> {
        let mut state = self.lock();
        let given_up = state.side(direction).current.as_ref().is_none_or(|current| current.unlink.is_some());
        let given_up = given_up || state.side(direction).halted;
        (!given_up && !state.closed).then(|| (Arc::clone(&state.cable), state.voided))
    }

    /// Ends the transfer that is under way. What was carried of one that the host has given up on counts: a host
    /// controller gives back what it had.
    fn finish(&self, direction: Direction, status: Status, actual: usize, data: &[u8]) {
        // Under the lock, so that an unlink that comes now is answered behind this.
        let mut state = self.lock();
        let endpoint = state.side(direction);
        let Some(current) = endpoint.current.take() else { return };
        let (status, actual, data) = if endpoint.halted { (Status::STALL, 0, &[][..]) } else { (status, actual, data) };
        match current.unlink {
            Some(unlink) if actual == 0 => self.reply(&unlinked(unlink, Status::UNLINKED)),
            unlink => {
                self.reply(&submitted(current.seqnum, status, actual, data));
                if let Some(unlink) = unlink {
                    self.reply(&unlinked(unlink, Status::OK));
                }
            }
        }
    }

    fn send_to_host(&self, submit: &Submit, progress: &mut Progress) -> io::Result<()> {
        // The camera sends whole packets, whether there is room for them or not.
        let (length, room) = (submit.length as usize, (submit.length as usize).next_multiple_of(PACKET));
        let mut data = Vec::new();
        while !std::mem::take(&mut progress.owes_empty_packet) {
            let Some((cable, voided)) = self.wanted(Direction::ToHost) else { break };
            if voided != progress.voided {
                (data, *progress) = (Vec::new(), Progress { voided, ..Progress::default() });
            }
            let filled = data.len();
            data.resize(room.min(filled + CHUNK), 0);
            let read = cable.read_marked(&mut data[filled..], GLANCE);
            data.truncate(filled + read.as_ref().map_or(0, |(count, _)| *count));
            match read {
                Ok((count, ended)) => {
                    progress.in_transfer += count as u64;
                    let whole = progress.in_transfer.is_multiple_of(PACKET as u64);
                    if ended {
                        progress.in_transfer = 0;
                        // The last packet was full, so that an empty one has to mark the end.
                        progress.owes_empty_packet = whole && data.len() == room;
                    }
                    if ended || data.len() == room {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
                Err(error) => self.unless_replaced(&cable, error)?,
            }
        }
        let status = if data.len() > length { OVERFLOW } else { Status::OK };
        data.truncate(length);
        self.finish(Direction::ToHost, status, data.len(), &data);
        Ok(())
    }

    fn take_from_host(&self, submit: &Submit) -> io::Result<()> {
        let mut done = 0;
        let before = self.lock().voided;
        while done < submit.data.len() {
            let Some((cable, voided)) = self.wanted(Direction::FromHost) else { break };
            if voided != before {
                done = submit.data.len();
                break;
            }
            match cable.write_some(&submit.data[done..], GLANCE) {
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
                Err(error) => self.unless_replaced(&cable, error)?,
            }
        }
        self.finish(Direction::FromHost, Status::OK, done, &[]);
        Ok(())
    }

    /// A cable that was pulled is the end, unless the host has reset the device meanwhile. One that the camera has halted
    /// halts the endpoints.
    fn unless_replaced(&self, cable: &Arc<Cable>, error: io::Error) -> io::Result<()> {
        if error.kind() == io::ErrorKind::ConnectionReset {
            let mut state = self.lock();
            if Arc::ptr_eq(cable, &state.cable) {
                (state.input.halted, state.output.halted) = (true, true);
                state.voided += 1;
            }
            cable.resume();
            return Ok(());
        }
        if Arc::ptr_eq(cable, &self.lock().cable) { Err(error) } else { Ok(()) }
    }
}

impl State {
    fn side(&mut self, direction: Direction) -> &mut Endpoint {
        match direction {
            Direction::ToHost => &mut self.input,
            Direction::FromHost => &mut self.output,
        }
    }

    fn endpoint(&mut self, address: u8) -> Option<&mut Endpoint> {
        match (u32::from(address & 0x0f), address & 0x80 != 0) {
            (BULK_IN, true) => Some(&mut self.input),
            (BULK_OUT, false) => Some(&mut self.output),
            _ => None,
        }
    }
}
