//! The event connection: probes are answered as long as the camera is connected, events are kept for who asks.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

use super::packet::{Builder, HEADER_LEN, Kind};
use crate::clock::locked;

/// Events that nobody asked for: the newest are kept.
const KEPT: usize = 64;

/// An event packet holds a code, a transaction id and three parameters.
const EVENT_LIMIT: usize = 64;

/// An event from the camera (PTP ISO 15740 §12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Event code.
    pub code: u16,
    /// Up to three parameters.
    pub params: Vec<u32>,
}

pub(super) struct Events {
    stream: TcpStream,
    queue: Arc<Mutex<VecDeque<Event>>>,
}

impl Events {
    /// Reads `stream` in a thread of its own until it is closed.
    pub fn follow(stream: TcpStream) -> io::Result<Self> {
        let queue = Arc::new(Mutex::new(VecDeque::new()));
        let mut reader = stream.try_clone()?;
        reader.set_read_timeout(None)?;
        let into = Arc::clone(&queue);
        std::thread::Builder::new().name("ptp-ip events".into()).spawn(move || {
            if let Err(error) = read_all(&mut reader, &into) {
                log::debug!("event connection ended: {error}");
            }
        })?;
        Ok(Self { stream, queue })
    }

    pub fn next(&self) -> Option<Event> {
        locked(&self.queue).pop_front()
    }

    pub fn close(&self) {
        // The peer may have closed it already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.close();
    }
}

fn read_all(stream: &mut TcpStream, queue: &Mutex<VecDeque<Event>>) -> io::Result<()> {
    loop {
        let mut header = [0; HEADER_LEN];
        stream.read_exact(&mut header)?;
        let [l0, l1, l2, l3, k0, k1, k2, k3] = header;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let kind = Kind::from_code(u32::from_le_bytes([k0, k1, k2, k3]));
        if !(HEADER_LEN..=EVENT_LIMIT).contains(&length) {
            return Err(io::Error::other(format!("a packet that claims {length} bytes")));
        }
        let mut payload = vec![0; length - HEADER_LEN];
        stream.read_exact(&mut payload)?;
        match kind {
            Some(Kind::ProbeRequest) => stream.write_all(&Builder::new(Kind::ProbeResponse).finish())?,
            Some(Kind::Event) if payload.len() >= 6 => {
                let code = u16::from_le_bytes([payload[0], payload[1]]);
                let params =
                    payload[6..].chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
                let mut queue = locked(queue);
                if queue.len() == KEPT {
                    queue.pop_front();
                }
                queue.push_back(Event { code, params });
            }
            _ => {}
        }
    }
}
