"""What is asked of an opened centre, and whether a later version answers as the recorded one did."""

import csv
import html
import io
import json
import re
import time
import xml.etree.ElementTree as xml
import zipfile
from datetime import datetime, timedelta, timezone

from served_centre import wait_until

from faked_time import moment_of

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def command(*arguments, ignore=(), form="json", exit_code=0):
    return {"command": list(arguments), "ignore": list(ignore), "form": form, "exit": exit_code}


def get(path, form="json", by="admin", ignore=()):
    return {"get": path, "form": form, "by": by, "ignore": list(ignore)}


def asked(state):
    """The asks of a new recording; an old recording keeps its own."""
    until, period = state["last_day"], f"from={state['first_day']}&to={state['last_day']}"
    yesterday = state["day_before"]
    shown = state["shown"]
    asks = [
        command("audit", "verify", "--expect", state["audit_head"], ignore=["head", "entries"]),
        command("audit", "list", "--to", until),
        *(command(*each.split()) for each in ("unit list", "unit history", "token list", "user list", "api-token list", "device list",
                                              "policy versions", "policy show", "waiver list", "register list", "licence list",
                                              "licence without-date", "report schedules", "update list", "update status",
                                              "ca fingerprint", "retention show")),
        command("report", "write", "report.csv", "--from", state["first_day"], "--to", until, form="csv:report.csv"),
        command("unit", "export", "units.csv", form="csv:units.csv"),
        command("register", "export", "accounts.csv", form="csv:accounts.csv"),
        command("audit", "export", "audit.csv", "--to", until, form="csv:audit.csv"),
    ]
    asks += [get("/session", ignore=["csrf_token"]), get("/webhooks", ignore=["last_problem"])]
    asks += [get(path) for path in (
        "/units", "/units/changes?limit=100", "/overview", "/devices?limit=100&sort=host_name&include=revoked",
        "/devices?q=phuong%20ben%20thanh", "/devices?status=fail&sort=failed&order=desc", "/devices?status=silent", "/devices?clause=1c&verdict=fail",
        "/policy", "/policy/versions", "/policy/versions/1", "/policy/versions/2", "/waivers", "/web-systems", "/web-accounts",
        "/web-accounts?problem=overdue", "/licences", "/licences/devices-without-date", "/report-schedules", "/enrolment-tokens",
        "/users", "/api-tokens", "/webhooks/dead-letters", "/scans", f"/audit?limit=100&to={until}")]
    for device in shown:
        asks += [command("device", "show", device)]
        asks += [get(f"/devices/{device}{part}") for part in ("", "/verdicts", "/reports", "/changes", "/commands")]
    asks += [get(f"/devices/{device}/reports/{report}") for device, report in state["old_reports"]]
    asks += [get(f"/scans/{batch}") for batch in state["batches"]]
    asks += [get("/web-accounts.csv", "csv"), get("/units.csv", "csv"), get("/exports/devices.csv", "csv"),
             get(f"/exports/compliance.csv?{period}", "csv"), get(f"/exports/compliance.csv?from={yesterday}&to={yesterday}", "csv"),
             get(f"/exports/compliance.xlsx?{period}", "xlsx"), get("/exports/devices.xlsx", "xlsx"),
             get(f"/exports/report.html?{period}&signer=A&number=1", "html")]
    for somebody in ("quan.ly", "kiem.tra", "van.hanh", "hai.yeu.to", "token:auditor", "token:unit_manager"):
        asks += [get(path, by=somebody) for path in ("/units", "/overview", "/devices?limit=100", "/waivers", "/web-accounts")]
    return asks


class Asker:
    """Asks a centre that is served; everybody signs in once."""

    def __init__(self, centre, sign_in):
        self.centre, self._sign_in, self._people = centre, sign_in, {}

    def somebody(self, name):
        if name not in self._people:
            self._people[name] = self._sign_in(name)
        return self._people[name]

    def answer(self, ask):
        form = ask["form"]
        if "command" in ask:
            text = self.centre.command(*ask["command"], expect=ask["exit"])
            if form == "json":
                return json.loads(text)
            return read(form.split(":")[0], (self.centre.folder / form.split(":")[1]).read_bytes())
        status, headers, body = self.somebody(ask["by"]).ask("GET", ask["get"])
        while status == 429:
            time.sleep(int(headers["Retry-After"]))
            status, headers, body = self.somebody(ask["by"]).ask("GET", ask["get"])
        assert status == 200, (ask, status, body[:500])
        return read(form, body)


def read(form, body):
    if form == "json":
        return json.loads(body)
    if form == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    if form == "html":
        text = re.sub(r"(?s)<(style|script).*?</\1>", "", body.decode())
        return [line for line in (html.unescape(part).strip() for part in re.split(r"<[^>]*>", text)) if line]
    assert form == "xlsx", form
    return sheets(body)


def sheets(body):
    """Sheet → rows of texts."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        strings = ["".join(part.text or "" for part in entry.iter(f"{MAIN}t"))
                   for entry in xml.fromstring(book.read("xl/sharedStrings.xml"))]
        names = [sheet.get("name") for sheet in xml.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        found = {}
        for number, name in enumerate(names, 1):
            rows = xml.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{MAIN}row")
            found[name] = [[cell_text(cell, strings) for cell in row] for row in rows]
    return found


def cell_text(cell, strings):
    value = cell.find(f"{MAIN}v")
    text = "" if value is None else value.text
    return strings[int(text)] if cell.get("t") == "s" else text


def settled(asker, state):
    """Waits until the centre has judged again and counted the days in which it did not run."""
    day = state["day_before"]
    shown = "/".join(reversed(day.split("-")))

    def done():
        time.sleep(0.5)  # a person may ask 20 times a second
        if asker.answer(get("/policy/versions"))["judging"] != {"devices": 0, "day": None}:
            return False
        # It counts the days after it has judged.
        return any(shown in row for row in asker.answer(get(f"/exports/compliance.csv?from={day}&to={day}", "csv")))
    wait_until(done, 120, "the opened centre to have judged again")


class Comparison:
    """Every member that there was is there and says the same. Members may be added; what is later than the opening is now."""

    def __init__(self, opened, words=None):
        self.opened = opened
        self.words = words or {}
        self.found = []

    def compare(self, recorded, answer, place, ignore=()):
        if isinstance(recorded, dict) and isinstance(answer, dict):
            for name, value in recorded.items():
                if name in ignore:
                    continue
                if name not in answer:
                    self.found.append(f"{place}.{name}: missing, was {json.dumps(value, ensure_ascii=False)[:200]}")
                else:
                    self.compare(value, answer[name], f"{place}.{name}", ignore)
        elif isinstance(recorded, list) and isinstance(answer, list):
            if len(recorded) != len(answer):
                self.found.append(f"{place}: {len(answer)} entries, were {len(recorded)}")
            for number, (one, other) in enumerate(zip(recorded, answer)):
                self.compare(one, other, f"{place}[{number}]", ignore)
        elif not self.same(recorded, answer):
            self.found.append(f"{place}: {json.dumps(answer, ensure_ascii=False)[:200]}, was {json.dumps(recorded, ensure_ascii=False)[:200]}")

    def same(self, recorded, answer):
        if type(recorded) is not type(answer):
            return False
        return recorded == answer or (isinstance(recorded, str) and
                                      (self.is_now(recorded) and self.is_now(answer) or self.words.get(recorded) == answer))

    def is_now(self, text):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
            return moment_of(text) >= self.opened
        if re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", text):  # the office's time, to the minute
            local = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=timezone(timedelta(hours=7)))
            return local >= self.opened - timedelta(minutes=1)
        return False
