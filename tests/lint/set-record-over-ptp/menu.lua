-- target: 1.2
set_record(1)
