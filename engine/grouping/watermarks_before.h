#pragma once

#include "data/record_batch.h"

#include <algorithm>
#include <vector>

namespace engine {

// The watermark before each row of a batch that an operator makes: what was told to advance() last, or what
// has been met since by the rows of which it comes. Part of one operator.
class WatermarksBefore {
public:
    void tell(std::int64_t watermarkUs) { m_toldUs = std::max(m_toldUs, watermarkUs); }
    void meet(std::int64_t watermarkUs) { m_metUs = std::max(m_metUs, watermarkUs); }
    // The batch goes on with this row, and with those behind it until the next call.
    void begin(std::size_t row)
    {
        if (m_metUs > (m_steps.empty() ? m_toldUs : m_steps.back().watermarkUs))
            m_steps.push_back({row, m_metUs});
    }
    // For a batch of so many rows, and forgets them; size 0: what was told holds for all.
    Column finish(std::size_t rows);
    RecordBatch finish(const RecordBatch& batch)
    {
        return batch.withWatermarks({m_toldUs, m_toldUs}, finish(batch.rows()));
    }

private:
    struct Step {
        std::size_t row = 0;
        std::int64_t watermarkUs = 0;
    };
    std::int64_t m_toldUs = kNoWatermark, m_metUs = kNoWatermark;
    std::vector<Step> m_steps;
};

// The watermarks that rows have met since rows were given last, for an operator that gives many at once in
// the order of their times: before each comes the last one that had not reached it. Part of one operator.
class WatermarkSteps {
public:
    void note(std::int64_t watermarkUs)
    {
        if (m_steps.empty() || watermarkUs > m_steps.back()) m_steps.push_back(watermarkUs);
    }
    // A row of this time is given next.
    void moveTo(std::int64_t timeUs, WatermarksBefore& before)
    {
        while (m_next < m_steps.size() && m_steps[m_next] < timeUs) before.meet(m_steps[m_next++]);
    }
    // All up to a watermark have been given.
    void reach(std::int64_t watermarkUs, WatermarksBefore& before)
    {
        before.meet(watermarkUs);
        m_steps.clear();
        m_next = 0;
    }

private:
    std::vector<std::int64_t> m_steps;
    std::size_t m_next = 0;
};

}  // namespace engine
