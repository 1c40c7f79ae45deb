-- fires: error
function take() shoot() end
pcall(take)
