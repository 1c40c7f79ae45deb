-- extend_table_r(target, source): extend_table that goes into tables in tables.
function extend_table_r(target, source) return extend_table(target, source, true) end
