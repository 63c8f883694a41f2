#pragma once

#include "component/operator.h"
#include "data/batch_builder.h"
#include "grouping/group_table.h"
#include "grouping/watermarks_before.h"
#include "operators/window/kept_columns.h"
#include "operators/window/window_layout.h"

#include <string_view>

namespace engine {

// A window whose result is given, and which of its results that is.
struct WindowResult {
    std::int64_t startUs = 0, endUs = 0;
    std::int64_t version = 0;     // where the layout has versions
    std::string_view replaces{};  // likewise; empty: NULL
};

// Makes rows of the groups of windows, a batch at a time. Part of one window operator.
class WindowOutput {
public:
    explicit WindowOutput(WindowLayoutPtr layout);
    // The group's row, or its rejection when it has no result.
    void add(const char* row, const WindowResult& result, Output& out);
    // Of a table's groups from `first` on as many as there is room for, a step at most; answers how many.
    std::size_t addStep(const GroupTable& table, std::size_t first, const WindowResult& result, Output& out);
    // The same of results that are kept in columns: keys, then aggregates.
    std::size_t addStep(const KeptColumns& results, std::size_t first, const WindowResult& result);
    void reject(const char* row, const WindowResult& result, Output& out);
    bool isFull() const { return m_builder.isFull(); }
    bool isEmpty() const { return m_builder.rows() == 0; }
    void push(Output& out) { out.push(m_before.finish(m_builder.finish())); }
    void pushRest(Output& out)
    {
        if (!isEmpty()) push(out);
    }
    WatermarksBefore& before() { return m_before; }

private:
    std::size_t putHead(const char* row, const WindowResult& result, BatchBuilder& into) const;

    WindowLayoutPtr m_layout;
    BatchBuilder m_builder;
    WatermarksBefore m_before;
};

}  // namespace engine
