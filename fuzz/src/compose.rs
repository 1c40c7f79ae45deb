//! Operations that make sense one by one, in an order that need not: what random bytes would hardly ever hit upon.

use crate::Input;

/// Standard operations, also such as a camera may not have, and CHDK's.
const OPERATIONS: [u16; 20] = [
    0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1008, 0x1009, 0x100a, 0x100b, 0x100c, 0x100d, 0x1014,
    0x101b, 0x9801, 0x9999, 0x9999, 0x9999, 0x9999,
];

/// Values that parameters like to have.
const PARAMETERS: [u32; 16] =
    [0, 1, 2, 3, 4, 5, 7, 11, 0x100, 0x600, 0x1000, 0x1_0001, 0x3801, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Steps beyond this are left out.
const STEPS: u32 = 64;

struct Operation<'a> {
    code: u16,
    transaction: u32,
    params: Vec<u8>,
    data: Option<&'a [u8]>,
    /// What is wrong with it, if anything.
    twist: u8,
}

/// The operations that the input describes: a code, a count of parameters with a twist, parameters, and data.
fn operations<'a>(input: &mut Input<'a>) -> Vec<Operation<'a>> {
    let mut all = Vec::new();
    for transaction in 0..STEPS {
        let (choice, shape) = (input.byte(), input.byte());
        if input.is_empty() {
            break;
        }
        // Most of what there is needs a session.
        let code = if transaction == 0 && choice < 200 { 0x1002 } else { OPERATIONS[usize::from(choice) % 20] };
        let params = (0..shape % 6).flat_map(|_| {
            let value = input.byte();
            PARAMETERS.get(usize::from(value)).copied().unwrap_or(value.into()).to_le_bytes()
        });
        let params = if transaction == 0 && choice < 200 { 1_u32.to_le_bytes().to_vec() } else { params.collect() };
        let data = (shape / 6 % 3 != 0).then(|| input.counted());
        all.push(Operation { code, transaction, params, data, twist: shape / 18 });
    }
    all
}

/// As containers on a cable.
pub fn containers(input: &mut Input) -> Vec<u8> {
    let mut bytes = Vec::new();
    for operation in operations(input) {
        let mut put = |kind: u16, length: usize, payload: &[u8]| {
            bytes.extend((12 + length as u32).to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(operation.code.to_le_bytes());
            bytes.extend(operation.transaction.to_le_bytes());
            bytes.extend(payload);
        };
        put(1, operation.params.len(), &operation.params);
        let Some(data) = operation.data else { continue };
        match operation.twist {
            12 => put(2, data.len() + 7, data),
            13 => put(4, data.len(), data),
            twist => {
                put(2, data.len(), data);
                if twist == 11 {
                    put(2, data.len(), data);
                }
            }
        }
    }
    bytes
}

/// As packets of PTP/IP, with data in pieces.
pub fn packets(input: &mut Input) -> Vec<u8> {
    let mut bytes = Vec::new();
    for operation in operations(input) {
        let id = operation.transaction.to_le_bytes();
        let mut put = |kind: u32, parts: &[&[u8]]| {
            bytes.extend((8 + parts.concat().len() as u32).to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            parts.iter().for_each(|part| bytes.extend(*part));
        };
        let direction = u32::from(operation.data.is_some()) + 1;
        put(6, &[&direction.to_le_bytes(), &operation.code.to_le_bytes(), &id, &operation.params]);
        let Some(data) = operation.data else { continue };
        let total = match operation.twist {
            7 => u64::MAX,
            8 => data.len() as u64 / 2,
            9 => data.len() as u64 * 2,
            _ => data.len() as u64,
        };
        put(9, &[&id, &total.to_le_bytes()]);
        let (first, rest) = data.split_at(data.len() / 3);
        match operation.twist {
            0..3 => put(12, &[&id, data]),
            3 => {
                put(10, &[&id, data]);
                put(12, &[&id]);
            }
            4 => {
                put(10, &[&id, first]);
                put(11, &[&id]);
            }
            5 => {
                put(10, &[&id, first]);
                put(13, &[]);
                put(12, &[&id, rest]);
            }
            6 => {
                put(9, &[&id, &total.to_le_bytes()]);
                put(12, &[&id, data]);
            }
            10 => put(10, &[&id, first]),
            _ => {
                put(10, &[&id, first]);
                put(12, &[&id, rest]);
            }
        }
    }
    bytes
}
