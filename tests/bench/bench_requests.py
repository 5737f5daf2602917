#!/usr/bin/env python3
"""What a request costs the centre: heartbeats on connections that stay open, and how long a person waits for an answer.
Not a test: it prints, it judges nothing.

Several centres take turns in one run, so that ratios hold on a busy machine, too.
Usage: tests/bench/bench_requests.py CENTRE… (programs wardwatch-central; without one, that of build/linux)
"""

import http.client
import json
import os
import pathlib
import ssl
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from page_centre import Centre, Pc, account  # noqa: E402
from wardwatch_testing import central  # noqa: E402

ROUNDS, HEARTBEATS, CONNECTIONS, LOOKS = 7, 2000, 8, 15


class Measured:
    def __init__(self, program, folder):
        self.program, self.beats, self.kept, self.new = program, [], [], []
        self.centre = Centre(program, folder)
        unit = self.centre.cli("unit", "add", "Phường Đo")["id"]
        pc = Pc(self.centre, "PC-DO", self.centre.cli("token", "create", "--unit", str(unit))["token"])
        pc.report(account("nguoi.do", 10))
        body = json.dumps({"agent_version": "0.1.0", "facts_hash": "", "report_id": "", "outbox_depth": 0}).encode()
        head = ("POST /v1/heartbeat HTTP/1.1", "Host: centre", "Content-Type: application/json",
                f"Content-Length: {len(body)}", "", "")
        self.request = "\r\n".join(head).encode() + body
        self.connections = [pc._connect() for _ in range(CONNECTIONS)]
        for connection in self.connections:
            connection.connect()
        self.sign_in()

    def sign_in(self):
        self.port = int(self.centre.started["people_url"].rsplit(":", 1)[1])
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.person = self.connect()
        body = json.dumps({"user": "admin", "password": self.centre.started["password"]})
        self.person.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = self.person.getresponse()
        self.cookie = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        assert answer.status == 200, answer.read()
        answer.read()

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=30)

    def processor_seconds(self):
        numbers = pathlib.Path(f"/proc/{self.centre.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")

    def beat(self):
        used, began = self.processor_seconds(), time.perf_counter()
        for _ in range(HEARTBEATS // CONNECTIONS):
            for connection in self.connections:
                connection.sock.sendall(self.request)
            for connection in self.connections:
                answer = connection.sock.recv(65536)
                assert answer.startswith(b"HTTP/1.1 200") and b"want_report" in answer, answer
        elapsed = time.perf_counter() - began
        self.beats.append((HEARTBEATS / elapsed, (self.processor_seconds() - used) / HEARTBEATS * 1e6))

    def look(self, connection):
        """Each look is an entry that the next one shows."""
        began = time.perf_counter()
        connection.request("GET", "/api/v1/audit?limit=100", headers=self.cookie)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return (time.perf_counter() - began) * 1000

    def look_around(self):
        for _ in range(LOOKS):
            self.kept.append(self.look(self.person))
            connection = self.connect()
            self.new.append(self.look(connection))
            connection.close()


def main():
    programs = [pathlib.Path(name).resolve() for name in sys.argv[1:]] or [central()]
    with tempfile.TemporaryDirectory(prefix="wardwatch-bench-") as name:
        measured = []
        for number, program in enumerate(programs):
            folder = pathlib.Path(name) / str(number)
            folder.mkdir()
            measured.append(Measured(program, folder))
        for _ in range(ROUNDS):
            for one in measured:
                one.beat()
                one.look_around()
        print(f"medians of {ROUNDS} rounds of {HEARTBEATS} heartbeats on {CONNECTIONS} connections,"
              f" and {LOOKS} looks at the audit log:")
        for one in measured:
            print(f"  {one.program}: {statistics.median(rate for rate, _ in one.beats):6.0f} heartbeats/s,"
                  f" {statistics.median(cost for _, cost in one.beats):5.0f} µs of processor each; GET /api/v1/audit"
                  f" {statistics.median(one.kept):5.1f} ms, over a new connection {statistics.median(one.new):5.1f} ms")
            one.centre.close()


if __name__ == "__main__":
    main()
