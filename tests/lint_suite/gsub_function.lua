-- fires: error
string.gsub("abc", ".", function(c) sleep(1) end)
