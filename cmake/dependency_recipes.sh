# shellcheck shell=bash disable=SC2034,SC2154
# The libraries that Debian does not ship as we need them: which source, which flags. Sourced by dependencies.sh.
# Each recipe runs in the unpacked source folder with $stage (the future prefix), $work (scratch), $jobs and $ccache
# set. The cache key is made of these functions' text, so editing one rebuilds the prefix; editing a comment does not.

windows_recipes=(openssl sqlite3 sqlitecpp fmtlib spdlog headers)
windows_tests_recipes=(catch2)
native_recipes=(catch2)

# "source version suite". The suite keeps only its newest version; dependencies.sh copes when a version has gone.
source_of() {
    case "$1" in
        openssl) echo "openssl 3.5.7-1~deb13u2 trixie" ;;
        sqlite3) echo "sqlite3 3.46.1-7+deb13u2 trixie" ;;
        sqlitecpp) echo "sqlitecpp 3.2.1-1 bookworm" ;; # the version that Debian 12 ships natively
        catch2) echo "catch2 3.7.1-0.5 trixie" ;;       # Debian 12 ships 2.x: one major version on both systems
        fmtlib) echo "fmtlib 10.1.1+ds1-4 trixie" ;;
        spdlog) echo "spdlog 1:1.15.2+ds-2 trixie" ;;
        headers) ;; # nothing to fetch
    esac
}

# What every compilation of a system is given. The temporary folder's name must not end up in the program.
compile_flags() {
    case "$system" in
        windows) echo "-Os -D_WIN32_WINNT=0x0601 -ffunction-sections -fdata-sections -ffile-prefix-map=$work=." ;;
        native) echo "-O2 -fPIC -ffile-prefix-map=$work=." ;;
    esac
}

cmake_install() {
    local arguments=(-G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_INSTALL_PREFIX="$stage" -DCMAKE_INSTALL_LIBDIR=lib
        -DCMAKE_C_FLAGS="$(compile_flags)" -DCMAKE_CXX_FLAGS="$(compile_flags) $cxx_flags" -DBUILD_SHARED_LIBS=OFF
        -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF -DCMAKE_C_COMPILER_LAUNCHER="$ccache" -DCMAKE_CXX_COMPILER_LAUNCHER="$ccache")
    if [ "$system" = windows ]; then
        arguments+=(-DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_PROCESSOR=x86_64 -DCMAKE_RC_COMPILER="$mingw-windres"
            -DCMAKE_C_COMPILER="$mingw-gcc-posix" -DCMAKE_CXX_COMPILER="$mingw-g++-posix"
            -DCMAKE_FIND_ROOT_PATH="$stage" -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER
            -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY
            -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY)
    fi
    cmake -S . -B "$work/cmake-build" "${arguments[@]}" "$@"
    cmake --build "$work/cmake-build" --parallel "$jobs"
    cmake --install "$work/cmake-build"
    rm -rf "$work/cmake-build"
}

# A TLS 1.2/1.3 client and server with today's ciphers; no run-time loading of anything, no configuration file.
# OPENSSLDIR is compiled in: on a PC it must be a folder that ordinary users cannot create or write. So are the flags:
# no path of this machine among them.
build_openssl() {
    local compiled_in=(OPENSSLDIR="C:/Program Files/Wardwatch/ssl" ENGINESDIR= MODULESDIR=)
    perl Configure mingw64 CC="$ccache $mingw-gcc-posix" AR="$mingw-ar" RANLIB="$mingw-ranlib" RC="$mingw-windres" \
        --prefix="$stage" --libdir=lib no-shared no-tests no-docs no-apps no-dso no-module no-engine no-legacy \
        no-autoload-config no-quic no-dtls no-ssl3 no-tls1 no-tls1_1 no-srp no-psk no-comp no-cms no-ts no-gost no-cmp no-ct \
        no-srtp no-sctp no-rfc3779 no-ssl-trace no-nextprotoneg no-rc2 no-rc4 no-idea no-seed no-camellia no-aria no-bf \
        no-cast no-md4 no-mdc2 no-whirlpool no-sm2 no-sm3 no-sm4 no-ml-dsa no-slh-dsa no-dsa no-ec2m no-rmd160 no-scrypt no-siphash no-blake2 no-multiblock \
        no-makedepend -Os -D_WIN32_WINNT=0x0601 -ffunction-sections -fdata-sections
    make -j"$jobs" build_libs "${compiled_in[@]}"
    make install_dev "${compiled_in[@]}"
    rm -r "$stage/lib/pkgconfig" "$stage/lib/cmake/OpenSSL" # they name the temporary folder; CMake finds OpenSSL by itself
}

# The amalgamation is made natively; only that one file is cross-compiled. A double-quoted word is never a string
# (DQS=0); SQLiteCpp, like Debian's, asks for a column's origin.
build_sqlite3() {
    ./configure --disable-readline --disable-tcl
    make sqlite3.c
    # shellcheck disable=SC2046,SC2086 # lists of words on purpose
    $ccache "$mingw-gcc-posix" $(compile_flags) -DSQLITE_THREADSAFE=1 -DSQLITE_DQS=0 -DSQLITE_OMIT_LOAD_EXTENSION \
        -DSQLITE_ENABLE_COLUMN_METADATA -c sqlite3.c -o sqlite3.o
    mkdir -p "$stage/lib" "$stage/include"
    "$mingw-ar" rcs "$stage/lib/libsqlite3.a" sqlite3.o
    cp sqlite3.h sqlite3ext.h "$stage/include/"
}

build_sqlitecpp() {
    cxx_flags="-DSQLITE_OMIT_LOAD_EXTENSION" cmake_install -DSQLITECPP_INTERNAL_SQLITE=OFF -DSQLITECPP_RUN_CPPLINT=OFF \
        -DSQLITECPP_RUN_CPPCHECK=OFF -DSQLITECPP_USE_STACK_PROTECTION=OFF
}

# _UNICODE makes Catch2's main a wmain, so that test names and arguments keep their Vietnamese letters.
build_catch2() {
    cxx_flags=""
    if [ "$system" = windows ]; then cxx_flags="-DUNICODE -D_UNICODE"; fi
    cmake_install -DCMAKE_CXX_STANDARD=20 -DCATCH_BUILD_TESTING=OFF -DCATCH_INSTALL_DOCS=OFF
}

build_fmtlib() {
    cxx_flags="" cmake_install -DFMT_TEST=OFF -DFMT_DOC=OFF
}

build_spdlog() {
    cxx_flags="" cmake_install -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF -DSPDLOG_BUILD_TESTS=OFF -DSPDLOG_ENABLE_PCH=OFF
}

# Header-only libraries come from Debian. /usr/include itself may never be on a mingw command line (Linux headers
# would come along), so just these are linked into the prefix, with their CMake files, which look for ../include.
build_headers() {
    local library
    for library in boost nlohmann CLI; do
        test -d "/usr/include/$library"
        ln -sfn "/usr/include/$library" "$stage/include/$library"
    done
    mkdir -p "$stage/share/cmake"
    for library in nlohmann_json CLI11; do
        test -d "/usr/share/cmake/$library"
        ln -sfn "/usr/share/cmake/$library" "$stage/share/cmake/$library"
    done
}

# The files without which a prefix is not complete.
expected_files() {
    case "$name" in
        windows) echo lib/libcrypto.a lib/libssl.a lib/libsqlite3.a lib/libSQLiteCpp.a lib/libfmt.a lib/libspdlog.a \
            include/openssl/ssl.h include/boost/version.hpp include/nlohmann/json.hpp include/CLI/CLI.hpp ;;
        windows_tests | native) echo lib/libCatch2.a lib/libCatch2Main.a ;;
    esac
}
