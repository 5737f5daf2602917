// Tasks around the audit log, sessions, API tokens and retention.
#include "reporting/central/daily_tasks.h"

#include "reporting/central/audit/head_store.h"
#include "reporting/central/cli/cli.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/people/service_account_store.h"

namespace wardwatch {

namespace {

void name_ownerless(const sql::Database& database, const Log& log) {
    for (const ServiceAccount& account : ServiceAccounts{database}.all(system_now())) {
        if (!account.owner_needed_by || account.tokens == 0) continue;
        log("service account without an owner name=" + account.name + " tokens=" + std::to_string(account.tokens) +
            " end=" + format_instant(*account.owner_needed_by) + ": service-account owner NAME USER");
    }
}

}  // namespace

std::vector<PeriodicTask> daily_tasks(sql::Database& database, const DataFolder& folder, PeopleApi& people,
                                      const RetentionRules& retention, const Log& log) {
    // Of several centres on one database, one signs, forgets and names.
    return {{"noting who uses the page", std::chrono::seconds{20}, [&people] { people.write_use(); }},
            {"recording denials", std::chrono::seconds{5}, [&people] { people.denials().write_due(system_now()); }},
            {"signing the audit log's head", std::chrono::hours{1},
             [&database, &folder] {
                 if (database.on_duty()) sign_audit_head(database, HeadKey::of(folder), system_now());
             }},
            {"forgetting old data", std::chrono::hours{24},
             [&database, &retention, &log] {
                 if (database.on_duty()) forget_old(database, retention, system_now(), log);
             }},
            {"looking for tokens without an owner", std::chrono::hours{24}, [&database, &log] {
                 if (database.on_duty()) name_ownerless(database, log);
             }}};
}

}  // namespace wardwatch
