//! From the start of the process to the first answer: `moonshutter exec -c sim 'return 1'`. The aim is 30 ms.

use std::process::Command;

fn main() {
    divan::main();
}

#[divan::bench(max_time = 5)]
fn exec_return_1() {
    let output = Command::new(env!("CARGO_BIN_EXE_moonshutter"))
        .args(["exec", "-c", "sim", "return 1"])
        .output()
        .expect("the program starts");
    assert_eq!(output.stdout, b"1\n", "{}", String::from_utf8_lossy(&output.stderr));
}

/// The reference: the process alone.
#[divan::bench(max_time = 2)]
fn reference_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_moonshutter")).arg("--version").output().expect("the program starts");
    assert!(output.status.success());
}
