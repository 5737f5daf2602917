"""What a scan of the fixture users must say, from truth.json and nothing else."""

import json
import sqlite3
import time

from wardwatch_testing import FIXTURES

# The folder of a profile in truth.json, from the user's folder down → the browser's name in facts.
_BROWSERS = {
    "AppData/Local/Google/Chrome/User Data": "chrome",
    "AppData/Local/Microsoft/Edge/User Data": "edge",
    "AppData/Local/CocCoc/Browser/User Data": "coccoc",
    "AppData/Local/BraveSoftware/Brave-Browser/User Data": "brave",
    "AppData/Local/Vivaldi/User Data": "vivaldi",
    "AppData/Roaming/Opera Software/Opera Stable": "opera",
    "AppData/Roaming/Opera Software/Opera GX Stable": "opera-gx",
    "AppData/Roaming/Mozilla/Firefox/Profiles": "firefox",
    "AppData/Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox/Profiles":
        "firefox-store",
}


def _instance(profile):
    if profile["status"] == "missing":
        return f"{profile['user']}/firefox/{profile['dir'].split(chr(92))[-1]}"
    inside = profile["dir"].removeprefix(f"Users/{profile['user']}/")
    for folder, browser in _BROWSERS.items():
        if inside == folder:
            return f"{profile['user']}/{browser}/."
        if inside.startswith(folder + "/"):
            rest = inside.removeprefix(folder + "/")
            if rest.startswith("Snapshots/"):
                _, version, rest = rest.split("/")
                return f"{profile['user']}/{browser}/snapshot:{version}/{rest}"
            return f"{profile['user']}/{browser}/{rest}"
    raise AssertionError(f"no browser for {profile['dir']}")


def _newest(store, users_parent):
    """Newest creation or change among saved rows, by SQLite itself on a copy nobody writes to."""
    newest = 0
    for name in ("Login Data", "Login Data For Account"):
        path = users_parent / store / name
        if path.exists():
            database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
            newest = max(newest, database.execute(
                "SELECT ifnull(max(max(date_created, date_password_modified)), 0) FROM logins"
                " WHERE blacklisted_by_user=0 AND federation_url=''").fetchone()[0])
            database.close()
    return newest // 1_000_000 - 11644473600 if newest else None


def _newest_firefox(profile_folder):
    path = profile_folder / "logins.json"
    if not path.exists():
        return None
    entries = json.loads(path.read_text("utf-8"))["logins"]
    dates = [max(entry["timeCreated"], entry["timePasswordChanged"]) for entry in entries
             if not entry.get("deleted") and entry["hostname"] != "chrome://FirefoxAccounts"]
    return max(dates) // 1000 if dates else None


def _text(unix_seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_seconds)) if unix_seconds else None


def expected_stores(users_parent):
    """Instance → what is known about it. `users_parent` holds the unpacked Users: only the newest dates are read there,
    since truth.json gives them for Chromium alone and without password changes."""
    expected = {}
    for profile in json.loads((FIXTURES / "truth.json").read_text("utf-8"))["profiles"]:
        if profile["status"] == "missing":
            known = {"store_status": "absent"}
        elif profile["kind"] == "chromium":
            rows = profile["login_data"]
            newest = _newest(profile["dir"], users_parent)
            assert not rows["saved"] or newest >= profile["newest_date_created_unix"]
            known = {"store_status": "ok", "saved": rows["saved"], "federated": rows["federated"],
                     "never_saved": rows["never"],
                     # null there: the profile has no account store, so nothing is saved in it.
                     "account_store_saved": profile["account"] or 0,
                     "newest_change_at": _text(newest)}
        else:
            known = {"store_status": "ok", "saved": profile["logins"]["saved"],
                     "never_saved": profile["logins"]["never_hosts"],
                     "primary_password": profile["primary_password"],
                     "newest_change_at": _text(_newest_firefox(users_parent / profile["dir"]))}
        expected[_instance(profile)] = known
    return expected


def live_saved_by_user():
    """User → saved passwords of live profiles, both stores: truth.json's own sums."""
    users = json.loads((FIXTURES / "truth.json").read_text("utf-8"))["users"]
    return {name: user["saved_live"] for name, user in users.items()}


def check_stores(test, facts, expected):
    """Exactly the expected profiles, and every expected number, date and word."""
    test.assertEqual(facts.instances(), set(expected))
    for instance, known in expected.items():
        found = facts.store(instance)
        with test.subTest(instance=instance):
            test.assertEqual({name: found.get(name) for name in known}, known)
    live = {}
    for name in ("saved", "account_store_saved"):
        for instance, fact in facts.of(f"browser_credentials.{name}").items():
            user, _, profile = instance.split("/", 2)
            if "value" in fact and not profile.startswith("snapshot:"):
                live[user] = live.get(user, 0) + fact["value"]
    test.assertEqual(live, live_saved_by_user())
