//! Names of keys.

/// Every name that `press` and its kin take (CHDK modules/script_key_funcs.c:24-62). A camera that lacks the key does
/// nothing; any other name is an error.
pub const KEYS: &[&str] = &[
    "up",
    "down",
    "left",
    "right",
    "set",
    "shoot_half",
    "shoot_full",
    "shoot_full_only",
    "zoom_in",
    "zoom_out",
    "menu",
    "display",
    "print",
    "erase",
    "iso",
    "flash",
    "mf",
    "macro",
    "video",
    "timer",
    "expo_corr",
    "fe",
    "face",
    "zoom_assist",
    "ae_lock",
    "metering_mode",
    "playback",
    "help",
    "mode",
    "wifi",
    "framing_assist",
    "auto",
    "remote",
    "no_key",
];

/// The functions whose first argument is the name of a key.
pub const KEY_FUNCTIONS: &[&str] = &["click", "press", "release", "is_pressed", "is_key", "set_exit_key"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_keys_are_in_the_table() {
        for name in KEY_FUNCTIONS {
            let signature = super::super::find(name).unwrap().signature.as_ref().unwrap();
            assert_eq!(signature.params[0].name, "key", "{name}");
        }
    }
}
