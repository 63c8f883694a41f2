#include "catalog/sink_params.h"
#include "connectors/kafka/kafka_sink.h"

namespace engine {
namespace {

struct KafkaSinkParams : KafkaParams {
    std::string topic{}, format = "json", partitioner = "murmur2", compression = "lz4", times = "iso8601";
    ColumnRef key{};
    TextMap headers{};
    Duration linger{5000};
    bool createTopic = false;
    int partitions = 1, replication = 1;
};

bool isTopicName(const std::string& name)
{
    constexpr std::size_t kNameMax = 249;
    return !name.empty() && name.size() <= kNameMax && name != "." && name != ".." &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
        std::string::npos;
}

void bindColumns(const KafkaSinkParams& values, const BindContext& context, KafkaSinkOptions& options)
{
    const Schema& schema = *context.inputs[0];
    if (!values.key.name.empty()) options.key = context.column("key", values.key.name, schema);
    for (const auto& [name, column] : values.headers) {
        if (name.empty()) context.problem("headers", "A header needs a name.");
        if (const auto found = context.column("headers", column, schema))
            options.headers.emplace_back(name, *found);
    }
}

// One producer writes for all sinks of a transaction, so what it is made of has to be the same.
TransactionBinding transactionOf(const KafkaSinkParams& values)
{
    TransactionBinding transaction;
    transaction.kind = "kafka";
    const std::string parts[]{values.bootstrapServers,
                              values.security,
                              values.mechanism,
                              values.user,
                              values.password.name,
                              values.ca.path,
                              values.certificate.path,
                              values.certificateKey.path,
                              values.certificateKeyPassword.name,
                              millisecondsText(values.linger)};
    for (const std::string& part : parts) transaction.place += part + '\n';
    for (const auto& [name, value] : values.properties) transaction.place += name + '=' + value + '\n';
    const KafkaTransactionOptions options{values, values.linger, values.topic, {}, {}};
    transaction.make = [options](Env& env, const std::string& baseDirectory, const std::string& pipeline) {
        KafkaTransactionOptions made = options;
        made.baseDirectory = baseDirectory;
        made.pipeline = pipeline;
        return std::make_unique<KafkaTransaction>(std::move(made), env);
    };
    return transaction;
}

std::optional<Binding> bindKafkaSink(const KafkaSinkParams& values, const BindContext& context)
{
    context.summary([&] { return values.topic + " at " + values.bootstrapServers; });
    checkKafkaParams(values, KafkaRole::Producer, context);
    if (!isTopicName(values.topic))
        context.problem(
            "topic", "A topic's name has letters, digits, dots, \"_\" and \"-\", and at most 249 of them.");
    KafkaSinkOptions options;
    options.access = values;
    options.topic = values.topic;
    // What Java's producers do: by the key's murmur2 hash, and anywhere without a key.
    options.partitioner = values.partitioner == "murmur2" ? "murmur2_random" : values.partitioner;
    options.compression = values.compression;
    options.linger = values.linger;
    options.makesTopic = values.createTopic;
    options.partitions = values.partitions;
    options.replication = values.replication;
    bindColumns(values, context, options);
    EncodeOptions encode;
    encode.timesAsEpochMs = values.times == "epoch_ms";
    encode.hasHeader = false;
    options.encoder = bindEncoder(values.format, encode, context);
    if (context.hasProblems()) return {};
    Binding binding;
    binding.needs = {Distribution::Single, {}};
    binding.transaction = transactionOf(values);
    binding.make = Factory<Sink>([options] { return std::make_unique<KafkaSink>(options); });
    binding.tryOut = [options](const TryContext& tried) { return KafkaSink(options).tryOut(tried); };
    return binding;
}

void addRecordParams(Params<KafkaSinkParams>& params)
{
    params
        .field("topic", &KafkaSinkParams::topic,
               {.title = "Topic",
                .help = "The topic to write to. It must be there, unless create_topic is on.",
                .required = true,
                .change = Change::ByRestart})
        .field("format", &KafkaSinkParams::format,
               {.title = "Format",
                .help = "How the value of a record is written.",
                .choices = {"json", "csv", "text"},
                .change = Change::ByRestart})
        .field("key", &KafkaSinkParams::key,
               {.title = "Key",
                .help =
                    "The column whose value, as text, is the key of the record: rows with equal keys come "
                    "into one partition, in order. Empty or NULL: a record without a key.",
                .columnsOf = "in",
                .change = Change::ByRestart})
        .field("headers", &KafkaSinkParams::headers,
               {.title = "Headers",
                .help = "Headers of a record: its name, and the column whose value it takes. NULL: none.",
                .advanced = true,
                .change = Change::ByRestart})
        .field("partitioner", &KafkaSinkParams::partitioner,
               {.title = "Partitioner",
                .help = "murmur2 finds the partition of a key as Java's clients do, consistent as other "
                        "clients of librdkafka do; random looks at no key.",
                .choices = {"murmur2", "consistent_random", "random"},
                .advanced = true,
                .change = Change::ByRestart})
        .field("compression", &KafkaSinkParams::compression,
               {.title = "Compression",
                .help = "How batches of records are packed.",
                .choices = {"lz4", "zstd", "snappy", "gzip", "none"},
                .change = Change::ByRestart})
        .field("linger", &KafkaSinkParams::linger,
               {.title = "Linger",
                .help = "How long a record waits for others to be sent with it.",
                .min = 0,
                .max = 60,
                .change = Change::ByRestart});
}

void addTopicParams(Params<KafkaSinkParams>& params)
{
    params
        .field("create_topic", &KafkaSinkParams::createTopic,
               {.title = "Create topic",
                .help = "Makes the topic at the start if it is not there.",
                .change = Change::ByRestart})
        .field("partitions", &KafkaSinkParams::partitions,
               {.title = "Partitions",
                .help = "Of a topic that is made.",
                .min = 1,
                .max = 10000,
                .visibleWhen = "create_topic = true",
                .change = Change::ByRestart})
        .field("replication", &KafkaSinkParams::replication,
               {.title = "Replication",
                .help = "On how many brokers each partition of a topic that is made lies.",
                .min = 1,
                .max = 100,
                .visibleWhen = "create_topic = true",
                .change = Change::ByRestart})
        .field("times", &KafkaSinkParams::times, timesHints());
}

}  // namespace

void addKafkaSink(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "kafka_sink";
    info.kind = ComponentKind::Sink;
    info.title = "Kafka";
    info.category = "Sinks";
    info.help =
        "Writes each row as a record to a Kafka topic. Exactly once for readers of what is committed: "
        "the rows of a checkpoint are one transaction. With the guarantee at_least_once they can be "
        "read sooner, and may be written again after a failure. While no broker answers, rows wait. A "
        "record that is too large is rejected.";
    info.inputs = {{"in", "The rows to write."}};
    info.outputs = {};
    Params<KafkaSinkParams> params;
    addKafkaServers(params);
    addRecordParams(params);
    addTopicParams(params);
    addKafkaSecurity(params);
    catalog.add(component(std::move(info), params, bindKafkaSink));
}

}  // namespace engine
