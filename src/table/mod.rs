//! The shared serializer: tables as text that both sides read and write.

/// A value that the camera and the host share.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// nil
    Nil,
    /// boolean
    Boolean(bool),
    /// 32-bit integer
    Integer(i32),
    /// string of bytes
    String(Vec<u8>),
    /// table: its pairs, in the order they were written; array items have their index as key
    Table(Vec<(Value, Value)>),
}

/// Why a text is no value of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Offset in bytes.
    pub offset: usize,
    /// What stood there, or what was missing.
    pub message: String,
}

/// Reads one value. Executes nothing, bounds depth.
pub fn read(_text: &[u8]) -> Result<Value, ReadError> {
    unimplemented!()
}

/// Writes one value.
pub fn write(_value: &Value) -> Vec<u8> {
    unimplemented!()
}
