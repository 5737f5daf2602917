"""A recorded machine (tests/machines) as a Windows PC: a Wine prefix with its registry, its version and its clock,
where the doubles (tests/doubles) answer for what Wine lacks. The program that runs there is the one that ships."""

import datetime
import json
import os
import pathlib
import re
import shutil
import struct

from windows_pc import PROGRAM, WindowsPc
from wardwatch_testing import program
from wine import PROFILE_LIST, run_under_wine, windows_path

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
HKLM = "HKEY_LOCAL_MACHINE"
CURRENT_VERSION = rf"{HKLM}\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CONTROL = rf"{HKLM}\SYSTEM\CurrentControlSet\Control"
TIME_ZONES = rf"{CURRENT_VERSION}\Time Zones"
COM_SERVER = r"C:\windows\system32\doubles.dll"
PRODUCT_LIST = "{17072F7B-9ABE-4A74-A261-1EB76B55107A}"
WMI_LOCATOR = "{4590F811-1D3A-11D0-891F-00AA004B2E24}"

# Wine takes the first zone of its list with the rules of Linux's: the others of the same rules have to go.
ZONES = {"SE Asia Standard Time": ("Asia/Ho_Chi_Minh",
                                   ["Altai", "N. Central Asia", "North Asia", "Tomsk", "W. Mongolia"])}

# Of every recorded PC: its accounts' SIDs are this one with their number.
PC_SID = "S-1-5-21-1111111111-2222222222-3333333333"

KNOWN_PARTS = {"description", "now", "host", "registry", "security_center", "wmi", "accounts", "domain_users",
               "password_policy", "user_profiles",
               "services", "files"}

# What is not recorded cannot be read.
NOT_RECORDED_SERVICES = {"error": "OpenSCManager failed with error 5 (access denied: run as administrator)"}

FOR_EVER = 0xFFFFFFFF
DAY = 24 * 60 * 60
STATES = ["on", "off", "snoozed", "expired"]


class NotDescribable(Exception):
    """No Windows gives this answer: only the ports of a test do."""


def doubles():
    return program("WARDWATCH_DOUBLES", "windows/tests/doubles/doubles.dll")


def seconds(instant):
    return int(datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())


class Faults:
    """Which calls fail, by the reasons that the product gives: "NetUserEnum failed with error 5 (…)"."""

    def __init__(self):
        self.by_call = {}

    def add(self, reason, hanging_call=None):
        if reason.startswith("timed out after ") and hanging_call:
            self.by_call[hanging_call] = "hang"
            return
        for part in reason.split("; "):
            found = re.match(r"(.+?) failed with (?:error |status )?(0x[0-9a-f]{8}|\d+)", part)
            if not found:
                raise NotDescribable(reason)
            self.by_call[found[1]] = int(found[2], 0)

    def of(self, part, **how):
        """True when this part of the machine is an error instead of an answer."""
        reason = part.get("error") if isinstance(part, dict) else None
        if reason is not None:
            self.add(reason, **how)
        return reason is not None

    def value(self, value, otherwise):
        """A value, or what stands in its place when the call that gives it fails."""
        if not isinstance(value, dict):
            return value
        self.add(value["unknown"])
        return otherwise


# --- what the doubles answer: tests/doubles/described_pc.h ---


def described_user(account, now):
    def flag(name, otherwise=False):
        value = account.get(name, otherwise)
        if not isinstance(value, bool):
            raise NotDescribable(f"{name} of {account['name']}")
        return value

    changed, logon = account["password_changed_at"], account["last_logon_at"]
    reason = changed.get("unknown") if isinstance(changed, dict) else None
    behind = reason is not None and reason.startswith("the clock is behind")
    if reason is not None and not behind and not flag("microsoft_account") and not flag("password_expired"):
        raise NotDescribable(reason)
    # Without a date of the last change Windows counts from 1970. The double counts at the moment of the call.
    if behind:
        set_at = seconds(now) + 3600
    else:
        set_at = 0 if reason is not None or changed == "never" else seconds(changed)
    bits = {0x2: not flag("enabled", True), 0x10: flag("locked_out"), 0x20: flag("password_not_required"),
            0x40: flag("password_cannot_change"),
            0x10000: flag("password_never_expires"), 0x40000: not flag("password_logon", True)}
    return {"name": account["name"], "rid": account["id"], "flags": 0x200 | sum(bit for bit, on in bits.items() if on),
            "password_set_at": set_at,
            "last_logon": 0 if logon == "never" else seconds(logon), "password_expired": int(flag("password_expired")),
            "internet_identity": flag("microsoft_account")}


def described_rules(policy, faults):
    def number(name, unit=1):
        value = faults.value(policy[name], 0)
        return FOR_EVER if value == "never" else value * unit

    return {"minimum_length": number("minimum_length"), "maximum_age": number("maximum_age_days", DAY),
            "minimum_age": number("minimum_age_days", DAY), "history_length": number("history_length"),
            "lockout_threshold": number("lockout_threshold"), "lockout_duration": number("lockout_minutes", 60)}


def described_wmi(tables, faults):
    """What fails to connect fails for all classes of the namespace; another failure is one class's own."""
    if faults.of(tables, hanging_call="connecting to WMI"):
        return []
    described = []
    for table in tables:
        query = f"the WMI query {table['namespace']}:{table['class']}"
        failed = faults.of(table["rows"], hanging_call=query)
        if "the WMI query" in faults.by_call:
            faults.by_call[query] = faults.by_call.pop("the WMI query")
        if not failed or query in faults.by_call:
            described.append({**table, "rows": [] if failed else table["rows"]})
    return described


def described_controllers(machine, names, faults):
    """The controllers that answer, each with its users. `names` gets what Windows can name without them."""
    controllers = {}
    for user in machine.get("domain_users", []):
        if "name" in user:
            names.append({key: user[key] for key in ("sid", "domain", "name")})
        reason = user.get("unknown", "")
        if reason.startswith("timed out after "):
            faults.by_call[f"DsGetDcName {user['domain']}"] = "hang"
        elif "unknown" not in user:
            record = described_user({"last_logon_at": "never", **user}, machine["now"])
            controllers.setdefault(user["domain"], []).append(record)
        elif reason not in ("domain controller not reachable",
                            "Microsoft Entra account: managed online") and "name" in user:
            raise NotDescribable(reason)
    return [{"domain": domain, "name": rf"\\DC-1.{domain.lower()}.example", "users": users}
            for domain, users in controllers.items()]


def described_products(products, system):
    """Before Windows 10 1709 (build 16299) IWscProduct's table ends before the identifier."""
    return [{"name": product["name"], "guid": product.get("guid", ""), "state": STATES.index(product["state"]),
             "signature_status": int(product["definitions_current"]), "program": product.get("program", ""),
             "long_table": system.get("build", 16299) >= 16299,
             **({"days_until_expired": product["days_until_expired"]} if "days_until_expired" in product else {})}
            for product in products]


def described_services(services, faults):
    running, stopped = 4, 1
    return {} if faults.of(services) else {
        kind: [{"name": name, "state": running if state == "running" else stopped}
               for name, state in services.get(kind, {}).items()]
        for kind in ("services", "antivirus_drivers")}


def is_domain_controller(accounts):
    return isinstance(accounts, dict) and accounts.get("error", "").startswith("domain controller")


def machine_role(machine, domain):
    if is_domain_controller(machine["accounts"]):
        return 5
    server = "Server" in str(machine["host"]["operating_system"])
    return 2 * server + domain


def described(machine):
    """The document for the doubles, and whether this Windows has Security Center's interface."""
    if machine.keys() - KNOWN_PARTS:
        raise NotDescribable(f"nothing here knows {machine.keys() - KNOWN_PARTS}")
    faults = Faults()
    host, policy, accounts, products = machine["host"], machine["password_policy"], machine["accounts"], machine[
        "security_center"]
    membership = {"kind": "workgroup", "name": ""} if faults.of(host["membership"]) else host["membership"]
    role = machine_role(machine, membership["kind"] == "domain")
    for part in (host["name"], host["operating_system"], host["time_zone"], machine["user_profiles"]):
        faults.of(part)
    no_accounts = role == 5 or faults.of(accounts)
    if faults.of(policy):
        policy = dict.fromkeys(("minimum_length", "maximum_age_days", "minimum_age_days", "history_length",
                                "lockout_threshold",
                                "lockout_minutes", "complexity", "reversible_encryption"), 0)
    has_security_center = products != {"error": "this Windows has no Security Center interface"}
    no_products = not has_security_center or faults.of(products, hanging_call="IWSCProductList::Initialize")
    users = [] if no_accounts else [described_user(account, machine["now"]) for account in accounts]
    names = [{"sid": f"{PC_SID}-{user['rid']}", "domain": str(host["name"]), "name": user["name"]} for user in users]
    pc = {
        "account_domain": [int(number) for number in PC_SID.split("-")[3:]],
        "membership": {"status": {"standalone": 1, "workgroup": 2, "domain": 3}[membership["kind"]],
                       "name": membership.get("name", "")},
        "role": role,
        "users": users,
        "has_internet_identities": not str(host["operating_system"].get("version", "")).startswith("6.1"),
        "names": names,
        "domain_controllers": described_controllers(machine, names, faults),
        "password_rules": described_rules(policy, faults),
        "password_properties": 0x1 * faults.value(policy["complexity"], False)
        + 0x10 * faults.value(policy["reversible_encryption"], False),
        "security_center": [] if no_products else described_products(products, host["operating_system"]),
        "wmi": described_wmi(machine["wmi"], faults),
        "services": [],
        "antivirus_drivers": [],
        **described_services(machine.get("services", NOT_RECORDED_SERVICES), faults),
        "faults": faults.by_call,
    }
    return pc, has_security_center


# --- the registry ---


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def hexadecimal(data):
    return ",".join(f"{byte:02x}" for byte in data)


def registry_data(data):
    if isinstance(data, str):
        return quoted(data)
    if isinstance(data, int):
        return f"dword:{data:08x}" if data <= 0xFFFFFFFF else "hex(b):" + hexadecimal(struct.pack("<Q", data))
    if isinstance(data, list):
        return "hex(7):" + hexadecimal("".join(text + "\0" for text in data + [""]).encode("utf-16-le"))
    return "hex:" + hexadecimal(bytes.fromhex(data["binary"]))


def key_lines(key, values):
    return [f"[{key}]", *(f"{quoted(name) if name else '@'}={registry_data(data)}" for name, data in values.items()),
            ""]


def recorded_keys(registry):
    if "error" in registry:
        return
    for hive, keys in registry.items():
        for key, values in keys.items():
            if hive.endswith("_32"):
                key = re.sub(r"(?i)^(SOFTWARE|[^\\]+\\SOFTWARE)\\", lambda found: found[0] + "Wow6432Node\\", key)
            yield f"{'HKEY_USERS' if hive.startswith('users') else HKLM}\\{key}", values


def version_keys(system):
    """As Windows writes them: Windows 11 calls itself 10 there."""
    if "error" in system:
        return
    name, release = re.fullmatch(r"(.*?)(?: (\d\dH\d|Service Pack \d+))?", system["name"]).groups()
    parts = system["version"].split(".")
    service_pack = release or "" if "Service Pack" in (release or "") else ""
    values = {"ProductName": name.replace("Windows 11", "Windows 10"), "CurrentVersion": ".".join(parts[:2]),
              "CurrentBuild": parts[2],
              "CurrentBuildNumber": parts[2], "CurrentMajorVersionNumber": int(parts[0]),
              "CurrentMinorVersionNumber": int(parts[1]),
              "CSDVersion": service_pack, **({"DisplayVersion": release} if release and not service_pack else {}),
              **({"UBR": int(parts[3])} if len(parts) > 3 else {})}
    yield CURRENT_VERSION, values
    yield rf"{CONTROL}\Windows", {"CSDVersion": 0x100 * int(service_pack[-1:] or 0)}
    yield rf"{CONTROL}\ProductOptions", {"ProductType": "ServerNT" if "Server" in name else "WinNT"}


def profile_values(profile):
    """LocalProfileLoadTime is what Windows writes when the profile is loaded, in 100 ns since 1601."""
    values = {"ProfileImagePath": "C:\\Users\\" + profile["folder"]}
    if "last_used_at" in profile:
        time = (seconds(profile["last_used_at"]) + 11644473600) * 10_000_000
        values |= {"LocalProfileLoadTimeHigh": time >> 32, "LocalProfileLoadTimeLow": time & 0xFFFFFFFF}
    return values


def doubles_keys(has_security_center):
    for class_id in [WMI_LOCATOR] + [PRODUCT_LIST] * has_security_center:
        yield rf"{HKLM}\SOFTWARE\Classes\CLSID\{class_id}\InprocServer32", {"": COM_SERVER, "ThreadingModel": "Both"}
    # A program that crashes ends at once; Wine's debugger would print its state first.
    yield rf"{CURRENT_VERSION}\AeDebug", {"Debugger": "", "Auto": "0"}
    yield r"HKEY_CURRENT_USER\Software\Wine\AppDefaults\wardwatch.exe\DllOverrides", {"netapi32": "native",
                                                                                      "samlib": "native"}


class DescribedPc(WindowsPc):
    """`cleanup.addCleanup` ends the PC."""

    def __init__(self, cleanup, folder, machine):
        super().__init__(cleanup, folder)
        self._document, self._has_security_center = described(machine)
        self._put_doubles()
        self._put_files(machine.get("files", {}))
        self._import_registry(machine)
        zone = machine["host"]["time_zone"]
        self.environment["TZ"] = ZONES["SE Asia Standard Time" if isinstance(zone, dict) else zone][0]
        # The clock of the program stands still at the instant of the recording: ages are what they were, to the second.
        self.clock = {"LD_PRELOAD": FAKETIME, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FMT": "%s",
                      "FAKETIME": str(seconds(machine["now"]))}

    def _put_doubles(self):
        system = self.drive / "windows/system32"
        for name in ["doubles.dll", "netapi32.dll", "samlib.dll"] + ["wscapi.dll"] * self._has_security_center:
            (system / name).unlink(missing_ok=True)  # the prefix shares its files with all others
            shutil.copy(doubles(), system / name)
        self._describe()

    def _put_files(self, files):
        for path, content in files.items():
            if "error" in content:
                raise NotDescribable(f"{path}: {content['error']}")
            file = self.drive / path.removeprefix("C:\\").replace("\\", "/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content["text"].encode() if "text" in content else content["utf16"].encode("utf-16"))

    def _describe(self):
        """The doubles notice it, and Security Center tells of it."""
        file = self.drive / "new_description.json"
        file.write_text(json.dumps(self._document), "utf-8")
        file.replace(self.drive / "described_pc.json")

    def set_product_state(self, name, state):
        """As Security Center shows it from now on: "on", "off", "snoozed", "expired"; Defender itself says the same."""
        product = next(product for product in self._document["security_center"] if product["name"] == name)
        product["state"] = STATES.index(state)
        for table in self._document["wmi"]:
            if "Defender" in name and table["class"] == "MSFT_MpComputerStatus":
                for row in table["rows"]:
                    row["RealTimeProtectionEnabled"] = state == "on"
        self._describe()

    def keep_in_cloud(self, ends):
        """Files and folders, by the ends of their paths, that OneDrive has not fetched."""
        self._document["kept_in_cloud"] = ends
        self._describe()

    def set_faults(self, faults):
        """By call: a code, "hang", "crash" or "fail_fast"."""
        self._document["faults"] = faults
        self._describe()

    def _import_registry(self, machine):
        host = machine["host"]
        lines = ["Windows Registry Editor Version 5.00", "", f"[-{PROFILE_LIST}]", ""]
        for zone in ZONES.get(str(host["time_zone"]), ("", []))[1]:
            lines += [f"[-{TIME_ZONES}\\{zone} Standard Time]", ""]
        keys = [*version_keys(host["operating_system"]), *doubles_keys(self._has_security_center),
                *recorded_keys(machine["registry"])]
        if isinstance(host["name"], str):
            keys.append((rf"{HKLM}\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters", {"Hostname": host["name"]}))
        if isinstance(machine["user_profiles"], list):
            keys += [(rf"{PROFILE_LIST}\{profile['sid']}", profile_values(profile))
                     for profile in machine["user_profiles"]]
        for key, values in keys:
            lines += key_lines(key, values)
        file = self.folder / "machine.reg"
        file.write_text("\r\n".join(lines), "utf-16", newline="")
        self.run("regedit", "/S", windows_path(file))

    def agent(self, *arguments, **options):
        return run_under_wine(PROGRAM, "--lang", "en", *arguments, env={**self.environment, **self.clock}, **options)


def recorded_machines(folder):
    """By name, as tests/recorded_machine.cpp finds them."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(pathlib.Path(folder).glob("*.json"))
            if not file.name.endswith((".report.json", ".verdicts.json"))}


def parallel():
    return max(2, os.cpu_count() or 2)
