"""Says to a centre what recorded agents said, byte by byte but for the ids of commands, and looks at its answers as they did."""

import hashlib
import json
import socket
import threading

from recording_proxy import client_context, read_message

# What no later answer can repeat; what must be there all the same.
MADE_ANEW = {"certificate", "id"}
LONGEST_WAIT = 120


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

    def send(self, name, request):
        """Status, content type and body of the answer to a recorded request of the PC `name`."""
        head, body = request["head"], request["body"]
        for old, new in self.commands.items():
            head, body = head.replace(old, new), body.replace(old, new)
        context = client_context(self.centre.folder / "data/ca.crt", self.identities.get(name))
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.centre.agents_port))) as connection:
            connection.settimeout(LONGEST_WAIT)
            connection.sendall(head.encode() + body.encode())
            answer = read_message(connection)
        assert answer is not None, f"no answer to {head}"
        lines = answer[0].decode().split("\r\n")
        headers = {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:] if ":" in line}
        return int(lines[0].split(" ")[1]), headers["content-type"], answer[1]

    def run(self):
        for each in self.said:
            place = f"{each['pc']} {each['request']['head'].split(' HTTP')[0]}"
            answered = self._while_ordering(each) if "office" in each else self.send(each["pc"], each["request"])
            self._compare(place, each, *answered)
            self._note_end(each)

    def _note_end(self, each):
        command = each["request"]["head"].split(" ")[1].removeprefix("/v1/commands/")
        if command in self.commands and (state := json.loads(each["request"]["body"])["state"]) != "running":
            self.ended[each["pc"]][self.commands[command]] = state

    def _while_ordering(self, each):
        """The office orders something while the PC waits; an order that takes longer than the wait is waited for again."""
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.send(each["pc"], each["request"])), daemon=True)
        waiting.start()
        self.centre.cli(*each["office"])
        waiting.join(LONGEST_WAIT)
        status, kind, body = answers[0]
        return (status, kind, body) if b'"id"' in body else self.send(each["pc"], each["request"])

    def _compare(self, place, each, status, kind, body):
        then = each["answer"]
        lines = then["head"].split("\r\n")
        then_kind = next(line.split(": ", 1)[1] for line in lines if line.lower().startswith("content-type"))
        if (status, kind) != (int(lines[0].split(" ")[1]), then_kind):
            self.differences.append(f"{place}: {status} {kind} {body[:200]}, was {lines[0]} {then_kind}")
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
                elif name in MADE_ANEW or name == "message":  # a sentence for people, which the agent shows as it is
                    self._same(f"{place} {name}", type(value)(), type(new[name])())
                else:
                    self._same(f"{place} {name}", value, new[name])
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for one, other in zip(old, new):
                self._same(place, one, other)
        elif old != new:
            self.differences.append(f"{place}: {new!r}, was {old!r}")

    def _learn(self, name, old, new):
        """A certificate is used from now on; a command has another id than then."""
        if "certificate" in new:
            self._identify(name, new["certificate"])
        for one, other in zip(old.get("commands", []), new.get("commands", [])):
            self.commands[one["id"]] = other["id"]

    def requests_of(self, name, path):
        return [each["request"] for each in self.said if each["pc"] == name and each["request"]["head"].split(" ")[1] == path]
