//! The `moonshutter` program.

fn main() {}
