# The third-party libraries, under the same target names on both systems: Debian's -dev packages on Linux, the
# dependency prefix (cmake/dependencies.sh) for Windows.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_path(WARDWATCH_BOOST_INCLUDE boost/beast.hpp REQUIRED)
find_path(WARDWATCH_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(WARDWATCH_CLI_INCLUDE CLI/CLI.hpp REQUIRED)

# Header-only libraries; SYSTEM keeps their warnings out of ours.
add_library(wardwatch_json INTERFACE)
add_library(wardwatch_cli11 INTERFACE)
add_library(wardwatch_boost INTERFACE)
if(CMAKE_CROSSCOMPILING)
    target_include_directories(wardwatch_json SYSTEM INTERFACE "${WARDWATCH_JSON_INCLUDE}")
    target_include_directories(wardwatch_cli11 SYSTEM INTERFACE "${WARDWATCH_CLI_INCLUDE}")
    target_include_directories(wardwatch_boost SYSTEM INTERFACE "${WARDWATCH_BOOST_INCLUDE}")
endif()
target_link_libraries(wardwatch_boost INTERFACE Threads::Threads)
if(WIN32)
    target_link_libraries(wardwatch_boost INTERFACE ws2_32 mswsock crypt32)
    # The system's error texts, which follow the PC's language, in UTF-8 as all other texts are.
    target_compile_definitions(wardwatch_boost INTERFACE BOOST_SYSTEM_USE_UTF8)
endif()
