-- start: ptp
set_record(1)
