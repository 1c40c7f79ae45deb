# Packets and transfers that end at every edge, and a lot of data both ways.
camera
moonshutter run edges.lua -c usb
cat >/tmp/big.lua <<'LUA'
con:upload("/tmp/big", "A/BIG.BIN")
con:download("A/BIG.BIN", "/tmp/back")
LUA
dd if=/dev/urandom of=/tmp/big bs=1M count=64 2>/dev/null
moonshutter run /tmp/big.lua -c usb
[ "$(md5sum </tmp/big)" = "$(md5sum </tmp/back)" ] || fail "64 MiB came back changed"
rm /tmp/big /tmp/back
! grep sin: /tmp/camera.log
unplug
