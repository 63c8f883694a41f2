#pragma once

#include "grouping/group_layout.h"

#include "data/batch_builder.h"
#include "data/column.h"
#include "state/text_arena.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace engine {

// Rows of a batch and, for each, the row of its group in a table: what one step of an aggregate works on.
struct GroupedRows {
    const std::uint32_t* rows = nullptr;  // physical
    char* const* groups = nullptr;
    std::size_t size = 0;
};

// Where new texts go; `dead` counts the bytes that no cell points at any more.
struct TextKeeper {
    TextArena& arena;
    std::size_t& dead;
};

// Adds the values of rows, none of them NULL; `second` are those of the second argument, where the function
// takes one. `order`, by physical row, is what first and last go by. What keeps more than a cell, as
// CountDistinct and objects do, is left to the table, here and in mergeCells.
void accumulate(const Aggregate& aggregate, const Column& values, const Column& second,
                const std::int64_t* order, const GroupedRows& rows, TextKeeper texts);

// Adds the cells of `from[i]` to those of `to[i]`, which came before in arrival; `orderShift` is added to the
// order of `from`.
void mergeCells(const Aggregate& aggregate, const char* const* from, char* const* to, std::size_t size,
                std::int64_t orderShift, TextKeeper texts);

// Puts the result into the column. False, and NULL put, when the sum does not fit.
bool finishCell(const Aggregate& aggregate, const char* row, ColumnBuilder& into);

// The same for several groups at once. False: some sum does not fit, and NULL was put for it.
bool finishCells(const Aggregate& aggregate, const char* const* rows, std::size_t size, ColumnBuilder& into);

// The saved form of one cell, without its distinct values.
void saveCell(const Aggregate& aggregate, const char* row, std::string& out);
bool loadCell(const Aggregate& aggregate, std::string_view saved, char* row, TextKeeper texts);

}  // namespace engine
