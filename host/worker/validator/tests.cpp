#include "message/catalogue.hpp"
#include "worker/validator/endless_tests.hpp"
#include "worker/validator/file_tests.hpp"
#include "worker/validator/leak_tests.hpp"
#include "worker/validator/load_tests.hpp"
#include "worker/validator/random_test.hpp"
#include "worker/validator/rooms_at_once.hpp"
#include "worker/validator/rule_tests.hpp"
#include "worker/validator/server_leavers.hpp"
#include "worker/validator/server_life.hpp"
#include "worker/validator/server_tests.hpp"
#include "worker/validator/test.hpp"
#include "worker/validator/world_tests.hpp"

#include <algorithm>

namespace commhost::worker::validator {

namespace {

std::vector<test> make_tests() {
    std::vector<test> tests;
    const auto add = [&](test made) { tests.push_back(std::move(made)); };

    const auto on_files = [&](std::string_view id, void (*check)(const plugin_files&, verdict&)) {
        add({.id = id, .after = {}, .on_files = check});
    };
    on_files("folder", examine_folder);
    on_files("checksums", examine_checksums);
    on_files("manifest", examine_manifest);
    on_files("settings", examine_settings);
    on_files("strings", examine_strings);
    on_files("translations", examine_translations);
    on_files("claims", examine_claims);
    on_files("binary", examine_binary);
    on_files("exports", examine_exports);

    const auto loaded = [&](std::string_view id, std::vector<std::string_view> after, void (*check)(stage&, verdict&)) {
        add({.id = id, .after = std::move(after), .in_child = check});
    };
    loaded("load", {"manifest", "settings", "strings", "binary"}, examine_load);
    loaded("capabilities", {"load"}, examine_capabilities);
    loaded("unused-object", {"load"}, examine_unused_object);
    loaded("factory-twice", {"unused-object"}, examine_factory);
    loaded("load-for-instance", {"load"}, examine_load_for_instance);

    loaded("calm-world", {"unused-object", "load-for-instance"}, examine_calm_world);
    // Threads that were left would sooner or later be more than a process may have, and every other test fail for it.
    loaded("threads", {"calm-world"}, examine_threads);
    const auto on_server = [&](std::string_view id, std::vector<std::string_view> after,
                               void (*check)(stage&, verdict&)) {
        add({.id = id, .after = std::move(after), .in_child = check, .needs_server = true});
    };
    // Its sights belong to tests that come now.
    on_server("server-life", {"calm-world", "threads"}, examine_server_life);
    const auto in_a_world = [&](std::string_view id, void (*check)(stage&, verdict&)) {
        loaded(id, {"calm-world", "threads"}, check);
    };
    in_a_world("no-network", examine_no_network);
    add({.id = "refused-connection",
         .after = {"no-network"},
         .in_child = examine_refused_connection,
         .opens_sockets = true});
    in_a_world("internal-error", examine_internal_error);
    in_a_world("rate-limit", examine_rate_limit);
    in_a_world("unauthorised", examine_unauthorised);
    in_a_world("forbidden", examine_forbidden);
    in_a_world("not-found", examine_not_found);
    in_a_world("garbage-body", examine_garbage_body);
    in_a_world("wrong-shape", examine_wrong_shape);
    in_a_world("empty-body", examine_empty_body);
    in_a_world("endless-body", examine_endless_body);
    add({.id = "endless-stream", .after = {"endless-body"}, .in_child = examine_endless_stream, .opens_sockets = true});
    in_a_world("lost-answer", examine_lost_answer);
    in_a_world("outage-told", examine_outage_told);
    in_a_world("nobody-synced-without-server", examine_nobody_synced);
    in_a_world("diagnosis", examine_diagnosis);
    in_a_world("cancellation", examine_cancellation);
    in_a_world("load-sends-nothing", examine_load_sends_nothing);
    in_a_world("url-sends-nothing", examine_url_sends_nothing);
    in_a_world("room-address", examine_room_address);
    in_a_world("own-servers", examine_own_servers);
    in_a_world("own-sockets", examine_own_sockets);
    in_a_world("answer-limits", examine_answer_limits);
    in_a_world("declared-settings", examine_declared_settings);
    in_a_world("declared-strings", examine_declared_strings);
    in_a_world("stored-values", examine_stored_values);
    in_a_world("calling-thread", examine_calling_thread);
    loaded("rooms-at-once", {"factory-twice", "calling-thread"}, examine_rooms_at_once);
    in_a_world("people-of-the-call", examine_verdicts);
    in_a_world("one-verdict", examine_one_verdict);
    in_a_world("accounts", examine_accounts);
    in_a_world("members-read", examine_members_read);
    in_a_world("no-room", examine_no_room);
    in_a_world("secrets-kept", examine_secrets_kept);
    in_a_world("declared-data", examine_declared_data);
    in_a_world("processes", examine_processes);
    in_a_world("descriptors", examine_descriptors);
    in_a_world("memory", examine_memory);
    add({.id = "silence", .after = {"calm-world", "threads"}, .in_child = examine_silence, .judges_output = true});
    loaded("random-world",
           {"threads", "no-network", "internal-error", "rate-limit", "unauthorised", "forbidden", "not-found",
            "garbage-body", "wrong-shape", "empty-body", "endless-body", "lost-answer"},
           examine_random_world);

    on_server("server-diagnosis", {"server-life"}, examine_server_diagnosis);
    on_server("server-repair", {"server-diagnosis"}, examine_server_repair);
    on_server("server-room", {"server-life"}, examine_server_room);
    on_server("server-accounts", {"server-room"}, examine_server_accounts);
    on_server("server-members", {"server-room"}, examine_server_members);
    on_server("server-unchanged", {"server-room"}, examine_server_unchanged);
    on_server("server-rename", {"server-unchanged"}, examine_server_rename);
    on_server("server-roles", {"server-members"}, examine_server_roles);
    on_server("server-add-twice", {"server-members"}, examine_server_add_twice);
    on_server("server-remove", {"server-members"}, examine_server_remove);
    on_server("server-remove-twice", {"server-remove"}, examine_server_remove_twice);
    on_server("server-leaks", {"server-room"}, examine_server_leaks);
    on_server("server-cancellation", {"server-room"}, examine_server_cancellation);
    on_server("server-lost-answer", {"server-room"}, examine_server_lost_answer);
    on_server("server-delete", {"server-room"}, examine_server_delete);
    on_server("server-delete-twice", {"server-delete"}, examine_server_delete_twice);
    on_server("server-interrupted", {"server-add-twice", "server-roles", "server-lost-answer"},
              examine_server_interrupted);
    on_server("server-archive", {"server-unchanged", "server-members"}, examine_server_archive);
    // These go by what finds a room again.
    on_server("server-archive-missing", {"server-delete", "server-lost-answer"}, examine_server_archive_missing);
    on_server("server-adopt", {"server-unchanged", "server-lost-answer"}, examine_server_adopt);
    on_server("server-adopt-refused", {"server-delete", "server-lost-answer"}, examine_server_adopt_refused);
    on_server("server-leavers", {"server-accounts"}, examine_server_leavers);
    on_server("server-left", {}, examine_server_left);
    return tests;
}

}  // namespace

std::string test::sentence() const { return message::word_of("validate_test", id); }

std::span<const test> every_test() {
    static const std::vector<test> tests = make_tests();
    return tests;
}

const test* find_test(std::string_view id) {
    const auto tests = every_test();
    const auto found = std::find_if(tests.begin(), tests.end(), [&](const test& each) { return each.id == id; });
    return found == tests.end() ? nullptr : &*found;
}

}  // namespace commhost::worker::validator
