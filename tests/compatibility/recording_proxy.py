"""Stands between agents and a centre and keeps what they say, byte by byte.

To an agent it is the centre, whose key it has; to the centre it is the agent, whose key it finds in its data folder.
"""

import hashlib
import json
import socket
import ssl
import threading
import time

BODIES_KEPT = 100_000


def read_message(stream):
    """Head with its empty line, and body; None at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = stream.recv(1)
        if not part:
            return None
        head += part
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        assert name.lower() != b"transfer-encoding", head
    body = b""
    while len(body) < length:
        part = stream.recv(length - len(body))
        if not part:
            raise ConnectionError("the message ended too early")
        body += part
    return head, body


def as_json(message):
    """A message for a file: bytes that are no text, or too many, are kept as their hash."""
    head, body = message
    kept = {"head": head.decode("ascii")}
    if b"application/octet-stream" in head and len(body) > 0:
        return {**kept, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert len(body) < BODIES_KEPT
    return {**kept, "body": body.decode("utf-8")}


def client_context(authority, identity=None):
    """Trusts `authority` alone, whatever the server's name; shows `identity`, a certificate's and a key's file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(authority)
    if identity:
        context.load_cert_chain(*identity)
    return context


class RecordingProxy:
    """`pcs`: device id → (name, data folder) of the agents. `said` is what was said, in the order of the answers."""

    def __init__(self, data, agents_port, pcs):
        self._data, self._agents_port, self._pcs = data, agents_port, pcs
        self.said = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(data / "server.crt", data / "server.key")
        self._context.load_verify_locations(data / "ca.crt")
        self._context.verify_mode = ssl.CERT_OPTIONAL
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def of(self, path, name=None):
        """What was said to paths that begin so (with a space: to that path), by the PC `name`."""
        with self._lock:
            return [each for each in self.said
                    if each["request"]["head"].split(" ", 1)[1].startswith(path) and name in (None, each["pc"])]

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        try:
            with self._context.wrap_socket(client, server_side=True) as agent:
                self._relay(agent)
        except OSError:
            pass  # the agent ended, or the centre did

    def _relay(self, agent):
        certificate = agent.getpeercert()
        name, identity = None, None
        if certificate:
            device_id = dict(part for names in certificate["subject"] for part in names)["commonName"]
            name, folder = self._pcs[device_id]
            identity = folder / "certificate.pem", folder / "key.pem"
        context = client_context(self._data / "ca.crt", identity)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self._agents_port))) as centre:
            while request := read_message(agent):
                asked_at = time.monotonic()
                centre.sendall(b"".join(request))
                answer = read_message(centre)
                if answer is None:
                    return
                self._keep(name, asked_at, request, answer)
                agent.sendall(b"".join(answer))

    def _keep(self, name, asked_at, request, answer):
        if name is None:  # an enrolment
            name = json.loads(request[1])["host_name"]
        with self._lock:
            self.said.append({"pc": name, "waited": round(time.monotonic() - asked_at, 1),
                              "request": as_json(request), "answer": as_json(answer)})
