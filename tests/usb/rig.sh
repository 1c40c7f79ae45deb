# Two and eight cameras: told apart by place and by serial number, used at the same time.
for cameras in 2 8; do
  camera --cameras "$cameras"
  if moonshutter exec 'return 1' 2>/tmp/err; then fail "it chose one"; fi
  grep 'usb may be any of usb:001:' /tmp/err
  grep 'name one with -c' /tmp/err
  users=
  for spec in $(places); do
    moonshutter exec -c "$spec" 'sleep(100) return get_buildinfo().platform' >"/tmp/out.$spec" &
    users="$users $!"
  done
  for user in $users; do wait "$user" || fail "one of $cameras failed"; done
  [ "$(cat /tmp/out.* | grep -c sim)" = "$cameras" ] || fail "$(cat /tmp/out.*)"
  rm /tmp/out.*
  serial=$(moonshutter list | sed -n 's/.*serial number \(.*0001\)$/\1/p')
  [ "$(moonshutter exec -c "$serial" 'return 5')" = 5 ]
  unplug
done
