// Under which names somebody may stand in what the centre stores: accounts of PCs, users' folders, their own name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// Names are compared without case and with their diacritics, whole.
class PersonNames {
public:
    /// Throws StoreError unless there are 1 to 20 names, none of them empty or longer than 300 bytes.
    explicit PersonNames(const std::vector<std::string>& names);

    /// What a fact, a verdict or a waiver is about: "an.nguyen", "an.nguyen/chrome/Default", "HANOI\an.nguyen" and
    /// "?\an.nguyen" are the name "an.nguyen"; to a name with a domain only the same domain's account is.
    bool own_subject(std::string_view instance) const;
    /// The same of a fact of a report, of which only those about accounts and profiles are about a person.
    bool own_fact(std::string_view fact_id, std::string_view instance) const;
    /// A text that is one of the names: a PC's user, the owner of an account of a web system.
    bool are(std::string_view text) const;
    /// A text that holds one of them somewhere: a note.
    bool stand_in(std::string_view text) const;
    /// False only for a JSON text in which none of them can stand; much quicker than reading it.
    bool may_stand_in_json(std::string_view json) const;

private:
    struct Name {
        std::string text;  ///< without case
        std::string part;  ///< its longest run of letters and the like that JSON writes as they are, in ASCII
    };
    std::vector<Name> names_;
};

}  // namespace wardwatch
