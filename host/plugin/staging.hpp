#pragma once

#include "plugin/problem.hpp"
#include "text/descriptor.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// The hidden folder of a plugin root (".commhost-install") in which a plugin is made ready before it is put in its place, and to
/// which the one that was there goes. Discovery passes over it. It lies on the root's file system, so that each step between it
/// and the root is one rename(2): whoever is killed leaves the old plugin whole or the new one, and this folder, which the next
/// staging empties.
///
/// One process at a time has that of a root; another one waits. One thread. Everything but the destructor throws message::error
/// (PLUGIN_INSTALL_WRITE) for what the system refuses.
class staging {
  public:
    /// Makes the root where it is not there yet. owners: as for trusted_root, which it throws as.
    staging(const std::filesystem::path& root, std::span<const uid_t> owners);

    /// Removes what is left in it: what was not put in its place, or what was there before.
    ~staging();
    staging(const staging&) = delete;
    staging& operator=(const staging&) = delete;

    /// Resolved.
    const std::filesystem::path& root() const { return root_; }

    /// The folder for what is new: a plugin lies right below it, under its own name. Empty at first.
    const std::filesystem::path& fresh() const { return fresh_; }

    /// Puts fresh()/name in the place of root()/name, in which a plugin may lie or not, and keeps that. All that is in it is
    /// on the disk before. A file system that cannot exchange two folders (renameat2(2), RENAME_EXCHANGE) refuses.
    void put_in_place(std::string_view name);

    /// Undoes put_in_place.
    void take_back();

    /// Takes root()/name away, and keeps it.
    void take_out(std::string_view name);

    /// Undoes take_out.
    void put_back();

  private:
    void move(const std::filesystem::path& from, const std::filesystem::path& to, unsigned how);

    std::filesystem::path root_;
    std::filesystem::path path_;
    std::filesystem::path fresh_;
    text::descriptor locked_;
    std::string name_;        ///< Of the plugin that was moved.
    bool exchanged_ = false;  ///< There was one in its place.
};

/// PLUGIN_INSTALL_LEFT for a staging folder that a process left in the root that was killed; nothing where there is none, or
/// somebody works in it, or this user may not know.
std::optional<problem> left_in(const std::filesystem::path& root);

}  // namespace commhost::plugin
