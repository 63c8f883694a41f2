#include "jobs/task_graph.h"

namespace engine {

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
    const auto before = m_before.ports.find(port);
    std::int64_t total = before == m_before.ports.end() ? 0 : before->second;
    for (const PortRows& each : found->second) total += each.count.read();
    return total;
}

template <class Read>
NodeBoard::Sums NodeBoard::sums(Read&& read) const
{
    Sums all = m_before;
    for (const auto& [port, rows] : m_rows)
        for (const PortRows& each : rows) all.ports[port] += read(each.count);
    for (const auto& [node, metrics] : m_metrics)
        for (const NodeMetrics& each : metrics)
            for (std::size_t i = 0; i < kRowCounters.size(); ++i)
                all.nodes[node][i] += read(each.*kRowCounters[i]);
    return all;
}

void NodeBoard::keep(Epoch epoch, bool isLast, Epoch decided)
{
    std::erase_if(m_kept, [&](const auto& kept) { return kept.first != decided; });
    m_kept[epoch] = sums([&](const Counter& counter) { return isLast ? counter.read() : counter.at(epoch); });
}

void NodeBoard::goBackTo(Epoch checkpoint)
{
    for (const auto& [node, all] : m_metrics)
        for (const NodeMetrics& each : all) m_busyBefore[node] += each.busyUs.read();
    m_before = m_kept[checkpoint];
    m_metrics.clear();
    for (auto& [port, rows] : m_rows) rows.clear();
    for (auto& [node, log] : m_rejects) log.goBackTo(checkpoint);
}

std::int64_t NodeBoard::sum(const std::string& node, Counter NodeMetrics::* counter) const
{
    std::int64_t total = 0;
    if (const auto found = m_metrics.find(node); found != m_metrics.end())
        for (const NodeMetrics& each : found->second) total += (each.*counter).read();
    if (const auto busy = m_busyBefore.find(node); busy != m_busyBefore.end())
        total += counter == &NodeMetrics::busyUs ? busy->second : 0;
    const auto before = m_before.nodes.find(node);
    for (std::size_t i = 0; before != m_before.nodes.end() && i < kRowCounters.size(); ++i)
        if (kRowCounters[i] == counter) total += before->second[i];
    return total;
}

}  // namespace engine
