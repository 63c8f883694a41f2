#pragma once

#include "base/env.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine {

// Writes lines to a file that may be a pipe, without ever waiting for long for whoever reads it. What is left
// when nobody does ends with a whole line, but where one is longer than a pipe takes at once. Belongs to its
// sink task.
class LineWriter {
public:
    LineWriter(int file, std::string name) : m_file(file), m_name(std::move(name)) { }
    std::string& text() { return m_text; }  // lines to be written are put behind what is there
    // Busy when the file takes no more for now, to be called again; with a sentence when that goes on.
    Status write(const Clock& clock);

private:
    bool isReady(int waitMs) const;
    std::string_view nextPiece() const;
    Error failed(int reason) const;
    Error busy(const Clock& clock);
    const int m_file;
    const std::string m_name;  // in sentences
    std::string m_text;
    std::size_t m_written = 0;  // of m_text
    std::optional<MonotonicTime> m_fullSince;
};

}  // namespace engine
