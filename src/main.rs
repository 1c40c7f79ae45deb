//! The `moonshutter` program: parse, dispatch, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    moonshutter::cli::main(std::env::args_os())
}
