if get_propset() == 2 then
  set_prop(143, 2)
end
