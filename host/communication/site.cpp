#include "communication/site.hpp"

#include <sodium.h>

#include <array>
#include <vector>

namespace commhost::communication {

namespace {

template <std::size_t Size>
std::string hexadecimal(const std::array<unsigned char, Size>& bytes) {
    std::string text(2 * Size + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

}  // namespace

std::string site_id(store::connection& on) {
    std::array<unsigned char, 8> random{};
    randombytes_buf(random.data(), random.size());
    on.execute("insert into communication_site (only_row, id) values (1, :id) on conflict do nothing",
               {{"id", hexadecimal(random)}});
    return on.scalar<std::string>("select id from communication_site").value();
}

std::string room_key(std::string_view site, const directory::instance_key& instance) {
    std::vector<unsigned char> name;
    for (const std::string_view part : {site, std::string_view(instance.component), std::string_view(instance.type),
                                        std::string_view(instance.external_id)}) {
        name.insert(name.end(), part.begin(), part.end());
        name.push_back(0);
    }
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), name.data(), name.size(), nullptr, 0);
    return hexadecimal(hash);
}

}  // namespace commhost::communication
