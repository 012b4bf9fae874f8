#pragma once

#include "account_maker.hpp"
#include "mas_client.hpp"
#include "mas_closing.hpp"
#include "mas_works.hpp"

#include <cstdint>
#include <functional>
#include <type_traits>
#include <vector>

namespace communication_matrix {

/// Accounts that Matrix Authentication Service has: it makes them, with address and link to the single sign-on, and puts them on
/// the homeserver a little later. Whoever is not there yet waits (unavailable) and is done at a later try; the display
/// name is the homeserver's, and set once they are there.
///
/// An order for somebody whom the homeserver does not have goes by what we know of our part in it (account_order::made): without
/// one the service is asked to make a user, and one who is there already is somebody else, to whom nothing is done; with
/// one the user is looked up, and made only where there is none.
class mas_accounts final : public account_maker {
  public:
    /// All must live longer.
    mas_accounts(core_communication::processor& processor, client& server, const configuration& site);

    void carry_out(std::span<const account_order> orders, const on_maker& tell, const on_done& done) override;
    bool is_told_by_homeserver_who_signs_in() const override { return false; }
    void find(std::span<const external_id> people, const on_account& found) override;
    /// It shows the name that the service gave it, which is that of the account, until ours is set.
    bool is_as_made(const boost::json::object& account, const account_order& order) const override;
    void change(std::span<const closing_order> orders, const on_done& done) override { closing_.change(orders, done); }
    void erase(std::string_view account) override { closing_.erase(account); }

  private:
    /// An order under way.
    struct work {
        std::size_t index = 0;
        const account_order* order = nullptr;
        std::string id{};  ///< At the service.
        bool has_link = false;
        bool has_address = false;                    ///< That of the order.
        std::vector<std::string> other_addresses{};  ///< By their ids.
    };
    using works = std::vector<work>;
    /// Leaves those in the list who are made by it.
    void add_users(works& list, const on_maker& tell, const on_done& done);
    /// Leaves those in the list whom the service has, and returns the others.
    works look_up_users(works& list, const on_done& done);
    /// Of names that the service would not take: whether it is a user of somebody else, who waits as ours do, or is kept.
    void say_whose_name_it_is(works list, const on_done& done);
    /// Of those who are to be given one.
    void read_addresses(works& list, const on_done& done);
    /// Was begun by us, and is a user with an address that we would not have given.
    static bool is_no_work_of_ours(const work& of);
    void link(works& list, const on_done& done);
    /// Those whom the service refused a link: who they are linked with.
    void look_at_links(works& list, const on_done& done);
    void give_addresses(works& list, const on_done& done);
    /// Of those who have their own now.
    void remove_other_addresses(const works& list);
    void wait_for_homeserver(works& list, const on_done& done);
    void name(works& list, const on_done& done);

    core_communication::processor& processor_;
    client& server_;
    mas_client service_;
    mas_closing closing_;
    const configuration& site_;
};

}  // namespace communication_matrix
