//! Tables of the VM, filled and gone through on Lua's own stack.
//!
//! A handle of mlua's for each string and table takes longer than all else together, so this is the second of the two
//! places in `host` with unsafe code. What it relies on: Lua throws by `longjmp`, out of the functions that may allocate,
//! to the protected call in [`Lua::exec_raw`]. No frame of ours in between owns anything: values are numbers and
//! references, and what is gathered belongs to the caller outside.

#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};

use mlua::{Lua, Table, Value, ffi, lua_State};

use crate::table::{self, Document, Value as Shared};

/// A document as a value of the VM.
pub(super) fn push(lua: &Lua, document: &Document<'_>) -> mlua::Result<Value> {
    // SAFETY: see above; the closure leaves one value on a stack that has room for what it pushes.
    unsafe {
        lua.exec_raw(
            (),
            |state| {
                if document.is_tree() { put(state, document.root()) } else { put_graph(state, document) }
            },
        )
    }
}

/// Pushes a value and what stands in it. Recurses as deep as the text that the document was read from, of which
/// [`table::Limits`] is the bound.
unsafe fn put(state: *mut lua_State, value: Shared<'_>) {
    unsafe {
        match value {
            Shared::Table(table) => {
                create(state, table);
                for (item, index) in table.items().zip(1..) {
                    put(state, item);
                    ffi::lua_rawseti(state, -2, index);
                }
                for (key, value) in table.pairs() {
                    put(state, key);
                    put(state, value);
                    ffi::lua_rawset(state, -3);
                }
            }
            scalar => put_scalar(state, scalar),
        }
    }
}

unsafe fn put_scalar(state: *mut lua_State, value: Shared<'_>) {
    unsafe {
        match value {
            Shared::Nil | Shared::Table(_) => ffi::lua_pushnil(state),
            Shared::Boolean(value) => ffi::lua_pushboolean(state, value.into()),
            Shared::Integer(number) => ffi::lua_pushnumber(state, number.into()),
            Shared::String(bytes) => {
                ffi::lua_pushlstring(state, bytes.as_ptr().cast(), bytes.len());
            }
        }
    }
}

/// Pushes an empty table with room for what will stand in it, and sees to some room on the stack.
unsafe fn create(state: *mut lua_State, table: table::Table<'_>) {
    let room = |len: usize| c_int::try_from(len).unwrap_or(c_int::MAX);
    unsafe {
        ffi::luaL_checkstack(state, 8, std::ptr::null());
        ffi::lua_createtable(state, room(table.items().len()), room(table.pairs().len()));
    }
}

/// Pushes the root of a document whose tables are met in any way: all of them are made first.
unsafe fn put_graph(state: *mut lua_State, document: &Document<'_>) {
    unsafe {
        ffi::luaL_checkstack(state, 8, std::ptr::null());
        ffi::lua_createtable(state, c_int::try_from(document.table_count()).unwrap_or(0), 0);
        let made = ffi::lua_gettop(state);
        let number = |table: table::Table<'_>| table.id().number() as i64 + 1;
        let put = |value| match value {
            Shared::Table(table) => {
                ffi::lua_rawgeti(state, made, number(table));
            }
            scalar => put_scalar(state, scalar),
        };
        for table in document.tables() {
            create(state, table);
            ffi::lua_rawseti(state, made, number(table));
        }
        for table in document.tables() {
            put(Shared::Table(table));
            for (key, value) in table.entries() {
                put(key);
                put(value);
                ffi::lua_rawset(state, -3);
            }
            ffi::lua_settop(state, made);
        }
        put(document.root());
        ffi::lua_remove(state, made);
    }
}

/// A value that was met in a table of the VM.
#[derive(Clone, Copy)]
pub(super) enum Met<'a> {
    Nil,
    Boolean(bool),
    Number(f64),
    String(&'a [u8]),
    /// A table, by its identity.
    Table(*const c_void),
    /// The name of any other type, and the value's identity.
    Other(&'static str, *const c_void),
}

/// What looks at the tables.
pub(super) trait Visitor {
    /// Is told of an entry of the present table, and says whether its key and its value are tables that are to be gone
    /// through as well; `None` ends it all.
    fn entry(&mut self, key: Met<'_>, value: Met<'_>) -> Option<(bool, bool)>;

    /// There is no more in the present table; the next one, in the order in which they were asked for, follows.
    fn end(&mut self);
}

/// Goes through a table and those that the visitor asks for, without metatables.
pub(super) fn walk(lua: &Lua, root: &Table, visitor: &mut impl Visitor) -> mlua::Result<()> {
    // SAFETY: see above. The visitor calls nothing of Lua's; strings that it is lent are on the stack meanwhile.
    unsafe {
        lua.exec_raw(root, |state| {
            // Tables that wait are in a table of Lua's at 2: the stack has bounds.
            ffi::luaL_checkstack(state, 8, std::ptr::null());
            ffi::lua_createtable(state, 16, 0);
            ffi::lua_insert(state, 1);
            let (mut asked, mut done) = (0, 0);
            'tables: loop {
                ffi::lua_pushnil(state);
                while ffi::lua_next(state, 2) != 0 {
                    let Some((key, value)) = visitor.entry(met(state, 3), met(state, 4)) else { break 'tables };
                    for (index, wanted) in [(3, key), (4, value)] {
                        if wanted {
                            asked += 1;
                            ffi::lua_pushvalue(state, index);
                            ffi::lua_rawseti(state, 1, asked);
                        }
                    }
                    ffi::lua_settop(state, 3);
                }
                visitor.end();
                if done == asked {
                    break;
                }
                done += 1;
                ffi::lua_settop(state, 1);
                ffi::lua_rawgeti(state, 1, done);
                ffi::lua_pushnil(state);
                ffi::lua_rawseti(state, 1, done);
            }
            ffi::lua_settop(state, 0);
        })
    }
}

/// What stands at a place of the stack, and stays there as long as the result is used.
unsafe fn met<'a>(state: *mut lua_State, index: c_int) -> Met<'a> {
    unsafe {
        match ffi::lua_type(state, index) {
            ffi::LUA_TNIL => Met::Nil,
            ffi::LUA_TBOOLEAN => Met::Boolean(ffi::lua_toboolean(state, index) != 0),
            ffi::LUA_TNUMBER => Met::Number(ffi::lua_tonumber(state, index)),
            ffi::LUA_TSTRING => {
                let mut len = 0;
                let bytes = ffi::lua_tolstring(state, index, &mut len);
                Met::String(std::slice::from_raw_parts(bytes.cast(), len))
            }
            ffi::LUA_TTABLE => Met::Table(ffi::lua_topointer(state, index)),
            other => {
                let name = match other {
                    ffi::LUA_TFUNCTION => "function",
                    ffi::LUA_TTHREAD => "thread",
                    _ => "userdata",
                };
                Met::Other(name, ffi::lua_topointer(state, index))
            }
        }
    }
}
