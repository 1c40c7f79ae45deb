# The card over USB: a tree goes up and comes down with its times, is listed, moved and removed; a prompt finds the camera.
camera
mkdir -p /tmp/tree/SUB/DEEP
for size in 0 1 511 512 513 16384 100000; do
  dd if=/dev/urandom of="/tmp/tree/SUB/F$size.BIN" bs=1 count="$size" 2>/dev/null
done
dd if=/dev/urandom of=/tmp/tree/SUB/DEEP/BIG.BIN bs=1M count=3 2>/dev/null
touch -d '2020-02-29 12:34:56' /tmp/tree/SUB/*.BIN
moonshutter put -r /tmp/tree A/
moonshutter ls -R --json A/tree | grep -c '"type": "file"' | grep -x 8
moonshutter get -r --verify A/tree /tmp/back
diff -r /tmp/tree /tmp/back/tree
[ "$(date -r /tmp/back/tree/SUB/F513.BIN +%s)" = "$(date -r /tmp/tree/SUB/F513.BIN +%s)" ] || fail "the time is another"
moonshutter get --move -r A/tree/SUB/DEEP /tmp/moved
cmp /tmp/moved/DEEP/BIG.BIN /tmp/tree/SUB/DEEP/BIG.BIN
if moonshutter stat A/tree/SUB/DEEP/BIG.BIN 2>/tmp/err; then fail "it was moved and is there"; fi
moonshutter rm -r --yes A/tree
if moonshutter ls A/tree 2>/tmp/err; then fail "it was removed and is there"; fi
[ "$(echo '=40+2' | moonshutter)" = 42 ] || fail "the prompt did not find the only camera"
moonshutter mode rec | grep -x rec
moonshutter clock --sync
! grep sin: /tmp/camera.log
unplug
