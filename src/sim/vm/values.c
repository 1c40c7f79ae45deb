/* Values across the border. */

/* Deeper or bigger tables reach Rust as VALUE_OTHER: no camera function takes more than options in a table. */
#define ARGS_DEPTH 4
#define ARGS_MAX 4096

static cam51 *shim_of(lua_State *L) {
  return (cam51 *)G(L)->ud;
}

/* Runs f with errors caught and the collector held off: no finalizer may run while Rust's values are read or while
   the script is suspended. */
static int shim_quietly(lua_State *L, Pfunc f, void *data) {
  lu_mem threshold = G(L)->GCthreshold;
  int status;
  G(L)->GCthreshold = MAX_LUMEM;
  status = luaD_rawrunprotected(L, f, data);
  G(L)->GCthreshold = threshold;
  return status;
}

static cam51_value *shim_new_value(lua_State *L) {
  cam51 *c = shim_of(L);
  if (c->args_n == c->args_size) {
    size_t size = c->args_size ? c->args_size * 2 : 16;
    cam51_value *args = (cam51_value *)realloc(c->args, size * sizeof *args);
    if (args == NULL) luaL_error(L, "not enough memory");
    c->args = args;
    c->args_size = size;
  }
  memset(&c->args[c->args_n], 0, sizeof(cam51_value));
  return &c->args[c->args_n++];
}

/* Appends the value at a positive index. Allocates nothing of Lua's, so nothing of the script's runs. */
static void shim_read_value(lua_State *L, int index, int depth) {
  cam51 *c = shim_of(L);
  cam51_value *v = shim_new_value(L);
  switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE:
      v->kind = VALUE_NIL;
      break;
    case LUA_TBOOLEAN:
      v->kind = VALUE_BOOL;
      v->number = lua_toboolean(L, index);
      break;
    case LUA_TNUMBER:
      v->kind = VALUE_INT;
      v->number = lua_tonumber(L, index);
      break;
    case LUA_TSTRING:
      v->kind = VALUE_BYTES;
      v->bytes = lua_tolstring(L, index, &v->length);
      break;
    case LUA_TTABLE:
      if (depth > 0 && c->args_n < ARGS_MAX) {
        size_t at = c->args_n - 1;
        int pairs = 0;
        luaL_checkstack(L, 3, "table too deep");
        v->kind = VALUE_TABLE;
        lua_pushnil(L);
        while (lua_next(L, index)) {
          int top = lua_gettop(L);
          shim_read_value(L, top - 1, 0);
          shim_read_value(L, top, depth - 1);
          lua_pop(L, 1);
          pairs++;
        }
        c->args[at].number = pairs; /* by index: the array may have moved */
        break;
      } /* fallthrough */
    default:
      v->kind = VALUE_OTHER;
      v->bytes = luaL_typename(L, index);
      v->length = strlen(v->bytes);
  }
}

static const cam51_value *shim_push_value(lua_State *L, const cam51_value *v) {
  int pairs;
  luaD_checkstack(L, LUA_MINSTACK);
  switch (v->kind) {
    case VALUE_BOOL:
      lua_pushboolean(L, v->number);
      break;
    case VALUE_INT:
      lua_pushnumber(L, v->number);
      break;
    case VALUE_BYTES:
    case VALUE_TABLE_TEXT:
      lua_pushlstring(L, v->length ? v->bytes : "", v->length);
      break;
    case VALUE_TABLE:
      pairs = v->number;
      lua_createtable(L, 0, pairs);
      v++;
      while (pairs-- > 0) {
        v = shim_push_value(L, v);
        v = shim_push_value(L, v);
        if (lua_isnil(L, -2))
          lua_pop(L, 2); /* no table has a nil key */
        else
          lua_rawset(L, -3);
      }
      return v;
    default:
      lua_pushnil(L);
  }
  return v + 1;
}

typedef struct {
  const cam51_value *values;
  size_t n;
} pushed;

static void shim_push_values(lua_State *L, void *data) {
  pushed *p = (pushed *)data;
  const cam51_value *v = p->values;
  size_t i;
  for (i = 0; i < p->n; i++) v = shim_push_value(L, v);
}

/* Replaces the table on the top by what the script's usb_msg_table_to_string makes of it (CHDK modules/luascript.c:3142-3162). Returns 0 when that
   is now a string or a number, else a status of Lua's with the error there, or -1 with the unusable result. */
static int shim_convert_table(lua_State *L) {
  cam51 *c = shim_of(L);
  int status, off = c->hook_off;
  luaD_checkstack(L, LUA_MINSTACK);
  lua_getglobal(L, "usb_msg_table_to_string");
  lua_insert(L, -2);
  c->hook_off = 1;
  L->nCcalls++; /* also at the end of the script this is no place to yield */
  status = lua_pcall(L, 1, 1, 0);
  L->nCcalls--;
  c->hook_off = off;
  if (status == 0 && !lua_isstring(L, -1)) status = -1;
  if (status == 0) lua_tolstring(L, -1, NULL);
  return status;
}

/* Raises a converter's error as CHDK does, which takes its text for a format (modules/luascript.c:139-142) without any
   arguments. Of Lua's own directives %% is defined; where the others would read whatever lies on the stack it says so, in
   place of the crash that %s is good for. Other directives Lua keeps as they are. */
static int shim_raise_format(lua_State *L, const char *format) {
  int garbage = 0;
  luaL_Buffer b;
  luaL_where(L, 1);
  luaL_buffinit(L, &b);
  for (; *format != '\0'; format++) {
    if (*format != '%')
      luaL_addchar(&b, *format);
    else if (format[1] == '%')
      luaL_addchar(&b, *format++);
    else if (format[1] == '\0' || strchr("scdfp", format[1]) != NULL) {
      garbage = 1;
      luaL_addstring(&b, "(garbage)");
      if (format[1] != '\0') format++;
    } else
      luaL_addchar(&b, '%');
  }
  luaL_pushresult(&b);
  if (garbage)
    shim_sin(L, "a '%' in the error of usb_msg_table_to_string is taken for a format: a real camera shows garbage or crashes");
  lua_concat(L, 2);
  return lua_error(L);
}

/* Makes the first argument of write_usb_msg fit to be sent. Returns whether it was a table. What is undefined on the
   camera, an error or a result that is no string (modules/luascript.c:2563-2573), is an error that says so, and a sin. */
static int shim_prepare_message(lua_State *L) {
  if (lua_gettop(L) < 1) return luaL_error(L, "missing argument");
  switch (lua_type(L, 1)) {
    case LUA_TTABLE: {
      int status;
      lua_pushvalue(L, 1);
      status = shim_convert_table(L);
      if (status == -1) {
        shim_sin(L, "usb_msg_table_to_string returned no string to write_usb_msg: a real camera may crash");
        luaL_error(L, "usb_msg_table_to_string must return a string, not %s", luaL_typename(L, -1));
      }
      if (status != 0 && !lua_isstring(L, -1)) {
        shim_sin(L, "usb_msg_table_to_string raised an error that is no string: a real camera may crash");
        luaL_error(L, "usb_msg_table_to_string raised an error that is not a string");
      }
      if (status != 0) shim_raise_format(L, lua_tostring(L, -1));
      lua_replace(L, 1);
      return 1;
    }
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
    case LUA_TTHREAD:
      return luaL_error(L, "unsupported type");
    default:
      return 0;
  }
}

enum { FUNCTION_PLAIN, FUNCTION_MESSAGE };

/* Says where a yield is about to be refused (ldo.c, lua_yield), whoever catches the error. */
static void shim_refused(lua_State *L) {
  cam51 *c = shim_of(L);
  lua_Debug ar;
  int level;
  for (level = 0; level < SHIM_REFUSED_LEVELS && lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    c->host.refused(c->host.data, level, ar.source, strlen(ar.source), ar.currentline);
  }
}

/* Every function of the camera's. */
static int shim_dispatch(lua_State *L) {
  cam51 *c = shim_of(L);
  size_t function = (size_t)lua_tonumber(L, lua_upvalueindex(1));
  int is_table = lua_tonumber(L, lua_upvalueindex(2)) == FUNCTION_MESSAGE && shim_prepare_message(L);
  const cam51_value *out = NULL;
  size_t nout = 0;
  pushed p;
  int i, reply, status, n = lua_gettop(L), argument = 0;

  c->args_n = 0;
  for (i = 1; i <= n; i++) shim_read_value(L, i, ARGS_DEPTH);
  if (is_table) c->args[0].kind = VALUE_TABLE_TEXT;
  reply = c->host.call(c->host.data, function, c->args, (size_t)n, c->args_n, &out, &nout);
  /* Rust's frame is gone; its answer stays where it is. */
  if (reply == REPLY_ARGUMENT) argument = out[0].number;
  lua_settop(L, 0);
  p.values = out;
  p.n = nout;
  status = shim_quietly(L, shim_push_values, &p);
  if (status != 0) luaD_throw(L, status);

  switch (reply) {
    case REPLY_RETURN:
      return lua_gettop(L);
    case REPLY_YIELD:
      lua_settop(L, 0);
      if (L == c->script) c->forced = 0;
      if (L->nCcalls > L->baseCcalls) shim_refused(L);
      return lua_yield(L, 0);
    case REPLY_ARGUMENT:
      return luaL_argerror(L, argument, lua_tostring(L, 1));
    case REPLY_ERROR:
      luaL_where(L, 1);
      lua_insert(L, 1);
      lua_concat(L, 2);
      return lua_error(L);
    default:
      return luaL_error(L, "the simulated camera failed");
  }
}
