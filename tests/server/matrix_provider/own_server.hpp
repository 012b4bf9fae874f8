#pragma once

#include "homeserver.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace commhost::test {

/// A Synapse of its own, to be stopped and started; between the two its configuration may be changed.
class own_server {
  public:
    own_server() {
        std::string name = (std::filesystem::temp_directory_path() / "commhost-outage-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
    }
    ~own_server() {
        run("stop");
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    own_server(const own_server&) = delete;
    own_server& operator=(const own_server&) = delete;

    homeserver_address start() { return homeserver_address::from_document(boost::json::parse(run("start"))); }
    void stop() { run("stop"); }

    /// Of a server that is stopped.
    void configure(std::string_view name, const boost::json::value& content) {
        const auto path = folder_ / "homeserver.yaml";
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        auto known = boost::json::parse(text.str());
        known.as_object()[name] = content;
        std::ofstream(path) << boost::json::serialize(known);
    }

  private:
    std::string run(const std::string& verb) {
        const auto command = std::string(COMMHOST_SERVERS) + "/synapse " + verb + " " + folder_.string();
        std::string output;
        std::FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) return output;
        std::array<char, 4096> part{};
        while (const auto read = std::fread(part.data(), 1, part.size(), pipe)) output.append(part.data(), read);
        ::pclose(pipe);
        return output;
    }

    std::filesystem::path folder_;
};

}  // namespace commhost::test
