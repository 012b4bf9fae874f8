// Its factory gives every caller an object at the same place, as a singleton's would.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <array>
#include <cstddef>
#include <new>

namespace fixture::hands_out_one_object {

class communication_feature final : public rest_chat_provider {
  public:
    static void* operator new(std::size_t) { return place.data(); }
    /// It is there again for whoever else was handed it.
    static void operator delete(void* where) { ::new (where) communication_feature; }

  private:
    /// Larger than the object will ever be.
    alignas(std::max_align_t) static inline std::array<std::byte, 4096> place{};
};

}  // namespace fixture::hands_out_one_object

COMMUNICATION_FEATURE(fixture::hands_out_one_object::communication_feature);
