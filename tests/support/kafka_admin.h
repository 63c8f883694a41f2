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

// One record; behind it the broker writes the mark of the transaction.
inline bool produceInKafkaTransaction(const std::string& servers, const std::string& topic,
                                      const std::string& value)
{
    constexpr int kWithinMs = 30'000;
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "transactional.id", topic.c_str(), nullptr, 0);
    const KafkaAdmin client(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0));
    const auto isGood = [](rd_kafka_error_t* error) {
        if (error) rd_kafka_error_destroy(error);
        return !error;
    };
    return isGood(rd_kafka_init_transactions(client.get(), kWithinMs)) &&
        isGood(rd_kafka_begin_transaction(client.get())) &&
        rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                          RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        isGood(rd_kafka_commit_transaction(client.get(), kWithinMs));
}

// As retention does it, but at once.
inline bool deleteKafkaRecords(const std::string& servers, const std::string& topic, std::int64_t before,
                               int partition = 0)
{
    const KafkaAdmin admin = kafkaAdmin(servers);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* asked = rd_kafka_DeleteRecords_new(list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t* queue = rd_kafka_queue_new(admin.get());
    rd_kafka_DeleteRecords(admin.get(), &asked, 1, nullptr, queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 20'000);
    const bool isGood = event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (event) rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_DeleteRecords_destroy(asked);
    return isGood;
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
