"""What is asked of an opened centre, and in which form its answers are kept and compared."""

import csv
import html
import io
import json
import re
import time
import xml.etree.ElementTree as xml
import zipfile
from datetime import date, timedelta

from served_centre import run, wait_until

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COMMANDS = ("unit list", "unit history", "token list", "user list", "api-token list", "device list", "policy versions",
            "policy show", "waiver list", "register list", "licence list", "licence without-date", "report schedules",
            "update list", "update status", "ca fingerprint", "retention show")
PAGES = ("/units", "/units/changes?limit=100", "/overview", "/devices?limit=100&sort=host_name&include=revoked",
         "/devices?q=phuong%20ben%20thanh", "/devices?status=fail&sort=failed&order=desc", "/devices?status=silent",
         "/devices?clause=1c&verdict=fail", "/policy", "/policy/versions", "/policy/versions/1", "/policy/versions/2",
         "/waivers", "/web-systems", "/web-accounts", "/web-accounts?problem=overdue",
         "/web-accounts?revocation=revoked", "/licences", "/licences/devices-without-date", "/report-schedules",
         "/enrolment-tokens", "/users", "/api-tokens", "/webhooks/dead-letters", "/scans")
OF_A_PC = ("", "/verdicts", "/reports", "/changes", "/commands", "/notes")
OF_EVERYBODY = ("/units", "/overview", "/devices?limit=100", "/waivers", "/web-accounts")


def command(*arguments, ignore=(), form="json"):
    """`form` csv:FILE: the command writes that file."""
    return {"command": list(arguments), "ignore": list(ignore), "form": form}


def get(path, form="json", by="admin", ignore=()):
    return {"get": path, "form": form, "by": by, "ignore": list(ignore)}


def days(first, last):
    day, last = date.fromisoformat(first), date.fromisoformat(last)
    return [(day + timedelta(days=number)).isoformat() for number in range((last - day).days + 1)]


def name_of(ask):
    return " ".join(ask.get("command") or ask.get("agent") or [ask["get"], "by", ask["by"]])


def asked(state):
    """The asks of a new recording; an old recording keeps its own."""
    until, before = state["last_day"], state["day_before"]
    period = f"from={state['first_day']}&to={until}"
    return [
        command("audit", "verify", "--expect", state["audit_head"], ignore=["head", "entries"]),
        command("audit", "list", "--to", until),
        *(command(*each.split()) for each in COMMANDS),
        command("report", "write", "report.csv", "--from", state["first_day"], "--to", until, form="csv:report.csv"),
        command("unit", "export", "units.csv", form="csv:units.csv"),
        command("register", "export", "accounts.csv", form="csv:accounts.csv"),
        command("audit", "export", "audit.csv", "--to", until, form="csv:audit.csv"),
        *(command("device", "show", device) for device in state["shown"]),
        get("/openapi.json", "openapi"),
        get("/session", ignore=["csrf_token"]), get("/webhooks", ignore=["last_problem"]),
        get(f"/audit?limit=100&to={until}"),
        *(get(path) for path in PAGES),
        *(get(f"/devices/{device}{part}") for device in state["shown"] for part in OF_A_PC),
        *(get(f"/devices/{device}/reports/{report}") for device, report in state["old_reports"]),
        *(get(f"/scans/{batch}") for batch in state["batches"]),
        *(get(f"/{name}.csv", "csv") for name in ("web-accounts", "units", "exports/devices")),
        get(f"/exports/compliance.csv?{period}", "csv"),
        *(get(f"/exports/compliance.csv?from={each}&to={each}", "csv")
          for each in [*days(state["first_day"], until), before]),
        get(f"/exports/compliance.xlsx?{period}", "xlsx"), get("/exports/devices.xlsx", "xlsx"),
        get(f"/exports/report.html?{period}&signer=A&number=1", "html"),
        *(get(path, by=somebody) for path in OF_EVERYBODY
          for somebody in ("quan.ly", "kiem.tra", "van.hanh", "hai.yeu.to", "token:auditor", "token:unit_manager")),
    ]


class Asker:
    """Asks a centre that is served; everybody signs in once."""

    def __init__(self, centre, sign_in):
        self.centre, self._sign_in, self._people = centre, sign_in, {}

    def answer(self, ask):
        if "command" in ask:
            text = self.centre.command(*ask["command"])
            form, _, file = ask["form"].partition(":")
            return read(form, (self.centre.folder / file).read_bytes() if file else text.encode())
        status, headers, body = self._get(ask)
        while status == 429:
            time.sleep(int(headers["Retry-After"]))
            status, headers, body = self._get(ask)
        assert status == 200, (ask, status, body[:500])
        return read(ask["form"], body)

    def _get(self, ask):
        name = ask["by"]
        if name not in self._people:
            self._people[name] = self._sign_in(name)
        return self._people[name].ask("GET", ask["get"])

    def settle(self, day):
        """Waits until the centre has judged again and has counted `day`, on which it did not run."""
        shown = "/".join(reversed(day.split("-")))

        def done():
            time.sleep(0.5)  # a person may ask 20 times a second
            if self.answer(get("/policy/versions"))["judging"] != {"devices": 0, "day": None}:
                return False
            # It counts the days after it has judged.
            counted = self.answer(get(f"/exports/compliance.csv?from={day}&to={day}", "csv"))
            return any(shown in row.values() for row in counted)
        wait_until(done, 120, "the opened centre to have judged again")


# --- an answer as what is compared member by member ---

def read(form, body):
    forms = {"json": json.loads, "openapi": lambda text: by_name(json.loads(text)), "csv": rows_of_csv, "xlsx": sheets,
             "html": shown_text}
    return forms[form](body)


def rows_of_csv(body):
    """Column → cell, of each row."""
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert len(set(head)) == len(head) and {len(row) for row in rows} <= {len(head)}, head
    return [dict(zip(head, row)) for row in rows]


def shown_text(body):
    text = re.sub(r"(?s)<(style|script).*?</\1>", "", body.decode())
    return [line for line in (html.unescape(part).strip() for part in re.split(r"<[^>]*>", text)) if line]


def sheets(body):
    """Sheet → rows: column letter → text."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        # A workbook may keep its texts in one place or in the cells.
        shared = "xl/sharedStrings.xml" in book.namelist() and book.read("xl/sharedStrings.xml")
        strings = [text_of(entry) for entry in xml.fromstring(shared)] if shared else []
        names = [each.get("name") for each in xml.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        return {name: rows_of_sheet(book.read(f"xl/worksheets/sheet{number}.xml"), strings)
                for number, name in enumerate(names, 1)}


def text_of(element):
    return "".join(part.text or "" for part in element.iter(f"{MAIN}t"))


def rows_of_sheet(text, strings):
    def shown(cell):
        if cell.get("t") == "inlineStr":
            return text_of(cell)
        value = cell.find(f"{MAIN}v")
        value = "" if value is None else value.text
        return strings[int(value)] if cell.get("t") == "s" else value
    return [{cell.get("r").rstrip("0123456789"): shown(cell) for cell in row}
            for row in xml.fromstring(text).iter(f"{MAIN}row")]


def by_name(part):
    """A description of an API without its sentences; its lists are sets, to which something may be added."""
    if isinstance(part, dict):
        return {name: by_name(value) for name, value in part.items() if name not in ("description", "summary")
                or not isinstance(value, str)}
    if isinstance(part, list):
        names = [each.get("name") or each.get("$ref") or json.dumps(each, sort_keys=True) if isinstance(each, dict)
                 else json.dumps(each) for each in part]
        return {name: by_name(each) for name, each in zip(names, part)}
    return part


def put_together(document):
    """A description as one whole (by_name): what it refers to, and what it makes of parts, stands in its place."""
    schemas = document["components"]["schemas"]

    def whole(part):
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return whole(schemas[part["$ref"].rsplit("/", 1)[1]])
        if "allOf" not in part:
            return {name: whole(each) for name, each in part.items()}
        objects = [whole(each) for each in part["allOf"].values()]
        return {"type": "object", **{each: {name: value for one in objects for name, value in one[each].items()}
                                     for each in ("required", "properties")}}
    return whole(document)


# --- the agent's data folder ---

def of_the_agent():
    return [{"agent": verb, "form": "json", "ignore": []} for verb in (["status"], ["status", "--settings"])]


def agent_answer(program, folder, ask):
    """Of the data folder `folder`/agent, whose service does not run."""
    done = run([program, "--json", "--lang", "vi", "--data", "agent", *ask["agent"]], cwd=folder)
    return json.loads(done.stdout)
