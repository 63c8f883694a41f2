#pragma once

#include "component/format.h"

#include <string>
#include <vector>

namespace engine {

// Rows to newline-delimited JSON, columns in schema order. Belongs to one sink task.
class JsonEncoder final : public Encoder {
public:
    explicit JsonEncoder(const EncodeOptions& options);
    void encode(const RecordBatch& batch, std::string& into) override;
    void encodeRows(const RecordBatch& batch, std::string& into, std::vector<std::size_t>& ends) override;

private:
    struct WrittenTime {
        std::int64_t timeUs = 0;
        std::string text{};  // empty: none yet
    };
    void appendRow(const RecordBatch& batch, std::uint32_t row, std::string& into);
    EncodeOptions m_options;
    std::vector<WrittenTime> m_times;  // by column; the rows of a window have the same ones
    std::vector<std::string> m_keys;  // with quotes, colon and what stands before
};

// The text as a JSON string in quotes.
void appendJsonString(std::string& into, std::string_view text);

}  // namespace engine
