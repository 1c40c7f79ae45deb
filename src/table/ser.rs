//! A program's values as text.

use serde::Serialize;
use serde::ser;

use super::DEPTH_LIMIT;
use super::scan::is_name;
use super::serde_error::SerdeError;
use super::writer::{put_boolean, put_integer, put_string};

/// Writes a program's value as one Lua expression.
///
/// | Rust | Lua |
/// |---|---|
/// | `bool`, `String`, `char` | boolean, string |
/// | integers, and floats without a fraction, of 32 bits | number |
/// | `Option`, `()` | the value, or nil |
/// | lists, tuples | `{1,2}` |
/// | structs | `{name="IMG"}`; what is `None` is not there |
/// | maps | `{name="IMG",[5]=true}`, sorted, so that the text is always the same |
/// | enums | `"Variant"`, `{Variant=value}`, `{Variant={1,2}}`, `{Variant={field=1}}` |
/// | bytes ([`bytes`](super::bytes), `serde_bytes`) | string |
/// | unsigned words ([`word`](super::word)) | the number with the same 32 bits |
///
/// Fails, and says where, for other numbers, for nil where Lua would lose it (at the end of a list, in a map), and for
/// more than [`DEPTH_LIMIT`] tables in one another. What `Some(None)` is cannot be told from `None`.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Shot { iso: u32, tags: Vec<&'static str>, delay: Option<i32> }
///
/// let shot = Shot { iso: 80, tags: vec!["a", "b"], delay: None };
/// assert_eq!(moonshutter::table::to_text(&shot)?, b"{iso=80,tags={\"a\",\"b\"}}");
///
/// let error = moonshutter::table::to_text(&vec![1.0, 1.5]).unwrap_err();
/// assert_eq!(error.to_string(), "value[2]: 1.5 has no place on the camera: its numbers are 32-bit integers");
/// # Ok::<(), moonshutter::table::SerdeError>(())
/// ```
pub fn to_text<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, SerdeError> {
    let mut out = Vec::new();
    value.serialize(Serializer { out: &mut out, depth: 0 })?;
    Ok(out)
}

type Outcome<T = ()> = Result<T, SerdeError>;

struct Serializer<'o> {
    out: &'o mut Vec<u8>,
    /// Tables around this value.
    depth: usize,
}

fn no_place(number: impl std::fmt::Display) -> SerdeError {
    SerdeError::new(format!("{number} has no place on the camera: its numbers are 32-bit integers"))
}

fn lost_nil(where_: &str) -> SerdeError {
    SerdeError::new(format!("nil {where_} would be lost: to Lua, what is nil is not there"))
}

impl<'o> Serializer<'o> {
    fn open(self, kind: Kind) -> Outcome<Compound<'o>> {
        let depth = self.depth + if kind.variant() { 2 } else { 1 };
        if depth > DEPTH_LIMIT {
            return Err(SerdeError::new(format!("more than {DEPTH_LIMIT} tables in one another")));
        }
        self.out.push(b'{');
        let filled = self.out.len();
        Ok(Compound { out: self.out, depth, kind, count: 0, start: filled, filled, entries: Vec::new() })
    }

    fn open_variant(self, name: &'static str, kind: Kind) -> Outcome<Compound<'o>> {
        self.out.push(b'{');
        put_name(self.out, name.as_bytes());
        self.open(kind)
    }
}

fn put_name(out: &mut Vec<u8>, name: &[u8]) {
    if is_name(name) {
        out.extend_from_slice(name);
    } else {
        out.push(b'[');
        put_string(out, name);
        out.push(b']');
    }
    out.push(b'=');
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    List,
    Tuple,
    TupleVariant(&'static str),
    Struct,
    StructVariant(&'static str),
    Map,
}

impl Kind {
    fn variant(self) -> bool {
        matches!(self, Kind::TupleVariant(_) | Kind::StructVariant(_))
    }
}

/// A table that is being written.
struct Compound<'o> {
    out: &'o mut Vec<u8>,
    depth: usize,
    kind: Kind,
    /// Values so far, nils included.
    count: usize,
    /// Where the table's content begins.
    start: usize,
    /// Where it ends, trailing nils left out.
    filled: usize,
    /// Of a map: where each entry begins, and its key ends.
    entries: Vec<(usize, usize)>,
}

impl Compound<'_> {
    #[inline]
    fn inner(&mut self) -> Serializer<'_> {
        Serializer { out: self.out, depth: self.depth }
    }

    #[inline]
    fn separate(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
    }

    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        self.separate();
        let at = self.out.len();
        self.count += 1;
        let count = self.count;
        value.serialize(self.inner()).map_err(|error| self.within(error, |path| path.step(format!("[{count}]"))))?;
        if !self.is_nil(at) {
            self.filled = self.out.len();
        }
        Ok(())
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Outcome {
        let before = self.out.len();
        self.separate();
        put_name(self.out, name.as_bytes());
        let at = self.out.len();
        value.serialize(self.inner()).map_err(|error| self.within(error, |path| path.name(name.as_bytes())))?;
        if self.is_nil(at) {
            self.out.truncate(before);
        }
        Ok(())
    }

    fn is_nil(&self, at: usize) -> bool {
        self.out[at..] == *b"nil"
    }

    #[cold]
    fn within(&self, error: SerdeError, step: impl FnOnce(&mut super::path::Path)) -> SerdeError {
        let error = error.within(step);
        match self.kind {
            Kind::TupleVariant(name) | Kind::StructVariant(name) => error.within(|path| path.name(name.as_bytes())),
            _ => error,
        }
    }

    fn close(mut self) -> Outcome {
        match self.kind {
            // A list has as many values as it has; a tuple is known to have more.
            Kind::List if self.filled < self.out.len() => {
                let count = self.count;
                return Err(lost_nil("at the end of a list").within(|path| path.step(format!("[{count}]"))));
            }
            Kind::Tuple | Kind::TupleVariant(_) => self.out.truncate(self.filled),
            Kind::Map => self.sort(),
            _ => {}
        }
        self.out.push(b'}');
        if self.kind.variant() {
            self.out.push(b'}');
        }
        Ok(())
    }

    /// Sorts a map's entries by the text of their keys: hash maps have no order of their own.
    fn sort(&mut self) {
        let key = |(start, end): &(usize, usize)| &self.out[*start..*end];
        if self.entries.is_sorted_by_key(key) {
            return;
        }
        let ends = self.entries.iter().skip(1).map(|(start, _)| start - 1).chain([self.out.len()]);
        let mut entries: Vec<_> = self.entries.iter().copied().zip(ends).collect();
        entries.sort_by_key(|(entry, _)| key(entry));
        let mut sorted = Vec::with_capacity(self.out.len() - self.start);
        for ((start, _), end) in entries {
            if !sorted.is_empty() {
                sorted.push(b',');
            }
            sorted.extend_from_slice(&self.out[start..end]);
        }
        self.out.truncate(self.start);
        self.out.extend_from_slice(&sorted);
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, number: $type) -> Outcome {
            let number = i32::try_from(number).map_err(|_| no_place(number))?;
            put_integer(self.out, number);
            Ok(())
        })*
    };
}

impl<'o> ser::Serializer for Serializer<'o> {
    type Ok = ();
    type Error = SerdeError;
    type SerializeSeq = Compound<'o>;
    type SerializeTuple = Compound<'o>;
    type SerializeTupleStruct = Compound<'o>;
    type SerializeTupleVariant = Compound<'o>;
    type SerializeMap = Compound<'o>;
    type SerializeStruct = Compound<'o>;
    type SerializeStructVariant = Compound<'o>;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u64: u64, serialize_u128: u128
    );

    fn serialize_u32(self, number: u32) -> Outcome {
        let fits = i32::try_from(number).map_err(|_| {
            let advice = "with = \"moonshutter::table::word\" sends its 32 bits";
            SerdeError::new(format!("{}; {advice}", no_place(number).message()))
        })?;
        put_integer(self.out, fits);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Outcome {
        put_boolean(self.out, value);
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Outcome {
        if number.fract() != 0.0 {
            return Err(no_place(number));
        }
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Outcome {
        if number.fract() != 0.0 || !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number) {
            return Err(no_place(number));
        }
        put_integer(self.out, number as i32);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Outcome {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Outcome {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Outcome {
        put_string(self.out, bytes);
        Ok(())
    }

    fn serialize_none(self) -> Outcome {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome {
        self.out.extend_from_slice(b"nil");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Outcome {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Outcome {
        let before = self.out.len();
        let mut compound = self.open(Kind::Struct)?;
        compound.field(variant, value)?;
        if compound.out.len() > compound.start {
            return compound.close();
        }
        // A variant with nil in it reads like one with nothing in it.
        compound.out.truncate(before);
        put_string(compound.out, variant.as_bytes());
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Outcome<Compound<'o>> {
        self.open(Kind::List)
    }

    fn serialize_tuple(self, _: usize) -> Outcome<Compound<'o>> {
        self.open(Kind::Tuple)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Outcome<Compound<'o>> {
        self.open(Kind::Tuple)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Outcome<Compound<'o>> {
        self.open_variant(variant, Kind::TupleVariant(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Outcome<Compound<'o>> {
        self.open(Kind::Map)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Outcome<Compound<'o>> {
        self.open(Kind::Struct)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Outcome<Compound<'o>> {
        self.open_variant(variant, Kind::StructVariant(variant))
    }
}

impl ser::SerializeSeq for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        self.item(value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeTuple for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        self.item(value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeTupleStruct for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        self.item(value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeTupleVariant for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        self.item(value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Outcome {
        self.field(name, value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Outcome {
        self.field(name, value)
    }

    fn end(self) -> Outcome {
        self.close()
    }
}

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = SerdeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome {
        self.separate();
        let at = self.out.len();
        self.out.push(b'[');
        key.serialize(self.inner()).map_err(|error| error.within(|path| path.step("[a key]")))?;
        let text = &self.out[at + 1..];
        if text == b"nil" {
            return Err(SerdeError::new("nil is no key"));
        }
        match text {
            [b'"', name @ .., b'"'] if is_name(name) => {
                let len = name.len();
                self.out.copy_within(at + 2..at + 2 + len, at);
                self.out.truncate(at + len);
            }
            _ => self.out.push(b']'),
        }
        self.entries.push((at, self.out.len()));
        self.out.push(b'=');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        let at = self.out.len();
        let key = |out: &[u8], entries: &[(usize, usize)]| {
            let key = entries.last().map_or(&[][..], |(start, end)| &out[*start..*end]);
            let dot = if key.starts_with(b"[") { "" } else { "." };
            format!("{dot}{}", String::from_utf8_lossy(key))
        };
        value.serialize(self.inner()).map_err(|error| error.within(|path| path.step(key(self.out, &self.entries))))?;
        if self.is_nil(at) {
            return Err(lost_nil("in a map").within(|path| path.step(key(self.out, &self.entries))));
        }
        Ok(())
    }

    fn end(self) -> Outcome {
        self.close()
    }
}
