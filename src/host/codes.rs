//! PTP response codes as scripts name them, in the global table `ptp`, with the local codes that chdkptp's scripts know.

use mlua::{Lua, Table};

/// Nothing is connected.
pub(crate) const ERROR_NOT_CONNECTED: u16 = 0x02FA;
/// The connection broke.
pub(crate) const ERROR_IO: u16 = 0x02FF;

const NAMES: &[(&str, u16)] = &[
    ("RC_Undefined", 0x2000),
    ("RC_OK", 0x2001),
    ("RC_GeneralError", 0x2002),
    ("RC_SessionNotOpen", 0x2003),
    ("RC_InvalidTransactionID", 0x2004),
    ("RC_OperationNotSupported", 0x2005),
    ("RC_ParameterNotSupported", 0x2006),
    ("RC_IncompleteTransfer", 0x2007),
    ("RC_InvalidStorageId", 0x2008),
    ("RC_InvalidObjectHandle", 0x2009),
    ("RC_DevicePropNotSupported", 0x200A),
    ("RC_InvalidObjectFormatCode", 0x200B),
    ("RC_StoreFull", 0x200C),
    ("RC_ObjectWriteProtected", 0x200D),
    ("RC_StoreReadOnly", 0x200E),
    ("RC_AccessDenied", 0x200F),
    ("RC_NoThumbnailPresent", 0x2010),
    ("RC_SelfTestFailed", 0x2011),
    ("RC_PartialDeletion", 0x2012),
    ("RC_StoreNotAvailable", 0x2013),
    ("RC_SpecificationByFormatUnsupported", 0x2014),
    ("RC_NoValidObjectInfo", 0x2015),
    ("RC_InvalidCodeFormat", 0x2016),
    ("RC_UnknownVendorCode", 0x2017),
    ("RC_CaptureAlreadyTerminated", 0x2018),
    ("RC_DeviceBusy", 0x2019),
    ("RC_InvalidParentObject", 0x201A),
    ("RC_InvalidDevicePropFormat", 0x201B),
    ("RC_InvalidDevicePropValue", 0x201C),
    ("RC_InvalidParameter", 0x201D),
    ("RC_SessionAlreadyOpened", 0x201E),
    ("RC_TransactionCanceled", 0x201F),
    ("RC_SpecificationOfDestinationUnsupported", 0x2020),
    ("ERROR_NOT_CONNECTED", ERROR_NOT_CONNECTED),
    ("ERROR_NOMEM", 0x02FB),
    ("ERROR_BADPARAM", 0x02FC),
    ("ERROR_RESP_EXPECTED", 0x02FD),
    ("ERROR_DATA_EXPECTED", 0x02FE),
    ("ERROR_IO", ERROR_IO),
];

/// The table `ptp`.
pub(crate) fn table(lua: &Lua) -> mlua::Result<Table> {
    lua.create_table_from(NAMES.iter().copied())
}
