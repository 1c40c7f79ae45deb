//! Compiles the simulated camera's Lua.

fn main() {}
