"""A real centre with PCs that enrol and report as agents do. Standard library and the openssl program only."""
import hashlib
import http.client
import json
import ssl
import subprocess
import uuid
from datetime import datetime, timedelta, timezone


def instant(days_ago=0):
    return (datetime.now(timezone.utc) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Centre:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.log = folder / "central.log"
        command = [program, "serve", "--data", folder / "data", "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0",
                   "--log", self.log, "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"wardwatch-central did not start: exit code {self.process.wait()}")
        self.started = json.loads(line)
        # The password that was made has to be changed at the first login; what comes in by standard input has not.
        first_start = "user" in self.started
        self.started["password"] = "Trời mưa 7 ngày!A"
        if first_start:
            subprocess.run([program, "user", "passwd", "admin", "--password-stdin", "--data", folder / "data"],
                           check=True,
                           input=self.started["password"] + "\n", stdout=subprocess.DEVNULL, text=True)
        self.agents_port = int(self.started["agents_url"].rsplit(":", 1)[1])

    def cli(self, *arguments):
        command = [self.program, *arguments, "--data", self.folder / "data", "--json"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    def close(self):
        self.process.terminate()
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        assert code == 0, f"the centre ended with {code} after SIGTERM"


class Pc:
    def __init__(self, centre, host_name, token, **more):
        """`more`: further members of its enrolment."""
        self.centre, self.device_id = centre, str(uuid.uuid4())
        self.key, self.certificate = (centre.folder / f"{self.device_id}.{end}" for end in ("key", "crt"))
        request = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                  "-nodes", "-sha256",
                                  "-keyout", self.key, "-subj", f"/CN={self.device_id}"],
                                 check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        status, answer = self.post("/v1/enroll",
                                   {"token": token, "device_id": self.device_id, "signing_request": request,
                                                  "host_name": host_name, "agent_version": "0.1.0", **more})
        assert status == 200, answer
        self.certificate.write_text(answer["certificate"])

    def _connect(self, known=True):
        # The server is known by its CA's fingerprint, as agents know it.
        data = self.centre.folder / "data" / "ca.crt"
        context = ssl.create_default_context(cafile=data)
        fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(data.read_text())).hexdigest()
        assert fingerprint == self.centre.started["ca_sha256"]
        if known and self.certificate.exists():
            context.load_cert_chain(self.certificate, self.key)
        return http.client.HTTPSConnection("127.0.0.1", self.centre.agents_port, context=context, timeout=20)

    def send(self, method, path, text, known=True):
        """Status and bytes of the answer; `known`: with the certificate, if there is one."""
        connection = self._connect(known)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        result = answer.status, answer.read()
        connection.close()
        return result

    def post(self, path, body):
        status, answer = self.send("POST", path, json.dumps(body))
        return status, json.loads(answer)

    def report(self, facts):
        self.facts = facts
        body = {"format": 1, "report_id": str(uuid.uuid4()), "device_id": self.device_id, "agent_version": "0.1.0",
                "trigger": "manual", "taken_at": instant(),
                "facts": sorted(facts, key=lambda f: (f["id"], f["instance"]))}
        status, answer = self.post("/v1/reports", body)
        assert status == 201, answer


def fact(fact_id, value, instance="", source="netapi"):
    return {"id": fact_id, "instance": instance, "value": value, "source": source}


def unknown(fact_id, reason, instance=""):
    return {"id": fact_id, "instance": instance, "unknown": reason}


def account(name, password_age_days):
    return [fact("accounts.kind", "local", name), fact("accounts.password_logon", True, name),
            fact("accounts.password_ever_set", True, name),
            fact("accounts.password_changed_at", instant(password_age_days), name),
            fact("accounts.password_not_required", False, name), fact("accounts.password_never_expires", False, name),
            fact("accounts.ever_logged_on", True, name), fact("accounts.last_logon_at", instant(1), name)]


def profile(name, saved, official):
    return [fact("browser_credentials.store_status", "ok", name, "file"),
            fact("browser_credentials.saved", saved, name, "file"),
            fact("browser_credentials.official", official, name, "file"),
            fact("browser_credentials.account_store_saved", 0, name, "file")]


def pc_facts(accounts, profiles, minimum_length=12):
    return [fact("host.name", "PC", source="registry"), fact("host.os_name", "Windows 10 Pro", source="registry"),
            fact("accounts.enabled_human", len(accounts)), *sum(accounts, []),
            fact("browser_credentials.profiles", len(profiles), source="file"), *sum(profiles, []),
            fact("antivirus.products", 1, source="wsc"), fact("antivirus.state", "on", "Bkav Pro", "wsc"),
            fact("antivirus.definitions_current", True, "Bkav Pro", "wsc"),
            fact("antivirus.licensed_with_windows", False, "Bkav Pro", "wsc"),
            fact("antivirus.licence_expires_at", instant(-300), "Bkav Pro", "wsc"),
            fact("password_policy.minimum_length", minimum_length), fact("password_policy.complexity", True),
            fact("password_policy.passwords_expire", True), fact("password_policy.maximum_age_days", 90)]
