#pragma once

#include "data/batch_builder.h"
#include "data/column.h"
#include "grouping/group_layout.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace engine {

// What an aggregate keeps of a group where that has no fixed size, such as the values themselves. Its cell in
// the group's row is a pointer to it. Belongs to the ObjectStore of the group's table, which alone changes
// it; one that a freeze holds is read on any thread.
class AggregateObject {
public:
    virtual ~AggregateObject() = default;
    virtual std::unique_ptr<AggregateObject> clone() const = 0;
    // The value of a row; neither it nor that of `second`, where the function takes two, is NULL. `order` is
    // what first and last go by; rows come in order of arrival.
    virtual void add(const Column& values, const Column& second, std::uint32_t row, std::int64_t order) = 0;
    // Adds what another object of the same aggregate holds, whose rows came later; `orderShift` is added to
    // their order.
    virtual void merge(const AggregateObject& from, std::int64_t orderShift) = 0;
    virtual void put(const Aggregate& aggregate, ColumnBuilder& into) const = 0;
    virtual void save(std::string& out) const = 0;
    virtual bool load(std::string_view saved) = 0;  // into a new one; false when the bytes are damaged
    virtual std::size_t bytes() const = 0;          // in O(1)

private:
    friend class ObjectStore;
    std::uint32_t m_slot = 0;
    std::uint64_t m_generation = 0;
};

bool keepsObject(AggregateKind kind);
std::unique_ptr<AggregateObject> makeObject(const Aggregate& aggregate);  // whose kind keeps one

// One value of a column outside of it: a number, a time or a flag as its bits, or a text.
struct PlainValue {
    std::uint64_t word = 0;
    std::string_view text{};
};
PlainValue valueAt(const Column& values, std::uint32_t row);
void putValue(DataType type, const PlainValue& value, ColumnBuilder& into);
void appendJson(std::string& out, DataType type, const PlainValue& value);  // a time by ISO 8601, UTC
bool isLess(DataType type, const PlainValue& a, const PlainValue& b);       // NaN is above every number
void saveValue(std::string& out, DataType type, const PlainValue& value);
bool loadValue(std::string_view& saved, DataType type, PlainValue& value);  // a text points into `saved`

}  // namespace engine
