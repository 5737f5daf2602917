# wardwatch_embed(<target> <file> <symbol>): compiles a file's bytes into a target. Include "embedded/<symbol>.h" and
# use wardwatch::embedded::<symbol>, a std::string_view. Run as a script (cmake -P), this file writes the two sources.
if(CMAKE_SCRIPT_MODE_FILE)
    file(READ "${FILE}" bytes HEX)
    # A literal per 32 bytes: compiles many times faster than an array of numbers. "" keeps an empty file legal.
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    string(LENGTH "${bytes}" length)
    set(lines "")
    set(at 0)
    while(at LESS length)
        string(SUBSTRING "${bytes}" ${at} 128 line)
        string(APPEND lines "\n    \"${line}\"")
        math(EXPR at "${at} + 128")
    endwhile()
    set(begin "#include <string_view>\n\nnamespace wardwatch::embedded {\n")
    file(WRITE "${OUTPUT}.cpp" "${begin}using namespace std::string_view_literals;\n"
        "extern const std::string_view ${SYMBOL};\n"
        "constinit const std::string_view ${SYMBOL} = \"\"${lines}\"\"sv;\n}\n")
    file(WRITE "${OUTPUT}.h" "#pragma once\n\n${begin}extern const std::string_view ${SYMBOL};\n}\n")
    return()
endif()

# All generated sources, for tools that read the code without building it.
add_custom_target(wardwatch_generated)

set(WARDWATCH_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(wardwatch_embed target file symbol)
    get_filename_component(file "${file}" ABSOLUTE)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/generated")
    set(output "${folder}/embedded/${symbol}")
    add_custom_command(OUTPUT "${output}.cpp" "${output}.h"
        COMMAND ${CMAKE_COMMAND} "-DFILE=${file}" "-DSYMBOL=${symbol}" "-DOUTPUT=${output}"
            -P "${WARDWATCH_EMBED_SCRIPT}"
        DEPENDS "${file}" "${WARDWATCH_EMBED_SCRIPT}"
        COMMENT "Embedding ${symbol}" VERBATIM)
    add_custom_target(${target}_${symbol} DEPENDS "${output}.cpp" "${output}.h")
    add_dependencies(wardwatch_generated ${target}_${symbol})
    add_dependencies(${target} ${target}_${symbol})
    target_sources(${target} PRIVATE "${output}.cpp" "${output}.h")
    target_include_directories(${target} PUBLIC "${folder}")
    set_source_files_properties("${output}.cpp" TARGET_DIRECTORY ${target}
        PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings")
endfunction()
