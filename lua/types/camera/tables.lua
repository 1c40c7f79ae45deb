-- made by moonshutter types: changes here are lost
---@meta _

---@class hook_preshoot
hook_preshoot = {}

---Block the capture task at this point (before exposure (raw hook not yet reached)) until continue or timeout.
---
---0 disables.
---@param timeout_ms integer
function hook_preshoot.set(timeout_ms) end

---Capture task is waiting in the hook.
---@return boolean
function hook_preshoot.is_ready() end

---Let the capture task go on.
function hook_preshoot.continue() end

---Times the hook point was passed since script start, set or not.
---@return integer
function hook_preshoot.count() end

---@class hook_shoot
hook_shoot = {}

---Block the capture task at this point (just before shutter opens) until continue or timeout.
---
---0 disables.
---@param timeout_ms integer
function hook_shoot.set(timeout_ms) end

---Capture task is waiting in the hook.
---@return boolean
function hook_shoot.is_ready() end

---Let the capture task go on.
function hook_shoot.continue() end

---Times the hook point was passed since script start, set or not.
---@return integer
function hook_shoot.count() end

---@class hook_raw
hook_raw = {}

---Block the capture task at this point (raw data available) until continue or timeout.
---
---0 disables.
---@param timeout_ms integer
function hook_raw.set(timeout_ms) end

---Capture task is waiting in the hook.
---@return boolean
function hook_raw.is_ready() end

---Let the capture task go on.
function hook_raw.continue() end

---Times the hook point was passed since script start, set or not.
---@return integer
function hook_raw.count() end

---@class rawop
rawop = {}

---CFA pattern word as in DNG.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_cfa() end

---Offsets of the colour elements.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return table
function rawop.get_cfa_offsets() end

---Bits of a raw pixel.
---
---10, 12 or 14.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_bits_per_pixel() end

---Raw value of a neutral exposure.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_raw_neutral() end

---Black level.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_black_level() end

---White level.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_white_level() end

---Buffer width.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_raw_width() end

---Buffer height.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_raw_height() end

---Active area x.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_active_left() end

---Active area y.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_active_top() end

---Active area width.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_active_width() end

---Active area height.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_active_height() end

---Jpeg area x.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_jpeg_left() end

---Jpeg area y.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_jpeg_top() end

---Jpeg area width.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_jpeg_width() end

---Jpeg area height.
---
---Since CHDK 1.4.0 of 2015-07-19.
---@return integer
function rawop.get_jpeg_height() end

---Pixel value.
---
---Nothing out of bounds; "raw data not available" outside the raw hook.
---
---Since CHDK 1.4.0 of 2014-12-24.
---@param x integer
---@param y integer
---@return integer|nil
function rawop.get_pixel(x, y) end

---Write pixel.
---
---Raw hook only.
---
---Since CHDK 1.4.0 of 2014-12-24.
---@param x integer
---@param y integer
---@param v integer
function rawop.set_pixel(x, y, v) end

---CFA quad.
---
---Raw hook only.
---
---Since CHDK 1.4.0 of 2014-12-31.
---@param x integer
---@param y integer
---@return integer r
---@return integer g1
---@return integer b
---@return integer g2
function rawop.get_pixels_rgbg(x, y) end

---Write CFA quad.
---
---Raw hook only.
---
---Since CHDK 1.4.0 of 2014-12-31.
---@param x integer
---@param y integer
---@param r integer
---@param g1 integer
---@param b integer
---@param g2? integer (default g1)
function rawop.set_pixels_rgbg(x, y, r, g1, b, g2) end

---Fill.
---
---Raw hook only.
---
---Since CHDK 1.4.0 of 2015-02-01.
---@param x integer
---@param y integer
---@param w integer
---@param h integer
---@param v integer
---@param xstep? integer (default 1)
---@param ystep? integer (default xstep)
function rawop.fill_rect(x, y, w, h, v, xstep, ystep) end

---Mean of sampled pixels.
---
---Nothing for a bad range; raw hook only.
---
---Since CHDK 1.4.0 of 2014-12-24.
---@param x integer
---@param y integer
---@param xcount integer
---@param ycount integer
---@param xstep integer
---@param ystep integer
---@return integer|nil
function rawop.meter(x, y, xcount, ycount, xstep, ystep) end

---Raw value to EV relative to neutral.
---
---Since CHDK 1.4.0 of 2015-09-07.
---@param raw integer
---@param scale? integer (default 96)
---@return integer
function rawop.raw_to_ev(raw, scale) end

---EV to raw value.
---
---Since CHDK 1.4.0 of 2015-09-07.
---@param ev integer
---@param scale? integer (default 96)
---@return integer
function rawop.ev_to_raw(ev, scale) end

---New histogram object.
---
---Since CHDK 1.4.0 of 2015-01-02.
---@return rawop_histogram
function rawop.create_histogram() end

---@class rawop_histogram
local rawop_histogram = {}

---Fill from the raw buffer.
---
---Raw hook only.
---
---Since CHDK 1.4.0 of 2015-01-02.
---@param x integer
---@param y integer
---@param w integer
---@param h integer
---@param xstep integer
---@param ystep integer
---@param bits? integer
function rawop_histogram:update(x, y, w, h, xstep, ystep, bits) end

---Share or count of pixels in range.
---
---Since CHDK 1.4.0 of 2015-01-02.
---@param min integer
---@param max integer
---@param scale? integer (default 1000)
---@return integer
function rawop_histogram:range(min, max, scale) end

---Pixels sampled.
---
---Since CHDK 1.4.0 of 2015-01-02.
---@return integer
function rawop_histogram:total_pixels() end

---Bit depth.
---
---Since CHDK 1.4.0 of 2015-01-02.
---@return integer
function rawop_histogram:bits() end

---Free the data.
---
---Since CHDK 1.4.0 of 2015-01-02.
function rawop_histogram:free() end

---@class imath
---@field scale integer value 1000
---@field pi integer value 3142
---@field pi2 integer value 6283
---@field pi_2 integer value 1571
imath = {}

---a*b/c scaled.
---
---C 0 raises "divide by 0".
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param a integer
---@param b integer
---@param c integer (value*1000)
---@return integer
function imath.muldiv(a, b, c) end

---a*b/1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param a integer
---@param b integer (value*1000)
---@return integer
function imath.mul(a, b) end

---a*1000/b.
---
---B 0 raises "divide by 0".
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param a integer
---@param b integer (value*1000)
---@return integer
function imath.div(a, b) end

---Sin, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.sinr(x) end

---Sin, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.sind(x) end

---Cos, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.cosr(x) end

---Cos, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.cosd(x) end

---Tan, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.tanr(x) end

---Tan, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.tand(x) end

---Asin, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.asinr(x) end

---Asin, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.asind(x) end

---Acos, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.acosr(x) end

---Acos, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.acosd(x) end

---Atan, radians*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.atanr(x) end

---Atan, degrees*1000.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.atand(x) end

---Polar to x,y (radians).
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param r integer
---@param theta integer (value*1000)
---@return integer
---@return integer
function imath.recr(r, theta) end

---Polar to x,y (degrees).
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param r integer
---@param theta integer (value*1000)
---@return integer
---@return integer
function imath.recd(r, theta) end

---X,y to r,theta (radians).
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer
---@param y integer (value*1000)
---@return integer
---@return integer
function imath.polr(x, y) end

---X,y to r,theta (degrees).
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer
---@param y integer (value*1000)
---@return integer
---@return integer
function imath.pold(x, y) end

---Radians to degrees.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.deg(x) end

---Degrees to radians.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.rad(x) end

---Natural log.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.log(x) end

---Log base 2.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.log2(x) end

---Log base 10.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.log10(x) end

---Power.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer
---@param y integer (value*1000)
---@return integer
function imath.pow(x, y) end

---Square root.
---
---Since CHDK 1.2.0 of 2013-01-05.
---@param x integer (value*1000)
---@return integer
function imath.sqrt(x) end

---Truncate to a multiple of 1000.
---
---Since CHDK 1.2.0 of 2013-03-31.
---@param x integer (value*1000)
---@return integer
function imath.int(x) end

---X - imath.int(x).
---
---Since CHDK 1.2.0 of 2013-03-31.
---@param x integer (value*1000)
---@return integer
function imath.frac(x) end

---Ceiling.
---
---Since CHDK 1.2.0 of 2013-03-31.
---@param x integer (value*1000)
---@return integer
function imath.ceil(x) end

---Floor.
---
---Since CHDK 1.2.0 of 2013-03-31.
---@param x integer (value*1000)
---@return integer
function imath.floor(x) end

---Round.
---
---Since CHDK 1.2.0 of 2013-03-31.
---@param x integer (value*1000)
---@return integer
function imath.round(x) end

---@class fmath
---@operator add(fmath|integer): fmath
---@operator sub(fmath|integer): fmath
---@operator mul(fmath|integer): fmath
---@operator div(fmath|integer): fmath
---@operator mod(fmath|integer): fmath
---@operator pow(fmath|integer): fmath
---@operator unm: fmath
---@field pi fmath double precision constant
---@field pi2 fmath double precision constant
---@field pi_2 fmath double precision constant
fmath = {}

---Create num/den.
---
---Den 0 raises "divide by 0"; also usable as a method x:new().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param num integer
---@param den? integer (default 1)
---@return fmath
function fmath.new(num, den) end

---Decimal text, digits clamped to 0..9.
---
---Also usable as a method x:tostr().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x integer|fmath
---@param digits? integer (default 6)
---@return string
function fmath.tostr(x, digits) end

---Natural log.
---
---Also usable as a method x:log().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.log(x) end

---log2.
---
---Also usable as a method x:log2().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.log2(x) end

---log10.
---
---Also usable as a method x:log10().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.log10(x) end

---Square root.
---
---Also usable as a method x:sqrt().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.sqrt(x) end

---Truncate.
---
---Also usable as a method x:int().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return integer
function fmath.int(x) end

---Ceiling.
---
---Also usable as a method x:ceil().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return integer
function fmath.ceil(x) end

---Floor.
---
---Also usable as a method x:floor().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return integer
function fmath.floor(x) end

---Round half away from zero.
---
---Also usable as a method x:round().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return integer
function fmath.round(x) end

---Radians to degrees.
---
---Also usable as a method x:deg().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.deg(x) end

---Degrees to radians.
---
---Also usable as a method x:rad().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.rad(x) end

---Sine, radians.
---
---Also usable as a method x:sin().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.sin(x) end

---Cosine.
---
---Also usable as a method x:cos().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.cos(x) end

---Tangent.
---
---Also usable as a method x:tan().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.tan(x) end

---Arc sine.
---
---Also usable as a method x:asin().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.asin(x) end

---Arc cosine.
---
---Also usable as a method x:acos().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.acos(x) end

---Arc tangent.
---
---Also usable as a method x:atan().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@return fmath
function fmath.atan(x) end

---Rectangular to polar.
---
---Also usable as a method x:pol().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param x fmath|integer
---@param y fmath|integer
---@return fmath r
---@return fmath theta
function fmath.pol(x, y) end

---Polar to rectangular.
---
---Also usable as a method x:rec().
---
---Since CHDK 1.6.0 of 2021-04-30.
---@param r fmath|integer
---@param theta fmath|integer
---@return fmath x
---@return fmath y
function fmath.rec(r, theta) end
