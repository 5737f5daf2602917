// wardwatch-setup.exe: what the MSI runs as SYSTEM instead of wardwatch.exe, which it calls without a window. A console
// program shows its window to whoever is at the PC, and from a console's window of SYSTEM's a user can open programs as
// SYSTEM (CVE-2024-38014). It takes the arguments of wardwatch.exe and gives its exit code back.
#include <windows.h>

#include <cwchar>

namespace {

constexpr wchar_t program_name[] = L"wardwatch.exe";
constexpr std::size_t longest_command = 32767;  // of CreateProcess
constexpr int not_started = 4;                  // as the program's own failure

/// The path of wardwatch.exe beside this program; false when it is too long.
bool find_program(wchar_t (&path)[MAX_PATH]) {
    const DWORD length = GetModuleFileNameW(nullptr, path, MAX_PATH);
    if (length == 0 || length == MAX_PATH) return false;
    wchar_t* const name = std::wcsrchr(path, L'\\') + 1;
    if (static_cast<std::size_t>(name - path) + sizeof program_name / sizeof program_name[0] > MAX_PATH) return false;
    std::wcscpy(name, program_name);
    return true;
}

}  // namespace

extern "C" int WINAPI wWinMain(HINSTANCE, HINSTANCE, wchar_t* arguments, int) {
    static wchar_t command[longest_command];
    wchar_t program[MAX_PATH];
    if (!find_program(program) || std::wcslen(program) + std::wcslen(arguments) + 4 > longest_command)
        return not_started;
    std::swprintf(command, longest_command, L"\"%ls\" %ls", program, arguments);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    if (!CreateProcessW(program, command, nullptr, nullptr, FALSE, CREATE_NO_WINDOW, nullptr, nullptr, &startup,
                        &process))
        return not_started;
    DWORD code = not_started;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    SecureZeroMemory(command, sizeof command);  // it may hold the token
    return static_cast<int>(code);
}
