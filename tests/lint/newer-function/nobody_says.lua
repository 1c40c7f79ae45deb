print(get_canon_image_format())
