//! What may be sent to strangers.

use serde_json::{Value, json};

use super::super::show;
use super::diagnose::Finding;
use super::observe::{Observed, Talk};

/// Words that must not be in a report, and what stands in their place.
pub(super) type Secrets = Vec<(String, &'static str)>;

/// Serial numbers of what was seen, and names of the user and of the computer.
pub(super) fn secrets(observed: &Observed) -> Secrets {
    // Shorter words say nothing of anybody, and stand in every other word.
    const SHORTEST: usize = 3;
    let mut secrets = Secrets::new();
    for looked in &observed.devices {
        let of_usb = looked.seen.strings.iter().map(|strings| &strings.serial);
        let of_ptp = match &looked.talk {
            Talk::Answers { serial, .. } => Some(serial),
            _ => None,
        };
        secrets.extend(of_usb.chain(of_ptp).map(|serial| (serial.clone(), "[serial number]")));
    }
    for (variable, shown) in [
        ("HOME", "[home]"),
        ("USERPROFILE", "[home]"),
        ("USER", "[user]"),
        ("LOGNAME", "[user]"),
        ("USERNAME", "[user]"),
        ("HOSTNAME", "[computer]"),
        ("COMPUTERNAME", "[computer]"),
    ] {
        secrets.extend(std::env::var(variable).ok().map(|value| (value, shown)));
    }
    // A system that has no such file has told above.
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    secrets.push((host.trim().to_owned(), "[computer]"));
    secrets.retain(|(secret, _)| secret.len() >= SHORTEST && secret != "/");
    // What is part of another goes after it.
    secrets.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
    secrets
}

/// The report, as JSON.
pub(super) fn write(observed: &Observed, findings: &[Finding], log: &[String], secrets: &Secrets) -> String {
    let mut value = json!({ "observed": observed, "findings": findings, "log": log });
    redact(&mut value, secrets);
    show::json_text(&value)
}

fn redact(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => {
            for (secret, shown) in secrets {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), shown);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|value| redact(value, secrets)),
        _ => {}
    }
}
