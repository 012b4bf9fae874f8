#include "bounded_json.hpp"
#include "doctor.hpp"
#include "mas_client.hpp"
#include "shown_account.hpp"

#include <chrono>
#include <cstddef>
#include <set>
#include <string>

namespace communication_matrix {

using core_communication::diagnosis_outcome;

diagnosis_outcome doctor::examine_accounts(values& with) {
    const auto issuer = server_.authentication_issuer();
    mas_client service(processor_, server_, site_);
    with = {{"service", site_.mas.url.empty() ? issuer.value_or("") : site_.mas.url},
            {"makes", site_.mas.is_set() ? (issuer ? "service" : "nobody") : (issuer ? "wrong" : "synapse")}};
    if (site_.mas.is_set() != issuer.has_value()) return diagnosis_outcome::failed;
    if (issuer) service.users_from("");
    return diagnosis_outcome::passed;
}

diagnosis_outcome doctor::examine_split_accounts(values& with) {
    constexpr std::size_t most_accounts = 200'000;
    constexpr std::size_t most_named = 10;
    const auto begun = std::chrono::steady_clock::now();
    const auto is_enough = [&](std::size_t read) {
        return read >= most_accounts || std::chrono::steady_clock::now() - begun >= patience_;
    };
    mas_client service(processor_, server_, site_);
    std::set<std::string, std::less<>> known;
    for (std::string behind;;) {
        if (is_enough(known.size())) return diagnosis_outcome::skipped;
        const auto page = service.users_from(behind);
        for (const auto& each : page.users) known.insert("@" + each.username + ":" + site_.server_name);
        if (page.is_last) break;
        behind = page.users.back().id;
    }
    std::string names;
    std::size_t number = 0;
    for (std::size_t seen = 0;;) {
        if (is_enough(seen)) return diagnosis_outcome::skipped;
        const auto page = server_.account_page_from(seen, [&](const boost::json::object& account) {
            const auto name = text_in(account, "name");
            if (known.contains(name) || name == own_account_ || is_set(account, "deactivated") ||
                is_set(account, "is_guest"))
                return;
            if (++number <= most_named) names += (names.empty() ? "" : ", ") + name;
        });
        seen += page.accounts;
        if (page.is_last || page.accounts == 0) break;
    }
    if (number > most_named) names += ", ...";
    with = {{"number", std::to_string(number)}, {"names", names}};
    return number == 0 ? diagnosis_outcome::passed : diagnosis_outcome::warning;
}

}  // namespace communication_matrix
