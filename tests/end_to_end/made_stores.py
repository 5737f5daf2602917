"""Makes browsers' credential stores by hand, healthy and broken, with known contents.

The table is Chromium's (schema version 43, page size 2048) or an older one; rows are what the browser would write.
"""

import json
import os
import shutil
import sqlite3

PAGE = 2048
CHROMIUM_EPOCH = 11644473600  # seconds from 1601 to 1970
FIRST_SAVE = 1_700_000_000  # the first row's date, unix seconds; each next row is a minute younger

_COLUMNS = """origin_url VARCHAR NOT NULL, action_url VARCHAR, username_element VARCHAR, username_value VARCHAR,
    password_element VARCHAR, password_value BLOB, submit_element VARCHAR, signon_realm VARCHAR NOT NULL,
    date_created INTEGER NOT NULL, blacklisted_by_user INTEGER NOT NULL, scheme INTEGER NOT NULL,
    password_type INTEGER, times_used INTEGER, form_data BLOB, display_name VARCHAR, icon_url VARCHAR"""
_SINCE = {
    7: "federation_url VARCHAR",
    25: "date_last_used INTEGER NOT NULL DEFAULT 0",
    30: "date_password_modified INTEGER NOT NULL DEFAULT 0",
}
_UNIQUE = "UNIQUE (origin_url, username_element, username_value, password_element, signon_realm)"


def chromium_time(unix_seconds):
    return (unix_seconds + CHROMIUM_EPOCH) * 1_000_000


def create_chromium(path, version=43, page=PAGE):
    """An empty store, open; `version` 5 has neither federation_url nor date_password_modified."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"PRAGMA page_size={page}")
    database.execute("CREATE TABLE meta(key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR)")
    database.executemany("INSERT INTO meta VALUES (?, ?)",
                         [("version", str(version)), ("last_compatible_version", str(min(version, 40)))])
    added = "".join(f", {column}" for since, column in _SINCE.items() if since <= version)
    database.execute(f"CREATE TABLE logins ({_COLUMNS}, id INTEGER PRIMARY KEY AUTOINCREMENT{added}, {_UNIQUE})")
    database.execute("CREATE INDEX logins_signon ON logins (signon_realm)")
    return database


def add_chromium(database, count, first=0, never=False, federated=False, host="https://site{}.example",
                 secret="TESTPW-{}", user="user{}"):
    """Adds `count` rows, numbered from `first`. The newest has the date FIRST_SAVE + 60 * (first + count - 1)."""
    columns = {row[1] for row in database.execute("PRAGMA table_info(logins)")}
    for number in range(first, first + count):
        url = host.format(number)
        date = chromium_time(FIRST_SAVE + 60 * number)
        row = {"origin_url": url + "/login", "username_element": "u", "password_element": "p",
               "username_value": "" if never else user.format(number),
               "password_value": b"" if never or federated else b"v10" + secret.format(number).encode(),
               "signon_realm": url + "/", "date_created": date, "blacklisted_by_user": int(never), "scheme": 0}
        if "federation_url" in columns:
            row["federation_url"] = "https://accounts.example" if federated else ""
        if "date_password_modified" in columns:
            row["date_password_modified"] = 0 if never else date
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        database.execute(f"INSERT INTO logins ({names}) VALUES ({marks})", list(row.values()))


def chromium_store(path, saved, **options):
    """A healthy, closed store of `saved` passwords."""
    database = create_chromium(path, options.pop("version", 43))
    database.execute("BEGIN")
    add_chromium(database, saved, **options)
    database.execute("COMMIT")
    database.close()


def hot_journal(path, before, during, **options):
    """As left by a crash in the middle of a write: `before` rows were committed, the file already holds pages of a
    transaction that adds `during` more, and the journal can undo them."""
    work = path + ".making"
    chromium_store(work, before, **options)
    database = sqlite3.connect(work, isolation_level=None)
    database.execute("PRAGMA cache_size=5")  # pages; more changed pages spill into the file before the commit
    database.execute("BEGIN")
    add_chromium(database, during, first=before, **options)
    shutil.copy(work, path)
    shutil.copy(work + "-journal", path + "-journal")
    database.execute("ROLLBACK")
    database.close()
    os.remove(work)
    with open(path + "-journal", "rb") as journal:
        assert journal.read(8) == bytes.fromhex("d9d505f920a163d7"), "the journal is not hot"
    changed = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        assert changed.execute("SELECT count(*) FROM logins").fetchone()[0] != before, "nothing spilled"
    except sqlite3.DatabaseError:
        pass  # half a transaction is often no database at all
    changed.close()


def write_ahead_log(path, before, after, torn=False):
    """`before` rows are in the file, `after` rows only in its -wal; `torn` breaks off the last frame of a third
    commit."""
    work = path + ".making"
    chromium_store(work, before)
    database = sqlite3.connect(work, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA wal_autocheckpoint=0")
    database.execute("BEGIN")
    add_chromium(database, after, first=before)
    database.execute("COMMIT")
    if torn:
        add_chromium(database, 1, first=before + after)
    shutil.copy(work, path)
    shutil.copy(work + "-wal", path + "-wal")
    if torn:
        os.truncate(path + "-wal", os.path.getsize(path + "-wal") - 100)
    database.close()
    os.remove(work)


def firefox_entry(number, host="https://site{}.example", secret="TESTPW-{}", user="user{}"):
    moment = (FIRST_SAVE + 60 * number) * 1000
    return {"id": number + 1, "hostname": host.format(number), "httpRealm": None, "formSubmitURL": host.format(number),
            "usernameField": "u", "passwordField": "p", "encryptedUsername": user.format(number),
            "encryptedPassword": secret.format(number), "guid": f"{{00000000-0000-0000-0000-{number:012d}}}",
            "encType": 1, "timeCreated": moment, "timeLastUsed": moment, "timePasswordChanged": moment, "timesUsed": 1}


def firefox_logins(path, saved, **options):
    """A logins.json of `saved` passwords."""
    write_firefox_logins(path, [firefox_entry(number, **options) for number in range(saved)])


def write_firefox_logins(path, entries):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"nextId": len(entries) + 1, "logins": entries, "potentiallyVulnerablePasswords": [],
                   "dismissedBreachAlertsByLoginGUID": {}, "version": 3}, file)
