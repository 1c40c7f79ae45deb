//! What the linter costs on a script's way to a camera: once for each text, and after that.

use moonshutter::camera::{Check, Script, Sending};
use moonshutter::gate::Gate;
use moonshutter::host;
use moonshutter::lint::{Options, Source};

fn main() {
    divan::main();
}

const SENDING: Sending<'static> = Sending { prelude: &[], remote: None, protocol: None };

/// Thirty lines, as somebody would write them.
const THIRTY: &str = r#"local shots, interval = 5, 2000
local function settle()
  press("shoot_half")
  repeat sleep(10) until get_shooting()
end
local function take()
  settle()
  press("shoot_full")
  release("shoot_full")
  release("shoot_half")
end
local t0 = get_tick_count()
local log = {}
for i = 1, shots do
  local start = get_tick_count()
  take()
  log[#log + 1] = get_tick_count() - start
  write_usb_msg({ shot = i, ms = log[#log] }, 1000)
  local left = interval - (get_tick_count() - start)
  if left > 0 then
    sleep(left)
  end
end
local total = 0
for _, ms in ipairs(log) do
  total = total + ms
end
if total > 100000 then
  error("too slow: " .. total)
end
return total, get_tick_count() - t0
"#;

#[divan::bench]
fn thirty_lines(bencher: divan::Bencher<'_, '_>) {
    let script = Script::new("thirty.lua", THIRTY);
    bencher.with_inputs(Gate::default).bench_values(|gate| gate.check(&script, &SENDING));
}

#[divan::bench]
fn thirty_lines_with_the_serializer(bencher: divan::Bencher<'_, '_>) {
    let script = Script::new("thirty.lua", THIRTY);
    let prelude = include_bytes!("../lua/camera/serialize.lua");
    let sending = Sending { prelude, ..SENDING };
    bencher.with_inputs(Gate::default).bench_values(|gate| gate.check(&script, &sending));
}

#[divan::bench]
fn thirty_lines_again(bencher: divan::Bencher<'_, '_>) {
    let script = Script::new("thirty.lua", THIRTY);
    let gate = Gate::default();
    let _ = gate.check(&script, &SENDING);
    bencher.bench(|| gate.check(&script, &SENDING));
}

#[divan::bench]
fn a_host_script_with_thirty_lines_of_code(bencher: divan::Bencher<'_, '_>) {
    let text = format!("con:exec([[\n{THIRTY}]])");
    bencher.bench(|| host::lint::check(Source::new("host.lua", text.as_str()), &Options::default()));
}
