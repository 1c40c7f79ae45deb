-- Files between the card and the host: get, put, sync, checksum, and chdkptp's methods.
local con = chdk.simulate({ time = "virtual" })

local base = os.tmpname()
os.remove(base)
local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end
local function write(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end
local function fails(words, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok and e.msg and e.msg:find(words, 1, true), tostring(e and e.msg or e))
  return e
end

con:execwait([[
  for _, folder in ipairs{ "A/DCIM/100CANON", "A/DCIM/101CANON" } do assert(os.mkdir(folder)) end
  local function put(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
    assert(os.utime(path, 1605873600, 1605873600))
  end
  put("A/DCIM/100CANON/IMG_0001.JPG", "one")
  put("A/DCIM/100CANON/IMG_0002.JPG", string.rep("two", 5000))
  put("A/DCIM/101CANON/IMG_0001.JPG", "")
]])

-- get
local report = con:get("A/DCIM", base .. "/tree", { recursive = true, verify = true })
assert(report.copied == 3 and report.failed == 0 and report.bytes == 15003 and #report.files == 3)
assert(read(base .. "/tree/DCIM/100CANON/IMG_0001.JPG") == "one")
assert(report.files[1].checksum == con:checksum("A/DCIM/100CANON/IMG_0001.JPG"))
assert(report.files[1].result == "copied" and report.files[1].from == "A/DCIM/100CANON/IMG_0001.JPG")
assert(con:get("A/DCIM", base .. "/tree", { recursive = true }).same == 3)
con:get("A/DCIM/100CANON/IMG_0001.JPG", base .. "/one.jpg")
assert(read(base .. "/one.jpg") == "one")
local e = fails("is there already, and is another file", con.get, con, "A/DCIM/100CANON/IMG_0002.JPG", base .. "/one.jpg")
assert(e.msg:find("1 failed", 1, true) and read(base .. "/one.jpg") == "one")
con:get("A/DCIM/100CANON/IMG_0002.JPG", base .. "/one.jpg", { existing = "rename" })
assert(#read(base .. "/one (2).jpg") == 15000)
fails("two files would be called", con.get, con, "A/DCIM/*/IMG_0001.JPG", base .. "/flat")
con:get("A/DCIM/*/*", base .. "/dated", { template = "{date}/{dirnum}_{name}" })
assert(read(base .. "/dated/2020-11-20/101_IMG_0001.JPG") == "")
assert(con:get("A/DCIM/*/*", base .. "/none", { dry_run = true, name = "*2.JPG", template = "{folder}/{name}" }).planned == 1)
assert(not io.open(base .. "/none"))
fails("A/DCIM is a folder; recursive = true", con.get, con, "A/DCIM", base)
fails("no option 'templat'", con.get, con, "A/DCIM", base, { templat = "x" })
fails("unknown field {nam}; did you mean 'name'?", con.get, con, "A/DCIM/*/*", base, { template = "{nam}" })
fails("is none of error, skip, replace, older, rename", con.get, con, "A/DCIM/*/*", base, { existing = "ask" })
fails("no file or folder A/NO", con.get, con, "A/NO")

-- sync
assert(con:sync(base .. "/photos").copied == 3)
local again = con:sync(base .. "/photos", { paths = { "A/DCIM/" } })
assert(again.copied == 0 and again.known == 3)

-- put
write(base .. "/new.txt", "new")
local lines = {}
report = con:put(base .. "/new.txt", "A/NEW/", { info_fn = function(...) lines[#lines + 1] = string.format(...) end })
assert(report.copied == 1 and report.files[1].to == "A/NEW/new.txt")
assert(#lines == 1 and lines[1]:find("new.txt %-> A/NEW/new.txt: copied\n$"))
assert(con:readfile("A/NEW/new.txt") == "new")
con:put(base .. "/photos/", "A/BACK", { recursive = true, verify = true })
assert(#con:find("A/BACK/**/*.JPG") == 3 and #con:find("A/BACK/*") == 2)
write(base .. "/bad.lua", "x = = 1")
assert(fails("expected a value after", con.put, con, base .. "/bad.lua", "A/").etype == "lint")
con:put(base .. "/bad.lua", "A/", { lint = false })
fails("is a folder; ", con.put, con, base .. "/photos", "A/")
fails("info_fn", con.put, con, base .. "/new.txt", "A/", { info_fn = 1 })
local thrown = {}
local ok, what = pcall(con.put, con, base .. "/new.txt", "A/X.TXT", { info_fn = function() error(thrown, 0) end })
assert(not ok and what == thrown)

-- a move
con:put(base .. "/new.txt", "A/MOVE.TXT")
assert(con:get("A/MOVE.TXT", base .. "/moved.txt", { delete = true }).deleted == 1)
assert(read(base .. "/moved.txt") == "new" and con:stat("A/MOVE.TXT") == nil)

-- chdkptp's
assert(con:mdownload("A/DCIM", base .. "/mdl"))
assert(read(base .. "/mdl/100CANON/IMG_0001.JPG") == "one" and read(base .. "/mdl/101CANON/IMG_0001.JPG") == "")
assert(con:mdownload({ "A/DCIM" }, base .. "/subst/${dirnum}-${imgnum}.${ext}", { fmatch = "2%.JPG$" }))
assert(#read(base .. "/subst/100-0002.JPG") == 15000 and not io.open(base .. "/subst/100-0001.JPG"))
write(base .. "/mdl/100CANON/IMG_0001.JPG", "mine")
con:mdownload("A/DCIM", base .. "/mdl", { overwrite = false })
assert(read(base .. "/mdl/100CANON/IMG_0001.JPG") == "mine")
local asked = {}
con:mdownload("A/DCIM", base .. "/mdl", { overwrite = function(_, _, info, state, source, target)
  asked[#asked + 1] = info.full
  assert(info.full == source and state.mode == "file" and target:find("CANON", 1, true))
  return source:find("IMG_0001", 1, true) and info.st.size == 3
end })
assert(#asked == 3 and read(base .. "/mdl/100CANON/IMG_0001.JPG") == "one")
assert(con:mdownload("A/DCIM", base, { fmatch = "nothing" }))
assert(con:mupload(base .. "/mdl", "A/UP"))
assert(con:readfile("A/UP/100CANON/IMG_0001.JPG") == "one")
assert(select(2, con:mupload(base .. "/mdl", "A/UP2", { fmatch = "0001", pretend = true })).planned == 2)
local images = con:imglist()
assert(#images == 3)
assert(con:imglist_download(images, { dstdir = base .. "/img", dlseq_start = 7, dst = "${dlseq,%03d}_${name}" }))
assert(read(base .. "/img/007_IMG_0001.JPG") == "one" and #read(base .. "/img/008_IMG_0002.JPG") == 15000)
assert(con:download_file_ff(images[2], base .. "/ff.jpg"))
assert(#read(base .. "/ff.jpg") == 15000)
fails("a list of files, as imglist returns", con.imglist_download, con, "A/DCIM")
os.execute("rm -rf '" .. base .. "'")
