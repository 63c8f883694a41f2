#include "spec/shared_json.h"

namespace engine {

SharedJson::SharedJson()
{
    static const auto kEmpty = std::make_shared<const Json>(Json::object());
    m_value = kEmpty;
}

void SharedJson::set(const std::string& member, Json value)
{
    change([&](Json& own) { own[member] = std::move(value); });
}

void SharedJson::erase(const std::string& member)
{
    change([&](Json& own) { own.erase(member); });
}

}  // namespace engine
