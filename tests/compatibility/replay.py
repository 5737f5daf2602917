"""Says to a centre what recorded agents said, and looks at its answers as they did.

Byte by byte, but for the ids of commands, which the centre draws.
"""

import hashlib
import json
import socket
import threading
import time

from recording_proxy import client_context, read_message

# No later answer can repeat it, or it is a sentence for people: it must be there, and of the same kind.
MADE_ANEW = {"certificate", "id", "message"}
LONGEST_WAIT = 120


def target(request):
    return request["head"].split(" ")[1]


def status_and_kind(head):
    """Status and content type of an answer."""
    first, *lines = head.split("\r\n")
    headers = {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in lines if line}
    return int(first.split(" ")[1]), headers.get("content-type")


class Replay:
    """`differences` is empty when every recorded request was answered as it was then."""

    def __init__(self, centre, requests, folder):
        self.centre, self.said, self.folder = centre, requests["said"], folder
        self.identities, self.commands, self.differences = {}, {}, []
        self.ended = {name: {} for name in requests["pcs"]}  # command → how the PC said that it ended
        for name, pc in requests["pcs"].items():
            self._write(name, "key", pc["key"])
            if pc["certificate"]:
                self._identify(name, pc["certificate"])

    def _write(self, name, kind, text):
        file = self.folder / f"{name}.{kind}"
        file.write_text(text)
        return file

    def _identify(self, name, certificate):
        self.identities[name] = self._write(name, "certificate", certificate), self.folder / f"{name}.key"

    def requests_of(self, name, path):
        return [each["request"] for each in self.said if each["pc"] == name and target(each["request"]) == path]

    def send(self, name, request):
        """Head and body of the answer to a recorded request of the PC `name`."""
        head, body = request["head"], request["body"]
        for old, new in self.commands.items():
            head, body = head.replace(old, new), body.replace(old, new)
        context = client_context(self.centre.folder / "data/ca.crt", self.identities.get(name))
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.centre.agents_port))) as connection:
            connection.settimeout(LONGEST_WAIT)
            connection.sendall(head.encode() + body.encode())
            answer = read_message(connection)
        assert answer is not None, f"no answer to {head}"
        return answer[0].decode(), answer[1]

    def run(self):
        for each in self.said:
            name, request = each["pc"], each["request"]
            answer = self._while_ordering(each) if "office" in each else self.send(name, request)
            self._compare(f"{name} {request['head'].split(' HTTP')[0]}", each, *answer)
            command = target(request).removeprefix("/v1/commands/")
            if command in self.commands and (state := json.loads(request["body"])["state"]) != "running":
                self.ended[name][self.commands[command]] = state

    def _while_ordering(self, each):
        """The office orders something while the PC waits. It may be told that there is nothing yet: it waits again."""
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.send(each["pc"], each["request"])), daemon=True)
        waiting.start()
        self.centre.cli(*each["office"])
        waiting.join(LONGEST_WAIT)
        end = time.monotonic() + LONGEST_WAIT
        while b'"id"' not in answers[-1][1] and time.monotonic() < end:
            answers.append(self.send(each["pc"], each["request"]))
        return answers[-1]

    def _compare(self, place, each, head, body):
        then = each["answer"]
        if status_and_kind(head) != status_and_kind(then["head"]):
            self.differences.append(f"{place}: {head} {body[:200]}, was {then['head']}")
        elif "sha256" in then:
            if hashlib.sha256(body).hexdigest() != then["sha256"]:
                self.differences.append(f"{place}: other bytes")
        else:
            old, new = json.loads(then["body"]), json.loads(body)
            self._same(place, old, new)
            self._learn(each["pc"], old, new)

    def _same(self, place, old, new):
        if isinstance(old, dict) and isinstance(new, dict):
            for name, value in old.items():
                if name not in new:
                    self.differences.append(f"{place}: no member {name}")
                elif name in MADE_ANEW:
                    self._same(f"{place} {name}", type(value).__name__, type(new[name]).__name__)
                else:
                    self._same(f"{place} {name}", value, new[name])
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for one, other in zip(old, new):
                self._same(place, one, other)
        elif old != new or type(old) is not type(new):
            self.differences.append(f"{place}: {new!r}, was {old!r}")

    def _learn(self, name, old, new):
        """A certificate is used from now on; a command has another id than then."""
        if "certificate" in new:
            self._identify(name, new["certificate"])
        for one, other in zip(old.get("commands", []), new.get("commands", [])):
            self.commands[one["id"]] = other["id"]
