//! The in-process cable: two bounded pipes that carry USB bulk transfers.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::locked;
use crate::sim::camera::KeepAlive;

/// Bytes that may be on their way in one direction before the sender has to wait.
const CAPACITY: usize = 1024 * 1024;

/// How often a reader looks again before it goes to sleep, and for how long it stays away in between: some 20 µs in all,
/// in which most answers come, and which is less than it takes to be woken.
const LOOKS: usize = 10;
const PAUSES: usize = 50;

/// The host's end of a cable to a simulated camera. Dropping it pulls the plug.
///
/// It carries PTP containers as USB's bulk pipes do: what the host writes may be cut anywhere, and a read ends where
/// the camera's container ends. (Zero-length packets, which are USB's own way of marking that end, do not appear.)
pub struct Cable {
    to_camera: Arc<Pipe>,
    to_host: Arc<Pipe>,
    _camera: KeepAlive,
}

impl Cable {
    /// A new cable and the camera's end of it.
    pub(crate) fn new(camera: KeepAlive) -> (Self, CameraEnd) {
        let to_camera = Arc::new(Pipe { reader_is_camera: true, ..Pipe::default() });
        let to_host = Arc::new(Pipe::default());
        let end = CameraEnd { from_host: Arc::clone(&to_camera), to_host: Arc::clone(&to_host) };
        (Self { to_camera, to_host, _camera: camera }, end)
    }

    /// Sends bytes to the camera.
    ///
    /// Fails with `TimedOut` when the camera did not take all of them in time (it has taken some, then), and with
    /// `BrokenPipe` when it is gone.
    pub fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<()> {
        self.to_camera.write(bytes, Instant::now().checked_add(timeout))
    }

    /// Sends as many of the bytes as there is room for, at least one, and returns how many.
    ///
    /// Fails with `TimedOut` when there was no room in time, with `BrokenPipe` when the camera is gone, and with
    /// `ConnectionReset` when it has halted its endpoints, which in process is for good.
    pub fn write_some(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.to_camera.write_some(bytes, Instant::now().checked_add(timeout))
    }

    /// Receives at least one byte of the camera's, and none from beyond the end of a container.
    ///
    /// Fails with `TimedOut` when nothing came in time, with `BrokenPipe` when the camera is gone, and with
    /// `ConnectionReset` when it has halted its endpoints, which in process is for good.
    pub fn read(&self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.to_host.read(buf, Instant::now().checked_add(timeout))
    }
}

impl Cable {
    /// As [`read`](Self::read), and says whether the camera's transfer ends behind these bytes. Where it turns out to have
    /// ended after all bytes were read, there are none.
    pub(crate) fn read_marked(&self, buf: &mut [u8], timeout: Duration) -> io::Result<(usize, bool)> {
        self.to_host.read_marked(buf, Instant::now().checked_add(timeout))
    }

    /// Drops what is under way in both directions. The camera's end fails with `ConnectionAborted` until it has noticed.
    pub(crate) fn cancel(&self) {
        // In this order: the camera's end takes note of both when it hears of the second, which it always listens to.
        self.to_host.cancel();
        self.to_camera.cancel();
    }

    /// The endpoints go on that the camera had halted.
    pub(crate) fn resume(&self) {
        let (mut to_camera, mut to_host) = (locked(&self.to_camera.state), locked(&self.to_host.state));
        (to_camera.halted, to_host.halted) = (false, false);
    }

    /// Whether the camera has yet to notice a [`cancel`](Self::cancel).
    pub(crate) fn is_cancelling(&self) -> bool {
        locked(&self.to_camera.state).cancelled
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.to_camera.close();
        self.to_host.close();
    }
}

/// The camera's end of a cable.
pub(crate) struct CameraEnd {
    from_host: Arc<Pipe>,
    to_host: Arc<Pipe>,
}

impl CameraEnd {
    /// Sends bytes to the host, for as long as it takes.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.to_host.write(bytes, None)
    }

    /// Ends a container: the host's read stops here.
    pub(crate) fn end_transfer(&self) {
        self.to_host.mark();
    }

    /// Receives at least one byte, for as long as it takes.
    pub(crate) fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.from_host.read(buf, None)
    }

    /// Drops what is under way in both directions. The host's end fails with `ConnectionReset` from now on.
    pub(crate) fn halt(&self) {
        // Both at once: a host that has heard of one resumes both, and what comes after that is not to be dropped.
        let (mut from_host, mut to_host) = (locked(&self.from_host.state), locked(&self.to_host.state));
        for state in [&mut from_host, &mut to_host] {
            state.clear();
            state.halted = true;
        }
        drop((from_host, to_host));
        for pipe in [&self.from_host, &self.to_host] {
            pipe.changed.notify_all();
        }
    }

    /// Takes note that what was under way has been cancelled.
    pub(crate) fn acknowledge_cancel(&self) {
        for pipe in [&self.to_host, &self.from_host] {
            locked(&pipe.state).cancelled = false;
            pipe.changed.notify_all();
        }
    }

    /// What it takes to pull the plug from the camera's side.
    pub(crate) fn plug(&self) -> Plug {
        Plug::Cable(Arc::clone(&self.from_host), Arc::clone(&self.to_host))
    }
}

impl Drop for CameraEnd {
    fn drop(&mut self) {
        self.from_host.close();
        self.to_host.close();
    }
}

/// What it takes to end a connection from the camera's side.
pub(crate) enum Plug {
    /// The plug of a cable.
    Cable(Arc<Pipe>, Arc<Pipe>),
    /// A connection over the network.
    Socket(TcpStream),
}

impl Plug {
    /// Disconnects both ends.
    pub(crate) fn pull(&self) {
        match self {
            Self::Cable(from_host, to_host) => {
                from_host.close();
                to_host.close();
            }
            // The other side may have hung up.
            Self::Socket(stream) => _ = stream.shutdown(Shutdown::Both),
        }
    }

    /// Whether it is out already. Of a socket nobody knows.
    pub(crate) fn is_out(&self) -> bool {
        match self {
            Self::Cable(from_host, _) => locked(&from_host.state).closed,
            Self::Socket(_) => false,
        }
    }
}

/// The connections of a camera.
#[derive(Default)]
pub(crate) struct Plugs(Mutex<Known>);

#[derive(Default)]
struct Known {
    next: u64,
    plugs: BTreeMap<u64, Plug>,
}

impl Plugs {
    /// Takes note of a connection, unless `refused`, which is asked under the lock; its number.
    pub(crate) fn add(&self, plug: Plug, refused: impl FnOnce() -> bool) -> Option<u64> {
        let mut known = locked(&self.0);
        if refused() {
            return None;
        }
        known.plugs.retain(|_, plug| !plug.is_out());
        known.next += 1;
        let number = known.next;
        known.plugs.insert(number, plug);
        Some(number)
    }

    /// Forgets a connection.
    pub(crate) fn remove(&self, number: u64) {
        locked(&self.0).plugs.remove(&number);
    }

    /// Ends all connections.
    pub(crate) fn pull(&self) {
        let plugs = std::mem::take(&mut locked(&self.0).plugs);
        plugs.values().for_each(Plug::pull);
    }
}

#[derive(Default)]
pub(crate) struct Pipe {
    state: Mutex<PipeState>,
    changed: Condvar,
    reader_is_camera: bool,
}

#[derive(Default)]
struct PipeState {
    bytes: VecDeque<u8>,
    /// Bytes ever written and read, and where in that count the transfers end.
    written: u64,
    read: u64,
    ends: VecDeque<u64>,
    closed: bool,
    /// What was under way is void, and the camera's end has not noticed yet.
    cancelled: bool,
    /// The host's end fails.
    halted: bool,
}

impl PipeState {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.read = self.written;
    }

    /// Takes bytes out, none from beyond the end of a transfer; how many, and whether the pipe was full before.
    fn take(&mut self, buf: &mut [u8]) -> (usize, bool) {
        let in_transfer = self.ends.front().map_or(usize::MAX, |end| (end - self.read) as usize);
        let count = buf.len().min(self.bytes.len()).min(in_transfer);
        let was_full = self.bytes.len() == CAPACITY;
        let (front, back) = self.bytes.as_slices();
        let from_front = count.min(front.len());
        buf[..from_front].copy_from_slice(&front[..from_front]);
        buf[from_front..count].copy_from_slice(&back[..count - from_front]);
        self.bytes.drain(..count);
        self.read += count as u64;
        (count, was_full)
    }
}

impl Pipe {
    fn cancel(&self) {
        let mut state = locked(&self.state);
        state.clear();
        state.cancelled = true;
        drop(state);
        self.changed.notify_all();
    }

    fn read_marked(&self, buf: &mut [u8], deadline: Option<Instant>) -> io::Result<(usize, bool)> {
        let mut state = locked(&self.state);
        loop {
            if state.halted {
                return Err(halted());
            }
            if state.ends.front() == Some(&state.read) {
                state.ends.pop_front();
                return Ok((0, true));
            }
            if !state.bytes.is_empty() {
                break;
            }
            if state.closed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            state = self.wait(state, deadline)?;
        }
        let (count, was_full) = state.take(buf);
        let ended = state.ends.front() == Some(&state.read);
        if ended {
            state.ends.pop_front();
        }
        drop(state);
        if was_full {
            self.changed.notify_all();
        }
        Ok((count, ended))
    }

    fn write(&self, mut bytes: &[u8], deadline: Option<Instant>) -> io::Result<()> {
        while !bytes.is_empty() {
            bytes = &bytes[self.write_some(bytes, deadline)?..];
        }
        Ok(())
    }

    fn write_some(&self, bytes: &[u8], deadline: Option<Instant>) -> io::Result<usize> {
        let mut state = locked(&self.state);
        loop {
            if state.closed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if state.halted && self.reader_is_camera {
                return Err(halted());
            }
            if state.cancelled && !self.reader_is_camera {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let len = bytes.len().min(CAPACITY - state.bytes.len());
            if len > 0 || bytes.is_empty() {
                let was_empty = state.bytes.is_empty();
                state.bytes.extend(&bytes[..len]);
                state.written += len as u64;
                drop(state);
                // Only then does the reader wait. Whoever is woken finds the lock free.
                if was_empty {
                    self.changed.notify_all();
                }
                return Ok(len);
            }
            state = self.wait(state, deadline)?;
        }
    }

    fn read(&self, buf: &mut [u8], deadline: Option<Instant>) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let mut state = locked(&self.state);
        let mut looks = 0;
        while state.bytes.is_empty() || (state.cancelled && self.reader_is_camera) {
            if state.closed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if state.halted && !self.reader_is_camera {
                return Err(halted());
            }
            if state.cancelled && self.reader_is_camera {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            if looks < LOOKS {
                looks += 1;
                drop(state);
                (0..PAUSES).for_each(|_| std::hint::spin_loop());
                state = locked(&self.state);
            } else {
                state = self.wait(state, deadline)?;
            }
        }
        while state.ends.front().is_some_and(|end| *end <= state.read) {
            state.ends.pop_front();
        }
        let (count, was_full) = state.take(buf);
        drop(state);
        if was_full {
            self.changed.notify_all();
        }
        Ok(count)
    }

    fn wait<'a>(
        &self,
        state: std::sync::MutexGuard<'a, PipeState>,
        deadline: Option<Instant>,
    ) -> io::Result<std::sync::MutexGuard<'a, PipeState>> {
        let Some(deadline) = deadline else {
            return Ok(self.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0)
    }

    fn mark(&self) {
        let mut state = locked(&self.state);
        let end = state.written;
        state.ends.push_back(end);
        drop(state);
        self.changed.notify_all();
    }

    fn close(&self) {
        locked(&self.state).closed = true;
        self.changed.notify_all();
    }
}

fn halted() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the camera refused the transfer (stall)")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Option<Duration> = Some(Duration::from_millis(20));

    fn in_(limit: Option<Duration>) -> Option<Instant> {
        limit.map(|limit| Instant::now() + limit)
    }

    #[test]
    fn a_read_stops_at_the_end_of_a_transfer() {
        let pipe = Pipe::default();
        pipe.write(b"data", None).unwrap();
        pipe.mark();
        pipe.write(b"response", None).unwrap();
        let mut buf = [0; 64];
        assert_eq!(pipe.read(&mut buf, None).unwrap(), 4);
        assert_eq!(pipe.read(&mut buf, None).unwrap(), 8);
        assert_eq!(pipe.read(&mut buf, in_(SOON)).unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_full_pipe_makes_the_writer_wait() {
        let pipe = Pipe::default();
        pipe.write(&vec![7; CAPACITY], in_(SOON)).unwrap();
        assert_eq!(pipe.write(b"x", in_(SOON)).unwrap_err().kind(), io::ErrorKind::TimedOut);
        pipe.read(&mut [0; 1], None).unwrap();
        pipe.write(b"x", in_(SOON)).unwrap();
    }

    #[test]
    fn a_pulled_plug_lets_the_reader_finish_and_stops_the_writer() {
        let pipe = Pipe::default();
        pipe.write(b"last", None).unwrap();
        pipe.close();
        let mut buf = [0; 64];
        assert_eq!(pipe.read(&mut buf, None).unwrap(), 4);
        assert_eq!(pipe.read(&mut buf, None).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(pipe.write(b"x", None).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
