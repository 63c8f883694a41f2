#pragma once

#include "component/format.h"

namespace engine {

// Rows to CSV (RFC 4180, lines end with a line feed alone). NULL is an empty field, an empty text is "".
// Belongs to one sink task.
class CsvEncoder final : public Encoder {
public:
    explicit CsvEncoder(const EncodeOptions& options) : m_options(options) { }
    void header(std::string& into) override;
    void encode(const RecordBatch& batch, std::string& into) override;

private:
    void appendText(std::string& into, std::string_view text) const;
    void appendValue(std::string& into, const Column& column, std::size_t row) const;
    EncodeOptions m_options;
};

}  // namespace engine
