-- start: ptp
-- target: 1.2
<!set_record!>(1)
switch_mode_usb(1)
