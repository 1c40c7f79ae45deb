
-- == placeholder
emit(1)
