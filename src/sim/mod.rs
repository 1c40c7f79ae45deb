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
//! - `menu` starts scripts as a person does on the camera, by what their [`header`] says;
//! - `world` is what a script finds around it: mode, lens, exposure, settings;
//! - `vm` is Lua, `lib` what Lua scripts find there, [`lualib`] what they can `require`, `card` the files,
//!   `scratch` the host's temporary folders;
//! - `profile` says what kind of camera all of this is, `control` what happens to it.
//!
//! # Where the facts were silent
//!
//! Everything a client could notice follows CHDK's source. Where that says nothing, the camera does this:
//!
//! - **Data that CHDK does not drain** (`SetMemory` of nothing, an upload for which there is no memory) is skipped by
//!   the firmware after the response, so that the connection survives.
//! - **A zero-length data phase** hangs the camera (CHDK core/ptp.c:879). `UploadFile` and `CallFunction` have answers of their
//!   own to it. What else a client may do wrong, and what the camera does about it, is listed in [`control`].
//! - **The action stack** overflows silently on a camera when waits are caught by pcall again and again. Here the
//!   sixteenth is an error, and a sin in the log.
//! - **Killing a script that never comes up for air** hangs the camera for good, as a real one. With
//!   [`Strict::Refuse`](control::Strict) it gives up after ten seconds, and kills the script anyway.
//! - **Below protocol 2.6** the language parameter of `ExecuteScript` must be 0 exactly, there are no flags, and a
//!   running script is replaced. Below 2.5 `CallFunction` refuses more than ten arguments and commands 13 and 14 are
//!   unknown; so is 12 below 2.1.
//! - **What came without a new protocol version** follows from the date of the build ([`Chdk`]): `coroutine`, the NUL
//!   behind a script, the click before one, and which names scripts find. `set_yield(-1)` means always in builds of protocol
//!   2.9 from r5645 on, until it meant never again on 2021-01-03.
//! - **`restore()`** is cut off at the first count hook, since its thread is still marked as one that yielded. Below pcall,
//!   where stock Lua 5.1.5 then goes on in a wrong frame, its work goes on, and is a sin in the log.
//! - **Times of files** are those of the camera's clock when they are closed. A file has one time: the host cannot be told
//!   when it was made.
//! - **Deep patterns** (more than 200 levels of Lua's matching) may crash a camera whose stack is small. Here they are an
//!   error, and a sin in the log.
//! - **`usb_msg_table_to_string`**: its error's text is a format to `write_usb_msg`; what that would read from nowhere is
//!   "(garbage)". An error or a result that is no string is an error that says so. All of these are sins.
//! - **Random numbers** come from one sequence that starts when the camera is switched on ([`Control`]); which sequence cameras have
//!   is not known.
//! - **Live view and remote capture** are not there yet: `GetDisplayData` fails the way its own code would (a dummy
//!   byte and GeneralError), and the capture commands answer as if no capture had been set up.
//! - **Objects**: all of the card is there over standard PTP, CHDK's own files too. There are no thumbnails, and no device
//!   properties.
//! - **The card** is as big as the profile says, and files take whole clusters of it, gaps in them too. What has a long
//!   name is found by its short one (`LONGNA~1.TXT`), too; listings have the long one. A script may have 64 files open at a time; how many a camera has room
//!   for is not known.
//! - **Waiting** counts from the call: `sleep(100)` in one tick ends in the first tick 100 ms later.
//! - **Switching** between playback and record mode takes 300 ms. Going off when a script asks for it softly takes a
//!   second, a restart three.
//! - **Numbers that differ from camera to camera** (properties, configuration values, logical events, capture modes but
//!   for AUTO) are the simulated camera's own, and in its LUALIB; `world` says how they are made. Nothing shoots yet, so
//!   what scripts set for a shot waits for the next one: [`SimCamera::overrides`]. A half press is complete after 300 ms;
//!   the log says when a key would have taken a picture or a video.

mod cable;
mod camera;
pub mod card;
mod config;
pub mod control;
mod engine;
pub mod header;
pub mod lib;
mod log;
pub mod lualib;
pub mod memory;
mod menu;
mod profile;
pub mod ptpip;
mod responder;
mod scratch;
mod usb;
pub mod usbip;
pub mod vm;
mod wire;
mod world;

pub use cable::Cable;
pub use camera::SimCamera;
pub use config::{CardSource, Config, Time};
pub use control::{BadEvent, Control, Event, Strict};
pub use engine::Ending;
pub use header::Header;
pub use log::{LogLine, LogSink};
pub use menu::RunError;
pub use profile::{Chdk, Identity, Profile, ProfileError, Ptp, Storage};
pub use world::{Body, Exposure, Features, Images, Lens, Overrides, Power, Screen};

/// Names of properties of cameras, in no order: what `require("propcase")` has.
pub(crate) fn property_names() -> impl Iterator<Item = &'static str> {
    world::props::table(1).map(|(name, _)| name)
}

/// Names of the functions that cameras have and the simulated one does not do yet, sorted. Calling one raises an error.
pub fn unmodelled() -> Vec<&'static str> {
    let mut names = engine::unmodelled();
    names.sort_unstable();
    names
}
