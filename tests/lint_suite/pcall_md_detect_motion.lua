-- fires: error
pcall(md_detect_motion, 6, 4)
