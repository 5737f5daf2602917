"""Somebody at the people's API of a real centre, over TLS."""
import http.client
import json
import ssl
import urllib.parse

NEW_PASSWORD = "Cà phê sữa đá 2026!"


class Somebody:
    def __init__(self, centre, user, password, code=None):
        url = urllib.parse.urlsplit(centre.started["people_url"])
        self.address = url.hostname, url.port
        self.context = ssl.create_default_context(cafile=centre.folder / "data" / "ca.crt")
        self.headers = {}
        session = self._sign_in(user, password, code)
        if session.get("must_change_password"):
            self.json("POST", "/session/password", {"old_password": password, "new_password": NEW_PASSWORD})
            self._sign_in(user, NEW_PASSWORD)

    def _sign_in(self, user, password, code=None):
        self.headers = {}
        asked = {"user": user, "password": password, **({"code": code} if code else {})}
        status, headers, body = self.ask("POST", "/session", json.dumps(asked).encode(), "application/json")
        assert status == 200, body
        session = json.loads(body)
        self.headers = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": session["csrf_token"]}
        return session

    def ask(self, method, path, body=None, content_type=None):
        connection = http.client.HTTPSConnection(*self.address, context=self.context, timeout=120)
        headers = dict(self.headers)
        if content_type:
            headers["Content-Type"] = content_type
        connection.request(method, "/api/v1" + path, body, headers)
        answer = connection.getresponse()
        result = answer.status, answer.headers, answer.read()
        connection.close()
        return result

    def begin(self, method, path, length, body, content_type):
        """Announces `length` bytes, sends `body` and looks at the answer."""
        connection = http.client.HTTPSConnection(*self.address, context=self.context, timeout=120)
        connection.putrequest(method, "/api/v1" + path)
        for name, value in {**self.headers, "Content-Type": content_type, "Content-Length": str(length)}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        result = answer.status, answer.read()
        connection.close()
        return result

    def get(self, path):
        status, _, body = self.ask("GET", path)
        assert status == 200, (path, status, body[:500])
        return body

    def json(self, method, path, body=None):
        status, _, answer = self.ask(method, path, None if body is None else json.dumps(body).encode(),
                                     "application/json")
        assert status in (200, 201), (path, status, answer[:500])
        return json.loads(answer)

    def import_csv(self, path, text):
        status, _, answer = self.ask("POST", path, text if isinstance(text, bytes) else text.encode(), "text/csv")
        assert status == 200, (path, status, answer[:500])
        return json.loads(answer)
