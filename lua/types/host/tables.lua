-- made by moonshutter types: changes here are lost
---@meta _

---@class moonshutter.Error
---@field etype string the kind of an error, for handlers to look at. connect_no_dev no camera; not_found; ambiguous more than one; busy; no_access; connect_fail; connect_connected; disconnected; timeout; interrupted; protocol; ptp the camera refused, see ptp_rc; not_chdk; unsupported; execlua_scriptrun a script runs already; script_killed; execlua_compile; exec_runtime; lint; msg_notrun; msg_full; msg_badid; wrongmsg, wrongmsg_sub, wrongmsg_error, bad_script_id, nomsg; serialize; unserialize; remote no such folder on the card; bad_arg; usage; closed; io a file of this computer; internal_error. Names are chdkptp's where it has the situation.
---@field msg string what happened, in words
---@field ptp_rc integer|nil the response code of the camera, as in ptp.RC_DeviceBusy, or a local one, as in ptp.ERROR_NOT_CONNECTED
---@field critical boolean|nil true where the script itself is wrong (etype bad_arg)
---@field camera string|nil the camera that it happened on
---@field script string|nil the file in which camera code failed
---@field line integer|nil the line in it
---@field raw string|nil the text from the camera that could not be understood (etype unserialize)
---@field traceback string where it came from, by the lines of your scripts

---@class moonshutter.Message
---@field script_id integer the script that sent it
---@field type "none"|"error"|"return"|"user" what kind of message it is
---@field subtype string|nil the type of the value, or compile or runtime for an error. unsupported, nil, boolean, integer, string or table.
---@field value any what was sent; the text of an error

---@class moonshutter.Status
---@field run boolean whether a script runs
---@field msg boolean whether messages wait
---@field timeout true|nil whether con:wait_status gave up

---@class moonshutter.DirEntry
---@field name string its name
---@field size integer|nil bytes; nil, as all that follows, where the camera could not tell
---@field mtime integer|nil when it was changed, in seconds since 1970 by the camera's clock
---@field attrib integer|nil its attributes on the card, as bits of FAT
---@field is_dir boolean|nil whether it is a folder
---@field is_file boolean|nil whether it is a file

---@class moonshutter.Stat
---@field size integer bytes
---@field mtime integer when it was changed, in seconds since 1970 by the camera's clock
---@field ctime integer when it was made, likewise
---@field attrib integer its attributes on the card, as bits of FAT
---@field is_dir boolean whether it is a folder
---@field is_file boolean whether it is a file

---@class moonshutter.Condition
---@field record boolean record mode, not playback
---@field video boolean a mode for movies
---@field mode integer CHDK's mode word
---@field battery_mv integer|nil millivolts of the battery
---@field optics_celsius integer|nil temperature of the optics
---@field sensor_celsius integer|nil temperature of the sensor
---@field battery_celsius integer|nil temperature of the battery
---@field card_size integer|nil bytes of the card
---@field card_free integer|nil bytes that are free on the card
---@field shots_left integer|nil the camera's own guess how many JPEGs still fit
---@field image_number integer|nil the number of the last picture, as Canon counts
---@field image_folder string|nil the folder of the next picture
---@field propset integer|nil CHDK's property set
---@field up_milliseconds integer|nil milliseconds since it was switched on; starts again after 49 days
---@field build table|nil the CHDK that it runs, as get_buildinfo on the camera tells

---@class moonshutter.Clock
---@field year integer the year that the camera shows
---@field month integer its month
---@field day integer its day
---@field hour integer its hour
---@field min integer its minute
---@field sec integer its second
---@field host table the time of this computer then, with the same fields
---@field offset number seconds that the camera is ahead
---@field uncertainty number seconds by which that may be wrong

---@class moonshutter.FoundFile
---@field path string its path, from A/
---@field name string its name
---@field depth integer how many folders below what was asked for
---@field shot integer|nil the number of its shot
---@field folder integer|nil the number of its folder
---@field size integer|nil bytes; nil, as all that follows, where the camera could not tell
---@field mtime integer|nil when it was changed, in seconds since 1970 by the camera's clock
---@field attrib integer|nil its attributes on the card, as bits of FAT
---@field is_dir boolean|nil whether it is a folder
---@field is_file boolean|nil whether it is a file

---@class moonshutter.RemovedFile
---@field path string its path, from A/
---@field removed boolean whether it is gone
---@field reason string|nil why it is not

---@class moonshutter.CardSpace
---@field total integer bytes of the card
---@field free integer bytes that are free
---@field used integer bytes that are used
---@field jpegs integer|nil the camera's guess how many JPEGs still fit
---@field raws integer|nil its guess for CHDK's raw files

---@class moonshutter.Image
---@field full string its path, from A/
---@field name string its name
---@field path string[] the parts of its path
---@field st table what os.stat says of it

---@class moonshutter.DeletedFile
---@field file string its path, from A/
---@field status boolean whether it is gone
---@field msg string|nil why it is not

---@class moonshutter.Transfer
---@field copied integer how many files have come
---@field same integer how many were there already
---@field skipped integer how many were left, because another file was there
---@field planned integer how many would come
---@field deleted integer how many were deleted where they came from
---@field failed integer how many failed
---@field left integer how many were not tried
---@field bytes integer bytes that have come
---@field known integer|nil of con:sync: how many had come before
---@field files moonshutter.TransferredFile[] each file

---@class moonshutter.TransferredFile
---@field from string where it came from
---@field to string where it is
---@field size integer bytes
---@field result "copied"|"same"|"skipped"|"planned"|"failed" what became of it
---@field resumed integer|nil bytes that were there from an earlier attempt
---@field checksum integer|nil what the camera computed of it
---@field error string|nil why it failed

---@class moonshutter.Version
---@field MAJOR integer the major version
---@field MINOR integer the minor version
---@field BUILD integer|nil the patch of this program
---@field DESC string|nil the name of this program

---@class moonshutter.Counters
---@field write integer bytes to the camera
---@field read integer bytes from the camera
---@field transactions integer PTP transactions

---@class moonshutter.ConnectionDevice
---@field transport string usb, ip or sim
---@field bus string|nil the bus on USB
---@field dev string|nil the number on the bus
---@field host string|nil the address of a camera with PTP/IP
---@field port string|nil its port

---@class moonshutter.PtpDevice
---@field model string|nil the model, as the camera names it
---@field manufacturer string|nil the maker
---@field device_version string|nil the version of the firmware
---@field serial_number string|nil the serial number
---@field StandardVersion integer the version of PTP, times 100
---@field VendorExtensionID integer whose extensions it has
---@field VendorExtensionVersion integer their version
---@field VendorExtensionDesc string|nil their description
---@field FunctionalMode integer the functional mode
---@field OperationsSupported integer[] codes of the operations that it knows
---@field EventsSupported integer[] codes of its events
---@field DevicePropertiesSupported integer[] codes of its properties
---@field CaptureFormats integer[] codes of the formats that it takes pictures in
---@field ImageFormats integer[] codes of the formats that it stores

---@class moonshutter.Candidate
---@field spec string what -c and chdk.connect take
---@field description string the camera in words
---@field alias string|nil your name for it
---@field serial string|nil its serial number

---@class moonshutter.UsbDevice
---@field bus string its bus, three digits
---@field dev string its number on the bus, three digits
