//! 32-bit arithmetic on bits (`modules/luascript.c`, the `bit…` functions).

use super::args::Args;
use crate::sim::vm::{Reply, Value};

pub(super) const NAMES: &[&str] = &["bitand", "bitor", "bitxor", "bitshl", "bitshri", "bitshru", "bitnot"];

pub(super) fn call(name: &str, args: Args) -> Option<Result<Reply, Reply>> {
    NAMES.contains(&name).then(|| Ok(Reply::Return(vec![Value::Int(bits(name, args)?)])))
}

fn bits(name: &str, args: Args) -> Result<i32, Reply> {
    let a = args.int(1)?;
    if name == "bitnot" {
        return Ok(!a);
    }
    let b = args.int(2)?;
    // Shifts are the CPU's: an ARM looks at the lowest byte of the count, and 32 or more shifts everything out.
    let count = b as u32 & 0xff;
    Ok(match name {
        "bitand" => a & b,
        "bitor" => a | b,
        "bitxor" => a ^ b,
        "bitshl" => a.checked_shl(count).unwrap_or(0),
        "bitshri" => a >> count.min(31),
        _ => (a as u32).checked_shr(count).unwrap_or(0) as i32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_as_an_arm_does_them() {
        let bit = |name, a, b| bits(name, Args(&[Value::Int(a), Value::Int(b)]));
        assert_eq!(bit("bitand", 12, 10), Ok(8));
        assert_eq!(bit("bitor", 12, 10), Ok(14));
        assert_eq!(bit("bitxor", 12, 10), Ok(6));
        assert_eq!(bit("bitnot", 0, 0), Ok(-1));
        assert_eq!(bit("bitshl", 1, 31), Ok(i32::MIN));
        assert_eq!(bit("bitshl", 1, 32), Ok(0));
        assert_eq!(bit("bitshl", 1, 256), Ok(1));
        assert_eq!(bit("bitshri", -8, 1), Ok(-4));
        assert_eq!(bit("bitshri", -8, 40), Ok(-1));
        assert_eq!(bit("bitshru", -1, 28), Ok(15));
        assert_eq!(bit("bitshru", -1, -1), Ok(0));
    }
}
