# What a camera may do wrong, on demand: nonsense, data that ends in the middle, slow answers, a script engine that hangs. Each
# is an error that says so, or none, and whoever comes next finds the camera in order.
camera --latency 100ms --event 'GetMemory 1: garbage' --event 'GetMemory 2 data: short' \
  --event 'ExecuteScript 3 response: hang script'
echo 'print(#con:getmem(0x1000, 100000))' >/tmp/memory.lua

# Ends as it should: ends CODE WORDS COMMAND...
ends() {
  wanted=$1 words=$2
  shift 2
  code=0
  "$@" >/tmp/out 2>/tmp/err || code=$?
  [ "$code" = "$wanted" ] || fail "$* ended with $code: $(cat /tmp/out /tmp/err)"
  cat /tmp/out /tmp/err | grep "$words" || fail "$* said: $(cat /tmp/out /tmp/err)"
}

ends 1 'the camera' moonshutter run /tmp/memory.lua -c usb
ends 0 '^42$' moonshutter exec -c usb 'return 42'
ends 5 'the camera' moonshutter run /tmp/memory.lua -c usb --timeout 3
ends 0 '^43$' moonshutter exec -c usb 'return 43'
ends 0 '^100000$' moonshutter run /tmp/memory.lua -c usb
# The script neither ends nor lets itself be ended; all else goes on.
ends 5 '.' moonshutter exec -c usb --timeout 3 'return 44'
ends 0 'Canon PowerShot SIM' moonshutter info -c usb
unplug
