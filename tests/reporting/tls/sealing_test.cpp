#include "reporting/tls/sealing.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

namespace wardwatch {

TEST_CASE("what is sealed is opened by its key and for its purpose alone", "[sealing]") {
    const Sealing sealing = Sealing::fresh();
    for (const std::string& secret : {std::string{}, std::string{"JBSWY3DPEHPK3PXP"}, std::string(100'000, '\0')}) {
        const std::string sealed = sealing.seal(secret, "totp:an");
        CHECK(Sealing::is_sealed(sealed));
        CHECK(sealed.find("JBSWY3") == std::string::npos);
        CHECK(sealing.open(sealed, "totp:an") == secret);
        CHECK(Sealing{sealing.key_text() + "\n"}.open(sealed, "totp:an") == secret);
        CHECK_THROWS_AS(sealing.open(sealed, "totp:binh"), SealingError);
        CHECK_THROWS_AS(Sealing::fresh().open(sealed, "totp:an"), SealingError);
    }
}

TEST_CASE("one secret is never sealed to the same text twice", "[sealing]") {
    const Sealing sealing = Sealing::fresh();
    std::set<std::string> texts;
    for (int i = 0; i < 1000; ++i) texts.insert(sealing.seal("a", "b"));
    CHECK(texts.size() == 1000);
}

TEST_CASE("a sealed text that was changed is refused", "[sealing]") {
    const Sealing sealing = Sealing::fresh();
    const std::string sealed = sealing.seal("secret", "webhook");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CAPTURE(i);
        CHECK_THROWS_AS(sealing.open(changed, "webhook"), SealingError);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK_THROWS_AS(sealing.open(sealed.substr(0, size), "webhook"), SealingError);
}

TEST_CASE("a key is 64 hex digits, and its fingerprint tells it apart", "[sealing]") {
    const std::string text(64, '7');
    CHECK(Sealing{text}.key_text() == text);
    CHECK(Sealing{text}.fingerprint().size() == 16);
    CHECK(Sealing{text}.fingerprint() == Sealing{text + "\r\n"}.fingerprint());
    CHECK(Sealing{text}.fingerprint() != Sealing::fresh().fingerprint());
    for (const std::string& wrong : {std::string{}, std::string(63, '7'), std::string(65, '7'), std::string(64, 'g')})
        CHECK_THROWS_AS(Sealing{wrong}, SealingError);
}

}  // namespace wardwatch
