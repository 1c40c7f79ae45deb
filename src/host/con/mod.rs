//! A connection as scripts hold it: the userdata behind `con`.
//!
//! [`Connection`] owns the camera and lends it out for one piece of work at a time. While a script's own function runs
//! in the middle of such work (a message callback), the camera is lent on to whoever calls from inside it; see
//! [`lend`](Connection::lend). One file of methods per subject; none may hold a borrow while it calls into Lua.

mod card;
mod each;
mod exec;
mod fields;
mod files;
mod images;
mod info;
mod link;
mod memory;
mod messages;
mod prompt;
mod system;
mod transfer;
mod wait;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use mlua::{AnyUserData, Function, Lua, MultiValue, Table, UserData, UserDataFields, Value};

use crate::camera::{self, Camera};
use crate::connect::{self, SimCamera, Spec};
use crate::error::ErrorKind;

use super::args::Args;
use super::context::Context;
use super::error::Failure;
use super::native::{Outcome, hand_over};
use super::options::Taken;

pub(crate) use fields::{describe, get as get_field, known_name, names as field_names, set as set_field};
pub(crate) use prompt::no_connection;

/// A method of a connection.
type Method = fn(&Lua, &Rc<Connection>, Args) -> Outcome;

/// All methods, by subject.
const METHODS: &[&[(&str, Method)]] = &[
    link::METHODS,
    info::METHODS,
    exec::METHODS,
    each::METHODS,
    wait::METHODS,
    messages::METHODS,
    files::METHODS,
    card::METHODS,
    images::METHODS,
    transfer::METHODS,
    memory::METHODS,
    system::METHODS,
];

/// What the methods take as options, by subject.
const OPTIONS: &[&[Taken]] = &[
    link::OPTIONS,
    exec::OPTIONS,
    each::OPTIONS,
    wait::OPTIONS,
    messages::OPTIONS,
    files::OPTIONS,
    card::OPTIONS,
    images::OPTIONS,
    transfer::OPTIONS,
    system::OPTIONS,
];

/// What all methods take as options.
pub(crate) fn all_options() -> impl Iterator<Item = &'static Taken> {
    OPTIONS.iter().copied().flatten()
}

/// What a method takes as options, by its name.
pub(crate) fn options(name: &[u8]) -> impl Iterator<Item = &'static Taken> {
    all_options().filter(move |(method, ..)| method.as_bytes() == name)
}

/// Where the camera comes from.
pub(crate) enum Source {
    /// No camera was named.
    Nothing,
    /// This one.
    Spec(Spec),
    /// A simulated one of this connection's own, which stays on as long as the connection is there.
    Simulated(SimCamera),
}

/// A connection to one camera.
pub(crate) struct Connection {
    context: Rc<Context>,
    source: Source,
    options: camera::Options,
    state: RefCell<State>,
    /// Ways to the camera while it is lent out, the innermost last.
    lenders: RefCell<Vec<Function>>,
    job: RefCell<Option<Job>>,
    /// A script that this connection started may still run.
    started: Cell<bool>,
    /// The last script was started without the serializer: its tables are texts of CHDK's own, and stay texts.
    plain_tables: Cell<bool>,
    /// Scripts are checked before they are sent, unless a call says otherwise.
    pub(super) lint: Cell<bool>,
    /// What had gone over the wire when the counters were reset.
    counted: Cell<camera::Counters>,
    /// Model and serial number of the camera that was connected last.
    last: RefCell<Option<(String, String)>>,
}

enum State {
    /// Not yet connected: the first use does it.
    Waiting,
    /// Connected, and nobody uses it.
    Home(Box<Camera>),
    /// Somebody uses it.
    Lent,
    /// Not connected, until somebody asks for it.
    Closed,
}

type Job = Box<dyn FnOnce(&mut Camera)>;

impl Connection {
    pub(crate) fn new(context: &Rc<Context>, source: Source, options: camera::Options) -> Rc<Self> {
        let connection = Rc::new(Self {
            context: context.clone(),
            source,
            options,
            state: RefCell::new(State::Waiting),
            lenders: RefCell::default(),
            job: RefCell::default(),
            started: Cell::new(false),
            plain_tables: Cell::new(false),
            lint: Cell::new(true),
            counted: Cell::default(),
            last: RefCell::default(),
        });
        context.remember(&connection);
        connection
    }

    /// The connection as a Lua value.
    pub(crate) fn into_lua(connection: Rc<Self>, lua: &Lua) -> mlua::Result<AnyUserData> {
        let value = lua.create_userdata(Handle(connection))?;
        value.set_user_value(lua.create_table()?)?;
        Ok(value)
    }

    /// Does not connect by itself on first use.
    pub(crate) fn close_until_asked(&self) {
        self.state.replace(State::Closed);
    }

    /// Connects now.
    pub(crate) fn connect(&self) -> Result<(), Failure> {
        if self.is_connected() {
            return Err(Failure::bad_arg("already connected").named("connect_connected"));
        }
        let camera = self.open()?;
        self.state.replace(State::Home(camera));
        Ok(())
    }

    /// Whether there is a camera that answers, as far as is known.
    pub(crate) fn is_connected(&self) -> bool {
        match &*self.state.borrow() {
            State::Home(camera) => camera.is_connected(),
            State::Lent => true,
            State::Waiting | State::Closed => false,
        }
    }

    /// Ends the connection. The next use fails until somebody connects again.
    fn disconnect(&self) -> Result<(), Failure> {
        if matches!(self.source, Source::Nothing) {
            return Err(self.nothing_there());
        }
        if matches!(*self.state.borrow(), State::Waiting) {
            self.state.replace(State::Closed);
            return Ok(());
        }
        let result = self.camera(|camera| Ok(camera.disconnect()?));
        // A camera that is lent out now is dropped when it comes back: see `put_back`.
        if matches!(*self.state.borrow(), State::Home(_)) {
            self.state.replace(State::Closed);
        }
        self.started.set(false);
        result
    }

    /// Does a piece of work with the camera, connecting first if need be.
    fn camera<R: 'static>(&self, work: impl FnOnce(&mut Camera) -> Result<R, Failure> + 'static) -> Result<R, Failure> {
        let lender = self.lenders.borrow().last().cloned();
        if let Some(lender) = lender {
            return self.through(&lender, work);
        }
        let mut camera = self.take()?;
        let result = work(&mut camera);
        self.state.replace(State::Home(camera));
        result
    }

    /// Does a piece of work with a camera that is lent out.
    fn through<R: 'static>(
        &self,
        lender: &Function,
        work: impl FnOnce(&mut Camera) -> Result<R, Failure> + 'static,
    ) -> Result<R, Failure> {
        let result = Rc::new(RefCell::new(None));
        let place = result.clone();
        self.job.replace(Some(Box::new(move |camera| {
            place.replace(Some(work(camera)));
        })));
        lender.call::<()>(())?;
        result.take().unwrap_or_else(|| Err(in_use()))
    }

    /// Runs `work`, which may call into Lua, while whatever it calls can use the camera through this connection.
    ///
    /// The camera is only borrowed here, so it cannot be put anywhere that methods could find it. Instead a function
    /// that has it in hand is left for them, and VM scopes make sure that the function is gone when the borrow ends.
    fn lend<R>(&self, lua: &Lua, camera: &mut Camera, work: impl FnOnce() -> Result<R, Failure>) -> Result<R, Failure> {
        lua.scope(|scope| {
            let lender = scope.create_function_mut(|_, ()| {
                let job = self.job.take();
                if let Some(job) = job {
                    job(camera);
                }
                Ok(())
            })?;
            self.lenders.borrow_mut().push(lender);
            let result = work();
            self.lenders.borrow_mut().pop();
            Ok(result)
        })?
    }

    fn take(&self) -> Result<Box<Camera>, Failure> {
        let state = self.state.replace(State::Lent);
        let (state, failure) = match state {
            State::Home(camera) => return Ok(camera),
            State::Waiting => match self.open() {
                Ok(camera) => return Ok(camera),
                Err(failure) => (State::Waiting, failure),
            },
            State::Closed => (State::Closed, self.nothing_there()),
            State::Lent => (State::Lent, in_use()),
        };
        self.state.replace(state);
        Err(failure)
    }

    fn open(&self) -> Result<Box<Camera>, Failure> {
        let camera = match &self.source {
            Source::Nothing => return Err(self.nothing_there()),
            Source::Spec(spec) => connect::connect(spec, &self.options),
            Source::Simulated(camera) => connect::plug_in(camera, &self.options),
        };
        let camera = camera.map_err(|error| {
            let etype = match error.kind() {
                ErrorKind::Busy | ErrorKind::Disconnected | ErrorKind::Io | ErrorKind::Ptp => Some("connect_fail"),
                _ => None,
            };
            let failure = Failure::from(error);
            match etype {
                Some(etype) => failure.named(etype),
                None => failure,
            }
        })?;
        let info = camera.info();
        self.last.replace(Some((info.model.clone(), info.serial_number.clone())));
        self.counted.set(camera::Counters::default());
        self.started.set(false);
        Ok(Box::new(camera))
    }

    fn nothing_there(&self) -> Failure {
        Failure::not_connected(match self.source {
            Source::Nothing => "name a camera with -c, or use chdk.connect, as in chdk.connect(\"usb\")",
            Source::Spec(_) | Source::Simulated(_) => "con:connect() connects",
        })
    }

    /// Ends what this connection started, for a program that has been interrupted.
    pub(crate) fn kill_what_it_started(&self) {
        if !self.started.take() {
            return;
        }
        let killed = self.camera(|camera| Ok(camera.kill_script()?));
        if let Some(error) = killed.as_ref().err().and_then(Failure::error) {
            log::warn!("a script may still run on the camera: {error}");
        }
    }
}

fn in_use() -> Failure {
    Failure::new(ErrorKind::Busy, "this connection is in the middle of something: no __gc or debug hook can use it")
}

/// The userdata.
struct Handle(Rc<Connection>);

impl UserData for Handle {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        for name in ["__index", "__newindex", "__tostring"] {
            fields.add_meta_field_with(name, move |lua| lua.named_registry_value::<Function>(&registry_key(name)));
        }
    }
}

/// Where the prelude's function for this metamethod of connections is kept.
pub(crate) fn registry_key(metamethod: &str) -> String {
    format!("moonshutter.con{metamethod}")
}

/// The connection that a method was called on.
pub(crate) fn receiver(function: &str, value: Option<&Value>) -> Result<Rc<Connection>, Failure> {
    let handle = match value {
        Some(Value::UserData(data)) => data.borrow::<Handle>().ok(),
        _ => None,
    };
    handle
        .map(|handle| handle.0.clone())
        .ok_or_else(|| Failure::bad_arg(format!("{function}: not called on a connection: write con:{function}(…)")))
}

/// The methods, for the prelude to wrap.
pub(crate) fn methods(lua: &Lua, context: &Rc<Context>) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    for &(name, method) in METHODS.iter().copied().flatten() {
        let context = context.clone();
        let function = lua.create_function(move |lua, mut arguments: MultiValue| {
            let connection = receiver(name, arguments.pop_front().as_ref());
            let call = |connection| method(lua, &connection, Args::new(name, arguments));
            hand_over(lua, &context, connection.and_then(call))
        })?;
        table.raw_set(name, function)?;
    }
    Ok(table)
}

/// The names of the methods.
fn method_names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().copied().flatten().map(|(name, _)| *name)
}
