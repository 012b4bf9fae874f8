#pragma once

#include "rest_chat_provider.hpp"

#include <core_communication/repair_provider.hpp>

namespace fixture {

/// The same, which finds that its server limits it, and sets that right.
class limit_repair_provider : public rest_chat_provider, public core_communication::repair_provider {
  public:
    std::vector<core_communication::diagnosis> diagnose() override {
        auto found = rest_chat_provider::diagnose();
        found.push_back(look_at_limit());
        return found;
    }

    std::vector<core_communication::repair_offer>
    offer_repairs(std::span<const core_communication::diagnosis> found) override {
        for (const auto& each : found)
            if (each.id == "limit" && each.outcome == core_communication::diagnosis_outcome::warning)
                return {{"limit", "The server limits us no more."}};
        return {};
    }

    core_communication::diagnosis repair(std::string_view id) override {
        if (id != "limit") return {std::string(id), core_communication::diagnosis_outcome::skipped, "not offered", ""};
        try {
            set_right();
        } catch (const core_communication::provider_error& refused) {
            return {"limit", core_communication::diagnosis_outcome::failed, refused.what(), "ask again"};
        }
        return look_at_limit();
    }

  protected:
    virtual void set_right() { require(send(core_communication::http_method::put, "/limit", {{"limited", false}})); }

    core_communication::diagnosis look_at_limit() const {
        using core_communication::diagnosis_outcome;
        try {
            const auto answer = send(core_communication::http_method::get, "/limit");
            require(answer);
            const bool is_limited = answer.body.find("true") != std::string::npos;
            return {"limit", is_limited ? diagnosis_outcome::warning : diagnosis_outcome::passed,
                    is_limited ? "the server limits us" : "the server does not limit us", ""};
        } catch (const core_communication::provider_error& failed) {
            return {"limit", diagnosis_outcome::failed, failed.what(), "look at the server"};
        }
    }
};

}  // namespace fixture
