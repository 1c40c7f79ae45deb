use super::*;
use crate::repl::fake::Fake;

/// What a text whose cursor is at the bar may become: the text up to the cursor with each candidate in place.
fn becomes(text: &str) -> Vec<String> {
    becomes_in(text, Language::Host)
}

fn becomes_in(text: &str, language: Language) -> Vec<String> {
    let cursor = text.find('|').unwrap_or(text.len());
    let text = text.replace('|', "");
    let (start, candidates) = complete(&text, cursor, &Fake::new(language));
    assert!(start <= cursor && text.is_char_boundary(start), "{text}: {start}");
    candidates.into_iter().map(|candidate| format!("{}{}", &text[..start], candidate.replacement)).collect()
}

fn displays(text: &str) -> Vec<String> {
    complete(text, text.len(), &Fake::new(Language::Host)).1.into_iter().map(|candidate| candidate.display).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn live_values_of_the_host_have_their_members() {
    assert_eq!(becomes("con:ex"), ["con:exec", "con:execwait"]);
    assert_eq!(becomes("con:exec_"), ["con:exec_pcall"]);
    assert_eq!(becomes("x = chdk.co"), ["x = chdk.connect", "x = chdk.connection"]);
    assert_eq!(becomes("con:li"), ["con:listdir"]);
    assert_eq!(becomes("con.li"), ["con.lint", "con.listdir"]);
    assert_eq!(becomes("t.a.b"), ["t.a.b"]);
    assert_eq!(becomes("(\"x\"):up"), ["(\"x\"):upper"]);
    assert_eq!(becomes("require('json').e"), ["require('json').encode"]);
    assert_eq!(becomes("nothing.x"), NONE);
    assert_eq!(becomes("f().x"), NONE);
    assert_eq!(becomes("prin|(1)"), ["print"]);
    assert_eq!(displays("chdk.connect"), ["connect([camera], [options])", "connection([camera])"]);
}

#[test]
fn a_wrong_case_is_understood() {
    assert_eq!(becomes("CON"), ["con"]);
    assert_eq!(becomes("con:EXEC"), ["con:exec", "con:execwait"]);
}

#[test]
fn names_that_are_none_are_written_in_brackets() {
    assert_eq!(becomes("t.a."), ["t.a.b", "t.a[\"say\\\"it\\\"\"]", "t.a[\"two words\"]"]);
    assert_eq!(becomes("t.a.tw"), ["t.a[\"two words\"]"]);
    assert_eq!(becomes("t.a['tw"), ["t.a['two words']"]);
    assert_eq!(becomes("t.a['tw|']"), ["t.a['two words"]);
    assert_eq!(becomes("t.a._"), ["t.a._own"]);
}

#[test]
fn names_of_the_text_count() {
    assert_eq!(becomes("local counter = 1 print(cou"), ["local counter = 1 print(counter"]);
    assert_eq!(becomes("function(first, second) return fi"), ["function(first, second) return first"]);
    assert_eq!(becomes("local cam = con cam:li"), ["local cam = con cam:listdir"]);
    assert_eq!(
        becomes("local o = {size = 1, speed = 2} print(o.s"),
        ["local o = {size = 1, speed = 2} print(o.size", "local o = {size = 1, speed = 2} print(o.speed"]
    );
    // Whatever holds a connection: its methods are what is meant.
    assert_eq!(becomes("local c = chdk.connect() c:li"), ["local c = chdk.connect() c:listdir"]);
    assert_eq!(becomes("local con = 1 + 1 con.li"), NONE);
}

#[test]
fn keywords_are_offered() {
    assert_eq!(becomes("whi"), ["while"]);
    assert_eq!(becomes("local fu"), ["local function"]);
    assert_eq!(becomes("got"), ["goto"]);
    assert_eq!(becomes_in("got", Language::Camera), NONE);
}

#[test]
fn options_are_offered_where_their_keys_stand() {
    assert_eq!(becomes("con:exec('', {li"), ["con:exec('', {libs = ", "con:exec('', {lint = "]);
    assert_eq!(becomes("con:exec('', {lint = false, li"), ["con:exec('', {lint = false, libs = "]);
    assert_eq!(becomes("con:wait_msg{ti"), ["con:wait_msg{timeout = ", "con:wait_msg{timeout_error = "]);
    assert_eq!(becomes("con:exec('', {lin|= 1"), ["con:exec('', {lint"]);
    assert_eq!(becomes("con:exec({li"), NONE);
    assert_eq!(becomes("con:wait_msg{mtype = 'us"), ["con:wait_msg{mtype = 'user'"]);
    assert_eq!(becomes("con:exec('', {libs = {'serialize_m"), ["con:exec('', {libs = {'serialize_msgs'"]);
    assert_eq!(becomes("c = f() c:exec('', {nod"), ["c = f() c:exec('', {nodefaultlib = "]);
    assert!(becomes("con:exec('', {lint = pri").contains(&"con:exec('', {lint = print".into()));
}

#[test]
fn camera_code_has_the_cameras_names() {
    assert_eq!(becomes("=get_usb_p"), ["=get_usb_power"]);
    assert_eq!(becomes_in("get_usb_p", Language::Camera), ["get_usb_power"]);
    assert_eq!(becomes("=imath.si"), ["=imath.sind", "=imath.sinr"]);
    assert_eq!(becomes("=press('shoot_h"), ["=press('shoot_half'"]);
    assert_eq!(becomes("=press 'shoot_h"), ["=press 'shoot_half'"]);
    assert_eq!(becomes("=press('shoot_h|')"), ["=press('shoot_half"]);
    assert_eq!(becomes("=p = require('propc"), ["=p = require('propcase'"]);
    assert_eq!(
        becomes("=props = require('propcase') x = props.FLASH_MO"),
        ["=props = require('propcase') x = props.FLASH_MODE"]
    );
    assert_eq!(becomes("=get_prop(props.FLASH_MO"), ["=get_prop(props.FLASH_MODE"]);
    assert_eq!(becomes("=b = require'binstr' b.pa"), ["=b = require'binstr' b.pack"]);
    assert_eq!(becomes("=f = io.open('x') f:clo"), ["=f = io.open('x') f:close"]);
    assert!(displays("=set_led").contains(&"set_led(led, state, [brightness])".into()));
    assert_eq!(becomes("=con:ex"), NONE);
}

#[test]
fn camera_code_in_host_strings_is_camera_code() {
    assert_eq!(becomes("con:exec(\"get_usb_p"), ["con:exec(\"get_usb_power"]);
    assert_eq!(becomes("con:execwait[[ press('shoot_h"), ["con:execwait[[ press('shoot_half'"]);
    assert_eq!(becomes("con:exec_pcall(\"press('shoot_h|')\")"), ["con:exec_pcall(\"press('shoot_half"]);
    assert_eq!(becomes("con.remote.imath.si"), ["con.remote.imath.sind", "con.remote.imath.sinr"]);
    assert_eq!(becomes("con.remote.press('shoot_h"), ["con.remote.press('shoot_half'"]);
    assert_eq!(becomes("print('get_usb_p"), NONE);
}

#[test]
fn paths_are_those_of_their_side() {
    // Only who goes on gets a slash: the camera knows no folder by a name that ends with one.
    assert_eq!(becomes("con:listdir('A/DC"), ["con:listdir('A/DCIM"]);
    assert_eq!(becomes("con:listdir('A/DCIM"), ["con:listdir('A/DCIM/"]);
    assert_eq!(becomes("con:listdir('"), ["con:listdir('A/"]);
    assert_eq!(becomes("x = 'a/dcim/c"), ["x = 'a/dcim/CANONMSC"]);
    assert_eq!(becomes("=os.stat('A/my"), ["=os.stat('A/my file.txt'"]);
    assert_eq!(becomes("=os.stat('A/it"), ["=os.stat('A/it\\'s'"]);
    assert_eq!(becomes("=os.stat(\"A/it"), ["=os.stat(\"A/it's\""]);
    assert_eq!(becomes("con:download('A/DCIM/100CANON/I"), ["con:download('A/DCIM/100CANON/IMG_0001.JPG'"]);
    assert_eq!(becomes("con:upload('sc"), ["con:upload('scan.lua'", "con:upload('scripts/"]);
    assert_eq!(
        becomes("con:upload('scan.lua', 'A/"),
        [
            "con:upload('scan.lua', 'A/CHDK",
            "con:upload('scan.lua', 'A/DCIM",
            "con:upload('scan.lua', 'A/it\\'s'",
            "con:upload('scan.lua', 'A/my file.txt'"
        ]
    );
    assert_eq!(becomes("io.open('scripts/"), ["io.open('scripts/a.lua'"]);
    assert_eq!(becomes("chdk.connect('us"), ["chdk.connect('usb:1:5'"]);
}

#[test]
fn commands_have_names_options_and_arguments() {
    assert_eq!(becomes(":l"), [":list", ":ls "]);
    assert_eq!(becomes(":ls -"), [":ls -l "]);
    assert_eq!(becomes(":ls DC"), [":ls DCIM/"]);
    assert_eq!(becomes(":ls -l A/DCIM/10"), [":ls -l A/DCIM/100CANON/", ":ls -l A/DCIM/101CANON/"]);
    assert_eq!(becomes(":ls m"), [":ls 'my file.txt' "]);
    assert_eq!(becomes(":ls i"), [":ls \"it's\" "]);
    assert_eq!(becomes(":ls 'm|'"), [":ls 'my file.txt"]);
    assert_eq!(becomes(":put "), [":put 'my scan.lua' ", ":put scan.lua ", ":put scripts/"]);
    assert_eq!(becomes(":put ."), [":put .hidden "]);
    assert_eq!(becomes(":put scan.lua A/D"), [":put scan.lua A/DCIM/"]);
    assert_eq!(becomes(":connect s"), [":connect sim "]);
    assert_eq!(becomes(":connect --mode p"), [":connect --mode play "]);
    assert_eq!(becomes(":connect --mode=r"), [":connect --mode=rec "]);
    assert_eq!(becomes(":connect --mode rec us"), [":connect --mode rec usb:1:5 "]);
    assert_eq!(becomes(":time con:li"), [":time con:listdir"]);
    assert_eq!(becomes(":time =get_usb_p"), [":time =get_usb_power"]);
    assert_eq!(becomes(":nothing x"), NONE);
    assert_eq!(becomes(": "), NONE);
    assert_eq!(becomes(":p sca"), [":p scan.lua "]);
    assert_eq!(displays(":pu"), [":put FILE [TO]  sends a file"]);
}

#[test]
fn help_asks_about_names_of_either_side() {
    assert_eq!(becomes("help get_usb_p"), ["help get_usb_power"]);
    assert_eq!(becomes("help con:exec"), ["help con:exec", "help con:execwait"]);
    assert_eq!(becomes(":help imath.sind"), [":help imath.sind"]);
    assert_eq!(becomes("help :l"), ["help :list", "help :ls"]);
    assert_eq!(becomes("hel"), ["help"]);
    assert_eq!(becomes("help"), ["help"]);
    assert_eq!(becomes(":hel"), [":help "]);
}

#[test]
fn what_takes_time_is_asked_of_few() {
    let world = Fake::new(Language::Host);
    assert_eq!(complete("t.ta", 4, &world).1[0].display, "take(count, path)");
    assert_eq!(world.questions.take(), 1);
    assert_eq!(complete("many.", 5, &world).1.len(), 10);
    assert_eq!(world.questions.take(), 0);
}

#[test]
fn further_lines_are_indented() {
    assert_eq!(becomes("if x then\n"), ["if x then\n  "]);
    assert_eq!(becomes("if x then\n  |\nend"), ["if x then\n    "]);
    assert_eq!(becomes("if x then\n  prin"), ["if x then\n  print"]);
}

#[test]
fn comments_and_numbers_are_left_alone() {
    assert_eq!(becomes("-- pri"), NONE);
    assert_eq!(becomes("--[[ pri"), NONE);
    assert_eq!(becomes("--[[ a ]] pri"), ["--[[ a ]] print"]);
    assert_eq!(becomes("x = 12"), NONE);
}
