#include "connectors/kafka/kafka_client.h"

#include "base/log.h"

namespace engine {

namespace {

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

std::string adviceFor(std::string_view reason, const KafkaAccess& access)
{
    if (reason.find("ssl.key") == std::string_view::npos)
        return "Check the certificate files and the properties.";
    return access.keyPassword.empty()
        ? "Check certificate_key; if that key is locked, name the secret that unlocks it as "
          "certificate_key_password."
        : "Check certificate_key, and whether the secret in certificate_key_password unlocks it.";
}

}  // namespace

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
    const std::string_view said(text);
    if (handle && said.find("Disconnected") != said.npos &&
        said.find("in state APIVERSION_QUERY") != said.npos)
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

}  // namespace engine
