//! Containers by hand, over a simulated camera's cable.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::io;
use std::time::Duration;

use moonshutter::sim::Cable;

pub const LONG: Duration = Duration::from_secs(30);

/// What came back: the response, and the data phase if there was one.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub code: u16,
    pub params: Vec<u32>,
    pub data: Option<Vec<u8>>,
}

pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub fn container(kind: u16, code: u16, transaction: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(code.to_le_bytes());
    bytes.extend(transaction.to_le_bytes());
    bytes.extend(payload);
    bytes
}

pub fn read(cable: &Cable, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    let mut at = 0;
    while at < count {
        at += cable.read(&mut bytes[at..], LONG)?;
    }
    Ok(bytes)
}

/// Type, code, transaction and payload of the next container.
pub fn read_container(cable: &Cable) -> io::Result<(u16, u16, u32, Vec<u8>)> {
    let header = read(cable, 12)?;
    let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap());
    Ok((short(4), short(6), word(8), read(cable, word(0) as usize - 12)?))
}

/// The answer to the command with this transaction id.
pub fn answer_to(cable: &Cable, id: u32) -> io::Result<Answer> {
    let mut data = None;
    loop {
        let (kind, code, transaction, payload) = read_container(cable)?;
        assert_eq!(transaction, id);
        if kind == 2 {
            assert!(data.is_none(), "two data phases");
            data = Some(payload);
            continue;
        }
        assert_eq!(kind, 3);
        let params = payload.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        return Ok(Answer { code, params, data });
    }
}

/// One transaction. Fails when the connection does.
pub fn transact(cable: &Cable, id: u32, code: u16, params: &[u32], out: Option<&[u8]>) -> io::Result<Answer> {
    cable.write(&container(1, code, id, &words(params)), LONG)?;
    if let Some(out) = out {
        cable.write(&container(2, code, id, out), LONG)?;
    }
    answer_to(cable, id)
}
