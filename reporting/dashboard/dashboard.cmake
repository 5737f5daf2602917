# Bundles the page (build.mjs) in the build folder and embeds it into a target: dashboard_app_js, dashboard_app_js_gz, …
# The packages come from the cache: cmake/node_packages.sh brings them there once per lock file.
function(wardwatch_embed_dashboard target)
    set(source "${PROJECT_SOURCE_DIR}/reporting/dashboard")
    set(page "${CMAKE_CURRENT_BINARY_DIR}/page")
    # The API's types are made of the centre's OpenAPI documents (api_types.mjs).
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS "${source}/src/*.ts" "${source}/src/*.tsx" "${source}/style/*.css"
        "${PROJECT_SOURCE_DIR}/reporting/central/*.json")
    set(names index.html app.js app.css icon.svg)
    set(outputs "")
    foreach(name IN LISTS names)
        list(APPEND outputs "${page}/${name}" "${page}/${name}.gz")
    endforeach()
    add_custom_command(OUTPUT ${outputs}
        COMMAND "${source}/build" "${page}"
        DEPENDS ${inputs} "${source}/build" "${source}/build.mjs" "${source}/api_types.mjs" "${source}/index.html"
            "${source}/icon.svg" "${source}/package.json" "${source}/package-lock.json"
            "${PROJECT_SOURCE_DIR}/cmake/node_packages.sh"
        COMMENT "Bundling the dashboard" VERBATIM)
    # The embedding targets build side by side: without a target of its own each would run the bundler.
    add_custom_target(${target}_page DEPENDS ${outputs})
    foreach(output IN LISTS outputs)
        get_filename_component(name "${output}" NAME)
        string(MAKE_C_IDENTIFIER "dashboard_${name}" symbol)
        wardwatch_embed(${target} "${output}" ${symbol})
        add_dependencies(${target}_${symbol} ${target}_page)
    endforeach()
endfunction()
