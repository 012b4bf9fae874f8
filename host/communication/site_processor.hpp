#pragma once

#include "communication/processor.hpp"

#include <core_communication/processor.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// What a plugin is given where there is no room: for diagnose(), and for what concerns a person. Its services work; the room's functions give nothing and
/// its setters throw std::logic_error.
class site_processor : public core_communication::processor {
  public:
    explicit site_processor(const room_services& services) : services_(services) {}

    core_communication::communication_id id() const override { return {}; }
    const core_communication::instance& owner() const override { return owner_; }
    std::string_view room_key() const override { return {}; }
    const core_communication::room_properties& wanted_room() const override { return room_; }
    std::optional<core_communication::picture> avatar() const override { return std::nullopt; }
    std::vector<core_communication::member> wanted_members() const override { return {}; }
    std::vector<core_communication::person> people(std::span<const core_communication::user_id> users) const override;
    std::vector<std::optional<std::string>> accounts(std::span<const core_communication::user_id> users) const override;
    std::vector<std::optional<core_communication::user_id>> users(std::span<const std::string> accounts) const override;
    void set_account(core_communication::user_id, std::string_view, core_communication::account_origin) override {
        refuse();
    }
    void mark_users_as_synced(std::span<const core_communication::user_id>) override { refuse(); }
    void mark_user_as_failed(core_communication::user_id, const core_communication::provider_error&) override {
        refuse();
    }
    void set_remote_members(std::vector<core_communication::remote_member>, bool) override { refuse(); }
    std::optional<std::string> value(std::string_view) const override { return std::nullopt; }
    void set_value(std::string_view, std::string_view) override { refuse(); }
    void erase_value(std::string_view) override { refuse(); }
    std::optional<std::string> site_value(std::string_view) const override { return std::nullopt; }
    void set_site_value(std::string_view, std::string_view) override { refuse(); }
    void erase_site_value(std::string_view) override { refuse(); }
    const core_communication::settings& site_settings() const override { return services_.site_settings; }
    const core_communication::settings& room_settings() const override { return services_.room_settings; }
    const core_communication::strings& text() const override { return services_.strings; }
    core_communication::http_service& http() override { return services_.http; }
    core_communication::logger& log() override { return services_.log; }
    const core_communication::cancellation& cancellation() const override { return services_.cancellation; }

  private:
    [[noreturn]] static void refuse();

    room_services services_;
    core_communication::instance owner_;
    core_communication::room_properties room_;
};

}  // namespace commhost::communication
