#include "base/faults.h"
#include "operators/window/window_state.h"
#include "state/bytes.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

// For each key group some text that belongs to it.
const std::array<std::string, limits::kKeyGroups>& groupTexts()
{
    static const auto kTexts = [] {
        std::array<std::string, limits::kKeyGroups> texts;
        int found = 0;
        for (int number = 0; found < limits::kKeyGroups; ++number) {
            const std::string text = std::to_string(number);
            auto& place = texts[static_cast<std::size_t>(keyGroupOf(text))];
            if (!place.empty()) continue;
            place = text;
            ++found;
        }
        return texts;
    }();
    return kTexts;
}

class FrozenProgress final : public FrozenTable {
public:
    FrozenProgress(TableSchema schema, std::string value, int instance, int instances)
        : m_schema(std::move(schema)),
          m_value(std::move(value)),
          m_instance(instance),
          m_instances(instances)
    {
    }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override
    {
        return static_cast<std::size_t>((limits::kKeyGroups - m_instance + m_instances - 1) / m_instances);
    }
    void visit(const std::function<void(const StateRow&)>& visitor) const override
    {
        for (int group = m_instance; group < limits::kKeyGroups; group += m_instances) {
            const std::string& text = groupTexts()[static_cast<std::size_t>(group)];
            visitor({text, text, m_value});
        }
    }

private:
    TableSchema m_schema;
    std::string m_value;
    int m_instance, m_instances;
};

}  // namespace

WindowProgress::WindowProgress()
    : m_schema{"windows_progress", 1, {}, {{"fired_until", DataType::Time}, {"arrivals", DataType::Int64}}}
{
}

void WindowProgress::keepGroups(int instance, int instances)
{
    m_instance = instance;
    m_instances = instances;
}

std::shared_ptr<const FrozenTable> WindowProgress::freeze()
{
    std::string value;
    appendWord(value, static_cast<std::uint64_t>(firedUntilUs));
    appendWord(value, static_cast<std::uint64_t>(arrivals));
    return std::make_shared<FrozenProgress>(m_schema, std::move(value), m_instance, m_instances);
}

Status WindowProgress::restore(const TableSchema&, const StateRow& row)
{
    std::string_view value = row.value;
    std::uint64_t fired = 0, arrived = 0;
    if (!takeWord(value, fired) || !takeWord(value, arrived))
        return Error{ErrorCode::Corrupt,
                     "The saved progress of a window cannot be read; its file is damaged. Start from an "
                     "older checkpoint.",
                     {}};
    if (!faultIsOn(faults::kFiredForgotten))
        firedUntilUs = std::max(firedUntilUs, static_cast<std::int64_t>(fired));
    arrivals = std::max(arrivals, static_cast<std::int64_t>(arrived));
    return ok();
}

}  // namespace engine
