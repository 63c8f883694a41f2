#include "jobs/task_graph.h"

#include <array>

namespace engine {

namespace {

constexpr std::array kSummed{&NodeMetrics::rowsIn,   &NodeMetrics::rowsOut, &NodeMetrics::rowsRejected,
                             &NodeMetrics::rowsLate, &NodeMetrics::bytesIn, &NodeMetrics::bytesOut,
                             &NodeMetrics::busyUs};

}  // namespace

NodeMetrics& NodeBoard::addMetrics(const std::string& node)
{
    NodeMetrics& made = m_metrics[node].emplace_back();
    made.watermarkUs.set(kNoWatermark);
    return made;
}

TapPoint& NodeBoard::tap(const PortRef& port) { return m_taps[port]; }

Counter& NodeBoard::addRows(const PortRef& port) { return m_rows[port].emplace_back().count; }

std::optional<std::int64_t> NodeBoard::rows(const PortRef& port) const
{
    const auto found = m_rows.find(port);
    if (found == m_rows.end()) return {};
    const auto before = m_rowsBefore.find(port);
    std::int64_t total = before == m_rowsBefore.end() ? 0 : before->second;
    for (const PortRows& each : found->second) total += each.count.read();
    return total;
}

void NodeBoard::forgetMetrics()
{
    for (auto& [port, all] : m_rows) {
        for (const PortRows& each : all) m_rowsBefore[port] += each.count.read();
        all.clear();
    }
    for (auto& [node, all] : m_metrics)
        for (const NodeMetrics& each : all)
            for (std::size_t i = 0; i < kSummed.size(); ++i) m_before[node][i] += (each.*kSummed[i]).read();
    m_metrics.clear();
}

std::int64_t NodeBoard::sum(const std::string& node, Counter NodeMetrics::* counter) const
{
    std::int64_t total = 0;
    if (const auto found = m_metrics.find(node); found != m_metrics.end())
        for (const NodeMetrics& each : found->second) total += (each.*counter).read();
    const auto before = m_before.find(node);
    for (std::size_t i = 0; before != m_before.end() && i < kSummed.size(); ++i)
        if (kSummed[i] == counter && before->second.contains(i)) total += before->second.at(i);
    return total;
}

}  // namespace engine
