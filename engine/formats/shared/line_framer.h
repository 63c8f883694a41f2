#pragma once

#include "component/format.h"

#include <cstring>

namespace engine {

// Records that end with a line feed. A byte order mark at the beginning of a split belongs to no record.
// Belongs to one source task.
class LineFramer final : public Framer {
public:
    std::optional<std::size_t> prologue(std::string_view bytes, bool isEnd) override
    {
        if (bytes.size() < kMark.size() && !isEnd && kMark.substr(0, bytes.size()) == bytes) return {};
        return bytes.substr(0, kMark.size()) == kMark ? kMark.size() : 0;
    }
    std::size_t lastRecordEnd(std::string_view bytes, std::size_t scanned) override
    {
        const std::size_t at = bytes.substr(scanned).rfind('\n');
        return at == std::string_view::npos ? 0 : scanned + at + 1;
    }
    std::size_t firstRecordEnd(std::string_view bytes, std::size_t scanned) override
    {
        const std::size_t at = bytes.find('\n', scanned);
        return at == std::string_view::npos ? 0 : at + 1;
    }

private:
    static constexpr std::string_view kMark = "\xEF\xBB\xBF";
};

}  // namespace engine
