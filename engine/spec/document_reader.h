#pragma once

#include "spec/pipeline_spec.h"

#include <algorithm>
#include <span>

namespace engine {

// Goes through the members of one object of the document. What has no place of its own, or a wrong value, or
// says a default in so many words, ends up in `extra` to be saved as it was. Lives while its object is read.
class Members {
public:
    Members(const Json& object, std::string path, Parsed& parsed)
        : m_object(object),
          m_path(std::move(path)),
          m_parsed(parsed)
    {
    }

    std::string path(std::string_view name) const
    {
        return m_path.empty() ? std::string(name) : m_path + "." + std::string(name);
    }

    void setNode(const NodeId& node) { m_node = node; }

    void problem(std::string_view name, std::string message)
    {
        Diagnostic diagnostic{Diagnostic::Problem, m_node, {}, path(name), std::move(message), {}};
        if (!m_node.value.empty()) diagnostic.param = name;
        m_parsed.diagnostics.push_back(std::move(diagnostic));
    }

    const Json* find(std::string_view name) const { return findMember(m_object, name); }

    // A member that has the wanted kind; anything else is a problem and stays in `extra`.
    const Json* find(std::string_view name, bool (Json::*is)() const noexcept, std::string_view wanted)
    {
        const Json* value = find(name);
        if (value == nullptr || (value->*is)()) return value;
        problem(name, std::string(wanted) + " is expected here, not " + kindInWords(*value) + ".");
        return nullptr;
    }

    template <class T>
    void read(std::string_view name, T& target)
    {
        const Json* value = find(name);
        if (value == nullptr) return;
        auto read = ParamTraits<T>::fromJson(*value);
        if (!read) {
            problem(name, read.error().message);
        } else if (*read != target) {
            target = std::move(*read);
            take(name);
        }
    }

    void take(std::string_view name) { m_taken.push_back(name); }

    // Everything not taken; what is not among the known names either is noted as unknown.
    Json rest(std::span<const std::string_view> known)
    {
        Json extra = Json::object();
        for (const auto& member : m_object.items()) {
            const std::string& name = member.key();
            if (std::find(m_taken.begin(), m_taken.end(), name) != m_taken.end()) continue;
            appendMember(extra, name, member.value());
            const bool anybodys = name.compare(0, 2, "x_") == 0;
            if (!anybodys && std::find(known.begin(), known.end(), name) == known.end())
                m_parsed.unknownMembers.push_back(path(name));
        }
        return extra;
    }

private:
    const Json& m_object;
    std::string m_path;
    Parsed& m_parsed;
    NodeId m_node{};
    std::vector<std::string_view> m_taken;
};

inline void addProblem(Parsed& parsed, std::string path, std::string message, NodeId node = {},
                       std::string param = {})
{
    parsed.diagnostics.push_back({Diagnostic::Problem,
                                  std::move(node),
                                  std::move(param),
                                  std::move(path),
                                  std::move(message),
                                  {}});
}

// A mistake that cannot be kept for saving.
inline void addLost(Parsed& parsed, std::string path, std::string message)
{
    addProblem(parsed, std::move(path), std::move(message));
    parsed.readOnly = true;
}

inline std::string indexed(const std::string& path, std::size_t index)
{
    return path + "[" + std::to_string(index) + "]";
}

}  // namespace engine
