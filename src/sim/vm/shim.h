/* What Rust and the camera's Lua say to each other. ffi.rs mirrors the first half of this file.

   The rule of the house: no Rust frame lies between a setjmp and a longjmp. Rust is called with borrowed values and
   returns before anything is pushed, yielded or raised; and every entry from Rust runs protected. */

#ifndef CAM51_SHIM_H
#define CAM51_SHIM_H

enum { VALUE_NIL, VALUE_BOOL, VALUE_INT, VALUE_BYTES, VALUE_TABLE, VALUE_TABLE_TEXT, VALUE_OTHER };

/* A table is followed by its pairs, `number` of them, keys and values in turn, each a value with what follows it. */
typedef struct {
  int kind;
  int number;
  const char *bytes;
  size_t length;
} cam51_value;

enum { REPLY_RETURN, REPLY_YIELD, REPLY_ERROR, REPLY_ARGUMENT, REPLY_PANIC };

/* The pointers given back are good until the next call of any of these. */
typedef struct {
  void *data;
  /* `n` arguments, `total` values with what belongs to tables. For REPLY_ERROR the text is the one value; for REPLY_ARGUMENT its `number` holds the argument's. */
  int (*call)(void *data, size_t function, const cam51_value *args, size_t n, size_t total, const cam51_value **out,
              size_t *nout);
  const char *(*open)(void *data, const char *path, size_t length, const char *mode);
  void (*print)(void *data, const char *line, size_t length);
  unsigned (*elapsed_ms)(void *data);
  unsigned (*random)(void *data);
  void (*seed_random)(void *data, unsigned seed);
  /* Something a real camera would not have survived, or not as well. */
  void (*sin)(void *data, const char *what, size_t length);
  /* Whether the script must end: stopped from outside, or one of the above panicked. */
  int (*must_end)(void *data);
  /* How much of a write to a file the card takes */
  size_t (*may_write)(void *data, size_t bytes);
  /* Seconds since 1970 that the time of a file written now is; -1 leaves it to the host */
  long long (*file_time)(void *data);
  /* A yield that Lua refuses because a C function or a metamethod is in between: each level of the stack in turn, from the
     function that would have yielded outwards. `line` is -1 where there is none. */
  void (*refused)(void *data, int level, const char *source, size_t length, int line);
  int file_error; /* errno of what fails on the card */
} cam51_host;

/* What a state has besides the rest. */
enum { WITH_COROUTINE = 1, WITH_FMATH = 2, WITH_SIGNED_LIMITS = 4 };

enum { RESUME_YIELD, RESUME_FORCED, RESUME_DONE, RESUME_ERROR };

typedef struct cam51 cam51;

/* ---- ours alone from here ---- */

struct cam51 {
  cam51_host host;
  lua_State *L;
  lua_State *script; /* CHDK's Lt, anchored in the registry under that name */
  int started;
  int forced; /* the last yield was the hook's */

  size_t used, limit, peak;
  size_t instructions; /* up to the last count hook */

  /* The scheduler (CHDK modules/luascript.c:193-200). Compared unsigned, so that -1 never comes. */
  unsigned max_count, max_ms, count;
  int signed_limits; /* in some builds -1 has come already */
  int hook_off; /* while a table is converted */
  int restoring, survived; /* `restore` runs; it ran on where a camera's Lua may not have */

  /* What debug.sethook asked for */
  int user_hook_set, in_user_hook, no_user_hook;
  lua_Hook user_hook;
  int user_mask, user_count, user_progress;

  int closing;
  unsigned closing_hooks;
  size_t steps;    /* of C code since it last checked in */
  unsigned tokens; /* compiled since the compiler last checked in */
  char digits[16]; /* an error that is a number */
  char file_error[24];
  unsigned files; /* open */
  int files_told; /* there were too many */

  /* Arguments on their way to Rust */
  cam51_value *args;
  size_t args_n, args_size;
};

#define SHIM_HOOK_COUNT 100
#define SHIM_REFUSED_LEVELS 100
#define SHIM_PULSE 400
#define SHIM_TOKENS 256
/* More files than a script needs at a time, and few enough for the host to keep some for itself. */
#define SHIM_FILES 64
#define SHIM_YIELD_COUNT 25
#define SHIM_YIELD_MS 10

static cam51 *shim_of(lua_State *L);
static void shim_pulse(lua_State *L, size_t steps);
static void shim_match_depth(lua_State *L, int depth);
static const char *shim_find_plain(lua_State *L, const char *s, size_t length, const char *sought, size_t size);
static void shim_sin(lua_State *L, const char *what);
static void shim_call_finalizer(lua_State *L, StkId func, int results);
static int shim_user_sethook(lua_State *L, lua_Hook hook, int mask, int count);
static lua_Hook shim_user_gethook(lua_State *L);
static int shim_user_gethookmask(lua_State *L);
static int shim_user_gethookcount(lua_State *L);
static FILE *shim_fopen(lua_State *L, const char *name, const char *mode);
static int shim_fclose(lua_State *L, FILE *f);
static size_t shim_fwrite(lua_State *L, const char *bytes, size_t length, FILE *f);
static int shim_write_number(lua_State *L, FILE *f, int number);
static const char *shim_file_error(lua_State *L);
static int shim_scan_number(lua_State *L, FILE *f, int *number);
static lua_CFunction shim_closer(lua_State *L, int index);

#endif
