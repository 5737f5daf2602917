// The head of the audit log's chain, signed: what leaves the machine, so that a chain that was written anew can be told
// from the one that was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/audit/store.h"
#include "reporting/central/data_folder/data_folder.h"

namespace wardwatch {

/// An Ed25519 key in the data folder's file audit.key (0600), which is in no database and no backup. Throws PkiError.
class HeadKey {
public:
    /// Makes the key where there is none.
    static HeadKey of(const DataFolder& folder);
    /// 64 lower-case hex digits.
    const std::string& public_key() const { return public_key_; }
    /// 128 lower-case hex digits.
    std::string sign(std::string_view text) const;

private:
    explicit HeadKey(std::string private_pem);
    std::string private_pem_;
    std::string public_key_;
};

struct SignedHead {
    Instant at;
    std::int64_t entries = 0;  ///< the number of the entry whose hash it is
    std::string hash;
    std::string public_key;
    std::string signature;
};

SignedHead signed_head(const HeadKey& key, std::int64_t entries, const std::string& hash, Instant at);
/// One line of JSON: {"at":…,"audit_head":…,"entries":…,"public_key":…,"signature":…}.
std::string line_of(const SignedHead& head);
/// What stands in a line, also behind other words: a line of a syslog server's file. Nothing when none does.
std::optional<SignedHead> head_in(std::string_view line);
/// Whether the public key that it names signed it.
bool is_signed(const SignedHead& head);

/// What an audit log is worth in the light of heads that left the machine.
struct HeadComparison {
    std::int64_t heads = 0;  ///< that were compared
    /// The first head that is not the log's: the chain was cut off or written anew, at this entry or before.
    std::optional<SignedHead> missing;
    std::optional<SignedHead> badly_signed;  ///< or by a key that is not trusted
};

/// `trusted`: public keys. Of a text of lines; those without a head are passed over.
HeadComparison compare_heads(const AuditLog& log, std::string_view lines, const std::set<std::string>& trusted);

}  // namespace wardwatch
