use super::*;

/// A camera of a few functions that writes down what it is told.
#[derive(Default)]
struct Camera {
    log: Arc<std::sync::Mutex<Vec<String>>>,
}

const FUNCTIONS: &[&str] = &["sleep", "echo", "fail", "explode", "write_usb_msg", "os.stat", "set_yield"];

impl Firmware for Camera {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        match FUNCTIONS[function] {
            "sleep" => Reply::Yield,
            "fail" => Reply::Error(b"it failed".to_vec()),
            "explode" => panic!("boom"),
            _ => Reply::Return(args.to_vec()),
        }
    }
    fn open(&mut self, _path: &[u8], _mode: &[u8]) -> Option<PathBuf> {
        None
    }
    fn print(&mut self, line: &[u8]) {
        self.log.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
    }
    fn elapsed_ms(&mut self) -> u32 {
        0
    }
}

fn vm(source: &str) -> Vm {
    let mut vm = Vm::new(&Options::default(), FUNCTIONS, Box::<Camera>::default());
    vm.load(source.as_bytes()).unwrap();
    vm
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

#[test]
fn values_pass_both_ways() {
    let got = vm("return echo(nil, true, -5, 'a\\0b')").resume();
    assert_eq!(got, done(&[Value::Nil, Value::Bool(true), Value::Int(-5), text("a\0b")]));
}

#[test]
fn what_is_pushed_before_a_resume_is_what_the_yielding_function_returns() {
    let mut vm = vm("return 'got', sleep(10)");
    assert_eq!(vm.resume(), Resume::Yield);
    vm.push(Value::Int(1));
    vm.push(text("two"));
    assert_eq!(vm.resume(), done(&[text("got"), Value::Int(1), text("two")]));
}

#[test]
fn errors_carry_the_callers_line() {
    assert_eq!(vm("\n fail()").resume(), error(":2: it failed"));
}

#[test]
fn a_panic_of_the_camera_goes_on_from_resume() {
    let mut vm = vm("while true do pcall(explode) end");
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| vm.resume())).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"boom"));
    assert_eq!(vm.resume(), error("no script to run"));
}
