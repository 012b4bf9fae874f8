#include "task/random.hpp"

#include <memory>
#include <mutex>
#include <random>

namespace commhost::task {

random_source system_random() {
    struct generator {
        std::mutex mutex;
        std::mt19937_64 numbers{std::random_device{}()};
    };
    return [shared = std::make_shared<generator>()] {
        const std::scoped_lock locked(shared->mutex);
        return std::generate_canonical<double, 53>(shared->numbers);
    };
}

}  // namespace commhost::task
