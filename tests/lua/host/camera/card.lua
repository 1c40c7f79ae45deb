-- The card as the commands see it: patterns, filters, removing; and chdkptp's methods for many files.
local con = chdk.simulate({ time = "virtual" })

-- 2020-11-20 12:00:00 and hours after it
local noon = 1605873600
con:execwait([[
  for _, folder in ipairs{ "A/DCIM/100CANON", "A/DCIM/101CANON", "A/DATA", "A/DATA/DEEP" } do assert(os.mkdir(folder)) end
  local function put(path, size, hours)
    local file = assert(io.open(path, "wb"))
    file:write(string.rep("x", size))
    file:close()
    local time = 1605873600 + hours * 3600
    assert(os.utime(path, time, time))
  end
  for i = 1, 9 do put("A/DCIM/100CANON/IMG_000" .. i .. ".JPG", i * 100, i) end
  put("A/DCIM/100CANON/IMG_0009.CR2", 5000, 9)
  put("A/DCIM/101CANON/MVI_0010.MP4", 9000, 24)
  put("A/DATA/DEEP/x's.txt", 3, 0)
]])

local function names(list)
  local t = {}
  for i, entry in ipairs(list) do t[i] = entry.name end
  return table.concat(t, " ")
end
local function fails(words, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok and e.msg:find(words, 1, true), tostring(e))
  return e
end

-- find
local all = con:find("A/DCIM/*/*.JPG")
assert(#all == 9)
local one = con:find(":dcim/100canon/img_0003.jpg")[1]
assert(one.path == "A/dcim/100canon/img_0003.jpg" and one.size == 300 and one.mtime == noon + 3 * 3600)
assert(one.shot == 3 and one.folder == 100 and one.is_file and not one.is_dir and one.depth == 0)
assert(names(con:find("A/DCIM", { recursive = true, last = 2 })) == "DCIM 100CANON 101CANON IMG_0009.CR2 IMG_0009.JPG MVI_0010.MP4")
assert(names(con:find("A/DCIM/**/*.*", { shots = "2-3" })) == "IMG_0002.JPG IMG_0003.JPG")
assert(names(con:find("A/DCIM/**/*.*", { shots = 7, folders = "100" })) == "IMG_0007.JPG")
assert(names(con:find("A/DCIM/*/*", { newer = "2020-11-20 20:00", older = noon + 9 * 3600, name = "*.jpg" })) == "IMG_0008.JPG IMG_0009.JPG")
assert(names(con:find({ "A/DCIM/*/*" }, { min_size = "4k", sort = "size" })) == "MVI_0010.MP4 IMG_0009.CR2")
assert(names(con:find("A/DCIM/*/*", { max_size = 200, sort = "date" })) == "IMG_0002.JPG IMG_0001.JPG")
assert(names(con:find("A/DCIM/*/*", { exclude = { "*.JPG", "*.cr2" }, reverse = true })) == "MVI_0010.MP4")
assert(#con:find("A/DCIM/*/*", { newer = "1h" }) == 0)
assert(fails("no file or folder A/NO on the card", con.find, con, "A/NO").etype == "not_found")
fails("nothing on the card fits A/NO*", con.find, con, "A/NO*")
fails("find: 'DCIM' is no path on the card", con.find, con, "DCIM")
fails("leads out of the card", con.find, con, { "A/", "A/.." })
fails("no option 'recusive'; did you mean 'recursive'?", con.find, con, "A/", { recusive = true })
fails("option 'newer': no time", con.find, con, "A/", { newer = "soon" })
fails("option 'shots': no numbers", con.find, con, "A/", { shots = "x" })
fails("option 'sort': it is 'name'", con.find, con, "A/", { sort = "length" })
fails("argument 1 (patterns) must be a string", con.find, con, 7)

-- reading, and room
assert(con:readfile("A/DATA/DEEP/x's.txt") == "xxx")
assert(fails("no file", con.readfile, con, "A/NO").etype == "not_found")
fails("is a folder", con.readfile, con, "A/DATA")
local df = con:df()
assert(df.total > df.free and df.used == df.total - df.free and df.jpegs > 0 and df.raws > 0)

-- rm
local would = con:rm("A/DATA", { recursive = true, dry_run = true })
assert(names(would) == "x's.txt DEEP DATA" and #con:listdir("A/DATA") == 1)
fails("A/DATA is a folder; recursive = true", con.rm, con, "A/DATA")
fails("A/ is the whole card; whole_card = true empties it", con.rm, con, "A/", { recursive = true })
local removed = con:rm("A/DATA", { recursive = true })
assert(#removed == 3 and removed[3].path == "A/DATA" and removed[3].removed and not removed[3].reason)
assert(not con:stat("A/DATA"))

-- imglist
local function full(list)
  local t = {}
  for i, file in ipairs(list) do t[i] = file.name end
  return table.concat(t, " ")
end
local images = con:imglist()
assert(#images == 11)
assert(images[1].full == "A/DCIM/100CANON/IMG_0001.JPG" and images[1].st.size == 100 and images[1].st.is_file)
assert(table.concat(images[1].path, "|") == "A/|DCIM|100CANON|IMG_0001.JPG")
assert(full(con:imglist({ imgnum_min = 8 })) == "IMG_0008.JPG IMG_0009.CR2 IMG_0009.JPG MVI_0010.MP4")
assert(full(con:imglist({ imgnum_min = 8, imgnum_max = 8, dirnum_max = 100 })) == "IMG_0008.JPG")
assert(full(con:imglist({ dirnum_min = 101 })) == "MVI_0010.MP4")
assert(full(con:imglist({ lastimg = 2 })) == "IMG_0009.CR2 IMG_0009.JPG MVI_0010.MP4")
assert(full(con:imglist({ lastimg = true })) == "MVI_0010.MP4")
assert(full(con:imglist({ fmatch = "%.CR2$" })) == "IMG_0009.CR2")
assert(full(con:imglist({ rmatch = "101" })) == "MVI_0010.MP4")
assert(#con:imglist({ maxdepth = 1 }) == 0)
assert(full(con:imglist({ start_paths = { "A/DCIM/101CANON" } })) == "MVI_0010.MP4")
assert(full(con:imglist({ sort = "size", imgnum_min = 9 })) == "IMG_0009.JPG IMG_0009.CR2 MVI_0010.MP4")
assert(full(con:imglist({ sort = "shot", sort_order = "des", imgnum_min = 8 })):find("^MVI_0010"))
assert(full(con:imglist({ sort = "date", imgnum_max = 2, batchsize = 5 })) == "IMG_0001.JPG IMG_0002.JPG")
fails("option 'sort_order': it is 'asc' or 'des'", con.imglist, con, { sort_order = "up" })
assert(fails("no file or folder A/NO", con.imglist, con, { start_paths = { "A/NO" } }).etype == "remote")

-- imglist_delete
local some = con:imglist({ imgnum_max = 2 })
assert(#con:imglist_delete(some, { pretend = true }) == 2 and #con:imglist() == 11)
local gone = con:imglist_delete(some)
assert(#gone == 2 and gone[1].file == "A/DCIM/100CANON/IMG_0001.JPG" and gone[1].status == true)
assert(#con:imglist() == 9)
gone = con:imglist_delete(some)
assert(gone[1].status == false and gone[1].msg == "was gone already")

-- mkdir_m and mdelete
assert(con:mkdir_m("A/a/b/it's") == true and con:stat("A/a/b/it's").is_dir)
assert(con:mkdir_m("A/a/b/it's") == true)
local ok, why = con:mkdir_m("A/DCIM/100CANON/IMG_0003.JPG")
assert(ok == false and why:find("is a file", 1, true))
assert(#con:mdelete("A/a", { pretend = true }) == 3)
local list = con:mdelete({ "A/a", "A/a/b" })
assert(#list == 3 and list[3].file == "A/a" and list[3].status == true and not con:stat("A/a"))
list = con:mdelete("A/DCIM/101CANON", { skip_topdirs = true, fmatch = "%.MP4$" })
assert(#list == 1 and #con:listdir("A/DCIM/101CANON") == 0)
assert(fails("is a folder that is not empty; 1 of 2", con.mdelete, con, "A/DCIM/100CANON", { fmatch = "0003" }).etype == "remote")
list = con:mdelete("A/DCIM/100CANON", { fmatch = "0004", ignore_errors = true })
assert(#list == 2 and list[1].status == true and list[2].status == false)
fails("A/ is the whole card", con.mdelete, con, "A/")
fails("'/etc' is no path on the card", con.mdelete, con, "/etc")

-- a script of the user's is in the way, and stays
con:exec("while true do sleep(10) end")
assert(fails("a script is running on the camera", con.find, con, "A/").etype == "execlua_scriptrun")
assert(con:script_status().run)
con:killscript()
