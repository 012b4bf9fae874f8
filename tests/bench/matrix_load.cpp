// The floor of tools/bench matrix: requests that a stand-in has recorded (homeserver/homeserver.hpp), sent once more by libcurl and
// nothing else.
//
//   bench_matrix_load RECORD URL TOKEN ROOMS IN_A_ROOM
//   bench_matrix_load limits
//
// As in commhost's own order a room is made before anything is done in it, what is asked about one account stays in its order, and
// accounts are there before rooms. ROOMS rooms are worked on at once, in each of them IN_A_ROOM people are put in or taken out at
// once and everything else is alone, over no more connections than commhost has to one server. The ids of rooms in the record give way to those that the server gives now.
//
// limits prints what commhost may have under way at once in a room: {"in_a_room"}.
//
// Else it prints one line of JSON: {"seconds", "cpu_seconds", "requests", "unlike"}: how many answers had another status than in the record.

#include "service/http_client.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <curl/curl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Of one batch, of one server and in one room.
const commhost::service::http_settings limits;

struct request {
    std::string kind;
    std::string method;
    std::string target;
    std::string body;
    long status = 0;

    bool may_be_beside_others() const { return kind == "join" || kind == "kick" || kind == "invite"; }
};

/// What has to stay in its order: all of one room, or all about one account.
struct sequence {
    std::string room;  ///< Its id in the record; empty where it is none.
    std::string encoded_room;
    std::string new_room;  ///< Its id at the server now; empty while it is the same.
    std::string encoded_new_room;
    std::deque<request> waiting;
    std::size_t under_way = 0;
    bool alone = false;  ///< What is under way has nothing beside it.
};

std::string encoded(const std::string& text) {
    const std::unique_ptr<char, decltype(&::curl_free)> words(
        ::curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size())), &::curl_free);
    return words.get();
}

void replace(std::string& in, const std::string& what, const std::string& by) {
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + by.size()))
        in.replace(at, what.size(), by);
}

std::list<sequence> read(const char* file) {
    std::ifstream record(file);
    if (!record) throw std::runtime_error(std::string(file) + " cannot be read");
    std::list<sequence> all;
    std::map<std::string, sequence*> by_subject;
    for (std::string line; std::getline(record, line);) {
        const auto object = boost::json::parse(line).as_object();
        const auto text = [&](const char* field) { return std::string(object.at(field).as_string()); };
        request one{text("kind"), text("method"), text("target"), text("body"), object.at("status").as_int64()};
        const auto room = text("room");
        auto& place = by_subject[room.empty() ? one.target.substr(0, one.target.find('?')) : room];
        if (place == nullptr) {
            place = &all.emplace_back();
            place->room = room;
            place->encoded_room = encoded(room);
        }
        place->waiting.push_back(std::move(one));
    }
    return all;
}

/// One request that is under way.
struct transfer {
    CURL* handle = nullptr;
    sequence* of = nullptr;
    request what;
    std::string answer;
};

class load {
  public:
    load(std::string url, const std::string& token, std::size_t in_a_room)
        : url_(std::move(url)), in_a_room_(in_a_room), multi_(::curl_multi_init()) {
        for (const auto& line :
             {"Authorization: Bearer " + token, std::string("Content-Type: application/json"), std::string("Expect:")})
            headers_ = ::curl_slist_append(headers_, line.c_str());
        const auto connections = static_cast<long>(limits.requests_per_origin);
        ::curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
        ::curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections);
    }

    ~load() {
        for (const auto& each : idle_) ::curl_easy_cleanup(each->handle);
        ::curl_multi_cleanup(multi_);
        ::curl_slist_free_all(headers_);
    }
    load(const load&) = delete;
    load& operator=(const load&) = delete;

    /// Sends them all, `most` sequences at once.
    void send(std::vector<sequence*> all, std::size_t most) {
        std::reverse(all.begin(), all.end());
        std::vector<sequence*> open;
        for (;;) {
            while (open.size() < most && !all.empty()) {
                open.push_back(all.back());
                all.pop_back();
                begin_what_may(*open.back());
            }
            if (open.empty()) return;
            int running = 0;
            ::curl_multi_perform(multi_, &running);
            if (!collect()) ::curl_multi_poll(multi_, nullptr, 0, 10'000, nullptr);
            std::erase_if(open, [](const auto* each) { return each->waiting.empty() && each->under_way == 0; });
        }
    }

    std::size_t sent() const { return sent_; }
    std::size_t unlike() const { return unlike_; }

  private:
    void begin_what_may(sequence& of) {
        while (!of.waiting.empty()) {
            const bool beside = of.waiting.front().may_be_beside_others();
            if (of.under_way > 0 && (!beside || of.alone || of.under_way >= in_a_room_)) return;
            of.alone = !beside;
            begin(of);
        }
    }

    void begin(sequence& of) {
        std::unique_ptr<transfer> one;
        if (idle_.empty()) {
            one = std::make_unique<transfer>();
            one->handle = ::curl_easy_init();
        } else {
            one = std::move(idle_.back());
            idle_.pop_back();
        }
        one->of = &of;
        one->what = std::move(of.waiting.front());
        one->answer.clear();
        of.waiting.pop_front();
        ++of.under_way;
        if (!of.new_room.empty()) {
            replace(one->what.target, of.encoded_room, of.encoded_new_room);
            replace(one->what.body, of.room, of.new_room);
        }
        auto* const handle = one->handle;
        ::curl_easy_reset(handle);
        ::curl_easy_setopt(handle, CURLOPT_URL, (url_ + one->what.target).c_str());
        ::curl_easy_setopt(handle, CURLOPT_PROXY, "");
        ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        ::curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_);
        ::curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &load::on_body);
        ::curl_easy_setopt(handle, CURLOPT_WRITEDATA, one.get());
        ::curl_easy_setopt(handle, CURLOPT_PRIVATE, one.get());
        if (one->what.method != "GET") {
            ::curl_easy_setopt(handle, CURLOPT_POSTFIELDS, one->what.body.c_str());
            ::curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(one->what.body.size()));
        }
        ::curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, one->what.method.c_str());
        ::curl_multi_add_handle(multi_, handle);
        static_cast<void>(one.release());  // the handle's private pointer holds it until collect()
    }

    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* of) {
        auto& one = *static_cast<transfer*>(of);
        if (one.what.kind == "create room") one.answer.append(bytes, size * count);
        return size * count;
    }

    bool collect() {
        bool any = false;
        int left = 0;
        while (const auto* message = ::curl_multi_info_read(multi_, &left)) {
            any = true;
            char* address = nullptr;
            ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &address);
            std::unique_ptr<transfer> one(reinterpret_cast<transfer*>(address));
            if (message->data.result != CURLE_OK) throw std::runtime_error(::curl_easy_strerror(message->data.result));
            long status = 0;
            ::curl_easy_getinfo(one->handle, CURLINFO_RESPONSE_CODE, &status);
            ::curl_multi_remove_handle(multi_, one->handle);
            end(*one, status);
            idle_.push_back(std::move(one));
            begin_what_may(*idle_.back()->of);
        }
        return any;
    }

    void end(const transfer& one, long status) {
        auto& of = *one.of;
        ++sent_;
        --of.under_way;
        if (status != one.what.status) ++unlike_;
        if (one.what.kind != "create room" || status != 200) return;
        of.new_room = boost::json::parse(one.answer).at("room_id").as_string();
        of.encoded_new_room = encoded(of.new_room);
        if (of.new_room == of.room) of.new_room.clear();
    }

    std::string url_;
    std::size_t in_a_room_;
    CURLM* multi_;
    curl_slist* headers_ = nullptr;
    std::vector<std::unique_ptr<transfer>> idle_;
    std::size_t sent_ = 0;
    std::size_t unlike_ = 0;
};

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

void send_all(char** words) {
    auto all = read(words[1]);
    const auto rooms_at_once = std::stoul(words[4]);
    std::vector<sequence*> rooms;
    std::vector<sequence*> others;
    for (auto& each : all) (each.room.empty() ? others : rooms).push_back(&each);
    load made(words[2], words[3], std::stoul(words[5]));
    const auto used = cpu_seconds();
    const auto begun = std::chrono::steady_clock::now();
    made.send(std::move(others), limits.requests_per_batch * rooms_at_once);
    made.send(std::move(rooms), rooms_at_once);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    std::cout << boost::json::serialize(boost::json::object{{"seconds", taken.count()},
                                                            {"cpu_seconds", cpu_seconds() - used},
                                                            {"requests", made.sent()},
                                                            {"unlike", made.unlike()}})
              << '\n';
}

}  // namespace

int main(int count, char** words) {
    if (count == 2 && std::string_view(words[1]) == "limits") {
        std::cout << boost::json::serialize(boost::json::object{{"in_a_room", limits.requests_per_room}}) << '\n';
        return 0;
    }
    if (count != 6) {
        std::cerr << "bench_matrix_load: see the beginning of tests/bench/matrix_load.cpp\n";
        return 64;
    }
    try {
        ::curl_global_init(CURL_GLOBAL_DEFAULT);
        send_all(words);
        return 0;
    } catch (const std::exception& failed) {
        std::cerr << "bench_matrix_load: " << failed.what() << '\n';
        return 1;
    }
}
