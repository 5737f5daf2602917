// A server of somebody else's, as the centre tells things to: a CA of its own, on the loopback.
#pragma once

#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/reporting/central/central_fixture.h"
#include "tests/reporting/loopback/raw_peer.h"

namespace wardwatch::test {

inline Instant right_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

class OutsideServer {
public:
    enum class Tls { from_the_start, no };

    /// `talk` returns what is to be kept of what the client said.
    explicit OutsideServer(std::function<std::string(RawStream&)> talk, Tls tls = Tls::from_the_start)
        : talk_(std::move(talk)),
          tls_{make_server_certificate(authority_, {"127.0.0.1"}, right_now(), std::chrono::days{30}),
               authority_.certificate_pem},
          server_(tls == Tls::no ? nullptr : &tls_, [this](RawStream& stream) { keep(talk_(stream)); }) {
        std::ofstream{ca_file()} << authority_.certificate_pem;
        std::ofstream{foreign_ca_file()}
            << make_authority("Another", right_now(), std::chrono::days{30}).certificate_pem;
    }

    std::uint16_t port() const { return server_.port(); }
    std::filesystem::path ca_file() const { return folder_.path() / "ca.crt"; }
    std::filesystem::path foreign_ca_file() const { return folder_.path() / "foreign.crt"; }
    std::filesystem::path folder() const { return folder_.path(); }

    /// Waits for the first connection's end, and returns what was kept of each so far.
    std::vector<std::string> said() {
        std::unique_lock lock{mutex_};
        ended_.wait(lock, [this] { return !said_.empty(); });
        return said_;
    }

private:
    void keep(std::string text) {
        const std::lock_guard lock{mutex_};
        said_.push_back(std::move(text));
        ended_.notify_all();
    }

    TemporaryFolder folder_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::vector<std::string> said_;
    const std::function<std::string(RawStream&)> talk_;
    const KeyAndCertificate authority_ = make_authority("Outside", right_now(), std::chrono::days{30});
    const RawTls tls_;
    const RawServer server_;
};

}  // namespace wardwatch::test
