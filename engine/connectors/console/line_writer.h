#pragma once

#include "base/env.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine {

// Writes lines to a file that may be a pipe or a terminal, without ever waiting for long for its reader. What
// is left when nobody reads ends with a whole line, but where one is longer than a pipe takes at once; no
// other writer of the file comes between the parts of a line. Belongs to its sink task.
class LineWriter {
public:
    LineWriter(int file, std::string name);
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;
    std::string& text() { return m_text; }  // lines to be written are put behind what is there
    // Busy when the file takes no more for now, to be called again; with a sentence when that goes on.
    Status write(const Clock& clock);

private:
    bool isReady(int waitMs) const;
    std::string_view nextPiece() const;
    Error failed(int reason) const;
    Error busy(const Clock& clock);
    bool mayWrite() const;
    void letOthersWrite() const;
    const int m_file;
    const int m_ownFile;  // the same, opened so that nobody is waited for; -1: it cannot be
    const std::string m_name;  // in sentences
    std::string m_text;
    std::size_t m_written = 0;  // of m_text
    std::optional<MonotonicTime> m_fullSince;
};

}  // namespace engine
