// posix_spawn, and a pipe for what the program complains of.
#include "reporting/central/system/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

namespace fs = std::filesystem;

namespace {

struct DescriptorTraits {
    static int none() { return -1; }
    static void release(int descriptor) noexcept { close(descriptor); }
};
using UniqueDescriptor = UniqueResource<int, DescriptorTraits>;

class FileActions {
public:
    FileActions(const fs::path& output, int errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        constexpr int anew = O_WRONLY | O_CREAT | O_TRUNC;
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(), anew, 0600);
        posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> all{"LC_ALL=C"};
    for (char** each = environ; *each != nullptr; ++each) {
        if (!std::string_view{*each}.starts_with("LC_ALL=")) all.emplace_back(*each);
    }
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

/// To its end, which is the program's own end; of many words the first ones.
std::string read_all(int descriptor) {
    constexpr std::size_t most = 64u << 10;
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = read(descriptor, buffer.data(), buffer.size())) != 0;) {
        if (count < 0 && errno != EINTR) break;
        if (count > 0 && text.size() < most) text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace

fs::path find_program(const std::string& name, std::vector<fs::path> folders) {
    const char* const path = std::getenv("PATH");
    std::istringstream named{path == nullptr ? "/usr/bin" : path};
    for (std::string folder; std::getline(named, folder, ':');) folders.emplace_back(folder);
    for (const fs::path& folder : folders) {
        if (access((folder / name).c_str(), X_OK) == 0) return folder / name;
    }
    return {};
}

void run_program(const Program& program) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw ProgramFailed(program.file.string() + " cannot be run");
    const UniqueDescriptor reading{ends[0]};
    UniqueDescriptor writing{ends[1]};
    std::vector<std::string> arguments = program.arguments;
    arguments.insert(arguments.begin(), program.file.string());
    std::vector<std::string> environment = environment_with(program.environment);
    const FileActions actions{program.output, writing.get()};
    pid_t child = 0;
    if (posix_spawn(&child, program.file.c_str(), actions.get(), nullptr, pointers(arguments).data(),
                    pointers(environment).data()) != 0)
        throw ProgramFailed(program.file.string() + " cannot be run");
    writing.reset();  // or its end would not be seen
    const std::string said = read_all(reading.get());
    int status = 0;
    while (waitpid(child, &status, 0) != child) {
        if (errno != EINTR) throw ProgramFailed(program.file.string() + " was lost");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    throw ProgramFailed(said.empty() ? program.file.string() + " failed" : said);
}

}  // namespace wardwatch
