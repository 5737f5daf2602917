// The data folder by modes: 0700 for it, 0600 for what is in it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "agent/data_folder/protected_files.h"
#include "collectors/core/unique_resource.h"

namespace wardwatch {
namespace {

namespace fs = std::filesystem;

struct FileTraits {
    static int none() { return -1; }
    static void release(int file) noexcept { close(file); }
};
using UniqueFile = UniqueResource<int, FileTraits>;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
    throw std::runtime_error(what + " " + utf8(path) + ": " + std::generic_category().message(errno));
}

void write_all(int file, std::string_view content, const fs::path& path) {
    while (!content.empty()) {
        const ssize_t written = write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("cannot write", path);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(file) != 0) fail("cannot write", path);
}

// A rename is on the disk only when its folder is.
void sync_folder(const fs::path& folder) {
    const UniqueFile handle(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle || fsync(handle.get()) != 0) fail("cannot write", folder);
}

}  // namespace

fs::path default_data_folder() { return "/var/lib/wardwatch"; }

std::vector<std::string> protect_folder(const fs::path& folder) {
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path());
    if (mkdir(folder.c_str(), 0700) == 0) return {};
    if (errno != EEXIST) fail("cannot make the data folder", folder);
    struct stat info = {};
    if (lstat(folder.c_str(), &info) != 0) fail("cannot look at the data folder", folder);
    if (!S_ISDIR(info.st_mode))
        throw std::runtime_error("the data folder " + utf8(folder) + " is a link or a file: remove it or give --data");
    if (info.st_uid != geteuid())
        throw std::runtime_error("the data folder " + utf8(folder) +
                                 " belongs to another user: run as its owner (usually root) or give --data");
    if ((info.st_mode & 0077) == 0) return {};
    if (chmod(folder.c_str(), 0700) != 0) fail("cannot protect the data folder", folder);
    return {utf8(folder)};
}

std::optional<std::string> read_file(const fs::path& file) {
    const UniqueFile handle(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!handle) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        fail("cannot read", file);
    }
    std::string content;
    char block[4096];
    for (;;) {
        const ssize_t count = read(handle.get(), block, sizeof block);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("cannot read", file);
        if (count == 0) return content;
        content.append(block, static_cast<std::size_t>(count));
    }
}

void write_file(const fs::path& file, std::string_view content) {
    fs::path temporary = file;
    temporary += ".new-" + std::to_string(getpid());
    unlink(temporary.c_str());  // of a run that was killed
    const UniqueFile handle(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!handle) fail("cannot write", temporary);
    try {
        write_all(handle.get(), content, temporary);
        if (rename(temporary.c_str(), file.c_str()) != 0) fail("cannot replace", file);
    } catch (const std::exception&) {
        unlink(temporary.c_str());
        throw;
    }
    sync_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

std::string seal(std::string_view secret) { return std::string(secret); }
std::string unseal(std::string_view sealed) { return std::string(sealed); }

}  // namespace wardwatch
