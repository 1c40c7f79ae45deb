use std::iter::FusedIterator;

use super::ReadError;

/// A table as CHDK's own `usb_msg_table_to_string` writes it (CHDK modules/luascript.c:3142-3162), for scripts that ran
/// without a serializer.
///
/// That text is made for eyes, and much is lost in it before it gets here:
///
/// - types: `5`, `"5"`, `true` and `"true"` are the same, and so are a value and a table with one item;
/// - borders: a string with a tab or a line break in it tears its row into fields and rows that were never there;
/// - tables in tables: of those inside the first, only the items are there, as fields, and theirs are empty; named
///   values are not;
/// - what is empty: an empty table has no rows, and a row without a key or without items is left out;
/// - functions and userdata: they are empty fields;
/// - order: rows come as the camera's `pairs` gives them.
///
/// What is sure is only that these are the bytes that stood there.
///
/// ```
/// let plain = moonshutter::table::read_plain(b"name\tIMG_0001.JPG\nsizes\t10\tnil\t30\n")?;
/// assert_eq!(plain.get("name").and_then(|mut fields| fields.next()), Some(&b"IMG_0001.JPG"[..]));
/// assert_eq!(plain.get("sizes").map(|fields| fields.count()), Some(3));
/// # Ok::<(), moonshutter::table::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlainTable<'a> {
    text: &'a [u8],
}

/// Reads CHDK's own text of a table. An error if a row has no tab, which a string with a line break in it leaves behind,
/// or does not end.
pub fn read_plain(text: &[u8]) -> Result<PlainTable<'_>, ReadError> {
    let mut offset = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let fail = |message: &str| Err(ReadError { offset, message: message.to_owned() });
        if !line.ends_with(b"\n") {
            return fail("a row that does not end");
        }
        if memchr::memchr(b'\t', line).is_none() {
            return fail("a row without a tab; maybe a string with a line break was before it");
        }
        offset += line.len();
    }
    Ok(PlainTable { text })
}

impl<'a> PlainTable<'a> {
    /// The rows: a key, and the fields of its value.
    pub fn rows(self) -> impl FusedIterator<Item = (&'a [u8], Fields<'a>)> {
        self.text.split(|byte| *byte == b'\n').filter_map(|line| {
            let tab = memchr::memchr(b'\t', line)?;
            Some((&line[..tab], Fields { rest: Some(&line[tab + 1..]) }))
        })
    }

    /// The fields of the last row with this key.
    pub fn get(self, key: impl AsRef<[u8]>) -> Option<Fields<'a>> {
        self.rows().filter(|(found, _)| *found == key.as_ref()).last().map(|(_, fields)| fields)
    }
}

/// The fields of a row: one for a value, and as many as there are items for a table.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        match memchr::memchr(b'\t', rest) {
            Some(tab) => {
                self.rest = Some(&rest[tab + 1..]);
                Some(&rest[..tab])
            }
            None => self.rest.take(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(String, Vec<String>)> {
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let rows = read_plain(text.as_bytes()).unwrap().rows();
        rows.map(|(key, fields)| (string(key), fields.map(string).collect())).collect()
    }

    fn row(key: &str, fields: &[&str]) -> (String, Vec<String>) {
        (key.into(), fields.iter().map(|field| field.to_string()).collect())
    }

    #[test]
    fn rows_are_read_as_a_camera_writes_them() {
        // The texts that CHDK's converter gave when it was run.
        assert_eq!(rows("a\t1\n"), [row("a", &["1"])]);
        assert_eq!(rows("3\t10\tnil\t30\n"), [row("3", &["10", "nil", "30"])]);
        assert_eq!(rows("d\t\n"), [row("d", &[""])]);
        assert_eq!(rows("g\t\t2\n"), [row("g", &["", "2"])]);
        assert_eq!(rows(""), []);
        assert_eq!(rows("a\t1\nb\t2\t\n"), [row("a", &["1"]), row("b", &["2", ""])]);
    }

    #[test]
    fn torn_rows_are_errors_where_they_can_be_told() {
        let error = |text: &str| read_plain(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error("a\tx\ny\n"),
            "at byte 4: a row without a tab; maybe a string with a line break was before it"
        );
        assert_eq!(error("a\t1\nb\t2"), "at byte 4: a row that does not end");
        assert_eq!(error("{1,2}"), "at byte 0: a row that does not end");
    }
}
