#pragma once

#include "service/http_client.hpp"
#include "service/http_memory.hpp"
#include "service/http_schedule.hpp"

#include <core_communication/http_service.hpp>

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::service {

struct curl_easy_deleter {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using curl_easy = std::unique_ptr<CURL, curl_easy_deleter>;

/// One try of one request on a libcurl handle: what is sent, and what came back so far. Reads the request's body where
/// it is; the request must live longer. It is not moved while libcurl knows its address.
class http_transfer {
  public:
    http_transfer(http_job job, const core_communication::http_request& request, const http_settings& settings,
                  CURLSH* shared, http_memory& memory, curl_easy handle);
    http_transfer(const http_transfer&) = delete;
    http_transfer& operator=(const http_transfer&) = delete;

    http_job& job() { return job_; }
    const core_communication::http_request& request() const { return request_; }
    CURL* handle() const { return handle_.get(); }
    bool is_repeated() const { return job_.tries + job_.waits > 0; }

    /// For another transfer; nothing of this one is left in it.
    curl_easy release_handle();

    /// After libcurl is done with it, in these words.
    struct end {
        enum class kind : std::uint8_t {
            answered,  ///< response() is what the server said.
            refused,   ///< The answer is not acceptable, however often it is asked for.
            lost,      ///< No whole answer.
        };
        kind what;
        std::string reason;       ///< Empty when answered.
        bool never_sent = false;  ///< Of lost: no byte of the request has left, so that sending it repeats nothing.
        bool hopeless = false;    ///< Of lost: a further try would end in the same way.
        bool late = false;        ///< Of lost: it was sent, and no answer was there in time.
    };
    end ended(CURLcode code);

    core_communication::http_response& response() { return response_; }

    /// What the response holds, to go where that goes.
    http_memory::share release_memory() { return std::move(memory_); }

    /// What the try cost, for the counters and the log.
    struct cost {
        std::uint64_t bytes_sent = 0;
        std::uint64_t bytes_received = 0;
        std::uint64_t connections_opened = 0;
        std::uint64_t milliseconds = 0;
        std::chrono::microseconds latency{};  ///< From the request to the first byte of its answer, without connecting.
    };
    cost costs() const;

  private:
    struct slist_deleter {
        void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
    };

    void set_headers();
    bool take_body(std::string_view bytes);
    bool take_header(std::string_view line);

    // libcurl's frames are C: nothing is thrown through them.
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    template <class Take>
    std::size_t taken(std::size_t bytes, Take&& take);
    static int on_send(void* self, char*, char*, int, int);

    http_job job_;
    const core_communication::http_request& request_;
    std::unique_ptr<curl_slist, slist_deleter> headers_;
    http_memory::share memory_;
    core_communication::http_response response_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::string refusal_;
    bool out_of_memory_ = false;
    std::size_t header_bytes_ = 0;
    int sends_ = 0;
    curl_easy handle_;
};

}  // namespace commhost::service
