# wardwatch_add_tests(<name> SOURCES a_test.cpp … LIBRARIES …): one test program, one ctest entry with the label `unit`.
# (One entry per program: asking each for its list of cases is slow under Wine. Catch2 names the case that failed.)
set(libraries native)
if(CMAKE_CROSSCOMPILING)
    set(libraries windows_tests)
endif()
execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/dependencies.sh" ${libraries}
    OUTPUT_VARIABLE WARDWATCH_TESTS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
list(PREPEND CMAKE_PREFIX_PATH "${WARDWATCH_TESTS_PREFIX}")
if(CMAKE_CROSSCOMPILING)
    list(APPEND CMAKE_FIND_ROOT_PATH "${WARDWATCH_TESTS_PREFIX}")
endif()
find_package(Catch2 3 REQUIRED)

# The build that ships for Linux skips them: they run with sanitizers and as Windows programs.
option(WARDWATCH_UNIT_TESTS "Build and run the unit tests" ON)

# What a test opens: Wine shows the root folder as drive Z.
set(WARDWATCH_TEST_DATA "${CMAKE_SOURCE_DIR}/tests")
if(WIN32)
    set(WARDWATCH_TEST_DATA "Z:${WARDWATCH_TEST_DATA}")
endif()
add_library(wardwatch_test_data STATIC EXCLUDE_FROM_ALL tests/test_data.cpp)
target_compile_definitions(wardwatch_test_data PRIVATE WARDWATCH_TEST_DATA="${WARDWATCH_TEST_DATA}")
target_link_libraries(wardwatch_test_data PRIVATE wardwatch_flags)

# What nearly every test includes is read once: a test of the centre then takes 13 s with sanitizers instead of 21. Not
# for Windows: clang-tidy reads that build, too, and does not know GCC's precompiled headers.
set(WARDWATCH_TEST_HEADERS OFF)
if(WARDWATCH_UNIT_TESTS AND NOT CMAKE_CROSSCOMPILING)
    set(WARDWATCH_TEST_HEADERS ON)
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/test_headers.cpp" CONTENT "")
    add_library(wardwatch_test_headers OBJECT "${CMAKE_BINARY_DIR}/test_headers.cpp")
    target_link_libraries(wardwatch_test_headers PRIVATE wardwatch_flags Catch2::Catch2 wardwatch_json)
    # As an executable's files are compiled: GCC takes the headers for the same flags alone.
    set_target_properties(wardwatch_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(wardwatch_test_headers PRIVATE -fPIE -fpch-preprocess)
    target_precompile_headers(wardwatch_test_headers PRIVATE
        <catch2/catch_test_macros.hpp> <catch2/matchers/catch_matchers_string.hpp>
        <nlohmann/json.hpp> <chrono> <filesystem> <functional> <map> <mutex> <optional> <set> <string>
        <variant> <vector>)
endif()

function(wardwatch_add_tests name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "usage: wardwatch_add_tests(<name> SOURCES … LIBRARIES …)")
    endif()
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF) # tests name their helpers as they like
    target_link_libraries(${name} PRIVATE wardwatch_flags ${arg_LIBRARIES} wardwatch_test_data Catch2::Catch2WithMain)
    if(WARDWATCH_TEST_HEADERS)
        target_precompile_headers(${name} REUSE_FROM wardwatch_test_headers)
        target_compile_options(${name} PRIVATE -fpch-preprocess) # for ccache
    endif()
    if(WIN32)
        # Catch2's main is a wmain there, so that test names may be Vietnamese.
        target_link_options(${name} PRIVATE -municode)
    endif()
    if(NOT WARDWATCH_UNIT_TESTS)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
        return()
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
