#include "connectors/kafka/kafka_client.h"

#include "base/log.h"

#include <algorithm>

namespace engine {

namespace {

constexpr int kMendedScram = 0x020601ff;  // librdkafka 2.6.1

const TextMap kForAll{{"client.id", "streamwright"},
                      {"socket.nagle.disable", "true"},
                      {"socket.keepalive.enable", "true"},
                      {"socket.timeout.ms", "5000"},
                      {"socket.connection.setup.timeout.ms", "5000"},
                      {"reconnect.backoff.ms", "50"},
                      {"reconnect.backoff.max.ms", "500"},
                      {"retry.backoff.ms", "50"}};

struct ConfDeleter {
    void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

Status set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value)
{
    char reason[512] = {};
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK)
        return ok();
    // The reason may repeat the value, and that may be a secret.
    const bool isSecret = name.find("password") != std::string::npos;
    return Error{ErrorCode::InvalidSpec,
                 "The Kafka client does not take its property " + name +
                     (isSecret ? std::string(".") : ": " + std::string(reason) + "."),
                 name};
}

Status setAll(rd_kafka_conf_t* conf, const TextMap& values)
{
    for (const auto& [name, value] : values) TRY(set(conf, name, value));
    return ok();
}

Status setAccess(rd_kafka_conf_t* conf, const KafkaAccess& access)
{
    TRY(set(conf, "bootstrap.servers", access.servers));
    TRY(set(conf, "security.protocol", access.security));
    if (access.usesTls()) {
        TRY(set(conf, "ssl.endpoint.identification.algorithm", "https"));
        if (!access.caFile.empty()) TRY(set(conf, "ssl.ca.location", access.caFile));
        if (!access.certificateFile.empty()) {
            TRY(set(conf, "ssl.certificate.location", access.certificateFile));
            TRY(set(conf, "ssl.key.location", access.keyFile));
        }
        if (!access.keyPassword.empty()) TRY(set(conf, "ssl.key.password", access.keyPassword));
    }
    if (access.usesLogin()) {
        TRY(set(conf, "sasl.mechanisms", access.mechanism));
        TRY(set(conf, "sasl.username", access.user));
        TRY(set(conf, "sasl.password", access.password));
    }
    return ok();
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

// "Connection refused" of "host:9092/1: Connect to ipv4#... failed: Connection refused (after 3ms in state
// ...)": without what is different each time, so that the same trouble is told once.
std::string shortReason(std::string_view detail)
{
    detail = detail.substr(0, detail.find(" (after "));
    constexpr std::string_view kFailed = "failed: ";
    const std::size_t failed = detail.rfind(kFailed);
    const std::size_t place = detail.find(": ");
    if (failed != std::string_view::npos)
        detail.remove_prefix(failed + kFailed.size());
    else if (place != std::string_view::npos && detail.substr(0, place).find('/') != std::string_view::npos)
        detail.remove_prefix(place + 2);
    return std::string(detail);
}

std::string adviceFor(std::string_view reason, const KafkaAccess& access)
{
    if (!contains(reason, "ssl.key")) return "Check the certificate files and the properties.";
    return access.keyPassword.empty()
        ? "Check certificate_key; if that key is locked, name the secret that unlocks it as "
          "certificate_key_password."
        : "Check certificate_key, and whether the secret in certificate_key_password unlocks it.";
}

// Of "host:9092/1: Failed to resolve 'host:9092': ...": what is between the marks; else empty.
std::string unresolvedServer(std::string_view detail)
{
    constexpr std::string_view kBefore = "resolve '";
    const std::size_t begin = detail.find(kBefore);
    if (begin == std::string_view::npos) return {};
    detail.remove_prefix(begin + kBefore.size());
    return std::string(detail.substr(0, detail.find('\'')));
}

// Of "sasl_ssl://host:9092/1: Connect to ...": "host:9092", where the cluster itself says that its broker 1
// is; likewise of "GroupCoordinator: host:9092: ...". Empty for an address that was given
// ("host:9092/bootstrap") or where there is none.
std::string advertisedServer(std::string_view detail)
{
    constexpr std::string_view kCoordinator = "GroupCoordinator: ";
    if (detail.starts_with(kCoordinator)) {
        detail.remove_prefix(kCoordinator.size());
        return std::string(detail.substr(0, detail.find(": ")));
    }
    const std::size_t scheme = detail.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t slash = detail.find('/', begin);
    if (slash == std::string_view::npos) return {};
    std::string_view id = detail.substr(slash + 1);
    id = id.substr(0, id.find(':'));
    const bool isNumber = !id.empty() && id.find_first_not_of("0123456789") == std::string_view::npos;
    return isNumber ? std::string(detail.substr(begin, slash - begin)) : std::string();
}

// Whether it is one of a list such as "one:9092, two".
bool isOneOf(std::string_view servers, std::string_view server)
{
    while (!servers.empty()) {
        const std::size_t comma = std::min(servers.find(','), servers.size());
        std::string one(servers.substr(0, comma));
        std::erase(one, ' ');
        const bool hasPort = one.find(':') != std::string::npos && !one.ends_with(']');
        if (server == (hasPort ? one : one + ":9092")) return true;
        servers.remove_prefix(std::min(comma + 1, servers.size()));
    }
    return false;
}

// The broker ends a TLS connection for want of a certificate that it trusts.
bool isAboutOwnCertificate(std::string_view detail)
{
    return contains(detail, " alert ") && (contains(detail, "certificate") || contains(detail, "unknown ca"));
}

std::string inQuotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

bool mayPass(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__RETRY:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
    case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR: return true;
    default: return false;
    }
}

Result<std::unique_ptr<KafkaClient>> KafkaClient::make(KafkaClientSetup setup)
{
    Conf conf(rd_kafka_conf_new());
    TRY(setAll(conf.get(), kForAll));
    TRY(setAll(conf.get(), setup.settings));
    TRY(setAll(conf.get(), setup.access.properties));
    TRY(setAccess(conf.get(), setup.access));
    std::unique_ptr<KafkaClient> client(new KafkaClient);
    client->m_role = setup.role;
    client->m_servers = setup.access.servers;
    for (const auto& [name, value] : setup.settings)
        if (name == "group.id") client->m_group = value;
    client->m_user = setup.access.user;
    client->m_mechanism = setup.access.mechanism;
    client->m_caFile = setup.access.caFile;
    client->m_hasCertificate = !setup.access.certificateFile.empty();
    client->m_usesTls = setup.access.usesTls();
    client->m_onDelivered = std::move(setup.onDelivered);
    rd_kafka_conf_set_opaque(conf.get(), client.get());
    rd_kafka_conf_set_error_cb(conf.get(), onError);
    rd_kafka_conf_set_log_cb(conf.get(), onLog);
    rd_kafka_conf_set_offset_commit_cb(conf.get(), onCommit);
    const bool isProducer = setup.role == KafkaRole::Producer;
    if (client->m_onDelivered) rd_kafka_conf_set_dr_msg_cb(conf.get(), onDelivery);
    char reason[512] = {};
    client->m_handle =
        rd_kafka_new(isProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(), reason, sizeof reason);
    if (!client->m_handle)
        return Error{ErrorCode::Refused,
                     "No Kafka client could be made for " + client->m_servers + ": " + reason + ". " +
                         adviceFor(reason, setup.access),
                     {}};
    (void)conf.release();  // the client's own from here on
    return client;
}

KafkaClient::~KafkaClient()
{
    if (m_handle) rd_kafka_destroy_flags(m_handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaClient::poll(Duration longest)
{
    rd_kafka_poll(m_handle, static_cast<int>(longest.count() / 1000));
}

void KafkaClient::onLog(const rd_kafka_t* handle, int level, const char* facility, const char* text)
{
    // No callback is called for this.
    if (handle && contains(text, "Disconnected") && contains(text, "in state APIVERSION_QUERY"))
        static_cast<KafkaClient*>(rd_kafka_opaque(handle))->m_isCutOff = true;
    constexpr int kCritical = 2;  // of syslog; what is less is told by the callbacks, in our words
    log(level <= kCritical ? LogLevel::Warning : LogLevel::Debug,
        "Kafka client: " + std::string(facility) + ": " + text);
}

std::string KafkaClient::tellingOf(const rd_kafka_topic_partition_list_t* offsets) const
{
    std::string doing = "tell the broker how far group \"" + m_group + "\" is";
    for (int i = 0; offsets && i < offsets->cnt; ++i)
        if (offsets->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return doing + " in topic \"" + offsets->elems[i].topic + "\"";
    return doing;
}

// Offsets at the broker are for others to look at: a run does without them, so once a word is enough.
void KafkaClient::onCommit(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* offsets,
                           void* self)
{
    KafkaClient& client = *static_cast<KafkaClient*>(self);
    const bool isGood = code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET;
    if (isGood || mayPass(code) || client.m_hasToldOfCommit) return;
    client.m_hasToldOfCommit = true;
    log(LogLevel::Warning,
        client.errorOf(code, client.tellingOf(offsets)).message +
            " Tools that show the lag do not see this run; it goes on.");
}

void KafkaClient::onDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self)
{
    KafkaClient& client = *static_cast<KafkaClient*>(self);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) client.m_silentElsewhere.clear();
    client.m_onDelivered(*message);
}

void KafkaClient::onError(rd_kafka_t*, int code, const char* reason, void* self)
{
    KafkaClient& client = *static_cast<KafkaClient*>(self);
    const std::string elsewhere = advertisedServer(reason ? reason : "");
    if (!elsewhere.empty() && mayPass(static_cast<rd_kafka_resp_err_t>(code)) &&
        !isOneOf(client.m_servers, elsewhere))
        client.m_silentElsewhere = elsewhere;
    Error error = client.errorOf(static_cast<rd_kafka_resp_err_t>(code), {}, reason ? reason : "");
    // "All brokers are down" follows each reason that was told before it.
    const bool isGeneral = code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    if (client.m_trouble && (isGeneral || client.m_trouble->code != ErrorCode::Busy)) return;
    client.m_trouble = std::move(error);
}

Error KafkaClient::accessErrorOf(rd_kafka_resp_err_t code, std::string_view detail) const
{
    const auto refused = [](std::string message) {
        return Error{ErrorCode::Refused, std::move(message), {}};
    };
    if (code == RD_KAFKA_RESP_ERR__SSL) {
        if (contains(detail, "certificate verify failed"))
            return refused("The certificate of the broker at " + m_servers +
                           " is not trusted: it was not signed by " +
                           (m_caFile.empty() ? "any authority that this computer knows" : m_caFile) +
                           ", or is made for another host name; check ca and bootstrap_servers.");
        return refused("TLS with the broker at " + m_servers + " failed: " + shortReason(detail) +
                       ". Check that this port speaks TLS, and the certificates.");
    }
    std::string message = "The broker at " + m_servers + " refused the login of user " + inQuotes(m_user) +
        " by " + m_mechanism + "; check user, password and mechanism.";
    if (m_mechanism.rfind("SCRAM", 0) == 0 && rd_kafka_version() < kMendedScram)
        message += " This program was built with librdkafka " + std::string(rd_kafka_version_str()) +
            ", which cannot log in to Kafka 4 by SCRAM even with the right password; build it with the one "
            "of "
            "installers/librdkafka.sh.";
    return refused(std::move(message));
}

Error KafkaClient::addressErrorOf(std::string_view detail) const
{
    const std::string server = unresolvedServer(detail);
    if (server.empty() || isOneOf(m_servers, server))
        return {ErrorCode::Busy,
                "No address is known for the broker " + m_servers +
                    "; check bootstrap_servers, and the name service of this computer.",
                {}};
    return {ErrorCode::Busy,
            "The cluster at " + m_servers + " says that a broker is at " + server +
                ", and no address is known for that here; check advertised.listeners of the broker, and the "
                "name service of this computer.",
            {}};
}

Error KafkaClient::silenceErrorOf(rd_kafka_resp_err_t code, std::string_view detail) const
{
    const bool isOtherLanguage =
        m_usesTls ? contains(detail, "SSL connection closed by peer") : !m_hasAnswered && m_isCutOff.load();
    const std::string reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : shortReason(detail);
    // The client tells the same trouble of a broker once in half a minute.
    const std::string elsewhere = detail.empty() ? m_silentElsewhere : advertisedServer(detail);
    if (!elsewhere.empty() && !isOneOf(m_servers, elsewhere))
        return {ErrorCode::Busy,
                "The cluster at " + m_servers + " says that a broker is at " + elsewhere +
                    ", and nobody answers there (" + reason +
                    "); see whether it runs, and whether its advertised.listeners name an address that can "
                    "be reached from here. It is tried again.",
                {}};
    const std::string advice = isOtherLanguage
        ? "does this port speak TLS? Check the ports in bootstrap_servers, and security"
        : "see whether it runs and can be reached from here";
    return {ErrorCode::Busy,
            "No Kafka broker answers at " + m_servers + " (" + reason + "); " + advice + ".",
            {}};
}

Error KafkaClient::errorOf(rd_kafka_resp_err_t code, std::string_view doing, std::string_view detail) const
{
    const std::string at = " at " + m_servers;
    const std::string who = m_user.empty() ? "Whoever is not logged in" : "The user " + inQuotes(m_user);
    const std::string what = doing.empty() ? "do this" : std::string(doing);
    const auto error = [](ErrorCode kind, std::string message) {
        return Error{kind, std::move(message), {}};
    };
    if (isAboutOwnCertificate(detail))
        return error(ErrorCode::Refused,
                     "The broker" + at + " asks for a certificate" +
                         (m_hasCertificate ? " and does not trust the one that it got" : "") +
                         "; set certificate and certificate_key to one that it trusts.");
    switch (code) {
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM: return accessErrorOf(code, detail);
    case RD_KAFKA_RESP_ERR__RESOLVE: return addressErrorOf(detail);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return error(ErrorCode::Refused,
                     who + " may not " + what + at + "; the broker needs an ACL that allows " +
                         (m_role == KafkaRole::Consumer ? "READ" : "WRITE") + " and DESCRIBE on the topic.");
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        return error(ErrorCode::Refused,
                     who + " may not " + what + at +
                         "; the broker needs an ACL that allows READ on the group.");
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return error(ErrorCode::Refused,
                     who + " may not " + what + at +
                         "; the broker needs an ACL that allows it on the cluster (IDEMPOTENT_WRITE to "
                         "produce, CREATE to make topics).");
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return error(ErrorCode::Refused,
                     who + " may not " + what + at +
                         "; the broker needs an ACL that allows WRITE and DESCRIBE on the transactional id.");
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return {ErrorCode::Refused,
                "It is not possible to " + what + at +
                    ": there is no such topic. Make it, or correct the name.",
                std::string(kNoSuchTopic)};
    default: break;
    }
    if (mayPass(code)) return silenceErrorOf(code, detail);
    return error(ErrorCode::Io,
                 "Kafka" + at + " could not " + what + ": " + rd_kafka_err2str(code) +
                     (detail.empty() ? "" : " (" + std::string(detail) + ")") + ".");
}

}  // namespace engine
