#pragma once

#include "component/operator.h"
#include "data/batch_builder.h"
#include "grouping/group_table.h"
#include "operators/window/kept_columns.h"
#include "operators/window/window_layout.h"

#include <algorithm>
#include <string_view>
#include <vector>

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
    // Each row goes out with the watermark before it: what was told to advance() last, or what the row met of
    // which it comes.
    void push(Output& out);
    void pushRest(Output& out)
    {
        if (!isEmpty()) push(out);
    }
    void tell(std::int64_t watermarkUs) { m_toldUs = std::max(m_toldUs, watermarkUs); }
    void meet(std::int64_t watermarkUs) { m_metUs = std::max(m_metUs, watermarkUs); }

private:
    std::size_t putHead(const char* row, const WindowResult& result, BatchBuilder& into) const;

    // From this row of the batch on.
    struct Before {
        std::size_t row = 0;
        std::int64_t watermarkUs = 0;
    };
    Column watermarksBefore(std::size_t rows) const;

    WindowLayoutPtr m_layout;
    BatchBuilder m_builder;
    std::int64_t m_toldUs = kNoWatermark, m_metUs = kNoWatermark;
    std::vector<Before> m_before;  // none: what was told
};

}  // namespace engine
