"""Clients that do harm, for tests and benchmarks: sign-ins in masses, strangers who hold connections, a directory that
is silent. All of the loopback, whose addresses are as many clients."""

import collections
import http.client
import json
import socket
import ssl
import threading
import time


def trusting():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def loopback(number):
    """An address of its own for each number up to 62,500."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


class SilentServer:
    """Takes connections and never says anything."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.connections.append(self._listener.accept()[0])
            except OSError:
                return

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self.connections:
            one.close()

    def ldap(self):
        """The centre's configuration with this as its directory."""
        return {"url": f"ldap://127.0.0.1:{self.port}", "base_dn": "dc=example,dc=vn",
                "groups": [{"group": "cn=office,dc=example,dc=vn", "role": "operator"}]}


class SignIns:
    """So many a second, each of another address, of the names in turn. As many as `at_once` wait for their answers."""

    def __init__(self, port, names, a_second, at_once=64):
        self._port, self._names, self._pause = port, names, 1 / a_second
        self._lock, self._over = threading.Lock(), threading.Event()
        self._next, self._count = time.monotonic(), 0
        self.answers = collections.Counter()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(at_once)]
        for thread in self._threads:
            thread.start()

    def _work(self):
        context = trusting()
        while not self._over.is_set():
            with self._lock:
                number, self._count = self._count, self._count + 1
                at, self._next = self._next, max(self._next, time.monotonic() - self._pause) + self._pause
            if self._over.wait(max(0, at - time.monotonic())):
                return
            status = self._ask(context, number)
            with self._lock:
                self.answers[status] += 1

    def _ask(self, context, number):
        body = json.dumps({"user": self._names[number % len(self._names)], "password": "Một mật khẩu sai 1!"})
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=120, context=context,
                                                 source_address=(loopback(number), 0))
        try:
            connection.request("POST", "/api/v1/session", body.encode(), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return 0
        finally:
            connection.close()

    def stop(self):
        """Those that wait for their answers are left behind."""
        self._over.set()


class Strangers:
    """Each of so many addresses holds as many connections without a certificate, and opens others for those that were
    closed: in turn one that says nothing, one with a begun handshake, and one with half of a body of 64 KiB."""

    BODY = b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n" + b" " * 65_000

    def __init__(self, ports, addresses, each):
        self._over, self._context = threading.Event(), trusting()
        self._begun = collections.Counter()
        self._threads = [threading.Thread(target=self._hold, args=(port, number, each), daemon=True)
                         for port in ports for number in range(addresses)]
        for thread in self._threads:
            thread.start()

    def begun(self):
        """How many connections were opened."""
        return sum(self._begun.values())

    def _hold(self, port, number, each):
        held = []
        while not self._over.is_set():
            held = [one for one in held if self._is_open(one)]
            while len(held) < each and not self._over.is_set():
                self._begun[port, number] += 1
                one = self._begin(port, number, self._begun[port, number])
                if not one:
                    break
                held.append(one)
            self._over.wait(0.1)
        for one in held:
            one.close()

    def _begin(self, port, number, count):
        one = None
        try:
            one = socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(loopback(number), 0))
            if count % 3 == 1:
                one.sendall(b"\x16\x03\x01\x40\x00" + b"x" * 8000)
            if count % 3 == 2:
                one = self._context.wrap_socket(one)
                one.sendall(self.BODY)
            one.setblocking(False)
            return one
        except OSError:
            if one:
                one.close()
            return None

    @staticmethod
    def _is_open(one):
        try:
            if one.recv(1):
                return True
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            pass
        one.close()
        return False

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()
