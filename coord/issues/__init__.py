"""The blame-free issue log: what happened between areas, and the procedure change it ends in."""
