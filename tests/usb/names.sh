# A user's names for cameras: in the list, in front, and with -c.
export MOONSHUTTER_CONFIG=/tmp/config.toml
serial=51A0C0FFEE51A0C0FFEE51A0C0FF
printf "[cameras]\nright = \"%sEE00\"\nleft = \"%s0002\"\nhome = \"4711\"\n" "$serial" "$serial" >"$MOONSHUTTER_CONFIG"
cameras=3 && camera --cameras 3
moonshutter list | grep '^usb:' >/tmp/list
sed -n 1p /tmp/list | grep ' left: Canon Digital Camera, serial number .*0002$' || fail "$(cat /tmp/list)"
sed -n 2p /tmp/list | grep ' right: Canon Digital Camera, serial number .*EE00$' || fail "$(cat /tmp/list)"
sed -n 3p /tmp/list | grep ' Canon Digital Camera, serial number .*0001$' || fail "$(cat /tmp/list)"
moonshutter info -c left | grep 'serial number *.*0002$'
moonshutter info -c right | grep 'serial number *.*EE00$'
if moonshutter info -c home 2>/tmp/err; then fail "that one is elsewhere"; fi
grep 'no camera home (serial number 4711) is plugged in; what is, is .*left (usb:001:' /tmp/err
echo '[cameras' >"$MOONSHUTTER_CONFIG"
if moonshutter list 2>/tmp/err; then fail "that is no file of names"; fi
grep '/tmp/config.toml: .*line 1' /tmp/err
unplug
