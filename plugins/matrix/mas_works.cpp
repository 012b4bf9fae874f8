#include "mas_works.hpp"

#include "batch.hpp"

namespace communication_matrix {

batch_sender sender_to(core_communication::processor& processor) {
    return [&processor](auto requests, const auto& on_answer, const auto& on_error) {
        send_all(processor, requests, on_answer, on_error);
    };
}

}  // namespace communication_matrix
