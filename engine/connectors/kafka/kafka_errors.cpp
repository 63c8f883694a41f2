// What goes wrong with a cluster, as a sentence.
#include "connectors/kafka/kafka_client.h"

#include <algorithm>

namespace engine {

namespace {

constexpr int kMendedScram = 0x020601ff;  // librdkafka 2.6.1

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
    return contains(detail, " alert ") &&
        (contains(detail, "certificate") || contains(detail, "unknown ca"));
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
    const bool isOtherLanguage = m_usesTls ? contains(detail, "SSL connection closed by peer")
                                           : !m_hasAnswered && m_isCutOff.load();
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

// A broker has answered, with what passes by itself.
Error KafkaClient::passingErrorOf(rd_kafka_resp_err_t code, std::string_view what) const
{
    std::string why, advice;
    switch (code) {
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        why = ", but a partition has no leader there at present or has just got another: ";
        advice = " While it lasts, see whether all brokers of the cluster run.";
        break;
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        why = ", but has fewer replicas in sync than min.insync.replicas asks for: ";
        advice = " While it lasts, see whether all brokers of the cluster run.";
        break;
    default: why = ": "; break;
    }
    return {ErrorCode::Busy,
            "The cluster at " + m_servers + " answers" + why + "it cannot " + std::string(what) +
                " now (" + rd_kafka_err2str(code) + "). It is tried again." + advice,
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
    const bool isAnswer = code > RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION;
    if (mayPass(code)) return isAnswer ? passingErrorOf(code, what) : silenceErrorOf(code, detail);
    return error(ErrorCode::Io,
                 "Kafka" + at + " could not " + what + ": " + rd_kafka_err2str(code) +
                     (detail.empty() ? "" : " (" + std::string(detail) + ")") + ".");
}

}  // namespace engine
