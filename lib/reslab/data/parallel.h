#pragma once

#include <cstdint>
#include <functional>

namespace reslab {

/// Number of threads that read and decode images: at most 16, by default one for each usable CPU.
int worker_count();

/// Limits worker_count() to `threads`.
void limit_worker_count(int threads);

/// Splits 0 … count − 1 into chunks of at most `chunk` numbers and calls work(first, last) for each
/// half-open range [first, last). Uses up to `threads` threads, including the caller's. The chunks
/// do not depend on the number of threads. After an exception no new chunk starts; of several
/// exceptions, rethrows the exception of the lowest chunk.
void for_each_chunk(std::int64_t count, std::int64_t chunk, int threads,
                    const std::function<void(std::int64_t first, std::int64_t last)>& work);

}  // namespace reslab
