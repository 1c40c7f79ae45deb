/* `fmath`: userdata with a double inside (CHDK lib/lua/lfmathlib.c, since 2021-04-30).

   Where nothing is known of the camera's: results without a value are IEEE's (the square root of -1 is "nan", 1/0 is "inf"),
   and become integers as an ARM converts them, saturating, nan to 0. `%` is C's remainder, as for integers. Whatever takes
   an fmath takes an integer as well. There is no `__tostring` and no `__concat`: `tostr` makes text. */

#include <math.h>

#define FMATH "fmath"

static int fmath_push(lua_State *L, double value) {
  double *v = (double *)lua_newuserdata(L, sizeof *v);
  *v = value;
  luaL_getmetatable(L, FMATH);
  lua_setmetatable(L, -2);
  return 1;
}

static double fmath_check(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TUSERDATA) return *(double *)luaL_checkudata(L, index, FMATH);
  return luaL_checknumber(L, index);
}

static int fmath_push_int(lua_State *L, double v) {
  lua_pushnumber(L, v != v ? 0 : v >= INT_MAX ? INT_MAX : v <= INT_MIN ? INT_MIN : (int)v);
  return 1;
}

static int fmath_new(lua_State *L) {
  double numerator = fmath_check(L, 1);
  double denominator = lua_isnoneornil(L, 2) ? 1 : fmath_check(L, 2);
  if (denominator == 0) return luaL_error(L, "divide by 0");
  return fmath_push(L, numerator / denominator);
}

static int fmath_tostr(lua_State *L) {
  char text[512]; /* the longest double has 309 digits in front of the point */
  double value = fmath_check(L, 1);
  int digits = luaL_optint(L, 2, 6);
  snprintf(text, sizeof text, "%.*f", digits < 0 ? 0 : digits > 9 ? 9 : digits, value);
  lua_pushstring(L, text);
  return 1;
}

#define FMATH_PI 3.14159265358979323846

#define FMATH_FUNCTION(name, push, result) \
  static int fmath_##name(lua_State *L) { \
    double x = fmath_check(L, 1); \
    return push(L, result); \
  }

FMATH_FUNCTION(log, fmath_push, log(x))
FMATH_FUNCTION(log2, fmath_push, log2(x))
FMATH_FUNCTION(log10, fmath_push, log10(x))
FMATH_FUNCTION(sqrt, fmath_push, sqrt(x))
FMATH_FUNCTION(deg, fmath_push, x * (180 / FMATH_PI))
FMATH_FUNCTION(rad, fmath_push, x * (FMATH_PI / 180))
FMATH_FUNCTION(sin, fmath_push, sin(x))
FMATH_FUNCTION(cos, fmath_push, cos(x))
FMATH_FUNCTION(tan, fmath_push, tan(x))
FMATH_FUNCTION(asin, fmath_push, asin(x))
FMATH_FUNCTION(acos, fmath_push, acos(x))
FMATH_FUNCTION(atan, fmath_push, atan(x))
FMATH_FUNCTION(unm, fmath_push, -x)
FMATH_FUNCTION(int, fmath_push_int, x)
FMATH_FUNCTION(ceil, fmath_push_int, ceil(x))
FMATH_FUNCTION(floor, fmath_push_int, floor(x))
FMATH_FUNCTION(round, fmath_push_int, round(x))

#define FMATH_OPERATOR(name, push, result) \
  static int fmath_##name(lua_State *L) { \
    double a = fmath_check(L, 1), b = fmath_check(L, 2); \
    return push(L, result); \
  }

static int fmath_push_boolean(lua_State *L, int value) {
  lua_pushboolean(L, value);
  return 1;
}

FMATH_OPERATOR(add, fmath_push, a + b)
FMATH_OPERATOR(sub, fmath_push, a - b)
FMATH_OPERATOR(mul, fmath_push, a * b)
FMATH_OPERATOR(div, fmath_push, a / b)
FMATH_OPERATOR(mod, fmath_push, fmod(a, b))
FMATH_OPERATOR(pow, fmath_push, pow(a, b))
FMATH_OPERATOR(eq, fmath_push_boolean, a == b)
FMATH_OPERATOR(lt, fmath_push_boolean, a < b)
FMATH_OPERATOR(le, fmath_push_boolean, a <= b)

static int fmath_pol(lua_State *L) {
  double x = fmath_check(L, 1), y = fmath_check(L, 2);
  return fmath_push(L, hypot(x, y)) + fmath_push(L, atan2(y, x));
}

static int fmath_rec(lua_State *L) {
  double r = fmath_check(L, 1), theta = fmath_check(L, 2);
  return fmath_push(L, r * cos(theta)) + fmath_push(L, r * sin(theta));
}

static const luaL_Reg fmath_functions[] = {
  {"new", fmath_new}, {"tostr", fmath_tostr}, {"log", fmath_log}, {"log2", fmath_log2}, {"log10", fmath_log10},
  {"sqrt", fmath_sqrt}, {"int", fmath_int}, {"ceil", fmath_ceil}, {"floor", fmath_floor}, {"round", fmath_round},
  {"deg", fmath_deg}, {"rad", fmath_rad}, {"sin", fmath_sin}, {"cos", fmath_cos}, {"tan", fmath_tan},
  {"asin", fmath_asin}, {"acos", fmath_acos}, {"atan", fmath_atan}, {"pol", fmath_pol}, {"rec", fmath_rec},
  {NULL, NULL}
};

static const luaL_Reg fmath_metamethods[] = {
  {"__add", fmath_add}, {"__sub", fmath_sub}, {"__mul", fmath_mul}, {"__div", fmath_div}, {"__mod", fmath_mod},
  {"__pow", fmath_pow}, {"__unm", fmath_unm}, {"__eq", fmath_eq}, {"__lt", fmath_lt}, {"__le", fmath_le},
  {NULL, NULL}
};

static int luaopen_fmath(lua_State *L) {
  luaL_newmetatable(L, FMATH);
  luaL_register(L, NULL, fmath_metamethods);
  luaL_register(L, FMATH, fmath_functions);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__index");
  fmath_push(L, FMATH_PI);
  lua_setfield(L, -2, "pi");
  fmath_push(L, 2 * FMATH_PI);
  lua_setfield(L, -2, "pi2");
  fmath_push(L, FMATH_PI / 2);
  lua_setfield(L, -2, "pi_2");
  return 1;
}
