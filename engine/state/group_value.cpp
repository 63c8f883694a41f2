#include "state/group_value.h"

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

class FrozenGroupValue final : public FrozenTable {
public:
    FrozenGroupValue(TableSchema schema, std::string value, int instance, int instances)
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

std::shared_ptr<const FrozenTable> freezeForGroups(TableSchema schema, std::string value, int instance,
                                                   int instances)
{
    return std::make_shared<FrozenGroupValue>(std::move(schema), std::move(value), instance, instances);
}

}  // namespace engine
