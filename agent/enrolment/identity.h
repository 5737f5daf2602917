// What makes this PC known to the centre, as files in the data folder. They are apart from the database, so that a
// damaged database never costs the enrolment.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "reporting/client/client.h"

namespace wardwatch {

/// Files: device_id; key.pem (key.sealed on Windows: DPAPI); certificate.pem; ca.pem. Each is replaced in one step, and
/// a new key is "next_key" until its certificate is there.
/// Safe to use from several processes: an enrolment by one is seen by the other at its next call.
class IdentityFiles {
public:
    explicit IdentityFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Empty before the first `make_device_id`. Throws std::runtime_error for a file that holds no UUID.
    std::optional<std::string> device_id() const;
    /// The device id, made by `new_uuid` and stored when there is none yet.
    std::string make_device_id(const std::function<std::string()>& new_uuid) const;

    /// The key that an enrolment uses: the stored one, or a new one from `new_key` that is stored before it is
    /// returned, so that an enrolment whose answer was lost can be repeated with the same key.
    std::string make_key(const std::function<std::string()>& new_key) const;

    /// Stores key, CA and certificate. Whenever it ends, load() gives the old identity or this one.
    void save(const Identity& identity) const;

    /// Another device id than before: that of the certificate, where it has changed or a power cut came in between.
    void follow(const std::string& device_id) const;

    /// Empty while not enrolled. Throws std::runtime_error when a file of the three is missing or unreadable, or the
    /// key is not the certificate's.
    std::optional<Identity> load() const;

    /// The certificate alone, to notice an enrolment without unsealing the key; empty while not enrolled.
    std::string certificate() const;

private:
    std::filesystem::path folder_;
};

}  // namespace wardwatch
