// The facts of one browser profile, from what its stores hold.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "collectors/core/fact.h"
#include "collectors/credential_stores/chromium_store.h"
#include "collectors/credential_stores/firefox_store.h"

namespace wardwatch {

/// Adds facts `browser_credentials.…` of one instance to a list, which must outlive it.
class ProfileFacts {
public:
    ProfileFacts(Facts& facts, std::string instance) : facts_(facts), instance_(std::move(instance)) {}

    void add(const char* field, Value value);
    /// The status, and each count unknown with the status as the reason.
    void add_unreadable(StoreStatus status);
    /// The status and each count unknown.
    void add_unknown(const Unknown& reason);
    void add_chromium(const ChromiumStore& store, bool yandex_store);
    void add_firefox(const FirefoxStore& store);

private:
    void add_count(const char* field, StoreStatus status, std::int64_t count);
    void add_all_counts(const Unknown& reason);
    void add_dates(StoreStatus status, const std::optional<Instant>& newest, const OfficialAge& official);
    void add_primary_password(const PrimaryPassword& password);

    Facts& facts_;
    std::string instance_;
};

}  // namespace wardwatch
