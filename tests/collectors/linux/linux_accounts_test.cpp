// passwd, shadow, lastlog and wtmp in their real formats.

#include "collectors/linux/accounts.h"

#include <catch2/catch_test_macros.hpp>
#include <lastlog.h>
#include <utmp.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "collectors/machine/machine.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;

namespace {

const Instant now = parse_instant("2026-11-22T03:04:05Z");  // day 20779 since 1970

constexpr const char* passwd_text =
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "an:x:1000:1000:An,,,:/home/an:/bin/bash\n"
    "locked:x:1001:1001::/home/locked:/bin/bash\n"
    "blank:x:1002:1002::/home/blank:/bin/zsh\n"
    "late:x:1003:1003::/home/late:/bin/sh\n"
    "old:$y$hash:1004:1004::/home/old:/bin/sh\n"
    "gone:x:1005:1005::/home/gone:/bin/sh\n"
    "missing:x:1006:1006::/home/missing:/bin/sh\n"
    "robot:x:1007:1007::/srv/robot:/bin/false\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n"
    "broken line\n";

constexpr const char* shadow_text =
    "root:*:20000:0:99999:7:::\n"
    "daemon:*:20000:0:99999:7:::\n"
    "an:$y$j9T$abc$def:20768:0:90:7:::\n"
    "locked:!$y$j9T$abc$def:20500:0:99999:7:::\n"
    "blank::20700:0::7:::\n"
    "late:$6$salt$hash:0:0:99999:7:::\n"
    "gone:$6$salt$hash:20000:0:60:7::20779:\n"
    "robot:!:20000:0:99999:7:::\n"
    "nobody:*:20000:0:99999:7:::\n";

struct Folder : TemporaryFolder {
    AccountFiles files{path / "passwd", path / "shadow", path / "lastlog", path / "wtmp"};

    Folder() {
        std::ofstream(files.passwd) << passwd_text;
        std::ofstream(files.shadow) << shadow_text;
    }
    void log_on(std::uint32_t uid, Instant time) const {
        std::fstream(files.lastlog, std::ios::app).flush();
        std::fstream file(files.lastlog, std::ios::binary | std::ios::in | std::ios::out);
        lastlog record{};
        record.ll_time = static_cast<std::int32_t>(time.time_since_epoch().count());
        file.seekp(static_cast<std::streamoff>(sizeof record) * uid);
        file.write(reinterpret_cast<const char*>(&record), sizeof record);
    }
    void add_to_wtmp(const char* user, short type, Instant time) const {
        utmp record{};
        record.ut_type = type;
        std::strncpy(record.ut_user, user, sizeof record.ut_user - 1);
        record.ut_tv.tv_sec = static_cast<std::int32_t>(time.time_since_epoch().count());
        std::ofstream(files.wtmp, std::ios::binary | std::ios::app)
            .write(reinterpret_cast<const char*>(&record), sizeof record);
    }
    Account account(const std::string& name) const {
        const std::vector<Account> accounts = LinuxAccounts(files).local_accounts(now);
        const auto found =
            std::find_if(accounts.begin(), accounts.end(), [&](const Account& one) { return one.name == name; });
        REQUIRE(found != accounts.end());
        return *found;
    }
};

}  // namespace

TEST_CASE("people are root and uids from 1000 with a login shell") {
    const Folder folder;
    std::string people;
    for (const Account& account : LinuxAccounts(folder.files).local_accounts(now)) {
        if (account.human) people += account.name + " ";
    }
    CHECK(people == "root an locked blank late old gone missing ");
}

TEST_CASE("an ordinary password") {
    const Account an = Folder().account("an");
    CHECK(an.id == 1000);
    CHECK(an.enabled == MaybeFlag{true});
    CHECK(an.password_logon == MaybeFlag{true});
    CHECK(an.password_changed_at == MaybeInstant{parse_instant("2026-11-11T00:00:00Z")});
    CHECK(an.password_not_required == MaybeFlag{false});
    CHECK(an.password_never_expires == MaybeFlag{false});
    CHECK(an.password_expired == MaybeFlag{false});
    CHECK(an.source == "passwd+shadow");
}

TEST_CASE("a locked password opens nothing, and keeps its date") {
    const Account locked = Folder().account("locked");
    CHECK(locked.password_logon == MaybeFlag{false});
    CHECK(locked.password_changed_at == MaybeInstant{parse_instant("2026-02-16T00:00:00Z")});
    CHECK(locked.password_never_expires == MaybeFlag{true});
}

TEST_CASE("an account that never had a password") {
    const Account root = Folder().account("root");
    CHECK(root.password_logon == MaybeFlag{false});
    CHECK(root.password_changed_at == MaybeInstant{std::monostate{}});
    CHECK(root.password_not_required == MaybeFlag{false});
}

TEST_CASE("an empty password field lets anyone in") {
    const Account blank = Folder().account("blank");
    CHECK(blank.password_logon == MaybeFlag{true});
    CHECK(blank.password_not_required == MaybeFlag{true});
    CHECK(blank.password_never_expires == MaybeFlag{true});
    CHECK(blank.password_changed_at == MaybeInstant{std::monostate{}});
}

TEST_CASE("day 0 means that the password must be changed; its date is gone") {
    const Account late = Folder().account("late");
    CHECK(late.password_expired == MaybeFlag{true});
    CHECK(std::holds_alternative<Unknown>(late.password_changed_at));
}

TEST_CASE("a password older than its maximum, on an account that has expired today") {
    const Account gone = Folder().account("gone");
    CHECK(gone.password_expired == MaybeFlag{true});
    CHECK(gone.enabled == MaybeFlag{false});
}

TEST_CASE("a hash in passwd itself has no date") {
    const Account old = Folder().account("old");
    CHECK(old.password_logon == MaybeFlag{true});
    CHECK(std::holds_alternative<Unknown>(old.password_changed_at));
}

TEST_CASE("no line in shadow is Unknown, not a missing password") {
    const Account missing = Folder().account("missing");
    CHECK(missing.password_logon == MaybeFlag{Unknown{in_words("/etc/shadow has no line for this account")}});
    CHECK(std::holds_alternative<Unknown>(missing.enabled));
}

TEST_CASE("without shadow everything about passwords is Unknown") {
    const Folder folder;
    std::filesystem::remove(folder.files.shadow);
    const Unknown reason{in_words("reading /etc/shadow needs root")};
    const Account an = folder.account("an");
    CHECK(an.enabled == MaybeFlag{reason});
    CHECK(an.password_logon == MaybeFlag{reason});
    CHECK(an.password_changed_at == MaybeInstant{reason});
    CHECK(an.password_not_required == MaybeFlag{reason});
    CHECK(an.password_never_expires == MaybeFlag{reason});
    CHECK(an.password_expired == MaybeFlag{reason});
}

TEST_CASE("without passwd there are no accounts to speak of") {
    const Folder folder;
    std::filesystem::remove(folder.files.passwd);
    CHECK_THROWS_AS(LinuxAccounts(folder.files).local_accounts(now), PortError);
}

TEST_CASE("the last logon is the newest of lastlog and wtmp") {
    const Folder folder;
    const Instant early = parse_instant("2026-11-01T01:00:00Z");
    const Instant late = parse_instant("2026-11-20T02:00:00Z");
    CHECK(std::holds_alternative<Unknown>(folder.account("an").last_logon_at));

    folder.log_on(1000, early);
    CHECK(folder.account("an").last_logon_at == MaybeInstant{early});
    CHECK(folder.account("root").last_logon_at == MaybeInstant{std::monostate{}});
    CHECK(folder.account("late").last_logon_at == MaybeInstant{std::monostate{}});

    folder.add_to_wtmp("an", USER_PROCESS, late);
    folder.add_to_wtmp("an", USER_PROCESS, early);
    folder.add_to_wtmp("an", DEAD_PROCESS, now);
    folder.add_to_wtmp("root", USER_PROCESS, early);
    CHECK(folder.account("an").last_logon_at == MaybeInstant{late});
    CHECK(folder.account("root").last_logon_at == MaybeInstant{early});
}

TEST_CASE("a logon in wtmp counts where lastlog is missing") {
    const Folder folder;
    folder.add_to_wtmp("an", USER_PROCESS, now);
    CHECK(folder.account("an").last_logon_at == MaybeInstant{now});
}

TEST_CASE("Linux has no password policy in one place") {
    CHECK_THROWS_AS(LinuxAccounts().password_policy(), PortError);
}
