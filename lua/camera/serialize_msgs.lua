-- Tables travel as serialize.lua writes them.
usb_msg_table_to_string = serialize
