-- fires: error
_G["take" .. "_one"] = function() shoot() end
pcall(take_one)
