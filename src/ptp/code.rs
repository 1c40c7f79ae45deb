//! Operation and response codes (PTP ISO 15740 §10.4, §11.3).

use std::fmt;

/// Operation codes that a host of CHDK cameras uses.
pub mod operation {
    /// GetDeviceInfo
    pub const GET_DEVICE_INFO: u16 = 0x1001;
    /// OpenSession
    pub const OPEN_SESSION: u16 = 0x1002;
    /// CloseSession
    pub const CLOSE_SESSION: u16 = 0x1003;
}

/// A response code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseCode(pub u16);

macro_rules! response_codes {
    ($($code:literal $constant:ident $name:literal $words:literal;)*) => {
        impl ResponseCode {
            $(#[doc = concat!("`", $name, "`: ", $words)] pub const $constant: Self = Self($code);)*

            /// Every code that has a name, with it.
            pub const NAMED: &[(&str, u16)] = &[$(($name, $code),)*];

            /// The name in plain words.
            pub fn words(self) -> Option<&'static str> {
                match self.0 { $($code => Some($words),)* _ => None }
            }
        }
    };
}

response_codes! {
    0x2000 UNDEFINED "Undefined" "undefined";
    0x2001 OK "OK" "OK";
    0x2002 GENERAL_ERROR "GeneralError" "general error";
    0x2003 SESSION_NOT_OPEN "SessionNotOpen" "session not open";
    0x2004 INVALID_TRANSACTION_ID "InvalidTransactionID" "invalid transaction id";
    0x2005 OPERATION_NOT_SUPPORTED "OperationNotSupported" "operation not supported";
    0x2006 PARAMETER_NOT_SUPPORTED "ParameterNotSupported" "parameter not supported";
    0x2007 INCOMPLETE_TRANSFER "IncompleteTransfer" "incomplete transfer";
    0x2008 INVALID_STORAGE_ID "InvalidStorageId" "invalid storage id";
    0x2009 INVALID_OBJECT_HANDLE "InvalidObjectHandle" "invalid object handle";
    0x200A DEVICE_PROP_NOT_SUPPORTED "DevicePropNotSupported" "device property not supported";
    0x200B INVALID_OBJECT_FORMAT_CODE "InvalidObjectFormatCode" "invalid object format code";
    0x200C STORE_FULL "StoreFull" "card full";
    0x200D OBJECT_WRITE_PROTECTED "ObjectWriteProtected" "object write protected";
    0x200E STORE_READ_ONLY "StoreReadOnly" "card read only";
    0x200F ACCESS_DENIED "AccessDenied" "access denied";
    0x2010 NO_THUMBNAIL_PRESENT "NoThumbnailPresent" "no thumbnail";
    0x2011 SELF_TEST_FAILED "SelfTestFailed" "self test failed";
    0x2012 PARTIAL_DELETION "PartialDeletion" "partial deletion";
    0x2013 STORE_NOT_AVAILABLE "StoreNotAvailable" "no card";
    0x2014 SPECIFICATION_BY_FORMAT_UNSUPPORTED "SpecificationByFormatUnsupported" "specification by format unsupported";
    0x2015 NO_VALID_OBJECT_INFO "NoValidObjectInfo" "no valid object info";
    0x2016 INVALID_CODE_FORMAT "InvalidCodeFormat" "invalid code format";
    0x2017 UNKNOWN_VENDOR_CODE "UnknownVendorCode" "unknown vendor code";
    0x2018 CAPTURE_ALREADY_TERMINATED "CaptureAlreadyTerminated" "capture already terminated";
    0x2019 DEVICE_BUSY "DeviceBusy" "device busy";
    0x201A INVALID_PARENT_OBJECT "InvalidParentObject" "invalid parent object";
    0x201B INVALID_DEVICE_PROP_FORMAT "InvalidDevicePropFormat" "invalid device property format";
    0x201C INVALID_DEVICE_PROP_VALUE "InvalidDevicePropValue" "invalid device property value";
    0x201D INVALID_PARAMETER "InvalidParameter" "invalid parameter";
    0x201E SESSION_ALREADY_OPENED "SessionAlreadyOpened" "session already open";
    0x201F TRANSACTION_CANCELED "TransactionCanceled" "transaction cancelled";
    0x2020 SPECIFICATION_OF_DESTINATION_UNSUPPORTED "SpecificationOfDestinationUnsupported"
        "specification of destination unsupported";
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            Some(words) => write!(f, "{words} (0x{:04X})", self.0),
            None => write!(f, "response code 0x{:04X}", self.0),
        }
    }
}

impl fmt::Debug for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_show_words_and_number() {
        assert_eq!(ResponseCode::GENERAL_ERROR.to_string(), "general error (0x2002)");
        assert_eq!(ResponseCode(0xA001).to_string(), "response code 0xA001");
    }
}
