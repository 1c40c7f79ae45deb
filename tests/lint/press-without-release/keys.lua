press(<!"shoot_half"!>)
press("up")
release("up")
click("set")
