#include "connectors/kafka/kafka_access.h"

#include "base/secret.h"
#include "spec/suggest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <librdkafka/rdkafka.h>
#include <memory>

namespace engine {

namespace {

constexpr std::array<std::string_view, 20> kBothMaySet{"api.version.request.timeout.ms",
                                                       "broker.address.family",
                                                       "broker.address.ttl",
                                                       "client.dns.lookup",
                                                       "client.id",
                                                       "client.rack",
                                                       "connections.max.idle.ms",
                                                       "message.max.bytes",
                                                       "metadata.max.age.ms",
                                                       "reconnect.backoff.max.ms",
                                                       "reconnect.backoff.ms",
                                                       "retry.backoff.max.ms",
                                                       "retry.backoff.ms",
                                                       "socket.connection.setup.timeout.ms",
                                                       "socket.keepalive.enable",
                                                       "socket.receive.buffer.bytes",
                                                       "socket.send.buffer.bytes",
                                                       "socket.timeout.ms",
                                                       "ssl.curves.list",
                                                       "topic.metadata.refresh.interval.ms"};
constexpr std::array<std::string_view, 6> kConsumersMaySet{
    "fetch.error.backoff.ms", "fetch.max.bytes",           "fetch.message.max.bytes",
    "fetch.min.bytes",        "max.partition.fetch.bytes", "receive.message.max.bytes"};
constexpr std::array<std::string_view, 7> kProducersMaySet{
    "batch.num.messages",           "batch.size",         "compression.level",
    "queue.buffering.max.kbytes",   "request.timeout.ms", "queue.buffering.max.messages",
    "sticky.partitioning.linger.ms"};

template <class Names>
bool holds(const Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> allowedProperties(KafkaRole role)
{
    std::vector<std::string> names(kBothMaySet.begin(), kBothMaySet.end());
    if (role == KafkaRole::Consumer)
        names.insert(names.end(), kConsumersMaySet.begin(), kConsumersMaySet.end());
    else
        names.insert(names.end(), kProducersMaySet.begin(), kProducersMaySet.end());
    return names;
}

std::string wholePath(const std::string& path, const std::string& baseDirectory)
{
    return path.empty() || path.front() == '/' || baseDirectory.empty() ? path : baseDirectory + "/" + path;
}

// "host", "host:9092" and "[::1]:9092", separated by commas.
bool areServers(std::string_view text)
{
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        std::string_view server = text.substr(from, end - from);
        while (!server.empty() && server.front() == ' ') server.remove_prefix(1);
        while (!server.empty() && server.back() == ' ') server.remove_suffix(1);
        const std::size_t colon = server.rfind(':');
        const bool hasPort = colon != std::string_view::npos && server.back() != ']';
        const std::string_view port = hasPort ? server.substr(colon + 1) : "9092";
        if (server.empty() || colon == 0 || port.empty() || port.size() > 5 ||
            port.find_first_not_of("0123456789") != std::string_view::npos ||
            server.find_first_of("/@ ") != std::string_view::npos)
            return false;
        from = end + 1;
    }
    return true;
}

void checkProperties(const TextMap& properties, KafkaRole role, const BindContext& context)
{
    const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> tried(rd_kafka_conf_new(),
                                                                                   rd_kafka_conf_destroy);
    for (const auto& [name, value] : properties) {
        char reason[512] = {};
        if (isKafkaPropertyAllowed(name, role)) {
            if (rd_kafka_conf_set(tried.get(), name.c_str(), value.c_str(), reason, sizeof reason) !=
                RD_KAFKA_CONF_OK)
                context.problem("properties",
                                "The Kafka client does not take its property " + name + ": " + reason + ".");
            continue;
        }
        const auto nearest = nearestName(name, allowedProperties(role));
        context.problem("properties",
                        "The property \"" + name + "\" cannot be set" +
                            (nearest ? " (did you mean \"" + *nearest + "\"?)." : " here; leave it out."));
    }
}

}  // namespace

std::string millisecondsText(Duration time)
{
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<double>(time.count()) / 1000);
    return {digits, end.ptr};
}

bool isKafkaPropertyAllowed(std::string_view name, KafkaRole role)
{
    return holds(kBothMaySet, name) ||
        (role == KafkaRole::Consumer ? holds(kConsumersMaySet, name) : holds(kProducersMaySet, name));
}

void checkKafkaParams(const KafkaParams& values, KafkaRole role, const BindContext& context)
{
    if (!areServers(values.bootstrapServers))
        context.problem("bootstrap_servers",
                        "Brokers are written as host:port, several with commas between, such as "
                        "kafka1:9092,kafka2:9092; user and password have parameters of their own.");
    const bool usesLogin = values.security == "sasl_plaintext" || values.security == "sasl_ssl";
    if (usesLogin && values.user.empty())
        context.problem("user", "A login needs a user; write its name, or choose another security.");
    if (usesLogin && values.password.name.empty())
        context.problem("password",
                        "A login needs a password; give the name of the secret that holds it, as "
                        "\"${secret:name}\".");
    if (values.security == "sasl_plaintext" && values.mechanism == "PLAIN")
        context.problem("mechanism",
                        "PLAIN would send the password readable for everyone on the way; choose sasl_ssl, or "
                        "another mechanism.");
    if (values.certificate.path.empty() && !values.certificateKey.path.empty())
        context.problem("certificate", "A key is of use only with its certificate; give that too.");
    checkProperties(values.properties, role, context);
}

Result<KafkaAccess> kafkaAccess(const KafkaParams& values, Env& env, const std::string& baseDirectory)
{
    const auto read = [&env](const SecretRef& secret, std::string& into) -> Status {
        if (secret.name.empty()) return ok();
        const auto found = readSecret(env, secret.name);
        if (!found) return found.error();
        into = found->value();
        return ok();
    };
    KafkaAccess access;
    access.servers = values.bootstrapServers;
    access.security = values.security;
    access.properties = values.properties;
    if (access.usesTls()) {
        access.caFile = wholePath(values.ca.path, baseDirectory);
        access.certificateFile = wholePath(values.certificate.path, baseDirectory);
        access.keyFile = wholePath(values.certificateKey.path, baseDirectory);
        if (access.keyFile.empty()) access.keyFile = access.certificateFile;
        TRY(read(values.certificateKeyPassword, access.keyPassword));
    }
    if (access.usesLogin()) {
        access.mechanism = values.mechanism;
        access.user = values.user;
        TRY(read(values.password, access.password));
    }
    return access;
}

ParamHints kafkaServersHints()
{
    return {.title = "Brokers",
            .help = "One or more brokers of the cluster, as host:port with commas between.",
            .required = true,
            .change = Change::ByRestart};
}

ParamHints kafkaSecurityHints()
{
    return {.title = "Security",
            .help =
                "How the brokers are spoken to: in the open, by TLS (ssl), with a login (sasl_plaintext), "
                "or both (sasl_ssl).",
            .choices = {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"},
            .change = Change::ByRestart};
}

ParamHints kafkaMechanismHints()
{
    return {.title = "Mechanism",
            .help = "How the login is made. PLAIN needs sasl_ssl.",
            .choices = {"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"},
            .visibleWhen = "security = sasl_plaintext | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaUserHints()
{
    return {.title = "User",
            .help = "The name to log in with.",
            .visibleWhen = "security = sasl_plaintext | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaPasswordHints()
{
    return {.title = "Password",
            .help = "The name of the secret that holds the password.",
            .visibleWhen = "security = sasl_plaintext | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaCaHints()
{
    return {.title = "CA certificate",
            .help =
                "A PEM file with the authority that the brokers' certificates are checked by. Empty: those "
                "that this computer trusts.",
            .visibleWhen = "security = ssl | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaCertificateHints()
{
    return {.title = "Own certificate",
            .help = "A PEM file with the certificate that this program shows the brokers, where they ask for "
                    "one.",
            .advanced = true,
            .visibleWhen = "security = ssl | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaCertificateKeyHints()
{
    return {.title = "Own key",
            .help = "A PEM file with the key of that certificate. Empty: it lies in the same file.",
            .advanced = true,
            .visibleWhen = "security = ssl | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaCertificateKeyPasswordHints()
{
    return {.title = "Password of the key",
            .help = "The name of the secret that unlocks the key. Empty: it is not locked.",
            .advanced = true,
            .visibleWhen = "security = ssl | sasl_ssl",
            .change = Change::ByRestart};
}

ParamHints kafkaPropertiesHints()
{
    return {.title = "Client properties",
            .help =
                "Settings of librdkafka by their own names, such as fetch.message.max.bytes. Only harmless "
                "ones are taken.",
            .advanced = true,
            .change = Change::ByRestart};
}

}  // namespace engine
