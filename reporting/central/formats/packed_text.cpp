// zstd frames, each with its length and a checksum; a base is what zstd calls a prefix.
#include "reporting/central/formats/packed_text.h"

#include <zstd.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace wardwatch {

namespace {

// Measured on reports (docs/decisions/2026-11-30-a-report-is-kept-as-a-difference.md): higher levels cost ten times
// the processor for a tenth of the size.
constexpr int level = 3;

constexpr std::string_view frame_begins = "\x28\xB5\x2F\xFD";

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

std::size_t checked(std::size_t result) {
    if (ZSTD_isError(result) != 0) throw std::runtime_error(std::string{"zstd: "} + ZSTD_getErrorName(result));
    return result;
}

// Each thread keeps its own: to make one costs more than to pack a report.
ZSTD_CCtx* packing_context() {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
    if (!context) throw std::bad_alloc{};
    return context.get();
}

ZSTD_DCtx* unpacking_context() {
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
    if (!context) throw std::bad_alloc{};
    return context.get();
}

}  // namespace

bool is_packed_text(std::string_view bytes) { return bytes.starts_with(frame_begins); }

std::string pack_text(std::string_view text, std::string_view base) {
    if (text.size() > longest_packed_text) throw std::length_error("a text is too long to be packed");
    ZSTD_CCtx* const context = packing_context();
    checked(ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters));
    checked(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level));
    checked(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1));
    // zstd forgets a prefix that lies where the text lies.
    std::string apart;
    if (base.data() == text.data()) base = apart = base;
    checked(ZSTD_CCtx_refPrefix(context, base.data(), base.size()));
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(checked(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size())));
    packed.shrink_to_fit();
    return packed;
}

std::optional<std::string> unpack_text(std::string_view packed, std::string_view base) {
    const unsigned long long length = ZSTD_getFrameContentSize(packed.data(), packed.size());
    // What says no length, or is no frame at all, is larger than any length.
    if (length > longest_packed_text) return std::nullopt;
    std::string text(static_cast<std::size_t>(length), '\0');
    ZSTD_DCtx* const context = unpacking_context();
    checked(ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters));
    checked(ZSTD_DCtx_refPrefix(context, base.data(), base.size()));
    const std::size_t made = ZSTD_decompressDCtx(context, text.data(), text.size(), packed.data(), packed.size());
    if (ZSTD_isError(made) != 0 || made != text.size()) return std::nullopt;
    return text;
}

}  // namespace wardwatch
