"""A small HTTP proxy for CONNECT on a free port of 127.0.0.1, which also knows names that no name service knows."""

import socket
import threading


class ConnectProxy:
    """Opens tunnels, or answers each request with `refusal` (a status line without HTTP/1.1)."""

    def __init__(self, test, names=None, refusal=None):
        self.names, self.refusal = names or {}, refusal
        self.asked = []  # "host:port" of each CONNECT
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()
        test.addCleanup(self._listener.close)

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # the test is over
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                part = client.recv(4096)
                if not part:
                    return
                head += part
            method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
            self.asked.append(target)
            host, port = target.rsplit(":", 1)
            if method != "CONNECT" or self.refusal:
                status = self.refusal or "405 Method Not Allowed"
                client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 4\r\n\r\nno\r\n".encode())
                return
            with socket.create_connection((self.names.get(host, host), int(port))) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
                back.start()
                self._copy(client, server)
                back.join()

    @staticmethod
    def _copy(source, target):
        try:
            while part := source.recv(65536):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one side is gone; the other notices
