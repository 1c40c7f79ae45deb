/* The libraries where the camera's differ from Lua's (CHDK lib/lua/lbaselib.c, lmathlib.c, loadlib.c, ldblib.c). */

#define PRINT_MAX 127

static int shim_print(lua_State *L) {
  cam51 *c = shim_of(L);
  char line[PRINT_MAX + 1];
  size_t used = 0;
  int i, n = lua_gettop(L);
  lua_getglobal(L, "tostring");
  for (i = 1; i <= n; i++) {
    char digits[16];
    const char *s;
    size_t length;
    if (lua_type(L, i) == LUA_TNUMBER) {
      snprintf(digits, sizeof digits, "%d", lua_tonumber(L, i));
      s = digits;
    } else {
      lua_pushvalue(L, n + 1);
      lua_pushvalue(L, i);
      lua_call(L, 1, 1);
      s = lua_tostring(L, -1);
      if (s == NULL) return luaL_error(L, "'tostring' must return a string to 'print'");
    }
    if (i > 1 && used < PRINT_MAX) line[used++] = ' ';
    length = strlen(s);
    if (length > PRINT_MAX - used) length = PRINT_MAX - used;
    memcpy(line + used, s, length);
    used += length;
    lua_settop(L, n + 1);
  }
  c->host.print(c->host.data, line, used);
  if (c->host.must_end(c->host.data)) luaL_error(L, "stopped");
  return 0;
}

/* Asks the card where the file is. Modes of the host's C library that the camera has never heard of stay unheard. */
static FILE *shim_fopen(lua_State *L, const char *name, const char *mode) {
  cam51 *c = shim_of(L);
  const char *path;
  FILE *f;
  if (name == NULL || mode[0] == '\0' || strchr("rwa", mode[0]) == NULL || strspn(mode + 1, "+b") != strlen(mode + 1))
    return NULL;
  if (c->files >= SHIM_FILES) lua_gc(L, LUA_GCCOLLECT, 0); /* closes what the script has forgotten */
  if (c->files >= SHIM_FILES) {
    if (!c->files_told) shim_sin(L, "a script opens more files at a time than a camera may have room for");
    c->files_told = 1;
    return NULL;
  }
  path = c->host.open(c->host.data, name, strlen(name), mode);
  if (c->host.must_end(c->host.data)) luaL_error(L, "stopped");
  f = path ? fopen(path, mode) : NULL;
  if (f != NULL) c->files++;
  return f;
}

/* What was written bears the time of the camera's clock. */
static int shim_fclose(lua_State *L, FILE *f) {
  cam51 *c = shim_of(L);
  c->files--;
#if !defined(_WIN32)
  if ((fcntl(fileno(f), F_GETFL) & O_ACCMODE) != O_RDONLY && fflush(f) == 0) {
    struct timespec times[2];
    memset(times, 0, sizeof times);
    times[0].tv_sec = times[1].tv_sec = (time_t)c->host.file_time(c->host.data);
    if (times[1].tv_sec >= 0) futimens(fileno(f), times); /* or it bears the host's */
  }
#endif
  return fclose(f);
}

/* How far beyond the end of its file a write begins. What may still lie in the buffer is no gap. */
static size_t shim_gap(FILE *f) {
#if !defined(_WIN32)
  struct stat found;
  off_t at = ftello(f);
  int file = fileno(f);
  if (fstat(file, &found) != 0 || at - found.st_size <= (found.st_blksize > BUFSIZ ? found.st_blksize : BUFSIZ)) return 0;
  if ((fcntl(file, F_GETFL) & O_APPEND) || fflush(f) != 0 || fstat(file, &found) != 0) return 0;
  return at > found.st_size ? (size_t)(at - found.st_size) : 0;
#else
  (void)f;
  return 0;
#endif
}

/* The card takes as much as there is room for; on FAT a gap in a file takes room, too. */
static size_t shim_fwrite(lua_State *L, const char *bytes, size_t length, FILE *f) {
  cam51 *c = shim_of(L);
  size_t room, written, gap = shim_gap(f);
  if (gap > 0 && c->host.may_write(c->host.data, gap) < gap)
    room = 0;
  else
    room = c->host.may_write(c->host.data, length);
  if (c->host.must_end(c->host.data)) luaL_error(L, "stopped");
  written = fwrite(bytes, 1, room < length ? room : length, f);
  if (gap > 0) fflush(f); /* so that it is counted once */
  return written;
}

static int shim_write_number(lua_State *L, FILE *f, int number) {
  char digits[16];
  int length = snprintf(digits, sizeof digits, "%d", number);
  return shim_fwrite(L, digits, (size_t)length, f) == (size_t)length ? length : -1;
}

/* DryOS has one text and no numbers; VxWorks has numbers and no texts (CHDK core/wrappers.c:836-843, 916-926). */
static const char *shim_file_error(lua_State *L) {
  cam51 *c = shim_of(L);
  if (c->host.file_error == 0) return "error";
  snprintf(c->file_error, sizeof c->file_error, "errno 0x%x", (unsigned)c->host.file_error);
  return c->file_error;
}

typedef struct {
  FILE *file;
  char piece[LUAL_BUFFERSIZE];
} source_file;

static const char *shim_read_source(lua_State *L, void *data, size_t *size) {
  source_file *s = (source_file *)data;
  shim_pulse(L, 32);
  *size = fread(s->piece, 1, sizeof s->piece, s->file);
  return *size > 0 ? s->piece : NULL;
}

/* A first line with `#` is not skipped, and no name is no standard input. */
static int luaL_loadfile(lua_State *L, const char *name) {
  source_file s;
  int status, failed, at = lua_gettop(L) + 1;
  lua_pushfstring(L, "@%s", name);
  s.file = shim_fopen(L, name, "rb");
  if (s.file == NULL) {
    lua_pushfstring(L, "cannot fopen %s", name);
    lua_remove(L, at);
    return LUA_ERRFILE;
  }
  status = lua_load(L, shim_read_source, &s, lua_tostring(L, at));
  failed = ferror(s.file);
  shim_fclose(L, s.file);
  if (failed) {
    lua_settop(L, at);
    lua_pushfstring(L, "cannot read %s", name);
    status = LUA_ERRFILE;
  }
  lua_remove(L, at);
  return status;
}

/* The loader of Lua files for `require`; its environment is the package table. */
static int shim_loader(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *path;
  name = luaL_gsub(L, name, ".", LUA_DIRSEP);
  lua_getfield(L, LUA_ENVIRONINDEX, "path");
  path = lua_tostring(L, -1);
  if (path == NULL) luaL_error(L, "'package.path' must be a string");
  lua_pushliteral(L, ""); /* the places searched */
  while ((path = pushnexttemplate(L, path)) != NULL) {
    const char *file = luaL_gsub(L, lua_tostring(L, -1), LUA_PATH_MARK, name);
    FILE *f = shim_fopen(L, file, "rb");
    if (f != NULL) {
      shim_fclose(L, f);
      if (luaL_loadfile(L, file) != 0) loaderror(L, file);
      return 1;
    }
    lua_pushfstring(L, "\n\tno file '%s'", file);
    lua_replace(L, -3);
    lua_pop(L, 1);
    lua_concat(L, 2);
  }
  return 1;
}

/* `*n`: a sign, at most eleven digits, read as strtol with base 0 reads them. */
static int shim_scan_number(lua_State *L, FILE *f, int *number) {
  char text[16];
  size_t n = 0, digits = 0;
  int c;
  do {
    shim_pulse(L, 1);
    c = getc(f);
  } while (isspace(c));
  if (c == '-') {
    text[n++] = '-';
    c = getc(f);
  }
  for (; digits < 11 && isdigit(c); digits++) {
    text[n++] = (char)c;
    c = getc(f);
  }
  ungetc(c, f);
  text[n] = '\0';
  *number = cam51_strtol(text, NULL, 0);
  return digits > 0;
}

static int shim_no_closer(lua_State *L) {
  return luaL_error(L, "the file's environment was replaced");
}

/* Lua trusts the environment of a file; debug.setfenv can take it away. */
static lua_CFunction shim_closer(lua_State *L, int index) {
  lua_CFunction f = lua_tocfunction(L, index);
  return f ? f : shim_no_closer;
}

static int shim_getfptr(lua_State *L) {
  FILE **f = (FILE **)luaL_checkudata(L, 1, LUA_FILEHANDLE);
  lua_pushnumber(L, (int)(uint32_t)(uintptr_t)*f);
  return 1;
}

/* The firmware's printf cannot do fractions on all cameras, and there are none. An error says it at once, where the
   camera would print nonsense. */
static int shim_format(lua_State *L) {
  size_t length;
  const char *p = luaL_checklstring(L, 1, &length), *end = p + length;
  for (; p < end; p++) {
    if (*p != '%') continue;
    if (*++p == '%') continue;
    while (p < end && (strchr("-+ #0.", *p) != NULL || isdigit((unsigned char)*p)) && *p != '\0') p++;
    if (p < end && *p != '\0' && strchr("eEfgG", *p) != NULL)
      return luaL_error(L, "'%%%c' to 'format' is not usable on the camera: numbers are integers", *p);
  }
  return str_format(L);
}

static int shim_abs(lua_State *L) {
  int v = luaL_checknumber(L, 1);
  lua_pushnumber(L, v < 0 ? (int)(0u - (unsigned)v) : v);
  return 1;
}

static int shim_extreme(lua_State *L, int sign) {
  int i, n = lua_gettop(L), best = luaL_checknumber(L, 1);
  for (i = 2; i <= n; i++) {
    int v = luaL_checknumber(L, i);
    if (sign > 0 ? v > best : v < best) best = v;
  }
  lua_pushnumber(L, best);
  return 1;
}

static int shim_max(lua_State *L) {
  return shim_extreme(L, 1);
}

static int shim_min(lua_State *L) {
  return shim_extreme(L, -1);
}

static int shim_pow(lua_State *L) {
  lua_pushnumber(L, cam51_pow(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
  return 1;
}

/* rand() % n, with the bias that it has; a generator of 15 bits never reaches the far end of a wide range. */
static int shim_random(lua_State *L) {
  cam51 *c = shim_of(L);
  int low = 1, high;
  unsigned span, drawn;
  switch (lua_gettop(L)) {
    case 1:
      high = luaL_checkint(L, 1);
      luaL_argcheck(L, low <= high, 1, "interval is empty");
      break;
    case 2:
      low = luaL_checkint(L, 1);
      high = luaL_checkint(L, 2);
      luaL_argcheck(L, low <= high, 2, "interval is empty");
      break;
    default:
      return luaL_error(L, "wrong number of arguments");
  }
  span = (unsigned)high - (unsigned)low + 1;
  drawn = c->host.random(c->host.data);
  lua_pushnumber(L, (int)((unsigned)low + (span ? drawn % span : drawn)));
  return 1;
}

static int shim_randomseed(lua_State *L) {
  cam51 *c = shim_of(L);
  c->host.seed_random(c->host.data, (unsigned)luaL_checkint(L, 1));
  return 0;
}

static const luaL_Reg shim_math[] = {
  {"abs", shim_abs}, {"max", shim_max}, {"min", shim_min}, {"pow", shim_pow},
  {"random", shim_random}, {"randomseed", shim_randomseed}, {NULL, NULL}
};

static void shim_without(lua_State *L, const char *table, const char *field) {
  lua_getglobal(L, table);
  lua_pushnil(L);
  lua_setfield(L, -2, field);
  lua_pop(L, 1);
}

static void shim_open_lib(lua_State *L, const char *name, lua_CFunction open) {
  lua_pushcfunction(L, open);
  lua_pushstring(L, name);
  lua_call(L, 1, 0);
}

static void shim_open_libs(lua_State *L, int with) {
  shim_open_lib(L, "", luaopen_base);
  shim_open_lib(L, LUA_LOADLIBNAME, luaopen_package);
  shim_open_lib(L, LUA_TABLIBNAME, luaopen_table);
  shim_open_lib(L, LUA_STRLIBNAME, luaopen_string);
  shim_open_lib(L, LUA_DBLIBNAME, luaopen_debug);
  shim_open_lib(L, LUA_IOLIBNAME, luaopen_io);
  luaL_register(L, "math", shim_math);
  lua_pop(L, 1);
  if (with & WITH_FMATH) shim_open_lib(L, FMATH, luaopen_fmath);

  lua_register(L, "print", shim_print);
  lua_register(L, "set_yield", shim_set_yield);
  if (!(with & WITH_COROUTINE)) {
    lua_pushnil(L);
    lua_setglobal(L, LUA_COLIBNAME);
    lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
    lua_pushnil(L);
    lua_setfield(L, -2, LUA_COLIBNAME);
    lua_pop(L, 1);
  }
  lua_getglobal(L, "string");
  lua_pushcfunction(L, shim_format);
  lua_setfield(L, -2, "format");
  lua_pop(L, 1);

  shim_without(L, "debug", "debug");
  shim_without(L, "io", "popen");
  shim_without(L, "io", "tmpfile");
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_pushnil(L);
  lua_setfield(L, -2, "setvbuf");
  lua_pushcfunction(L, shim_getfptr);
  lua_setfield(L, -2, "_getfptr");
  lua_pop(L, 1);

  shim_without(L, "package", "loadlib");
  shim_without(L, "package", "seeall");
  lua_pushnil(L);
  lua_setglobal(L, "module");
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "loaders"); /* preload stays first; one more */
  lua_pushcfunction(L, shim_loader);
  lua_pushvalue(L, -3);
  lua_setfenv(L, -2);
  lua_rawseti(L, -2, 2);
  lua_pushnil(L);
  lua_rawseti(L, -2, 3);
  lua_pushnil(L);
  lua_rawseti(L, -2, 4);
  lua_pop(L, 2);
}
