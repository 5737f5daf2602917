"""Texts that the centre keeps packed (reporting/central/formats/packed_text.h), read by the system's own libzstd."""

import ctypes


def unpacked(packed, base=b""):
    """`base`: as it was before it was packed."""
    if not packed.startswith(b"\x28\xb5\x2f\xfd"):
        return packed
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    zstd.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    zstd.ZSTD_createDCtx.restype = ctypes.c_void_p
    zstd.ZSTD_freeDCtx.argtypes = [ctypes.c_void_p]
    zstd.ZSTD_decompress_usingDict.restype = ctypes.c_size_t
    zstd.ZSTD_decompress_usingDict.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
                                               ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    length = zstd.ZSTD_getFrameContentSize(packed, len(packed))
    assert length < 1 << 23, length
    text = ctypes.create_string_buffer(max(length, 1))
    context = zstd.ZSTD_createDCtx()
    made = zstd.ZSTD_decompress_usingDict(context, text, length, packed, len(packed), base, len(base))
    zstd.ZSTD_freeDCtx(context)
    assert made == length, "damaged"
    return text.raw[:length]
