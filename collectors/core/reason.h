// Why something is not known: a code with its parameters. Sentences are made of it where it leaves the program or
// people read it. The codes are those of collectors/core/reasons.json; the build makes `embedded/reasons.h` of it,
// where each is a function that takes its parameters: reasons::timed_out(20).
#pragma once

#include <concepts>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardwatch {

struct NamedReason;

struct Reason {
    std::string code;                     ///< "timed_out"; empty: `text` is all there is
    std::vector<NamedReason> parameters;  ///< in the order of the sentence; what is no reason is one without a code
    /// Without a code: words that are not ours, or a sentence of who sent no code. With one: the sentence that came
    /// with it; empty where it was made here.
    std::string text;
};

struct NamedReason {
    std::string name;
    Reason reason;
};

/// In English, byte for byte what every version sends and stores beside the code.
std::string sentence_of(const Reason& reason);

/// They say the same, with codes or without.
inline bool operator==(const Reason& left, const Reason& right) { return sentence_of(left) == sentence_of(right); }

/// Words that are not ours: of a system, of a library, of a person.
inline Reason in_words(std::string words) { return {{}, {}, std::move(words)}; }

/// What is put into a sentence: such words, a number, or a reason itself.
struct Said {
    // NOLINTBEGIN(google-explicit-constructor): a parameter is written as it is
    Said(Reason value) : reason(std::move(value)) {}
    Said(std::string words) : reason(in_words(std::move(words))) {}
    Said(std::string_view words) : reason(in_words(std::string(words))) {}
    Said(const char* words) : reason(in_words(words)) {}
    template <std::integral Number>
    Said(Number number) : reason(in_words(std::to_string(number))) {}
    // NOLINTEND(google-explicit-constructor)

    Reason reason;
};

/// An error that says its reason; what() is the English sentence.
class ReasonError : public std::runtime_error {
public:
    explicit ReasonError(Reason reason) : std::runtime_error(sentence_of(reason)), reason_(std::move(reason)) {}
    const Reason& reason() const noexcept { return reason_; }

private:
    Reason reason_;
};

/// A ReasonError's reason, and any other error's words.
Reason why(const std::exception& error);

}  // namespace wardwatch
