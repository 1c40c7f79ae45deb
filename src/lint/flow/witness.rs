//! How a yield gets to where it must not be.

use super::builtins::Builtin;
use super::program::{FunctionRef, Site};

/// C code of Lua's that calls back, and so cannot be suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Boundary {
    /// `pcall`
    Pcall,
    /// `xpcall`
    Xpcall,
    /// The handler of `xpcall`.
    Handler,
    /// `require`
    Require,
    /// `require` of the script itself, by whoever uses it.
    Library,
    /// `dofile`
    Dofile,
    /// The iterator of a generic `for`.
    Iterator,
    /// An operator's metamethod.
    Meta(&'static str),
    /// `__tostring`, by `tostring`.
    Tostring,
    /// `__tostring` or a replaced `tostring`, by `print`.
    Print,
    /// `table.sort`
    Sort,
    /// `string.gsub`
    Gsub,
    /// `table.foreach`
    Foreach,
    /// `table.foreachi`
    Foreachi,
    /// The reader of `load`.
    Reader,
    /// `debug.sethook`
    Hook,
    /// `usb_msg_table_to_string`
    Converter,
    /// A finalizer.
    Finalizer,
    /// The user's exit key.
    Restore,
}

/// One step towards a yield.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A function of the script's is called.
    Call(Site, FunctionRef),
    /// C code calls back.
    Boundary(Site, Boundary),
}

impl Step {
    /// Where.
    pub fn site(&self) -> Site {
        match self {
            Self::Call(site, _) | Self::Boundary(site, _) => *site,
        }
    }
}

/// A yield that hits a boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where the boundary is, or the way to it leaves what is checked.
    pub site: Site,
    /// What it is.
    pub boundary: Boundary,
    /// From the chunk, or from the boundary if the way there is not known.
    pub steps: Vec<Step>,
    /// What yields.
    pub builtin: Builtin,
    /// Where that is called.
    pub at: Site,
    /// Other yields that hit the same.
    pub others: Vec<(Site, Builtin)>,
    /// Whether every run of the script comes here and fails.
    pub certain: bool,
}

/// A yield that `restore` may get to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreYield {
    /// Which function is `restore`.
    pub function: FunctionRef,
    /// Where it leaves `restore`.
    pub site: Site,
    /// The calls in between.
    pub steps: Vec<Step>,
    /// What yields.
    pub builtin: Builtin,
    /// Where.
    pub at: Site,
}
