#pragma once

#include "grouping/aggregate_cells.h"
#include "grouping/group_table.h"
#include "grouping/keyed_rows.h"
#include "operators/over/over_layout.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// For each key the rows of its look-back and what the aggregates come to over them. Lies on the rows of a
// KeyedRows; a key's rows up to `last` are in its span, those behind wait. The stacked aggregates of a key
// are two: rows up to `frontEnd` hold what they and the rows up to it come to, and one group what the rows
// behind it come to. Belongs to one operator.
class OverSpans {
public:
    explicit OverSpans(OverLayoutPtr layout) : m_layout(std::move(layout)) { }
    std::size_t keyScratchBytes() const;
    std::size_t rowScratchBytes() const;
    void use(KeyedRows& rows) { m_rows = &rows; }

    // A row that has been added and waits; `index`: of the input's rows.
    void note(std::uint32_t row, const GroupedInput& input, std::size_t index);
    // The rows of a key that are kept already, after a restart; those with times up to `givenUs` are in its
    // span.
    void restore(std::uint32_t key, std::int64_t givenUs);
    // Moves the span of a key on to a time and takes in the rows of that time, which are put into `rows`.
    void moveTo(std::uint32_t key, std::int64_t timeUs, std::vector<std::uint32_t>& rows);
    // Gives a value to each aggregate's column of `into`, for the span moved last. False, and their names,
    // where sums do not fit.
    bool put(std::uint32_t key, BatchBuilder& into, std::string& names);
    // Forgets the rows of a key.
    void clear(std::uint32_t key);

private:
    struct Cursor {
        std::uint32_t isBegun, last, frontEnd, unused;
    };
    struct Slide {
        WideSum sum;
        std::int64_t count;
    };
    Cursor& cursor(std::uint32_t key)
    {
        auto& of = *reinterpret_cast<Cursor*>(m_rows->keyScratch(key));
        if (!of.isBegun) of = {1, KeyedRows::kNone, KeyedRows::kNone, 0};
        return of;
    }
    Slide* slides(std::uint32_t key)
    {
        return reinterpret_cast<Slide*>(m_rows->keyScratch(key) + sizeof(Cursor));
    }
    char* back(std::uint32_t key)
    {
        return m_rows->keyScratch(key) + sizeof(Cursor) + m_layout->slides * sizeof(Slide);
    }
    bool hasStack() const { return !m_layout->stack->aggregates.empty(); }
    void takeIn(std::uint32_t key, std::uint32_t row);
    void dropBefore(std::uint32_t key, std::int64_t timeUs);
    void flip(std::uint32_t key);
    void slide(std::uint32_t key, std::uint32_t row, bool isLeaving);
    void join(const char* later, char* earlier);
    void workOutStack(std::uint32_t key);
    void workOutAnew(std::uint32_t key);
    Column argumentOf(std::optional<std::size_t> column, const std::vector<std::uint32_t>& rows) const;
    bool putSlide(const Aggregate& aggregate, const Slide& slide, ColumnBuilder& into) const;

    OverLayoutPtr m_layout;
    KeyedRows* m_rows = nullptr;
    std::vector<std::uint64_t> m_result;  // a group of the stacked aggregates
    std::optional<GroupTable> m_anew;
    std::vector<std::uint32_t> m_span;
    TextArena m_noTexts;
    std::size_t m_noDeadText = 0;
};

}  // namespace engine
