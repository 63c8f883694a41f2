#pragma once

#include "connectors/kafka/kafka_source.h"

namespace engine {

// The newest records of the topics and partitions that would be read, as lines; where no topic is named, the
// topics there are. Takes a few seconds at most, and leaves nothing behind.
Result<SourceSample> sampleKafka(const KafkaAccess& access, const KafkaReading& reading, const Clock& clock);

}  // namespace engine
