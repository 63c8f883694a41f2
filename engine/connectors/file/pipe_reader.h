#pragma once

#include "base/file_system.h"
#include "base/time.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

namespace engine {

// Reads a stream that may block for ever (standard input) on a thread of its own, one piece ahead, so that
// its owner never waits past a deadline. The thread outlives the owner while a read blocks and touches only
// what it shares.
class PipeReader {
public:
    explicit PipeReader(std::unique_ptr<ReadableFile> file);
    ~PipeReader();
    PipeReader(const PipeReader&) = delete;
    PipeReader& operator=(const PipeReader&) = delete;
    // Bytes put into `space`; 0 at the end; nothing when none came within `wait`.
    Result<std::optional<std::size_t>> read(std::span<char> space, Duration wait);

private:
    struct Shared {
        std::mutex mutex;
        std::condition_variable changed;
        std::unique_ptr<ReadableFile> file;
        std::string piece;
        std::size_t taken = 0;
        bool isFull = false, isEnded = false, isGivenUp = false;
        std::optional<Error> error;
    };
    static void run(const std::shared_ptr<Shared>& shared);
    std::shared_ptr<Shared> m_shared;
};

}  // namespace engine
