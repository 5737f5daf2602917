"""One request per operation of the people's API, for api_test.py: an operation without one fails that test.

`place` is what the request is about: a unit with a PC in it, either the callers' own or one that is foreign to those
who have a unit.
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


def _take_over(anew, before):
    return Example({"device_id": anew}, body={"from": before})


def _accounts(place):
    return ("account,owner,unit,last password change,last login,status\r\n"
            f"an.nguyen,Nguyễn Văn An,{place.name},2026-10-01,2026-11-01,active\r\n")


# Those of one's own account come in order, as one uses them: api_test.py walks through them.
OWN_ACCOUNT = ("signIn", "getSession", "listSessions", "endSession", "endOtherSessions", "beginTotp", "enableTotp",
               "makeRecoveryCodes", "endTotp", "changeOwnPassword", "signOut")

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
    "addApiToken": lambda place: Example(body={"name": f"token {next(_number)}", "role": "unit_manager",
                                               "unit_id": place.unit,
                                               "expires_at": place.more["tomorrow"]}, status=201),
    "revokeApiToken": lambda place: Example({"id": place.more["new_api_token"]()}),
    "endSession": lambda place: Example({"id": "0" * 16}),
    "listServiceAccounts": lambda place: Example(),
    "addServiceAccount": lambda place: Example(body={"name": f"tài khoản {next(_number)}"}, status=201),
    "changeServiceAccount": lambda place: Example({"name": place.more["new_account"]()}, body={"disabled": True}),
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

# Units, PCs and tokens in more detail.
EXAMPLES |= {
    "getOverview": lambda place: Example(query=f"?unit={place.unit}", foreign=404),
    "addUnit": lambda place: Example(body={"name": f"Phòng {next(_number)}", "parent_id": place.unit}, status=201),
    "exportUnits": lambda place: Example(),
    "listUnitChanges": lambda place: Example(query="?limit=5"),
    "importUnits": lambda place: Example(query="?preview=true", body=f"path\r\nPhòng {next(_number)}\r\n",
                                         content_type="text/csv"),
    "changeUnit": lambda place: Example({"unit_id": place.more["new_unit"]()}, body={"name": f"Phòng {next(_number)}"}),
    "mergeUnit": lambda place: Example({"unit_id": place.more["new_unit"]()}, body={"into": place.unit}),
    "moveDevices": lambda place: Example(body={"devices": [place.device], "unit_id": place.unit}),
    "listNotices": lambda place: Example(query=f"?unit={place.unit}&settled=true"),
    "settleNotice": lambda place: Example({"device_id": place.more["renewed_device"]()[0], "kind": "same_hardware"}),
    "takeOverPlace": lambda place: _take_over(*place.more["renewed_device"]()),
    "revokeDevice": lambda place: Example({"device_id": place.more["new_device"]()}, body={"reason": "máy hỏng"}),
    "getReport": lambda place: Example({"device_id": place.device, "report_id": place.more["report"]}, foreign=404),
    "listDeviceChanges": lambda place: Example({"device_id": place.device}, foreign=404),
    "listDeviceCommands": lambda place: Example({"device_id": place.device}, foreign=404),
    "listEnrolmentTokens": lambda place: Example(),
    "addEnrolmentToken": lambda place: Example(body={"unit_id": place.unit, "uses": 1, "expires_hours": 1}, status=201),
    "revokeEnrolmentToken": lambda place: Example({"id": place.more["new_token"]()}),
    "listScans": lambda place: Example(),
}

# What the office writes about PCs.
EXAMPLES |= {
    "changeDeviceCard": lambda place: Example({"device_id": place.device},
                                              body={"room": f"P.{next(_number)}", "based_on": place.more["card"]()},
                                              foreign=404),
    "listDeviceNotes": lambda place: Example({"device_id": place.device}, foreign=404),
    "addDeviceNote": lambda place: Example({"device_id": place.device}, body={"text": "Thay ổ cứng.\nHẹn thứ Hai."},
                                           status=201, foreign=404),
    "removeDeviceNote": lambda place: Example({"device_id": place.device, "note_id": place.more["new_note"]()},
                                              foreign=404),
}

# What is stored is given out, and erased.
EXAMPLES |= {
    "exportDevice": lambda place: Example({"device_id": place.device}),
    "eraseDevice": lambda place: Example({"device_id": place.more["revoked_device"]()}, body={"reason": "đã thanh lý"}),
    "eraseUser": lambda place: Example({"user": place.more["disabled_user"]()}),
    "exportPerson": lambda place: Example(body={"names": ["nobody.there"]}),
    "erasePerson": lambda place: Example(body={"names": ["nobody.there"], "reason": "đã nghỉ việc"}),
}

# The policy and its waivers.
EXAMPLES |= {
    "listPolicyVersions": lambda place: Example(),
    "getPolicyVersion": lambda place: Example({"number": 1}),
    "previewPolicy": lambda place: Example(body={"parameters": {"max_password_age_days": 60}}),
    "publishPolicy": lambda place: Example(body={"reason": "thử", "rejudge_history": False,
                                                 "parameters": {"max_password_age_days": 60 + next(_number) % 300}},
                                           status=201),
    "listWaivers": lambda place: Example(query="?active=true"),
    "addWaiver": lambda place: Example(body={"rule": "password-age", "device_id": place.device,
                                             "reason": "máy dùng chung",
                                             "ends_on": place.more["tomorrow"][:10]}, status=201),
    "endWaiver": lambda place: Example({"id": place.more["made"]("addWaiver")}),
}

# Registers and exports.
_LICENCE = {"product": "Bkav Pro", "seats": 5, "expires_on": "2027-01-31"}
EXAMPLES |= {
    "listWebSystems": lambda place: Example(),
    "addWebSystem": lambda place: Example(body={"name": f"Hệ thống {next(_number)}",
                                                "host": f"s{next(_number)}.example.vn"}, status=201),
    "changeWebSystem": lambda place: Example({"id": place.more["made"]("addWebSystem")},
                                             body={"unused_after_days": 60}),
    "removeWebSystem": lambda place: Example({"id": place.more["made"]("addWebSystem")}),
    "importWebAccounts": lambda place: Example({"id": place.more["made"]("addWebSystem")}, "?preview=true",
                                               _accounts(place),
                                               content_type="text/csv"),
    "listWebAccounts": lambda place: Example(query="?limit=5"),
    "exportWebAccounts": lambda place: Example(),
    "changeWebAccount": lambda place: Example({"id": place.more["web_account"]()},
                                              body={"revocation": "requested", "note": "đã nghỉ"}),
    "listLicences": lambda place: Example(),
    "addLicence": lambda place: Example(body={**_LICENCE, "key_reference": f"hồ sơ {next(_number)}",
                                              "unit_id": place.unit}, status=201),
    "importLicences": lambda place: Example(query="?preview=true", content_type="text/csv",
                                            body="product,key_reference,seats,expires_on,unit\r\n"
                                                 f"Bkav,k1,1,2027-01-31,{place.name}\r\n"),
    "listDevicesWithoutLicenceDate": lambda place: Example(),
    "changeLicence": lambda place: Example({"id": place.more["made"]("addLicence")}, body={"seats": 7}),
    "removeLicence": lambda place: Example({"id": place.more["made"]("addLicence")}),
    "exportDevicesCsv": lambda place: Example(),
    "exportDevicesXlsx": lambda place: Example(),
    "exportComplianceCsv": lambda place: Example(),
    "exportComplianceXlsx": lambda place: Example(),
    "showReport": lambda place: Example(),
    "showNotice": lambda place: Example(query="?lang=en"),
    "listReportSchedules": lambda place: Example(),
    "addReportSchedule": lambda place: Example(body={"recipients": ["a@example.vn"], "day_of_month": 1}, status=201),
    "removeReportSchedule": lambda place: Example({"id": place.more["made"]("addReportSchedule")}),
}

# Operation.
EXAMPLES |= {
    "getReadiness": lambda place: Example(),
    "getMetrics": lambda place: Example(),
    "listWebhooks": lambda place: Example(),
    "addWebhook": lambda place: Example(body={"url": f"https://nobody.invalid/{next(_number)}"}, status=201),
    "changeWebhook": lambda place: Example({"id": place.more["made"]("addWebhook")}, body={"enabled": False}),
    "removeWebhook": lambda place: Example({"id": place.more["made"]("addWebhook")}),
    "listDeadLetters": lambda place: Example(),
    "retryDeadLetter": lambda place: Example({"id": 1}, status=404),
}
