//! The simulated camera: a Canon with CHDK, as far as anybody at the other end of a cable can tell.
//!
//! It answers PTP, runs camera scripts on the camera's own Lua, keeps a memory card in a folder of the host's, and can
//! be plugged in in process ([`SimCamera::plug_in`]) or over the network ([`ptpip::Server`]). It is built from what is
//! known of the firmware, to the dummy byte, and says in its log where a real camera would have hung.
//!
//! What may not happen here: a call into the client's code (`ptp`, `chdk`, `camera`). The two sides meet as bytes, so
//! that they cannot share a misunderstanding. That is why there are wire codecs of its own in `wire`.
//!
//! Who does what:
//!
//! - `cable` carries bytes; `usb` and [`ptpip`] find operations in them;
//! - `responder` answers operations and knows the CHDK command set;
//! - `engine` is the camera's keyboard task: scripts, messages, keys and time;
//! - `vm` is Lua, `lib` what Lua scripts find there, `card` the files.
//!
//! # Where the facts were silent
//!
//! Everything a client could notice follows CHDK's source. Where that says nothing, the camera does this:
//!
//! - **Data that CHDK does not drain** (`SetMemory` of nothing, an upload for which there is no memory) is skipped by
//!   the firmware after the response, so that the connection survives.
//! - **A zero-length data phase** hangs the camera (CHDK core/ptp.c:879): it never answers on that connection again, and says so
//!   in its log. `UploadFile` and `CallFunction` have answers of their own to it.
//! - **The action stack** overflows silently on a camera when waits are caught by pcall again and again. Here the
//!   sixteenth is an error, and a sin in the log.
//! - **Killing a script that never comes up for air** hangs a real camera for good. This one gives up after ten
//!   seconds, says so in its log, and kills the script anyway.
//! - **Below protocol 2.6** the language parameter of `ExecuteScript` must be 0 exactly, there are no flags, and a
//!   running script is replaced. Below 2.5 `CallFunction` refuses more than ten arguments and commands 13 and 14 are
//!   unknown; so is 12 below 2.1. A camera below 2.9 has the `coroutine` library, and no `fmath`.
//! - **Deep patterns** (more than 200 levels of Lua's matching) may crash a camera whose stack is small. Here they are an
//!   error, and a sin in the log.
//! - **`usb_msg_table_to_string`**: its error's text is a format to `write_usb_msg`; what that would read from nowhere is
//!   "(garbage)". An error or a result that is no string is an error that says so. All of these are sins.
//! - **Random numbers** come from one sequence that starts with the camera ([`Config::seed`]); which sequence cameras have
//!   is not known.
//! - **Live view and remote capture** are not there yet: `GetDisplayData` fails the way its own code would (a dummy
//!   byte and GeneralError), and the capture commands answer as if no capture had been set up.
//! - **Objects**: over standard PTP the card looks empty. Files travel through CHDK.
//! - **Waiting** counts from the call: `sleep(100)` in one tick ends in the first tick 100 ms later.
//! - **Switching** between playback and record mode takes 300 ms.

mod cable;
mod camera;
pub mod card;
mod config;
mod engine;
pub mod lib;
mod log;
pub mod memory;
pub mod ptpip;
mod responder;
mod usb;
pub mod vm;
mod wire;

pub use cable::Cable;
pub use camera::SimCamera;
pub use config::{CardSource, Config, Identity, Time};
pub use log::LogSink;
