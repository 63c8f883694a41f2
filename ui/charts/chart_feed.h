#pragma once

#include "spec/messages.h"
#include "ui/charts/chart_widget.h"
#include "ui/document/views.h"

#include <array>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ui {

// The chart to show where a document names none: the best of the ports whose columns are known, by preference
// one that leads to a sink and has a time, a number and a text. Pure.
std::optional<ChartView> guessView(const engine::PipelineSpec& spec,
                                   const std::map<engine::PortRef, engine::SchemaPtr>& schemas);

// The chart of a port where a document names none: its numbers, of fractions if it has any, and the text that
// tells lines apart. Pure.
std::optional<ChartView> automaticView(const engine::PortRef& port, const engine::Schema& schema);

// Fills in the columns that a view leaves open; none if the schema cannot give them.
std::optional<ChartView> completeView(ChartView view, const engine::Schema& schema);

// Sorts the rows of one port into the lines of a chart, which stand by their names. A line is broken where it
// was silent for much longer than usual. Owned by a ChartSource, GUI thread.
class ChartFeed {
public:
    // Forgets all lines. `mayNarrow`: where there are too many, the last numbers are left out for all.
    void begin(ChartView view, bool mayNarrow = false);
    void setMayNarrow(bool mayNarrow) { m_mayNarrow = mayNarrow; }
    // At most `rowsMost` rows, but always the newest batch: older batches are left out whole.
    void append(const engine::TapRows& rows, std::size_t rowsMost = std::numeric_limits<std::size_t>::max());
    const ChartView& view() const { return m_view; }
    const std::vector<std::unique_ptr<ChartSeries>>& series() const { return m_series; }
    std::size_t points() const { return m_points; }            // taken so far
    std::size_t rowsTaken() const { return m_rowsTaken; }      // of the last append
    std::int64_t skipped() const { return m_byTap + m_byUs; }  // rows that the tap or this left out
    bool lacksColumns() const { return m_lacksColumns; }       // the rows have none of the view's numbers
    bool hasUnshownLines() const { return m_hasUnshown; }      // more than can be told apart

private:
    static constexpr std::uint32_t kNoGroup = ~0U;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    // How long a line is usually silent from one delivery of rows to the next.
    struct Pace {
        static constexpr std::size_t kSteps = 16;
        std::array<std::int64_t, kSteps> stepsUs{};
        std::size_t count = 0;
        bool isFresh = true;  // nothing of this delivery yet
        bool takesGap(std::int64_t stepUs);
    };
    struct Line {
        ChartSeries* series = nullptr;
        Pace pace{};
    };
    void forgetLines();
    void takeSchema(const engine::SchemaPtr& schema);
    std::uint32_t groupOf(std::string_view name);
    bool hasRoom() const;
    void narrow();
    QString lineName(std::string_view group, std::size_t y, std::size_t numbers) const;
    void addLine(std::string_view group, std::size_t y);
    void appendBatch(const engine::RecordBatch& batch);

    ChartView m_view;
    engine::SchemaPtr m_schema;
    std::optional<std::size_t> m_x, m_name;
    std::vector<std::size_t> m_y;
    std::vector<std::unique_ptr<ChartSeries>> m_series;  // by name
    std::vector<std::pair<std::string, std::size_t>> m_order;  // of m_series: the group's name, the y
    // A group has the lines of one value of the `series` column, one for each y, side by side in m_lines.
    std::vector<Line> m_lines;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> m_groups;
    std::size_t m_points = 0, m_rowsTaken = 0;
    bool m_hasUnshown = false, m_mayNarrow = false, m_lacksColumns = false;
    std::int64_t m_byTap = 0, m_byUs = 0;
};

}  // namespace ui
