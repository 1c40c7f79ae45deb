<!-- lint: alow(unknown-key) misspelt!>
press("shoot_half")
<!-- lint: allow unknown-key!>
<!-- lint: allow(unknown-key!>
<!-- lint:!>
<!--[[ lint: disable ]]!> press("shoot_full")
-- A comment about lint: nothing is wrong with it.
print("-- lint: no comment")
