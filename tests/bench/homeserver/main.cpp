// A stand-in for Synapse, for what a real one cannot show: how long commhost takes beside a server that takes nothing, and rooms
// larger than a real one can be filled in good time. Nothing in it shows that commhost works with a Synapse; the tests on a real one
// do that, and one of them that this one answers as a real one does.
//
//   bench_homeserver [--latency MILLISECONDS] [--accounts NUMBER] [--server-name NAME] [--admin NAME] [--token TOKEN] [--record FILE]
//
//   --latency   every answer leaves that long after its request; none waits for another
//   --accounts  user.0, user.1 ... are there from the beginning
//   --record    what was asked for, a line of JSON for each request (homeserver.hpp), written at the end
//
// It listens on a port of 127.0.0.1 that the system chooses, says on standard output where, as one line of JSON ({"url",
// "server_name", "admin_account", "admin_token"}), and ends when its standard input ends.
//
// GET /stand_in/counts, which is not counted: how many requests of each kind it has had, the bytes of the bodies that it sent, and
// those of the largest.

#include "homeserver.hpp"
#include "http_server.hpp"

#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <charconv>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace {

using namespace commhost::stand_in;

int number_of(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void serve(const std::map<std::string_view, std::string>& options) {
    homeserver answers(options.at("--server-name"), options.at("--admin"), options.at("--token"),
                       number_of(options.at("--accounts")));
    const auto& record = options.at("--record");
    if (!record.empty()) answers.record();
    http_server server(std::chrono::milliseconds(number_of(options.at("--latency"))),
                       [&](const http_request& asked) { return answers.answer(asked); });
    std::cout << boost::json::serialize(
                     boost::json::object{{"url", "http://127.0.0.1:" + std::to_string(server.port())},
                                         {"server_name", options.at("--server-name")},
                                         {"admin_account", answers.admin()},
                                         {"admin_token", options.at("--token")}})
              << std::endl;
    server.run(STDIN_FILENO);
    if (record.empty()) return;
    std::ofstream file(record);
    answers.write_record(file);
    if (!file.flush()) throw std::runtime_error(record + " cannot be written");
}

}  // namespace

int main(int count, char** words) {
    std::map<std::string_view, std::string> options{{"--latency", "0"},
                                                    {"--accounts", "0"},
                                                    {"--server-name", "stand-in.test"},
                                                    {"--admin", "commhost"},
                                                    {"--token", "token-of-the-stand-in"},
                                                    {"--record", ""}};
    for (int index = 1; index < count; index += 2) {
        const auto option = options.find(words[index]);
        if (option == options.end() || index + 1 == count) {
            std::cerr << "bench_homeserver: see the beginning of tests/bench/homeserver/main.cpp\n";
            return 64;
        }
        option->second = words[index + 1];
    }
    try {
        serve(options);
        return 0;
    } catch (const std::exception& failed) {
        std::cerr << "bench_homeserver: " << failed.what() << '\n';
        return 1;
    }
}
