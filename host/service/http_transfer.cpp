#include "service/http_transfer.hpp"

#include "service/http_answer.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace commhost::service {

namespace {

/// Far above what any server sends; a line of its own libcurl bounds by itself.
constexpr std::size_t most_header_bytes = 256U << 10U;

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
    if (::curl_easy_setopt(handle, option, value) != CURLE_OK)
        throw std::runtime_error(fmt::format("libcurl refuses option {}", static_cast<int>(option)));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto from = text.find_first_not_of(blank);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

long in_milliseconds(std::chrono::milliseconds time) {
    // To libcurl 0 is "for ever".
    return static_cast<long>(std::max<std::chrono::milliseconds::rep>(time.count(), 1));
}

template <class Number>
std::uint64_t measured(CURL* handle, CURLINFO which) {
    Number value = 0;
    if (::curl_easy_getinfo(handle, which, &value) != CURLE_OK || value < 0) return 0;
    return static_cast<std::uint64_t>(value);
}

}  // namespace

http_transfer::http_transfer(http_job job, const core_communication::http_request& request,
                             const http_settings& settings, CURLSH* shared, http_memory& memory, curl_easy handle)
    : job_(job), request_(request), memory_(memory), handle_(std::move(handle)) {
    using core_communication::http_method;
    auto* const curl = handle_.get();
    set(curl, CURLOPT_PRIVATE, this);
    set(curl, CURLOPT_SHARE, shared);
    set(curl, CURLOPT_NOSIGNAL, 1L);
    // Without it, breaking off a transfer waits for the name server (CURLOPT_QUICK_EXIT(3)).
    set(curl, CURLOPT_QUICK_EXIT, 1L);
    set(curl, CURLOPT_ERRORBUFFER, error_.data());

    set(curl, CURLOPT_URL, request_.url.c_str());
    set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl, CURLOPT_PATH_AS_IS, 1L);
    set(curl, CURLOPT_FOLLOWLOCATION, 0L);
    // Set, even to nothing, these two keep libcurl from looking at the environment.
    set(curl, CURLOPT_PROXY, settings.proxy.c_str());
    set(curl, CURLOPT_NOPROXY, "");
    set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(curl, CURLOPT_USERAGENT, "commhost/" COMMHOST_VERSION);
    set(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    set(curl, CURLOPT_TIMEOUT_MS, in_milliseconds(request_.timeout));
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, in_milliseconds(settings.connect_timeout));
    set(curl, CURLOPT_TCP_KEEPALIVE, 1L);

    // HTTP/2 where TLS negotiates it; a second request then waits for the first one's connection and shares it.
    set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    if (request_.url.starts_with("https")) set(curl, CURLOPT_PIPEWAIT, 1L);
    if (!settings.ca_file.empty()) {
        set(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
        set(curl, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }

    set(curl, CURLOPT_WRITEFUNCTION, &http_transfer::on_body);
    set(curl, CURLOPT_WRITEDATA, this);
    set(curl, CURLOPT_HEADERFUNCTION, &http_transfer::on_header);
    set(curl, CURLOPT_HEADERDATA, this);
    set(curl, CURLOPT_PREREQFUNCTION, &http_transfer::on_send);
    set(curl, CURLOPT_PREREQDATA, this);

    const bool bare = request_.method == http_method::get || request_.method == http_method::delete_;
    if (!bare || !request_.body.empty()) {
        set(curl, CURLOPT_POST, 1L);
        set(curl, CURLOPT_POSTFIELDS, request_.body.data());
        set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    }
    set(curl, CURLOPT_CUSTOMREQUEST, to_string(request_.method));
    set_headers();
}

void http_transfer::set_headers() {
    const auto append = [this](const std::string& line) {
        auto* const longer = ::curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    };
    bool typed = false;
    for (const auto& [name, value] : request_.headers) {
        typed = typed || text::lower(name) == "content-type";
        // "Name:" would remove a header; "Name;" is how libcurl is told to send an empty one.
        append(value.empty() ? name + ";" : name + ": " + value);
    }
    if (!typed) append("Content-Type:" + (request_.body.empty() ? "" : " " + request_.content_type));
    // A server that does not know it would let us wait for a second.
    append("Expect:");
    set(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

template <class Take>
std::size_t http_transfer::taken(std::size_t bytes, Take&& take) {
    try {
        if (take()) return bytes;
    } catch (const std::exception&) {
        out_of_memory_ = true;
    }
    return CURL_WRITEFUNC_ERROR;
}

std::size_t http_transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<http_transfer*>(self);
    return transfer.taken(size * count, [&] { return transfer.take_body({bytes, size * count}); });
}

std::size_t http_transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<http_transfer*>(self);
    return transfer.taken(size * count, [&] { return transfer.take_header({bytes, size * count}); });
}

/// Called when the connection stands and nothing is sent yet. libcurl itself sends a request again when a kept
/// connection closes before any answer; for one that must not be repeated that is once too often.
int http_transfer::on_send(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<http_transfer*>(self);
    ++transfer.sends_;
    return transfer.sends_ == 1 || may_repeat(transfer.request_) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool http_transfer::take_body(std::string_view bytes) {
    if (bytes.size() > request_.response_limit - response_.body.size()) {
        refusal_ = fmt::format("the answer is longer than {} bytes", request_.response_limit);
        return false;
    }
    memory_.grow(bytes.size());
    response_.body += bytes;
    return true;
}

bool http_transfer::take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > most_header_bytes) {
        refusal_ = fmt::format("the answer's headers are longer than {} bytes", most_header_bytes);
        return false;
    }
    if (line.starts_with("HTTP/")) {
        // A further status line: what came before was 1xx.
        response_.headers.clear();
        return true;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
        response_.headers.emplace_back(text::lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
    return true;
}

curl_easy http_transfer::release_handle() {
    ::curl_easy_reset(handle_.get());
    return std::move(handle_);
}

http_transfer::end http_transfer::ended(CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        ::curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return {end::kind::answered, {}};
    }
    if (!refusal_.empty()) return {end::kind::refused, refusal_};
    if (out_of_memory_) return {end::kind::lost, "there is no memory for the answer beside the others that are held"};
    const std::string reason = error_.front() != '\0' ? error_.data() : ::curl_easy_strerror(code);
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL: return {end::kind::refused, reason};
        case CURLE_ABORTED_BY_CALLBACK:
            return {end::kind::lost, "the connection closed before the answer, and the request may not be repeated"};
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS: return {end::kind::lost, reason, sends_ == 0, true};
        case CURLE_OPERATION_TIMEDOUT: return {end::kind::lost, reason, sends_ == 0, false, sends_ > 0};
        default: return {end::kind::lost, reason, sends_ == 0, false};
    }
}

http_transfer::cost http_transfer::costs() const {
    auto* const curl = handle_.get();
    cost spent;
    // libcurl's size of the request is that of its headers, and of the body too where the body went along with them,
    // which it does up to a size at which it is longer than any headers.
    const auto request = measured<long>(curl, CURLINFO_REQUEST_SIZE);
    const auto body = measured<curl_off_t>(curl, CURLINFO_SIZE_UPLOAD_T);
    spent.bytes_sent = request < body ? request + body : request;
    spent.bytes_received =
        measured<long>(curl, CURLINFO_HEADER_SIZE) + measured<curl_off_t>(curl, CURLINFO_SIZE_DOWNLOAD_T);
    spent.connections_opened = measured<long>(curl, CURLINFO_NUM_CONNECTS);
    spent.milliseconds = measured<curl_off_t>(curl, CURLINFO_TOTAL_TIME_T) / 1000;
    const auto sent = measured<curl_off_t>(curl, CURLINFO_PRETRANSFER_TIME_T);
    const auto first_byte = measured<curl_off_t>(curl, CURLINFO_STARTTRANSFER_TIME_T);
    spent.latency = std::chrono::microseconds(first_byte > sent ? first_byte - sent : 0);
    return spent;
}

}  // namespace commhost::service
