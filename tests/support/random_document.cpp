#include "support/random_document.h"

namespace engine {

namespace {

Json jsonOf(const Scalar& value)
{
    if (value.isNull()) return nullptr;
    if (const bool* flag = std::get_if<bool>(&value.value)) return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return *integer;
    if (const double* number = std::get_if<double>(&value.value)) return *number;
    return std::get<std::string>(value.value);
}

}  // namespace

std::string inputOf(const GraphRows& source)
{
    std::string text;
    for (const TestRow& row : source.rows) {
        Json record = Json::object();
        for (std::size_t i = 0; i < row.values.size(); ++i)
            record[source.schema->field(i).name] = jsonOf(row.values[i]);
        record["at"] = *row.at / 1000;
        text += record.dump() + "\n";
    }
    return text;
}

namespace {

Json node(const std::string& id, const std::string& component, Json params)
{
    return {{"id", id}, {"component", component}, {"params", std::move(params)}};
}

Json fileSink(const std::string& id, const std::string& path)
{
    return node(id, "file_sink", {{"path", path}, {"format", "json"}, {"if_exists", "replace"}});
}

std::string outputName(const GraphNode& from, int port)
{
    if (from.component != "split") return "out";
    const Json params = Json::parse(from.params);
    const auto& routes = params["routes"];
    return static_cast<std::size_t>(port) < routes.size()
        ? routes[static_cast<std::size_t>(port)]["port"].get<std::string>()
        : "rest";
}

}  // namespace

namespace {

Json sourceOf(const GraphRows& source, const std::string& id, const std::string& path)
{
    Json columns = Json::array();
    for (const Field& field : source.schema->fields()) {
        columns.push_back({{"name", field.name}, {"type", std::string(dataTypeName(field.type))}});
        if (field.type == DataType::Time) columns.back()["encoding"] = "epoch_us";
    }
    columns.push_back({{"name", "at"}, {"type", "timestamp"}, {"encoding", "epoch_ms"}});
    return node(id, "file_source",
                {{"path", path},
                 {"format", "json"},
                 {"columns", std::move(columns)},
                 {"time_column", "at"},
                 {"watermark_delay", std::to_string(source.delayUs / 1000) + "ms"}});
}

// The port that an edge leads to.
std::string inputName(const GraphNode& to, std::size_t input)
{
    if (!to.component.ends_with("_join")) return "in";
    return input == 0 ? "left" : "right";
}

}  // namespace

Json documentOf(const RandomPipeline& pipeline, const std::string& chunkSize)
{
    Json nodes = Json::array(), edges = Json::array();
    nodes.push_back(sourceOf(pipeline.source, "input", "/in.ndjson"));
    if (pipeline.second) nodes.push_back(sourceOf(*pipeline.second, "second", "/second.ndjson"));
    const auto nameOf = [](int index) { return "node_" + std::to_string(index); };
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
        const GraphNode& from = pipeline.nodes[i];
        const std::string id = nameOf(static_cast<int>(i));
        nodes.push_back(node(id, from.component, Json::parse(from.params)));
        for (std::size_t input = 0; input < from.inputs.size(); ++input) {
            const auto& [source, port] = from.inputs[input];
            edges.push_back({source == -2     ? std::string("second.out")
                                 : source < 0 ? std::string("input.out")
                                              : nameOf(source) + "." +
                                     outputName(pipeline.nodes[static_cast<std::size_t>(source)], port),
                             id + "." + inputName(from, input)});
        }
        if (from.component == "select" || from.component == "union") continue;
        nodes.push_back(fileSink(id + "_rejects", "/rejected_" + std::to_string(i) + ".ndjson"));
        edges.push_back({id + ".rejected", id + "_rejects.in"});
    }
    const std::string last = nameOf(static_cast<int>(pipeline.nodes.size()) - 1);
    nodes.push_back(fileSink("result", "/result.ndjson"));
    edges.push_back({last + ".out", "result.in"});
    if (pipeline.lastIsLate) {
        nodes.push_back(fileSink("late_rows", "/late.ndjson"));
        edges.push_back({last + ".late", "late_rows.in"});
    }
    return {{"format", 1},
            {"id", "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d99"},
            {"name", "Simulated"},
            {"settings", {{"checkpoint_interval", "10ms"}, {"chunk_size", chunkSize}}},
            {"nodes", std::move(nodes)},
            {"edges", std::move(edges)}};
}

}  // namespace engine
