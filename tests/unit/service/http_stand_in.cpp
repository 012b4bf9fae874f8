#include "service/http_stand_in.hpp"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace commhost::test {

namespace {

constexpr std::size_t threads = 32;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("stand-in: ") + what + " failed");
}

template <class Write>
std::string pem(Write&& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    require(write(memory.get()) == 1, "writing PEM");
    std::string text(BIO_ctrl_pending(memory.get()), '\0');
    require(BIO_read(memory.get(), text.data(), static_cast<int>(text.size())) > 0, "reading PEM");
    return text;
}

std::unique_ptr<BIO, decltype(&BIO_free)> reading(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

/// Serves one request in a thread of its own. The library keeps constants in static variables of its functions, which the
/// first request makes; since the library is not compiled for ThreadSanitizer, that would look like a race between the
/// threads that serve the first few.
void make_constants_of_the_library() {
    httplib::Server server;
    server.new_task_queue = [] { return new httplib::ThreadPool(1); };
    server.Post("/", [](const httplib::Request&, httplib::Response& response) { response.set_content("{}", "a/b"); });
    const int port = server.bind_to_any_port("127.0.0.1");
    require(port > 0, "binding to a port");
    std::thread serving([&] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
    const bool answered = static_cast<bool>(httplib::Client("127.0.0.1", port).Post("/", "{}", "a/b"));
    server.stop();
    serving.join();
    require(answered, "the first request");
}

}  // namespace

test_certificate::test_certificate(const std::string& address) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
    require(pair && made, "making a key");
    constexpr long day = 24 * 60 * 60;
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), day);
    X509_set_pubkey(made.get(), pair.get());
    auto* const name = X509_get_subject_name(made.get());
    const std::string common = "stand-in";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()),
                               static_cast<int>(common.size()), -1, 0);
    X509_set_issuer_name(made.get(), name);
    const std::string alternative = "IP:" + address;
    auto* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
    require(extension != nullptr && X509_add_ext(made.get(), extension, -1) == 1, "naming the address");
    X509_EXTENSION_free(extension);
    require(X509_sign(made.get(), pair.get(), EVP_sha256()) > 0, "signing");

    certificate = pem([&](BIO* to) { return PEM_write_bio_X509(to, made.get()); });
    key = pem([&](BIO* to) { return PEM_write_bio_PrivateKey(to, pair.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

http_stand_in::http_stand_in(handler answer)
    : handler_(std::move(answer)), server_(std::make_unique<httplib::Server>()), address_("http://127.0.0.1:") {
    listen();
}

http_stand_in::http_stand_in(handler answer, const test_certificate& certificate)
    : handler_(std::move(answer)), address_("https://127.0.0.1:") {
    const auto certificate_text = reading(certificate.certificate);
    const auto key_text = reading(certificate.key);
    const std::unique_ptr<X509, decltype(&X509_free)> shown(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    server_ = std::make_unique<httplib::SSLServer>(shown.get(), pair.get());
    listen();
}

void http_stand_in::listen() {
    static std::once_flag first;
    std::call_once(first, make_constants_of_the_library);
    server_->new_task_queue = [] { return new httplib::ThreadPool(threads); };
    server_->set_keep_alive_max_count(1'000'000);
    server_->set_tcp_nodelay(true);
    const auto take = [this](const httplib::Request& request, httplib::Response& response) {
        answer(request, response);
    };
    const std::string everything = ".*";
    server_->Get(everything, take);
    server_->Put(everything, take);
    server_->Post(everything, take);
    server_->Patch(everything, take);
    server_->Delete(everything, take);
    const int port = server_->bind_to_any_port("127.0.0.1");
    require(port > 0, "binding to a port");
    address_ += std::to_string(port);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    // stop() before the server runs would be lost.
    while (!server_->is_running()) std::this_thread::yield();
}

http_stand_in::~http_stand_in() {
    server_->stop();
    thread_.join();
}

void http_stand_in::answer(const httplib::Request& request, httplib::Response& response) {
    {
        const std::scoped_lock locked(mutex_);
        seen_.push_back(request.method + " " + request.path);
        ports_.insert(request.remote_port);
        most_at_once_ = std::max(most_at_once_, ++at_once_);
        changed_.notify_all();
    }
    handler_(request, response);
    const std::scoped_lock locked(mutex_);
    --at_once_;
}

std::vector<std::string> http_stand_in::seen() const {
    const std::scoped_lock locked(mutex_);
    return seen_;
}

std::size_t http_stand_in::connections() const {
    const std::scoped_lock locked(mutex_);
    return ports_.size();
}

std::size_t http_stand_in::at_once() const {
    const std::scoped_lock locked(mutex_);
    return at_once_;
}

std::size_t http_stand_in::most_at_once() const {
    const std::scoped_lock locked(mutex_);
    return most_at_once_;
}

bool http_stand_in::wait_for_at_once(std::size_t count) {
    std::unique_lock locked(mutex_);
    return changed_.wait_for(locked, std::chrono::seconds(30), [&] { return most_at_once_ >= count; });
}

raw_stand_in::raw_stand_in(reactor react) : react_(std::move(react)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof name;
    auto* const plain = reinterpret_cast<sockaddr*>(&name);
    require(::bind(listener_, plain, length) == 0 && ::listen(listener_, 8) == 0, "listening");
    require(::getsockname(listener_, plain, &length) == 0 && ::pipe(wake_) == 0, "listening");
    address_ = "http://127.0.0.1:" + std::to_string(ntohs(name.sin_port));
    thread_ = std::thread([this] { serve(); });
}

raw_stand_in::~raw_stand_in() {
    ::close(wake_[1]);
    thread_.join();
    ::close(wake_[0]);
    ::close(listener_);
}

std::optional<std::string> raw_stand_in::read_request(int connection) const {
    std::string text;
    std::size_t whole = std::string::npos;
    while (text.size() < whole) {
        std::array<pollfd, 2> waited{{{connection, POLLIN, 0}, {wake_[0], POLLIN, 0}}};
        ::poll(waited.data(), waited.size(), -1);
        if (waited[1].revents != 0) return std::nullopt;
        std::array<char, 4096> bytes{};
        const auto count = ::recv(connection, bytes.data(), bytes.size(), 0);
        if (count <= 0) return std::nullopt;
        text.append(bytes.data(), static_cast<std::size_t>(count));
        const auto end = text.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        const auto field = text.find("Content-Length: ");
        whole = end + 4 + (field < end ? std::stoul(text.substr(field + 16)) : 0);
    }
    return text;
}

void raw_stand_in::serve() {
    for (;;) {
        std::array<pollfd, 2> waited{{{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}}};
        ::poll(waited.data(), waited.size(), -1);
        if (waited[1].revents != 0) return;
        const int connection = ::accept(listener_, nullptr, nullptr);
        {
            const std::scoped_lock locked(mutex_);
            ++connections_;
        }
        while (const auto request = read_request(connection)) {
            std::size_t number = 0;
            {
                const std::scoped_lock locked(mutex_);
                number = requests_++;
            }
            const auto [bytes, close] = react_(number, *request);
            ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (close) break;
        }
        ::close(connection);
    }
}

std::size_t raw_stand_in::requests() const {
    const std::scoped_lock locked(mutex_);
    return requests_;
}

std::size_t raw_stand_in::connections() const {
    const std::scoped_lock locked(mutex_);
    return connections_;
}

}  // namespace commhost::test
