#include "configuration.hpp"

#include <core_communication/provider_error.hpp>

namespace communication_matrix {

namespace {

/// one needs the other.
void require(const std::string& one, bool has_one, const std::string& other, bool has_other) {
    if (!has_one || has_other) return;
    throw core_communication::provider_error(core_communication::failure::invalid,
                                             "the setting " + one + " needs " + other + ", which is not set");
}

}  // namespace

configuration read_configuration(const core_communication::settings& site) {
    configuration read;
    read.homeserver_url = site.text("homeserver_url");
    read.server_name = site.text("server_name");
    if (read.server_name.empty()) read.server_name = host_of(read.homeserver_url);
    read.access_token = site.text("access_token");
    read.web_client_url = site.text("web_client_url");
    read.room_version = site.text("room_version");
    read.levels = {site.integer("moderator_level"), site.integer("owner_level")};
    read.account_prefix = site.text("account_prefix");
    read.account_source = site.text("account_source");
    read.make_accounts = site.boolean("make_accounts");
    read.history_visibility = site.text("history_visibility");
    read.encryption = site.boolean("encryption");
    read.federation = site.boolean("federation");
    read.second_account = site.text("second_account");
    if (!read.second_account.empty() && !read.second_account.ends_with(":" + read.server_name))
        throw core_communication::provider_error(core_communication::failure::invalid,
                                                 "the setting second_account (" + read.second_account +
                                                     ") must be an account of " + read.server_name);
    read.space = site.text("space");
    read.leavers = site.text("leavers");
    read.sso_provider = site.text("sso_provider");
    read.sso_id = site.text("sso_id");
    read.mas = {site.text("mas_url"), site.text("mas_client_id"), site.text("mas_client_secret")};
    while (read.mas.url.ends_with('/')) read.mas.url.pop_back();
    require("sso_provider", !read.sso_provider.empty(), "sso_id", !read.sso_id.empty());
    require("sso_id", !read.sso_id.empty(), "sso_provider", !read.sso_provider.empty());
    require("mas_client_id", read.mas.is_set(), "mas_client_secret", !read.mas.client_secret.empty());
    if (read.levels.owner <= read.levels.moderator)
        throw core_communication::provider_error(core_communication::failure::invalid,
                                                 "the setting owner_level (" + std::to_string(read.levels.owner) +
                                                     ") must be above moderator_level (" +
                                                     std::to_string(read.levels.moderator) + ")");
    return read;
}

std::string host_of(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
    const auto bracket = url.find(']');
    const auto port = url.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return std::string(url.substr(0, port));
}

}  // namespace communication_matrix
