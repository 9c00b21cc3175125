"""Runs a command and writes what it cost: `launch.py FILE COMMAND…`.

A process's peak memory includes that of the process that started it, up to the moment when the new
program takes over. So measured commands are started from here, where next to nothing is loaded.
"""

import os
import sys
import time

start = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - start
with open(sys.argv[1], "w", encoding="ascii") as costs:
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, file=costs)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)
