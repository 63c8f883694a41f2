#pragma once

#include "catalog/component.h"

#include <string>
#include <string_view>

namespace engine {

// The parameters that every Kafka node has: a node's own parameters inherit this struct.
struct KafkaParams {
    std::string bootstrapServers{}, security = "plaintext", mechanism = "SCRAM-SHA-512", user{};
    SecretRef password{};
    PathText ca{}, certificate{}, certificateKey{};
    SecretRef certificateKeyPassword{};
    TextMap properties{};
};

// How a cluster is reached, with secrets read and paths made whole. Lives as long as it takes to make a
// client; never a part of a log line, a message or a checkpoint.
struct KafkaAccess {
    std::string servers{}, security = "plaintext", mechanism{}, user{}, password{};
    std::string caFile{}, certificateFile{}, keyFile{}, keyPassword{};
    TextMap properties{};
    bool usesTls() const { return security == "ssl" || security == "sasl_ssl"; }
    bool usesLogin() const { return security == "sasl_plaintext" || security == "sasl_ssl"; }
};

enum class KafkaRole { Consumer, Producer };

// Adds a problem for each mistake that can be seen without a broker.
void checkKafkaParams(const KafkaParams& values, KafkaRole role, const BindContext& context);

// Reads the secrets. Relative paths begin at `baseDirectory`.
Result<KafkaAccess> kafkaAccess(const KafkaParams& values, Env& env, const std::string& baseDirectory);

// "5" or "0.5", as properties of the client have it.
std::string millisecondsText(Duration time);

// Whether a document may set this property of the client; the others are ours, or open doors.
bool isKafkaPropertyAllowed(std::string_view name, KafkaRole role);

ParamHints kafkaServersHints();
ParamHints kafkaSecurityHints();
ParamHints kafkaMechanismHints();
ParamHints kafkaUserHints();
ParamHints kafkaPasswordHints();
ParamHints kafkaCaHints();
ParamHints kafkaCertificateHints();
ParamHints kafkaCertificateKeyHints();
ParamHints kafkaCertificateKeyPasswordHints();
ParamHints kafkaPropertiesHints();

template <class P>
void addKafkaServers(Params<P>& params)
{
    params.field("bootstrap_servers", static_cast<std::string P::*>(&KafkaParams::bootstrapServers),
                 kafkaServersHints());
}

// All but the servers, which a form shows first.
template <class P>
void addKafkaSecurity(Params<P>& params)
{
    params.field("security", static_cast<std::string P::*>(&KafkaParams::security), kafkaSecurityHints())
        .field("mechanism", static_cast<std::string P::*>(&KafkaParams::mechanism), kafkaMechanismHints())
        .field("user", static_cast<std::string P::*>(&KafkaParams::user), kafkaUserHints())
        .field("password", static_cast<SecretRef P::*>(&KafkaParams::password), kafkaPasswordHints())
        .field("ca", static_cast<PathText P::*>(&KafkaParams::ca), kafkaCaHints())
        .field("certificate", static_cast<PathText P::*>(&KafkaParams::certificate), kafkaCertificateHints())
        .field("certificate_key", static_cast<PathText P::*>(&KafkaParams::certificateKey),
               kafkaCertificateKeyHints())
        .field("certificate_key_password", static_cast<SecretRef P::*>(&KafkaParams::certificateKeyPassword),
               kafkaCertificateKeyPasswordHints())
        .field("properties", static_cast<TextMap P::*>(&KafkaParams::properties), kafkaPropertiesHints());
}

}  // namespace engine
