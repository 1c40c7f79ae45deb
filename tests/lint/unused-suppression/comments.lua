press("shoot_half") -- lint: allow(<!unknown-key!>) nothing is wrong with it
-- lint: allow(<!unknown-kay!>) no such rule
release("shoot_half")
-- lint: allow(unknown-key, <!unknown-field!>) a key of another camera
press("shoot_haff")
-- lint: allow(numeric-config-id) for the whole statement
for i = 1, 3 do
  print(i)
  print(get_config_value(119))
end
-- lint: allow-file(unknown-module) it is on the card
require("my_own")
require("other_own")
