// Checks a package before it is placed, and tells which PCs an offer means.
#include "reporting/central/updates/updates.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/compound_file.h"
#include "reporting/central/updates/store.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "collectors/core/ascii.h"
#include "reporting/central/commands/scans.h"
#include "reporting/tls/package_signature.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/version.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::int64_t most_updates_at_once = 50;
constexpr std::chrono::hours connected_within{1};
// A PC that went away meanwhile is asked again when it is back.
constexpr std::chrono::hours update_life{24};

std::string read_package(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>{in}, {}};
    if (!in) throw StoreError("The file " + file + " cannot be read.");
    if (content.size() > update_size_limit)
        throw StoreError("The file " + file + " is larger than 64 MiB; that is no package of Wardwatch.");
    return content;
}

/// Who signed it, as PCs will see it; 64 lower-case hex digits.
std::string check_package(const std::string& file, const std::string& content) {
    using namespace std::string_view_literals;
    constexpr std::string_view compound_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;
    if (!content.starts_with(compound_file)) throw StoreError("The file " + file + " is no Windows package (MSI).");
    PackageSignature signature;
    try {
        const CompoundFile package{content};
        signature = read_package_signature(*package_of(package));
    } catch (const std::exception& error) {
        throw StoreError("No PC would take the package " + file + ": " + error.what() + " Sign it (installer/sign).");
    }
    if (!signature.covers_names)
        throw StoreError("The signature of " + file +
                         " says nothing of the names in the package; sign it with installer/sign or signtool.");
    return signature.signer_sha256;
}

std::string hex_digits(const std::string& fingerprint) {
    std::string digits = ascii_lower(fingerprint);
    std::erase(digits, ':');
    const bool is_whole = digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_whole) throw StoreError("\"" + fingerprint + "\" is no SHA-256 of a certificate: 64 hexadecimal digits.");
    return digits;
}

/// The signer that was named, or that of the packages before; PCs were told the same one.
void check_signer(const std::string& file, const std::string& signer, const std::string& named,
                  const std::optional<std::string>& before) {
    const std::string known = named.empty() ? before.value_or(signer) : hex_digits(named);
    if (signer == known) return;
    throw StoreError("The package " + file + " is signed by the certificate " + signer + ", not by " + known +
                     ", which PCs were told; where that is meant, say --signer " + signer + ".");
}

std::string version_of(const std::string& file, const std::string& given) {
    std::string version = given;
    if (std::smatch found;
        version.empty() && std::regex_search(file, found, std::regex{R"(wardwatch-([0-9.]+)-x64\.msi$)"}))
        version = found[1];
    if (!parse_version(version))
        throw StoreError(version.empty() ? "Say the package's version with --version, such as 1.2.3."
                                         : "\"" + version + "\" is no version; write three numbers, such as 1.2.3.");
    return version;
}

/// Always the same PCs for a version, and with more percent more of them.
bool is_chosen(const std::string& device_id, const UpdateOffer& offer) {
    const auto number = std::stoul(sha256_hex(offer.version + "/" + device_id).substr(0, 7), nullptr, 16);
    return static_cast<std::int64_t>(number % 100) < offer.percent;
}

/// The PCs that an offer means, whatever version they have.
std::vector<Device> meant_devices(const sql::Database& database, const std::vector<Device>& devices,
                                  const UpdateOffer& offer) {
    std::set<std::int64_t> units;
    if (offer.unit_id) units = Units{database}.and_below(*offer.unit_id);
    std::vector<Device> meant;
    for (const Device& device : devices) {
        const bool in_unit = !offer.unit_id || units.contains(device.unit_id);
        if (in_unit && !device.revoked_at && is_chosen(device.device_id, offer)) meant.push_back(device);
    }
    return meant;
}

/// The newest command of each PC in this offer.
std::map<std::string, StoredCommand> asked(const sql::Database& database, const UpdateOffer& offer) {
    std::map<std::string, StoredCommand> newest;
    for (StoredCommand& command : Commands{database}.batch(offer.id)) {
        StoredCommand& kept = newest[command.device_id];
        if (kept.id.empty() || kept.created_at <= command.created_at) kept = std::move(command);
    }
    return newest;
}

OfferProgress progress_of(const sql::Database& database, const std::vector<Device>& devices, const UpdateOffer& offer,
                          Instant now) {
    const auto commands = asked(database, offer);
    OfferProgress progress;
    progress.offer = offer;
    for (const Device& device : meant_devices(database, devices, offer)) {
        const auto command = commands.find(device.device_id);
        const bool known = command != commands.end();
        const std::string_view state = known ? shown_state(command->second, now) : "";
        ++progress.total;
        // The command's end comes before the next heartbeat, which tells the version.
        if (state == "done" || (parse_version(device.agent_version) && !is_newer(offer.version, device.agent_version)))
            ++progress.updated;
        else if (state == "failed")
            progress.failures.push_back({device, command->second.changed_at, command->second.problem});
        else if (known && state != "expired")
            ++progress.at_work;
    }
    if (!offer.unit_id) return progress;
    progress.unit = "";
    for (const Unit& each : Units{database}.all()) {
        if (offer.unit_id == each.id) progress.unit = each.path;
    }
    return progress;
}

json offer_json(const OfferProgress& progress) {
    json failures = json::array();
    for (const FailedUpdate& failed : progress.failures)
        failures.push_back({{"device_id", failed.device.device_id},
                            {"host_name", failed.device.host_name},
                            {"agent_version", failed.device.agent_version},
                            {"failed_at", format_instant(failed.at)},
                            {"problem", failed.problem},
                            {"problem_text", problem_text_json(failed.problem)}});
    return {{"version", progress.offer.version},
            {"unit", progress.unit ? json(*progress.unit) : json()},
            {"percent", progress.offer.percent},
            {"offered_at", format_instant(progress.offer.offered_at)},
            {"total", progress.total},
            {"updated", progress.updated},
            {"at_work", progress.at_work},
            {"failed", failures.size()},
            {"not_yet_asked", progress.not_yet_asked()},
            {"failures", std::move(failures)}};
}

}  // namespace

Update add_update_package(sql::Database& database, const std::string& file, const std::string& version,
                          const std::string& signer, Instant now) {
    const std::string content = read_package(file);
    const std::string signed_by = check_package(file, content);
    Settings settings{database};
    check_signer(file, signed_by, signer, settings.get(update_signer_setting));
    Update update = place_package(database, content, version_of(file, version), now);
    settings.set(update_signer_setting, signed_by);
    return update;
}

Update place_package(sql::Database& database, const std::string& content, const std::string& version, Instant now) {
    Update update{version, static_cast<std::int64_t>(content.size()), sha256_hex(content), now};
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < content.size(); at += update_piece_size)
        pieces.push_back(content.substr(at, update_piece_size));
    Updates{database}.add(update, pieces);
    return update;
}

std::vector<std::string> order_updates(sql::Database& database, Instant now) {
    std::vector<std::string> ordered;
    const std::vector<UpdateOffer> offers = Updates{database}.offers();
    if (offers.empty()) return ordered;
    const std::vector<Device> devices = Devices{database}.all();
    std::int64_t at_work = Commands{database}.updates_at_work();
    for (const UpdateOffer& offer : offers) {
        const auto commands = asked(database, offer);
        NewBatch batch{offer.id, "update", offer.version, "offer", now, now + update_life, {}};
        for (const Device& device : meant_devices(database, devices, offer)) {
            const auto command = commands.find(device.device_id);
            const bool was_asked = command != commands.end() && command->second.state != CommandState::expired;
            const bool older = is_newer(offer.version, device.agent_version);
            if (was_asked || !older || now - device.last_seen_at > connected_within || at_work >= most_updates_at_once)
                continue;
            batch.commands.push_back({random_uuid(), device.device_id});
            ordered.push_back(device.device_id);
            ++at_work;
        }
        if (!batch.commands.empty()) Commands{database}.add(batch);
    }
    return ordered;
}

std::int64_t OfferProgress::not_yet_asked() const {
    return total - updated - at_work - static_cast<std::int64_t>(failures.size());
}

std::vector<OfferProgress> offers_in_force(const sql::Database& database, Instant now) {
    const std::vector<Device> devices = Devices{database}.all();
    std::vector<OfferProgress> all;
    for (const UpdateOffer& offer : Updates{database}.offers())
        all.push_back(progress_of(database, devices, offer, now));
    return all;
}

json packages_json(const std::vector<Update>& packages) {
    json list = json::array();
    for (const Update& update : packages)
        list.push_back({{"version", update.version},
                        {"size", update.size},
                        {"sha256", update.sha256},
                        {"added_at", format_instant(update.added_at)}});
    return list;
}

json offers_json(const std::vector<OfferProgress>& offers) {
    json list = json::array();
    for (const OfferProgress& progress : offers) list.push_back(offer_json(progress));
    return list;
}

}  // namespace wardwatch
