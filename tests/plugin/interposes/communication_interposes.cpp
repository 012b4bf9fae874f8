// It has the loader put its symbols before everybody's.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::interposes {

class communication_feature final : public bare_provider {};

}  // namespace fixture::interposes

COMMUNICATION_FEATURE(fixture::interposes::communication_feature);
