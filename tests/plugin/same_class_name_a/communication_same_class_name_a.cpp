// Its classes and functions have the names of another plugin's, same_class_name_b; each is to have its own.

#include <core_communication/export.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::same_class_name {

struct speech {
    virtual ~speech() = default;
    virtual std::string word() const { return "a"; }
};

/// Kept for the whole process, by a name that both have.
inline int& rooms_made() {
    static int made = 0;
    return made;
}

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override {
        ++rooms_made();
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override {
        return "https://chat.example.org/" + speech().word() + "/" + std::to_string(rooms_made());
    }
};

}  // namespace fixture::same_class_name

COMMUNICATION_FEATURE(fixture::same_class_name::communication_feature);
