"""One line per step: passing seconds are visible, the whole output goes to a log."""

import subprocess
import sys
import threading
import time


class StepFailed(Exception):
    """Said on the screen already, but for this text."""


class Steps:
    def __init__(self, log, again):
        self.log, self._again = log, again
        self._began = time.monotonic()

    def new_log(self):
        self.log.write_bytes(b"")

    def step(self, title, work, *arguments):
        """Runs `work`, whose commands write to the log. Whatever it throws ends the run with a sentence."""
        self.note(f"\n== {title}\n")
        since = time.monotonic()
        line = _Line(title, since, self.log)
        try:
            answer = work(*arguments)
        except Exception as error:  # pylint: disable=broad-except
            self.note(f"{error}\n")
            line.end(f" failed after {int(time.monotonic() - since)} s\n\n")
            sys.stdout.flush()
            print("\n".join(self._text().splitlines()[-20:]), file=sys.stderr)
            raise StepFailed(f'"{title}" failed. Full output: {self.log}\n{self._again}') from error
        except BaseException:  # Ctrl+C
            line.end("\n")
            raise
        line.end(f"{int(time.monotonic() - since):5d} s")
        return answer

    def run(self, *command):
        """A command whose output goes to the log."""
        with open(self.log, "ab") as log:
            subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           check=True)

    def shell(self, script, *arguments):
        self.run("bash", "-euo", "pipefail", "-c", script, "bash", *arguments)

    def output(self, *command):
        """What a command prints; what it complains about goes to the log."""
        with open(self.log, "ab") as log:
            done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=log, check=True)
        return done.stdout.decode()

    def note(self, text):
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(text)

    def seconds(self):
        return int(time.monotonic() - self._began)

    def _text(self):
        return self.log.read_text("utf-8", "replace")


class _Line:
    """On a terminal it is written again and again; elsewhere a new line says every half minute that the step runs."""

    def __init__(self, title, since, log):
        self._title, self._since, self._log = title, since, log
        self._terminal = sys.stdout.isatty()
        self._shown = 0
        self._ended = threading.Event()
        self._write(f"  {title:<44}")
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._thread.start()

    def end(self, text):
        self._ended.set()
        self._thread.join()
        if self._terminal or self._shown:
            self._write(("\r" if self._terminal else "\n") + f"  {self._title:<44}")
        self._write(text + " " * (36 if self._terminal and not text.endswith("\n") else 0))
        if not text.endswith("\n"):
            self._write("\n")

    def _show(self):
        while not self._ended.wait(0.3):
            seconds = int(time.monotonic() - self._since)
            if self._terminal:
                self._write(f"\r  {self._title:<44}{seconds:5d} s  {last_words(self._log):<34}")
            elif seconds >= self._shown + 30:
                self._shown = seconds
                self._write(f"\n    {seconds:5d} s  {last_words(self._log)}")

    @staticmethod
    def _write(text):
        sys.stdout.write(text)
        sys.stdout.flush()


def last_words(log, most=34):
    """The last line of a log that says something, as far as a terminal can show it."""
    with open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - 1000))
        text = file.read().decode("ascii", "ignore")
    lines = ["".join(filter(str.isprintable, line)).strip() for line in text.replace("\r", "\n").split("\n")]
    return next((line[:most] for line in reversed(lines) if line and not line.startswith("== ")), "")
