/* What makes Lua 5.1 the camera's Lua: int numbers and CHDK's limits. Included before any Lua source, so that
   Lua's own includes of luaconf.h find their guard taken. Statements in quotation of CHDK are those of its
   lib/lua/luaconf.h. */

#ifndef CAMERA_CONF_H
#define CAMERA_CONF_H

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/stat.h>
#endif

#define luaall_c
#define LUA_CORE
#define LUA_LIB
#include "luaconf.h"

/* One translation unit, nothing exported: the host's own Lua lives in the same process. Functions can be made static;
   data is declared extern in Lua's headers and is renamed instead. */
#undef LUA_API
#define LUA_API static
#undef LUALIB_API
#define LUALIB_API static
#define luaP_opmodes cam51_luaP_opmodes
#define luaP_opnames cam51_luaP_opnames
#define luaX_tokens cam51_luaX_tokens
#define luaO_nilobject_ cam51_luaO_nilobject_
#define luaT_typenames cam51_luaT_typenames
#define lua_ident cam51_lua_ident

/* Numbers */
#undef LUA_INTEGER
#define LUA_INTEGER int
#undef LUA_NUMBER_DOUBLE
#undef LUA_NUMBER
#define LUA_NUMBER int
#undef LUAI_UACNUMBER
#define LUAI_UACNUMBER int
#undef LUA_NUMBER_SCAN
#define LUA_NUMBER_SCAN "%d"
#undef LUA_NUMBER_FMT
#define LUA_NUMBER_FMT "%d"
#undef lua_str2number
#define lua_str2number(s, p) cam51_strtol((s), (p), 10)
#undef lua_number2int
#define lua_number2int(i, d) ((i) = (int)(d))
#undef lua_number2integer
#define lua_number2integer(i, d) ((i) = (lua_Integer)(d))

#undef luai_numadd
#define luai_numadd(a, b) ((int)((unsigned)(a) + (unsigned)(b)))
#undef luai_numsub
#define luai_numsub(a, b) ((int)((unsigned)(a) - (unsigned)(b)))
#undef luai_nummul
#define luai_nummul(a, b) ((int)((unsigned)(a) * (unsigned)(b)))
#undef luai_numunm
#define luai_numunm(a) ((int)(0u - (unsigned)(a)))
#undef luai_numdiv
#define luai_numdiv(a, b) cam51_div((a), (b))
#undef luai_nummod
#define luai_nummod(a, b) cam51_mod((a), (b))
#undef luai_numpow
#define luai_numpow(a, b) cam51_pow((a), (b))
#undef luai_numisnan
#define luai_numisnan(a) 0

/* `string.format` has no wider type to format with: %x of -1 is ffffffff. */
#undef LUA_INTFRMLEN
#define LUA_INTFRMLEN ""
#undef LUA_INTFRM_T
#define LUA_INTFRM_T int

/* Limits and places that differ from stock */
#undef LUAL_BUFFERSIZE
#define LUAL_BUFFERSIZE 512
#undef LUA_COMPAT_VARARG
#undef LUA_COMPAT_MOD
#undef LUA_COMPAT_LSTR
#undef LUA_COMPAT_GFIND
#undef LUA_COMPAT_OPENLIB
#undef LUA_DIRSEP
#define LUA_DIRSEP "/"
#undef LUA_PATH_DEFAULT
#define LUA_PATH_DEFAULT "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;"
#undef LUA_CPATH_DEFAULT
#define LUA_CPATH_DEFAULT ""

/* Nothing of the host's process or environment is reachable. */
#undef lua_popen
#define lua_popen(L, c, m) ((void)(L), (void)(c), (void)(m), (FILE *)0)
#undef lua_pclose
#define lua_pclose(L, f) ((void)(L), (void)(f), 0)

/* The camera's strtol and strtoul are 32 bits wide and saturate; the host's may be wider. */
static int cam51_strtol(const char *s, char **end, int base) {
  long long v = strtoll(s, end, base);
  return v > INT_MAX ? INT_MAX : v < INT_MIN ? INT_MIN : (int)v;
}

static unsigned long cam51_strtoul(const char *s, char **end, int base) {
  unsigned long long v;
  const char *p = s;
  errno = 0;
  v = strtoull(s, end, base);
  if (errno == ERANGE) return 0xFFFFFFFFul;
  while (isspace((unsigned char)*p)) p++;
  if (*p == '-') {
    unsigned long long magnitude = 0ull - v;
    return magnitude > 0xFFFFFFFFull ? 0xFFFFFFFFul : (unsigned long)((0u - (uint32_t)magnitude) & 0xFFFFFFFFu);
  }
  return v > 0xFFFFFFFFull ? 0xFFFFFFFFul : (unsigned long)v;
}
#define strtoul(s, e, b) cam51_strtoul((s), (e), (b))

/* DIGIC 6 and later; older cameras are said to agree except perhaps for a % 0. Never an error. */
static int cam51_div(int a, int b) {
  if (b == 0) return a == 0 ? 0 : a > 0 ? INT_MAX : INT_MIN;
  if (b == -1) return (int)(0u - (unsigned)a);
  return a / b;
}

static int cam51_mod(int a, int b) {
  return b == 0 || b == -1 ? 0 : a % b;
}

static int cam51_pow(int base, int exponent) {
  unsigned result = 1, square = (unsigned)base;
  if (exponent < 0) return 0;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= square;
    square *= square;
  }
  return (int)result;
}

#endif
