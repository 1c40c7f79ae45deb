require("elsewhere")
from_there(1)
