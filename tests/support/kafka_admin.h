#pragma once

#include <librdkafka/rdkafka.h>
#include <memory>
#include <string>

namespace engine {

// What a test asks of a broker besides records: which topics there are, and who may do what. Plain
// librdkafka, without a login.
struct KafkaAdminEnd {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using KafkaAdmin = std::unique_ptr<rd_kafka_t, KafkaAdminEnd>;

inline KafkaAdmin kafkaAdmin(const std::string& servers)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), nullptr, 0);
    return KafkaAdmin(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0));
}

inline bool hasKafkaTopic(const std::string& servers, const std::string& topic)
{
    const KafkaAdmin admin = kafkaAdmin(servers);
    const rd_kafka_metadata_t* all = nullptr;
    if (rd_kafka_metadata(admin.get(), 1, nullptr, &all, 20'000) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    bool isThere = false;
    for (int i = 0; i < all->topic_cnt; ++i) isThere = isThere || topic == all->topics[i].topic;
    rd_kafka_metadata_destroy(all);
    return isThere;
}

inline bool allowOnKafkaTopic(const std::string& servers, const std::string& user,
                              rd_kafka_AclOperation_t operation, const std::string& topic)
{
    const KafkaAdmin admin = kafkaAdmin(servers);
    rd_kafka_AclBinding_t* acl = rd_kafka_AclBinding_new(
        RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, ("User:" + user).c_str(),
        "*", operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0);
    rd_kafka_queue_t* queue = rd_kafka_queue_new(admin.get());
    rd_kafka_CreateAcls(admin.get(), &acl, 1, nullptr, queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 20'000);
    std::size_t count = 0;
    const rd_kafka_acl_result_t** acls =
        event ? rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count) : nullptr;
    const bool isAllowed = count == 1 && rd_kafka_acl_result_error(acls[0]) == nullptr;
    if (event) rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AclBinding_destroy(acl);
    return isAllowed;
}

}  // namespace engine
