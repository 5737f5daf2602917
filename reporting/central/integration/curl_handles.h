// libcurl's objects as owned resources. For .cpp files.
#pragma once

#include <curl/curl.h>

#include <filesystem>
#include <string>

#include "collectors/core/unique_resource.h"

namespace wardwatch::curl {

struct EasyTraits {
    static CURL* none() { return nullptr; }
    static void release(CURL* handle) noexcept { curl_easy_cleanup(handle); }
};
struct ListTraits {
    static curl_slist* none() { return nullptr; }
    static void release(curl_slist* list) noexcept { curl_slist_free_all(list); }
};
struct MimeTraits {
    static curl_mime* none() { return nullptr; }
    static void release(curl_mime* mime) noexcept { curl_mime_free(mime); }
};
using UniqueEasy = UniqueResource<CURL*, EasyTraits>;
using UniqueList = UniqueResource<curl_slist*, ListTraits>;
using UniqueMime = UniqueResource<curl_mime*, MimeTraits>;

/// A handle that raises no signal, follows no redirect, asks no proxy of the environment and checks certificates, by
/// `ca_file` or the system's CAs. Throws std::bad_alloc.
UniqueEasy make_easy(long deadline_seconds, const std::filesystem::path& ca_file);

void append(UniqueList& list, const std::string& line);

/// What went wrong, in libcurl's words and, where there are any, the server's.
std::string problem_of(CURLcode code, const char* details);

/// The file's first line. Throws std::runtime_error that names it.
std::string read_secret(const std::filesystem::path& file);

}  // namespace wardwatch::curl
