#!/usr/bin/env python3
"""Starts a PostgreSQL server of its own in a temporary folder, on a socket there, runs a test program with it, and ends
it.

on_postgres.py PROGRAM [ARGUMENT…]
"""

import os
import subprocess
import sys

from postgres_server import PostgresServer

with PostgresServer() as server:
    environment = {**os.environ, "WARDWATCH_TEST_DATABASE": server.url()}
    sys.exit(subprocess.run(sys.argv[1:], env=environment, check=False).returncode)
