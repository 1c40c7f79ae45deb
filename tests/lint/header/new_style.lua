--[[
@title Menu
@chdk_version 1.6
#a=1 "Shots" [1 100]
#b=true "Show"
#c=2 "Kind" {one two three} table
#d=60000 "Pause (ms)" long
#e=0 "Mode" {off on}
#f=-5 "Bias" [-10 10]
#g=1 'Quoted'
#h=1 <!Bare!>
#i=1 <!"Open!>
#j=1 "Range" <![1 5!>
#k=1 "Kind" {a b} <!tabel!>
#l=<!7!> "Kind" {a b}
#m=<!yes!> "Flag"
#n=<!0!> "Kind" {a b} table
#<!a!>=2 "Twice"
--]]
print(a, b, c, d, e, f, g, h, i, j, k, l, m, n)
