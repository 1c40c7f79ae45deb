//! The card, as functions tell of it.

use std::fs;

use crate::host::{Host, body};

/// §7 get_exp_count (luascript.c:714): the number of Canon's image counter; get_image_dir (luascript.c:720): the folder of the
/// next image.
///
/// Decided: both follow from what is on the card.
#[test]
fn image_folder_and_number_are_those_of_the_card() {
    let host = Host::new();
    host.check("get_image_dir(), get_exp_count()", "A/DCIM/100CANON 0");
    fs::create_dir(host.camera.card_root().join("DCIM/102___03")).unwrap();
    fs::write(host.camera.card_root().join("DCIM/102___03/IMG_0041.JPG"), "").unwrap();
    host.check("get_image_dir(), get_exp_count()", "A/DCIM/102___03 41");
}

/// §7 get_disk_size (luascript.c:588): KiB; get_free_disk_space (luascript.c:613): KiB.
///
/// §7 get_jpg_count (luascript.c:643): how many JPEGs still fit, and get_raw_count (luascript.c:696) how many raws.
#[test]
fn room_is_told_in_kib_and_in_images() {
    let host = Host::with(body(|body| (body.images.jpeg_bytes, body.images.raw_bytes) = (1 << 20, 4 << 20)));
    host.check(
        "local free = get_free_disk_space()
         return free > 0, free <= get_disk_size(), get_jpg_count() == free / 1024, get_raw_count() == free / 4096",
        "true true true true",
    );
}

/// §7 get_partitionInfo (luascript.c:532): no value without CAM_MULTIPART; swap_partitions (luascript.c:546): neither.
///
/// Decided: there is one partition, so there is none to swap to.
#[test]
fn partitions_are_for_bodies_that_have_them() {
    let host = Host::new();
    host.check("select('#', get_partitionInfo()), select('#', swap_partitions())", "0 0");
    let host = Host::with(body(|body| body.features.multipart = true));
    host.check(
        "local p = get_partitionInfo() return p.count, p.active, p.type, p.size_MiB == get_disk_size() / 1024, swap_partitions(), swap_partitions(1)",
        "1 1 12 true false true",
    );
}

/// §7 set_file_attributes (luascript.c:2478): DOS attributes; the firmware's result.
///
/// Decided: 0, or -1 if there is no such file; only "read only" is kept.
#[test]
fn files_can_be_made_read_only() {
    let host = Host::new();
    let file = host.camera.card_root().join("X.TXT");
    fs::write(&file, "").unwrap();
    host.check(
        "set_file_attributes('A/X.TXT', 0x21), os.stat('A/X.TXT').attrib, set_file_attributes('A/Y', 0)",
        "0 33 -1",
    );
    assert!(fs::metadata(&file).unwrap().permissions().readonly());
    host.check(
        "set_file_attributes('A/x.txt', 0x20), os.stat('A/X.TXT').attrib, set_file_attributes('A/DCIM', 1)",
        "0 32 0",
    );
    assert!(!fs::metadata(&file).unwrap().permissions().readonly());
}
