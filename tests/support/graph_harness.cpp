#include "support/graph_harness.h"

#include <algorithm>

namespace engine {
namespace {

class GraphRun {
public:
    GraphRun(const std::vector<GraphNode>& nodes, const GraphRows& source, const GraphRows* second,
             const GraphWay& way)
        : m_nodes(nodes),
          m_source(source),
          m_second(second),
          m_way(way),
          m_toldUs(nodes.size(), kNoWatermark)
    {
    }

    GraphResult run(const Catalog& catalog)
    {
        if (!bindAll(catalog)) return std::move(m_result);
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            m_outputs.push_back(std::make_unique<NodeOutput>());
            m_outputs.back()->take = [this, i](int port, RecordBatch batch) {
                deliver(static_cast<int>(i), port, std::move(batch));
            };
            m_harnesses.push_back(
                std::make_unique<NodeHarness>(m_bindings[i], m_world, *m_outputs.back(), instancesOf(i)));
        }
        m_result.schema = m_bindings.back().outputs[0].schema;
        if (m_way.chunkRows > 0)
            runChunks();
        else if (m_second)
            runBoth();
        else
            runBatches();
        collect();
        return std::move(m_result);
    }

private:
    bool bindAll(const Catalog& catalog)
    {
        for (const GraphNode& node : m_nodes) {
            std::vector<SchemaPtr> schemas;
            for (const auto& [from, port] : node.inputs)
                schemas.push_back(from == -2     ? m_second->schema
                                      : from < 0 ? m_source.schema
                                                 : m_bindings[static_cast<std::size_t>(from)]
                                                       .outputs[static_cast<std::size_t>(port)]
                                                       .schema);
            std::vector<Diagnostic> diagnostics;
            const Constants constants;
            const BindContext context(catalog, schemas, constants, diagnostics);
            const Component* component = catalog.find(node.component);
            const auto params = parseJson(node.params);
            if (!component || !params) {
                m_result.error =
                    node.component + " " + node.params + ": " + (params ? "unknown" : params.error().message);
                return false;
            }
            auto binding = component->bind(*params, context, diagnostics);
            if (!binding) {
                m_result.error = node.component + " " + node.params;
                for (const Diagnostic& one : diagnostics)
                    m_result.error += "\n  " + one.param + ": " + one.message;
                return false;
            }
            m_bindings.push_back(std::move(*binding));
        }
        return true;
    }

    int instancesOf(std::size_t node) const
    {
        return m_bindings[node].needs.kind == Distribution::ByKey ? m_way.instances : 1;
    }

    // Behind a union, and where others of several instances hold it back, rows meet the watermark that was
    // told, not the one that came with each of them.
    void deliver(int from, int port, RecordBatch batch)
    {
        if (from >= 0) {
            const auto node = static_cast<std::size_t>(from);
            const std::int64_t toldUs = m_toldUs[node];
            if (instancesOf(node) > 1 || m_nodes[node].component == "union")
                batch = batch.withWatermarks({toldUs, toldUs});
            else if (m_nodes[node].inputs.size() > 1)
                batch = batch.withWatermarks({toldUs, toldUs}, batch.hidden().watermarkBefore);
        }
        bool isLast = true;
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            for (std::size_t input = 0; input < m_nodes[i].inputs.size(); ++input) {
                if (m_nodes[i].inputs[input].first != from) continue;
                isLast = false;
                if (m_nodes[i].inputs[input].second != port) continue;
                if (m_way.chunkRows > 0 && i + 1 == m_nodes.size())
                    m_beforeLast.push_back(batch);
                else
                    m_harnesses[i]->process(static_cast<int>(input), batch);
            }
        if (isLast && port == 0) appendRows(m_result.rows, batch);
    }

    void advanceAll(std::int64_t watermarkUs)
    {
        for (std::size_t i = 0; i < m_harnesses.size(); ++i) {
            std::int64_t leastUs = watermarkUs;
            for (const auto& [from, port] : m_nodes[i].inputs)
                if (from >= 0) leastUs = std::min(leastUs, m_toldUs[static_cast<std::size_t>(from)]);
            m_harnesses[i]->advance(leastUs);
            m_toldUs[i] = m_harnesses[i]->watermarkBehind(leastUs);
        }
    }

    // In turn a batch of each source, with the watermark that both have reached.
    void runBoth()
    {
        const GraphRows* const sources[] = {&m_source, m_second};
        std::vector<RecordBatch> batches[2];
        std::int64_t reachedUs[2];
        for (int i = 0; i < 2; ++i) {
            batches[i] =
                batchesOf(sources[i]->schema, sources[i]->rows, m_way.batchRows, sources[i]->afterUs);
            reachedUs[i] = batches[i].empty() ? kEndOfTime : kNoWatermark;
        }
        std::int64_t bothUs = kNoWatermark;
        for (std::size_t turn = 0; turn < std::max(batches[0].size(), batches[1].size()); ++turn)
            for (int i = 0; i < 2; ++i) {
                if (turn >= batches[i].size()) continue;
                const RecordBatch& batch = batches[i][turn];
                const bool isLast = turn + 1 == batches[i].size();
                // What came between its rows counts where the other one holds nothing back.
                const bool isAlone = reachedUs[1 - i] == kEndOfTime;
                deliver(-1 - i, 0,
                        batch.withWatermarks({bothUs, bothUs},
                                             isAlone ? batch.hidden().watermarkBefore : Column{}));
                reachedUs[i] = isLast ? kEndOfTime : batch.watermarks().after;
                bothUs = std::max(bothUs, std::min(reachedUs[0], reachedUs[1]));
                advanceAll(bothUs);
                restoreAll();
            }
        end();
    }

    void restoreAll()
    {
        if (!m_way.restores) return;
        for (std::size_t i = 0; i < m_harnesses.size(); ++i) {
            const int most = instancesOf(i);
            m_harnesses[i]->saveAndRestore(
                most == 1 ? 1 : 1 + static_cast<int>(m_restores % static_cast<std::size_t>(most)));
        }
        ++m_restores;
    }

    void runBatches()
    {
        for (const RecordBatch& batch :
             batchesOf(m_source.schema, m_source.rows, m_way.batchRows, m_source.afterUs)) {
            deliver(-1, 0, batch);
            advanceAll(batch.watermarks().after);
            restoreAll();
        }
        end();
    }

    void runChunks()
    {
        const std::span<const TestRow> rows(m_source.rows);
        for (std::size_t first = 0; first < rows.size(); first += m_way.chunkRows) {
            const std::size_t count = std::min(m_way.chunkRows, rows.size() - first);
            const std::int64_t after =
                first + count == rows.size() ? m_source.afterUs : rows[first + count].watermarkBefore;
            const auto chunk = rows.subspan(first, count);
            std::vector<std::size_t> rejects;
            const auto inLane = throughPrefix(laneBatchesOf(m_source.schema, chunk, m_way.batchRows));
            for (const auto& output : m_outputs) rejects.push_back(output->rejected.size());
            const auto merged = throughPrefix(batchesOf(m_source.schema, chunk, m_way.batchRows, after));
            for (std::size_t i = 0; i < m_outputs.size(); ++i) m_outputs[i]->rejected.resize(rejects[i]);
            m_harnesses.back()->giveChunk(inLane, merged, m_source.delayUs, after);
            restoreAll();
        }
        end();
    }

    std::vector<RecordBatch> throughPrefix(const std::vector<RecordBatch>& batches)
    {
        m_beforeLast.clear();
        for (const RecordBatch& batch : batches) deliver(-1, 0, batch);
        return std::move(m_beforeLast);
    }

    void end()
    {
        for (std::size_t i = 0; i < m_harnesses.size(); ++i) {
            m_harnesses[i]->advance(kEndOfTime);
            m_toldUs[i] = kEndOfTime;
            m_harnesses[i]->finish();
        }
    }

    void collect()
    {
        for (std::size_t i = 0; i < m_harnesses.size(); ++i) {
            if (m_result.error.empty()) m_result.error = m_harnesses[i]->error();
            m_result.rejected.push_back(m_outputs[i]->rejected);
            m_result.slicesFailed += m_harnesses[i]->slicesFailed();
            for (const LateRow& late : m_outputs[i]->late) m_result.late.push_back(late.row);
        }
    }

    const std::vector<GraphNode>& m_nodes;
    const GraphRows& m_source;
    const GraphRows* const m_second;
    const GraphWay& m_way;
    std::vector<std::int64_t> m_toldUs;  // by node: the watermark behind it
    TestWorld m_world;
    std::vector<Binding> m_bindings;
    std::vector<std::unique_ptr<NodeOutput>> m_outputs;
    std::vector<std::unique_ptr<NodeHarness>> m_harnesses;
    std::vector<RecordBatch> m_beforeLast;
    std::size_t m_restores = 0;
    GraphResult m_result;
};

}  // namespace

GraphResult runGraph(const Catalog& catalog, const std::vector<GraphNode>& nodes, const GraphRows& source,
                     const GraphWay& way, const GraphRows* second)
{
    return GraphRun(nodes, source, second, way).run(catalog);
}

}  // namespace engine
