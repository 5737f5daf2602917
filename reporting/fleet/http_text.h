// HTTP as the simulated PCs write and read it: POST requests with JSON, answers with a length.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wardwatch {

struct PlainAnswer {
    unsigned status = 0;
    bool closes = false;                  ///< the server ends the connection after it
    std::chrono::seconds retry_after{0};  ///< 0: nothing was said
    std::string body;
};

/// `heads` is what all requests have in common: "Host: …\r\nUser-Agent: …\r\n". `encoding` is the body's, if any.
std::string post_text(std::string_view target, std::string_view heads, std::string_view body,
                      std::string_view encoding = {});

/// Takes the first answer out of what came; nothing while it is not whole. Throws std::runtime_error for what is no
/// answer with a Content-Length of at most 1 MiB.
std::optional<PlainAnswer> take_answer(std::string& received);

}  // namespace wardwatch
