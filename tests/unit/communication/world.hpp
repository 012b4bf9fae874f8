#pragma once

#include "audit/audit.hpp"
#include "audit/migrations.hpp"
#include "communication/api.hpp"
#include "communication/members.hpp"
#include "communication/migrations.hpp"
#include "communication/processor.hpp"
#include "communication/reconcile.hpp"
#include "communication/room.hpp"
#include "communication/site.hpp"
#include "directory/change_set.hpp"
#include "directory/migrations.hpp"
#include "fake_provider.hpp"
#include "plugin/migrations.hpp"
#include "service/migrations.hpp"
#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "task/queue.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace commhost::test {

/// Services for a plugin that needs none.
class no_services final : public core_communication::settings,
                          public core_communication::strings,
                          public core_communication::http_service,
                          public core_communication::logger,
                          public core_communication::cancellation {
  public:
    bool stop = false;
    std::function<void()> on_requested;  ///< Runs whenever somebody asks whether to stop.

    service::secret_blanker blank;

    communication::room_services services() { return {*this, *this, *this, *this, *this, *this, blank}; }

    std::string text(std::string_view name) const override {
        throw std::logic_error("no setting " + std::string(name));
    }
    std::int64_t integer(std::string_view) const override { return 0; }
    bool boolean(std::string_view) const override { return false; }
    std::chrono::seconds duration(std::string_view) const override { return {}; }
    std::vector<std::string> list(std::string_view) const override { return {}; }
    std::string get(std::string_view key, const placeholders&) const override { return std::string(key); }
    core_communication::http_response send(const core_communication::http_request&) override { return {}; }
    void send_all(std::span<const core_communication::http_request>,
                  const std::function<void(std::size_t, const core_communication::http_outcome&)>&) override {}
    void log(core_communication::log_level, std::string_view) override {}
    bool requested() const noexcept override {
        if (on_requested) on_requested();
        return stop;
    }
};

/// A school with one class, a chat server, and the host between them.
class world {
  public:
    world() {
        std::vector<store::migration> steps;
        for (const auto room : {task::migrations(), directory::migrations(), service::migrations(),
                                plugin::migrations(), communication::migrations(), audit::migrations()})
            steps.insert(steps.end(), room.begin(), room.end());
        store::migrate(*database, steps);
    }

    test_database database;
    test_clock clock;
    fake_server server;
    no_services nothing;
    communication::policy rules;
    std::string default_provider = "fake";
    bool still_mine = true;  ///< Whether a pass is told that its task is its own.

    static directory::instance_key class_key(const std::string& id) { return {"school", "class", id}; }

    /// Says who is in the class from now on, by username.
    void enrol(const std::map<std::string, core_communication::room_role>& people, const std::string& id = "physics",
               const std::string& name = "Physics") {
        directory::change_set changes;
        changes.source = "test";
        const auto key = class_key(id);
        (known_classes_.insert(id).second ? changes.instances.inserted : changes.instances.updated)
            .push_back({key, std::nullopt, name, "", directory::instance_status::active, std::nullopt, std::nullopt});
        auto& before = enrolled_[id];
        for (const auto& [username, role] : people) {
            if (known_users_.insert(username).second)
                changes.users.inserted.push_back({username, username, "", "", "Name of " + username, "", {}});
            (before.contains(username) ? changes.memberships.updated : changes.memberships.inserted)
                .push_back({{key, username, ""}, "role", role, std::nullopt, std::nullopt, {}});
        }
        for (const auto& [username, role] : before) {
            if (!people.contains(username)) changes.memberships.deleted.push_back({key, username, ""});
        }
        before = people;
        apply(changes);
    }

    /// The roster is to name somebody as if for the first time, with their memberships.
    void known_no_more(const std::string& username) {
        known_users_.erase(username);
        for (auto& [id, people] : enrolled_) people.erase(username);
    }

    /// What the roster says from now on about somebody who is enrolled.
    void rename(const std::string& username, const std::string& display_name) {
        directory::change_set changes;
        changes.source = "test";
        changes.users.updated.push_back({username, username, "", "", display_name, "", {}});
        apply(changes);
    }

    /// Gives somebody who is enrolled a picture; nothing takes it away.
    void show_face(const std::string& username, const std::optional<directory::picture>& picture) {
        directory::change_set changes;
        changes.source = "test";
        if (picture) changes.pictures.push_back(*picture);
        changes.users.updated.push_back({username,
                                         username,
                                         "",
                                         "",
                                         "Name of " + username,
                                         "",
                                         {},
                                         {},
                                         {},
                                         picture ? picture->digest : std::string()});
        apply(changes);
    }

    /// Gives the class's room a picture.
    void show_picture(const directory::picture& picture, const std::string& id = "physics") {
        directory::change_set changes;
        changes.source = "test";
        changes.pictures.push_back(picture);
        changes.instances.updated.push_back({class_key(id), std::nullopt, "Physics", "",
                                             directory::instance_status::active, std::nullopt, std::nullopt,
                                             picture.digest});
        apply(changes);
    }

    void delete_class(const std::string& id = "physics") {
        directory::change_set changes;
        changes.source = "test";
        changes.instances.deleted.push_back(class_key(id));
        known_classes_.erase(id);
        enrolled_.erase(id);
        apply(changes);
    }

    /// Closes the class for a time; enrol() opens it again.
    void hide_class(const std::string& id = "physics") {
        directory::change_set changes;
        changes.source = "test";
        changes.instances.updated.push_back({class_key(id), std::nullopt, "Physics", "",
                                             directory::instance_status::hidden, std::nullopt, std::nullopt});
        apply(changes);
    }

    communication::room room(const std::string& id = "physics") {
        return communication::find_room(*database->borrow(), "school/class/" + id);
    }

    /// As where a pass asked the server for the class's room, and nobody knows what became of that.
    void ask_for_room(const std::string& id = "physics") {
        communication::begin_making(*database->borrow(), room(id).id);
    }

    /// One pass over the class's room, as a worker would do it.
    communication::reconcile_result reconcile(const std::string& id = "physics") {
        fake_provider provider(server);
        return reconcile_with(provider.interfaces(), id);
    }

    communication::reconcile_result reconcile_with(const communication::provider_interfaces& provider,
                                                   const std::string& id = "physics") {
        communication::reconciler reconciler(*database, clock, rules);
        return reconcile(reconciler, room(id), instance(id), provider);
    }

    /// The same with a reconciler that several threads share.
    void reconcile_by(communication::reconciler& shared, const std::string& id) {
        fake_provider provider(server);
        reconcile(shared, room(id), instance(id), provider.interfaces());
    }

    /// The class as it holds for its room.
    directory::instance instance(const std::string& id = "physics") {
        const auto on = database->borrow();
        return communication::effective_instance(*on, directory::find_instance(*on, class_key(id)).value());
    }

    /// One pass of a worker who read the room and its instance at some earlier time, and reads on now.
    communication::reconcile_result reconcile_read(const communication::room& of, const directory::instance& instance) {
        fake_provider provider(server);
        communication::reconciler reconciler(*database, clock, rules);
        return reconcile(reconciler, of, instance, provider.interfaces());
    }

    /// Who is in the class's room on the server; nobody where there is no room.
    std::map<std::string, core_communication::room_role> on_server(const std::string& id = "physics") {
        const auto key = communication::room_key(communication::site_id(*database->borrow()), class_key(id));
        const auto found = server.rooms.find(key);
        return found == server.rooms.end() ? decltype(found->second.members)() : found->second.members;
    }

    fake_server::room& server_room(const std::string& id = "physics") {
        return server.rooms.at(communication::room_key(communication::site_id(*database->borrow()), class_key(id)));
    }

    /// What is on record about somebody in the class's room.
    communication::known_member known(const std::string& username, const std::string& id = "physics") {
        const auto of = room(id);
        const auto user = directory::find_user(*database->borrow(), username).value().id;
        for (const auto& each : communication::known_members(*database->borrow(), of.id, of.provider))
            if (each.user == user) return each;
        throw std::logic_error("nothing is on record about " + username);
    }

    std::vector<communication::waiting_member> waiting(const std::string& id = "physics") {
        const auto of = room(id);
        return communication::waiting_members(*database->borrow(), of.id);
    }

  private:
    void apply(const directory::change_set& changes) {
        database->transact([&](store::connection& on) {
            const auto touched = directory::apply(on, changes, clock.now());
            communication::follow(on, touched, default_provider, task::lane::roster, clock.now());
        });
    }

    communication::reconcile_result reconcile(communication::reconciler& reconciler, const communication::room& of,
                                              const directory::instance& instance,
                                              const communication::provider_interfaces& provider) {
        communication::room_processor processor({*database, of.id}, clock, communication::site_id(*database->borrow()),
                                                of, instance, reconciler.wanted(of, instance, clock.now()),
                                                nothing.services());
        provider.provider->load_for_instance(processor);
        return reconciler.run(of, instance, provider, processor, [this] { return still_mine; });
    }

    std::set<std::string> known_classes_;
    std::set<std::string> known_users_;
    std::map<std::string, std::map<std::string, core_communication::room_role>> enrolled_;
};

}  // namespace commhost::test
