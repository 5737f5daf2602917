"""A centre whose data folder and host name hold nothing of the machine on which it runs."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from people import Somebody
from wardwatch_testing import Process, run, wait_until


def as_host(name):
    """A command line's beginning that calls the machine `name`, where this user may do that."""
    prefix = ["unshare", "-u", "sh", "-c", 'hostname "$0" && exec "$@"', name]
    return prefix if os.geteuid() == 0 else []


class ServedCentre:
    """`folder` holds data/. Commands run there: the audit log keeps them as they were typed, and so has no path."""

    def __init__(self, program, folder, before=()):
        self.program, self.folder, self._before = program, pathlib.Path(folder), list(before)
        self.process = None
        self.started = {}

    def start(self):
        output = self.folder / "serve.out"
        output.unlink(missing_ok=True)
        self.process = Process([*self._before, self.program, "--json", "serve", "--data", "data", "--agents",
                                "127.0.0.1:0", "--people", "127.0.0.1:0", "--log", "central.log"], output,
                               cwd=self.folder)
        wait_until(self._announced, 120, "the centre to start")
        self.started = json.loads(output.read_text())

    def _announced(self):
        if not self.process.running():
            raise AssertionError(f"the centre ended: {self.process.text()}")
        return "\n" in self.process.text()

    def stop(self):
        code = self.process.stop()
        assert code == 0, (code, self.log())

    def kill(self):
        if self.process:
            self.process.kill()

    def log(self):
        return (self.folder / "central.log").read_text()

    def port(self, which):
        return int(self.started[which].rsplit(":", 1)[1])

    @property
    def agents_port(self):
        return self.port("agents_url")

    def command(self, *arguments, expect=0, password=None):
        """What a command prints; `password` comes to it by standard input."""
        command = [str(part) for part in (self.program, "--json", "--lang", "vi", "--data", "data", *arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=300, check=False, text=True,
                              input=f"{password or ''}\n")
        if done.returncode != expect:
            raise AssertionError(f"{arguments}: exit code {done.returncode}, expected {expect}: {done.stdout[-2000:]} "
                                 f"{done.stderr[-2000:]}")
        return done.stdout

    def cli(self, *arguments, **options):
        return json.loads(self.command(*arguments, **options))

    def somebody(self, user, password, code=None):
        return Somebody(self, user, password, code)

    def program_with(self, token):
        """Asks with an API token as somebody asks with a session."""
        return _Program(self, token)


class _Program(Somebody):
    def __init__(self, centre, token):
        self._token = token
        super().__init__(centre, "", "")

    def _sign_in(self, user, password, code=None):
        self.headers = {"Authorization": f"Bearer {self._token}"}
        return {}


__all__ = ["Process", "ServedCentre", "as_host", "run", "wait_until"]
