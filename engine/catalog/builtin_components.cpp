#include "catalog/component.h"

// The components and formats of the program, in the order in which the palette shows them.
#define COMPONENTS(X)                                                                                        \
    X(JsonFormat)                                                                                            \
    X(CsvFormat)                                                                                             \
    X(TextFormat)                                                                                            \
    X(GeneratorSource)                                                                                       \
    X(FileSource)                                                                                            \
    X(SystemSource)                                                                                          \
    X(KafkaSource)                                                                                           \
    X(MetricsSource)                                                                                         \
    X(Filter)                                                                                                \
    X(Compute)                                                                                               \
    X(Select)                                                                                                \
    X(Split)                                                                                                 \
    X(Union)                                                                                                 \
    X(Sample)                                                                                                \
    X(Throttle)                                                                                              \
    X(Lookup)                                                                                                \
    X(Window)                                                                                                \
    X(WindowJoin)                                                                                            \
    X(IntervalJoin)                                                                                          \
    X(TemporalJoin)                                                                                          \
    X(Deduplicate)                                                                                           \
    X(TopN)                                                                                                  \
    X(Over)                                                                                                  \
    X(Pattern)                                                                                               \
    X(AlertRule)                                                                                             \
    X(FileSink)                                                                                              \
    X(KafkaSink)                                                                                             \
    X(SqliteSink)                                                                                            \
    X(ConsoleSink)                                                                                           \
    X(DiscardSink)

namespace engine {

#define DECLARE(name) void add##name(Catalog&);
COMPONENTS(DECLARE)
#undef DECLARE

void addBuiltinComponents(Catalog& catalog)
{
#define ADD(name) add##name(catalog);
    COMPONENTS(ADD)
#undef ADD
}

}  // namespace engine
