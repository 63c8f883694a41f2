#pragma once

#include "spec/messages.h"
#include "ui/charts/chart_widget.h"
#include "ui/document/pipeline_document.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ui {

// The chart to show where a document names none: the best of the ports whose columns are known, by preference
// one that leads to a sink and has a time, a number and a text. Pure.
std::optional<ChartView> guessView(const engine::PipelineSpec& spec,
                                   const std::map<engine::PortRef, engine::SchemaPtr>& schemas);

// Fills in the columns that a view leaves open; none if the schema cannot give them.
std::optional<ChartView> completeView(ChartView view, const engine::Schema& schema);

// Sorts the rows of one port into the lines of a chart. Owned by the ChartPanel, GUI thread.
class ChartFeed {
public:
    void begin(ChartView view);  // forgets all lines
    void append(const engine::TapRows& rows);
    const ChartView& view() const { return m_view; }
    const std::vector<std::unique_ptr<ChartSeries>>& series() const { return m_series; }
    std::size_t points() const { return m_points; }     // taken so far
    std::int64_t skipped() const { return m_skipped; }  // rows that the tap left out
    std::size_t unshownLines() const
    {
        return m_unshown;
    }  // whether there were more lines than can be told apart

private:
    ChartSeries* seriesOf(std::string_view name, std::size_t column);

    ChartView m_view;
    engine::SchemaPtr m_schema;
    std::optional<std::size_t> m_x, m_name;
    std::vector<std::size_t> m_y;
    std::vector<std::unique_ptr<ChartSeries>> m_series;
    std::map<std::string, ChartSeries*, std::less<>> m_byName;
    std::size_t m_points = 0, m_unshown = 0;
    std::int64_t m_skipped = 0;
    std::string m_key;
};

}  // namespace ui
