--[[
@title A title that is much longer than th<!e menu has room for!>
@chdk_version <!new!>
<!@parm!> a Shots
<!@params!> b Pause
@default b <!0x!>
@default <!c!> 1
@range b<! 0!>
@param <!9!> Nine
@param <!end!> End
@param <!d-e!> Dash
@param f Time
@default f <!010!>
@range f 0 <!99999!>
@param g Far
@range g <!-40000!> 10
@param h Down
@range h <!5 2!>
@param i In
@default i <!9!>
@range i 0 5
@param j J
@values <!j!>
@author somebody
@see something
# a remark
--]]
print(a, b, c, f, g, h, i, j)
