use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use super::*;

const FUNCTIONS: &[&str] = &["sleep", "echo", "fail", "refuse", "explode", "write_usb_msg", "os.stat", "set_yield"];

/// A camera of a few functions that remembers what it was told and whose clock stands where it is put.
#[derive(Clone, Default)]
struct Camera {
    log: Arc<Mutex<Vec<String>>>,
    elapsed: Arc<Mutex<u32>>,
    /// How often the time was asked for.
    asked: Arc<Mutex<u32>>,
    random: Arc<Mutex<u32>>,
    sins: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Vec<String>>>,
    folder: Option<PathBuf>,
}

impl Firmware for Camera {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        self.log.lock().unwrap().push(FUNCTIONS[function].to_owned());
        match FUNCTIONS[function] {
            "sleep" => Reply::Yield,
            "fail" => Reply::Error(b"it failed, 100%s".to_vec()),
            "refuse" => Reply::Argument(1, b"not this".to_vec()),
            "explode" => panic!("boom"),
            _ => Reply::Return(args.to_vec()),
        }
    }

    fn open(&mut self, path: &[u8], _mode: &[u8]) -> Option<PathBuf> {
        let name = std::str::from_utf8(path.strip_prefix(b"A/")?).ok()?;
        Some(self.folder.as_ref()?.join(name))
    }

    fn print(&mut self, line: &[u8]) {
        assert_ne!(line, b"explode", "boom");
        self.log.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
    }

    fn elapsed_ms(&mut self) -> u32 {
        *self.asked.lock().unwrap() += 1;
        *self.elapsed.lock().unwrap()
    }

    /// Counts upwards.
    fn random(&mut self) -> u32 {
        let mut random = self.random.lock().unwrap();
        *random += 1;
        *random
    }

    fn seed_random(&mut self, seed: u32) {
        *self.random.lock().unwrap() = seed;
    }

    fn yield_refused(&mut self, level: usize, source: &[u8], line: Option<u32>) {
        let line = line.map_or(String::new(), |line| line.to_string());
        self.refused.lock().unwrap().push(format!("{level} {}:{line}", String::from_utf8_lossy(source)));
    }

    fn sin(&mut self, what: &str) {
        self.sins.lock().unwrap().push(what.to_owned());
    }
}

impl Camera {
    fn vm(&self, source: &str) -> Vm {
        let mut vm = Vm::new(&Options::default(), FUNCTIONS, Box::new(self.clone()));
        vm.load(source.as_bytes()).unwrap();
        vm
    }
}

fn vm(source: &str) -> Vm {
    Camera::default().vm(source)
}

fn text(s: &str) -> Value {
    Value::Bytes(s.as_bytes().to_vec())
}

fn done(values: &[Value]) -> Resume {
    Resume::Done(values.iter().cloned().map(Ok).collect())
}

fn error(text: &str) -> Resume {
    Resume::Error(Some(text.as_bytes().to_vec()))
}

/// How often the script is suspended before it ends, and how it ends.
fn run_out(vm: &mut Vm) -> (usize, Resume) {
    let mut yields = 0;
    loop {
        match vm.resume() {
            Resume::Yield | Resume::Forced => yields += 1,
            end => return (yields, end),
        }
    }
}

fn panics<T: std::fmt::Debug>(f: impl FnOnce() -> T) {
    let panic = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(|s| s.to_string()));
    assert!(text.as_ref().is_some_and(|text| text.contains("boom")), "{text:?}");
}

#[test]
fn values_pass_both_ways() {
    let got = vm("return echo(nil, true, -5, 'a\\0b', '', nil)").resume();
    assert_eq!(got, done(&[Value::Nil, Value::Bool(true), Value::Int(-5), text("a\0b"), text(""), Value::Nil]));
    let back = "local t = echo({10, {x = 'y'}, [false] = 3}) return t[1], t[2].x, t[false], #t";
    assert_eq!(vm(back).resume(), done(&[Value::Int(10), text("y"), Value::Int(3), Value::Int(2)]));
    let others = vm("return print, newproxy(), debug.getregistry().Lt").resume();
    assert_eq!(others, done(&[Value::Other("function"), Value::Other("userdata"), Value::Other("thread")]));
}

#[test]
fn tables_without_end_reach_the_camera_cut() {
    let source =
        "local t = {} t.t = t local d, n = echo(t), 0 while type(d) == 'table' do d, n = d.t, n + 1 end return n, d";
    assert_eq!(vm(source).resume(), done(&[Value::Int(4), Value::Nil]));
    let wide = "local e, t = {}, {} for i = 1, 5000 do t[i] = e end local d = echo(t) return type(d[1]), d[5000]";
    assert_eq!(run_out(&mut vm(wide)).1, done(&[text("table"), Value::Nil]));
}

#[test]
fn what_is_pushed_before_a_resume_is_what_the_yielding_function_returns() {
    let mut vm = vm("local a = {sleep(1)} return #a, ...");
    vm.push(text("argument"));
    assert_eq!(vm.resume(), Resume::Yield);
    vm.push(Value::Int(1));
    vm.push(text("two"));
    vm.push(Value::Table(vec![(Value::Int(1), Value::Nil), (Value::Nil, Value::Int(1))]));
    assert_eq!(vm.resume(), done(&[Value::Int(3), text("argument")]));
}

/// §4.4 Caught yields: what is pushed for a yield that pcall caught becomes an extra return value of the function that
/// really yields.
#[test]
fn leftovers_become_extra_results_of_the_next_real_yield() {
    let mut vm = vm("local ok, e = pcall(sleep, 1) return ok, e, sleep(2)");
    assert_eq!(vm.resume(), Resume::Yield);
    vm.push(text("of the first"));
    vm.push(text("of the second"));
    let message = text("attempt to yield across metamethod/C-call boundary");
    assert_eq!(vm.resume(), done(&[Value::Bool(false), message, text("of the first"), text("of the second")]));
}

#[test]
fn a_refused_yield_is_told_with_its_stack_whoever_catches_it() {
    let camera = Camera::default();
    let source = "local function wait() sleep(1) end\nsleep(1)\npcall(wait)\npcall(sleep, 1)";
    let (yields, end) = run_out(&mut camera.vm(source));
    assert_eq!((yields, end), (1, done(&[])));
    let wanted = ["0 =[C]:", "1 SOURCE:1", "2 =[C]:", "3 SOURCE:3", "0 =[C]:", "1 =[C]:", "2 SOURCE:4"];
    assert_eq!(*camera.refused.lock().unwrap(), wanted.map(|line| line.replace("SOURCE", source)));
}

#[test]
fn errors_carry_the_callers_line_and_the_functions_name() {
    assert_eq!(vm("\n fail()").resume(), error(":2: it failed, 100%s"));
    assert_eq!(vm("refuse()").resume(), error(":1: bad argument #1 to 'refuse' (not this)"));
    assert_eq!(vm("local r = refuse r()").resume(), error(":1: bad argument #1 to 'r' (not this)"));
    assert_eq!(vm("return (select(2, pcall(refuse)))").resume(), done(&[text("bad argument #1 to '?' (not this)")]));
    assert_eq!(vm("error({})").resume(), Resume::Error(None));
    assert_eq!(vm("error()").resume(), Resume::Error(None));
    assert_eq!(vm("error(42, 0)").resume(), error("42"));
    assert_eq!(vm("error('')").resume(), error(":1: "));
    let mut vm = vm("");
    assert_eq!(vm.load(b"x = = 1"), Err(b":1: unexpected symbol near '='".to_vec()));
    assert_eq!(vm.resume(), error("no script to run"));
}

#[test]
fn the_hook_yields_after_25_hundred_instructions() {
    // A turn of an empty loop is one instruction.
    let (yields, end) = run_out(&mut vm("for i = 1, 100000 do end return 1"));
    assert_eq!(end, done(&[Value::Int(1)]));
    assert_eq!(yields, 40);
}

#[test]
fn the_hook_yields_after_10_ms() {
    let camera = Camera::default();
    let (yields, _) = run_out(&mut camera.vm("for i = 1, 2000 do end"));
    assert_eq!(yields, 0);
    *camera.elapsed.lock().unwrap() = 10;
    let (yields, _) = run_out(&mut camera.vm("for i = 1, 2000 do end"));
    assert_eq!(yields, 20, "at each hook");
}

#[test]
fn set_yield_is_compared_unsigned_and_tells_the_old_limits() {
    let yields = |set: &str| run_out(&mut vm(&format!("{set} for i = 1, 100000 do end"))).0;
    assert_eq!(yields("set_yield(-1, -1)"), 0);
    // The instruction at which the hook yields is counted again.
    assert_eq!(yields("set_yield(0, -1)"), 1010);
    assert_eq!(yields("set_yield(-1, 0)"), 1010);
    assert_eq!(yields("set_yield(50)"), 20);
    assert_eq!(yields("set_yield(-1, -1) set_yield()"), 40);
    let old = "local a, b = set_yield(7, 8) local c, d = set_yield() return a, b, c, d, set_yield()";
    assert_eq!(vm(old).resume(), done(&[25, 10, 7, 8, 25, 10].map(Value::Int)));
}

#[test]
fn the_hook_never_yields_inside_a_c_call() {
    let camera = Camera::default();
    *camera.elapsed.lock().unwrap() = 1000;
    let inside = "return pcall(function() for i = 1, 100000 do end return 'whole' end)";
    let (yields, end) = run_out(&mut camera.vm(inside));
    assert_eq!((yields, end), (0, done(&[Value::Bool(true), text("whole")])));
}

#[test]
fn a_hook_of_the_scripts_own_replaces_the_scheduler() {
    let source = "local n = 0 debug.sethook(function(e) n = n + 1 end, '', 1000) \
                  for i = 1, 100000 do end local f, m, c = debug.gethook() debug.sethook() return n, m, c";
    assert_eq!(run_out(&mut vm(source)), (0, done(&[Value::Int(100), text(""), Value::Int(1000)])));
    assert_eq!(vm("return (debug.gethook())").resume(), done(&[text("external hook")]));
    assert_eq!(
        vm("debug.sethook(sleep, 'l')\nlocal x = 1").resume(),
        error("attempt to yield across metamethod/C-call boundary")
    );
}

#[test]
fn memory_has_an_end() {
    let eat = "local t = {} for i = 1, 1e9 do end".replace("1e9", "2147483646").replace("do end", "do t[i] = {} end");
    let (_, end) = run_out(&mut vm(&eat));
    assert_eq!(end, error("not enough memory"));
    let (_, end) = run_out(&mut vm(&format!("return pcall(function() {eat} end)")));
    assert_eq!(end, done(&[Value::Bool(false), text("not enough memory")]));
    assert_eq!(
        vm("return pcall(string.rep, 'x', 2000000)").resume(),
        done(&[Value::Bool(false), text("not enough memory")])
    );

    let mut vm = vm("local s = sleep() return s");
    let before = vm.memory_used();
    assert!((10_000..200_000).contains(&before), "{before}");
    assert_eq!(vm.resume(), Resume::Yield);
    vm.push(Value::Bytes(vec![b'x'; 1 << 20]));
    assert!(vm.memory_used() > before + (1 << 20));
    vm.push(Value::Bytes(vec![b'x'; 1 << 20]));
    assert_eq!(vm.resume(), done(&[Value::Bytes(vec![b'x'; 1 << 20])]), "the second one was lost");
}

#[test]
fn a_camera_without_memory_says_so() {
    let mut vm = Vm::new(&Options { memory: 0, ..Options::default() }, FUNCTIONS, Box::<Camera>::default());
    assert_eq!(vm.load(b"return 1"), Err(b"not enough memory".to_vec()));
}

#[test]
fn a_stopped_script_ends_whatever_it_catches() {
    for source in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
        "debug.sethook() while true do pcall(function() while true do end end) end",
        "debug.sethook(function() while true do end end, '', 1) while true do end",
        "debug.sethook(function() while true do end end, 'l')\nlocal x",
        "getmetatable(newproxy(true)).__gc = function() while true do end end collectgarbage()",
        "usb_msg_table_to_string = function() while true do end end write_usb_msg({})",
        "usb_msg_table_to_string = function() while true do end end return {}",
    ] {
        let camera = Camera::default();
        let mut vm = camera.vm(&format!("set_yield(-1, -1) {source}"));
        let stopper = vm.stopper();
        let running = std::thread::spawn(move || vm.resume());
        let begun = std::time::Instant::now();
        while *camera.asked.lock().unwrap() < 50 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{source}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        stopper.stop();
        match running.join().unwrap() {
            Resume::Error(_) => {}
            Resume::Done(results) => assert!(results[0].is_err(), "{source}"),
            other => panic!("{source}: {other:?}"),
        }
    }
}

#[test]
fn a_panic_of_the_camera_goes_on_from_resume() {
    for source in ["while true do pcall(explode) end", "pcall(print, 'explode') return 1", "echo(pcall(explode))"] {
        let mut vm = vm(source);
        panics(|| vm.resume());
        assert_eq!(vm.resume(), error("no script to run"), "{source}");
    }
    let mut vm = vm("function restore() explode() end sleep(1)");
    assert_eq!(vm.resume(), Resume::Yield);
    panics(|| vm.restore());
}

#[test]
fn a_script_may_be_dropped_wherever_it_is() {
    let camera = Camera::default();
    let finalizer =
        "p = newproxy(true) getmetatable(p).__gc = function() print('gone') echo(1) sleep(1) print('never') end ";
    for (source, resumes) in [("sleep(1)", 0), ("sleep(1)", 1), ("while true do end", 1), ("", 1), ("error()", 1)] {
        camera.log.lock().unwrap().clear();
        let mut vm = camera.vm(&format!("{finalizer} {source}"));
        for _ in 0..resumes {
            vm.resume();
        }
        drop(vm);
        let log = camera.log.lock().unwrap().join(" ");
        let expected = if resumes == 0 { "" } else { "gone echo sleep" };
        assert!(log.ends_with(expected) && !log.contains("never"), "{source}: {log}");
    }
    // A finalizer without end, and one that panics, do not hold up the end of the state.
    let endless = "p = newproxy(true) getmetatable(p).__gc = function() while true do end end ";
    vm(endless).resume();
    vm("p = newproxy(true) getmetatable(p).__gc = function() explode() end").resume();
}

#[test]
fn restore_runs_until_it_yields() {
    let camera = Camera::default();
    let restored = |restore: &str| {
        camera.log.lock().unwrap().clear();
        let mut vm = camera.vm(&format!("{restore} while true do sleep(1) end"));
        assert_eq!(vm.resume(), Resume::Yield);
        let end = vm.restore();
        assert_eq!(vm.resume(), error("no script to run"));
        drop(vm);
        (end, camera.log.lock().unwrap().join(" "))
    };
    assert_eq!(restored(""), (Ok(()), "sleep".into()));
    assert_eq!(restored("restore = 1"), (Ok(()), "sleep".into()));
    assert_eq!(restored("function restore() print('back') end"), (Ok(()), "sleep back".into()));
    let yields = "function restore() print('back') sleep(1) print('never') end";
    assert_eq!(restored(yields), (Ok(()), "sleep back sleep".into()));
    assert_eq!(restored("function restore() error('no', 0) end"), (Err(Some(b"no".to_vec())), "sleep".into()));
    let strict = "setmetatable(_G, {__index = function(_, n) error('undefined ' .. n, 0) end})";
    assert_eq!(restored(strict), (Err(Some(b"undefined restore".to_vec())), "sleep".into()));
    // Lua takes the thread's old yield for one of the hook: what runs is over at the first hook, with forced yields off too.
    let off = "function restore() for i = 1, 1000 do end print('never') end set_yield(-1, -1)";
    assert_eq!(restored(off), (Ok(()), "sleep".into()));
    let caught = "function restore() pcall(function() for i = 1, 1000 do end print('in') end) print('after') end";
    assert_eq!(restored(caught), (Ok(()), "sleep in after".into()));
    let cut = "function restore() for i = 1, 1000 do end print('never') end";
    assert_eq!(restored(cut), (Ok(()), "sleep".into()));
}

#[test]
fn scripts_run_beside_each_other_and_on_other_threads() {
    let mut first = vm("x = 1 sleep(1) return x");
    let mut second = vm("x = 2 sleep(1) return x");
    assert_eq!(first.resume(), Resume::Yield);
    assert_eq!(second.resume(), Resume::Yield);
    let first = std::thread::spawn(move || first.resume()).join().unwrap();
    assert_eq!((first, second.resume()), (done(&[Value::Int(1)]), done(&[Value::Int(2)])));
}

#[test]
fn a_state_runs_one_script_after_the_other() {
    let mut vm = vm("x = 1 error('first')");
    assert_eq!(vm.resume(), error(":1: first"));
    vm.load(b"return x").unwrap();
    assert_eq!(vm.resume(), done(&[Value::Int(1)]));
}

#[test]
fn values_can_be_defined_before_a_script_runs() {
    let mut vm = vm("return a, t.b, type(os.stat)");
    vm.define("a", &Value::Int(5));
    vm.define("t.b", &text("x"));
    assert_eq!(vm.resume(), done(&[Value::Int(5), text("x"), text("function")]));
}

#[test]
fn mluas_lua_runs_in_the_same_process() {
    let host = mlua::Lua::new();
    let mut camera = vm("return 5 / 2, string.format('%x', -1)");
    assert_eq!(host.load("return 5 / 2").eval::<f64>().unwrap(), 2.5);
    assert_eq!(camera.resume(), done(&[Value::Int(2), text("ffffffff")]));
}

#[test]
fn texts_are_compiled_alone() {
    let compile = |text: &[u8], calls| compile(text, calls, 1 << 20, Duration::from_secs(60));
    assert_eq!(compile(b"return ...", 0), Ok(()));
    assert_eq!(compile(b"x = '\0'\ny = ''", 0), Ok(()));
    assert_eq!(compile(b"\nx = 0.5", 0), Err(CompileError::Refused(b":2: malformed number near '0.5'".to_vec())));
    assert_eq!(compile(b"x = y\0", 0), Err(CompileError::Refused(b":1: unexpected symbol".to_vec())));
    assert_eq!(compile(b"\x1bLua", 0), Err(CompileError::Bytecode));
    assert_eq!(compile(&b"a='abcdefghij';".repeat(1 << 18), 0), Err(CompileError::Memory));
    let nested = |depth| [b"x = ".to_vec(), b"(".repeat(depth), b"1".to_vec(), b")".repeat(depth)].concat();
    assert_eq!(compile(&nested(198), 0), Ok(()));
    assert!(matches!(compile(&nested(199), 0), Err(CompileError::Refused(_))));
    assert!(matches!(compile(&nested(198), 1), Err(CompileError::Refused(_))));
    let late = super::compile(&b"x=1 ".repeat(256), 0, 1 << 20, Duration::ZERO);
    assert_eq!(late, Err(CompileError::Late));
}
