-- made by moonshutter types: changes here are lost
---@meta _

---@class (exact) moonshutter.con_connectOptions
---@field raw? boolean taken as in chdkptp's scripts, and changes nothing

---@class (exact) moonshutter.con_reconnectOptions
---@field wait? number milliseconds to wait before it connects again (default 2500)
---@field strict? boolean fail if another camera answers, by model and serial number (default true)
---@field timeout? number milliseconds that the camera may then take to come back (default 10000)

---@class (exact) moonshutter.con_execOptions
---@field wait? boolean wait for the end, as con:execwait does (default false)
---@field lint? boolean false sends the code without a look by the linter (default con.lint)
---@field libs? string|string[] libraries that go along with the code, besides those whose globals stand in it. chdk.rlibs:names() lists them.
---@field nodefaultlib? boolean true leaves the serializer away: tables then arrive as strings in CHDK's own format (default false)
---@field clobber? boolean end a script that runs on the camera, instead of failing (default false)
---@field flush_cam_msgs? boolean drop messages of earlier scripts that nobody read (default true)
---@field flush_host_msgs? boolean drop messages to earlier scripts that they did not read (default true)
---@field msgs? function|table where messages of the script go: a function that is called with each, or a table that they are appended to. Without it they are dropped, with a warning. With con:exec it needs wait = true.
---@field rets? function|table where return values go, as messages, instead of being returned. With con:exec it needs wait = true.
---@field fdata? any the second argument of the functions in msgs and rets. With con:exec it needs wait = true.
---@field timeout? number milliseconds after which the wait is given up; the script goes on
---@field timeout_error? boolean false returns nothing at a timeout, instead of failing (default true)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_execwaitOptions
---@field wait? boolean taken for the sake of con:exec; false is an error (default true)
---@field lint? boolean false sends the code without a look by the linter (default con.lint)
---@field libs? string|string[] libraries that go along with the code, besides those whose globals stand in it. chdk.rlibs:names() lists them.
---@field nodefaultlib? boolean true leaves the serializer away: tables then arrive as strings in CHDK's own format (default false)
---@field clobber? boolean end a script that runs on the camera, instead of failing (default false)
---@field flush_cam_msgs? boolean drop messages of earlier scripts that nobody read (default true)
---@field flush_host_msgs? boolean drop messages to earlier scripts that they did not read (default true)
---@field msgs? function|table where messages of the script go: a function that is called with each, or a table that they are appended to. Without it they are dropped, with a warning. With con:exec it needs wait = true.
---@field rets? function|table where return values go, as messages, instead of being returned. With con:exec it needs wait = true.
---@field fdata? any the second argument of the functions in msgs and rets. With con:exec it needs wait = true.
---@field timeout? number milliseconds after which the wait is given up; the script goes on
---@field timeout_error? boolean false returns nothing at a timeout, instead of failing (default true)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_call_remoteOptions
---@field lint? boolean false sends the code without a look by the linter (default con.lint)
---@field libs? string|string[] libraries that go along with the code, besides those whose globals stand in it. chdk.rlibs:names() lists them.
---@field nodefaultlib? boolean true leaves the serializer away: tables then arrive as strings in CHDK's own format (default false)
---@field clobber? boolean end a script that runs on the camera, instead of failing (default false)
---@field flush_cam_msgs? boolean drop messages of earlier scripts that nobody read (default true)
---@field flush_host_msgs? boolean drop messages to earlier scripts that they did not read (default true)
---@field msgs? function|table where messages of the script go: a function that is called with each, or a table that they are appended to. Without it they are dropped, with a warning. With con:exec it needs wait = true.
---@field rets? function|table where return values go, as messages, instead of being returned. With con:exec it needs wait = true.
---@field fdata? any the second argument of the functions in msgs and rets. With con:exec it needs wait = true.
---@field timeout? number milliseconds after which the wait is given up; the script goes on
---@field timeout_error? boolean false returns nothing at a timeout, instead of failing (default true)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_eachOptions
---@field lint? boolean false sends the code without a look by the linter (default con.lint)
---@field libs? string|string[] libraries that go along with the code, besides those whose globals stand in it. chdk.rlibs:names() lists them.
---@field nodefaultlib? boolean true leaves the serializer away: tables then arrive as strings in CHDK's own format (default false)
---@field clobber? boolean end a script that runs on the camera, instead of failing (default false)
---@field flush_cam_msgs? boolean drop messages of earlier scripts that nobody read (default true)
---@field flush_host_msgs? boolean drop messages to earlier scripts that they did not read (default true)
---@field timeout? number milliseconds to wait for each turn
---@field timeout_error? boolean taken as with con:execwait; a timeout is always an error here (default true)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_collectOptions
---@field lint? boolean false sends the code without a look by the linter (default con.lint)
---@field libs? string|string[] libraries that go along with the code, besides those whose globals stand in it. chdk.rlibs:names() lists them.
---@field nodefaultlib? boolean true leaves the serializer away: tables then arrive as strings in CHDK's own format (default false)
---@field clobber? boolean end a script that runs on the camera, instead of failing (default false)
---@field flush_cam_msgs? boolean drop messages of earlier scripts that nobody read (default true)
---@field flush_host_msgs? boolean drop messages to earlier scripts that they did not read (default true)
---@field timeout? number milliseconds to wait for each turn
---@field timeout_error? boolean taken as with con:execwait; a timeout is always an error here (default true)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_wait_statusOptions
---@field run? boolean true waits for a script that runs, false for its end
---@field msg? boolean true waits for a message, false for an empty queue
---@field timeout? number milliseconds to wait (default 86400000)
---@field timeout_error? boolean true makes a timeout an error (default false)
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.

---@class (exact) moonshutter.con_wait_msgOptions
---@field poll? number milliseconds of the longest pause between questions to the camera (default 100)
---@field pollstart? number|false milliseconds of the first pause, which doubles up to poll; false for pauses that are always poll (default 1)
---@field initwait? number|false milliseconds to wait before the first question. 5 with con:execwait.
---@field timeout? number milliseconds to wait (default 86400000)
---@field timeout_error? boolean false is an error: use con:wait_msg_pcall (default true)
---@field mtype? "none"|"error"|"return"|"user" the type that is wanted
---@field msubtype? "unsupported"|"nil"|"boolean"|"integer"|"string"|"table"|"none"|"compile"|"runtime" the subtype that is wanted
---@field munserialize? boolean return only the value, and that of a string that a script has serialized itself (default false)

---@class (exact) moonshutter.con_read_msg_strictOptions
---@field mtype? "none"|"error"|"return"|"user" the type that is wanted
---@field msubtype? "unsupported"|"nil"|"boolean"|"integer"|"string"|"table"|"none"|"compile"|"runtime" the subtype that is wanted
---@field munserialize? boolean return only the value, and that of a string that a script has serialized itself (default false)

---@class (exact) moonshutter.con_read_all_msgsOptions
---@field default? function|table where messages go that have no place of their own; without it they are dropped. A function is called with the message and the options; a table is appended to.
---@field user? function|table where messages go that a script sent with write_usb_msg (default default)
---@field return? function|table where return values go (default default)
---@field error? function|table where errors of scripts go (default default)

---@class (exact) moonshutter.con_uploadOptions
---@field lint? boolean false sends a script without a look by the linter (default con.lint)

---@class (exact) moonshutter.con_listdirOptions
---@field stat? false|"/"|"*" "/" puts a slash behind names of folders; "*" gives tables with name, size, mtime, attrib, is_dir and is_file (default false)
---@field match? string a pattern of Lua's that names must match
---@field dirsonly? boolean taken as in chdkptp's scripts; false is an error, con:stat tells of a file (default true)
---@field msglimit? any taken as in chdkptp's scripts, and changes nothing
---@field msgtimeout? any taken as in chdkptp's scripts, and changes nothing

---@class (exact) moonshutter.con_findOptions
---@field sort? "name"|"date"|"size"|"shot" the order; that of the card without it
---@field reverse? boolean true turns the order round (default false)
---@field recursive? boolean go into folders (default false)
---@field max_depth? integer how many folders deep
---@field name? string|string[] patterns that names must match one of, as in "*.JPG"
---@field exclude? string|string[] patterns of names that are left out
---@field newer? string|integer not older than this, by the camera's clock: "yesterday", "2026-05-01", or seconds as in mtime
---@field older? string|integer not newer than this
---@field min_size? string|integer bytes that there must be, as in 500 or "2M"
---@field max_size? string|integer bytes that there may be
---@field shots? string|integer numbers of shots, as in 17 or "17-25"
---@field folders? string|integer numbers of folders, as in 100 or "100-102"
---@field last? integer only so many of the last shots

---@class (exact) moonshutter.con_rmOptions
---@field dry_run? boolean true removes nothing, and returns what would be removed as con:find does (default false)
---@field whole_card? boolean true lets it empty the whole card (default false)
---@field recursive? boolean go into folders (default false)
---@field max_depth? integer how many folders deep
---@field name? string|string[] patterns that names must match one of, as in "*.JPG"
---@field exclude? string|string[] patterns of names that are left out
---@field newer? string|integer not older than this, by the camera's clock: "yesterday", "2026-05-01", or seconds as in mtime
---@field older? string|integer not newer than this
---@field min_size? string|integer bytes that there must be, as in 500 or "2M"
---@field max_size? string|integer bytes that there may be
---@field shots? string|integer numbers of shots, as in 17 or "17-25"
---@field folders? string|integer numbers of folders, as in 100 or "100-102"
---@field last? integer only so many of the last shots

---@class (exact) moonshutter.con_imglistOptions
---@field start_paths? string|string[] where to look (default A/DCIM)
---@field sort? "path"|"name"|"date"|"size"|"shot" the order; that of the card without it
---@field sort_order? "asc"|"des" upwards or downwards (default "asc")
---@field imgnum_min? integer the lowest number of a shot
---@field imgnum_max? integer the highest number of a shot
---@field dirnum_min? integer the lowest number of a folder
---@field dirnum_max? integer the highest number of a folder
---@field lastimg? integer|boolean only so many of the last shots; true is one (default false)
---@field maxdepth? integer how many folders deep (default 2)
---@field fmatch? string a pattern of Lua's that the full path of a file must match. Names of images without it.
---@field dmatch? string a pattern of Lua's that the full path of a folder must match
---@field rmatch? string a pattern of Lua's that the full path of a folder must match to be gone into
---@field batchsize? any taken as in chdkptp's scripts, and changes nothing
---@field dbgmem? any taken as in chdkptp's scripts, and changes nothing
---@field dirsfirst? any taken as in chdkptp's scripts, and changes nothing

---@class (exact) moonshutter.con_imglist_deleteOptions
---@field pretend? boolean true removes nothing, and says what would be removed (default false)

---@class (exact) moonshutter.con_mdeleteOptions
---@field maxdepth? integer how many folders deep (default 100)
---@field fmatch? string a pattern of Lua's that the full path of a file must match
---@field dmatch? string a pattern of Lua's that the full path of a folder must match
---@field rmatch? string a pattern of Lua's that the full path of a folder must match to be gone into
---@field batchsize? any taken as in chdkptp's scripts, and changes nothing
---@field dbgmem? any taken as in chdkptp's scripts, and changes nothing
---@field dirsfirst? any taken as in chdkptp's scripts, and changes nothing
---@field dirs? boolean false leaves folders (default true)
---@field pretend? boolean true removes nothing, and says what would be removed (default false)
---@field skip_topdirs? boolean true leaves the folders that are named (default false)
---@field ignore_errors? boolean true says what could not be removed, instead of failing (default false)
---@field whole_card? boolean true lets it empty the whole card (default false)

---@class (exact) moonshutter.con_getOptions
---@field recursive? boolean go into folders (default false)
---@field max_depth? integer how many folders deep
---@field name? string|string[] patterns that names must match one of, as in "*.JPG"
---@field exclude? string|string[] patterns of names that are left out
---@field newer? string|integer not older than this, by the camera's clock: "yesterday", "2026-05-01", or seconds as in mtime
---@field older? string|integer not newer than this
---@field min_size? string|integer bytes that there must be, as in 500 or "2M"
---@field max_size? string|integer bytes that there may be
---@field shots? string|integer numbers of shots, as in 17 or "17-25"
---@field folders? string|integer numbers of folders, as in 100 or "100-102"
---@field last? integer only so many of the last shots
---@field existing? "error"|"skip"|"replace"|"older"|"rename" what becomes of another file that is there under the name (default "error")
---@field verify? boolean true compares checksums, which the camera's Lua computes (default false)
---@field delete? boolean true deletes what has arrived where it came from; includes verify (default false)
---@field mtime? boolean false does not keep the times of files (default true)
---@field dry_run? boolean true copies nothing, and returns what would be copied (default false)
---@field info_fn? function called for each file as string.format is, to say it
---@field template? string how names are made, as in "{date}/{folder}_{name}" (default "{path}"). docs/card.md lists the fields.
---@field resume? boolean false begins anew what was broken off (default true)

---@class (exact) moonshutter.con_putOptions
---@field existing? "error"|"skip"|"replace"|"older"|"rename" what becomes of another file that is there under the name (default "error")
---@field verify? boolean true compares checksums, which the camera's Lua computes (default false)
---@field delete? boolean true deletes what has arrived where it came from; includes verify (default false)
---@field mtime? boolean false does not keep the times of files (default true)
---@field dry_run? boolean true copies nothing, and returns what would be copied (default false)
---@field info_fn? function called for each file as string.format is, to say it
---@field recursive? boolean go into folders (default false)
---@field lint? boolean false sends scripts without a look by the linter (default con.lint)

---@class (exact) moonshutter.con_syncOptions
---@field recursive? boolean go into folders (default false)
---@field max_depth? integer how many folders deep
---@field name? string|string[] patterns that names must match one of, as in "*.JPG"
---@field exclude? string|string[] patterns of names that are left out
---@field newer? string|integer not older than this, by the camera's clock: "yesterday", "2026-05-01", or seconds as in mtime
---@field older? string|integer not newer than this
---@field min_size? string|integer bytes that there must be, as in 500 or "2M"
---@field max_size? string|integer bytes that there may be
---@field shots? string|integer numbers of shots, as in 17 or "17-25"
---@field folders? string|integer numbers of folders, as in 100 or "100-102"
---@field last? integer only so many of the last shots
---@field existing? "error"|"skip"|"replace"|"older"|"rename" what becomes of another file that is there under the name (default "rename")
---@field verify? boolean true compares checksums, which the camera's Lua computes (default false)
---@field delete? boolean true deletes what has arrived where it came from; includes verify (default false)
---@field mtime? boolean false does not keep the times of files (default true)
---@field dry_run? boolean true copies nothing, and returns what would be copied (default false)
---@field info_fn? function called for each file as string.format is, to say it
---@field template? string how names are made, as in "{date}/{folder}_{name}" (default "{path}"). docs/card.md lists the fields.
---@field resume? boolean false begins anew what was broken off (default true)
---@field paths? string|string[] what is copied (default A/DCIM)

---@class (exact) moonshutter.con_mdownloadOptions
---@field maxdepth? integer how many folders deep (default 100)
---@field fmatch? string a pattern of Lua's that the full path of a file must match
---@field dmatch? string a pattern of Lua's that the full path of a folder must match
---@field rmatch? string a pattern of Lua's that the full path of a folder must match to be gone into
---@field batchsize? any taken as in chdkptp's scripts, and changes nothing
---@field dbgmem? any taken as in chdkptp's scripts, and changes nothing
---@field dirsfirst? any taken as in chdkptp's scripts, and changes nothing
---@field info_fn? function called for each file as string.format is, to say it
---@field nosubst? boolean true takes a $ in folder as it is (default false)
---@field dirs? boolean taken as in chdkptp's scripts, and changes nothing
---@field mtime? boolean false does not keep the times of files (default true)
---@field overwrite? boolean|function false leaves what is there; a function is asked for each such file (default true)
---@field verbose? boolean true says each file on standard output, false says none
---@field pretend? boolean true copies nothing, and says what would be copied (default false)

---@class (exact) moonshutter.con_muploadOptions
---@field fmatch? string a pattern of Lua's that the full path of a file must match
---@field batchsize? any taken as in chdkptp's scripts, and changes nothing
---@field dbgmem? any taken as in chdkptp's scripts, and changes nothing
---@field dirsfirst? any taken as in chdkptp's scripts, and changes nothing
---@field info_fn? function called for each file as string.format is, to say it
---@field lint? boolean false sends scripts without a look by the linter (default con.lint)
---@field mtime? boolean false does not keep the times of files (default true)
---@field verbose? boolean true says each file on standard output, false says none
---@field pretend? boolean true copies nothing, and says what would be copied (default false)

---@class (exact) moonshutter.con_download_file_ffOptions
---@field info_fn? function called for each file as string.format is, to say it
---@field mtime? boolean false does not keep the times of files (default true)
---@field overwrite? boolean|function false leaves what is there; a function is asked for each such file (default true)
---@field verbose? boolean true says each file on standard output, false says none
---@field pretend? boolean true copies nothing, and says what would be copied (default false)

---@class (exact) moonshutter.con_imglist_downloadOptions
---@field info_fn? function called for each file as string.format is, to say it
---@field dst? string how names are made (default "${subdir}/${name}")
---@field dstdir? string|false the folder that names are in (default false)
---@field dlseq_start? integer the first number of the field dlseq (default 1)
---@field mtime? boolean false does not keep the times of files (default true)
---@field overwrite? boolean|function false leaves what is there; a function is asked for each such file (default true)
---@field verbose? boolean true says each file on standard output, false says none
---@field pretend? boolean true copies nothing, and says what would be copied (default false)

---@class (exact) moonshutter.con_get_clockOptions
---@field utc? boolean true takes UTC for the time at home, instead of this computer's zone (default false)

---@class (exact) moonshutter.con_sync_clockOptions
---@field utc? boolean true takes UTC for the time at home, instead of this computer's zone (default false)

---A connection to a camera.
---@class moonshutter.Connection
---@field apiver moonshutter.Version the version of CHDK's PTP protocol that the camera speaks; nil while none is connected
---@field condev moonshutter.ConnectionDevice where the camera is; nil while none is connected
---@field ptpdev moonshutter.PtpDevice what the camera says of itself in PTP's DeviceInfo; nil while none is connected
---@field lint boolean whether code is checked by the linter before it is sent; may be set
---@field remote moonshutter.Remote functions of the camera by their names: con.remote.os.stat("A/") calls it there and returns what it returns. Arguments are values of this side, nils among them. Options of con:call_remote stand in front: con:remote{timeout = 5000}.sleep(1000). Libraries for the camera go along by name: con.remote.mkdir_m("A/ONE/TWO").
local Connection = {}

---Connects to the camera, after con:disconnect() or chdk.connection().
---
---It is an error if it is connected already (etype connect_connected). con does so by itself when it is first used.
---@param options? moonshutter.con_connectOptions
function Connection:connect(options) end

---As `con:connect`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_connectOptions
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:connect_pcall(options) end

---Ends the connection; nothing can be done with the camera until con:connect().
function Connection:disconnect() end

---As `con:disconnect`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:disconnect_pcall() end

---Disconnects, waits for the camera to come back, and connects.
---
---For what makes a camera leave for a while, such as reboot().
---@param options? moonshutter.con_reconnectOptions
function Connection:reconnect(options) end

---As `con:reconnect`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_reconnectOptions
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:reconnect_pcall(options) end

---Whether there is a camera that answers, as far as is known without asking it.
---@return boolean
function Connection:is_connected() end

---As `con:is_connected`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return boolean|moonshutter.Error
function Connection:is_connected_pcall() end

---The version of CHDK's PTP protocol that the camera speaks.
---
----1, -1 for a camera without CHDK.
---@return integer major
---@return integer minor
function Connection:camera_api_version() end

---As `con:camera_api_version`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return integer|moonshutter.Error major
---@return integer minor
function Connection:camera_api_version_pcall() end

---Whether the camera speaks this major version of the protocol, and at least this minor one.
---@param major integer
---@param minor integer
---@return boolean
function Connection:is_ver_compatible(major, minor) end

---As `con:is_ver_compatible`, but returns false and the error instead of throwing it.
---@param major integer
---@param minor integer
---@return boolean ok
---@return boolean|moonshutter.Error
function Connection:is_ver_compatible_pcall(major, minor) end

---The languages that the camera runs over PTP, as bits: 1 is Lua.
---@return integer
function Connection:script_support() end

---As `con:script_support`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return integer|moonshutter.Error
function Connection:script_support_pcall() end

---Where the camera is, as con.condev has it.
---@return moonshutter.ConnectionDevice
function Connection:get_con_devinfo() end

---As `con:get_con_devinfo`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.ConnectionDevice|moonshutter.Error
function Connection:get_con_devinfo_pcall() end

---What the camera says of itself in PTP's DeviceInfo, as con.ptpdev has it.
---@return moonshutter.PtpDevice
function Connection:get_ptp_devinfo() end

---As `con:get_ptp_devinfo`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.PtpDevice|moonshutter.Error
function Connection:get_ptp_devinfo_pcall() end

---What has gone over the wire since it connected, or since con:reset_counters().
---@return moonshutter.Counters
function Connection:get_counters() end

---As `con:get_counters`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Counters|moonshutter.Error
function Connection:get_counters_pcall() end

---Lets con:get_counters() count from 0 again.
function Connection:reset_counters() end

---As `con:reset_counters`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:reset_counters_pcall() end

---Starts Lua code on the camera and goes on.
---
---Returns nothing, unless wait = true makes it con:execwait. Messages that the code sends with write_usb_msg, and what it returns, are there for con:read_msg and con:wait_msg. A script that runs already is an error (etype execlua_scriptrun) unless clobber = true. The code is checked by the linter first.
---@param code string
---@param options? moonshutter.con_execOptions
---@return any ...
function Connection:exec(code, options) end

---As `con:exec`, but returns false and the error instead of throwing it.
---@param code string
---@param options? moonshutter.con_execOptions
---@return boolean ok
---@return any ...
function Connection:exec_pcall(code, options) end

---Runs Lua code on the camera to its end and returns what it returned.
---
---Every value, nils included, tables as tables. An error in the code is thrown here with the line of your host script where that code stands (etype execlua_compile, exec_runtime); a script that somebody ended is an error too (script_killed). Without the option timeout it waits as long as the script runs; Ctrl-C ends both.
---@param code string
---@param options? moonshutter.con_execwaitOptions
---@return any ...
function Connection:execwait(code, options) end

---As `con:execwait`, but returns false and the error instead of throwing it.
---@param code string
---@param options? moonshutter.con_execwaitOptions
---@return boolean ok
---@return any ...
function Connection:execwait_pcall(code, options) end

---Calls a function of the camera by its name with values of this side, and returns what it returns.
---
---con:call_remote("os.stat", nil, "A/DCIM"), or shorter con.remote.os.stat("A/DCIM"). The function may be any expression: "(function(a) return a.x end)".
---@param name string
---@param options? moonshutter.con_call_remoteOptions
---@param ... any
---@return any ...
function Connection:call_remote(name, options, ...) end

---As `con:call_remote`, but returns false and the error instead of throwing it.
---@param name string
---@param options? moonshutter.con_call_remoteOptions
---@param ... any
---@return boolean ok
---@return any ...
function Connection:call_remote_pcall(name, options, ...) end

---Runs a loop on the camera and gives its turns here, one by one.
---
---As in: for name in con:each[[ return os.idir("A/DCIM") ]] do … end. The code returns what stands behind "in" of a generic for. Turns travel in batches, and the script waits when nobody reads: no limit of queue or memory is met. con:killscript() ends a loop that you leave early.
---@param code string
---@param options? moonshutter.con_eachOptions
---@return fun(...: any): ...: any iterator
function Connection:each(code, options) end

---As `con:each`, but returns false and the error instead of throwing it.
---@param code string
---@param options? moonshutter.con_eachOptions
---@return boolean ok
---@return fun(...: any): ...: any|moonshutter.Error iterator
function Connection:each_pcall(code, options) end

---Runs a loop on the camera and gives all of it in one table.
---
---A list where each turn has one value, keys and values where there are two, as from pairs, and a list of lists where there are more. The code is that of con:each.
---@param code string
---@param options? moonshutter.con_collectOptions
---@return table
function Connection:collect(code, options) end

---As `con:collect`, but returns false and the error instead of throwing it.
---@param code string
---@param options? moonshutter.con_collectOptions
---@return boolean ok
---@return table|moonshutter.Error
function Connection:collect_pcall(code, options) end

---Waits until a script runs or no more, or until a message is there or none.
---
---con:wait_status{run = false, timeout = 5000}. Ends when run or msg is as asked for, whichever is first. After a timeout the field timeout of what it returns is true.
---@param options? moonshutter.con_wait_statusOptions
---@return moonshutter.Status
function Connection:wait_status(options) end

---As `con:wait_status`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_wait_statusOptions
---@return boolean ok
---@return moonshutter.Status|moonshutter.Error
function Connection:wait_status_pcall(options) end

---Whether a script runs on the camera, and whether messages of it wait.
---@return moonshutter.Status
function Connection:script_status() end

---As `con:script_status`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Status|moonshutter.Error
function Connection:script_status_pcall() end

---The id of the script that this connection started last, or false.
---@return integer|false
function Connection:get_script_id() end

---As `con:get_script_id`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return integer|false|moonshutter.Error
function Connection:get_script_id_pcall() end

---Ends the script that runs on the camera.
---
---It ends at once, without its restore function.
function Connection:killscript() end

---As `con:killscript`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:killscript_pcall() end

---The next message of a script on the camera, without waiting.
---
---If there is none, a message of type none.
---@return moonshutter.Message
function Connection:read_msg() end

---As `con:read_msg`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Message|moonshutter.Error
function Connection:read_msg_pcall() end

---Waits for the next message of a script on the camera.
---
---con:wait_msg{mtype = "user", timeout = 2000}.value. A script that ends without one is an error (etype nomsg), and so are a timeout (timeout) and a message that is not the wanted one (wrongmsg, wrongmsg_sub, wrongmsg_error).
---@param options? moonshutter.con_wait_msgOptions
---@return moonshutter.Message
function Connection:wait_msg(options) end

---As `con:wait_msg`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_wait_msgOptions
---@return boolean ok
---@return moonshutter.Message|moonshutter.Error
function Connection:wait_msg_pcall(options) end

---The next message, which must be there and be what is wanted.
---
---No message is an error (etype nomsg), and so is any other than the wanted one (wrongmsg, wrongmsg_sub, wrongmsg_error, bad_script_id).
---@param options? moonshutter.con_read_msg_strictOptions
---@return moonshutter.Message
function Connection:read_msg_strict(options) end

---As `con:read_msg_strict`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_read_msg_strictOptions
---@return boolean ok
---@return moonshutter.Message|moonshutter.Error
function Connection:read_msg_strict_pcall(options) end

---Reads messages until none waits, and hands each to where its type goes.
---
---A function that returns false ends it: then false is returned, and what the function returned besides.
---@param options? moonshutter.con_read_all_msgsOptions
---@return boolean
---@return any ...
function Connection:read_all_msgs(options) end

---As `con:read_all_msgs`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_read_all_msgsOptions
---@return boolean ok
---@return boolean|moonshutter.Error
---@return any ...
function Connection:read_all_msgs_pcall(options) end

---Sends a message to the script on the camera, for its read_usb_msg.
---
---A string goes as it is, anything else as text that unserialize reads on the camera. nil and an empty string are errors. Where no script runs (etype msg_notrun), where its queue is full (msg_full) and where another script runs than the one meant (msg_badid) it fails. Without script_id it is meant for the script that this connection started last; 0 is for any.
---@param message any
---@param script_id? integer
function Connection:write_msg(message, script_id) end

---As `con:write_msg`, but returns false and the error instead of throwing it.
---@param message any
---@param script_id? integer
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:write_msg_pcall(message, script_id) end

---Reads all messages that wait and drops them.
function Connection:flushmsgs() end

---As `con:flushmsgs`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:flushmsgs_pcall() end

---The next error message of the script that this connection started, or false.
---
---Other messages on the way are dropped, with a warning.
---@return moonshutter.Message|false
function Connection:get_error_msg() end

---As `con:get_error_msg`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Message|false|moonshutter.Error
function Connection:get_error_msg_pcall() end

---Copies a file to the card.
---
---con:upload("motor.lua", "A/CHDK/SCRIPTS/motor.lua"). A camera script is checked by the linter first.
---@param local_path string
---@param remote_path string
---@param options? moonshutter.con_uploadOptions
function Connection:upload(local_path, remote_path, options) end

---As `con:upload`, but returns false and the error instead of throwing it.
---@param local_path string
---@param remote_path string
---@param options? moonshutter.con_uploadOptions
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:upload_pcall(local_path, remote_path, options) end

---Copies a file from the card.
---
---con:download("A/DCIM/100CANON/IMG_0001.JPG", "img.jpg"). What was there under the local name stays until all has arrived.
---@param remote_path string
---@param local_path string
function Connection:download(remote_path, local_path) end

---As `con:download`, but returns false and the error instead of throwing it.
---@param remote_path string
---@param local_path string
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:download_pcall(remote_path, local_path) end

---What is in a folder of the card.
---
---Without options a list of names, without . and .. .
---@param path string
---@param options? moonshutter.con_listdirOptions
---@return string[]|moonshutter.DirEntry[]
function Connection:listdir(path, options) end

---As `con:listdir`, but returns false and the error instead of throwing it.
---@param path string
---@param options? moonshutter.con_listdirOptions
---@return boolean ok
---@return string[]|moonshutter.DirEntry[]|moonshutter.Error
function Connection:listdir_pcall(path, options) end

---What the camera's os.stat tells of a file or folder on the card.
---
---nil, a reason and its number if there is none.
---@param path string
---@return moonshutter.Stat|nil
---@return string|nil message
---@return integer|nil errno
function Connection:stat(path) end

---As `con:stat`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return moonshutter.Stat|nil|moonshutter.Error
---@return string|nil message
---@return integer|nil errno
function Connection:stat_pcall(path) end

---Removes a file or an empty folder from the card, by the camera's os.remove.
---
---nil, a reason and its number if it fails.
---@param path string
---@return true|nil
---@return string|nil message
---@return integer|nil errno
function Connection:remove(path) end

---As `con:remove`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return true|nil|moonshutter.Error
---@return string|nil message
---@return integer|nil errno
function Connection:remove_pcall(path) end

---Makes a folder on the card, by the camera's os.mkdir.
---
---nil, a reason and its number if it fails. con.remote.mkdir_m makes those that it is in, too.
---@param path string
---@return true|nil
---@return string|nil message
---@return integer|nil errno
function Connection:mkdir(path) end

---As `con:mkdir`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return true|nil|moonshutter.Error
---@return string|nil message
---@return integer|nil errno
function Connection:mkdir_pcall(path) end

---Sets the times of a file on the card, by the camera's os.utime.
---
---Seconds since 1970 by the camera's clock.
---@param path string
---@param mtime? integer
---@param atime? integer
---@return true|nil
---@return string|nil message
---@return integer|nil errno
function Connection:utime(path, mtime, atime) end

---As `con:utime`, but returns false and the error instead of throwing it.
---@param path string
---@param mtime? integer
---@param atime? integer
---@return boolean ok
---@return true|nil|moonshutter.Error
---@return string|nil message
---@return integer|nil errno
function Connection:utime_pcall(path, mtime, atime) end

---What is on the card, by patterns and filters.
---
---As in: con:find("A/DCIM/*/*.JPG", {newer = "yesterday", sort = "date"}).
---@param patterns string|string[]
---@param options? moonshutter.con_findOptions
---@return moonshutter.FoundFile[]
function Connection:find(patterns, options) end

---As `con:find`, but returns false and the error instead of throwing it.
---@param patterns string|string[]
---@param options? moonshutter.con_findOptions
---@return boolean ok
---@return moonshutter.FoundFile[]|moonshutter.Error
function Connection:find_pcall(patterns, options) end

---Removes what is found on the card by patterns and filters, and returns what became of each.
---@param patterns string|string[]
---@param options? moonshutter.con_rmOptions
---@return moonshutter.RemovedFile[]
function Connection:rm(patterns, options) end

---As `con:rm`, but returns false and the error instead of throwing it.
---@param patterns string|string[]
---@param options? moonshutter.con_rmOptions
---@return boolean ok
---@return moonshutter.RemovedFile[]|moonshutter.Error
function Connection:rm_pcall(patterns, options) end

---What is in a file of the card.
---
---Up to 256 MiB; con:download streams larger ones to a file.
---@param path string
---@return string
function Connection:readfile(path) end

---As `con:readfile`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return string|moonshutter.Error
function Connection:readfile_pcall(path) end

---The room on the card, in bytes and shots.
---@return moonshutter.CardSpace
function Connection:df() end

---As `con:df`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.CardSpace|moonshutter.Error
function Connection:df_pcall() end

---The images on the card, as chdkptp's scripts have it.
---@param options? moonshutter.con_imglistOptions
---@return moonshutter.Image[]
function Connection:imglist(options) end

---As `con:imglist`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_imglistOptions
---@return boolean ok
---@return moonshutter.Image[]|moonshutter.Error
function Connection:imglist_pcall(options) end

---Removes what con:imglist found, and returns what became of each.
---@param files moonshutter.con_imglist_deleteOptions
---@param options? table
---@return moonshutter.DeletedFile[]
function Connection:imglist_delete(files, options) end

---As `con:imglist_delete`, but returns false and the error instead of throwing it.
---@param files moonshutter.con_imglist_deleteOptions
---@param options? table
---@return boolean ok
---@return moonshutter.DeletedFile[]|moonshutter.Error
function Connection:imglist_delete_pcall(files, options) end

---Removes files, and folders with what is in them, and returns what became of each.
---@param paths string|string[]
---@param options? moonshutter.con_mdeleteOptions
---@return moonshutter.DeletedFile[]
function Connection:mdelete(paths, options) end

---As `con:mdelete`, but returns false and the error instead of throwing it.
---@param paths string|string[]
---@param options? moonshutter.con_mdeleteOptions
---@return boolean ok
---@return moonshutter.DeletedFile[]|moonshutter.Error
function Connection:mdelete_pcall(paths, options) end

---Makes a folder on the card, and those that it is in.
---
---False and a reason if it fails.
---@param path string
---@return boolean
---@return string message
function Connection:mkdir_m(path) end

---As `con:mkdir_m`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return boolean|moonshutter.Error
---@return string message
function Connection:mkdir_m_pcall(path) end

---Copies files of the card to a file or folder, which is the current one if none is named.
---
---As in: con:get("A/DCIM", "photos", {recursive = true}). What fails is thrown when the rest is done.
---@param patterns string|string[]
---@param target? string
---@param options? moonshutter.con_getOptions
---@return moonshutter.Transfer
function Connection:get(patterns, target, options) end

---As `con:get`, but returns false and the error instead of throwing it.
---@param patterns string|string[]
---@param target? string
---@param options? moonshutter.con_getOptions
---@return boolean ok
---@return moonshutter.Transfer|moonshutter.Error
function Connection:get_pcall(patterns, target, options) end

---Copies files to the card.
---
---As in: con:put("motor.lua", "A/CHDK/SCRIPTS/"). What fails is thrown when the rest is done.
---@param paths string|string[]
---@param target string
---@param options? moonshutter.con_putOptions
---@return moonshutter.Transfer
function Connection:put(paths, target, options) end

---As `con:put`, but returns false and the error instead of throwing it.
---@param paths string|string[]
---@param target string
---@param options? moonshutter.con_putOptions
---@return boolean ok
---@return moonshutter.Transfer|moonshutter.Error
function Connection:put_pcall(paths, target, options) end

---Copies what is new on the card since the last time.
---
---The folder keeps a list of what has come. What is moved, renamed or deleted there is not fetched again.
---@param folder string
---@param options? moonshutter.con_syncOptions
---@return moonshutter.Transfer
function Connection:sync(folder, options) end

---As `con:sync`, but returns false and the error instead of throwing it.
---@param folder string
---@param options? moonshutter.con_syncOptions
---@return boolean ok
---@return moonshutter.Transfer|moonshutter.Error
function Connection:sync_pcall(folder, options) end

---What the camera computes of a file, as a number of 32 bits.
---@param path string
---@return integer
function Connection:checksum(path) end

---As `con:checksum`, but returns false and the error instead of throwing it.
---@param path string
---@return boolean ok
---@return integer|moonshutter.Error
function Connection:checksum_pcall(path) end

---Copies files, and folders with what is in them, as chdkptp's scripts have it.
---
---With a $ in it, folder is a template.
---@param paths string|string[]
---@param folder? string (default ".")
---@param options? moonshutter.con_mdownloadOptions
---@return true
---@return moonshutter.Transfer
function Connection:mdownload(paths, folder, options) end

---As `con:mdownload`, but returns false and the error instead of throwing it.
---@param paths string|string[]
---@param folder? string (default ".")
---@param options? moonshutter.con_mdownloadOptions
---@return boolean ok
---@return true|moonshutter.Error
---@return moonshutter.Transfer
function Connection:mdownload_pcall(paths, folder, options) end

---Copies files, and what is in folders, to the card, as chdkptp's scripts have it.
---@param paths string|string[]
---@param folder? string (default "A/")
---@param options? moonshutter.con_muploadOptions
---@return true
---@return moonshutter.Transfer
function Connection:mupload(paths, folder, options) end

---As `con:mupload`, but returns false and the error instead of throwing it.
---@param paths string|string[]
---@param folder? string (default "A/")
---@param options? moonshutter.con_muploadOptions
---@return boolean ok
---@return true|moonshutter.Error
---@return moonshutter.Transfer
function Connection:mupload_pcall(paths, folder, options) end

---Copies a file that con:imglist or con:find told of, as chdkptp's scripts have it.
---@param info moonshutter.con_download_file_ffOptions
---@param path string
---@param options? table
---@return true
---@return moonshutter.Transfer|nil
function Connection:download_file_ff(info, path, options) end

---As `con:download_file_ff`, but returns false and the error instead of throwing it.
---@param info moonshutter.con_download_file_ffOptions
---@param path string
---@param options? table
---@return boolean ok
---@return true|moonshutter.Error
---@return moonshutter.Transfer|nil
function Connection:download_file_ff_pcall(info, path, options) end

---Copies files that con:imglist told of, as chdkptp's scripts have it.
---@param files moonshutter.con_imglist_downloadOptions
---@param options? table
---@return true
---@return moonshutter.Transfer
function Connection:imglist_download(files, options) end

---As `con:imglist_download`, but returns false and the error instead of throwing it.
---@param files moonshutter.con_imglist_downloadOptions
---@param options? table
---@return boolean ok
---@return true|moonshutter.Error
---@return moonshutter.Transfer
function Connection:imglist_download_pcall(files, options) end

---Reads the camera's memory.
---
---form is "string" for the bytes or "number" for the first four of them as an unsigned number. With flags 1 it is read through a buffer, which some memory needs. A wrong address crashes the camera.
---@param address integer
---@param count integer
---@param form? "string"|"number" (default "string")
---@param flags? integer (default 0)
---@return string|integer
function Connection:getmem(address, count, form, flags) end

---As `con:getmem`, but returns false and the error instead of throwing it.
---@param address integer
---@param count integer
---@param form? "string"|"number" (default "string")
---@param flags? integer (default 0)
---@return boolean ok
---@return string|integer|moonshutter.Error
function Connection:getmem_pcall(address, count, form, flags) end

---Writes bytes, or a number of 32 bits, to the camera's memory.
---
---A wrong address crashes the camera.
---@param address integer
---@param value string|integer
function Connection:setmem(address, value) end

---As `con:setmem`, but returns false and the error instead of throwing it.
---@param address integer
---@param value string|integer
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:setmem_pcall(address, value) end

---Calls a function of the firmware with numbers of 32 bits, and returns what it left in R0.
---
---A wrong address crashes the camera.
---@param address integer
---@param ... integer
---@return integer
function Connection:call_function(address, ...) end

---As `con:call_function`, but returns false and the error instead of throwing it.
---@param address integer
---@param ... integer
---@return boolean ok
---@return integer|moonshutter.Error
function Connection:call_function_pcall(address, ...) end

---How the camera is: battery, temperatures, room on the card, mode, the CHDK that runs.
---@return moonshutter.Condition
function Connection:condition() end

---As `con:condition`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Condition|moonshutter.Error
function Connection:condition_pcall() end

---What the camera's clock shows, and how far that is from this computer's.
---@param options? moonshutter.con_get_clockOptions
---@return moonshutter.Clock
function Connection:get_clock(options) end

---As `con:get_clock`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_get_clockOptions
---@return boolean ok
---@return moonshutter.Clock|moonshutter.Error
function Connection:get_clock_pcall(options) end

---Sets the camera's clock.
---
---A text as "2026-05-01 12:30:00", or a table as os.date("*t") gives. Needs CHDK 1.5.
---@param time string|table
function Connection:set_clock(time) end

---As `con:set_clock`, but returns false and the error instead of throwing it.
---@param time string|table
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:set_clock_pcall(time) end

---Sets the camera's clock by this computer's, and returns how far it is off then and was before.
---
---Needs CHDK 1.5.
---@param options? moonshutter.con_sync_clockOptions
---@return moonshutter.Clock after
---@return moonshutter.Clock before
function Connection:sync_clock(options) end

---As `con:sync_clock`, but returns false and the error instead of throwing it.
---@param options? moonshutter.con_sync_clockOptions
---@return boolean ok
---@return moonshutter.Clock|moonshutter.Error after
---@return moonshutter.Clock before
function Connection:sync_clock_pcall(options) end

---Switches to record or playback mode, and returns when the camera is there.
---
---False if it was there already.
---@param mode "rec"|"play"
---@return boolean
function Connection:switch_mode(mode) end

---As `con:switch_mode`, but returns false and the error instead of throwing it.
---@param mode "rec"|"play"
---@return boolean ok
---@return boolean|moonshutter.Error
function Connection:switch_mode_pcall(mode) end

---Restarts the camera, or lets it run a program of the card.
---
---The connection is gone then: con:reconnect() waits for the camera.
---@param file? string
function Connection:reboot(file) end

---As `con:reboot`, but returns false and the error instead of throwing it.
---@param file? string
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:reboot_pcall(file) end

---Switches the camera off.
function Connection:shut_down() end

---As `con:shut_down`, but returns false and the error instead of throwing it.
---@return boolean ok
---@return moonshutter.Error|nil error
function Connection:shut_down_pcall() end

---A function of the camera's, or a table of such.
---@class moonshutter.Remote
---@field [string] moonshutter.Remote
---@overload fun(...: any): ...: any
local Remote = {}

---The camera that -c names, connected when the script first needs it.
---
---MOONSHUTTER_CAMERA in the environment names one too. chdk.connect makes more of its kind. Every method has a twin whose name ends with _pcall, which returns false and the error instead of throwing it. Fields of your own may be set on it.
---@type moonshutter.Connection
con = {}
