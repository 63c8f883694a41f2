#pragma once

#include "base/result.h"
#include "base/time.h"
#include "spec/json.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine {

// Records: a list of rows with a schema of their own (columns, aggregates, routes). Record: one such row.
enum class ParamType {
    Flag,
    Integer,
    Number,
    Text,
    Choice,
    Interval,
    Size,
    Time,
    Column,
    Columns,
    Formula,
    Path,
    Secret,
    Records,
    Map,
    Record
};

// Texts that mean something, each a type of its own so that a parameter says what it is.
struct ColumnRef {
    std::string name{};
    bool operator==(const ColumnRef&) const = default;
};
struct FormulaText {
    std::string source{};
    bool operator==(const FormulaText&) const = default;
};
struct PathText {
    std::string path{};
    bool operator==(const PathText&) const = default;
};
struct SecretRef {
    std::string name{};  // of the secret, never its value; in a document "${secret:name}"
    bool operator==(const SecretRef&) const = default;
};
struct ByteSize {
    std::int64_t bytes = 0;
    bool operator==(const ByteSize&) const = default;
};
using TextMap = std::vector<std::pair<std::string, std::string>>;  // in the document's order

// The JSON form of a parameter's C++ type: `type`, fromJson, toJson; one specialisation per type. Errors are
// sentences.
template <class T>
struct ParamTraits;

template <ParamType kType, class T>
struct BasicTraits {
    static constexpr ParamType type = kType;
    static Result<T> fromJson(const Json& json);
    static Json toJson(const T& value);
};

template <>
struct ParamTraits<bool> : BasicTraits<ParamType::Flag, bool> {
};
template <>
struct ParamTraits<std::int64_t> : BasicTraits<ParamType::Integer, std::int64_t> {
};
template <>
struct ParamTraits<int> : BasicTraits<ParamType::Integer, int> {
};
template <>
struct ParamTraits<double> : BasicTraits<ParamType::Number, double> {
};
template <>
struct ParamTraits<std::string> : BasicTraits<ParamType::Text, std::string> {
};
template <>
struct ParamTraits<Duration> : BasicTraits<ParamType::Interval, Duration> {
};
template <>
struct ParamTraits<ByteSize> : BasicTraits<ParamType::Size, ByteSize> {
};
template <>
struct ParamTraits<Timestamp> : BasicTraits<ParamType::Time, Timestamp> {
};
template <>
struct ParamTraits<ColumnRef> : BasicTraits<ParamType::Column, ColumnRef> {
};
template <>
struct ParamTraits<std::vector<ColumnRef>> : BasicTraits<ParamType::Columns, std::vector<ColumnRef>> {
};
template <>
struct ParamTraits<FormulaText> : BasicTraits<ParamType::Formula, FormulaText> {
};
template <>
struct ParamTraits<PathText> : BasicTraits<ParamType::Path, PathText> {
};
template <>
struct ParamTraits<SecretRef> : BasicTraits<ParamType::Secret, SecretRef> {
};
template <>
struct ParamTraits<TextMap> : BasicTraits<ParamType::Map, TextMap> {
};

// A parameter that may be left out: null in JSON.
template <class T>
struct ParamTraits<std::optional<T>> {
    static constexpr ParamType type = ParamTraits<T>::type;
    static Result<std::optional<T>> fromJson(const Json& json)
    {
        if (json.is_null()) return std::optional<T>{};
        auto value = ParamTraits<T>::fromJson(json);
        if (!value) return value.error();
        return std::optional<T>{std::move(*value)};
    }
    static Json toJson(const std::optional<T>& value)
    {
        return value ? ParamTraits<T>::toJson(*value) : Json();
    }
};

#define STREAMWRIGHT_PARAM_TRAITS(X)                                                                         \
    X(Flag, bool)                                                                                            \
    X(Integer, std::int64_t)                                                                                 \
    X(Integer, int)                                                                                          \
    X(Number, double)                                                                                        \
    X(Text, std::string)                                                                                     \
    X(Interval, Duration)                                                                                    \
    X(Size, ByteSize) X(Time, Timestamp) X(Column, ColumnRef) X(Columns, std::vector<ColumnRef>)             \
        X(Formula, FormulaText) X(Path, PathText) X(Secret, SecretRef) X(Map, TextMap)

#define STREAMWRIGHT_DECLARE(kind, T)                                                                        \
    template <>                                                                                              \
    Result<T> BasicTraits<ParamType::kind, T>::fromJson(const Json& json);                                   \
    template <>                                                                                              \
    Json BasicTraits<ParamType::kind, T>::toJson(const T& value);
STREAMWRIGHT_PARAM_TRAITS(STREAMWRIGHT_DECLARE)
#undef STREAMWRIGHT_DECLARE
#undef STREAMWRIGHT_PARAM_TRAITS

}  // namespace engine
