//! Simulated cameras as USB devices, for the kernel of Linux: a USB/IP server.
//!
//! `usbip attach -r ADDRESS -b 1-1`, or [`attach`], plugs a camera in. The kernel then has a device like any other: with
//! descriptors, one bulk endpoint each way, an interrupt endpoint on which nothing happens, and the control requests of the
//! still image class (status, cancel, reset).
//!
//! A camera whose cable is pulled, or that is switched off, goes away as a real one does; it can be attached again.

mod descriptors;
mod device;
mod protocol;

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::clock::{Interrupt, locked};
use crate::sim::SimCamera;
use device::Device;
use protocol::{Description, Hello};

/// Where USB/IP servers listen.
pub const PORT: u16 = 3240;

/// For a host to say what it wants in.
const HELLO: Duration = Duration::from_secs(10);
/// How long a camera that was unplugged stays away, at least.
const AWAY: Duration = Duration::from_millis(100);
/// Sockets open at a time.
const SOCKETS: usize = 64;

/// A USB/IP server for any number of cameras.
pub struct Server {
    listener: TcpListener,
    devices: Vec<Plugged>,
    sockets: Mutex<Vec<TcpStream>>,
}

struct Plugged {
    camera: SimCamera,
    description: Description,
    taken: Mutex<bool>,
}

impl Server {
    /// Listens on an address; port 0 finds a free one. Cameras are devices `1-1`, `1-2`, … in their order.
    pub fn bind(addr: impl ToSocketAddrs, cameras: Vec<SimCamera>) -> io::Result<Self> {
        let plugged = |(camera, number): (SimCamera, u32)| {
            let ids = (camera.identity().usb_vendor, camera.identity().usb_product);
            let description = Description { bus_id: format!("1-{number}"), number, ids };
            Plugged { camera, description, taken: Mutex::new(false) }
        };
        let devices = cameras.into_iter().zip(1..).map(plugged).collect();
        Ok(Self { listener: TcpListener::bind(addr)?, devices, sockets: Mutex::default() })
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The bus ids of the cameras.
    pub fn bus_ids(&self) -> impl Iterator<Item = &str> {
        self.devices.iter().map(|device| device.description.bus_id.as_str())
    }

    /// Serves hosts until `stop` is raised; then all cameras are unplugged.
    pub fn serve(&self, stop: &Interrupt) -> io::Result<()> {
        let address = self.local_addr()?;
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.wait(Duration::from_secs(3600)) {}
                for socket in locked(&self.sockets).drain(..) {
                    // The other side may have hung up.
                    let _ = socket.shutdown(Shutdown::Both);
                }
                // accept() is woken by a connection that asks for nothing
                let _ = TcpStream::connect(address);
            });
            let result = loop {
                let stream = match self.listener.accept() {
                    Ok((stream, _)) => stream,
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                    Err(error) => break Err(error),
                };
                if stop.is_raised() {
                    break Ok(());
                }
                let Ok(known) = stream.try_clone() else { continue };
                let mut sockets = locked(&self.sockets);
                sockets.retain(|socket| socket.peer_addr().is_ok());
                if sockets.len() < SOCKETS {
                    sockets.push(known);
                    drop(sockets);
                    scope.spawn(move || self.answer(stream));
                }
            };
            stop.raise();
            result
        })
    }

    /// Keeps all cameras that are on plugged into this machine, until `stop` is raised: see [`attach`]. One that was
    /// unplugged is plugged in again.
    pub fn keep_attached(&self, stop: &Interrupt) -> io::Result<()> {
        let address = self.local_addr()?;
        while !stop.wait(AWAY) {
            for device in &self.devices {
                if !device.camera.is_off() && !*locked(&device.taken) {
                    attach(address, &device.description.bus_id)?;
                }
            }
        }
        Ok(())
    }

    fn answer(&self, stream: TcpStream) {
        // A host that sends nonsense is told nothing.
        let _ = self.try_answer(&stream);
        let _ = stream.shutdown(Shutdown::Both);
    }

    fn try_answer(&self, mut stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HELLO))?;
        match protocol::read_hello(&mut stream)? {
            Hello::List => {
                let there = self.devices.iter().filter(|device| !device.camera.is_off());
                let descriptions: Vec<_> = there.map(|device| device.description.clone()).collect();
                stream.write_all(&protocol::device_list(&descriptions))
            }
            Hello::Import(bus_id) => {
                let wanted = self.devices.iter().find(|device| device.description.bus_id == bus_id);
                let device = wanted.filter(|device| !device.camera.is_off() && device.take());
                stream.write_all(&protocol::imported(device.map(|device| &device.description)))?;
                let Some(device) = device else { return Ok(()) };
                stream.set_read_timeout(None)?;
                let served = Device::new(&device.camera, stream).serve();
                *locked(&device.taken) = false;
                served
            }
        }
    }
}

impl Plugged {
    fn take(&self) -> bool {
        !std::mem::replace(&mut *locked(&self.taken), true)
    }
}

/// Plugs a camera that a server at `addr` has as `bus_id` into this machine, as `usbip attach` does; needs Linux, its module
/// vhci-hcd and root. Returns the port of the virtual hub.
#[cfg(target_os = "linux")]
pub fn attach(addr: SocketAddr, bus_id: &str) -> io::Result<u32> {
    use std::io::Read;
    use std::os::fd::AsRawFd;

    const HUB: &str = "/sys/devices/platform/vhci_hcd.0";
    let status = std::fs::read_to_string(format!("{HUB}/status")).map_err(explain)?;
    // Columns: hub, port, status (4: free), speed, device, socket, bus id
    let free = status.lines().skip(1).find_map(|line| {
        let mut words = line.split_whitespace();
        let (hub, port, state) = (words.next()?, words.next()?, words.next()?);
        (hub == "hs" && state == "004").then(|| port.parse::<u32>().ok()).flatten()
    });
    let port = free.ok_or_else(|| io::Error::other("the virtual hub has no free port"))?;

    let mut stream = TcpStream::connect(addr)?;
    stream.set_nodelay(true)?;
    stream.write_all(&protocol::import(bus_id))?;
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    if head[4..] != [0; 4] {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("no free device {bus_id} at {addr}")));
    }
    let mut description = [0; 312];
    stream.read_exact(&mut description)?;
    let number = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|byte| description[at + byte]));
    let id = number(288) << 16 | number(292);
    std::fs::write(format!("{HUB}/attach"), format!("{port} {} {id} {}", stream.as_raw_fd(), number(296)))
        .map_err(explain)?;
    Ok(port)
}

/// What the usual troubles with the virtual hub mean.
#[cfg(target_os = "linux")]
fn explain(error: io::Error) -> io::Error {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "this system has no virtual USB hub: sudo modprobe vhci-hcd",
        io::ErrorKind::PermissionDenied => "only root can plug a camera into the virtual USB hub",
        _ => return error,
    };
    io::Error::new(error.kind(), text)
}

/// Only Linux has USB/IP.
#[cfg(not(target_os = "linux"))]
pub fn attach(_: SocketAddr, _: &str) -> io::Result<u32> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "only Linux can attach devices over USB/IP"))
}
