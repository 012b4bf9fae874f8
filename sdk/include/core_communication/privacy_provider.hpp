#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>

#include <string>
#include <vector>

namespace core_communication::inline v1 {

/// One thing that the server holds about a person.
struct personal_record {
    std::string name;     ///< "display_name", "messages": stable, for scripts.
    std::string content;  ///< A JSON value.
};

/// The capability of telling and erasing what the server holds about a person. The processor has no room, as for
/// diagnostic_provider; processor::accounts gives the person's account. Called as every interface is: by one thread
/// at a time, see communication_provider.
class CORE_COMMUNICATION_API privacy_provider {
  public:
    virtual ~privacy_provider();

    /// For `commhost privacy export`, in a process of its own that has a minute and takes four mebibytes in all.
    /// Throws provider_error. [provider thread]
    virtual std::vector<personal_record> export_user_data(user_id user) = 0;

    /// Erases what can be erased, for good. Returns whether it is done; false means "under way". Asked for each account
    /// that the person has or had. Throws provider_error: conflict for an account that will never be erased, which is then
    /// left to the server's admin; rejected means the same once it was tried often enough. [provider thread]
    virtual bool delete_user_data(user_id user) = 0;

  protected:
    privacy_provider() = default;
    privacy_provider(const privacy_provider&) = delete;
    privacy_provider& operator=(const privacy_provider&) = delete;
};

}  // namespace core_communication::inline v1
