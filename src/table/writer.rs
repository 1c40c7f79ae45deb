use super::{Value, is_name};

/// Writes one value as a Lua expression.
pub fn write(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, value);
    out
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Nil => out.extend(b"nil"),
        Value::Boolean(true) => out.extend(b"true"),
        Value::Boolean(false) => out.extend(b"false"),
        // A camera reads the digits before the sign, and they saturate (CHDK lib/lua/lobject.c:90).
        Value::Integer(i32::MIN) => out.extend(b"(-2147483647-1)"),
        Value::Integer(number) => out.extend(number.to_string().bytes()),
        Value::String(text) => quote(out, text),
        Value::Table(pairs) => {
            out.push(b'{');
            let mut index = 0;
            for (at, (key, value)) in pairs.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                match key {
                    Value::Integer(key) if *key == index + 1 => index += 1,
                    Value::String(name) if is_name(name) => {
                        out.extend(name);
                        out.push(b'=');
                    }
                    key => {
                        out.push(b'[');
                        put(out, key);
                        out.extend(b"]=");
                    }
                }
                put(out, value);
            }
            out.push(b'}');
        }
    }
}

/// A string that stands on one line and survives a C string on the way: control characters are escaped.
fn quote(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            0..=31 | 127 => out.extend(format!("\\{byte:03}").bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}
