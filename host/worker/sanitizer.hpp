#pragma once

namespace commhost::worker {

/// Whether this program is built with a sanitizer, which reserves terabytes of address space, brings its own malloc, and
/// looks at memory through a pipe, so that a process without a free descriptor is told of faults that it has not.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace commhost::worker
