#pragma once

#include "store/database.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace commhost::test {

/// An empty database: a schema of its own on the PostgreSQL server that COMMHOST_TEST_POSTGRESQL names, or a SQLite file
/// when that is not set. The test programs of rooms with tables run once on each (tests/unit/CMakeLists.txt).
class test_database {
  public:
    test_database() {
        if (const char* server = std::getenv("COMMHOST_TEST_POSTGRESQL")) {
            static std::atomic<int> count{0};
            const std::string schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
            store::database(server).borrow()->execute("create schema " + schema);
            location_ = server;
            location_ += location_.find('?') == std::string::npos ? '?' : '&';
            location_ += "options=-csearch_path%3D" + schema;
        } else {
            location_ = "sqlite:" + (folder_.path() / "test.db").string();
        }
        database_ = std::make_unique<store::database>(location_);
    }

    const std::string& location() const { return location_; }
    store::database& operator*() { return *database_; }
    store::database* operator->() { return database_.get(); }

  private:
    temporary_folder folder_;
    std::string location_;
    std::unique_ptr<store::database> database_;
};

}  // namespace commhost::test
