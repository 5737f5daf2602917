"""Today's centre as one of before 2026-11-30 speaks: what it did not know it refuses, and what it did not offer it does
not say. Between an agent and the centre; to the one it is the centre, whose key it has, to the other the agent."""

import json
import pathlib
import socket
import ssl
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "compatibility"))
from recording_proxy import client_context, read_message  # noqa: E402

NEWER = ("report_format", "report_encoding", "longest_wait_seconds")
REFUSAL = b'{"error":"bad_request","message":"Unexpected."}'


def message(first_line, body):
    head = f"{first_line}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class OlderCentre:
    """`data` is the centre's folder, `pc` the agent's."""

    def __init__(self, data, agents_port, pc):
        self._agents_port, self._pc, self._data = agents_port, pc, data
        self.refused = []  # paths
        self._asked = []   # (path, body)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(data / "server.crt", data / "server.key")
        self._context.load_verify_locations(data / "ca.crt")
        self._context.verify_mode = ssl.CERT_REQUIRED
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def asked(self, path):
        return [json.loads(body) for asked, body in list(self._asked) if asked == path]

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # it was closed
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        try:
            with self._context.wrap_socket(client, server_side=True) as agent:
                identity = self._pc / "certificate.pem", self._pc / "key.pem"
                context = client_context(self._data / "ca.crt", identity)
                with context.wrap_socket(socket.create_connection(("127.0.0.1", self._agents_port))) as centre:
                    self._relay(agent, centre)
        except OSError:
            pass  # the agent ended, or the centre did

    def _relay(self, agent, centre):
        while request := read_message(agent):
            path = request[0].split(b" ")[1].decode()
            if self._is_new(path, *request):
                self.refused.append(path)
                agent.sendall(message("HTTP/1.1 400 Bad Request", REFUSAL))
                continue
            self._asked.append((path, request[1]))
            centre.sendall(b"".join(request))
            answer = read_message(centre)
            if answer is None:
                return
            body = json.loads(answer[1])
            for name in NEWER:
                body.pop(name, None)
            agent.sendall(message(answer[0].split(b"\r\n")[0].decode(), json.dumps(body).encode()))

    @staticmethod
    def _is_new(path, head, body):
        if b"content-encoding" in head.lower():
            return True
        said = json.loads(body) if body else {}
        if path == "/v1/commands":
            return set(said) != {"wait_seconds", "has"} or said["wait_seconds"] > 55
        return path == "/v1/reports" and said["format"] != 1
