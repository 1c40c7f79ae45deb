//! PTP response codes as scripts name them, in the global table `ptp`, with the local codes that chdkptp's scripts know.

use mlua::{Lua, Table};

use crate::camera::ResponseCode;

/// Nothing is connected.
pub(crate) const ERROR_NOT_CONNECTED: u16 = 0x02FA;
/// The connection broke.
pub(crate) const ERROR_IO: u16 = 0x02FF;

/// chdkptp's own codes, for what went wrong on this side of the wire.
const LOCAL: &[(&str, u16)] = &[
    ("ERROR_NOT_CONNECTED", ERROR_NOT_CONNECTED),
    ("ERROR_NOMEM", 0x02FB),
    ("ERROR_BADPARAM", 0x02FC),
    ("ERROR_RESP_EXPECTED", 0x02FD),
    ("ERROR_DATA_EXPECTED", 0x02FE),
    ("ERROR_IO", ERROR_IO),
];

/// The table `ptp`.
pub(crate) fn table(lua: &Lua) -> mlua::Result<Table> {
    let standard = ResponseCode::NAMED.iter().map(|(name, code)| (format!("RC_{name}"), *code));
    let local = LOCAL.iter().map(|(name, code)| ((*name).to_owned(), *code));
    lua.create_table_from(standard.chain(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_find_the_names_that_chdkptp_gives_them() {
        let lua = Lua::new();
        let codes = table(&lua).unwrap();
        for (name, code) in [
            ("RC_Undefined", 0x2000),
            ("RC_OK", 0x2001),
            ("RC_OperationNotSupported", 0x2005),
            ("RC_InvalidStorageId", 0x2008),
            ("RC_TransactionCanceled", 0x201F),
            ("RC_SpecificationOfDestinationUnsupported", 0x2020),
            ("ERROR_NOT_CONNECTED", 0x02FA),
            ("ERROR_IO", 0x02FF),
        ] {
            assert_eq!(codes.get::<u16>(name).unwrap(), code, "{name}");
        }
        assert_eq!(codes.pairs::<String, u16>().count(), 39);
    }
}
