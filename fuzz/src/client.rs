//! A client that does what the input says, whatever the camera answers.

use std::sync::Arc;
use std::time::Duration;

use moonshutter::camera::{Camera, ExecOptions, Options, Payload, Script, Target, WaitOptions};
use moonshutter::chdk::{Body, Chdk, ExecFlags, Message};
use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::ptp::{Bytes, Session, Transport};
use moonshutter::{Error, ErrorKind};

/// Does one thing for each byte of `steps`, over a camera whose answers are `served` bytes in all.
///
/// The first step says which floor of the client does the rest: the commands of CHDK, or what a person does with a
/// camera. On the upper floor waits take no time. Everything ends in a value or in an error.
pub fn drive(transport: Box<dyn Transport>, steps: &[u8], served: usize) {
    let Some((floor, steps)) = steps.split_first() else { return };
    let result = if floor % 2 == 0 { commands(transport, steps, served) } else { camera(transport, steps, served) };
    if let Err(error) = result {
        // Errors are for people, and name their cause.
        assert!(!error.to_string().is_empty());
        assert_ne!(error.kind(), ErrorKind::Interrupted, "{error}: nobody interrupted");
    }
}

fn commands(transport: Box<dyn Transport>, steps: &[u8], served: usize) -> Result<(), Error> {
    let mut session = Session::open(transport)?;
    // A camera's refusal leaves the session as it was.
    let _ = session.device_info();
    let mut chdk = Chdk::new(session).map_err(|(_, error)| error)?;
    for (step, argument) in pairs(steps) {
        let failed = command(&mut chdk, step, argument, served).err();
        let counters = chdk.counters();
        assert!(counters.read <= served as u64, "{counters:?} of {served} bytes");
        match failed {
            Some(error) if !chdk.is_open() => return Err(error),
            _ => {}
        }
    }
    chdk.session().close()
}

fn command(chdk: &mut Chdk, step: u8, argument: u8, served: usize) -> Result<(), Error> {
    let size = u32::from(argument);
    let flag = argument & 1 == 1;
    match step % 16 {
        0 => assert_eq!(chdk.ask_version()?.major, 2),
        1 => assert_eq!(chdk.get_memory_bytes(size << 8, size.max(1), flag)?.len(), size.max(1) as usize),
        // More than any answer holds.
        2 => drop(chdk.get_memory_bytes(0x1000, i32::MAX as u32, flag)),
        3 => chdk.set_memory(0x1000, &[argument; 9])?,
        4 => drop(chdk.call_function(0xff81_0000, &vec![size; usize::from(argument % 20)])?),
        5 => chdk.temp_data_put(b"temp")?,
        6 => assert!(chdk.temp_data_get(flag, u64::MAX)?.len() <= served),
        7 => chdk.temp_data_clear()?,
        8 => chdk.upload_file(b"A/X.TXT", size.into(), &mut &[b'x'; 255][..])?,
        9 => {
            let mut sink = Bytes::up_to(u64::MAX);
            let said = chdk.download_file(b"A/X.TXT", &mut sink)?;
            assert_eq!(said, sink.data.len() as u64);
        }
        10 => {
            let flags = ExecFlags { no_kill: flag, flush_cam_msgs: argument & 2 != 0, flush_host_msgs: false };
            let _ = chdk.execute_script(b"return 1", flags)?;
        }
        11 => drop(chdk.last_script_id()?),
        12 => drop(chdk.script_status()?),
        13 => drop(chdk.script_support()?),
        14 => {
            if let Some(message) = chdk.read_script_msg()? {
                assert!(length(&message) <= served);
            }
        }
        _ => drop(chdk.write_script_msg(b"message", size)?),
    }
    Ok(())
}

fn camera(transport: Box<dyn Transport>, steps: &[u8], served: usize) -> Result<(), Error> {
    let clock = Arc::new(VirtualClock::new());
    let options = Options { clock, interrupt: Interrupt::new(), timeout: Some(Duration::from_secs(2)), check: None };
    let mut camera = Camera::connect(transport, options)?;
    for (step, argument) in pairs(steps) {
        let failed = act(&mut camera, step, argument, served).err();
        match failed {
            Some(error) if !camera.is_connected() => return Err(error),
            _ => {}
        }
    }
    camera.disconnect()
}

fn act(camera: &mut Camera, step: u8, argument: u8, served: usize) -> Result<(), Error> {
    let wait = WaitOptions::up_to(Duration::from_secs(60));
    let script = Script::new("fuzz", "return {1,2}");
    match step % 13 {
        0 => assert!(camera.list_dir(b"A/DCIM")?.len() <= served),
        1 => {
            let _ = camera.stat(b"A/X.TXT")?;
        }
        2 => drop(camera.read_msg()?),
        3 => drop(camera.wait_msg(&wait)?),
        4 => camera.write_msg(b"message", if argument & 1 == 0 { Target::Last } else { Target::Any })?,
        5 => camera.flush_msgs()?,
        6 => camera.upload_from(&mut &[b'x'; 255][..], argument.into(), b"A/X.TXT")?,
        7 => {
            let mut file = Vec::new();
            let said = camera.download_to(b"A/X.TXT", &mut file)?;
            assert_eq!(said, file.len() as u64);
        }
        8 => drop(camera.exec(&script, &ExecOptions { replace: argument & 1 == 1, ..ExecOptions::default() })?),
        9 => drop(camera.execwait(&script, &ExecOptions::default(), &wait, &mut |_, _| Ok(()))?),
        10 => camera.kill_script()?,
        11 => drop(camera.get_memory(0x1000, u32::from(argument) << 8, false)?),
        _ => {
            let mut stream = camera.each(&script, &ExecOptions::default(), &wait)?;
            while let Some(item) = stream.next(camera)? {
                let _ = item.values();
            }
        }
    }
    Ok(())
}

/// Steps and what they are about.
fn pairs(steps: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    steps.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(0)))
}

/// Bytes of a message as they came.
fn length(message: &Message) -> usize {
    match &message.body {
        Body::Error { text, .. } => text.len(),
        Body::Return(payload) | Body::User(payload) => match payload {
            Payload::String(bytes) | Payload::Table(bytes) => bytes.len(),
            // What is no UTF-8 has become longer.
            _ => 0,
        },
    }
}
