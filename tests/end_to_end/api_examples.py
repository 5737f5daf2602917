"""One request per operation of the people's API, for api_test.py: an operation without one fails that test.

`place` is what the request is about: a unit with a PC in it, either the callers' own or one that is foreign to those who have a unit.
"""

import itertools
from dataclasses import dataclass, field

_number = itertools.count(1)


@dataclass
class Place:
    unit: int
    name: str
    device: str
    host: str
    user: str = ""      # somebody who can be changed
    scan: str = ""      # a batch of this unit's PC alone
    more: dict = field(default_factory=dict)


@dataclass
class Example:
    path: dict = field(default_factory=dict)
    query: str = ""
    body: object = None
    status: int = 200          # when it is allowed
    foreign: int = 200         # to somebody who has another unit. 200: the answer leaves out what is foreign
    content_type: str = "application/json"


def _new_user(place):
    return {"user": f"new{next(_number)}", "role": "unit_manager", "unit_id": place.unit, "full_name": "Trần Thị Mới"}


# Those of one's own account come in order, as one uses them: api_test.py walks through them.
OWN_ACCOUNT = ("signIn", "getSession", "beginTotp", "enableTotp", "endTotp", "changeOwnPassword", "signOut")

EXAMPLES = {
    "getHealth": lambda place: Example(),
    "getOpenApi": lambda place: Example(),
    # people
    "listUsers": lambda place: Example(),
    "addUser": lambda place: Example(body=_new_user(place), status=201),
    "changeUser": lambda place: Example({"user": place.user}, body={"full_name": "Lê Văn Khác", "unit_id": place.unit}),
    "resetPassword": lambda place: Example({"user": place.user}),
    "resetTotp": lambda place: Example({"user": place.user}),
    "listApiTokens": lambda place: Example(),
    "addApiToken": lambda place: Example(body={"name": f"token {next(_number)}", "role": "unit_manager", "unit_id": place.unit,
                                               "expires_at": place.more["tomorrow"]}, status=201),
    "revokeApiToken": lambda place: Example({"id": place.more["new_api_token"]()}),
    "listAudit": lambda place: Example(query="?from=2026-01-01&q=sign&limit=5"),
    "exportAudit": lambda place: Example(query="?action=signIn"),
    "verifyAudit": lambda place: Example(),
    # units, PCs, scans, policy
    "listUnits": lambda place: Example(),
    "listDevices": lambda place: Example(query=f"?unit={place.unit}"),
    "getDevice": lambda place: Example({"device_id": place.device}, foreign=404),
    "listVerdicts": lambda place: Example({"device_id": place.device}, foreign=404),
    "listReports": lambda place: Example({"device_id": place.device}, foreign=404),
    "getPolicy": lambda place: Example(),
    "startScan": lambda place: Example(body={"devices": [place.device]}, status=201, foreign=404),
    "followScan": lambda place: Example({"batch_id": place.scan}, foreign=404),
    "getScan": lambda place: Example({"batch_id": place.scan}, foreign=404),
}
