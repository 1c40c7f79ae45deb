local key = get_image_dir()
press("shoot_half")
release(key)
