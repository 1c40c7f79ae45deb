//! Camera code in a host script: what it gives to `con:exec` and its kin, and what it registers for them.

use crate::lint::Span;
use crate::lint::tree::{Expr, ExprId, Field};

use super::cameras::{Camera, Cameras, Invocation, invocations};
use super::read::Host;
use super::text::{Constants, Text};

/// Code for the camera.
pub(super) struct Code {
    pub text: Text,
    /// The call that sends it.
    pub call: Span,
    /// Names of libraries that go along.
    pub libs: Vec<String>,
    /// Whether the serializer goes along.
    pub serializer: bool,
    /// It is a library, not run by itself.
    pub library: Option<String>,
    /// The call gives no word of what else may go along: what is there besides is not known.
    pub open: bool,
}

/// An expression that is sent as code, constant or not.
pub(super) struct Sent {
    pub expr: ExprId,
}

/// All code in a script, and all that is sent.
pub(super) fn find(host: &Host, constants: &Constants<'_>, cameras: &Cameras<'_>) -> (Vec<Code>, Vec<Sent>) {
    let (mut found, mut sent) = (Vec::new(), Vec::new());
    for Invocation { object, method, args, span: call } in invocations(host) {
        match method {
            b"exec" | b"execwait" | b"each" | b"collect" if cameras.is(object) != Camera::No => {
                let Some(code) = args.first() else { continue };
                let options = Options::read(host, constants, args.get(1).copied());
                if !options.lint {
                    continue;
                }
                sent.push(Sent { expr: *code });
                if let Some(text) = constants.text(*code) {
                    let Options { libs, serializer, open, .. } = options;
                    found.push(Code { text, call, libs, serializer, library: None, open });
                }
            }
            b"call_remote" if cameras.is(object) != Camera::No => {
                let options = Options::read(host, constants, args.get(1).copied());
                let function = args.first().and_then(|function| constants.text(*function));
                if let Some(function) = function.filter(|_| options.lint) {
                    let at = function.map.first().map_or(call.start, |(_, at)| *at) as usize;
                    let mut text = Text::default();
                    text.push_all(b"return ", at);
                    text.append(&function);
                    text.push_all(b"(...)", at);
                    let Options { libs, serializer, open, .. } = options;
                    found.push(Code { text, call, libs, serializer, library: None, open });
                }
            }
            b"register" if is_rlibs(host, object) => {
                let fields = args.first().map(|table| fields(host, constants, *table)).unwrap_or_default();
                let field = |wanted: &[u8]| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
                let (Some(code), Some(name)) = (field(b"code"), field(b"name")) else { continue };
                if let (Some(text), Some(name)) = (constants.text(code), constants.text(name)) {
                    let library = Some(String::from_utf8_lossy(&name.bytes).into_owned());
                    let libs = field(b"depend").map(|libs| names(host, constants, libs)).unwrap_or_default();
                    let open = libs.is_none();
                    let libs = libs.unwrap_or_default();
                    found.push(Code { text, call, libs, serializer: true, library, open });
                }
            }
            _ => {}
        }
    }
    (found, sent)
}

/// What the options of a call say of the code.
struct Options {
    libs: Vec<String>,
    serializer: bool,
    lint: bool,
    open: bool,
}

impl Options {
    fn read(host: &Host, constants: &Constants<'_>, options: Option<ExprId>) -> Self {
        let mut read = Self { libs: Vec::new(), serializer: true, lint: true, open: false };
        let Some(options) = options.map(|options| constants.value(options)) else { return read };
        let tree = &host.tree;
        match tree.expr(options) {
            Expr::Nil => return read,
            Expr::Table { .. } => {}
            _ => read.open = true,
        }
        let mut no_default = false;
        for (name, value) in fields(host, constants, options) {
            let value = constants.value(value);
            match name {
                b"lint" => read.lint = tree.expr(value) != Expr::False,
                b"nodefaultlib" => no_default = tree.expr(value) == Expr::True,
                b"libs" => match names(host, constants, value) {
                    Some(names) => read.libs = names,
                    None => read.open = true,
                },
                _ => {}
            }
        }
        read.serializer = !no_default;
        read
    }
}

/// The fields of a table that is written out.
fn fields<'a>(host: &'a Host, constants: &Constants<'_>, table: ExprId) -> Vec<(&'a [u8], ExprId)> {
    let tree = &host.tree;
    let Expr::Table { start, len } = tree.expr(constants.value(table)) else { return Vec::new() };
    let pairs = tree.table(start, len).iter().filter_map(|field| match field {
        Field::Pair(key, value) => Some((tree.as_string(*key)?, *value)),
        Field::Item(_) => None,
    });
    pairs.collect()
}

/// `"a"`, or `{"a", "b"}`. None if it is anything that is not known.
fn names(host: &Host, constants: &Constants<'_>, value: ExprId) -> Option<Vec<String>> {
    let tree = &host.tree;
    let name = |value| constants.text(value).map(|text| String::from_utf8_lossy(&text.bytes).into_owned());
    match tree.expr(constants.value(value)) {
        Expr::Table { start, len } => {
            let items = tree.table(start, len).iter().map(|field| match field {
                Field::Item(value) => name(*value),
                Field::Pair(..) => None,
            });
            items.collect()
        }
        _ => name(value).map(|name| vec![name]),
    }
}

/// `rlibs`, `chdku.rlibs`.
fn is_rlibs(host: &Host, object: ExprId) -> bool {
    let tree = &host.tree;
    match tree.expr(tree.unparen(object)) {
        Expr::Index { key, .. } => tree.as_string(key) == Some(b"rlibs"),
        Expr::Global(name) => tree.names.text(name) == "rlibs",
        Expr::Local(local) => tree.names.text(tree.local(local).name) == "rlibs",
        _ => false,
    }
}
