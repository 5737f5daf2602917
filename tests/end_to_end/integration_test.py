#!/usr/bin/env python3
"""The centre tells others: webhooks to a real receiver, syslog to rsyslog over TLS, digests to a real SMTP server over
STARTTLS."""

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import shutil
import socket
import ssl
import threading
import time

from office import Centre, Office, read_database
from wardwatch_testing import EndToEnd, central, free_port, main, run, wait_until

SMTP_SERVER = """
import json, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

class Handler:
    async def handle_DATA(self, server, session, envelope):
        with open(sys.argv[4], "a") as file:
            file.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                                   "user": session.auth_data, "data": envelope.content.decode()}) + "\\n")
        return "250 taken"

def check(server, session, envelope, mechanism, data):
    right = data.login == b"wardwatch" and data.password == "m\u1eadt kh\u1ea9u".encode()
    return AuthResult(success=right, auth_data="wardwatch" if right else None)

tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(sys.argv[2], sys.argv[3])
controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), tls_context=tls, require_starttls=True,
                        authenticator=check, auth_required=True, server_hostname="localhost")
controller.start()
import threading
threading.Event().wait()
"""


def certificate(folder):
    """A CA's and a server's certificate for localhost and 127.0.0.1."""
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=Test",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "server.key", "-out",
         folder / "server.crt"])
    return folder / "server.crt", folder / "server.key"


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


class Integration(EndToEnd):
    def setUp(self):
        super().setUp()
        self.crt, self.key = certificate(self.folder)
        self.config = {"smtp": None, "webhook_ca_file": str(self.crt)}

    def begin(self, **config):
        """A centre with this configuration, and a PC whose verdicts the test changes."""
        file = self.folder / "central.json"
        file.write_text(json.dumps({"webhook_ca_file": str(self.crt), "webhook_local_hosts": ["127.0.0.1"], **config}))
        test = self

        class Configured(Centre):
            def start(self):
                original = test.start
                test.start = lambda command, name, **options: original([*command, "--config", file], name, **options)
                try:
                    return super().start()
                finally:
                    test.start = original
        self.centre = Configured(self)
        self.log = self.centre.folder.with_suffix(".log")
        self.centre.change_database(
            "INSERT INTO devices (device_id, unit_id, host_name, agent_version, public_key_sha256, "
            "enrolled_at, last_seen_at) "
            "SELECT 'd1', id, 'PC-01', '0.1.0', '', 0, 0 FROM units")

    def wait_for_cursor(self, target):
        """The first look marks where telling begins."""
        wait_until(lambda: read_database(self.centre.folder / "central.db",
                                         f"SELECT 1 FROM integration_cursors WHERE target = '{target}'"), 60,
                   f"telling {target} to begin")

    def change(self, to, count=1, at="+0 days"):
        for _ in range(count):
            self.centre.change_database(
                "INSERT INTO verdict_changes (device_id, unit_id, rule, instance, from_status, to_status, at) SELECT "
                "'d1', unit_id, "
                "'password-age', 'an.nguyen', 'pass', ?, unixepoch('now', ?) FROM devices", to, at)

    def request(self, method, path, body=None):
        if not self.centre._session:
            self.centre.get("/api/v1/session")
        csrf = self.centre.get("/api/v1/session")["csrf_token"]
        status, answer, _ = self.centre._request(method, path, json.dumps(body) if body is not None else None, {
            "Cookie": self.centre._session, "X-CSRF-Token": csrf, "Content-Type": "application/json"})
        return status, json.loads(answer)

    def receiver(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(self.crt, self.key)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.requests, server.status = [], 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def test_webhooks(self):
        self.begin()
        server = self.receiver()
        url = f"https://127.0.0.1:{server.server_port}/hook"
        self.assertEqual(self.request("POST", "/api/v1/webhooks", {"url": "http://10.0.0.1/x"})[0], 400)
        # Only the name that the configuration has.
        other = url.replace("127.0.0.1", "localhost")
        self.assertEqual(self.request("POST", "/api/v1/webhooks", {"url": other})[0], 400)
        status, hook = self.request("POST", "/api/v1/webhooks", {"url": url})
        self.assertEqual(status, 201)
        self.wait_for_cursor("webhooks")
        self.change("fail", 150)
        def changes():
            return sum(len(json.loads(body).get("changes", ())) for _, _, body in server.requests)
        wait_until(lambda: changes() >= 150, 60, "all changes")
        told, done = [], []
        for path, headers, body in server.requests:
            self.assertEqual(path, "/hook")
            parts = dict(part.split("=") for part in headers["Wardwatch-Signature"].split(","))
            expected = hmac.new(hook["secret"].encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
            self.assertEqual(parts["v1"], expected)
            self.assertLess(abs(time.time() - int(parts["t"])), 60)
            told += json.loads(body).get("changes", ())
            done += [entry["action"] for entry in json.loads(body).get("entries", ())]
        self.assertEqual(len(told), 150)
        self.assertIn("addWebhook", done)  # what an administrator did
        self.assertEqual({(change["host_name"], change["clause"], change["to"]) for change in told},
                         {("PC-01", "1a", "fail")})
        self.assertNotIn("secret", self.request("GET", "/api/v1/webhooks")[1]["webhooks"][0])

        # A redirect is no receiver; what is given up can be tried again.
        server.requests.clear()
        server.status = 302
        self.change("pass")
        wait_until(lambda: self.request("GET", "/api/v1/webhooks")[1]["webhooks"][0]["last_problem"], 30, "the problem")
        self.assertEqual([path for path, _, _ in server.requests], ["/hook"])
        self.assertIn("webhook failed", self.log.read_text())
        self.centre.change_database("UPDATE webhook_deliveries SET attempts = 16, next_at = 0")
        dead = wait_until(lambda: self.request("GET", "/api/v1/webhooks/dead-letters")[1]["dead_letters"], 30,
                          "a dead letter")
        self.assertEqual((dead[0]["url"], dead[0]["problem"]), (url, "the receiver answered 302"))
        server.status = 200
        server.requests.clear()
        self.assertEqual(self.request("POST", f"/api/v1/webhooks/dead-letters/{dead[0]['id']}/retry")[0], 200)
        wait_until(lambda: server.requests, 30, "the message")
        wait_until(lambda: not self.request("GET", "/api/v1/webhooks/dead-letters")[1]["dead_letters"], 30,
                   "an empty list")

    def test_syslog_over_tls(self):
        port, out = free_port(), self.folder / "messages"
        rsyslog = self.folder / "rsyslog.conf"
        rsyslog.write_text(f"""
global(DefaultNetstreamDriverCAFile="{self.crt}" DefaultNetstreamDriverCertFile="{self.crt}"
       DefaultNetstreamDriverKeyFile="{self.key}"
       workDirectory="{self.folder}")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
template(name="all" type="string"
         string="%pri%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n")
input(type="imtcp" port="{port}" address="127.0.0.1")
action(type="omfile" file="{out}" template="all")
""")
        self.start([shutil.which("rsyslogd") or "/usr/sbin/rsyslogd", "-n", "-f", rsyslog, "-i",
                    self.folder / "rsyslog.pid"], "rsyslog")
        self.begin(syslog={"host": "localhost", "port": port, "ca_file": str(self.crt)})
        self.wait_for_cursor("syslog-audit")
        self.change("fail")
        line = wait_until(lambda: [text for text in (out.read_text() if out.exists() else "").splitlines()
                                   if "verdict_change" in text], 60,
                          "the message")[0].split("|")
        self.assertEqual((line[0], line[3], line[4]), ("108", "wardwatch-central", "verdict_change"))
        self.assertIn('unit="Phường Thử Nghiệm"', line[5])
        self.assertIn("PC-01 password-age: pass -> fail", line[6])
        done = run([central(), "--json", "--lang", "en", "--config", self.folder / "central.json", "--data",
                    self.centre.folder, "doctor"], expect=None)
        self.assertEqual({f["check"]: f["health"] for f in json.loads(done.stdout)["findings"]}["syslog"], "ok")

    def test_syslog_waits_for_its_server_and_trusts_no_other(self):
        port = free_port()
        other = self.folder / "other"
        other.mkdir()
        stranger, _ = certificate(other)
        self.begin(syslog={"host": "localhost", "port": port, "ca_file": str(stranger)})
        server = self.receiver()
        wait_until(lambda: self.log.exists(), 10, "the log")
        self.wait_for_cursor("syslog-audit")
        self.change("fail")
        wait_until(lambda: "syslog failed" in self.log.read_text(), 30, "the refusal")
        self.assertEqual(server.requests, [])
        told = self.centre.cli("retention", "show")  # the centre goes on
        self.assertIn("rules", told)

    def test_digest_by_mail(self):
        port, out = free_port(), self.folder / "mails"
        script = self.folder / "smtp_server.py"
        script.write_text(SMTP_SERVER)
        self.start(["/usr/bin/python3", script, port, self.crt, self.key, out], "smtp")
        password = self.folder / "password"
        password.write_text("mật khẩu\n")
        smtp = {"host": "localhost", "port": port, "ca_file": str(self.crt), "user": "wardwatch",
                "password_file": str(password),
                "from": "Trung tâm Wardwatch <wardwatch@phuong.example>"}

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        wait_until(listens, 30, "the SMTP server")
        self.begin(smtp=smtp,
                   digests=[{"to": ["Nguyễn Văn An <an@phuong.example>", "cntt@phuong.example"], "every": "day"}])
        self.change("fail", at="-1 day")
        done = run([central(), "--json", "--lang", "en", "--config", self.folder / "central.json", "--data",
                    self.centre.folder, "doctor"], expect=None)
        self.assertEqual({f["check"]: f["health"] for f in json.loads(done.stdout)["findings"]}["mail"], "ok")
        run([central(), "--config", self.folder / "central.json", "--data", self.centre.folder, "digest", "--now"])

        def asked_for():  # after seven in the morning the running centre has sent one of its own, before there was news
            for mail in [json.loads(line) for line in (out.read_text().splitlines() if out.exists() else [])]:
                message = email.message_from_string(mail["data"], policy=email.policy.default)
                if "1 vi phạm mới" in message["Subject"]:
                    return mail, message
            return None
        mail, message = wait_until(asked_for, 30, "the mail")
        self.assertEqual((mail["from"], mail["to"], mail["tls"], mail["user"]),
                         ("wardwatch@phuong.example", ["an@phuong.example", "cntt@phuong.example"], True, "wardwatch"))
        self.assertEqual(message["From"], "Trung tâm Wardwatch <wardwatch@phuong.example>")
        text = message.get_body().get_content() if message.get_body() else message.get_content()
        self.assertIn("Phường Thử Nghiệm · PC-01 · 1a: Mật khẩu của tài khoản an.nguyen được đổi định kỳ", text)
        password.write_text("sai\n")
        done = run([central(), "--lang", "en", "--config", self.folder / "central.json", "--data", self.centre.folder,
                    "digest", "--now"], expect=4)
        self.assertIn("did not take it", done.stderr)


if __name__ == "__main__":
    main()
