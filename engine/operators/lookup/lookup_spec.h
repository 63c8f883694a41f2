#pragma once

#include "base/secret.h"
#include "catalog/component.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine {

// One column by which rows are looked up, and how the table calls it.
struct LookupKey {
    std::size_t inputColumn = 0;
    std::string inputName{}, tableName{};
    DataType type = DataType::String;
};

// A piece of a URL: a text as it stands, or the value of a key.
struct UrlPart {
    std::string text{};
    std::optional<std::size_t> key{};
};

// A look-up as bound. Immutable; shared by the operator and the threads that ask for it.
struct LookupSpec {
    enum class Source { Csv, Sqlite, Http } source = Source::Csv;
    enum class OnFailure { Null, Reject, Fail } onFailure = OnFailure::Fail;
    std::vector<LookupKey> keys{};
    std::vector<DecodeColumn> columns{};  // that are added
    SchemaPtr input{}, added{}, output{};
    bool isInner = false;
    std::string path{}, table{};  // csv, sqlite
    std::vector<UrlPart> url{};   // http
    std::string urlText{};        // as the document has it
    std::string tokenName{};      // of a secret
    std::int64_t refreshUs = 0, cacheRows = 0, cacheTtlUs = 0, timeoutUs = 0;
    int concurrency = 1;
    DecodeOptions decode{};  // of csv: the keys, then the added columns
    std::function<std::unique_ptr<Framer>(const DecodeOptions&)> framer{};
    std::function<std::unique_ptr<Decoder>(const DecodeOptions&)> decoder{};  // of csv and http
};
using LookupSpecPtr = std::shared_ptr<const LookupSpec>;

// Where a path of the document leads.
inline std::string pathFrom(std::string_view baseDirectory, const std::string& path)
{
    if (!path.empty() && path.front() == '/') return path;
    return std::string(baseDirectory.empty() ? "." : baseDirectory) + "/" + path;
}

}  // namespace engine
