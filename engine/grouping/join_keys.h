#pragma once

#include "data/record_batch.h"
#include "state/key_codec.h"
#include "state/key_hash.h"

#include <string>
#include <vector>

namespace engine {

// The keys of the selected rows of a batch, by their place among them. Reuses its memory from batch to batch.
class JoinKeys {
public:
    void read(const RecordBatch& batch, const std::vector<std::size_t>& columns)
    {
        m_bytes.clear();
        m_keys.clear();
        m_keys.reserve(batch.rows());
        std::size_t begin = 0;
        forEachRow(batch, [&](std::uint32_t row) {
            bool isNull = false;
            for (const std::size_t column : columns) {
                isNull = isNull || batch.column(column).isNull(row);
                appendKey(m_bytes, batch.column(column), row);
            }
            const std::string_view key(m_bytes.data() + begin, m_bytes.size() - begin);
            m_keys.push_back({hashText(key), begin, key.size(), row, isNull});
            begin = m_bytes.size();
        });
    }
    std::size_t size() const { return m_keys.size(); }
    std::uint32_t row(std::size_t index) const { return m_keys[index].row; }  // of the batch, physical
    bool isNull(std::size_t index) const { return m_keys[index].isNull; }     // a part of it: matches nothing
    std::uint64_t hash(std::size_t index) const { return m_keys[index].hash; }
    std::string_view key(std::size_t index) const
    {
        return {m_bytes.data() + m_keys[index].begin, m_keys[index].size};
    }

private:
    struct Key {
        std::uint64_t hash;
        std::size_t begin, size;
        std::uint32_t row;
        bool isNull;
    };
    std::string m_bytes;
    std::vector<Key> m_keys;
};

}  // namespace engine
