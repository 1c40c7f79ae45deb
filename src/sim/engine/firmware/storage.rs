//! The card, as the camera sees it.
//!
//! Where the facts leave something open: a card has one partition, so there is none to swap to; of the attributes of a
//! file only "read only" is kept, since a host's file has no others; the firmware's result is 0, or -1 if there is no
//! such file.

use super::{Answer, ScriptHost, Table, boolean, bytes, int, none, value};
use crate::sim::lib::args::Args;
use crate::sim::vm::Value;
use crate::sim::world::storage;

pub(super) const FUNCTIONS: Table = &[
    ("get_exp_count", |host, _| int(storage::image_number(&host.engine.card))),
    ("get_image_dir", |host, _| value(bytes(&storage::image_folder(&host.engine.card)))),
    ("get_jpg_count", |host, _| images(host, host.engine.profile.body.images.jpeg_bytes)),
    ("get_raw_count", |host, _| images(host, host.engine.profile.body.images.raw_bytes)),
    ("get_disk_size", |host, _| kib(storage::space(&host.engine.card).0)),
    ("get_free_disk_space", |host, _| kib(storage::space(&host.engine.card).1)),
    ("get_partitionInfo", get_partition_info),
    ("swap_partitions", swap_partitions),
    ("set_file_attributes", set_file_attributes),
];

/// The FAT32 partition type.
const FAT32: i32 = 0x0c;
/// DOS attribute.
const READ_ONLY: i32 = 1;

fn kib(bytes: u64) -> Answer {
    int(i32::try_from(bytes / 1024).unwrap_or(i32::MAX))
}

fn images(host: &ScriptHost, size: u64) -> Answer {
    int(i32::try_from(storage::space(&host.engine.card).1 / size.max(1)).unwrap_or(i32::MAX))
}

fn get_partition_info(host: &mut ScriptHost, _: Args) -> Answer {
    if !host.engine.profile.body.features.multipart {
        return none();
    }
    let size = storage::space(&host.engine.card).0 >> 20;
    let number = |name: &str, value: i32| (bytes(name), Value::Int(value));
    value(Value::Table(vec![
        number("count", 1),
        number("active", 1),
        number("type", FAT32),
        number("size_MiB", i32::try_from(size).unwrap_or(i32::MAX)),
    ]))
}

fn swap_partitions(host: &mut ScriptHost, args: Args) -> Answer {
    let partition = args.int_or(1, 0)?;
    if !host.engine.profile.body.features.multipart {
        return none();
    }
    // Number 1 is active already.
    boolean(partition == 1)
}

fn set_file_attributes(host: &mut ScriptHost, args: Args) -> Answer {
    let (path, attributes) = (args.c_string(1)?, args.int(2)?);
    let Some(path) = host.engine.card.existing(&path) else { return int(-1) };
    if path.is_dir() {
        return int(0);
    }
    let done = path.metadata().and_then(|metadata| {
        let mut permissions = metadata.permissions();
        set_read_only(&mut permissions, attributes & READ_ONLY != 0);
        std::fs::set_permissions(&path, permissions)
    });
    int(if done.is_ok() { 0 } else { -1 })
}

#[cfg(unix)]
fn set_read_only(permissions: &mut std::fs::Permissions, read_only: bool) {
    use std::os::unix::fs::PermissionsExt;
    // What the owner may do; nobody else is given more.
    let mode = permissions.mode();
    permissions.set_mode(if read_only { mode & !0o222 } else { mode | 0o200 });
}

#[cfg(not(unix))]
fn set_read_only(permissions: &mut std::fs::Permissions, read_only: bool) {
    permissions.set_readonly(read_only);
}
