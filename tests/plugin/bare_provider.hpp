#pragma once

#include <core_communication/communication_provider.hpp>

namespace fixture {

/// The least that a provider can be.
class bare_provider : public core_communication::communication_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}
};

}  // namespace fixture
