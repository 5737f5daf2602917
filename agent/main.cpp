// wardwatch: the agent and its command line, in one program.
#include "agent/cli/cli.h"
#include "agent/data_folder/protected_files.h"
#include "agent/run_agent.h"
#include "agent/system/process.h"
#include "collectors/credential_stores/wipe_sqlite.h"

#ifdef _WIN32
extern "C" int wmain(int count, wchar_t** words) {
#else
int main(int count, char** words) {
#endif
    wardwatch::forbid_memory_dumps();
    wardwatch::wipe_sqlite_memory_on_free();
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i) arguments.push_back(wardwatch::utf8(std::filesystem::path(words[i])));
    return wardwatch::run_cli(std::move(arguments), wardwatch::run_agent_as_service);
}
