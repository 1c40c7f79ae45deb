//! The simulator's own codecs: USB containers, PTP/IP packets, and the data types of PTP's datasets.
//!
//! The client has others. They are kept apart on purpose: shared code would hide a shared mistake.

pub(crate) mod container;
pub(crate) mod dataset;
pub(crate) mod packet;
