#pragma once

#include "text/descriptor.hpp"

#include <cstdint>
#include <string>
#include <thread>

namespace commhost::worker::validator {

/// A server of this machine whose answers have no end, for the client that has to end them. A thread of its own.
class endless_server {
  public:
    enum class kind : std::uint8_t {
        flood,    ///< The body comes as fast as it is read.
        trickle,  ///< A byte of it comes now and then, so that no silence says that nothing more is to come.
        headers,  ///< There is no body yet: one header follows the other.
    };

    /// Throws std::system_error.
    explicit endless_server(kind which);
    ~endless_server();
    endless_server(const endless_server&) = delete;
    endless_server& operator=(const endless_server&) = delete;

    /// "http://127.0.0.1:PORT"
    const std::string& url() const { return url_; }

  private:
    void serve() const;

    kind kind_;
    text::descriptor listening_;
    text::descriptor over_;
    std::string url_;
    std::thread thread_;
};

}  // namespace commhost::worker::validator
