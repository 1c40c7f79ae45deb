/* When the script runs, and what ends it. */

/* Finalizers that run while the state closes have no one to wait for them: this many hooks in all, then errors. */
#define CLOSING_HOOKS 100000

static void shim_hook(lua_State *L, lua_Debug *ar);
static int shim_protected_hook(lua_State *L, lua_Debug *ar);

/* The script must end: from now on every instruction raises, so that no pcall holds it up. An xpcall's handler would run
   inside of this hook, where no other hook can end it, so it does not run. */
static void shim_end(lua_State *L) {
  L->errfunc = 0;
  lua_sethook(L, shim_hook, LUA_MASKCOUNT, 1);
  luaL_error(L, "stopped");
}

/* A hundred instructions, or SHIM_PULSE steps of C code, have passed: the script may have to end, and the camera's clock
   goes on. Returns the time since the last resume. */
static unsigned shim_pass(lua_State *L) {
  cam51 *c = shim_of(L);
  unsigned elapsed = 0;
  if (c->closing) {
    if (++c->closing_hooks > CLOSING_HOOKS || c->host.must_end(c->host.data)) shim_end(L);
    return 0;
  }
  if (c->host.must_end(c->host.data)) shim_end(L);
  elapsed = c->host.elapsed_ms(c->host.data);
  if (c->host.must_end(c->host.data)) shim_end(L);
  return elapsed;
}

/* Lua's own C code can go on without end, out of every hook's reach; its loops call this at each turn. It never yields. */
static void shim_pulse(lua_State *L, size_t steps) {
  cam51 *c = shim_of(L);
  c->steps += steps;
  if (c->steps >= SHIM_PULSE) {
    c->steps = 0;
    shim_pass(L);
  }
}

/* The compiler is quick, except where it is not. It takes none of the camera's time. */
static void shim_next_token(LexState *ls) {
  cam51 *c = shim_of(ls->L);
  if (++c->tokens >= SHIM_TOKENS) {
    c->tokens = 0;
    if (c->host.must_end(c->host.data)) shim_end(ls->L);
  }
  luaX_next(ls);
}

/* Lua 5.2 and later have this limit and this text. Lua 5.1 recurses on, and where a camera's 8 KiB of stack end is not
   known. */
#define MATCH_DEPTH 200

static void shim_match_depth(lua_State *L, int depth) {
  shim_pulse(L, 1);
  if (depth <= MATCH_DEPTH) return;
  shim_sin(L, "a pattern needs more stack than some cameras have: a real one would crash here");
  luaL_error(L, "pattern too complex");
}

static int shim_same(lua_State *L, const char *a, const char *b, size_t size) {
  size_t piece;
  for (; size > 0; a += piece, b += piece, size -= piece) {
    piece = size < 4096 ? size : 4096;
    shim_pulse(L, 1 + piece / 16);
    if (memcmp(a, b, piece) != 0) return 0;
  }
  return 1;
}

static const char *shim_find_plain(lua_State *L, const char *s, size_t length, const char *sought, size_t size) {
  const char *last;
  if (size == 0) return s;
  if (size > length) return NULL;
  for (last = s + (length - size); s <= last; s++) {
    s = (const char *)memchr(s, *sought, (size_t)(last - s) + 1);
    if (s == NULL) return NULL;
    if (shim_same(L, s, sought, size)) return s;
  }
  return NULL;
}

static void shim_sin(lua_State *L, const char *what) {
  cam51 *c = shim_of(L);
  c->host.sin(c->host.data, what, strlen(what));
}

/* While `restore` runs its thread is still marked as one that has yielded, and after any hook Lua leaves the function that
   runs (lvm.c, "did hook yield?"). Where nothing but Lua is in between, that ends `restore`. Below a C call, as in pcall,
   Lua would go on in the C function's frame and read what is not there; here the work goes on instead. */
static void shim_mark_restoring(lua_State *L) {
  cam51 *c = shim_of(L);
  int below = L->nCcalls > L->baseCcalls;
  L->status = below ? 0 : LUA_YIELD;
  if (!below || c->survived) return;
  c->survived = 1;
  shim_sin(L, "restore() works on for long inside of a C function, as pcall is one: a real camera may crash");
}

static int shim_reached(const cam51 *c, unsigned now, unsigned limit) {
  return now >= limit || (c->signed_limits && (int)limit < 0);
}

/* The one hook, on the script's thread and, in builds that have them, on the coroutines that inherit it. */
static void shim_hook(lua_State *L, lua_Debug *ar) {
  cam51 *c = shim_of(L);
  if (c->closing) {
    shim_pass(L);
    return;
  }
  if (c->restoring && L == c->script) shim_mark_restoring(L);
  if (ar->event == LUA_HOOKCOUNT) {
    if (L == c->script) c->instructions += (size_t)L->basehookcount;
    unsigned elapsed = shim_pass(L);
    if (!c->user_hook_set) {
      if (c->hook_off || L->nCcalls > L->baseCcalls) return;
      c->count++;
      if (shim_reached(c, c->count, c->max_count) || shim_reached(c, elapsed, c->max_ms)) {
        if (L == c->script) c->forced = 1;
        lua_yield(L, 0);
      }
      return;
    }
  }
  if (c->user_hook_set && !c->in_user_hook && !c->no_user_hook) {
    int status = shim_protected_hook(L, ar);
    if (status != 0) luaD_throw(L, status);
  }
}

typedef struct {
  lua_Debug *ar;
  lua_Hook hook;
} hooked;

static void shim_run_hook(lua_State *L, void *data) {
  hooked *h = (hooked *)data;
  h->hook(L, h->ar);
}

/* Runs the script's own hook. Lua forbids hooks in hooks; we need ours, and keep the script's out ourselves. */
static int shim_protected_hook(lua_State *L, lua_Debug *ar) {
  cam51 *c = shim_of(L);
  hooked h;
  int status;
  h.ar = ar;
  h.hook = c->user_hook;
  if (h.hook == NULL) return 0;
  switch (ar->event) {
    case LUA_HOOKCOUNT:
      if (!(c->user_mask & LUA_MASKCOUNT)) return 0;
      c->user_progress += c->user_count < SHIM_HOOK_COUNT ? c->user_count : SHIM_HOOK_COUNT;
      if (c->user_progress < c->user_count) return 0;
      c->user_progress = 0;
      break;
    case LUA_HOOKLINE:
      if (!(c->user_mask & LUA_MASKLINE)) return 0;
      break;
    case LUA_HOOKCALL:
      if (!(c->user_mask & LUA_MASKCALL)) return 0;
      break;
    default:
      if (!(c->user_mask & LUA_MASKRET)) return 0;
  }
  c->in_user_hook = 1;
  L->allowhook = 1;
  status = luaD_rawrunprotected(L, shim_run_hook, &h);
  L->allowhook = 0;
  c->in_user_hook = 0;
  return status;
}

/* The script's hook is the scheduler's no more, so nothing is forced from here on. One hook for all threads; a count
   above 100 is kept to the next hundred. */
static int shim_user_sethook(lua_State *L, lua_Hook hook, int mask, int count) {
  cam51 *c = shim_of(L);
  int step = (mask & LUA_MASKCOUNT) && count > 0 && count < SHIM_HOOK_COUNT ? count : SHIM_HOOK_COUNT;
  if (c->closing) return 1;
  c->user_hook_set = 1;
  c->user_hook = mask ? hook : NULL;
  c->user_mask = hook ? mask : 0;
  c->user_count = hook ? count : 0;
  c->user_progress = 0;
  return lua_sethook(L, shim_hook, c->user_mask | LUA_MASKCOUNT, step);
}

static lua_Hook shim_user_gethook(lua_State *L) {
  cam51 *c = shim_of(L);
  return c->user_hook_set ? c->user_hook : lua_gethook(L);
}

static int shim_user_gethookmask(lua_State *L) {
  cam51 *c = shim_of(L);
  return c->user_hook_set ? c->user_mask : lua_gethookmask(L);
}

static int shim_user_gethookcount(lua_State *L) {
  cam51 *c = shim_of(L);
  return c->user_hook_set ? c->user_count : lua_gethookcount(L);
}

typedef struct {
  StkId func;
  int results;
} finalizer;

static void shim_run_finalizer(lua_State *L, void *data) {
  finalizer *f = (finalizer *)data;
  luaD_call(L, f->func, f->results);
}

static void shim_call_finalizer(lua_State *L, StkId func, int results) {
  cam51 *c = shim_of(L);
  finalizer f;
  int status;
  f.func = func;
  f.results = results;
  c->no_user_hook++;
  L->allowhook = 1; /* Lua runs finalizers without hooks; ours must be able to end them */
  status = luaD_rawrunprotected(L, shim_run_finalizer, &f);
  c->no_user_hook--;
  if (status != 0) luaD_throw(L, status);
}

static int shim_set_yield(lua_State *L) {
  cam51 *c = shim_of(L);
  unsigned count = (unsigned)luaL_optnumber(L, 1, SHIM_YIELD_COUNT);
  unsigned ms = (unsigned)luaL_optnumber(L, 2, SHIM_YIELD_MS);
  lua_pushnumber(L, (int)c->max_count);
  lua_pushnumber(L, (int)c->max_ms);
  c->max_count = count;
  c->max_ms = ms;
  return 2;
}
