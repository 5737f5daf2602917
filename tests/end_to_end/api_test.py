#!/usr/bin/env python3
"""The people's API against its own description: every operation is called, as every role, on its own units and on
foreign ones, and every answer is what the description says. What an operation is called with stands in
api_examples.py."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from datetime import datetime, timedelta, timezone

import jsonschema

from api_description import undescribed
from api_examples import EXAMPLES, OWN_ACCOUNT, Example, Place
from page_centre import Centre, Pc, account, fact

PASSWORD = "Trời mưa 7 ngày!A"
# Which roles a right (x-right) is given to.
ROLES = {"read": {"administrator", "operator", "auditor", "unit_manager"}, "scan": {"administrator", "operator"},
         "describe": {"administrator", "operator"},
         "audit": {"administrator", "auditor"}, "administer": {"administrator"}}


def check(condition, what):
    if not condition:
        raise AssertionError(what)


class Api:
    """Asks as one caller, and checks every answer against the description."""

    def __init__(self, port, document):
        self.port, self.document, self.called = port, document, set()
        self.operations = {operation["operationId"]: (method.upper(), path, operation)
                           for path, item in document["paths"].items() for method, operation in item.items()
                           if method != "parameters"}

    def send(self, method, target, body=None, headers=None, content_type="application/json"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # other tests look at the certificate
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = content_type
            body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        while True:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            # Events come as long as the scan is not finished: the first will do.
            stream = answer.headers["Content-Type"].startswith("text/event-stream")
            content = answer.readline() + answer.readline() if stream else answer.read()
            connection.close()
            if answer.status != 429:
                return answer.status, answer.headers, content
            time.sleep(int(answer.headers["Retry-After"]))

    def call(self, name, example, headers):
        method, path, operation = self.operations[name]
        named = {place: urllib.parse.quote(str(value), safe="") for place, value in example.path.items()}
        status, got, content = self.send(method, path.format(**named) + example.query, example.body, headers,
                                         example.content_type)
        self.called.add(name)
        self.validate(name, operation, status, got, content)
        return status, got, content

    def validate(self, name, operation, status, got, content):
        described = operation["responses"].get(str(status)) or operation["responses"]["default"]
        if status < 400:
            check(str(status) in operation["responses"], f"{name}: {status} is not described: {content[:300]}")
        kind, media = next(iter(described["content"].items()))
        check(got["Content-Type"].split(";")[0] == kind, f"{name} {status}: {got['Content-Type']} instead of {kind}")
        if "json" not in kind:
            if kind.startswith("text/"):
                content.decode("utf-8")
            return
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": self.document["components"],
                  **media["schema"]}
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(content)))
        check(not errors, f"{name} {status}: {errors[:3]}")
        unsaid = undescribed(media["schema"], json.loads(content), self.document)
        check(not unsaid, f"{name} {status}: the description does not name {sorted(set(unsaid))}")


class Person:
    def __init__(self, api, name, role, unit=None):
        self.api, self.name, self.role, self.unit = api, name, role, unit
        self.headers = {}

    def __str__(self):
        return f"{self.role} of {'unit ' + str(self.unit) if self.unit else 'all units'}"

    def sign_in(self, password=PASSWORD, code=None):
        body = {"user": self.name, "password": password, **({"code": code} if code else {})}
        status, got, content = self.api.call("signIn", _own(body), {})
        if status == 200:
            self.keep(got, content)
        return status, json.loads(content)

    def keep(self, got, content):
        cookie = got["Set-Cookie"]
        self.headers = {"Cookie": cookie.split(";")[0], "X-CSRF-Token": json.loads(content)["csrf_token"]}

    def call(self, name, example):
        return self.api.call(name, example, self.headers)


def _own(body=None):
    return Example(body=body)


def one_time_code(secret, step):
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def walk_through_own_account(person):
    """Every operation of one's own account, with the right and with wrong values."""
    check(person.call("getSession", _own())[0] == 200, "who is signed in")
    first = dict(person.headers)
    check(person.sign_in()[0] == 200, "once more, from here")
    sessions = json.loads(person.call("listSessions", _own())[2])["sessions"]
    other = [session["id"] for session in sessions if not session["current"]]
    check(len(sessions) == len(other) + 1 and other, f"both are listed: {sessions}")
    for session in other:
        check(person.call("endSession", Example({"id": session}))[0] == 200, "another one's own session is ended")
        check(person.call("endSession", Example({"id": session}))[0] == 404, "once")
    check(person.api.call("getSession", _own(), first)[0] == 401, "and is over")
    check(json.loads(person.call("endOtherSessions", _own())[2])["ended"] == 0, "there is no other left")
    secret = json.loads(person.call("beginTotp", _own())[2])["secret"]
    check(person.call("enableTotp", _own({"code": "abc"}))[0] == 400, "a wrong code enables nothing")
    step = int(time.time()) // 30
    check(person.call("enableTotp", _own({"code": one_time_code(secret, step)}))[0] == 200, "a right code does")
    check(person.sign_in()[1]["code"] == "code_needed", "a code is asked for")
    check(person.sign_in(code=one_time_code(secret, step))[1]["code"] == "wrong_code", "no code serves twice")
    check(person.call("makeRecoveryCodes", _own({"code": "abc"}))[0] == 400, "a wrong code makes none")
    # One step ahead is still right: the test need not wait for it.
    codes = json.loads(person.call("makeRecoveryCodes", _own({"code": one_time_code(secret, step + 1)}))[2])
    check(len(codes["recovery_codes"]) == 10, "ten recovery codes")
    check(person.sign_in(code=codes["recovery_codes"][3])[0] == 200, "one of them is right")
    check(person.sign_in(code=codes["recovery_codes"][3])[1]["code"] == "wrong_code", "once")
    check(person.call("endTotp", _own({"password": "wrong"}))[0] == 400, "without the password the second factor stays")
    check(person.call("endTotp", _own({"password": PASSWORD}))[0] == 200, "with it, it ends")
    for new in ("short", "P@ssw0rd1234!", PASSWORD):
        check(person.call("changeOwnPassword", _own({"old_password": PASSWORD, "new_password": new}))[0] == 400,
              f"{new} is refused")
    status, got, content = person.call("changeOwnPassword",
                                       _own({"old_password": PASSWORD, "new_password": "Nắng to 8 ngày!B"}))
    check(status == 200, content)
    old = dict(person.headers)
    person.keep(got, content)
    check(person.api.call("getSession", _own(), old)[0] == 401, "the session from before is over")
    check(person.call("signOut", _own())[0] == 200, "signing out")
    check(person.call("getSession", _own())[0] == 401, "and it is over")


def try_everything(person, own, foreign):
    """Each operation on the own and on the foreign place; what the description's right and the unit let expect."""
    for name, (_, _, operation) in person.api.operations.items():
        right = operation["x-right"]
        if name in OWN_ACCOUNT:
            continue
        for place in (own, foreign):
            example = EXAMPLES[name](place)
            elsewhere = place is foreign and person.unit is not None
            allowed = right == "none" or (person.role in ROLES[right] and not (right == "audit" and person.unit))
            expected = (example.foreign if elsewhere and example.foreign != 200 else example.status) if allowed else 403
            status, _, content = person.call(name, example)
            check(status == expected, f"{name} as {person} on the {'foreign' if place is foreign else 'own'} unit: "
                                      f"{status} instead of {expected}: {content[:300]}")
            if person.unit is not None and right != "none":
                for word in (foreign.name, foreign.device, foreign.host):
                    if word in json.dumps(example.body, ensure_ascii=False):
                        continue  # an error may say which one there is not
                    check(word.encode() not in content, f"{name} as {person} shows {word}")


def refuse_strangers(api, own):
    for name, (method, _, operation) in api.operations.items():
        if operation["x-right"] == "none":
            continue
        example = EXAMPLES[name](own) if name in EXAMPLES else _own({} if "requestBody" in operation else None)
        check(api.call(name, example, {})[0] == 401, f"{name} answers to nobody")
        check(api.call(name, example, {"Authorization": "Bearer " + "0" * 64})[0] == 401,
              f"{name} answers to a wrong token")


def made_by(administrator, name, place):
    """The id of something new, made by the operation `name` for the one that changes or removes it."""
    status, _, content = administrator.call(name, EXAMPLES[name](place))
    check(status == 201, f"{name}: {content[:300]}")
    return json.loads(content)["id"]


def web_account(administrator, place):
    system = made_by(administrator, "addWebSystem", place)
    example = EXAMPLES["importWebAccounts"](place)
    example.path, example.query = {"id": system}, "?preview=false"
    check(administrator.call("importWebAccounts", example)[0] == 200, "accounts are imported")
    accounts = json.loads(administrator.call("listWebAccounts", Example(query=f"?system={system}"))[2])
    return accounts["accounts"][0]["id"]


def new_account(centre):
    return centre.cli("service-account", "add", f"service-{uuid.uuid4()}", "--owner", "admin")["name"]


def new_device(centre, unit):
    return Pc(centre, "PC-BO", centre.cli("token", "create", "--unit", str(unit))["token"]).device_id


def renewed_device(centre, unit):
    """A PC that was set up anew, and what it was before: two device ids with the same hardware."""
    board = {"hardware": {"system": hashlib.sha256(uuid.uuid4().bytes).hexdigest(), "disk": "", "machine": ""}}
    before, anew = (Pc(centre, "PC-CAI-LAI", centre.cli("token", "create", "--unit", str(unit))["token"], **board)
                    for _ in range(2))
    return anew.device_id, before.device_id


def revoked_device(centre, unit):
    device = new_device(centre, unit)
    centre.cli("device", "revoke", device)
    return device


def disabled_user(centre):
    name = f"gone.{uuid.uuid4()}"
    centre.cli("user", "add", name, "--role", "auditor")
    centre.cli("user", "disable", name)
    return name


def fill(centre, administrator):
    places = []
    for name, host in (("Phường Nhà", "PC-NHA"), ("Phường Xa", "PC-XA-LAC")):
        unit = centre.cli("unit", "add", name)["id"]
        pc = Pc(centre, host, centre.cli("token", "create", "--unit", str(unit))["token"])
        pc.report([fact("accounts.enabled_human", 1), *account(f"nguoi.{unit}", 120)])
        user = f"other{unit}"
        centre.cli("user", "add", user, "--role", "unit_manager", "--unit", str(unit))
        scan = centre.cli("scan", "--device", pc.device_id)["batch_id"]
        tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        place = Place(unit, name, pc.device_id, host, user, scan)
        report = json.loads(administrator.call("listReports",
                                               Example({"device_id": pc.device_id}))[2])["reports"][0]["report_id"]

        def new_token(of=unit):
            centre.cli("token", "create", "--unit", str(of))
            return centre.cli("token", "list")["tokens"][-1]["id"]

        place.more = {
            "pc": pc, "tomorrow": tomorrow, "report": report, "new_token": new_token,
            "new_api_token": lambda: centre.cli("api-token", "create", f"short-lived {uuid.uuid4()}", "--days",
                                                "1", "--owner", "admin")["id"],
            "new_account": lambda: new_account(centre),
            "new_unit": lambda of=unit: centre.cli("unit", "add", f"Tổ {uuid.uuid4()}", "--parent", str(of))["id"],
            "new_device": lambda of=unit: new_device(centre, of),
            "renewed_device": lambda of=unit: renewed_device(centre, of),
            "disabled_user": lambda: disabled_user(centre),
            "revoked_device": lambda of=unit: revoked_device(centre, of),
            "card": lambda of=pc.device_id: centre.cli("device", "show", of)["card"]["number"],
            "new_note": lambda of=pc.device_id: centre.cli("device", "note", "add", of, "máy chậm")["id"],
            "made": lambda name, of=place: made_by(administrator, name, of),
            "web_account": lambda of=place: web_account(administrator, of)}
        places.append(place)
    return places


def add_person(centre, api, name, role, unit=None):
    where = ["--unit", str(unit)] if unit else []
    subprocess.run([centre.program, "user", "add", name, "--role", role, *where, "--password-stdin", "--data",
                    centre.folder / "data"],
                   check=True, input=PASSWORD + "\n", stdout=subprocess.DEVNULL, text=True)
    person = Person(api, name, role, unit)
    check(person.sign_in()[0] == 200, f"{name} signs in")
    return person


def search_as_pages_and_forms_do(person, own, foreign):
    """URLSearchParams and forms write a space as '+'; other programs as %20; and what is no text is refused."""
    def found(query):
        status, _, content = person.call("listDevices", Example(query=query))
        check(status == 200, f"{query}: {content[:300]}")
        return [device["host_name"] for device in json.loads(content)["devices"]]

    for query in ("?q=phuong+nha", "?q=phuong%20nha", "?" + urllib.parse.urlencode({"q": "Phường Nhà"})):
        hosts = found(query)
        check(own.host in hosts and foreign.host not in hosts, f"{query} finds the ward's PCs: {hosts}")
    check(found("?q=phuong%2Bnha") == [], "an encoded plus is a plus")
    for query in ("?q=100%", "?q=%C4", "?q=%zz"):
        status, _, content = person.call("listDevices", Example(query=query))
        check(status == 400 and json.loads(content)["code"] == "bad_address", f"{query}: {status} {content[:300]}")
    words = urllib.parse.urlencode({"place": "Hà Nội", "signer": "A+B"})
    page = person.call("showReport", Example(query="?" + words))[2].decode()
    check("Hà Nội" in page and "A+B" in page and "Hà+Nội" not in page, "the printed report says what was typed")


def survive_nested_bodies(centre, api, person, pc):
    """A body that goes on inside itself ends no process: not as anybody, at no address of either listener."""
    # Below and above 64 KiB, from which on strangers are refused by the head alone.
    bodies = ["[" * levels + "]" * levels for levels in (30_000, 100_000)]
    bodies += ['{"user":' + body + "}" for body in bodies]
    for name, (method, path, operation) in api.operations.items():
        for body in bodies:
            for headers in ({}, person.headers):
                target = re.sub(r"\{.*?\}", "1", path)
                status, _, content = api.send(method, target, body, headers)
                # An import answers 200 with what is wrong with its lines.
                refused = 400 <= status < 500 or status == 200 and json.loads(content)["errors"]
                check(refused, f"{name} with a nested body: {status} {content[:300]}")
                if headers and "requestBody" not in operation:
                    check(json.loads(content)["code"] == "body_not_taken", f"{name}: {content[:300]}")
    posts = [("POST", "/v1/" + name) for name in ("enroll", "reports", "heartbeat", "renew", "commands", "commands/1")]
    for method, path in [*posts, ("GET", "/v1/updates/1/0"), ("GET", "/healthz")]:
        for body in bodies:
            for known in (True, False):
                status, content = pc.send(method, path, body, known)
                check(400 <= status < 500, f"{method} {path} with a nested body: {status} {content[:300]}")
    check(centre.process.poll() is None and person.call("listUnits", Example())[0] == 200, "the centre is still there")


def look_at_first_login(centre, api, own):
    given = centre.cli("user", "add", "moi.vao", "--role", "unit_manager", "--unit", str(own.unit))["password"]
    person = Person(api, "moi.vao", "unit_manager", own.unit)
    session = person.sign_in(given)[1]
    check(session["must_change_password"], "a password that was made has to be changed")
    for name, (_, _, operation) in api.operations.items():
        if operation["x-right"] in ("none", "self"):
            continue
        status, _, content = person.call(name, EXAMPLES[name](own))
        check(status == 403 and json.loads(content)["code"] == "password_change_needed",
              f"{name} before the first password: {content[:200]}")


def main():
    with tempfile.TemporaryDirectory(prefix="wardwatch-api-") as name:
        centre = Centre(pathlib.Path(os.environ["WARDWATCH_CENTRAL"]).resolve(), pathlib.Path(name))
        try:
            port = int(centre.started["people_url"].rsplit(":", 1)[1])
            document = json.loads(Api(port, {"paths": {}}).send("GET", "/api/v1/openapi.json")[2])
            check(document["openapi"] == "3.1.0", "it is OpenAPI 3.1")
            api = Api(port, document)
            missing = set(api.operations) - set(EXAMPLES) - set(OWN_ACCOUNT)
            check(not missing, f"write an example in api_examples.py for: {sorted(missing)}")
            own, foreign = fill(centre, add_person(centre, api, "quantri1", "administrator"))
            refuse_strangers(api, own)
            searching = add_person(centre, api, "quantri3", "administrator")
            search_as_pages_and_forms_do(searching, own, foreign)
            survive_nested_bodies(centre, api, searching, own.more["pc"])
            look_at_first_login(centre, api, own)
            people = [add_person(centre, api, "quantri2", "administrator"),
                      add_person(centre, api, "thao.tac", "operator"),
                      add_person(centre, api, "thao.tac.nha", "operator", own.unit),
                      add_person(centre, api, "kiem.tra", "auditor"),
                      add_person(centre, api, "kiem.tra.nha", "auditor", own.unit),
                      add_person(centre, api, "quan.ly", "unit_manager", own.unit)]
            for person in people:
                try_everything(person, own, foreign)
                walk_through_own_account(person)
            check(api.called == set(api.operations), f"never called: {set(api.operations) - api.called}")
            check(centre.cli("audit", "verify")["valid"], "the audit log is whole after all that")
            print(f"api: {len(api.called)} operations, as {len(people)} people on their own and on foreign units, "
                  f"all as described")
        finally:
            centre.close()


if __name__ == "__main__":
    sys.exit(main())
