"""The tests, the trials and what is measured: whatever starts from here has data of its own, and nothing of the company
that this machine may serve."""

import atexit
import os
import shutil
import tempfile

for _name in [
    name for name in os.environ if name.startswith("COORD_") and not name.startswith("COORD_TEST_")
]:
    del os.environ[_name]
_place = tempfile.mkdtemp(prefix="coord-tests-")
atexit.register(shutil.rmtree, _place, ignore_errors=True)
os.environ |= {"COORD_DATA": _place, "COORD_BACKUPS": f"{_place}/backups"}
