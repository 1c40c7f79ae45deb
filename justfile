# What a contributor does, by name. `just` alone lists it.

default:
    @just --list

# Everything that CI checks, without the parts that need other programs
check: fmt clippy test doc

# The README's test command
test *ARGS:
    cargo test {{ARGS}}

# Formatting, as CI wants it
fmt:
    cargo fmt --check

# Lints, as CI wants them
clippy:
    cargo clippy --all-targets --locked -- -D warnings

# The documentation, with broken links as errors
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

# The first example on the simulated camera
first-light:
    cargo run --release -- run examples/first_light.lua -c sim

# A simulated camera for other programs, with its traffic
sim *ARGS:
    cargo run --release -- sim -v {{ARGS}}

# The page of facts about the camera, from what the tests cite
facts:
    MOONSHUTTER_WRITE_DOCS=1 cargo test --test facts

# The definitions for editors, from the tables of names
types:
    MOONSHUTTER_WRITE_TYPES=1 cargo test --test types

# The linter against the camera's Lua, on many generated programs
oracle PROGRAMS="20000" SEED="0":
    MOONSHUTTER_ORACLE={{PROGRAMS}} MOONSHUTTER_ORACLE_SEED={{SEED}} cargo test --test lint_oracle the_linter -- --nocapture

# All benchmarks
bench *ARGS:
    cargo bench {{ARGS}}

# Debian's gphoto2 against the simulated camera
gphoto2:
    .ci/gphoto2

# Fuzz each parser of outside bytes for a while (needs cargo-fuzz)
fuzz SECONDS="60":
    .ci/fuzz {{SECONDS}}

# All of CI
ci:
    bash .ci/run

# The simulated camera as a USB device of a real kernel, in a virtual machine: all of tests/usb, or those named
usb *TESTS:
    .ci/usb {{TESTS}}

# The session in docs/prompt.md as the program shows it now, after its lines were changed there
record:
    UPDATE_DOCS=1 cargo test --test prompt recorded
