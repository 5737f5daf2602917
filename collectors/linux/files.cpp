#include "collectors/linux/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "collectors/linux/descriptor.h"
#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// No home has so many entries in one folder; a folder made to exhaust memory has.
constexpr std::size_t most_entries = 100'000;

std::string proc_path(const UniqueDescriptor& descriptor) {
    return "/proc/self/fd/" + std::to_string(descriptor.get());
}

// O_PATH opens nothing: no pipe blocks, no device wakes, and what is checked is what is opened afterwards.
UniqueDescriptor find(const std::filesystem::path& path) {
    return UniqueDescriptor(::open(path.c_str(), O_PATH | O_CLOEXEC));
}

// Where the descriptor really is, all links resolved; empty when that cannot be told.
std::string real_path(const UniqueDescriptor& descriptor) {
    char path[PATH_MAX];
    const ssize_t length = ::readlink(proc_path(descriptor).c_str(), path, sizeof path);
    if (length <= 0 || static_cast<std::size_t>(length) == sizeof path) return {};
    return std::string(path, static_cast<std::size_t>(length));
}

bool beneath(const std::filesystem::path& home, const UniqueDescriptor& found) {
    const UniqueDescriptor home_descriptor = find(home);
    if (!home_descriptor) return false;
    const std::string border = real_path(home_descriptor);
    const std::string path = real_path(found);
    if (border.empty() || path.empty()) return false;
    return path == border || border == "/" || (path.starts_with(border) && path[border.size()] == '/');
}

bool is_absent(int error) { return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG; }

// What is not there because a link on the way leads nowhere: something was to be there. ntfs-3g shows each reparse
// point that it does not know as such a link.
bool behind_dead_link(const std::filesystem::path& home, const std::filesystem::path& path) {
    const std::filesystem::path relative = path.lexically_normal().lexically_relative(home.lexically_normal());
    std::filesystem::path here = home;
    const auto is_link = [&here] {
        struct stat status {};
        return ::lstat(here.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    };
    if (is_link() && !find(here)) return true;
    return std::any_of(relative.begin(), relative.end(), [&](const std::filesystem::path& component) {
        here /= component;
        return is_link() && !find(here);
    });
}

FileRead read_all(const UniqueDescriptor& descriptor, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(descriptor.get(), bytes.data() + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const SecretBytes partly_read{std::move(bytes)};
            return {ReadStatus::access_denied, {}};
        }
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return {ReadStatus::ok, SecretBytes(std::move(bytes))};
}

PortError cannot_list(Said why) { return PortError(reasons::folder_not_listed(std::move(why))); }

DirectoryEntry describe(int folder, const dirent& entry) {
    DirectoryEntry result{entry.d_name, entry.d_type == DT_DIR, entry.d_type == DT_REG};
    struct stat status {};
    if (entry.d_type == DT_UNKNOWN && ::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        result.directory = S_ISDIR(status.st_mode);
        result.regular_file = S_ISREG(status.st_mode);
    }
    return result;
}

}  // namespace

FileRead LinuxFiles::read(const std::filesystem::path& home, const std::filesystem::path& file,
                          std::uint64_t limit) const {
    const UniqueDescriptor found = find(file);
    if (!found) {
        const bool absent = is_absent(errno) && !behind_dead_link(home, file);
        return {absent ? ReadStatus::absent : ReadStatus::access_denied, {}};
    }
    if (!beneath(home, found)) return {ReadStatus::access_denied, {}};
    struct stat status {};
    if (::fstat(found.get(), &status) != 0) return {ReadStatus::access_denied, {}};
    if (!S_ISREG(status.st_mode)) return {ReadStatus::not_a_file, {}};
    const UniqueDescriptor opened(::open(proc_path(found).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!opened || ::fstat(opened.get(), &status) != 0) return {ReadStatus::access_denied, {}};
    if (static_cast<std::uint64_t>(status.st_size) > limit) return {ReadStatus::too_large, {}};
    return read_all(opened, static_cast<std::size_t>(status.st_size));
}

std::vector<DirectoryEntry> LinuxFiles::list(const std::filesystem::path& home,
                                             const std::filesystem::path& folder) const {
    const UniqueDescriptor found = find(folder);
    if (!found) {
        const int error = errno;
        if (!is_absent(error)) throw cannot_list(std::strerror(error));
        if (behind_dead_link(home, folder)) throw cannot_list(reasons::link_to_nowhere());
        return {};
    }
    if (!beneath(home, found)) throw cannot_list(reasons::link_out_of_home());
    UniqueDescriptor opened(::open(proc_path(found).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) {
        if (errno == ENOTDIR) return {};
        throw cannot_list(std::strerror(errno));
    }
    struct CloseFolder {
        void operator()(DIR* stream) const { ::closedir(stream); }
    };
    const std::unique_ptr<DIR, CloseFolder> stream(::fdopendir(opened.get()));
    if (!stream) throw cannot_list(std::strerror(errno));
    opened.give_up();
    std::vector<DirectoryEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") entries.push_back(describe(::dirfd(stream.get()), *entry));
        if (entries.size() > most_entries) throw cannot_list(reasons::too_many_entries());
        errno = 0;
    }
    if (errno != 0) throw cannot_list(std::strerror(errno));
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
}

std::filesystem::path LinuxFiles::real_folder(const std::filesystem::path& folder) const {
    const UniqueDescriptor found = find(folder);
    const std::string path = found ? real_path(found) : std::string();
    return path.empty() ? folder : std::filesystem::path(path);
}

}  // namespace wardwatch
