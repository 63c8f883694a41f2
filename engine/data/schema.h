#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// BOOLEAN, BIGINT, DOUBLE, TIMESTAMP(LTZ) in microseconds UTC, STRING in UTF-8.
enum class DataType : std::uint8_t { Bool, Int64, Float64, Time, String };

std::string_view dataTypeName(DataType type);  // "boolean", "bigint", "double", "timestamp", "string"
std::optional<DataType> dataTypeFromName(std::string_view name);

struct Field {
    std::string name{};
    DataType type = DataType::String;
    bool operator==(const Field&) const = default;
};

// What a row of the stream means to the rows before it. A third mode is kept free for retractions.
enum class ChangeMode : std::uint8_t { Append, Upsert };

// Columns that a port may have besides those of its schema, of types that nobody knows, for its node has a
// mistake.
struct OpenColumns {
    bool any = false;  // of whatever name
    std::vector<std::string> names{};
    bool operator==(const OpenColumns&) const = default;
};

// The columns of one port. Made at plan time, immutable, shared by every batch that crosses the port. Event
// time is no column of its own: a batch carries it hidden, and `hasEventTime` says whether it does.
class Schema {
public:
    explicit Schema(std::vector<Field> fields, bool hasEventTime = false,
                    ChangeMode mode = ChangeMode::Append, std::vector<std::size_t> keyColumns = {})
        : m_fields(std::move(fields)),
          m_hasEventTime(hasEventTime),
          m_mode(mode),
          m_keyColumns(std::move(keyColumns))
    {
    }
    const std::vector<Field>& fields() const { return m_fields; }
    std::size_t size() const { return m_fields.size(); }
    const Field& field(std::size_t index) const { return m_fields[index]; }
    std::optional<std::size_t> find(std::string_view name) const;
    bool hasEventTime() const { return m_hasEventTime; }
    ChangeMode mode() const { return m_mode; }
    const std::vector<std::size_t>& keyColumns() const { return m_keyColumns; }  // of an upsert
    // Only where something is checked in spite of a mistake; what runs is complete.
    Schema withOpen(OpenColumns open) const;
    const OpenColumns& open() const { return m_open; }
    bool isComplete() const { return !m_open.any && m_open.names.empty(); }
    bool mayHave(std::string_view name) const;  // it is no known column, and yet may be there
    bool operator==(const Schema&) const = default;

private:
    std::vector<Field> m_fields;
    bool m_hasEventTime;
    ChangeMode m_mode;
    std::vector<std::size_t> m_keyColumns;
    OpenColumns m_open{};
};
using SchemaPtr = std::shared_ptr<const Schema>;

}  // namespace engine
