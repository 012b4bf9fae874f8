// No fault: it diagnoses what it was given, its words and its settings.

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/export.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/repair_provider.hpp>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fixture::tells_words {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::diagnostic_provider,
                                    public core_communication::privacy_provider,
                                    public core_communication::repair_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    std::vector<core_communication::diagnosis> diagnose() override {
        const auto& site = room_->site_settings();
        const auto& room = room_->room_settings();
        std::string told = room_->text().get("pluginname") + " " + site.text("address") + " " + site.text("token") +
                           " " + std::to_string(site.integer("tries")) + " " + site.text("access");
        for (const auto& name : site.list("names")) told += " " + name;
        told += room.boolean("open") ? " open" : " closed";
        return {{"told", core_communication::diagnosis_outcome::passed, told, ""}};
    }

    /// With its secret, as everything that it says.
    std::vector<core_communication::repair_offer>
    offer_repairs(std::span<const core_communication::diagnosis> found) override {
        return {{found.front().id, "Tells " + room_->site_settings().text("token")}};
    }

    core_communication::diagnosis repair(std::string_view id) override {
        return {std::string(id), core_communication::diagnosis_outcome::passed,
                "told " + room_->site_settings().text("token"), ""};
    }

    /// Its secret in a text, and as a number; of "@named" in a long name of a record, of "@refused" in a long reason why not. Of
    /// "@printed" it prints it many times, and spoils its report.
    std::vector<core_communication::personal_record> export_user_data(core_communication::user_id user) override {
        const auto token = room_->site_settings().text("token");
        const auto account = room_->accounts(std::array{user}).at(0).value_or("nobody");
        const auto at_the_limit = std::string(995, 'x') + token;
        if (account == "@named") return {{at_the_limit, "1"}};
        if (account == "@refused")
            throw core_communication::provider_error(core_communication::failure::rejected, at_the_limit);
        if (account == "@printed") {
            for (int line = 0; line < 200; ++line) std::cout << token << std::endl;
            if (::write(3, "?", 1) != 1) std::abort();
        }
        return {{"text", "\"of " + account + ": " + token + "\""}, {"number", token}};
    }

    bool delete_user_data(core_communication::user_id) override { return true; }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::tells_words

COMMUNICATION_FEATURE(fixture::tells_words::communication_feature);
