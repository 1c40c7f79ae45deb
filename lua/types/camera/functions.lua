-- made by moonshutter types: changes here are lost
---@meta _

---The name of a key. A key that the camera does not have does nothing.
---@alias chdk.key
---| "up"
---| "down"
---| "left"
---| "right"
---| "set"
---| "shoot_half"
---| "shoot_full"
---| "shoot_full_only"
---| "zoom_in"
---| "zoom_out"
---| "menu"
---| "display"
---| "print"
---| "erase"
---| "iso"
---| "flash"
---| "mf"
---| "macro"
---| "video"
---| "timer"
---| "expo_corr"
---| "fe"
---| "face"
---| "zoom_assist"
---| "ae_lock"
---| "metering_mode"
---| "playback"
---| "help"
---| "mode"
---| "wifi"
---| "framing_assist"
---| "auto"
---| "remote"
---| "no_key"

-- keys

---Press then release a named key through the action stack.
---
---Waits press delay + release delay (30+30 ms default); unknown name raises "unknown key"; key not on this camera is a silent no-op.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param key chdk.key
function click(key) end

---Hold a named key down (until release/script end), then wait press delay (default 30 ms).
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param key chdk.key
function press(key) end

---Let go of a named key, then wait release delay (default 30 ms).
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param key chdk.key
function release(key) end

-- shooting

---Half press, wait for ready, full press, wait for shot done.
---
---One retry after 250 ms unless retry is 0; then waits conf.script_shoot_delay*100 ms on success. Result is pushed on the main script thread.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param retry? integer (default 1)
---@return integer status
function shoot(retry) end

-- timing

---Always suspends at least one kbd tick, even for 0 or negative.
---
----1 means one day; other negatives act as 0.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param ms integer
function sleep(ms) end

-- keys

---Wait until a key click is recorded or the timeout passes.
---
---0/none/-1 waits one day; no suspend if a fresh click is already recorded or timeout is another negative; after a timeout the recorded key becomes no_key.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---@param timeout_ms? integer (default 0)
function wait_click(timeout_ms) end

---True while the named physical key is down.
---
---Key "remote" reports USB power (result of the number is turned into boolean).
---@param key chdk.key
---@return boolean
function is_pressed(key) end

---True if the last recorded click equals the named key ("no_key" after a wait_click timeout).
---@param key chdk.key
---@return boolean
function is_key(key) end

---Change the key that interrupts the script (default shoot_full).
---
---Reset at script end.
---
---Since CHDK 1.3.0 of 2013-09-15.
---@param key chdk.key
function set_exit_key(key) end

---One clockwise jog dial step.
---
---no-op on cameras without a jog dial.
function wheel_right() end

---One counter-clockwise jog dial step.
---
---no-op on cameras without a jog dial.
function wheel_left() end

-- console

---Clear the script console.
function cls() end

---Set console rectangle in character cells (x 0..44).
---
---Coordinates are swapped/clamped as required.
---
---Since CHDK 0.9.9 of 2010-06-04.
---@param x1 integer
---@param y1 integer
---@param x2 integer
---@param y2 integer
function set_console_layout(x1, y1, x2, y2) end

---1 redraw on print, 0 manual, -1 drop printed lines from the screen.
---
---Forced back to 1 on error and at script end.
---
---Since CHDK 0.9.9 of 2010-06-04.
---@param mode integer
function set_console_autoredraw(mode) end

---Force a console redraw.
---
---non-zero skips the full screen restore (argument exists since 1.6/1.7 line).
---
---Since CHDK 0.9.9 of 2010-06-04.
---@param skip_restore? integer (default 0)
function console_redraw(skip_restore) end

---non-zero.
---
---Also append printed lines to A/CHDK/LOGS/LOG_nnnn.TXT (positive truncates, negative appends, number modulo 10000); 0/false: stop and close.
---@param mode boolean|integer
function print_screen(mode) end

---True once after CHDK redrew the screen under a running script.
---
---Reading clears the flag.
---
---Since CHDK 1.7.0 of 2022-10-14.
---@return boolean
function screen_needs_refresh() end

-- exposure

---Current Av propcase value (APEX*96).
---@return integer
function get_av96() end

---Current Bv propcase value (APEX*96).
---@return integer
function get_bv96() end

---Current real Sv (APEX*96).
---@return integer
function get_sv96() end

---Current Tv propcase value (APEX*96).
---@return integer
function get_tv96() end

---CHDK index of the Av chosen by the user (Av/M modes).
---@return integer
function get_user_av_id() end

---Av chosen by the user, APEX*96.
---@return integer
function get_user_av96() end

---CHDK index of the Tv chosen by the user.
---@return integer
function get_user_tv_id() end

---Tv chosen by the user, APEX*96.
---@return integer
function get_user_tv96() end

---Current ISO as marketed.
---@return integer
function get_iso_market() end

---Current ISO, sensor value.
---@return integer
function get_iso_real() end

---CHDK ISO mode index.
---@return integer
function get_iso_mode() end

---Exposure compensation, APEX*96.
---@return integer
function get_ev() end

---Actual iris Av now (not the half-press propcase).
---
---Since CHDK 1.5.0 of 2018-10-07.
---@return integer
function get_current_av96() end

---live-view Sv offset from base, APEX*96.
---
---Since CHDK 1.6.0 of 2021-03-20.
---@return integer
function get_current_delta_sv96() end

---live-view base Sv, APEX*96.
---
---Since CHDK 1.6.0 of 2021-03-20.
---@return integer
function get_current_base_sv96() end

---Strength of the ND filter in APEX*96, 0 if none.
---
---Since CHDK 1.5.0 of 2018-09-09.
---@return integer
function get_nd_value_ev96() end

---ND value now in the light path, 0 if out or none.
---
---Since CHDK 1.5.0 of 2018-09-09.
---@return integer
function get_nd_current_ev96() end

---Actual live-view Tv.
---
---Nil when the sensor is not running.
---
---Since CHDK 1.5.0 of 2018-12-10.
---@return integer|nil
function get_current_tv96() end

---Smallest usable Av96 (widest).
---
---Nil in playback or without iris (CAM_HAS_IRIS_DIAPHRAGM).
---
---Since CHDK 1.5.0 of 2018-02-20.
---@return integer|nil
function get_min_av96() end

---Largest usable Av96.
---
---Nil in playback or without iris.
---
---Since CHDK 1.5.0 of 2018-02-20.
---@return integer|nil
function get_max_av96() end

---Which ND filter there is.
---
---0 no ND filter, 1 ND only, 2 ND and iris.
---@return integer
function get_nd_present() end

---Override Av rounded to a supported step.
---
---Applied now while shooting is in progress (half press), else queued for the next shot.
---@param av96 integer
function set_av96(av96) end

---Override Av with the exact value.
---
---now/queued as set_av96.
---@param av96 integer
function set_av96_direct(av96) end

---Override Tv rounded to a step.
---
---now/queued.
---@param tv96 integer
function set_tv96(tv96) end

---Override Tv with the exact value.
---
---now/queued.
---@param tv96 integer
function set_tv96_direct(tv96) end

---Override Sv.
---
---now/queued; may busy-wait for flash/focus when applied now.
---@param sv96 integer
function set_sv96(sv96) end

---Override ISO (sensor value), clamped to camera limits.
---
---now/queued.
---@param iso integer
function set_iso_real(iso) end

---Set Canon ISO mode.
---
---<50 is a CHDK index, otherwise nearest ISO value.
---@param mode integer
function set_iso_mode(mode) end

---Set Canon Av by CHDK index.
---@param id integer
function set_user_av_by_id(id) end

---Step Canon Av by index.
---@param delta integer
function set_user_av_by_id_rel(delta) end

---Set Canon Av.
---@param av96 integer
function set_user_av96(av96) end

---Set Canon Tv by CHDK index.
---@param id integer
function set_user_tv_by_id(id) end

---Step Canon Tv by index.
---@param delta integer
function set_user_tv_by_id_rel(delta) end

---Set Canon Tv.
---@param tv96 integer
function set_user_tv96(tv96) end

---Set exposure compensation (both propcases).
---@param ev96 integer
function set_ev(ev96) end

---Move the ND filter.
---
---1 in, 2 out, 0 none; only with CAM_HAS_ND_FILTER; now/queued.
---@param state integer
function set_nd_filter(state) end

-- apex

---ISO to Sv96.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param iso integer
---@return integer
function iso_to_sv96(iso) end

---Sv96 to ISO.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param sv96 integer
---@return integer
function sv96_to_iso(sv96) end

---Sensor ISO to marketed ISO.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param iso integer
---@return integer
function iso_real_to_market(iso) end

---Marketed ISO to sensor ISO.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param iso integer
---@return integer
function iso_market_to_real(iso) end

---Real Sv96 to market Sv96.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param sv96 integer
---@return integer
function sv96_real_to_market(sv96) end

---Market Sv96 to real Sv96.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param sv96 integer
---@return integer
function sv96_market_to_real(sv96) end

---f-number*1000 to Av96.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param f1000 integer
---@return integer
function aperture_to_av96(f1000) end

---Av96 to f-number*1000.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param av96 integer
---@return integer
function av96_to_aperture(av96) end

---Exposure time in microseconds to Tv96.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param usec integer
---@return integer
function usec_to_tv96(usec) end

---Tv96 to microseconds (rounded).
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param tv96 integer
---@return integer
function tv96_to_usec(tv96) end

---Fraction of seconds to Tv96.
---
---Both arguments required; den 0 is a float division by zero.
---
---Since CHDK 1.3.0 of 2013-08-31.
---@param num integer
---@param den integer
---@return integer
function seconds_to_tv96(num, den) end

-- focus

---Current subject distance in mm.
---@return integer
function get_focus() end

---Set subject distance.
---
---False if sd override is unavailable in the present mode; now in AF lock/MF/video, otherwise queued.
---@param dist_mm integer
---@return boolean
function set_focus(dist_mm) end

---Development aid.
---
---Skip the checks of whether sd override is possible.
---
---Since CHDK 1.3.0 of 2014-01-05.
---@param state boolean|integer
function set_focus_interlock_bypass(state) end

---Bitmask where sd override works.
---
---1 AF, 2 AF lock, 4 MF (camera options CAM_SD_OVER_IN_*).
---
---Since CHDK 1.3.0 of 2014-04-25.
---@return integer
function get_sd_over_modes() end

---enable/disable AF lock.
---
---Since CHDK 0.9.3 of 2009-01-18.
---@param state boolean|integer
function set_aflock(state) end

-- exposure

---enable/disable AE lock.
---
---Since CHDK 1.3.0 of 2013-11-28.
---@param state boolean|integer
function set_aelock(state) end

-- focus

---enter/leave manual focus.
---
---Pushes the number returned by the core function (1.3-compat wrapper turns a truthy result into 1).
---
---Since CHDK 1.3.0 of 2014-03-08.
---@param state boolean|integer
---@return integer
function set_mf(state) end

---Focus mode.
---
---0 auto, 1 manual, 3 infinity, 4 macro, 5 super macro (from propcases).
---@return integer
function get_focus_mode() end

---Whether the focus was found.
---
--->0 focused, 0 not focused, -1 manual focus.
---
---Since CHDK 1.1.0 of 2012-02-18.
---@return integer
function get_focus_state() end

---True when focused and shooting in progress (integer before 1.4 / in 1.3 compat).
---
---Since CHDK 1.1.0 of 2012-02-18.
---@return boolean
function get_focus_ok() end

---Depth of field.
---
---Fields hyp_valid, focus_valid (boolean), aperture, coc, focal_length, eff_focal_length, focus, near, far, hyp_dist, dof, min_stack_dist (int).
---
---Since CHDK 1.1.0 of 2012-03-10.
---@return table
function get_dofinfo() end

-- lens

---Zoom step.
---@return integer
function get_zoom() end

---Number of zoom steps.
---@return integer
function get_zoom_steps() end

---Move to zoom step.
---
---Nothing in playback; no-op on interchangeable-lens models (CAM_ILC).
---@param step integer
function set_zoom(step) end

---Move by steps.
---
---Same limits as set_zoom.
---@param delta integer
function set_zoom_rel(delta) end

---Zoom speed where supported.
---@param percent integer
function set_zoom_speed(percent) end

---Focal length mm*1000 for a step.
---
---Out of range is clamped.
---
---Since CHDK 1.7.0 of 2023-03-17.
---@param zoom_step? integer (default current)
---@return integer
function get_focal_length(zoom_step) end

---35 mm equivalent focal length mm*1000.
---
---Out of range is clamped.
---
---Since CHDK 1.7.0 of 2023-03-17.
---@param zoom_step? integer (default current)
---@return integer
function get_eff_focal_length(zoom_step) end

-- mode

---Which mode the camera is in.
---
---Third value is the CHDK mode word (low byte is the modelist number).
---
---Since CHDK 0.6.6 of 2008-10-28.
---@return boolean is_rec
---@return boolean is_video
---@return integer mode
function get_mode() end

---Start switching to record (1/true) or play (0/false).
---
---Returns at once, script must poll get_mode; uses the USB switch path when USB is connected.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param state boolean|integer
function set_record(state) end

---Mode switch for use only with USB connected.
---
---Since CHDK 0.9.9 of 2010-10-17.
---@param state boolean|integer
function switch_mode_usb(state) end

---Set CHDK modemap capture mode.
---
---True if it is in the modemap and the camera is in rec mode.
---
---Since CHDK 0.9.8 of 2009-11-12.
---@param mode integer
---@return boolean
function set_capture_mode(mode) end

---Set raw PROPCASE_SHOOTING_MODE value (negatives masked to 16 bit).
---
---True if in rec mode.
---
---Since CHDK 0.9.9 of 2009-12-02.
---@param value integer
---@return boolean
function set_capture_mode_canon(value) end

---Is the CHDK mode number in this camera modemap.
---
---Since CHDK 0.9.9 of 2009-12-02.
---@param mode integer
---@return boolean
function is_capture_mode_valid(mode) end

---Drive mode.
---
---0 single, 1 continuous, 2/3 timers.
---@return integer
function get_drive_mode() end

---Canon flash mode.
---
---0 auto, 1 on, 2 off.
---@return integer
function get_flash_mode() end

---flash-ready propcase, as boolean.
---@return boolean
function get_flash_ready() end

---Image stabiliser mode propcase.
---@return integer
function get_IS_mode() end

---Orientation in degrees propcase.
---@return integer
function get_orientation_sensor() end

-- shooting

---True from completed half press until the shot finishes (PROPCASE_SHOOTING).
---@return boolean
function get_shooting() end

-- mode

---True while the sensor/live view runs.
---
---Since CHDK 1.5.0 of 2018-12-10.
---@return boolean
function get_imager_active() end

-- video

---Platform movie status.
---@return integer
function get_movie_status() end

---Control the recording of a movie.
---
---1 pause, 2 resume, 3 stop, where the platform supports it.
---@param cmd integer
function set_movie_status(cmd) end

---Camera has a dedicated video key (CAM_HAS_VIDEO_BUTTON).
---
---Integer before 1.4.
---
---Since CHDK 1.1.0 of 2012-04-25.
---@return boolean
function get_video_button() end

---True while recording video.
---
---Unreliable on some models.
---
---Since CHDK 1.3.0 of 2014-12-01.
---@return boolean
function get_video_recording() end

-- mode

---Format of pictures.
---
---Bits 1 jpeg, 2 canon raw.
---
---Since CHDK 1.5.0 of 2020-08-12.
---@return integer
function get_canon_image_format() end

---Set the format of pictures (bits 1 jpeg, 2 canon raw).
---
---False if unsupported; setting is lost when mode changes; raw needs CAM_HAS_CANON_RAW.
---
---Since CHDK 1.5.0 of 2020-08-12.
---@param fmt integer 1..3
---@return boolean
function set_canon_image_format(fmt) end

---Camera can save Canon raw.
---
---Camera option CAM_HAS_CANON_RAW.
---
---Since CHDK 1.5.0 of 2020-08-12.
---@return boolean
function get_canon_raw_support() end

-- propcase

---16-bit property case value sign extended.
---@param id integer
---@return integer
function get_prop(id) end

---Write 16-bit property case.
---@param id integer
---@param value integer
function set_prop(id, value) end

---Raw bytes of a property case.
---
---False if the firmware call fails.
---
---Since CHDK 0.9.9 of 2011-08-29.
---@param id integer
---@param length integer
---@return string|false
function get_prop_str(id, length) end

---Write raw bytes.
---
---Empty string raises "invalid value".
---
---Since CHDK 0.9.9 of 2011-08-29.
---@param id integer
---@param value string
---@return boolean
function set_prop_str(id, value) end

---Property set number 1..13.
---@return integer
function get_propset() end

---Number of firmware flash parameters.
---
---Since CHDK 0.8.7 of 2008-11-30.
---@return integer
function get_flash_params_count() end

---Flash parameter bytes.
---
---Sizes 1..4 also give the number; nothing for an invalid/empty id.
---
---Since CHDK 0.8.7 of 2008-11-30.
---@param id integer
---@return string
function get_parameter_data(id) end

-- storage

---Canon image number counter.
---@return integer
function get_exp_count() end

---Folder of the next image.
---
---Since CHDK 1.2.0 of 2012-10-22.
---@return string
function get_image_dir() end

---Estimate of JPEGs that still fit.
---@return integer
function get_jpg_count() end

---Estimate of CHDK raws that still fit.
---@return integer
function get_raw_count() end

---Card size in KiB.
---@return integer
function get_disk_size() end

---Free space in KiB.
---@return integer
function get_free_disk_space() end

---Partitions of the card.
---
---Only when CAM_MULTIPART; otherwise returns no value.
---
---Since CHDK 1.1.0 of 2012-02-24.
---@return table|nil
function get_partitionInfo() end

---Make another partition active.
---
---Only when CAM_MULTIPART.
---
---Since CHDK 1.1.0 of 2012-02-24.
---@param partition? integer (default next)
---@return boolean|nil
function swap_partitions(partition) end

---Set DOS attribute bits.
---
---Returns firmware result.
---
---Since CHDK 1.1.0 of 2012-02-18.
---@param path string
---@param attr integer
---@return integer
function set_file_attributes(path, attr) end

-- timing

---Milliseconds since boot.
---@return integer
function get_tick_count() end

---Seconds since midnight.
---@return integer
function get_day_seconds() end

---Part of the date or time.
---
---First letter selects s m h D M Y; anything else gives -1.
---@param what string
---@return integer
function get_time(what) end

---Set camera clock.
---
---No validation.
---
---Since CHDK 1.5.0 of 2020-08-16.
---@param year integer
---@param month integer
---@param day integer
---@param hour integer
---@param minute integer
---@param second integer
function set_clock(year, month, day, hour, minute, second) end

-- system

---Battery millivolts.
---@return integer
function get_vbatt() end

---Temperature in degrees C.
---
---Degrees C; -100 for another selector.
---@param which integer 0 optics 1 ccd 2 battery
---@return integer
function get_temperature(which) end

---Play firmware sound.
---@param n integer
function play_sound(n) end

---Drive an LED (numbers are model specific).
---@param led integer
---@param state integer
---@param brightness? integer (default 200)
function set_led(led, state, brightness) end

-- display

---LCD backlight on/off.
---
---Canon firmware may turn it back on.
---
---Since CHDK 0.9.2 of 2009-01-15.
---@param state boolean|integer
function set_backlight(state) end

---LCD power on/off.
---
---Since CHDK 1.3.0 of 2013-10-25.
---@param state boolean|integer
function set_lcd_display(state) end

---Show or hide the title line.
---
---0 hide ALT/script name, 1 show, 2 hide only script name (mode 2 since 1.7).
---
---Since CHDK 1.3.0 of 2013-10-16.
---@param mode boolean|integer
function set_draw_title_line(mode) end

---Is the ALT/title line shown.
---
---Since CHDK 1.3.0 of 2013-10-16.
---@return boolean
function get_draw_title_line() end

-- system

---Switch the camera off.
---
---0 soft (about a second later), 1 immediate power off.
---@param mode? integer (default 0)
function shut_down(mode) end

---Which CHDK and which camera this is.
---
---Fields platform, platsub, version, build_number, build_revision, build_date, build_time, os (string), platformid, digic (int; digic since 1.5 dev 2020-03).
---
---Since CHDK 0.5.3 of 2008-09-19.
---@return table
function get_buildinfo() end

---Memory in use and free.
---
---Heaps combined, system, aram, exmem; fields name, chdk_malloc, chdk_start, chdk_size and, if known, start_address, end_address, total_size, allocated_size, allocated_peak, allocated_count, free_size, free_block_max_size, free_block_count.
---
---Since CHDK 0.9.9 of 2011-05-08.
---@param heap? string (default "combined")
---@return table|false
function get_meminfo(heap) end

-- script

---Script was started by autostart.
---@return boolean
function autostarted() end

---Autostart mode.
---
---0 off, 1 on, 2 once, 3 on entering ALT.
---@return integer
function get_autostart() end

---Set the autostart mode (0 off, 1 on, 2 once, 3 on entering ALT).
---
---Other values ignored; configuration is saved either way.
---@param mode integer 0..3
function set_autostart(mode) end

---Set the limits of the forced-yield hook.
---
---Limits of the forced-yield hook: count is in units of 100 VM instructions; -1 means never (compared as unsigned), missing argument restores the default.
---
---Since CHDK 0.9.9 of 2011-11-27.
---@param max_count? integer (default 25)
---@param max_ms? integer (default 10)
---@return integer old_count
---@return integer old_ms
function set_yield(max_count, max_ms) end

-- gui

---Enter ALT (script GUI).
---
---In a PTP script also the state restored at the end.
---
---Since CHDK 1.1.0 of 2012-02-18.
function enter_alt() end

---Leave ALT.
---
---In a PTP script also the state restored at the end.
function exit_alt() end

---True when the GUI mode is not "none".
---
---Since CHDK 1.3.0 of 2014-10-11.
---@return boolean
function get_alt_mode() end

-- usb-remote

---Power on USB, for remote control.
---
---0 last pulse length (cleared), 1 level now, 2 next buffered pulse, 3 pulse count (cleared), 4 logic module count, 5 high speed timer errors.
---@param mode? integer (default 0)
---@return integer
function get_usb_power(mode) end

---Start (>0) or stop the high resolution USB timer.
---
---Only with CAM_REMOTE_USB_HIGHSPEED.
---
---Since CHDK 1.3.0 of 2014-12-08.
---@param interval boolean|integer
---@return boolean
function set_remote_timing(interval) end

---Make the firmware believe USB is powered.
---
---True if CAM_ALLOWS_USB_PORT_FORCING.
---
---Since CHDK 1.3.0 of 2014-08-18.
---@param state boolean|integer
---@return boolean
function usb_force_active(state) end

---Hold the next shot until a USB 5V to 0V edge.
---
---Since CHDK 1.4.0 of 2015-02-15.
---@param state boolean|integer
function usb_sync_wait(state) end

---Override AV cable detection.
---
---True only if the port defines ANALOG_AV_FLAG.
---
---Since CHDK 1.5.0 of 2020-04-24.
---@param state integer 0..2
---@return boolean
function force_analog_av(state) end

-- raw

---CHDK raw saving on/off.
---@param state boolean|integer
function set_raw(state) end

---CHDK raw saving state (integer before 1.4 / in 1.3 compat).
---@return boolean
function get_raw() end

---Dark frame subtraction mode.
---@param mode integer 0 auto 1 off 2 on
function set_raw_nr(mode) end

---Dark frame subtraction mode.
---@return integer
function get_raw_nr() end

---Raw data valid in the present mode and not in playback.
---
---Since CHDK 1.4.0 of 2015-08-08.
---@return boolean
function get_raw_support() end

---Develop this raw on the next shot.
---
---Nil cancels.
---
---Since CHDK 0.8.4 of 2008-11-27.
---@param file? string
function set_raw_develop(file) end

---Begin to merge raw files.
---
---Other op raises "invalid raw merge op"; runs in the kbd task.
---
---Since CHDK 0.8.4 of 2008-11-27.
---@param op integer 0 sum 1 average
---@return boolean
function raw_merge_start(op) end

---Add a raw file to the merge.
---
---Blocking.
---
---Since CHDK 0.8.4 of 2008-11-27.
---@param file string
---@return boolean
function raw_merge_add_file(file) end

---Finish the merge.
---
---Blocking.
---
---Since CHDK 0.8.4 of 2008-11-27.
function raw_merge_end() end

---Tone curve mode (OPT_CURVES builds).
---
---Since CHDK 0.9.6 of 2009-02-14.
---@param mode integer
function set_curve_state(mode) end

---Tone curve mode.
---
---Since CHDK 1.1.0 of 2012-02-18.
---@return integer
function get_curve_state() end

---Tone curve file.
---
---Since CHDK 1.1.0 of 2012-02-18.
---@param file string
function set_curve_file(file) end

---Tone curve file.
---
---Since CHDK 1.1.0 of 2012-02-18.
---@return string
function get_curve_file() end

-- histogram

---Build a histogram from raw at each shot.
---
---Switched off at script end.
---@param state boolean|integer
function shot_histo_enable(state) end

---Percent of shot histogram pixels in range.
---
----1 if the shot histogram is not enabled.
---@param from integer
---@param to integer
---@return integer
function get_histo_range(from, to) end

---Dump shot histogram to a file.
---
---Since CHDK 1.4.0 of 2014-12-19.
function shot_histo_write_to_file() end

---Histogram of the viewport Y values.
---
---Zero based table.
---
---Since CHDK 1.2.0 of 2012-08-07.
---@return table
---@return integer total
function get_live_histo() end

-- motion

---Wait for motion.
---
---Result is pushed on the main script thread; raises "md_init_motion_detector failed" if setup fails.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param cols? any (default 6)
---@param rows? any (default 4)
---@param measure? any (default 1)
---@param timeout_ms? any (default 10000)
---@param interval_ms? any (default 7)
---@param threshold? any (default 10)
---@param draw_grid? any (default 1)
---@param unused? any
---@param clip_mode? any (default 0)
---@param c1? any (default 0)
---@param r1? any (default 0)
---@param c2? any (default 0)
---@param r2? any (default 0)
---@param params? any (default 1)
---@param pixel_step? any (default 6)
---@param trigger_delay? any (default 0)
---@return integer cells
function md_detect_motion(cols, rows, measure, timeout_ms, interval_ms, threshold, draw_grid, unused, clip_mode, c1, r1, c2, r2, params, pixel_step, trigger_delay) end

---Difference of a cell in the last comparison (0 outside the grid).
---@param col integer
---@param row integer
---@return integer
function md_get_cell_diff(col, row) end

---Value of a cell (0 outside the grid).
---
---Since CHDK 1.2.0 of 2013-02-18.
---@param col integer
---@param row integer
---@return integer
function md_get_cell_val(col, row) end

---Motion detection tuning with the AF LED.
---
---Since CHDK 1.2.0 of 2013-02-16.
---@param delay_ms integer
---@param on_ms integer
function md_af_led_control(delay_ms, on_ms) end

-- native

---Read 1, 2 or 4 bytes.
---
---Nil for misaligned address or other size; reads any address, may crash.
---@param addr integer
---@param size? integer (default 4)
---@return integer|nil
function peek(addr, size) end

---Write 1, 2 or 4 bytes.
---@param addr integer
---@param value integer
---@param size? integer (default 4)
---@return true|nil
function poke(addr, value, size) end

-- bits

---32-bit and.
---@param a integer
---@param b integer
---@return integer
function bitand(a, b) end

---32-bit or.
---@param a integer
---@param b integer
---@return integer
function bitor(a, b) end

---32-bit xor.
---@param a integer
---@param b integer
---@return integer
function bitxor(a, b) end

---32-bit shift left.
---
---Shift counts of 32 or more are whatever the CPU does.
---@param v integer
---@param n integer
---@return integer
function bitshl(v, n) end

---32-bit arithmetic shift right.
---
---Shift counts of 32 or more are whatever the CPU does.
---@param v integer
---@param n integer
---@return integer
function bitshri(v, n) end

---32-bit logical shift right.
---
---Shift counts of 32 or more are whatever the CPU does.
---@param v integer
---@param n integer
---@return integer
function bitshru(v, n) end

---32-bit complement.
---@param v integer
---@return integer
function bitnot(v) end

-- native

---Call machine code.
---
---"native calls disabled" unless conf.script_allow_lua_native_calls (or OPT_FORCE_LUA_CALL_NATIVE build).
---
---Since CHDK 0.9.9 of 2009-12-23.
---@param ptr integer
---@param ... integer|string
---@return integer
function call_func_ptr(ptr, ...) end

---Call a firmware event procedure.
---
----1 if not found; same permission as call_func_ptr.
---
---Since CHDK 0.9.9 of 2009-12-23.
---@param name string
---@param ... integer|string
---@return integer
function call_event_proc(name, ...) end

---Restart firmware or run a binary.
---
---Only returns (false) on failure.
---
---Since CHDK 0.9.9 of 2010-09-19.
---@param file? string
---@return false
function reboot(file) end

-- levent

---Look up a logical event.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param event integer|string
---@return string|nil name
---@return integer|nil id
---@return integer|nil param
function get_levent_def(event) end

---Look up by table index.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param index integer
---@return any name
---@return any id
---@return any param
function get_levent_def_by_index(index) end

---Table index of an event.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param event integer|string
---@return integer|nil
function get_levent_index(event) end

---Post a logical event to the UI.
---
---Unknown name raises.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param event integer|string
---@param arg? integer (default 0)
function post_levent_to_ui(event, arg) end

---Post a logical event (not power type).
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param event integer|string
---@param arg? integer (default 0)
function post_levent_for_npt(event, arg) end

---enable/disable delivery of an event.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param event integer|string
---@param state boolean|integer
function set_levent_active(event, state) end

---Firmware SetScriptMode.
---
---Since CHDK 0.9.8 of 2009-11-04.
---@param state boolean|integer
function set_levent_script_mode(state) end

-- config

---Read a CHDK configuration item.
---
---Defaults (or nil) when the id is unknown; ids in gen/cnf_*.lua; pre-1.3 ids are mapped.
---
---Since CHDK 0.9.9 of 2011-10-01.
---@param id integer
---@param ... any
---@return any x
---@return any y
function get_config_value(id, ...) end

---Write an item (number, string, table or x,y).
---
---Id 999 (native calls) is refused; saves the config unless autosave is off.
---
---Since CHDK 0.9.9 of 2011-10-01.
---@param id integer
---@param ... any
---@return boolean
function set_config_value(id, ...) end

---Save after every set_config_value.
---
---Turned back on at script end.
---
---Since CHDK 1.3.0 of 2013-08-16.
---@param state boolean|integer
function set_config_autosave(state) end

---Write a configuration group (integer in 1.3 compat).
---
---Since CHDK 1.3.0 of 2013-08-16.
---@param base_id integer
---@param file? string
---@return boolean
function save_config_file(base_id, file) end

---Read a configuration group (integer in 1.3 compat).
---
---Since CHDK 1.3.0 of 2013-08-16.
---@param base_id integer
---@param file? string
---@return boolean
function load_config_file(base_id, file) end

-- gui

---Open the file selector.
---
---Script state is flagged inactive while it is open; result is pushed on the main script thread.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---
---Since CHDK 0.9.9 of 2011-10-09.
---@param dir? string (default "A")
---@return string|nil path
function file_browser(dir) end

---Open the text entry box.
---
---Nil on cancel or empty text; result is pushed on the main script thread.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---
---Since CHDK 1.1.0 of 2012-01-28.
---@param title? string
---@param prompt? string
---@param default? string
---@param maxlen? integer (default 30)
---@return string|nil
function textbox(title, prompt, default, maxlen) end

-- draw

---Draw a pixel on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x integer
---@param y integer
---@param color integer
function draw_pixel(x, y, color) end

---Draw a line on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x1 integer
---@param y1 integer
---@param x2 integer
---@param y2 integer
---@param color integer
function draw_line(x1, y1, x2, y2, color) end

---Draw a rectangle on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors; border width is masked to 0..7.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x1 integer
---@param y1 integer
---@param x2 integer
---@param y2 integer
---@param color integer
---@param border? integer (default 1)
function draw_rect(x1, y1, x2, y2, color, border) end

---Draw a filled rectangle on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors; border width is masked to 0..7.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x1 integer
---@param y1 integer
---@param x2 integer
---@param y2 integer
---@param edge_color integer
---@param fill_color integer
---@param border? integer (default 1)
function draw_rect_filled(x1, y1, x2, y2, edge_color, fill_color, border) end

---Draw an ellipse on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x integer
---@param y integer
---@param a integer
---@param b integer
---@param color integer
function draw_ellipse(x, y, a, b, color) end

---Draw a filled ellipse on the overlay.
---
---Colors <256 are raw palette values, 256+n are CHDK named colors.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x integer
---@param y integer
---@param a integer
---@param b integer
---@param color integer
function draw_ellipse_filled(x, y, a, b, color) end

---Draw text on the overlay.
---
---Since CHDK 0.9.9 of 2011-12-12.
---@param x integer
---@param y integer
---@param text string
---@param fg integer
---@param bg integer
---@param xscale? integer (default 1)
---@param yscale? integer (default xscale)
function draw_string(x, y, text, fg, bg, xscale, yscale) end

---Restore the overlay.
---
---Since CHDK 0.9.9 of 2011-12-12.
function draw_clear() end

---Width of the drawing coordinate space.
---
---Since CHDK 1.3.0 of 2013-12-29.
---@return integer
function get_gui_screen_width() end

---Height of the drawing coordinate space.
---
---Since CHDK 1.3.0 of 2013-12-29.
---@return integer
function get_gui_screen_height() end

-- ptp

---Next host message or nil.
---
---Suspends only when timeout is positive or -1 (one day), and then always for at least one tick; messages addressed to another script id are dropped.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---
---Since CHDK 0.9.9 of 2011-03-23.
---@param timeout_ms? integer (default 0)
---@return string|nil
function read_usb_msg(timeout_ms) end

---Queue a USER message.
---
---With a positive or -1 timeout it always suspends; no argument raises "missing argument"; function/userdata/thread raise "unsupported type"; false when the queue is full.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---
---Since CHDK 0.9.9 of 2011-03-23.
---@param value nil|boolean|integer|string|table
---@param timeout_ms? integer (default 0)
---@return boolean
function write_usb_msg(value, timeout_ms) end

-- remotecap

---Bitmask of supported types.
---
---1 jpg (CAM_HAS_FILEWRITETASK_HOOK), 2 raw, 4 dng header, 8 canon raw (also CAM_HAS_CANON_RAW).
---
---Since CHDK 1.2.0 of 2013-07-05.
---@return integer
function get_usb_capture_support() end

---Choose remote capture types.
---
---0 clears; fails (and clears) in playback, for unsupported types or invalid line range.
---
---Since CHDK 1.2.0 of 2013-07-05.
---@param types integer
---@param start_line? integer (default 0)
---@param lines? integer (default 0)
---@return boolean
function init_usb_capture(types, start_line, lines) end

---Types chosen, 0 after a clear, timeout or cancel.
---
---Since CHDK 1.3.0 of 2014-03-16.
---@return integer
function get_usb_capture_target() end

---How long a capture waits for the host per data type.
---
---<=0 restores 30 s; granularity 10 ms.
---
---Since CHDK 1.2.0 of 2013-07-05.
---@param ms? integer (default 0)
function set_usb_capture_timeout(ms) end

-- ptp

---Global Lua function called to turn a table into message text.
---
---Scripts may replace it; must not yield (run under pcall).
---
---Since CHDK 0.9.9 of 2011-03-23.
---@param t table
---@return string
function usb_msg_table_to_string(t) end
