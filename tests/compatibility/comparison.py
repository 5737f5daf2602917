"""Whether a later answer says everything that an earlier one said."""

import json
import re
from datetime import datetime, timedelta, timezone

from faked_time import moment_of

OFFICE = timezone(timedelta(hours=7))


class Comparison:
    """Every member that there was is there and says the same; members may be added. Instants from `opened` on are now.

    `words`: texts that are others on purpose; `retold` gives for a text how it may be told today, too. `found` says
    what differs.
    """

    def __init__(self, opened, words, retold):
        self.opened, self.words, self.retold, self.found = opened, words, retold, []

    def compare(self, old, new, place, ignore=()):
        if isinstance(old, dict) and isinstance(new, dict):
            for name, value in old.items():
                if name in ignore:
                    continue
                name_now = name if name in new else self.words.get(name, name)
                if name_now in new:
                    self.compare(value, new[name_now], f"{place} › {name}", ignore)
                else:
                    self.found.append(f"{place} › {name}: missing, was {self._short(value)}")
        elif isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                self.found.append(f"{place}: {len(new)} entries, were {len(old)}")
            for number, (one, other) in enumerate(zip(old, new)):
                self.compare(one, other, f"{place}[{number}]", ignore)
        elif not self._same(old, new):
            self.found.append(f"{place}: {self._short(new)}, was {self._short(old)}")

    @staticmethod
    def _short(value):
        return json.dumps(value, ensure_ascii=False)[:200]

    def _same(self, old, new):
        if type(old) is not type(new):
            return False
        if isinstance(old, str) and self._is_now(old) and self._is_now(new):
            return True
        return old == new or (isinstance(old, str) and (self.words.get(old) == new or new in self.retold(old)))

    def _is_now(self, text):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
            return moment_of(text) >= self.opened
        if re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", text):  # the office's, to the minute
            local = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=OFFICE)
            return local >= self.opened - timedelta(minutes=1)
        return False
