/* The camera's Lua as one translation unit: Lua's own sources, found by build.rs, with the camera's differences put
   in between, and behind them the shim that Rust talks to. Only cam51_* leaves this file. */

#if defined(__GNUC__)
/* Stock Lua is not ours to tidy. Static and unused is what most of it is here, and is found at the end of the file. */
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wempty-body"
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wcast-function-type"
#pragma GCC diagnostic ignored "-Wclobbered"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wmisleading-indentation"
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Waddress"
#pragma GCC diagnostic ignored "-Wformat-truncation"
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wstringop-truncation"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#endif

#include "camera_conf.h"

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lobject.h"
#include "lstate.h"
#include "ldo.h"
#include "lgc.h"
#include "lmem.h"

#include "shim.h"

#include "lapi.c"
#include "lcode.c"
#include "ldebug.c"
#include "ldo.c"
#include "ldump.c"
#include "lfunc.c"

/* Finalizers go through us so that one that never ends can be stopped. */
#define luaD_call shim_call_finalizer
#include "lgc.c"
#undef luaD_call

#include "llex.c"
#include "lmem.c"

/* Chunks that come from text have an empty id. */
static void stock_chunkid(char *out, const char *source, size_t size);
#define luaO_chunkid stock_chunkid
#include "lobject.c"
#undef luaO_chunkid
static void luaO_chunkid(char *out, const char *source, size_t size) {
  if (*source == '=' || *source == '@')
    stock_chunkid(out, source, size);
  else
    *out = '\0';
}

#include "lopcodes.c"

/* A long function takes time that grows with the square of its jumps. */
static void shim_next_token(LexState *ls);
#define luaX_next shim_next_token
#include "lparser.c"
#undef luaX_next

#include "lstate.c"
#include "lstring.c"
#include "ltable.c"
#include "ltm.c"
#include "lundump.c"
#include "lvm.c"
#include "lzio.c"

#define luaL_loadfile stock_loadfile
#include "lauxlib.c"
#undef luaL_loadfile

#include "lbaselib.c"
#include "lstrlib.c"
#include "ltablib.c"

/* `debug.sethook` replaces the scheduler's hook, but not our way to stop the script. */
#define lua_sethook shim_user_sethook
#define lua_gethook shim_user_gethook
#define lua_gethookmask shim_user_gethookmask
#define lua_gethookcount shim_user_gethookcount
#include "ldblib.c"
#undef lua_sethook
#undef lua_gethook
#undef lua_gethookmask
#undef lua_gethookcount

#define getenv(name) ((char *)0)
#include "loadlib.c"
#undef getenv

/* Files are found by the card, which may be full; standard files are closed; errors are the firmware's. */
#undef errno
#define errno (shim_of(L)->host.file_error)
#undef stdin
#undef stdout
#undef stderr
#define stdin ((FILE *)0)
#define stdout ((FILE *)0)
#define stderr ((FILE *)0)
#define strerror(e) ((void)(e), shim_file_error(L))
#define tmpfile() ((FILE *)0)
#define fopen(name, mode) shim_fopen(L, name, mode)
#define fclose(file) shim_fclose(L, file)
#define fwrite(bytes, size, length, file) shim_fwrite(L, bytes, length, file)
#define fprintf(file, format, number) shim_write_number(L, file, number)
#define fscanf(file, format, number) shim_scan_number(L, file, number)
#define fgets(s, n, file) (shim_pulse(L, 32), fgets(s, n, file))
#define lua_tocfunction(L, i) shim_closer(L, i)
#include "liolib.c"
#undef strerror
#undef tmpfile
#undef fopen
#undef fclose
#undef fwrite
#undef fprintf
#undef fscanf
#undef fgets
#undef lua_tocfunction

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include "values.c"
#include "schedule.c"
#include "fmath.c"
#include "baselib.c"
#include "state.c"
