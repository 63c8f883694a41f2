#include "jobs/manifest.h"

#include <cstdio>

namespace engine {

namespace {

constexpr int kFormat = 1;

Json fieldsToJson(const std::vector<Field>& fields)
{
    Json json = Json::array();
    for (const Field& field : fields)
        json.push_back(Json::array({field.name, std::string(dataTypeName(field.type))}));
    return json;
}

std::vector<Field> fieldsFromJson(const Json& json)
{
    std::vector<Field> fields;
    for (const Json& each : json)
        fields.push_back({each.at(0).get<std::string>(),
                          dataTypeFromName(each.at(1).get<std::string>()).value_or(DataType::String)});
    return fields;
}

Json valuesToJson(const TableSchema& schema)
{
    Json json = fieldsToJson(schema.valueColumns);
    for (std::size_t i = 0; i < schema.meanings.size(); ++i) json.at(i).push_back(schema.meanings[i]);
    return json;
}

Json tableToJson(const SavedTable& table)
{
    Json groups = Json::array();
    for (const SavedGroup& group : table.groups)
        groups.push_back(Json::array({group.keyGroup, group.offset, group.length, group.rows, group.crc}));
    return {{"node", table.node},
            {"instance", table.instance},
            {"table", table.schema.name},
            {"version", table.schema.version},
            {"key", fieldsToJson(table.schema.keyColumns)},
            {"value", valuesToJson(table.schema)},
            {"groups", groups}};
}

SavedTable tableFromJson(const Json& json)
{
    SavedTable table;
    table.node = json.at("node").get<std::string>();
    table.instance = json.at("instance").get<int>();
    table.schema.name = json.at("table").get<std::string>();
    table.schema.version = json.at("version").get<int>();
    table.schema.keyColumns = fieldsFromJson(json.at("key"));
    table.schema.valueColumns = fieldsFromJson(json.at("value"));
    for (const Json& value : json.at("value"))
        if (value.size() > 2) table.schema.meanings.push_back(value.at(2).get<std::string>());
    for (const Json& group : json.at("groups"))
        table.groups.push_back({group.at(0).get<int>(), group.at(1).get<std::uint64_t>(),
                                group.at(2).get<std::uint64_t>(), group.at(3).get<std::uint64_t>(),
                                group.at(4).get<std::uint32_t>()});
    return table;
}

Json textsToJson(const std::map<std::pair<std::string, int>, std::string>& texts)
{
    Json json = Json::array();
    for (const auto& [place, text] : texts) json.push_back(Json::array({place.first, place.second, text}));
    return json;
}

std::map<std::pair<std::string, int>, std::string> textsFromJson(const Json& json)
{
    std::map<std::pair<std::string, int>, std::string> texts;
    for (const Json& each : json)
        texts[{each.at(0).get<std::string>(), each.at(1).get<int>()}] = each.at(2).get<std::string>();
    return texts;
}

Manifest fromJson(const Json& json)
{
    Manifest manifest;
    manifest.pipeline = json.at("pipeline").get<std::string>();
    manifest.name = json.at("name").get<std::string>();
    manifest.epoch.value = json.at("epoch").get<std::uint64_t>();
    manifest.incarnation = json.at("incarnation").get<std::uint64_t>();
    manifest.isFinished = json.at("finished").get<bool>();
    manifest.atUs = json.at("at_us").get<std::int64_t>();
    manifest.document = json.at("document").get<std::string>();
    manifest.progress = textsFromJson(json.at("progress"));
    manifest.staged = textsFromJson(json.at("staged"));
    manifest.authority = json.value("authority", std::string());
    for (const Json& file : json.at("files")) {
        SavedFile saved{file.at("name").get<std::string>(), file.at("bytes").get<std::uint64_t>(), {}};
        for (const Json& table : file.at("tables")) saved.tables.push_back(tableFromJson(table));
        manifest.files.push_back(std::move(saved));
    }
    return manifest;
}

}  // namespace

std::uint64_t Manifest::bytes() const
{
    std::uint64_t total = 0;
    for (const SavedFile& file : files) total += file.bytes;
    return total;
}

std::string writeManifest(const Manifest& manifest)
{
    Json files = Json::array();
    for (const SavedFile& file : manifest.files) {
        Json tables = Json::array();
        for (const SavedTable& table : file.tables) tables.push_back(tableToJson(table));
        files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"tables", tables}});
    }
    Json json = {{"format", kFormat},
                 {"pipeline", manifest.pipeline},
                 {"name", manifest.name},
                 {"epoch", manifest.epoch.value},
                 {"incarnation", manifest.incarnation},
                 {"finished", manifest.isFinished},
                 {"at_us", manifest.atUs},
                 {"document", manifest.document},
                 {"progress", textsToJson(manifest.progress)},
                 {"staged", textsToJson(manifest.staged)},
                 {"files", files}};
    if (!manifest.authority.empty()) json["authority"] = manifest.authority;
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return text + std::to_string(stableHash(text)) + "\n";
}

std::string digestOf(const std::string& manifestText)
{
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(stableHash(manifestText)));
    return digits;
}

Result<Decision> decisionFor(const Manifest& manifest)
{
    return Decision{manifest.epoch, manifest.incarnation, digestOf(writeManifest(manifest))};
}

Result<Manifest> readManifest(const std::string& text, const std::string& path)
{
    const Error corrupt{ErrorCode::Corrupt,
                        "The checkpoint " + path +
                            " is damaged; restore it from a copy, or start afresh with --fresh.",
                        path};
    const std::size_t end = text.find('\n');
    if (end == std::string::npos ||
        text.substr(end + 1) != std::to_string(stableHash(text.substr(0, end + 1))) + "\n")
        return corrupt;
    try {
        const Json json = Json::parse(text.substr(0, end));
        if (json.at("format") != kFormat)
            return Error{ErrorCode::InvalidSpec,
                         "The checkpoint " + path + " is of format " + json.at("format").dump() +
                             ", and this program knows format " + std::to_string(kFormat) +
                             "; use the program that wrote it, or start afresh with --fresh.",
                         path};
        return fromJson(json);
    } catch (const nlohmann::json::exception&) {
        return corrupt;
    }
}

}  // namespace engine
