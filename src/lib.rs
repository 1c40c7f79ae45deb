//! Script Canon cameras that run CHDK.
//!
//! A program connects to a camera by a spec, runs Lua on it and gets values back. The camera in this example is simulated,
//! in the same process; with `ip:192.168.0.7` it would be a real one.
//!
//! ```
//! use moonshutter::camera::{ExecOptions, Options, Payload, Script, WaitOptions};
//!
//! let mut camera = moonshutter::connect::connect(&"sim".parse()?, &Options::default())?;
//! let script = Script::new("example", "write_usb_msg('hello') return 7/2, nil");
//! let mut heard = Vec::new();
//! let returns = camera.execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut |_, message| {
//!     heard.push(message);
//!     Ok(())
//! })?;
//! assert_eq!(heard, [Payload::String(b"hello".to_vec())]);
//! assert_eq!(returns, [Payload::Integer(3), Payload::Nil]);
//! # Ok::<(), moonshutter::Error>(())
//! ```
//!
//! From the bottom up:
//!
//! - [`ptp`] carries transactions, over USB or PTP/IP;
//! - [`chdk`] has the commands of CHDK's operation 0x9999, one function each;
//! - [`camera`] is what a person does with a camera: scripts, messages, files;
//! - [`table`] reads and writes the tables that go back and forth;
//! - [`lint`] checks camera scripts before a camera sees them;
//! - [`gate`] has it look at everything that is sent;
//! - [`host`] is a Lua VM in which scripts find the camera as `con`;
//! - [`repl`] is the prompt, on top of it;
//! - [`sim`] is the simulated camera, which shares no code with the client;
//! - [`connect`] is where the two meet, and where a spec becomes a camera;
//! - [`clock`] is the time they live in, [`api`] the list of the camera's Lua names, [`error`](mod@error) what goes wrong.

pub mod api;
pub mod camera;
pub mod chdk;
#[doc(hidden)]
pub mod cli;
pub mod clock;
pub mod connect;
pub mod error;
mod exit;
pub mod gate;
pub mod host;
pub mod lint;
pub mod ptp;
#[doc(hidden)]
pub mod repl;
pub mod sim;
mod suggest;
pub mod table;

pub use error::{Error, ErrorKind, Result};
