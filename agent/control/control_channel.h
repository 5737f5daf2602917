// How a question reaches the service of a data folder. Windows: the named pipe \\.\pipe\wardwatch, for SYSTEM and
// Administrators of this PC only; for a folder other than the default one \\.\pipe\wardwatch-<hash of the folder>.
// Elsewhere: the Unix socket control.sock in the data folder, for its owner and root.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>

namespace wardwatch {

/// Bytes, with the line's end.
inline constexpr std::size_t max_control_request = 4096;
inline constexpr std::size_t max_control_answer = 65536;
/// How long the service bears with one client, who meanwhile holds up nobody else.
inline constexpr std::chrono::seconds control_client_limit{3};
/// How long a client waits for its turn and the answer.
inline constexpr std::chrono::seconds control_answer_limit{10};

enum class ControlFailure {
    absent,  ///< no service serves this data folder
    denied,  ///< this user may not ask it
    failed,  ///< it did not answer, refused, or what answered is not to be trusted
};

/// what() is a sentence in English that says what to do.
class ControlError : public std::runtime_error {
public:
    ControlError(ControlFailure what_failed, const std::string& text)
        : std::runtime_error(text), failure(what_failed) {}
    ControlFailure failure;
};

/// Request line → answer line, both without their ends. Called on the serving thread; must not throw or wait.
using ControlAnswer = std::function<std::string(std::string_view request)>;

/// Serves until a stop is requested, and returns at once then. Uses no processor while nobody asks. Throws
/// std::runtime_error when it cannot serve: another process has the pipe, the socket's path is too long. The caller
/// holds the FolderLock.
void serve_control(const std::filesystem::path& folder, const std::stop_token& stop, const ControlAnswer& answer);

/// One question, one answer, both without the line's end. Throws ControlError.
std::string exchange_control(const std::filesystem::path& folder, std::string_view request);

/// The answer to a request that is too long.
std::string control_request_too_long();

}  // namespace wardwatch
