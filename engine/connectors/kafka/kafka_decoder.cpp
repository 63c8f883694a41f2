#include "base/time.h"
#include "connectors/kafka/kafka_records.h"
#include "data/batch_builder.h"
#include "data/utf8.h"

#include <algorithm>

namespace engine {
namespace {

class KafkaDecoder final : public Decoder {
public:
    KafkaDecoder(std::unique_ptr<Decoder> values, KafkaRows rows, std::vector<bool> needed)
        : m_values(std::move(values)),
          m_rows(std::move(rows)),
          m_needed(std::move(needed)),
          m_eventTime(DataType::Time)
    {
        if (m_needed.empty()) m_needed.assign(m_rows.schema->size(), true);
        for (const KafkaColumn& each : m_rows.besides)
            m_builders.emplace_back(m_rows.schema->field(each.column).type);
    }

    void decode(const RawChunk& chunk, DecodedChunk& into) override
    {
        const auto& records = static_cast<const KafkaRecords&>(*chunk.records);
        const std::size_t count = records.ends.size();
        if (m_values) {
            m_values->decode(chunk, into);
            for (RecordReject& reject : into.rejects) reject.place = records.place(reject.line);
            if (m_rows.besides.empty()) return;
        } else {
            into.records = into.lines = count;
        }
        // Each record is a row or a reject, in order.
        m_record = 0;
        m_reject = into.rejects.begin();
        m_rejectsEnd = into.rejects.end();
        if (!m_values) return addRows(records, count, into);
        for (RecordBatch& batch : into.batches) batch = finished(records, batch.rows(), &batch);
        skipRejects();
        CHECK(m_record == count);
    }

private:
    void skipRejects()
    {
        for (; m_reject != m_rejectsEnd && m_reject->line == m_record; ++m_reject) ++m_record;
    }

    void addRows(const KafkaRecords& records, std::size_t count, DecodedChunk& into)
    {
        while (m_record < count)
            into.batches.push_back(
                finished(records, std::min(count - m_record, limits::kBatchRows), nullptr));
    }

    // The next `rows` rows, with the columns of `values` where there are some.
    RecordBatch finished(const KafkaRecords& records, std::size_t rows, const RecordBatch* values)
    {
        HiddenColumns hidden;
        if (values)
            hidden = values->hidden();
        else
            hidden.firstRow = m_record;  // each is a row
        for (std::size_t row = 0; row < rows; ++row, ++m_record) {
            skipRejects();
            CHECK(m_record < records.ends.size());
            addBesides(records);
        }
        std::vector<Column> columns(m_rows.schema->size());
        for (std::size_t i = 0; values && i < m_rows.valueColumns.size(); ++i)
            columns[m_rows.valueColumns[i]] = values->column(i);
        for (std::size_t i = 0; i < m_builders.size(); ++i) {
            const std::size_t column = m_rows.besides[i].column;
            columns[column] = m_needed[column] ? m_builders[i].finish()
                                               : Column::allNull(m_rows.schema->field(column).type, rows);
        }
        if (m_rows.timeIsBeside) hidden.eventTime = m_eventTime.finish();
        return RecordBatch(m_rows.schema, std::move(columns), rows, std::move(hidden));
    }

    void addBesides(const KafkaRecords& records)
    {
        const std::size_t texts = records.texts.size() / records.ends.size();
        std::size_t nextText = m_record * texts;
        for (std::size_t i = 0; i < m_rows.besides.size(); ++i) {
            const KafkaColumn& each = m_rows.besides[i];
            const bool isText = each.from == KafkaColumn::OfKey || each.from == KafkaColumn::OfHeader;
            const std::size_t text = isText ? nextText++ : 0;
            if (!m_needed[each.column]) continue;
            ColumnBuilder& column = m_builders[i];
            if (isText)
                addText(column, records, records.texts[text]);
            else if (each.from == KafkaColumn::OfPartition)
                column.addInteger(records.partition);
            else if (each.from == KafkaColumn::OfOffset)
                column.addInteger(records.offsets[m_record]);
            else if (records.timesUs[m_record] == kNoWatermark)
                column.addNull();
            else
                column.addInteger(records.timesUs[m_record]);
        }
        if (m_rows.timeIsBeside) m_eventTime.addInteger(floorToMilliseconds(records.timesUs[m_record]));
    }

    static void addText(ColumnBuilder& column, const KafkaRecords& records, const KafkaRecords::Text& text)
    {
        if (text.isNull) return column.addNull();
        // A key may be any bytes, a text may not.
        const std::string_view bytes = std::string_view(records.text).substr(text.offset, text.length);
        column.addText(utf8Preview(bytes, bytes.size() * 3));
    }

    std::unique_ptr<Decoder> m_values;
    KafkaRows m_rows;
    std::vector<bool> m_needed;
    std::vector<ColumnBuilder> m_builders;  // of the columns beside
    ColumnBuilder m_eventTime;
    std::size_t m_record = 0;  // of the chunk, the next one
    std::vector<RecordReject>::const_iterator m_reject{}, m_rejectsEnd{};
};

}  // namespace

std::unique_ptr<Decoder> makeKafkaDecoder(std::unique_ptr<Decoder> values, KafkaRows rows,
                                          std::vector<bool> needed)
{
    return std::make_unique<KafkaDecoder>(std::move(values), std::move(rows), std::move(needed));
}

}  // namespace engine
