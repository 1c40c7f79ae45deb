-- clean (menu): a key that the camera does not know raises, and nothing after it runs
if is_key(0) == 1 then
end
return pcall(shoot, 1)
