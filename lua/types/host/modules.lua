-- made by moonshutter types: changes here are lost
---@meta _

---@class (exact) moonshutter.chdk_connectOptions
---@field host? string the name or address of a camera with PTP/IP. Named in the argument camera.
---@field port? integer|string its port (default 15740). Named in the argument camera.
---@field bus? integer|string the bus of a camera on USB, from 0 to 255. Named in the argument camera.
---@field dev? integer|string its number on the bus, from 0 to 255. Named in the argument camera.
---@field lint? boolean false lets scripts through that the linter would stop (default true). Named in the argument camera, or in the options of chdk.connect.

---@class (exact) moonshutter.chdk_connectionOptions
---@field host? string the name or address of a camera with PTP/IP. Named in the argument camera.
---@field port? integer|string its port (default 15740). Named in the argument camera.
---@field bus? integer|string the bus of a camera on USB, from 0 to 255. Named in the argument camera.
---@field dev? integer|string its number on the bus, from 0 to 255. Named in the argument camera.
---@field lint? boolean false lets scripts through that the linter would stop (default true). Named in the argument camera, or in the options of chdk.connect.

---@class (exact) moonshutter.chdk_simulateOptions
---@field profile? string the kind of camera: a name that moonshutter sim knows, or a file
---@field card? string a folder of this computer that is its card; a temporary one without it
---@field time? "real"|"virtual" "virtual" lets waits take no time, those of sys.sleep included (default "real")
---@field chdk? boolean false is a camera without CHDK (default true)
---@field seed? integer what chance begins with, to have the same again
---@field latency? number milliseconds that each transaction takes longer (default 0)
---@field events? string[] what is to happen, as in {"script 3s: exit key"}. docs/simulated-camera.md lists the words.
---@field strict? "do"|"refuse" what becomes of a request that a real camera would not survive: "do" hangs as it would, "refuse" answers an error (default "do")
---@field lint? boolean false lets scripts through that the linter would stop (default true)

---@class (exact) moonshutter.chdk_rlibs_registerOptions
---@field name? string its name, by which the option libs asks for it
---@field code? string its code, which defines globals
---@field depend? string|string[] libraries that it needs
---@field provides? string|string[] globals by which a script is known to need it

---Libraries for scripts on the camera, chdkptp's chdku.rlibs.
---@class moonshutter.Libraries
local Libraries = {}

---Registers a library, whose globals are there for the code that names them.
---
---chdk.rlibs:register{name = "motor", provides = "motor_turn", code = [[ … ]]}
---@param library moonshutter.chdk_rlibs_registerOptions
function Libraries:register(library) end

---Registers each library of a list.
---@param libraries table[]
function Libraries:register_array(libraries) end

---The text that goes to the camera for these libraries.
---@param names string|string[]
---@return string
function Libraries:code(names) end

---The names of all libraries.
---@return string[]
function Libraries:names() end

---Finding cameras and connecting to them.
---@class chdk
---@field rlibs moonshutter.Libraries libraries for scripts on the camera, chdkptp's chdku.rlibs
chdk = {}

---The cameras that are on USB now.
---
---A camera with Wi-Fi is not found by looking; it is connected by its address.
---@return moonshutter.Candidate[]
function chdk.list() end

---The same for chdk.connection, as chdkptp's scripts have it.
---@return moonshutter.UsbDevice[]
function chdk.list_usb_devices() end

---Connects to a camera, by the words that -c takes or by where it is.
---
---chdk.connect("ip:192.168.1.4"), chdk.connect{bus = 1, dev = 7}. Without arguments it is the camera that -c names.
---@param camera? string|moonshutter.chdk_connectOptions
---@param options? table
---@return moonshutter.Connection
function chdk.connect(camera, options) end

---A connection that con:connect() will make, as chdkptp's scripts have it.
---@param camera? moonshutter.chdk_connectionOptions
---@return moonshutter.Connection
function chdk.connection(camera) end

---A fresh simulated camera, connected, and what its owner can do to it.
---
---As in: local con, sim = chdk.simulate{time = "virtual"}
---@param options? moonshutter.chdk_simulateOptions
---@return moonshutter.Connection
---@return moonshutter.Simulated sim
function chdk.simulate(options) end

---The version of this program.
---@return moonshutter.Version
function chdk.program_version() end

---The version of CHDK's PTP protocol that this program speaks.
---@return moonshutter.Version
function chdk.host_api_version() end

---Names of chdkptp's that its scripts use.
---@class chdku
---@field rlibs moonshutter.Libraries chdk.rlibs under chdkptp's name
chdku = {}

---A function for the option msgs that appends to a list what msg_batcher on the camera has put together.
---@param list table
---@return function
function chdku.msg_unbatcher(list) end

---Time, the environment, and how the program was called.
---@class sys
sys = {}

---waits; Ctrl-C ends it.
---
---In the virtual time of a simulated camera it takes none.
---@param milliseconds number
function sys.sleep(milliseconds) end

---Seconds by a clock that only goes forward, for measuring time.
---@return number
function sys.gettick() end

---The time since 1970, in UTC.
---@return integer seconds
---@return integer microseconds
function sys.gettimeofday() end

---Milliseconds that sys.sleep is exact to.
---@return integer
function sys.getsleepres() end

---Seconds that sys.gettick is exact to.
---@return number
function sys.gettickres() end

---The system: Linux, Darwin, Windows or another.
---@return string
function sys.ostype() end

---A variable of the environment.
---@param name string
---@return string|nil
function sys.getenv(name) end

---The arguments that the script was called with.
---@return string[]
function sys.getargs() end

---Sets the exit code of the program at the script's end.
---@param status integer
function sys.set_exit_value(status) end

---The exit code that the program would end with.
---@return integer
function sys.get_exit_value() end

---Errors of your own that look like ours, as chdkptp's scripts make them.
---@class errlib
errlib = {}

---An error with a traceback, to be thrown by error().
---@param fields? table
---@return moonshutter.Error
function errlib.new(fields) end

---Throws such an error: errlib.throw{etype = "motor", msg = "it does not turn"}.
---@param fields? table
function errlib.throw(fields) end

---PTP response codes by name, as errors have them in `ptp_rc`.
---@class ptp
---@field RC_Undefined integer 0x2000: an undefined error
---@field RC_OK integer 0x2001: no error
---@field RC_GeneralError integer 0x2002: the camera failed and does not say why
---@field RC_SessionNotOpen integer 0x2003: no session is open
---@field RC_InvalidTransactionID integer 0x2004: a transaction id out of order
---@field RC_OperationNotSupported integer 0x2005: the camera does not know the operation
---@field RC_ParameterNotSupported integer 0x2006: a parameter that the operation does not take
---@field RC_IncompleteTransfer integer 0x2007: not all data arrived
---@field RC_InvalidStorageId integer 0x2008: no such card
---@field RC_InvalidObjectHandle integer 0x2009: no such object
---@field RC_DevicePropNotSupported integer 0x200A: no such property
---@field RC_InvalidObjectFormatCode integer 0x200B: no such format
---@field RC_StoreFull integer 0x200C: the card is full
---@field RC_ObjectWriteProtected integer 0x200D: the object is write protected
---@field RC_StoreReadOnly integer 0x200E: the card is read only
---@field RC_AccessDenied integer 0x200F: the camera does not allow it
---@field RC_NoThumbnailPresent integer 0x2010: the object has no thumbnail
---@field RC_SelfTestFailed integer 0x2011: the camera's self test failed
---@field RC_PartialDeletion integer 0x2012: not all could be deleted
---@field RC_StoreNotAvailable integer 0x2013: there is no card, or it cannot be used
---@field RC_SpecificationByFormatUnsupported integer 0x2014: objects cannot be told by format
---@field RC_NoValidObjectInfo integer 0x2015: an object was sent without its description
---@field RC_InvalidCodeFormat integer 0x2016: a code of the wrong kind
---@field RC_UnknownVendorCode integer 0x2017: a vendor's code that the camera does not know
---@field RC_CaptureAlreadyTerminated integer 0x2018: the capture has ended already
---@field RC_DeviceBusy integer 0x2019: the camera is busy
---@field RC_InvalidParentObject integer 0x201A: no such folder
---@field RC_InvalidDevicePropFormat integer 0x201B: a property of the wrong type
---@field RC_InvalidDevicePropValue integer 0x201C: a value that the property cannot have
---@field RC_InvalidParameter integer 0x201D: a parameter with a wrong value
---@field RC_SessionAlreadyOpened integer 0x201E: a session is open already
---@field RC_TransactionCanceled integer 0x201F: the transaction was cancelled
---@field RC_SpecificationOfDestinationUnsupported integer 0x2020: the camera chooses by itself where an object goes
---@field ERROR_NOT_CONNECTED integer 0x02FA: nothing is connected
---@field ERROR_NOMEM integer 0x02FB: chdkptp's code for a lack of memory
---@field ERROR_BADPARAM integer 0x02FC: chdkptp's code for a wrong parameter
---@field ERROR_RESP_EXPECTED integer 0x02FD: chdkptp's code for a missing response
---@field ERROR_DATA_EXPECTED integer 0x02FE: chdkptp's code for missing data
---@field ERROR_IO integer 0x02FF: the connection broke
ptp = {}
