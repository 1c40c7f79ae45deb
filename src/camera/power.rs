//! Record mode and playback, restarting, switching off.

use std::time::Duration;

use super::wait::{Paused, Pauses};
use super::{Camera, ExecOptions, Script, WaitOptions, runtime};
use crate::error::{Error, ErrorKind, Result};
use crate::table::quoted;

/// How long the lens may take to come out.
const SWITCHING: Duration = Duration::from_secs(15);

/// How long a camera may go on answering after it was told to go.
const GOING: Duration = Duration::from_secs(10);

impl Camera {
    /// Goes to record mode or back to playback, and waits until the camera is there; returns whether it had to go at all.
    /// [`ErrorKind::Timeout`] if it does not get there, [`ErrorKind::Unsupported`] without `switch_mode_usb` (before CHDK
    /// 1.0). Needs the script engine.
    pub fn switch_mode(&mut self, record: bool) -> Result<bool> {
        // A switch that is asked for while one is under way is lost, so it is asked for once.
        let code = format!(
            "local want={record} if get_mode()==want then return 0 end \
             if not switch_mode_usb then return 1 end \
             switch_mode_usb(want and 1 or 0) \
             local t=get_tick_count() \
             repeat sleep(10) until get_mode()==want or get_tick_count()-t>{} \
             return get_mode()==want and 2 or 3",
            SWITCHING.as_millis()
        );
        match self.eval_within(SWITCHING * 2, "mode", code.into_bytes())? {
            0 => Ok(false),
            2 => Ok(true),
            1 => Err(self.named(Error::new(ErrorKind::Unsupported, "this camera's CHDK cannot switch modes over USB"))),
            _ => {
                let mode = if record { "record mode" } else { "playback" };
                let text = format!("the camera did not go to {mode} within {} s", SWITCHING.as_secs());
                Err(self.named(Error::new(ErrorKind::Timeout, text)))
            }
        }
    }

    /// Restarts the camera, or starts a program for it from the card, as a firmware update would. Returns when the camera has
    /// left; it has to be connected anew. Needs the script engine.
    pub fn reboot(&mut self, file: Option<&[u8]>) -> Result<()> {
        let argument = file.map(quoted).unwrap_or_default();
        let code = [b"return reboot(".as_slice(), &argument, b")"].concat();
        self.leave("reboot", code, |camera| match file {
            Some(file) => camera.no_such("program", file),
            None => camera.named(Error::new(ErrorKind::Runtime, "the camera refused to restart")),
        })
    }

    /// Switches the camera off, as its button does. Returns when it has left. Needs the script engine.
    pub fn shut_down(&mut self) -> Result<()> {
        self.leave("shutdown", b"shut_down() sleep(20000)".to_vec(), |camera| {
            camera.named(Error::new(ErrorKind::Timeout, "the camera did not switch itself off"))
        })
    }

    /// Runs what takes the camera away. `stayed` tells what it means if the script comes to its end.
    fn leave(&mut self, name: &str, code: Vec<u8>, stayed: impl FnOnce(&Self) -> Error) -> Result<()> {
        let options = ExecOptions { flush_cam_msgs: false, flush_host_msgs: false, ..ExecOptions::default() };
        let script = Script::new(name, code);
        let text = runtime::assemble(&script.source, &options.picked(&script)?, false);
        let id = match self.start(&script, &text, &options) {
            Err(error) if is_gone(&error) => return Ok(()),
            started => started?,
        };
        let mut pauses = Pauses::new(self, &WaitOptions::up_to(GOING));
        loop {
            match self.script_status() {
                Err(error) if is_gone(&error) => return Ok(()),
                Err(error) => return Err(error),
                Ok(status) if !status.running => {
                    self.forget(id)?;
                    return Err(stayed(self));
                }
                Ok(_) => {}
            }
            match pauses.pause() {
                Paused::Over => {}
                Paused::Late => {
                    let text = format!("the camera still answers {} s after it was told to go", GOING.as_secs());
                    let error = self.named(Error::new(ErrorKind::Timeout, text));
                    return Err(self.end_own(id, error));
                }
                Paused::Interrupted => return Err(self.interrupted("waiting for the camera to go")),
            }
        }
    }
}

/// What a camera that leaves does to its connection. It may also just stop to answer.
fn is_gone(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::NotConnected | ErrorKind::Timeout)
}
