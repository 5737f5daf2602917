// Updates of the agent: an administrator places a package at the centre and offers it to units; each PC that is meant
// gets a command for it and takes the package in pieces. Nothing is offered by itself. docs/operations.md shows how.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/devices/store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/updates/store.h"

namespace wardwatch {

/// How large a piece is; the last one is smaller. Agents know it, too (reporting/client/client.h).
inline constexpr std::size_t update_piece_size = 256u << 10;
inline constexpr std::size_t update_size_limit = 64u << 20;

/// The SHA-256 of the certificate that signed the newest package, in the centre's settings.
inline constexpr const char* update_signer_setting = "update_signer_sha256";

/// Checks the MSI and places it. Without `version` it is read off the file's name, "wardwatch-1.2.3-x64.msi"; the
/// agents compare it with what stands in the package. `signer` is the SHA-256 of the certificate that it must be signed
/// by, with or without colons; empty: that of the package before, and any of the first. Throws StoreError: no such
/// file, no MSI, not signed, changed after it was signed, another signer, too large, no version, a version that is
/// there with other content.
Update add_update_package(sql::Database& database, const std::string& file, const std::string& version,
                          const std::string& signer, Instant now);

/// Stores what was checked. Throws StoreError for a version that is there with other content.
Update place_package(sql::Database& database, const std::string& content, const std::string& version, Instant now);

/// Gives the PCs that are meant by an offer, are older, were seen within the last hour and were not asked yet their
/// command; at most 50 PCs are at it at the same time. Returns those PCs. To be called again now and then: PCs come
/// back, move and are enrolled.
std::vector<std::string> order_updates(sql::Database& database, Instant now);

struct FailedUpdate {
    Device device;
    Instant at;
    std::string problem;
};

/// An offer in force: how many PCs are meant and how far they are.
struct OfferProgress {
    UpdateOffer offer;
    std::optional<std::string> unit;  ///< its unit's path
    std::int64_t total = 0;
    std::int64_t updated = 0;
    std::int64_t at_work = 0;
    std::vector<FailedUpdate> failures;
    std::int64_t not_yet_asked() const;
};
std::vector<OfferProgress> offers_in_force(const sql::Database& database, Instant now);

nlohmann::json packages_json(const std::vector<Update>& packages);
nlohmann::json offers_json(const std::vector<OfferProgress>& offers);

}  // namespace wardwatch
