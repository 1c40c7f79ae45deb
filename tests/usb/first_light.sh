# A camera is found, listed and used like any other.
camera
moonshutter list | grep '^usb:001:' | grep 'Canon Digital Camera, serial number 51A0C0FFEE' ||
  fail "$(moonshutter list)"
moonshutter run /examples/first_light.lua -c usb >/tmp/usb.out
moonshutter run /examples/first_light.lua -c sim >/tmp/sim.out
diff /tmp/usb.out /tmp/sim.out
# by place, by serial number, by the beginning of it
place=$(places)
[ "$(moonshutter exec -c "$place" 'return 1')" = 1 ]
[ "$(moonshutter exec -c 51a0 'return 2')" = 2 ]
[ "$(moonshutter exec 'return 3')" = 3 ]
! grep sin: /tmp/camera.log
unplug
if moonshutter exec 'return 1' 2>/tmp/err; then fail "it ran on nothing"; fi
grep 'no camera is plugged in' /tmp/err
