#!/usr/bin/env python3
"""Secrets, user names and private hosts that are planted in browser profiles are in nothing that the programs write,
send, print or keep in memory. Every search also finds what must be there, so that a search that finds nothing means
something."""

import base64
import os
import pathlib
import resource
import signal
import socket
import sqlite3
import threading
import unittest

import made_stores
from office import Centre, LinuxAgent
from windows_pc import WindowsPc
from wardwatch_testing import EndToEnd, agent, free_port, main, run, wait_until

SECRET, USER, HOST = "Bm7qXsecret", "Ng4wXuser", "zq8xhost"
PLANTED = (SECRET, USER, HOST)
STORE = {"secret": SECRET + "{}", "user": USER + "{}@mail.example", "host": "https://" + HOST + "{}.example"}


def spellings(word):
    """The word as programs might write it down."""
    plain = word.encode()
    found = {plain, plain.lower(), word.encode("utf-16-le"), plain.hex().encode()}
    for shift in range(3):  # base64 depends on where in the text the word stands
        found.add(base64.b64encode(b"\0" * shift + plain)[4:-4])
    return found


def hits(data, words=PLANTED):
    return sorted({word for word in words if any(spelling in data for spelling in spellings(word))})


def memory_of(pid):
    """All readable memory of a process, as a core file would hold it."""
    os.kill(pid, signal.SIGSTOP)
    parts = []
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps, \
                open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                low, high = (int(part, 16) for part in span.split("-"))
                if "r" not in rights or "[v" in line or high - low > 1 << 31:
                    continue
                try:
                    memory.seek(low)
                    parts.append(memory.read(high - low))
                except (OSError, ValueError, OverflowError):
                    pass  # guard pages and device memory
    finally:
        os.kill(pid, signal.SIGCONT)
    return b"".join(parts)


class Wire:
    """A relay in front of the centre that keeps every byte that passes."""

    def __init__(self, target_port):
        self.port = free_port()
        self.bytes = bytearray()
        self._target = target_port
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            server = socket.create_connection(("127.0.0.1", self._target))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        try:
            while part := source.recv(1 << 16):
                self.bytes += part
                sink.sendall(part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def plant(home, windows):
    """Profiles of one user that hold the words in every place that a browser has for them."""
    chromium = home / ("AppData/Local/Google/Chrome/User Data/Default" if windows else ".config/google-chrome/Default")
    firefox = home / ("AppData/Roaming/Mozilla/Firefox/Profiles/p.default" if windows
                      else ".mozilla/firefox/p.default")
    store = made_stores.create_chromium(str(chromium / "Login Data"))
    made_stores.add_chromium(store, 40, **STORE)
    made_stores.add_chromium(store, 5, first=100, never=True, host=STORE["host"])
    made_stores.add_chromium(store, 5, first=200, federated=True, host=STORE["host"], user=STORE["user"])
    store.execute("UPDATE logins SET display_name=?, action_url=?, form_data=?, icon_url=?",
                  (USER, f"https://{HOST}.example/a", SECRET.encode(), f"https://{HOST}.example/i"))
    store.execute("CREATE TABLE password_notes (id INTEGER PRIMARY KEY, parent_id INTEGER, key VARCHAR, value BLOB)")
    store.execute("INSERT INTO password_notes VALUES (1, 1, '', ?)", (SECRET.encode(),))
    store.close()
    made_stores.chromium_store(str(chromium / "Login Data For Account"), 3, **STORE)
    os.makedirs(chromium.parent / "Profile 1")
    made_stores.hot_journal(str(chromium.parent / "Profile 1/Login Data"), 20, 300, **STORE)
    made_stores.chromium_store(str(chromium.parent / "Profile 2/Login Data"), 900, **STORE)
    damaged = chromium.parent / "Profile 2/Login Data"
    os.truncate(damaged, damaged.stat().st_size // 2)
    made_stores.firefox_logins(str(firefox / "logins.json"), 30, **STORE)
    permissions = sqlite3.connect(firefox / "permissions.sqlite")
    permissions.execute("CREATE TABLE moz_perms (id INTEGER PRIMARY KEY, origin TEXT, type TEXT, permission INTEGER,"
                        " expireType INTEGER, expireTime INTEGER, modificationTime INTEGER)")
    permissions.execute("INSERT INTO moz_perms VALUES (1, ?, 'login-saving', 2, 0, 0, 0)",
                        (f"https://{HOST}.example",))
    permissions.commit()
    permissions.close()
    broken = firefox.parent / "broken.default"
    made_stores.firefox_logins(str(broken / "logins.json"), 5, **STORE)
    os.truncate(broken / "logins.json", (broken / "logins.json").stat().st_size - 40)


def bytes_below(folder):
    return b"".join(str(path).encode() + path.read_bytes() for path in pathlib.Path(folder).rglob("*")
                    if path.is_file())


class Privacy(EndToEnd):
    def assert_clean(self, data, what, must_hold):
        """`must_hold` proves that the search looked into the right thing."""
        self.assertTrue(any(spelling in data for spelling in spellings(must_hold)),
                        f"{what}: the control word {must_hold!r} is not there ({len(data)} bytes)")
        self.assertEqual(hits(data), [], f"found in {what} ({len(data)} bytes)")

    def check_everything(self, centre, wire, agent_folder, memory, printed):
        device = centre.devices()[0]
        report_id = device_report(centre, device["device_id"])["report_id"]
        self.assert_clean(bytes_below(agent_folder), "the agent's data folder", report_id)
        self.assert_clean(bytes_below(centre.folder), "the centre's data folder", report_id)
        # They are packed, so that a search through the files would find nothing in them.
        reports = b"".join(body for *_, body in centre.stored_reports())
        self.assert_clean(reports, "the reports that the centre keeps", "browser_credentials")
        self.assertEqual(hits(bytes(wire.bytes)), [])
        self.assertGreater(len(wire.bytes), 5000)
        self.assertNotIn(report_id.encode(), bytes(wire.bytes), "the report went over the wire in the clear")
        self.assertEqual(hits(printed), [], "found in the output")
        output = centre.process.output.read_bytes() + centre.folder.with_suffix(".log").read_bytes()
        self.assertEqual(hits(output), [], "found in the centre's output and log")
        if memory is not None:
            self.assert_clean(memory, "the agent's memory", "browser_credentials")
        facts = {(fact["id"], fact["instance"]) for fact in device_report(centre, device["device_id"])["facts"]}
        self.assertTrue(any("/p.default" in instance for _, instance in facts), "the planted profiles were not read")

    def test_search_finds_words_in_memory(self):
        """The control of the memory search: a program that holds a word is found out."""
        holder = self.start(["python3", "-c",
                             f"import time; word = {SECRET[:4]!r} + {SECRET[4:]!r}; print('up', flush=True);"
                             "time.sleep(60)"], "holder")
        holder.wait_for("up")
        if os.geteuid() == 0:
            self.assertEqual(hits(memory_of(holder.pid)), [SECRET])

    def test_linux_agent(self):
        home = self.folder / "home"
        plant(home, windows=False)
        self.assertEqual(hits(bytes_below(home)), sorted(PLANTED))  # the search itself works
        centre = Centre(self)
        wire = Wire(centre.agents_port)
        pc = LinuxAgent(self, centre, home=home)
        pc.enrol(centre.token(), port=wire.port)
        done = pc.run("scan", "--json", expect=None)
        self.assertIn("/p.default", done.stdout)
        printed = (done.stdout + done.stderr).encode()
        for verb in ("check", "status"):
            done = pc.run(verb, expect=None)
            printed += (done.stdout + done.stderr).encode()
        service = pc.serve()
        centre.wait_for_report()
        memory = memory_of(service.pid) if os.geteuid() == 0 else None
        self.check_everything(centre, wire, pc.folder, memory, printed + service.output.read_bytes())

    def test_windows_agent(self):
        pc = WindowsPc(self, self.folder / "pc")
        plant(pc.drive / "users/mai", windows=True)
        pc.add_users(["mai"])
        centre = Centre(self)
        wire = Wire(centre.agents_port)
        pc.enrol(centre, wire.port)
        done = pc.agent("scan", "--json", expect=None)
        self.assertIn("/p.default", done.stdout)
        pc.install_service()
        centre.wait_for_report()
        memory = memory_of(pc.service_pid()) if os.geteuid() == 0 else None
        self.check_everything(centre, wire, pc.data_folder(), memory, (done.stdout + done.stderr).encode())

    def test_no_core_file(self):
        """A crash of the agent leaves no memory image behind, even where the system would write one."""
        pc = LinuxAgent(self, None)
        control = self.dumps_core(["python3", "-c", "import time; print('up', flush=True); time.sleep(60)"], "up")
        dumped = self.dumps_core(pc.command("service", "run"), None)
        print(f"core files: a plain program {'leaves' if control else 'does not leave'} one here")
        self.assertFalse(dumped)

    def dumps_core(self, command, sign):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.chdir(self.folder)
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.dup2(write, 1)
            os.dup2(write, 2)
            os.execvp(str(command[0]), [str(part) for part in command])
        os.close(write)
        if sign:
            os.read(read, 10)
        else:
            wait_until(lambda: any((self.folder / "agent").glob("*.db")), 30, "the service to be at work")
        os.kill(pid, signal.SIGSEGV)
        _, status = os.waitpid(pid, 0)
        os.close(read)
        self.assertTrue(os.WIFSIGNALED(status))
        return os.WCOREDUMP(status)


def device_report(centre, device_id):
    return centre.device(device_id)["report"]


if __name__ == "__main__":
    main()
