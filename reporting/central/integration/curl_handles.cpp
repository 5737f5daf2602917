// How every connection of libcurl is set up: deadline, trust, no redirects.
#include "reporting/central/integration/curl_handles.h"

#include <fstream>
#include <mutex>
#include <new>
#include <stdexcept>

namespace wardwatch::curl {

UniqueEasy make_easy(long deadline_seconds, const std::filesystem::path& ca_file) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    UniqueEasy easy{curl_easy_init()};
    if (!easy) throw std::bad_alloc();
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, deadline_seconds);
    curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT, deadline_seconds);
    curl_easy_setopt(easy.get(), CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) {
        curl_easy_setopt(easy.get(), CURLOPT_CAINFO, ca_file.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_CAPATH, nullptr);
    }
    return easy;
}

void append(UniqueList& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list.give_up();
    list.reset(longer);
}

std::string problem_of(CURLcode code, const char* details) {
    const std::string said = details == nullptr ? "" : details;
    return said.empty() ? curl_easy_strerror(code) : said;
}

std::string read_secret(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string line;
    if (!std::getline(in, line) || line.empty())
        throw std::runtime_error("The file " + file.string() + " cannot be read or its first line is empty.");
    return line;
}

}  // namespace wardwatch::curl
