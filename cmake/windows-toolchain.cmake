# Cross-compiles for Windows 7 SP1 and later, x64, with Debian's mingw-w64, against the static libraries of
# cmake/dependencies.sh.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# The posix variant: std::thread and std::mutex exist only there.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

if(NOT WARDWATCH_WINDOWS_PREFIX)
    set(WARDWATCH_WINDOWS_PREFIX "$ENV{WARDWATCH_WINDOWS_PREFIX}")
endif()
if(NOT WARDWATCH_WINDOWS_PREFIX)
    execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/dependencies.sh" windows --print-prefix
        OUTPUT_VARIABLE WARDWATCH_WINDOWS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT EXISTS "${WARDWATCH_WINDOWS_PREFIX}")
    message(FATAL_ERROR "The libraries for Windows are not built yet: run cmake/dependencies.sh windows")
endif()
# CMake reads this file again in every compiler check.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WARDWATCH_WINDOWS_PREFIX)

set(CMAKE_FIND_ROOT_PATH "${WARDWATCH_WINDOWS_PREFIX}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
list(PREPEND CMAKE_PREFIX_PATH "${WARDWATCH_WINDOWS_PREFIX}")
set(OPENSSL_USE_STATIC_LIBS TRUE)

# ctest runs the Windows tests under Wine.
set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/under_wine.sh")
