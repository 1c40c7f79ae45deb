-- start: library
screen = {}
function screen.clear() cls() end
