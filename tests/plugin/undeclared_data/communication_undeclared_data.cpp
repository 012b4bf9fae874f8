// It sends e-mail addresses and does not say so.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::undeclared_data {

class communication_feature final : public rest_chat_provider {
  public:
  protected:
    boost::json::object profile_of(const core_communication::person& who) const override {
        return {{"display_name", who.display_name}, {"email", who.email}};
    }

    bool asks_for_accounts() const override { return false; }
};

}  // namespace fixture::undeclared_data

COMMUNICATION_FEATURE(fixture::undeclared_data::communication_feature);
