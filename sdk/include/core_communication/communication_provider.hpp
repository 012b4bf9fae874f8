#pragma once

#include <core_communication/api.hpp>

namespace core_communication::inline v1 {

class processor;

/// The one interface that every plugin implements; the others are capabilities that it may have besides.
///
/// How the contract grows: an interface that was published is never edited, for a plugin that was built with the old one
/// would be called by its place in a table, and another function would run. A new capability is a new interface beside
/// the others, which a host looks for with dynamic_cast and finds in new plugins only; what a new host offers besides is
/// one beside processor, which a plugin looks for likewise (processor.hpp). Structs and enums of the contract stay as
/// they are, too. Where that is not enough there is a version 2: another inline namespace, so that types of the two never
/// pass for each other.
///
/// Each function says on which thread it is called, or may be called:
///
///   [provider thread]  on the thread that uses this provider object at the time: the host calls the provider there, and the
///                      provider calls processor and services there, while one of its functions is under way
///   [any thread]       on any thread, at any time
///
/// The host makes one object for a room and a task, calls load_for_instance once, then only the interfaces that
/// dynamic_cast found, and destroys the object. One thread at a time uses an object; several objects are used at the
/// same time by several threads, so what they share (there should be nothing) must be safe for that.
class CORE_COMMUNICATION_API communication_provider {
  public:
    virtual ~communication_provider();

    /// Called once, first. Keep the reference: it stays valid for the object's life. Reads settings and fails with
    /// provider_error (invalid) when they cannot work together; sends nothing. [provider thread]
    virtual void load_for_instance(processor& room) = 0;

  protected:
    communication_provider() = default;
    communication_provider(const communication_provider&) = delete;
    communication_provider& operator=(const communication_provider&) = delete;
};

}  // namespace core_communication::inline v1
