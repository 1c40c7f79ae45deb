//! The facts about CHDK's side of PTP, sentence by sentence, as bytes. What `tests/sim_wire.rs` shows is not shown again.

mod bare;

use std::fs;
use std::time::Duration;

use bare::{
    Answer, FLUSH_CAM_MSGS, GENERAL_ERROR, Host, Message, NO_KILL, OK, PARAMETER_NOT_SUPPORTED, answer, boolean,
    container, eventually, int, memory, nil, protocol, string, user, words,
};
use moonshutter::clock::Clock;
use moonshutter::sim::{Config, Profile, memory as address_space};

fn upload(name: &[u8], contents: &[u8]) -> Vec<u8> {
    [&(name.len() as u32).to_le_bytes(), name, contents].concat()
}

fn general_error() -> Answer {
    answer(GENERAL_ERROR, &[])
}

fn ok() -> Answer {
    answer(OK, &[])
}

// --- 1.1 Transport frame ---

/// §1.1 operation (core/ptp.h:32): Parameters that a command does not use should be 0.
///
/// Decided: what stands in them is ignored, as the handler never looks at it.
#[test]
fn unused_parameters_are_not_looked_at() {
    let mut host = Host::new();
    assert_eq!(host.chdk(&[0, 9, 9, 9, 9]), answer(OK, &[2, 9]));
    assert_eq!(host.chdk(&[8, 9, 9, 9, 9]), answer(OK, &[0]));
    assert_eq!(host.chdk(&[9, 9, 9, 9, 9]), answer(OK, &[1]));
    assert_eq!(host.chdk_with(&[4, 0, 9, 9, 9], b"x"), ok());
    assert_eq!(host.chdk(&[4, 1, 9, 9, 9]), ok().with(b"x"));
    assert_eq!(host.chdk(&[10, 9, 9, 9, 9]), answer(OK, &[0, 0, 0, 0]).with(&[0]));
}

/// §1.1 operation: A parameter that was not sent is 0.
///
/// Decided: a container may end after any parameter; a command without a single one is Version.
#[test]
fn parameters_that_were_not_sent_are_zero() {
    let mut host = Host::new();
    assert_eq!(host.chdk(&[]), answer(OK, &[2, 9]));
    assert_eq!(host.chdk(&[1]), general_error());
    assert_eq!(host.chdk_with(&[4], b"flags are 0: an upload"), ok());
    assert_eq!(host.chdk(&[4, 1]), ok().with(b"flags are 0: an upload"));
}

/// §1.1 boot (core/ptp.c:29-42): The handler is added to Canon's own PTP stack at boot, and tried again every 250 ms until
/// the firmware takes it.
///
/// Decided: it is there from the first operation on.
#[test]
fn chdk_is_there_as_soon_as_the_camera_is() {
    let mut host = Host::new();
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    assert_eq!(host.clock.now(), Duration::ZERO);
}

/// §1.1 codes (core/ptp_chdk.h:11-16): OK, GeneralError and ParameterNotSupported are all the codes that the handler
/// answers; OperationNotSupported and InvalidParameter are defined and never sent.
///
/// §1.1 codes (core/ptp.c:455-459): The code is OK and there are no parameters unless the command says otherwise.
#[test]
fn the_handler_answers_three_codes_and_no_others() {
    let mut host = Host::new();
    let with_data = [2, 3, 4, 5, 7, 11];
    for command in 0..20 {
        for param in [0, 1, 2, 0xffff_ffff] {
            let params = [command, param, param, param, param];
            // All of memory would take a while.
            if command == 1 && param == 0xffff_ffff {
                continue;
            }
            let got = if with_data.contains(&command) && !(command == 4 && param & 3 != 0) {
                host.chdk_with(&params, b"\x04\0\0\0A/X\0")
            } else {
                host.chdk(&params)
            };
            let codes = [OK, GENERAL_ERROR, PARAMETER_NOT_SUPPORTED];
            assert!(codes.contains(&got.code), "{params:x?}: {got:x?}");
        }
    }
    assert_eq!(host.chdk_with(&[2, 0x2000, 1], b"x"), ok());
    assert_eq!(host.chdk(&[4, 2]), ok());
}

/// §1.1 numbers: All integers are little endian, parameters have 32 bits, and -1 is sent as 0xFFFFFFFF.
#[test]
fn minus_one_is_all_ones() {
    let mut host = Host::new();
    host.command(0x9999, &[14, 1]);
    let data = [0x0d, 0, 0, 0, 2, 0, 0x99, 0x99, 2, 0, 0, 0, 0];
    assert_eq!(host.read(13), data);
    let response = [0x18, 0, 0, 0, 3, 0, 0x02, 0x20, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(host.read(24), response);
}

/// §1.1 data to the camera (core/ptp.c:135-161): Data is not limited in size but by memory, and a file, which is received
/// in chunks, not even by that.
#[test]
fn a_file_may_be_bigger_than_the_memory() {
    let mut host = Host::with(memory(100_000));
    let contents: Vec<u8> = (0..1_000_000_u32).map(|n| (n * 11 + n / 241) as u8).collect();
    assert_eq!(host.chdk_with(&[5], &upload(b"A/BIG.BIN", &contents)), ok());
    assert_eq!(fs::read(host.camera.card_root().join("BIG.BIN")).unwrap(), contents);
    host.chdk_with(&[4], b"A/BIG.BIN");
    assert_eq!(host.chdk(&[6]), answer(OK, &[1_000_000]).with(&contents));
}

/// §1.1 data to the camera (core/ptp.c:66-111): Files go through half of the largest free block, rounded down to 512; if
/// that is less than 2048 bytes, receiving fails.
///
/// Decided: this is no port that uses Canon's own file buffer; the memory is one free block.
#[test]
fn a_file_needs_a_buffer_of_2048_bytes() {
    for (bytes, code) in [(4096, OK), (4095, GENERAL_ERROR)] {
        let mut host = Host::with(memory(bytes));
        assert_eq!(host.chdk_with(&[5], &upload(b"A/F.TXT", &[7; 10_000])).code, code, "{bytes}");
        assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    }
}

/// §1.1 data to the host (core/ptp.c:239-246): The total is given with the first part, so that a data phase in many parts
/// is one container.
#[test]
fn a_long_data_phase_is_one_container() {
    let mut host = Host::new();
    host.command(0x9999, &[1, 0x1000, 200_000, 1]);
    assert_eq!(host.read(12), [0x4c, 0x0d, 0x03, 0, 2, 0, 0x99, 0x99, 2, 0, 0, 0]);
    host.read(200_000);
    assert_eq!(host.read(12), [12, 0, 0, 0, 3, 0, 0x01, 0x20, 2, 0, 0, 0]);
}

/// §1.1 missing data: A host that leaves out a data phase which the camera waits for breaks the connection.
///
/// Decided: the camera waits until it is unplugged; a strict one answers GeneralError when the next command comes instead
/// of the data. Both say so in their log.
#[test]
fn a_missing_data_phase_is_noticed_when_the_next_command_comes() {
    let mut host = Host::new();
    host.command(0x9999, &[4, 0]);
    host.command(0x9999, &[0]);
    host.expect_silence();
    assert!(host.sinned("no data phase"));
    let mut host = Host::with(bare::strict());
    for command in [&[2, 0x2000, 1][..], &[3], &[4, 0], &[5], &[7, 0], &[7, 1], &[11, 0]] {
        host.command(0x9999, command);
        let first = host.transaction;
        host.command(0x9999, &[0]);
        let (kind, code, transaction, _) = host.read_container();
        assert_eq!((kind, code, transaction), (3, GENERAL_ERROR, first), "{command:?}");
        assert_eq!(host.answer(), answer(OK, &[2, 9]));
    }
    assert!(host.sinned("no data phase"));
}

/// §1.1 empty data ([chdkptp] ptp.c:2304-2308): A data phase of no bytes hangs the camera wherever it wants to read some.
#[test]
fn an_empty_data_phase_hangs_set_memory_too() {
    let mut host = Host::new();
    host.command(0x9999, &[2, 0x2000, 4]);
    host.data(&[]);
    host.expect_silence();
    host.command(0x9999, &[0]);
    host.expect_silence();
    assert!(host.sinned("hangs"));
}

/// §1.1 empty data: A camera that hangs is of no use until it is switched off.
///
/// Decided: it hangs on this connection only; the next cable finds it well, so that a test can go on.
#[test]
fn the_next_cable_finds_a_camera_that_hung_alive() {
    let mut host = Host::new();
    host.command(0x9999, &[4, 0]);
    host.data(&[]);
    host.expect_silence();
    host.plug_in_again();
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
}

// --- 1.2 Command table ---

/// §1.2 Version (core/ptp.c:465-469): It never fails.
#[test]
fn version_answers_whatever_else_goes_on() {
    let mut host = Host::new();
    host.start("while true do end");
    for _ in 0..5 {
        assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
        host.pass(25);
    }
}

/// §1.2 GetMemory (core/ptp.c:492-518): Address 0 is allowed; in mode 0 the first bytes come from a copy, and the host
/// cannot tell.
#[test]
fn memory_across_address_4_is_in_one_piece() {
    let mut host = Host::new();
    let expected = |from: u32, size: u32| -> Vec<u8> { (from..from + size).map(address_space::byte_at).collect() };
    for mode in [0, 1] {
        for (from, size) in [(0, 1), (0, 4), (0, 5), (0, 4096), (1, 3), (3, 2)] {
            assert_eq!(host.chdk(&[1, from, size, mode]), ok().with(&expected(from, size)), "{from} {size}");
        }
    }
}

/// §1.2 GetMemory (core/ptp.c:481-490, 523-529): A size below 1 as a signed number, or a mode above 1, is GeneralError with
/// neither a data phase nor parameters.
#[test]
fn get_memory_takes_its_size_as_signed_and_two_modes() {
    let mut host = Host::new();
    for params in [
        [1, 0x1000, 0, 0],
        [1, 0x1000, 0x8000_0000, 0],
        [1, 0x1000, 0xffff_ffff, 1],
        [1, 0x1000, 1, 2],
        [1, 0x1000, 1, 0xffff_ffff],
    ] {
        assert_eq!(host.chdk(&params), general_error(), "{params:x?}");
    }
    host.expect_silence();
}

/// §1.2 SetMemory (core/ptp.c:532-544): It reads as many bytes as its parameter says, whatever the data phase holds.
///
/// Decided: a data phase that is too short, for which a camera waits, ends where it ends; the log says so.
#[test]
fn set_memory_takes_what_there_is() {
    let mut host = Host::new();
    assert_eq!(host.chdk_with(&[2, 0x2000, 4], &[1, 2]), ok());
    let expected = [1, 2, address_space::byte_at(0x2002)];
    assert_eq!(host.chdk(&[1, 0x2000, 3, 0]), ok().with(&expected));
    assert!(host.sinned("SetMemory"));
}

/// §1.2 CallFunction (core/ptp.c:546-572): Where there is no memory for the arguments it is GeneralError without
/// parameters, and the data is not drained.
#[test]
fn a_call_with_more_arguments_than_memory_fails() {
    let mut host = Host::with(memory(10_000));
    assert_eq!(host.chdk_with(&[3], &[0; 10_004]), general_error());
    assert_eq!(host.chdk_with(&[3], &words(&[address_space::COUNT, 7, 7])), answer(OK, &[2]));
}

/// §1.2 TempData: The slot survives across transactions.
///
/// Decided: it is the camera's, and so survives sessions and cables, too.
#[test]
fn temp_data_survives_the_session_and_the_cable() {
    let mut host = Host::new();
    assert_eq!(host.chdk_with(&[4, 0], b"kept"), ok());
    assert_eq!(host.transact(0x1003, &[], None), ok());
    assert_eq!(host.transact(0x1002, &[1], None), ok());
    assert_eq!(host.chdk(&[4, 1]), ok().with(b"kept"));
    host.plug_in_again();
    assert_eq!(host.chdk(&[4, 1]), ok().with(b"kept"));
}

/// §1.2 TempData: Flags other than 1 and 2 mean nothing.
///
/// Decided: so they are an upload.
#[test]
fn temp_data_with_a_strange_flag_is_an_upload() {
    let mut host = Host::new();
    assert_eq!(host.chdk_with(&[4, 4], b"strange"), ok());
    assert_eq!(host.chdk(&[4, 5]), ok().with(b"strange"));
    assert_eq!(host.chdk(&[4, 6]), ok());
    assert_eq!(host.chdk(&[4, 5]), general_error());
}

/// §1.2 UploadFile (core/ptp.c:631-681): When receiving fails the file stays as far as it came.
#[test]
fn a_broken_upload_leaves_part_of_the_file() {
    let mut host = Host::new();
    host.command(0x9999, &[5]);
    let bytes = container(2, 0x9999, host.transaction, &upload(b"A/PART.BIN", &[7; 300_000]));
    host.send(&bytes[..200_000]);
    host.plug_in_again();
    let file = host.camera.card_root().join("PART.BIN");
    eventually("part of the file", || fs::metadata(&file).is_ok_and(|file| file.len() > 0));
    assert!(fs::metadata(&file).unwrap().len() < 200_000);
}

/// §1.2 UploadFile: The length of the name is not checked against the data.
///
/// Decided: a camera reads beyond its buffer; this one drains the data, answers GeneralError, and says so in its log.
#[test]
fn a_name_longer_than_the_data_is_an_error() {
    let mut host = Host::new();
    for data in [&b"\x05\0\0\0A/X"[..], b"\xff\xff\xff\xffA/X", b"\x01", b"\0\0\0"] {
        assert_eq!(host.chdk_with(&[5], data), general_error(), "{data:?}");
    }
    assert!(host.sinned("name"));
}

/// §1.2 UploadFile (core/ptp.c:631-681): The whole name must lie in the first chunk.
///
/// Decided: a chunk is 64 KiB; a name that does not end in it is drained and refused.
#[test]
fn a_name_must_lie_in_the_first_chunk() {
    let mut host = Host::new();
    let long = [&b"A/"[..], &[b'x'; 70_000]].concat();
    assert_eq!(host.chdk_with(&[5], &upload(&long, &[7; 70_000])), general_error());
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
    assert!(host.sinned("first chunk"));
}

/// §1.2 DownloadFile (core/ptp.c:683-736): The buffer is missing, like the name or the file: one dummy byte and
/// GeneralError without parameters; the name is used up.
#[test]
fn a_download_without_a_buffer_is_a_dummy_byte() {
    let mut host = Host::with(memory(4095));
    fs::write(host.camera.card_root().join("F.TXT"), b"text").unwrap();
    assert_eq!(host.chdk_with(&[4], b"A/F.TXT"), ok());
    assert_eq!(host.chdk(&[6]), general_error().with(&[0]));
    assert_eq!(host.chdk(&[4, 1]), general_error());
}

/// §1.2 DownloadFile (core/ptp.c:747): Short reads are not detected: as many bytes come as the file had when it was
/// opened, and the code is OK.
#[test]
fn a_file_that_shrinks_while_it_is_sent_is_sent_whole() {
    const SIZE: usize = 4 * 1024 * 1024;
    let mut host = Host::new();
    let file = host.camera.card_root().join("SHRINKS.BIN");
    fs::write(&file, vec![7; SIZE]).unwrap();
    assert_eq!(host.chdk_with(&[4], b"A/SHRINKS.BIN"), ok());
    host.command(0x9999, &[6]);
    // The camera knows the size now, and the cable does not hold that much.
    let header = host.read(12);
    assert_eq!(header[..4], (SIZE as u32 + 12).to_le_bytes());
    fs::File::create(&file).unwrap();
    host.read(SIZE);
    assert_eq!(host.answer(), answer(OK, &[SIZE as u32]));
}

/// §1.2 ScriptStatus (core/ptp.c:475-480): Bit 2 looks at the whole queue to the host, from whichever script.
#[test]
fn messages_of_an_earlier_script_count_as_waiting() {
    let mut host = Host::new();
    host.start("write_usb_msg'old'");
    host.pass(100);
    host.start("sleep(1000)");
    assert_eq!(host.chdk(&[8]), answer(OK, &[3]));
    assert_eq!(host.message(), Some(user(1, "old")));
    assert_eq!(host.chdk(&[8]), answer(OK, &[1]));
    host.pass(2000);
    assert_eq!(host.chdk(&[8]), answer(OK, &[0]));
}

/// §1.2 ReadScriptMsg (core/ptp.c:847): If sending a message fails, the message is lost.
#[test]
fn a_message_that_was_not_received_is_lost() {
    let mut host = Host::with(memory(8_000_000));
    // The first does not fit into the cable.
    host.start("write_usb_msg(('x'):rep(1100000)) write_usb_msg'next'");
    host.pass(100);
    host.command(0x9999, &[10]);
    assert_eq!(host.read(12)[4], 2);
    host.plug_in_again();
    assert_eq!(host.message(), Some(user(1, "next")));
}

/// §1.2 WriteScriptMsg (core/ptp.c:885-890): GeneralError if the message cannot be received.
#[test]
fn a_message_beyond_the_memory_is_an_error() {
    let mut host = Host::with(memory(300_000));
    host.start("sleep(1000) return read_usb_msg()");
    assert_eq!(host.chdk_with(&[11, 1], &[7; 300_001]).code, GENERAL_ERROR);
    host.pass(2000);
    assert_eq!(host.messages(), [nil(1)]);
}

/// §1.2 WriteScriptMsg (core/ptp.c:861-867): A target that is not the script comes before a full queue, and no script
/// before both.
///
/// §1.2 WriteScriptMsg (core/ptp.c:871-875): The data of a message that is refused is drained.
#[test]
fn refusals_have_an_order_and_drain_the_data() {
    let mut host = Host::new();
    let long = vec![7; 2_000_000];
    assert_eq!(host.chdk_with(&[11, 5], &long), answer(OK, &[1]));
    host.start("sleep(1000)");
    for _ in 0..15 {
        assert_eq!(host.chdk_with(&[11, 0], b"m"), answer(OK, &[0]));
    }
    assert_eq!(host.chdk_with(&[11, 5], &long), answer(OK, &[3]));
    assert_eq!(host.chdk_with(&[11, 0], &long), answer(OK, &[2]));
    assert_eq!(host.chdk_with(&[11, 1], &long), answer(OK, &[2]));
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
}

// --- 1.3 ExecuteScript ---

/// §1.3 1 (core/ptp.c:758): The response always has two parameters, the first of which starts as the id of the most recent
/// script and the second as 0.
#[test]
fn execute_script_always_answers_two_parameters() {
    let mut host = Host::with(memory(100_000));
    assert_eq!(host.chdk_with(&[7, 0], b"return\0"), answer(OK, &[1, 0]));
    assert_eq!(host.chdk_with(&[7, 0], b"=\0"), answer(OK, &[2, 1]));
    assert_eq!(host.chdk_with(&[7, 1], b"end\0"), answer(PARAMETER_NOT_SUPPORTED, &[2, 0]));
    assert_eq!(host.chdk_with(&[7, 0], &[b' '; 100_001]), answer(GENERAL_ERROR, &[2, 0]));
    assert_eq!(host.chdk_with(&[7, 0], b"sleep(1000)\0"), answer(OK, &[3, 0]));
    assert_eq!(host.chdk_with(&[7, NO_KILL], b"return\0"), answer(OK, &[3, 0x1000]));
}

/// §1.3 2 (core/ptp.c:768-773): A language that is not Lua is refused before anything else: nothing is killed, flushed or
/// counted.
#[test]
fn a_language_that_is_refused_changes_nothing() {
    let mut host = Host::new();
    host.start("write_usb_msg'kept' sleep(1000) return read_usb_msg()");
    host.pass(100);
    assert_eq!(host.tell(1, "kept, too"), 0);
    let got = host.chdk_with(&[7, 0x0601], &[b'x'; 3_000_000]);
    assert_eq!(got, answer(PARAMETER_NOT_SUPPORTED, &[1, 0]));
    assert_eq!(host.status(), 3);
    host.pass(2000);
    assert_eq!(host.messages(), [user(1, "kept"), string(1, "kept, too")]);
}

/// §1.3 2: The language is the low byte, and bits above the flags mean nothing.
///
/// Decided: they are ignored.
#[test]
fn bits_above_the_flags_are_ignored() {
    let mut host = Host::new();
    assert_eq!(host.execute(0xffff_f800, "return 1"), (1, 0));
    host.pass(100);
    assert_eq!(host.messages(), [int(1, 1)]);
}

/// §1.3 3 (git 3a1c21416): The camera ends the text with a NUL itself, since 2022-02-21.
///
/// §1.3 3 (lib/lua/lauxlib.c:655-657): What follows the first NUL is ignored.
#[test]
fn a_script_ends_at_its_first_nul_or_at_its_end() {
    let mut host = Host::new();
    assert_eq!(host.chdk_with(&[7, 0], b"return 1"), answer(OK, &[1, 0]));
    assert!(host.sinned("NUL"));
    assert_eq!(host.chdk_with(&[7, 0], b"return 2\0\0return 3 = \0"), answer(OK, &[2, 0]));
    host.pass(100);
    assert_eq!(host.chdk_with(&[7, 0], b"\0return 4\0"), answer(OK, &[3, 0]));
    host.pass(100);
    let values = host.messages();
    assert_eq!(values.last(), Some(&int(2, 2)), "{values:?}");
}

/// §1.3 3 ([chdkptp] ptp.c:2247): Older cameras run whatever follows, so a host must send the NUL.
///
/// Decided: what follows is rubbish that does not compile, always the same.
#[test]
fn an_older_camera_runs_on_behind_a_script_without_nul() {
    let mut host = Host::with(protocol(6));
    assert_eq!(host.chdk_with(&[7, 0], b"return 1"), answer(OK, &[1, 1]));
    assert!(host.sinned("NUL"));
    assert_eq!(host.chdk_with(&[7, 0], b"return 1\0"), answer(OK, &[2, 0]));
}

/// §1.3 4 (core/ptp.c:775-780): Without memory for the text it is GeneralError with two parameters, and nothing has
/// changed.
#[test]
fn a_script_too_big_kills_nothing() {
    let mut host = Host::with(memory(100_000));
    host.start("sleep(1000) return 'alive'");
    host.pass(100);
    assert_eq!(host.chdk_with(&[7, 0], &[b' '; 200_000]), answer(GENERAL_ERROR, &[1, 0]));
    host.pass(2000);
    assert_eq!(host.messages(), [string(1, "alive")]);
}

/// §1.3 4 (core/ptp.c:782): The result of receiving the text is not checked.
///
/// Decided: a text of which only part came before the cable was pulled is not run.
#[test]
fn half_a_script_is_not_run() {
    let mut host = Host::new();
    host.command(0x9999, &[7, 0]);
    let bytes = container(2, 0x9999, host.transaction, b"return 1 -- and more\0");
    host.send(&bytes[..20]);
    host.plug_in_again();
    assert_eq!(host.chdk_with(&[7, 1], b"\0"), answer(PARAMETER_NOT_SUPPORTED, &[0, 0]));
}

/// §1.3 5 (core/script.c:220-230, 162-168): Without NOKILL a running script is killed: no `restore()`, no return values,
/// no message, and the console says that it was terminated.
#[test]
fn a_kill_is_quiet() {
    let mut host = Host::new();
    host.start("function restore() write_usb_msg'restore' end sleep(60000) return 1");
    host.pass(100);
    assert_eq!(host.execute(0, ""), (2, 0));
    host.pass(100);
    assert_eq!(host.messages(), []);
    assert_eq!(host.camera.console(), ["*** TERMINATED ***"]);
}

/// §1.3 5 (core/script.c:220-230): The kill waits without a timeout until the keyboard task has taken it up.
///
/// Decided: a strict camera stops a script that never yields by force after ten seconds; others hang (see
/// `a_kill_of_what_never_yields_hangs`). The log says so.
#[test]
fn a_kill_waits_for_the_keyboard_task_but_not_for_good() {
    let mut host = Host::with(bare::strict());
    host.start("pcall(function() local t = get_tick_count() while get_tick_count() < t + 3000 do end end) sleep(9000)");
    host.pass(50);
    assert_eq!(host.execute(0, "return get_tick_count() >= 3000"), (2, 0));
    assert!(!host.sinned("yield"));
    host.pass(100);
    assert_eq!(host.messages(), [bare::boolean(2, true)]);
    host.start("pcall(function() while true do end end)");
    host.pass(50);
    assert_eq!(host.execute(0, ""), (4, 0));
    assert!(host.sinned("yield"));
}

/// §1.3 6 (core/ptp.c:799-805): The queues are emptied after a running script was killed and before the new one
/// is compiled.
#[test]
fn flushes_come_between_the_kill_and_the_compiler() {
    let mut host = Host::new();
    host.start("for i=1,15 do write_usb_msg(i) end sleep(60000)");
    host.pass(100);
    assert_eq!(host.execute(FLUSH_CAM_MSGS, "x ="), (2, 1));
    let messages = host.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].0, messages[0].1, messages[0].2), (1, 1, 2));
}

/// §1.3 7 (core/ptp.c:21-23, 808-809): Ids start at 1 and every script has its own, also one that does not compile, was
/// killed, or came from another connection.
#[test]
fn no_id_is_used_twice() {
    let mut host = Host::new();
    for n in 1..=20 {
        let source = ["return", "=", "sleep(9000)"][n % 3];
        assert_eq!(host.execute(0, source).0, n as u32);
        if n % 7 == 0 {
            host.plug_in_again();
        }
    }
}

/// §1.3 8 (core/ptp.c:399-402): The message about a script that does not compile is lost if the queue is full.
#[test]
fn a_compile_error_needs_room_in_the_queue() {
    let mut host = Host::new();
    host.run_only("for i=1,15 do write_usb_msg(i) end");
    assert_eq!(host.execute(0, "x ="), (2, 1));
    let messages = host.messages();
    assert_eq!(messages.len(), 15);
    assert!(messages.iter().all(|message| message.2 == 1), "{messages:?}");
}

/// §1.3 8 (core/modules.c:300-308): Without CHDK's Lua module on the card the status is COMPILE, and no message comes.
///
/// Decided: the module is part of this camera and never missing.
///
/// §1.3 8 (core/action_stack.c:65-66): When all five action stacks are in use the status is COMPILE.
///
/// Decided: a script's stack is free again when the script has ended, however it did, so this never happens.
#[test]
fn scripts_never_run_out_of_stacks() {
    let mut host = Host::new();
    for n in 1..=30 {
        assert_eq!(host.execute(0, "sleep(9000)"), (n, 0));
        if n % 3 == 0 {
            host.camera.press_exit_key();
            host.pass(20);
        }
    }
}

// --- 1.4 Message queues ---

/// §1.4 message (core/ptp_chdk.h:47-53): A message has no maximum length but memory, and comes in one piece.
#[test]
fn a_message_of_a_million_bytes_is_one_data_phase() {
    let mut host = Host::with(memory(8_000_000));
    host.start("write_usb_msg(('x'):rep(1000000))");
    host.pass(100);
    let got = host.chdk(&[10]);
    assert_eq!(got.params, [3, 4, 1, 1_000_000]);
    assert!(got.data.unwrap() == [b'x'; 1_000_000]);
}

/// §1.4 message (core/ptp.c:359-371): Running out of memory for a message is a crash.
///
/// Decided: messages have memory of their own; a script may fill the queue with as much as it can make.
#[test]
fn a_queue_of_big_messages_does_not_crash() {
    let mut host = Host::with(memory(400_000));
    host.start("local s = ('x'):rep(100000) local n = 0 while write_usb_msg(s) do n = n + 1 end sleep(500) return n");
    host.pass(100);
    assert_eq!(host.messages().len(), 15);
    host.pass(1000);
    assert_eq!(host.messages(), [int(1, 15)]);
}

/// §1.4 types (core/ptp.h:184-199): 0 NONE, 1 ERR, 2 RET, 3 USER; of errors 1 is COMPILE and 2 is RUN.
///
/// §1.4 payloads (modules/luascript.c:102-166): Messages that a script writes have the same bytes as its return values.
#[test]
fn messages_of_every_type_byte_by_byte() {
    let mut host = Host::new();
    assert_eq!(host.execute(0, "="), (1, 1));
    host.run_only(
        "write_usb_msg(true) write_usb_msg(-1) write_usb_msg'' write_usb_msg'a\\0' write_usb_msg{7} error'e'",
    );
    for (params, data) in [
        ([1, 1, 1], &b":1: unexpected symbol near '='"[..]),
        ([3, 2, 2], &[1, 0, 0, 0]),
        ([3, 3, 2], &[0xff; 4]),
        ([3, 4, 2], b""),
        ([3, 4, 2], b"a\0"),
        ([3, 5, 2], b"1\t7\n"),
        ([1, 2, 2], b":1: e"),
    ] {
        let [kind, subtype, id] = params;
        let sent = if data.is_empty() { b"\0" } else { data };
        assert_eq!(host.chdk(&[10]), answer(OK, &[kind, subtype, id, data.len() as u32]).with(sent));
    }
    assert_eq!(host.chdk(&[10]), answer(OK, &[0, 0, 0, 0]).with(&[0]));
}

/// §1.4 payloads: What cannot be sent is named by its Lua type: "function", "userdata", "thread".
#[test]
fn unsupported_values_are_named_by_their_type() {
    let mut host = Host::with(protocol(8));
    let messages = host.run("return print, newproxy(), coroutine.create(function() end)");
    let named = ["function", "userdata", "thread"].map(|name| Message(2, 0, 1, name.into()));
    assert_eq!(messages, named);
}

/// §1.4 payloads: nil, booleans and integers take four bytes, little endian and signed.
#[test]
fn the_ends_of_the_integers_have_four_bytes() {
    let mut host = Host::new();
    host.run_only("return 2147483647, -2147483647-1, 0, nil");
    for (subtype, data) in [(3, [0xff, 0xff, 0xff, 0x7f]), (3, [0, 0, 0, 0x80]), (3, [0, 0, 0, 0]), (1, [0, 0, 0, 0])] {
        assert_eq!(host.chdk(&[10]), answer(OK, &[2, subtype, 1, 4]).with(&data));
    }
}

/// §1.4 ids (core/ptp.c:374-377): The script id is stamped when a message is queued, and unread messages of several scripts
/// stay in order.
#[test]
fn messages_carry_the_id_of_the_script_that_wrote_them() {
    let mut host = Host::new();
    host.run_only("write_usb_msg'a' return 'b'");
    assert_eq!(host.execute(0, "="), (2, 1));
    host.run_only("write_usb_msg'c' error('d', 0)");
    let ids: Vec<_> = host.messages().into_iter().map(|message| (message.0, message.2)).collect();
    assert_eq!(ids, [(3, 1), (2, 1), (1, 2), (3, 3), (1, 3)]);
}

/// §1.4 to the script (core/ptp.c:380-396): A message for any script stays for the next one; one for a script that has
/// ended is thrown away by whoever reads next, and takes up room until then.
#[test]
fn unread_messages_take_up_room_until_somebody_reads() {
    let mut host = Host::new();
    host.start("sleep(500)");
    for _ in 0..15 {
        assert_eq!(host.tell(1, "for the first"), 0);
    }
    host.pass(1000);
    host.start("sleep(100) local a = read_usb_msg() sleep(500) return a, read_usb_msg()");
    assert_eq!(host.tell(0, "for any"), 2);
    host.pass(200);
    assert_eq!(host.tell(0, "for any"), 0);
    host.pass(1000);
    assert_eq!(host.messages(), [nil(2), string(2, "for any")]);
}

// --- 2 Live view and remote capture ---

/// §2.1 block (core/live_view.h:98-109): GetDisplayData sends a header, descriptors and the pictures that were asked for.
///
/// Not modelled: one dummy byte and GeneralError, as CHDK answers when it has no block to send.
///
/// §1.2 GetDisplayData (core/ptp.c:898-911): A block of size 0 would be a dummy byte and GeneralError.
#[test]
fn there_is_no_live_view() {
    let mut host = Host::new();
    for flags in [0, 1, 0x0d, 0x1d, 0xffff_ffff] {
        assert_eq!(host.chdk(&[12, flags]), answer(GENERAL_ERROR, &[0]).with(&[0]));
    }
}

/// §2.2 setting up (core/remotecap.c:78-115): `init_usb_capture(types, start, lines)` fails in playback, for types that the
/// camera does not support and for lines outside of the picture; with types 0 it clears and gives true.
#[test]
fn a_capture_that_cannot_be_is_refused() {
    let mut host = Host::new();
    assert_eq!(host.run("return init_usb_capture(1)"), [boolean(1, false)]);
    host.run("set_record(1) sleep(1000)");
    assert_eq!(host.run("return init_usb_capture(16)"), [boolean(3, false)]);
    assert_eq!(host.run("return init_usb_capture(1, -1)"), [boolean(4, false)]);
    assert_eq!(host.run("return init_usb_capture(0)"), [boolean(5, true)]);
    assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
}

/// §2.2 setting up (core/remotecap.c:78-115): In record mode `init_usb_capture` chooses what to capture.
///
/// Not modelled: it raises, and there never is a target.
#[test]
fn a_capture_cannot_be_set_up() {
    let mut host = Host::new();
    host.run("set_record(1) sleep(1000)");
    let messages = host.run("init_usb_capture(1)");
    assert_eq!((messages[0].0, messages[0].1), (1, 2));
    let text = String::from_utf8(messages[0].3.clone()).unwrap();
    assert!(text.contains("init_usb_capture: the simulated camera does not do this"), "{text}");
    assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
}

/// §2.3 IsReady (core/remotecap.c:48-61): Without a target the types are 0x10000000 and the image number is 0.
///
/// §1.2 RemoteCaptureIsReady: The response has the types and the image number, and no data.
#[test]
fn without_a_target_capture_is_not_ready() {
    let mut host = Host::new();
    for _ in 0..2 {
        assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
    }
}

/// §2.3 GetData (core/remotecap.c:304-315; ptp.c:926-945): A type that is not available is a dummy byte, length 0, no
/// more, no offset, and GeneralError.
///
/// §1.2 RemoteCaptureGetData: The response has the length, whether there is more, and where to seek or -1.
#[test]
fn without_a_target_there_is_no_data_of_any_type() {
    let mut host = Host::new();
    for kind in [0, 1, 2, 4, 8, 15, 0xffff_ffff] {
        let nothing = answer(GENERAL_ERROR, &[0, 0, 0xffff_ffff]).with(&[0]);
        assert_eq!(host.chdk(&[14, kind]), nothing, "{kind:x}");
    }
    assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
}

/// §2.3 flow (core/remotecap.c:150-214): In a shot the raw hook publishes one type after the other and waits for the host.
///
/// Not modelled: there are no shots, so there is nothing to publish.
#[test]
fn there_is_no_shot_to_capture() {
    let mut host = Host::new();
    let messages = host.run("shoot()");
    assert_eq!((messages[0].0, messages[0].1), (1, 2));
    assert!(String::from_utf8_lossy(&messages[0].3).contains("does not do this"), "{messages:?}");
    assert_eq!(host.chdk(&[13]), answer(OK, &[0x1000_0000, 0]));
}

// --- 10 Traps ---

/// §10 4: Queues of 15; NONE is zeros and one zero byte; nil, booleans and integers take four bytes; ids as in 1.3 and 1.4.
#[test]
fn trap_4_queues_and_messages() {
    let mut host = Host::new();
    let none = answer(OK, &[0, 0, 0, 0]).with(&[0]);
    assert_eq!(host.chdk(&[10]), none);
    host.run_only("for i=1,20 do write_usb_msg(i % 2 == 0) end");
    for n in 1..=15 {
        let data = [u8::from(n % 2 == 0), 0, 0, 0];
        assert_eq!(host.chdk(&[10]), answer(OK, &[3, 2, 1, 4]).with(&data));
    }
    assert_eq!(host.chdk(&[10]), none);
}

/// §10 5: WriteScriptMsg and NOKILL answer OK, and say what happened in a parameter.
#[test]
fn trap_5_refusals_are_ok() {
    let mut host = Host::new();
    assert_eq!(host.chdk_with(&[11, 0], b"m"), answer(OK, &[1]));
    host.start("sleep(1000)");
    assert_eq!(host.chdk_with(&[7, NO_KILL], b"return\0"), answer(OK, &[1, 0x1000]));
}

/// §10 8: A dummy byte comes with the errors of GetData, Download and GetDisplayData, and none with those of GetMemory and
/// TempData.
#[test]
fn trap_8_dummy_bytes() {
    let mut host = Host::new();
    for (params, dummy) in
        [(&[14, 1][..], true), (&[6], true), (&[12, 1], true), (&[1, 0x1000, 0], false), (&[4, 1], false)]
    {
        let got = host.chdk(params);
        assert_eq!((got.code, got.data.is_some()), (GENERAL_ERROR, dummy), "{params:?}");
    }
}

/// §1.2 unknown: Commands that came with a later protocol are unknown before: 13 and 14 before 2.5, 12 before 2.1.
#[test]
fn later_commands_are_unknown_to_earlier_protocols() {
    for (minor, known) in [(0, 11), (1, 12), (4, 12), (5, 14), (9, 14)] {
        let config = Config { profile: Profile::default().with_protocol(2, minor), ..Config::default() };
        let mut host = Host::with(config);
        for command in 12..=15 {
            let got = host.chdk(&[command, 1]);
            let refused = got == answer(PARAMETER_NOT_SUPPORTED, &[]);
            assert_eq!(refused, command > known, "command {command} at 2.{minor}: {got:x?}");
        }
    }
}
