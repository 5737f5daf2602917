"""A relay on a free port of 127.0.0.1 that counts what passes, by TLS's records: bytes on the wire, as TCP carries
them. It can do to connections what networks do."""

import socket
import struct
import threading
import time


class Passing:
    """One connection: its records in order, each (seconds, True from the client, bytes with their head)."""

    def __init__(self, client, server):
        self.began = time.monotonic()
        self.records = []
        self._client, self._server = client, server
        self._lock = threading.Lock()
        self.open = True
        self.passes = threading.Event()
        self.passes.set()

    def copy(self, source, target, from_client):
        rest = b""
        try:
            while part := source.recv(65536):
                self.passes.wait()
                rest = self._count(rest + part, from_client)
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one side is gone; the other notices
        self.open = False

    def _count(self, data, from_client):
        while len(data) >= 5 and len(data) >= 5 + int.from_bytes(data[3:5], "big"):
            size = 5 + int.from_bytes(data[3:5], "big")
            with self._lock:
                self.records.append((time.monotonic() - self.began, from_client, size))
            data = data[size:]
        return data

    def cut(self):
        """Ends it, as a proxy does that has heard nothing for too long."""
        for one in (self._client, self._server):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended

    def swallow(self):
        """From now on nothing gets through, and nobody is told: an address translator that has forgotten it."""
        self.passes.clear()

    def exchanges(self):
        """Each (bytes of what the client said, bytes of what it was answered); the last one may lack its answer."""
        with self._lock:
            records = list(self.records)
        found = []
        for _, from_client, size in records:
            if from_client and (not found or found[-1][1] > 0):
                found.append([0, 0])
            if found:
                found[-1][0 if from_client else 1] += size
        return [tuple(one) for one in found]

    def bytes(self):
        with self._lock:
            return sum(size for _, _, size in self.records)

    def segments(self):
        """How many TCP segments went either way between the client and the relay, empty ones among them."""
        info = self._client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 144)
        return sum(struct.unpack_from("=II", info, 136))


class CountingRelay:
    def __init__(self, target_port):
        self._target = target_port
        self.connections = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return  # it was closed
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            passing = Passing(client, server)
            self.connections.append(passing)
            threading.Thread(target=passing.copy, args=(client, server, True), daemon=True).start()
            threading.Thread(target=passing.copy, args=(server, client, False), daemon=True).start()

    def close(self):
        self._listener.close()
