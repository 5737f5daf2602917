#!/usr/bin/env python3
"""The network fails at each byte of a report's way: of the TLS handshake, of the request, of the answer. What was
acknowledged is stored, and whatever the PC sends again is stored once."""

import json
import os
import socket
import ssl
import struct
import uuid
import zlib

from office import Centre, Office, read_database
from wardwatch_testing import main

# Every so manieth byte, and another one first at each run; 1: all of them.
STEP = int(os.environ.get("WARDWATCH_TEST_CUT_STEP", "4"))


class Cut(Exception):
    """The network was cut here."""


class CutLine:
    """A connection of which only so many bytes arrive, each way; then it is gone at once, without a goodbye."""

    def __init__(self, port, most_out, most_in):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.most_out, self.most_in, self.out, self.came = most_out, most_in, 0, 0

    def send(self, data):
        allowed = data if self.most_out is None else data[:max(0, self.most_out - self.out)]
        self.socket.sendall(allowed)
        self.out += len(allowed)
        if len(allowed) < len(data):
            raise Cut

    def receive(self):
        most = 65536 if self.most_in is None else min(65536, self.most_in - self.came)
        if most <= 0:
            raise Cut
        data = self.socket.recv(most)
        self.came += len(data)
        if not data:
            raise Cut
        return data


class CutReport(Office):
    def make_centre(self):
        return Centre(self, config={"device_quota": {"reports_per_hour": 1000000, "mebibytes_per_day": 100000}})

    def setUp(self):
        super().setUp()
        self.pc = self.enrolled()
        self.context = ssl.create_default_context(cafile=self.pc.folder / "ca.pem")
        self.context.load_cert_chain(self.pc.folder / "certificate.pem", self.pc.folder / "key.pem")
        self.pc.run("scan", "--send", expect=None)
        self.report = json.loads(next(iter(self.pc.reports().values())))

    def request(self, report_id):
        body = zlib.compress(json.dumps({**self.report, "report_id": report_id}).encode())
        return (b"POST /v1/reports HTTP/1.1\r\nHost: centre\r\nConnection: close\r\nContent-Encoding: deflate\r\n"
                b"Content-Type: application/json\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)

    def send(self, report_id, most_out=None, most_in=None):
        """(status or None where it was cut before the answer was whole, bytes that went out, bytes that came)"""
        line = CutLine(self.centre.agents_port, most_out, most_in)
        came, out = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(came, out, server_hostname="127.0.0.1")

        def pump(step):
            while True:
                try:
                    done = step()
                except ssl.SSLWantReadError:
                    line.send(out.read())
                    came.write(line.receive())
                    continue
                line.send(out.read())
                return done
        answer = b""
        try:
            pump(tls.do_handshake)
            pump(lambda: tls.write(self.request(report_id)))
            while not (answer.startswith(b"HTTP/1.1 ") and answer.endswith(b"}")):
                answer += pump(lambda: tls.read(65536))
        except (Cut, ConnectionError):
            return None, line.out, line.came
        finally:
            line.socket.close()
        return int(answer[9:12]), line.out, line.came

    def places(self, most):
        return range(int.from_bytes(os.urandom(2), "big") % STEP, most, STEP)

    def test_what_is_acknowledged_is_stored_and_nothing_is_stored_twice(self):
        status, out, came = self.send(str(uuid.uuid4()))
        self.assertEqual(status, 201)
        cuts = [{"most_out": place} for place in self.places(out)] + [{"most_in": place} for place in self.places(came)]
        sent, stored_before = set(), 0
        for cut in cuts:
            report_id = str(uuid.uuid4())
            sent.add(report_id)
            with self.subTest(**cut):
                first = self.send(report_id, **cut)[0]
                again = self.send(report_id)[0]
                self.assertIn(first, (None, 201))
                self.assertEqual(again, 200 if first else again)
                self.assertIn(again, (200, 201))
                stored_before += again == 200
        rows = [row[0] for row in read_database(self.centre.folder / "central.db", "SELECT report_id FROM reports")]
        self.assertEqual(sorted(set(rows)), sorted(rows))
        self.assertLessEqual(sent, set(rows))
        print(f"{len(cuts)} cuts of {out} bytes out and {came} bytes in; {stored_before} reports were stored already")
        self.assertGreater(stored_before, 0)
        self.assertLess(stored_before, len(cuts))


if __name__ == "__main__":
    main()
