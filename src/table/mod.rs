//! The shared serializer: tables as text that both sides read and write.
//!
//! A text is always one Lua expression, so any other program can read it too; the reader here parses it as data and
//! executes nothing. A *tree* is written as a Lua programmer would write it, `{1,2,nil,4,name="IMG",["end"]=true}`. Where
//! a table is met twice, the text is a *graph* in one fixed shape, which the reader knows by heart:
//!
//! ```lua
//! (function()local t={}t[1]={};t[2]={a=t[1],b=t[1]};t[1]["parent"]=t[2];return t[2]end)()
//! ```
//!
//! The values are those of the camera: nil, booleans, 32-bit integers, strings of bytes, and tables with any key but nil,
//! shared ones and cycles included. [`read`] makes a [`Document`] of a text, [`write()`] a text of a [`Value`]; [`from_text`]
//! and [`to_text`] do the same for a program's own types. [`Builder`] makes documents by hand. [`read_plain`] reads what CHDK itself
//! makes of tables, which is less.
//!
//! ```
//! let document = moonshutter::table::read(br#"{name="IMG_0001.JPG",path={"A/","DCIM"},[-1]=0xFF}"#)?;
//! let file = document.root();
//! assert_eq!(file.get("name").as_str(), Some("IMG_0001.JPG"));
//! assert_eq!(file.get("path").index(2).as_bytes(), Some(&b"DCIM"[..]));
//! assert_eq!(file.index(-1).as_integer(), Some(255));
//! assert!(file.get("size").is_nil());
//! # Ok::<(), moonshutter::table::ReadError>(())
//! ```
//!
//! The camera's side is `lua/camera/`. Nothing here knows a camera or a VM.
//!
//! | file | what is in it |
//! |---|---|
//! | `document` | the value model |
//! | `builder` | how tables come to their places: order, duplicates, what is an array |
//! | `reader`, `scan` | text into documents |
//! | `writer`, `plan` | documents into text; how a graph is taken apart |
//! | `equal` | when two graphs are the same |
//! | `ser`, `de`, `word`, `bytes` | serde both ways |
//! | `plain` | CHDK's own text |

mod builder;
pub mod bytes;
mod de;
mod document;
mod equal;
mod path;
mod plain;
mod plan;
mod reader;
mod scan;
mod ser;
mod serde_error;
pub mod word;
mod writer;

pub use builder::{Builder, Part, TableId};
pub use de::from_text;
pub use document::{Document, Items, Pairs, Table, Value};
pub use plain::{Fields, PlainTable, read_plain};
pub use reader::{Limits, ReadError, read, read_within};
pub use ser::to_text;
pub use serde_error::SerdeError;
pub use writer::{Style, WriteError, write, write_styled};

pub(crate) use builder::Loader;
pub(crate) use path::Path;
pub(crate) use scan::is_name;
pub(crate) use writer::quoted;

/// How many tables may stand in one another in a text: the camera's own parser allows 200 nested levels, of which what
/// stands around the text takes some.
///
/// Only what stands in one another in the text counts. A list that is linked through tables which are met twice is no
/// deeper than its entries, however long it is.
pub const DEPTH_LIMIT: usize = 190;

#[cfg(test)]
pub(crate) mod tests;
