#include "connectors/kafka/kafka_transaction.h"

#include "base/faults.h"
#include "base/kill_points.h"
#include "connectors/kafka/kafka_decision.h"

#include <cstring>

namespace engine {

namespace {

constexpr int kSliceMs = 500;  // of waiting for an answer; the next call goes on with the same
constexpr int kAbortMs = 1000;
constexpr Duration kReadAnswer = std::chrono::seconds(1);
constexpr Duration kPause = std::chrono::milliseconds(20);  // before a call is made again
constexpr Duration kTellAfter = std::chrono::seconds(2);
constexpr Duration kMakeAnewAfter = std::chrono::seconds(15);  // a client that comes to nothing
// Longer than the brokers leave a transaction open: by then they have ended it, one way or the other.
constexpr Duration kDecideWithin = std::chrono::seconds(45);

constexpr std::uint64_t kLostEvery = 5;  // answer to a commit, for a deliberate mistake

// Of a deliberate mistake: what this process believes to be the last decision, whatever the brokers say.
std::optional<Decision>& believed()
{
    static std::optional<Decision> decision;
    return decision;
}

std::string textOf(const rd_kafka_error_t* error) { return rd_kafka_error_string(error); }

}  // namespace

KafkaTransaction::KafkaTransaction(KafkaTransactionOptions options, Env& env)
    : m_options(std::move(options)),
      m_env(env)
{
}

KafkaTransaction::~KafkaTransaction() { endClient(); }

Status KafkaTransaction::makeClient()
{
    auto access = kafkaAccess(m_options.access, m_env, m_options.baseDirectory);
    if (!access) return access.error();
    KafkaClientSetup setup;
    setup.role = KafkaRole::Producer;
    setup.access = std::move(*access);
    // Without host, process or chance in it: whoever takes the pipeline over ends what the one before left.
    setup.settings = {
        {"transactional.id", "streamwright." + group()}, {"transaction.timeout.ms", "30000"},
        {"allow.auto.create.topics", "false"},           {"linger.ms", millisecondsText(m_options.linger)},
        {"delivery.report.only.error", "true"},          {"queue.buffering.max.messages", "50000"},
        {"queue.buffering.max.kbytes", "32768"}};
    setup.onDelivered = [this](const rd_kafka_message_t& message) { delivered(message); };
    auto made = KafkaClient::make(std::move(setup));
    if (!made) return made.error();
    m_client = std::move(*made);
    m_madeAt = m_env.clock.monotonic();
    return ok();
}

// What was written in vain is given up at the brokers, so that nobody has to wait for its time to be over.
void KafkaTransaction::endClient()
{
    if (!m_client) return;
    const bool isFatal = rd_kafka_fatal_error(m_client->handle(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (m_mayAbort && !isFatal)
        Answer(rd_kafka_abort_transaction(m_client->handle(), kAbortMs), rd_kafka_error_destroy);
    rd_kafka_purge(m_client->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    m_client.reset();
    m_isFenced = m_isAnswered = false;
    m_mayAbort = false;
    const std::lock_guard lock(m_mutex);
    m_failure.reset();
}

void KafkaTransaction::giveUp()
{
    m_isGivenUp = true;
    m_changed.notify_all();
}

// Busy for as long as the trouble may pass by itself; its sentence comes when it lasts.
Error KafkaTransaction::stillWaiting(const Error& error)
{
    const auto& trouble = m_client->trouble();
    if (trouble && trouble->code != ErrorCode::Busy) return *trouble;
    if (error.code != ErrorCode::Busy) return error;
    const MonotonicTime now = m_env.clock.monotonic();
    if (!m_waitsSince) m_waitsSince = now;
    const bool isNews = now - *m_waitsSince >= kTellAfter;
    const Error told{ErrorCode::Busy,
                     !isNews       ? std::string()
                         : trouble ? trouble->message
                                   : error.message,
                     {}};
    if (now - m_madeAt >= kMakeAnewAfter) endClient();
    return told;
}

Error KafkaTransaction::errorOf(const rd_kafka_error_t* error, const std::string& doing) const
{
    const bool isTransient = rd_kafka_error_is_retriable(error) && !rd_kafka_error_is_fatal(error);
    Error told = m_client->errorOf(rd_kafka_error_code(error), doing, textOf(error));
    if (isTransient && told.code == ErrorCode::Io) told.code = ErrorCode::Busy;
    return told;
}

// Before the decision is read: else a run that has not noticed yet that it is over could still commit.
Status KafkaTransaction::fence()
{
    if (faultIsOn(faults::kReadsFirst)) killPoint("fenced");
    const Answer error(rd_kafka_init_transactions(m_client->handle(), kSliceMs), rd_kafka_error_destroy);
    m_client->poll();
    if (error) return errorOf(error.get(), "begin transactions as \"streamwright." + group() + "\"");
    m_isFenced = true;
    killPoint("fenced");
    return ok();
}

Result<std::optional<Decision>> KafkaTransaction::readDecision()
{
    const auto entries = m_client->groupEntries(group(), kReadAnswer);
    if (!entries) return entries.error();
    std::optional<Decision> last;
    // One for each topic that was the first output once; the newest counts.
    for (const KafkaGroupEntry& entry : *entries) {
        const auto decision = kafkaDecisionOf(entry.metadata);
        if (!decision || decision->epoch.value != static_cast<std::uint64_t>(entry.offset))
            return Error{ErrorCode::Corrupt,
                         "Group \"" + group() + "\" at " + m_client->servers() + " holds for topic \"" +
                             entry.topic +
                             "\" what is no decision of this program: somebody has set its offsets. Delete "
                             "the group, and start afresh with --fresh.",
                         {}};
        if (last && decision->epoch < last->epoch) continue;
        last = decision;
        m_lastTopic = entry.topic;
    }
    return last;
}

Status KafkaTransaction::beginTransaction()
{
    const Answer error(rd_kafka_begin_transaction(m_client->handle()), rd_kafka_error_destroy);
    if (error) return errorOf(error.get(), "begin a transaction");
    return ok();
}

Result<std::optional<Decision>> KafkaTransaction::lastDecision()
{
    const std::lock_guard serving(m_serving);
    m_isGivenUp = false;
    if (m_isAnswered) endClient();  // it was for tasks that are gone
    if (!m_client) TRY(makeClient());
    const bool readsFirst = faultIsOn(faults::kReadsFirst);
    Result<std::optional<Decision>> last = believed();
    if (readsFirst && !believed()) last = readDecision();
    if (readsFirst && last) believed() = *last;
    Status status = m_isFenced ? ok() : last ? fence() : Status(last.error());
    if (status && !readsFirst) last = readDecision();
    if (status) status = last ? beginTransaction() : Status(last.error());
    if (status && faultIsOn(faults::kTimeoutIsFailure) && believed()) last = believed();
    if (!status) {
        const Error error = stillWaiting(status.error());
        if (error.code != ErrorCode::Busy) endClient();
        return error;
    }
    m_isAnswered = true;
    m_waitsSince.reset();
    m_client->forgetTrouble();
    const std::lock_guard lock(m_mutex);
    m_settled = *last ? (*last)->epoch : Epoch{};
    return last;
}

rd_kafka_error_t* KafkaTransaction::sendDecision(const Decision& decision)
{
    using Group = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                  decltype(&rd_kafka_consumer_group_metadata_destroy)>;
    const PartitionList entries(rd_kafka_topic_partition_list_new(1));
    // At a start afresh the topic of today may still have to be made.
    const std::string& topic = decision.digest.empty() ? m_lastTopic : m_options.topic;
    auto* entry = rd_kafka_topic_partition_list_add(entries.get(), topic.c_str(), 0);
    const std::string text = kafkaDecisionText(decision);
    entry->offset = static_cast<std::int64_t>(decision.epoch.value);
    entry->metadata = ::strdup(text.c_str());  // freed with the list
    entry->metadata_size = text.size();
    const Group group(rd_kafka_consumer_group_metadata_new(this->group().c_str()),
                      rd_kafka_consumer_group_metadata_destroy);
    return rd_kafka_send_offsets_to_transaction(m_client->handle(), entries.get(), group.get(), kSliceMs);
}

// A retriable answer says that the same call is to be made again; never that it has failed.
template <class Call>
std::optional<Verdict> KafkaTransaction::insist(Epoch epoch, Call call)
{
    const MonotonicTime until = m_env.clock.monotonic() + kDecideWithin;
    for (;;) {
        const Answer error(call(), rd_kafka_error_destroy);
        m_client->poll();
        if (!error) return {};
        const bool mayGoOn = rd_kafka_error_is_retriable(error.get()) &&
            !rd_kafka_error_is_fatal(error.get()) && !rd_kafka_error_txn_requires_abort(error.get());
        if (!mayGoOn || m_isGivenUp || m_env.clock.monotonic() >= until) return verdictOf(error.get(), epoch);
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, kPause, [this] { return m_isGivenUp.load(); });
    }
}

// What may be aborted was not committed. Of all else only the brokers know.
Verdict KafkaTransaction::verdictOf(const rd_kafka_error_t* error, Epoch epoch)
{
    const std::string number = std::to_string(epoch.value);
    const bool isAborted = rd_kafka_error_txn_requires_abort(error) && !rd_kafka_error_is_fatal(error);
    if (isAborted) Answer(rd_kafka_abort_transaction(m_client->handle(), kAbortMs), rd_kafka_error_destroy);
    Error why = failure().value_or(errorOf(error, "decide checkpoint " + number));
    // It begins again from what the brokers say; only what somebody has to mend ends it.
    if (why.code != ErrorCode::Refused)
        why = {ErrorCode::Unavailable,
               "The Kafka transaction of checkpoint " + number + " was not committed: " + textOf(error) + ".",
               {}};
    if (!isAborted && why.code != ErrorCode::Refused)
        why.message = "What became of the Kafka transaction of checkpoint " + number + " is not known (" +
            textOf(error) + "); the brokers are asked.";
    return {isAborted ? Outcome::NotDone : Outcome::Unknown, why};
}

Verdict KafkaTransaction::decide(const Decision& decision)
{
    const std::lock_guard serving(m_serving);
    if (const auto lost = failure()) return {Outcome::NotDone, *lost};
    killPoint("send_offsets");
    if (const auto wrong = insist(decision.epoch, [&] { return sendDecision(decision); })) return *wrong;
    killPoint("end_transaction");
    m_mayAbort = false;
    const auto commit = [&] { return rd_kafka_commit_transaction(m_client->handle(), kSliceMs); };
    if (faultIsOn(faults::kTimeoutIsFailure)) {
        if (decision.epoch.value % kLostEvery == 0) {
            if (const auto wrong = insist(decision.epoch, commit)) return *wrong;
            return {Outcome::NotDone, {ErrorCode::Unavailable, "The commit was not answered in time.", {}}};
        }
        believed() = decision;
    }
    if (const auto wrong = insist(decision.epoch, commit)) return *wrong;
    killPoint("ended");
    // It is decided, whatever comes; the first row that cannot be written says what is wrong.
    if (const Status begun = beginTransaction(); !begun) {
        const std::lock_guard lock(m_mutex);
        m_failure = begun.error();
    }
    settle(decision.epoch);
    return {};
}

void KafkaTransaction::settle(Epoch epoch)
{
    {
        const std::lock_guard lock(m_mutex);
        m_settled = std::max(m_settled, epoch);
    }
    m_changed.notify_all();
}

bool KafkaTransaction::waitUntilOpen(Epoch prepared, Duration longest)
{
    std::unique_lock lock(m_mutex);
    const bool isOpen =
        m_settled >= prepared || m_changed.wait_for(lock, longest, [&] { return m_settled >= prepared; });
    if (isOpen) m_mayAbort = true;
    return isOpen;
}

Result<rd_kafka_topic_t*> KafkaTransaction::openTopic(const std::string& name, const TextMap& settings)
{
    rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(producer());
    char reason[512] = {};
    for (const auto& [setting, value] : settings)
        CHECK(rd_kafka_topic_conf_set(conf, setting.c_str(), value.c_str(), reason, sizeof reason) ==
              RD_KAFKA_CONF_OK);
    rd_kafka_topic_t* topic = rd_kafka_topic_new(producer(), name.c_str(), conf);
    if (!topic) {
        const std::lock_guard serving(m_serving);
        return m_client->errorOf(rd_kafka_last_error(), "write to topic \"" + name + "\"");
    }
    // Else the first record of a new client may wait for a second until its leader is known.
    const rd_kafka_metadata_t* known = nullptr;
    if (rd_kafka_metadata(producer(), 0, topic, &known, kSliceMs) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(known);
    return topic;
}

void KafkaTransaction::serve(Duration longest)
{
    const std::unique_lock serving(m_serving, std::try_to_lock);
    if (serving) m_client->poll(longest);
}

bool KafkaTransaction::flush(Duration longest)
{
    if (rd_kafka_outq_len(producer()) == 0) return true;
    const std::unique_lock serving(m_serving, longest);
    if (serving) rd_kafka_flush(producer(), static_cast<int>(longest.count() / 1000));
    return rd_kafka_outq_len(producer()) == 0;
}

std::optional<Error> KafkaTransaction::failure() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

// Inside serve(), flush() or a call of the client: whoever made it holds m_serving.
void KafkaTransaction::delivered(const rd_kafka_message_t& message)
{
    // Purged with a transaction that was given up for another reason, which is told.
    if (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    const std::string topic = rd_kafka_topic_name(message.rkt);
    Error why = deliveryErrorOf(*m_client, topic, message.err, message.len + message.key_len);
    if (isRecordsFault(message.err))
        why = {ErrorCode::Refused,
               "Kafka refuses a record for topic \"" + topic + "\": " + rd_kafka_err2str(message.err) +
                   ". A transaction cannot leave it out; with the guarantee at_least_once it is rejected "
                   "alone.",
               {}};
    const std::lock_guard lock(m_mutex);
    if (!m_failure) m_failure = std::move(why);
}

Error KafkaTransaction::errorOfWrite(rd_kafka_resp_err_t code, const std::string& topic) const
{
    if (auto lost = failure()) return *lost;
    const std::lock_guard serving(m_serving);
    Error why = deliveryErrorOf(*m_client, topic, code, 0);
    // The transaction was given up, by the brokers or the client: it begins again from what was decided.
    if (why.code != ErrorCode::Refused) why.code = ErrorCode::Unavailable;
    return why;
}

}  // namespace engine
