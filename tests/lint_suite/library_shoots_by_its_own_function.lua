-- fires: error (library)
local function take()
  shoot()
end
take()
return { take = take }
