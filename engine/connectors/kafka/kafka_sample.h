#pragma once

#include "connectors/kafka/kafka_client.h"

namespace engine {

// The newest records of a topic, or of all topics that fit a pattern, as lines; where no topic is named, the
// topics there are. Takes a few seconds at most, and leaves nothing behind.
Result<SourceSample> sampleKafka(const KafkaAccess& access, const std::string& topic, const Clock& clock);

}  // namespace engine
