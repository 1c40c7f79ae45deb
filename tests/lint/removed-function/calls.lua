print(<!get_hyp_dist!>(1), <!get_video_details!>())
<!find_levent_by_name!>("x")
if get_dof then print(get_dof()) end
get_near_limit = function() return 1 end
print(get_near_limit())
