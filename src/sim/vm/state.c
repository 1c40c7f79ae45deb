/* What Rust calls. */

static void *shim_alloc(void *data, void *block, size_t old, size_t size) {
  cam51 *c = (cam51 *)data;
  void *p;
  if (size == 0) {
    free(block);
    c->used -= old;
    return NULL;
  }
  /* What grows is copied, so that there is room for the old and the new at once (CHDK lib/lua/lauxlib.c:664-682). */
  if (size > old && size > c->limit - (c->used < c->limit ? c->used : c->limit)) return NULL;
  p = realloc(block, size);
  if (p == NULL) return NULL;
  if (size > old && c->peak < c->used + size) c->peak = c->used + size;
  c->used = c->used - old + size;
  return p;
}

static int shim_panic(lua_State *L) {
  (void)L; /* every entry is protected, so this is a fault of ours */
  abort();
}

typedef struct {
  int with;
  const char *prelude;
  size_t length;
} opening;

static int shim_open_state(lua_State *L) {
  opening *o = (opening *)lua_touserdata(L, 1);
  shim_open_libs(L, o->with);
  if (luaL_loadbuffer(L, o->prelude, o->length, "=firmware") != 0) lua_error(L);
  lua_call(L, 0, 0);
  return 0;
}

/* NULL when the host is out of memory. The limit counts from here on only: cam51_limit. */
cam51 *cam51_new(const cam51_host *host, int with, const char *prelude, size_t length) {
  opening o;
  cam51 *c = (cam51 *)calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  c->host = *host;
  c->limit = SIZE_MAX;
  c->max_count = SHIM_YIELD_COUNT;
  c->max_ms = SHIM_YIELD_MS;
  c->signed_limits = (with & WITH_SIGNED_LIMITS) != 0;
  c->L = lua_newstate(shim_alloc, c);
  if (c->L == NULL) {
    free(c);
    return NULL;
  }
  lua_atpanic(c->L, shim_panic);
  o.with = with;
  o.prelude = prelude;
  o.length = length;
  if (lua_cpcall(c->L, shim_open_state, &o) != 0) {
    lua_close(c->L);
    free(c);
    return NULL;
  }
  return c;
}

void cam51_close(cam51 *c) {
  c->closing = 1;
  lua_sethook(c->L, shim_hook, LUA_MASKCOUNT, SHIM_HOOK_COUNT);
  lua_close(c->L);
  free(c->args);
  free(c);
}

void cam51_limit(cam51 *c, size_t limit) {
  c->limit = limit;
}

size_t cam51_memory(const cam51 *c) {
  return c->used;
}

/* The most that was ever in use, the copy of what grows included. */
size_t cam51_peak(const cam51 *c) {
  return c->peak;
}

/* Instructions of the script's own thread so far. */
size_t cam51_instructions(const cam51 *c) {
  return c->script == NULL ? 0 : c->instructions + (size_t)(c->script->basehookcount - c->script->hookcount);
}

typedef struct {
  const char *table, *name; /* table may be NULL */
  const cam51_value *value; /* NULL for a function */
  size_t function;
} definition;

static int shim_define(lua_State *L) {
  definition *d = (definition *)lua_touserdata(L, 1);
  lua_settop(L, 0);
  if (d->table == NULL)
    lua_pushvalue(L, LUA_GLOBALSINDEX);
  else {
    lua_getglobal(L, d->table);
    if (!lua_istable(L, -1)) {
      lua_settop(L, 0);
      lua_newtable(L);
      lua_pushvalue(L, -1);
      lua_setglobal(L, d->table);
    }
  }
  lua_pushstring(L, d->name);
  if (d->value != NULL)
    shim_push_value(L, d->value);
  else {
    lua_pushnumber(L, (lua_Number)d->function);
    lua_pushnumber(L, strcmp(d->name, "write_usb_msg") == 0 ? FUNCTION_MESSAGE : FUNCTION_PLAIN);
    lua_pushcclosure(L, shim_dispatch, 2);
  }
  lua_rawset(L, 1);
  return 0;
}

/* Sets `table.name` or the global `name` to a value or, without one, to the function of this index. */
int cam51_define(cam51 *c, const char *table, const char *name, const cam51_value *value, size_t function) {
  definition d;
  d.table = table;
  d.name = name;
  d.value = value;
  d.function = function;
  if (lua_cpcall(c->L, shim_define, &d) == 0) return 0;
  lua_settop(c->L, 0);
  return 1;
}

static int shim_new_thread(lua_State *L) {
  cam51 *c = shim_of(L);
  lua_State *script = lua_newthread(L);
  lua_setfield(L, LUA_REGISTRYINDEX, "Lt");
  lua_sethook(script, shim_hook, LUA_MASKCOUNT, SHIM_HOOK_COUNT);
  c->script = script;
  c->instructions = 0;
  c->user_hook_set = 0;
  return 0;
}

/* The error on the top of a stack, without allocating: a number is an error text too, nothing else but a string is. */
static void shim_top(lua_State *L, cam51_value *out) {
  cam51 *c = shim_of(L);
  memset(out, 0, sizeof *out);
  if (lua_type(L, -1) == LUA_TNUMBER) {
    out->length = (size_t)snprintf(c->digits, sizeof c->digits, "%d", lua_tonumber(L, -1));
    out->kind = VALUE_BYTES;
    out->bytes = c->digits;
  } else if (lua_type(L, -1) == LUA_TSTRING) {
    out->kind = VALUE_BYTES;
    out->bytes = lua_tolstring(L, -1, &out->length);
  }
}

/* Compiles on a new script thread; the text names the chunk. Not 0: `error` is the message, good until the next call. */
int cam51_load(cam51 *c, const char *source, cam51_value *error) {
  int status = lua_cpcall(c->L, shim_new_thread, NULL);
  lua_State *at = status == 0 ? c->script : c->L;
  c->started = 0;
  if (status == 0) status = luaL_loadbuffer(at, source, strlen(source), source);
  if (status != 0) {
    shim_top(at, error);
    lua_pop(at, 1);
  }
  return status;
}

/* Compiles in a state of its own that goes at once, inside of as many C calls as `calls`. Gives Lua's status, LUA_ERRRUN
   when the host had it end; the message is cut to `*length`, which becomes its length. */
int cam51_compile(const cam51_host *host, const char *source, size_t size, int calls, size_t limit, char *message,
                  size_t *length) {
  const char *text;
  size_t n;
  int status;
  cam51 *c = (cam51 *)calloc(1, sizeof *c);
  if (c == NULL) return LUA_ERRMEM;
  c->host = *host;
  c->limit = limit;
  c->L = lua_newstate(shim_alloc, c);
  if (c->L == NULL) {
    free(c);
    return LUA_ERRMEM;
  }
  lua_atpanic(c->L, shim_panic);
  c->L->nCcalls = (unsigned short)calls;
  status = luaL_loadbuffer(c->L, source, size, "");
  text = status == 0 ? NULL : lua_tolstring(c->L, -1, &n);
  if (text == NULL) n = 0;
  if (n < *length) *length = n;
  if (*length > 0) memcpy(message, text, *length);
  cam51_close(c);
  return status;
}

/* Pushes on the script's thread, wherever the script may be. */
int cam51_push(cam51 *c, const cam51_value *value) {
  pushed p;
  ptrdiff_t top = savestack(c->script, c->script->top);
  p.values = value;
  p.n = 1;
  if (shim_quietly(c->script, shim_push_values, &p) == 0) return 0;
  c->script->top = restorestack(c->script, top);
  return 1;
}

/* Everything on the script's stack above the yield goes to the script. For RESUME_ERROR `error` is as in cam51_load,
   and VALUE_NIL when the error was no string; for RESUME_DONE there are `results`. */
int cam51_resume(cam51 *c, cam51_value *error, int *results) {
  lua_State *L = c->script;
  int status, n = lua_gettop(L) - (c->started ? 0 : 1);
  c->started = 1;
  c->count = 0;
  c->forced = 0;
  status = lua_resume(L, n);
  if (status == LUA_YIELD) return c->forced ? RESUME_FORCED : RESUME_YIELD;
  if (status == 0) {
    *results = lua_gettop(L);
    return RESUME_DONE;
  }
  shim_top(L, error);
  return RESUME_ERROR;
}

typedef struct {
  int index, status;
  cam51_value value;
} result;

static void shim_result(lua_State *L, void *data) {
  cam51 *c = shim_of(L);
  result *r = (result *)data;
  int is_table = lua_istable(L, r->index);
  if (is_table) {
    lua_pushvalue(L, r->index);
    r->status = shim_convert_table(L);
    if (r->status != 0) {
      if (r->status != -1) shim_top(L, &r->value);
      if (r->status != -1 && r->value.kind == VALUE_NIL)
        shim_sin(L, "usb_msg_table_to_string raised an error that is no string: a real camera reports anything");
      return;
    }
    lua_replace(L, r->index);
  }
  c->args_n = 0;
  shim_read_value(L, r->index, 0);
  if (is_table) c->args[0].kind = VALUE_TABLE_TEXT;
  r->value = c->args[0];
}

/* The result at this place, from 1. Not 0: a table that could not be converted, with the error's text if it has one.
   Good until the next call. */
int cam51_result(cam51 *c, int index, cam51_value *value) {
  result r;
  int status;
  memset(&r, 0, sizeof r);
  r.index = index;
  status = luaD_rawrunprotected(c->script, shim_result, &r);
  *value = r.value;
  return status != 0 ? status : r.status;
}

static void shim_call_restore(lua_State *L, void *data) {
  int *status = (int *)data;
  luaD_checkstack(L, LUA_MINSTACK);
  lua_getglobal(L, "restore");
  if (lua_isfunction(L, -1)) *status = lua_pcall(L, 0, 0, 0);
}

/* Calls the global `restore`, if it is a function, on the suspended thread and outside of resume, as CHDK does after an
   interruption: whatever yields in it ends it as if it had returned. Not 0: it failed. The state is fit to be closed
   only. */
int cam51_restore(cam51 *c, cam51_value *error) {
  int status = 0, thrown;
  c->restoring = 1;
  thrown = luaD_rawrunprotected(c->script, shim_call_restore, &status);
  c->restoring = 0;
  if (thrown != 0) status = thrown;
  if (status != 0) shim_top(c->script, error);
  return status;
}
