-- These return 1 and 0 for a script that declares no version.
if get_video_button() == 1 then print(1) end
if <!get_raw() == true!> then print(2) end
