"""A PostgreSQL server in a temporary folder, for tests: on a socket there and nowhere else, without waiting for the
disk, under an unprivileged user, since PostgreSQL refuses root."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "log_min_messages": "fatal",
}


def programs() -> pathlib.Path:
    """Where Debian puts them: the newest version that is there."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql-15")
    return found[-1].parent


def account() -> dict:
    """Whom the server runs as."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class PostgresServer:
    def __init__(self, **settings: str):
        self.settings = {**SETTINGS, **settings}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-postgres-", dir="/tmp"))
        self.process = None

    def __enter__(self) -> "PostgresServer":
        try:
            if os.getuid() == 0:
                shutil.chown(self.folder, "postgres")
            self._run("initdb", "--no-sync", "--username=wardwatch", "--auth=trust", "--encoding=UTF8", "--locale=C",
                      "--pgdata", self.folder / "data")
            self.start()
            self.create("wardwatch")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run([programs() / program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL,
                       cwd=self.folder, **account())

    def start(self) -> None:
        command = [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **account())
        ready = [programs() / "pg_isready", "--quiet", "--host", self.folder]
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start:\n" + (self.folder / "log").read_text(errors="replace"))
            time.sleep(0.02)

    def stop(self) -> None:
        """As a failover looks to its clients: connections are cut."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.process = None

    def create(self, database: str) -> None:
        self._run("createdb", "--host", self.folder, "--username=wardwatch", database)

    def query(self, statement: str, database: str = "wardwatch") -> str:
        """What psql prints: columns with | between them."""
        command = [programs() / "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement]
        asked = subprocess.run([*command, self.url(database)], check=True, capture_output=True, text=True)
        return asked.stdout.strip()

    def url(self, database: str = "wardwatch") -> str:
        return f"postgresql://wardwatch@/{database}?host={self.folder}"
