# wardwatch_flags: the one place for compiler and linker choices. Every target of ours links it, nothing else sets
# flags.

# Every build of this machine shares one ccache; paths inside the checkout are made relative, so that a second clone
# hits.
find_program(WARDWATCH_CCACHE ccache)
if(WARDWATCH_CCACHE)
    set(ccache_environment "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "CCACHE_NOHASHDIR=1"
        "CCACHE_SLOPPINESS=pch_defines,time_macros")
    if(NOT DEFINED ENV{CCACHE_DIR})
        execute_process(COMMAND bash -c "source \"$1\"; wardwatch_cache" _ "${CMAKE_CURRENT_LIST_DIR}/cache.sh"
            OUTPUT_VARIABLE wardwatch_cache OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
        list(APPEND ccache_environment "CCACHE_DIR=${wardwatch_cache}/ccache" "CCACHE_MAXSIZE=5G")
    endif()
    foreach(language C CXX)
        set(CMAKE_${language}_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${ccache_environment} ${WARDWATCH_CCACHE})
    endforeach()
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Line tables are enough for a stack trace, and a third of the size of full debug information.
set(CMAKE_CXX_FLAGS_DEBUG "-g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# What ships to every PC is built for size: a scan waits for files, not for the processor.
set(CMAKE_CXX_FLAGS_RELEASE "-Os -DNDEBUG")

add_library(wardwatch_flags INTERFACE)
target_compile_features(wardwatch_flags INTERFACE cxx_std_20)
target_include_directories(wardwatch_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(wardwatch_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-align
    -Wcast-qual -Wformat=2 -Wextra-semi -Wunused -Wredundant-decls -Werror
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op>
    # GCC 12 sees these in the standard library's own strings and coroutine frames, where there is nothing to mend.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict
        -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=stringop-overread
        -Wno-error=free-nonheap-object>
    -fstack-protector-strong)

# All presets but linux join the files of a target (CMAKE_UNITY_BUILD): the heavy headers are read once, which more than
# halves the time of a build. Names of one file's own may then meet those of the next. linux, which ships, compiles each
# source alone, so that one that forgets an include is found.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
if(CMAKE_UNITY_BUILD)
    target_compile_options(wardwatch_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

if(WIN32)
    # What an unoptimised or sanitised build would do on Windows is never built: Wine runs what ships.
    target_compile_definitions(wardwatch_flags INTERFACE
        _WIN32_WINNT=0x0601 WINVER=0x0601 UNICODE _UNICODE WIN32_LEAN_AND_MEAN NOMINMAX
        # GCC 12's own semaphore loses a wake-up now and then where there is no futex, and whoever ends a
        # std::stop_callback while it runs waits on one: one stop in a hundred of a service that had just started took
        # its 8 s of grace. With winpthreads' semaphore none of 3,000 did.
        _GLIBCXX_USE_POSIX_SEMAPHORE=1)
    target_compile_options(wardwatch_flags INTERFACE -ffunction-sections -fdata-sections)
    target_link_options(wardwatch_flags INTERFACE -static
        LINKER:--gc-sections LINKER:--dynamicbase LINKER:--nxcompat LINKER:--high-entropy-va $<$<CONFIG:Release>:-s>)
    # std::filesystem of a static GCC on Windows and the stack protector live in the compiler's own static libraries.
    target_link_libraries(wardwatch_flags INTERFACE ssp)
else()
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES CXX)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    target_link_options(wardwatch_flags INTERFACE LINKER:-z,relro LINKER:-z,now)
    target_compile_definitions(wardwatch_flags INTERFACE
        $<$<OR:$<CONFIG:Release>,$<CONFIG:RelWithDebInfo>>:_FORTIFY_SOURCE=2> $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endif()

# wardwatch_heavy(<file>…): coroutines over Beast. With the undefined-behaviour sanitizer and optimisation GCC 12 takes
# a quarter of an hour and 2 GB for one of them, so they are built with the address sanitizer alone.
function(wardwatch_heavy)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    if(WARDWATCH_SANITIZE)
        set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-fno-sanitize=undefined")
    endif()
endfunction()

if(WARDWATCH_SANITIZE)
    # Not optimised (as Debug is), and without the checks of every pointer that is followed: a null or dead one stops a
    # program with the address sanitizer as well. A file of the centre takes 22 s so, and 50 s with -O1 and all checks.
    target_compile_options(wardwatch_flags INTERFACE -fsanitize=address,undefined
        -fno-sanitize=null,alignment,object-size,vptr,nonnull-attribute,returns-nonnull-attribute
        -fno-sanitize-recover=all)
    target_link_options(wardwatch_flags INTERFACE -fsanitize=address,undefined)
endif()
