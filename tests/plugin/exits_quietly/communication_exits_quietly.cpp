// It ends the process without a word, as if all was well.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::exits_quietly {

struct fault {
    fault() { ::_exit(0); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::exits_quietly

COMMUNICATION_FEATURE(fixture::exits_quietly::communication_feature);
