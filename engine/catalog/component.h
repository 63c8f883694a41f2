#pragma once

#include "catalog/written_place.h"
#include "component/authority.h"
#include "component/format.h"
#include "component/operator.h"
#include "component/sink.h"
#include "component/source.h"
#include "data/expression.h"
#include "spec/component_info.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

template <class T>
using Factory = std::function<std::unique_ptr<T>()>;

// How rows must be spread over a node's instances.
struct Distribution {
    enum Kind { Any, ByKey, Single } kind = Any;                // Any: wherever they are
    std::vector<std::size_t> keyColumns{};                      // of input 0, for ByKey
    std::vector<std::vector<std::size_t>> furtherKeyColumns{};  // of inputs 1, 2, ... where they have others
    const std::vector<std::size_t>& keyColumnsOf(std::size_t input) const
    {
        return input == 0 || input > furtherKeyColumns.size() ? keyColumns : furtherKeyColumns[input - 1];
    }
};

struct PortBinding {
    std::string name{};
    SchemaPtr schema{};
};

// Which input columns a node looks at, so that sources decode no others. Without it a node is taken to use
// all.
struct ColumnUse {
    std::vector<std::size_t> uses{};  // of the input, besides those passed on
    std::vector<std::optional<std::size_t>>
        passes{};  // for each column of output 0: the input column it is, unchanged
};

// What the engine needs of a source besides its code (semantics.md section 1). Times in µs.
struct SourceTraits {
    std::int64_t watermarkDelayUs = 0;
    std::int64_t idleTimeoutUs = 30'000'000;  // 0: never idle
    bool heartbeat = false;
    std::size_t maxRecordBytes = limits::kRecordBytes;
    bool isEndless = false;
    std::int64_t maxDriftUs = 0;   // ahead of the slowest source of its group; 0: it never waits
    std::string alignmentGroup{};  // those with a drift and no name are one group too
    bool choosesDrift = false;     // the document says one of the two
    bool keepsSplitOrder = false;  // its splits wait together, for their order is fixed
    bool storesStart = false;      // gives no row before a checkpoint holds where it began
    bool isAligned() const { return maxDriftUs > 0 || !alignmentGroup.empty(); }
    // Byte sources only: the format. `decoder` is given the columns that the graph uses.
    std::function<std::unique_ptr<Framer>()> framer{};
    std::function<std::unique_ptr<Decoder>(const std::vector<bool>& needed)> decoder{};
    bool hasEventTime = false;
    std::optional<std::size_t> timeColumn{};  // of a format: decoded whoever looks at it
};

// What is at hand where a node is tried out before a run: `isFresh` when the run would not go on from saved
// state.
struct TryContext {
    Env& env;
    std::string baseDirectory{};
    bool isFresh = true;
};

// What a sink can promise of its rows, whatever dies.
enum class SinkGuarantee { ExactlyOnce, OnceByKey, AtLeastOnce };

// A sink that can write inside a transaction by which epochs are decided (reliability.md 1.2).
struct TransactionBinding {
    std::string kind{};   // "kafka", as manifests name it
    std::string place{};  // equal for sinks that one transaction holds
    // For a pipeline's id.
    std::function<std::unique_ptr<Authority>(Env& env, const std::string& baseDirectory,
                                             const std::string& pipeline)>
        make{};  // none: it cannot
};

// A node with its parameters checked and its schemas known. Immutable and shared; makes one object per
// instance.
struct Binding {
    std::vector<PortBinding> outputs{};  // the engine adds `rejected` and `late`, free unless wired
    Distribution needs{};
    std::variant<Factory<Operator>, Factory<Source>, Factory<Sink>> make{};
    Factory<PartialOperator> partial{};  // runs in the lanes; none: the node stands behind the merge
    Factory<MergeOperator> merge{};      // with `partial`; is also what `make` makes
    bool isStateless = false;            // may run in the lanes
    bool passesRows =
        false;  // not stateless, but gives on the rows that it is given, each with its watermark
    std::optional<ColumnUse> columns{};       // of input 0, and of all edges into it
    std::vector<ColumnUse> furtherColumns{};  // of inputs 1, 2, ...; only where `columns` is given
    bool meetsInTime = false;  // waits for the slowest of its inputs with what it keeps of the others
    SchemaPtr lateColumns{};   // of rows that it gives as late; none: those of input 0
    // What it gives depends on the watermark before each row, even where no row could be late.
    bool watchesWatermark = false;
    // What its inputs may be: a node that takes upserts also takes rows that are only added. analyse()
    // refuses the rest with a sentence.
    ChangeMode takes = ChangeMode::Append;
    SourceTraits source{};
    std::string stateFingerprint{};  // equal for bindings whose operators can take over each other's tables
    WrittenPlace writes{};           // by a sink
    SinkGuarantee guarantee = SinkGuarantee::AtLeastOnce;  // of a sink, outside a transaction
    TransactionBinding transaction{};
    bool keepsNothing = false;  // a sink whose rows end with it
    std::string reads{};        // by a source: as plainPath() gives it, or a pattern; none: no file
    // Sources and sinks: whether the outside can be reached, a sentence where not. Leaves nothing behind.
    // None: there is nothing to try.
    std::function<Status(const TryContext&)> tryOut{};
};

// A format makes framers, decoders and encoders from options that file, Kafka, TCP ... all have.
struct Format {
    std::string id{};  // json, csv, text
    std::string title{};
    std::function<std::unique_ptr<Framer>(const DecodeOptions&)> framer{};
    std::function<Result<std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>>(const DecodeOptions&)>
        decoder{};  // checks, then makes
    std::function<std::unique_ptr<Encoder>(const EncodeOptions&)> encoder{};
};

class Catalog;

// What bind says of its outputs whether or not there is a mistake, so that what follows can be checked.
struct KnownOutputs {
    std::vector<PortBinding> ports{};
    bool mayBeMore = false;  // a port's own name is wrong
};

// What bind may look at: the schemas of the inputs, the typed constants for formulas, the formats. Collects
// mistakes. A node is bound even where its parameters are wrong or its input columns are not known, to find
// all its mistakes; nothing comes of it then.
class BindContext {
public:
    BindContext(const Catalog& theCatalog, std::span<const SchemaPtr> theInputs,
                const Constants& theConstants, std::vector<Diagnostic>& diagnostics,
                bool theInputIsEndless = false, bool theArrivalIsCertain = true)
        : catalog(theCatalog),
          inputs(theInputs),
          constants(theConstants),
          isInputEndless(theInputIsEndless),
          isArrivalCertain(theArrivalIsCertain),
          m_diagnostics(diagnostics)
    {
    }
    const Catalog& catalog;
    std::span<const SchemaPtr>
        inputs;  // a union has as many as it has edges, the others one for each input port
    const Constants& constants;
    const bool isInputEndless;  // some source before the node gives rows for ever
    // Rows come in the order in which one source gave them. Behind nodes that keep rows, and where edges
    // meet, nobody knows in which.
    const bool isArrivalCertain;

    // Not said of a parameter that is wrong by itself: the value at hand is then a stand-in.
    void problem(std::string param, std::string message) const
    {
        if (!param.empty() && isWrong(param)) return;
        m_diagnostics.push_back({Diagnostic::Problem, {}, std::move(param), {}, std::move(message), {}});
    }
    void warning(std::string param, std::string message) const
    {
        m_diagnostics.push_back({Diagnostic::Warning, {}, std::move(param), {}, std::move(message), {}});
    }
    // Compiles a formula over input 0; a mistake becomes a problem at `param`, and so does a type that is not
    // `wanted`. Nothing too where it uses a column that nobody knows.
    std::optional<Expression> formula(const std::string& param, const FormulaText& text, const Schema& schema,
                                      std::optional<DataType> wanted = {}) const;
    // What is wrong with a text that is parsed elsewhere, with the place in it.
    void mistake(const std::string& param, std::string_view source, const ExpressionError& error) const;
    // The column of `schema`, or a problem at `param` with the nearest name. Nothing too where nobody knows.
    std::optional<std::size_t> column(const std::string& param, const std::string& name,
                                      const Schema& schema) const;
    // Whether no binding can come of this: there is a mistake, or a column that nobody knows.
    bool hasProblems() const;
    // Whether the parameter, or something in it, was found wrong before bind began.
    bool isWrong(std::string_view param) const;
    bool areParamsWrong() const;  // any of them
    // The columns of an output, to be said as early as they are known.
    void output(std::string name, SchemaPtr schema) const
    {
        m_known->ports.push_back({std::move(name), std::move(schema)});
    }
    void mayHaveMoreOutputs() const { m_known->mayBeMore = true; }
    // What the node does, in a line for its face: "temperature > 80". Of its parameters alone, so that a
    // mistake before it takes nothing from it, and not asked for where one of them is a stand-in.
    template <class Text>
    void summary(Text text) const
    {
        if (!areParamsWrong()) m_known->summary = text();
    }
    const std::string& summary() const { return m_known->summary; }
    const KnownOutputs& known() const { return *m_known; }
    // What has been said until now is of the parameters by themselves.
    void endChecks() const { m_known->checked = m_diagnostics.size(); }

private:
    struct Known : KnownOutputs {
        std::size_t checked = 0;  // how many diagnostics are of the parameters by themselves
        std::string summary{};
    };
    std::vector<Diagnostic>& m_diagnostics;
    std::unique_ptr<Known> m_known = std::make_unique<Known>();
};

// One of several things that a source could read.
struct SampleChoice {
    std::string name{};
    std::size_t partitions = 0;
    std::string text() const;  // "readings (2 partitions)"
};

// What a source's outside holds, to guess columns from.
struct SourceSample {
    std::string lines{};                  // records, one a line
    std::string summary{};                // a sentence
    bool isList = false;                  // the parameters do not say yet which of several is meant:
    std::vector<SampleChoice> choices{};  // these
};

struct Component {
    ComponentInfo info{};
    // Nothing when it added a problem.
    std::function<std::optional<Binding>(const Json& params, const BindContext&, std::vector<Diagnostic>&)>
        bind{};
    // Of a source that is no file: a few of its records. None: there is nothing to look at beforehand.
    std::function<Result<SourceSample>(const Json& params, const TryContext&)> sample{};
};

// Joins a parameter declaration to a typed bind function: bind(P, const BindContext&) ->
// std::optional<Binding>, which says its mistakes by context.problem().
template <class P, class Bind>
Component component(ComponentInfo info, const Params<P>& params, Bind bind)
{
    info.params = params.schema();
    return {std::move(info),
            [params, bind](const Json& json, const BindContext& context,
                           std::vector<Diagnostic>& out) -> std::optional<Binding> {
                P values = params.readAll(json, out);
                context.endChecks();
                std::optional<Binding> binding = bind(std::move(values), context);
                if (context.hasProblems()) return {};
                return binding;
            }};
}

// The components and formats of this program. Filled at the start, read-only after.
class Catalog {
public:
    void add(Component component);
    void add(Format format);
    const Component* find(std::string_view id) const;
    const Format* findFormat(std::string_view id) const;
    std::vector<ComponentInfo> infos() const;
    std::vector<std::string> formatIds() const;
    const ParamSchema* schemaOf(std::string_view id) const;

private:
    std::vector<Component> m_components;
    std::vector<Format> m_formats;
};

// Defined in builtin_components.cpp, beside the components: the one line for each.
void addBuiltinComponents(Catalog& catalog);

}  // namespace engine
