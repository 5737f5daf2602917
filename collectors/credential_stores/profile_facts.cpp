#include "collectors/credential_stores/profile_facts.h"

#include "embedded/reasons.h"

#include <algorithm>

namespace wardwatch {
namespace {

Reason reason_of(StoreStatus status) {
    switch (status) {
        case StoreStatus::absent:
            return reasons::store_absent();
        case StoreStatus::empty_file:
            return reasons::store_empty();
        case StoreStatus::not_a_database:
            return reasons::store_of_another_format();
        case StoreStatus::busy:
            return reasons::store_busy();
        case StoreStatus::access_denied:
            return reasons::store_access_denied();
        case StoreStatus::too_large:
            return reasons::store_too_large();
        default:
            return reasons::store_damaged();
    }
}

Unknown unreadable(StoreStatus status) { return {reason_of(status)}; }

// That of `Login Data`; the account store has none of its own, and lends its own where that says more.
StoreStatus status_of(const ChromiumStore& store) {
    const StoreStatus account = store.account.status;
    if (account == StoreStatus::recovered && store.profile.status == StoreStatus::ok) return account;
    if (account == StoreStatus::busy && readable(store.profile.status)) return account;
    return store.profile.status;
}

}  // namespace

void ProfileFacts::add(const char* field, Value value) {
    facts_.push_back({std::string("browser_credentials.") + field, instance_, std::move(value), "file"});
}

void ProfileFacts::add_count(const char* field, StoreStatus status, std::int64_t count) {
    add(field, readable(status) ? Value(count) : Value(unreadable(status)));
}

void ProfileFacts::add_all_counts(const Unknown& reason) {
    for (const char* field : {"saved", "account_store_saved", "federated", "never_saved", "official",
                              "newest_change_at", "official_oldest_change_at"}) {
        add(field, reason);
    }
}

void ProfileFacts::add_unreadable(StoreStatus status) {
    add("store_status", std::string(to_text(status)));
    add_all_counts(unreadable(status));
}

void ProfileFacts::add_unknown(const Unknown& reason) {
    add("store_status", reason);
    add_all_counts(reason);
}

// Instants only where there are any: no saved entry has no newest change, no official one no oldest.
void ProfileFacts::add_dates(StoreStatus status, const std::optional<Instant>& newest, const OfficialAge& official) {
    if (!readable(status)) {
        add("newest_change_at", unreadable(status));
        add("official_oldest_change_at", unreadable(status));
        return;
    }
    if (newest) add("newest_change_at", *newest);
    if (official.undated) {
        add("official_oldest_change_at", Unknown{reasons::official_entry_without_date()});
    } else if (official.oldest_change) {
        add("official_oldest_change_at", *official.oldest_change);
    }
}

// A file that does not exist holds nothing. What Yandex Browser keeps in stores of its own counts with the rest.
void ProfileFacts::add_chromium(const ChromiumStore& store, bool yandex_store) {
    const bool both_known = store.profile.status == StoreStatus::absent || readable(store.profile.status);
    if (yandex_store && readable(store.yandex.status) && both_known) {
        ChromiumStore all = store;
        if (all.profile.status == StoreStatus::absent) all.profile.status = store.yandex.status;
        all.profile.saved += store.yandex.saved;
        all.profile.federated += store.yandex.federated;
        all.profile.never_saved += store.yandex.never_saved;
        all.profile.newest_change = std::max(all.profile.newest_change, store.yandex.newest_change);
        return add_chromium(all, false);
    }
    const Unknown elsewhere{reasons::ya_passman_data()};
    if (yandex_store && store.profile.status == StoreStatus::absent) return add_unknown(elsewhere);
    const bool no_account_store = store.account.status == StoreStatus::absent;
    const bool account_known = no_account_store || readable(store.account.status);
    add("store_status", std::string(to_text(status_of(store))));
    add_count("account_store_saved", no_account_store ? StoreStatus::ok : store.account.status, store.account.saved);
    // The other facts are about both stores, so they need both.
    const StoreStatus both =
        readable(store.profile.status) && !account_known ? store.account.status : store.profile.status;
    add_count("federated", both, store.profile.federated + store.account.federated);
    add_count("never_saved", both, store.profile.never_saved + store.account.never_saved);
    if (yandex_store) {
        for (const char* field : {"saved", "official", "newest_change_at", "official_oldest_change_at"}) {
            add(field, elsewhere);
        }
        return;
    }
    add_count("saved", store.profile.status, store.profile.saved);
    add_count("official", both, store.official);
    add_dates(both, std::max(store.profile.newest_change, store.account.newest_change), store.official_age);
}

void ProfileFacts::add_primary_password(const PrimaryPassword& password) {
    if (password.set) return add("primary_password", *password.set);
    add("primary_password",
        Unknown{readable(password.status) ? reasons::no_known_iteration_count()
                                          : reasons::primary_password_not_read(reason_of(password.status))});
}

// Firefox has neither an account store nor federated entries: both are 0, not unknown.
void ProfileFacts::add_firefox(const FirefoxStore& store) {
    if (store.unread) {
        add_unknown({*store.unread});
        return add_primary_password(store.primary_password);
    }
    add("store_status", std::string(to_text(store.status)));
    add_count("saved", store.status, store.logins.saved);
    add_count("account_store_saved", store.status, 0);
    add_count("federated", store.status, 0);
    add_count("official", store.status, store.logins.official);
    add_count("never_saved", store.never_status == StoreStatus::absent ? StoreStatus::ok : store.never_status,
              store.never_saved);
    add_dates(store.status, store.logins.newest_change, store.logins.official_age);
    add_primary_password(store.primary_password);
}

const Value* ProfileFacts::find(std::string_view field) const {
    const std::string id = "browser_credentials." + std::string(field);
    for (std::size_t i = first_; i < facts_.size(); ++i) {
        if (facts_[i].id == id && facts_[i].instance == instance_) return &facts_[i].value;
    }
    return nullptr;
}

std::size_t ProfileFacts::add_last_counts(const LastCounts& counts) {
    const Value* status = find("store_status");
    if (status == nullptr || *status != Value(std::string(to_text(StoreStatus::busy)))) return 0;
    const std::size_t before = facts_.size();
    std::optional<Instant> counted_at;
    for (const std::string_view field : kept_counts) {
        const std::string name = "last_" + std::string(field);
        const Value* now = find(field);
        if (now != nullptr && std::holds_alternative<std::int64_t>(*now)) {
            add(name.c_str(), Value(*now));
        } else if (const auto last = counts.of(instance_, field)) {
            add(name.c_str(), last->value);
            counted_at = std::min(counted_at.value_or(last->at), last->at);
        }
    }
    if (counted_at) add("last_counted_at", *counted_at);
    return facts_.size() - before;
}

}  // namespace wardwatch
