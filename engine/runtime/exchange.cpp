#include "runtime/exchange.h"

#include "base/faults.h"
#include "data/key_bytes.h"
#include "state/state_store.h"

namespace engine {

void spreadByKey(const RecordBatch& batch, std::span<const std::size_t> keyColumns,
                 std::span<Channel* const> channels)
{
    std::vector<std::vector<std::uint32_t>> rows(channels.size());
    for (auto& list : rows) list.reserve(batch.rows());
    std::string key;
    const int shift = faultIsOn(faults::kWrongInstance) ? 1 : 0;
    forEachRow(batch, [&](std::uint32_t row) {
        key.clear();
        for (const std::size_t column : keyColumns) appendKeyBytes(batch.column(column), row, key);
        rows[static_cast<std::size_t>(keyGroupOf(key) + shift) % channels.size()].push_back(row);
    });
    for (std::size_t i = 0; i < channels.size(); ++i) {
        if (!rows[i].empty()) channels[i]->push(batch.select(std::move(rows[i])).compact());
        // Without rows of its own an instance still learns how far the others have come.
        else if (batch.watermarks().after != kNoWatermark)
            channels[i]->push(WatermarkMark{batch.watermarks().after});
    }
}

}  // namespace engine
