sleep(1)
<!-- lint: allow(numeric-config-id)!>
print(get_config_value(119))
print(get_config_value(120)) -- lint: allow(numeric-config-id) for 1.6 only
-- a remark on lint: allow(numeric-config-id)
